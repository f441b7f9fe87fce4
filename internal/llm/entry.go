package llm

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// entry is one answer in a cache.
type entry struct {
	Status  int           `json:"status"`
	Header  http.Header   `json:"header,omitempty"`
	Latency time.Duration `json:"latency_ns"`
	body    []byte
}

// maxEntry bounds what is read of one file. The largest answer that a client
// accepts by default is 64 MiB.
const maxEntry = 80 << 20

// entryMagic begins the first line of a file; the hash of all that follows that
// line ends it.
const entryMagic = "button answer 1 sha256:"

func entryOf(reply *Reply) entry {
	header := http.Header{}
	if kind := reply.Header.Get("Content-Type"); kind != "" {
		header.Set("Content-Type", kind)
	}
	return entry{Status: reply.Status, Header: header, Latency: reply.Latency, body: reply.Raw}
}

// entryPath spreads entries over 256 folders.
func entryPath(dir string, key Key) string {
	name := key.String()
	return filepath.Join(dir, name[:2], name)
}

// encode writes the checked line, one line of facts, and the body as it came.
func (e entry) encode() ([]byte, error) {
	facts, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	sum.Write(facts)
	sum.Write([]byte{'\n'})
	sum.Write(e.body)
	out := make([]byte, 0, len(entryMagic)+2*sha256.Size+len(facts)+len(e.body)+2)
	out = append(out, entryMagic...)
	out = hex.AppendEncode(out, sum.Sum(nil))
	out = append(out, '\n')
	out = append(out, facts...)
	out = append(out, '\n')
	return append(out, e.body...), nil
}

func decodeEntry(data []byte) (entry, error) {
	head, rest, found := bytes.Cut(data, []byte{'\n'})
	sum, isEntry := bytes.CutPrefix(head, []byte(entryMagic))
	if !found || !isEntry {
		return entry{}, fmt.Errorf("it does not begin like an entry")
	}
	if want := sha256.Sum256(rest); hex.EncodeToString(want[:]) != string(sum) {
		return entry{}, fmt.Errorf("it is damaged: its checksum is wrong")
	}
	facts, body, _ := bytes.Cut(rest, []byte{'\n'})
	read := entry{body: body}
	if err := json.Unmarshal(facts, &read); err != nil {
		return entry{}, fmt.Errorf("its facts cannot be read: %w", err)
	}
	return read, nil
}

func readEntry(dir string, key Key) (entry, error) {
	path := entryPath(dir, key)
	file, err := os.Open(path)
	if err != nil {
		return entry{}, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return entry{}, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxEntry {
		return entry{}, fmt.Errorf("%s: it is no regular file of at most %d bytes", path, maxEntry)
	}
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(file, data); err != nil {
		return entry{}, fmt.Errorf("%s: %w", path, err)
	}
	read, err := decodeEntry(data)
	if err != nil {
		return entry{}, fmt.Errorf("%s: %w", path, err)
	}
	return read, nil
}

// writeEntry makes a file appear whole under its name, or not at all. It is not
// synced: what a power cut tears is found by its checksum and asked again.
func writeEntry(dir string, key Key, e entry) error {
	data, err := e.encode()
	if err != nil {
		return err
	}
	path := entryPath(dir, key)
	file, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if os.IsNotExist(err) {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		file, err = os.CreateTemp(filepath.Dir(path), ".new-*")
	}
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		os.Remove(file.Name())
	}
	return err
}

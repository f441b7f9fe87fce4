package llm

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// A shelf keeps answers in a folder of segments, files that are only ever added
// to. An answer is a head of fixed length, a line of facts and the body as it
// came:
//
//	answer <key> <length of the rest> <SHA-256 of the rest> <CRC-32 of the line so far>\n
//	{"status":200,...}\n
//	<body>\n
//
// It is written by one call to a file opened for appending, so several processes
// may share a folder. Nothing is synced: what a power cut tears is found by its
// length or checksum, told, and asked again; see sync. Of several answers to one
// request the last one counts.
type shelf struct {
	dir  string
	warn func(text string)

	mu       sync.Mutex
	segments []*os.File
	places   map[Key]place
	sealed   map[string]bool // segments to which nothing is added: they end within an answer, or are to go
	writer   *os.File        // nil before the first answer is kept
	full     error           // the first error of writing; nothing is written after it
	// unsynced are the segments written to since the last sync; made says that one
	// of them is new in its folder.
	unsynced []*os.File
	made     bool
	fsync    func(*os.File) error
}

// place is where an answer lies.
type place struct {
	segment int
	offset  int64 // of the head
	length  int64 // of what follows the head
}

// entry is one answer.
type entry struct {
	Status  int           `json:"status"`
	Header  http.Header   `json:"header,omitempty"`
	Latency time.Duration `json:"latency_ns"`
	// Origin and Paid are a Keeper's.
	Origin *Origin   `json:"origin,omitempty"`
	Paid   *Spending `json:"paid,omitempty"`
	body   []byte
}

const (
	segmentName = "answers-%04d"
	segmentGlob = "answers-[0-9][0-9][0-9][0-9]"
	// segmentSize is when a new segment is begun.
	segmentSize = 1 << 30
	// maxEntry bounds what is read at once. The largest answer that a client
	// accepts by default is 64 MiB.
	maxEntry = 80 << 20

	headMark   = "answer "
	keyEnd     = len(headMark) + 2*sha256.Size
	lengthEnd  = keyEnd + 1 + 12
	sumEnd     = lengthEnd + 1 + 2*sha256.Size
	headLength = sumEnd + 1 + 8 + 1
)

// openShelf reads the heads of what is there. A folder that is missing is empty.
func openShelf(dir string, warn func(string)) *shelf {
	s := &shelf{dir: dir, warn: warn, places: map[Key]place{}, sealed: map[string]bool{}, fsync: (*os.File).Sync}
	names, err := filepath.Glob(filepath.Join(dir, segmentGlob)) // sorted
	if err != nil {
		warn(fmt.Sprintf("reading the cache: %v", err))
	}
	for _, name := range names {
		if err := s.index(name); err != nil {
			warn(fmt.Sprintf("reading the cache: %v", err))
		}
	}
	return s
}

func (s *shelf) index(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		file.Close()
		return errors.Join(err, fmt.Errorf("%s is no regular file", name))
	}
	s.segments = append(s.segments, file)
	segment, size := len(s.segments)-1, info.Size()
	head := make([]byte, headLength)
	for at := int64(0); at < size; {
		n, err := file.ReadAt(head, at)
		if err != nil && err != io.EOF {
			return err
		}
		key, length, _, ok := parseHead(head[:n])
		if end := at + int64(headLength) + length; ok && end <= size {
			s.places[key] = place{segment, at, length}
			at = end
			continue
		}
		next, err := nextHead(file, at+1, size)
		if err != nil {
			return err
		}
		s.sealed[name] = next == size
		s.warn(fmt.Sprintf("cache entry ignored: %s: %d bytes at offset %d are no whole answer", name, next-at, at))
		at = next
	}
	return nil
}

// nextHead searches the next head behind damaged bytes, or the end.
func nextHead(file io.ReaderAt, from, size int64) (int64, error) {
	buffer := make([]byte, 64<<10)
	for at := from; at < size; {
		n, err := file.ReadAt(buffer, at)
		if err != nil && err != io.EOF {
			return 0, err
		}
		for i := 0; i+headLength <= n; i++ {
			skip := bytes.Index(buffer[i:n], []byte(headMark))
			if i += skip; skip < 0 || i+headLength > n {
				break
			}
			if _, _, _, ok := parseHead(buffer[i : i+headLength]); ok {
				return at + int64(i), nil
			}
		}
		if n < len(buffer) {
			break
		}
		at += int64(n - headLength + 1)
	}
	return size, nil
}

func appendHead(out []byte, key Key, length int, sum Key) []byte {
	start := len(out)
	out = fmt.Appendf(out, headMark+"%s %012d %s", key, length, sum)
	return fmt.Appendf(out, " %08x\n", crc32.ChecksumIEEE(out[start:]))
}

func parseHead(head []byte) (key Key, length int64, sum Key, ok bool) {
	if len(head) != headLength || string(head[:len(headMark)]) != headMark ||
		fmt.Sprintf(" %08x\n", crc32.ChecksumIEEE(head[:sumEnd])) != string(head[sumEnd:]) {
		return key, 0, sum, false
	}
	_, keyErr := hex.Decode(key[:], head[len(headMark):keyEnd])
	length, lengthErr := strconv.ParseInt(string(head[keyEnd+1:lengthEnd]), 10, 64)
	_, sumErr := hex.Decode(sum[:], head[lengthEnd+1:sumEnd])
	return key, length, sum, keyErr == nil && lengthErr == nil && sumErr == nil && length >= 0
}

// get returns an answer, or nil and perhaps why it cannot be used.
func (s *shelf) get(key Key) (*entry, error) {
	s.mu.Lock()
	at, known := s.places[key]
	if !known {
		s.mu.Unlock()
		return nil, nil
	}
	file := s.segments[at.segment]
	s.mu.Unlock()
	if at.length > maxEntry {
		return nil, fmt.Errorf("%s: an answer of %d bytes is too long", file.Name(), at.length)
	}
	data := make([]byte, int64(headLength)+at.length)
	if _, err := file.ReadAt(data, at.offset); err != nil {
		return nil, fmt.Errorf("%s: %w", file.Name(), err)
	}
	_, _, sum, ok := parseHead(data[:headLength])
	if rest := data[headLength:]; !ok || sha256.Sum256(rest) != sum {
		return nil, fmt.Errorf("%s: the answer at offset %d is damaged", file.Name(), at.offset)
	}
	return decodeEntry(data[headLength:])
}

func decodeEntry(rest []byte) (*entry, error) {
	facts, body, found := bytes.Cut(bytes.TrimSuffix(rest, []byte{'\n'}), []byte{'\n'})
	read := &entry{body: body}
	if err := json.Unmarshal(facts, read); err != nil || !found {
		return nil, fmt.Errorf("the facts of an answer cannot be read: %v", err)
	}
	return read, nil
}

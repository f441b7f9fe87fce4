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

	// spills: full segments are found through an index beside them, not in memory.
	spills bool
	// segmentSize is when a new segment is begun, in bytes.
	segmentSize int64

	mu       sync.Mutex
	segments []*os.File
	places   map[shortKey]place
	indexes  []*segmentIndex // by segment; nil where its answers are in places
	sealed   map[string]bool // segments to which nothing is added: they end within an answer, or are to go
	writer   *os.File        // nil before the first answer is kept
	full     error           // the first error of writing; nothing is written after it
	// unsynced are the segments written to since the last sync; made says that one
	// of them is new in its folder.
	unsynced []*os.File
	made     bool
	fsync    func(*os.File) error
}

// shortKey is the first half of a Key: enough to find an answer, whose head has the
// whole. With a place it is all that is held in memory of an answer, some 35 bytes.
type shortKey [sha256.Size / 2]byte

func short(key Key) shortKey { return shortKey(key[:sha256.Size/2]) }

// place is where the head of an answer lies: the number of its segment and the
// offset there.
type place uint64

const offsetBits = 48

func placeAt(segment int, offset int64) place { return place(segment)<<offsetBits | place(offset) }

func (p place) segment() int  { return int(p >> offsetBits) }
func (p place) offset() int64 { return int64(p & (1<<offsetBits - 1)) }

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
	// defaultSegmentSize bounds what is held in memory of a cache: some ten megabytes.
	defaultSegmentSize = 1 << 30
	// maxEntry bounds what is read at once. The largest answer that a client
	// accepts by default is 64 MiB.
	maxEntry = 80 << 20

	headMark   = "answer "
	keyEnd     = len(headMark) + 2*sha256.Size
	lengthEnd  = keyEnd + 1 + 12
	sumEnd     = lengthEnd + 1 + 2*sha256.Size
	headLength = sumEnd + 1 + 8 + 1
)

// newShelf is a shelf that has not looked into its folder.
func newShelf(dir string, warn func(string)) *shelf {
	return &shelf{dir: dir, warn: warn, segmentSize: defaultSegmentSize, places: map[shortKey]place{}, sealed: map[string]bool{}, fsync: (*os.File).Sync}
}

// open reads the heads of what is there, of full segments their indexes. A folder
// that is missing is empty.
func (s *shelf) open() *shelf {
	dir, warn := s.dir, s.warn
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
	segment, size, begin := s.add(file), info.Size(), int64(0)
	if s.spills {
		if index := openIndex(file, size); index != nil {
			s.indexes[segment], begin = index, index.covered
		}
	}
	err = s.scan(file, begin, size, func(key shortKey, at int64) { s.places[key] = placeAt(segment, at) })
	if err == nil && s.spills && size > s.segmentSize && s.indexes[segment] == nil {
		err = s.spill(segment)
	}
	return err
}

// add takes a segment in and returns its number.
func (s *shelf) add(file *os.File) int {
	s.segments, s.indexes = append(s.segments, file), append(s.indexes, nil)
	return len(s.segments) - 1
}

// scan reads the heads of a segment in order.
func (s *shelf) scan(file *os.File, begin, size int64, use func(key shortKey, at int64)) error {
	head := make([]byte, headLength)
	for at := begin; at < size; {
		n, err := file.ReadAt(head, at)
		if err != nil && err != io.EOF {
			return err
		}
		key, length, _, ok := parseHead(head[:n])
		if end := at + int64(headLength) + length; ok && end <= size {
			use(short(key), at)
			at = end
			continue
		}
		next, err := nextHead(file, at+1, size)
		if err != nil {
			return err
		}
		s.sealed[file.Name()] = next == size
		s.warn(fmt.Sprintf("cache entry ignored: %s: %d bytes at offset %d are no whole answer", file.Name(), next-at, at))
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
	whole, found, err := s.find(short(key))
	if err != nil || whole != key {
		return nil, err
	}
	return found, nil
}

// find is get by the half of a key, and returns the whole.
func (s *shelf) find(half shortKey) (key Key, found *entry, err error) {
	file, at, err := s.locate(half)
	if file == nil {
		return key, nil, err
	}
	data, err := readAnswer(file, at.offset())
	if err != nil {
		return key, nil, fmt.Errorf("%s: %w", file.Name(), err)
	}
	key, _, sum, ok := parseHead(data[:headLength])
	if rest := data[headLength:]; !ok || sha256.Sum256(rest) != sum {
		return key, nil, fmt.Errorf("%s: the answer at offset %d is damaged", file.Name(), at.offset())
	}
	found, err = decodeEntry(data[headLength:])
	return key, found, err
}

// locate returns where an answer lies, or nil: in memory, else in the index of the
// latest segment that has it.
func (s *shelf) locate(half shortKey) (*os.File, place, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, known := s.places[half]; known {
		return s.segments[at.segment()], at, nil
	}
	for segment := len(s.indexes) - 1; segment >= 0; segment-- {
		if s.indexes[segment] == nil {
			continue
		}
		offset, found, err := s.indexes[segment].find(half)
		if err != nil || found {
			return s.segments[segment], placeAt(segment, offset), err
		}
	}
	return nil, 0, nil
}

// spill moves what is known of a full segment from memory to an index beside it. The
// segment is read anew, since other processes may have written to it. The lock is
// held, or not needed yet.
func (s *shelf) spill(segment int) error {
	file := s.segments[segment]
	info, err := file.Stat()
	if err != nil {
		return err
	}
	last := map[shortKey]int64{}
	if err := s.scan(file, 0, info.Size(), func(key shortKey, at int64) { last[key] = at }); err != nil {
		return err
	}
	index, err := writeIndex(file.Name(), info.Size(), last)
	if err != nil {
		return err
	}
	s.indexes[segment] = index
	for key, at := range s.places {
		if s.segments[at.segment()].Name() == file.Name() {
			delete(s.places, key)
		}
	}
	return nil
}

// firstRead is how much is read of an answer before its length is known: most are
// shorter.
const firstRead = 8 << 10

// readAnswer reads an answer with its head. What is damaged may come shorter, but
// never without a head's length.
func readAnswer(file io.ReaderAt, offset int64) ([]byte, error) {
	data := make([]byte, firstRead)
	n, err := file.ReadAt(data, offset)
	if err != nil && (err != io.EOF || n < headLength) {
		return nil, err
	}
	data = data[:n]
	_, length, _, ok := parseHead(data[:headLength])
	if !ok {
		return data, nil
	}
	if length > maxEntry {
		return nil, fmt.Errorf("an answer of %d bytes is too long", length)
	}
	whole := headLength + int(length)
	if whole <= n {
		return data[:whole], nil
	}
	data = append(data, make([]byte, whole-n)...)
	_, err = file.ReadAt(data[n:], offset+int64(n))
	return data, err
}

func decodeEntry(rest []byte) (*entry, error) {
	facts, body, found := bytes.Cut(bytes.TrimSuffix(rest, []byte{'\n'}), []byte{'\n'})
	read := &entry{body: body}
	if err := json.Unmarshal(facts, read); err != nil || !found {
		return nil, fmt.Errorf("the facts of an answer cannot be read: %v", err)
	}
	return read, nil
}

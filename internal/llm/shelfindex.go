package llm

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
)

// The answers of a full segment are found through a file beside it, answers-NNNN.index,
// so that memory does not grow with what a folder keeps: their keys and places, sorted
// by key.
//
//	button index 1\n
//	<bytes of the segment covered><answers><CRC-32 of the entries>   8+8+4 bytes
//	<half of the key><offset of the head>                            16+8 bytes, for each
//
// Numbers are big-endian. An index is made from its segment alone: one that is damaged,
// or does not fit, is made anew.
const (
	indexMark   = "button index 1\n"
	indexHead   = len(indexMark) + 8 + 8 + 4
	indexEntry  = len(shortKey{}) + 8
	indexSuffix = ".index"
)

// segmentIndex finds the answers of one full segment.
type segmentIndex struct {
	file    *os.File
	covered int64 // bytes of the segment
	count   int
}

// openIndex opens and checks the index of a segment of some size. One that is missing,
// damaged or of another segment is nil.
func openIndex(segment *os.File, size int64) *segmentIndex {
	file, err := os.Open(segment.Name() + indexSuffix)
	if err != nil {
		return nil
	}
	index, err := readIndex(file, size)
	if err != nil || !index.fits(segment) {
		file.Close()
		return nil
	}
	return index
}

// fits looks for the first and the last answer of the index in the segment.
func (x *segmentIndex) fits(segment *os.File) bool {
	for _, at := range []int{0, x.count - 1} {
		if x.count == 0 {
			break
		}
		entries, err := x.read(at, 1)
		if err != nil {
			return false
		}
		head := make([]byte, headLength)
		if _, err := segment.ReadAt(head, entries.offset(0)); err != nil {
			return false
		}
		if key, _, _, ok := parseHead(head); !ok || short(key) != shortKey(entries.key(0)) {
			return false
		}
	}
	return true
}

func readIndex(file *os.File, segmentSize int64) (*segmentIndex, error) {
	head := make([]byte, indexHead)
	if _, err := io.ReadFull(file, head); err != nil {
		return nil, err
	}
	numbers := head[len(indexMark):]
	covered, count := binary.BigEndian.Uint64(numbers), binary.BigEndian.Uint64(numbers[8:])
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, err
	case string(head[:len(indexMark)]) != indexMark || covered > uint64(segmentSize) || count > uint64(segmentSize) ||
		info.Size() != int64(indexHead)+int64(count)*int64(indexEntry):
		return nil, errors.New("the index does not fit")
	}
	sum := crc32.NewIEEE()
	if _, err := io.Copy(sum, file); err != nil {
		return nil, err
	}
	if sum.Sum32() != binary.BigEndian.Uint32(numbers[16:]) {
		return nil, errors.New("the index is damaged")
	}
	return &segmentIndex{file: file, covered: int64(covered), count: int(count)}, nil
}

// writeIndex makes the index of a segment from the offsets of its answers, and opens
// it.
func writeIndex(segment string, covered int64, offsets map[shortKey]int64) (*segmentIndex, error) {
	keys := slices.SortedFunc(maps.Keys(offsets), func(a, b shortKey) int { return bytes.Compare(a[:], b[:]) })
	data := make([]byte, indexHead, indexHead+len(keys)*indexEntry)
	for _, key := range keys {
		data = append(data, key[:]...)
		data = binary.BigEndian.AppendUint64(data, uint64(offsets[key]))
	}
	numbers := data[copy(data, indexMark):]
	binary.BigEndian.PutUint64(numbers, uint64(covered))
	binary.BigEndian.PutUint64(numbers[8:], uint64(len(keys)))
	binary.BigEndian.PutUint32(numbers[16:], crc32.ChecksumIEEE(data[indexHead:]))
	temporary, err := os.CreateTemp(filepath.Dir(segment), filepath.Base(segment)+indexSuffix+"-*")
	if err != nil {
		return nil, err
	}
	_, err = temporary.Write(data)
	if err = errors.Join(err, temporary.Close()); err == nil {
		err = os.Rename(temporary.Name(), segment+indexSuffix)
	}
	if err != nil {
		os.Remove(temporary.Name())
		return nil, err
	}
	file, err := os.Open(segment + indexSuffix)
	if err != nil {
		return nil, err
	}
	return &segmentIndex{file: file, covered: covered, count: len(keys)}, nil
}

// find returns the offset of an answer's head in the segment. Keys are spread evenly,
// so it reads a window around the place where the key should be: two standard
// deviations to each side at the widest, in the middle.
func (x *segmentIndex) find(key shortKey) (offset int64, found bool, err error) {
	expected := int(float64(binary.BigEndian.Uint64(key[:])) / math.MaxUint64 * float64(x.count))
	window := 16 + int(2*math.Sqrt(float64(x.count)))
	low, high := 0, x.count // the key is in [low, high) or nowhere
	for low < high {
		from := min(max(expected-window/2, low), max(low, high-window))
		count := min(window, high-from)
		entries, err := x.read(from, count)
		if err != nil {
			return 0, false, err
		}
		at := sort.Search(count, func(i int) bool { return bytes.Compare(entries.key(i), key[:]) >= 0 })
		switch {
		case at < count && bytes.Equal(entries.key(at), key[:]):
			return entries.offset(at), true, nil
		case at == 0:
			high = from
		case at == count:
			low = from + count
		default:
			return 0, false, nil
		}
	}
	return 0, false, nil
}

// indexEntries are entries as the file has them.
type indexEntries []byte

func (e indexEntries) key(i int) []byte { return e[i*indexEntry:][:len(shortKey{})] }
func (e indexEntries) offset(i int) int64 {
	return int64(binary.BigEndian.Uint64(e[i*indexEntry+len(shortKey{}):]))
}

// read returns some entries of the index.
func (x *segmentIndex) read(from, count int) (indexEntries, error) {
	data := make(indexEntries, count*indexEntry)
	if _, err := x.file.ReadAt(data, int64(indexHead+from*indexEntry)); err != nil {
		return nil, fmt.Errorf("%s: %w", x.file.Name(), err)
	}
	return data, nil
}

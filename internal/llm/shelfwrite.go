package llm

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
)

// put keeps an answer.
func (s *shelf) put(key Key, e entry) error {
	facts, err := json.Marshal(e)
	if err != nil {
		return err
	}
	length := len(facts) + len(e.body) + 2
	data := make([]byte, headLength, headLength+length)
	data = append(append(append(append(data, facts...), '\n'), e.body...), '\n')
	sum := sha256.Sum256(data[headLength:])
	if head := appendHead(data[:0], key, length, sum); len(head) != headLength {
		return fmt.Errorf("an answer of %d bytes is too long", length)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.full != nil {
		return s.full
	}
	if err := s.write(key, data); err != nil {
		s.full = err
		return err
	}
	return nil
}

// write appends to the segment in use. The lock is held.
func (s *shelf) write(key Key, data []byte) error {
	if err := s.openWriter(); err != nil {
		return err
	}
	if !slices.Contains(s.unsynced, s.writer) {
		s.unsynced = append(s.unsynced, s.writer)
	}
	if _, err := s.writer.Write(data); err != nil {
		return err // what was written is skipped by whoever reads it
	}
	// Another process may have written meanwhile: only now is it known where to.
	end, err := s.writer.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	s.places[short(key)] = placeAt(len(s.segments)-1, end-int64(len(data)))
	if end > s.segmentSize {
		s.writer = nil
		if segment := len(s.segments) - 1; s.spills && s.indexes[segment] == nil {
			if err := s.spill(segment); err != nil {
				s.warn(fmt.Sprintf("indexing the cache: %v; its answers are held in memory", err))
			}
		}
	}
	return nil
}

// openWriter opens the last segment that has room, or begins one.
func (s *shelf) openWriter() error {
	if s.writer != nil {
		return nil
	}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return err
	}
	for number := 1; number < 10000; number++ {
		name := filepath.Join(s.dir, fmt.Sprintf(segmentName, number))
		info, err := os.Stat(name)
		if err == nil && (info.Size() > s.segmentSize || s.sealed[name]) {
			continue
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		file, err := os.OpenFile(name, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o644)
		if err != nil {
			return err
		}
		s.writer = file
		s.made = true
		s.add(file)
		return nil
	}
	return fmt.Errorf("%s holds too many segments", s.dir)
}

// forget leaves answers unfound; their bytes stay.
func (s *shelf) forget(keys []Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range keys {
		delete(s.places, short(key))
	}
}

// seal makes the next answer begin a new segment and returns the paths of those
// there are.
func (s *shelf) seal() (names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writer = nil
	for _, segment := range s.segments {
		if name := segment.Name(); !slices.Contains(names, name) {
			names = append(names, name)
			s.sealed[name] = true
		}
	}
	return names
}

// sync makes durable what was put before, and returns at once where nothing was.
func (s *shelf) sync() error {
	s.mu.Lock()
	files, made := s.unsynced, s.made
	s.unsynced, s.made = nil, false
	s.mu.Unlock()
	for _, file := range files {
		if err := s.fsync(file); err != nil {
			return err
		}
	}
	if !made {
		return nil
	}
	return errors.Join(s.syncFolder(s.dir), s.syncFolder(filepath.Dir(s.dir)))
}

// syncFolder does nothing where folders cannot be synced.
func (s *shelf) syncFolder(name string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(name)
	if err != nil {
		return err
	}
	err = s.fsync(folder)
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) {
		err = nil
	}
	return errors.Join(err, folder.Close())
}

func (s *shelf) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, file := range s.segments {
		file.Close()
	}
	for _, index := range s.indexes {
		if index != nil {
			index.file.Close()
		}
	}
	s.segments, s.indexes, s.writer, s.places, s.full, s.unsynced = nil, nil, nil, nil, fs.ErrClosed, nil
}

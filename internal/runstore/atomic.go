package runstore

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"path/filepath"
)

// FileInfo describes a finished file.
type FileInfo struct {
	Name   string `json:"name"` // slash-separated, relative to its folder
	Bytes  int64  `json:"bytes"`
	Lines  int64  `json:"lines"` // newlines
	SHA256 string `json:"sha256"`
}

// Stream writes a file through a buffer and keeps count of what it wrote. It
// is for one goroutine at a time. After an error every later call returns it.
type Stream struct {
	file   File
	buffer *bufio.Writer
	hash   hash.Hash
	info   FileInfo
	err    error // sticky
	closed bool
}

// streamBuffer is large, since nobody waits for single lines of bulk files.
const streamBuffer = 64 << 10

func newStream(file File, name string) *Stream {
	return &Stream{
		file:   file,
		buffer: bufio.NewWriterSize(file, streamBuffer),
		hash:   sha256.New(),
		info:   FileInfo{Name: name},
	}
}

// Write takes p into the file. It is not durable before Close.
func (s *Stream) Write(p []byte) (int, error) {
	if s.closed {
		return 0, fs.ErrClosed
	}
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.buffer.Write(p)
	if err != nil {
		s.err = err
		return n, err
	}
	s.hash.Write(p)
	s.info.Bytes += int64(n)
	s.info.Lines += int64(bytes.Count(p, []byte{'\n'}))
	return n, nil
}

// Close makes the content durable and closes the file. Further calls return
// the same error.
func (s *Stream) Close() error {
	if s.closed {
		return s.err
	}
	s.closed = true
	if s.err == nil {
		s.err = s.buffer.Flush()
	}
	if s.err == nil {
		s.err = s.file.Sync()
	}
	if err := s.file.Close(); s.err == nil {
		s.err = err
	}
	s.info.SHA256 = hex.EncodeToString(s.hash.Sum(nil))
	return s.err
}

// Info describes the file after Close.
func (s *Stream) Info() FileInfo { return s.info }

// AtomicFile is a file that appears under its name complete or not at all.
type AtomicFile struct {
	*Stream
	fsys FS
	temp string
	path string
	done bool
}

// tempAttempts bounds the search for a free temporary name.
const tempAttempts = 10000

// CreateAtomic begins a file that will replace path on Commit. Until then it
// has a temporary name in the same folder. Anything but a regular file in the
// way is refused: a device must not be renamed over.
func CreateAtomic(fsys FS, path string) (*AtomicFile, error) {
	if info, err := fsys.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("writing %s: it is there and not a regular file", path)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("writing %s: %w", path, err)
	}
	dir, base := filepath.Split(path)
	for n := range tempAttempts {
		temp := fmt.Sprintf("%s.%s.tmp-%d", dir, base, n)
		file, err := fsys.Create(temp)
		if errors.Is(err, fs.ErrExist) {
			continue // another writer's, or left over from a killed one
		}
		if err != nil {
			return nil, fmt.Errorf("writing %s: %w", path, err)
		}
		return &AtomicFile{Stream: newStream(file, base), fsys: fsys, temp: temp, path: path}, nil
	}
	return nil, fmt.Errorf("writing %s: no free temporary name; remove %s.%s.tmp-*", path, dir, base)
}

// isTemporary tells whether CreateAtomic gives such names.
func isTemporary(base string) bool {
	match, _ := filepath.Match(".*.tmp-[0-9]*", base)
	return match
}

// Commit makes the file durable and gives it its name. On an error nothing is
// left behind and what had the name before is untouched, unless the error came
// from the very last step, syncing the folder.
func (f *AtomicFile) Commit() error {
	if f.done {
		return fs.ErrClosed
	}
	if err := f.Stream.Close(); err != nil {
		return errors.Join(fmt.Errorf("writing %s: %w", f.path, err), f.Abort())
	}
	if err := f.fsys.Rename(f.temp, f.path); err != nil {
		return errors.Join(fmt.Errorf("writing %s: %w", f.path, err), f.Abort())
	}
	f.done = true
	if err := f.fsys.SyncDir(filepath.Dir(f.path)); err != nil {
		return fmt.Errorf("writing %s: %w", f.path, err)
	}
	return nil
}

// Close is Abort, so that a forgotten Commit leaves no half file behind.
func (f *AtomicFile) Close() error { return f.Abort() }

// Abort removes what was written. After Commit it does nothing.
func (f *AtomicFile) Abort() error {
	if f.done {
		return nil
	}
	f.done = true
	if !f.closed {
		f.closed = true
		f.file.Close()
	}
	return f.fsys.Remove(f.temp)
}

// WriteAtomic writes a whole file at once.
func WriteAtomic(fsys FS, path string, data []byte) error {
	file, err := CreateAtomic(fsys, path)
	if err != nil {
		return err
	}
	if _, err := file.Write(data); err != nil {
		return errors.Join(fmt.Errorf("writing %s: %w", path, err), file.Abort())
	}
	return file.Commit()
}

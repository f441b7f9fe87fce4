package crashfs

import (
	"io"
	"io/fs"
	"slices"
)

// file is an open file.
type file struct {
	fs       *FS
	node     *node
	name     string
	life     int
	writable bool
	offset   int64 // of Read
	closed   bool
}

// use checks that the handle is alive. The lock must be held.
func (h *file) use() error {
	switch {
	case h.life != h.fs.life:
		return ErrStopped
	case h.closed:
		return pathError("use", h.name, fs.ErrClosed)
	default:
		return nil
	}
}

// change checks that the handle may change the file, and counts the step.
func (h *file) change(operation string) error {
	if err := h.use(); err != nil {
		return err
	}
	if !h.writable {
		return pathError(operation, h.name, fs.ErrPermission)
	}
	return h.fs.step(operation, h.name)
}

func (h *file) Read(p []byte) (int, error) {
	n, err := h.ReadAt(p, h.offset)
	h.offset += int64(n)
	if n > 0 {
		err = nil
	}
	return n, err
}

func (h *file) ReadAt(p []byte, offset int64) (int, error) {
	h.fs.mu.Lock()
	defer h.fs.mu.Unlock()
	if err := h.use(); err != nil {
		return 0, err
	}
	if offset >= int64(len(h.node.data)) {
		return 0, io.EOF
	}
	n := copy(p, h.node.data[offset:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Write appends.
func (h *file) Write(p []byte) (int, error) {
	h.fs.mu.Lock()
	defer h.fs.mu.Unlock()
	err := h.change("write")
	if err == ErrStopped {
		return 0, err
	}
	if err != nil {
		p = p[:len(p)/2]
	}
	h.node.record(change{offset: int64(len(h.node.data)), data: slices.Clone(p)})
	return len(p), err
}

func (h *file) Truncate(size int64) error {
	h.fs.mu.Lock()
	defer h.fs.mu.Unlock()
	if err := h.change("truncate"); err != nil {
		return err
	}
	h.node.record(change{offset: size, truncate: true})
	return nil
}

func (n *node) record(c change) {
	n.data = c.apply(n.data)
	n.pending = append(n.pending, c)
}

// apply gives the content with the change, with zeros where a write lies
// behind the end.
func (c change) apply(content []byte) []byte {
	if missing := int(c.offset) - len(content); missing > 0 {
		content = append(content, make([]byte, missing)...)
	}
	if c.truncate {
		return content[:c.offset:c.offset]
	}
	return append(content[:c.offset:c.offset], c.data...)
}

func (h *file) Sync() error {
	h.fs.mu.Lock()
	defer h.fs.mu.Unlock()
	err := h.change("sync")
	if err == ErrStopped {
		return err
	}
	if err == nil {
		for _, c := range h.node.pending {
			h.node.synced = c.apply(h.node.synced)
		}
	}
	h.node.pending = nil
	return err
}

func (h *file) Close() error {
	h.fs.mu.Lock()
	defer h.fs.mu.Unlock()
	if err := h.use(); err != nil {
		return err
	}
	h.closed = true
	return nil
}

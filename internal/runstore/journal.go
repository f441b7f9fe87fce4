package runstore

import (
	"fmt"
	"io/fs"
	"runtime"
	"sync"
)

// journal appends lines to a file and makes them durable. Callers that come
// while a group is being synced form the next group: any number of them shares
// one fsync. One goroutine writes.
//
// After a failed write or sync the state of the file's end is unknown, and a
// second fsync could lie; so the first error is final.
type journal struct {
	file File

	mu     sync.Mutex
	next   *group // gathering; its data is what has not been written
	spare  []byte // for the group after
	size   int64  // of the file once next is written
	err    error  // final
	closed bool

	wake  chan struct{} // next has data; closed by close
	ended chan struct{}
}

type group struct {
	data []byte
	done chan struct{} // closed when durable or failed
	err  error
}

// spareLimit is the largest buffer kept for the next group.
const spareLimit = 4 << 20

// newJournal takes over the file, which has size bytes.
func newJournal(file File, size int64) *journal {
	j := &journal{
		file:  file,
		size:  size,
		next:  &group{done: make(chan struct{})},
		wake:  make(chan struct{}, 1),
		ended: make(chan struct{}),
	}
	go j.write()
	return j
}

// append returns once the line and a newline are durable, with the offset of
// the line.
func (j *journal) append(line []byte) (int64, error) {
	j.mu.Lock()
	if j.closed || j.err != nil {
		defer j.mu.Unlock()
		if j.err != nil {
			return 0, j.err
		}
		return 0, fs.ErrClosed
	}
	g := j.next
	offset := j.size
	g.data = append(append(g.data, line...), '\n')
	j.size += int64(len(line)) + 1
	select {
	case j.wake <- struct{}{}:
	default:
	}
	j.mu.Unlock()

	<-g.done
	return offset, g.err
}

// close makes everything appended durable and closes the file.
func (j *journal) close() error {
	j.mu.Lock()
	if j.closed {
		j.mu.Unlock()
		return fs.ErrClosed
	}
	j.closed = true
	close(j.wake)
	j.mu.Unlock()
	<-j.ended
	if err := j.file.Close(); j.err == nil {
		return err
	}
	return j.err
}

func (j *journal) write() {
	defer close(j.ended)
	for range j.wake {
		j.gather()
		j.mu.Lock()
		g := j.next
		j.next = &group{data: j.spare, done: make(chan struct{})}
		j.spare = nil
		g.err = j.err
		j.mu.Unlock()

		if g.err == nil && len(g.data) > 0 {
			g.err = j.commit(g.data)
		}
		j.mu.Lock()
		j.err = g.err
		if cap(g.data) <= spareLimit {
			j.spare = g.data[:0]
		}
		j.mu.Unlock()
		g.data = nil
		close(g.done)
	}
}

// gather lets callers that are about to append join the group: those that the
// last group has just set free come back within microseconds, and one that
// comes too late waits for a whole fsync more. Since every caller waits for its
// group, this ends.
func (j *journal) gather() {
	for before := int64(-1); ; {
		j.mu.Lock()
		size := j.size
		j.mu.Unlock()
		if size == before {
			return
		}
		before = size
		runtime.Gosched()
	}
}

// commit makes data durable.
func (j *journal) commit(data []byte) error {
	if _, err := j.file.Write(data); err != nil {
		return fmt.Errorf("appending to the journal: %w", err)
	}
	if err := j.file.Sync(); err != nil {
		return fmt.Errorf("syncing the journal: %w", err)
	}
	return nil
}

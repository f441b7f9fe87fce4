package eval

import "sync"

// storing stores rows while their conversations' places already serve others: a
// sync of the disk takes tens of milliseconds where many rows share it, and a place
// that waited for it would ask so much less.
type storing struct {
	emit   func(Row) error
	places chan struct{} // one for each row that is not safe yet
	rows   sync.WaitGroup

	once   sync.Once
	err    error         // the first; valid once failed is closed
	failed chan struct{} // closed with the first error
}

// newStoring stores with emit, at most so many rows at a time.
func newStoring(most int, emit func(Row) error) *storing {
	return &storing{emit: emit, places: make(chan struct{}, most), failed: make(chan struct{})}
}

// store begins to store a row, once there is a place. After a failure nothing more
// is stored: its error is returned.
func (s *storing) store(row Row) error {
	s.places <- struct{}{}
	if err := s.failure(); err != nil {
		<-s.places
		return err
	}
	s.rows.Go(func() {
		defer func() { <-s.places }()
		if err := s.emit(row); err != nil {
			s.once.Do(func() {
				s.err = err
				close(s.failed)
			})
		}
	})
	return nil
}

// failure is the first error so far.
func (s *storing) failure() error {
	select {
	case <-s.failed:
		return s.err
	default:
		return nil
	}
}

// wait returns when all rows are safe, or with the first error.
func (s *storing) wait() error {
	s.rows.Wait()
	return s.failure()
}

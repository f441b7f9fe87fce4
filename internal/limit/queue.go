package limit

// waiter is a request that is not admitted yet.
type waiter struct {
	slot      *Slot
	elsewhere bool
	ready     chan error // has room for the one message it gets
	gone      bool
}

// queue is first come, first served. Those that went away leave a hole that is
// skipped, so that leaving costs no search.
type queue struct {
	waiting []*waiter
	head    int
	holes   int
}

func (q *queue) length() int { return len(q.waiting) - q.head - q.holes }

func (q *queue) empty() bool { return q.length() == 0 }

func (q *queue) push(w *waiter) {
	if q.head > 32 && q.head > len(q.waiting)/2 {
		n := copy(q.waiting, q.waiting[q.head:])
		clear(q.waiting[n:])
		q.waiting, q.head = q.waiting[:n], 0
	}
	q.waiting = append(q.waiting, w)
}

func (q *queue) pop() *waiter {
	for q.head < len(q.waiting) {
		next := q.waiting[q.head]
		q.waiting[q.head] = nil
		q.head++
		if !next.gone {
			next.gone = true
			return next
		}
		q.holes--
	}
	return nil
}

// remove takes a waiter out and reports whether it was still in.
func (q *queue) remove(w *waiter) bool {
	if w.gone {
		return false
	}
	w.gone = true
	q.holes++
	return true
}

// turnAway removes those for whom judge has an error and tells it to them.
func (q *queue) turnAway(judge func(*waiter) error) {
	for _, w := range q.waiting[q.head:] {
		if w.gone {
			continue
		}
		if err := judge(w); err != nil {
			q.remove(w)
			w.ready <- err
		}
	}
}

package work

import (
	"context"
	"iter"
	"sync"
)

// Sequence is Ordered for the values of a sequence that is read while it is worked
// on: produce computes what belongs to a value, consume takes the results in the
// order of the values. There are never more values in memory than jobs in flight,
// and a value must stay valid when the next one is asked for. The error that ends
// the sequence is returned after everything before it has been delivered.
func Sequence[T, R any](ctx context.Context, workers int, values iter.Seq2[T, error],
	produce func(context.Context, T) (R, error), consume func(R) error) error {
	type result struct {
		value R
		found bool // false behind the last value
	}
	source := newFeed(values)
	defer source.stop()
	job := func(ctx context.Context, index int) (result, error) {
		value, found, err := source.take(index)
		if err != nil || !found {
			return result{}, err
		}
		made, err := produce(ctx, value)
		return result{made, true}, err
	}
	return Ordered(ctx, max(workers, 1), job, func(_ int, one result) (bool, error) {
		if !one.found {
			return false, nil
		}
		return true, consume(one.value)
	})
}

// feed hands the values of a sequence to workers by index. Whoever comes first
// reads up to its own value and leaves the ones before it for the others; there are
// never more of those than jobs in flight.
type feed[T any] struct {
	mutex   sync.Mutex
	next    func() (T, error, bool)
	stop    func()
	read    int // values read so far
	waiting map[int]T
	ended   bool
	failure error
}

func newFeed[T any](values iter.Seq2[T, error]) *feed[T] {
	f := &feed[T]{waiting: map[int]T{}}
	f.next, f.stop = iter.Pull2(values)
	return f
}

// take returns the value with an index, which is asked for once. It is false behind
// the last value; the error is the one that ended the sequence.
func (f *feed[T]) take(index int) (value T, found bool, err error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	for f.read <= index && !f.ended {
		next, err, more := f.next()
		if !more || err != nil {
			f.ended, f.failure = true, err
			break
		}
		f.waiting[f.read] = next
		f.read++
	}
	value, found = f.waiting[index]
	delete(f.waiting, index)
	if found {
		return value, true, nil
	}
	return value, false, f.failure
}

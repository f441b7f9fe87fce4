package work

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"
)

// counted is the sequence 0, 1, ..., n-1, and then an error if there is one.
func counted(n int, end error) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for i := range n {
			if !yield(i, nil) {
				return
			}
		}
		if end != nil {
			yield(0, end)
		}
	}
}

func TestSequence(t *testing.T) {
	gone := errors.New("the source is gone")
	for _, workers := range []int{0, 1, 3, 8} {
		for _, end := range []error{nil, gone} {
			var have []int
			err := Sequence(t.Context(), workers, counted(100, end), func(_ context.Context, i int) (int, error) { return i * i, nil },
				func(square int) error { have = append(have, square); return nil })
			if !errors.Is(err, end) {
				t.Errorf("%d workers: %v, want %v", workers, err, end)
			}
			want := make([]int, 100)
			for i := range want {
				want[i] = i * i
			}
			if !slices.Equal(have, want) {
				t.Errorf("%d workers: %v", workers, have)
			}
		}
	}
}

func TestSequenceStopsEarly(t *testing.T) {
	failed, enough := errors.New("job 7 failed"), errors.New("enough")
	delivered := 0
	err := Sequence(t.Context(), 4, counted(1<<30, nil), func(_ context.Context, i int) (int, error) {
		if i == 7 {
			return 0, failed
		}
		return i, nil
	}, func(int) error { delivered++; return nil })
	if !errors.Is(err, failed) || delivered != 7 {
		t.Errorf("%d delivered, then %v", delivered, err)
	}
	err = Sequence(t.Context(), 4, counted(1<<30, nil), func(_ context.Context, i int) (int, error) { return i, nil },
		func(i int) error {
			if i == 20 {
				return enough
			}
			return nil
		})
	if !errors.Is(err, enough) {
		t.Error(err)
	}
}

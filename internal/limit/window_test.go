package limit

import (
	"testing"

	"pgregory.net/rapid"
)

func TestWindow(t *testing.T) {
	times := func(n int, f func(int)) func(*window) {
		return func(w *window) {
			for range n {
				f(w.generation)
			}
		}
	}
	for _, test := range []struct {
		name    string
		ceiling int
		happens func(w *window)
		want    int
	}{
		{"starts at the ceiling", 100, func(*window) {}, 100},
		{"never below one", 0, func(w *window) { w.halve(); w.halve() }, 1},
		{"never above the ceiling", 10, func(w *window) { times(1000, w.answered)(w) }, 10},
		{"a third of a round refused", 90, func(w *window) { times(30, w.refuse)(w) }, 90},
		{"more than a third", 90, func(w *window) { times(31, w.refuse)(w) }, 45},
		{"more than a third of a small round", 4, func(w *window) { times(22, w.refuse)(w) }, 2},
		{"one time-out", 90, func(w *window) { w.timedOut(w.generation) }, 45},
		{"a burst of old trouble halves once", 90, func(w *window) {
			for range 90 {
				w.refuse(0)
				w.timedOut(0)
			}
		}, 45},
		{"one more for a round of answers", 90, func(w *window) { w.halve(); times(45, w.answered)(w) }, 46},
		{"a refusal begins the round anew", 90, func(w *window) {
			w.halve()
			times(44, w.answered)(w)
			w.refuse(w.generation)
			times(44, w.answered)(w)
		}, 45},
		{"old answers say nothing", 90, func(w *window) {
			w.halve()
			for range 90 {
				w.answered(0)
			}
		}, 45},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWindow(test.ceiling)
			test.happens(&w)
			if w.limit != test.want {
				t.Errorf("limit %d, want %d", w.limit, test.want)
			}
		})
	}
}

// Whatever happens, the limit stays between one and the ceiling, grows by one
// at a time, and falls by half at a time.
func TestWindowProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ceiling := rapid.IntRange(1, 600).Draw(t, "ceiling")
		w := newWindow(ceiling)
		for range rapid.IntRange(0, 2000).Draw(t, "steps") {
			before, generation := w.limit, w.generation
			old := rapid.IntRange(0, generation).Draw(t, "generation")
			switch rapid.IntRange(0, 9).Draw(t, "kind") {
			case 0:
				w.timedOut(old)
			case 1, 2, 3:
				w.refuse(old)
			default:
				w.answered(old)
			}
			switch {
			case w.limit < 1 || w.limit > ceiling:
				t.Fatalf("limit %d of %d", w.limit, ceiling)
			case w.generation > generation && (old != generation || w.limit != max(before/2, 1)):
				t.Fatalf("from %d to %d by a response of generation %d of %d", before, w.limit, old, generation)
			case w.generation == generation && w.limit != before && w.limit != before+1:
				t.Fatalf("from %d to %d", before, w.limit)
			}
		}
	})
}

// A server that takes so many at a time is found from above; one that refuses a
// fifth by chance is not taken for one.
func TestWindowFindsTheServer(t *testing.T) {
	for _, test := range []struct {
		bears, ceiling, low, high int
	}{{8, 100, 4, 12}, {100, 500, 60, 150}, {1, 64, 1, 2}, {64, 64, 64, 64}} {
		w := newWindow(test.ceiling)
		lowest := w.limit
		for range 400 { // rounds in which as many are sent as the limit allows
			sent, generation := w.limit, w.generation
			for i := range sent {
				if i < test.bears {
					w.answered(generation)
				} else {
					w.refuse(generation)
				}
			}
			lowest = min(lowest, w.limit)
		}
		if lowest < test.low || w.limit > test.high {
			t.Errorf("a server that bears %d: between %d and %d", test.bears, lowest, w.limit)
		}
	}
	w := newWindow(100)
	for i := range 100_000 {
		if i*7919%1000 < 200 { // a fifth, spread
			w.refuse(w.generation)
		} else {
			w.answered(w.generation)
		}
	}
	if w.limit != 100 {
		t.Errorf("a fifth refused by chance: limit %d", w.limit)
	}
}

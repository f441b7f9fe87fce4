package services

import "testing"

// The numbers are those that CPython 3.11's random module gives for the same seed.
func TestRandomStreamAgreesWithCPython(t *testing.T) {
	fresh := func(seed uint32) *randomStream { return newRandomStream(newStreamStart(seed)) }
	for _, test := range []struct {
		name string
		draw func() []int64
		want []int64
	}{
		{"words of the message stream", func() []int64 { return words(fresh(200191), 4) }, []int64{1881223403, 1041125569, 476682860, 3524261392}},
		{"words of the trading stream", func() []int64 { return words(fresh(1053520), 4) }, []int64{2261486938, 229209566, 2122974597, 3159343265}},
		{"words of the travel stream", func() []int64 { return words(fresh(141053), 4) }, []int64{4005903735, 621264111, 3547616316, 1134450972}},
		{"message ids", func() []int64 { return ranges(fresh(200191), 9, 10000, 99999) }, []int64{67410, 41772, 24547, 24421, 60424, 33485, 15831, 69233, 63997}},
		{"seconds of a day", func() []int64 { return ranges(fresh(1053520), 5, 0, 86400) }, []int64{69015, 6994, 64788, 83715, 26693}},
		{"access tokens", func() []int64 { return ranges(fresh(141053), 3, 100000, 999999) }, []int64{251675, 966117, 376965}},
		{"insurance", func() []int64 { return ranges(fresh(141053), 1, 100000000, 999999999) }, []int64{255316027}},
		{"a card and its balance", func() []int64 {
			r := fresh(141053)
			return []int64{r.between(100000000000, 999999999999), r.between(10000, 99999)}
		}, []int64{262919693687, 44620}},
		{"bookings", func() (all []int64) {
			r := fresh(141053)
			for range 3 {
				all = append(all, r.between(1000000, 9999999), r.between(10000000, 99999999))
			}
			return all
		}, []int64{3426812, 45451592, 7223063, 35535380, 6765159, 96206559}},
	} {
		t.Run(test.name, func(t *testing.T) {
			have := test.draw()
			for i := range min(len(have), len(test.want)) {
				if have[i] != test.want[i] {
					t.Errorf("draw %d: have %d, want %d", i, have[i], test.want[i])
				}
			}
		})
	}
	r := fresh(141053)
	if a, b := r.uniform(-10, 40), r.uniform(-10, 40); a != 36.63485703790535 || b != 31.29968928699752 {
		t.Errorf("temperatures %v %v", a, b)
	}
	r = fresh(141053)
	if a, b := r.uniform(0, 120), r.uniform(0, 120); a != 111.92365689097284 || b != 99.11925428879405 {
		t.Errorf("speeds %v %v", a, b)
	}
}

func words(r *randomStream, count int) (all []int64) {
	for range count {
		all = append(all, int64(r.word()))
	}
	return all
}

func ranges(r *randomStream, count int, low, high int64) (all []int64) {
	for range count {
		all = append(all, r.between(low, high))
	}
	return all
}

// A stream that goes past the shared start renews a state of its own: others that
// began at the same start are not disturbed.
func TestRandomStreamLeavesItsStartAlone(t *testing.T) {
	start := newStreamStart(141053)
	long := newRandomStream(start)
	for range 3 * streamWords {
		long.word()
	}
	if have := words(newRandomStream(start), 4); have[0] != 4005903735 || have[3] != 1134450972 {
		t.Errorf("the shared start was changed: %v", have)
	}
	again := newRandomStream(newStreamStart(141053))
	for range 3 * streamWords {
		again.word()
	}
	if a, b := long.word(), again.word(); a != b || a != 3776692897 {
		t.Errorf("after three renewals: %d and %d", a, b)
	}
}

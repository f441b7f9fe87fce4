package dedup

import (
	"slices"
	"testing"
)

// TestBuckets compares the tables, across several times of growing, with maps that
// keep the first ids of every fingerprint.
func TestBuckets(t *testing.T) {
	const bands, limit, ids = 3, 4, 6 * firstSize
	for _, fingerprints := range []uint32{7, 900, 1 << 31} {
		random := newRandom(uint64(fingerprints))
		b := newBuckets(bands, limit)
		model := [bands]map[uint32][]uint32{{}, {}, {}}
		crowded := 0
		draw := func() []uint32 {
			return []uint32{random.Uint32N(fingerprints), random.Uint32N(fingerprints), random.Uint32N(fingerprints)}
		}
		check := func(prints []uint32) {
			var want []uint32
			for band, print := range prints {
				want = append(want, model[band][print]...)
			}
			slices.Sort(want)
			if have := b.find(prints, nil); !slices.Equal(have, slices.Compact(want)) {
				t.Fatalf("%d fingerprints, %d ids: have %v, want %v", fingerprints, b.count, have, want)
			}
		}
		for id := range uint32(ids) {
			prints := draw()
			check(prints)
			b.add(prints)
			for band, print := range prints {
				if len(model[band][print]) == limit {
					crowded++
				} else {
					model[band][print] = append(model[band][print], id)
				}
			}
			check(prints)
		}
		if b.count != ids || b.crowded != crowded {
			t.Errorf("%d ids, %d crowded, want %d and %d", b.count, b.crowded, ids, crowded)
		}
	}
}

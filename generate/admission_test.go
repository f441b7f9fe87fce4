package generate

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/buttonbench/button/internal/work"
)

// Whatever the yield, no candidate is begun in vain, and nothing waits for ever.
func TestAdmission(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		wanted, workers := rapid.IntRange(1, 300).Draw(r, "wanted"), rapid.IntRange(1, 64).Draw(r, "workers")
		yield, seed := rapid.SampledFrom([]float64{0.05, 0.3, 0.7, 1}).Draw(r, "yield"), rapid.Uint64().Draw(r, "seed")
		synctest.Test(t, func(t *testing.T) {
			gate := newAdmission(wanted, nil)
			var begun atomic.Int64
			accepted, delivered := 0, 0
			err := work.Ordered(t.Context(), workers, func(ctx context.Context, index int) (bool, error) {
				if err := gate.wait(ctx, index); err != nil {
					return false, err
				}
				begun.Add(1)
				random := rand.New(rand.NewPCG(seed, uint64(index)))
				time.Sleep(time.Duration(1+random.IntN(20)) * time.Millisecond)
				return random.Float64() < yield, nil
			}, func(_ int, good bool) (bool, error) {
				delivered++
				if good {
					accepted++
				}
				gate.judged(good)
				return accepted < wanted, nil
			})
			if err != nil || accepted != wanted {
				t.Fatal(err, accepted)
			}
			if int(begun.Load()) != delivered {
				t.Errorf("%d candidates begun, %d judged, for %d wanted by %d workers at a yield of %v", begun.Load(), delivered, wanted, workers, yield)
			}
		})
	})
}

func TestAdmissionDrains(t *testing.T) {
	drain := make(chan struct{})
	gate := newAdmission(1, drain)
	close(drain)
	if err := gate.wait(t.Context(), 1); !errors.Is(err, errNotBegun) {
		t.Errorf("have %v", err)
	}
	if err := gate.wait(t.Context(), 0); err != nil {
		t.Errorf("what may begin, begins: %v", err)
	}
}

package limit

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// acquire takes a slot that must be there at once.
func acquire(t *testing.T, l *Limiter) *Slot {
	t.Helper()
	start := time.Now()
	slot, err := l.Acquire(t.Context(), Ask{Tokens: 1})
	if err != nil {
		t.Fatal(err)
	}
	if waited := time.Since(start); waited != 0 {
		t.Fatalf("waited %v", waited)
	}
	return slot
}

// bubble runs a test on a clock that jumps.
func bubble(t *testing.T, check func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, check)
}

func TestCeiling(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := New(Options{Ceiling: 7})
		var now, most atomic.Int64
		var group sync.WaitGroup
		for range 100 {
			group.Go(func() {
				slot, err := l.Acquire(t.Context(), Ask{})
				if err != nil {
					t.Error(err)
					return
				}
				n := now.Add(1)
				for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
				}
				time.Sleep(time.Second)
				now.Add(-1)
				slot.Release(Outcome{Kind: Answered})
			})
		}
		start := time.Now()
		group.Wait()
		if most.Load() != 7 {
			t.Errorf("%d in flight", most.Load())
		}
		if took := time.Since(start); took != 15*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

// A wish of the server holds for all, also for those in line, and the longest counts.
func TestWishHoldsForAll(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := New(Options{Ceiling: 4})
		slots := []*Slot{acquire(t, l), acquire(t, l), acquire(t, l), acquire(t, l)}
		start := time.Now()
		var admitted []time.Duration
		var mu sync.Mutex
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				slot, err := l.Acquire(t.Context(), Ask{})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				admitted = append(admitted, time.Since(start))
				mu.Unlock()
				slot.Release(Outcome{Kind: Answered})
			})
		}
		synctest.Wait()
		slots[0].Release(Outcome{Kind: Throttled, Wish: 3 * time.Second})
		slots[1].Release(Outcome{Kind: Throttled, Wish: 7 * time.Second})
		slots[2].Release(Outcome{Kind: Throttled, Wish: time.Second})
		slots[3].Release(Outcome{Kind: Answered})
		synctest.Wait()
		if load := l.Load(); load.Closed != 7*time.Second || load.Waiting != 4 || load.InFlight != 0 {
			t.Errorf("%+v", load)
		}
		group.Wait()
		for _, after := range admitted {
			if after != 7*time.Second {
				t.Errorf("admitted after %v", after)
			}
		}
	})
}

func TestUnderWayGoesFirst(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := New(Options{Ceiling: 1})
		slot := acquire(t, l)
		var order []string
		var group sync.WaitGroup
		line := func(name string, underWay bool) {
			group.Go(func() {
				slot, err := l.Acquire(t.Context(), Ask{UnderWay: underWay})
				if err != nil {
					t.Error(err)
					return
				}
				order = append(order, name)
				slot.Release(Outcome{Kind: Answered})
			})
			synctest.Wait()
		}
		line("new 1", false)
		line("new 2", false)
		line("going on 1", true)
		line("going on 2", true)
		slot.Release(Outcome{Kind: Answered})
		group.Wait()
		want := []string{"going on 1", "going on 2", "new 1", "new 2"}
		for i := range want {
			if order[i] != want[i] {
				t.Fatalf("order %q", order)
			}
		}
	})
}

func TestRestAndProbe(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := New(Options{Ceiling: 20, Patience: time.Hour})
		var slots []*Slot
		for range 20 {
			slots = append(slots, acquire(t, l))
		}
		for _, slot := range slots[:19] {
			slot.Release(Outcome{Kind: Failed, Reason: "HTTP 500"})
		}
		if load := l.Load(); load.Closed != firstRest || load.Reason != "HTTP 500" || load.Limit != 1 {
			t.Fatalf("%+v: ten failures in a row rest once", load)
		}
		// After the rest one at a time is let through; a failure doubles the rest.
		for _, rest := range []time.Duration{2, 4, 8, 16, 30, 30} {
			probe, err := l.Acquire(t.Context(), Ask{})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			if _, err := l.Acquire(ctx, Ask{}); !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("a second probe: %v", err)
			}
			cancel()
			probe.Release(Outcome{Kind: Failed})
			if load := l.Load(); load.Closed != rest*time.Second {
				t.Fatalf("rest %v, want %d s", load.Closed, rest)
			}
		}
		// An answer of a request from before ends the rest.
		slots[19].Release(Outcome{Kind: Answered})
		for range 20 {
			acquire(t, l)
		}
		if load := l.Load(); load.Closed != 0 || load.Limit != 20 {
			t.Errorf("%+v", load)
		}
	})
}

func TestProbeThatHeals(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := New(Options{Ceiling: 20})
		for range failuresBeforeRest {
			acquire(t, l).Release(Outcome{Kind: Overloaded})
		}
		probe, err := l.Acquire(t.Context(), Ask{})
		if err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		var through atomic.Int64
		for range 20 {
			group.Go(func() {
				if _, err := l.Acquire(t.Context(), Ask{}); err != nil {
					t.Error(err)
				}
				through.Add(1)
			})
		}
		synctest.Wait()
		if through.Load() != 0 {
			t.Errorf("%d beside the probe", through.Load())
		}
		probe.Release(Outcome{Kind: Throttled}) // refused, but alive
		group.Wait()
	})
}

// A host that nobody answers at is called down within seconds, one that has
// answered before only after the patience.
func TestDown(t *testing.T) {
	for _, test := range []struct {
		name     string
		answered bool
		kind     Kind
		at       time.Duration // no sooner
		within   time.Duration
	}{
		{"nobody there", false, Unreachable, unreachablePatience, 10 * time.Second},
		{"was there", true, Unreachable, time.Minute, 2 * time.Minute},
		{"only errors", false, Failed, time.Minute, 2 * time.Minute},
	} {
		for _, workers := range []int{1, 50} {
			t.Run(test.name, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					l := New(Options{Ceiling: 50, Patience: time.Minute})
					if test.answered {
						acquire(t, l).Release(Outcome{Kind: Answered})
					}
					start := time.Now()
					var sent atomic.Int64
					var group sync.WaitGroup
					for range workers {
						group.Go(func() {
							for {
								slot, err := l.Acquire(t.Context(), Ask{})
								var closed *ClosedError
								if errors.As(err, &closed) {
									if took := time.Since(start); !closed.Down || took < test.at || took > test.within {
										t.Errorf("after %v: %+v", took, closed)
									}
									return
								}
								if err != nil {
									t.Error(err)
									return
								}
								sent.Add(1)
								slot.Release(Outcome{Kind: test.kind, Reason: "connection refused"})
								time.Sleep(500 * time.Millisecond) // as whoever asks again does
							}
						})
					}
					group.Wait()
					if limit := int64(workers + 30); sent.Load() > limit {
						t.Errorf("%d requests to a dead host", sent.Load())
					}
				})
			})
		}
	}
}

func TestWishTooLong(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := New(Options{Ceiling: 2, Patience: time.Minute})
		a, b := acquire(t, l), acquire(t, l)
		waits := make(chan error)
		go func() {
			_, err := l.Acquire(t.Context(), Ask{})
			waits <- err
		}()
		synctest.Wait()
		a.Release(Outcome{Kind: Throttled, Wish: time.Hour, Reason: "quota"})
		for _, err := range []error{<-waits, func() error { _, err := l.Acquire(t.Context(), Ask{}); return err }()} {
			var closed *ClosedError
			if !errors.As(err, &closed) || !closed.Down || closed.Reason != "quota" {
				t.Errorf("have %v", err)
			}
		}
		b.Release(Outcome{Kind: Answered}) // which does not undo the wish
		if load := l.Load(); load.Closed != time.Hour || !load.Down {
			t.Errorf("%+v", load)
		}
	})
}

func TestElsewhereDoesNotWait(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := New(Options{Ceiling: 1})
		slot := acquire(t, l)
		waits := make(chan error)
		go func() {
			_, err := l.Acquire(t.Context(), Ask{Elsewhere: true})
			waits <- err
		}()
		synctest.Wait()
		slot.Release(Outcome{Kind: Throttled, Wish: time.Second})
		var closed *ClosedError
		if err := <-waits; !errors.As(err, &closed) || closed.Down {
			t.Errorf("have %v", err)
		}
	})
}

func TestRatesPerMinute(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := New(Options{Ceiling: 500, RequestsPerMinute: 60})
		var group sync.WaitGroup
		var inMinute [3]atomic.Int64
		start := time.Now()
		for range 180 {
			group.Go(func() {
				slot, err := l.Acquire(t.Context(), Ask{})
				if err != nil {
					t.Error(err)
					return
				}
				inMinute[int(time.Since(start)/time.Minute)].Add(1)
				slot.Release(Outcome{Kind: Answered})
			})
		}
		group.Wait()
		for i := range inMinute {
			if n := inMinute[i].Load(); n != 60 {
				t.Errorf("minute %d: %d requests", i, n)
			}
		}
	})
}

// However estimates and answers differ: what is used in any minute stays within
// the rate, but for what the requests under way were underestimated by.
func TestTokenRate(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3} {
		bubble(t, func(t *testing.T) {
			const perMinute, workers, largest = 60_000.0, 10, 3000
			random := rand.New(rand.NewPCG(seed, 1))
			l := New(Options{Ceiling: workers, TokensPerMinute: perMinute})
			type use struct {
				at     time.Time
				tokens int
			}
			var mu sync.Mutex
			var uses []use
			var group sync.WaitGroup
			start := time.Now()
			for range workers {
				group.Go(func() {
					for time.Since(start) < 10*time.Minute {
						mu.Lock()
						actual := random.IntN(largest)
						estimate := int(float64(actual) * (0.5 + random.Float64()))
						mu.Unlock()
						slot, err := l.Acquire(t.Context(), Ask{Tokens: estimate})
						if err != nil {
							t.Error(err)
							return
						}
						mu.Lock()
						uses = append(uses, use{time.Now(), actual})
						mu.Unlock()
						time.Sleep(time.Second)
						slot.Release(Outcome{Kind: Answered, Tokens: actual})
					}
				})
			}
			group.Wait()
			total, first := 0, 0
			for i, u := range uses {
				total += u.tokens
				for uses[first].at.Before(u.at.Add(-time.Minute)) {
					total -= uses[first].tokens
					first++
				}
				if slack := workers*largest/2 + 1000; float64(total) > perMinute+float64(slack) {
					t.Fatalf("%d tokens in the minute up to request %d", total, i)
				}
			}
			sum := 0
			for _, u := range uses {
				sum += u.tokens
			}
			if rate := float64(sum) / 10; rate < 0.9*perMinute {
				t.Errorf("only %.0f tokens a minute of %.0f", rate, perMinute)
			}
		})
	}
}

func TestCancelledWhileWaiting(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := New(Options{Ceiling: 1, RequestsPerMinute: 1})
		slot := acquire(t, l)
		for range 10 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if _, err := l.Acquire(ctx, Ask{}); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("have %v", err)
			}
			cancel()
		}
		slot.Release(Outcome{Kind: Answered})
		for range 3 { // now it is the rate that is waited for
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if _, err := l.Acquire(ctx, Ask{}); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("have %v", err)
			}
			cancel()
		}
		if load := l.Load(); load.InFlight != 0 || load.Waiting != 0 {
			t.Errorf("%+v", load)
		}
		start := time.Now()
		if _, err := l.Acquire(t.Context(), Ask{}); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(start); waited > time.Minute {
			t.Errorf("those who left still hold their place: waited %v", waited)
		}
	})
}

// However requests come, go, fail and give up: no place is lost, none is given
// twice, and nobody is forgotten in line.
func TestLimiterProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64().Draw(rt, "seed")
		ceiling := rapid.IntRange(1, 20).Draw(rt, "ceiling")
		workers := rapid.IntRange(1, 40).Draw(rt, "workers")
		perMinute := rapid.SampledFrom([]float64{0, 600}).Draw(rt, "requests per minute")
		bubble(t, func(t *testing.T) {
			l := New(Options{Ceiling: ceiling, RequestsPerMinute: perMinute, TokensPerMinute: 100 * perMinute, Patience: time.Hour})
			var inFlight atomic.Int64
			var group sync.WaitGroup
			for worker := range workers {
				random := rand.New(rand.NewPCG(seed, uint64(worker)))
				group.Go(func() {
					for range 30 {
						ctx, cancel := context.WithCancel(t.Context())
						if random.IntN(4) == 0 {
							ctx, cancel = context.WithTimeout(t.Context(), time.Duration(random.IntN(3000))*time.Millisecond)
						}
						slot, err := l.Acquire(ctx, Ask{Tokens: random.IntN(100), UnderWay: random.IntN(2) == 0})
						cancel()
						if err != nil {
							continue
						}
						if n := inFlight.Add(1); n > int64(ceiling) {
							t.Errorf("%d in flight of %d", n, ceiling)
						}
						time.Sleep(time.Duration(random.IntN(1000)) * time.Millisecond)
						inFlight.Add(-1)
						outcome := Outcome{Kind: Kind(random.IntN(int(Unreachable) + 1)), Tokens: random.IntN(200) - 1}
						if outcome.Kind == Throttled {
							outcome.Wish = time.Duration(random.IntN(2000)) * time.Millisecond
						}
						slot.Release(outcome)
					}
				})
			}
			group.Wait()
			load := l.Load()
			if load.InFlight != 0 || load.Waiting != 0 {
				rt.Fatalf("at the end: %+v", load)
			}
		})
	})
}

func TestAllowance(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := NewAllowance(Wall(), 0.5, 1, 10)
		start := time.Now()
		for range 10 {
			if err := a.Spend(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if waited := time.Since(start); waited != 0 {
			t.Errorf("the start was to be free: %v", waited)
		}
		if err := a.Spend(t.Context()); err != nil || time.Since(start) != time.Second {
			t.Errorf("trickle: %v after %v", err, time.Since(start))
		}
		done := make(chan time.Time)
		go func() {
			a.Spend(t.Context())
			done <- time.Now()
		}()
		synctest.Wait()
		a.Earn()
		a.Earn()
		if at := <-done; !at.Equal(start.Add(time.Second)) {
			t.Errorf("two answers earn one repetition: waited until %v", at.Sub(start))
		}
		ctx, cancel := context.WithCancel(t.Context())
		go cancel()
		if err := a.Spend(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("have %v", err)
		}
	})
}

// The bound that the doc states holds, and all who wait are served in the end.
func TestAllowanceBound(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const share, trickle, begin = 0.25, 2.0, 5.0
		a := NewAllowance(Wall(), share, trickle, begin)
		var repetitions, answers atomic.Int64
		var group sync.WaitGroup
		start := time.Now()
		for worker := range 50 {
			random := rand.New(rand.NewPCG(7, uint64(worker)))
			group.Go(func() {
				for range 40 {
					for random.IntN(2) == 0 {
						if err := a.Spend(t.Context()); err != nil {
							t.Error(err)
						}
						n := float64(repetitions.Add(1))
						if most := begin + share*float64(answers.Load()) + trickle*time.Since(start).Seconds() + 1e-6; n > most {
							t.Errorf("%v repetitions of at most %v", n, most)
						}
					}
					time.Sleep(100 * time.Millisecond)
					answers.Add(1)
					a.Earn()
				}
			})
		}
		group.Wait()
		if answers.Load() != 2000 {
			t.Errorf("%d answers", answers.Load())
		}
	})
}

// Whoever waits for the rate when the gate is shut waits for the gate too.
func TestGateShutsWhilePaced(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := New(Options{Ceiling: 10, RequestsPerMinute: 60})
		slot := acquire(t, l)
		start := time.Now()
		admitted := make(chan time.Duration)
		go func() {
			if _, err := l.Acquire(t.Context(), Ask{}); err != nil {
				t.Error(err)
			}
			admitted <- time.Since(start)
		}()
		synctest.Wait()
		slot.Release(Outcome{Kind: Throttled, Wish: 10 * time.Second})
		if at := <-admitted; at < 10*time.Second || at > 12*time.Second {
			t.Errorf("admitted after %v", at)
		}
	})
}

// What was used beyond the estimate is paid for by those who come next.
func TestUnderestimatesArePaidFor(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := New(Options{Ceiling: 1, TokensPerMinute: 6000})
		start := time.Now()
		for range 10 {
			slot, err := l.Acquire(t.Context(), Ask{Tokens: 1})
			if err != nil {
				t.Fatal(err)
			}
			slot.Release(Outcome{Kind: Answered, Tokens: 1000})
		}
		if took := time.Since(start); took < 85*time.Second || took > 95*time.Second { // nine times ten seconds
			t.Errorf("10,000 tokens at 6,000 a minute took %v", took)
		}
	})
}

// A repetition granted to one who has just left is not lost.
func TestAllowanceOfOneWhoLeft(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := NewAllowance(Wall(), 1, 1e-9, 1)
		for range 50 {
			if err := a.Spend(t.Context()); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			left := make(chan error)
			go func() { left <- a.Spend(ctx) }()
			synctest.Wait()
			cancel()
			a.Earn()
			if err := <-left; err == nil {
				a.Earn()
			}
		}
	})
}

// Where a server does not report usage, the estimate stands.
func TestUsageNotKnown(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := New(Options{Ceiling: 1, TokensPerMinute: 6000})
		start := time.Now()
		for range 10 {
			slot, err := l.Acquire(t.Context(), Ask{Tokens: 1000})
			if err != nil {
				t.Fatal(err)
			}
			slot.Release(Outcome{Kind: Answered, Tokens: -1})
		}
		if took := time.Since(start); took < 90*time.Second {
			t.Errorf("10,000 tokens at 6,000 a minute took %v", took)
		}
	})
}

// A place given to one who has just left is given to the next one.
func TestPlaceOfOneWhoLeft(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := New(Options{Ceiling: 1})
		for range 50 {
			slot := acquire(t, l)
			ctx, cancel := context.WithCancel(t.Context())
			left := make(chan struct{})
			go func() {
				defer close(left)
				if slot, err := l.Acquire(ctx, Ask{}); err == nil {
					slot.Release(Outcome{Kind: Unsent})
				}
			}()
			synctest.Wait()
			cancel()
			slot.Release(Outcome{Kind: Answered})
			<-left
		}
	})
}

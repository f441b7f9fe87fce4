package work_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/buttonbench/button/internal/work"
)

type run func(ctx context.Context, workers int,
	produce func(ctx context.Context, index int) (int, error),
	consume func(index int, item int) (bool, error),
	opts ...work.Option) error

// bothWays runs a test against Ordered and Unordered.
func bothWays(t *testing.T, test func(t *testing.T, run run)) {
	t.Run("ordered", func(t *testing.T) { test(t, work.Ordered[int]) })
	t.Run("unordered", func(t *testing.T) { test(t, work.Unordered[int]) })
}

func square(_ context.Context, index int) (int, error) { return index * index, nil }

// collect is a consumer that keeps what it gets and never has enough.
func collect(into *[]int) func(int, int) (bool, error) {
	return func(index, item int) (bool, error) {
		*into = append(*into, index)
		if item != index*index {
			return false, fmt.Errorf("job %d gave %d", index, item)
		}
		return true, nil
	}
}

func upTo(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

func TestEveryJobIsDeliveredOnce(t *testing.T) {
	bothWays(t, func(t *testing.T, run run) {
		for _, workers := range []int{-1, 1, 2, 7, 64} {
			for _, count := range []int{0, 1, 2, 100, 1000} {
				var got []int
				if err := run(t.Context(), workers, square, collect(&got), work.Count(count)); err != nil {
					t.Fatal(err)
				}
				slices.Sort(got)
				if !slices.Equal(got, upTo(count)) {
					t.Fatalf("%d workers, %d jobs: got %v", workers, count, got)
				}
			}
		}
	})
}

// What the consumer of Ordered sees depends on nothing but the jobs: not on
// the workers, nor on which of them is slow, stops or fails.
func TestOrderedIsTheSameAtAnyConcurrency(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		count := rapid.IntRange(0, 60).Draw(rt, "count")
		enough := rapid.IntRange(1, 70).Draw(rt, "enough")
		broken := rapid.SliceOfN(rapid.IntRange(0, 80), 0, 3).Draw(rt, "broken")
		delays := rapid.SliceOfN(rapid.IntRange(0, 50), 1, 9).Draw(rt, "delays")
		type ending struct {
			Seen []int
			Err  string
		}
		do := func(workers int) (end ending) {
			synctest.Test(t, func(t *testing.T) {
				err := work.Ordered(t.Context(), workers, func(_ context.Context, index int) (int, error) {
					time.Sleep(time.Duration(delays[index%len(delays)]))
					if slices.Contains(broken, index) {
						return 0, fmt.Errorf("job %d is broken", index)
					}
					return index * index, nil
				}, func(index, item int) (bool, error) {
					end.Seen = append(end.Seen, index)
					return len(end.Seen) < enough, nil
				}, work.Count(count))
				end.Err = fmt.Sprint(err)
			})
			return end
		}
		want := do(1)
		if !slices.Equal(want.Seen, upTo(len(want.Seen))) {
			rt.Fatalf("out of order: %v", want.Seen)
		}
		for _, workers := range []int{2, 5, 33} {
			if diff := cmp.Diff(want, do(workers)); diff != "" {
				rt.Fatalf("%d workers (-1 worker +%d):\n%s", workers, workers, diff)
			}
		}
	})
}

func TestConsumerStopsEndlessWork(t *testing.T) {
	bothWays(t, func(t *testing.T, run run) {
		var got []int
		accept := collect(&got)
		err := run(t.Context(), 4, square, func(index, item int) (bool, error) {
			if _, err := accept(index, item); err != nil {
				return false, err
			}
			return len(got) < 100, nil
		})
		if err != nil || len(got) != 100 {
			t.Fatalf("got %d results, error %v", len(got), err)
		}
	})
}

func TestConsumerErrorEndsTheWork(t *testing.T) {
	bothWays(t, func(t *testing.T, run run) {
		broken := errors.New("disk full")
		err := run(t.Context(), 4, square, func(index, _ int) (bool, error) { return true, broken })
		if err != broken {
			t.Fatalf("got %v", err)
		}
	})
}

// The results that wait for the consumer are bounded, also behind a slow job.
func TestWindowIsBounded(t *testing.T) {
	const workers = 3
	bothWays(t, func(t *testing.T, run run) {
		synctest.Test(t, func(t *testing.T) {
			var started, delivered atomic.Int64
			err := run(t.Context(), workers, func(_ context.Context, index int) (int, error) {
				if open := started.Add(1) - delivered.Load(); open > 8*workers+1 {
					t.Errorf("%d jobs are open", open)
				}
				if index == 0 {
					time.Sleep(time.Second)
				}
				return 0, nil
			}, func(int, int) (bool, error) {
				time.Sleep(time.Millisecond)
				delivered.Add(1)
				return true, nil
			}, work.Count(500))
			if err != nil {
				t.Fatal(err)
			}
		})
	})
}

// With a window of n, job i has all results up to i-n behind it, whatever the
// number of workers.
func TestWindowOfTheCaller(t *testing.T) {
	const window = 5
	synctest.Test(t, func(t *testing.T) {
		var delivered atomic.Int64
		err := work.Ordered(t.Context(), 40, func(_ context.Context, index int) (int, error) {
			if behind := int64(index) - delivered.Load(); behind > window {
				t.Errorf("job %d starts when %d are delivered", index, delivered.Load())
			}
			time.Sleep(time.Duration(index*7919%13) * time.Millisecond)
			return 0, nil
		}, func(int, int) (bool, error) {
			delivered.Add(1)
			return true, nil
		}, work.Count(300), work.Window(window))
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestUnorderedDoesNotWaitForSlowJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []int
		err := work.Unordered(t.Context(), 2, func(_ context.Context, index int) (int, error) {
			if index == 0 {
				time.Sleep(time.Hour)
			}
			time.Sleep(time.Second)
			return index * index, nil
		}, collect(&got), work.Count(1000))
		if err != nil || got[0] != 1 || got[999] != 0 {
			t.Fatalf("error %v, order %v", err, got)
		}
	})
}

func TestPanicBecomesError(t *testing.T) {
	bothWays(t, func(t *testing.T, run run) {
		cause := errors.New("index out of range")
		err := run(t.Context(), 4, func(_ context.Context, index int) (int, error) {
			if index == 7 {
				panic(cause)
			}
			return 0, nil
		}, func(int, int) (bool, error) { return true, nil }, work.Count(100))
		var panicked *work.PanicError
		if !errors.As(err, &panicked) || panicked.Index != 7 || len(panicked.Stack) == 0 || !errors.Is(err, cause) {
			t.Fatalf("got %v", err)
		}
	})
}

func TestExitedGoroutineBecomesError(t *testing.T) {
	bothWays(t, func(t *testing.T, run run) {
		err := run(t.Context(), 1, func(context.Context, int) (int, error) {
			runtime.Goexit()
			return 0, nil
		}, func(int, int) (bool, error) { return true, nil })
		if err == nil {
			t.Fatal("no error")
		}
	})
}

// A panic of the consumer reaches the caller, after the workers have ended.
func TestConsumerPanicLeavesNoWorker(t *testing.T) {
	bothWays(t, func(t *testing.T, run run) {
		synctest.Test(t, func(t *testing.T) {
			defer func() {
				if value := recover(); value != "no" {
					t.Errorf("recovered %v", value)
				}
			}()
			_ = run(t.Context(), 4, square, func(int, int) (bool, error) { panic("no") })
		})
	})
}

func TestDrainFinishesWhatRuns(t *testing.T) {
	bothWays(t, func(t *testing.T, run run) {
		synctest.Test(t, func(t *testing.T) {
			drain := make(chan struct{})
			var started atomic.Int64
			var got []int
			err := run(t.Context(), 5, func(ctx context.Context, index int) (int, error) {
				if started.Add(1) == 23 {
					close(drain)
				}
				time.Sleep(time.Second)
				return index * index, ctx.Err()
			}, collect(&got), work.Count(1000), work.Drain(drain))
			if !errors.Is(err, work.ErrDrained) {
				t.Fatalf("got error %v", err)
			}
			slices.Sort(got)
			if n := int(started.Load()); n > 25 || !slices.Equal(got, upTo(n)) {
				t.Fatalf("started %d, delivered %v", n, got)
			}
		})
	})
}

func TestDrainAfterTheLastJobIsNoError(t *testing.T) {
	bothWays(t, func(t *testing.T, run run) {
		synctest.Test(t, func(t *testing.T) {
			drain := make(chan struct{})
			err := run(t.Context(), 5, func(_ context.Context, index int) (int, error) {
				time.Sleep(time.Second)
				if index == 0 {
					close(drain)
				}
				return 0, nil
			}, func(int, int) (bool, error) { return true, nil }, work.Count(5), work.Drain(drain))
			if err != nil {
				t.Fatal(err)
			}
		})
	})
}

// A cancellation abandons running jobs, yet what was finished is delivered and
// the cause is told.
func TestCancelDeliversWhatWasFinished(t *testing.T) {
	bothWays(t, func(t *testing.T, run run) {
		synctest.Test(t, func(t *testing.T) {
			cause := errors.New("second signal")
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			var got []int
			err := run(ctx, 4, func(ctx context.Context, index int) (int, error) {
				if index < 3 {
					return index * index, nil
				}
				if index == 5 {
					cancel(cause)
				}
				<-ctx.Done()
				return 0, ctx.Err()
			}, func(index, item int) (bool, error) {
				time.Sleep(time.Second) // everything is over before the first is delivered
				return collect(&got)(index, item)
			})
			slices.Sort(got)
			if err != cause || !slices.Equal(got, upTo(3)) {
				t.Fatalf("delivered %v, error %v", got, err)
			}
		})
	})
}

func TestUnorderedFailureCancelsTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("wrong key")
		err := work.Unordered(t.Context(), 4, func(ctx context.Context, index int) (int, error) {
			if index == 3 {
				return 0, broken
			}
			<-ctx.Done()
			if context.Cause(ctx) != broken {
				t.Errorf("cause is %v", context.Cause(ctx))
			}
			return 0, ctx.Err()
		}, func(int, int) (bool, error) { return true, nil })
		if err != broken {
			t.Fatalf("got %v", err)
		}
	})
}

// While Ordered waits for the jobs before the failed one, it starts no others.
func TestFailureStopsTheHandOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("wrong key")
		var started atomic.Int64
		var got []int
		err := work.Ordered(t.Context(), 2, func(_ context.Context, index int) (int, error) {
			started.Add(1)
			if index == 1 {
				return 0, broken
			}
			time.Sleep(time.Second)
			return index * index, nil
		}, collect(&got))
		if err != broken || started.Load() != 2 || !slices.Equal(got, upTo(1)) {
			t.Fatalf("error %v, %d started, delivered %v", err, started.Load(), got)
		}
	})
}

func TestReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []work.Progress
		err := work.Ordered(t.Context(), 2, func(context.Context, int) (int, error) {
			time.Sleep(time.Second)
			return 0, nil
		}, func(int, int) (bool, error) { return true, nil },
			work.Count(10),
			work.Report(2100*time.Millisecond, func(p work.Progress) { got = append(got, p) }))
		if err != nil {
			t.Fatal(err)
		}
		// Two jobs a second; every report lies 0.1 s, 0.2 s behind a delivery.
		const ms = time.Millisecond
		want := []work.Progress{
			{Done: 4, Total: 10, InFlight: 2, Elapsed: 2100 * ms, Rate: 4 / 2.1, Left: 3150 * ms},
			{Done: 8, Total: 10, InFlight: 2, Elapsed: 4200 * ms, Rate: 8 / 4.2, Left: 1050 * ms},
			{Done: 10, Total: 10, Elapsed: 5000 * ms, Rate: 2, Last: true},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

// Reports come while nothing is finished, and count what the caller counts.
func TestReportsOfAGoal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		accepted := 0
		var got []work.Progress
		err := work.Ordered(t.Context(), 1, func(ctx context.Context, index int) (int, error) {
			select {
			case <-time.After(3 * time.Second):
				return index, nil
			case <-ctx.Done():
				return 0, ctx.Err()
			}
		}, func(index, _ int) (bool, error) {
			if index%2 == 1 {
				accepted++
			}
			return accepted < 2, nil
		},
			work.Goal(2, func() int { return accepted }),
			work.Report(5*time.Second, func(p work.Progress) { got = append(got, p) }))
		if err != nil {
			t.Fatal(err)
		}
		want := []work.Progress{
			{Done: 0, Total: 2, InFlight: 1, Elapsed: 5 * time.Second, Left: -1},
			{Done: 1, Total: 2, InFlight: 1, Elapsed: 10 * time.Second, Rate: 0.1, Left: 10 * time.Second},
			{Done: 2, Total: 2, Elapsed: 12 * time.Second, Rate: 2. / 12, Last: true},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestTwoStage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		signals := make(chan os.Signal, 1)
		ctx, drain, stop := work.TwoStage(t.Context(), signals)
		defer stop()
		signals <- os.Interrupt
		<-drain
		synctest.Wait()
		if ctx.Err() != nil {
			t.Fatal("the first signal cancelled the context")
		}
		signals <- os.Interrupt
		<-ctx.Done()
		if cause := context.Cause(ctx); cause != work.ErrInterrupted {
			t.Fatalf("the cause is %v", cause)
		}
	})
}

func TestTwoStageStopsUnused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, drain, stop := work.TwoStage(t.Context(), make(chan os.Signal))
		stop()
		stop()
		if ctx.Err() == nil {
			t.Error("the context lives on")
		}
		select {
		case <-drain:
			t.Error("drained without a signal")
		default:
		}
	})
}

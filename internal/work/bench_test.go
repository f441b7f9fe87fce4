package work_test

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/buttonbench/button/internal/work"
)

// spin is a CPU-bound job that takes about a microsecond per round.
func spin(rounds int) uint64 {
	x := uint64(88172645463325252)
	for range rounds * 700 {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return x
}

// BenchmarkCheapJobs compares the pool with the least that could do the work:
// goroutines that count up an atomic integer and deliver nothing.
func BenchmarkCheapJobs(b *testing.B) {
	workers := runtime.GOMAXPROCS(0)
	for _, rounds := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("bare/%dus", rounds), func(b *testing.B) {
			var next, sum atomic.Int64
			var all sync.WaitGroup
			for range workers {
				all.Go(func() {
					for next.Add(1) <= int64(b.N) {
						sum.Add(int64(spin(rounds) & 1))
					}
				})
			}
			all.Wait()
		})
		pool := func(run func(context.Context, int, func(context.Context, int) (uint64, error),
			func(int, uint64) (bool, error), ...work.Option) error, opts ...work.Option,
		) func(*testing.B) {
			return func(b *testing.B) {
				sum := uint64(0)
				err := run(b.Context(), workers,
					func(context.Context, int) (uint64, error) { return spin(rounds), nil },
					func(_ int, item uint64) (bool, error) { sum += item; return true, nil },
					append(opts, work.Count(b.N))...)
				if err != nil {
					b.Fatal(err)
				}
			}
		}
		b.Run(fmt.Sprintf("ordered/%dus", rounds), pool(work.Ordered[uint64]))
		b.Run(fmt.Sprintf("ordered+report/%dus", rounds),
			pool(work.Ordered[uint64], work.Report(100*time.Millisecond, func(work.Progress) {})))
		b.Run(fmt.Sprintf("unordered/%dus", rounds), pool(work.Unordered[uint64]))
	}
}

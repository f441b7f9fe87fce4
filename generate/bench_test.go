package generate

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/dedup"
	"github.com/buttonbench/button/internal/world"
	"github.com/buttonbench/button/worlds"
)

func BenchmarkRun(b *testing.B) {
	var kits []*WorldKit
	for _, name := range []string{"rail", "library", "vet", "parcels"} {
		w, err := world.Load(worlds.FS, name)
		if err != nil {
			b.Fatal(err)
		}
		kit, err := NewWorldKit(w)
		if err != nil {
			b.Fatal(err)
		}
		kits = append(kits, kit)
	}
	for b.Loop() {
		_, err := Run(context.Background(), Options{Mode: "constructed", Count: 4000, Seed: 1, Worlds: kits, ParallelShare: 1, Workers: 1}, Sink{io.Discard, io.Discard})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSelection takes a million accepted candidates of a teacher's through
// selection: time for one, and what is held after so many. Requests are of 30
// words, no two nearly the same.
func BenchmarkSelection(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				near, err := dedup.NewRecent(dedup.Options{Threshold: nearRequest}, nearWindow)
				if err != nil {
					b.Fatal(err)
				}
				c := &collector{options: &Options{}, near: near, requests: map[uint64]struct{}{}, skeletons: map[uint64]int{}}
				before, started := heap(), time.Now()
				for i := range n {
					if reject := c.keep(asked(i)); reject != nil {
						b.Fatal(reject)
					}
				}
				b.ReportMetric(float64(time.Since(started).Microseconds())/float64(n), "us/record")
				b.ReportMetric(float64(heap()-before)/1e6, "MB-held")
				b.ReportMetric(float64(near.Bytes())/1e6, "MB-near")
				runtime.KeepAlive(c)
			}
		})
	}
}

func asked(i int) *Candidate {
	random := button.NewRandom(uint64(i))
	words := make([]string, 30)
	for k := range words {
		words[k] = fmt.Sprint("word", random.IntN(20_000))
	}
	return &Candidate{Record: &button.Record{Messages: []button.Message{{Role: button.RoleUser, Content: strings.Join(words, " ")}}, Meta: &button.Meta{}}}
}

// heap is what lives on it.
func heap() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

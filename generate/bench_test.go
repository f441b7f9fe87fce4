package generate

import (
	"context"
	"io"
	"testing"

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

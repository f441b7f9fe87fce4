package dedup

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// requests are texts of 12 to 60 words from a vocabulary like that of users'
// requests, with some near-duplicates.
func requests(n int) []string {
	random := newRandom(1)
	texts := make([]string, n)
	for i := range texts {
		if i > 0 && random.IntN(10) == 0 {
			texts[i] = texts[random.IntN(i)] + " please"
			continue
		}
		words := make([]string, 12+random.IntN(49))
		for k := range words {
			u := random.Float64()
			words[k] = fmt.Sprint("word", int(20_000*u*u*u))
		}
		texts[i] = strings.Join(words, " ")
	}
	return texts
}

// BenchmarkFindOrAdd takes texts into indexes of growing size: time a text, and
// memory a text.
func BenchmarkFindOrAdd(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		texts := requests(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var stats Stats
			for b.Loop() {
				x := mustNew(b, Options{})
				for _, text := range texts {
					x.FindOrAdd(text)
				}
				stats = x.Stats()
			}
			perText := float64(b.Elapsed().Nanoseconds()) / float64(b.N*n)
			b.ReportMetric(perText, "ns/text")
			b.ReportMetric(float64(stats.Bytes)/float64(stats.Texts), "bytes/text")
			b.ReportMetric(perText/plainMap(texts), "x-map")
		})
	}
}

// plainMap is the floor: the nanoseconds a text of finding exact duplicates by a
// map of normalised texts.
func plainMap(texts []string) float64 {
	start, seen := time.Now(), map[string]bool{}
	for _, text := range texts {
		seen[Normalise(text, false)] = true
	}
	return float64(time.Since(start).Nanoseconds()) / float64(len(texts))
}

// BenchmarkBruteForce compares every text with every earlier one, on sets that
// are hashed already.
func BenchmarkBruteForce(b *testing.B) {
	const n = 4000
	texts := requests(n)
	for b.Loop() {
		var reader shingler
		var sets []set
		for _, text := range texts {
			own := newSet(reader.shingles(text, Options{}.withDefaults()))
			if !slices.ContainsFunc(sets, func(other set) bool { return own.jaccard(other) >= 0.8 }) {
				sets = append(sets, own)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/text")
}

// BenchmarkMillion is one pass over a million texts: run it with -benchtime 1x.
func BenchmarkMillion(b *testing.B) {
	if testing.Short() {
		b.Skip("a million texts take half a minute; leave out -short")
	}
	texts := requests(1_000_000)
	for b.Loop() {
		x := mustNew(b, Options{})
		for _, text := range texts {
			x.FindOrAdd(text)
		}
		stats := x.Stats()
		b.ReportMetric(float64(stats.Bytes)/float64(stats.Texts), "bytes/text")
		b.ReportMetric(float64(stats.Texts), "kept")
		b.ReportMetric(float64(stats.Crowded), "crowded")
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(texts)), "ns/text")
}

// BenchmarkVectors asks for a neighbour among 20,000 embeddings of 384 dimensions,
// comparing all and through tables.
func BenchmarkVectors(b *testing.B) {
	const n, dimensions = 20_000, 384
	for _, offset := range []float64{0, 0.8} {
		for name, limit := range map[string]int{"exact": n, "tables": -1} {
			b.Run(fmt.Sprintf("%s/mean-cosine-%.2f", name, offset*offset/(1+offset*offset)), func(b *testing.B) {
				random := newRandom(1)
				v := mustNewVectors(b, dimensions, VectorOptions{ExactUpTo: limit})
				for range n {
					if _, err := v.Add(gaussian(random, dimensions, offset)); err != nil {
						b.Fatal(err)
					}
				}
				query := gaussian(random, dimensions, offset)
				for b.Loop() {
					if _, _, err := v.Find(query); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(v.Stats().Bytes)/n, "bytes/vector")
				b.ReportMetric(float64(v.Stats().Crowded)/float64(n*v.Stats().Layout.Bands), "crowded/entry")
			})
		}
	}
}

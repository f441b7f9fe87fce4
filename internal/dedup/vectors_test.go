package dedup

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func mustNewVectors(t testing.TB, dimensions int, o VectorOptions) *Vectors {
	t.Helper()
	v, err := NewVectors(dimensions, o)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// gaussian draws a vector, moved by offset along the first axis: with an offset
// all vectors lean the same way, as sentence embeddings do.
func gaussian(random *rand.Rand, dimensions int, offset float64) []float32 {
	vector := make([]float32, dimensions)
	for i := range vector {
		vector[i] = float32(random.NormFloat64())
	}
	vector[0] += float32(offset * math.Sqrt(float64(dimensions)))
	return vector
}

func cosine(a, b []float32) float64 {
	var ab, aa, bb float64
	for i := range a {
		ab += float64(a[i]) * float64(b[i])
		aa += float64(a[i]) * float64(a[i])
		bb += float64(b[i]) * float64(b[i])
	}
	return ab / math.Sqrt(aa*bb)
}

// near returns a vector at a given cosine from another.
func near(random *rand.Rand, from []float32, wanted float64) []float32 {
	noise := gaussian(random, len(from), 0)
	var along, length float64
	for i, x := range from {
		along += float64(noise[i]) * float64(x)
		length += float64(x) * float64(x)
	}
	var rest float64
	for i, x := range from {
		noise[i] -= float32(along / length * float64(x))
		rest += float64(noise[i]) * float64(noise[i])
	}
	out := make([]float32, len(from))
	for i, x := range from {
		out[i] = float32(wanted*float64(x)/math.Sqrt(length) + math.Sqrt(1-wanted*wanted)*float64(noise[i])/math.Sqrt(rest))
	}
	return out
}

func TestVectorErrors(t *testing.T) {
	for want, o := range map[string]VectorOptions{
		"threshold": {Threshold: -0.5}, "1 to 512 tables": {Tables: 513}, "the recall": {Recall: 1.5},
	} {
		if _, err := NewVectors(3, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", o, err, want)
		}
	}
	if _, err := NewVectors(0, VectorOptions{}); err == nil {
		t.Error("no dimensions are accepted")
	}
	v := mustNewVectors(t, 3, VectorOptions{})
	for want, vector := range map[string][]float32{
		"has 2 dimensions, the others have 3": {1, 2},
		"all zeros":                           {0, 0, 0},
		"member 1 of the vector is NaN":       {1, float32(math.NaN()), 0},
		"member 2 of the vector is +Inf":      {1, 0, float32(math.Inf(1))},
	} {
		if _, _, _, err := v.FindOrAdd(vector); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", vector, err, want)
		}
	}
	if v.Stats().Texts != 0 {
		t.Error("a refused vector was added")
	}
}

// TestVectorsMatchBruteForce: compared one by one, the first near-duplicate is
// found, always; through tables, what is found is one.
func TestVectorsMatchBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dimensions := rapid.IntRange(2, 90).Draw(t, "dimensions")
		threshold := rapid.Float64Range(0.5, 0.99).Draw(t, "threshold")
		random := newRandom(rapid.Uint64().Draw(t, "seed"))
		exact, err := NewVectors(dimensions, VectorOptions{Threshold: threshold})
		if err != nil {
			t.Fatal(err)
		}
		tables, err := NewVectors(dimensions, VectorOptions{Threshold: threshold, ExactUpTo: 5})
		if err != nil {
			t.Fatal(err)
		}
		var vectors [][]float32
		for i := range 40 {
			vector := gaussian(random, dimensions, 0)
			if i > 0 && random.IntN(2) == 0 {
				vector = near(random, vectors[random.IntN(i)], 0.5+0.5*random.Float64())
			}
			want := -1
			for id := range vectors {
				// Too close to the threshold to tell, for single precision.
				if c := cosine(vector, vectors[id]); math.Abs(c-threshold) < 1e-5 {
					return
				} else if c > threshold {
					want = id
					break
				}
			}
			match, found, err := exact.Find(vector)
			if err != nil || found != (want >= 0) || found && (match.ID != want || math.Abs(match.Similarity-cosine(vector, vectors[want])) > 1e-5) {
				t.Fatalf("vector %d: have %v %v %v, want %d", i, match, found, err, want)
			}
			if match, found, _ := tables.Find(vector); found && cosine(vector, vectors[match.ID]) < threshold {
				t.Fatalf("vector %d: no match: %v", i, match)
			}
			vectors = append(vectors, vector)
			if id, err := exact.Add(vector); id != i || err != nil {
				t.Fatal(id, err)
			}
			if _, err := tables.Add(vector); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestVectorRecall plants neighbours at known cosines among many vectors, for
// embeddings that point everywhere and for such that lean one way.
func TestVectorRecall(t *testing.T) {
	t.Parallel()
	const dimensions, background, pairs = 96, 250, 200
	t.Log("threshold  tables x bits  mean cosine  cosine  found of 200  recall  promised")
	for _, offset := range []float64{0, 0.8} {
		for _, threshold := range []float64{0.8, 0.95} {
			for _, above := range []float64{0, 0.03} {
				random := newRandom(uint64(1000*threshold + 100*above))
				v := mustNewVectors(t, dimensions, VectorOptions{Threshold: threshold, ExactUpTo: -1, Seed: 3})
				var planted [][]float32
				for i := range background {
					vector := gaussian(random, dimensions, offset)
					if i < pairs {
						planted = append(planted, near(random, vector, threshold+above+1e-4))
					}
					if _, err := v.Add(vector); err != nil {
						t.Fatal(err)
					}
				}
				found := 0
				for i, vector := range planted {
					if match, ok, err := v.Find(vector); err != nil {
						t.Fatal(err)
					} else if ok && match.ID == i {
						found++
					}
				}
				recall, layout := float64(found)/pairs, v.Stats().Layout
				hit := math.Pow(1-math.Acos(threshold+above)/math.Pi, float64(layout.Rows))
				promised := 1 - math.Pow(1-hit, float64(layout.Bands))
				t.Logf("%9.2f  %6d x %-4d  %11.2f  %6.2f  %12d  %6.4f  %8.4f", threshold, layout.Bands, layout.Rows, offset*offset/(1+offset*offset), threshold+above, found, recall, promised)
				if recall < promised-4*math.Sqrt(promised*(1-promised)/pairs)-0.005 {
					t.Errorf("threshold %v, cosine %v: recall %.4f, promised %.4f", threshold, threshold+above, recall, promised)
				}
			}
		}
	}
}

// TestVectorsAreDeterministic: the same vectors give the same answers, also across
// the change from comparing all to tables.
func TestVectorsAreDeterministic(t *testing.T) {
	run := func() (kept []int) {
		random := newRandom(4)
		v := mustNewVectors(t, 32, VectorOptions{Threshold: 0.9, ExactUpTo: 50})
		var earlier [][]float32
		for i := range 300 {
			vector := gaussian(random, 32, 0)
			if i > 0 && i%3 == 0 {
				vector = near(random, earlier[random.IntN(i)], 0.99)
			}
			earlier = append(earlier, vector)
			if id, _, found, err := v.FindOrAdd(vector); err != nil {
				t.Fatal(err)
			} else if !found {
				kept = append(kept, id)
			}
		}
		return kept
	}
	first, second := run(), run()
	if len(first) != len(second) || len(first) < 195 || len(first) > 205 {
		t.Errorf("%d kept, then %d; about 200 are distinct", len(first), len(second))
	}
}

// TestHadamard: the transform keeps lengths and angles, up to its scale.
func TestHadamard(t *testing.T) {
	random := newRandom(1)
	a, b := gaussian(random, 64, 0), gaussian(random, 64, 0)
	want := cosine(a, b)
	hadamard(a)
	hadamard(b)
	if have := cosine(a, b); math.Abs(have-want) > 1e-5 {
		t.Errorf("the cosine became %v, was %v", have, want)
	}
}

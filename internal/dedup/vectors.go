package dedup

import (
	"fmt"
	"math"
)

// VectorOptions say when two embeddings are near-duplicates. The zero value asks
// for the defaults.
type VectorOptions struct {
	// Threshold is the cosine from which two vectors count as near-duplicates,
	// above 0 and at most 1; by default 0.9.
	Threshold float64
	// ExactUpTo is how many vectors are compared one by one. With more, tables of
	// random hyperplanes name the candidates. By default 20,000; negative: never.
	ExactUpTo int
	// Tables is the most such tables, 1 to MaxTables; by default 64.
	Tables int
	// Recall is the wanted probability of finding a pair whose cosine is just the
	// threshold; by default 0.98.
	Recall float64
	// Seed draws the hyperplanes.
	Seed uint64
}

// MaxTables bounds the work and memory for a vector, MaxDimensions its length.
const (
	MaxTables     = 512
	MaxDimensions = 1 << 16
)

// cosineSlack is what rounding may take from a cosine that is just the threshold.
const cosineSlack = 1e-6

// vectorBucketLimit bounds the comparisons for one vector: no more than this
// times the tables. Embeddings of one language lie close together, so their
// buckets are fuller than those of texts.
const vectorBucketLimit = 256

func (o VectorOptions) withDefaults() VectorOptions {
	if o.Threshold == 0 {
		o.Threshold = 0.9
	}
	if o.ExactUpTo == 0 {
		o.ExactUpTo = 20_000
	}
	if o.Tables == 0 {
		o.Tables = 64
	}
	if o.Recall == 0 {
		o.Recall = 0.98
	}
	return o
}

func (o VectorOptions) check(dimensions int) error {
	switch {
	case dimensions < 1 || dimensions > MaxDimensions:
		return fmt.Errorf("vectors have 1 to %d dimensions, not %d", MaxDimensions, dimensions)
	case !(o.Threshold > 0 && o.Threshold <= 1):
		return fmt.Errorf("the threshold of near-duplicates must be above 0 and at most 1, not %v", o.Threshold)
	case o.Tables < 1 || o.Tables > MaxTables:
		return fmt.Errorf("there may be 1 to %d tables, not %d", MaxTables, o.Tables)
	case !(o.Recall > 0 && o.Recall < 1):
		return fmt.Errorf("the recall must lie between 0 and 1, not %v", o.Recall)
	}
	return nil
}

// layout takes the longest fingerprints, up to 32 bits, that reach the recall with
// the tables there are. Two vectors at the angle a agree in a bit with probability
// 1 - a/pi (Goemans and Williamson 1995; Charikar 2002).
func (o VectorOptions) layout() Layout {
	agree := 1 - math.Acos(o.Threshold)/math.Pi
	best := Layout{Bands: o.Tables, Rows: 1}
	for bits := 1; bits <= 32; bits++ {
		hit := math.Pow(agree, float64(bits))
		tables := 1
		if hit < 1 {
			tables = max(1, int(math.Ceil(math.Log(1-o.Recall)/math.Log1p(-hit))))
		}
		if tables > o.Tables {
			break
		}
		best = Layout{Bands: tables, Rows: bits}
	}
	best.Recall = 1 - math.Pow(1-math.Pow(agree, float64(best.Rows)), float64(best.Bands))
	return best
}

// Vectors finds near-duplicates among embeddings of one length. Up to
// VectorOptions.ExactUpTo of them the earliest match is always found, at a cost
// of one dot product for each earlier vector. From then on candidates come from
// random hyperplanes and are compared exactly, at no more than 256 dot products a
// table: a match is never false, but may be missed. A vector takes 4 bytes a
// dimension, and 12 to 16 a table.
type Vectors struct {
	options    VectorOptions
	dimensions int
	layout     Layout
	chunks     [][]float32 // unit vectors, vectorChunk to a chunk
	count      int
	buckets    *buckets // nil while vectors are compared one by one
	planes     *hyperplanes

	unit       []float32
	prints     []uint32
	candidates []uint32
}

const vectorChunk = 256

// NewVectors returns an empty index of vectors with that many dimensions.
func NewVectors(dimensions int, o VectorOptions) (*Vectors, error) {
	o = o.withDefaults()
	if err := o.check(dimensions); err != nil {
		return nil, err
	}
	layout := o.layout()
	return &Vectors{
		options: o, dimensions: dimensions, layout: layout,
		planes: newHyperplanes(dimensions, layout, o.Seed),
		unit:   make([]float32, dimensions), prints: make([]uint32, layout.Bands),
	}, nil
}

// Add takes a vector in and returns its number, counted from 0. It refuses, as
// Find does, a vector of another length, without direction, or with members that
// are no finite number.
func (v *Vectors) Add(vector []float32) (int, error) {
	if err := v.take(vector); err != nil {
		return 0, err
	}
	return v.add(), nil
}

// Find returns the earliest near-duplicate of a vector that the index finds; its
// similarity is the cosine.
func (v *Vectors) Find(vector []float32) (Match, bool, error) {
	if err := v.take(vector); err != nil {
		return Match{}, false, err
	}
	match, found := v.find()
	return match, found, nil
}

// FindOrAdd is Find, and where nothing is found Add. The id is the vector's own
// when it was added, and otherwise that of the match.
func (v *Vectors) FindOrAdd(vector []float32) (id int, match Match, found bool, err error) {
	if err := v.take(vector); err != nil {
		return 0, Match{}, false, err
	}
	if match, found = v.find(); found {
		return match.ID, match, true, nil
	}
	return v.add(), Match{}, false, nil
}

// Stats describes the index as it is now.
func (v *Vectors) Stats() Stats {
	stats := Stats{Texts: v.count, Layout: v.layout, Bytes: int64(len(v.chunks)) * vectorChunk * int64(v.dimensions) * 4}
	if v.buckets != nil {
		stats.Bytes += v.buckets.bytes()
		stats.Crowded = v.buckets.crowded
	}
	return stats
}

// take makes a vector, scaled to length 1, the current one.
func (v *Vectors) take(vector []float32) error {
	if len(vector) != v.dimensions {
		return fmt.Errorf("the vector has %d dimensions, the others have %d", len(vector), v.dimensions)
	}
	sum := 0.0
	for i, x := range vector {
		if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
			return fmt.Errorf("member %d of the vector is %v", i, x)
		}
		sum += float64(x) * float64(x)
	}
	if sum == 0 {
		return fmt.Errorf("the vector is all zeros")
	}
	scale := 1 / math.Sqrt(sum)
	for i, x := range vector {
		v.unit[i] = float32(float64(x) * scale)
	}
	if v.buckets != nil {
		v.planes.prints(v.unit, v.prints)
	}
	return nil
}

func (v *Vectors) find() (Match, bool) {
	if v.buckets == nil {
		for id := range v.count {
			if match, same := v.compare(id); same {
				return match, true
			}
		}
		return Match{}, false
	}
	v.candidates = v.buckets.find(v.prints, v.candidates[:0])
	for _, id := range v.candidates {
		if match, same := v.compare(int(id)); same {
			return match, true
		}
	}
	return Match{}, false
}

func (v *Vectors) compare(id int) (Match, bool) {
	cosine := float64(dot(v.unit, v.stored(id)))
	return Match{id, min(cosine, 1)}, cosine >= v.options.Threshold-cosineSlack
}

func (v *Vectors) stored(id int) []float32 {
	start := id % vectorChunk * v.dimensions
	return v.chunks[id/vectorChunk][start : start+v.dimensions]
}

func (v *Vectors) add() int {
	if v.count%vectorChunk == 0 {
		v.chunks = append(v.chunks, make([]float32, vectorChunk*v.dimensions))
	}
	id := v.count
	copy(v.stored(id), v.unit)
	v.count++
	switch {
	case v.buckets != nil:
		v.buckets.add(v.prints)
	case v.count > v.options.ExactUpTo:
		v.buckets = newBuckets(v.layout.Bands, vectorBucketLimit)
		for earlier := range v.count {
			v.planes.prints(v.stored(earlier), v.prints)
			v.buckets.add(v.prints)
		}
	}
	return id
}

// dot sums in four parts, which rounds less than one long sum and is faster.
func dot(a, b []float32) float32 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float32
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	for ; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return (s0 + s1) + (s2 + s3)
}

package selection

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/subset"
	"github.com/buttonbench/button/internal/dedup"
	"github.com/buttonbench/button/internal/runstore"
	"github.com/buttonbench/button/internal/work"
)

// Options say what to keep. The criteria are applied in the order of the fields.
type Options struct {
	// Where keeps the records that fit it; nil keeps all.
	Where *Query
	// Dedup leaves out every record whose requests are near-duplicates of those of an
	// earlier record that was kept: Jaccard similarity of three-word shingles at or
	// above this threshold, above 0 and at most 1. 0 leaves none out.
	Dedup float64
	// MaxPerShape keeps no more records of a shape than so many; 0 keeps all.
	MaxPerShape int
	// Seed draws the records of a shape.
	Seed uint64
	// Verify tells the rules that a record breaks. It is needed where the expression
	// names "broken".
	Verify func(*button.Record) ([]string, error)
	// Workers is the number of goroutines; it does not change the selection.
	Workers int
	// Progress, where set, is told how many records have been read.
	Progress func(records int)
}

// Check tells what is wrong with the options, before anything is read.
func (o Options) Check() error {
	switch {
	case o.Where == nil && o.Dedup == 0 && o.MaxPerShape == 0:
		return errors.New("nothing says what to leave out")
	case o.Dedup != 0 && !(o.Dedup > 0 && o.Dedup <= 1):
		return fmt.Errorf("the threshold of near-duplicates lies above 0 and is at most 1, not %v", o.Dedup)
	case o.MaxPerShape < 0:
		return fmt.Errorf("of a shape at least 1 record is kept, not %d", o.MaxPerShape)
	case o.Where != nil && o.Where.Names("broken") && o.Verify == nil:
		return errors.New("nothing can tell which rules a record breaks")
	}
	return nil
}

// The criteria by which records are dropped.
const (
	ByWhere = "where"
	ByDedup = "dedup"
	ByShape = "max_per_shape"
)

// Selection says which records are kept.
type Selection struct {
	Records int // of the whole
	Kept    int
	SHA256  string // of the whole
	// Dropped counts the records that each criterion left out.
	Dropped map[string]int
	Shapes  []Shape // of the records that were left for MaxPerShape, by name
	fates   []fate  // by record
	lines   []int32 // by record: for near-duplicates
}

// Shape is a group of records with the same waves of calls.
type Shape struct {
	Name          string
	Records, Kept int
}

// fate is what becomes of a record.
type fate uint8

const (
	kept fate = iota
	droppedWhere
	droppedDedup
	droppedShape
)

// candidate is a record that may be kept.
type candidate struct {
	key   uint64 // hash of seed and id
	shape uint32
	index int32
}

// reading is what the first pass reads off a record.
type reading struct {
	line    int
	id      string
	fits    bool
	shape   string
	request string
}

// Choose reads the records once and selects. The name is for errors.
func Choose(ctx context.Context, source io.Reader, name string, o Options) (*Selection, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	s := &Selection{Dropped: map[string]int{}}
	sum := sha256.New()
	c := chooser{Selection: s, options: o, numbers: map[string]uint32{}}
	if o.Dedup > 0 {
		index, err := dedup.New(dedup.Options{Threshold: o.Dedup, Seed: o.Seed})
		if err != nil {
			return nil, err
		}
		c.near = index
	}
	read := func(_ context.Context, line runstore.Line) (reading, error) {
		one, err := o.read(line)
		if err != nil {
			err = &runstore.LineError{File: name, Line: line.Number, Err: err}
		}
		return one, err
	}
	if err := work.Sequence(ctx, o.Workers, runstore.KeptLines(io.TeeReader(source, sum), name, 0), read, c.take); err != nil {
		return nil, err
	}
	s.Records, s.SHA256 = len(s.fates), hex.EncodeToString(sum.Sum(nil))
	c.cap()
	for _, one := range s.fates {
		switch one {
		case kept:
			s.Kept++
		case droppedWhere:
			s.Dropped[ByWhere]++
		case droppedDedup:
			s.Dropped[ByDedup]++
		case droppedShape:
			s.Dropped[ByShape]++
		}
	}
	return s, nil
}

// read reads off one record what the selection needs.
func (o Options) read(line runstore.Line) (reading, error) {
	var record button.Record
	if err := json.Unmarshal(line.Text, &record); err != nil {
		return reading{}, fmt.Errorf("not a record: %w", err)
	}
	if record.ID == "" {
		return reading{}, errors.New("not a record: it has no id")
	}
	f := factsOf(&record)
	one := reading{line: line.Number, id: record.ID, fits: true, shape: f.Shape}
	if o.Where != nil {
		if o.Where.Names("broken") {
			var err error
			if f.Broken, err = o.Verify(&record); err != nil {
				return reading{}, fmt.Errorf("verifying record %s: %w", record.ID, err)
			}
		}
		var err error
		if one.fits, err = o.Where.matches(f); err != nil {
			return reading{}, fmt.Errorf("asking record %s: %w", record.ID, err)
		}
	}
	if one.fits && o.Dedup > 0 {
		one.request = requests(&record)
	}
	return one, nil
}

// chooser is a selection in the making.
type chooser struct {
	*Selection
	options    Options
	numbers    map[string]uint32 // of shapes
	candidates []candidate
	near       *dedup.Index
	seen       []int32 // lines of the texts in near
}

// take decides on a record by all criteria but the cap.
func (c *chooser) take(one reading) error {
	index := len(c.fates)
	if index == math.MaxInt32 || one.line > math.MaxInt32 {
		return errors.New("more records than can be counted")
	}
	c.fates = append(c.fates, kept)
	if c.options.Progress != nil {
		c.options.Progress(len(c.fates))
	}
	if !one.fits {
		c.fates[index] = droppedWhere
		c.remember(0)
		return nil
	}
	if c.near != nil && strings.TrimSpace(one.request) != "" {
		if _, match, found := c.near.FindOrAdd(one.request); found {
			c.fates[index] = droppedDedup
			c.remember(c.seen[match.ID])
			return nil
		}
		c.seen = append(c.seen, int32(one.line))
	}
	c.remember(0)
	number, known := c.numbers[one.shape]
	if !known {
		number = uint32(len(c.Shapes))
		c.numbers[one.shape] = number
		c.Shapes = append(c.Shapes, Shape{Name: one.shape})
	}
	c.Shapes[number].Records++
	c.candidates = append(c.candidates, candidate{subset.Hash(c.options.Seed, "select", one.id), number, int32(index)})
	return nil
}

// remember stores the line of which a record is a near-duplicate, if any is looked for.
func (c *chooser) remember(line int32) {
	if c.near != nil {
		c.lines = append(c.lines, line)
	}
}

// cap keeps of each shape the records with the smallest hashes.
func (c *chooser) cap() {
	most := c.options.MaxPerShape
	slices.SortFunc(c.candidates, func(a, b candidate) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.index, b.index)) })
	for _, one := range c.candidates {
		shape := &c.Shapes[one.shape]
		if most > 0 && shape.Kept == most {
			c.fates[one.index] = droppedShape
			continue
		}
		shape.Kept++
	}
	slices.SortFunc(c.Shapes, func(a, b Shape) int { return strings.Compare(a.Name, b.Name) })
}

// Drop is a line of rejects.jsonl: a record that was left out.
type Drop struct {
	ID     string `json:"id"`
	Line   int    `json:"line"`
	Stage  string `json:"stage"` // "select"
	Rule   string `json:"rule"`  // the criterion
	Detail string `json:"detail,omitempty"`
}

// Copy reads the same records again, writes those that are kept, unchanged, and tells
// of the others. Records that changed since Choose are an error; what was written then
// is worthless.
func (s *Selection) Copy(ctx context.Context, source io.Reader, name string, to io.Writer, drop func(Drop) error) error {
	index, newline := 0, []byte{'\n'}
	sum, err := subset.Pass(ctx, source, name, func(line runstore.Line) error {
		if index == len(s.fates) {
			return subset.ErrChanged
		}
		at := index
		index++
		if s.fates[at] != kept {
			return s.drop(at, line, drop)
		}
		if _, err := to.Write(line.Text); err != nil {
			return err
		}
		_, err := to.Write(newline)
		return err
	})
	if err == nil && sum != s.SHA256 {
		err = fmt.Errorf("%s: %w", name, subset.ErrChanged)
	}
	return err
}

func (s *Selection) drop(at int, line runstore.Line, drop func(Drop) error) error {
	var record struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(line.Text, &record); err != nil {
		return err
	}
	one := Drop{ID: record.ID, Line: line.Number, Stage: "select"}
	switch s.fates[at] {
	case droppedWhere:
		one.Rule = ByWhere
	case droppedDedup:
		one.Rule, one.Detail = ByDedup, fmt.Sprintf("near-duplicate of line %d", s.lines[at])
	case droppedShape:
		one.Rule = ByShape
	}
	return drop(one)
}

// Package subset draws the smaller datasets of data-scaling experiments from a
// large one. A subset has of every stratum its share, rounded up or down; which
// records of a stratum it has depends on hashes of the seed and their ids, so that
// neither the order of the records nor a few more of them matter; and nested
// subsets lie one in the other.
//
// Two passes read the records line by line; 20 bytes of each stay in memory.
package subset

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/buttonbench/button/internal/runstore"
)

const (
	// MaxSizes is the most subsets of one selection, MaxStrata the most strata.
	MaxSizes  = 32
	MaxStrata = 10_000
	// maxValue bounds the bytes of one property's value.
	maxValue = 100
)

// Options say what to draw.
type Options struct {
	// Sizes are the numbers of records wanted, each at least 1.
	Sizes []int
	// Nested makes every subset part of all larger ones, whether they are drawn
	// together or not. Otherwise each size is a draw of its own.
	Nested bool
	// Strata are names of Properties; without any there is one stratum.
	Strata []string
	Seed   uint64
	// Progress, where set, is told how many records have been read.
	Progress func(records int)
}

// Check tells what is wrong with the options, before anything is read.
func (o Options) Check() error {
	if len(o.Sizes) == 0 || len(o.Sizes) > MaxSizes {
		return fmt.Errorf("want 1 to %d sizes, not %d", MaxSizes, len(o.Sizes))
	}
	for i, size := range o.Sizes {
		if size < 1 {
			return fmt.Errorf("a subset has at least 1 record, not %d", size)
		}
		if slices.Contains(o.Sizes[:i], size) {
			return fmt.Errorf("the size %d is named twice", size)
		}
	}
	for i, name := range o.Strata {
		if _, known := property(name); !known {
			return fmt.Errorf("records have no property %q; there are: %s", name, strings.Join(Properties(), ", "))
		}
		if slices.Contains(o.Strata[:i], name) {
			return fmt.Errorf("the property %s is named twice", name)
		}
	}
	return nil
}

// Selection says which records belong to which subset.
type Selection struct {
	Sizes   []int // as in Options
	Records int   // of the whole
	SHA256  string
	Strata  []Stratum // by name
	marks   []uint32  // by record: bit i for the subset of Sizes[i]
}

// Stratum is a group of records with the same values of the chosen properties.
type Stratum struct {
	Name    string // "kind=chain depth=2"; "all" without properties
	Records int    // of the whole
	Chosen  []int  // records in each subset
}

// drawn is a record while a selection is made.
type drawn struct {
	key     uint64 // hash of seed and id
	stratum uint32
	index   uint32
}

// Choose reads the records once and selects. The name is for errors.
func Choose(ctx context.Context, source io.Reader, name string, o Options) (*Selection, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	s := &Selection{Sizes: slices.Clone(o.Sizes)}
	var records []drawn
	numbers := map[string]uint32{}
	sum, err := Pass(ctx, source, name, func(line runstore.Line) error {
		facts, err := readFacts(line.Text)
		if err != nil {
			return err
		}
		stratum, err := facts.stratum(o.Strata)
		if err != nil {
			return err
		}
		number, known := numbers[stratum]
		if !known {
			if number = uint32(len(numbers)); number == MaxStrata {
				return fmt.Errorf("more than %d strata: choose fewer properties", MaxStrata)
			}
			numbers[stratum] = number
			s.Strata = append(s.Strata, Stratum{Name: stratum})
		}
		s.Strata[number].Records++
		if len(records) == math.MaxInt32 {
			return errors.New("more records than can be counted")
		}
		records = append(records, drawn{Hash(o.Seed, "record", facts.ID), number, uint32(len(records))})
		if o.Progress != nil {
			o.Progress(len(records))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.Records, s.SHA256 = len(records), sum
	if largest := slices.Max(o.Sizes); largest > s.Records {
		return nil, fmt.Errorf("%s holds %d records, fewer than the %d wanted", name, s.Records, largest)
	}
	s.allocate(o.Seed)
	return s, s.mark(records, name, o)
}

// allocate gives every subset its number of records from each stratum.
func (s *Selection) allocate(seed uint64) {
	totals, ties := make([]int, len(s.Strata)), make([]uint64, len(s.Strata))
	for i, stratum := range s.Strata {
		totals[i], ties[i] = stratum.Records, Hash(seed, "stratum", stratum.Name)
	}
	for i, chosen := range apportion(totals, ties, s.Sizes) {
		s.Strata[i].Chosen = chosen
	}
}

// mark takes the records of each stratum in the order of their hashes, as many as
// a subset has of it.
func (s *Selection) mark(records []drawn, name string, o Options) error {
	s.marks = make([]uint32, len(records))
	for i, size := range s.Sizes {
		if i == 0 || !o.Nested {
			var own uint64 // a number of each size's own gives an order of its own
			if !o.Nested {
				own = Hash(o.Seed, "size", fmt.Sprint(size))
			}
			slices.SortFunc(records, func(a, b drawn) int {
				return cmp.Or(cmp.Compare(mix(a.key^own), mix(b.key^own)), cmp.Compare(a.index, b.index))
			})
		}
		taken := make([]int, len(s.Strata))
		for k, record := range records {
			if k > 0 && record.key == records[k-1].key {
				return fmt.Errorf("%s: record %d has the id of record %d", name, record.index+1, records[k-1].index+1)
			}
			if taken[record.stratum] < s.Strata[record.stratum].Chosen[i] {
				taken[record.stratum]++
				s.marks[record.index] |= 1 << i
			}
		}
	}
	slices.SortFunc(s.Strata, func(a, b Stratum) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

// mix is the finaliser of SplitMix64: one to one, and every bit counts.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Copy reads the same records again and writes each, unchanged, to the subsets
// that have it: to[i] is for Sizes[i]. Records that changed since Choose are an
// error; what was written then is worthless.
func (s *Selection) Copy(ctx context.Context, source io.Reader, name string, to []io.Writer) error {
	index, newline := 0, []byte{'\n'}
	sum, err := Pass(ctx, source, name, func(line runstore.Line) error {
		if index == len(s.marks) {
			return ErrChanged
		}
		marks := s.marks[index]
		index++
		if marks == 0 {
			return nil
		}
		for i, w := range to {
			if marks>>i&1 == 0 {
				continue
			}
			if _, err := w.Write(line.Text); err != nil {
				return err
			}
			if _, err := w.Write(newline); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && sum != s.SHA256 {
		err = fmt.Errorf("%s: %w", name, ErrChanged)
	}
	return err
}

var ErrChanged = errors.New("the records changed while they were read: try again")

// Pass reads the lines once and returns the hash of all bytes.
func Pass(ctx context.Context, source io.Reader, name string, use func(runstore.Line) error) (string, error) {
	sum := sha256.New()
	for line, err := range runstore.Lines(io.TeeReader(source, sum), name, 0) {
		if err == nil {
			err = context.Cause(ctx)
		}
		if err != nil {
			return "", err
		}
		if err := use(line); err != nil {
			return "", &runstore.LineError{File: name, Line: line.Number, Err: err}
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// Hash is 64 bits of SHA-256, the same everywhere and for ever.
func Hash(seed uint64, purpose, text string) uint64 {
	message := binary.BigEndian.AppendUint64(nil, seed)
	message = append(append(append(message, purpose...), 0), text...)
	sum := sha256.Sum256(message)
	return binary.BigEndian.Uint64(sum[:])
}

package export

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/buttonbench/button/internal/runstore"
	"github.com/buttonbench/button/internal/work"
)

// StreamOptions say how a file of records is run through an exporter.
type StreamOptions struct {
	Workers int
	// Skip leaves out records that the format cannot hold; otherwise the first one
	// ends the export.
	Skip     bool
	Split    *Split
	Progress func(records int)
}

// Skipped counts the records that a format could not hold, for one reason.
type Skipped struct {
	Reason  string `json:"reason"`
	Records int    `json:"records"`
	First   string `json:"first"` // file:line and detail of the first one
}

// Summary is what an export came to.
type Summary struct {
	Records  int            `json:"records"` // exported ones
	Skipped  []Skipped      `json:"skipped,omitempty"`
	Rejected map[string]int `json:"rejected,omitempty"` // preference data: examples of each kind of damage
	Several  int            `json:"several_calls"`      // records with a turn of several calls, before --parallel off
}

// made is what a worker makes of a line.
type made struct {
	split   string
	example Example
	side    *sideLine
	skip    *Unfit
	line    int
	several bool
}

// Stream exports the records of a JSONL file on a number of goroutines and hands
// the examples to put in the order of the file. Only a few records are held at a
// time. The name is for messages. An error of a record is a *runstore.LineError.
func (e *Exporter) Stream(ctx context.Context, reader io.Reader, name string, o StreamOptions, put func(split string, example Example, side *sideLine) error) (Summary, error) {
	var s Summary
	lines := 0
	consume := func(m made) error {
		lines++
		if o.Progress != nil {
			o.Progress(lines)
		}
		if m.skip != nil {
			s.skip(m.skip, name, m.line)
			return nil
		}
		s.Records++
		if m.several {
			s.Several++
		}
		if damage := m.example.Damage; damage != nil {
			if s.Rejected == nil {
				s.Rejected = map[string]int{}
			}
			s.Rejected[damage.Kind]++
		}
		return put(m.split, m.example, m.side)
	}
	produce := func(_ context.Context, line runstore.Line) (made, error) {
		m, err := e.make(line, o)
		var unfit *Unfit
		if o.Skip && errors.As(err, &unfit) {
			return made{skip: unfit, line: line.Number}, nil
		}
		if err != nil {
			return made{}, &runstore.LineError{File: name, Line: line.Number, Err: err}
		}
		return m, nil
	}
	err := work.Sequence(ctx, o.Workers, runstore.KeptLines(reader, name, 0), produce, consume)
	if err == nil && lines == 0 {
		err = fmt.Errorf("%s holds no records", name)
	}
	return s, err
}

func (e *Exporter) make(line runstore.Line, o StreamOptions) (made, error) {
	source, err := e.readSource(line.Text)
	if err != nil {
		return made{}, err
	}
	record := source.record
	m := made{split: Train, line: line.Number}
	if o.Split != nil {
		if m.split, err = o.Split.Of(record); err != nil {
			return made{}, err
		}
	}
	if m.example, err = e.Encode(record); err != nil {
		return made{}, err
	}
	m.side = e.side(source, &m.example)
	for i := range record.Messages {
		m.several = m.several || len(record.Messages[i].ToolCalls) > 1
	}
	return m, nil
}

func (s *Summary) skip(u *Unfit, name string, line int) {
	for i := range s.Skipped {
		if s.Skipped[i].Reason == u.Reason {
			s.Skipped[i].Records++
			return
		}
	}
	s.Skipped = append(s.Skipped, Skipped{u.Reason, 1, (&runstore.LineError{File: name, Line: line, Err: u}).Error()})
}

// Lines exports records as lines, without side file and descriptions.
func (e *Exporter) Lines(ctx context.Context, reader io.Reader, name string, o StreamOptions, to io.Writer) (Summary, error) {
	return e.Stream(ctx, reader, name, o, func(_ string, example Example, _ *sideLine) error {
		_, err := to.Write(append(example.Line, '\n'))
		return err
	})
}

package bfcl

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/buttonbench/button/internal/work"
)

// Bounds of reading cases: of one line, and about how much is judged as one job.
const (
	maxCaseBytes = 256 << 20
	batchBytes   = 64 << 10
)

// StreamOptions say how ScoreStream works.
type StreamOptions struct {
	// Name is the input's name in errors.
	Name    string
	Workers int
	// Results adds calls and results to each line.
	Results bool
	// Bad is told of each line that could not be judged; the error names the line.
	// The output has a line for it, with valid null and the error.
	Bad func(error)
}

// Totals count what a stream held.
type Totals struct {
	Cases, Valid int
	// Bad lines could not be judged.
	Bad int
}

// ScoreStream judges cases, one a line, and writes their verdicts in the same
// order. Memory does not grow with their number. What was judged before an error
// of reading, or before the context ended, has been written.
func (s *Scorer) ScoreStream(ctx context.Context, in io.Reader, out io.Writer, options StreamOptions) (Totals, error) {
	source := newBatches(in, options.Name)
	buffered := bufio.NewWriterSize(out, 1<<20)
	var totals Totals
	err := work.Ordered(ctx, options.Workers, func(ctx context.Context, index int) (scoredBatch, error) {
		batch, err := source.next(index)
		if err != nil {
			return scoredBatch{}, err
		}
		text := string(batch.text)
		source.release(batch.text)
		return s.scoreBatch(text, batch, source.output(), options), nil
	}, func(_ int, batch scoredBatch) (bool, error) {
		totals.Cases += batch.totals.Cases
		totals.Valid += batch.totals.Valid
		totals.Bad += batch.totals.Bad
		for _, bad := range batch.bad {
			options.Bad(bad)
		}
		if _, err := buffered.Write(batch.text); err != nil {
			return false, err
		}
		source.release(batch.text)
		return !batch.last, nil
	})
	return totals, errors.Join(err, buffered.Flush())
}

// caseBatch is some lines of the input, the first of which has the number first.
type caseBatch struct {
	text  []byte
	first int
	last  bool
}

type scoredBatch struct {
	text   []byte
	totals Totals
	bad    []error
	last   bool
}

// batches hands out the lines of an input in order to many goroutines.
type batches struct {
	name  string
	mu    sync.Mutex
	turn  *sync.Cond
	index int // of the batch to be read next
	in    *bufio.Reader
	line  int // lines read
	ended bool
	err   error
	free  [][]byte
}

func newBatches(in io.Reader, name string) *batches {
	b := &batches{name: name, in: bufio.NewReaderSize(in, batchBytes)}
	b.turn = sync.NewCond(&b.mu)
	return b
}

// next returns the batch of an index, when those before it have been read.
func (b *batches) next(index int) (caseBatch, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.index < index {
		b.turn.Wait()
	}
	defer func() { b.index++; b.turn.Broadcast() }()
	if b.ended {
		return caseBatch{last: true}, b.err
	}
	batch := caseBatch{first: b.line + 1, text: b.buffer()}
	for len(batch.text) < batchBytes && !b.ended {
		text, err := b.readLine(batch.text)
		batch.text = text
		switch {
		case err == io.EOF:
			b.ended = true
		case err != nil:
			b.ended, b.err = true, fmt.Errorf("reading %s:%d: %w", b.name, b.line, err)
			if len(batch.text) == 0 {
				return batch, b.err
			}
		}
	}
	batch.last = b.ended && b.err == nil
	return batch, nil
}

// readLine appends the next line with its newline.
func (b *batches) readLine(text []byte) ([]byte, error) {
	start := len(text)
	b.line++
	for {
		piece, err := b.in.ReadSlice('\n')
		if len(text)-start+len(piece) > maxCaseBytes {
			return text[:start], fmt.Errorf("the line has more than %d bytes", maxCaseBytes)
		}
		text = append(text, piece...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			if err != nil && err != io.EOF {
				text = text[:start] // half a line is none
			}
			return text, err
		}
	}
}

// buffer returns an empty buffer, used before if there is one. The lock is held.
func (b *batches) buffer() []byte {
	if last := len(b.free) - 1; last >= 0 {
		buffer := b.free[last]
		b.free = b.free[:last]
		return buffer[:0]
	}
	return make([]byte, 0, batchBytes+batchBytes/4)
}

// output returns a buffer for a batch's lines.
func (b *batches) output() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer()
}

// release takes back a buffer, unless it has grown beyond what is usual.
func (b *batches) release(buffer []byte) {
	if cap(buffer) > 16*batchBytes {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.free = append(b.free, buffer)
}

// scoreBatch judges the lines of a batch and writes theirs.
func (s *Scorer) scoreBatch(text string, batch caseBatch, output []byte, options StreamOptions) scoredBatch {
	scored := scoredBatch{text: output, last: batch.last}
	number := batch.first - 1
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		one, err := s.scoreLine(line, options.Results)
		if err != nil {
			err = fmt.Errorf("%s:%d: %w", options.Name, number, err)
			scored.bad = append(scored.bad, err)
			scored.totals.Bad++
			scored.text = append(scored.text, `{"id": null, "category": null, "valid": null, "error_type": null, "error": `...)
			scored.text = append(appendText(scored.text, err.Error()), "}\n"...)
			continue
		}
		scored.totals.Cases++
		if one.Valid {
			scored.totals.Valid++
		}
		scored.text = append(one.AppendJSON(scored.text, options.Results), '\n')
	}
	return scored
}

func (s *Scorer) scoreLine(line string, results bool) (Scored, error) {
	c, err := ParseCase(line)
	if err != nil {
		return Scored{}, err
	}
	return s.Score(c, results)
}

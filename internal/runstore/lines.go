package runstore

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
)

// LineLimit is the most bytes that one line of a JSONL file may have. Longer
// ones are refused when written and when read.
const LineLimit = 64 << 20

// Line is one line of a text file, without its end.
type Line struct {
	Number int    // from 1
	Text   []byte // valid until the next line is asked for
}

// LineError is an error with the place it belongs to.
type LineError struct {
	File string
	Line int // from 1
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err) }

func (e *LineError) Unwrap() error { return e.Err }

// Lines reads a JSONL file line by line in bounded memory, leaving out blank
// lines. The name is for errors, which are *LineError and end the sequence. A
// line of more than limit bytes is an error; a limit of 0 means LineLimit.
func Lines(r io.Reader, name string, limit int) iter.Seq2[Line, error] {
	if limit <= 0 {
		limit = LineLimit
	}
	return func(yield func(Line, error) bool) {
		lines := newLineReader(r, limit)
		for number := 1; ; number++ {
			raw, err := lines.next()
			if err != nil {
				if err != io.EOF {
					yield(Line{}, &LineError{name, number, err})
				}
				return
			}
			if raw.tooLong {
				yield(Line{}, &LineError{name, number, fmt.Errorf("line longer than %d bytes", limit)})
				return
			}
			text := bytes.TrimSuffix(raw.text, []byte("\r"))
			if len(bytes.TrimSpace(text)) == 0 {
				continue
			}
			if !yield(Line{number, text}, nil) {
				return
			}
		}
	}
}

// KeptLines is Lines with texts that stay valid.
func KeptLines(r io.Reader, name string, limit int) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		for line, err := range Lines(r, name, limit) {
			if !yield(Line{line.Number, bytes.Clone(line.Text)}, err) {
				return
			}
		}
	}
}

// rawLine is a line with its place in the file.
type rawLine struct {
	text       []byte // without the newline; nothing when tooLong
	start, end int64  // of the line and its newline
	terminated bool
	tooLong    bool
}

type lineReader struct {
	source *bufio.Reader
	limit  int
	offset int64
	text   []byte
}

func newLineReader(r io.Reader, limit int) *lineReader {
	return &lineReader{source: bufio.NewReaderSize(r, 64<<10), limit: limit}
}

// next returns the next line or io.EOF. A line too long is read over, not kept.
func (l *lineReader) next() (rawLine, error) {
	line := rawLine{start: l.offset}
	l.text = l.text[:0]
	for {
		part, err := l.source.ReadSlice('\n')
		l.offset += int64(len(part))
		line.end = l.offset
		if err == nil {
			line.terminated = true
			part = part[:len(part)-1]
		}
		switch {
		case line.tooLong:
		case len(l.text)+len(part) > l.limit:
			line.tooLong = true
			l.text = nil
		case len(l.text) == 0 && err != bufio.ErrBufferFull:
			line.text = part // the whole line is in the buffer
		default:
			l.text = append(l.text, part...)
			line.text = l.text
		}
		switch {
		case err == nil:
			return line, nil
		case errors.Is(err, io.EOF) && line.end > line.start:
			return line, nil
		case err != bufio.ErrBufferFull:
			return line, err
		}
	}
}

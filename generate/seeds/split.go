package seeds

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/buttonbench/button/internal/runstore"
)

const (
	// MaxItem is the most bytes that one item of a JSON file may have: annotated
	// answers come with whole search trees.
	MaxItem = 16 << 20
	// MaxLine is the most bytes of a line of a plain list.
	MaxLine = 1 << 20
	// maxDepth bounds the nesting of a JSON item.
	maxDepth = 1000
	peeked   = 64 << 10
)

// item is one element of a seed file.
type item struct {
	index int // from 0
	line  int // on which it begins, from 1
	text  []byte
	plain bool // a line of text, not JSON
}

// splitter cuts a file into items in bounded memory: the elements of a JSON array,
// JSON values one after the other (JSON Lines are a case of that), or lines of
// text. It knows the line of each item. What is inside an item is the decoder's
// to check.
type splitter struct {
	source *bufio.Reader
	name   string
	line   int
	index  int
	form   form
	began  bool
	buffer []byte
}

type form int

const (
	formLines form = iota
	formValues
	formArray
)

func newSplitter(source io.Reader, name string) *splitter {
	return &splitter{source: bufio.NewReaderSize(source, peeked), name: name, line: 1}
}

func (s *splitter) fail(line int, format string, values ...any) error {
	return &runstore.LineError{File: s.name, Line: line, Err: fmt.Errorf(format, values...)}
}

// next returns the next item, valid until the one after it is asked for, or io.EOF.
func (s *splitter) next() (item, error) {
	next, err := s.cut()
	var placed *runstore.LineError
	if err != nil && err != io.EOF && !errors.As(err, &placed) {
		err = s.fail(s.line, "reading: %w", err)
	}
	next.index = s.index
	s.index++
	return next, err
}

func (s *splitter) cut() (item, error) {
	first := !s.began
	if first {
		s.began = true
		if mark, _ := s.source.Peek(3); string(mark) == "\ufeff" {
			s.source.Discard(3)
		}
		s.form = s.guess()
	}
	if s.form == formLines {
		return s.textLine()
	}
	c, err := s.skipBlanks()
	if s.form == formArray {
		c, err = s.between(c, err, first)
	}
	if err != nil {
		return item{}, err
	}
	return s.value(c)
}

// guess tells the form from the beginning of the file.
func (s *splitter) guess() form {
	head, _ := s.source.Peek(peeked)
	head = bytes.TrimLeft(head, " \t\r\n")
	if len(head) == 0 {
		return formLines
	}
	inner := bytes.TrimLeft(head[1:], " \t\r\n")
	begins := func(with string) bool { return len(inner) == 0 || bytes.IndexByte([]byte(with), inner[0]) >= 0 }
	line, _, _ := bytes.Cut(head, []byte{'\n'})
	switch {
	case head[0] == '[' && (begins(`{"[]`) || json.Valid(line)):
		return formArray
	case head[0] == '{' && begins(`"}`):
		return formValues
	case head[0] == '"' && json.Valid(line):
		return formValues
	}
	return formLines
}

// skipBlanks returns the next byte that is no white space.
func (s *splitter) skipBlanks() (byte, error) {
	for {
		c, err := s.source.ReadByte()
		switch {
		case err != nil:
			return 0, err
		case c == '\n':
			s.line++
		case c != ' ' && c != '\t' && c != '\r':
			return c, nil
		}
	}
}

// between reads what stands before an element of the array, whose opening bracket
// is c the first time, and returns the element's first byte. At the array's end
// nothing may follow.
func (s *splitter) between(c byte, err error, first bool) (byte, error) {
	if err == io.EOF {
		return 0, s.fail(s.line, "the file ends inside its array")
	}
	if err == nil && !first && c != ',' && c != ']' {
		return 0, s.fail(s.line, "want a comma or the end of the array, have %q", c)
	}
	if err == nil && c != ']' {
		c, err = s.skipBlanks()
		if err == nil && c == ']' && !first {
			return 0, s.fail(s.line, "want an element after the comma, have the end of the array")
		}
	}
	switch {
	case err == io.EOF:
		return 0, s.fail(s.line, "the file ends inside its array")
	case err != nil || c != ']':
		return c, err
	}
	if c, err = s.skipBlanks(); err == nil {
		err = s.fail(s.line, "want nothing after the array, have %q", c)
	}
	return 0, err
}

// value reads one JSON value from its first byte to its last.
func (s *splitter) value(c byte) (item, error) {
	begin := item{line: s.line}
	s.buffer = append(s.buffer[:0], c)
	switch c {
	case '{', '[':
		return s.nested(begin)
	case '"':
		return s.finish(begin, s.text(begin.line))
	}
	return begin, s.fail(s.line, "want an object or a text, have %q", c)
}

func (s *splitter) finish(begin item, err error) (item, error) {
	if err == io.EOF {
		err = s.fail(begin.line, "item %d begins here and does not end", s.index)
	}
	begin.text = s.buffer
	return begin, err
}

// nested reads on behind an opening bracket.
func (s *splitter) nested(begin item) (item, error) {
	for depth := 1; depth > 0; {
		c, err := s.take(begin.line)
		if err == nil && c == '"' {
			err = s.text(begin.line)
		}
		if err != nil {
			return s.finish(begin, err)
		}
		switch c {
		case '{', '[':
			if depth++; depth > maxDepth {
				return begin, s.fail(s.line, "nested deeper than %d levels", maxDepth)
			}
		case '}', ']':
			depth--
		}
	}
	return s.finish(begin, nil)
}

// text reads on behind an opening quote.
func (s *splitter) text(begin int) error {
	for {
		c, err := s.take(begin)
		if err == nil && c == '\\' {
			c, err = s.take(begin)
			if err == nil && c != '\n' {
				continue
			}
		}
		switch {
		case err != nil:
			return err
		case c == '\n':
			return s.fail(s.line-1, "a text is not closed before the end of the line")
		case c == '"':
			return nil
		}
	}
}

// take moves one byte into the buffer.
func (s *splitter) take(begin int) (byte, error) {
	c, err := s.source.ReadByte()
	if err != nil {
		return 0, err
	}
	if c == '\n' {
		s.line++
	}
	if len(s.buffer) == MaxItem {
		return 0, s.fail(begin, "item %d is longer than %d bytes", s.index, MaxItem)
	}
	s.buffer = append(s.buffer, c)
	return c, nil
}

// textLine reads the next line that is not blank.
func (s *splitter) textLine() (item, error) {
	for {
		s.buffer = s.buffer[:0]
		begin := item{line: s.line, plain: true}
		for {
			part, err := s.source.ReadSlice('\n')
			if len(s.buffer)+len(part) > MaxLine {
				return begin, s.fail(begin.line, "line longer than %d bytes", MaxLine)
			}
			s.buffer = append(s.buffer, part...)
			if err == nil {
				s.line++
				break
			}
			if err != bufio.ErrBufferFull {
				if err != io.EOF || len(s.buffer) == 0 {
					return begin, err
				}
				break
			}
		}
		if begin.text = bytes.TrimSpace(s.buffer); len(begin.text) == 0 {
			continue
		}
		if !utf8.Valid(begin.text) || bytes.IndexByte(begin.text, 0) >= 0 {
			return begin, s.fail(begin.line, "neither JSON nor text in UTF-8: is the file compressed?")
		}
		return begin, nil
	}
}

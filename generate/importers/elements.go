package importers

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/buttonbench/button/internal/runstore"
)

// MaxElement is the most bytes that one foreign record may have.
const MaxElement = 16 << 20

// peeked is how much of a file its form is told by.
const peeked = 64 << 10

// Element is one foreign record as it stands in its file.
type Element struct {
	Index int    // from 0
	Line  int    // on which it begins, from 1
	Text  []byte // JSON, or what stands in its place; it stays valid
}

// Elements cuts a file into its records, in bounded memory: the lines of a JSON
// Lines file, the elements of a JSON array, or JSON values one after the other. A
// line is an element whatever it holds, so that a broken one costs no other; an
// array or a value that does not end is an error, of which the name of the file and
// the line are part.
func Elements(source io.Reader, name string) iter.Seq2[Element, error] {
	return func(yield func(Element, error) bool) {
		reader := bufio.NewReaderSize(source, peeked)
		if mark, _ := reader.Peek(3); string(mark) == "\ufeff" {
			reader.Discard(3)
		}
		head, err := reader.Peek(peeked)
		if err != nil && err != io.EOF && !errors.Is(err, bufio.ErrBufferFull) {
			yield(Element{}, fmt.Errorf("reading %s: %w", name, err))
			return
		}
		if form := formOf(head); form == inLines {
			eachLine(reader, name, yield)
		} else {
			eachValue(reader, name, form == inArray, yield)
		}
	}
}

type form int

const (
	inLines form = iota
	inArray
	inValues
)

// formOf tells how the records of a file stand, by its beginning.
func formOf(head []byte) form {
	head = bytes.TrimLeft(head, " \t\r\n")
	if len(head) == 0 {
		return inLines
	}
	if head[0] == '[' {
		return inArray
	}
	first, rest, more := bytes.Cut(head, []byte{'\n'})
	if head[0] != '{' || !more || json.Valid(first) {
		return inLines
	}
	// A line that ends inside its value is cut off, or the value goes on behind it.
	unfinished := json.NewDecoder(bytes.NewReader(first)).Decode(new(json.RawMessage))
	rest = bytes.TrimLeft(rest, " \t\r\n")
	if errors.Is(unfinished, io.ErrUnexpectedEOF) && len(rest) > 0 && rest[0] != '{' {
		return inValues
	}
	return inLines
}

func eachLine(reader io.Reader, name string, yield func(Element, error) bool) {
	index := 0
	for line, err := range runstore.KeptLines(reader, name, MaxElement) {
		if !yield(Element{index, line.Number, line.Text}, err) {
			return
		}
		index++
	}
}

// eachValue reads the elements of an array, or values that follow one another.
func eachValue(reader io.Reader, name string, array bool, yield func(Element, error) bool) {
	source := &lineCounter{source: reader, line: 1}
	decoder := json.NewDecoder(source)
	fail := func(err error) {
		at := decoder.InputOffset()
		var syntax *json.SyntaxError
		switch {
		case errors.As(err, &syntax):
			at = syntax.Offset
		case err == io.EOF || err == io.ErrUnexpectedEOF:
			at = source.read
		}
		yield(Element{}, &runstore.LineError{File: name, Line: source.lineAt(at), Err: valueError(err, array)})
	}
	if array {
		source.limit = peeked
		if _, err := decoder.Token(); err != nil {
			fail(err)
			return
		}
	}
	for index := 0; ; index++ {
		source.limit = decoder.InputOffset() + MaxElement
		if array && !decoder.More() {
			break
		}
		var value json.RawMessage
		err := decoder.Decode(&value)
		if err == io.EOF && !array {
			return
		}
		if err != nil {
			fail(err)
			return
		}
		if !yield(Element{index, source.lineAt(decoder.InputOffset() - int64(len(value))), value}, nil) {
			return
		}
	}
	if _, err := decoder.Token(); err != nil { // the closing bracket
		fail(err)
		return
	}
	if rest, err := io.ReadAll(io.LimitReader(decoder.Buffered(), peeked)); err == nil && len(bytes.TrimSpace(rest)) > 0 {
		fail(errors.New("text after the end of the array"))
	}
}

func valueError(err error, array bool) error {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, errLong):
		return err
	case (err == io.EOF || err == io.ErrUnexpectedEOF) && array:
		return errors.New("the file ends inside its array")
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return errors.New("the file ends inside a value")
	case errors.As(err, &syntax):
		return fmt.Errorf("not valid JSON: %s", strings.TrimPrefix(syntax.Error(), "json: "))
	}
	return err
}

var errLong = fmt.Errorf("an element is longer than %d bytes", MaxElement)

// lineCounter remembers where lines end, from the line that was asked for last, and
// refuses to read far beyond a limit.
type lineCounter struct {
	source io.Reader
	limit  int64 // offset
	read   int64
	line   int     // that begins behind the ends forgotten
	ends   []int64 // offsets of line ends from there on
}

func (l *lineCounter) Read(into []byte) (int, error) {
	if l.read > l.limit+peeked {
		return 0, errLong
	}
	n, err := l.source.Read(into[:min(len(into), peeked)])
	for i, c := range into[:n] {
		if c == '\n' {
			l.ends = append(l.ends, l.read+int64(i))
		}
	}
	l.read += int64(n)
	return n, err
}

// lineAt is the line of an offset, which must not be before that of the last call.
func (l *lineCounter) lineAt(offset int64) int {
	passed := 0
	for passed < len(l.ends) && l.ends[passed] < offset {
		passed++
	}
	l.line += passed
	l.ends = append(l.ends[:0], l.ends[passed:]...)
	return l.line
}

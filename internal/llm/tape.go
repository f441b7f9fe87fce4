package llm

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// tapeMagic is the first line of a recording.
const tapeMagic = "button recording 1"

// maxTapeLine bounds one line of a recording; a message or an answer is one line.
const maxTapeLine = 128 << 20

// take is one request with what came of it.
type take struct {
	request []byte // canonical and scrubbed
	status  int
	class   Class  // of the error; empty for a reply
	detail  string // of the error
	header  http.Header
	body    []byte
}

// appendTake writes a take as lines of text:
//
//	request 0123456789abcdef
//	same 14
//	|{"role":"user","content":"..."}}
//	reply 200
//	header Content-Type: application/json
//	|{"id":...}
//	end
//
// "same" is the number of lines at the beginning that are those of the request
// before, so that a conversation is not written anew with every turn. The lines
// of the body are joined by line feeds. An error has "error CLASS STATUS" and
// "detail TEXT" in the place of "reply".
func appendTake(out []byte, t *take, before []byte) []byte {
	out = fmt.Appendf(out, "request %s\n", shortName(t.request))
	lines := bytes.Split(t.request, []byte{'\n'})
	same := sameLines(lines, bytes.Split(before, []byte{'\n'}))
	out = fmt.Appendf(out, "same %d\n", same)
	out = appendLines(out, lines[same:])
	if t.class == "" {
		out = fmt.Appendf(out, "reply %d\n", t.status)
	} else {
		out = fmt.Appendf(out, "error %s %d\ndetail %s\n", t.class, t.status, oneLine(t.detail))
	}
	names := make([]string, 0, len(t.header))
	for name := range t.header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range t.header[name] {
			out = fmt.Appendf(out, "header %s: %s\n", name, oneLine(value))
		}
	}
	if len(t.body) > 0 {
		out = appendLines(out, bytes.Split(t.body, []byte{'\n'}))
	}
	return append(out, "end\n\n"...)
}

func appendLines(out []byte, lines [][]byte) []byte {
	for _, line := range lines {
		out = append(append(append(out, '|'), line...), '\n')
	}
	return out
}

func sameLines(a, b [][]byte) int {
	n := 0
	for n < len(a) && n < len(b) && bytes.Equal(a[n], b[n]) {
		n++
	}
	return n
}

// shortName is enough of the key to tell requests apart, and checks the text.
func shortName(canonical []byte) string { return keyOf(canonical).String()[:16] }

func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' {
			return ' '
		}
		return r
	}, text)
}

// tapeReader reads takes one by one.
type tapeReader struct {
	lines  *bufio.Reader
	number int
	offset int64  // of the next line
	held   string // a line read ahead
	isHeld bool
	before []byte // the request before
}

func newTapeReader(source io.Reader) (*tapeReader, error) {
	r := &tapeReader{lines: bufio.NewReaderSize(source, 64<<10)}
	line, err := r.line()
	if err != nil || line != tapeMagic {
		return nil, fmt.Errorf("line 1: it does not begin with %q", tapeMagic)
	}
	return r, nil
}

// next returns the next take, io.EOF after the last one, io.ErrUnexpectedEOF
// where the file ends within one.
func (r *tapeReader) next() (*take, error) {
	line, err := r.line()
	for err == nil && line == "" {
		line, err = r.line()
	}
	if err != nil {
		return nil, err
	}
	t := &take{header: http.Header{}}
	if err := r.request(t, line); err != nil {
		return nil, r.within(err)
	}
	if err := r.response(t); err != nil {
		return nil, r.within(err)
	}
	r.before = t.request
	return t, nil
}

func (r *tapeReader) request(t *take, line string) error {
	name, found := strings.CutPrefix(line, "request ")
	if !found {
		return r.fault("want a line \"request ...\", have %.60q", line)
	}
	line, err := r.line()
	if err != nil {
		return err
	}
	count, found := strings.CutPrefix(line, "same ")
	same, err := strconv.Atoi(count)
	lines := bytes.Split(r.before, []byte{'\n'})
	if !found || err != nil || same < 0 || same > len(lines) {
		return r.fault("want a line \"same N\" with at most %d lines, have %.60q", len(lines), line)
	}
	lines = slices.Clone(lines[:same])
	rest, err := r.block()
	if err != nil {
		return err
	}
	t.request = bytes.Join(append(lines, rest...), []byte{'\n'})
	if shortName(t.request) != name {
		return r.fault("the request %s is not as it was recorded: were line ends or blanks changed?", name)
	}
	return nil
}

func (r *tapeReader) response(t *take) error {
	line, err := r.line()
	if err != nil {
		return err
	}
	kind, rest, _ := strings.Cut(line, " ")
	switch kind {
	case "reply":
		t.status, err = strconv.Atoi(rest)
	case "error":
		class, status, _ := strings.Cut(rest, " ")
		t.class = Class(class)
		if t.status, err = strconv.Atoi(status); err == nil && class == "" {
			err = strconv.ErrSyntax
		}
	default:
		err = strconv.ErrSyntax
	}
	if err != nil {
		return r.fault("want \"reply STATUS\" or \"error CLASS STATUS\", have %.60q", line)
	}
	for {
		line, err := r.line()
		if err != nil {
			return err
		}
		kind, rest, _ := strings.Cut(line, " ")
		switch {
		case line == "end":
			return nil
		case kind == "detail":
			t.detail = rest
		case kind == "header":
			name, value, found := strings.Cut(rest, ": ")
			if !found {
				return r.fault("want \"header NAME: VALUE\", have %.60q", line)
			}
			t.header.Add(name, value)
		case strings.HasPrefix(line, "|"):
			r.held, r.isHeld = line, true
			body, err := r.block()
			if err != nil {
				return err
			}
			t.body = bytes.Join(body, []byte{'\n'})
		default:
			return r.fault("want \"header\", \"detail\", \"|\" or \"end\", have %.60q", line)
		}
	}
}

// block reads the lines that begin with a bar, without it.
func (r *tapeReader) block() ([][]byte, error) {
	var lines [][]byte
	for {
		line, err := r.line()
		if err != nil {
			return nil, err
		}
		text, found := strings.CutPrefix(line, "|")
		if !found {
			r.held, r.isHeld = line, true
			return lines, nil
		}
		lines = append(lines, []byte(text))
	}
}

// line returns the next whole line without its end.
func (r *tapeReader) line() (string, error) {
	if r.isHeld {
		r.isHeld = false
		return r.held, nil
	}
	var text []byte
	for {
		piece, err := r.lines.ReadSlice('\n')
		text = append(text, piece...)
		if err == nil {
			break
		}
		if err != bufio.ErrBufferFull {
			if err == io.EOF && len(text) > 0 {
				err = io.ErrUnexpectedEOF
			}
			return "", err
		}
		if len(text) > maxTapeLine {
			return "", r.fault("a line is longer than %d bytes", maxTapeLine)
		}
	}
	r.number++
	r.offset += int64(len(text))
	return string(text[:len(text)-1]), nil
}

// within says that the end of the file came within a take.
func (r *tapeReader) within(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (r *tapeReader) fault(format string, values ...any) error {
	return fmt.Errorf("line %d: %s", r.number, fmt.Sprintf(format, values...))
}

package reports

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// lineLimit bounds one row; a row holds a whole transcript.
const lineLimit = 64 << 20

// readLine returns the next line without its end.
func readLine(input *bufio.Reader, line []byte) ([]byte, error) {
	for {
		part, err := input.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > lineLimit:
			return line, fmt.Errorf("the line is longer than %d MB", lineLimit>>20)
		case err == nil:
			return line[:len(line)-1], nil
		case errors.Is(err, bufio.ErrBufferFull):
		case err == io.EOF && len(line) > 0:
			return line, nil
		default:
			return line, err
		}
	}
}

// skim appends a row's line to out without its bulk, the transcript and the
// calls, so that decoding costs what the report needs.
func skim(out, line []byte) []byte {
	return skimMembers(out, line, func(name []byte) bool { return string(name) != "transcript" && string(name) != "calls" })
}

// skimMembers appends an object's line to out with the members that are wanted. It
// only follows strings and brackets; what it leaves out is not checked further, and a
// line whose structure it cannot follow comes back whole, for the decoder to judge.
func skimMembers(out, line []byte, wanted func(name []byte) bool) []byte {
	rest := bytes.TrimLeft(line, " \t\r")
	if len(rest) == 0 || rest[0] != '{' {
		return append(out, line...)
	}
	out = append(out, '{')
	rest, first := rest[1:], true
	for {
		member, value, after, last := nextMember(rest)
		if after == nil {
			return append(out[:0], line...)
		}
		if wanted(member[1 : len(member)-1]) {
			if !first {
				out = append(out, ',')
			}
			first = false
			out = append(append(append(out, member...), ':'), value...)
		}
		if rest = after; last {
			return append(append(out, '}'), rest...)
		}
	}
}

// nextMember splits one member of an object from what follows its comma or, for
// the last member, the closing bracket. After is nil where there is none.
func nextMember(text []byte) (name, value, after []byte, last bool) {
	text = bytes.TrimLeft(text, " \t\r")
	end := stringEnd(text)
	if end < 0 {
		return nil, nil, nil, false
	}
	name = text[:end]
	text = bytes.TrimLeft(text[end:], " \t\r")
	if len(text) == 0 || text[0] != ':' {
		return nil, nil, nil, false
	}
	text = text[1:]
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			end := stringEnd(text[i:])
			if end < 0 {
				return nil, nil, nil, false
			}
			i += end - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return name, text[:i], text[i+1:], text[i] == '}'
			}
			depth--
		case ',':
			if depth == 0 {
				return name, text[:i], text[i+1:], false
			}
		}
	}
	return nil, nil, nil, false
}

// stringEnd is the length of the JSON string that the text begins with, quotes
// included, or -1.
func stringEnd(text []byte) int {
	if len(text) == 0 || text[0] != '"' {
		return -1
	}
	for at := 1; ; {
		quote := bytes.IndexByte(text[at:], '"')
		if quote < 0 {
			return -1
		}
		at += quote
		backslashes := 0
		for text[at-1-backslashes] == '\\' {
			backslashes++
		}
		at++
		if backslashes%2 == 0 {
			return at
		}
	}
}

package bfcl

import (
	"errors"
	"fmt"

	"github.com/buttonbench/button/internal/python"
)

// errNoObject is the error of a line that is no JSON object. It says no more: where
// the fault is, the parser of the part that is wanted tells.
var errNoObject = errors.New("the case is no JSON object")

// eachMember finds the members of a JSON object and hands over their names and the
// texts of their values, without looking into the values further than to find
// their ends. It exists for speed: most of a case's line is not needed as values.
func eachMember(line string, use func(name, value string) error) error {
	at := skipBlanks(line, 0)
	if at >= len(line) || line[at] != '{' {
		return errNoObject
	}
	at = skipBlanks(line, at+1)
	if at < len(line) && line[at] == '}' {
		return atLineEnd(line, at+1)
	}
	for {
		end := skipString(line, at)
		if end < 0 {
			return errNoObject
		}
		name, err := textValue(line[at:end])
		if err != nil {
			return err
		}
		if at = skipBlanks(line, end); at >= len(line) || line[at] != ':' {
			return errNoObject
		}
		at = skipBlanks(line, at+1)
		if end = skipValue(line, at); end <= at {
			return errNoObject
		}
		if err := use(name, line[at:end]); err != nil {
			return err
		}
		at = skipBlanks(line, end)
		switch {
		case at < len(line) && line[at] == '}':
			return atLineEnd(line, at+1)
		case at >= len(line) || line[at] != ',':
			return errNoObject
		}
		at = skipBlanks(line, at+1)
	}
}

func atLineEnd(line string, at int) error {
	if skipBlanks(line, at) < len(line) {
		return errNoObject
	}
	return nil
}

func skipBlanks(line string, at int) int {
	for at < len(line) && (line[at] == ' ' || line[at] == '\t' || line[at] == '\r' || line[at] == '\n') {
		at++
	}
	return at
}

// skipString returns the end of the JSON text that begins here, or -1.
func skipString(line string, at int) int {
	if at >= len(line) || line[at] != '"' {
		return -1
	}
	for at++; at < len(line); at++ {
		switch line[at] {
		case '\\':
			at++
		case '"':
			return at + 1
		}
	}
	return -1
}

// skipValue returns the end of the JSON value that begins here: of brackets the
// matching number of closing ones.
func skipValue(line string, at int) int {
	open := 0
	for at < len(line) {
		switch c := line[at]; c {
		case '"':
			if at = skipString(line, at); at < 0 {
				return -1
			}
			at--
		case '[', '{':
			open++
		case ']', '}', ',':
			if open == 0 {
				return at
			}
			if c != ',' {
				open--
			}
		default:
			for open == 0 && at+1 < len(line) && !endsScalar(line[at+1]) {
				at++
			}
		}
		at++
		if open == 0 {
			return at
		}
	}
	return -1
}

func endsScalar(c byte) bool {
	switch c {
	case ',', '}', ']', ' ', '\t', '\r', '\n':
		return true
	}
	return false
}

// textValue reads a JSON text, most of which hold no escapes.
func textValue(value string) (string, error) {
	plain := len(value) >= 2 && value[0] == '"'
	for i := 1; plain && i < len(value)-1; i++ {
		plain = value[i] >= ' ' && value[i] != '\\' && value[i] != '"'
	}
	if plain {
		return value[1 : len(value)-1], nil
	}
	parsed, err := python.ParseJSON(value)
	if err != nil {
		return "", fmt.Errorf("the case is no JSON: %w", err)
	}
	text, ok := parsed.(string)
	if !ok {
		return "", fmt.Errorf("want a text, have %s", python.KindName(parsed))
	}
	return text, nil
}

package grounding

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// mostDepth bounds how deep a value is followed.
const mostDepth = 64

// eachLeaf calls back for every leaf of a JSON value with its path, members in the
// order of the text. What is not JSON, or too deep, is one leaf that is nil.
func eachLeaf(value json.RawMessage, visit func(path string, leaf any)) {
	if !json.Valid(value) {
		visit("", nil)
		return
	}
	decoder := json.NewDecoder(bytes.NewReader(value))
	decoder.UseNumber()
	walk(decoder, "", 0, visit, nil)
}

// walk reads one value. Named, if given, is told the names of members.
func walk(decoder *json.Decoder, path string, depth int, visit func(string, any), named func(string)) {
	read, err := decoder.Token()
	if err != nil || depth > mostDepth {
		visit(path, nil)
		return
	}
	delim, isDelim := read.(json.Delim)
	if !isDelim {
		visit(path, read)
		return
	}
	for i := 0; decoder.More(); i++ {
		inner := path + "[" + strconv.Itoa(i) + "]"
		if delim == '{' {
			name, err := decoder.Token()
			if err != nil {
				return
			}
			text, _ := name.(string)
			if named != nil {
				named(text)
			}
			if inner = text; path != "" {
				inner = path + "." + text
			}
		}
		walk(decoder, inner, depth+1, visit, named)
	}
	decoder.Token() // the closing bracket
}

// Flatten writes the names and leaves of a JSON value, one a line, as a text to be
// read. What is not JSON comes back as it is.
func Flatten(value json.RawMessage) string {
	if !json.Valid(value) {
		return string(value)
	}
	var out strings.Builder
	line := func(text string) {
		out.WriteString(text)
		out.WriteByte('\n')
	}
	decoder := json.NewDecoder(bytes.NewReader(value))
	decoder.UseNumber()
	walk(decoder, "", 0, func(_ string, leaf any) {
		switch leaf := leaf.(type) {
		case string:
			line(leaf)
		case json.Number:
			if number, ok := CanonicalNumber(leaf.String()); ok {
				line(number)
			}
		case bool:
			line(strconv.FormatBool(leaf))
		}
	}, line)
	return out.String()
}

// inOrder sorts spans by their place and drops those that lie within another.
func inOrder(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int {
		if a[0] != b[0] {
			return a[0] - b[0]
		}
		return b[1] - a[1]
	})
	kept := spans[:0]
	for _, span := range spans {
		if n := len(kept); n == 0 || span[1] > kept[n-1][1] {
			kept = append(kept, span)
		}
	}
	return kept
}

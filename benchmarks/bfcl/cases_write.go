package bfcl

import (
	"math"

	"github.com/buttonbench/button/internal/python"
)

// AppendJSON appends the case's line without its newline: id, category, valid and
// error_type, which is null if valid. With results also calls and results, which
// are null where a case or step does not decode; of single-turn cases, of which
// nothing is executed, calls alone.
func (s *Scored) AppendJSON(line []byte, results bool) []byte {
	line = appendText(append(line, `{"id": `...), s.ID)
	line = appendText(append(line, `, "category": `...), s.Category)
	line = append(line, `, "valid": `...)
	if s.Valid {
		line = append(line, "true, \"error_type\": null"...)
	} else {
		line = appendText(append(line, "false, \"error_type\": "...), s.ErrorType)
	}
	if results {
		line = append(line, `, "calls": `...)
		if s.Talk {
			line = appendSteps(line, s.Steps)
			line = appendSteps(append(line, `, "results": `...), s.Results)
		} else {
			line = appendValue(line, s.Calls)
		}
	}
	return append(line, '}')
}

// appendText appends a JSON text of ASCII characters.
func appendText(line []byte, text string) []byte {
	for i := 0; i < len(text); i++ {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			dumped, err := python.DumpJSON(text)
			if err != nil {
				return append(line, "null"...)
			}
			return append(line, dumped...)
		}
	}
	return append(append(append(line, '"'), text...), '"')
}

func appendSteps(line []byte, turns [][][]string) []byte {
	if turns == nil {
		return append(line, "null"...)
	}
	line = append(line, '[')
	for i, steps := range turns {
		if i > 0 {
			line = append(line, ", "...)
		}
		line = append(line, '[')
		for j, texts := range steps {
			if j > 0 {
				line = append(line, ", "...)
			}
			line = appendTexts(line, texts)
		}
		line = append(line, ']')
	}
	return append(line, ']')
}

func appendTexts(line []byte, texts []string) []byte {
	if texts == nil {
		return append(line, "null"...)
	}
	line = append(line, '[')
	for i, text := range texts {
		if i > 0 {
			line = append(line, ", "...)
		}
		line = appendText(line, text)
	}
	return append(line, ']')
}

// appendValue appends a decoded value; one that JSON cannot carry becomes its
// Python text.
func appendValue(line []byte, v python.Value) []byte {
	dumped, err := python.DumpJSON(jsonValue(v))
	if err != nil {
		dumped = "null"
	}
	return append(line, dumped...)
}

// jsonValue replaces what JSON lacks: numbers that are not finite and other kinds
// by their texts, tuples by lists.
func jsonValue(v python.Value) python.Value {
	switch v := v.(type) {
	case nil, bool, python.Int, string:
		return v
	case float64:
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			return v
		}
	case *python.List:
		return jsonList(v.Items)
	case python.Tuple:
		return jsonList(v)
	case *python.Dict:
		object := python.NewDict()
		for i := range v.Len() {
			key, member := v.At(i)
			if tuple, ok := key.(python.Tuple); ok {
				key, _ = python.Repr(tuple)
			}
			// A key that was one already has a hash.
			_ = object.Set(key, jsonValue(member))
		}
		return object
	}
	text, err := python.Repr(v)
	if err != nil {
		return nil
	}
	return text
}

func jsonList(items []python.Value) *python.List {
	list := &python.List{Items: make([]python.Value, len(items))}
	for i, item := range items {
		list.Items[i] = jsonValue(item)
	}
	return list
}

package python_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/buttonbench/button/internal/python"
	"github.com/buttonbench/button/internal/python/pythontest"
)

// function answers the calls of the interpreter's functions.
func function(name string, arguments []python.Value, _ []python.Keyword) (python.Value, error) {
	first := arguments[0]
	text, _ := first.(string)
	character, _ := utf8.DecodeRuneInString(text)
	lists := func(texts []string) python.Value {
		list := python.NewList()
		for _, text := range texts {
			list.Items = append(list.Items, text)
		}
		return list
	}
	digits := 0
	if len(arguments) > 1 {
		if n, ok := arguments[1].(python.Int); ok {
			small, _ := n.Int64()
			digits = int(small)
		}
	}
	switch name {
	case "float":
		return value(python.ToFloat(first))
	case "int":
		return value(python.ToInt(first))
	case "round":
		x, err := python.ToFloat(first)
		return python.Round(x, digits), err
	case "fixed":
		x, err := python.ToFloat(first)
		return python.FormatFixed(x, digits), err
	case "str":
		return value(python.Str(first))
	case "truth":
		return python.Truth(first), nil
	case "length":
		n, err := python.Length(first)
		return python.NewInt(int64(n)), err
	case "items":
		items, err := python.Iterate(first)
		return python.NewList(items...), err
	case "loads":
		return python.ParseJSON(text)
	case "dumps":
		return value(python.DumpJSON(first))
	case "contains":
		return value(python.Contains(first, arguments[1]))
	case "splitlines":
		return lists(python.SplitLines(text)), nil
	case "split":
		return lists(python.SplitWords(text)), nil
	case "lower":
		return python.Lower(text), nil
	case "isspace":
		return python.IsSpace(character), nil
	case "isword":
		return python.IsWord(character), nil
	case "isprintable":
		return python.IsPrintable(character), nil
	case "isidentifier":
		return python.IsIdentifier(text), nil
	}
	return nil, fmt.Errorf("no function %s", name)
}

func value[T any](v T, err error) (python.Value, error) { return v, err }

// computed is what comes out of an expression: its repr, or its exception.
func computed(input string) string {
	expression, err := python.ParseExpression(input)
	if err != nil {
		return "SyntaxError: " + err.Error()
	}
	have := ""
	v, err := python.Evaluate(expression, function)
	if err == nil {
		have, err = python.Repr(v)
	}
	if err != nil {
		return err.Error()
	}
	return have
}

// TestFunctionsDifferential compares operators, conversions, texts and JSON with a
// real Python, messages included; see TestDifferential. With -update the first
// thousand answers become testdata/functions.jsonl.
func TestFunctionsDifferential(t *testing.T) {
	if *interpreter == "" {
		t.Skip("no interpreter to compare with was given: -python python3")
	}
	generator := pythontest.NewGenerator(*seed)
	equal, different := 0, 0
	var records []pythontest.Record
	pythontest.Compare(t, *interpreter, pythontest.Functions, *inputs, generator.NextCall, func(input string, answer pythontest.Answer) {
		if answer.Late || answer.Computed != nil && answer.Computed.Late {
			return
		}
		want, ok := answer.Computed.Text()
		if answer.Computed == nil {
			want = "SyntaxError: " + strings.Replace(answer.Parse.Message, "<unknown>", "<string>", 1)
		} else if !ok {
			want = answer.Computed.Kind + ": " + answer.Computed.Message
		}
		have := computed(input)
		switch {
		case have == want:
			equal++
			records = append(records, pythontest.Record{Input: input, Answer: []string{want}})
		case strings.Contains(input, "{") && sorted(have) == sorted(want):
			equal++
		default:
			if different++; different <= 60 {
				t.Errorf("%s: have %s, want %s", input, have, want)
			}
		}
	})
	t.Logf("%d equal, %d different", equal, different)
	if *update {
		pythontest.WriteRecords(t, "testdata/functions.jsonl", records[:min(1000, len(records))])
	}
}

// TestFunctions holds operators, conversions, texts and JSON to what CPython
// answered when testdata/functions.jsonl was recorded.
func TestFunctions(t *testing.T) {
	for _, record := range pythontest.ReadRecords(t, "testdata/functions.jsonl") {
		if have := computed(record.Input); have != record.Answer[0] {
			t.Errorf("%s: have %s, want %s", record.Input, have, record.Answer[0])
		}
	}
}

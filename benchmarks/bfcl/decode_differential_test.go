package bfcl

import (
	"flag"
	"strings"
	"testing"

	"github.com/buttonbench/button/internal/python"
	"github.com/buttonbench/button/internal/python/pythontest"
)

var (
	interpreter = flag.String("python", "", "compare decoding with this interpreter, which must be CPython 3.11")
	inputs      = flag.Int("inputs", 20000, "how many inputs to compare")
	record      = flag.Bool("record", false, "with -python, record answers in testdata/decode.jsonl")
	inputSeed   = flag.Uint64("seed", 1, "what the inputs are made from")
)

// TestDecodeDifferential compares decoding with the same rules in a real Python:
//
// Half of the inputs are made, half are the visible cases with some damage:
//
//	go test ./benchmarks/bfcl -run DecodeDifferential -python python3 -inputs 1000000
func TestDecodeDifferential(t *testing.T) {
	if *interpreter == "" {
		t.Skip("no interpreter to compare with was given: -python python3")
	}
	generator := pythontest.NewGenerator(*inputSeed)
	var recorded []string
	for _, one := range recordedCases(t, "single_turn.jsonl") {
		if raw := textOf(one, "raw"); raw != "" {
			recorded = append(recorded, raw)
		}
	}
	var records []pythontest.Record
	made := 0
	next := func() string {
		if made++; made%2 == 0 {
			return generator.Next()
		}
		return generator.Damaged(recorded[made/2%len(recorded)])
	}
	counts := map[string]int{}
	differ := func(kind, format string, values ...any) {
		if counts["different: "+kind]++; counts["different: "+kind] <= 20 {
			t.Errorf(kind+": "+format, values...)
		}
	}
	if *record {
		next = generator.Next // the cases are not the project's
	}
	pythontest.Compare(t, *interpreter, pythontest.Calls, *inputs, next, func(input string, answer pythontest.Answer) {
		if answer.Late || answer.Decoded.Late || answer.Written.Late {
			counts["late"]++
			return
		}
		decoded, written, err := decodedTexts(input)
		if err != nil && (strings.Contains(err.Error(), "NotImplementedError") || strings.Contains(err.Error(), "AttributeError")) {
			counts["not computed"]++
			return
		}
		wantDecoded, _ := answer.Decoded.Text()
		wantWritten, _ := answer.Written.Text()
		switch {
		case decoded != wantDecoded:
			differ("decoded", "%q: have %s, %v, want %s %s %s", input, decoded, err, wantDecoded, answer.Decoded.Kind, answer.Decoded.Message)
		case written != wantWritten:
			differ("written", "%q: have %s, want %s %s %s", input, written, wantWritten, answer.Written.Kind, answer.Written.Message)
		case decoded == "":
			counts["refused"]++
		default:
			counts["decoded"]++
		}
		if len(records) < 1000 {
			records = append(records, pythontest.Record{Input: input, Answer: []string{wantDecoded, wantWritten}})
		}
	})
	if *record {
		pythontest.WriteRecords(t, "testdata/decode.jsonl", records)
	}
	for kind, count := range counts {
		t.Logf("%s: %d", kind, count)
	}
}

// decodedTexts are the reprs of the calls and of the list of their texts, "" where
// there are none.
func decodedTexts(input string) (decoded, written string, err error) {
	calls, err := Decode(ModePrompt, input)
	if err != nil {
		return "", "", err
	}
	if decoded, err = python.Repr(calls); err != nil {
		return "", "", err
	}
	texts, err := DecodeExecution(ModePrompt, input)
	if err != nil {
		return decoded, "", nil
	}
	list := python.NewList()
	for _, text := range texts {
		list.Items = append(list.Items, text)
	}
	written, err = python.Repr(list)
	return decoded, written, err
}

// TestDecodeRecorded holds decoding to what CPython answered when
// testdata/decode.jsonl was recorded.
func TestDecodeRecorded(t *testing.T) {
	for _, one := range pythontest.ReadRecords(t, "testdata/decode.jsonl") {
		decoded, written, err := decodedTexts(one.Input)
		if decoded != one.Answer[0] || written != one.Answer[1] {
			t.Errorf("%q: have %s and %s, %v, want %s and %s", one.Input, decoded, written, err, one.Answer[0], one.Answer[1])
		}
	}
}

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
	pythontest.Compare(t, *interpreter, *inputs, next, func(input string, answer pythontest.Answer) {
		if answer.Late || answer.Decoded.Late || answer.Written.Late {
			counts["late"]++
			return
		}
		decoded, err := Decode(ModePrompt, input)
		shown := ""
		if err == nil {
			shown, err = python.Repr(decoded)
		} else if strings.Contains(err.Error(), "NotImplementedError") || strings.Contains(err.Error(), "AttributeError") {
			counts["not computed"]++
			return
		}
		want, ok := answer.Decoded.Text()
		if ok != (err == nil) || shown != want {
			differ("decoded", "%q: have %s, %v, want %s %s %s", input, shown, err, want, answer.Decoded.Kind, answer.Decoded.Message)
			return
		}
		texts, err := DecodeExecution(ModePrompt, input)
		written := ""
		if err == nil {
			list := python.NewList()
			for _, text := range texts {
				list.Items = append(list.Items, text)
			}
			written, err = python.Repr(list)
			counts["decoded"]++
		} else {
			counts["refused"]++
		}
		if want, ok := answer.Written.Text(); ok != (err == nil) || written != want {
			differ("written", "%q: have %s, %v, want %s %s %s", input, written, err, want, answer.Written.Kind, answer.Written.Message)
		}
	})
	for kind, count := range counts {
		t.Logf("%s: %d", kind, count)
	}
}

package python_test

import (
	"flag"
	"slices"
	"strings"
	"testing"

	"github.com/buttonbench/button/internal/python"
	"github.com/buttonbench/button/internal/python/pythontest"
)

var (
	interpreter = flag.String("python", "", "compare with this interpreter, which must be CPython 3.11")
	inputs      = flag.Int("inputs", 20000, "how many inputs to compare")
	update      = flag.Bool("update", false, "with -python, record answers in testdata")
	seed        = flag.Uint64("seed", 1, "what the inputs are made from")
)

// TestDifferential compares parsing, printing and computing with a real Python:
//
//	go test ./internal/python -run Differential -python python3 -inputs 1000000
func TestDifferential(t *testing.T) {
	if *interpreter == "" {
		t.Skip("no interpreter to compare with was given: -python python3")
	}
	generator := pythontest.NewGenerator(*seed)
	counts := map[string]int{}
	differ := func(kind, format string, values ...any) {
		if counts["different: "+kind]++; counts["different: "+kind] <= 20 {
			t.Errorf(kind+": "+format, values...)
		}
	}
	pythontest.Compare(t, *interpreter, pythontest.Expression, *inputs, generator.Next, func(input string, answer pythontest.Answer) {
		if answer.Late || answer.Computed != nil && answer.Computed.Late {
			counts["late"]++
			return
		}
		expression, err := python.ParseExpression(input)
		if (err == nil) != (answer.Parse.Kind == "") {
			differ("parse", "%q: have %v, want %s %s", input, err, answer.Parse.Kind, answer.Parse.Message)
			return
		}
		if err != nil {
			counts["refused"]++
			if err.Error() == strings.Replace(answer.Parse.Message, "<unknown>", "<string>", 1) {
				counts["refused in the same words"]++
			}
			return
		}
		counts["parsed"]++
		source, err := python.Unparse(expression)
		if want, ok := answer.Source.Text(); ok != (err == nil) || source != want {
			differ("print", "%q: have %q, %v, want %q %s", input, source, err, want, answer.Source.Kind)
		}
		value, err := python.Evaluate(expression, nil)
		exception, _ := err.(*python.Exception)
		if exception != nil && (exception.Kind == "NotImplementedError" || exception.Kind == "AttributeError") {
			counts["not computed"]++
			return
		}
		shown := ""
		if err == nil {
			shown, err = python.Repr(value)
		}
		want, ok := answer.Computed.Text()
		switch {
		case ok && err == nil && strings.Contains(input, "{") && shown != want && sorted(shown) == sorted(want):
			counts["the order of a set"]++
		case ok != (err == nil) || shown != want:
			differ("value", "%q: have %q, %v, want %q %s: %s", input, shown, err, want, answer.Computed.Kind, answer.Computed.Message)
		case err == nil:
			counts["computed"]++
		default:
			counts["raised"]++
			if err.Error() == answer.Computed.Kind+": "+answer.Computed.Message {
				counts["raised in the same words"]++
			} else {
				counts["raised otherwise: "+err.Error()+" / "+answer.Computed.Kind+": "+answer.Computed.Message]++
			}
		}
	})
	for kind, count := range counts {
		if count > 20 || len(kind) < 30 {
			t.Logf("%s: %d", kind, count)
		}
	}
}

// sorted brings the pieces of a text into an order: sets have none.
func sorted(text string) string {
	pieces := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("{}, ", r) })
	slices.Sort(pieces)
	return strings.Join(pieces, " ")
}

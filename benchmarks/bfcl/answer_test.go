package bfcl

import (
	"testing"

	"github.com/buttonbench/button/internal/python"
)

// Answers are found as words of their own, whatever signs and case stand around.
func TestStandsIn(t *testing.T) {
	for _, test := range []struct {
		said, answer string
		want         bool
	}{
		{"{'answer': 'Michael', 'context': 'x'}", "Michael", true},
		{"It is 35.", "35", true},
		{"It is 350", "35", false},
		{"1350 and 35", "35", true},
		{"thirty-five", "thirty five", false},
		{"thirty five", "Thirty-Five", false},
		{"thirtyfive", "Thirty-Five", true},
		{"O'Neil", `O"Neil`, true},
		{"(strawberry matcha)", "strawberry matcha", true},
		{"éa", "a", false},
		{"日本a", "a", false},
		{"$5", "$5", false}, // no boundary before the sign
		{"US$5", "$5", true},
		{"", "", false},
		{"word", "", true},
		{"--", "", false},
	} {
		if have := standsIn(plainAnswer(test.said), plainAnswer(test.answer)); have != test.want {
			t.Errorf("%q in %q: %v, want %v", test.answer, test.said, have, test.want)
		}
	}
}

// The last step that does not decode to calls is the final message.
func TestJudgeAnswer(t *testing.T) {
	category, _ := LookUpCategory("memory_kv")
	entry := newEntry("memory_kv_0-customer-0", category, 0, line{text: `{"id": "x"}`}, line{text: `{"id": "x", "ground_truth": ["Ada", "Ada L"]}`})
	call := `[{"core_memory_retrieve": "{\"key\": \"a\"}"}]`
	for raw, want := range map[string]string{
		`[["Ada"]]`:                        "",
		`[[` + call + `, "I think Ada."]]`: "",
		`[["Ada", ` + call + `]]`:          "", // what came before the calls counts
		`[["Ada", "Eve"]]`:                 ErrorAnswerNotFound,
		`[[` + call + `]]`:                 ErrorNoLastMessage,
		`[[]]`:                             ErrorNoLastMessage,
		`[["Ada"], ["Ada"]]`:               ErrorAgenticInference,
		`"Error during inference: Ada"`:    ErrorAgenticInference,
		`[[[]]]`:                           ErrorAnswerNotFound,
		`[[null]]`:                         ErrorAnswerNotFound,
		`[[[{"f": "no JSON"}]]]`:           ErrorAnswerNotFound,
		`[[[{"f": "no JSON, says Ada"}, "Eve"]]]`: "",
	} {
		value, err := python.ParseJSON(raw)
		if err != nil {
			t.Fatal(raw, err)
		}
		judgement, err := entry.JudgeAnswer(ModeNative, value)
		if err != nil {
			t.Fatal(raw, err)
		}
		if judgement.ErrorType != want || judgement.Valid != (want == "") {
			t.Errorf("%s: %q, want %q", raw, judgement.ErrorType, want)
		}
	}
}

package doctor

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/buttonbench/button/internal/llm"
)

// FuzzForeign reads anything that a server may send outside of completions.
func FuzzForeign(f *testing.F) {
	f.Add(`{"data":[{"id":"m","owned_by":"vllm","max_model_len":4096}]}`)
	f.Add(`[{"id":"m","context_length":1e99},{"meta":{"n_ctx":-1}}]`)
	f.Add("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":{}}\n\ndata: [DONE]\n")
	f.Add("This model's maximum context length is 4096 tokens. \x1b[2J key-key-key")
	f.Fuzz(func(t *testing.T, text string) {
		models, _ := parseModels([]byte(text))
		for _, model := range models {
			if model.id == "" || model.context < 0 || model.context > 1<<30 {
				t.Fatalf("%+v", model)
			}
		}
		parseStream([]byte(text))
		if tokens := contextOf(text); tokens < 0 || tokens > 1<<30 {
			t.Fatal(tokens)
		}
		var s signs
		s.completion([]byte(text))
		e := newExam(Options{Key: "key-key-key"})
		for _, shown := range []string{e.quote(text), e.clean(text), e.clean(e.quote(text))} {
			if strings.Contains(shown, "key-key-key") || !utf8.ValidString(shown) || len(shown) > maxLine+8 && len(shown) > 12*maxQuoted ||
				strings.ContainsFunc(shown, func(r rune) bool { return !unicode.IsPrint(r) && r != utf8.RuneError }) {
				t.Fatalf("shown: %q", shown)
			}
		}
	})
}

func TestBudget(t *testing.T) {
	e := newExam(Options{})
	e.report.Requests = MaxRequests
	if _, failure := e.ask(t.Context(), llm.Request{}); failure == nil || failure.Class != llm.ClassInterrupted {
		t.Error(failure)
	}
	if _, err := e.fetch(t.Context(), "http://127.0.0.1:1/v1/models", nil); err == nil || !strings.Contains(err.Error(), "used up") {
		t.Error(err)
	}
}

// TestHalfSecret puts a key where a long text is cut.
func TestHalfSecret(t *testing.T) {
	e := newExam(Options{Key: "key-abcdefgh"})
	for pad := 64<<10 - 12; pad <= 64<<10; pad++ {
		if shown := e.quote(strings.Repeat(" ", pad) + "key-abcdefgh"); strings.Contains(shown, "key-") {
			t.Fatalf("%d: %s", pad, shown)
		}
	}
}

func TestContextOf(t *testing.T) {
	for _, test := range []struct {
		text string
		want int
	}{
		{"This model's maximum context length is 4096 tokens. However, you requested 8192 output tokens", 4096},
		{"Requested token count exceeds the model's maximum context length of 32768 tokens. You requested a total of 99999 tokens", 32768},
		{"request (9412 tokens) exceeds the available context size (8192 tokens), try increasing it", 8192},
		{`{"type":"exceed_context_size_error","n_prompt_tokens":13392,"n_ctx":8192}`, 8192},
		{"max_tokens must be less than max_model_len=2048", 2048},
		{"the context is too long", 0},
		{"maximum context length is 99999999999999", 0},
	} {
		if have := contextOf(test.text); have != test.want {
			t.Errorf("%q: %d, want %d", test.text, have, test.want)
		}
	}
}

package eval_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
	"github.com/buttonbench/button/internal/llm/openai"
)

// audit fails a model for every call whose arguments are no JSON object, and passes
// it otherwise.
type audit struct{ quiz }

func (e *audit) Start() eval.Episode { return &audited{Episode: e.quiz.Start()} }

type audited struct {
	eval.Episode
	faults []eval.Fault
}

func (e *audited) Observe(reply *llm.Reply) {
	for _, call := range reply.Calls {
		if _, err := button.ParseMembers([]byte(call.Arguments)); err != nil {
			e.faults = append(e.faults, eval.Fault{Kind: eval.FaultMalformed, Node: "n1", Detail: fmt.Sprintf("the arguments of %q are broken", call.Name)})
		}
	}
	if reply.Content == "wrong" {
		e.faults = append(e.faults, eval.Fault{Kind: eval.FaultMissingCall})
	}
	e.Episode.Observe(reply)
}

func (e *audited) Verdict() eval.Verdict {
	return eval.Verdict{Pass: len(e.faults) == 0, Faults: e.faults}
}

func TestCutOffIsNamed(t *testing.T) {
	broken := llm.RawCall{ID: "call_1", Name: "search", Arguments: `{"query": "lon`}
	whole := llm.RawCall{ID: "call_2", Name: "search", Arguments: `{"query": "long"}`}
	malformed := eval.Fault{Kind: eval.FaultMalformed, Node: "n1", Detail: `the arguments of "search" are broken`}
	cut := func(answer int, detail string) eval.Fault {
		f := eval.Fault{Kind: eval.FaultCutOff, Detail: fmt.Sprintf("answer %d was cut off at its limit of tokens (finish_reason length)", answer)}
		if detail != "" {
			f.Node, f.Detail = "n1", f.Detail+": "+detail
		}
		return f
	}
	filtered := eval.Fault{Kind: eval.FaultFiltered, Detail: "answer 1 was cut off by the provider's filter (finish_reason content_filter)"}
	filteredCall := filtered
	filteredCall.Node, filteredCall.Detail = "n1", filtered.Detail+": "+malformed.Detail
	for _, test := range []struct {
		name    string
		answers []llm.Reply
		want    []eval.Fault
	}{
		{"a cut call", []llm.Reply{{Calls: []llm.RawCall{whole, broken}, FinishReason: "length"}}, []eval.Fault{cut(1, malformed.Detail)}},
		{"a broken call that is whole", []llm.Reply{{Calls: []llm.RawCall{broken}, FinishReason: "tool_calls"}}, []eval.Fault{malformed}},
		{"both", []llm.Reply{{Calls: []llm.RawCall{broken}, FinishReason: "tool_calls"}, {Calls: []llm.RawCall{broken}, FinishReason: "max_tokens"}},
			[]eval.Fault{cut(2, malformed.Detail), malformed}},
		{"a cut text", []llm.Reply{{Content: "wrong", FinishReason: "length"}}, []eval.Fault{cut(1, ""), {Kind: eval.FaultMissingCall}}},
		{"a whole call before the cut", []llm.Reply{{Calls: []llm.RawCall{whole}, FinishReason: "length"}, {Content: "wrong", FinishReason: "stop"}}, []eval.Fault{cut(1, ""), {Kind: eval.FaultMissingCall}}},
		{"a filtered call", []llm.Reply{{Calls: []llm.RawCall{broken}, FinishReason: "content_filter"}}, []eval.Fault{filteredCall}},
		{"a filtered text", []llm.Reply{{Content: "wrong", FinishReason: "content_filter"}}, []eval.Fault{filtered, {Kind: eval.FaultMissingCall}}},
		{"a pass", []llm.Reply{{Content: "right", FinishReason: "length"}}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var responses []llmtest.Response
			for _, answer := range test.answers {
				responses = append(responses, llmtest.OK(answer))
			}
			task := &audit{quiz{name: "e", questions: len(test.answers)}}
			got := &rows{}
			if err := driver(httpClient(t, llmtest.InTurn(responses...)), got).Run(t.Context(), []eval.Attempt{{Task: task}}); err != nil {
				t.Fatal(err)
			}
			row := got.all[0]
			if diff := cmp.Diff(test.want, row.Faults); diff != "" || (row.Outcome == eval.OutcomePass) != (test.want == nil) {
				t.Errorf("%s; faults (-want +got):\n%s", row.Outcome, diff)
			}
			if first := test.answers[0].FinishReason; strings.Contains("length content_filter", first) != (row.Transcript[0].Finish == first) {
				t.Errorf("the transcript says %q of %q", row.Transcript[0].Finish, first)
			}
			rescorer := eval.Rescorer{
				Decode: func(raw []byte) (*llm.Reply, error) { return openai.Decode(200, nil, raw) },
				Read:   func(reply *llm.Reply, _ []button.Tool) *llm.Reply { return reply },
			}
			if diff := cmp.Diff(test.want, rescorer.Row(task, row).Faults); diff != "" {
				t.Errorf("rescored (-want +got):\n%s", diff)
			}
		})
	}
}

// A call as text that was cut off is known by how its reading broke.
func TestCutOffText(t *testing.T) {
	reply := llmtest.Text("<tool_call>{")
	reply.FinishReason, reply.Reading = llm.FinishLength, &llm.Reading{Outcome: "malformed", Detail: "the call has no end"}
	task := &marked{audit{quiz{name: "e", questions: 1}}}
	got := &rows{}
	if err := driver(llmtest.Answers(reply), got).Run(t.Context(), []eval.Attempt{{Task: task}}); err != nil {
		t.Fatal(err)
	}
	want := []eval.Fault{{Kind: eval.FaultCutOff, Detail: "answer 1 was cut off at its limit of tokens (finish_reason length): the call has no end"}}
	if diff := cmp.Diff(want, got.all[0].Faults); diff != "" {
		t.Error(diff)
	}
}

// marked also fails a model for a call in text that cannot be read.
type marked struct{ audit }

func (m *marked) Start() eval.Episode { return &marking{m.audit.Start()} }

type marking struct{ eval.Episode }

func (m *marking) Observe(reply *llm.Reply) {
	audited := m.Episode.(*audited)
	audited.faults = append(audited.faults, eval.Fault{Kind: eval.FaultMalformed, Detail: reply.Reading.Detail})
	audited.Observe(reply)
}

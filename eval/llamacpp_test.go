package eval_test

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/limit"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
	"github.com/buttonbench/button/internal/llm/openai"
)

// careless is a task of two turns whose conversation goes on with the calls as the
// model wrote them. It passes where the last answer is "yes".
type careless struct{ quiz }

func (c *careless) Start() eval.Episode {
	return &carelessTalk{messages: []button.Message{{Role: button.RoleUser, Content: c.name}}}
}

type carelessTalk struct {
	messages []button.Message
	faults   []eval.Fault
	answer   string
}

func (c *carelessTalk) Next() (llm.Request, bool) {
	return llm.Request{Messages: c.messages, Tools: timetable()}, c.answer == ""
}

func (c *carelessTalk) Observe(reply *llm.Reply) {
	c.answer = reply.Content
	said := button.Message{Role: button.RoleAssistant, Content: reply.Content}
	results := []button.Message{}
	for _, call := range reply.Calls {
		if !json.Valid([]byte(call.Arguments)) {
			c.faults = append(c.faults, eval.Fault{Kind: eval.FaultMalformed, Detail: call.Name})
		}
		said.ToolCalls = append(said.ToolCalls, button.Call{ID: call.ID, Name: call.Name, Arguments: json.RawMessage(call.Arguments)})
		results = append(results, button.Message{Role: button.RoleTool, ToolCallID: call.ID, Content: "{}"})
	}
	c.messages = append(append(c.messages, said), results...)
}

func (c *carelessTalk) Verdict() eval.Verdict {
	return eval.Verdict{Pass: c.answer == "yes" && len(c.faults) == 0, Faults: c.faults}
}

// llamaCPP answers the first request of a conversation that has tools with a call,
// and everything else with "yes".
func llamaCPP(body []byte) llmtest.Response {
	var request struct {
		Tools    []json.RawMessage
		Messages []struct{ Role string }
	}
	if json.Unmarshal(body, &request) == nil && len(request.Tools) > 0 && len(request.Messages) == 1 {
		return seats()
	}
	return llmtest.OK(said("yes", 3, 1))
}

// What llama.cpp's server does with tools is the model's fault where the model is
// to blame, and no verdict where the server is; nothing is asked for again in vain.
func TestLlamaCPP(t *testing.T) {
	cut := []eval.Fault{{Kind: eval.FaultCutOff, Detail: "answer 1 was cut off at its limit of tokens (finish_reason length): find_seats"}}
	for _, test := range []struct {
		name    string
		server  func(body []byte) llmtest.Response
		outcome string
		faults  []eval.Fault
		class   string
		sent    int64
	}{
		{"well", llamaCPP, eval.OutcomePass, nil, "", 2},
		{"a call cut off", func(body []byte) llmtest.Response { return llmtest.CutCall(llamaCPP(body)) }, eval.OutcomeFail, cut, "", 2},
		{"and the history refused", func(body []byte) llmtest.Response {
			return llmtest.StrictHistory(llmtest.CutCall(llamaCPP(body)))
		}, eval.OutcomeNoVerdict, nil, string(llm.ClassRequest), 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			var sent atomic.Int64
			client := httpClient(t, func(_ int, body []byte) llmtest.Response {
				sent.Add(1)
				return test.server(body)
			})
			stack, err := llm.NewStack(llm.StackOptions{
				Endpoints: []llm.StackEndpoint{{Name: "here", Client: client, Limits: limit.Options{Ceiling: 4}}},
				Decode:    openai.Decode, Random: llm.Jitter(rand.New(rand.NewPCG(1, 2))),
			})
			if err != nil {
				t.Fatal(err)
			}
			defer stack.Close()
			got := &rows{}
			if err := driver(stack, got).Run(t.Context(), []eval.Attempt{{Task: &careless{quiz{name: "c"}}}}); err != nil {
				t.Fatal(err)
			}
			row := got.all[0]
			if row.Outcome != test.outcome || sent.Load() != test.sent {
				t.Errorf("%s after %d requests, want %s after %d", row.Outcome, sent.Load(), test.outcome, test.sent)
			}
			if diff := cmp.Diff(test.faults, row.Faults); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
			if test.class != "" && (row.Error == nil || row.Error.Class != test.class || !strings.Contains(row.Error.Message, "arguments are no JSON")) {
				t.Errorf("error %+v", row.Error)
			}
		})
	}
}

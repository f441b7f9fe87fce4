package teach

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
)

// TestAskChat sends turns back until one is good: calls come back as having failed,
// words and broken calls by a message, and nothing of it enters the conversation.
func TestAskChat(t *testing.T) {
	broken := llmtest.Calls(llm.RawCall{ID: "a", Name: "find", Arguments: `{"x":`})
	wrong := llmtest.Calls(llm.RawCall{ID: "b", Name: "find", Arguments: `{"x":1}`}, llm.RawCall{ID: "c", Name: "find", Arguments: `{"x":2}`})
	cut := llmtest.Text("Well, I would")
	cut.FinishReason = llm.FinishLength
	good := llmtest.Text("It is 4.")
	read := func(reply *llm.Reply) (*string, []Violation) {
		if reply.Content != "It is 4." {
			return nil, []Violation{{Rule: "not_four", Text: "the answer is 4", Span: "here"}}
		}
		return &reply.Content, nil
	}
	for _, test := range []struct {
		name    string
		replies []*llm.Reply
		rule    string   // of the refusal
		roles   []string // of the messages added before the last request
	}{
		{"good at once", []*llm.Reply{good}, "", nil},
		{"calls that are no good", []*llm.Reply{wrong, good}, "", []string{button.RoleAssistant, button.RoleTool, button.RoleTool}},
		{"calls that are no JSON", []*llm.Reply{broken, good}, "", []string{button.RoleUser}},
		{"words, cut off", []*llm.Reply{cut, good}, "", []string{button.RoleAssistant, button.RoleUser}},
		{"never", []*llm.Reply{wrong}, "not_four", []string{button.RoleAssistant, button.RoleTool, button.RoleTool, button.RoleAssistant, button.RoleTool, button.RoleTool}},
		{"always cut off", []*llm.Reply{cut}, RuleTruncated, []string{button.RoleAssistant, button.RoleUser, button.RoleAssistant, button.RoleUser}},
	} {
		t.Run(test.name, func(t *testing.T) {
			prompts, err := Embedded()
			if err != nil {
				t.Fatal(err)
			}
			client := llmtest.Answers(test.replies...)
			asker := New(Options{Client: client, Model: "m"}, prompts).For(5)
			conversation := []button.Message{{Role: button.RoleSystem, Content: "s"}, {Role: button.RoleUser, Content: "2+2?"}}
			answer, err := AskChat(t.Context(), asker, "assistant", conversation, []button.Tool{{Name: "find"}}, true, read)
			var refusal *Refusal
			if test.rule == "" && (err != nil || *answer != "It is 4.") || test.rule != "" && (!errors.As(err, &refusal) || refusal.Rule != test.rule) {
				t.Fatalf("have %v, %v", answer, err)
			}
			requests := client.Requests()
			last := requests[len(requests)-1]
			var roles, ids []string
			for _, message := range last.Messages[2:] {
				roles = append(roles, message.Role)
				for _, call := range message.ToolCalls {
					ids = append(ids, call.ID)
				}
				if message.ToolCallID != "" && !slices.Contains(ids, message.ToolCallID) {
					t.Errorf("the result of %s answers no call", message.ToolCallID)
				}
			}
			if !slices.Equal(roles, test.roles) {
				t.Errorf("the last request adds %v, want %v", roles, test.roles)
			}
			if len(slices.Compact(slices.Sorted(slices.Values(ids)))) != len(ids) {
				t.Errorf("call ids stand twice: %v", ids)
			}
			if n := len(last.Messages); n > 2 && !strings.Contains(last.Messages[n-1].Content, "put right") {
				t.Errorf("the complaint is %q", last.Messages[n-1].Content)
			}
			if len(conversation) != 2 {
				t.Error("the conversation has grown")
			}
		})
	}
}

// An endpoint that refuses every request ends the run after a few, not each
// candidate for itself.
func TestRefusedFormat(t *testing.T) {
	client := &llmtest.Scripted{Respond: func(int, llm.Request) (*llm.Reply, error) {
		return nil, &llm.Error{Class: llm.ClassRequest, Status: 400, Detail: "failed to parse grammar"}
	}}
	prompts, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	teacher := New(Options{Client: client, Model: "m"}, prompts)
	for i := range mostRefusals {
		_, err := teacher.For(uint64(i)).Chat(t.Context(), "solve", nil, nil, true)
		var refusal *Refusal
		if last := i == mostRefusals-1; errors.As(err, &refusal) == last || last && !strings.Contains(err.Error(), "another reply format") {
			t.Errorf("request %d: %v", i, err)
		}
	}
}

// Servers that turn schemas into grammars refuse large repetitions.
func TestBoundsAreSmall(t *testing.T) {
	prompts, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, stage := range prompts.Stages() {
		for _, bound := range regexp.MustCompile(`"(?:max|min)[A-Za-z]*":(\d+)`).FindAllSubmatch(prompts.files[stage].schema, -1) {
			if n, err := strconv.Atoi(string(bound[1])); err != nil || n >= 2000 {
				t.Errorf("%s: %s", stage, bound[0])
			}
		}
	}
}

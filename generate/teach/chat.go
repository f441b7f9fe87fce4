package teach

import (
	"context"
	"math/rand/v2"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
)

// Seed is what everything random about the asker's requests comes from.
func (a *Asker) Seed() uint64 { return a.seed }

// Random returns a generator for one purpose of the candidate. It does not depend
// on what was asked before.
func (a *Asker) Random(purpose string) *rand.Rand {
	return button.NewRandom(button.Seed(a.seed, purpose, 0))
}

// AskChat lets the teacher take a turn of a conversation by Chat until read makes
// a value of it. What is wrong with a turn goes back as it would in a
// conversation: as the failure of its calls, or as a message. None of that is
// part of the conversation. The errors are those of Ask.
func AskChat[T any](ctx context.Context, a *Asker, stage string, conversation []button.Message, tools []button.Tool, parallel bool, read func(*llm.Reply) (*T, []Violation)) (*T, error) {
	messages := conversation
	for returned := 0; ; returned++ {
		reply, err := a.Chat(ctx, stage, messages, tools, parallel)
		if err != nil {
			return nil, err
		}
		var value *T
		var violations []Violation
		if cut := cutOff(reply); cut != nil {
			violations = []Violation{*cut}
		} else {
			value, violations = read(reply)
		}
		if len(violations) == 0 {
			return value, nil
		}
		a.ledger.fault(stage, violations)
		if returned == mostReturns {
			first := violations[0]
			return nil, &Refusal{Stage: stage, Rule: first.Rule, Detail: first.Text, Span: first.Span}
		}
		messages = append(messages[:len(messages):len(messages)], rebuke(reply, violations, returned)...)
	}
}

// rebuke is the turn that cannot be used, and what is wrong with it. Calls whose
// arguments are no object cannot be repeated to a server and are left out.
func rebuke(reply *llm.Reply, violations []Violation, returned int) []button.Message {
	turn := button.Message{Role: button.RoleAssistant, Content: reply.Content}
	for _, raw := range reply.Calls {
		if _, err := button.ParseMembers([]byte(raw.Arguments)); err == nil {
			id := button.NewID(button.NewRandom(button.Seed(uint64(returned), raw.Name, len(turn.ToolCalls))), button.CallIDLength)
			turn.ToolCalls = append(turn.ToolCalls, button.Call{ID: id, Name: raw.Name, Arguments: []byte(raw.Arguments)})
		}
	}
	text := grievances("That turn cannot be used, and nothing of it was carried out:\n", violations) +
		"Take the turn again with this put right."
	if len(turn.ToolCalls) == 0 {
		if turn.Content == "" {
			return []button.Message{{Role: button.RoleUser, Content: text}}
		}
		return []button.Message{turn, {Role: button.RoleUser, Content: text}}
	}
	messages := []button.Message{turn}
	for _, call := range turn.ToolCalls {
		messages = append(messages, button.Message{Role: button.RoleTool, ToolCallID: call.ID, Name: call.Name, Content: text})
	}
	return messages
}

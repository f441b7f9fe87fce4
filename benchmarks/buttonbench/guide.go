package buttonbench

import (
	"strings"

	"github.com/buttonbench/button"
)

// guided is the reference of one user turn.
type guided struct{ steps []button.Message }

// remember files the reference's steps of a record under what the user has said
// so far.
func (b *bench) remember(record *button.Record) {
	var said []string
	var turn *guided
	for _, message := range record.Messages {
		switch message.Role {
		case button.RoleSystem, button.RoleUser:
			said = append(said, message.Content)
			if message.Role == button.RoleUser {
				turn = &guided{}
				b.byTurn[conversationKey(said, record.Tools)] = turn
			}
		case button.RoleAssistant:
			if turn != nil {
				turn.steps = append(turn.steps, message)
			}
		}
	}
}

func conversationKey(said []string, tools []button.Tool) string {
	var key strings.Builder
	for _, text := range said {
		key.WriteString(text)
		key.WriteByte(0)
	}
	for _, tool := range tools {
		key.WriteString(tool.Name)
		key.WriteByte(1)
	}
	return key.String()
}

// Steps implements benchmarks.Guide.
func (b *bench) Steps(messages []button.Message, tools []button.Tool) ([]button.Message, bool) {
	var said []string
	for _, message := range messages {
		if message.Role == button.RoleSystem || message.Role == button.RoleUser {
			said = append(said, message.Content)
		}
	}
	turn, ok := b.byTurn[conversationKey(said, tools)]
	if !ok {
		return nil, false
	}
	return turn.steps, true
}

package bfcl

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"sync"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/benchmarks"
	"github.com/buttonbench/button/benchmarks/bfcl/services"
	"github.com/buttonbench/button/internal/python"
)

// guide plays what the answers allow, for the embedded players. It knows a
// conversation by what system and user said and by the names of the functions; in
// prompt mode the functions stand in the system message.
type guide struct {
	steps func() map[[sha256.Size]byte][]button.Message
}

// doneText is a step without calls: it ends a turn.
const doneText = "That is done."

func newGuide(tasks []*task) benchmarks.Guide {
	return &guide{sync.OnceValue(func() map[[sha256.Size]byte][]button.Message {
		all := map[[sha256.Size]byte][]button.Message{}
		for _, t := range tasks {
			// What cannot be played is unknown to the players, who say so.
			_ = t.play(all)
		}
		return all
	})}
}

// Steps implements benchmarks.Guide.
func (g *guide) Steps(messages []button.Message, tools []button.Tool) ([]button.Message, bool) {
	if len(messages) > 0 && isResults(messages[len(messages)-1].Content) {
		return []button.Message{{Role: button.RoleAssistant, Content: doneText}}, true
	}
	steps, ok := g.steps()[conversationKey(messages, tools)]
	return steps, ok
}

// isResults recognises the results of calls in prompt mode, which come as a user's
// message.
func isResults(text string) bool { return strings.HasPrefix(text, "[{'role': 'tool'") }

func conversationKey(messages []button.Message, tools []button.Tool) [sha256.Size]byte {
	var key strings.Builder
	for _, m := range messages {
		if (m.Role == button.RoleSystem || m.Role == button.RoleUser) && !isResults(m.Content) {
			fmt.Fprintf(&key, "%s\x00%s\x00", m.Role, m.Content)
		}
	}
	for _, tool := range tools {
		key.WriteString(tool.Name + "\x00")
	}
	return sha256.Sum256([]byte(key.String()))
}

// play adds the steps of every turn of a task.
func (t *task) play(all map[[sha256.Size]byte][]button.Message) error {
	episode, err := t.start(0)
	if err != nil {
		return err
	}
	switch episode := episode.(type) {
	case *single:
		calls, err := t.entry.reference()
		if err != nil {
			return err
		}
		message, err := t.played(calls)
		if err != nil {
			return err
		}
		all[conversationKey(episode.opening.Messages, episode.opening.Tools)] = []button.Message{message}
	case *dialogue:
		return t.playTurns(episode, all)
	case *agent:
		answers, err := t.entry.Answers()
		if err != nil || len(answers) == 0 {
			return err
		}
		text := "{'answer': '" + answers[0] + "', 'context': 'It stands in the memory.'}"
		all[conversationKey(episode.messages, episode.tools)] = []button.Message{{Role: button.RoleAssistant, Content: text}}
	}
	return nil
}

// playTurns walks through a conversation as if nothing were called.
func (t *task) playTurns(c *dialogue, all map[[sha256.Size]byte][]button.Message) error {
	expected, err := t.entry.ExpectedCalls()
	if err != nil {
		return err
	}
	for turn := 0; ; turn++ {
		var calls []referenceCall
		if turn < len(expected) {
			for _, text := range expected[turn] {
				call, err := readCall(text)
				if err != nil {
					return err
				}
				calls = append(calls, call)
			}
		}
		message, err := t.played(calls)
		if err != nil {
			return err
		}
		steps := []button.Message{message}
		if len(message.ToolCalls) > 0 {
			steps = append(steps, button.Message{Role: button.RoleAssistant, Content: doneText})
		}
		all[conversationKey(c.messages, c.tools)] = steps
		if turn+1 == len(c.turns) {
			return nil
		}
		if err := c.begin(); err != nil {
			return err
		}
	}
}

// played is a message with these calls, or with words where there are none.
func (t *task) played(calls []referenceCall) (button.Message, error) {
	message := button.Message{Role: button.RoleAssistant}
	if len(calls) == 0 {
		message.Content = doneText
		return message, nil
	}
	var texts []string
	for i, call := range calls {
		if t.mode == ModePrompt {
			text, err := t.written(call)
			if err != nil {
				return message, err
			}
			texts = append(texts, text)
			continue
		}
		arguments, err := python.DumpJSON(call.arguments)
		if err != nil {
			return message, err
		}
		message.ToolCalls = append(message.ToolCalls, button.Call{ID: fmt.Sprintf("call%05d", i), Name: nativeName(call.name), Arguments: []byte(arguments)})
	}
	if t.format != nil {
		text, err := t.format.write(calls)
		if err != nil {
			return message, err
		}
		message.Content = text
	} else if t.mode == ModePrompt {
		message.Content = "[" + strings.Join(texts, ", ") + "]"
	}
	return message, nil
}

// written is a call as the prompt asks for it; arguments of other languages than
// Python stand as they are.
func (t *task) written(call referenceCall) (string, error) {
	var arguments []string
	for i := range call.arguments.Len() {
		name, value := call.arguments.At(i)
		text, err := python.Repr(value)
		if err != nil {
			return "", err
		}
		if other, ok := value.(string); ok && t.entry.Category.Language != Python {
			if text = other; !isExpression(other) {
				text = `"` + strings.ReplaceAll(other, `"`, `\"`) + `"`
			}
		}
		arguments = append(arguments, fmt.Sprintf("%v=%s", name, text))
	}
	return call.name + "(" + strings.Join(arguments, ", ") + ")", nil
}

// isExpression reports whether a text of another language can stand for itself: a
// number, a dotted name, a collection.
func isExpression(text string) bool {
	for _, opening := range []string{"new ", "[", "{"} {
		if strings.HasPrefix(text, opening) {
			return true
		}
	}
	return text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") == ""
}

// readCall reads an expected call of a conversation and names its positional
// arguments.
func readCall(text string) (referenceCall, error) {
	call := referenceCall{arguments: python.NewDict()}
	expression, err := python.ParseExpression(text)
	if err != nil {
		return call, err
	}
	_, err = python.Evaluate(expression, func(name string, positional []python.Value, keywords []python.Keyword) (python.Value, error) {
		call.name = name
		method := services.LookUpMethod(name)
		if method == nil || len(positional) > len(method.Parameters) {
			return nil, fmt.Errorf("the expected call %s fits no function", text)
		}
		for i, value := range positional {
			call.arguments.SetText(method.Parameters[i].Name, value)
		}
		for _, keyword := range keywords {
			call.arguments.SetText(keyword.Name, keyword.Value)
		}
		return nil, nil
	})
	return call, err
}

// rehearsalGuide plays prerequisite conversations: nothing is stored, and every turn
// ends at once.
type rehearsalGuide struct{}

func newRehearsalGuide() benchmarks.Guide { return rehearsalGuide{} }

// Steps implements benchmarks.Guide.
func (rehearsalGuide) Steps([]button.Message, []button.Tool) ([]button.Message, bool) {
	return []button.Message{{Role: button.RoleAssistant, Content: doneText}}, true
}

package bfcl

import (
	"errors"
	"fmt"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/benchmarks/bfcl/services"
	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/python"
)

// mostSteps is how many executed steps a turn may have; one more ends the
// conversation (upstream's rule: the 21st is still executed).
const mostSteps = 20

// talk is one conversation of turns. The model's calls run in simulated services,
// whose result texts it gets.
type talk struct {
	offer   *offer
	turns   [][]Message
	session *services.Session

	messages []button.Message
	tools    []button.Tool
	decoded  [][][]string     // by turn, the call texts of every step; nil where it cannot be decoded
	raw      [][]python.Value // by turn, the raw answer of every step
	executed int              // steps of this turn whose calls ran
	calls    []eval.CallRecord
	over     bool
	broken   error
}

// newTalk begins a conversation. system is what the model is told beside the
// functions, empty for nothing.
func newTalk(o *offer, turns [][]Message, session *services.Session, system string) (*talk, error) {
	if len(turns) == 0 {
		return nil, errors.New("the conversation has no turns")
	}
	c := &talk{offer: o, turns: turns, session: session}
	if o.mode == ModePrompt {
		text, err := systemPrompt(o.documents)
		if err != nil {
			return nil, err
		}
		if system != "" {
			text += "\n" + system
		}
		system = text
	}
	if system != "" {
		c.messages = append(c.messages, button.Message{Role: button.RoleSystem, Content: system})
	}
	return c, c.begin()
}

// begin adds the messages of the next turn, with the functions held out until then.
func (c *talk) begin() (err error) {
	turn := len(c.decoded)
	c.decoded, c.raw = append(c.decoded, [][]string{}), append(c.raw, []python.Value{})
	c.executed = 0
	messages := c.turns[turn]
	if len(c.offer.heldOut[turn]) > 0 {
		shown, err := c.offer.shown(turn)
		if err != nil {
			return err
		}
		messages = []Message{shown}
	}
	c.messages = append(c.messages, plain(messages)...)
	if c.offer.mode == ModeNative && (turn == 0 || len(c.offer.heldOut[turn]) > 0) {
		c.tools, err = c.offer.tools(turn)
	}
	return err
}

// Next implements eval.Episode.
func (c *talk) Next() (llm.Request, bool) {
	return llm.Request{Messages: c.messages, Tools: c.tools}, !c.over
}

// Observe implements eval.Episode.
func (c *talk) Observe(reply *llm.Reply) {
	turn := len(c.decoded) - 1
	message := button.Message{Role: button.RoleAssistant, Content: reply.Content, Reasoning: reply.Reasoning}
	raw := rawAnswer(c.offer.mode, reply)
	texts, err := DecodeExecution(c.offer.mode, raw)
	c.raw[turn], c.decoded[turn] = append(c.raw[turn], raw), append(c.decoded[turn], texts)
	if err != nil || len(texts) == 0 {
		c.messages = append(c.messages, c.unread(message, reply)...)
		c.endTurn()
		return
	}
	results := make([]string, len(texts))
	for i, text := range texts {
		results[i] = c.session.Execute(text)
		c.calls = append(c.calls, eval.CallRecord{Name: text, Result: results[i], Turn: turn})
	}
	c.messages = append(c.messages, c.answered(message, reply, texts, results)...)
	if c.executed++; c.executed > mostSteps {
		c.over = true
	}
}

// endTurn begins the next turn, if there is one.
func (c *talk) endTurn() {
	if len(c.decoded) == len(c.turns) {
		c.over = true
		return
	}
	if err := c.begin(); err != nil {
		c.over, c.broken = true, err
	}
}

// answered is a step as the conversation goes on with it.
func (c *talk) answered(message button.Message, reply *llm.Reply, texts, results []string) []button.Message {
	if c.offer.mode == ModePrompt {
		list := python.NewList()
		for i, text := range texts {
			one := python.NewDict()
			one.SetText("role", "tool")
			one.SetText("name", text)
			one.SetText("content", results[i])
			list.Items = append(list.Items, one)
		}
		shown, err := python.Repr(list)
		if err != nil {
			c.over, c.broken = true, err
		}
		return []button.Message{message, {Role: button.RoleUser, Content: shown}}
	}
	return withResults(message, reply, func(i int) string { return results[i] }, len(c.messages))
}

// unread is a step without calls, or with calls that cannot be decoded: upstream's
// conversation goes on with the latter unanswered, which most servers refuse, so
// they are answered here.
func (c *talk) unread(message button.Message, reply *llm.Reply) []button.Message {
	if c.offer.mode == ModePrompt {
		return []button.Message{message}
	}
	return withResults(message, reply, func(int) string { return "Error: the arguments could not be read." }, len(c.messages))
}

// withResults are an assistant message with native calls and their results. place
// makes ids where the server gives none.
func withResults(message button.Message, reply *llm.Reply, result func(i int) string, place int) []button.Message {
	var results []button.Message
	for i, call := range reply.Calls {
		id := call.ID
		if id == "" {
			id = fmt.Sprintf("c%04d%04d", place%10000, i%10000)
		}
		message.ToolCalls = append(message.ToolCalls, button.Call{ID: id, Name: call.Name, Arguments: eval.ArgumentsInHistory(call.Arguments)})
		results = append(results, button.Message{Role: button.RoleTool, ToolCallID: id, Name: call.Name, Content: result(i)})
	}
	return append([]button.Message{message}, results...)
}

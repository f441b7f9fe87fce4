package scriptedteacher

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/buttonbench/button"
)

type assistantMaterial struct {
	Parallel bool          `json:"parallel_calls"`
	Tools    []offeredTool `json:"tools"`
	Dialogue []turnForm    `json:"dialogue"`
}

type assistantReply struct {
	Thought string     `json:"thought"`
	Action  string     `json:"action"`
	Calls   []toolCall `json:"calls"`
	Text    string     `json:"text"`
	Missing []string   `json:"missing"`
}

// assistant takes the next turn: it asks for what is missing, makes every call that
// can be made, and answers when there is none left.
func (t *turn) assistant(material assistantMaterial) any {
	reply := t.step(material)
	return &reply
}

func (t *turn) step(material assistantMaterial) assistantReply {
	s := t.reader.follow(material.Dialogue, material.Tools)
	agenda := s.agenda()
	reply := assistantReply{Calls: []toolCall{}, Missing: []string{}}
	if len(s.goals) == 0 || slices.ContainsFunc(s.goals, func(g goal) bool { return g.tool == nil }) {
		reply.Action, reply.Text = "refuse", "I am sorry, I cannot do that with what is at my disposal."
		return reply
	}
	for i := range agenda {
		for _, name := range agenda[i].missing {
			reply.Missing = append(reply.Missing, name)
			reply.Action = "ask"
			reply.Text = draw(t.random("ask"), "Could you tell me the "+name+"?", "What is the "+name+"?", "I still need the "+name+". Which one is it?")
			return reply
		}
	}
	if text := s.trouble(agenda); text != "" {
		reply.Action, reply.Text, reply.Missing = "ask", text, []string{"another value"}
		return reply
	}
	var thinks []string
	var asked []string
	for i := range agenda {
		one := &agenda[i]
		open := one.done == nil || one.done.failed != nil && !one.closed
		if one.waits || !open {
			continue
		}
		if !slices.ContainsFunc(reply.Calls, func(call toolCall) bool {
			return callKey(call.Name, call.Arguments) == callKey(one.call.Name, one.call.Arguments)
		}) {
			reply.Calls = append(reply.Calls, one.call)
			thinks = append(thinks, t.thought(one, &asked))
		}
		if !material.Parallel {
			break
		}
	}
	if len(reply.Calls) > 0 {
		reply.Action, reply.Thought = "call", cutWords(strings.Join(thinks, " "), 78)
		return reply
	}
	reply.Action, reply.Text = "answer", t.answer(s, agenda)
	return reply
}

// thought says why a call is made and where its values come from.
func (t *turn) thought(one *next, asked *[]string) string {
	var said, found []string
	for i, slot := range one.goal.step.slots() {
		v := one.goal.values[i]
		if v.literal != nil {
			said = append(said, strings.ReplaceAll(slot.param, "_", " "))
		}
		for _, ref := range v.refs {
			found = append(found, ref.typ.noun)
		}
	}
	noun := one.goal.step.brings.noun
	random := t.random("thought" + itoa(len(*asked)))
	*asked = append(*asked, noun)
	text := draw(random, "To get the "+noun, "For the "+noun, "What is wanted now is the "+noun+";", "The "+noun+" comes next:")
	if len(said) > 0 {
		text += " I take the " + join(said) + " from what the user said"
	}
	if len(found) > 0 {
		if len(said) > 0 {
			text += ", and"
		}
		text += " I use the " + join(found) + " that an earlier result gave"
	}
	if one.done != nil {
		text += ", and try again because the failure may pass"
	}
	return text + "."
}

func cutWords(text string, most int) string {
	words := strings.Fields(text)
	return strings.Join(words[:min(most, len(words))], " ")
}

// trouble is a question about a call that failed for good, where another value of
// the user's could help and was not yet asked for.
func (s *state) trouble(agenda []next) string {
	for i := range agenda {
		one := &agenda[i]
		if one.done == nil || one.done.failed == nil || one.done.turn < s.last { // nothing, or asked already
			continue
		}
		if strings.HasPrefix(one.done.failed.Message, badValue) {
			return "I am sorry, that did not work for the " + one.goal.step.brings.noun + ": " + strings.TrimSuffix(one.done.failed.Message, ".") + ". Would you like to try another value?"
		}
	}
	return ""
}

// answer states what the calls brought that was not told yet.
func (t *turn) answer(s *state, agenda []next) string {
	random := t.random("answer")
	var out []string
	for i := range agenda {
		one := &agenda[i]
		switch {
		case one.done != nil && one.done.failed != nil || one.closed:
			out = append(out, "I am sorry, the "+one.goal.step.brings.noun+" could not be had.")
		case one.done != nil && one.done.result != nil && !strings.Contains(s.told, plain(member(one.done.result, one.goal.step.brings.name))):
			out = append(out, one.goal.step.tells(one.done.result))
		}
	}
	if len(out) == 0 {
		for i := range agenda {
			if one := &agenda[i]; one.done != nil && one.done.result != nil {
				out = append(out, one.goal.step.tells(one.done.result))
			}
		}
	}
	return draw(random, "Here is what came of it. ", "All of that has been seen to. ", "This is how it stands. ", "I have looked into it. ") + strings.Join(out, " ")
}

// tells puts a result into a sentence.
func (s *step) tells(result json.RawMessage) string {
	var members map[string]json.RawMessage
	if json.Unmarshal(result, &members) != nil {
		return ""
	}
	var further []string
	for _, f := range s.fields {
		if value := members[f.name]; value != nil {
			further = append(further, strings.ReplaceAll(f.name, "_", " ")+" "+spoken(value))
		}
	}
	text := "The " + s.brings.noun + " is " + spoken(members[s.brings.name])
	if len(further) > 0 {
		text += " (" + strings.Join(further, ", ") + ")"
	}
	return text + "."
}

// native reads a conversation as the protocol has it.
func native(messages []wireMessage) []turnForm {
	var turns []turnForm
	byID := map[string]int{} // turn of the call
	for i := range messages {
		message := &messages[i]
		switch message.Role {
		case button.RoleUser:
			turns = append(turns, turnForm{From: message.Role, Text: message.text()})
		case button.RoleAssistant:
			turn := turnForm{From: message.Role, Text: message.text()}
			for _, call := range message.ToolCalls {
				turn.Calls = append(turn.Calls, toolCall{call.Function.Name, json.RawMessage(call.Function.Arguments)})
				byID[call.ID] = len(turns)
			}
			turns = append(turns, turn)
		case button.RoleTool:
			if len(turns) == 0 || turns[len(turns)-1].From != button.RoleTool {
				turns = append(turns, turnForm{From: message.Role})
			}
			last := &turns[len(turns)-1]
			last.Results = append(last.Results, readResult(message.text()))
		}
	}
	return turns
}

// readResult reads the content of a tool's message: a result, or an error as
// {"error": CODE, "message": TEXT}.
func readResult(content string) toolResultForm {
	var failure struct {
		Error   string `json:"error"`
		Message string `json:"message"`
	}
	if json.Unmarshal([]byte(content), &failure) == nil && failure.Error != "" {
		return toolResultForm{Error: &toolError{failure.Error, failure.Message}}
	}
	if !json.Valid([]byte(content)) {
		return toolResultForm{Error: &toolError{Code: "unusable", Message: content}}
	}
	return toolResultForm{Result: json.RawMessage(content)}
}

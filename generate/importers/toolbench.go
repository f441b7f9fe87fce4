package importers

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/toolcall"
)

// readToolBench reads ToolBench's two forms: ToolLLaMA's conversations, in which the
// assistant writes "Thought: ... Action: ... Action Input: ..." and the system prompt
// lists the functions as Python prints them; and an annotated answer, whose last
// training conversation is the record. A call of Finish that gives the answer is the
// answer.
func readToolBench(d *draft, members button.Members) error {
	if answer := members.Get("answer_generation"); answer != nil {
		return readAnswer(d, members, answer)
	}
	none := func(button.Member) bool { return false }
	return d.conversation(members, none, func(role, text string, extra button.Members) {
		switch role {
		case button.RoleSystem:
			d.toolbenchSystem(text, extra)
		case button.RoleUser:
			d.add(button.Message{Role: role, Content: toolbenchRequest(text), Extra: extra})
		case button.RoleAssistant:
			d.action(text, extra)
		case button.RoleTool:
			d.result("", "", text, extra)
		default:
			d.add(button.Message{Role: role, Content: text, Extra: extra})
		}
	})
}

func toolbenchRequest(text string) string {
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "Begin!"))
}

// toolbenchSystem takes the list of functions out of the prompt; the rest explains
// the protocol and is kept beside.
func (d *draft) toolbenchSystem(text string, extra button.Members) {
	const opening = "access to the following APIs:"
	before, list, found := strings.Cut(text, opening)
	if !found {
		d.add(button.Message{Role: button.RoleSystem, Content: text, Extra: extra})
		return
	}
	d.toolText(list)
	d.keepText("system_prompt", before+opening)
	d.systemText("", extra)
}

// action reads an assistant's turn of ToolLLaMA.
func (d *draft) action(text string, extra button.Members) {
	result := toolcall.Parse(text, d.names(), "react")
	calls, found := d.read(result)
	message := button.Message{Role: button.RoleAssistant, Content: text, Extra: extra}
	if found {
		message = button.Message{Role: button.RoleAssistant, Reasoning: joinLines(result.Reasoning, result.Content), ToolCalls: calls, Extra: extra}
	}
	d.addFinishing(message)
}

// addFinishing adds an assistant's message; a call of Finish that gives an answer
// becomes that answer.
func (d *draft) addFinishing(message button.Message) {
	if len(message.ToolCalls) == 1 && message.ToolCalls[0].Name == "Finish" {
		members, err := button.ParseMembers(message.ToolCalls[0].Arguments)
		kind, _ := textOf(members.Get("return_type"))
		answer, isText := textOf(members.Get("final_answer"))
		if err == nil && kind == "give_answer" && isText && answer != "" {
			message.Content, message.ToolCalls = joinLines(message.Content, answer), nil
		}
	}
	d.add(message)
}

// readAnswer reads an annotated answer.
func readAnswer(d *draft, members button.Members, answer json.RawMessage) error {
	inner, err := button.ParseMembers(answer)
	if err != nil {
		return fmt.Errorf("answer_generation: %w", err)
	}
	conversations, _ := listOf(inner.Get("train_messages"))
	if len(conversations) == 0 {
		return fmt.Errorf("answer_generation: it has no train_messages: its members are %s", namesOf(inner))
	}
	messages, ok := listOf(conversations[len(conversations)-1])
	if !ok {
		return fmt.Errorf("answer_generation: train_messages: want lists of messages")
	}
	d.tools(inner.Get("function"))
	for _, member := range members {
		if member.Name != "answer_generation" {
			d.keep(member)
		}
	}
	for _, member := range inner {
		switch member.Name {
		case "function":
		case "train_messages":
			d.keep(button.Member{Name: member.Name, Value: listJSON(conversations[:len(conversations)-1])})
		default:
			d.keep(member)
		}
	}
	for i, value := range messages {
		one, err := button.ParseMembers(value)
		if err != nil {
			return fmt.Errorf("message %d: %w", i, err)
		}
		role, _ := textOf(one.Get("role"))
		text, _ := textOf(one.Get("content"))
		switch roleOf(role) {
		case button.RoleSystem:
			d.keepText("system_prompt", text)
		case button.RoleUser:
			d.add(button.Message{Role: button.RoleUser, Content: toolbenchRequest(text)})
		case button.RoleAssistant:
			message := button.Message{Role: button.RoleAssistant, Content: text}
			if call := one.Get("function_call"); call != nil {
				calls, unread := d.calls(call)
				message.Reasoning, message.Content = text, ""
				message.ToolCalls, message.Extra = calls, unread
			}
			d.addFinishing(message)
		default:
			d.message(one)
		}
	}
	return nil
}

package importers

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/toolcall"
)

// readGlaive reads glaive-function-calling-v2: "system" with the functions behind a
// fixed sentence, and "chat" as one text with a mark before each turn. A call is
// <functioncall> {"name": ..., "arguments": '{...}'}, its arguments an object in
// single quotes, which is the format's own way and no fault.
func readGlaive(d *draft, members button.Members) error {
	chat, isText := textOf(members.Get("chat"))
	if members.Get("chat") == nil || !isText {
		return fmt.Errorf("it has no chat: its members are %s", namesOf(members))
	}
	for _, member := range members {
		text, isText := textOf(member.Value)
		switch {
		case member.Name == "chat":
		case member.Name == "system" && isText:
			d.glaiveSystem(text)
		default:
			d.rest(member)
		}
	}
	marks := glaiveMark.FindAllStringSubmatchIndex(chat, -1)
	if len(marks) == 0 {
		return fmt.Errorf("its chat has no turn: want USER:, ASSISTANT: or FUNCTION RESPONSE: at the start of a line")
	}
	if before := strings.TrimSpace(chat[:marks[0][0]]); before != "" {
		d.fault(FaultRole, -1, before, "text before the first turn of the chat")
		d.keepText("chat_before", before)
	}
	for i, mark := range marks {
		end := len(chat)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		text := strings.TrimSpace(chat[mark[1]:end])
		text = strings.TrimSpace(strings.TrimSuffix(text, "<|endoftext|>"))
		switch chat[mark[2]:mark[3]] {
		case "USER":
			d.add(button.Message{Role: button.RoleUser, Content: text})
		case "FUNCTION RESPONSE":
			d.result("", "", text, nil)
		default:
			d.glaiveTurn(text)
		}
	}
	return nil
}

var glaiveMark = regexp.MustCompile(`(?m)^[ \t]*(USER|ASSISTANT|FUNCTION RESPONSE):`)

// The sentence before the functions, and what it says where there is none.
const (
	glaiveWith = " with access to the following functions."
	glaiveCall = "<functioncall>"
)

func (d *draft) glaiveSystem(text string) {
	text = strings.TrimSpace(strings.TrimPrefix(text, "SYSTEM:"))
	before, list, found := strings.Cut(text, glaiveWith)
	if !found {
		d.systemText(text, nil)
		return
	}
	d.systemText(before+".", nil)
	if at := strings.IndexAny(list, "{["); at >= 0 {
		d.toolText(list[at:])
	} else {
		d.fault(FaultUnreadableTool, -1, text, "functions are promised and none is given")
	}
}

// glaiveQuoted finds arguments in single quotes.
var glaiveQuoted = regexp.MustCompile(`(?s)^(\s*\{.*"arguments"\s*:\s*)'(.*)'(\s*\}\s*)$`)

func (d *draft) glaiveTurn(text string) {
	content, call, found := strings.Cut(text, glaiveCall)
	if !found {
		d.add(button.Message{Role: button.RoleAssistant, Content: text})
		return
	}
	call = strings.TrimSpace(call)
	if parts := glaiveQuoted.FindStringSubmatch(call); parts != nil {
		// Inside single quotes a quote of the same kind is escaped, which JSON does not know.
		call = parts[1] + strings.ReplaceAll(parts[2], `\'`, `'`) + parts[3]
	}
	message := button.Message{Role: button.RoleAssistant, Content: strings.TrimSpace(content)}
	calls, ok := d.callText(call)
	if message.ToolCalls = calls; !ok {
		message.Content = text
	}
	d.add(message)
}

// pythonCalls reads calls in Python's spelling, of functions that the tools have and
// of any others by these names.
func (d *draft) pythonCalls(text string, names map[string]string) button.Message {
	var known []button.Tool
	for _, short := range names {
		known = append(known, button.Tool{Name: short})
	}
	result := toolcall.Parse(text, known, "pythonic")
	calls, _ := d.read(result)
	return button.Message{Role: button.RoleAssistant, Content: result.Content, Reasoning: result.Reasoning, ToolCalls: calls}
}

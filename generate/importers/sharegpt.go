package importers

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/buttonbench/button"
)

// conversation reads the turns of "conversations" (or "messages"): from and value,
// or role and content. Members beside the turns go to use, which says whether it
// took one; the rest is kept.
func (d *draft) conversation(members button.Members, use func(button.Member) bool, turn func(role, text string, extra button.Members)) error {
	name := "conversations"
	if members.Get(name) == nil {
		name = "messages"
	}
	turns, ok := listOf(members.Get(name))
	if !ok {
		return fmt.Errorf("it has no conversations: its members are %s", namesOf(members))
	}
	for _, member := range members {
		if member.Name != name && !use(member) {
			d.rest(member)
		}
	}
	for i, value := range turns {
		inner, err := button.ParseMembers(value)
		if err != nil {
			return fmt.Errorf("turn %d: %w", i, err)
		}
		var role, text string
		var extra button.Members
		for _, member := range inner {
			said, isText := textOf(member.Value)
			switch {
			case isText && (member.Name == "from" || member.Name == "role"):
				role = roleOf(said)
			case isText && (member.Name == "value" || member.Name == "content"):
				text = said
			case member.Name == "value" || member.Name == "content":
				text = string(member.Value)
				d.fault(FaultContent, d.next(), text, "the turn's value is no text")
			default:
				extra = append(extra, member)
			}
		}
		if role == "" {
			d.fault(FaultRole, d.next(), text, "the turn does not say who speaks")
		}
		turn(role, text, extra)
	}
	return nil
}

// readShareGPT reads LLaMA-Factory's form: turns of human, gpt, function_call and
// observation, with columns "tools" and "system".
func readShareGPT(d *draft, members button.Members) error {
	use := func(member button.Member) bool {
		switch text, isText := textOf(member.Value); {
		case member.Name == "tools":
			d.tools(member.Value)
		case member.Name == "system" && isText:
			if text != "" {
				d.add(button.Message{Role: button.RoleSystem, Content: text})
			}
		default:
			return false
		}
		return true
	}
	return d.conversation(members, use, func(role, text string, extra button.Members) {
		switch role {
		case roleCall:
			if d.extends() {
				d.fault(FaultRole, d.next()-1, text, "a turn of calls behind another turn of the assistant's")
			}
			d.callTurn(button.Message{Content: text, Extra: extra})
		case button.RoleTool:
			d.observation(text, extra)
		default:
			d.add(button.Message{Role: role, Content: text, Extra: extra})
		}
	})
}

// betweenResponses is what trainers join the results of parallel calls with, in one
// turn, for the templates of the Qwen family.
const betweenResponses = "\n</tool_response>\n<tool_response>\n"

// observation adds the results of a turn: of several calls in one text, joined or as
// a list.
func (d *draft) observation(text string, extra button.Members) {
	waiting := d.unanswered()
	if waiting < 2 {
		d.result("", "", text, extra)
		return
	}
	parts := strings.Split(text, betweenResponses)
	if list, isList := listOf(json.RawMessage(text)); len(parts) != waiting && isList && len(list) == waiting {
		parts = parts[:0]
		for _, one := range list {
			part, isText := textOf(one)
			if !isText || string(one) == "null" {
				part = string(one)
			}
			parts = append(parts, part)
		}
	}
	if len(parts) != waiting {
		d.fault(FaultResults, d.next(), text, "one text for the results of %d calls", waiting)
		d.result("", "", text, extra)
		return
	}
	for _, part := range parts {
		d.result("", "", part, extra)
		extra = nil
	}
}

package importers

import (
	"encoding/json"
	"strings"

	"github.com/buttonbench/button"
)

// readButton reads the released BUTTON form: in the system prompt the tools between
// <tool> and </tool>, of an assistant a thought and then <call>[...]</call> or
// <final>...</final>, of a tool a list of name, arguments and results, one for each
// call of the turn before.
func readButton(d *draft, members button.Members) error {
	none := func(button.Member) bool { return false }
	return d.conversation(members, none, func(role, text string, extra button.Members) {
		switch role {
		case button.RoleSystem:
			d.buttonSystem(text, extra)
		case button.RoleAssistant:
			d.buttonTurn(text, extra)
		case button.RoleTool:
			d.buttonResults(text, extra)
		default:
			d.add(button.Message{Role: role, Content: text, Extra: extra})
		}
	})
}

// serialRule is how the prompts of this form that allow one call a turn say so.
const serialRule = "one call at a time"

// buttonSystem takes the tools out of the prompt. The paragraph before them, and all
// behind them, explains the protocol.
func (d *draft) buttonSystem(text string, extra button.Members) {
	before, list, after, found := cutBlock(text, "<tool>", "</tool>")
	if !found {
		d.add(button.Message{Role: button.RoleSystem, Content: text, Extra: extra})
		return
	}
	d.toolText(list)
	d.record.ParallelToolCalls = !strings.Contains(strings.ToLower(after), serialRule)
	own, opening := lastParagraph(before)
	d.keepText("system_prompt", joinParagraphs(opening, strings.TrimLeft(after, "\n")))
	d.systemText(own, extra)
}

func (d *draft) buttonTurn(text string, extra button.Members) {
	d.say(text, "button", extra)
	last := &d.record.Messages[d.next()-1]
	switch {
	case len(last.ToolCalls) > 0:
		last.Reasoning, last.Content = joinLines(last.Reasoning, last.Content), ""
	case last.Content == text && text != "" && !strings.Contains(text, "<call>"):
		d.fault(FaultRole, d.next()-1, text, "neither a call nor a final answer")
	}
}

// buttonResults adds the results of a list, by their position.
func (d *draft) buttonResults(text string, extra button.Members) {
	list, ok := listOf(json.RawMessage(text))
	if !ok {
		d.fault(FaultResults, d.next(), text, "the results are no list")
		d.result("", "", text, extra)
		return
	}
	if waiting := d.unanswered(); waiting != len(list) {
		d.fault(FaultResults, d.next(), text, "%d results for %d calls", len(list), waiting)
	}
	for _, one := range list {
		members, err := button.ParseMembers(one)
		value := members.Get("results")
		if err != nil || value == nil {
			d.fault(FaultResults, d.next(), string(one), "an element without results")
			d.result("", "", string(one), extra)
			continue
		}
		content, isText := textOf(value)
		if !isText || string(value) == "null" {
			content = string(value)
		}
		d.buttonResult(members, content)
	}
}

// buttonResult adds a result that repeats its call; one that repeats another call
// than that at its position is a fault.
func (d *draft) buttonResult(members button.Members, content string) {
	name, _ := textOf(members.Get("name"))
	var rest button.Members
	for _, member := range members {
		if member.Name != "name" && member.Name != "arguments" && member.Name != "results" {
			rest = append(rest, member)
		}
	}
	for _, one := range d.open {
		if !one.answered {
			if one.name != name {
				d.fault(FaultResults, d.next(), name, "the result at this position is of %.60q, the call of %.60q", name, one.name)
				rest = append(rest, button.Member{Name: "result_of", Value: button.AppendString(nil, name)})
			}
			break
		}
	}
	d.result("", "", content, rest)
}

func joinLines(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "\n" + b
}

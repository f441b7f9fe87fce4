package importers

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/toolcall"
)

// readToolACE reads "system", in whose text the tools stand as a JSON list, and
// "conversations" in which an assistant calls as Python does, with the names of
// functions in any words: [Market Trends API(trend_type="MARKET_INDEXES")].
func readToolACE(d *draft, members button.Members) error {
	columns := func(member button.Member) bool {
		text, isText := textOf(member.Value)
		if member.Name == "system" && isText {
			d.toolaceSystem(text, nil)
			return true
		}
		return false
	}
	return d.conversation(members, columns, func(role, text string, extra button.Members) {
		switch role {
		case button.RoleSystem:
			d.toolaceSystem(text, extra)
		case button.RoleAssistant:
			d.toolaceTurn(text, extra)
		case button.RoleTool:
			d.toolaceResults(text, extra)
		default:
			d.add(button.Message{Role: role, Content: text, Extra: extra})
		}
	})
}

func (d *draft) toolaceSystem(text string, extra button.Members) {
	at, length := listOfTools(text)
	if length == 0 {
		d.add(button.Message{Role: button.RoleSystem, Content: text, Extra: extra})
		return
	}
	d.tools(json.RawMessage(text[at : at+length]))
	d.system(text, "", text[:at]+"\n"+text[at+length:], "pythonic", extra,
		"func1(", "[func_name", "params_name", "list of functions", "function call(s)", "the format of", "should not include any other text", "no other text")
}

// listOfTools finds the first JSON list of objects in a text.
func listOfTools(text string) (at, length int) {
	for at < len(text) {
		next := strings.IndexByte(text[at:], '[')
		if next < 0 {
			break
		}
		at += next
		if rest := strings.TrimLeft(text[at+1:], " \t\r\n"); strings.HasPrefix(rest, "{") {
			if value, length := jsonPrefix(text[at:]); length > 0 && value[0] == '[' {
				return at, length
			}
			return 0, 0
		}
		at++
	}
	return 0, 0
}

// calledName finds the names that a list of calls calls.
var calledName = regexp.MustCompile(`(?:^\[|\),)\s*([^\[\]()"'=,]{1,128})\(`)

// toolaceTurn reads calls whose functions may have names of several words: these
// get a name without blanks for the reader.
func (d *draft) toolaceTurn(text string, extra button.Members) {
	trimmed := strings.TrimSpace(text)
	if !strings.HasPrefix(trimmed, "[") || !strings.Contains(trimmed, "(") || len(text) > toolcall.MaxText {
		d.add(button.Message{Role: button.RoleAssistant, Content: text, Extra: extra})
		return
	}
	alias, names := trimmed, map[string]string{}
	for _, found := range calledName.FindAllStringSubmatch(trimmed, toolcall.MaxCalls) {
		name := strings.TrimSpace(found[1])
		if names[name] == "" {
			names[name] = "called_" + strconv.Itoa(len(names)) + "_"
			alias = strings.ReplaceAll(alias, found[1]+"(", names[name]+"(")
		}
	}
	before := len(d.origin.Faults)
	result := d.pythonCalls(alias, names)
	back := func(text string) string {
		for name, short := range names {
			text = strings.ReplaceAll(text, short, name)
		}
		return text
	}
	for i := range d.origin.Faults[before:] {
		fault := &d.origin.Faults[before+i]
		fault.Text, fault.Span = back(fault.Text), back(fault.Span)
	}
	message := button.Message{Role: button.RoleAssistant, Content: text, Extra: extra}
	if len(result.ToolCalls) > 0 {
		message = result
		message.Extra, message.Content = extra, back(message.Content)
		for i := range message.ToolCalls {
			call := &message.ToolCalls[i]
			call.Name, call.Arguments = back(call.Name), json.RawMessage(back(string(call.Arguments)))
		}
	}
	d.add(message)
}

// toolaceResults reads a list with an element for each call, {"name","results"}; any
// other text is one result.
func (d *draft) toolaceResults(text string, extra button.Members) {
	list, isList := listOf(json.RawMessage(text))
	waiting := d.unanswered()
	if !isList || len(list) != waiting || waiting == 0 {
		d.observation(text, extra)
		return
	}
	for _, one := range list {
		name, content := "", string(one)
		members, err := button.ParseMembers(one)
		if value := members.Get("results"); err == nil && value != nil && len(members) == 2 {
			if text, isText := textOf(members.Get("name")); isText && text != "" {
				name, content = text, string(value)
				if inner, isText := textOf(value); isText && string(value) != "null" {
					content = inner
				}
			}
		}
		d.result("", name, content, extra)
		extra = nil
	}
}

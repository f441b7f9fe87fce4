package importers

import (
	"encoding/json"
	"fmt"

	"github.com/buttonbench/button"
)

// readXLAM reads APIGen's form: "query", "tools" and "answers", the last two as
// texts. The record ends with the calls, which are its target. Parameters that are a
// property map in Python's types become a schema.
func readXLAM(d *draft, members button.Members) error {
	query, isText := textOf(members.Get("query"))
	if members.Get("query") == nil || !isText {
		return fmt.Errorf("it has no query: its members are %s", namesOf(members))
	}
	for _, member := range members {
		switch member.Name {
		case "query", "answers":
		case "tools":
			d.tools(member.Value)
		default:
			d.rest(member)
		}
	}
	for i := range d.record.Tools {
		if properties, is := propertyMap(d.record.Tools[i].Parameters); is {
			d.record.Tools[i].Parameters = schemaOfProperties(properties)
		}
	}
	d.add(button.Message{Role: button.RoleUser, Content: query})
	answers := members.Get("answers")
	if text, isText := textOf(answers); isText {
		if text == "" {
			return nil
		}
		answers = json.RawMessage(text)
	}
	if list, isList := listOf(answers); isList && len(list) == 0 {
		d.add(button.Message{Role: button.RoleAssistant})
		return nil
	}
	message := button.Message{Role: button.RoleAssistant, Content: string(answers)}
	if calls, ok := d.callText(string(answers)); ok {
		message.Content, message.ToolCalls = "", calls
	}
	d.add(message)
	return nil
}

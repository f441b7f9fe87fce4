package importers

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/buttonbench/button"
)

// readSealTools reads the form in which Seal-Tools trains and tests: one turn of a
// human that holds the list of APIs and the task, one of gpt that holds the calls,
// both as Python prints them. What a call names its results by ("API_call_0"), and
// later calls take as arguments, is kept with the call under "responses".
func readSealTools(d *draft, members button.Members) error {
	none := func(button.Member) bool { return false }
	var problem error
	err := d.conversation(members, none, func(role, text string, extra button.Members) {
		switch role {
		case button.RoleUser:
			if err := d.sealTask(text, extra); err != nil && problem == nil {
				problem = err
			}
		case button.RoleAssistant:
			d.sealCalls(text, extra)
		default:
			d.add(button.Message{Role: role, Content: text, Extra: extra})
		}
	})
	if err == nil {
		err = problem
	}
	return err
}

// The parts of a human's turn.
const (
	sealList = "api_list ="
	sealTask = "task_instruction ="
)

func (d *draft) sealTask(text string, extra button.Members) error {
	before, rest, found := strings.Cut(text, sealList)
	at := strings.LastIndex(rest, sealTask)
	if !found || at < 0 {
		return fmt.Errorf("its turn of a human has no %q with a %q", sealList, sealTask)
	}
	list, task := strings.TrimSpace(rest[:at]), strings.TrimSpace(rest[at+len(sealTask):])
	task = strings.TrimSpace(strings.TrimSuffix(task, "Output:"))
	if len(task) > 1 && task[0] == '"' && task[len(task)-1] == '"' {
		task = task[1 : len(task)-1]
	}
	d.keepText("system_prompt", strings.TrimSpace(before))
	d.sealAPIs(list)
	d.add(button.Message{Role: button.RoleUser, Content: task, Extra: extra})
	return nil
}

// sealAPIs reads APIs: api_name, api_description, parameters as a property map,
// required, responses, and what else there is.
func (d *draft) sealAPIs(text string) {
	value, _, ok := readLoose(text)
	list, isList := listOf(value)
	if !ok || !isList {
		d.fault(FaultUnreadableTool, -1, text, "the list of APIs cannot be read")
		d.unread = append(d.unread, button.AppendString(nil, text))
		return
	}
	for _, one := range list {
		members, err := button.ParseMembers(one)
		var tool button.Tool
		required := json.RawMessage("[]")
		for _, member := range members {
			switch text, isText := textOf(member.Value); {
			case member.Name == "api_name" && isText:
				tool.Name = text
			case member.Name == "api_description" && isText:
				tool.Description = text
			case member.Name == "required":
				required = member.Value
			case member.Name == "parameters":
				tool.Parameters = member.Value
			default:
				tool.FunctionExtra = append(tool.FunctionExtra, member)
			}
		}
		if err != nil || tool.Name == "" {
			d.fault(FaultUnreadableTool, -1, string(one), "an API without a name")
			d.unread = append(d.unread, one)
			continue
		}
		properties, is := propertyMap(tool.Parameters)
		if is || string(tool.Parameters) == "{}" {
			schema, _ := button.ParseMembers(schemaOfProperties(properties))
			for i := range schema {
				if schema[i].Name == "required" {
					schema[i].Value = required
				}
			}
			tool.Parameters = schema.AppendJSON(nil)
		}
		d.record.Tools = append(d.record.Tools, tool)
	}
}

// sealCalls reads a list of api, parameters and responses.
func (d *draft) sealCalls(text string, extra button.Members) {
	message := button.Message{Role: button.RoleAssistant, Content: text, Extra: extra}
	value, repairs, ok := readLoose(text)
	list, isList := listOf(value)
	if !ok || !isList {
		d.fault(FaultUnreadableCall, d.next(), text, "the list of calls cannot be read")
		d.add(message)
		return
	}
	if len(repairs) > 0 {
		d.fault(FaultRepairedCall, d.next(), text, "the list of calls was mended: %s", strings.Join(repairs, ", "))
	}
	for _, one := range list {
		members, err := button.ParseMembers(one)
		for i := range members {
			switch members[i].Name {
			case "api":
				members[i].Name = "name"
			case "parameters":
				members[i].Name = "arguments"
			}
		}
		call, ok := button.Call{}, false
		if err == nil {
			call, ok = d.call(members.AppendJSON(nil))
		}
		if !ok {
			d.fault(FaultUnreadableCall, d.next(), string(one), "this is no call: want an object with api and parameters")
			message.Extra = append(message.Extra, button.Member{Name: "unreadable_calls", Value: one})
			continue
		}
		message.ToolCalls = append(message.ToolCalls, call)
	}
	if message.ToolCalls != nil {
		message.Content = ""
	}
	d.add(message)
}

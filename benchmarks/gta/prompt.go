package gta

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/buttonbench/button"
)

// The prompts carry upstream's meaning in our own words: what the tools are, how
// to lay out a step, which files there are, and, before the last step, the demand
// for an answer without calls.
const (
	nativePrompt = "You solve the user's task with the help of tools. Make one tool call at a time and wait for its result. When you know enough, give the final answer."
	filesPrompt  = "Files of this task: %s"
	lastPrompt   = "Now sum up what was found and give the final answer. Do not call any tool."
	reactPrompt  = `You solve the user's task with the help of tools. These are the tools:
%s

To use a tool, write exactly:
Thought: why this step comes next
Action: the name of one tool
Action Input: a JSON object with the tool's arguments

The result comes back as:
Response: what the tool returned

When you know enough, write instead:
Thought: why the task is done
Final Answer: the answer`
)

// conversation is what the model sees before one step: the reference's history.
func conversation(one *item, at int, protocol string) []button.Message {
	var files []string
	for _, path := range one.files {
		files = append(files, "`"+path+"`")
	}
	opening := nativePrompt
	if protocol == ReAct {
		opening = fmt.Sprintf(reactPrompt, reactTools(one))
	}
	messages := []button.Message{
		{Role: button.RoleSystem, Content: opening},
		{Role: button.RoleSystem, Content: fmt.Sprintf(filesPrompt, strings.Join(files, ", "))},
	}
	steps := one.steps()
	for n, t := range one.dialog[:at] {
		switch t.role {
		case button.RoleUser:
			messages = append(messages, button.Message{Role: button.RoleUser, Content: t.content})
		case button.RoleAssistant:
			messages = append(messages, reference(one, n, protocol))
		case button.RoleTool:
			messages = append(messages, result(one, n, protocol))
		}
	}
	if at == steps[len(steps)-1] {
		messages = append(messages, button.Message{Role: button.RoleUser, Content: lastPrompt})
	}
	return messages
}

func result(one *item, at int, protocol string) button.Message {
	t := one.dialog[at]
	content := t.content
	if t.image {
		content = "![](" + t.content + ")"
	}
	if protocol == ReAct {
		return button.Message{Role: button.RoleSystem, Content: content} // bare, as upstream has it
	}
	return button.Message{Role: button.RoleTool, ToolCallID: callID(at - 1), Name: one.dialog[at-1].calls[0].name, Content: content}
}

func reactCall(call goldCall) string {
	return "Action: " + call.name + "\nAction Input: " + string(call.arguments)
}

func reactFinal(answer string) string {
	return "Thought: everything that was asked is known.\nFinal Answer: " + answer
}

// reactTools lists the tools as JSON: name, description, parameters, required.
func reactTools(one *item) string {
	var list []map[string]any
	for _, tool := range one.tools {
		var parameters []map[string]string
		required := []string{}
		for _, input := range tool.Inputs {
			parameters = append(parameters, map[string]string{"name": input.Name, "type": input.Type, "description": describe(input)})
			if !input.Optional {
				required = append(required, input.Name)
			}
		}
		list = append(list, map[string]any{"name": tool.Name, "description": tool.Description, "parameters": parameters, "required": required})
	}
	text, err := json.Marshal(list)
	if err != nil {
		return "[]" // strings and lists of strings always encode
	}
	return string(text)
}

func describe(input argument) string {
	switch {
	case input.Description != "":
		return input.Description
	case input.Type == "image":
		return "Path of an image file."
	}
	return "The " + input.Name + "."
}

// nativeTools are the item's tools as native function definitions.
func nativeTools(one *item) []button.Tool {
	var tools []button.Tool
	for _, block := range one.tools {
		tools = append(tools, button.Tool{Name: block.Name, Description: block.Description, Parameters: parameters(block)})
	}
	return tools
}

// jsonTypes maps GTA's argument types to JSON Schema's.
var jsonTypes = map[string]string{"image": "string", "text": "string", "int": "integer", "bool": "boolean"}

func parameters(block toolBlock) json.RawMessage {
	out := []byte(`{"type":"object","properties":{`)
	var required []string
	for i, input := range block.Inputs {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(button.AppendString(out, input.Name), `:{"type":`...)
		kind, ok := jsonTypes[input.Type]
		if !ok {
			kind = "string"
		}
		out = append(button.AppendString(out, kind), `,"description":`...)
		out = button.AppendString(out, describe(input))
		if len(input.Default) > 0 && string(input.Default) != "null" {
			out = append(append(out, `,"default":`...), input.Default...)
		}
		out = append(out, '}')
		if !input.Optional {
			required = append(required, input.Name)
		}
	}
	out = append(out, `},"required":[`...)
	for i, name := range required {
		if i > 0 {
			out = append(out, ',')
		}
		out = button.AppendString(out, name)
	}
	return append(out, "]}"...)
}

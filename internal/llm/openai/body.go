package openai

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
)

// requestBody writes a request as the protocol wants it. Members come in a
// fixed order, those of ExtraBody last and by name, so that equal requests are
// equal bytes. A member of ExtraBody replaces one of the same name.
func requestBody(request llm.Request) ([]byte, error) {
	members, err := knownMembers(request)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(request.ExtraBody)) {
		value := request.ExtraBody[name]
		if !json.Valid(value) {
			return nil, fmt.Errorf("extra body member %q is not valid JSON", name)
		}
		members = set(members, name, value)
	}
	size := 2
	for _, member := range members {
		size += len(member.Name) + len(member.Value) + 4
	}
	return members.AppendJSON(make([]byte, 0, size)), nil
}

func knownMembers(request llm.Request) (button.Members, error) {
	var members button.Members
	add := func(name string, value []byte) { members = append(members, button.Member{Name: name, Value: value}) }
	add("model", button.AppendString(nil, request.Model))
	add("messages", appendList(make([]byte, 0, sizeOfMessages(request.Messages)), request.Messages, appendMessage))
	if len(request.Tools) > 0 {
		for _, tool := range request.Tools {
			if tool.Parameters != nil && !json.Valid(tool.Parameters) {
				return nil, fmt.Errorf("the parameters of tool %q are not valid JSON", tool.Name)
			}
		}
		add("tools", appendList(make([]byte, 0, sizeOfTools(request.Tools)), request.Tools, appendTool))
		if request.ParallelToolCalls != nil {
			add("parallel_tool_calls", strconv.AppendBool(nil, *request.ParallelToolCalls))
		}
	}
	sampling := request.Sampling
	for _, number := range []struct {
		name  string
		value *float64
	}{{"temperature", sampling.Temperature}, {"top_p", sampling.TopP}} {
		if number.value == nil {
			continue
		}
		if math.IsNaN(*number.value) || math.IsInf(*number.value, 0) {
			return nil, fmt.Errorf("%s is not a finite number", number.name)
		}
		add(number.name, strconv.AppendFloat(nil, *number.value, 'f', -1, 64))
	}
	if sampling.MaxTokens != nil {
		add("max_tokens", strconv.AppendInt(nil, int64(*sampling.MaxTokens), 10))
	}
	if sampling.Seed != nil {
		add("seed", strconv.AppendInt(nil, *sampling.Seed, 10))
	}
	if len(sampling.Stop) > 0 {
		add("stop", appendList(nil, sampling.Stop, button.AppendString))
	}
	return members, nil
}

// sizeOfMessages is about how many bytes messages take on the wire, with room for
// some escapes: a buffer that grows as it is written makes half the garbage of a
// run.
func sizeOfMessages(messages []button.Message) int {
	size := 2
	for _, message := range messages {
		size += 96 + (len(message.Content)+len(message.Reasoning))*9/8
		for _, call := range message.ToolCalls {
			size += 96 + len(call.ID) + len(call.Name) + len(call.Arguments)*5/4
		}
	}
	return size
}

// sizeOfTools is the same for tools.
func sizeOfTools(tools []button.Tool) int {
	size := 2
	for _, tool := range tools {
		size += 96 + len(tool.Name) + len(tool.Description)*9/8 + len(tool.Parameters)
	}
	return size
}

// appendMessage writes a message as a server takes it: content is there even
// where it is empty, arguments are text, and what a record says about a
// message (train, foreign members) stays at home.
func appendMessage(out []byte, message button.Message) []byte {
	out = append(out, `{"role":`...)
	out = button.AppendString(out, message.Role)
	out = append(out, `,"content":`...)
	out = button.AppendString(out, message.Content)
	if message.Reasoning != "" {
		out = append(out, `,"reasoning_content":`...)
		out = button.AppendString(out, message.Reasoning)
	}
	if len(message.ToolCalls) > 0 {
		out = append(out, `,"tool_calls":`...)
		out = appendList(out, message.ToolCalls, appendCall)
	}
	if message.Role == button.RoleTool || message.ToolCallID != "" {
		out = append(out, `,"tool_call_id":`...)
		out = button.AppendString(out, message.ToolCallID)
	}
	if message.Name != "" {
		out = append(out, `,"name":`...)
		out = button.AppendString(out, message.Name)
	}
	return append(out, '}')
}

// appendCall writes a call. The arguments go out as the text they are, so that
// a model also gets its malformed arguments back as it wrote them.
func appendCall(out []byte, call button.Call) []byte {
	arguments := string(call.Arguments)
	if call.Arguments == nil {
		arguments = "{}"
	}
	out = append(out, `{"id":`...)
	out = button.AppendString(out, call.ID)
	out = append(out, `,"type":"function","function":{"name":`...)
	out = button.AppendString(out, call.Name)
	out = append(out, `,"arguments":`...)
	out = button.AppendString(out, arguments)
	return append(out, '}', '}')
}

// appendTool writes a tool with the members that the protocol knows; others,
// such as the schema of results, are not for the model.
func appendTool(out []byte, tool button.Tool) []byte {
	shown := button.Tool{Name: tool.Name, Description: tool.Description, Parameters: tool.Parameters}
	if strict := tool.FunctionExtra.Get("strict"); json.Valid(strict) {
		shown.FunctionExtra = button.Members{{Name: "strict", Value: strict}}
	}
	return shown.AppendJSON(out)
}

func appendList[T any](out []byte, items []T, one func([]byte, T) []byte) []byte {
	out = append(out, '[')
	for i, item := range items {
		if i > 0 {
			out = append(out, ',')
		}
		out = one(out, item)
	}
	return append(out, ']')
}

func set(members button.Members, name string, value json.RawMessage) button.Members {
	for i := range members {
		if members[i].Name == name {
			members[i].Value = value
			return members
		}
	}
	return append(members, button.Member{Name: name, Value: value})
}

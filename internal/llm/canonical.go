package llm

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/buttonbench/button"
)

// Key names a request by its content: equal keys mean equal requests.
type Key [sha256.Size]byte

func (k Key) String() string { return hex.EncodeToString(k[:]) }

// canonicalVersion is part of every key; it changes when the text does.
const canonicalVersion = "button request 1"

// AppendCanonical appends a request as text: everything that reaches the model
// or tells answers apart (model, messages, tools, sampling, extra members,
// repeat), nothing of where it is sent or who pays. There is a line for every
// member, tool and message, so that conversations compare line by line, and a
// turn of one begins with all of the turn before.
func AppendCanonical(out []byte, request *Request) []byte {
	out = append(out, `"format":"`+canonicalVersion+`"`...)
	text := func(name, value string) {
		out = append(out, "\n"+`"`+name+`":`...)
		out = button.AppendString(out, value)
	}
	raw := func(name string, value []byte) {
		out = append(out, "\n"+`"`+name+`":`...)
		out = append(out, value...)
	}
	text("model", request.Model)
	if request.Repeat != 0 {
		raw("repeat", strconv.AppendInt(nil, int64(request.Repeat), 10))
	}
	if request.ParallelToolCalls != nil {
		raw("parallel_tool_calls", strconv.AppendBool(nil, *request.ParallelToolCalls))
	}
	sampling := request.Sampling
	if sampling.Temperature != nil {
		raw("temperature", strconv.AppendFloat(nil, *sampling.Temperature, 'g', -1, 64))
	}
	if sampling.TopP != nil {
		raw("top_p", strconv.AppendFloat(nil, *sampling.TopP, 'g', -1, 64))
	}
	if sampling.MaxTokens != nil {
		raw("max_tokens", strconv.AppendInt(nil, int64(*sampling.MaxTokens), 10))
	}
	if sampling.Seed != nil {
		raw("seed", strconv.AppendInt(nil, *sampling.Seed, 10))
	}
	for _, stop := range sampling.Stop {
		text("stop", stop)
	}
	for _, name := range slices.Sorted(maps.Keys(request.ExtraBody)) {
		out = append(out, "\n"+`"extra":[`...)
		out = button.AppendString(out, name)
		out = append(out, ',')
		out = appendForeign(out, request.ExtraBody[name])
		out = append(out, ']')
	}
	for i := range request.Tools {
		out = append(out, "\n"+`"tool":`...)
		out = appendTool(out, &request.Tools[i])
	}
	for i := range request.Messages {
		out = append(out, "\n"+`"message":`...)
		out = appendMessage(out, &request.Messages[i])
	}
	return out
}

func appendTool(out []byte, tool *button.Tool) []byte {
	out = append(out, `{"name":`...)
	out = button.AppendString(out, tool.Name)
	out = append(out, `,"description":`...)
	out = button.AppendString(out, tool.Description)
	if tool.Parameters != nil {
		out = append(out, `,"parameters":`...)
		out = appendForeign(out, tool.Parameters)
	}
	for _, member := range tool.FunctionExtra {
		if member.Name == "strict" {
			out = append(out, `,"strict":`...)
			out = appendForeign(out, member.Value)
		}
	}
	return append(out, '}')
}

func appendMessage(out []byte, message *button.Message) []byte {
	out = append(out, `{"role":`...)
	out = button.AppendString(out, message.Role)
	out = append(out, `,"content":`...)
	out = button.AppendString(out, message.Content)
	for _, member := range []struct{ name, value string }{
		{"reasoning_content", message.Reasoning}, {"tool_call_id", message.ToolCallID}, {"name", message.Name},
	} {
		if member.value != "" {
			out = append(out, `,"`+member.name+`":`...)
			out = button.AppendString(out, member.value)
		}
	}
	for i := range message.ToolCalls {
		call := &message.ToolCalls[i]
		out = append(out, `,"call":[`...)
		out = button.AppendString(out, call.ID)
		out = append(out, ',')
		out = button.AppendString(out, call.Name)
		out = append(out, ',')
		// As text: a model gets also its malformed arguments back as it wrote them.
		out = button.AppendString(out, string(call.Arguments))
		out = append(out, ']')
	}
	return append(out, '}')
}

// appendForeign writes JSON from elsewhere as it is where it keeps to one line,
// or else as a string of its text, marked as such.
func appendForeign(out []byte, value json.RawMessage) []byte {
	if json.Valid(value) && !slices.Contains(value, '\n') {
		return append(out, value...)
	}
	return button.AppendString(append(out, '~'), string(value))
}

// keyOf hashes a canonical text.
func keyOf(canonical []byte) Key { return sha256.Sum256(canonical) }

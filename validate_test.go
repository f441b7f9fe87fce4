package button_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/buttonbench/button"
)

// sound is a record of two user turns, the first with a parallel wave.
func sound() *button.Record {
	call := func(id, name string) button.Call {
		return button.Call{ID: id, Name: name, Arguments: json.RawMessage(`{"x":1}`)}
	}
	return &button.Record{
		ID: "r", ParallelToolCalls: true,
		Tools: []button.Tool{{Name: "f", Parameters: json.RawMessage(`{"type":"object"}`)}, {Name: "g"}},
		Messages: []button.Message{
			{Role: button.RoleSystem, Content: "s"},
			{Role: button.RoleUser, Content: "u"},
			{Role: button.RoleAssistant, ToolCalls: []button.Call{call("aaaaaaaa1", "f"), call("aaaaaaaa2", "g")}},
			{Role: button.RoleTool, ToolCallID: "aaaaaaaa1", Name: "f"},
			{Role: button.RoleTool, ToolCallID: "aaaaaaaa2"},
			{Role: button.RoleAssistant, Content: "a"},
			{Role: button.RoleUser, Content: "u"},
			{Role: button.RoleAssistant, ToolCalls: []button.Call{{ID: "aaaaaaaa3", Name: "f"}}},
			{Role: button.RoleTool, ToolCallID: "aaaaaaaa3", Name: "f"},
			{Role: button.RoleAssistant, Content: "a"},
		},
	}
}

func TestValidateAcceptsASoundRecord(t *testing.T) {
	for _, problem := range sound().Validate() {
		t.Error(problem)
	}
}

// Every rule finds its planted fault, and finds nothing else.
func TestValidateFindsEachFault(t *testing.T) {
	cut := func(r *button.Record, from, to int) { r.Messages = append(r.Messages[:from], r.Messages[to:]...) }
	for name, test := range map[string]struct {
		plant func(r *button.Record)
		want  string // problems, one a line
	}{
		"nameless tool":     {func(r *button.Record) { r.Tools = append(r.Tools, button.Tool{}) }, "tool_name: tool 2 has no name"},
		"tool twice":        {func(r *button.Record) { r.Tools = append(r.Tools, button.Tool{Name: "f"}) }, `tool_name: tool "f" is listed twice`},
		"parameters a list": {func(r *button.Record) { r.Tools[1].Parameters = json.RawMessage(`[]`) }, `parameters: the parameters of tool "g" are not a JSON object`},
		"no messages":       {func(r *button.Record) { r.Messages = nil }, "messages: the record has no messages"},
		"late system":       {func(r *button.Record) { r.Messages[6].Role = button.RoleSystem }, "message 6: role_order: a system message may only come first\nmessage 7: role_order: an assistant message must follow a user or a tool message"},
		"two users":         {func(r *button.Record) { cut(r, 2, 6) }, "message 2: role_order: two user messages in a row"},
		"no answer between": {func(r *button.Record) { cut(r, 5, 6) }, "message 5: role_order: a user message behind a result: the turn before has no answer"},
		"two assistants":    {func(r *button.Record) { cut(r, 6, 7) }, "message 6: role_order: an assistant message must follow a user or a tool message"},
		"assistant first":   {func(r *button.Record) { cut(r, 0, 2) }, "message 0: role_order: an assistant message must follow a user or a tool message"},
		"parallel is off":   {func(r *button.Record) { r.ParallelToolCalls = false }, "message 2: parallel: 2 calls in one turn, but parallel_tool_calls is false"},
		"long id": {func(r *button.Record) {
			r.Messages[7].ToolCalls[0].ID, r.Messages[8].ToolCallID = "call_00001", "call_00001"
		}, `message 7: call_id: call id "call_00001" is not nine letters or digits`},
		"id twice": {func(r *button.Record) {
			r.Messages[7].ToolCalls[0].ID, r.Messages[8].ToolCallID = "aaaaaaaa1", "aaaaaaaa1"
		}, `message 7: call_id: call id "aaaaaaaa1" stands twice`},
		"unlisted":           {func(r *button.Record) { r.Messages[2].ToolCalls[1].Name = "h" }, `message 2: unknown_function: "h" is not in the tool list`},
		"string arguments":   {func(r *button.Record) { r.Messages[2].ToolCalls[1].Arguments = json.RawMessage(`"{}"`) }, "message 2: arguments: the arguments of call aaaaaaaa2 are not a JSON object"},
		"broken arguments":   {func(r *button.Record) { r.Messages[2].ToolCalls[1].Arguments = json.RawMessage(`{"a"`) }, "message 2: arguments: the arguments of call aaaaaaaa2 are not a JSON object"},
		"empty answer":       {func(r *button.Record) { r.Messages[5].Content = "" }, "message 5: empty: an assistant message without calls and without content"},
		"missing result":     {func(r *button.Record) { cut(r, 4, 5) }, `message 4: unanswered_call: call aaaaaaaa2 of "g" has no result`},
		"no turn's end":      {func(r *button.Record) { cut(r, 3, 6) }, `message 3: unanswered_call: call aaaaaaaa1 of "f" has no result`},
		"no results":         {func(r *button.Record) { cut(r, 8, 9) }, "message 8: unanswered_call: call aaaaaaaa3 of \"f\" has no result\nmessage 8: role_order: an assistant message must follow a user or a tool message"},
		"stray result":       {func(r *button.Record) { r.Messages[2].ToolCalls = r.Messages[2].ToolCalls[:1] }, "message 4: stray_result: a tool message without a call before it"},
		"swapped results":    {func(r *button.Record) { r.Messages[3], r.Messages[4] = r.Messages[4], r.Messages[3] }, "message 3: result_order: want the result of call aaaaaaaa1, have \"aaaaaaaa2\"\nmessage 4: result_order: want the result of call aaaaaaaa2, have \"aaaaaaaa1\""},
		"result's name":      {func(r *button.Record) { r.Messages[3].Name = "g" }, `message 3: result_name: call aaaaaaaa1 is of "f", the result says "g"`},
		"unknown role":       {func(r *button.Record) { r.Messages[0].Role = "developer" }, `message 0: role: unknown role "developer"`},
		"user with calls":    {func(r *button.Record) { r.Messages[6].ToolCalls = r.Messages[7].ToolCalls }, "message 6: role: a user message with tool calls"},
		"user with call id":  {func(r *button.Record) { r.Messages[6].ToolCallID = "aaaaaaaa1" }, "message 6: role: a user message with a tool_call_id"},
		"ends on a user":     {func(r *button.Record) { cut(r, 7, 10) }, "message 6: ending: the last message must be an assistant's answer"},
		"ends on a result":   {func(r *button.Record) { cut(r, 9, 10) }, "message 8: ending: the last message must be an assistant's answer"},
		"ends on a call":     {func(r *button.Record) { cut(r, 8, 10) }, "message 7: unanswered_call: call aaaaaaaa3 of \"f\" has no result\nmessage 7: ending: the last message must be an assistant's answer"},
		"ends between calls": {func(r *button.Record) { cut(r, 4, 10) }, "message 3: unanswered_call: call aaaaaaaa2 of \"g\" has no result\nmessage 3: ending: the last message must be an assistant's answer"},
	} {
		t.Run(name, func(t *testing.T) {
			record := sound()
			test.plant(record)
			var found []string
			for _, problem := range record.Validate() {
				found = append(found, problem.Error())
			}
			if have := strings.Join(found, "\n"); have != test.want {
				t.Errorf("have:\n%s\nwant:\n%s", have, test.want)
			}
		})
	}
}

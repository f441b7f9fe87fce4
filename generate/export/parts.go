package export

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/buttonbench/button"
)

// Part is a part of a record that some format cannot hold.
type Part struct {
	Name string
	What string // what is not held, and what becomes of it
	drop func(record *button.Record)
}

// The parts that formats may lose. A part's drop leaves of a record what is held
// of it, so that the rest can be compared.
var (
	PartID           = Part{"id", "the record's id (the side file joins ids and lines)", func(r *button.Record) { r.ID = "" }}
	PartCallIDs      = Part{"call ids", "ids of calls; results follow their calls in order (the side file has the ids)", numberCalls}
	PartResultNames  = Part{"result names", "the function's name on a result, which is that of its call", nameResults}
	PartParallelFlag = Part{"parallel_tool_calls", "whether a turn may carry several calls", func(r *button.Record) { r.ParallelToolCalls = false }}
	PartToolExtras   = Part{"tool extras", "members of a tool beyond name, description, parameters and strict, such as responses (the side file has them)", dropToolExtras}
	PartStrict       = Part{"strict", "a tool's member strict", dropStrict}
	PartExtras       = Part{"foreign members", "members of messages and calls that are not known here (the side file has them)", dropExtras}
	PartMasks        = Part{"loss masks", "which assistant messages the loss counts; the trainer's configuration says it for all records", dropMasks}
	PartBeside       = Part{"text beside calls", "the border between a thought and the text beside calls", joinBeside}
	PartSpacing      = Part{"spacing of results", "white space between the tokens of a result that is a JSON object", compactResults}
	PartSystem       = Part{"system message", "the system message as a message of its own: it stands before the request", joinSystem}
	PartResults      = Part{"results and answers", "everything behind the calls", cutAfterCalls}
	PartEmptyPlace   = Part{"empty system message", "a system message without text", dropEmptySystem}

	PartThoughts      = Part{"thoughts", "the assistant's thoughts", dropThoughts}
	PartThoughtBorder = Part{"border of thoughts", "which part of an assistant's text is the thought", joinThoughts}
)

// cloned is a record whose messages, calls and tools can be changed.
func cloned(record *button.Record) *button.Record {
	out := &button.Record{ID: record.ID, ParallelToolCalls: record.ParallelToolCalls}
	out.Tools = slices.Clone(record.Tools)
	out.Messages = slices.Clone(record.Messages)
	for i := range out.Messages {
		out.Messages[i].ToolCalls = slices.Clone(out.Messages[i].ToolCalls)
	}
	return out
}

// numberCalls gives calls the ids that stand for none, in order.
func numberCalls(r *button.Record) {
	next, names := 0, map[string]string{}
	for i := range r.Messages {
		message := &r.Messages[i]
		if len(message.ToolCalls) > 0 {
			clear(names)
		}
		for k := range message.ToolCalls {
			id := numberedID(next)
			names[message.ToolCalls[k].ID] = id
			message.ToolCalls[k].ID = id
			next++
		}
		if message.Role == button.RoleTool {
			message.ToolCallID = names[message.ToolCallID]
		}
	}
}

// numberedID is the id of the n-th call where a format has none.
func numberedID(n int) string { return fmt.Sprintf("%0*d", button.CallIDLength, n) }

func nameResults(r *button.Record) {
	names := map[string]string{}
	for i := range r.Messages {
		for _, call := range r.Messages[i].ToolCalls {
			names[call.ID] = call.Name
		}
		if r.Messages[i].Role == button.RoleTool {
			r.Messages[i].Name = names[r.Messages[i].ToolCallID]
		}
	}
}

func dropToolExtras(r *button.Record) {
	for i := range r.Tools {
		tool := &r.Tools[i]
		strict := tool.FunctionExtra.Get("strict")
		tool.FunctionExtra, tool.Extra = nil, nil
		if string(strict) == "true" || string(strict) == "false" {
			tool.FunctionExtra = button.Members{{Name: "strict", Value: strict}}
		}
		if tool.Parameters == nil {
			tool.Parameters = json.RawMessage(`{"type":"object","properties":{}}`)
		}
	}
}

func dropStrict(r *button.Record) {
	for i := range r.Tools {
		r.Tools[i].FunctionExtra = slices.DeleteFunc(slices.Clone(r.Tools[i].FunctionExtra), func(m button.Member) bool { return m.Name == "strict" })
		if len(r.Tools[i].FunctionExtra) == 0 {
			r.Tools[i].FunctionExtra = nil
		}
	}
}

func dropExtras(r *button.Record) {
	for i := range r.Messages {
		r.Messages[i].Extra = nil
		for k := range r.Messages[i].ToolCalls {
			r.Messages[i].ToolCalls[k].Extra, r.Messages[i].ToolCalls[k].FunctionExtra = nil, nil
		}
	}
}

func dropMasks(r *button.Record) {
	for i := range r.Messages {
		r.Messages[i].Train = nil
	}
}

func joinBeside(r *button.Record) {
	for i := range r.Messages {
		if message := &r.Messages[i]; len(message.ToolCalls) > 0 {
			message.Reasoning, message.Content = joinLines(message.Reasoning, message.Content), ""
		}
	}
}

func compactResults(r *button.Record) {
	for i := range r.Messages {
		if message := &r.Messages[i]; message.Role == button.RoleTool {
			if members, err := button.ParseMembers([]byte(message.Content)); err == nil {
				message.Content = string(members.AppendJSON(nil))
			}
		}
	}
}

func joinSystem(r *button.Record) {
	if len(r.Messages) > 1 && r.Messages[0].Role == button.RoleSystem && r.Messages[1].Role == button.RoleUser {
		r.Messages[1].Content = joinParagraphs(r.Messages[0].Content, r.Messages[1].Content)
		r.Messages = r.Messages[1:]
	}
}

func cutAfterCalls(r *button.Record) {
	for i := range r.Messages {
		if r.Messages[i].Role == button.RoleAssistant {
			r.Messages = r.Messages[:i+1]
			return
		}
	}
}

func dropEmptySystem(r *button.Record) {
	if len(r.Messages) > 0 && r.Messages[0].Role == button.RoleSystem && r.Messages[0].Content == "" {
		r.Messages = r.Messages[1:]
	}
}

func dropThoughts(r *button.Record) {
	for i := range r.Messages {
		r.Messages[i].Reasoning = ""
	}
}

func joinThoughts(r *button.Record) {
	for i := range r.Messages {
		message := &r.Messages[i]
		message.Content, message.Reasoning = joinParagraphs(message.Reasoning, message.Content), ""
	}
}

func joinParagraphs(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "\n\n" + b
}

package importers

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/buttonbench/button"
)

// The rules of what an importer finds, as button.Fault has them.
const (
	FaultUnreadableCall = "unreadable_call" // a call, or a call's arguments, that cannot be read
	FaultRepairedCall   = "repaired_call"   // a call that was read after mending
	FaultUnreadableTool = "unreadable_tool" // a tool, or the list of tools, that cannot be read
	FaultRepairedTool   = "repaired_tool"   // a list of tools that was read after mending
	FaultResults        = "results"         // results that do not fit the calls before them
	FaultContent        = "content"         // content that is no text
	FaultRole           = "role"            // a turn where the format has no place for it
	FaultID             = "id"              // a call id that stands twice in one turn
)

// Bounds on one foreign record, far above any honest one. They keep the work on a
// hostile record small.
const (
	mostMessages = 10_000
	mostTools    = 10_000
	mostCalls    = 1_000 // in one turn
)

// longestSpan bounds the offending text that a fault quotes.
const longestSpan = 200

// draft is a record in the making. Messages, calls and results come in the order
// of the foreign record; seal puts the last touches.
type draft struct {
	record *button.Record
	origin *button.Origin
	random *rand.Rand
	ids    map[string]bool   // of calls
	open   []openCall        // of the last turn with calls
	first  int               // the message of the first result since
	unread []json.RawMessage // tools
	excess string            // what there is too much of
}

// openCall is a call that waits for its result.
type openCall struct {
	id, foreign, name string
	answered          bool
}

func newDraft(format, file string, element *Element) *draft {
	sum := sha256.Sum256(element.Text)
	return &draft{
		record: &button.Record{Mode: button.ModeImported, ParallelToolCalls: true, Tools: []button.Tool{}},
		origin: &button.Origin{Format: format, File: file, Line: element.Line},
		random: button.NewRandom(binary.BigEndian.Uint64(sum[:])),
		ids:    map[string]bool{},
	}
}

// fault notes what is wrong with a message; -1 is the record.
func (d *draft) fault(rule string, message int, span, format string, values ...any) {
	d.origin.Faults = append(d.origin.Faults, button.Fault{Rule: rule, Message: message, Text: fmt.Sprintf(format, values...), Span: clip(span)})
}

func clip(text string) string {
	if len(text) <= longestSpan {
		return text
	}
	return strings.ToValidUTF8(text[:longestSpan], "") + "..."
}

// next is the index of the message to come.
func (d *draft) next() int { return len(d.record.Messages) }

// add appends a message of a role other than tool.
func (d *draft) add(message button.Message) {
	if d.next() >= mostMessages {
		d.excess = fmt.Sprintf("more than %d messages", mostMessages)
		return
	}
	d.settle()
	if message.Role == button.RoleAssistant && message.Reasoning == "" {
		message.Reasoning, message.Content = splitThought(message.Content)
	}
	if len(message.ToolCalls) > 0 {
		d.openCalls(message.ToolCalls)
	}
	d.record.Messages = append(d.record.Messages, message)
}

// mergeCalls adds calls to the message before, where a format writes each of
// several calls, or text and calls, as turns of their own.
func (d *draft) mergeCalls(calls []button.Call) {
	last := &d.record.Messages[d.next()-1]
	d.openCalls(calls)
	last.ToolCalls = append(last.ToolCalls, calls...)
}

// extend reports whether the last message is an assistant's without a result yet.
func (d *draft) extends() bool {
	return d.next() > 0 && d.record.Messages[d.next()-1].Role == button.RoleAssistant
}

// openCalls gives each call an id of its own, which must have been given the
// foreign one.
func (d *draft) openCalls(calls []button.Call) {
	if len(d.open)+len(calls) > mostCalls {
		d.excess = fmt.Sprintf("more than %d calls in one turn", mostCalls)
		return
	}
	for i := range calls {
		call := &calls[i]
		foreign := call.ID
		if slices.ContainsFunc(d.open, func(one openCall) bool { return foreign != "" && one.foreign == foreign }) {
			d.fault(FaultID, d.next(), foreign, "the call id stands twice in one turn")
		}
		if !button.ValidCallID(foreign) || d.ids[foreign] {
			for call.ID = ""; call.ID == "" || d.ids[call.ID]; {
				call.ID = button.NewID(d.random, button.CallIDLength)
			}
			if foreign != "" {
				if d.origin.CallIDs == nil {
					d.origin.CallIDs = map[string]string{}
				}
				d.origin.CallIDs[call.ID] = foreign
			}
		}
		d.ids[call.ID] = true
		d.open = append(d.open, openCall{id: call.ID, foreign: foreign, name: call.Name})
	}
}

// result appends the result of an open call: the one with the foreign id, else the
// first unanswered one of that name, else the first unanswered one. What answers
// none keeps its foreign id.
func (d *draft) result(foreign, name, content string, extra button.Members) {
	if d.next() >= mostMessages {
		d.excess = fmt.Sprintf("more than %d messages", mostMessages)
		return
	}
	if len(d.record.Messages) > 0 && d.record.Messages[d.next()-1].Role != button.RoleTool {
		d.first = d.next()
	}
	message := button.Message{Role: button.RoleTool, ToolCallID: foreign, Name: name, Content: content, Extra: extra}
	if at := d.answered(foreign, name); at >= 0 {
		d.open[at].answered = true
		message.ToolCallID = d.open[at].id
		if name == "" {
			message.Name = d.open[at].name
		}
	}
	d.record.Messages = append(d.record.Messages, message)
}

func (d *draft) answered(foreign, name string) int {
	if foreign != "" {
		return slices.IndexFunc(d.open, func(one openCall) bool { return !one.answered && one.foreign == foreign })
	}
	if name != "" {
		if at := slices.IndexFunc(d.open, func(one openCall) bool { return !one.answered && one.name == name }); at >= 0 {
			return at
		}
	}
	return slices.IndexFunc(d.open, func(one openCall) bool { return !one.answered })
}

// unanswered counts the calls of the last turn that wait.
func (d *draft) unanswered() int {
	n := 0
	for _, one := range d.open {
		if !one.answered {
			n++
		}
	}
	return n
}

// settle puts the results of a turn in the order of its calls, of which nothing
// more can come.
func (d *draft) settle() {
	if len(d.open) > 0 && d.first > 0 && d.first < d.next() {
		results := d.record.Messages[d.first:]
		place := func(message button.Message) int {
			at := slices.IndexFunc(d.open, func(one openCall) bool { return one.id == message.ToolCallID })
			if at < 0 {
				at = len(d.open)
			}
			return at
		}
		before := func(a, b button.Message) int { return place(a) - place(b) }
		if !slices.IsSortedFunc(results, before) {
			d.fault(FaultResults, d.first, "", "the results stand in another order than their calls")
			slices.SortStableFunc(results, before)
		}
	}
	d.open, d.first = nil, 0
}

// keep stores members that the record has no place for, under their own names.
func (d *draft) keep(members ...button.Member) { d.record.Extra = append(d.record.Extra, members...) }

func (d *draft) keepText(name, text string) {
	if text == "" {
		return
	}
	d.keep(button.Member{Name: name, Value: button.AppendString(nil, text)})
}

// apart gives members that would stand where a canonical one does, or twice, the name
// "imported_" and their own.
func apart(members button.Members, own ...string) button.Members {
	taken := make(map[string]bool, len(own)+len(members))
	for _, name := range own {
		taken[name] = true
	}
	for i := range members {
		for taken[members[i].Name] {
			members[i].Name = "imported_" + members[i].Name
		}
		taken[members[i].Name] = true
	}
	return members
}

// separate keeps all foreign members apart from canonical ones.
func (d *draft) separate() {
	r := d.record
	r.Extra = apart(r.Extra, "id", "kind", "mode", "tools", "parallel_tool_calls", "messages", "plan", "provenance", "checks", "meta", "origin")
	for i := range r.Tools {
		tool := &r.Tools[i]
		tool.FunctionExtra, tool.Extra = apart(tool.FunctionExtra, "name", "description", "parameters"), apart(tool.Extra, "type", "function")
	}
	for i := range r.Messages {
		message := &r.Messages[i]
		message.Extra = apart(message.Extra, "role", "tool_call_id", "name", "content", "reasoning_content", "tool_calls", "train")
		for k := range message.ToolCalls {
			call := &message.ToolCalls[k]
			call.FunctionExtra, call.Extra = apart(call.FunctionExtra, "name", "arguments"), apart(call.Extra, "id", "type", "function")
		}
	}
}

// seal completes the record.
func (d *draft) seal() *button.Record {
	d.settle()
	if len(d.unread) > 0 {
		d.keep(button.Member{Name: "unreadable_tools", Value: listJSON(d.unread)})
	}
	d.separate()
	d.record.Kind = kindOf(d.record.Messages)
	d.record.Origin = d.origin
	return d.record
}

// kindOf names how the calls of a conversation follow one another: "no_call",
// "single", "parallel" (in one turn), "sequential" (one a turn), "mixed".
func kindOf(messages []button.Message) string {
	turns, widest := 0, 0
	for i := range messages {
		if n := len(messages[i].ToolCalls); n > 0 {
			turns, widest = turns+1, max(widest, n)
		}
	}
	switch {
	case turns == 0:
		return "no_call"
	case turns == 1 && widest == 1:
		return "single"
	case turns == 1:
		return "parallel"
	case widest == 1:
		return "sequential"
	}
	return "mixed"
}

// splitThought takes a thought between think tags off the beginning of a text.
func splitThought(content string) (thought, rest string) {
	const opening, closing = "<think>", "</think>"
	inner, found := strings.CutPrefix(content, opening)
	if !found {
		return "", content
	}
	thought, rest, found = strings.Cut(inner, closing)
	if !found || strings.Contains(thought, opening) {
		return "", content
	}
	return strings.Trim(thought, "\n"), strings.TrimLeft(rest, "\n")
}

// textOf reads a string; null is the empty one.
func textOf(value json.RawMessage) (string, bool) {
	if string(value) == "null" || len(value) == 0 {
		return "", true
	}
	if value[0] != '"' {
		return "", false
	}
	var text string
	return text, json.Unmarshal(value, &text) == nil
}

// listOf reads a list, null as an empty one.
func listOf(value json.RawMessage) ([]json.RawMessage, bool) {
	var list []json.RawMessage
	value = bytes.TrimSpace(value)
	if len(value) == 0 || value[0] != '[' && string(value) != "null" {
		return nil, false
	}
	return list, json.Unmarshal(value, &list) == nil
}

// listJSON makes a list of values, without the white space between their tokens.
func listJSON(values []json.RawMessage) json.RawMessage {
	var out bytes.Buffer
	out.WriteByte('[')
	for i, value := range values {
		if i > 0 {
			out.WriteByte(',')
		}
		if json.Compact(&out, value) != nil {
			out.Write(button.AppendString(nil, string(value)))
		}
	}
	out.WriteByte(']')
	return out.Bytes()
}

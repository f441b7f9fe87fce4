package quality_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/quality"
)

// ferry is an imported record that breaks no rule.
func ferry() *button.Record {
	call := func(id, name, arguments string) button.Call {
		return button.Call{ID: id, Name: name, Arguments: json.RawMessage(arguments)}
	}
	result := func(id, content string) button.Message {
		return button.Message{Role: button.RoleTool, ToolCallID: id, Content: content}
	}
	return &button.Record{
		ID: "Imported0001", Kind: "mixed", Mode: button.ModeImported, ParallelToolCalls: true,
		Origin: &button.Origin{Format: "openai", File: "x.jsonl", Line: 1},
		Tools: []button.Tool{
			{Name: "find_ferry", Description: "Find a ferry.", Parameters: json.RawMessage(`{"type":"object","properties":{"from":{"type":"string"},"day":{"type":"string"},"persons":{"type":"integer"},"class":{"enum":["deck","cabin"]},"cars":{"type":"integer","default":4},"start":{"type":"string","format":"time"}},"required":["from"]}`)},
			{Name: "book_ferry", Description: "Book a ferry.", Parameters: json.RawMessage(`{"type":"object","properties":{"ferry":{"type":"string"},"total":{"type":"number"},"note":{"type":"string"}},"required":["ferry"]}`)},
		},
		Messages: []button.Message{
			{Role: button.RoleSystem, Content: "You work for the port. Today is 2025-06-01."},
			{Role: button.RoleUser, Content: "I want a ferry from Kirkwall and one from Stromness tomorrow for three persons."},
			{Role: button.RoleAssistant, Content: "Two look-ups.", ToolCalls: []button.Call{
				call("aaaaaaaaa", "find_ferry", `{"from":"Kirkwall","day":"2025-06-02","persons":3,"class":"deck","cars":4}`),
				call("bbbbbbbbb", "find_ferry", `{"from":"Stromness","day":"2025-06-02","persons":3}`)}},
			result("aaaaaaaaa", `{"ferry":"KX-118","fare":31.25,"left":7}`),
			result("bbbbbbbbb", `{"ferry":"SY-20","fare":28,"left":40}`),
			{Role: button.RoleAssistant, Content: "From Kirkwall KX-118 costs 31.25, from Stromness SY-20 costs 28. That is 59.25 for both."},
			{Role: button.RoleUser, Content: "Book the second one."},
			{Role: button.RoleAssistant, ToolCalls: []button.Call{call("ccccccccc", "book_ferry", `{"ferry":"SY-20","total":84}`)}},
			result("ccccccccc", `{"error":"sold out"}`),
			{Role: button.RoleAssistant, Content: "SY-20 is sold out."},
		},
	}
}

func importedLine(tb testing.TB) []byte {
	tb.Helper()
	line, err := ferry().AppendJSON(nil)
	if err != nil {
		tb.Fatal(err)
	}
	return line
}

func importedVerdict(t *testing.T, record *button.Record) []quality.Violation {
	t.Helper()
	return verified(t, quality.NewVerifier(nil), record)
}

func TestAcceptsImported(t *testing.T) {
	for _, violation := range importedVerdict(t, ferry()) {
		t.Errorf("%+v", violation)
	}
}

// TestEachImportedRuleRefuses plants one fault at a time and wants its rule and, but
// for what follows from it, no other.
func TestEachImportedRuleRefuses(t *testing.T) {
	arguments := func(r *button.Record, message int, text string) {
		r.Messages[message].ToolCalls[0].Arguments = json.RawMessage(text)
	}
	for _, test := range []struct {
		name, rules string
		change      func(*button.Record)
	}{
		{"no origin", "structure.origin", func(r *button.Record) { r.Origin = nil }},
		{"a bad id", "structure.id", func(r *button.Record) { r.ID = "a b" }},
		{"two users in a row", "structure.role_order", func(r *button.Record) { r.Messages[5].Role = button.RoleUser }},
		{"a narrator", "grounding.date structure.role", func(r *button.Record) { r.Messages[0].Role = "narrator" }},
		{"an unanswered call", "grounding.number grounding.text structure.unanswered_call", func(r *button.Record) { r.Messages = slices.Delete(r.Messages, 4, 5); r.Messages[4].Content = "No." }},
		{"a result of nothing", "structure.stray_result", func(r *button.Record) {
			r.Messages = append(r.Messages[:9], button.Message{Role: button.RoleTool, ToolCallID: "zzzzzzzzz", Content: "x"}, r.Messages[9])
		}},
		{"no answer", "structure.ending", func(r *button.Record) { r.Messages = r.Messages[:9] }},
		{"an empty answer", "structure.empty", func(r *button.Record) { r.Messages[9].Content = "" }},
		{"an unknown function", "structure.unknown_function", func(r *button.Record) { r.Messages[7].ToolCalls[0].Name = "buy_ferry" }},
		{"a name no endpoint takes", "structure.function_name", func(r *button.Record) {
			r.Tools[1].Name, r.Messages[7].ToolCalls[0].Name = "book a ferry", "book a ferry"
		}},
		{"a schema that is none", "structure.tool", func(r *button.Record) {
			r.Tools[1].Parameters = json.RawMessage(`{"type":7,"properties":{"ferry":{},"total":{}}}`)
		}},
		{"a tool twice", "structure.tool_name", func(r *button.Record) { r.Tools = append(r.Tools, r.Tools[0]) }},
		{"what the importer found", "import.repaired_call", func(r *button.Record) {
			r.Origin.Faults = []button.Fault{{Rule: "repaired_call", Message: 2, Text: "single quotes"}}
		}},
		{"a number in quotes", "schema.arguments", func(r *button.Record) { arguments(r, 7, `{"ferry":"SY-20","total":"84"}`) }},
		{"a missing argument", "schema.arguments", func(r *button.Record) { arguments(r, 7, `{"total":84}`) }},
		{"a time without seconds", "schema.format", func(r *button.Record) {
			r.Messages[1].Content += " After 10:30."
			arguments(r, 2, `{"from":"Kirkwall","start":"10:30"}`)
		}},
		{"an unknown argument", "schema.parameter", func(r *button.Record) { arguments(r, 7, `{"ferry":"SY-20","sum":84}`) }},
		{"a member that Arrow filled in", "schema.null", func(r *button.Record) { arguments(r, 7, `{"ferry":"SY-20","from":null}`) }},
		{"a place nobody named", "grounding.text", func(r *button.Record) { arguments(r, 2, `{"from":"Lerwick"}`) }},
		{"a code nobody told", "grounding.text", func(r *button.Record) { arguments(r, 7, `{"ferry":"SY-21"}`) }},
		{"a number nobody told", "grounding.number", func(r *button.Record) { arguments(r, 2, `{"from":"Kirkwall","persons":5}`) }},
		{"a day nobody told", "grounding.date", func(r *button.Record) { arguments(r, 2, `{"from":"Kirkwall","day":"2023-10-10"}`) }},
		{"an address in a composed text", "grounding.text", func(r *button.Record) {
			arguments(r, 7, `{"ferry":"SY-20","note":"Please send the three tickets to ann@port.org as soon as they are there."}`)
		}},
		{"another result of the same call", "consistency.answer minimality.twice", func(r *button.Record) {
			r.Messages[2].ToolCalls[1].Arguments = r.Messages[2].ToolCalls[0].Arguments
		}},
		{"the same call twice", "minimality.twice", func(r *button.Record) {
			r.Messages[2].ToolCalls[1].Arguments, r.Messages[4].Content = r.Messages[2].ToolCalls[0].Arguments, r.Messages[3].Content
			r.Messages[5].Content, r.Messages[6].Content, r.Messages = "KX-118 costs 31.25.", "Thanks.", append(r.Messages[:7], button.Message{Role: button.RoleAssistant, Content: "You are welcome."})
		}},
		{"a function's name in a request", "leakage.name", func(r *button.Record) { r.Messages[1].Content += " Use find_ferry." }},
		{"words of the plan in the prompt", "leakage.plan", func(r *button.Record) { r.Messages[0].Content += " Subtask 1: find a ferry." }},
		{"a result before its call", "leakage.result", func(r *button.Record) { r.Messages[2].Content = "It will be KX-118." }},
		{"a number from nowhere", "answer.unknown", func(r *button.Record) { r.Messages[5].Content += " It takes 95 minutes." }},
		{"a marker of a chat format", "hygiene.marker", func(r *button.Record) { r.Messages[9].Content += "<|im_end|>" }},
		{"a placeholder", "hygiene.placeholder", func(r *button.Record) { r.Messages[8].Content = `{"error":"ask John Doe"}` }},
	} {
		record := ferry()
		test.change(record)
		rules := quality.BrokenRules(importedVerdict(t, record))
		slices.Sort(rules)
		if have := strings.Join(rules, " "); have != test.rules {
			t.Errorf("%s: breaks %q, want %q", test.name, have, test.rules)
		}
	}
}

// TestImportedLeeway: what only looks like a fault.
func TestImportedLeeway(t *testing.T) {
	for name, change := range map[string]func(*button.Record){
		"calls at the end are what is to be learnt": func(r *button.Record) { r.Messages = r.Messages[:3] },
		"the same call after a failure": func(r *button.Record) {
			again := r.Messages[7]
			again.ToolCalls = []button.Call{{ID: "ddddddddd", Name: "book_ferry", Arguments: again.ToolCalls[0].Arguments}}
			r.Messages = append(r.Messages[:9], again, button.Message{Role: button.RoleTool, ToolCallID: "ddddddddd", Content: `{"ok":true}`}, button.Message{Role: button.RoleAssistant, Content: "Booked."})
		},
		"a kindred word": func(r *button.Record) {
			r.Messages[1].Content += " I like to bake and to scan."
			r.Messages[2].ToolCalls[0].Arguments = json.RawMessage(`{"from":"baking, scanning"}`)
		},
		"yes, nothing, none": func(r *button.Record) {
			r.Tools[1].Parameters = json.RawMessage(`{"type":"object"}`)
			r.Tools[1].Parameters = json.RawMessage(`{"type":"object","additionalProperties":true}`)
			r.Messages[7].ToolCalls[0].Arguments = json.RawMessage(`{"a":true,"b":"","c":0,"d":[],"e":null}`)
		},
		"numbers of a list, and rounding": func(r *button.Record) {
			r.Messages[5].Content = "1. KX-118: 31.3\n2. SY-20: 28\n3. none"
		},
		"arguments that the importer could not read": func(r *button.Record) {
			call := &r.Messages[7].ToolCalls[0]
			call.Arguments, call.FunctionExtra = json.RawMessage(`{}`), button.Members{{Name: "unreadable_arguments", Value: json.RawMessage(`"{"`)}}
		},
		"what an earlier call names its result": func(r *button.Record) {
			r.Messages = r.Messages[:3]
			r.Messages[2].ToolCalls[0].FunctionExtra = button.Members{{Name: "responses", Value: json.RawMessage(`["API_call_0"]`)}}
			r.Messages[2].ToolCalls[1].Arguments = json.RawMessage(`{"from":"API_call_0"}`)
		},
	} {
		record := ferry()
		change(record)
		for _, violation := range importedVerdict(t, record) {
			t.Errorf("%s: %+v", name, violation)
		}
	}
}

// TestImportedRulesSpareProvenRecords: records that are proven right, as a stranger
// would have them, break none of the rules that go by their words alone.
func TestImportedRulesSpareProvenRecords(t *testing.T) {
	m, v := dataset(t)
	for _, line := range slices.Concat(m.lines, simulatedLines()) {
		made := fresh(t, line)
		record := made.Visible()
		record.Mode, record.Origin = button.ModeImported, &button.Origin{Format: "trl", File: "x", Line: 1}
		for i := range record.Messages {
			record.Messages[i].Reasoning = ""
		}
		for _, violation := range verified(t, v, &record) {
			// "Tomorrow" is no day where nothing says which day it is.
			if violation.Rule != "grounding.date" || record.Messages[0].Role == button.RoleSystem {
				t.Errorf("record %s: %+v", record.ID, violation)
			}
		}
	}
}

// TestImportedPatience: a hostile record takes little time and says that it was too much.
func TestImportedPatience(t *testing.T) {
	record := ferry()
	record.Messages[1].Content = strings.Repeat("Kirkwall Stromness 12 ", 40_000)
	arguments := []byte(`{"from":"Kirkwall"`)
	for i := range 3000 {
		arguments = append(arguments, fmt.Sprintf(`,"x%d":"nowhere at all"`, i)...)
	}
	record.Messages[2].ToolCalls[0].Arguments = append(arguments, '}')
	if violations := importedVerdict(t, record); !breaks(violations, "grounding.size") {
		t.Errorf("%.300s", rulesOf(violations))
	}
}

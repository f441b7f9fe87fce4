package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/export"
	"github.com/buttonbench/button/generate/importers"
)

// roundTrips are the export formats that an importer reads.
var roundTrips = []struct{ export, importer string }{
	{"openai", "openai"}, {"openai-dpo", "openai"}, {"trl", "trl"}, {"llamafactory", "sharegpt"}, {"llamafactory-openai", "trl"},
	{"axolotl", "trl"}, {"ms-swift", "trl"}, {"hermes", "hermes"}, {"button", "button"}, {"xlam", "xlam"},
}

// TestRoundTrip exports records, imports what came out and wants the same messages,
// tools and calls, less what the format declares that it cannot hold, with thoughts in
// every place that the format has for them. The format is told from the line, too.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for _, pair := range roundTrips {
		format, known := export.Lookup(pair.export)
		if !known {
			t.Fatal(pair.export)
		}
		importer, known := importers.Lookup(pair.importer)
		if !known {
			t.Fatal(pair.importer)
		}
		t.Run(pair.export, func(t *testing.T) {
			var exporters []*export.Exporter
			for _, place := range format.Thoughts {
				exporter, err := export.New(format, export.Options{Thought: place})
				if err != nil {
					t.Fatal(err)
				}
				exporters = append(exporters, exporter)
			}
			roundTrip(t, exporters, importer)
		})
	}
}

func roundTrip(t *testing.T, exporters []*export.Exporter, importer importers.Format) {
	fitting := 0
	rapid.Check(t, func(t *rapid.T) {
		record, exporter := drawConversation(t), rapid.SampledFrom(exporters).Draw(t, "exporter")
		example, err := exporter.Encode(record)
		if err != nil {
			return // the format has no place for it
		}
		fitting++
		imported, err := importer.Record(&importers.Element{Line: 1, Text: example.Line}, "x")
		if err != nil {
			t.Fatalf("%v\n%s", err, example.Line)
		}
		if len(imported.Origin.Faults) > 0 {
			t.Fatalf("%+v\n%s", imported.Origin.Faults, example.Line)
		}
		lost := lostParts(exporter)
		want, have := visible(record, lost), visible(imported, lost)
		if exporter.Format.Name == "openai-dpo" { // a preference ends with the message that is preferred
			want = want[:min(len(want), len(have))]
		}
		if diff := cmp.Diff(want, have); diff != "" {
			t.Fatalf("(-exported +imported)\n%s\n%s", diff, example.Line)
		}
		if guessed, _, _, err := importers.Guess([]importers.Element{{Text: example.Line}}); err != nil {
			t.Fatalf("no format is told: %v\n%s", err, example.Line)
		} else if again, err := guessed.Record(&importers.Element{Line: 1, Text: example.Line}, "x"); err != nil || len(again.Messages) != len(imported.Messages) {
			t.Fatalf("taken for %s: %v\n%s", guessed.Name, err, example.Line)
		}
	})
	if fitting == 0 {
		t.Error("no record fits the format")
	}
}

func lostParts(exporter *export.Exporter) map[string]bool {
	lost := map[string]bool{}
	for _, part := range exporter.Lost() {
		lost[part.Name] = true
	}
	return lost
}

// visible writes what a format may hold of a record, a line for each part. Calls are
// named by their order, as not every format has ids.
func visible(record *button.Record, lost map[string]bool) []string {
	var lines []string
	for _, tool := range record.Tools {
		lines = append(lines, fmt.Sprintf("tool %s: %s %s", tool.Name, tool.Description, canonical(tool.Parameters)))
	}
	ids, system := map[string]int{}, ""
	for i, message := range record.Messages {
		content, thought := message.Content, message.Reasoning
		switch {
		case message.Role == button.RoleSystem && lost[export.PartSystem.Name]:
			system = content + "\n\n"
			continue
		case message.Role == button.RoleUser:
			content, system = system+content, ""
		case lost[export.PartThoughts.Name]:
			thought = ""
		case len(message.ToolCalls) > 0 && lost[export.PartBeside.Name]:
			content, thought = "", strings.TrimSpace(thought+"\n"+content)
		}
		if lost[export.PartThoughtBorder.Name] {
			content, thought = strings.TrimSpace(thought+"\n\n"+content), ""
		}
		line := fmt.Sprintf("%s %q thought %q", message.Role, content, thought)
		if message.Role == button.RoleTool {
			line = fmt.Sprintf("result of %d: %s", ids[message.ToolCallID], canonical([]byte(content)))
		}
		for _, call := range message.ToolCalls {
			ids[call.ID] = len(ids) + 1
			line += fmt.Sprintf(", call %s %s", call.Name, canonical(call.Arguments))
		}
		lines = append(lines, line)
		if lost[export.PartResults.Name] && (len(message.ToolCalls) > 0 || i == len(record.Messages)-1) {
			break
		}
	}
	return lines
}

// canonical is a JSON value in one spelling; a text that is none stays.
func canonical(value []byte) string {
	var decoded any
	if json.Unmarshal(value, &decoded) != nil {
		return string(value)
	}
	text, _ := json.Marshal(decoded)
	return string(text)
}

// drawConversation draws a record of possible form with texts of many kinds.
func drawConversation(t *rapid.T) *button.Record {
	texts := rapid.SampledFrom([]string{"North Pier", "It is 2.4 m.", "a \"quoted\" word", "Zeile\nzwei", "ünïcode ✓", "a\\b", "7", "[1]", "{x}", "a, b: c", "'single'", "50% <b>"})
	values := rapid.SampledFrom([]string{`"North Pier"`, `7`, `2.50`, `true`, `null`, `[1,"a"]`, `{"b":{"c":[]}}`, `"it's \"so\""`, `"ü✓\n"`, `""`, `-1e3`})
	record := &button.Record{ID: "r1", Mode: button.ModeConstructed, ParallelToolCalls: rapid.Bool().Draw(t, "parallel")}
	for _, name := range []string{"tide_height", "rent_boat"} {
		record.Tools = append(record.Tools, button.Tool{Name: name, Description: texts.Draw(t, "description"), Parameters: json.RawMessage(`{"type":"object","properties":{"pier":{"type":"string"},"hour":{"type":"integer"}},"required":["pier"]}`)})
	}
	if rapid.Bool().Draw(t, "system") {
		record.Messages = append(record.Messages, button.Message{Role: button.RoleSystem, Content: texts.Draw(t, "prompt")})
	}
	thought := func() string {
		if rapid.Bool().Draw(t, "thinks") {
			return texts.Draw(t, "thought")
		}
		return ""
	}
	calls := 0
	for range rapid.IntRange(1, 2).Draw(t, "turns") {
		record.Messages = append(record.Messages, button.Message{Role: button.RoleUser, Content: texts.Draw(t, "request")})
		for range rapid.IntRange(0, 2).Draw(t, "waves") {
			message := button.Message{Role: button.RoleAssistant, Reasoning: thought()}
			most := 1
			if record.ParallelToolCalls {
				most = 3
			}
			var results []button.Message
			for range rapid.IntRange(1, most).Draw(t, "calls") {
				id := fmt.Sprintf("call%05d", calls)
				calls++
				name := rapid.SampledFrom([]string{"tide_height", "rent_boat"}).Draw(t, "name")
				arguments := fmt.Sprintf(`{"pier":%s,"hour":%s}`, values.Draw(t, "pier"), values.Draw(t, "hour"))
				message.ToolCalls = append(message.ToolCalls, button.Call{ID: id, Name: name, Arguments: json.RawMessage(arguments)})
				result := rapid.OneOf(texts, rapid.Just(`{"metres":2.4,"note":"a \"b\""}`), rapid.Just(`{"list":[{"a":null}]}`)).Draw(t, "result")
				results = append(results, button.Message{Role: button.RoleTool, ToolCallID: id, Name: name, Content: result})
			}
			record.Messages = slices.Concat(record.Messages, []button.Message{message}, results)
		}
		record.Messages = append(record.Messages, button.Message{Role: button.RoleAssistant, Reasoning: thought(), Content: texts.Draw(t, "answer")})
	}
	return record
}

package export

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/buttonbench/button"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// harbour is a record with a parallel turn, a serial one, and a second request.
func harbour() *button.Record {
	call := func(id, name, arguments string) button.Call {
		return button.Call{ID: id, Name: name, Arguments: json.RawMessage(arguments)}
	}
	train := true
	tool := func(id, name, content string) button.Message {
		return button.Message{Role: button.RoleTool, ToolCallID: id, Name: name, Content: content}
	}
	return &button.Record{
		ID: "r1", Kind: "parallel_then_sequential", Mode: button.ModeConstructed, ParallelToolCalls: true,
		Tools: []button.Tool{
			{Name: "berth_price", Description: "Price of a berth for one night.", Parameters: json.RawMessage(`{"type":"object","properties":{"berth":{"type":"string"}},"required":["berth"]}`)},
			{Name: "book_berth", Description: "Book a berth.", Parameters: json.RawMessage(`{"type":"object","properties":{"berth":{"type":"string"},"nights":{"type":"integer"}},"required":["berth"]}`),
				FunctionExtra: button.Members{{Name: "responses", Value: json.RawMessage(`{"booking":{"type":"string"}}`)}}},
		},
		Messages: []button.Message{
			{Role: button.RoleSystem, Content: "You work for the harbour."},
			{Role: button.RoleUser, Content: "Which is cheaper, A1 or B2? Book it for 2 nights."},
			{Role: button.RoleAssistant, Reasoning: "I need both prices.", Train: &train, ToolCalls: []button.Call{
				call("aaaaaaaaa", "berth_price", `{"berth":"A1"}`), call("bbbbbbbbb", "berth_price", `{"berth":"B2"}`)}},
			tool("aaaaaaaaa", "berth_price", `{"price":31.50}`),
			tool("bbbbbbbbb", "berth_price", `{"price":28}`),
			{Role: button.RoleAssistant, Reasoning: "B2 it is.", ToolCalls: []button.Call{call("ccccccccc", "book_berth", `{"berth":"B2","nights":2}`)}},
			tool("ccccccccc", "book_berth", `{"booking":"H-77"}`),
			{Role: button.RoleAssistant, Content: "B2 is cheaper at 28; it is booked as H-77."},
			{Role: button.RoleUser, Content: "Thanks. And A1 tomorrow?"},
			{Role: button.RoleAssistant, ToolCalls: []button.Call{call("ddddddddd", "berth_price", `{"berth":"A1"}`)}},
			tool("ddddddddd", "berth_price", "closed for repair"),
			{Role: button.RoleAssistant, Reasoning: "No price.", Content: "A1 is closed for repair."},
		},
		Plan: &button.Plan{Shape: "parallel_then_sequential"}, Provenance: map[string]button.Source{"aaaaaaaaa.berth": {From: button.FromUser}},
		Checks: map[string]string{"secret_check": "pass"}, Meta: &button.Meta{Seed: 99887766},
		Extra: button.Members{{Name: "note", Value: json.RawMessage(`"hidden note"`)}},
	}
}

// pretty shows a line as its messages, one after the other.
func pretty(t *testing.T, line []byte) string {
	t.Helper()
	var document struct {
		Messages []struct{ Role, Content string }
	}
	if err := json.Unmarshal(line, &document); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	var out strings.Builder
	for _, message := range document.Messages {
		fmt.Fprintf(&out, "[%s]\n%s\n\n", message.Role, message.Content)
	}
	return out.String()
}

func TestLayout(t *testing.T) {
	for _, parallel := range []bool{true, false} {
		record := harbour()
		name := "parallel"
		if !parallel {
			record.ParallelToolCalls, name = false, "serial"
			record.Messages[2].ToolCalls = record.Messages[2].ToolCalls[:1]
			record.Messages = append(record.Messages[:4:4], record.Messages[5:]...)
		}
		line, err := encodeButton(record)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.ContainsRune(line, '\n') {
			t.Error("the line is not one line")
		}
		for _, hidden := range []string{"secret_check", "99887766", "hidden note", "aaaaaaaaa", "parallel_then_sequential", "train"} {
			if bytes.Contains(line, []byte(hidden)) {
				t.Errorf("%s: %q is in the export", name, hidden)
			}
		}
		golden(t, name+".txt", pretty(t, line))
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; write it with -update", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestResultsByPosition(t *testing.T) {
	for name, content := range map[string]string{
		"object":           `{"a":1}`,
		"object, spaced":   ` {"a": 1, "b": [1.50, 2e400]}` + "\n",
		"array":            `[1,2]`,
		"number":           `12`,
		"null":             `null`,
		"prose":            `no such berth`,
		"nothing":          ``,
		"broken":           `{"a":`,
		"twice":            `{"a":1,"a":2}`,
		"two":              `{"a":1}{"b":2}`,
		"marks":            `{"a":"</call></tool><final>"}`,
		"marks in prose":   `<final></call>`,
		"control and tags": "a\x00\t<b>\u2028",
	} {
		record := harbour()
		record.Messages[3].Content = content
		line, err := encodeButton(record)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, err := parse(line)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(wantResult(content), got.Turns[1].Calls[0].Results); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(any(map[string]any{"price": json.Number("28")}), got.Turns[1].Calls[1].Results); diff != "" {
			t.Errorf("%s: second result (-want +got):\n%s", name, diff)
		}
	}
}

// wantResult is a JSON object as it is, and any other text as a string.
func wantResult(content string) any {
	if _, err := button.ParseMembers([]byte(content)); err != nil {
		return content
	}
	return anyJSON(content)
}

func anyJSON(text string) (value any) {
	if err := strictly([]byte(text), &value); err != nil {
		panic(err)
	}
	return value
}

func TestRefusals(t *testing.T) {
	no := false
	extra := button.Members{{Name: "cache_control", Value: json.RawMessage(`{}`)}}
	for _, test := range []struct {
		name   string
		change func(r *button.Record)
		want   string
	}{
		{"call member", func(r *button.Record) { r.Messages[2].ToolCalls[1].Extra = extra }, `message 2: call bbbbbbbbb has a member "cache_control"`},
		{"call function member", func(r *button.Record) { r.Messages[2].ToolCalls[0].FunctionExtra = extra }, `message 2: call aaaaaaaaa has a member "cache_control"`},
		{"message member", func(r *button.Record) { r.Messages[1].Extra = extra }, `message 1: the message has a member`},
		{"system member", func(r *button.Record) { r.Messages[0].Extra = extra }, `message 0: the message has a member`},
		{"result member", func(r *button.Record) { r.Messages[4].Extra = extra }, `message 2: the result of call bbbbbbbbb has a member`},
		{"tool member", func(r *button.Record) { r.Tools[0].Extra = extra }, `tool berth_price has a member "cache_control"`},
		{"untrained", func(r *button.Record) { r.Messages[5].Train = &no }, `message 5: it is not to be trained on`},
		{"parallel though off", func(r *button.Record) { r.ParallelToolCalls = false }, `message 2: 2 calls in one turn of a record without parallel calls`},
		{"missing result", func(r *button.Record) { r.Messages = append(r.Messages[:4:4], r.Messages[5:]...) }, `message 2: call bbbbbbbbb of berth_price has no result in its place`},
		{"swapped results", func(r *button.Record) { r.Messages[3], r.Messages[4] = r.Messages[4], r.Messages[3] }, `message 2: call aaaaaaaaa`},
		{"cut off", func(r *button.Record) { r.Messages = r.Messages[:3] }, `message 2: call aaaaaaaaa`},
		{"stray result", func(r *button.Record) { r.Messages = append(r.Messages[:8:8], r.Messages[6]) }, `message 8: the result of call ccccccccc does not follow that call`},
		{"late system", func(r *button.Record) { r.Messages[8].Role = button.RoleSystem }, `message 8: a message of role "system" has no place here`},
		{"unknown role", func(r *button.Record) { r.Messages[1].Role = "developer" }, `message 1: a message of role "developer"`},
		{"mark in a thought", func(r *button.Record) { r.Messages[2].Reasoning = "use <call>" }, `message 2: its text holds <call>`},
		{"mark in an answer", func(r *button.Record) { r.Messages[7].Content = "so </final>" }, `message 7: its text holds </final>`},
		{"mark in the system text", func(r *button.Record) { r.Messages[0].Content = "<tool>" }, `message 0: its text holds <tool>`},
	} {
		record := harbour()
		test.change(record)
		line, err := encodeButton(record)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: want an error with %q, have %v", test.name, test.want, err)
		}
		if line != nil {
			t.Errorf("%s: a line beside the error", test.name)
		}
	}
}

func TestCallWithoutArguments(t *testing.T) {
	record := harbour()
	record.Messages[5].ToolCalls[0].Arguments = nil
	line, err := encodeButton(record)
	if err != nil {
		t.Fatal(err)
	}
	got, err := parse(line)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(any(map[string]any{}), got.Turns[2].Calls[0].Arguments); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLookup(t *testing.T) {
	for _, name := range Names() {
		if format, ok := Lookup(name); !ok || format.Name != name || format.encode == nil || format.For == "" {
			t.Errorf("format %q is listed, but not to be found", name)
		}
	}
	if _, ok := Lookup("sharegpt-9"); ok {
		t.Error("an unknown format was found")
	}
}

// Whatever a record says, its export parses back to the same calls, results and
// answers in the same places.
func TestParsesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		record := drawRecord(t)
		line, err := encodeButton(record)
		if err != nil {
			t.Fatal(err)
		}
		got, err := parse(line)
		if err != nil {
			t.Fatalf("%v\n%s", err, line)
		}
		if got.Parallel != record.ParallelToolCalls {
			t.Errorf("parallel: want %v, have %v", record.ParallelToolCalls, got.Parallel)
		}
		if len(got.Tools) != len(record.Tools) {
			t.Fatalf("want %d tools, have %d", len(record.Tools), len(got.Tools))
		}
		for i, tool := range record.Tools {
			want := map[string]any{"name": tool.Name, "description": tool.Description, "parameters": anyJSON(string(tool.Parameters))}
			if diff := cmp.Diff(any(want), anyJSON(string(got.Tools[i]))); diff != "" {
				t.Errorf("tool %d (-want +got):\n%s", i, diff)
			}
		}
		if diff := cmp.Diff(wantTurns(record), got.Turns); diff != "" {
			t.Errorf("turns (-want +got):\n%s", diff)
		}
	})
}

func wantTurns(record *button.Record) []parsedTurn {
	var turns []parsedTurn
	for i, message := range record.Messages {
		switch message.Role {
		case button.RoleUser:
			turns = append(turns, parsedTurn{User: message.Content})
		case button.RoleAssistant:
			turn := parsedTurn{Thought: message.Reasoning}
			if len(message.ToolCalls) == 0 {
				turn.Final = &message.Content
			}
			for k, call := range message.ToolCalls {
				turn.Calls = append(turn.Calls, parsedCall{call.Name, anyJSON(string(call.Arguments)), wantResult(record.Messages[i+1+k].Content)})
			}
			turns = append(turns, turn)
		}
	}
	return turns
}

func drawRecord(t *rapid.T) *button.Record {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "<tool>", "</call>", "a < b & c > d", "\n\n", `\</tool>`, "Zoë \u2028 \U0001F600"}))
	prose := rapid.Custom(func(t *rapid.T) string {
		return strings.Trim(strings.NewReplacer("<", "(", "\n", " ").Replace(text.Draw(t, "prose")), " ")
	})
	object := rapid.Custom(func(t *rapid.T) json.RawMessage {
		value := map[string]any{}
		for range rapid.IntRange(0, 3).Draw(t, "members") {
			value[text.Draw(t, "name")] = rapid.OneOf(
				rapid.Map(text, func(s string) any { return s }), rapid.Map(rapid.Float64Range(-1e9, 1e9), func(f float64) any { return f }),
				rapid.Map(rapid.SliceOfN(text, 0, 2), func(s []string) any { return s }), rapid.Just(any(nil)),
			).Draw(t, "value")
		}
		var out bytes.Buffer
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(rapid.Bool().Draw(t, "escaped"))
		if err := encoder.Encode(value); err != nil {
			t.Fatal(err)
		}
		return bytes.TrimSpace(out.Bytes())
	})
	record := &button.Record{ParallelToolCalls: rapid.Bool().Draw(t, "parallel")}
	for range rapid.IntRange(0, 3).Draw(t, "tools") {
		record.Tools = append(record.Tools, button.Tool{Name: text.Draw(t, "tool"), Description: text.Draw(t, "description"), Parameters: object.Draw(t, "parameters")})
	}
	add := func(message button.Message) { record.Messages = append(record.Messages, message) }
	id := 0
	for range rapid.IntRange(1, 3).Draw(t, "requests") {
		add(button.Message{Role: button.RoleUser, Content: text.Draw(t, "request")})
		for range rapid.IntRange(0, 3).Draw(t, "turns") {
			var calls []button.Call
			most := 1
			if record.ParallelToolCalls {
				most = 3
			}
			for range rapid.IntRange(1, most).Draw(t, "calls") {
				id++
				calls = append(calls, button.Call{ID: fmt.Sprintf("%09d", id), Name: text.Draw(t, "function"), Arguments: object.Draw(t, "arguments")})
			}
			add(button.Message{Role: button.RoleAssistant, Reasoning: prose.Draw(t, "thought"), ToolCalls: calls})
			for _, call := range calls {
				content := rapid.OneOf(text, rapid.Map(object, func(o json.RawMessage) string { return string(o) })).Draw(t, "result")
				add(button.Message{Role: button.RoleTool, ToolCallID: call.ID, Content: content})
			}
		}
		add(button.Message{Role: button.RoleAssistant, Reasoning: prose.Draw(t, "thought"), Content: prose.Draw(t, "answer")})
	}
	return record
}

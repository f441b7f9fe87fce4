package button_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/buttonbench/button"
)

// full is a record in canonical form that uses every member of every type, with
// foreign members wherever they are kept.
const full = `{"id":"r1","kind":"chain","mode":"constructed",` +
	`"tools":[{"type":"function","function":{"name":"find","description":"a <b> & c","parameters":{"type":"object","properties":{"z":{"type":"number","minimum":0.10},"a":{"type":"string"}},"required":["z","a"]},"strict":true},"source":"x"}],` +
	`"parallel_tool_calls":true,` +
	`"messages":[{"role":"system","content":"day <1>"},` +
	"{\"role\":\"user\",\"content\":\"line\u2028separator \u2029 \u00fc \U0001F682 \ufffd \\\"quoted\\\" back\\\\slash\\ttab \\u0001\",\"weight\":0.50}," +
	`{"role":"assistant","content":"","reasoning_content":"think","tool_calls":[{"id":"abcdefgh1","type":"function","function":{"name":"find","arguments":{"z":14.50,"a":"x","n":1e3,"big":123456789012345678901234567890},"note":null},"index":0}],"train":true},` +
	`{"role":"tool","tool_call_id":"abcdefgh1","name":"find","content":"{\"x\":1.0}"},` +
	`{"role":"assistant","content":"done","train":false}],` +
	`"plan":{"shape":"chain","heuristic":"sequential",` +
	`"nodes":[{"id":"n1","call_id":"abcdefgh1","world":"w","function":"find","effect":"read","arguments":{"z":14.50},"turn":0,"wave":0}],` +
	`"edges":[{"from":"n0","to":"n1","kind":"data","output":"x","parameter":"z","transform":{"op":"each","over":"l[]","by":"p","where":[{"field":"f","op":"is","value":1.50}],"index":2}}],` +
	`"goals":[{"kind":"field","turn":0,"nodes":["n1"],"function":"find","field":"x","values":[{"type":"money","value":1.0}],"condition":{"node":"n1","output":"x","transform":{"op":"min"},"op":"at_most","bound":2.0,"open":true}}],` +
	`"mentions":[{"kind":"literal","turn":1,"span":[0,4],"type":"word","nodes":["n1"]}],` +
	`"answers":[{"turn":4,"span":[0,4],"type":"money","source":{"from":"result","calls":["abcdefgh1"],"path":"x","transform":{"op":"sum"}}}]},` +
	`"provenance":{"abcdefgh1.a":{"from":"default"},"abcdefgh1.z":{"from":"user","turn":1,"span":[5,9],"type":"number"}},` +
	`"checks":{"schema":"pass"},` +
	`"meta":{"seed":7,"index":3,"world":"w","world_hash":"h","state_seed":9007199254740991,"state_before":"b","state_after":"a","today":"2026-03-14","tool_version":"v","config":"c","teacher":"t","scenario":"s","atomic_tasks":["one"],"composed_task":"two","register":"plain","skeleton":"_ to _","approx_tokens":12},` +
	`"split":"train","weights":[1.10,{"b":1,"a":2}]}`

func decode(t *testing.T, text string) button.Record {
	t.Helper()
	var record button.Record
	if err := json.Unmarshal([]byte(text), &record); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return record
}

func encode(t *testing.T, record button.Record) string {
	t.Helper()
	text, err := record.AppendJSON(nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestRoundTripKeepsEveryByte(t *testing.T) {
	if have := encode(t, decode(t, full)); have != full {
		t.Errorf("have %s\nwant %s", have, full)
	}
	appended, err := decode(t, full).AppendJSON([]byte("before "))
	if err != nil || string(appended) != "before "+full {
		t.Errorf("AppendJSON does not append: %s, %v", appended, err)
	}
}

// An editor's line breaks and json.Marshal's escapes fall away; nothing else does.
func TestRoundTripOfOtherSpellings(t *testing.T) {
	indented := new(strings.Builder)
	encoder := json.NewEncoder(indented)
	encoder.SetIndent("\r\n", "\t")
	if err := encoder.Encode(json.RawMessage(full)); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(indented.String(), "<b>") {
		t.Fatal("the standard encoder escapes no HTML any more")
	}
	marshalled, err := json.Marshal(decode(t, full))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{indented.String(), string(marshalled), " \n" + full + "\t"} {
		have := encode(t, decode(t, text))
		// Raw members (schemas, arguments) keep the spelling of their strings.
		if have = strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(have); have != full {
			t.Errorf("have %s\nwant %s", have, full)
		}
	}
}

func TestEmptyMembers(t *testing.T) {
	for _, test := range []struct{ in, out string }{
		{`{}`, `{"id":"","tools":[],"parallel_tool_calls":false,"messages":[]}`},
		{`{"id":null,"tools":null,"messages":null,"plan":null,"provenance":null,"checks":null,"meta":null}`, `{"id":"","tools":[],"parallel_tool_calls":false,"messages":[]}`},
		{`{"messages":[{"role":"assistant","content":null,"tool_calls":null,"train":null}]}`, `{"id":"","tools":[],"parallel_tool_calls":false,"messages":[{"role":"assistant","content":""}]}`},
		{`{"messages":[{"role":"assistant","tool_calls":[]}]}`, `{"id":"","tools":[],"parallel_tool_calls":false,"messages":[{"role":"assistant","content":"","tool_calls":[]}]}`},
		{`{"messages":[{"tool_calls":[{"function":{}}]}]}`, `{"id":"","tools":[],"parallel_tool_calls":false,"messages":[{"role":"","content":"","tool_calls":[{"id":"","type":"function","function":{"name":"","arguments":{}}}]}]}`},
		{`{"provenance":{},"checks":{},"extra":null}`, `{"id":"","tools":[],"parallel_tool_calls":false,"messages":[],"provenance":{},"checks":{},"extra":null}`},
	} {
		if have := encode(t, decode(t, test.in)); have != test.out {
			t.Errorf("%s\nhave %s\nwant %s", test.in, have, test.out)
		}
	}
}

func TestRefused(t *testing.T) {
	deep := func(n int) string { return `{"x":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}` }
	for name, test := range map[string]struct{ text, want string }{
		"no object":           {`[]`, "want a JSON object, have an array"},
		"null":                {`null`, "want a JSON object, have null"},
		"number":              {`12`, "have a number"},
		"nothing":             {` `, "ends"},
		"cut":                 {full[:len(full)-1], "ends too early"},
		"trailing text":       {`{"id":"a"} x`, "after"},
		"second object":       {`{"id":"a"}{}`, "after"},
		"twice":               {`{"id":"a","id":"b"}`, `"id" stands twice`},
		"foreign twice":       {`{"x":1,"x":1}`, `"x" stands twice`},
		"twice by escape":     {`{"id":"a","\u0069d":"b"}`, `"id" stands twice`},
		"call twice":          {`{"messages":[{"tool_calls":[{"id":"a","id":"b","function":{}}]}]}`, `messages: [0]: tool_calls: [0]: member "id" stands twice`},
		"deep":                {deep(button.MaxDepth), "nested deeper than 128 levels"},
		"bad UTF-8":           {"{\"id\":\"a\xff\"}", "not valid UTF-8"},
		"half a character":    {`{"id":"a\ud83d"}`, "half a surrogate pair at byte 8"},
		"wrong second half":   {`{"id":"a\ud83d\u0041"}`, "half a surrogate pair"},
		"second half first":   {`{"id":"\ude82"}`, "half a surrogate pair"},
		"string arguments":    {`{"messages":[{"tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}]}`, "messages: [0]: tool_calls: [0]: function: arguments: want a JSON object"},
		"null arguments":      {`{"messages":[{"tool_calls":[{"function":{"arguments":null}}]}]}`, "arguments: want a JSON object"},
		"call, no function":   {`{"messages":[{},{"tool_calls":[{"id":"a"}]}]}`, `messages: [1]: tool_calls: [0]: tool call has no member "function"`},
		"tool, no function":   {`{"tools":[{"function":{}},{"type":"function"}]}`, `tools: [1]: tool has no member "function"`},
		"tool of other type":  {`{"tools":[{"type":"retrieval","function":{}}]}`, `want "function", have "retrieval"`},
		"call of other type":  {`{"messages":[{"tool_calls":[{"type":"custom","function":{}}]}]}`, `want "function", have "custom"`},
		"content parts":       {`{"messages":[{"role":"user","content":[{"type":"text"}]}]}`, "messages: [0]: content: want a string"},
		"tools no list":       {`{"tools":{}}`, "tools: want a list"},
		"null in a list":      {`{"messages":[null]}`, "messages: [0]: want a JSON object, have null"},
		"id a number":         {`{"id":1}`, "id: want a string, have 1"},
		"parallel a string":   {`{"parallel_tool_calls":"yes"}`, "parallel_tool_calls: want a boolean, have string"},
		"train a number":      {`{"messages":[{"train":1}]}`, "train: want a boolean, have number"},
		"plan, unknown":       {`{"plan":{"shape":"x","colour":1}}`, `plan: unknown member "colour"`},
		"plan, other case":    {`{"plan":{"Shape":"x"}}`, `plan: unknown member "Shape"`},
		"plan, twice":         {`{"plan":{"shape":"x","shape":"x"}}`, `plan: member "shape" stands twice`},
		"node, unknown":       {`{"plan":{"nodes":[{},{"id":"n","cost":1}]}}`, `plan: nodes[1]: unknown member "cost"`},
		"node, twice":         {`{"plan":{"nodes":[{"id":"n","id":"m"}]}}`, `plan: nodes[0]: member "id" stands twice`},
		"transform, unknown":  {`{"plan":{"edges":[{"transform":{"op":"min","step":1}}]}}`, `plan: edges[0]: transform: unknown member "step"`},
		"plan, wrong type":    {`{"plan":{"nodes":[{"turn":"0"}]}}`, "plan: nodes.turn: want a whole number, have string"},
		"plan, fraction":      {`{"plan":{"nodes":[{"turn":0.5}]}}`, "want a whole number, have number 0.5"},
		"plan no object":      {`{"plan":[]}`, "plan: want an object, have array"},
		"span of three":       {`{"plan":{"mentions":[{"span":[1,2,3]}]}}`, "a span has two numbers, not 3"},
		"span of one":         {`{"provenance":{"a.b":{"span":[1]}}}`, "a span has two numbers, not 1"},
		"provenance, unknown": {`{"provenance":{"a.b":{"from":"user","where":1}}}`, `provenance: a.b: unknown member "where"`},
		"provenance, twice":   {`{"provenance":{"a.b":{"from":"user"},"a.b":{"from":"user"}}}`, `provenance: member "a.b" stands twice`},
		"checks, twice":       {`{"checks":{"schema":"pass","schema":"pass"}}`, `checks: member "schema" stands twice`},
		"checks, a boolean":   {`{"checks":{"schema":true}}`, "checks: want a string, have bool"},
		"meta, unknown":       {`{"meta":{"seed":1,"colour":2}}`, `meta: unknown member "colour"`},
		"meta, negative":      {`{"meta":{"seed":-1}}`, "meta: seed: want a whole number"},
	} {
		t.Run(name, func(t *testing.T) {
			var record button.Record
			err := record.UnmarshalJSON([]byte(test.text))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("have %v, want %q", err, test.want)
			}
		})
	}
	var record button.Record
	if err := record.UnmarshalJSON([]byte(deep(button.MaxDepth - 1))); err != nil {
		t.Errorf("the deepest allowed nesting: %v", err)
	}
}

func TestDecodingLeavesNothingBehind(t *testing.T) {
	record := decode(t, full)
	if err := record.UnmarshalJSON([]byte(`{"id":"other"}`)); err != nil {
		t.Fatal(err)
	}
	if have, want := encode(t, record), `{"id":"other","tools":[],"parallel_tool_calls":false,"messages":[]}`; have != want {
		t.Errorf("have %s", have)
	}
}

// A model sees the tools and the conversation, and no word of how they were made.
func TestVisibleLeaksNothing(t *testing.T) {
	record := decode(t, full)
	visible := record.Visible()
	have := encode(t, visible)
	for _, hidden := range []string{"plan", "provenance", "checks", "meta", "chain", "constructed", "n1", "skeleton", "split", "weights"} {
		if strings.Contains(have, hidden) {
			t.Errorf("%q is visible: %s", hidden, have)
		}
	}
	for _, shown := range []string{`"id":"r1"`, `"name":"find"`, `"content":"done"`, `"parallel_tool_calls":true`} {
		if !strings.Contains(have, shown) {
			t.Errorf("%s is not visible", shown)
		}
	}
	if record.Plan == nil || record.Extra == nil {
		t.Error("the record itself was changed")
	}
}

func TestMembers(t *testing.T) {
	members, err := button.ParseMembers([]byte(` { "b" : 1.50 , "a" : { "y": 1, "x": [ ] } } `))
	if err != nil {
		t.Fatal(err)
	}
	if have, want := string(members.AppendJSON(nil)), `{"b":1.50,"a":{"y":1,"x":[]}}`; have != want {
		t.Errorf("have %s, want %s", have, want)
	}
	if string(members.Get("b")) != "1.50" || members.Get("c") != nil {
		t.Errorf("Get: %s, %s", members.Get("b"), members.Get("c"))
	}
	var again button.Members
	if err := json.Unmarshal([]byte(`{"k":{"m":1,"m":2}}`), &again); err != nil || string(again.Get("k")) != `{"m":1,"m":2}` {
		t.Errorf("the inside of a foreign member is not ours to judge: %s, %v", again.Get("k"), err)
	}
	if text, err := json.Marshal(again); err != nil || string(text) != `{"k":{"m":1,"m":2}}` {
		t.Errorf("%s, %v", text, err)
	}
}

func TestAppendString(t *testing.T) {
	for in, want := range map[string]string{
		"":                   `""`,
		"a<b>&'c'":           `"a<b>&'c'"`,
		"\"\\/\n\r\t":        `"\"\\/\n\r\t"`,
		"\x00\x1f\x7f":       "\"\\u0000\\u001f\x7f\"",
		"\u2028\u2029\ufeff": "\"\u2028\u2029\ufeff\"",
		"a\xffb\xe2\x82":     "\"a\ufffdb\ufffd\ufffd\"",
		"\ufffd":             "\"\ufffd\"",
	} {
		have := string(button.AppendString(nil, in))
		if have != want {
			t.Errorf("%q: have %s, want %s", in, have, want)
		}
		var back string
		if err := json.Unmarshal([]byte(have), &back); err != nil || back != strings.ToValidUTF8(in, "\ufffd") && in != "a\xffb\xe2\x82" {
			t.Errorf("%q reads back as %q, %v", in, back, err)
		}
	}
}

func TestPlanMeasures(t *testing.T) {
	plan := button.Plan{Nodes: []button.PlanNode{{ID: "a"}, {ID: "b"}, {ID: "c", Wave: 1}, {ID: "d", Turn: 1}, {ID: "e", Turn: 1}, {ID: "f", Turn: 1}}}
	if plan.Depth() != 3 || plan.Width() != 3 {
		t.Errorf("depth %d, width %d, want 3 and 3", plan.Depth(), plan.Width())
	}
	if node := plan.Node("c"); node != &plan.Nodes[2] || plan.Node("x") != nil {
		t.Errorf("Node finds %v", node)
	}
	if empty := (&button.Plan{}); empty.Depth() != 0 || empty.Width() != 0 {
		t.Error("an empty plan has a size")
	}
}

package toolcall

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/buttonbench/button"
	"github.com/google/go-cmp/cmp"
)

func TestThinking(t *testing.T) {
	markers := []string{"<tool_call>", "<function="}
	for _, test := range []struct{ name, text, content, reasoning string }{
		{"none", "Floor 3.", "Floor 3.", ""},
		{"pair", "<think>\nHm.\n</think>\n\nFloor 3.", "Floor 3.", "Hm."},
		{"empty", "<think>\n\n</think>\n\nFloor 3.", "Floor 3.", ""},
		{"seed", "<seed:think>Hm.</seed:think>Floor 3.", "Floor 3.", "Hm."},
		{"brackets", "[THINK]Hm.[/THINK]Floor 3.", "Floor 3.", "Hm."},
		{"lone close", "Hm, I'd say 3.\n</think>\n\nFloor 3.", "Floor 3.", "Hm, I'd say 3."},
		{"lone close on the line", "Hm, I'd \"say\" 3.</think>Floor 3.", "Floor 3.", "Hm, I'd \"say\" 3."},
		{"not closed", "<think>Hm", "", "Hm"},
		{"two", "<think>a</think>Floor<think>b</think> 3.", "Floor 3.", "a\nb"},
		{"behind words", "Ok, I'll see. <think>a</think>3.", "Ok, I'll see. 3.", "a"},
		{"mark in the thought", "<think>use <tool_call>{}</tool_call></think><tool_call>{}", "<tool_call>{}", "use <tool_call>{}</tool_call>"},
		{"mark in a thought that only ends", "use <tool_call></think>\n<tool_call>{}", "<tool_call>{}", "use <tool_call>"},
		{"mark in a thought, answer in words", "use <tool_call>?</think>No.", "No.", "use <tool_call>?"},
		{"inside a string", `{"a": "<think>x</think>y"}`, `{"a": "<think>x</think>y"}`, ""},
		{"close inside a string", `{"a": "</think> <b"}`, `{"a": "</think> <b"}`, ""},
		{"inside Python's string", `[f(a='<think>x', b='</think>')]`, `[f(a='<think>x', b='</think>')]`, ""},
		{"inside a bare value", "<function=f><parameter=a>\n<think>x</think>\n</parameter></function>", "<function=f><parameter=a>\n<think>x</think>\n</parameter></function>", ""},
		{"close inside a bare value", "<function=f><parameter=a>\nx</think>\n</parameter></function>", "<function=f><parameter=a>\nx</think>\n</parameter></function>", ""},
	} {
		content, reasoning := splitThinking(test.text, markers)
		if content != test.content || reasoning != test.reasoning {
			t.Errorf("%s: have %q and %q, want %q and %q", test.name, content, reasoning, test.content, test.reasoning)
		}
	}
}

func TestDetect(t *testing.T) {
	const call = `{"name":"find_room","arguments":{"floor":3}}`
	for _, test := range []struct{ name, text, reasoning, want string }{
		{"words", "Floor 3 is free.", "", "not_a_call"},
		{"nothing", "", "", "not_a_call"},
		{"thoughts alone", "<think>Hm.</think>", "", "not_a_call"},
		{"answer left in the reasoning", "", "I look.\n<tool_call>" + call + "</tool_call>", "parsed_with_repair hermes\n" + room3 + " ~found in the reasoning"},
		{"thought not closed", "<think>I look.\n<tool_call>" + call + "</tool_call>", "", "parsed_with_repair hermes\n" + room3 + " ~found in the reasoning"},
		{"an example in a thought is none", "", "Maybe\n```json\n" + call + "\n```", "not_a_call"},
		{"reasoning is left alone beside an answer", "No.", "<tool_call>" + call + "</tool_call>", "not_a_call"},
		{"llama.cpp 18183: bare object of another kind", `{"name":"Ann","arguments":{}}`, "", "not_a_call"},
		{"bare object inside words", "Send " + call + " to it.", "", "not_a_call"},
		{"JSON answer", `{"rooms":[{"name":"3-12"}]}`, "", "not_a_call"},
		{"first marker decides", `<tool_call>{"name":"find_room","arguments":{"floor":3,"when":"<call>[]</call> [TOOL_CALLS]x{}"}}</tool_call>`, "", "parsed hermes\n" + `find_room {"floor":3,"when":"<call>[]</call> [TOOL_CALLS]x{}"}`},
		{"a broken first marker does not", `I write <call> now: <tool_call>` + call + `</tool_call>`, "", "parsed hermes\n" + room3 + "\ncontent: I write <call> now:"},
		{"a marker in words, a call behind it", "functools[0] is <call>ed\n```json\n[" + call + "]\n```", "", "parsed fence\n" + room3 + "\ncontent: functools[0] is <call>ed"},
		{"tag with an array", `<tool_call>[` + call + `]</tool_call>`, "", "parsed granite\n" + room3},
		{"granite's object mark", `<|tool_call|>[` + call + `]`, "", "parsed granite\n" + room3},
		{"a mark and nothing else", `<tool_call>`, "", "malformed hermes"},
	} {
		result := Detect(test.text, test.reasoning, offered())
		if diff := cmp.Diff(test.want, told(result)); diff != "" {
			t.Errorf("%s, %q (want -, have +):\n%s", test.name, result.Detail, diff)
		}
	}
}

// TestReasoningIsKept: whatever is taken out of the content is handed out.
func TestReasoningIsKept(t *testing.T) {
	result := Detect("<think>b</think>Floor 3.", "a", nil)
	want := Result{Outcome: NotACall, Content: "Floor 3.", Reasoning: "a\n\nb"}
	if diff := cmp.Diff(want, result); diff != "" {
		t.Error(diff)
	}
	result = Parse(`<think>b</think>So: <tool_call>{"name":"f","arguments":{}}</tool_call>`, nil, "hermes")
	if result.Reasoning != "b" || result.Content != "So:" || len(result.Calls) != 1 || result.Calls[0].Known {
		t.Errorf("%+v", result)
	}
}

func TestTable(t *testing.T) {
	names, numbers := map[string]bool{}, map[int]bool{}
	for _, dialect := range Dialects() {
		for _, name := range append([]string{dialect.Name}, dialect.Aliases...) {
			if names[name] || name == Auto {
				t.Errorf("two dialects are called %q", name)
			}
			names[name] = true
			if found, ok := Lookup(name); !ok || found.Name != dialect.Name {
				t.Errorf("Lookup(%q) finds %q", name, found.Name)
			}
		}
		numbers[dialect.Number] = true
		if len(dialect.Markers) == 0 && !dialect.Whole && !dialect.fence {
			t.Errorf("%s can never be found", dialect.Name)
		}
		if slices.Contains(dialect.Markers, "") || dialect.parse == nil {
			t.Errorf("%s: empty marker or no parser", dialect.Name)
		}
	}
	for n := 1; n <= 30; n++ {
		if !numbers[n] {
			t.Errorf("no dialect has number %d", n)
		}
	}
	for _, name := range []string{"button", "hermes", "llama3_json", "pythonic", "mistral", "qwen3_coder", "glm45", "react", "fence"} {
		if dialect, ok := Lookup(name); !ok || dialect.Render == nil {
			t.Errorf("no renderer for %s", name)
		}
	}
}

func TestUnknownDialect(t *testing.T) {
	result := Parse("x", nil, "klingon")
	if result.Outcome != Malformed || !strings.Contains(result.Detail, `"klingon"`) {
		t.Errorf("%+v", result)
	}
	if have, want := Parse("<call>[]", nil, Auto), Detect("<call>[]", "", nil); !cmp.Equal(have, want) {
		t.Error(cmp.Diff(want, have))
	}
}

func TestBounds(t *testing.T) {
	call := `<tool_call>{"name":"f","arguments":{}}</tool_call>`
	deep := func(n int) string {
		return `<tool_call>{"name":"f","arguments":{"a":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}}</tool_call>`
	}
	for _, test := range []struct{ name, text, detail string }{
		{"too long", strings.Repeat("a", MaxText+1), "1048577 bytes"},
		{"too many calls", strings.Repeat(call, MaxCalls+1), "more than 128 calls"},
		{"too deep", deep(MaxDepth - 1), "nested deeper than 64 levels at byte 102"},
		{"a number too long", `<tool_call>{"name":"f","arguments":{"a":` + strings.Repeat("1", 500) + `}}</tool_call>`, "not a number"},
		{"an exponent too big", `<tool_call>{"name":"f","arguments":{"a":1e999}}</tool_call>`, "not a number"},
	} {
		for _, result := range []Result{Parse(test.text, nil, "hermes"), Detect(test.text, "", nil)} {
			if result.Outcome != Malformed || !strings.Contains(result.Detail, test.detail) {
				t.Errorf("%s: %s, %q", test.name, result.Outcome, result.Detail)
			}
		}
	}
	if result := Parse(strings.Repeat(call, MaxCalls), nil, "hermes"); len(result.Calls) != MaxCalls {
		t.Errorf("%d calls: %s", MaxCalls, result.Detail)
	}
	if result := Parse(deep(MaxDepth-2), nil, "hermes"); result.Outcome != Parsed {
		t.Errorf("%d levels: %s", MaxDepth, result.Detail)
	}
}

func TestJSONReader(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{`{"a": 1 , "b":[true,false,null,"x"]} rest`, `{"a":1,"b":[true,false,null,"x"]} at 36`},
		{`"é\u00e9\ud83d\ude00\n\/"`, `"éé😀\n/" at 26`},
		{`"\ud83d"`, "\"\uFFFD\" at 8 ~half a surrogate pair"},
		{`"a\'b"`, `"a'b" at 6 ~an escape that JSON does not know`},
		{`"a\d"`, `"a\\d" at 5 ~an escape that JSON does not know`},
		{"\"a\nb\"", `"a\nb" at 5 ~a control character in a string`},
		{"\"\xff\"", "\"\uFFFD\" at 3 ~bytes that are no UTF-8"},
		{`{'it\'s': 'x"y'}`, `{"it's":"x\"y"} at 16 ~single quotes ~an escape that JSON does not know`},
		{`{a: 1, b_2: None}`, `{"a":1,"b_2":null} at 17 ~the member "a" without quotes ~the member "b_2" without quotes ~None for null`},
		{`{"a":1,"a":2}`, `{"a":2} at 13 ~the member "a" stands twice`},
		{`[1,]`, `[1] at 4 ~a comma before a closing bracket`},
		{`[+1, .5, 2., 1_000, -0.0, 1e5]`, `[1,0.5,2.0,1000,-0.0,1e5] at 30 ~the number +1 written as 1 ~the number .5 written as 0.5 ~the number 2. written as 2.0 ~the number 1_000 written as 1000`},
		{`[,1]`, `want a JSON value at byte 1`},
		{`{"a" 1}`, `want a colon at byte 5`},
		{`{"a":1 "b":2}`, `want a comma or "}" at byte 7`},
		{`[007]`, `not a number: "007" at byte 1`},
		{`[1-2]`, `not a number: "1-2" at byte 1`},
		{`NaN`, `want a JSON value at byte 0`},
		{`{"a":"b`, `the text ends in the middle of a call`},
		{`{"a":[1`, `the text ends in the middle of a call`},
		{`{"a":{"b":1}`, `{"a":{"b":1}} at 12 ~a missing closing bracket`},
		{`{"a":{"b":{"c":1}`, `the text ends in the middle of a call`},
		{`{"a":{"b":1</x>`, `{"a":{"b":1}} at 11 ~a missing closing bracket`},
		{``, `the text ends in the middle of a call`},
	} {
		in := newInput(test.text, newOffer(nil), &meter{})
		v, err := in.readJSON()
		have := fmt.Sprint(err)
		if err == nil {
			have = fmt.Sprintf("%s at %d", v.json(), in.at)
			for _, note := range in.notes {
				have += " ~" + note
			}
		}
		if have != test.want {
			t.Errorf("%s:\nhave %s\nwant %s", test.text, have, test.want)
		}
	}
}

func TestCoerce(t *testing.T) {
	const schema = `{"type":"object","properties":{
		"n":{"type":"integer"},"f":{"type":"number"},"b":{"type":"boolean"},"s":{"type":"string"},
		"maybe":{"type":["integer","null"]},"any":{"type":["integer","number"]},"either":{"anyOf":[{"type":"integer"},{"type":"string"}]},
		"choice":{"enum":["1","2"]},"level":{"enum":[1,2]},"only":{"const":true},
		"one":{"$ref":"#/$defs/one"},"all":{"allOf":[{"$ref":"#/$defs/one"}]},"deep":{"$ref":"#/definitions/d~1e"},
		"list":{"type":"array","items":{"$ref":"#/$defs/count"}},"pair":{"type":"array","prefixItems":[{"type":"integer"},{"type":"string"}]},
		"map":{"type":"object","additionalProperties":{"type":"integer"}},
		"tree":{"$ref":"#/$defs/tree"},"self":{"$ref":"#/properties/self"},"lost":{"$ref":"#/nowhere"},"away":{"$ref":"https://example.com/x"},
		"shape":{"oneOf":[{"properties":{"x":{"type":"integer"}}},{"properties":{"y":{"type":"boolean"}}}]},"free":{}},
		"$defs":{"count":{"type":"integer"},"one":{"type":"object","properties":{"n":{"$ref":"#/$defs/count"}}},
			"tree":{"type":"object","properties":{"n":{"type":"integer"},"next":{"$ref":"#/$defs/tree"}}}},
		"definitions":{"d/e":{"type":"integer"}}}`
	for _, test := range []struct{ arguments, want, repairs string }{
		{`{"n":"3"}`, `{"n":3}`, "n: a number written as a string"},
		{`{"n":3.0}`, `{"n":3}`, ""},
		{`{"n":"3.0"}`, `{"n":3}`, "n: a number written as a string"},
		{`{"n":3.5}`, `{"n":3.5}`, ""},
		{`{"n":"3.5"}`, `{"n":"3.5"}`, ""},
		{`{"n":"three"}`, `{"n":"three"}`, ""},
		{`{"n":"None"}`, `{"n":"None"}`, ""},
		{`{"f":"3.50","b":"True"}`, `{"f":3.50,"b":true}`, "f: a number written as a string; b: a boolean written as a string"},
		{`{"f":3.0}`, `{"f":3.0}`, ""},
		{`{"any":3.0}`, `{"any":3.0}`, ""},
		{`{"b":"yes"}`, `{"b":"yes"}`, ""},
		{`{"s":"3","s2":"4"}`, `{"s":"3","s2":"4"}`, ""},
		{`{"s":3}`, `{"s":3}`, ""},
		{`{"s":"null"}`, `{"s":"null"}`, ""},
		{`{"maybe":"None"}`, `{"maybe":null}`, "maybe: null written as a string"},
		{`{"maybe":"7"}`, `{"maybe":7}`, "maybe: a number written as a string"},
		{`{"either":"7"}`, `{"either":"7"}`, ""},
		{`{"choice":"1","level":"1","only":"true"}`, `{"choice":"1","level":1,"only":true}`, "level: a number written as a string; only: a boolean written as a string"},
		{`{"one":{"n":"1"},"all":{"n":"2"},"deep":"3"}`, `{"one":{"n":1},"all":{"n":2},"deep":3}`, "one.n: a number written as a string; all.n: a number written as a string; deep: a number written as a string"},
		{`{"one":"{\"n\": \"1\"}"}`, `{"one":{"n":1}}`, "one: an object written as a string; one.n: a number written as a string"},
		{`{"list":["1",2.0,"x"]}`, `{"list":[1,2,"x"]}`, "list[]: a number written as a string"},
		{`{"list":"[1, 2]"}`, `{"list":[1,2]}`, "list: an array written as a string"},
		{`{"pair":["1","2","3"]}`, `{"pair":[1,"2","3"]}`, "pair[]: a number written as a string"},
		{`{"map":{"x":"1"}}`, `{"map":{"x":1}}`, "map.x: a number written as a string"},
		{`{"tree":{"next":{"next":{"n":"5"}}}}`, `{"tree":{"next":{"next":{"n":5}}}}`, "tree.next.next.n: a number written as a string"},
		{`{"self":"1","lost":"1","away":"1","free":"1"}`, `{"self":"1","lost":"1","away":"1","free":"1"}`, ""},
		{`{"shape":{"x":"1","y":"false"}}`, `{"shape":{"x":1,"y":false}}`, "shape.x: a number written as a string; shape.y: a boolean written as a string"},
		{`"{\"n\": 1}"`, `{"n":1}`, "arguments encoded twice"},
		{`{"n":12345678901234567890123}`, `{"n":12345678901234567890123}`, ""},
	} {
		have, repairs, err := Coerce(json.RawMessage(test.arguments), json.RawMessage(schema))
		if err != nil || string(have) != test.want || strings.Join(repairs, "; ") != test.repairs {
			t.Errorf("%s:\nhave %s, %q, %v\nwant %s, %q", test.arguments, have, strings.Join(repairs, "; "), err, test.want, test.repairs)
		}
	}
	for _, bad := range []string{``, `[1]`, `3`, `"x"`, `{`, `{} {}`} {
		if have, _, err := Coerce(json.RawMessage(bad), json.RawMessage(schema)); err == nil {
			t.Errorf("%s: read as %s", bad, have)
		}
	}
}

// TestCoerceIsBounded: schemas are foreign too.
func TestCoerceIsBounded(t *testing.T) {
	var properties, values []string
	for i := range 20000 {
		properties = append(properties, fmt.Sprintf(`"p%d":{"type":"integer"}`, i))
		values = append(values, fmt.Sprintf(`"p%d":"1"`, 19999-i))
	}
	wide, arguments := `{"properties":{`+strings.Join(properties, ",")+`}}`, `{`+strings.Join(values, ",")+`}`
	for name, schema := range map[string]string{
		"round and round": `{"anyOf":[{"$ref":"#"},{"$ref":"#"},{"allOf":[{"$ref":"#"},{"$ref":"#/anyOf/2"}]}]}`,
		"wide":            wide,
		"no JSON":         `{`,
		"empty":           ``,
	} {
		steps := 0
		c := newCoercer(decodeSchema(json.RawMessage(schema)), &steps)
		v, _, err := decodeText(arguments)
		if err != nil {
			t.Fatal(err)
		}
		c.coerce(v)
		if steps > 2*maxSchemaSteps {
			t.Errorf("%s: %d steps", name, steps)
		}
	}
}

func TestRenderHistory(t *testing.T) {
	history := []button.Message{
		{Role: button.RoleSystem, Content: "Today is 2025-06-01."},
		{Role: button.RoleUser, Content: "Floors 3 and 4?"},
		{Role: button.RoleAssistant, Content: "I look.", ToolCalls: []button.Call{
			{ID: "a", Name: "find_room", Arguments: json.RawMessage(`{"floor":3}`)}, {ID: "b", Name: "find_room", Arguments: json.RawMessage(`{"floor":4}`)}}},
		{Role: button.RoleTool, ToolCallID: "a", Name: "find_room", Content: `{"room":"3-12"}`},
		{Role: button.RoleTool, ToolCallID: "b", Name: "find_room", Content: "none"},
		{Role: button.RoleAssistant, Content: "Only 3-12."},
	}
	before := fmt.Sprint(history)
	for _, dialect := range Dialects() {
		if dialect.Render == nil {
			continue
		}
		out := dialect.Render.Messages(history, offered(), true)
		var roles []string
		for _, message := range out {
			roles = append(roles, message.Role)
			if len(message.ToolCalls) > 0 || message.ToolCallID != "" {
				t.Errorf("%s: %+v still has parts of a call", dialect.Name, message)
			}
		}
		if have := strings.Join(roles, " "); have != "system user assistant user assistant" {
			t.Errorf("%s: roles %s", dialect.Name, have)
			continue
		}
		system, results := out[0].Content, out[3].Content
		if !strings.HasPrefix(system, "Today is 2025-06-01.\n\n") || !strings.Contains(system, "find_room") || !strings.Contains(system, `"integer"`) {
			t.Errorf("%s: system message %q", dialect.Name, system)
		}
		if !strings.Contains(results, "3-12") || !strings.Contains(results, "none") {
			t.Errorf("%s: results %q", dialect.Name, results)
		}
		if !strings.Contains(out[4].Content, "Only 3-12.") {
			t.Errorf("%s: answer %q", dialect.Name, out[4].Content)
		}
		if alone := dialect.Render.Messages(history[1:], offered(), false); alone[0].Role != button.RoleSystem || alone[0].Content == strings.TrimPrefix(system, "Today is 2025-06-01.\n\n") {
			t.Errorf("%s: no system message, or the same rule for parallel calls", dialect.Name)
		}
		// A final answer may not be taken for a call.
		if result := Detect(out[4].Content, "", offered()); len(result.Calls) > 0 || result.Content != "Only 3-12." {
			t.Errorf("%s: final answer read as %+v", dialect.Name, result)
		}
	}
	if after := fmt.Sprint(history); after != before {
		t.Error("Messages changed what it was given")
	}
}

package players_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/players"
)

// always gives every conversation the travel reference of two waves.
type always struct{}

func (always) Steps([]button.Message, []button.Tool) ([]button.Message, bool) {
	return travelBook()[firstAsk], true
}

// calls are the calls of a conversation, wave by wave.
func callsOf(lines []string) []string {
	var calls []string
	for _, line := range lines {
		if !strings.HasPrefix(line, "= ") {
			calls = append(calls, strings.Split(line, " + ")...)
		}
	}
	return calls
}

// without takes each element of b out of a once, and returns what is left.
func without(a, b []string) []string {
	left := slices.Clone(a)
	for _, element := range b {
		if i := slices.Index(left, element); i >= 0 {
			left = slices.Delete(left, i, i+1)
		}
	}
	return left
}

// faultOf names the fault that turned the reference's calls into those made.
func faultOf(t interface{ Fatalf(string, ...any) }, gold, made []string) string {
	missed, added := without(gold, made), without(made, gold)
	switch {
	case len(missed) == 0 && len(added) == 0:
		return "none"
	case len(missed) == 1 && len(added) == 0:
		return "missing_call"
	case len(missed) == 0 && len(added) == 1:
		return "extra_call"
	case len(missed) != 1 || len(added) != 1:
		t.Fatalf("more than one fault: missed %q, added %q", missed, added)
	}
	goldName, goldText, _ := strings.Cut(missed[0], " ")
	name, text, _ := strings.Cut(added[0], " ")
	if name != goldName {
		if text != goldText {
			t.Fatalf("the function and the arguments changed: %q, %q", missed, added)
		}
		return "wrong_function"
	}
	var goldArguments, arguments map[string]any
	if err := json.Unmarshal([]byte(goldText), &goldArguments); err != nil {
		t.Fatalf("%v", err)
	}
	if json.Unmarshal([]byte(text), &arguments) != nil {
		if !strings.HasPrefix(goldText, text) {
			t.Fatalf("malformed arguments %q are no beginning of %q", text, goldText)
		}
		return "malformed_json"
	}
	var differing []string
	for parameter, value := range goldArguments {
		if fmt.Sprint(value) != fmt.Sprint(arguments[parameter]) || fmt.Sprintf("%T", value) != fmt.Sprintf("%T", arguments[parameter]) {
			differing = append(differing, parameter)
		}
	}
	if len(differing) != 1 || len(arguments) != len(goldArguments) {
		t.Fatalf("want one changed argument: %q, %q", missed, added)
	}
	if fmt.Sprintf("%T", goldArguments[differing[0]]) != fmt.Sprintf("%T", arguments[differing[0]]) {
		return "invalid_type"
	}
	return "wrong_value"
}

func goldCalls() []string { return callsOf([]string{fares, seat, weather}) }

// Every named kind makes exactly one fault of its kind, wherever it falls.
func TestEachFault(t *testing.T) {
	for _, model := range players.Models() {
		_, kind, named := strings.Cut(model, ":")
		if !named {
			continue
		}
		t.Run(kind, func(t *testing.T) {
			seen := map[string]bool{}
			for seed := range uint64(40) {
				client := serve(t, players.Options{Guides: []players.Guide{travelBook()}, Seed: seed})
				lines := talk(t, client, travel(model), nothing, firstAsk, secondAsk)
				if got := faultOf(t, goldCalls(), callsOf(lines)); got != kind {
					t.Fatalf("seed %d: fault %q in %q", seed, got, lines)
				}
				if lines[len(lines)-1] != rain {
					t.Errorf("seed %d: the conversation ends with %q", seed, lines[len(lines)-1])
				}
				seen[strings.Join(lines, "\n")] = true
			}
			if len(seen) < 3 {
				t.Errorf("only %d different ways to be wrong in 40 conversations", len(seen))
			}
		})
	}
}

// Serial play of a noisy player makes the same fault.
func TestFaultsOneCallATurn(t *testing.T) {
	no := false
	for _, model := range players.Models() {
		_, kind, named := strings.Cut(model, ":")
		if !named {
			continue
		}
		client := serve(t, players.Options{Guides: []players.Guide{travelBook()}, Seed: 3})
		request := travel(model)
		request.ParallelToolCalls = &no
		lines := talk(t, client, request, nothing, firstAsk)
		if got := faultOf(t, goldCalls()[:3], callsOf(lines)); got != kind {
			t.Errorf("%s: fault %q in %q", kind, got, lines)
		}
		for _, line := range lines {
			if strings.Contains(line, " + ") {
				t.Errorf("%s: two calls in one message: %s", kind, line)
			}
		}
	}
}

// About half of the conversations of the plain noisy player are clean, and all
// kinds occur in the others.
func TestNoisyMixes(t *testing.T) {
	counts := map[string]int{}
	const conversations = 400
	client := serve(t, players.Options{Guides: []players.Guide{always{}}, Seed: 11})
	for i := range conversations {
		lines := talk(t, client, travel("noisy"), nothing, fmt.Sprintf("%s (%d)", firstAsk, i))
		counts[faultOf(t, goldCalls()[:3], callsOf(lines))]++
	}
	if clean := counts["none"]; clean < conversations*2/5 || clean > conversations*3/5 {
		t.Errorf("%d of %d are clean", clean, conversations)
	}
	for _, kind := range []string{"wrong_value", "wrong_function", "missing_call", "extra_call", "invalid_type", "malformed_json"} {
		if counts[kind] < conversations/40 {
			t.Errorf("%s occurs %d times: %v", kind, counts[kind], counts)
		}
	}
}

// Asked step by step behind the reference's own history, a noisy player is
// wrong in one step only, also where it leaves a whole step out.
func TestFaultBehindGoldHistory(t *testing.T) {
	steps := []button.Message{wave(`a {"x":1}`), wave(`b {"x":2}`, `b {"x":3}`), wave(`c {"x":4}`), wave(`a {"x":5}`), answer("done")}
	for _, model := range []string{"noisy:missing_call", "noisy:wrong_value", "noisy:malformed_json"} {
		for seed := range uint64(20) {
			client := serve(t, players.Options{Guides: []players.Guide{book{"go": steps}}, Seed: seed})
			request := llm.Request{Model: model, Messages: []button.Message{{Role: "user", Content: "go"}}}
			wrong := 0
			for _, gold := range steps {
				reply, err := client.Complete(t.Context(), request)
				if err != nil {
					t.Fatal(err)
				}
				var want, got []string
				for _, call := range gold.ToolCalls {
					want = append(want, call.Name+" "+string(call.Arguments))
				}
				for _, call := range reply.Calls {
					got = append(got, call.Name+" "+call.Arguments)
				}
				if !cmp.Equal(want, got) {
					wrong++
				}
				request.Messages = append(request.Messages, gold)
				for range gold.ToolCalls {
					request.Messages = append(request.Messages, button.Message{Role: "tool", ToolCallID: "gold00000", Content: "{}"})
				}
			}
			if wrong != 1 {
				t.Errorf("%s, seed %d: %d wrong steps", model, seed, wrong)
			}
		}
	}
}

// Where no fault of the kind is possible the reference is played: there is
// nothing to change, or the change would be what the reference does anyway.
func TestImpossibleFaults(t *testing.T) {
	flag := `{"properties":{"v":{"type":"boolean"}},"required":["v"]}`
	for _, test := range []struct {
		models string
		tools  []button.Tool
		gold   string
	}{
		{"wrong_value wrong_function extra_call invalid_type", []button.Tool{tool("ping", "", `{}`)}, `ping {}`},
		{"wrong_function", []button.Tool{tool("a", "", flag), tool("b", "", flag)}, `a {"v":true} + b {"v":true}`},
		{"extra_call", []button.Tool{tool("get_a", "", flag), tool("set_b", "", flag)}, `get_a {"v":true}`},
		{"invalid_type", []button.Tool{tool("a", "", `{"properties":{"v":{}}}`)}, `a {"v":true}`},
	} {
		guide := book{"go": {wave(strings.Split(test.gold, " + ")...), answer("done")}}
		client := serve(t, players.Options{Guides: []players.Guide{guide}})
		for _, kind := range strings.Fields(test.models) {
			request := llm.Request{Model: "noisy:" + kind, Tools: test.tools}
			if got := talk(t, client, request, nothing, "go"); !cmp.Equal(got, []string{test.gold, "= done"}) {
				t.Errorf("%s: %q", kind, got)
			}
		}
	}
}

// An invalid type is one that no branch of a list of types allows.
func TestInvalidTypeAmongSeveral(t *testing.T) {
	request := llm.Request{Model: "noisy:invalid_type", Tools: []button.Tool{
		tool("a", "", `{"properties":{"v":{"type":["string","integer"]}}}`),
	}}
	client := serve(t, players.Options{Guides: []players.Guide{book{"go": {wave(`a {"v":"x"}`), answer("done")}}}})
	if got := talk(t, client, request, nothing, "go"); got[0] != `a {"v":["x"]}` {
		t.Errorf("have %q", got)
	}
}

// A wrong value and an extra call stay within the schema, so that only the
// meaning is wrong; an invalid type breaks it.
func TestFaultsAgainstTheSchema(t *testing.T) {
	types := []string{`{"type":"string"}`, `{"type":"string","format":"date"}`, `{"type":"string","pattern":"^[A-Z]\\d{2}$"}`,
		`{"type":"integer","minimum":0,"maximum":3}`, `{"type":"number"}`, `{"type":"boolean"}`, `{"type":"string","enum":["a","b"]}`}
	values := []string{`"Lisbon"`, `"2026-03-31"`, `"A07"`, `3`, `-1.5`, `false`, `"b"`}
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.IntRange(0, len(types)-1).Draw(t, "type")
		nested := rapid.Bool().Draw(t, "nested")
		schema, arguments := `{"type":"object","properties":{"v":`+types[i]+`},"required":["v"]}`, `{"v":`+values[i]+`}`
		if nested {
			schema, arguments = `{"type":"object","properties":{"o":`+schema+`}}`, `{"o":`+arguments+`}`
		}
		handler := players.New(players.Options{
			Guides: []players.Guide{book{"go": {wave("f " + arguments), answer("done")}}}, Seed: rapid.Uint64().Draw(t, "seed"),
		})
		body := func(model string) string {
			return `{"model":"` + model + `","messages":[{"role":"user","content":"go"}],"tools":[{"type":"function","function":{"name":"f","parameters":` + schema + `}}]}`
		}
		made := func(model string) any {
			var answer struct {
				Choices []struct {
					Message struct {
						ToolCalls []struct{ Function struct{ Arguments string } } `json:"tool_calls"`
					}
				}
			}
			if err := json.Unmarshal(post(handler, body(model)).Body.Bytes(), &answer); err != nil {
				t.Fatal(err)
			}
			var object map[string]any
			if err := json.Unmarshal([]byte(answer.Choices[0].Message.ToolCalls[0].Function.Arguments), &object); err != nil {
				t.Fatal(err)
			}
			if nested {
				object = object["o"].(map[string]any)
			}
			return object["v"]
		}
		var gold any
		if err := json.Unmarshal([]byte(values[i]), &gold); err != nil {
			t.Fatal(err)
		}
		wrong := made("noisy:wrong_value")
		if fmt.Sprintf("%T", wrong) != fmt.Sprintf("%T", gold) || wrong == gold {
			t.Fatalf("wrong value %#v for %#v", wrong, gold)
		}
		if invalid := made("noisy:invalid_type"); fmt.Sprintf("%T", invalid) == fmt.Sprintf("%T", gold) {
			t.Fatalf("%#v has the type of %#v", invalid, gold)
		}
		switch wrong := wrong.(type) {
		case float64:
			if i == 3 && (wrong < 0 || wrong > 3 || wrong != float64(int(wrong))) {
				t.Fatalf("%v is out of bounds", wrong)
			}
		case string:
			if i == 2 && (len(wrong) != 3 || wrong[0] < 'A' || wrong[0] > 'Z') || i == 6 && wrong != "a" {
				t.Fatalf("%q breaks the schema", wrong)
			}
		}
	})
}

// An extra call has arguments that its schema allows, also where nothing but
// the schema says what they may be.
func TestExtraCallsFitTheSchema(t *testing.T) {
	for _, test := range []struct{ schema, want string }{
		{`{"type":"string","pattern":"^[A-Z]{2}-\\d{3}(x|y)?$"}`, `"AA-000"`},
		{`{"type":"string","pattern":"^(alpha|beta)+\\.[^a-z]$"}`, `"alpha.` + "\\u0000" + `"`},
		{`{"type":"string","pattern":"(unclosed"}`, ``},
		{`{"type":"string","minLength":100}`, ``},
		{`{"type":"string","format":"date"}`, `"2026-01-15"`},
		{`{"type":"string","format":"email"}`, `"someone@example.org"`},
		{`{"type":["null","string"]}`, `null`},
		{`{"type":"integer","minimum":7}`, `7`},
		{`{"type":"float","maximum":-1.5}`, `-1.5`},
		{`{"type":"boolean"}`, `true`},
		{`{"type":"list","items":{"enum":["a","b"]}}`, `["a"]`},
		{`{"type":"dict","properties":{"a":{"default":4},"b":{}},"required":["a"]}`, `{"a":4}`},
		{`{"examples":["seven"]}`, `"seven"`},
		{`{"const":"k"}`, `"k"`},
		{`{}`, `"example"`},
	} {
		request := llm.Request{Model: "noisy:extra_call", Tools: []button.Tool{
			tool("ping", "", `{}`),
			tool("listThings", "", `{"type":"object","properties":{"v":`+test.schema+`},"required":["v"]}`),
		}}
		client := serve(t, players.Options{Guides: []players.Guide{book{"go": {wave(`ping {}`), answer("done")}}}})
		want := "ping {}"
		if test.want != "" {
			want += ` + listThings {"v":` + test.want + `}`
		}
		if got := talk(t, client, request, nothing, "go"); got[0] != want {
			t.Errorf("%s: have %q, want %q", test.schema, got[0], want)
		}
	}
}

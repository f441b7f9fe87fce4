package players_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/players"
	"github.com/buttonbench/button/internal/schema"
)

// answered is what a player answers: its calls and why it ended.
type answered struct {
	Choices []struct {
		Message struct {
			Content string `json:"content"`
			Calls   []struct {
				Function struct {
					Name      string `json:"name"`
					Arguments string `json:"arguments"`
				} `json:"function"`
			} `json:"tool_calls"`
		} `json:"message"`
		Finish string `json:"finish_reason"`
	} `json:"choices"`
}

func decoded(t interface{ Fatalf(string, ...any) }, body []byte) (calls []string, arguments []string, finish string) {
	var a answered
	if err := json.Unmarshal(body, &a); err != nil || len(a.Choices) != 1 {
		t.Fatalf("%v: %s", err, body)
	}
	for _, call := range a.Choices[0].Message.Calls {
		calls, arguments = append(calls, call.Function.Name), append(arguments, call.Function.Arguments)
	}
	return calls, arguments, a.Choices[0].Finish
}

// Every player heeds tool_choice, as a server that constrains its model does.
func TestToolChoice(t *testing.T) {
	handler := players.New(players.Options{Guides: []players.Guide{travelBook()}})
	for _, test := range []struct {
		model, choice string
		want          []string
	}{
		{"oracle", `"auto"`, []string{"get_train_fare", "get_train_fare"}},
		{"oracle", `null`, []string{"get_train_fare", "get_train_fare"}},
		{"oracle", `"required"`, []string{"get_train_fare", "get_train_fare"}},
		{"oracle", `"none"`, nil},
		{"oracle", `{"type":"function","function":{"name":"get_train_fare"}}`, []string{"get_train_fare"}},
		{"oracle", `{"type":"function","function":{"name":"get_weather"}}`, []string{"get_weather"}},
		{"serial", `{"type":"function","function":{"name":"book_seat"}}`, []string{"book_seat"}},
		{"silent", `"auto"`, nil},
		{"silent", `{"type":"function","function":{"name":"get_weather"}}`, []string{"get_weather"}},
		{"lexical", `{"type":"function","function":{"name":"get_weather"}}`, []string{"get_weather"}},
		{"lexical", `"none"`, nil},
	} {
		response := post(handler, chat(test.model, `,"tool_choice":`+test.choice))
		calls, _, finish := decoded(t, response.Body.Bytes())
		want := "stop"
		if len(test.want) > 0 {
			want = "tool_calls"
		}
		if diff := cmp.Diff(test.want, calls); diff != "" || finish != want {
			t.Errorf("%s, %s: finish %q, calls (-want +have):\n%s", test.model, test.choice, finish, diff)
		}
	}
	if calls, _, _ := decoded(t, post(handler, chat("silent", `,"tool_choice":"required"`)).Body.Bytes()); len(calls) != 1 {
		t.Errorf("the silent player must call, and calls %v", calls)
	}
	for choice, message := range map[string]string{
		`"sometimes"`: "unknown tool_choice", `5`: "unknown tool_choice", `{}`: "unknown tool_choice",
		`{"type":"function","function":{"name":"fly"}}`: `no function \"fly\"`,
	} {
		response := post(handler, chat("oracle", `,"tool_choice":`+choice))
		if response.Code != 400 || !strings.Contains(response.Body.String(), message) || !strings.Contains(response.Body.String(), `"param":"tool_choice"`) {
			t.Errorf("%s: %d %s", choice, response.Code, response.Body)
		}
	}
	if response := post(handler, `{"model":"silent","messages":[{"role":"user","content":"hi"}],"tool_choice":"required"}`); response.Code != 400 {
		t.Errorf("without tools: %d %s", response.Code, response.Body)
	}
}

// Whatever the schema: a call that had to be made is one that the schema allows.
func TestForcedCallsAreValid(t *testing.T) {
	handler := players.New(players.Options{})
	kinds := rapid.SampledFrom([]string{
		`{"type":"string"}`, `{"type":"string","minLength":3}`, `{"type":"integer","minimum":2}`, `{"type":"number","exclusiveMinimum":0}`, `{"type":"boolean"}`, `{"type":"null"}`, `{}`,
		`{"enum":["a","b"]}`, `{"const":7}`, `{"type":["null","integer"]}`, `{"type":"integer","maximum":-5}`,
		`{"type":"array","items":{"type":"integer"},"minItems":2}`, `{"type":"array"}`, `{"type":"object"}`,
		`{"type":"object","properties":{"x":{"type":"string"}},"required":["x"]}`, `{"type":"string","default":"d"}`,
	})
	rapid.Check(t, func(t *rapid.T) {
		properties, required := button.Members{}, []string{}
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"city", "day", "number", "x"}), 0, 4, rapid.ID[string]).Draw(t, "names") {
			properties = append(properties, button.Member{Name: name, Value: json.RawMessage(kinds.Draw(t, "kind"))})
			if rapid.Bool().Draw(t, "required") {
				required = append(required, name)
			}
		}
		names, err := json.Marshal(required)
		if err != nil {
			t.Fatal(err)
		}
		parameters := `{"type":"object","properties":` + string(properties.AppendJSON(nil)) + `,"required":` + string(names) + `}`
		said := rapid.SampledFrom([]string{"hi", "The weather in Porto on Monday, number 17", "a b x 3.5"}).Draw(t, "said")
		body := `{"model":"silent","messages":[{"role":"user","content":"` + said + `"}],"tool_choice":"required","tools":[{"type":"function","function":{"name":"f","parameters":` + parameters + `}}]}`
		response := post(handler, body)
		calls, arguments, _ := decoded(t, response.Body.Bytes())
		if len(calls) != 1 {
			t.Fatalf("%s: %s", parameters, response.Body)
		}
		compiled, err := new(schema.Compiler).Compile(json.RawMessage(parameters))
		if err != nil {
			t.Fatal(err)
		}
		if violations, err := compiled.Validate([]byte(arguments[0])); err != nil || len(violations) > 0 {
			t.Fatalf("%s\n%s\n%v %v", parameters, arguments[0], violations, err)
		}
	})
}

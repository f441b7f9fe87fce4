package selection

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/buttonbench/button"
)

// tour is a record with a parallel turn, a serial one, and a second request.
func tour() *button.Record {
	call := func(id, name string) button.Call {
		return button.Call{ID: id, Name: name, Arguments: json.RawMessage(`{}`)}
	}
	return &button.Record{
		ID: "r1", Kind: "fan_in", Mode: button.ModeConstructed,
		Tools: []button.Tool{{Name: "find"}, {Name: "book"}, {Name: "other"}},
		Messages: []button.Message{
			{Role: button.RoleSystem, Content: "Be brief."},
			{Role: button.RoleUser, Content: "Find two and book one."},
			{Role: button.RoleAssistant, ToolCalls: []button.Call{call("a", "find"), call("b", "find")}},
			{Role: button.RoleTool, ToolCallID: "a", Content: `{"error":"none"}`},
			{Role: button.RoleTool, ToolCallID: "b", Content: `{"error":"","found":1}`},
			{Role: button.RoleAssistant, ToolCalls: []button.Call{call("c", "book")}},
			{Role: button.RoleTool, ToolCallID: "c", Content: "done"},
			{Role: button.RoleAssistant, Content: "Booked."},
			{Role: button.RoleUser, Content: "Thanks."},
			{Role: button.RoleAssistant, Content: "Welcome."},
		},
		Checks: map[string]string{"schema": "pass"},
		Meta:   &button.Meta{World: "rail", Scenario: "a trip", Register: "plain", Teacher: "t", Today: "2025-06-01"},
		Origin: &button.Origin{Format: "trl", File: "x.jsonl", Faults: []button.Fault{{Rule: "role"}, {Rule: "role"}, {Rule: "id"}}},
	}
}

func TestQueries(t *testing.T) {
	for text, want := range map[string]bool{
		`kind == "fan_in" && mode == "constructed"`:              true,
		`shape == "fan_in 2-1"`:                                  true,
		`depth == 2 && width == 2 && waves == 2 && calls == 3`:   true,
		`turns == 2 && messages == 10 && tools == 3`:             true,
		`functions == 2 && failures == 1`:                        true,
		`called == ["find", "book"] && "other" in offered`:       true,
		`parallel && parallel_share == 0.5`:                      true,
		`tokens > 20 && tokens < 200`:                            true,
		`request contains "book one" && system == "Be brief."`:   true,
		`request matches "(?i)FIND"`:                             true,
		`world == "rail" && scenario startsWith "a"`:             true,
		`register + teacher + today == "plaint2025-06-01"`:       true,
		`checks["schema"] == "pass" && checks["replay"] == ""`:   true,
		`checks.schema == "pass"`:                                true,
		`format == "trl" && file endsWith ".jsonl"`:              true,
		`faults == ["role", "id"] && len(broken) == 0`:           true,
		`any(called, # == "book") && !all(called, # == "find")`:  true,
		`count(called, # in offered) == 2`:                       true,
		`any(called, any(offered, # == "other"))`:                true,
		`min(depth, 9) == 2 && max(1.5, parallel_share) == 1.5`:  true,
		`upper(lower(trim(" Kind "))) == "KIND" && abs(-1) == 1`: true,
		`not parallel or depth >= 3`:                             false,
		`(depth > 1 ? "deep" : "flat") == "flat"`:                false,
	} {
		query, err := Compile(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if have, err := query.matches(factsOf(tour())); have != want || err != nil {
			t.Errorf("%s: %v %v", text, have, err)
		}
	}
}

func TestQueriesAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		``:                                    "unexpected",
		`depth >`:                             "unexpected token EOF",
		`depht > 2`:                           `at character 1: no property is called "depht", did you mean "depth"?`,
		`kind == "a" && unheard == 1`:         `at character 16: no property is called "unheard"`,
		`kind > 2`:                            "mismatched types string and int",
		`depth == "2"`:                        "mismatched types int and string",
		`depth`:                               "expected bool",
		`len(depth) > 1`:                      "invalid argument for len",
		`called > 1`:                          "mismatched types",
		`now() > 1`:                           `no function is called "now"`,
		`map(called, #) == []`:                `no function is called "map"`,
		`fromJSON("{}") == 1`:                 `no function is called "fromJSON"`,
		`kind.size() == 1`:                    "there are no methods",
		`$env["kind"] == "a"`:                 "$env is not offered",
		`len(1..1000000000) > 1`:              "ranges",
		`depth in 1..3`:                       "ranges",
		strings.Repeat("(", 5000):             "longer than 4096 bytes",
		strings.Repeat("!", 600) + "parallel": "more than 500 parts",
		`any(called, any(offered, any(faults, true)))`:                       "more than 2 deep",
		`any(called, all(offered, true) && none(faults, one(broken, true)))`: "more than 2 deep",
		"parallel \x00": "",
	} {
		_, err := Compile(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v, want %s", text, err, want)
		}
	}
	_, err := Compile("x")
	if unknown := (*UnknownName)(nil); !errors.As(err, &unknown) || !strings.Contains(unknown.Hint(), "kind, mode, shape") {
		t.Errorf("%v", err)
	}
}

// TestFieldsAreThere: a record without anything has all properties.
func TestFieldsAreThere(t *testing.T) {
	empty := factsOf(&button.Record{})
	for _, field := range Fields() {
		if field.Name == "" || field.Help == "" || field.Type == "" {
			t.Errorf("%+v", field)
		}
		query, err := Compile(field.Name + " == " + field.Name)
		if err != nil {
			t.Errorf("%s: %v", field.Name, err)
			continue
		}
		if !query.Names(field.Name) || query.Names("no") {
			t.Errorf("%s names %v", field.Name, query.names)
		}
		if _, err := query.matches(empty); err != nil {
			t.Errorf("%s: %v", field.Name, err)
		}
	}
}

func TestShapes(t *testing.T) {
	node := func(turn, wave int) button.PlanNode { return button.PlanNode{Turn: turn, Wave: wave} }
	for want, record := range map[string]*button.Record{
		"chain 1-1/2": {Kind: "chain", Messages: make([]button.Message, 3), Plan: &button.Plan{Nodes: []button.PlanNode{node(0, 0), node(0, 1), node(1, 0), node(1, 0)}}},
		"?":           {Plan: &button.Plan{Nodes: []button.PlanNode{node(-1, 0)}}},
		"x ?":         {Kind: "x", Plan: &button.Plan{Nodes: []button.PlanNode{node(1<<40, 0)}}},
		"":            {},
		"fan_in 2-1":  tour(),
	} {
		if have := factsOf(record).Shape; have != want {
			t.Errorf("have %q, want %q", have, want)
		}
	}
}

// FuzzWhere compiles whatever comes, and asks a record what compiles: nothing panics.
func FuzzWhere(f *testing.F) {
	for _, seed := range []string{`depth>=3 && kind=="parallel"`, `any(called, # startsWith "a")`, `called[9] == "x"`, `checks["a"] matches "("`, `let x = depth; x > 1`, `depth % 0 == 1`, `{"a": 1}.a == 1`, `request[1:99] == ""`, `kind?.x == nil`, "1e999 > depth", `called | any(# == "a")`} {
		f.Add(seed)
	}
	record := factsOf(tour())
	f.Fuzz(func(t *testing.T, text string) {
		query, err := Compile(text)
		if err != nil {
			if err.Error() == "" || strings.Contains(err.Error(), "\n") && !strings.Contains(text, "\n") {
				t.Errorf("an error of %q", err)
			}
			return
		}
		query.matches(record)
	})
}

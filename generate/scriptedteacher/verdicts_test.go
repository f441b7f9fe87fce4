package scriptedteacher

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func testTurn(t *testing.T, stage string) *turn {
	t.Helper()
	w, err := loadWorld()
	if err != nil {
		t.Fatal(err)
	}
	return &turn{world: w, reader: newReader(w), stage: stage}
}

// TestJudge has the judge look at turns with one fault each; it sees some and lets
// others pass.
func TestJudge(t *testing.T) {
	t.Parallel()
	const good = `{"parallel_calls":false,"judge_turns":[1,3],
		"criteria":[{"id":"needed"},{"id":"function"},{"id":"arguments"},{"id":"grouping"},{"id":"thought"},{"id":"faithful"},{"id":"question"}],
		"tools":[{"name":"find_train","description":"Finds a train with free seats that leaves a city on a day.","parameters":{"required":["city","date"]}}],
		"dialogue":[{"index":0,"from":"user","text":"Find a train from Porto on 3 May 2026."},
		{"index":1,"from":"assistant","thought":"The user said where and when.","calls":[{"name":"find_train","arguments":{"city":"Porto","date":"2026-05-03"}}]},
		{"index":2,"from":"tool","results":[{"result":{"train_number":"TR-12345","fare":250},"error":null}]},
		{"index":3,"from":"assistant","text":"The train is TR-12345 (fare 250)."}]}`
	for _, one := range []struct {
		name, from, to string
		want           []string // "turn criterion"
		goal           string
	}{
		{"nothing", "", "", nil, "full"},
		{"unknown function", `"calls":[{"name":"find_train"`, `"calls":[{"name":"fly"`, []string{"1 function"}, "none"},
		{"argument missing", `,"date":"2026-05-03"}}]`, `}}]`, []string{"1 arguments"}, "none"},
		{"argument from nowhere", `"city":"Porto"`, `"city":"Graz"`, []string{"1 arguments"}, "none"},
		{"arguments cannot be read", `"arguments":{"city":"Porto","date":"2026-05-03"}}]`, `"arguments":[]}]`, []string{"1 arguments"}, "none"},
		{"two calls", `"2026-05-03"}}]`, `"2026-05-03"}},{"name":"find_train","arguments":{"city":"Porto","date":"2026-05-03"}}]`, []string{"1 grouping"}, "full"},
		{"plan in thought", "where and when", "sub-task 2", []string{"1 thought"}, "full"},
		{"invented number", "fare 250", "fare 999", []string{"3 faithful"}, "full"},
		{"invented short number", "fare 250", "fare 25", nil, "full"},
		{"repeated call", `"text":"The train is TR-12345 (fare 250)."`, `"calls":[{"name":"find_train","arguments":{"date":"2026-05-03","city":"Porto"}}]`, []string{"3 needed"}, "full"},
		{"nothing brought", `"result":{"train_number":"TR-12345","fare":250},"error":null`, `"result":null,"error":{"code":"service_busy","message":"Busy: 12345 and 250."}`, []string{"3 faithful"}, "none"},
	} {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			text := good
			if one.from != "" {
				if text = strings.Replace(good, one.from, one.to, 1); text == good {
					t.Fatal("nothing was replaced")
				}
			}
			var material judgeMaterial
			if err := json.Unmarshal([]byte(text), &material); err != nil {
				t.Fatal(err)
			}
			reply := testTurn(t, stageJudge).judge(material).(*judgeReply)
			var have []string
			for _, judged := range reply.Turns {
				if len(judged.Checks) != len(material.Criteria) {
					t.Errorf("turn %d has %d checks", judged.Index, len(judged.Checks))
				}
				for _, check := range judged.Checks {
					if check.Label == "bad" {
						have = append(have, itoa(judged.Index)+" "+check.ID)
					}
				}
			}
			if difference := cmp.Diff(one.want, have); difference != "" {
				t.Error(difference)
			}
			if reply.Goal.Label != one.goal {
				t.Errorf("the goal is reached: %s, want %s", reply.Goal.Label, one.goal)
			}
		})
	}
}

// TestFilter has the filter look at requests with one fault each.
func TestFilter(t *testing.T) {
	t.Parallel()
	const first, second = "Find a train from Porto on 3 May 2026.", "Choose a quiet carriage on that train for 4 travellers."
	for _, one := range []struct {
		name, request, first, second string
		want                         string // the question that fails
	}{
		{"nothing", first + " Then choose a quiet carriage on that train for 4 travellers.", first, second, ""},
		{"a result leaked", first + " Then choose a quiet carriage on that train for 4 travellers, which is TR-55555.", first, second, "no_result_leaked"},
		{"a value missing", "Find a train from Porto. Then choose a quiet carriage on that train for 4 travellers.", first, second, "nothing_missing"},
		{"no real link", first + " Then choose a quiet carriage on train TR-55555 for 4 travellers.", first, "Choose a quiet carriage on train TR-55555 for 4 travellers.", "dependencies_real"},
		{"a stranger's task without a link", first + " And bake a cake.", first, "Bake a cake.", "dependencies_real"},
		{"a task twice", first + " And again.", first, first, "each_needed"},
		{"for a machine", "Call the function find_train with Porto, 3 May 2026 and 4.", first, second, "natural"},
	} {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			material := checkMaterial{
				Request: one.request, Tasks: []plainTask{{0, one.first}, {1, one.second}}, Links: []link{{From: 0, To: 1}},
				Questions: []string{"single_goal", "each_needed", "dependencies_real", "nothing_missing", "no_result_leaked", "consistent", "natural"},
			}
			reply := testTurn(t, stageCheck).checkComposition(material).(*checkReply)
			failed := map[string]bool{}
			for _, check := range reply.Checks {
				if check.Evidence == "" {
					t.Errorf("%s has no evidence", check.ID)
				}
				if !check.Pass {
					failed[check.ID] = true
				}
			}
			if one.want == "" && (len(failed) > 0 || reply.Verdict != "keep") || one.want != "" && (!failed[one.want] || reply.Verdict != "drop") {
				t.Errorf("fails %v, verdict %s, want %q", failed, reply.Verdict, one.want)
			}
		})
	}
}

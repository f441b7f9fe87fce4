package scriptedteacher_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/generate/scriptedteacher"
	"github.com/buttonbench/button/internal/schema"
)

type object = map[string]any

// prompt is the body of a request as the simulated mode sends it.
func prompt(stage string, seed int, material any) []byte {
	shown, err := json.MarshalIndent(material, "", " ")
	if err != nil {
		panic(err)
	}
	body, err := json.Marshal(object{
		"model": scriptedteacher.Model, "seed": seed,
		"messages": []object{
			{"role": "system", "content": "Write."},
			{"role": "user", "content": "<material>\n" + string(shown) + "\n</material>\nReply."},
		},
		"response_format": object{"type": "json_schema", "json_schema": object{"name": stage}},
	})
	if err != nil {
		panic(err)
	}
	return body
}

// completion is what a test reads of a reply.
type completion struct {
	Choices []struct {
		Message struct {
			Content   string `json:"content"`
			ToolCalls []struct {
				Function struct {
					Name      string `json:"name"`
					Arguments string `json:"arguments"`
				} `json:"function"`
			} `json:"tool_calls"`
		} `json:"message"`
		FinishReason string `json:"finish_reason"`
	} `json:"choices"`
	Usage struct {
		Prompt     int `json:"prompt_tokens"`
		Completion int `json:"completion_tokens"`
		Total      int `json:"total_tokens"`
	} `json:"usage"`
}

func post(tb testing.TB, handler http.Handler, path string, body []byte) (int, []byte) {
	tb.Helper()
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body)))
	return w.Code, w.Body.Bytes()
}

// asks sends a prompt and returns the object in the reply, which has to be of the
// stage's form.
func asks(t *testing.T, handler http.Handler, forms *schema.Compiler, stage string, seed int, material any) object {
	t.Helper()
	status, body := post(t, handler, "/v1/chat/completions", prompt(stage, seed, material))
	var read completion
	if err := json.Unmarshal(body, &read); err != nil || status != http.StatusOK || len(read.Choices) != 1 {
		t.Fatalf("%s: status %d, %v: %s", stage, status, err, body)
	}
	if read.Usage.Prompt < 10 || read.Usage.Completion < 2 || read.Usage.Total != read.Usage.Prompt+read.Usage.Completion {
		t.Errorf("%s: usage is %+v", stage, read.Usage)
	}
	text := read.Choices[0].Message.Content
	form, err := os.ReadFile("../teach/prompts/" + stage + ".schema.json")
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := forms.Compile(form)
	if err != nil {
		t.Fatal(err)
	}
	violations, err := compiled.Validate([]byte(text))
	if err != nil || len(violations) > 0 {
		t.Fatalf("%s with seed %d: %v %v: %s", stage, seed, violations, err, text)
	}
	var reply object
	if err := json.Unmarshal([]byte(text), &reply); err != nil {
		t.Fatal(err)
	}
	return reply
}

func numbered(tasks ...any) []any {
	var all []any
	for i, task := range tasks {
		one := object{"number": i}
		for name, value := range task.(object) {
			one[name] = value
		}
		all = append(all, one)
	}
	return all
}

// TestForms asks every stage with many seeds; every reply has the stage's form.
func TestForms(t *testing.T) {
	t.Parallel()
	handler, err := scriptedteacher.New(scriptedteacher.Options{Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	forms := new(schema.Compiler)
	locale := object{
		"country": "Ireland", "currency": "EUR", "today": "2026-03-01", "dates": []string{"2026-03-07", "2026-04-02"},
		"places": []string{"Galway", "Cork", "Sligo"}, "people": []string{"Aoife Brennan", "Cian Doyle", "Niamh Keane"},
	}
	persona := object{"who": "a commuter", "style": "terse", "min_words": 2, "max_words": 200}
	for seed := range 300 {
		ask := func(stage string, material object) object { return asks(t, handler, forms, stage, seed, material) }
		invented := ask("invent_scenarios", object{"domain": "train travel", "count": 4, "avoid": []string{}})
		scenario := invented["scenarios"].([]any)[seed%4].(object)
		ask("expand_scenario", object{"scenario": scenario, "axis": []string{"actor", "place", "time_pressure", "constraint", "domain"}[seed%5], "domain": "taxes", "count": 3, "avoid": []string{}})
		ask("extract_scenarios", object{"seeds": []object{{"number": 0, "text": fmt.Sprint("a dialogue ", seed)}}, "domains": []string{"taxes", "parking"}})
		first := ask("atomic_task", object{"scenario": scenario, "locale": locale})
		sequential := ask("compose_sequential", object{
			"scenario": scenario, "locale": locale, "request": first["task"], "tasks": numbered(first), "links": []any{}, "follow": 0, "beside": []int{}, "most_words": 75,
		})
		link := sequential["link"].(object)
		links := []object{{"from": 0, "to": 1, "field": link["field"], "input": link["input"], "semantic_type": link["semantic_type"], "transform": link["transform"]}}
		tasks := numbered(first, sequential["follow_up"])
		parallel := ask("compose_parallel", object{
			"scenario": scenario, "locale": locale, "request": first["task"], "tasks": numbered(first), "links": []any{}, "branches": []int{0}, "new": []int{1, 2}[:1+seed%2],
			"kind": []string{"same", "different"}[seed%2], "final": seed%3 > 0, "most_words": 100,
		})
		if want := 1 + seed%2; len(parallel["parallel"].([]any)) != want {
			t.Fatalf("%d branches, want %d", len(parallel["parallel"].([]any)), want)
		}
		check := ask("check_composition", object{
			"request": sequential["request"], "tasks": []object{{"number": 0, "task": first["task"]}, {"number": 1, "task": sequential["follow_up"].(object)["task"]}}, "links": links,
			"questions": []string{"natural", "single_goal", "each_needed", "dependencies_real", "nothing_missing", "no_result_leaked", "consistent"},
		})
		if check["verdict"] != "keep" {
			t.Errorf("seed %d: the filter drops %s: %v", seed, sequential["request"], check)
		}
		functions := ask("functions", object{"request": sequential["request"], "tasks": tasks, "links": links, "style": []string{"snake_case", "camelCase", "PascalCase"}[seed%3], "existing": []any{}})
		defined := functions["functions"].([]any)
		ask("distractor", object{"function": defined[0], "differs_in": "the time", "names_taken": []string{}})
		var facts []any
		for i, known := range first["known_values"].([]any) {
			known.(object)["id"] = fmt.Sprint("f", i+1)
			facts = append(facts, known)
		}
		said := ask("user", object{"turn": "open", "persona": persona, "goal": sequential["request"], "say": facts, "change": nil, "dialogue": []any{}, "today": "2026-03-01"})
		ask("user", object{"turn": "answer", "persona": persona, "goal": "", "say": facts, "change": nil, "dialogue": []any{}, "today": "2026-03-01"})
		ask("user", object{"turn": "correct", "persona": persona, "goal": "", "say": []any{}, "change": facts[0], "dialogue": []object{{"from": "user", "text": said["message"]}}, "today": "2026-03-01"})
		dialogue := []object{{"index": 0, "from": "user", "text": said["message"]}}
		step := ask("assistant", object{"today": "2026-03-01", "parallel_calls": true, "tools": defined, "dialogue": dialogue})
		if step["action"] != "call" {
			t.Fatalf("seed %d: the assistant does not call: %v on %v", seed, step, dialogue)
		}
		call := step["calls"].([]any)[0].(object)
		result := ask("tool", object{"function": defined[0], "arguments": call["arguments"], "earlier_calls": []any{}, "facts": []any{}, "today": "2026-03-01", "failure": nil})
		ask("tool", object{"function": defined[0], "arguments": call["arguments"], "earlier_calls": []any{}, "facts": []any{}, "today": "2026-03-01", "failure": object{"code": "service_busy", "when": "It is busy."}})
		dialogue = append(dialogue, object{"index": 1, "from": "assistant", "calls": step["calls"]}, object{"index": 2, "from": "tool", "results": []object{{"result": result["result"], "error": nil}}})
		ask("judge", object{"parallel_calls": true, "tools": defined, "dialogue": dialogue, "criteria": []object{{"id": "needed"}, {"id": "arguments"}, {"id": "faithful"}}, "judge_turns": []int{1}})
		whole := ask("task_in_one_step", object{
			"scenario": scenario, "locale": locale, "shape": []string{"single", "chain", "diamond", "fan_out", "fan_in", "parallel_then_sequential"}[seed%6],
			"count": []int{1, 4, 3, 3, 4, 5}[seed%6], "depth": []int{1, 4, 2, 1, 2, 4}[seed%6], "style": "snake_case", "existing": []any{}, "most_words": 150,
		})
		facts = nil
		for i, task := range whole["tasks"].([]any) {
			for k, known := range task.(object)["known_values"].([]any) {
				known.(object)["id"] = fmt.Sprintf("f%d", 10*i+k)
				facts = append(facts, known)
			}
		}
		sayable := []object{{"id": "f1", "kind": "literal", "ways": []string{"Graz", "the town of Graz"}}, {"id": "f2", "kind": "pick", "ways": []string{"the cheapest"}}}
		sketch := object{"today": "2026-03-01", "max_words": 40, "dialogue": []any{}, "sketch": "Find the cheapest room in Graz.", "facts": sayable}
		for _, text := range reworded(ask, sketch, seed) {
			for _, span := range text["spans"].([]any) {
				if quote := span.(object)["quote"].(string); quote == "" || !strings.Contains(text["text"].(string), quote) {
					t.Errorf("seed %d: %q does not stand in %q", seed, quote, text["text"])
				}
			}
		}
		ask("hybrid_thought", object{"today": "2026-03-01", "dialogue": []any{}, "calls": []any{}, "sketch": ""})
		played := ask("trajectory_in_one_reply", object{"today": "2026-03-01", "parallel_calls": seed%2 == 0, "persona": persona, "goal": whole["request"], "facts": facts, "tools": whole["functions"]})
		turns := played["turns"].([]any)
		if last := turns[len(turns)-1].(object); last["from"] != "assistant" || last["text"] == "" {
			t.Fatalf("seed %d: the conversation does not end with an answer: %v", seed, turns)
		}
	}
	for _, entry := range handler.Log() {
		if entry.Fault != "" || entry.Complaints != 0 {
			t.Fatalf("a fault without any asked for: %+v", entry)
		}
	}
}

// reworded asks hybrid mode's stages for texts.
func reworded(ask func(string, object) object, sketch object, seed int) []object {
	if seed%2 == 0 {
		return []object{ask("hybrid_answer", sketch)}
	}
	sketch["unsayable"] = []string{"find_room"}
	var texts []object
	for _, text := range ask("hybrid_request", sketch)["variants"].([]any) {
		texts = append(texts, text.(object))
	}
	return texts
}

// bodies are requests of several stages, with and without faults to be planted.
func bodies() [][]byte {
	var all [][]byte
	for seed := range 60 {
		all = append(all,
			prompt("invent_scenarios", seed, object{"domain": "taxes", "count": 4, "avoid": []string{}}),
			prompt("extract_scenarios", seed, object{"seeds": []object{{"number": 0, "text": fmt.Sprint("seed ", seed/2)}}, "domains": []string{"taxes"}}),
			prompt("atomic_task", seed, object{"scenario": object{"domain": "taxes", "situation": fmt.Sprint("situation ", seed)}, "locale": object{}}),
			prompt("tool", seed, object{"function": object{"name": "look_up", "description": "Looks up a thing.", "returns": object{"type": "object", "properties": object{
				"list":  object{"type": "array", "items": object{"type": "object", "properties": object{"price": object{"type": "number", "maximum": 5}, "id": object{"type": "string"}}}},
				"ready": object{"type": "boolean"}, "state": object{"enum": []string{"open", "shut"}}, "count": object{"type": "integer", "minimum": 4}, "day": object{"type": "string", "format": "date"},
			}}}, "arguments": object{"name": seed}}),
		)
	}
	return all
}

// TestConcurrency asks the same requests one by one, and again all at once and in
// another order, over real HTTP: every reply has the same bytes.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	options := scriptedteacher.Options{Seed: 9, Stubborn: 0.5, Faults: map[scriptedteacher.Kind]float64{}}
	for _, info := range scriptedteacher.Kinds() {
		options.Faults[info.Kind] = 0.05
	}
	requests := bodies()
	ask := func(url string, body []byte) string {
		response, err := http.Post(url+"/v1/chat/completions", "application/json", bytes.NewReader(body))
		if err != nil {
			return err.Error()
		}
		defer response.Body.Close()
		answer, err := io.ReadAll(response.Body)
		if err != nil {
			return err.Error()
		}
		return string(answer)
	}
	want := make([]string, len(requests))
	have := make([]string, len(requests))
	first, second := newRig(t, options, ""), newRig(t, options, "")
	for i, body := range requests {
		want[i] = ask(first.url, body)
	}
	var group sync.WaitGroup
	places := make(chan struct{}, 16)
	for i := len(requests) - 1; i >= 0; i-- {
		group.Go(func() {
			places <- struct{}{}
			have[i] = ask(second.url, requests[i])
			<-places
		})
	}
	group.Wait()
	if difference := cmp.Diff(want, have); difference != "" {
		t.Error(difference)
	}
	planted := 0
	for _, entry := range second.handler.Log() {
		if entry.Fault != "" {
			planted++
		}
		if entry.Again {
			t.Errorf("%s counts as asked again", entry.Hash)
		}
	}
	if planted < 20 || planted == len(requests) {
		t.Errorf("%d of %d requests met a fault", planted, len(requests))
	}
	ask(second.url, requests[0])
	if log := second.handler.Log(); !log[len(log)-1].Again {
		t.Error("the same request a second time does not count as asked again")
	}
}

package services

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/buttonbench/button/internal/python"
)

// parityEntry is what an entry's question and answer files say.
type parityEntry struct {
	id            string
	classes       []string
	configuration *python.Dict
	answers       [][]*Call // turns
}

// parityCase is a line of parity/multi_turn.jsonl.
type parityCase struct {
	ID         string              `json:"id"`
	Calls      [][][]string        `json:"calls"`
	Results    [][]json.RawMessage `json:"results"`
	Valid      bool                `json:"valid"`
	ErrorType  string              `json:"error_type"`
	StateClass string              `json:"state_class"`
	StateAttrs []string            `json:"state_attrs"`
}

func lines(t testing.TB, path string, use func(line []byte)) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<26)
	for scanner.Scan() {
		use(scanner.Bytes())
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
}

func readParityEntries(t testing.TB, folder string) map[string]*parityEntry {
	t.Helper()
	entries := map[string]*parityEntry{}
	for _, category := range []string{"base", "miss_func", "miss_param", "long_context"} {
		name := "BFCL_v4_multi_turn_" + category + ".json"
		lines(t, filepath.Join(folder, name), func(line []byte) {
			var question struct {
				ID      string          `json:"id"`
				Classes []string        `json:"involved_classes"`
				Config  json.RawMessage `json:"initial_config"`
			}
			if err := json.Unmarshal(line, &question); err != nil {
				t.Fatal(err)
			}
			configuration, err := python.ParseJSON(string(question.Config))
			if err != nil {
				t.Fatal(err)
			}
			entries[question.ID] = &parityEntry{id: question.ID, classes: question.Classes, configuration: configuration.(*python.Dict)}
		})
		lines(t, filepath.Join(folder, "possible_answer", name), func(line []byte) {
			var answer struct {
				ID    string     `json:"id"`
				Truth [][]string `json:"ground_truth"`
			}
			if err := json.Unmarshal(line, &answer); err != nil {
				t.Fatal(err)
			}
			e := entries[answer.ID]
			for _, texts := range answer.Truth {
				turn := make([]*Call, len(texts))
				for i, text := range texts {
					turn[i] = NewCall(text)
				}
				e.answers = append(e.answers, turn)
			}
		})
	}
	return entries
}

// sides makes the two sessions of an entry.
func (e *parityEntry) sides(t testing.TB, constants *Constants) (model, answer *Session) {
	t.Helper()
	environment := NewEnvironment(strings.Contains(e.id, "long_context"), constants, time.Date(2026, 3, 23, 0, 0, 0, 0, time.UTC))
	model, err := NewSession(e.id, "model", e.classes, e.configuration, environment)
	if err != nil {
		t.Fatal(err)
	}
	answer, err = NewSession(e.id, "model_ground_truth_eval", e.classes, e.configuration, environment)
	if err != nil {
		t.Fatal(err)
	}
	return model, answer
}

// verdict is upstream's multi-turn verdict, with the results of each turn's steps.
func (c *parityCase) verdict(t testing.TB, e *parityEntry, constants *Constants, see func(turn, step, call int, result string)) (errorType, class string, attributes []string) {
	t.Helper()
	model, answer := e.sides(t, constants)
	forced := len(c.Calls) != len(e.answers)
	if forced {
		errorType = "multi_turn:force_terminated"
	}
	var all []string
	for n, steps := range c.Calls {
		called := false
		for k, step := range steps {
			for i, call := range step {
				result := model.Execute(call)
				see(n, k, i, result)
				all = append(all, result)
				called = true
			}
		}
		if n >= len(e.answers) {
			continue
		}
		var wanted []string
		for _, call := range e.answers[n] {
			wanted = append(wanted, answer.Run(call))
		}
		if errorType != "" || len(wanted) == 0 {
			continue
		}
		if !called {
			errorType = "multi_turn:empty_turn_model_response"
		} else if class, attributes = Compare(model, answer); class != "" {
			errorType = "multi_turn:instance_state_mismatch"
		} else if !contained(wanted, all) {
			errorType = "multi_turn:execution_response_mismatch"
		}
	}
	return errorType, class, attributes
}

// contained reports whether one multiset of texts is contained in another.
func contained(part, all []string) bool {
	left := map[string]int{}
	for _, text := range all {
		left[text]++
	}
	for _, text := range part {
		if left[text]--; left[text] < 0 {
			return false
		}
	}
	return true
}

func sameResult(t testing.TB, want json.RawMessage, have string) bool {
	t.Helper()
	if want[0] == '"' {
		var text string
		if err := json.Unmarshal(want, &text); err != nil {
			t.Fatal(err)
		}
		return text == have
	}
	var long struct {
		SHA256           string
		Nondeterministic bool
	}
	if err := json.Unmarshal(want, &long); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(have))
	return long.Nondeterministic || long.SHA256 == hex.EncodeToString(sum[:])
}

// The visible cases: every result text, and the verdicts to which they lead.
func TestParity(t *testing.T) {
	folder := benchmarkData(t)
	entries := readParityEntries(t, folder)
	constants := benchmarkConstants(t, folder)
	cases, results, same, verdicts := 0, 0, 0, 0
	lines(t, filepath.Join(folder, "parity", "multi_turn.jsonl"), func(line []byte) {
		var c parityCase
		if err := json.Unmarshal(line, &c); err != nil {
			t.Fatal(err)
		}
		cases++
		errorType, class, attributes := c.verdict(t, entries[c.ID], constants, func(turn, step, call int, have string) {
			if turn >= len(c.Results) || step >= len(c.Results[turn]) {
				return
			}
			var want []json.RawMessage
			if err := json.Unmarshal(c.Results[turn][step], &want); err != nil || call >= len(want) {
				t.Fatalf("%s: results of turn %d, step %d: %v", c.ID, turn, step, err)
			}
			results++
			if sameResult(t, want[call], have) {
				same++
			} else {
				t.Errorf("%s turn %d: %.300s\nhave %.300s\nwant %.300s", c.ID, turn, c.Calls[turn][step][call], have, want[call])
			}
		})
		slices.Sort(attributes)
		if errorType == c.ErrorType && class == c.StateClass && slices.Equal(attributes, c.StateAttrs) {
			verdicts++
		} else {
			t.Errorf("%s: have %s %s %v, want %s %s %v", c.ID, errorType, class, attributes, c.ErrorType, c.StateClass, c.StateAttrs)
		}
	})
	t.Logf("%d cases, %d with the same verdict and state; %d of %d results the same", cases, verdicts, same, results)
}

func benchmarkConstants(t testing.TB, folder string) *Constants {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "long_context_constants.json"))
	if err != nil {
		t.Fatal(err)
	}
	all, err := python.ParseJSON(string(text))
	if err != nil {
		t.Fatal(err)
	}
	// JSON has no ellipsis; the one in the watch list is {"$python": "Ellipsis"}.
	watchList, _ := all.(*python.Dict).GetText("WATCH_LIST_EXTENSION")
	for i, item := range watchList.(*python.List).Items {
		if _, isMap := item.(*python.Dict); isMap {
			watchList.(*python.List).Items[i] = python.EllipsisType{}
		}
	}
	constants, err := NewConstants(all.(*python.Dict))
	if err != nil {
		t.Fatal(err)
	}
	return constants
}

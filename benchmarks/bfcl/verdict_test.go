package bfcl

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
	"unicode/utf8"
)

// verdictDay is the day by which ages are reckoned in these tests.
var verdictDay = time.Date(2026, time.March, 23, 0, 0, 0, 0, time.UTC)

// officialData is the benchmark's data, which is not part of this project:
// $BUTTON_BENCHMARKS/bfcl_v4, or shared/benchmarks/bfcl_v4 beside the project.
func officialData(t testing.TB) *Data {
	t.Helper()
	root := os.Getenv("BUTTON_BENCHMARKS")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "benchmarks")
	}
	folder := filepath.Join(root, "bfcl_v4")
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("the benchmark's data, which is not part of this project, is not in %s: set BUTTON_BENCHMARKS", folder)
	}
	data, err := Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Every ground truth passes its own check, played as a model that makes one call a
// step, and as one that makes a turn's calls at once.
func TestGroundTruthsAreValid(t *testing.T) {
	data := officialData(t)
	judge := NewConversationJudge(data, verdictDay)
	for _, category := range InGroup(GroupMultiTurn) {
		entries, err := data.Entries(category.Name)
		if err != nil {
			t.Fatal(err)
		}
		valid := 0
		for _, entry := range entries {
			answers, err := entry.ExpectedCalls()
			if err != nil {
				t.Fatal(err)
			}
			for _, together := range []bool{false, true} {
				v, err := judge.Judge(Conversation{Entry: entry, Model: "m", Steps: asSteps(answers, together)})
				if err != nil {
					t.Fatal(err)
				}
				if v.Valid {
					valid++
				} else {
					t.Errorf("%s: %+v", entry.ID, v)
				}
			}
		}
		if valid != 2*category.Entries {
			t.Errorf("%s: %d of %d", category.Name, valid, 2*category.Entries)
		}
	}
}

func asSteps(answers [][]string, together bool) [][][]string {
	steps := make([][][]string, len(answers))
	for turn, calls := range answers {
		if together && len(calls) > 0 {
			steps[turn] = [][]string{calls}
			continue
		}
		for _, call := range calls {
			steps[turn] = append(steps[turn], []string{call})
		}
	}
	return steps
}

// conversationCase is a line of the published verdicts.
type conversationCase struct {
	ID         string
	Kind       string
	Calls      [][][]string
	Results    [][][]json.RawMessage
	Valid      bool
	ErrorType  string   `json:"error_type"`
	FailTurn   *int     `json:"fail_turn"`
	StateClass string   `json:"state_class"`
	StateAttrs []string `json:"state_attrs"`
	Missing    []json.RawMessage
}

func conversationCases(t testing.TB, data *Data) []conversationCase {
	t.Helper()
	file, err := os.Open(filepath.Join(data.Folder(), "parity", "multi_turn.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var cases []conversationCase
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var c conversationCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return cases
}

// Verdicts, error types, details and result texts are those of the official
// evaluator.
func TestConversationParity(t *testing.T) {
	data := officialData(t)
	judge := NewConversationJudge(data, verdictDay)
	texts, equal := 0, 0
	for _, c := range conversationCases(t, data) {
		entry, err := data.Entry(c.ID)
		if err != nil {
			t.Fatal(err)
		}
		conversation := Conversation{Entry: entry, Model: "model", Steps: c.Calls}
		examined, err := judge.Examine(conversation)
		if err != nil {
			t.Fatal(err)
		}
		v := examined.Official
		want := ConversationVerdict{Valid: c.Valid, ErrorType: c.ErrorType, Turn: -1, StateClass: c.StateClass, StateAttributes: c.StateAttrs}
		if c.FailTurn != nil {
			want.Turn = *c.FailTurn
		}
		if !sameVerdict(v, want) || !slices.EqualFunc(v.Missing, c.Missing, func(have string, want json.RawMessage) bool { return sameResult(t, have, want) }) {
			t.Errorf("%s (%s)\nhave %+v\nwant %+v", c.ID, c.Kind, v, want)
		}
		if judged, err := judge.Judge(conversation); err != nil || !sameVerdict(judged, v) || !slices.Equal(judged.Missing, v.Missing) {
			t.Errorf("%s: judged alone %+v, %v; examined %+v", c.ID, judged, err, v)
		}
		for turn, steps := range c.Results {
			for step, results := range steps {
				if len(results) != len(examined.Results[turn][step]) {
					t.Errorf("%s: turn %d, step %d: %d results, want %d", c.ID, turn, step, len(examined.Results[turn][step]), len(results))
					continue
				}
				for i, want := range results {
					texts++
					if have := examined.Results[turn][step][i]; sameResult(t, have, want) {
						equal++
					} else {
						t.Errorf("%s: %s\nhave %s\nwant %s", c.ID, c.Calls[turn][step][i], have, want)
					}
				}
			}
		}
	}
	t.Logf("%d of %d result texts", equal, texts)
}

// sameVerdict compares attributes whatever their order: the published ones are
// sorted.
func sameVerdict(have, want ConversationVerdict) bool {
	return have.Valid == want.Valid && have.ErrorType == want.ErrorType && have.Turn == want.Turn && have.StateClass == want.StateClass &&
		slices.Equal(slices.Sorted(slices.Values(have.StateAttributes)), slices.Sorted(slices.Values(want.StateAttributes)))
}

// sameResult compares a result text with a published one, of which long ones are
// given by their hash and those that differ from run to run not at all.
func sameResult(t *testing.T, have string, want json.RawMessage) bool {
	var text string
	if json.Unmarshal(want, &text) == nil {
		return have == text
	}
	var shape struct {
		Length           int `json:"len"`
		SHA256           string
		Nondeterministic bool
	}
	if err := json.Unmarshal(want, &shape); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(have))
	return shape.Nondeterministic || shape.Length == utf8.RuneCountInString(have) && shape.SHA256 == hex.EncodeToString(sum[:])
}

// Whole verdicts: the ground truths played as a model's conversations, so that
// every turn is executed twice and compared. conv/s is over all processors used.
func BenchmarkConversations(b *testing.B) {
	data := officialData(b)
	for _, kind := range []struct {
		name       string
		categories []string
	}{
		{"short", []string{"multi_turn_base", "multi_turn_miss_func", "multi_turn_miss_param"}},
		{"long", []string{"multi_turn_long_context"}},
	} {
		b.Run(kind.name, func(b *testing.B) {
			judge := NewConversationJudge(data, verdictDay)
			var all []Conversation
			for _, category := range kind.categories {
				entries, err := data.Entries(category)
				if err != nil {
					b.Fatal(err)
				}
				for _, entry := range entries {
					answers, err := entry.ExpectedCalls()
					if err != nil {
						b.Fatal(err)
					}
					all = append(all, Conversation{Entry: entry, Model: "model", Steps: asSteps(answers, false)})
				}
			}
			for _, c := range all { // what is read and prepared once
				if _, err := judge.Judge(c); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportAllocs()
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for i := 0; pb.Next(); i++ {
					if v, err := judge.Judge(all[i%len(all)]); err != nil || !v.Valid {
						b.Error(v, err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "conv/s")
		})
	}
}

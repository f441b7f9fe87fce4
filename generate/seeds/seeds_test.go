package seeds

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/internal/dedup"
)

// readAll reads a text as a seed file.
func readAll(text string, limit int) (seeds []Seed, summary FileSummary, err error) {
	summary.Kinds = map[Kind]int{}
	for seed, err := range Read(strings.NewReader(text), "x", limit, &summary) {
		if err != nil {
			return seeds, summary, err
		}
		seeds = append(seeds, seed)
	}
	return seeds, summary, nil
}

func TestForms(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []Seed
	}{
		"glaive": {
			`[{"system": "SYSTEM: Use these functions -\n{\n \"name\": \"find_bakery\",\n \"parameters\": {\"name\": {\"type\": \"string\"}}\n}\n{\"name\": \"open}hours\"}", ` +
				`"chat": "USER: Where can I buy\nrye bread?\n\n\nASSISTANT: Let me look. <functioncall> {\"name\": \"find_bakery\", \"arguments\": '{\"bread\": {\"kind\": \"rye\"}}'} <|endoftext|>\n\n\nFUNCTION RESPONSE: {\"bakery\": \"Korn\"}\n\n\nASSISTANT: At Korn. <|endoftext|> USER: Thanks! <|endoftext|>"},` +
				`{"system": "SYSTEM: You are helpful.", "chat": "USER: Hi <|endoftext|>"}]`,
			[]Seed{
				{ID: "#0", Kind: KindGlaive, Request: "Where can I buy rye bread?\nThanks!", Functions: []string{"find_bakery", "open}hours"},
					Text: "User: Where can I buy rye bread?\nAssistant: Let me look.\nCall: find_bakery {\"bread\": {\"kind\": \"rye\"}}\nResult: {\"bakery\": \"Korn\"}\nAssistant: At Korn.\nUser: Thanks!"},
				{ID: "#1", Kind: KindGlaive, Request: "Hi", Text: "User: Hi", Functions: []string{}},
			},
		},
		"glaive as LLaMA-Factory has it": {
			`[{"conversations": [{"from": "human", "value": "Tea or coffee?"}, {"from": "function_call", "value": "{\"name\": \"pick\", \"arguments\": {\"n\": 2}}"},
			{"from": "observation", "value": "tea"}, {"from": "gpt", "value": "Tea."}], "tools": "[{\"name\": \"pick\"}, {\"type\": \"function\", \"function\": {\"name\": \"brew\"}}]"},
			{"conversations": [{"from": "human", "value": "Hello"}], "tools": "[]"}]`,
			[]Seed{
				{ID: "#0", Kind: KindConverted, Request: "Tea or coffee?", Functions: []string{"pick", "brew"}, Text: "User: Tea or coffee?\nCall: pick {\"n\": 2}\nResult: tea\nAssistant: Tea."},
				{ID: "#1", Kind: KindConverted, Request: "Hello", Text: "User: Hello", Functions: []string{}},
			},
		},
		"ToolBench queries": {
			`[{"query_id": 3, "query": "Where is  my parcel?", "api_list": [{"tool_name": "Post", "api_name": "track parcel"}, {"tool_name": "Post", "api_name": "/rates/:id"}], "relevant APIs": [["Post", "track parcel"]]}]`,
			[]Seed{{ID: "#0", Kind: KindToolBench, Request: "Where is my parcel?", Text: "Where is my parcel?", Functions: []string{"track parcel", "/rates/:id"}}},
		},
		"a ToolBench answer": {
			"{\n \"win\": true,\n \"tree\": {\"children\": [{\"children\": []}]},\n \"answer_generation\": {\"query\": \"Who won?\", \"function\": [{\"name\": \"results_for_cup\"}, {\"name\": \"Finish\"}],\n" +
				` "final_answer": "{\"return_type\": \"give_answer\", \"final_answer\": \"The reds.\"}"}}`,
			[]Seed{{ID: "#0", Kind: KindAnswer, Request: "Who won?", Text: "User: Who won?\nAssistant: The reds.", Functions: []string{"results_for_cup"}}},
		},
		"ToolLLaMA": {
			`[{"id": "Step 2", "conversations": [{"from": "system", "value": "You have access to the following APIs: [{'name': 'rates_for_bank', 'parameters': {'name': {'type': 'string'}}}, {'name': 'Finish'}]"},
			{"from": "user", "value": "\nIs the euro up?\nBegin!\n"}, {"from": "assistant", "value": "\nThought: I ask the bank.\nAction: rates_for_bank\nAction Input: {\n \"currency\": \"EUR\"\n}"},
			{"from": "function", "value": "{\"rate\": 1}"}, {"from": "assistant", "value": "Thought: Done.\nAction: Finish\nAction Input: {\"return_type\": \"give_answer\", \"final_answer\": \"No.\"}"}]}]`,
			[]Seed{{ID: "#0", Kind: KindToolLLaMA, Request: "Is the euro up?", Functions: []string{"rates_for_bank"},
				Text: "User: Is the euro up?\nAssistant: I ask the bank.\nCall: rates_for_bank { \"currency\": \"EUR\" }\nResult: {\"rate\": 1}\nAssistant: Done.\nAssistant: No."}},
		},
		"ShareGPT, JSON Lines": {
			`{"id":"a","conversations":[{"from":"system","value":"Be brief."},{"from":"human","value":"One"},{"from":"gpt","value":"1"}]}` + "\r\n\n" +
				`{"conversations":[{"from":"gpt","value":"Nobody asked."}]}` + "\n" +
				`{"conversations":[{"from":"HUMAN","value":"Two"}]}`,
			[]Seed{
				{ID: "#0", Kind: KindShareGPT, Request: "One", Text: "User: One\nAssistant: 1", Functions: []string{}},
				{ID: "#2", Kind: KindShareGPT, Request: "Two", Text: "User: Two", Functions: []string{}},
			},
		},
		"OpenAI messages": {
			`{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"Look:"},{"type":"image_url"},{"type":"text","text":"a cat"}]},
			{"role":"assistant","content":null,"tool_calls":[{"id":"1","function":{"name":"name_cat","arguments":"{\"n\":1}"}}]},
			{"role":"tool","content":"Tom"},{"role":"assistant","content":"Tom.","function_call":{"name":"feed","arguments":{"cat":"Tom"}}}],"tools":[{"type":"function","function":{"name":"walk"}}]}`,
			[]Seed{{ID: "#0", Kind: KindOpenAI, Request: "Look: a cat", Functions: []string{"walk", "name_cat", "feed"},
				Text: "User: Look: a cat\nCall: name_cat {\"n\":1}\nResult: Tom\nAssistant: Tom.\nCall: feed {\"cat\":\"Tom\"}"}},
		},
		"lines": {
			"\ufeffPlan a trip\r\n\n  [urgent] fix\ta bike  \n{name} wants bread\n\"Quoted\" line",
			[]Seed{
				{ID: "#0", Kind: KindList, Request: "Plan a trip", Text: "Plan a trip", Functions: []string{}},
				{ID: "#1", Kind: KindList, Request: "[urgent] fix a bike", Text: "[urgent] fix a bike", Functions: []string{}},
				{ID: "#2", Kind: KindList, Request: "{name} wants bread", Text: "{name} wants bread", Functions: []string{}},
				{ID: "#3", Kind: KindList, Request: `"Quoted" line`, Text: `"Quoted" line`, Functions: []string{}},
			},
		},
		"lines that look like JSON at first": {
			"[urgent] fix a bike\n{name} wants bread",
			[]Seed{
				{ID: "#0", Kind: KindList, Request: "[urgent] fix a bike", Text: "[urgent] fix a bike", Functions: []string{}},
				{ID: "#1", Kind: KindList, Request: "{name} wants bread", Text: "{name} wants bread", Functions: []string{}},
			},
		},
		"a list of texts": {
			" [\n\"a \\u0001b\\u202e\", \"\", \"c\\\"]\"\n]\n",
			[]Seed{{ID: "#0", Kind: KindList, Request: "a b", Text: "a b", Functions: []string{}}, {ID: "#2", Kind: KindList, Request: `c"]`, Text: `c"]`, Functions: []string{}}},
		},
		"texts one a line": {
			"\"a\"\n\"b\"\n",
			[]Seed{{ID: "#0", Kind: KindList, Request: "a", Text: "a", Functions: []string{}}, {ID: "#1", Kind: KindList, Request: "b", Text: "b", Functions: []string{}}},
		},
		"an empty list": {"[ ]", nil},
	} {
		have, summary, err := readAll(test.text, 2000)
		if diff := cmp.Diff(test.want, have); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
		if summary.Items-summary.Silent != len(have) {
			t.Errorf("%s: %+v, %d seeds", name, summary, len(have))
		}
	}
}

func TestErrors(t *testing.T) {
	for text, want := range map[string]string{
		"[\"a\",\n\"b\"":                       "x:2: the file ends inside its array",
		"[\"a\"\n\n\"b\"]":                     `x:3: want a comma or the end of the array, have '"'`,
		"[\"a\",\n]":                           "x:2: want an element after the comma",
		"[\"a\"]\n\n,":                         "x:3: want nothing after the array, have ','",
		"[\"a\",\n\n{\"query\":\n":             "x:3: item 1 begins here and does not end",
		"[\"a\",\n{\"query\":\n\"b\nc\"}]":     "x:3: a text is not closed before the end of the line",
		"[\"a\",\n{\"query\":\n\"b\" 1}]":      "x:3: item 1: invalid character '1'",
		"[1]":                                  "x:1: want an object or a text, have '1'",
		"[[\"a\"]]":                            "x:1: item 0: want an object or a text, have a list",
		"{\"query\":\"a\"}\n{\"quest\": 1}":    "x:2: item 1: no known form of seed: its members are quest; wanted is a text or an object with chat (glaive)",
		`{"chat": 7}`:                          "no known form of seed: its members are chat",
		`{"conversations": ["a"]}`:             "conversations: want a list of turns, each with its role as a text; have a string",
		`{"messages": [{"role": 1}]}`:          "messages: want a list of turns, each with its role as a text; have a number",
		"{\"query\":\"a\\ud800\\q\"}":          "x:1: item 0: invalid character 'q'",
		`{"a":` + strings.Repeat("[", 2000):    "x:1: nested deeper than 1000 levels",
		strings.Repeat("a", MaxLine+1):         "x:1: line longer than 1048576 bytes",
		`["` + strings.Repeat("a", MaxItem):    "x:1: item 0 is longer than 16777216 bytes",
		"a\n\x1f\x8b\x00":                      "x:2: neither JSON nor text in UTF-8: is the file compressed?",
		`{"query":"a"}` + "\n" + `{"query":"b`: "x:2: item 1 begins here and does not end",
	} {
		_, _, err := readAll(text, 2000)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %.300v\nwant %s", text, err, want)
		}
	}
}

// TestBounds: whatever an item holds, its seed stays small, and says that it was
// cut.
func TestBounds(t *testing.T) {
	long := strings.Repeat("wörd ", 5000)
	var names []string
	for i := range 100 {
		names = append(names, fmt.Sprintf(`{"name":"f%d"}`, i))
	}
	names = append(names, `{"name":"`+strings.Repeat("n", 200)+`"}`)
	turns := strings.Repeat(fmt.Sprintf(`{"from":"human","value":%q},{"from":"gpt","value":%q},`, long, long), 20)
	text := fmt.Sprintf(`[%q, {"query":%q,"api_list":[]}, {"conversations":[%s{"from":"human","value":"end"}],"tools":[%s]}]`, long, long, turns, strings.Join(names, ","))
	for _, limit := range []int{minTextLimit, 501, 2000} {
		seeds, _, err := readAll(text, limit)
		if err != nil || len(seeds) != 3 {
			t.Fatal(len(seeds), err)
		}
		for _, seed := range seeds {
			if len(seed.Text) > limit || len(seed.Request) > limit || len(seed.Text) < limit/2 || !strings.HasSuffix(seed.Text, ellipsis) || !strings.HasSuffix(seed.Request, ellipsis) {
				t.Errorf("limit %d: %s has %d and %d bytes: %q", limit, seed.Kind, len(seed.Text), len(seed.Request), seed.Text)
			}
		}
		if len(seeds[2].Functions) != MaxFunctions {
			t.Errorf("%d functions", len(seeds[2].Functions))
		}
	}
}

func write(t testing.TB, folder, name, text string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func collect(t testing.TB, s *Set) (seeds []Seed) {
	t.Helper()
	for seed, err := range s.All(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		seeds = append(seeds, seed)
	}
	return seeds
}

func TestSet(t *testing.T) {
	folder := t.TempDir()
	write(t, folder, "one/LICENSE.txt", "\n  Apache License\n  Version 2.0, January 2004\n")
	first := write(t, folder, "one/data.txt", "Convert 500 dollars to euro for my trip to the coast\nConvert 99 dollars to euro for my trip to the coast\nBook a table\n")
	second := write(t, folder, "two/data.txt", "convert 500 DOLLARS to euro for my trip to the lovely coast\nBook a table!\nFeed the cat\n")
	s, err := Open([]string{first, second}, Options{Near: &dedup.Options{Threshold: 0.6, ShingleWords: 2, BlankDigits: true}})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, seed := range collect(t, s) {
		ids = append(ids, seed.ID+" "+seed.Licence)
	}
	want := []string{"one/data.txt#0 Apache-2.0 (LICENSE.txt)", "one/data.txt#2 Apache-2.0 (LICENSE.txt)", "two/data.txt#2 "}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Error(diff)
	}
	wantSummary := Summary{
		Files: []FileSummary{
			{Name: "one/data.txt", Licence: "Apache-2.0 (LICENSE.txt)", Items: 3, Kinds: map[Kind]int{KindList: 3}},
			{Name: "two/data.txt", Items: 3, Kinds: map[Kind]int{KindList: 3}},
		},
		Duplicates: 2, NearDuplicates: 1, Seeds: 3,
	}
	if diff := cmp.Diff(wantSummary, s.Summary()); diff != "" {
		t.Error(diff)
	}
	if text := s.Summary().Files[0].String(); text != "one/data.txt: 3 items (3 list), Apache-2.0 (LICENSE.txt)" {
		t.Error(text)
	}
	everything, err := Open([]string{first, second}, Options{KeepDuplicates: true})
	if err != nil {
		t.Fatal(err)
	}
	if seeds := collect(t, everything); len(seeds) != 6 {
		t.Errorf("%d seeds", len(seeds))
	}
}

func TestOpenErrors(t *testing.T) {
	folder := t.TempDir()
	path := write(t, folder, "a.txt", "a")
	for want, test := range map[string]struct {
		paths []string
		o     Options
	}{
		"no seed file is named":  {nil, Options{}},
		"no such file":           {[]string{filepath.Join(folder, "b")}, Options{}},
		"it is a folder":         {[]string{folder}, Options{}},
		"is named twice":         {[]string{path, path}, Options{}},
		"named twice":            {[]string{path, filepath.Join(folder, ".") + "/./a.txt"}, Options{}},
		"at least 100 bytes":     {[]string{path}, Options{TextLimit: 7}},
		"threshold of near-dupl": {[]string{path}, Options{Near: &dedup.Options{Threshold: 2}}},
	} {
		if _, err := Open(test.paths, test.o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %s", test.paths, err, want)
		}
	}
	empty, err := Open([]string{write(t, folder, "empty.json", " \n")}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range empty.All(context.Background()) {
		if err == nil || !strings.Contains(err.Error(), "no seed is in ") {
			t.Error(err)
		}
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	s, _ := Open([]string{path}, Options{})
	if _, err := s.Sample(cancelled, 3, 1); err != context.Canceled {
		t.Error(err)
	}
}

// TestSample: the same for the same seed, a larger one begins with the smaller,
// and a file that grows leaves most of it.
func TestSample(t *testing.T) {
	var lines []string
	for i := range 600 {
		lines = append(lines, fmt.Sprintf("request %c%c about thing %s", 'a'+i%26, 'a'+i/26, strings.Repeat("x", i)))
	}
	folder := t.TempDir()
	ids := func(lines []string, n int, master uint64) (ids []string) {
		s, err := Open([]string{write(t, folder, "lines.txt", strings.Join(lines, "\n"))}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		sample, err := s.Sample(context.Background(), n, master)
		if err != nil {
			t.Fatal(err)
		}
		for _, seed := range sample {
			ids = append(ids, seed.ID)
		}
		return ids
	}
	large := ids(lines[:500], 200, 1)
	if len(large) != 200 || len(ids(lines[:500], 0, 1)) != 0 || len(ids(lines[:500], 1000, 1)) != 500 {
		t.Fatal("the samples have wrong sizes")
	}
	for _, n := range []int{1, 7, 50, 199} {
		if small := ids(lines[:500], n, 1); !slices.Equal(small, large[:n]) {
			t.Errorf("the sample of %d is not the beginning of the larger one", n)
		}
	}
	kept := 0
	for _, id := range ids(lines, 200, 1) {
		if slices.Contains(large, id) {
			kept++
		}
	}
	if kept < 150 { // 500 of 600 are expected to keep 5 in 6
		t.Errorf("%d of 200 are left after the file grew by a fifth", kept)
	}
	if other := ids(lines[:500], 200, 2); slices.Equal(other, large) {
		t.Error("the master seed does not matter")
	}
}

func TestObjectsIn(t *testing.T) {
	text := `a } "b" {"name": "f", "description": "say \"}\" or {"} and {"name": "g", "p": {"q": {}}} {"open": {`
	want := []string{`{"name": "f", "description": "say \"}\" or {"}`, `{"name": "g", "p": {"q": {}}}`}
	if diff := cmp.Diff(want, objectsIn(text)); diff != "" {
		t.Error(diff)
	}
}

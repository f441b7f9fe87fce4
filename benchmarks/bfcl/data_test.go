package bfcl

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/internal/python"
)

// folderOf writes files, by their paths with slashes, into a new folder.
func folderOf(t testing.TB, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

const tinyQuestion = `{"id": "irrelevance_0", "question": [[{"role": "user", "content": "?"}]], "function": []}`

// The data is found in its own folder and in checkouts of both layouts, under the
// names of both versions.
func TestLayouts(t *testing.T) {
	for _, inner := range []string{"", "bfcl_eval/data/", "data/", "berkeley-function-call-leaderboard/bfcl_eval/data/", "berkeley-function-call-leaderboard/data/"} {
		for _, version := range []string{"4", "3"} {
			data, err := Load(folderOf(t, map[string]string{inner + "BFCL_v" + version + "_irrelevance.json": tinyQuestion + "\n"}))
			if err != nil {
				t.Fatal(err)
			}
			entries, err := data.Entries("irrelevance")
			if err != nil || len(entries) != 1 || data.Version() != version || len(data.Warnings()) != 1 {
				t.Errorf("%q: %v %v %v", inner, entries, err, data.Warnings())
			}
			if turns, err := entries[0].Turns(); err != nil || turns[0][0] != (Message{"user", "?"}) {
				t.Errorf("%v %v", turns, err)
			}
		}
	}
	older, err := Load(folderOf(t, map[string]string{
		"BFCL_v3_java.json": `{"id": "java_0", "question": [], "function": []}`, "possible_answer/BFCL_v3_java.json": `{"id": "java_0", "ground_truth": []}`,
	}))
	if err != nil {
		t.Fatal(err)
	}
	if e, err := older.Entry("java_0"); err != nil || e.Category.Language != Java {
		t.Errorf("%v %v", e, err)
	}
}

// Errors say which file and line.
func TestDataErrors(t *testing.T) {
	for _, test := range []struct {
		files map[string]string
		id    string
		want  string
	}{
		{map[string]string{"BFCL_v4_irrelevance.json": tinyQuestion + "\n" + tinyQuestion}, "irrelevance_0", `BFCL_v4_irrelevance.json:2: the id "irrelevance_0" stands twice`},
		{map[string]string{"BFCL_v4_irrelevance.json": "\n{\"ID\": 1}"}, "irrelevance_0", `BFCL_v4_irrelevance.json:2: the member "id" is no text`},
		{map[string]string{"BFCL_v4_irrelevance.json": "[]"}, "irrelevance_0", `want a JSON object, have list`},
		{map[string]string{"BFCL_v4_irrelevance.json": tinyQuestion + "{"}, "irrelevance_0", `:1: the line is no JSON: JSONDecodeError: Extra data`},
		{map[string]string{"BFCL_v4_irrelevance.json": tinyQuestion}, "irrelevance_7", `the category irrelevance has no entry "irrelevance_7"`},
		{map[string]string{"BFCL_v4_irrelevance.json": tinyQuestion}, "nonsense_7", `the id "nonsense_7" belongs to no category`},
		{map[string]string{"BFCL_v4_irrelevance.json": tinyQuestion}, "parallel_7", `BFCL_v4_parallel.json is missing`},
		{map[string]string{"BFCL_v4_parallel.json": `{"id": "parallel_0"}`, "possible_answer/BFCL_v4_parallel.json": ""}, "parallel_0", `possible_answer/BFCL_v4_parallel.json holds no such entry`},
	} {
		data, err := Load(folderOf(t, test.files))
		if err != nil {
			t.Fatal(err)
		}
		entry, err := data.Entry(test.id)
		if err == nil {
			_, err = entry.Functions()
		}
		if err == nil {
			_, err = entry.AllowedCalls()
		}
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("have %v, want %q", err, test.want)
		}
	}
	for folder, want := range map[string]string{t.TempDir(): "holds no BFCL_v4_*.json", filepath.Join(t.TempDir(), "no[where"): "is no folder"} {
		if _, err := Load(folder); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("have %v, want %q", err, want)
		}
	}
}

func TestIDs(t *testing.T) {
	for id, want := range map[string]string{
		"simple_python_0": "simple_python", "live_multiple_12-4-0": "live_multiple", "memory_kv_0-customer-0": "memory_kv", "simple_3": "simple_python",
		"format_sensitivity_7:ret_fmt=json&tool_call_tag=True:live_simple_3-1-0": "format_sensitivity", "x": "x", "": "",
	} {
		if have := CategoryOf(id); have != want {
			t.Errorf("%q: have %q, want %q", id, have, want)
		}
	}
	if len(FormatConfigurations()) != 26 || FormatConfigurations()[4] != "ret_fmt=python&tool_call_tag=False&func_doc_fmt=xml&prompt_fmt=plaintext&style=classic" {
		t.Errorf("%q", FormatConfigurations())
	}
	total := 0
	for _, c := range InGroup("all") {
		total += c.Entries
	}
	if total != 400+100+50+3*200+240+258+1053+16+24+884+16+800+3*155+200 {
		t.Error(total)
	}
}

// The published data is what the table says; memory and web search have one file
// for several categories.
func TestPublishedData(t *testing.T) {
	data := officialData(t)
	for _, c := range Categories() {
		entries, err := data.Entries(c.Name)
		if err != nil || len(entries) != c.Entries {
			t.Fatalf("%s: %d entries, %v", c.Name, len(entries), err)
		}
		for _, e := range entries {
			if CategoryOf(e.ID) != c.Name {
				t.Fatalf("%s is in %s", e.ID, c.Name)
			}
			if c.Checker == CheckCalls {
				if _, err := e.judge(); err != nil {
					t.Error(err)
				}
			}
		}
	}
	formats, err := data.FormatEntries()
	if err != nil || len(formats) != 5200 || formats[27].Original != formats[26].Original {
		t.Errorf("%d formats, %v", len(formats), err)
	}
	for scenario, count := range map[string]int{"student": 10, "customer": 10, "healthcare": 5, "finance": 7, "notetaker": 5} {
		prerequisites, err := data.Prerequisites("memory_kv", scenario)
		if err != nil || len(prerequisites) != count || !strings.HasPrefix(prerequisites[0].ID, "memory_kv_prereq_") {
			t.Errorf("%s: %d prerequisites, %v", scenario, len(prerequisites), err)
		}
	}
	memory, err := data.Entry("memory_rec_sum_3-customer-3")
	if err != nil {
		t.Fatal(err)
	}
	if classes, err := memory.InvolvedClasses(); err != nil || !cmp.Equal(classes, []string{"MemoryAPI_rec_sum"}) {
		t.Errorf("%q %v", classes, err)
	}
	if warnings := data.Warnings(); len(warnings) > 0 || data.Changed() != "" {
		t.Error(warnings)
	}
}

// Upstream's own source file is read as literals; nothing in it is run.
func TestLongContextConstants(t *testing.T) {
	const source = `# a comment with ' and (
import os
A = [1, "x", ...]  # rest
B = (
    "one "
    'two'
)
C: dict = {
    "k": """three
= 3""",
}
os.system("rm")
D = os.environ
def f(x=1):
    E = 5
`
	folder := folderOf(t, map[string]string{"bfcl_eval/data/BFCL_v4_irrelevance.json": tinyQuestion, "bfcl_eval/" + constantsSource: source})
	fromSource, err := Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	constants, err := fromSource.LongContextConstants()
	if err != nil {
		t.Fatal(err)
	}
	if have, want := repr(t, constants), `{'A': [1, 'x', Ellipsis], 'B': 'one two', 'C': {'k': 'three\n= 3'}}`; have != want {
		t.Errorf("have %s\nwant %s", have, want)
	}
	derived, err := Load(folderOf(t, map[string]string{"BFCL_v4_irrelevance.json": tinyQuestion, constantsFile: `{"A": [{"$python": "Ellipsis"}]}`}))
	if err != nil {
		t.Fatal(err)
	}
	if constants, err = derived.LongContextConstants(); err != nil || repr(t, constants) != "{'A': [Ellipsis]}" {
		t.Errorf("%v %v", constants, err)
	}
	neither, err := Load(folderOf(t, map[string]string{"BFCL_v4_irrelevance.json": tinyQuestion}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := neither.LongContextConstants(); err == nil || !strings.Contains(err.Error(), "long_context_constants.json") {
		t.Error(err)
	}
}

func TestFormats(t *testing.T) {
	configuration := func(form, tag string) string {
		return "ret_fmt=" + form + "&tool_call_tag=" + tag + "&func_doc_fmt=json&prompt_fmt=plaintext&style=classic"
	}
	for _, test := range []struct{ form, tag, text, want string }{
		{"python", "False", "f(a=1)", "[{'f': {'a': 1}}]"},
		{"python", "True", "So: <TOOLCALL>\n[f(a=1)]\n</TOOLCALL> done", "[{'f': {'a': 1}}]"},
		{"python", "True", "[f(a=1)]", ""},
		{"json", "False", `[{"function": "f", "parameters": {"a": 1}}, 5]`, "[{'f': {'a': 1}}]"},
		{"json", "False", `{"function": "f", "parameters": {"a": 1}}`, "[{'f': {'a': 1}}]"},
		{"json", "False", "no call", "[]"},
		{"json", "False", `[{"function": "f"}]`, ""},
		{"json", "True", `<TOOLCALL>[{"function": "f", "parameters": {}}]</TOOLCALL>`, "[{'f': {}}]"},
		{"verbose_xml", "False", `<functions><function name="f"><params><param name="a" value="1" type="integer"/><param name="b" value="[1, 'x']" type="array"/></params></function></functions>`, "[{'f': {'a': 1, 'b': [1, 'x']}}]"},
		{"concise_xml", "False", `<functions><function name="f"><param name="a" type="float"> 1.5 </param><param name="b" type="boolean">TRUE</param><param name="c" type="null">x</param><param name="d" type="string">a &amp; b</param></function></functions>`, "[{'f': {'a': 1.5, 'b': True, 'c': None, 'd': 'a & b'}}]"},
		{"concise_xml", "False", `<functions><function name="f"><param name="a" type="integer">x</param></function></functions>`, ""},
		{"concise_xml", "False", `<functions><function name="f">`, ""},
		{"concise_xml", "False", `<functions><function></functions>`, ""},
	} {
		decoded, err := DecodeFormatted(configuration(test.form, test.tag), test.text)
		have := ""
		if err == nil {
			have = repr(t, decoded)
		}
		if have != test.want {
			t.Errorf("%s %s %q: have %s %v, want %s", test.form, test.tag, test.text, have, err, test.want)
		}
	}
}

func TestHoldsAnswer(t *testing.T) {
	for _, test := range []struct {
		message python.Value
		answer  string
		want    bool
	}{
		{"It is Seattle.", "seattle", true},
		{"{'answer': 'New-York (NY)'}", "newyork ny", true},
		{"1,234 people", "1234", true},
		{"12345", "1234", false},
		{"x é", "é", true},
		{"xé", "é", false},
		{"it costs $5", "$5", false}, // a boundary before a sign needs a letter before it
		{python.NewList("Rex", "x"), "rex", true},
		{python.NewInt(42), "42", true},
		{"it's", `it"s`, true},
		{"", "", false},
	} {
		if have := HoldsAnswer(test.message, []string{"nothing else", test.answer}); have != test.want {
			t.Errorf("%v holds %q: have %v", test.message, test.answer, have)
		}
	}
}

package reports

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/render"
)

// found lists what readForeign hands over, one a line.
func found(t testing.TB, text string) (string, error) {
	t.Helper()
	var out strings.Builder
	err := readForeign(context.Background(), "x.json", strings.NewReader(text), foreign{
		text: func(line int, text string, request bool) {
			kind := "text"
			if request {
				kind = "request"
			}
			fmt.Fprintf(&out, "%d %s %s\n", line, kind, text)
		},
		function: func(line int, name string, parameters []string) {
			fmt.Fprintf(&out, "%d function %s(%s)\n", line, name, strings.Join(parameters, " "))
		},
	})
	return out.String(), err
}

func TestForeignShapes(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"nested questions of roles": {
			`{"id":"a1","question":[[{"role":"system","content":"Be brief."},{"role":"user","content":"Where is it?"}]],"function":[{"name":"geo.find","description":"Finds.","parameters":{"type":"dict","properties":{"place":{"type":"string","description":"Name of it."}},"required":["place"]}}]}` + "\n" +
				`{"id":"a2","question":[[{"role":"user","content":"And this?"}]]}`,
			"1 function geo.find(place)\n1 text Finds.\n1 text geo.find\n1 text Name of it.\n1 text string\n1 text place\n1 text dict\n1 text a1\n" +
				"1 text Be brief.\n1 text system\n1 request Where is it?\n1 text user\n2 text a2\n2 request And this?\n2 text user\n",
		},
		"chat messages with parts":    {`{"messages":[{"role":"user","content":[{"type":"text","text":"Look here"},{"type":"image_url","image_url":"x"}]}]}`, "1 request Look here\n1 text x\n1 text image_url\n1 text user\n"},
		"turns from and value":        {`[{"conversations":[{"from":"human","value":"Book it"},{"from":"gpt","value":"Done"}]}]`, "1 text human\n1 request Book it\n1 text gpt\n1 text Done\n"},
		"members with telling names":  {`{"Query":"Find a bus","answer":"No bus"}`, "1 request Find a bus\n1 text No bus\n"},
		"functions with input lists":  {`{"tools":[{"name":"OCR","inputs":[{"type":"image","name":"image"},{"type":"text","name":"language"}]}]}`, "1 function OCR(image language)\n1 text image\n1 text image\n1 text language\n1 text text\n1 text OCR\n"},
		"JSON inside of strings":      {`{"tools":"[{\"name\": \"f\", \"parameters\": {\"properties\": {\"a\": {}}}}]"}`, "1 function f(a)\n1 text f\n"},
		"a parameter called query":    {`{"name":"search","parameters":{"query":{"type":"string"}}}`, "1 function search(query)\n1 text search\n1 text string\n"},
		"a schema without parameters": {`{"name":"now","parameters":{"type":"object"}}`, "1 function now()\n1 text now\n1 text object\n"},
		"lines of a long array":       {"\ufeff\n[\n {\"query\": \"first\"},\n\n {\"query\":\n \"second\"}\n]\n", "3 request first\n5 request second\n"},
		"several documents":           {"{\"query\":\"a\"}\n\n{\"query\":\"b\"} {\"query\":\"c\"}\n", "1 request a\n3 request b\n3 request c\n"},
		"scalars":                     {`1 true null "x"`, "1 text x\n"},
		"nothing":                     {" \n ", ""},
	} {
		got, err := found(t, c.text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +have):\n%s", name, diff)
		}
	}
}

func TestForeignFaults(t *testing.T) {
	for text, want := range map[string]string{
		"{\"a\":1}\n{\"a\":":          "reading x.json:2: the JSON is cut off",
		"[{\"a\":1},\n{\"a\":1}\n":    "reading x.json:3: the JSON is cut off",
		"{\"a\":1}\n\n{a}":            "reading x.json:3: invalid character",
		"{\"a\":\"\xff\"}":            "reading x.json:1: the text is not valid UTF-8",
		"[1,\n":                       "reading x.json:2: the JSON is cut off",
		"[1,2":                        "cut off",
		strings.Repeat("[", 20000):    "reading x.json:1: ",
		"plain text, no JSON at all.": "reading x.json:1: invalid character",
	} {
		_, err := found(t, text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: %v, want %q", text, err, want)
		}
	}
}

// endless is a string that never ends.
type endless struct{ begun bool }

func (e *endless) Read(into []byte) (int, error) {
	for i := range into {
		into[i] = 'a'
	}
	if !e.begun {
		e.begun, into[0] = true, '"'
	}
	return len(into), nil
}

func TestForeignValueWithoutEnd(t *testing.T) {
	err := readForeign(context.Background(), "x.json", &endless{}, foreign{text: func(int, string, bool) {}, function: func(int, string, []string) {}, limit: 2 << 20})
	if err == nil || !strings.Contains(err.Error(), "longer than 2 MB") {
		t.Errorf("error %v", err)
	}
}

// against writes a benchmark's file and a dataset, and audits one against the other.
func against(t *testing.T, benchmark string, o AuditOptions, records ...*button.Record) (*AuditReport, string) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "bench")
	if err := os.MkdirAll(filepath.Join(folder, ".hidden"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"tasks.jsonl": benchmark, "notes.txt": "not JSON", ".hidden/x.json": "{"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	o.Against = []string{folder}
	return audited(t, writeRecords(t, records...), o), filepath.Join(folder, "tasks.jsonl")
}

func asking(id, text, function string) *button.Record {
	return &button.Record{
		ID: id, Tools: []button.Tool{{Name: function, Parameters: []byte(`{"type":"object","properties":{"city":{},"dayOf":{}}}`)}},
		Messages: []button.Message{{Role: button.RoleUser, Content: text}, {Role: button.RoleAssistant, ToolCalls: []button.Call{{ID: "1", Name: function}}}},
	}
}

func TestOverlapIsFound(t *testing.T) {
	const task = "Could you find me the cheapest direct train from Velden to Marchwell on Friday and book two seats by the window"
	report, file := against(t,
		`{"query":"Is the library in Thornwick open late on Sundays, and may I bring my dog?"}`+"\n"+
			`{"question":[{"role":"user","content":"`+task+`?"}],"function":[{"name":"get-weather","parameters":{"properties":{"day_of":{},"City":{}}}},{"name":"openHours","parameters":{}}]}`+"\n",
		AuditOptions{},
		asking("whole", "COULD you find me the cheapest direct train from Velden to Marchwell on Friday, and book two seats by the window!", "getWeather"),
		asking("copied", "Hello there! \x1b[31m Find me the cheapest direct train from Velden to Marchwell on Friday and book it, then call my sister about the rest of our long journey", "open_hours"),
		asking("near", "Is the library in Thornwick open late on Sundays, and may I bring my cat?", "plan_trip"),
		asking("free", "Please move my appointment with the vet to next Tuesday morning, if that is at all possible.", "plan_trip"),
	)
	counts := map[string]int{}
	for _, one := range report.overlaps.measures {
		counts[one.name] = one.records
	}
	if diff := cmp.Diff(map[string]int{overlapWhole: 1, overlapCopied: 3, overlapNear: 2, overlapNames: 2, overlapSchemas: 1}, counts); diff != "" {
		t.Errorf("(-want +have):\n%s", diff)
	}
	var pairs []string
	for _, one := range report.overlaps.pairs {
		pairs = append(pairs, fmt.Sprintf("%s:%d %s %s %d %.2f %.40s", one.record, one.line, one.measure, strings.TrimPrefix(report.against.where(one.at), file), one.words, one.similarity, one.span))
	}
	want := []string{
		"whole:1 same_requests :2 21 1.00 could you find me the cheapest direct tr",
		"copied:2 copied_words :2 14 NaN find me the cheapest direct train from v",
		"near:3 copied_words :1 14 NaN is the library in thornwick open late on",
		"near:3 near_requests :1 0 0.86 is the library in thornwick open late on",
	}
	if diff := cmp.Diff(want, pairs); diff != "" {
		t.Errorf("pairs (-want +have):\n%s", diff)
	}
	if names := breached(report); strings.Join(names, " ") != "copied_words near_requests same_requests" {
		t.Errorf("above their limits: %v", names)
	}
	for _, table := range report.Tables() {
		for _, row := range table.Rows {
			for _, cell := range row {
				if strings.Contains(render.Visible(cell.Text), "\x1b") {
					t.Error("a span steers the terminal")
				}
			}
		}
	}
}

// Files without requests are compared by all their texts; limits and lengths are
// options.
func TestOverlapByAllTexts(t *testing.T) {
	record := asking("a", "one two three four five six seven eight nine ten", "f")
	report, _ := against(t, `{"answer":"zero one two three four five six"}`, AuditOptions{Ngram: 6, Limits: map[string]float64{overlapCopied: 1}}, record)
	if !report.against.files[0].all || report.overlaps.by[overlapCopied].records != 1 {
		t.Errorf("%+v, %d records", report.against.files[0], report.overlaps.by[overlapCopied].records)
	}
	if names := breached(report); len(names) > 0 {
		t.Errorf("above their limits: %v", names)
	}
	report, _ = against(t, `{"query":"something else is asked here","answer":"zero one two three four five six"}`, AuditOptions{Ngram: 6}, record)
	if report.overlaps.by[overlapCopied].records != 0 {
		t.Error("an answer counts as a request")
	}
	report, _ = against(t, `{"query":"something else is asked here","answer":"zero one two three four five six"}`, AuditOptions{Ngram: 6, AllTexts: true}, record)
	if report.overlaps.by[overlapCopied].records != 1 {
		t.Error("all texts were asked for")
	}
}

func TestForeignFilesRefuse(t *testing.T) {
	folder := t.TempDir()
	if _, err := foreignFiles([]string{filepath.Join(folder, "nowhere")}); err == nil {
		t.Error("a file that is not there passes")
	}
	if _, err := foreignFiles([]string{folder}); err == nil || !strings.Contains(err.Error(), "no .json") {
		t.Errorf("an empty folder: %v", err)
	}
}

// FuzzForeign reads files of strangers: an error or texts, never a panic.
func FuzzForeign(f *testing.F) {
	for _, text := range []string{
		`{"question":[[{"role":"user","content":"a"}]],"function":[{"name":"f","parameters":{"properties":{"x":{}}}}]}`,
		"[{\"from\":\"human\",\"value\":\"{\\\"a\\\":1}\"},\n]", "\ufeff[1]", `{"name":"f","inputs":[{"name":"x"},1]}`, "[[[[", "\n\n", `"\ud800"`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Count(text, "\n") + 1
		readForeign(context.Background(), "x.json", strings.NewReader(text), foreign{
			text: func(line int, _ string, _ bool) {
				if line < 1 || line > lines {
					t.Errorf("line %d of %d", line, lines)
				}
			},
			function: func(line int, name string, _ []string) {
				if name == "" || line < 1 || line > lines {
					t.Errorf("function %q in line %d of %d", name, line, lines)
				}
			},
		})
	})
}

package chattemplate

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/toolcall"
)

var update = flag.Bool("update", false, "rewrite golden files")

// fixtures are the records of testdata: ordinary ones, and what templates stumble over.
func fixtures(t testing.TB) map[string]*button.Record {
	t.Helper()
	file, err := os.Open("testdata/records.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records := map[string]*button.Record{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		record := &button.Record{}
		if err := json.Unmarshal(lines.Bytes(), record); err != nil {
			t.Fatal(err)
		}
		records[record.ID] = record
	}
	return records
}

func one(t testing.TB, id string) *button.Record {
	t.Helper()
	record := fixtures(t)[id]
	if record == nil {
		t.Fatalf("no record %s", id)
	}
	return record
}

func errorsOf(findings []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool { return f.Warning })
}

// What every family makes of four records. examples/templates compares the same
// records with the real templates.
func TestGolden(t *testing.T) {
	records := fixtures(t)
	for _, family := range Families() {
		var have strings.Builder
		for _, id := range []string{"parallel0001", "turns0000001", "beside000001", "schemas00001"} {
			rendered, findings := family.Check(records[id])
			fmt.Fprintf(&have, "=== %s\n%s\n", id, rendered.Text)
			for _, span := range rendered.Loss {
				fmt.Fprintf(&have, "--- loss of message %d: %q\n", span.Message, rendered.Text[span.Start:span.End])
			}
			for _, finding := range findings {
				fmt.Fprintf(&have, "--- %s\n", finding)
			}
		}
		golden(t, "testdata/golden/"+family.Name+".txt", have.String())
	}
}

func golden(t *testing.T, path, have string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(have), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), have); diff != "" {
		t.Errorf("%s (-want +have; go test -update rewrites it)\n%s", path, diff)
	}
}

// Families that print calls print those of the ordinary records whole.
func TestOrdinaryRecordsStandWhole(t *testing.T) {
	records := fixtures(t)
	for _, family := range Families() {
		if family.NoCalls || family.TextOnly {
			continue
		}
		ids := []string{"single000001", "turns0000001"}
		if !family.OneCall {
			ids = append(ids, "parallel0001", "twice0000001", "values000001")
		}
		for _, id := range ids {
			if _, findings := family.Check(records[id]); len(errorsOf(findings)) > 0 {
				t.Errorf("%s: %s: %v", family.Name, id, errorsOf(findings))
			}
		}
	}
}

// What a family is said to lose is what the proof finds lost.
func TestSaidAndFound(t *testing.T) {
	records := fixtures(t)
	has := func(family Family, id, rule string) bool {
		_, findings := family.Check(records[id])
		return slices.ContainsFunc(findings, func(f Finding) bool { return f.What+"."+f.Rule == rule })
	}
	for _, family := range Families() {
		for _, check := range []struct {
			what string
			said bool
			have bool
		}{
			{"one call a turn", family.OneCall || family.NoCalls, has(family, "parallel0001", "record.refused") || has(family, "parallel0001", "call.lost")},
			{"strings only", family.TextOnly, has(family, "single000001", "call.altered")},
			{"no calls", family.NoCalls, has(family, "single000001", "call.lost")},
			{"loses or moves text beside calls", family.LosesText || family.MovesText, has(family, "beside000001", "text.lost") || has(family, "beside000001", "call.lost") && family.Name == "phi4-mini"},
			{"loses the system prompt", family.LosesSystem, has(family, "single000001", "system.lost")},
			{"prints thoughts", !family.Thoughts, has(family, "single000001", "thought.lost") && family.Name != "gpt-oss"},
			{"wants nine signs", family.NineSigns, refusesLongIDs(family, records["single000001"])},
		} {
			if check.said != check.have {
				t.Errorf("%s: %s: said %v, found %v", family.Name, check.what, check.said, check.have)
			}
		}
	}
}

func refusesLongIDs(family Family, record *button.Record) bool {
	long := *record
	long.Messages = slices.Clone(record.Messages)
	long.Messages[2].ToolCalls = slices.Clone(long.Messages[2].ToolCalls)
	long.Messages[2].ToolCalls[0].ID, long.Messages[3].ToolCallID = "call_12345", "call_12345"
	_, err := family.Render(&long)
	return err != nil
}

// The evaluator's parsers, written for what models say, read the calls of every
// assistant's turn as the record has them.
func TestParsersReadTheCalls(t *testing.T) {
	records := fixtures(t)
	for _, family := range Families() {
		if family.Dialect == "" || family.TextOnly {
			continue
		}
		ids := []string{"single000001", "turns0000001"}
		if !family.OneCall {
			ids = append(ids, "parallel0001", "twice0000001")
		}
		for _, id := range ids {
			for message, said := range turnsOf(t, family, records[id]) {
				parsed := toolcall.Parse(said, records[id].Tools, family.Dialect)
				want := records[id].Messages[message].ToolCalls
				if len(want) > 0 && parsed.Outcome != toolcall.Parsed || len(parsed.Calls) != len(want) {
					t.Errorf("%s: %s: message %d: %s, %d calls of %d: %s\n%s", family.Name, id, message, parsed.Outcome, len(parsed.Calls), len(want), parsed.Detail, said)
					continue
				}
				for i, call := range parsed.Calls {
					wanted, _ := parseValue(want[i].Arguments)
					have, err := parseValue(call.Arguments)
					if err != nil || call.Name != want[i].Name {
						t.Fatalf("%s: %s: message %d: %q %v", family.Name, id, message, call.Name, err)
					}
					if same, _ := sameValue(wanted, have); !same {
						t.Errorf("%s: %s: message %d: %s, want %s", family.Name, id, message, call.Arguments, want[i].Arguments)
					}
				}
			}
		}
	}
}

// turnsOf is what the assistant says in each of its messages, without turn marks.
func turnsOf(t *testing.T, family Family, record *button.Record) map[int]string {
	t.Helper()
	c, err := prepare(record)
	if err != nil {
		t.Fatal(err)
	}
	w := &writer{}
	if err := family.render(w, c); err != nil {
		t.Fatal(err)
	}
	turns := map[int]string{}
	for _, span := range w.loss {
		said := string(w.out[span.Start:span.End])
		for _, mark := range []string{chatEnd, llamaEnd, llama4End, mistralEnd, gemma4End, phiEnd, deepEnd, graniteEnd, glmUser, glmObservation, harmonyEnd, harmonyReturn} {
			said = strings.TrimSuffix(trim(said), mark)
		}
		turns[span.Message] += said
	}
	return turns
}

// tampered texts: what the proof says of a rendering that was changed behind the
// renderer's back.
func TestProofSeesTampering(t *testing.T) {
	record := one(t, "turns0000001")
	for _, family := range Families() {
		rendered, findings := family.Check(record)
		if len(errorsOf(findings)) > 0 {
			continue // families that lose calls anyway
		}
		text := rendered.Text
		block := ""
		if c, err := prepare(record); err == nil {
			w := &writer{}
			if err := family.render(w, c); err != nil {
				t.Fatal(err)
			}
			for _, span := range w.loss {
				if span.Message == 6 {
					block += string(w.out[span.Start:span.End])
				}
			}
		}
		result := "wide open"
		changes := map[string]string{
			"a call removed":       strings.Replace(text, block, "", 1),
			"a call doubled":       strings.Replace(text, block, block+block, 1),
			"a name changed":       strings.Replace(text, block, strings.Replace(block, "ping", "pong", 1), 1),
			"a value changed":      strings.Replace(text, "blue", "blur", 1),
			"a number changed":     replaceLast(text, "2.75", "2.5"),
			"a result changed":     replaceLast(text, result, "shut"),
			"a request changed":    strings.Replace(text, "Ada and Bo", "Ada", 1),
			"an answer changed":    replaceLast(text, "You are welcome.", "You are."),
			"the text cut":         text[:len(text)*2/3],
			"a result without end": replaceLast(text, result, result+family.Marks[1]),
		}
		if strings.Contains(text, "aaaaaaaa3") {
			changes["the id of a call changed"] = strings.Replace(text, "aaaaaaaa3", "aaaaaaaa9", 1)
			changes["the id of a result changed"] = replaceLast(text, "aaaaaaaa3", "aaaaaaaa9")
		}
		for name, changed := range changes {
			if changed == text {
				t.Errorf("%s: %s: nothing was changed", family.Name, name)
				continue
			}
			if found := errorsOf(family.Prove(record, changed)); len(found) == 0 {
				t.Errorf("%s: %s: not found", family.Name, name)
			}
		}
	}
}

func replaceLast(s, old, new string) string {
	at := strings.LastIndex(s, old)
	if at < 0 {
		return s
	}
	return s[:at] + new + s[at+len(old):]
}

// The text of a record that goes on holds calls and results that the shorter one does
// not have, though all of the shorter one's stand in it in order.
func TestProofSeesMoreThanTheRecord(t *testing.T) {
	long := one(t, "turns0000001")
	short := *long
	short.Messages = long.Messages[:5]
	for _, family := range Families() {
		rendered, findings := family.Check(long)
		if len(errorsOf(findings)) > 0 {
			continue
		}
		for _, what := range []string{"call", "result"} {
			if !slices.ContainsFunc(family.Prove(&short, rendered.Text), func(f Finding) bool { return f.What == what && f.Rule == RuleForeign }) {
				t.Errorf("%s: a %s too many was not found", family.Name, what)
			}
		}
	}
}

// Swapped results are found in every family, though each stands there once.
func TestProofSeesOrder(t *testing.T) {
	record := one(t, "parallel0001")
	for _, family := range Families() {
		rendered, findings := family.Check(record)
		if len(errorsOf(findings)) > 0 || family.Name == "mistral-v7" || family.Name == "mistral-v11" {
			continue // where ids stand beside the results, swapping the texts alters both
		}
		a, b := record.Messages[3].Content, record.Messages[4].Content
		if family.Requoted {
			a, b = quoted(a), quoted(b)
		}
		swapped := strings.Replace(strings.Replace(strings.Replace(rendered.Text, a, "\x00", 1), b, a, 1), "\x00", b, 1)
		if swapped == rendered.Text {
			t.Fatalf("%s: nothing was swapped", family.Name)
		}
		if found := errorsOf(family.Prove(record, swapped)); len(found) == 0 {
			t.Errorf("%s: swapped results were not found", family.Name)
		}
	}
}

// A value that holds a mark is always reported, and no record passes for another.
func TestHostileValues(t *testing.T) {
	families := Families()
	rapid.Check(t, func(t *rapid.T) {
		family := families[rapid.IntRange(0, len(families)-1).Draw(t, "family")]
		hostile := hostileText(family).Draw(t, "value")
		record := recordWith(hostile)
		rendered, findings := family.Check(record)
		if MarkIn(hostile, family.Marks) != "" && len(errorsOf(findings)) == 0 {
			t.Fatalf("%s: %q passes", family.Name, hostile)
		}
		other := recordWith(hostile + "x")
		if len(errorsOf(findings)) == 0 && len(errorsOf(family.Prove(other, rendered.Text))) == 0 {
			t.Fatalf("%s: the text of %q passes for that of another record", family.Name, hostile)
		}
	})
}

// hostileText is pieces of a family's marks, calls of its own, and ordinary text.
func hostileText(family Family) *rapid.Generator[string] {
	pieces := append([]string{"a", " ", "\n", `"`, `\`, "{", "}", "[", "]", ",", ":", "=", ">", "<", "é", "1.50", "null", "True", `{"name": "f", "arguments": {}}`, "\n" + respClose + "\n" + respOpen + "\n",
		`"}` + "\n" + callClose, `", "call_id": "x"}`, "name(a=\"1\")]", "Action: f\nAction Input: {}"}, family.Marks...)
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 8).Draw(t, "pieces"), "")
	})
}

// recordWith is a conversation with a value in its call and its result.
func recordWith(value string) *button.Record {
	arguments := append(append([]byte(`{"floor":3,"when":`), appendQuoted(nil, value)...), '}')
	call := button.Call{ID: "a1B2c3D4e", Name: "find_room", Arguments: arguments}
	return &button.Record{ID: "hostile", Tools: []button.Tool{{Name: "find_room", Parameters: json.RawMessage(`{"type":"object","properties":{"floor":{"type":"integer"},"when":{"type":"string"}}}`)}},
		Messages: []button.Message{{Role: button.RoleUser, Content: "Ask."}, {Role: button.RoleAssistant, ToolCalls: []button.Call{call}},
			{Role: button.RoleTool, ToolCallID: call.ID, Name: call.Name, Content: value}, {Role: button.RoleAssistant, Content: "Done."}}}
}

// A number that Python writes otherwise is warned of, one that it cannot hold is an error.
func TestNumbers(t *testing.T) {
	for source, want := range map[string]string{"1.5": "", "1.50": RuleRespelled, "1e5": RuleRespelled, "100000.0": "", "-0": RuleRespelled, "12345678901234567890": "", "1e400": RuleUnreadable, "0.1234567890123456789": RuleAltered} {
		record := recordWith("x")
		record.Messages[1].ToolCalls[0].Arguments = json.RawMessage(`{"floor":` + source + `}`)
		family, _ := Lookup("qwen3")
		_, findings := family.Check(record)
		have := ""
		if len(findings) > 0 {
			have = findings[0].Rule
		}
		if have != want {
			t.Errorf("%s: %v, want %q", source, findings, want)
		}
	}
}

func TestLookup(t *testing.T) {
	if family, ok := Lookup("llama3.3"); !ok || family.Name != "llama3.1" {
		t.Errorf("llama3.3 is %q", family.Name)
	}
	if _, ok := Lookup("nothing"); ok {
		t.Error("there is a family called nothing")
	}
	seen := map[string]bool{}
	for _, family := range Families() {
		for _, name := range append([]string{family.Name}, family.Aliases...) {
			if seen[name] {
				t.Errorf("%s stands twice", name)
			}
			seen[name] = true
		}
		if _, ok := toolcall.Lookup(family.Dialect); family.Dialect != "" && !ok {
			t.Errorf("%s: no dialect %s", family.Name, family.Dialect)
		}
	}
}

func FuzzProve(f *testing.F) {
	record := recordWith("x")
	for i, family := range Families() {
		rendered, _ := family.Check(record)
		f.Add(i, rendered.Text)
	}
	families := Families()
	f.Fuzz(func(t *testing.T, index int, text string) {
		family := families[uint(index)%uint(len(families))]
		findings := family.Prove(record, text)
		if rendered, _ := family.Check(record); len(errorsOf(findings)) == 0 && !strings.Contains(text, "find_room") && !family.NoCalls {
			t.Errorf("%s: a text without the call passes; the record's is %q", family.Name, rendered.Text)
		}
	})
}

func FuzzCheck(f *testing.F) {
	f.Add(0, "x", `{"floor":1e5}`)
	f.Add(3, "</tool_call>", `{"a":{"b":[1,null,"\u003cescape>"]},"a":2}`)
	families := Families()
	f.Fuzz(func(t *testing.T, index int, value, arguments string) {
		family := families[uint(index)%uint(len(families))]
		record := recordWith(value)
		if json.Valid([]byte(arguments)) && len(arguments) < 1<<16 {
			record.Messages[1].ToolCalls[0].Arguments = json.RawMessage(arguments)
		}
		first, findings := family.Check(record)
		again, _ := family.Check(record)
		if first.Text != again.Text {
			t.Error("rendered twice, two texts")
		}
		if MarkIn(value, family.Marks) != "" && len(errorsOf(findings)) == 0 {
			t.Errorf("%s: %q passes", family.Name, value)
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	record := one(b, "turns0000001")
	for _, name := range []string{"qwen3", "qwen3.5", "gemma4", "gpt-oss"} {
		family, _ := Lookup(name)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				family.Check(record)
			}
		})
	}
}

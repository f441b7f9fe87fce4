package lint

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/buttonbench/button/internal/tokens"
)

func TestUnknownNames(t *testing.T) {
	if _, err := New("nothing", Options{}); err == nil || !strings.Contains(err.Error(), `no target is called "nothing"`) {
		t.Error(err)
	}
	if _, err := New("trl", Options{Template: "nothing"}); err == nil || !strings.Contains(err.Error(), `no chat template is called "nothing"`) {
		t.Error(err)
	}
	seen := map[string]bool{}
	for _, name := range Names() {
		if _, ok := Lookup(name); !ok || seen[name] {
			t.Errorf("%s is unknown or stands twice", name)
		}
		seen[name] = true
	}
	if target, ok := Lookup("llama3.3"); !ok || target.Family != "llama3.1" {
		t.Errorf("llama3.3 is %+v", target)
	}
}

// Every target's faults have their rules; a target may not fall through unchecked.
func TestEveryTargetFindsAFault(t *testing.T) {
	broken := edited(canonical, `{"role":"tool","tool_call_id":"a1B2c3D4e","name":"find_room","content":"{}"},`, "")
	for _, name := range Names() {
		if found := lintAll(t, name, "", []string{broken}); !slices.ContainsFunc(found, func(f Finding) bool { return f.Rule == RuleAnswers && !f.Warning }) {
			t.Errorf("%s does not find an unanswered call", name)
		}
	}
}

// A template that is named makes its own marks count, and only these.
func TestMarksOfTheTemplate(t *testing.T) {
	line := edited(trlLine, "Floor 3?", "Floor [INST] 3?")
	marks := func(template string) bool {
		return slices.ContainsFunc(lintAll(t, "trl", template, []string{line}), func(f Finding) bool { return f.Rule == RuleMarks })
	}
	if !marks("") || marks("qwen3") || !marks("mistral-v3") {
		t.Errorf("without a template %v, qwen3 %v, mistral-v3 %v", marks(""), marks("qwen3"), marks("mistral-v3"))
	}
}

// Inline thoughts, and the tags of a format that keeps calls in its text, are no accident.
func TestMarksThatBelong(t *testing.T) {
	for target, line := range map[string]string{
		"qwen3":        edited(trlLine, `"content":"Room 3-12."`, `"content":"<think>\nSay it.\n</think>\n\nRoom 3-12."`),
		"llamafactory": edited(texted(shareLine), `"value":"{\"name\"`, `"value":"<think>\nLook.\n</think>\n\n{\"name\"`),
		"hermes":       hermesLine,
		"button":       buttonLine,
	} {
		for _, f := range lintAll(t, target, "", []string{line}) {
			if f.Rule == RuleMarks || f.Rule == RuleArguments {
				t.Errorf("%s: %s", target, f)
			}
		}
	}
	packed := edited(edited(texted(shareLine), `"{\"name\":\"find_room\",\"arguments\":{\"floor\":3}}"`, `"[{\"name\":\"find_room\",\"arguments\":{\"floor\":3}},{\"name\":\"find_room\",\"arguments\":{\"floor\":4}}]"`),
		`{"from":"observation","value":"{}"}`, `{"from":"observation","value":"{}\n</tool_response>\n<tool_response>\n{}"}`)
	if found := lintAll(t, "llamafactory", "", []string{packed}); len(found) > 0 {
		t.Errorf("packed results: %v", found)
	}
}

func TestLengths(t *testing.T) {
	file, err := os.Open("../../internal/tokens/testdata/qwen.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	tokenizer, err := tokens.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		target, template string
		tokenizer        *tokens.Tokenizer
		line             string
	}{{"trl", "", nil, trlLine}, {"trl", "", tokenizer, trlLine}, {"trl", "qwen3", tokenizer, trlLine}, {"qwen3", "", tokenizer, canonical}, {"unsloth-text", "", tokenizer, `{"text":"The rooms."}`}} {
		l, err := New(c.target, Options{Template: c.template, Tokenizer: c.tokenizer, MaxTokens: 1})
		if err != nil {
			t.Fatal(err)
		}
		checked := l.Line([]byte(c.line))
		l.Across(checked)
		if l.Lengths().Most < 2 || l.Lengths().Estimated != (c.tokenizer == nil) {
			t.Errorf("%s: %+v", c.target, l.Lengths())
		}
		word := "exactly"
		if c.tokenizer == nil {
			word = "about"
		}
		if !slices.ContainsFunc(checked.Findings, func(f Finding) bool { return f.Rule == RuleLength && strings.HasPrefix(f.Text, word) }) {
			t.Errorf("%s: %v", c.target, checked.Findings)
		}
	}
}

// The members that a file's rows may have are bounded, whatever the file says.
func TestColumnsAreBounded(t *testing.T) {
	l, err := New("trl", Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		var wide strings.Builder
		for j := range 400 {
			fmt.Fprintf(&wide, `"m%d_%d":1,`, i, j)
		}
		l.Across(l.Line([]byte(edited(trlLine, `{"messages"`, "{"+wide.String()+`"messages"`))))
	}
	if len(l.columns) > maxColumns {
		t.Errorf("%d columns are kept", len(l.columns))
	}
}

func FuzzLine(f *testing.F) {
	for _, line := range []string{trlLine, openaiLine, texted(shareLine), texted(swiftLine), hermesLine, buttonLine, texted(xlamLine), asText(listed(dpoLine)), canonical, texted(factoryLine), `{"text":"x"}`} {
		f.Add(0, line)
	}
	var linters []*Linter
	for _, name := range Names() {
		l, err := New(name, Options{})
		if err != nil {
			f.Fatal(err)
		}
		linters = append(linters, l)
	}
	f.Fuzz(func(t *testing.T, target int, text string) {
		l := *linters[uint(target)%uint(len(linters))]
		l.columns = columns{}
		first := l.Line([]byte(text))
		l.Across(first)
		if again := l.Line([]byte(text)); fmt.Sprint(first.Findings) != fmt.Sprint(again.Findings) {
			t.Errorf("two findings of one line: %v and %v", first.Findings, again.Findings)
		}
	})
}

func BenchmarkLine(b *testing.B) {
	for _, target := range []string{"trl", "qwen3"} {
		l, err := New(target, Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(target, func(b *testing.B) {
			b.SetBytes(int64(len(trlLine)))
			b.ReportAllocs()
			for b.Loop() {
				l.Across(l.Line([]byte(trlLine)))
			}
		})
	}
}

package toolcall

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/buttonbench/button"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGrammarTable holds the list of grammars against a golden file, from which
// the documentation can be made, and wants every one to be read back natively.
func TestGrammarTable(t *testing.T) {
	written := map[string]bool{}
	for _, w := range writers() {
		written[w.dialect] = true
	}
	var out strings.Builder
	out.WriteString("| number | name | also | starts with | read back | prompted |\n|---|---|---|---|---|---|\n")
	yes := map[bool]string{true: "yes", false: "no"}
	for _, dialect := range Dialects() {
		var starts []string
		for _, marker := range dialect.Markers {
			starts = append(starts, "`"+strings.ReplaceAll(strings.ReplaceAll(marker, "\n", `\n`), "|", `\|`)+"`")
		}
		switch {
		case dialect.fence:
			starts = append(starts, "a code fence")
		case dialect.Whole:
			starts = append(starts, "a whole output")
		}
		fmt.Fprintf(&out, "| %d | %s | %s | %s | %s | %s |\n", dialect.Number, dialect.Name, strings.Join(dialect.Aliases, ", "),
			strings.Join(starts, " "), yes[written[dialect.Name]], yes[dialect.Render != nil])
		if !written[dialect.Name] {
			t.Errorf("%s has no writer", dialect.Name)
		}
	}
	golden := filepath.Join("testdata", "grammars.md")
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("the table changed (run with -update, then look at the difference):\n%s", diff)
	}
}

// TestEveryGrammar: what a model writes in any grammar is read back, by its own
// parser and by detection, with nothing repaired.
func TestEveryGrammar(t *testing.T) {
	for _, w := range writers() {
		t.Run(w.name(), func(t *testing.T) {
			pieces := hostile
			if w.bare {
				pieces = plain
			}
			rapid.Check(t, func(t *rapid.T) {
				var calls []button.Call
				var tools []button.Tool
				for i := range rapid.IntRange(1, 3).Draw(t, "calls") {
					arguments := drawObject(t, pieces, 0)
					if w.bare { // the line breaks around a value are the template's
						arguments.json = strings.NewReplacer(`"\n`, `"`, `\n"`, `"`).Replace(strings.NewReplacer(`"\n\n`, `"`, `\n\n"`, `"`).Replace(arguments.json))
					}
					name := fmt.Sprintf("%s_%d", rapid.SampledFrom([]string{"find", "book-room"}).Draw(t, "name"), i)
					calls = append(calls, button.Call{Name: name, Arguments: json.RawMessage(arguments.json)})
					tools = append(tools, button.Tool{Name: name, Parameters: json.RawMessage(arguments.schema)})
				}
				text, want := w.text(calls)
				for _, parser := range []string{w.dialect, Auto} {
					result := Parse(text, tools, parser)
					if have := flat(result); result.Outcome != Parsed || result.Dialect != w.dialect || !slices.Equal(want, have) {
						t.Fatalf("%s by %s:\n%s\n%s %s %s\nhave %q\nwant %q", w.name(), parser, text, result.Outcome, result.Dialect, result.Detail, have, want)
					}
				}
			})
		})
	}
}

// damaged is two calls whose names and values are easy to tell from what stands
// around them.
func damaged() []button.Call {
	return []button.Call{
		{Name: "find_room", Arguments: json.RawMessage(`{"floor":37,"when":"QQZZ, QXX","quiet":true}`)},
		{Name: "book", Arguments: json.RawMessage(`{"room":{"number":52,"tags":[]},"guests":["XQZ"]}`)},
	}
}

// TestCutOff: of an answer that ends too early, the calls that were complete are
// read and no others, wherever it ends; so are they while an answer grows.
func TestCutOff(t *testing.T) {
	tools := offered()
	for _, w := range writers() {
		text, whole := w.text(damaged())
		read := 0
		for end := range text {
			parsers := []string{w.dialect, Auto}
			for _, parser := range parsers[:1+(end+1)%3/2] { // detection, being slower, at every third byte
				have := flat(Parse(text[:end], tools, parser))
				if len(have) > len(whole) || !slices.Equal(have, whole[:len(have)]) {
					t.Errorf("%s by %s, %q: read %q", w.name(), parser, text[:end], have)
				}
				if parser == w.dialect && len(have) < read && !w.whole {
					t.Errorf("%s, %q: read %d calls, before the last byte %d", w.name(), text[:end], len(have), read)
				}
				if parser == w.dialect {
					read = len(have)
				}
			}
		}
	}
}

// TestDamage: a text in which one byte or one mark is lost, doubled or misplaced
// gives the calls that were written, or says that something is amiss. Names and
// values themselves are left alone, as nobody can tell them from what was meant.
func TestDamage(t *testing.T) {
	tools := offered()
	payload := []string{"find_room", "book", "QQZZ, QXX", "XQZ", "37", "52", "true", "True", "functions.", "floor", "when", "quiet", "room", "number", "tags", "guests"}
	for _, w := range writers() {
		text, want := w.text(damaged())
		if w.bare {
			payload = append(payload, `{"number":52,"tags":[]}`, `["XQZ"]`)
		}
		spared := spans(text, payload)
		check := func(how string, text string) {
			result := Parse(text, tools, w.dialect)
			if result.Outcome == Parsed && !slices.Equal(flat(result), want) {
				t.Errorf("%s, %s: %s\nread in silence as %q", w.name(), how, text, flat(result))
			}
		}
		for i := range len(text) {
			// Beside a bare value a byte more is a byte of the value.
			if spared[i] || w.bare && slices.Contains(spared[max(0, i-2):min(len(text), i+3)], true) {
				continue
			}
			check(fmt.Sprintf("byte %d lost", i), text[:i]+text[i+1:])
			check(fmt.Sprintf("byte %d doubled", i), text[:i+1]+text[i:])
			if i+1 < len(text) && !spared[i+1] && text[i] != ' ' && text[i+1] != ' ' { // a blank moved into a string is part of it
				check(fmt.Sprintf("byte %d moved", i), text[:i]+text[i+1:i+2]+text[i:i+1]+text[i+2:])
			}
			if quote := strings.IndexByte(`"'`, text[i]); quote >= 0 {
				check(fmt.Sprintf("quote %d of another kind", i), text[:i]+`'"`[quote:quote+1]+text[i+1:])
			}
		}
		check("all quotes of another kind", strings.NewReplacer(`"`, `'`, `'`, `"`).Replace(text))
		dialect, _ := Lookup(w.dialect)
		for _, mark := range slices.Concat(dialect.Markers, dialect.Inner, []string{"</function>", "```", harmonyMessage, harmonyCall, `<|"|>`, "<escape>"}) {
			if at := strings.Index(text, mark); at >= 0 {
				last := strings.LastIndex(text, mark)
				check("first "+mark+" lost", text[:at]+text[at+len(mark):])
				check("first "+mark+" doubled", text[:at]+mark+text[at:])
				check("last "+mark+" lost", text[:last]+text[last+len(mark):])
				check("last "+mark+" doubled", text[:last]+mark+text[last:])
				check("all "+mark+" doubled", strings.ReplaceAll(text, mark, mark+mark))
			}
		}
	}
}

// spans says for every byte of a text whether it is in one of the words.
func spans(text string, words []string) []bool {
	inside := make([]bool, len(text))
	for _, word := range words {
		for at := 0; ; at += len(word) {
			next := strings.Index(text[at:], word)
			if next < 0 {
				break
			}
			at += next
			for i := range len(word) {
				inside[at+i] = true
			}
		}
	}
	return inside
}

package config_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/internal/config"
)

type endpoint struct {
	Name    string        `yaml:"name"`
	Timeout time.Duration `yaml:"timeout"`
	Retries int           `yaml:"retries"`
	Share   float64       `yaml:"share"`
	On      bool          `yaml:"on"`
}

type settings struct {
	Title   string                         `yaml:"title"`
	Size    uint8                          `yaml:"size"`
	Pair    [2]int                         `yaml:"pair"`
	Tags    []string                       `yaml:"tags"`
	Main    endpoint                       `yaml:"main"`
	Spare   *endpoint                      `yaml:"spare"`
	Labels  map[string]string              `yaml:"labels"`
	Ordered config.Ordered[[]string]       `yaml:"ordered"`
	Tree    *config.Node                   `yaml:"tree"`
	Any     any                            `yaml:"any"`
	Words   words                          `yaml:"words"`
	Nested  config.Ordered[map[string]int] `yaml:"nested"`
	Hidden  string                         `yaml:"-"`
	Plain   string
}

// words may stand as one text or as a list of texts.
type words []string

func (w *words) UnmarshalNode(node *config.Node) error {
	if node.Kind == config.Text {
		*w = words{node.Text}
		return nil
	}
	return node.Decode((*[]string)(w))
}

func TestDecode(t *testing.T) {
	text := `# a comment
title: "5"
size: 255
pair: [1, -2]
tags:
- a
- 'b c'
main: {name: first, timeout: 1m30s, retries: 3, share: 1e-3, on: true}
spare:
labels: {x: y, "1": "2"}
ordered:
  zebra: [a, b]
  ant: []
tree: {b: 1.50, a: [true, null, "é<"], c: 12345678901234567890}
any: {n: 1, f: 0.5, l: [x, ~]}
words: one
plain: |
  two
   lines
`
	have := settings{Spare: &endpoint{}, Hidden: "kept"}
	if err := config.Decode("a.yaml", []byte(text), &have); err != nil {
		t.Fatal(err)
	}
	if got, want := string(have.Tree.JSON()), `{"b":1.50,"a":[true,null,"é<"],"c":12345678901234567890}`; got != want {
		t.Errorf("tree is %s, want %s", got, want)
	}
	have.Tree = nil
	want := settings{
		Title: "5", Size: 255, Pair: [2]int{1, -2}, Tags: []string{"a", "b c"},
		Main:   endpoint{"first", 90 * time.Second, 3, 0.001, true},
		Labels: map[string]string{"x": "y", "1": "2"},
		Ordered: config.Ordered[[]string]{
			{Name: "zebra", Line: 12, Column: 3, Value: []string{"a", "b"}},
			{Name: "ant", Line: 13, Column: 3, Value: []string{}},
		},
		Any:    map[string]any{"n": int64(1), "f": 0.5, "l": []any{"x", nil}},
		Words:  words{"one"},
		Hidden: "kept",
		Plain:  "two\n lines\n",
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Error(diff)
	}
}

func TestDecodeKeepsDefaults(t *testing.T) {
	for _, text := range []string{"", "# only a comment\n", "---\n", "{}", "main: {name: x}"} {
		have := settings{Main: endpoint{Retries: 7}, Title: "default"}
		if err := config.Decode("a.yaml", []byte(text), &have); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if have.Main.Retries != 7 || have.Title != "default" {
			t.Errorf("%q: defaults are lost: %+v", text, have)
		}
	}
}

func TestDecodeErrors(t *testing.T) {
	deepFlow := strings.Repeat("[", 5000)
	deepBlock := strings.Repeat("- ", 5000)
	var deepIndent strings.Builder
	for i := range 500 {
		deepIndent.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	for _, test := range []struct{ text, want string }{
		{"title: x\ntags: [a]\nmain:\n  nme: y\n", `a.yaml:4:3: unknown key "nme": did you mean "name"?`},
		{"something: 1\n", `a.yaml:1:1: unknown key "something": want one of title, size, pair,`},
		{"title: a\ntitle: b\n", `a.yaml:2:1: mapping key "title" already defined at [1:1]`},
		{"main: {name: a, name: b}\n", `a.yaml:1:17: mapping key "name" already defined`},
		{"title: 5\n", `a.yaml:1:8: want a text, have an integer: quote it, as in "5"`},
		{"title: true\n", `a.yaml:1:8: want a text, have a boolean: quote it, as in "true"`},
		{"title:\n", `a.yaml:1:`},
		{"main:\n  retries: '3'\n", `a.yaml:2:12: want an integer, have a text ("3")`},
		{"main:\n  retries: 2.7\n", `a.yaml:2:12: want an integer, have a number`},
		{"main:\n  on: yes\n", `a.yaml:2:7: want a boolean, have a text ("yes")`},
		{"main:\n  share: lots\n", `a.yaml:2:10: want a number, have a text`},
		{"main:\n  share: 1e999\n", `a.yaml:2:10: 1e999 is out of range`},
		{"main:\n  timeout: 5\n", `a.yaml:2:12: want a duration such as 30s or 5m, have an integer`},
		{"main:\n  timeout: soon\n", `a.yaml:2:12: want a duration such as 30s or 5m, have "soon"`},
		{"size: 256\n", `a.yaml:1:7: 256 is negative or does not fit into 8 bits`},
		{"size: -1\n", `a.yaml:1:7: -1 is negative`},
		{"main: {retries: 99999999999999999999}\n", `a.yaml:1:17: 99999999999999999999 does not fit into 64 bits`},
		{"pair: [1]\n", `a.yaml:1:7: want a list of 2, have 1`},
		{"tags: a\n", `a.yaml:1:7: want a list, have a text ("a")`},
		{"tags:\n  - a\n  - 5\n", `a.yaml:3:5: want a text, have an integer`},
		{"ordered:\n  x: y\n", `a.yaml:2:6: want a list, have a text`},
		{"labels: {a: {b: c}}\n", `a.yaml:1:13: want a text, have a mapping`},
		{"title: {slot}\n", `a.yaml:1:8: want a text, have a mapping: quote it if it is a text`},
		{"tags: [Time: noon]\n", `a.yaml:1:8: want a text, have a mapping: quote it if it is a text`},
		{"words: {a: b}\n", `a.yaml:1:8: want a list, have a mapping`},
		{"Hidden: x\n", `a.yaml:1:1: unknown key "Hidden"`},
		{"- a\n", `a.yaml:1:1: want a mapping, have a list`},
		{"just text\n", `a.yaml:1:1: want a mapping, have a text`},
		{"title: a\n---\ntitle: b\n", `a.yaml:2:1: a second document begins here`},
		{"title: a\n---\n", `a.yaml:2:1: a second document begins here`},
		{"title: &x a\nplain: *x\n", `a.yaml:1:8: anchors and aliases are not supported`},
		{"main:\n  <<: {name: a}\n", `a.yaml:2:3: merge keys are not supported`},
		{"title: !!str 5\n", `a.yaml:1:8: tags are not supported`},
		{"%YAML 1.2\n---\ntitle: a\n", `a.yaml:1:1: directives are not supported`},
		{"? title\n: a\n", `a.yaml:1:1: keys marked with ? are not supported`},
		{"any: {1: a}\n", `a.yaml:1:7: a key must be a text, this one is read as an integer: quote it`},
		{"any: {true: a}\n", `a.yaml:1:7: a key must be a text, this one is read as a boolean: quote it`},
		{"size: 010\n", `a.yaml:1:7: 010 is an ambiguous number`},
		{"size: 0x10\n", `a.yaml:1:7: 0x10 is an ambiguous number`},
		{"size: 1_0\n", `a.yaml:1:7: 1_0 is an ambiguous number`},
		{"main: {share: .inf}\n", `a.yaml:1:15: .inf is not a finite number`},
		{"main: {share: .5}\n", `a.yaml:1:15: .5 is an ambiguous number`},
		{"title: [\n", `a.yaml:1:8: `},
		{"title:\n\tname: a\n", `a.yaml:2:1: `},
		{"title: a: b\n", `a.yaml:1:8: `},
		{"title: \"\xff\"\n", `a.yaml:1:9: not valid UTF-8`},
		{"title: \"\x00\"\n", `a.yaml:1:9: control character U+0000`},
		{"any: " + deepFlow, `nested deeper than 100 levels`},
		{deepBlock, `nested deeper than 100 levels`},
		{deepIndent.String(), `nested deeper than 100 levels`},
		{strings.Repeat("#", config.MaxBytes+1), `a.yaml: 262145 bytes are more than the allowed 262144`},
		{"any: {" + strings.Repeat("a: b,", config.MaxKeys) + "}", `more than 5000 keys in one file`},
	} {
		var into settings
		err := config.Decode("a.yaml", []byte(test.text), &into)
		var located *config.Error
		switch {
		case err == nil:
			t.Errorf("%.60q: no error, want %s", test.text, test.want)
		case !errors.As(err, &located) || located.File != "a.yaml":
			t.Errorf("%.60q: error is %T %v", test.text, err, err)
		case !strings.Contains(err.Error(), test.want):
			t.Errorf("%.60q:\nhave %s\nwant %s", test.text, err, test.want)
		case strings.Contains(err.Error(), "\n"):
			t.Errorf("%.60q: the error has several lines: %s", test.text, err)
		}
	}
}

func TestDecodeNeedsPointer(t *testing.T) {
	for _, into := range []any{nil, settings{}, (*settings)(nil)} {
		if err := config.Decode("a.yaml", []byte("title: a"), into); err == nil {
			t.Errorf("%T: no error", into)
		}
	}
	var channel struct{ C chan int }
	if err := config.Decode("a.yaml", []byte("c: 1"), &channel); err == nil {
		t.Error("a channel was filled")
	}
}

const world = `world: toolshed
functions:
  list_tools:
    takes: {kind: Kind, "a.b": Shed}
    say:
      ask: {tools: [
        "what?",
        "which?"]}
      scene:
        - one
        - two: x
`

func TestPosition(t *testing.T) {
	for _, test := range []struct {
		path         string
		line, column int
	}{
		{"", 1, 1},
		{"world", 1, 1},
		{"functions", 2, 1},
		{"functions.list_tools", 3, 3},
		{"functions.list_tools.takes.kind", 4, 13},
		{"functions.list_tools.say.ask", 6, 7},
		{"functions.list_tools.say.ask.tools", 6, 13},
		{"functions.list_tools.say.ask.tools.1", 8, 9},
		{"functions.list_tools.say.scene.0", 10, 11},
		{"functions.list_tools.say.scene.1.two", 11, 11},
		{"functions.list_tools.say.tell", 5, 5}, // the nearest place that exists
		{"functions.list_tools.say.scene.7", 9, 7},
		{"world.x.y", 1, 1},
	} {
		line, column := config.Position([]byte(world), test.path)
		if line != test.line || column != test.column {
			t.Errorf("%s is at %d:%d, want %d:%d", test.path, line, column, test.line, test.column)
		}
	}
	if line, column := config.Position([]byte("a: ["), "a"); line != 0 || column != 0 {
		t.Errorf("broken text has a place %d:%d", line, column)
	}
}

func TestNode(t *testing.T) {
	root, err := config.Parse("w.yaml", []byte(world))
	if err != nil {
		t.Fatal(err)
	}
	if node := root.At("functions", "list_tools", "takes", "a.b"); node == nil || node.Text != "Shed" {
		t.Errorf("a key with a dot is not found: %+v", node)
	}
	if node := root.At("functions", "list_tools", "say", "scene", "1", "two"); node == nil || node.Text != "x" {
		t.Errorf("a list item is not found: %+v", node)
	}
	for _, steps := range [][]string{{"x"}, {"functions", "x", "y"}, {"world", "0"}, {"functions", "list_tools", "say", "scene", "-1"}} {
		if node := root.At(steps...); node != nil {
			t.Errorf("%v leads to %+v", steps, node)
		}
	}
	have := root.ErrorAt([]string{"functions", "list_tools", "say"}, "no %s", "ask").Error()
	if want := "w.yaml:5:5: no ask"; have != want {
		t.Errorf("error is %q, want %q", have, want)
	}
	var ordered config.Ordered[*config.Node]
	if err := root.Decode(&ordered); err != nil {
		t.Fatal(err)
	}
	if value := ordered.Get("world"); value == nil || (*value).Text != "toolshed" {
		t.Errorf("world is %v", value)
	}
	if ordered.Get("none") != nil {
		t.Error("a name that is not there was found")
	}
}

func TestByteOrderMarkAndWindowsLines(t *testing.T) {
	var have settings
	err := config.Decode("a.yaml", []byte("\ufefftitle: é\r\nmain:\r\n  name: x\r\n  wrong: y\r\n"), &have)
	if err == nil || !strings.HasPrefix(err.Error(), `a.yaml:4:3: unknown key "wrong"`) {
		t.Error(err)
	}
	if have.Title != "é" || have.Main.Name != "x" {
		t.Errorf("%+v", have)
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{world, "a: |\n  x\n", "- - [a, {b: c}]\n", "a: &x [*x]", "\"\\x41\": 'it''s'\n", "a: >-\n  b\n\n  c\n", "a: 1e3\n---", "{a: b, ? c : d}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		root, err := config.Parse("f.yaml", []byte(text))
		if err != nil {
			var located *config.Error
			if !errors.As(err, &located) {
				t.Fatalf("error is %T", err)
			}
			return
		}
		// What was understood is JSON, and JSON is YAML: it must read the same.
		again, err := config.Parse("g.yaml", root.JSON())
		if err != nil {
			t.Fatalf("%s: %v", root.JSON(), err)
		}
		if string(again.JSON()) != string(root.JSON()) {
			t.Fatalf("%s became %s", root.JSON(), again.JSON())
		}
		var value any
		_ = root.Decode(&value)
	})
}

func BenchmarkParse(b *testing.B) {
	text := []byte(world)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := config.Parse("w.yaml", text); err != nil {
			b.Fatal(err)
		}
	}
}

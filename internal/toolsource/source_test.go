package toolsource_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/schema"
	"github.com/buttonbench/button/internal/toolsource"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// shown is a source as the golden files have it.
type shown struct {
	Tools    []tool               `json:"tools"`
	Skipped  []toolsource.Skipped `json:"skipped"`
	Warnings []string             `json:"warnings"`
}

type tool struct {
	button.Tool
	Returns json.RawMessage
	Errors  []toolsource.Failure
	Effect  string
	Guessed bool
	Origin  string
}

func (t tool) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Tool    button.Tool          `json:"tool"`
		Returns json.RawMessage      `json:"returns,omitempty"`
		Errors  []toolsource.Failure `json:"errors,omitempty"`
		Effect  string               `json:"effect"`
		Guessed bool                 `json:"guessed"`
		Origin  string               `json:"origin"`
	}{t.Tool, t.Returns, t.Errors, t.Effect, t.Guessed, t.Origin})
}

func show(t *testing.T, s *toolsource.Source) []byte {
	t.Helper()
	out := shown{Skipped: s.Skipped, Warnings: s.Warnings}
	for _, one := range s.Tools {
		out.Tools = append(out.Tools, tool{one.Tool, one.Returns, one.Errors, one.Effect, one.EffectGuessed, one.Origin})
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(out); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

func golden(t *testing.T, name string, have []byte) {
	t.Helper()
	name = filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.WriteFile(name, have, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(have)); diff != "" {
		t.Error(diff)
	}
}

func open(t *testing.T, source string, options toolsource.Options) *toolsource.Source {
	t.Helper()
	s, err := toolsource.Open(context.Background(), source, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	checkTools(t, s)
	return s
}

var name = regexp.MustCompile(`^[a-zA-Z_]\w{0,63}$`)

// checkTools checks what holds of every source.
func checkTools(t *testing.T, s *toolsource.Source) {
	t.Helper()
	names := map[string]bool{}
	var compiler schema.Compiler
	for _, tool := range s.Tools {
		if !name.MatchString(tool.Name) || names[tool.Name] {
			t.Errorf("the name %q is not usable, or is there twice", tool.Name)
		}
		names[tool.Name] = true
		if _, err := compiler.Compile(tool.Parameters); err != nil {
			t.Errorf("%s: parameters %s: %v", tool.Name, tool.Parameters, err)
		}
		members, err := button.ParseMembers(tool.Parameters)
		if kind := string(members.Get("type")); err != nil || kind != `"object"` && kind != `"dict"` && kind != `["object"]` {
			t.Errorf("%s: parameters %s are not an object (%v)", tool.Name, tool.Parameters, err)
		}
		if tool.Returns != nil {
			if _, err := compiler.Compile(tool.Returns); err != nil {
				t.Errorf("%s: returns %s: %v", tool.Name, tool.Returns, err)
			}
		}
		if tool.Effect != button.EffectRead && tool.Effect != button.EffectWrite && tool.Effect != button.EffectPure {
			t.Errorf("%s: effect %q", tool.Name, tool.Effect)
		}
		if _, err := json.Marshal(tool.Tool); err != nil {
			t.Errorf("%s: %v", tool.Name, err)
		}
	}
	for _, skipped := range s.Skipped {
		if skipped.Reason == "" || skipped.Origin == "" {
			t.Errorf("skipped without a reason or place: %+v", skipped)
		}
	}
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"lending.yaml", "depot.json", "list.json", "lines.jsonl", "single.json", "boats.yaml"} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			s := open(t, filepath.Join("testdata", file), toolsource.Options{})
			first := show(t, s)
			golden(t, file+".golden", first)
			if s.Callable() {
				t.Error("a document cannot be called")
			}
			if _, err := s.Call(context.Background(), s.Tools[0].Name, json.RawMessage(`{}`)); err != toolsource.ErrNotCallable {
				t.Errorf("have %v, want %v", err, toolsource.ErrNotCallable)
			}
			if again := show(t, open(t, filepath.Join("testdata", file), toolsource.Options{})); !bytes.Equal(first, again) {
				t.Error("a second reading gives something else")
			}
		})
	}
}

func TestFollowFiles(t *testing.T) {
	t.Parallel()
	golden(t, "split.golden", show(t, open(t, "testdata/split/main.yaml", toolsource.Options{FollowFiles: true})))
	s := open(t, "testdata/split/main.yaml", toolsource.Options{})
	if len(s.Tools) != 0 || len(s.Skipped) != 3 {
		t.Errorf("files were read unasked: %d tools, %d skipped", len(s.Tools), len(s.Skipped))
	}
}

// TestFollowFilesStaysBelow: no path and no link leads out of the folder.
func TestFollowFilesStaysBelow(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret.yaml")
	write(t, secret, "Text: {type: string, description: secret}\n")
	inner := filepath.Join(dir, "inner")
	if err := os.Mkdir(inner, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(inner, "link.yaml")); err != nil {
		t.Fatal(err)
	}
	for _, reference := range []string{"../secret.yaml", "..%2Fsecret.yaml", secret, "link.yaml", "./a/../../secret.yaml", "file://" + secret, "."} {
		main := filepath.Join(inner, "main.yaml")
		write(t, main, "openapi: 3.0.0\npaths:\n  /a:\n    get:\n      operationId: a\n      parameters: [{name: x, in: query, schema: {$ref: '"+reference+"#/Text'}}]\n")
		s := open(t, main, toolsource.Options{FollowFiles: true})
		if len(s.Skipped) != 1 || strings.Contains(s.Skipped[0].Reason, "description") {
			t.Errorf("%s was followed: %+v", reference, s)
		}
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestBadSources(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		write(t, path, text)
		return path
	}
	deep := strings.Repeat(`{"a":`, 200) + "1" + strings.Repeat("}", 200)
	bomb := "a: &a [1,1,1,1,1,1,1,1,1,1]\n"
	for c := 'b'; c < 'j'; c++ {
		bomb += string(c) + ": &" + string(c) + " [" + strings.TrimSuffix(strings.Repeat("*"+string(c-1)+",", 10), ",") + "]\n"
	}
	for source, want := range map[string]string{
		"":                                    "is empty",
		"mcp:":                                "is empty",
		"ftp://host/x":                        `"ftp://": sources begin with`,
		dir:                                   "is a folder",
		filepath.Join(dir, "none.json"):       "no such file",
		"mcp:'open":                           "left open",
		"mcp:/no/such/program --at all":       "starting the MCP server",
		"http://%zz":                          "is no URL",
		file("a.json", ``):                    "is empty",
		file("b.json", `{"a":`):               "line 1: the JSON text ends too early",
		file("c.json", "{\n\"a\": 1,\n}"):     "line 3: ",
		file("d.json", "[\n1,\n2\n"):          "ends too early",
		file("e.json", `{"a":1,"a":2}`):       `"a" stands twice`,
		file("f.json", deep):                  "nested deeper",
		file("g.json", "{\"a\":\"\xff\"}"):    "UTF-8",
		file("h.json", `[]`):                  "holds no tools",
		file("i.json", `{"swagger":"2.0"}`):   "Swagger 2",
		file("j.json", `{"openapi":"4.0.0"}`): `version is "4.0.0"`,
		file("k.json", `{"openapi":"3.0.0"}`): "no paths",
		file("l.json", `{"openapi":"3.0.0","paths":{"/a":{}}}`):           "no operations",
		file("m.yaml", "a: [1\n"):                                         "line",
		file("n.yaml", "a: 1\na: 2\n"):                                    "twice",
		file("o.yaml", "a: 1\n---\nb: 2\n"):                               "second YAML document",
		file("p.yaml", "a: &a [*a]\n"):                                    "alias",
		file("q.yaml", bomb):                                              "aliases add more than",
		file("r.yaml", "? [a]\n: 1\n"):                                    "line 1: a key must be plain text",
		file("s.yaml", strings.Repeat("[", 300)+strings.Repeat("]", 300)): "nested deeper",
		file("t.yaml", ""):                                                "is empty",
	} {
		s, err := toolsource.Open(context.Background(), source, toolsource.Options{})
		switch {
		case err == nil:
			t.Errorf("%s: opened, want %q", source, want)
			s.Close()
		case !strings.Contains(err.Error(), want):
			t.Errorf("%s: have %v, want %q", source, err, want)
		}
	}
}

// TestMembersStayInOrder: models read parameters in the order of their author.
func TestMembersStayInOrder(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "t.json")
	parameters := `{"type":"object","properties":{"z":{"type":"number","multipleOf":1e-3,"maximum":12345678901234567890},"a":{"type":"string","description":"<b> & \u00e9"}}}`
	write(t, file, `[{"name":"f","parameters":`+parameters+`}]`)
	s := open(t, file, toolsource.Options{})
	if want := strings.ReplaceAll(parameters, `\u00e9`, "é"); string(s.Tools[0].Parameters) != want {
		t.Errorf("have %s\nwant %s", s.Tools[0].Parameters, want)
	}
}

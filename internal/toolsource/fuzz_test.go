package toolsource

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/buttonbench/button/internal/schema"
)

// FuzzDocument: no document makes the reader panic; what it takes are usable
// tools, the same ones each time.
func FuzzDocument(f *testing.F) {
	files, err := filepath.Glob("testdata/*.*")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, filepath.Ext(file) == ".yaml")
	}
	f.Add([]byte(`{"openapi":"3.0.0","paths":{"/a":{"$ref":"#/paths/~1a"},"/b":{"get":{"parameters":[{"$ref":"#"}],"requestBody":{"$ref":"#/paths"}}}}}`), false)
	f.Add([]byte(`{"openapi":"3.1.0","paths":{"":{"get":{"parameters":[{"name":"a","in":"path","schema":{"allOf":[{"$ref":"#/x"}],"nullable":true}}],"responses":{"200":{"content":{"*/*":{"schema":{"$ref":"#/x"}}}}}}}},"x":{"anyOf":[{"$ref":"#/x"},true]}}`), false)
	f.Fuzz(func(t *testing.T, text []byte, yaml bool) {
		name := "document.json"
		if yaml {
			name = "document.yaml"
		}
		read := func() *Source {
			s, err := readDocument(&library{loaded: map[string]*document{}}, name, name, text)
			if err != nil {
				return nil
			}
			return s
		}
		first := read()
		if first == nil {
			return
		}
		checkUsable(t, first)
		have, err := json.Marshal(first)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := json.Marshal(read()); err != nil || !bytes.Equal(have, again) {
			t.Fatalf("%v\n%s\n%s", err, have, again)
		}
	})
}

func checkUsable(t *testing.T, s *Source) {
	t.Helper()
	names := map[string]bool{}
	var compiler schema.Compiler
	for _, tool := range s.Tools {
		if !usableName.MatchString(tool.Name) || names[tool.Name] {
			t.Fatalf("the name %q is not usable, or is there twice", tool.Name)
		}
		names[tool.Name] = true
		if _, err := compiler.Compile(tool.Parameters); err != nil {
			t.Fatalf("parameters %s: %v", tool.Parameters, err)
		}
		if tool.Returns == nil {
			continue
		}
		if _, err := compiler.Compile(tool.Returns); err != nil {
			t.Fatalf("returns %s: %v", tool.Returns, err)
		}
	}
}

// FuzzCommand: a command line is split or refused, and words without marks come
// out as they went in.
func FuzzCommand(f *testing.F) {
	for _, line := range []string{"npx -y a", `"a b" 'c' d\ e`, `'`, `\`} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words, err := splitCommand(line)
		if err == nil && (len(words) == 0 || words[0] == "") {
			t.Fatalf("%q: %q", line, words)
		}
	})
}

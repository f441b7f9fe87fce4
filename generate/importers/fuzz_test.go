package importers

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/buttonbench/button"
)

// fuzzFormat imports anything as one format: nothing may panic, and a record must be
// the same when it is written and read.
func fuzzFormat(f *testing.F, name string) {
	seeds, err := os.ReadFile(filepath.Join("testdata", name+".jsonl"))
	if err != nil {
		f.Fatal(err)
	}
	for _, line := range bytes.Split(bytes.TrimSpace(seeds), []byte{'\n'}) {
		f.Add(line)
	}
	format, _ := Lookup(name)
	f.Fuzz(func(t *testing.T, text []byte) {
		Guess([]Element{{Text: text}})
		record, err := format.Record(&Element{Line: 1, Text: text}, "x")
		if err != nil {
			return
		}
		line, err := record.AppendJSON(nil)
		if err != nil {
			t.Fatal(err)
		}
		var again button.Record
		if err := json.Unmarshal(line, &again); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if second, err := again.AppendJSON(nil); err != nil || !bytes.Equal(line, second) {
			t.Fatalf("%v\n%s\n%s", err, line, second)
		}
	})
}

func FuzzButton(f *testing.F)    { fuzzFormat(f, "button") }
func FuzzHermes(f *testing.F)    { fuzzFormat(f, "hermes") }
func FuzzToolBench(f *testing.F) { fuzzFormat(f, "toolbench") }
func FuzzSealTools(f *testing.F) { fuzzFormat(f, "seal-tools") }
func FuzzToolACE(f *testing.F)   { fuzzFormat(f, "toolace") }
func FuzzShareGPT(f *testing.F)  { fuzzFormat(f, "sharegpt") }
func FuzzGlaive(f *testing.F)    { fuzzFormat(f, "glaive") }
func FuzzXLAM(f *testing.F)      { fuzzFormat(f, "xlam") }
func FuzzOpenAI(f *testing.F)    { fuzzFormat(f, "openai") }
func FuzzTRL(f *testing.F)       { fuzzFormat(f, "trl") }

// FuzzElements cuts anything: lines never go back, and what is cut is part of the file.
func FuzzElements(f *testing.F) {
	for _, seed := range []string{"{\"a\":1}\n{\"b\":2}\n", "[{\"a\":1},\n{}]", "{\n}\n{\n}", "[", "{\"a\":\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		line := 0
		for element, err := range Elements(bytes.NewReader(file), "x") {
			if err != nil {
				return
			}
			if element.Line < line || !bytes.Contains(file, element.Text) {
				t.Fatalf("element %d of line %d behind line %d: %q", element.Index, element.Line, line, element.Text)
			}
			line = element.Line
		}
	})
}

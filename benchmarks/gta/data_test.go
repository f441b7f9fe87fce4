package gta

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func readSmall(t testing.TB) []item {
	t.Helper()
	items, hash, err := readData("testdata")
	if err != nil {
		t.Fatal(err)
	}
	if len(hash) != 64 {
		t.Fatalf("hash %q", hash)
	}
	return items
}

func TestReadData(t *testing.T) {
	items := readSmall(t)
	have := count(items)
	want := Totals{Items: 6, Steps: 3 + 2 + 2 + 3 + 1 + 2, Calls: 2 + 1 + 1 + 2 + 1 + 1, Keyed: 5, Objective: 4, Similarity: 1, Errors: 1, Refused: 1, Unanswerable: 1}
	if have != want {
		t.Errorf("have %+v\nwant %+v", have, want)
	}
	if items[0].id != "7" || items[4].id != "11" {
		t.Errorf("items are not in the order of the file: %s ... %s", items[0].id, items[4].id)
	}
	first := items[0]
	if first.request == "" || len(first.files) != 1 || string(first.dialog[3].calls[0].arguments) != `{"query":"M. Quill potter","k":4}` {
		t.Errorf("%+v", first)
	}
	if picture := items[3].dialog[2]; !picture.image || picture.content != "image/framed.jpg" {
		t.Errorf("%+v", picture)
	}
}

// Errors say which file, which item, which message.
func TestReadDataErrors(t *testing.T) {
	small, err := os.ReadFile("testdata/dataset.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, old, new, want string }{
		{"no JSON", string(small), "GTA", "not valid JSON at byte 1"},
		{"cut", string(small), string(small[:len(small)/2]), "ends too early"},
		{"a list", string(small), "[]", "want a JSON object, have an array"},
		{"empty", string(small), "{}", "holds no items"},
		{"nothing", string(small), "", "ends"},
		{"twice", `"8": {`, `"7": {`, `member "7" stands twice`},
		{"bad text", "Maud", "\xff", "not valid UTF-8"},
		{"item no object", string(small), `{"3": []}`, `item "3": the value is a JSON array`},
		{"unknown member", `"gt_answer": null`, `"gt_answer": null, "split": 1`, `item "10": unknown field "split"`},
		{"unknown in a message", `"role": "user", "content": "By`, `"role": "user", "mood": 1, "content": "By`, `item "8": dialogs[0]: unknown field "mood"`},
		{"unknown role", `"role": "tool", "name": "Calculator"`, `"role": "robot", "name": "Calculator", "thought": "x"`, `item "8": dialogs[2]: content: want a string`},
		{"other role", `"role": "user", "content": "By`, `"role": "system", "content": "By`, `item "8": has no user message`},
		{"role after", `{"role": "assistant", "content": "-25%"}`, `{"role": "critic", "content": "-25%"}`, `item "8": dialogs[3]: unknown role "critic"`},
		{"second user", `{"role": "assistant", "content": "-25%"}`, `{"role": "user", "content": "-25%"}`, `item "8": dialogs[3]: a second user message`},
		{"result without a call", `{"role": "assistant", "content": "-25%"}`, `{"role": "tool", "content": {"type": "text", "content": "x"}}`, `item "8": dialogs[3]: a result without a call`},
		{"result a string", `{"type": "text", "content": "-0.25"}`, `"-0.25"`, `item "8": dialogs[2]: content: the value is a JSON string`},
		{"result of another type", `{"type": "text", "content": "-0.25"}`, `{"type": "audio", "content": "-0.25"}`, `item "8": dialogs[2]: content: type "audio" is neither`},
		{"result missing", `, "content": {"type": "text", "content": "-0.25"}`, ``, `item "8": dialogs[2]: content: missing`},
		{"content a list", `"content": "-25%"`, `"content": ["-25%"]`, `item "8": dialogs[3]: content: want a string`},
		{"arguments a string", `"arguments": {"expression": "(30 - 40) / 40"}`, `"arguments": "30"`, `item "8": dialogs[1]: tool_calls[0]: arguments of "Calculator": want a JSON object`},
		{"arguments missing", `, "arguments": {"expression": "(30 - 40) / 40"}`, ``, `item "8": dialogs[1]: tool_calls[0]: arguments of "Calculator": the JSON text ends too early`},
		{"two calls", `[{"type": "function", "function": {"name": "Calculator", "arguments": {"expression": "(30 - 40) / 40"}}}]`, `[{"type": "function", "function": {"name": "Calculator", "arguments": {}}},{"type": "function", "function": {"name": "Calculator", "arguments": {}}}]`, `item "8": dialogs[1]: 2 calls in one message`},
		{"unlisted tool", `"name": "Calculator", "arguments"`, `"name": "Abacus", "arguments"`, `item "8": dialogs[1]: calls "Abacus", which is not among the item's tools`},
		{"no steps", `"dialogs": [
      {"role": "user", "content": "What mood is the picture in?"},
      {"role": "assistant", "tool_calls": [{"type": "function", "function": {"name": "ImageDescription", "arguments": {"image": "image/pond.jpg"}}}]},
      {"role": "tool", "name": "ImageDescription", "content": {"type": "text", "content": "a still pond at dusk"}},
      {"role": "assistant", "content": "It is calm."}
    ]`, `"dialogs": [{"role": "user", "content": "x"}]`, `item "9": has no assistant message`},
		{"key a string", `"gt_answer": null`, `"gt_answer": "yes"`, `item "10": gt_answer: the value is a JSON string`},
		{"references no texts", `"Peaceful."]`, `5]`, `item "9": gt_answer: the value is a JSON number`},
		{"empty whitelist", `[["-25%"]]`, `[]`, `item "8": gt_answer: the whitelist is empty`},
		{"empty group", `[["-25%"]]`, `[["-25%"], []]`, `item "8": gt_answer: whitelist[1] is empty`},
		{"unknown in the key", `"whitelist": [["-25%"]]`, `"greylist": [], "whitelist": [["-25%"]]`, `item "8": gt_answer: unknown field "greylist"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			changed := strings.Replace(string(small), test.old, test.new, 1)
			if changed == string(small) {
				t.Fatal("nothing was changed")
			}
			dir := t.TempDir()
			path := filepath.Join(dir, "dataset.json")
			if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Load(dir, Native)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("have %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestMissingData(t *testing.T) {
	dir := t.TempDir()
	_, err := Load(dir, Native)
	if err == nil || !strings.Contains(err.Error(), filepath.Join(dir, "dataset.json")) || !strings.Contains(err.Error(), "name the folder") {
		t.Error(err)
	}
	if _, err := CountData(filepath.Join(dir, "nowhere")); err == nil {
		t.Error("a missing folder is read")
	}
	if err := os.Mkdir(filepath.Join(dir, "dataset.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir, Native); err == nil {
		t.Error("a folder is read as a file")
	}
	if _, err := Load("testdata", "xml"); err == nil || !strings.Contains(err.Error(), "native or react") {
		t.Error(err)
	}
}

// FuzzDecode: no text makes the reader panic, and whatever it takes can be asked
// in both protocols and judged.
func FuzzDecode(f *testing.F) {
	small, err := os.ReadFile("testdata/dataset.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(small)
	f.Add([]byte(`{"0":{"tools":[{"name":"f","inputs":[{"name":"x","type":"int","default":{}}]}],"dialogs":[{"role":"user","content":"u"},{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":{"x":1e999}}}]}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		items, err := decode(data)
		if err != nil {
			return
		}
		count(items)
		for i := range items {
			for _, protocol := range []string{Native, ReAct} {
				guide := newGuide(items[i:i+1], protocol)
				one := &task{item: &items[i], protocol: protocol}
				episode := one.Start()
				for {
					request, more := episode.Next()
					if !more {
						break
					}
					for _, tool := range request.Tools {
						if !json.Valid(tool.Parameters) {
							t.Fatalf("%s", tool.Parameters)
						}
					}
					if _, known := guide.Steps(request.Messages, nil); !known {
						t.Fatal("the guide does not know its own conversation")
					}
					episode.Observe(answer(items[i], len(request.Messages), protocol))
				}
				episode.Verdict()
			}
		}
	})
}

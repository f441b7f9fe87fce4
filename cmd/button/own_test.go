package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/generate/simulated"
)

func testBook(t *testing.T, dir, cache string) *callBook {
	t.Helper()
	p := &process{}
	book, err := p.openCallBook(&endpointFlags{cache: cache, cacheDir: dir}, &ownConfig{Source: "mcp:depot", Hash: "sha256:1"})
	if err != nil {
		t.Fatal(err)
	}
	return book
}

func depotOrder(arguments string) simulated.ToolCall {
	return simulated.ToolCall{Name: "get_order", Arguments: json.RawMessage(arguments)}
}

func TestCallBook(t *testing.T) {
	dir := t.TempDir()
	book := testBook(t, dir, "write")
	results := map[string]*simulated.ToolResult{
		`{"id":1,"full":"a<b"}`:    {Result: json.RawMessage(`{"note":"<a & b>","size":1.50,"big":9007199254740993}`)},
		`{"id":2}`:                 {Error: &simulated.ToolError{Code: toolFailed, Message: "no such order"}},
		`{"id":9007199254740993}`:  {Result: json.RawMessage(`"words"`)},
		`{"id":9007199254740992}`:  {Result: json.RawMessage(`null`)},
		`{"list":[{"b":1,"a":2}]}`: {Result: json.RawMessage(`[]`)},
	}
	for arguments, result := range results {
		if book.find(7, depotOrder(arguments)) != nil {
			t.Errorf("%s is known before it was made", arguments)
		}
		if err := book.keep(7, depotOrder(arguments), result); err != nil {
			t.Fatal(err)
		}
	}
	book.close()
	paths, _ := filepath.Glob(filepath.Join(dir, "calls-*.jsonl"))
	if len(paths) != 1 {
		t.Fatalf("the folder holds %v", paths)
	}
	file, err := os.OpenFile(paths[0], os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString(`{"record":7,"name":"get_order","arguments":{"id":3},"resu`); err != nil { // the power fails
		t.Fatal(err)
	}
	file.Close()

	book = testBook(t, dir, "write")
	if err := book.keep(7, depotOrder(`{"id":4}`), &simulated.ToolResult{Result: json.RawMessage(`4`)}); err != nil {
		t.Fatal(err)
	}
	book.close()
	book = testBook(t, dir, "read")
	for arguments, want := range results {
		if diff := cmp.Diff(want, book.find(7, depotOrder(arguments))); diff != "" {
			t.Errorf("%s: %s", arguments, diff)
		}
	}
	if book.find(7, depotOrder(`{"full":"a<b","id":1}`)) == nil {
		t.Error("the same arguments in another order are another call")
	}
	if book.find(7, depotOrder(`{"id":4}`)) == nil {
		t.Error("what was kept behind a torn line is lost")
	}
	if book.find(7, depotOrder(`{"id":3}`)) != nil || book.find(8, depotOrder(`{"id":2}`)) != nil {
		t.Error("a call is known that was not made")
	}
	if testBook(t, dir, "off").find(7, depotOrder(`{"id":2}`)) != nil {
		t.Error("a book is read where the cache is off")
	}
}

func TestShownSource(t *testing.T) {
	for source, want := range map[string]string{
		"tools.json": "tools.json",
		"https://me:secret@api.example.org/openapi.json?key=abc#x": "https://api.example.org/openapi.json",
		"mcp+https://example.org/mcp?token=abc":                    "mcp+https://example.org/mcp",
		"mcp:npx -y server --api-key abc --verbose":                "mcp:npx -y server --api-key *** --verbose",
		"mcp:server --token=abc --url http://127.0.0.1":            "mcp:server --token=*** --url http://127.0.0.1",
		"http://%zz": "...",
	} {
		if have := shownSource(source); have != want {
			t.Errorf("%s is shown as %s, want %s", source, have, want)
		}
	}
}

package schema

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSeal passes the builder by: what it would never hand on still ends at the
// loader.
func TestSeal(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		_, _ = w.Write([]byte("{}"))
	}))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "schema.json")
	if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, clean := range []map[string]any{
		{"$ref": server.URL},
		{"$ref": "file://" + file},
		{"$id": server.URL, "$ref": "x"},
		{"properties": map[string]any{"a": map[string]any{"$ref": server.URL + "#/definitions/a"}}},
	} {
		if _, err := compileClean(clean); err == nil || !strings.Contains(err.Error(), "leads out of the schema") {
			t.Errorf("%v: %v", clean, err)
		}
	}
	if asked > 0 {
		t.Errorf("the server was asked %d times", asked)
	}
}

// TestRecover hands the library a number that makes it panic.
func TestRecover(t *testing.T) {
	var compiler Compiler
	schema, err := compiler.Compile(json.RawMessage(`{"maximum": 1}`))
	if err != nil {
		t.Fatal(err)
	}
	if violations, err := schema.check(json.Number("1e-10000000")); !errors.Is(err, ErrInternal) {
		t.Errorf("have %v, %v", violations, err)
	}
}

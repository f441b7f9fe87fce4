package simulated

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/buttonbench/button"
)

func TestCanonical(t *testing.T) {
	for _, test := range []struct {
		a, b string
		same bool
	}{
		{`{"a":1,"b":[2.50]}`, `{"b":[2.5],"a":1.0}`, true},
		{`7`, `"7"`, true},
		{`1e2`, `100`, true},
		{`"7.0"`, `7`, false},
		{`true`, `"true"`, false},
		{`null`, `"null"`, false},
		{`"Lyon"`, `"lyon"`, false},
		{`1e999999999`, `1e999999998`, false},
	} {
		if have := same(json.RawMessage(test.a), json.RawMessage(test.b)); have != test.same {
			t.Errorf("%s and %s: same is %v", test.a, test.b, have)
		}
	}
}

func TestNameParts(t *testing.T) {
	for name, want := range map[string]string{
		"trainId": "train id", "train_id": "train id", "TrainID": "train id", "HTTPServer": "http server", "geo.find-city": "geo find city", "": "",
	} {
		if have := strings.Join(nameParts(name), " "); have != want {
			t.Errorf("%s: have %q, want %q", name, have, want)
		}
	}
}

func TestHoldsJSON(t *testing.T) {
	for text, want := range map[string]bool{
		"plain words": false, "a [note] in brackets": false, `{"a": 1}`: true, `see {"a": 1, oops`: true, `[{"a":1}]`: true, "list [1, 2]": false, "{}": true,
	} {
		if have := holdsJSON(text); have != want {
			t.Errorf("%s: have %v", text, have)
		}
	}
}

func TestClosed(t *testing.T) {
	have := string(closed(json.RawMessage(`{"type":"object","properties":{"a":{"type":"object","properties":{"properties":{"type":"string"}}},"b":{"type":"object"}}}`)))
	want := `{"additionalProperties":false,"properties":{"a":{"additionalProperties":false,"properties":{"properties":{"type":"string"}},"type":"object"},"b":{"type":"object"}},"type":"object"}`
	if have != want {
		t.Errorf("have %s", have)
	}
}

func TestPassing(t *testing.T) {
	for code, want := range map[string]bool{"service_unavailable": true, "timeout": true, "rate_limited": true, "sold_out": false, "not_found": false} {
		if passing(FunctionError{Code: code}) != want {
			t.Errorf("%s: have %v", code, !want)
		}
	}
}

// FuzzValues reads JSON of strangers: nothing panics, every leaf that is listed can
// be exchanged, and the exchanged one is found in its place.
func FuzzValues(f *testing.F) {
	for _, seed := range []string{`{"a":[1,{"b":"x"}],"c":null}`, `[[[]]]`, `"x"`, `1e400`, `{"a.b":1,"a":{"b":2}}`, `{`, strings.Repeat("[", 300)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		value := json.RawMessage(text)
		canonical(value)
		readResult(text)
		closed(value)
		statementsOf(value)
		holdsJSON(text)
		found := leaves(value)
		if len(found) > 50 || !json.Valid(value) {
			return
		}
		if _, err := button.ParseMembers(value); err != nil {
			return
		}
		paths := map[string]int{}
		for _, one := range found {
			paths[one.path]++
		}
		for _, one := range found {
			changed := replaced(value, one.path, json.RawMessage(`"another"`))
			if !json.Valid(changed) {
				t.Fatalf("%s at %q: no JSON: %s", text, one.path, changed)
			}
			n := 0
			for _, other := range leaves(changed) {
				if other.path == one.path && string(other.value) == `"another"` {
					n++
				}
			}
			if n < paths[one.path] {
				t.Fatalf("%s at %q: %s", text, one.path, changed)
			}
		}
	})
}

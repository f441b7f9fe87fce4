package runstore_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/internal/runstore"
)

func TestDiff(t *testing.T) {
	tests := []struct {
		name     string
		was, now string
		want     []runstore.Change
	}{
		{name: "same in other order", was: `{"a":1,"b":[true,{"c":"x"}]}`, now: ` {"b":[true,{"c":"x"}],"a":1}`},
		{name: "number by its text", was: `{"a":1}`, now: `{"a":1.0}`, want: []runstore.Change{{"a", "1", "1.0"}}},
		{name: "huge exponent", was: `1e999999999`, now: `1e999999999`},
		{name: "not set and null", was: `{}`, now: `{"a":null}`, want: []runstore.Change{{"(all)", "{}", ""}, {"a", "", "null"}}},
		{name: "nested", was: `{"m":{"t":0,"stop":["a","b"]}}`, now: `{"m":{"t":0.7,"stop":["a","c","<d>"]}}`, want: []runstore.Change{
			{"m.stop[1]", `"b"`, `"c"`}, {"m.stop[2]", "", `"<d>"`}, {"m.t", "0", "0.7"}}},
		{name: "another type", was: `{"a":{"b":1}}`, now: `{"a":[]}`, want: []runstore.Change{{"a", "", "[]"}, {"a.b", "1", ""}}},
		{name: "names that look like paths", was: `{"a.b":1,"":2}`, now: `{"a":{"b":1}}`, want: []runstore.Change{
			{`""`, "2", ""}, {`"a.b"`, "1", ""}, {"a.b", "", "1"}}},
		{name: "nothing", was: ``, now: `null`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := runstore.Diff(json.RawMessage(test.was), json.RawMessage(test.now))
			check(t, err)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if _, err := runstore.Diff(json.RawMessage(`{`), nil); err == nil {
		t.Error("took half a value")
	}
}

func TestConfigErrorIsReadable(t *testing.T) {
	prompt := strings.Repeat("You are a helpful assistant. ", 20)
	changes := []runstore.Change{
		{"model.sampling.temperature", "0", "0.7"},
		{"model.sampling.top_k", "", "40"},
		{"prompt", `"` + prompt + `Be brief."`, `"` + prompt + `Be polite."`},
		{"note", `"` + strings.Repeat("ü", 50) + `"`, ""},
	}
	want := `it was begun with another configuration:
  model.sampling.temperature: 0 -> 0.7
  model.sampling.top_k: (not set) -> 40
  prompt: ...lpful assistant. Be brief." -> ...lpful assistant. Be polite."
  note: "üüüüüüüüüüüüüüüüüüüüüüüüüüüüü... -> (not set)
resume with the same configuration, or name another folder`
	got := (&runstore.ConfigError{Changes: changes}).Error()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for range 30 {
		changes = append(changes, changes[0])
	}
	got = (&runstore.ConfigError{Changes: changes}).Error()
	if !strings.Contains(got, "  and 14 more\n") || strings.Count(got, "\n") != 22 {
		t.Error(got)
	}
}

func FuzzConfigError(f *testing.F) {
	f.Add(`{"a":"`+strings.Repeat("é", 80)+`"}`, `{"a":"`+strings.Repeat("é", 79)+`e"}`)
	f.Add(`[1,[2]]`, `{"":{"":[]}}`)
	f.Fuzz(func(t *testing.T, was, now string) {
		if !utf8.ValidString(was) || !utf8.ValidString(now) {
			return
		}
		changes, err := runstore.Diff(json.RawMessage(was), json.RawMessage(now))
		if err != nil {
			return
		}
		text := (&runstore.ConfigError{Changes: changes}).Error()
		if !utf8.ValidString(text) {
			t.Errorf("not UTF-8: %q", text)
		}
		if back, err := runstore.Diff(json.RawMessage(now), json.RawMessage(was)); err != nil || len(back) != len(changes) {
			t.Errorf("%d changes there, %d back, %v", len(changes), len(back), err)
		}
	})
}

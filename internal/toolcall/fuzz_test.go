package toolcall

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// checkResult is what holds for every text: sane parts, bounded work, and no
// call without a marker or a known name.
func checkResult(t *testing.T, text string, result Result, steps, passes int, marked bool) {
	t.Helper()
	if limit := passes * (9*len(text) + 2<<20); steps > limit {
		t.Errorf("%d steps for %d bytes, want at most %d", steps, len(text), limit)
	}
	if len(result.Calls) > MaxCalls {
		t.Errorf("%d calls", len(result.Calls))
	}
	called := result.Outcome == Parsed || result.Outcome == Repaired
	if called != (len(result.Calls) > 0) || called && result.Dialect == "" {
		t.Errorf("outcome %s by %q with %d calls", result.Outcome, result.Dialect, len(result.Calls))
	}
	if result.Outcome == Malformed && result.Detail == "" {
		t.Error("malformed, but not told how")
	}
	known, repaired := false, result.Detail != ""
	for _, call := range result.Calls {
		known = known || call.Known
		repaired = repaired || len(call.Repairs) > 0
		var object map[string]any
		if err := json.Unmarshal(call.Arguments, &object); err != nil || object == nil {
			t.Errorf("arguments %s: %v", call.Arguments, err)
		}
		if call.Name == "" || !utf8.Valid(call.Arguments) {
			t.Errorf("name %q, arguments %q", call.Name, call.Arguments)
		}
	}
	if called && (result.Outcome == Repaired) != repaired {
		t.Errorf("%s, but repaired is %v", result.Outcome, repaired)
	}
	if called && !known && !marked {
		t.Errorf("a call of %q without a marker", result.Calls[0].Name)
	}
}

// fuzzFamily fuzzes the grammars of one family: the first argument picks one.
func fuzzFamily(f *testing.F, names ...string) {
	var family []Dialect
	for _, name := range names {
		dialect, ok := Lookup(name)
		if !ok {
			f.Fatalf("no dialect %q", name)
		}
		family = append(family, dialect)
	}
	for i, dialect := range family {
		for _, w := range writers() {
			if w.dialect == dialect.Name {
				text, _ := w.text(damaged())
				f.Add(uint8(i), text)
			}
		}
		for _, marker := range append([]string{""}, dialect.Markers...) {
			for _, body := range []string{
				`{"name":"find_room","arguments":{"floor":3}}`, `[{"name":"sing","parameters":{"a":[{}]}}]`, `find_room[ARGS]{"floor":"3"}`,
				`find_room(floor=3)`, "find_room\n{\"floor\":3}", `{`, `{"name":"find_room","arguments":"{\"floor\":3}"`,
			} {
				f.Add(uint8(i), marker+body)
				f.Add(uint8(i), marker+body+strings.Replace(marker, "<", "</", 1)+marker+body)
			}
		}
	}
	f.Fuzz(func(t *testing.T, pick uint8, text string) {
		dialect := family[int(pick)%len(family)]
		meter := &meter{}
		result := parseIn(dialect, text, newOffer(offered()), meter)
		marked := containsAny(text, dialect.Markers) || dialect.fence && strings.Contains(text, "```")
		checkResult(t, text, result, meter.steps, 1, marked)
	})
}

func FuzzHermes(f *testing.F) { fuzzFamily(f, "hermes", "granite_20b_fc", "internlm") }
func FuzzArrays(f *testing.F) {
	fuzzFamily(f, "granite", "jamba", "minimax_m1", "phi4_mini_json", "cohere_command", "apertus")
}
func FuzzWhole(f *testing.F)    { fuzzFamily(f, "llama3_json", "xlam", "glm4") }
func FuzzMistral(f *testing.F)  { fuzzFamily(f, "mistral") }
func FuzzDeepSeek(f *testing.F) { fuzzFamily(f, "deepseek_v3", "deepseek_v31") }
func FuzzKimi(f *testing.F)     { fuzzFamily(f, "kimi_k2") }
func FuzzButton(f *testing.F)   { fuzzFamily(f, "button") }
func FuzzFence(f *testing.F)    { fuzzFamily(f, "fence") }

func FuzzDetect(f *testing.F) {
	table := Dialects()
	for _, dialect := range table {
		for _, marker := range append([]string{""}, dialect.Markers...) {
			f.Add("<think>a</think>"+marker+`{"name":"find_room","arguments":{"floor":3}}`, "")
			f.Add("", "I will.\n"+marker+`[{"name":"find_room","arguments":{"floor":3}}]`)
			f.Add(marker+"find_room\n```json\n{\"floor\": 3}\n```"+marker, "x")
		}
	}
	markers := append(allMarkers(table), "```")
	f.Fuzz(func(t *testing.T, text, reasoning string) {
		meter := &meter{}
		result := detect(text, reasoning, offered(), meter)
		checkResult(t, text+reasoning, result, meter.steps, len(table), containsAny(text+reasoning, markers))
	})
}

func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.5,"x\u00e9",true,null]}`, `{'a': None,}`, `[`, `"\ud83d\ude00"`, `{"a":1}}`, `+1_0.e5`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		in := newInput(text, newOffer(nil), &meter{})
		v, err := in.readJSON()
		if err != nil {
			return
		}
		out := v.json()
		if !json.Valid(out) {
			t.Fatalf("%q read as %q", text, out)
		}
		// What the standard decoder reads, this one reads alike, without repair.
		read := in.text[:in.at]
		if json.Valid([]byte(read)) && utf8.ValidString(read) && len(in.notes) == 0 {
			again, repairs, err := decodeText(string(out))
			if err != nil || len(repairs) > 0 || string(again.json()) != string(out) {
				t.Fatalf("%q: %q again is %q, %v, %v", text, out, again.json(), repairs, err)
			}
			var want, have any
			if json.Unmarshal([]byte(read), &want) == nil && (json.Unmarshal(out, &have) != nil || !equalJSON(want, have)) {
				t.Fatalf("%q: read %v, want %v", text, have, want)
			}
		}
	})
}

func equalJSON(a, b any) bool {
	x, err := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err == nil && err2 == nil && string(x) == string(y)
}

func FuzzCoerce(f *testing.F) {
	f.Add(`{"n":"3"}`, `{"properties":{"n":{"$ref":"#/$defs/n"}},"$defs":{"n":{"type":"integer"}}}`)
	f.Add(`{"n":{"n":"[1]"}}`, `{"properties":{"n":{"$ref":"#"}},"type":["array","null"]}`)
	f.Fuzz(func(t *testing.T, arguments, schema string) {
		have, _, err := Coerce(json.RawMessage(arguments), json.RawMessage(schema))
		if err != nil {
			return
		}
		again, _, err := Coerce(have, json.RawMessage(schema))
		if err != nil || string(again) != string(have) {
			t.Fatalf("%s, a second time %s: %v", have, again, err)
		}
	})
}

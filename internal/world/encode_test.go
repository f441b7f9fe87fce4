package world_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/buttonbench/button/internal/world"
)

func TestEncode(t *testing.T) {
	types := world.Builtins("EUR")
	for _, test := range []struct {
		base  string
		value world.Value
		want  string
	}{
		{world.Money, int64(1450), "14.5"}, {world.Money, int64(1400), "14"}, {world.Money, int64(5), "0.05"}, {world.Money, int64(0), "0"},
		{world.Quantity, int64(125), "12.5"}, {world.Quantity, int64(-125), "-12.5"}, {world.Quantity, int64(-5), "-0.5"}, {world.Quantity, int64(120), "12"},
		{world.Count, int64(3), "3"}, {world.Minutes, int64(95), "95"}, {world.Percent, int64(40), "40"}, {world.Number, int64(7), "7"},
		{world.Bool, true, "true"}, {world.Date, "2026-10-14", `"2026-10-14"`}, {world.Time, "15:30", `"15:30"`},
		{world.DateTime, "2026-10-14T15:30", `"2026-10-14T15:30"`}, {world.Text, "a \"b\"\n", `"a \"b\"\n"`},
	} {
		got := types[test.base].Encode(test.value)
		if string(got) != test.want {
			t.Errorf("%s %v: have %s, want %s", test.base, test.value, got, test.want)
		}
		back, err := types[test.base].Decode(got)
		if err != nil || back != test.value {
			t.Errorf("%s %s decodes to %v, %v", test.base, got, back, err)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	types := world.Builtins("EUR")
	for _, test := range []struct{ base, raw, want string }{
		{world.Money, "14.505", "more decimal places than the 2 allowed"},
		{world.Money, `"14.50"`, "want a number"},
		{world.Money, "-1", "-100 is below 0"},
		{world.Money, "1e300", "number is out of range"},
		{world.Money, "1e99999999", ""},
		{world.Count, "1.5", "want a whole number, have 1.5"},
		{world.Count, "true", "want a whole number"},
		{world.Count, "null", "want a whole number"},
		{world.Count, "99999999999999999999", "out of range"},
		{world.Count, "0." + strings.Repeat("0", 100), "too many places"},
		{world.Bool, `"true"`, "want a boolean"},
		{world.Date, `"2026-02-30"`, "is not a date"},
		{world.Date, "20260230", "want a string"},
		{world.Time, `"25:00"`, "is not a time"},
		{world.DateTime, `"2026-02-03 10:00"`, "is not a date and time"},
		{world.DateTime, `"2026-02-03T24:00"`, "is not a time"},
		{world.Text, `{}`, "want a string"},
		{world.Text, `x`, "not valid JSON"},
		{world.Text, `"` + strings.Repeat("x", 5000) + `"`, "longer than the allowed"},
	} {
		value, err := types[test.base].Decode(json.RawMessage(test.raw))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s %.40s: have %v, %v; want %q", test.base, test.raw, value, err, test.want)
		}
	}
	for raw, want := range map[string]int64{"14.50": 1450, "1.45e1": 1450, "14.5": 1450, "1450e-2": 1450, "0.00": 0, "-0": 0} {
		if got, err := types[world.Money].Decode(json.RawMessage(raw)); err != nil || got != want {
			t.Errorf("%s: have %v, %v; want %d", raw, got, err, want)
		}
	}
}

func TestEncodeIsExact(t *testing.T) {
	types := world.Builtins("EUR")
	rapid.Check(t, func(r *rapid.T) {
		value := rapid.Int64Range(0, 1_000_000_000_000).Draw(r, "value")
		for _, base := range []string{world.Money, world.Quantity, world.Count} {
			raw := types[base].Encode(value)
			back, err := types[base].Decode(raw)
			if err != nil || back != value {
				r.Fatalf("%s: %d -> %s -> %v, %v", base, value, raw, back, err)
			}
		}
	})
}

func TestArguments(t *testing.T) {
	start := begin(t, toolshed(t), 1)
	for name, given := range calls(start) {
		f := start.World.Function(name)
		encoded := f.EncodeArguments(given)
		decoded, err := f.DecodeArguments(encoded)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(given, decoded); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	f := start.World.Function("report_fault")
	got := f.EncodeArguments(arguments{"contact.phone": "1", "fault": "OL", "contact.name": "Ines Holm", "tool": "T1234", "other": "x"})
	if want := `{"tool":"T1234","fault":"OL","contact":{"name":"Ines Holm","phone":"1"}}`; string(got) != want {
		t.Errorf("have %s, want %s", got, want)
	}
}

func TestCallJSON(t *testing.T) {
	start := begin(t, toolshed(t), 1)
	state := start.Fork()
	for _, test := range []struct{ name, given, code, want string }{
		{"lend_tool", `{}`, world.UnknownFunction, `there is no function "lend_tool"`},
		{"my_loans", `{}`, world.InvalidArguments, "card"},
		{"my_loans", `{"card":"G-1"}`, world.InvalidArguments, "card"},
		{"my_loans", `{"card":7}`, world.InvalidArguments, "card"},
		{"my_loans", `{"card":null}`, world.InvalidArguments, "card"},
		{"my_loans", `{"card":"G-1234","kard":1}`, world.InvalidArguments, "kard"},
		{"my_loans", `[]`, world.InvalidArguments, ""},
		{"my_loans", `{`, world.InvalidArguments, ""},
		{"my_loans", ``, world.InvalidArguments, ""},
		{"my_loans", `{"card":"G-1234","card":"G-1234"}`, world.InvalidArguments, "card"},
		{"my_loans", `{"card":"G-0000"}`, "unknown_card", "there is no card G-0000"},
		{"shed_hours", `{"shed":"Mill Lane","day":"2026-02-30"}`, world.InvalidArguments, `"2026-02-30" is not a date`},
		{"extend_loan", `{"loan":"L12345","days":6}`, world.InvalidArguments, "days"},
		{"extend_loan", `{"loan":"L12345","days":2.5}`, world.InvalidArguments, "days"},
		{"pay_fees", `{"card":"G-1234","amount":1.005}`, world.InvalidArguments, "decimal places"},
		{"report_fault", `{"tool":"T1234","fault":"OL","contact":{"name":"x"}}`, world.InvalidArguments, "contact"},
		{"report_fault", `{"tool":"T1234","fault":"OL","contact":"x"}`, world.InvalidArguments, "contact"},
		{"borrow_tool", `{"tool":"T1234","card":"G-1234","from":"2026-02-03","days":2,"extras":[]}`, world.InvalidArguments, "extras"},
	} {
		outcome, err := state.CallJSON(test.name, json.RawMessage(test.given))
		if err != nil {
			t.Fatal(err)
		}
		if outcome.Failure == nil || outcome.Failure.Code != test.code || !strings.Contains(outcome.Failure.Message, test.want) {
			t.Errorf("%s %s: have %s, want %s with %q", test.name, test.given, outcome.JSON, test.code, test.want)
		}
	}
	if state.Hash() != start.Hash() {
		t.Error("refused calls changed the state")
	}
	for name, given := range calls(start) {
		direct := call(t, start.Fork(), name, given)
		outcome, err := start.Fork().CallJSON(name, start.World.Function(name).EncodeArguments(given))
		if err != nil || string(outcome.JSON) != string(direct.JSON) {
			t.Errorf("%s: have %s, %v; want %s", name, outcome.JSON, err, direct.JSON)
		}
	}
}

func TestToolGolden(t *testing.T) {
	var out strings.Builder
	for _, f := range toolshed(t).Functions {
		tool, err := json.MarshalIndent(f.Tool(0), "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		var result any
		if err := json.Unmarshal(f.ResultSchema(), &result); err != nil {
			t.Fatal(err)
		}
		out.WriteString(string(tool) + "\n" + string(f.ResultSchema()) + "\n\n")
	}
	golden(t, "toolshed_tools.golden", out.String())
	f := toolshed(t).Functions[0]
	if f.Tool(1).Description != f.Does[1] || f.Tool(2).Description != f.Does[0] || f.Tool(-1).Description != f.Does[1] {
		t.Error("descriptions are not counted modulo their number")
	}
}

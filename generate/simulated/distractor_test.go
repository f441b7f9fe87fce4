package simulated

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
)

func TestWriteDistractors(t *testing.T) {
	sibling := func(n int) FunctionForm {
		return FunctionForm{
			Name: "list_delays_" + string(rune('a'+n)), Description: "Lists the delays that a train had in the past.",
			Parameters: json.RawMessage(`{"type":"object","properties":{"month":{"type":"string"}},"required":["month"]}`),
			Returns:    json.RawMessage(`{"type":"object","properties":{"minutes":{"type":"number"}},"required":["minutes"]}`),
			Errors:     []FunctionError{}, Effect: "read",
		}
	}
	for _, test := range []struct {
		name  string
		rule  string
		spoil func(*FunctionForm)
	}{
		{"good ones", "", func(*FunctionForm) {}},
		{"a copy under another name", RuleDistractorServes, func(f *FunctionForm) {
			_, box := journey()
			f.Parameters, f.Returns = box.Functions[1].Tool.Parameters, box.Functions[1].Returns
		}},
		{"the same and more", RuleDistractorServes, func(f *FunctionForm) {
			f.Parameters = json.RawMessage(`{"type":"object","properties":{"City":{"type":"string"},"hour":{"type":"string"}},"required":["City"]}`)
			f.Returns = json.RawMessage(`{"type":"object","properties":{"city":{"type":"string"},"sky":{"type":"string"},"high":{"type":"number"},"low":{"type":"number"}}}`)
		}},
		{"a name that is taken", RuleDistractorName, func(f *FunctionForm) { f.Name = "findTrains" }},
		{"no name", RuleDistractorName, func(f *FunctionForm) { f.Name = "list delays" }},
		{"no schema", RuleDistractorSchema, func(f *FunctionForm) { f.Returns = json.RawMessage(`{"type":"object","properties":7}`) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := &actors{distractor: func(n int, _ *DistractorMaterial) DistractorReply {
				form := sibling(n)
				test.spoil(&form)
				return DistractorReply{form, "It looks back, not ahead."}
			}}
			teacher, _ := a.teacher(t)
			asker := teacher.For(4)
			_, box := journey()
			box.Distractors = nil
			if err := WriteDistractors(context.Background(), asker, box, 3); err != nil {
				t.Fatal(err)
			}
			want := 3
			if test.rule != "" {
				want = 0
				faults := asker.Ledger().Stages[StageDistractor].Faults
				if faults[test.rule] == 0 {
					t.Errorf("the rule %s found nothing: %v", test.rule, faults)
				}
			}
			if len(box.Distractors) != want {
				t.Fatalf("%d distractors, want %d", len(box.Distractors), want)
			}
			for _, one := range box.Distractors {
				if !strings.HasPrefix(one.Tool.Name, "list_delays_") || one.Effect != "read" || len(one.Returns) == 0 {
					t.Errorf("have %+v", one)
				}
			}
		})
	}
}

package quality_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/quality"
)

// The simulated records by their shape.
const (
	chain, fanIn, failing, clarified, corrected, mapped = 0, 1, 2, 3, 4, 5
)

func inMessage(i int, old, changed string) func(*button.Record) {
	return func(r *button.Record) {
		before := r.Messages[i].Content + r.Messages[i].Reasoning
		r.Messages[i].Content = strings.Replace(r.Messages[i].Content, old, changed, 1)
		r.Messages[i].Reasoning = strings.Replace(r.Messages[i].Reasoning, old, changed, 1)
		if before == r.Messages[i].Content+r.Messages[i].Reasoning {
			panic("nothing changed: " + old)
		}
	}
}

// TestEachSimulatedRuleRefuses breaks each rule of simulated records.
func TestEachSimulatedRuleRefuses(t *testing.T) {
	v := quality.NewVerifier(nil)
	for _, test := range []struct {
		name, rule string
		record     int
		change     func(*button.Record)
	}{
		{"no teacher", "structure.teacher", chain, func(r *button.Record) { r.Meta.Teacher = "" }},
		{"no day", "structure.today", fanIn, func(r *button.Record) { r.Meta.Today = "soon" }},
		{"another day", "structure.today", chain, inMessage(0, "2026-03-02", "2026-03-03")},
		{"a world", "structure.mode", chain, func(r *button.Record) { r.Meta.World = "trains" }},
		{"a check by execution", "structure.checks", chain, func(r *button.Record) { r.Checks["replay"] = "pass" }},
		{"a name that trainers refuse", "structure.tool", chain, func(r *button.Record) { r.Tools[2].Name = "cancel-seat" }},
		{"parameters that do not compile", "structure.tool", chain, func(r *button.Record) {
			r.Tools[2].Parameters = []byte(`{"type":"objekt"}`)
		}},
		{"an unknown member of a tool", "structure.tool", chain, func(r *button.Record) {
			r.Tools[2].FunctionExtra = append(r.Tools[2].FunctionExtra, button.Member{Name: "world", Value: []byte(`1`)})
		}},
		{"errors without codes", "structure.tool", chain, func(r *button.Record) { setExtra(r, 2, quality.MemberErrors, `[{"when":"x"}]`) }},
		{"two effects of one function", "structure.effect", fanIn, func(r *button.Record) { r.Plan.Nodes[1].Effect = button.EffectWrite }},
		{"other arguments in the plan", "structure.arguments", chain, func(r *button.Record) { r.Plan.Nodes[0].Arguments = []byte(`{}`) }},
		{"an argument of another type", "schema.arguments", chain, arguments(1, `{"train_number":"X4075","date":"2026-03-05","passenger":"Ingrid Solberg","seats":"2"}`)},
		{"a parameter that is none", "schema.parameter", corrected, func(r *button.Record) {
			r.Tools[0].Parameters = []byte(strings.Replace(string(r.Tools[0].Parameters), `,"additionalProperties":false`, "", 1))
			arguments(0, `{"to":"Portugal","weight_kg":4.5,"insured":true}`)(r)
		}},
		{"a result of another form", "schema.result", clarified, inMessage(4, `"free":true`, `"free":"yes"`)},
		{"an undeclared failure", "schema.error", failing, inMessage(3, "unavailable", "exploded")},
		{"a call that comes too early", "order.early", fanIn, func(r *button.Record) {
			r.Plan.Edges = append(r.Plan.Edges, button.PlanEdge{From: "n0", To: "n1", Kind: button.EdgeOrder})
		}},
		{"a retry that nothing explains", "order.retry", failing, func(r *button.Record) {
			r.Plan.Edges = slices.DeleteFunc(r.Plan.Edges, func(e button.PlanEdge) bool { return e.Kind == button.EdgeCondition })
		}},
		{"a condition that is none", "order.condition", chain, func(r *button.Record) {
			r.Plan.Edges = append(r.Plan.Edges, button.PlanEdge{From: "n0", To: "n1", Kind: button.EdgeCondition})
		}},
		{"a default that is none", "grounding.default", chain, func(r *button.Record) {
			r.Tools[0].Parameters = []byte(strings.Replace(string(r.Tools[0].Parameters), `"default":"standard"`, `"default":"first"`, 1))
		}},
		{"no source", "grounding.missing", chain, func(r *button.Record) { delete(r.Provenance, "tR1aaaaaa.origin") }},
		{"two sources", "grounding.stray", fanIn, func(r *button.Record) {
			r.Provenance["sT2cccccc.lines"] = button.Source{From: button.FromResult, Calls: []string{"sT2aaaaaa"}, Path: "pieces"}
		}},
		{"other words", "grounding.value", chain, inMessage(1, "Uppsala", "Uppland")},
		{"words that say more", "grounding.value", corrected, func(r *button.Record) { widen(r, "mE5aaaaaa.weight_kg", 3) }},
		{"no for yes", "grounding.value", clarified, inMessage(0, "not outdoors", "so outdoors")},
		{"a tie of the cheapest", "grounding.result", chain, inMessage(3, "189.0", "149.5")},
		{"another cheapest", "grounding.value", chain, inMessage(3, "189.0", "89")},
		{"another sum", "grounding.value", fanIn, inMessage(2, `"pieces":17`, `"pieces":18`)},
		{"no data edge", "grounding.edges", chain, func(r *button.Record) { r.Plan.Edges = nil }},
		{"another answer to the same call", "consistency.answer", failing, func(r *button.Record) {
			r.Messages[3].Content = `{"customer_id":"C-5510","name":"Lena Brandt"}`
		}},
		{"a contradiction", "consistency.fact", mapped, func(r *button.Record) {
			r.Messages[2].Content = strings.Replace(r.Messages[2].Content, `"isbn":"9781000000013"`, `"isbn":"9781000000013","shelf":"F-OLD-9"`, 1)
		}},
		{"a function's name", "leakage.name", chain, inMessage(1, "Please put", "Use reserve_seat to put")},
		{"a parameter's name", "leakage.name", mapped, inMessage(0, "Could you", "By loanId could you")},
		{"a thought about sub-tasks", "leakage.plan", chain, inMessage(2, "so I can", "so for the first sub-task I can")},
		{"a node of the plan", "leakage.plan", chain, inMessage(2, "so I can", "so by n0 I can")},
		{"the text of a stage", "leakage.stage", chain, inMessage(0, "You are", "List the trains from one city to another on a day. You are")},
		{"a code from a later result", "leakage.result", chain, inMessage(1, "Please put", "For QF7K2M please put")},
		{"a value that its source does not yield", "answer.value", chain, inMessage(6, "149.50", "148.50")},
		{"a price in another currency", "answer.currency", corrected, func(r *button.Record) {
			r.Messages[3].Content = strings.Replace(r.Messages[3].Content, `"EUR"`, `"USD"`, 1)
		}},
		{"a value without its source", "answer.unsourced", chain, func(r *button.Record) { r.Plan.Answers = r.Plan.Answers[1:] }},
		{"a source that is no call", "answer.source", chain, func(r *button.Record) { r.Plan.Answers[0].Source.Calls = []string{"zzzzzzzzz"} }},
		{"a number from nowhere", "answer.unknown", chain, inMessage(6, "Done:", "Done for 77:")},
		{"another sum in an answer", "answer.unknown", failing, inMessage(8, "99.75", "99.85")},
		{"a name from nowhere", "answer.unknown", clarified, inMessage(5, "It is held", "Ask for Bertil. It is held")},
		{"a count that is too large", "answer.unknown", failing, inMessage(8, "two invoices", "seventeen invoices")},
		{"a title from nowhere", "answer.unknown", mapped, inMessage(6, "Night Ferry", "Night Train")},
		{"a thought that knows too much", "thoughts.unknown", chain, inMessage(2, "first.", "first; X4075 may do.")},
		{"a call made twice", "minimality.twice", failing, func(r *button.Record) {
			r.Messages[3].Content = r.Messages[5].Content
		}},
		{"a result that nobody uses", "minimality.idle", clarified, func(r *button.Record) {
			r.Messages[5].Content, r.Plan.Answers = "Yes, that can be done.", nil
		}},
		{"a marker of a chat format", "hygiene.marker", chain, inMessage(1, "Please", "<|user|> Please")},
		{"a placeholder", "hygiene.placeholder", failing, inMessage(5, "Lena Brandt", "John Doe")},
		{"doubled words", "hygiene.doubled_word", chain, inMessage(6, "Done:", "Done done:")},
		{"template marks", "hygiene.sign", clarified, inMessage(5, "Yes,", "Yes {name},")},
	} {
		t.Run(strings.ReplaceAll(test.name, " ", "_"), func(t *testing.T) {
			record := fresh(t, simulatedLines()[test.record])
			test.change(record)
			if violations := verified(t, v, record); !breaks(violations, test.rule) {
				t.Errorf("want %s, have %s", test.rule, rulesOf(violations))
			}
		})
	}
}

// What a stricter verifier might take for a fault.
func TestSimulatedLeeway(t *testing.T) {
	v := quality.NewVerifier(nil)
	for _, test := range []struct {
		name   string
		record int
		change func(*button.Record)
	}{
		{"a difference of two prices", corrected, func(*button.Record) {}},
		{"the length of a list", failing, inMessage(8, "two invoices", "2 invoices")},
		{"a price times what the user said", chain, func(*button.Record) {}},
		{"an answer of several lines", clarified, inMessage(5, "It is held", "\n\n- It is held")},
		{"an ellipsis of the user", corrected, inMessage(1, "cost?", "cost... roughly?")},
		{"a placeholder that the user is called by", chain, func(r *button.Record) {
			inMessage(1, "Please", "I am John Doe. Please")(r)
			for i := range r.Plan.Mentions {
				r.Plan.Mentions[i].Span[0], r.Plan.Mentions[i].Span[1] = r.Plan.Mentions[i].Span[0]+15, r.Plan.Mentions[i].Span[1]+15
			}
			for _, source := range r.Provenance {
				if source.Span != nil {
					source.Span[0], source.Span[1] = source.Span[0]+15, source.Span[1]+15
				}
			}
			inMessage(3, "X4071", "John Doe 71")(r)
		}},
		{"a tool without responses", chain, func(r *button.Record) { r.Tools[2].FunctionExtra = nil }},
		{"a judge's verdict", chain, func(r *button.Record) { r.Checks["judge"] = "pass" }},
		{"the same number in another form", corrected, inMessage(3, `"price":18.4,`, `"price":18.40,`)},
		{"an argument that is an empty list", mapped, func(r *button.Record) {
			r.Tools[1].Parameters = []byte(strings.Replace(string(r.Tools[1].Parameters), `"branch":`, `"also":{"type":"array"},"branch":`, 1))
			arguments(2, `{"isbn":"9781000000020","also":[]}`)(r)
		}},
	} {
		t.Run(strings.ReplaceAll(test.name, " ", "_"), func(t *testing.T) {
			record := fresh(t, simulatedLines()[test.record])
			test.change(record)
			for i := range record.Plan.Answers { // words may have moved
				record.Plan.Answers[i].Span = button.Span{}
			}
			record.Plan.Answers = quality.AnswerSources(record)
			for _, violation := range verified(t, v, record) {
				t.Errorf("%+v", violation)
			}
		})
	}
}

func setExtra(r *button.Record, tool int, name, value string) {
	extra := slices.Clone(r.Tools[tool].FunctionExtra)
	extra = slices.DeleteFunc(extra, func(m button.Member) bool { return m.Name == name })
	r.Tools[tool].FunctionExtra = append(extra, button.Member{Name: name, Value: json.RawMessage(value)})
}

// arguments replaces those of the n-th call, in message and plan.
func arguments(n int, text string) func(*button.Record) {
	return func(r *button.Record) { withArguments(r, n, text) }
}

// widen lengthens the span of a source.
func widen(r *button.Record, key string, by int) {
	source := r.Provenance[key]
	source.Span = &button.Span{source.Span[0], source.Span[1] + by}
	r.Provenance[key] = source
}

// Records that are made to keep the verifier busy, within its bounds.
func TestSimulatedPatience(t *testing.T) {
	v := quality.NewVerifier(nil)
	for name, change := range map[string]func(*button.Record){
		"many values in an answer": func(r *button.Record) {
			r.Messages[6].Content = strings.Repeat("12.5 AB12 ", 12_000)
		},
		"many leaves and many values": func(r *button.Record) {
			r.Messages[3].Content = `{"trains":[` + strings.Repeat(`{"number":"X1","departs":"2026-03-05T08:10","fare":1.5,"currency":"SEK"},`, 900) + `{"number":"X2","departs":"2026-03-05T08:10","fare":1,"currency":"SEK"}]}`
			r.Messages[6].Content = strings.Repeat("On 5 March it is 12.5. ", 150)
		},
		"a long text of one word": func(r *button.Record) {
			r.Messages[1].Content = strings.Repeat("a ", 100_000) + r.Messages[1].Content
		},
		"many sources": func(r *button.Record) {
			for i := range 900 {
				r.Provenance["tR1aaaaaa.x"+strings.Repeat("y", i)] = button.Source{From: button.FromDefault}
			}
		},
		"a deep result": func(r *button.Record) {
			r.Messages[3].Content = strings.Repeat(`{"a":`, 5_000) + "1" + strings.Repeat("}", 5_000)
		},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			record := fresh(t, simulatedLines()[chain])
			change(record)
			inTime(t, v, record)
		})
	}
}

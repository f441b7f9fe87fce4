package quality_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/world"
)

// change turns a record into one that breaks a rule; false if the record offers
// nothing to do so.
type change func(m *made, record *button.Record) bool

// TestEachRuleRefuses breaks rules in ways that no change of a single field does,
// each on the first record that offers the chance.
func TestEachRuleRefuses(t *testing.T) {
	m, v := dataset(t)
	for _, test := range []struct {
		name, rule string
		change     change
	}{
		{"an unknown member", "structure.extra", func(_ *made, r *button.Record) bool {
			r.Messages[1].Extra = button.Members{{Name: "note", Value: []byte(`"x"`)}}
			return true
		}},
		{"a failed check", "structure.checks", func(_ *made, r *button.Record) bool {
			r.Checks = map[string]string{"replay": "fail"}
			return true
		}},
		{"no plan", "structure.incomplete", func(_ *made, r *button.Record) bool { r.Plan = nil; return true }},
		{"a record of no mode", "structure.mode", func(_ *made, r *button.Record) bool { r.Mode = ""; return true }},
		{"an executed record that calls itself simulated", "structure.mode", func(_ *made, r *button.Record) bool { r.Mode = button.ModeSimulated; return true }},
		{"a check of another mode", "structure.checks", func(_ *made, r *button.Record) bool {
			r.Checks = map[string]string{"consistency": "pass"}
			return true
		}},
		{"another order of keys", "schema.canonical", reordered},
		{"a missing argument", "schema.arguments", func(_ *made, r *button.Record) bool { return withArguments(r, 0, `{}`) }},
		{"a call out of the blue", "minimality.idle", useless},
		{"the same read again", "minimality.twice", again},
		{"independent calls one after the other", "order.late", func(_ *made, r *button.Record) bool { return serial(r, false) }},
		{"order edges between independent calls", "order.needless", func(_ *made, r *button.Record) bool { return serial(r, true) }},
		{"a second value of a type", "ambiguity.second_value", secondValue},
		{"a value that is said unmarked", "ambiguity.unmarked", saidAgain},
		{"a function's name", "leakage.name", functionName},
		{"a code of the interface", "leakage.code", enumCode},
		{"a literal that users cannot know", "leakage.told", unknowable},
		{"a write nobody asked for", "writes.unasked", func(_ *made, r *button.Record) bool {
			return eachGoal(r, func(g *button.PlanGoal) bool {
				if g.Kind != "write" || len(g.Nodes) == 0 || g.Condition != nil {
					return false
				}
				g.Kind, g.Nodes = "field", g.Nodes[:1]
				return true
			})
		}},
		{"a write asked for in other words", "writes.words", func(_ *made, r *button.Record) bool {
			if !eachGoal(r, func(g *button.PlanGoal) bool { return g.Kind == "write" }) {
				return false
			}
			for i := range r.Messages {
				if r.Messages[i].Role == button.RoleUser {
					r.Messages[i].Content = "Do the needful."
				}
			}
			return true
		}},
		{"a write for some of the items", "writes.map", func(_ *made, r *button.Record) bool {
			return eachGoal(r, func(g *button.PlanGoal) bool {
				if g.Kind != "write" || len(g.Nodes) < 3 {
					return false
				}
				g.Nodes = g.Nodes[:len(g.Nodes)-1]
				return true
			})
		}},
		{"an answer with a number from nowhere", "answer.number", func(_ *made, r *button.Record) bool { return addToAnswer(r, " That is 99 in all.") }},
		{"an answer with a day from nowhere", "answer.name", func(_ *made, r *button.Record) bool { return addToAnswer(r, " See you tomorrow.") }},
		{"an answer that says no for yes", "answer.bool", contrary},
		{"a condition decided the other way", "conditions.open", func(_ *made, r *button.Record) bool {
			return eachGoal(r, func(g *button.PlanGoal) bool {
				if g.Condition == nil {
					return false
				}
				g.Condition.Open = !g.Condition.Open
				return true
			})
		}},
		{"a thought that knows a name too soon", "thoughts.unknown", func(_ *made, r *button.Record) bool {
			for i := range r.Messages {
				if r.Messages[i].Reasoning != "" {
					r.Messages[i].Reasoning += " It costs EUR 77.31."
					return true
				}
			}
			return false
		}},
		{"doubled words", "hygiene.doubled_word", func(_ *made, r *button.Record) bool { return addToAnswer(r, " And and so on.") }},
	} {
		t.Run(strings.ReplaceAll(test.name, " ", "_"), func(t *testing.T) {
			for i := range m.records {
				record := fresh(t, m.lines[i])
				if !test.change(m, record) {
					continue
				}
				violations := verified(t, v, record)
				if !breaks(violations, test.rule) {
					t.Errorf("record %s: want %s, have %s", record.ID, test.rule, rulesOf(violations))
				}
				return
			}
			t.Fatal("no record offers the chance")
		})
	}
}

func eachGoal(r *button.Record, change func(*button.PlanGoal) bool) bool {
	for i := range r.Plan.Goals {
		if change(&r.Plan.Goals[i]) {
			return true
		}
	}
	return false
}

// withArguments replaces the arguments of the n-th call, in message and plan.
func withArguments(r *button.Record, n int, arguments string) bool {
	node := &r.Plan.Nodes[n]
	node.Arguments = []byte(arguments)
	for i := range r.Messages {
		for k := range r.Messages[i].ToolCalls {
			if made := &r.Messages[i].ToolCalls[k]; made.ID == node.CallID {
				made.Arguments = []byte(arguments)
			}
		}
	}
	return true
}

func reordered(_ *made, r *button.Record) bool {
	members, err := button.ParseMembers(r.Plan.Nodes[0].Arguments)
	if err != nil || len(members) < 2 {
		return false
	}
	slices.Reverse(members)
	return withArguments(r, 0, string(members.AppendJSON(nil)))
}

// copyCall repeats the first call of the record, with its result, in a step of
// its own before the last answer.
func copyCall(r *button.Record) (node *button.PlanNode, ok bool) {
	first := r.Plan.Nodes[0]
	if first.Effect == button.EffectWrite {
		return nil, false
	}
	var calling, result button.Message
	for _, message := range r.Messages {
		for _, made := range message.ToolCalls {
			if made.ID == first.CallID {
				made.ID = "zzzzzzzz9"
				calling = message
				calling.ToolCalls = []button.Call{made}
			}
		}
		if message.ToolCallID == first.CallID {
			result = message
			result.ToolCallID = "zzzzzzzz9"
		}
	}
	last := len(r.Messages) - 1
	r.Messages = slices.Insert(r.Messages, last, calling, result)
	for i := range r.Plan.Answers {
		if r.Plan.Answers[i].Turn == last {
			r.Plan.Answers[i].Turn += 2
		}
	}
	final := r.Plan.Nodes[len(r.Plan.Nodes)-1]
	first.ID, first.CallID, first.Turn, first.Wave = "extra", "zzzzzzzz9", final.Turn, final.Wave+1
	r.Plan.Nodes = append(r.Plan.Nodes, first)
	return &r.Plan.Nodes[len(r.Plan.Nodes)-1], true
}

func useless(_ *made, r *button.Record) bool {
	_, ok := copyCall(r)
	return ok
}

func again(_ *made, r *button.Record) bool {
	node, ok := copyCall(r)
	if ok {
		r.Plan.Goals[0].Nodes = append(r.Plan.Goals[0].Nodes, node.ID)
	}
	return ok
}

// serial puts the two calls of a first wave one behind the other, with an order
// edge that says why, or without.
func serial(r *button.Record, edge bool) bool {
	if r.ParallelToolCalls || len(r.Plan.Nodes) != 2 || r.Plan.Nodes[1].Wave != 0 || r.Plan.Nodes[1].Turn != 0 {
		return false
	}
	r.Plan.Nodes[1].Wave = 1
	if edge {
		r.Plan.Edges = append(r.Plan.Edges, button.PlanEdge{From: r.Plan.Nodes[0].ID, To: r.Plan.Nodes[1].ID, Kind: button.EdgeOrder})
	}
	return true
}

// addToAnswer lengthens the last answer.
func addToAnswer(r *button.Record, text string) bool {
	r.Messages[len(r.Messages)-1].Content += text
	return true
}

// addToRequest lengthens the last request.
func addToRequest(r *button.Record, text string) {
	for i := len(r.Messages) - 1; i >= 0; i-- {
		if r.Messages[i].Role == button.RoleUser {
			r.Messages[i].Content += text
			return
		}
	}
}

func worldOf(m *made, r *button.Record) *world.World {
	for _, w := range m.worlds {
		if w.Name == r.Meta.World {
			return w
		}
	}
	return nil
}

func secondValue(_ *made, r *button.Record) bool {
	for _, source := range r.Provenance {
		if source.From == button.FromUser && source.Type == "Date" {
			addToRequest(r, " My birthday was yesterday.")
			return true
		}
	}
	return false
}

func saidAgain(m *made, r *button.Record) bool {
	for _, mention := range r.Plan.Mentions {
		kind := worldOf(m, r).Types[mention.Type]
		if mention.Kind == button.MentionLiteral && len(mention.Nodes) > 0 && kind != nil && kind.Base == world.Code {
			addToRequest(r, " Yes, "+r.Messages[mention.Turn].Content[mention.Span[0]:mention.Span[1]]+".")
			return true
		}
	}
	return false
}

func functionName(_ *made, r *button.Record) bool {
	name := r.Tools[len(r.Tools)-1].Name
	if !strings.Contains(name, "_") {
		return false
	}
	addToRequest(r, " You may use ("+name+").")
	return true
}

func enumCode(m *made, r *button.Record) bool {
	for _, t := range worldOf(m, r).Types {
		if t.Base == world.Enum && strings.ToUpper(t.Codes[0].Code) == t.Codes[0].Code {
			addToRequest(r, " Make that "+t.Codes[0].Code+".")
			return true
		}
	}
	return false
}

// unknowable marks a literal as of a type that only calls can give.
func unknowable(m *made, r *button.Record) bool {
	for name, t := range worldOf(m, r).Types {
		if t.Told != world.ToldNever {
			continue
		}
		for i := range r.Plan.Mentions {
			if r.Plan.Mentions[i].Kind == button.MentionLiteral {
				r.Plan.Mentions[i].Type = name
				return true
			}
		}
	}
	return false
}

// contrary turns a yes in an answer into the world's own words for no.
func contrary(m *made, r *button.Record) bool {
	for i, stated := range r.Plan.Answers {
		if stated.Type != "Bool" || i != len(r.Plan.Answers)-1 {
			continue
		}
		content := r.Messages[stated.Turn].Content
		clause := content[stated.Span[0]:stated.Span[1]]
		for _, pair := range [][2]string{{" is ", " is not "}, {" can ", " can not "}, {" has ", " has no "}, {" there is ", " there is no "}, {" takes ", " takes no "}} {
			if other := strings.Replace(clause, pair[0], pair[1], 1); other != clause {
				r.Messages[stated.Turn].Content = content[:stated.Span[0]] + other + content[stated.Span[1]:]
				r.Plan.Answers[i].Span[1] += len(other) - len(clause)
				return true
			}
		}
	}
	return false
}

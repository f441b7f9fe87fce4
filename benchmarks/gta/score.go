package gta

import (
	"strings"

	"github.com/buttonbench/button/eval"
)

// Verdict implements eval.Episode. The literal metrics are upstream's; the
// corrected ones stand beside them and differ as said at each.
func (e *episode) Verdict() eval.Verdict {
	one := e.task.item
	c := counts{calls: one.calls(), steps: len(e.steps)}
	var v eval.Verdict
	right := true
	for n, at := range e.steps {
		s, gold := &e.made[n], one.dialog[at]
		fault := c.step(one, s, gold)
		if s.called {
			v.Calls = append(v.Calls, eval.CallRecord{Name: s.name, Arguments: s.raw, Turn: n})
		}
		if fault != "" {
			right = false
			v.Faults = append(v.Faults, eval.Fault{Kind: fault, Node: callID(at), Detail: s.detail})
		}
	}
	v.Pass = right
	v.Scores = c.scores(one, right)
	return v
}

// counts are the numerators of one item.
type counts struct {
	calls, steps                       int
	inst, instFix, tool, args, argsFix int
	objective, objectiveFix            float64
	answered                           bool // a similarity-scored item got an answer
	made, errors                       int
}

// step counts one step and names its fault, "" if there is none.
func (c *counts) step(one *item, s *step, gold turn) string {
	goldCalls := len(gold.calls) > 0
	if s.called {
		c.made++
	}
	if s.fault != "" {
		c.errors++
	}
	if s.called == goldCalls && s.fault == "" {
		c.inst++
	}
	if !goldCalls {
		if !s.called {
			c.instFix++
		}
		return c.final(one, s)
	}
	if !s.called {
		return faultKind
	}
	return c.call(one, s, gold.calls[0])
}

// call scores a call where the reference calls. Upstream, an erroneous call with
// the right name counts; its arguments count unless the parser refused them, even
// if they are the reference's own: some of those lack a required argument. In the
// corrected figures a call that equals the reference's is never an error.
func (c *counts) call(one *item, s *step, gold goldCall) string {
	want := decodeCall(gold.arguments)
	named := s.name == gold.name
	equal := named && s.arguments != nil && pythonEqual(want, s.arguments)
	same := named && s.arguments != nil && (s.fault == "" || equal) && sameWithDefaults(one.tool(gold.name), want, s.arguments)
	if named {
		c.tool++
	}
	if equal && !s.refused {
		c.args++
	}
	if s.fault == "" || same {
		c.instFix++
	}
	switch {
	case same:
		c.argsFix++
		return ""
	case s.fault != "":
		return s.fault
	case !named:
		return faultTool
	}
	s.detail = limit("want " + string(gold.arguments) + ", have " + s.raw)
	return faultValue
}

// final scores a step in which the reference answers.
func (c *counts) final(one *item, s *step) string {
	if s.called {
		if s.fault != "" {
			return s.fault
		}
		return faultKind
	}
	key := one.answer
	switch {
	case key.objective():
		literal, fixed := matches(s.answer, key, false), matches(s.answer, key, true)
		if literal {
			c.objective++
		}
		if fixed {
			c.objectiveFix++
			return ""
		}
		s.detail = limit(s.answer)
		return faultFinal
	case key.subjective():
		c.answered = strings.TrimSpace(s.answer) != ""
		if !c.answered {
			return faultFinal
		}
	}
	return ""
}

func (c *counts) scores(one *item, right bool) map[string]eval.Score {
	keyed := 0.0
	if one.answer.exists() {
		keyed = 1
	}
	success := 0.0
	if right {
		success = 1
	}
	scores := map[string]eval.Score{
		"success": {Num: success, Den: 1},
		// Upstream divides by the calls and the answer keys, but counts every step.
		"inst_acc": {Num: float64(c.inst), Den: float64(c.calls) + keyed},
		// Corrected: over the steps.
		"inst_acc_corrected": {Num: float64(c.instFix), Den: float64(c.steps)},
		"tool_acc":           {Num: float64(c.tool), Den: float64(c.calls)},
		"arg_acc":            {Num: float64(c.args), Den: float64(c.calls)},
		// Corrected: absent optional arguments equal their defaults, true is not 1.
		"arg_acc_corrected": {Num: float64(c.argsFix), Den: float64(c.calls)},
		"calls":             {Num: float64(c.made), Den: 1},
		"call_errors":       {Num: float64(c.errors), Den: 1},
	}
	switch {
	case one.answer.objective():
		scores["summ_objective"] = eval.Score{Num: c.objective, Den: 1}
		scores["summ_objective_corrected"] = eval.Score{Num: c.objectiveFix, Den: 1}
		scores["summ_acc_low"] = eval.Score{Num: c.objective, Den: 1}
		scores["summ_acc_high"] = eval.Score{Num: c.objective, Den: 1}
	case one.answer.subjective():
		answered := 0.0
		if c.answered {
			answered = 1
		}
		scores["summ_acc_low"] = eval.Score{Num: 0, Den: 1}
		scores["summ_acc_high"] = eval.Score{Num: answered, Den: 1}
		scores["similarity_answered"] = eval.Score{Num: answered, Den: 1}
	}
	return scores
}

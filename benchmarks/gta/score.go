package gta

import (
	"encoding/json"
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"

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

func decodeCall(arguments json.RawMessage) map[string]any {
	decoder := json.NewDecoder(strings.NewReader(string(arguments)))
	decoder.UseNumber()
	var value map[string]any
	if decoder.Decode(&value) != nil {
		return nil
	}
	return value
}

// pythonEqual compares two JSON values as Python compares them: 1, 1.0 and True
// are equal.
func pythonEqual(a, b any) bool {
	if x, ok := pythonNumber(a); ok {
		y, ok := pythonNumber(b)
		return ok && x.Cmp(y) == 0
	}
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for name, value := range a {
			other, ok := b[name]
			if !ok || !pythonEqual(value, other) {
				return false
			}
		}
		return true
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !pythonEqual(a[i], b[i]) {
				return false
			}
		}
		return true
	}
	return a == b
}

func pythonNumber(value any) (*big.Rat, bool) {
	switch value := value.(type) {
	case bool:
		if value {
			return big.NewRat(1, 1), true
		}
		return new(big.Rat), true
	case json.Number:
		text := value.String()
		if at := strings.IndexAny(text, "eE"); len(text) > 400 || at >= 0 && len(text)-at > 4 {
			return nil, false // absurd: compared by its text
		}
		return new(big.Rat).SetString(text)
	}
	return nil, false
}

// sameWithDefaults compares arguments after filling in declared defaults, with
// numbers by value and booleans only with booleans.
func sameWithDefaults(block *toolBlock, want, have map[string]any) bool {
	if block == nil {
		return false
	}
	wanted, given := fill(block, want), fill(block, have)
	if len(wanted) != len(given) {
		return false
	}
	for name, value := range wanted {
		other, ok := given[name]
		_, oneBool := value.(bool)
		_, otherBool := other.(bool)
		if !ok || oneBool != otherBool || !pythonEqual(value, other) {
			return false
		}
	}
	return true
}

func fill(block *toolBlock, arguments map[string]any) map[string]any {
	filled := make(map[string]any, len(block.Inputs))
	for name, value := range arguments {
		filled[name] = value
	}
	for _, input := range block.Inputs {
		if _, ok := filled[input.Name]; !ok && len(input.Default) > 0 && string(input.Default) != "null" {
			filled[input.Name] = decodeCall([]byte(`{"x":` + string(input.Default) + `}`))["x"]
		}
	}
	return filled
}

// matches applies the white and black list: of each white group one alias must
// stand in the answer as a whole word, no black alias may. Upstream demands a word
// boundary on both sides of an alias, so that one which begins or ends with a sign
// often cannot match, and a number matches inside a decimal; corrected mends both.
func matches(answer string, key answerKey, corrected bool) bool {
	for _, group := range key.whitelist {
		if !anyAlias(answer, group, corrected) {
			return false
		}
	}
	for _, group := range key.blacklist {
		if anyAlias(answer, group, corrected) {
			return false
		}
	}
	return true
}

func anyAlias(answer string, group []string, corrected bool) bool {
	for _, alias := range group {
		if containsWord(answer, alias, corrected) {
			return true
		}
	}
	return false
}

func containsWord(text, alias string, corrected bool) bool {
	text, alias = fold(text), fold(alias)
	for from := 0; from <= len(text)-len(alias); {
		at := strings.Index(text[from:], alias)
		if at < 0 {
			return false
		}
		at += from
		end := at + len(alias)
		if corrected && alias == "" {
			return false // says nothing
		}
		if corrected && looseBoundary(text, at, end) || !corrected && boundary(text, at) && boundary(text, end) {
			return true
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		from = at + max(1, size)
	}
	return false
}

// fold ignores case letter by letter, which keeps lengths.
func fold(text string) string { return strings.Map(unicode.ToLower, text) }

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }

// boundary is a regular expression's \b with Unicode words.
func boundary(text string, at int) bool {
	before, after := false, false
	if at > 0 {
		r, _ := utf8.DecodeLastRuneInString(text[:at])
		before = isWord(r)
	}
	if at < len(text) {
		r, _ := utf8.DecodeRuneInString(text[at:])
		after = isWord(r)
	}
	return before != after
}

// looseBoundary accepts an alias whose edge is a sign unless the sign belongs to
// what stands beside it ("5-2" holds no "-2"), and refuses a number that is part of
// a longer one.
func looseBoundary(text string, at, end int) bool {
	first, _ := utf8.DecodeRuneInString(text[at:])
	last, _ := utf8.DecodeLastRuneInString(text[:end])
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	after, _ := utf8.DecodeRuneInString(text[end:])
	switch {
	case isWord(first) && !boundary(text, at), isWord(last) && !boundary(text, end):
		return false
	case !isWord(first) && (unicode.IsDigit(before) || first == '-' && isWord(before)):
		return false
	case !isWord(last) && isWord(after):
		return false
	}
	digitAt := func(i int) bool { return i >= 0 && i < len(text) && text[i] >= '0' && text[i] <= '9' }
	joined := func(i int) bool { return i >= 0 && i < len(text) && (text[i] == '.' || text[i] == ',') }
	if unicode.IsDigit(first) && joined(at-1) && digitAt(at-2) {
		return false
	}
	return !(unicode.IsDigit(last) && joined(end) && digitAt(end+1))
}

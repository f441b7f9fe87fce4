package chattemplate

import (
	"errors"
	"fmt"
	"strings"

	"github.com/buttonbench/button"
)

// The rules that a finding may name.
const (
	RuleRefused    = "refused"    // the template raises
	RuleUnreadable = "unreadable" // the text cannot be taken apart again
	RuleLost       = "lost"       // it does not stand in the text
	RuleDoubled    = "doubled"    // it stands in the text more than once
	RuleAltered    = "altered"    // it stands there with another value
	RuleForeign    = "foreign"    // a call or result of the text that the record does not have
	RuleOrder      = "order"      // everything is there, in another order
	RuleMark       = "mark"       // a value holds one of the family's marks
	RuleRespelled  = "respelled"  // a number is equal but written otherwise
	RuleTrimmed    = "trimmed"    // white space at the ends of a result is cut
)

// Finding is what a rendering does to a record.
type Finding struct {
	Message int    `json:"message"` // index, -1 for the record
	Call    string `json:"call,omitempty"`
	Rule    string `json:"rule"`
	What    string `json:"what"` // call, result, text, thought, system, tool, record
	Text    string `json:"text"`
	// Warning: no call, result or visible text is concerned.
	Warning bool `json:"warning,omitempty"`
}

func (f Finding) String() string {
	place := "record"
	if f.Message >= 0 {
		place = fmt.Sprintf("message %d", f.Message)
	}
	level := ""
	if f.Warning {
		level = " (warning)"
	}
	return fmt.Sprintf("%s: %s.%s%s: %s", place, f.What, f.Rule, level, f.Text)
}

// Check renders a record and proves the text. The findings are empty where every
// call, every result and every visible text stands in the text exactly once,
// unaltered and in order, and nothing is warned of.
func (f Family) Check(record *button.Record) (Rendered, []Finding) {
	c, err := prepare(record)
	var rendered Rendered
	if err == nil {
		rendered, err = f.renderPrepared(c)
	}
	if err != nil {
		finding := Finding{Message: -1, Rule: RuleRefused, What: "record", Text: "the template refuses it: " + err.Error()}
		var refusal *Refusal
		if errors.As(err, &refusal) {
			finding.Message = refusal.Message
		}
		return rendered, []Finding{finding}
	}
	return rendered, f.prove(c, rendered.Text)
}

// Prove compares a text that claims to be the record's rendering with the record.
func (f Family) Prove(record *button.Record, rendered string) []Finding {
	c, err := prepare(record)
	if err != nil {
		return []Finding{{Message: -1, Rule: RuleRefused, What: "record", Text: err.Error()}}
	}
	return f.prove(c, rendered)
}

func (f Family) prove(c *conversation, rendered string) []Finding {
	p := proof{family: f, c: c}
	p.marks()
	r := newReader(rendered, f.Marks)
	if err := f.read(r); err != nil {
		p.report(-1, "", RuleUnreadable, "record", "read back by the family's marks: %v", err)
		return p.findings
	}
	p.compareCalls(r.items)
	p.compareTexts(r.items)
	return p.findings
}

// proof collects findings about one record.
type proof struct {
	family   Family
	c        *conversation
	findings []Finding
}

func (p *proof) report(message int, call, rule, what, format string, values ...any) {
	p.findings = append(p.findings, Finding{Message: message, Call: call, Rule: rule, What: what, Text: fmt.Sprintf(format, values...)})
}

func (p *proof) warn(message int, call, rule, what, format string, values ...any) {
	p.report(message, call, rule, what, format, values...)
	p.findings[len(p.findings)-1].Warning = true
}

// marks reports values that hold what parts the family's turns and calls. A model
// reads such a value as the mark, and so does every parser.
func (p *proof) marks() {
	for i, tool := range p.c.tools {
		if mark := markInValue(tool, p.family.Marks); mark != "" {
			p.report(-1, "", RuleMark, "tool", "tool %d, %q, holds %s", i, tool.get("function").get("name").str(), mark)
		}
	}
	for i := range p.c.messages {
		m := &p.c.messages[i]
		what := "text"
		if m.Role == button.RoleTool {
			what = "result"
		}
		for _, s := range []string{m.inlineRest(), m.Reasoning} {
			if mark := MarkIn(s, p.family.Marks); mark != "" {
				p.report(i, m.ToolCallID, RuleMark, what, "it holds %s", mark)
			}
		}
		for j, call := range m.ToolCalls {
			mark := MarkIn(call.Name, p.family.Marks)
			if mark == "" {
				mark = MarkIn(string(call.Arguments), p.family.Marks)
			}
			if mark == "" {
				mark = markInValue(m.arguments[j], p.family.Marks)
			}
			if mark != "" {
				p.report(i, call.ID, RuleMark, "call", "the call of %q holds %s", call.Name, mark)
			}
		}
	}
}

// inlineRest is the content without a thought that stands before it between tags,
// where templates look for one.
func (m *message) inlineRest() string {
	if m.Role == button.RoleAssistant && strings.HasPrefix(m.Content, thinkOpen) {
		if _, rest, ok := strings.Cut(m.Content, thinkDone); ok {
			return rest
		}
	}
	return m.Content
}

// MarkIn is the first of some marks that a text holds, "" without one.
func MarkIn(s string, marks []string) string {
	if !strings.ContainsAny(s, "<[`:") {
		return ""
	}
	for _, mark := range marks {
		if strings.Contains(s, mark) {
			return mark
		}
	}
	return ""
}

func markInValue(v *value, marks []string) string {
	switch v.kind {
	case text:
		return MarkIn(v.text, marks)
	case list:
		for _, item := range v.items {
			if mark := markInValue(item, marks); mark != "" {
				return mark
			}
		}
	case object:
		for _, m := range v.members {
			if mark := MarkIn(m.name, marks); mark != "" {
				return mark
			}
			if mark := markInValue(m.value, marks); mark != "" {
				return mark
			}
		}
	}
	return ""
}

// expectation is a call or a result of the record.
type expectation struct {
	message int
	call    int // index in the message, -1 for a result
	name    string
}

func (p *proof) expected() []expectation {
	var out []expectation
	for i := range p.c.messages {
		m := &p.c.messages[i]
		for j, call := range m.ToolCalls {
			out = append(out, expectation{i, j, call.Name})
		}
		if m.Role == button.RoleTool {
			out = append(out, expectation{i, -1, p.c.callOf(i)})
		}
	}
	return out
}

// id is the call that an expectation is or answers.
func (p *proof) id(e expectation) string {
	if e.call >= 0 {
		return p.c.messages[e.message].ToolCalls[e.call].ID
	}
	return p.c.messages[e.message].ToolCallID
}

func (e expectation) what() string {
	if e.call >= 0 {
		return "call"
	}
	return "result"
}

// matches reports whether a found item is the expected one, respelled whether it is
// so but for the spelling of a number or the white space at a result's ends.
func (p *proof) matches(e expectation, found *item) (same, respelled bool) {
	m := &p.c.messages[e.message]
	if e.call < 0 {
		if found.kind != itemResult || found.id != "" && found.id != m.ToolCallID || found.name != "" && found.name != e.name {
			return false, false
		}
		return found.text == m.Content || found.text == trim(m.Content), found.text != m.Content
	}
	call := &m.ToolCalls[e.call]
	if found.kind != itemCall || found.name != call.Name || found.id != "" && found.id != call.ID {
		return false, false
	}
	if found.arguments != nil {
		return sameValue(m.arguments[e.call], found.arguments)
	}
	return sameRaw(m.arguments[e.call], found.raw)
}

// sameRaw compares arguments with the texts between tags. A text says nothing of its
// type, so a value is found again if its own type can be read from the text.
func sameRaw(arguments *value, found []raw) (same, respelled bool) {
	if len(arguments.members) != len(found) {
		return false, false
	}
	for i, m := range arguments.members {
		if m.name != found[i].name {
			return false, false
		}
		ok, other := sameSpelled(m.value, found[i].text)
		if respelled = respelled || other; !ok {
			return false, false
		}
	}
	return true, respelled
}

func sameSpelled(v *value, s string) (same, respelled bool) {
	switch v.kind {
	case text:
		return v.text == s, false
	case null:
		return s == "null" || s == "None", false
	case boolean:
		return strings.EqualFold(v.text, s), false
	}
	have, err := parseValue([]byte(s))
	if err != nil {
		return false, false
	}
	return sameValue(v, have)
}

// maxItems bounds the search for what became of an item.
const maxItems = 1000

func (p *proof) compareCalls(items []item) {
	var found []*item
	for i := range items {
		if items[i].kind == itemCall || items[i].kind == itemResult {
			found = append(found, &items[i])
		}
	}
	expected := p.expected()
	if len(expected) > maxItems || len(found) > maxItems {
		p.report(-1, "", RuleUnreadable, "record", "%d calls and results, proven are at most %d", max(len(expected), len(found)), maxItems)
		return
	}
	inOrder := len(expected) == len(found)
	for i := 0; inOrder && i < len(expected); i++ {
		same, respelled := p.matches(expected[i], found[i])
		if inOrder = same; same && respelled {
			p.respelled(expected[i])
		}
	}
	if !inOrder {
		p.diagnose(expected, found)
	}
}

func (p *proof) respelled(e expectation) {
	if e.call < 0 {
		p.warn(e.message, p.id(e), RuleTrimmed, "result", "the white space at the ends of the result of %q is cut", e.name)
		return
	}
	p.warn(e.message, p.id(e), RuleRespelled, "call", "a number in the call of %q stands there written otherwise", e.name)
}

// diagnose pairs what is expected with what was found and names the rest.
func (p *proof) diagnose(expected []expectation, found []*item) {
	used := make([]bool, len(found))
	last, swapped := -1, false
	var lost []expectation
	for _, e := range expected {
		at := -1
		for k := range found {
			if same, respelled := p.matches(e, found[k]); !used[k] && same {
				if at = k; respelled {
					p.respelled(e)
				}
				break
			}
		}
		if at < 0 {
			lost = append(lost, e)
			continue
		}
		used[at] = true
		swapped = swapped || at < last
		last = at
	}
	for _, e := range lost {
		p.reportLost(e, found, used)
	}
	for k, item := range found {
		if !used[k] {
			p.reportUnused(expected, item)
		}
	}
	if swapped && len(lost) == 0 {
		p.report(-1, "", RuleOrder, "record", "calls and results stand in another order than in the record")
	}
}

// reportLost says whether an expected item is gone or stands there altered: an
// unused one of its kind and name.
func (p *proof) reportLost(e expectation, found []*item, used []bool) {
	for k, item := range found {
		if used[k] || string(item.kind) != e.what() || item.kind == itemCall && item.name != e.name {
			continue
		}
		used[k] = true
		have := clip(item.text)
		if item.kind == itemCall {
			have = spelled(item)
		}
		p.report(e.message, p.id(e), RuleAltered, e.what(), "the %s of %q stands there as %s", e.what(), e.name, have)
		return
	}
	p.report(e.message, p.id(e), RuleLost, e.what(), "the %s of %q is not in the text", e.what(), e.name)
}

func (p *proof) reportUnused(expected []expectation, found *item) {
	for _, e := range expected {
		if same, _ := p.matches(e, found); same {
			p.report(e.message, p.id(e), RuleDoubled, e.what(), "the %s of %q stands in the text more than once", e.what(), e.name)
			return
		}
	}
	p.report(-1, "", RuleForeign, string(found.kind), "the text holds a %s that the record does not: %s", found.kind, clip(found.name+" "+found.text))
}

func spelled(found *item) string {
	if found.arguments != nil {
		return clip(found.arguments.json())
	}
	var parts []string
	for _, argument := range found.raw {
		parts = append(parts, argument.name+"="+argument.text)
	}
	return clip(strings.Join(parts, " "))
}

// compareTexts looks for every visible text and every thought, role by role and in
// order. White space at the ends is the template's own affair.
func (p *proof) compareTexts(items []item) {
	next := map[string]int{}
	thoughts := 0
	firstThought := -1
	for i := range p.c.messages {
		m := &p.c.messages[i]
		if m.Role == button.RoleTool {
			continue
		}
		content := m.Content
		if m.Role == button.RoleAssistant && m.Reasoning == "" {
			content = m.inlineRest()
		}
		if content = trim(content); content != "" && !findText(items, next, itemText, m.Role, content) {
			p.lostText(i, m)
		}
		if thought := trim(m.Reasoning); thought != "" && !findText(items, next, itemThought, "", thought) {
			if thoughts++; firstThought < 0 {
				firstThought = i
			}
		}
	}
	if thoughts > 0 {
		p.warn(firstThought, "", RuleLost, "thought", "%d thoughts are not in the text, the first is this message's", thoughts)
	}
	// A text of the assistant's that the record does not have is a call that nobody reads.
	for k := next[string(itemText)+button.RoleAssistant]; k < len(items); k++ {
		if items[k].kind == itemText && items[k].role == button.RoleAssistant {
			p.report(-1, "", RuleForeign, "text", "the text holds an answer that the record does not: %s", clip(trim(items[k].text)))
			break
		}
	}
}

func (p *proof) lostText(i int, m *message) {
	switch {
	case m.Role == button.RoleSystem:
		p.warn(i, "", RuleLost, "system", "the system prompt is not in the text")
	case m.calls():
		p.report(i, "", RuleLost, "text", "the text beside the calls is not in the text")
	default:
		p.report(i, "", RuleLost, "text", "the %s's text is not in the text", m.Role)
	}
}

// findText looks for a text behind the last one of its role. An assistant's text
// must be the whole item; requests and system prompts may have tools around them.
func findText(items []item, next map[string]int, kind itemKind, role, s string) bool {
	key := string(kind) + role
	for k := next[key]; k < len(items); k++ {
		if items[k].kind != kind || items[k].role != role {
			continue
		}
		have := trim(items[k].text)
		if have == s || role != button.RoleAssistant && kind == itemText && strings.Contains(have, s) {
			next[key] = k + 1
			return true
		}
	}
	return false
}

// ReadBack takes a text apart by the family's marks, and says where that fails.
func (f Family) ReadBack(rendered string) error { return f.read(newReader(rendered, f.Marks)) }

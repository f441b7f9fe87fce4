package export

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"

	"github.com/buttonbench/button"
)

// Damage is what was done to an assistant's message to make one that a model
// should not write. Every kind breaks a rule that can be checked on the record
// alone, so that the damaged message is wrong and not only different.
type Damage struct {
	Kind    string
	Rule    string // what the damaged message breaks
	Message int    // index of the message, in the exported conversation
	Change  string

	rejected button.Message
}

// DamageKind is one way to damage a message.
type DamageKind struct {
	Name  string
	Rule  string // the rule of verification that the result breaks
	About string
	make  func(d *damager) []Damage
}

// DamageKinds is the table of the kinds.
func DamageKinds() []DamageKind {
	return []DamageKind{
		{"missing_argument", "schema", "a required argument is left out", (*damager).missingArguments},
		{"wrong_function", "schema", "another function of the list is called with these arguments, which it does not take", (*damager).wrongFunctions},
		{"unknown_function", "structure", "a function is called that is not on the list", (*damager).unknownFunctions},
		{"ungrounded_value", "grounding", "a value that somebody said before is changed into one that nobody said", (*damager).ungroundedValues},
		{"repeated_calls", "minimality", "the calls that were just answered are made again", (*damager).repeatedCalls},
		{"early_answer", "answer", "the final answer is given before the calls that it rests on", (*damager).earlyAnswers},
		{"wrong_answer_value", "answer", "a number or code of the answer is changed into one that nobody said", (*damager).wrongAnswers},
	}
}

func (e *Exporter) settleDamages() error {
	var names []string
	for _, kind := range DamageKinds() {
		names = append(names, kind.Name)
	}
	if e.Format.Name != "openai-dpo" {
		if len(e.Options.Damages) > 0 {
			return fmt.Errorf("kinds of rejected answers are for openai-dpo")
		}
		return nil
	}
	for _, wanted := range e.Options.Damages {
		if !slices.Contains(names, wanted) {
			return fmt.Errorf("there is no kind of rejected answer %q; there are: %s", wanted, strings.Join(names, ", "))
		}
	}
	if len(e.Options.Damages) == 0 {
		e.Options.Damages = names
	}
	return nil
}

// damager looks at one assistant message of a record.
type damager struct {
	record *button.Record
	at     int
	random *rand.Rand
	said   string // all that stands before the message
	kind   DamageKind
}

// damage chooses a trained message of a record, and a kind of damage for it, by the
// seed and the record's id: first the kind among those that are possible, so that
// rare kinds come as often as they can, then the message.
func (e *Exporter) damage(r *button.Record) (*Damage, error) {
	random := button.NewRandom(button.Seed(e.Options.Seed, "rejected "+r.ID, 0))
	var possible [][]Damage
	for _, kind := range DamageKinds() {
		if !slices.Contains(e.Options.Damages, kind.Name) {
			continue
		}
		var found []Damage
		said := ""
		for i := range r.Messages {
			m := &r.Messages[i]
			if m.Role == button.RoleAssistant && i > 0 && *m.Train {
				found = append(found, kind.make(&damager{r, i, random, said, kind})...)
			}
			said += "\n" + m.Content
			for _, call := range m.ToolCalls {
				said += "\n" + string(call.Arguments)
			}
		}
		if len(found) > 0 {
			possible = append(possible, found)
		}
	}
	if len(possible) == 0 {
		return nil, unfit(-1, "no message that can be damaged", "none of its messages can be damaged in a way that is surely wrong")
	}
	kind := possible[random.IntN(len(possible))]
	return &kind[random.IntN(len(kind))], nil
}

func (d *damager) message() *button.Message { return &d.record.Messages[d.at] }

func (d *damager) tool(name string) *button.Tool {
	i := slices.IndexFunc(d.record.Tools, func(t button.Tool) bool { return t.Name == name })
	if i < 0 {
		return nil
	}
	return &d.record.Tools[i]
}

// with is the message with its k-th call changed.
func (d *damager) with(k int, change func(call *button.Call), format string, values ...any) Damage {
	rejected := *d.message()
	rejected.ToolCalls = slices.Clone(rejected.ToolCalls)
	change(&rejected.ToolCalls[k])
	return d.made(rejected, format, values...)
}

func (d *damager) made(rejected button.Message, format string, values ...any) Damage {
	return Damage{Kind: d.kind.Name, Rule: d.kind.Rule, Message: d.at, Change: fmt.Sprintf(format, values...), rejected: rejected}
}

// signature is what of a function's schema decides whether arguments fit.
type signature struct {
	Properties map[string]struct {
		Enum []json.RawMessage `json:"enum"`
	} `json:"properties"`
	Required   []string        `json:"required"`
	Additional json.RawMessage `json:"additionalProperties"`
}

func (s *signature) closed() bool { return string(s.Additional) == "false" }

func readSignature(tool *button.Tool) (s signature, ok bool) {
	if tool == nil || json.Unmarshal(tool.Parameters, &s) != nil {
		return s, false
	}
	return s, true
}

func (d *damager) missingArguments() (out []Damage) {
	for k, call := range d.message().ToolCalls {
		s, ok := readSignature(d.tool(call.Name))
		given, err := button.ParseMembers(arguments(&call))
		if !ok || err != nil {
			continue
		}
		for i, member := range given {
			if !slices.Contains(s.Required, member.Name) {
				continue
			}
			rest := slices.Delete(slices.Clone(given), i, i+1)
			out = append(out, d.with(k, func(c *button.Call) { c.Arguments = rest.AppendJSON(nil) }, "%s is called without %s", call.Name, member.Name))
		}
	}
	return out
}

func (d *damager) wrongFunctions() (out []Damage) {
	for k, call := range d.message().ToolCalls {
		given, err := button.ParseMembers(arguments(&call))
		if err != nil {
			continue
		}
		for i := range d.record.Tools {
			tool := &d.record.Tools[i]
			s, ok := readSignature(tool)
			if !ok || tool.Name == call.Name {
				continue
			}
			missing := slices.ContainsFunc(s.Required, func(name string) bool { return given.Get(name) == nil })
			foreign := s.closed() && slices.ContainsFunc(given, func(m button.Member) bool { _, known := s.Properties[m.Name]; return !known })
			if missing || foreign {
				out = append(out, d.with(k, func(c *button.Call) { c.Name = tool.Name }, "%s is called instead of %s", tool.Name, call.Name))
			}
		}
	}
	return out
}

// unknownFunctions crosses the called function's name with the first word of
// another, as models invent names.
func (d *damager) unknownFunctions() (out []Damage) {
	for k, call := range d.message().ToolCalls {
		_, rest, found := strings.Cut(call.Name, "_")
		if !found {
			rest = call.Name
		}
		for i := range d.record.Tools {
			verb, _, _ := strings.Cut(d.record.Tools[i].Name, "_")
			if name := verb + "_" + rest; d.tool(name) == nil {
				out = append(out, d.with(k, func(c *button.Call) { c.Name = name }, "%s is called, which is not on the list, instead of %s", name, call.Name))
			}
		}
	}
	return out
}

func (d *damager) ungroundedValues() (out []Damage) {
	for k, call := range d.message().ToolCalls {
		s, ok := readSignature(d.tool(call.Name))
		given, err := button.ParseMembers(arguments(&call))
		if !ok || err != nil {
			continue
		}
		for i, member := range given {
			plain := strings.Trim(string(member.Value), `"`)
			changed, ok := d.unsaid(plain)
			if !ok || len(s.Properties[member.Name].Enum) > 0 || strings.ContainsAny(plain, `{[\`) {
				continue
			}
			other := slices.Clone(given)
			other[i].Value = json.RawMessage(strings.Replace(string(member.Value), plain, changed, 1))
			out = append(out, d.with(k, func(c *button.Call) { c.Arguments = other.AppendJSON(nil) }, "%s of %s is %s instead of %s", member.Name, call.Name, changed, plain))
		}
	}
	return out
}

// unsaid changes the last digit of a text that was said before so that nobody said
// the new one.
func (d *damager) unsaid(value string) (string, bool) {
	at := strings.LastIndexAny(value, "0123456789")
	if at < 0 || len(value) > 200 || !strings.Contains(d.said, value) {
		return "", false
	}
	first := 1 + d.random.IntN(9)
	for n := range 9 {
		digit := '0' + (value[at]-'0'+byte((first+n-1)%9+1))%10
		changed := value[:at] + string(rune(digit)) + value[at+1:]
		if !strings.Contains(d.said, changed) {
			return changed, true
		}
	}
	return "", false
}

func (d *damager) repeatedCalls() []Damage {
	before := d.at - 1
	for before >= 0 && d.record.Messages[before].Role == button.RoleTool {
		if members, err := button.ParseMembers([]byte(d.record.Messages[before].Content)); err != nil || members.Get("error") != nil {
			return nil // after a failure the same call may be right
		}
		before--
	}
	if before < 0 || before == d.at-1 || d.record.Messages[before].Role != button.RoleAssistant {
		return nil
	}
	again := d.record.Messages[before]
	if sameCalls(again.ToolCalls, d.message().ToolCalls) {
		return nil
	}
	again.ToolCalls = slices.Clone(again.ToolCalls)
	for k := range again.ToolCalls {
		again.ToolCalls[k].ID = button.NewID(d.random, button.CallIDLength)
	}
	return []Damage{d.made(again, "the calls of message %d are made again", before)}
}

func sameCalls(a, b []button.Call) bool {
	return slices.EqualFunc(a, b, func(a, b button.Call) bool { return a.Name == b.Name && string(a.Arguments) == string(b.Arguments) })
}

func (d *damager) earlyAnswers() []Damage {
	if len(d.message().ToolCalls) == 0 {
		return nil
	}
	for i := d.at + 1; i < len(d.record.Messages) && d.record.Messages[i].Role != button.RoleUser; i++ {
		m := d.record.Messages[i]
		if m.Role != button.RoleAssistant || len(m.ToolCalls) > 0 {
			continue
		}
		for _, word := range codes(m.Content) {
			if value := m.Content[word.start:word.end]; !strings.Contains(d.said, value) {
				m.Train = d.message().Train
				return []Damage{d.made(m, "the answer says %s, which no result has told yet", value)}
			}
		}
	}
	return nil
}

func (d *damager) wrongAnswers() (out []Damage) {
	m := d.message()
	if len(m.ToolCalls) > 0 {
		return nil
	}
	for _, word := range codes(m.Content) {
		value := m.Content[word.start:word.end]
		changed, ok := d.unsaid(value)
		if !ok {
			continue
		}
		rejected := *m
		rejected.Content = m.Content[:word.start] + changed + m.Content[word.end:]
		out = append(out, d.made(rejected, "the answer says %s instead of %s", changed, value))
	}
	return out
}

type place struct{ start, end int }

// codes finds the words of a text that have a digit.
func codes(text string) (out []place) {
	start, digit := -1, false
	end := func(i int) {
		if start >= 0 && digit {
			out = append(out, place{start, i})
		}
		start, digit = -1, false
	}
	for i, r := range text {
		switch {
		case unicode.IsLetter(r) || r >= '0' && r <= '9':
			if start < 0 {
				start = i
			}
			digit = digit || r >= '0' && r <= '9'
		default:
			end(i)
		}
	}
	end(len(text))
	return out
}

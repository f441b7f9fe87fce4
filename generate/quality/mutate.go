package quality

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/buttonbench/button"
)

// Mutation is a record with one thing changed. A verifier that is worth anything
// refuses it.
type Mutation struct {
	// Kind groups mutations: "argument", "result", "plan.edges.from", ...
	Kind string
	// Change says what was changed, and how.
	Change string
	Record *button.Record
	// Equivalent says why the changed record is as true as the old one, so that
	// nothing can tell which of them was meant; it is empty for all the others.
	Equivalent string
}

// sampledBytes is how many bytes of one result are changed, one at a time.
const sampledBytes = 6

// Mutate changes a verified record in every way that it knows, each in a copy of
// its own: every argument, every source of an argument, bytes of every result,
// every literal and every stated value, every field of the plan and of what
// rebuilds the record, every message. The record itself is left as it is; copies
// share what they do not change. The result depends on the record and the
// generator alone.
func Mutate(record *button.Record, random *rand.Rand) []Mutation {
	m := &mutator{record: record, random: random}
	if record.Plan == nil || record.Meta == nil {
		return nil
	}
	if record.Mode == button.ModeSimulated {
		m.simulated()
		return m.out
	}
	m.arguments()
	m.results()
	m.stated()
	m.literals()
	m.walk()
	m.messages()
	m.tools()
	m.texts()
	return m.out
}

type mutator struct {
	record *button.Record
	random *rand.Rand
	out    []Mutation
}

func (m *mutator) add(kind string, changed *button.Record, format string, values ...any) {
	m.out = append(m.out, Mutation{Kind: kind, Change: fmt.Sprintf(format, values...), Record: changed})
}

// copy returns a record whose messages can be changed; calls are still shared.
func (m *mutator) copy() *button.Record {
	changed := *m.record
	changed.Messages = append([]button.Message(nil), m.record.Messages...)
	changed.Plan = copyOf(m.record.Plan)
	changed.Provenance = copyOf(m.record.Provenance)
	return &changed
}

// arguments changes each leaf of each call's arguments, in the message and in the
// plan alike.
func (m *mutator) arguments() {
	for i := range m.record.Messages {
		for k, made := range m.record.Messages[i].ToolCalls {
			for _, arguments := range changedLeaves(made.Arguments, m.random) {
				changed := m.copy()
				calls := append([]button.Call(nil), changed.Messages[i].ToolCalls...)
				calls[k].Arguments = arguments
				changed.Messages[i].ToolCalls = calls
				for n := range changed.Plan.Nodes {
					if changed.Plan.Nodes[n].CallID == made.ID {
						changed.Plan.Nodes[n].Arguments = arguments
					}
				}
				m.add("argument", changed, "%s: %s -> %s", made.Name, made.Arguments, arguments)
			}
		}
	}
}

// changedLeaves returns the JSON text once for each string, number or boolean in
// it that is no member's name, with that one changed.
func changedLeaves(raw []byte, random *rand.Rand) [][]byte {
	var out [][]byte
	for begin := 0; begin < len(raw); {
		end := begin + 1
		switch c := raw[begin]; {
		case c == '"':
			for end < len(raw) && raw[end] != '"' {
				if raw[end] == '\\' {
					end++
				}
				end++
			}
			end = min(end+1, len(raw))
			if end < len(raw) && raw[end] == ':' {
				begin = end
				continue
			}
		case strings.IndexByte("-0123456789tf", c) >= 0:
			for end < len(raw) && strings.IndexByte(",]}", raw[end]) < 0 {
				end++
			}
		default:
			begin++
			continue
		}
		changed := otherLeaf(string(raw[begin:end]), random)
		out = append(out, []byte(string(raw[:begin])+changed+string(raw[end:])))
		begin = end
	}
	return out
}

func otherLeaf(leaf string, random *rand.Rand) string {
	switch leaf {
	case "true":
		return "false"
	case "false":
		return "true"
	}
	changed, ok := otherCharacter(leaf, random)
	if !ok {
		return `"x"`
	}
	return changed
}

// otherCharacter changes one letter or digit to another of its kind.
func otherCharacter(text string, random *rand.Rand) (string, bool) {
	var places []int
	for i := range len(text) {
		if text[i] < 0x80 && isWord(text[i]) && !(i > 0 && text[i-1] == '\\') {
			places = append(places, i)
		}
	}
	if len(places) == 0 {
		return text, false
	}
	i := places[random.IntN(len(places))]
	first, size := byte('a'), 26
	switch c := text[i]; {
	case '0' <= c && c <= '9':
		first, size = '0', 10
	case 'A' <= c && c <= 'Z':
		first = 'A'
	}
	other := first + byte((int(text[i]-first)+1+random.IntN(size-1))%size)
	if other == '0' && (i == 0 || !isWord(text[i-1])) {
		other = '1' // a number does not begin with 0
		if text[i] == '1' {
			other = '2'
		}
	}
	return text[:i] + string(other) + text[i+1:], true
}

// results changes sampled bytes of each result.
func (m *mutator) results() {
	for i := range m.record.Messages {
		if m.record.Messages[i].Role != button.RoleTool {
			continue
		}
		for range sampledBytes {
			content, ok := otherCharacter(m.record.Messages[i].Content, m.random)
			if !ok {
				continue
			}
			changed := m.copy()
			changed.Messages[i].Content = content
			m.add("result", changed, "message %d: %s -> %s", i, m.record.Messages[i].Content, content)
		}
	}
}

// stated changes each value that an answer states, and turns each clause that
// says yes or no around.
func (m *mutator) stated() {
	for i, stated := range m.record.Plan.Answers {
		text := m.record.Messages[stated.Turn].Content[stated.Span[0]:stated.Span[1]]
		other, ok := otherCharacter(text, m.random)
		kind := "answer value"
		if m.clause(i) {
			kind = "answer clause"
			other, ok = turnedAround(text)
		}
		if ok {
			m.add(kind, m.reworded(stated.Turn, stated.Span, other), "%q -> %q", text, other)
		}
	}
}

// clause reports whether a stated value is a clause that says yes or no.
func (m *mutator) clause(i int) bool {
	stated := m.record.Plan.Answers[i]
	if stated.Type == "Bool" {
		return true
	}
	for k, other := range m.record.Plan.Answers {
		if k != i && other.Turn == stated.Turn && stated.Span[0] <= other.Span[0] && other.Span[1] <= stated.Span[1] {
			return true
		}
	}
	return false
}

var turns = [][2]string{
	{" not ", " "}, {"n't ", " "}, {" no ", " a "}, {" is ", " is not "}, {" are ", " are not "}, {" has ", " has no "}, {" takes ", " does not take "},
	{" can ", " can not "}, {" needs ", " needs no "}, {" will ", " will not "}, {" may ", " may not "},
}

// turnedAround makes a clause say the opposite, if it can.
func turnedAround(text string) (string, bool) {
	for _, pair := range turns {
		if strings.Contains(text, pair[0]) {
			return strings.Replace(text, pair[0], pair[1], 1), true
		}
	}
	return text, false
}

// literals changes the words of each literal and bound of the user.
func (m *mutator) literals() {
	for _, mention := range m.record.Plan.Mentions {
		text := m.record.Messages[mention.Turn].Content[mention.Span[0]:mention.Span[1]]
		if other, ok := otherCharacter(text, m.random); ok {
			m.add("words of a "+mention.Kind, m.reworded(mention.Turn, mention.Span, other), "%q -> %q", text, other)
			if len(mention.Nodes) == 0 {
				m.out[len(m.out)-1].Equivalent = unused
			}
		}
	}
}

// The two ways in which a changed record can be as true as the old one.
const (
	unused    = "said for a write that its condition forbade: no call shows what the value was"
	elsewhere = "the other place holds the same value, so the answer states the same of the same"
)

// reworded replaces a part of a message and moves all spans with it.
func (m *mutator) reworded(message int, span button.Span, text string) *button.Record {
	changed := m.copy()
	content := changed.Messages[message].Content
	changed.Messages[message].Content = content[:span[0]] + text + content[span[1]:]
	by := len(text) - (span[1] - span[0])
	move := func(turn int, s *button.Span) {
		if turn != message {
			return
		}
		if s[0] >= span[1] {
			s[0] += by
		}
		if s[1] >= span[1] {
			s[1] += by
		}
	}
	for i := range changed.Plan.Mentions {
		move(changed.Plan.Mentions[i].Turn, &changed.Plan.Mentions[i].Span)
	}
	for i := range changed.Plan.Answers {
		move(changed.Plan.Answers[i].Turn, &changed.Plan.Answers[i].Span)
	}
	for key, source := range changed.Provenance {
		if source.Span != nil {
			move(source.Turn, source.Span)
			changed.Provenance[key] = source
		}
	}
	return changed
}

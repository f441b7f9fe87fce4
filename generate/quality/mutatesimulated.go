package quality

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/grounding"
)

// simulated changes a record that a model invented. What nothing in the record can
// contradict is left alone: descriptions, effects, the types of values, the register.
func (m *mutator) simulated() {
	m.arguments()
	m.inventedResults()
	m.failures()
	m.stated()
	m.userWords()
	m.walk()
	m.messages()
	m.usedTools()
	m.texts()
	m.fromNowhere()
	m.repeated()
}

// unread says why a changed result is as true as the old one.
const unread = "invented, and nothing in the record reads it: any other value would do"

// inventedResults changes each leaf of each result, up to a bound.
func (m *mutator) inventedResults() {
	for i := range m.record.Messages {
		message := &m.record.Messages[i]
		if message.Role != button.RoleTool {
			continue
		}
		changes := changedLeaves([]byte(message.Content), m.random)
		m.random.Shuffle(len(changes), func(a, b int) { changes[a], changes[b] = changes[b], changes[a] })
		for _, content := range changes[:min(len(changes), 2*sampledBytes)] {
			changed := m.copy()
			changed.Messages[i].Content = string(content)
			m.add("result", changed, "message %d: %s -> %s", i, message.Content, content)
			if m.sameYields(changed) {
				m.out[len(m.out)-1].Equivalent = unread
			}
		}
	}
}

// failures turns each result that something reads into a failure.
func (m *mutator) failures() {
	for i := range m.record.Messages {
		if m.record.Messages[i].Role != button.RoleTool {
			continue
		}
		changed := m.copy()
		changed.Messages[i].Content = `{"error":"gone_fishing","message":"no answer"}`
		if m.sameYields(changed) {
			continue
		}
		m.add("result failed", changed, "message %d", i)
	}
}

// sameYields reports whether every source of an argument or of a stated value yields
// the same in a changed record.
func (m *mutator) sameYields(changed *button.Record) bool {
	return slices.Equal(yields(m.record), yields(changed))
}

// yields writes down what the sources of a record yield, in a stable order.
func yields(record *button.Record) []string {
	c := reader(record)
	var all []string
	note := func(source *button.Source, turn int) {
		value, words, err := c.inventedYield(&button.AnswerValue{Turn: turn, Source: *source})
		if err != nil {
			words = "no: " + err.Error()
		}
		all = append(all, words+canonicalJSON(encode(value)))
	}
	keys := make([]string, 0, len(record.Provenance))
	for key := range record.Provenance {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		source := record.Provenance[key]
		if source.From == button.FromResult {
			note(&source, len(record.Messages))
		}
	}
	for i := range record.Plan.Answers {
		note(&record.Plan.Answers[i].Source, record.Plan.Answers[i].Turn)
	}
	return all
}

// deniesAlike says why other words of the user are as good.
const deniesAlike = "yes and no are told by what the sentence denies, which is the same"

// userWords changes the words that each argument comes from.
func (m *mutator) userWords() {
	done := map[button.Span]bool{}
	keys := make([]string, 0, len(m.record.Provenance))
	for key := range m.record.Provenance {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		source := m.record.Provenance[key]
		if source.From != button.FromUser || source.Span == nil || done[*source.Span] {
			continue
		}
		done[*source.Span] = true
		content := m.record.Messages[source.Turn].Content
		text := content[source.Span[0]:source.Span[1]]
		other, ok := otherCharacter(text, m.random)
		if !ok {
			continue
		}
		changed := m.reworded(source.Turn, *source.Span, other)
		m.add("words of an argument", changed, "%q -> %q", text, other)
		if after := changed.Messages[source.Turn].Content; m.isSwitch(key) && grounding.Negated(content) == grounding.Negated(after) {
			m.out[len(m.out)-1].Equivalent = deniesAlike
		}
	}
}

// isSwitch reports whether the argument of a key of the provenance is true or false.
func (m *mutator) isSwitch(key string) bool {
	id, path, _ := strings.Cut(key, ".")
	for _, node := range m.record.Plan.Nodes {
		if node.CallID == id {
			value, ok := follow(node.Arguments, path)
			return ok && (value == "true" || value == "false")
		}
	}
	return false
}

// usedTools renames or drops the tools that are called, and renames the parameters
// that calls fill.
func (m *mutator) usedTools() {
	for i, tool := range m.record.Tools {
		var arguments map[string]json.RawMessage
		called := false
		for _, node := range m.record.Plan.Nodes {
			if node.Function == tool.Name {
				called = json.Unmarshal(node.Arguments, &arguments) == nil
				break
			}
		}
		if !called {
			continue
		}
		with := func(kind string, tools ...button.Tool) {
			changed := m.copy()
			changed.Tools = slices.Concat(m.record.Tools[:i], tools, m.record.Tools[i+1:])
			m.add(kind, changed, "%s", tool.Name)
		}
		renamed := tool
		renamed.Name, _ = otherCharacter(tool.Name, m.random)
		with("tool name", renamed)
		with("tool dropped")
		for name := range arguments {
			other, ok := otherCharacter(name, m.random)
			if ok && arguments[other] == nil {
				altered := tool
				altered.Parameters = bytes.ReplaceAll(tool.Parameters, []byte(`"`+name+`"`), []byte(`"`+other+`"`))
				with("tool parameters", altered)
			}
			break
		}
	}
}

// fromNowhere lets answers and thoughts state a number, a code and a name that nobody
// has mentioned.
func (m *mutator) fromNowhere() {
	for i := range m.record.Messages {
		message := &m.record.Messages[i]
		if message.Role != button.RoleAssistant {
			continue
		}
		for _, tail := range []string{" That is 987654 then.", " The code is ZQX81Q.", " Ask for Xanthippe."} {
			changed := m.copy()
			if len(message.ToolCalls) > 0 {
				changed.Messages[i].Reasoning += tail
				m.add("thought from nowhere", changed, "message %d: %q", i, tail)
				continue
			}
			changed.Messages[i].Content += tail
			m.add("answer from nowhere", changed, "message %d: %q", i, tail)
		}
	}
}

// repeated makes each call that has a result once more, right behind its own.
func (m *mutator) repeated() {
	for i := range m.record.Messages {
		message := &m.record.Messages[i]
		if len(message.ToolCalls) != 1 || i+1 >= len(m.record.Messages) {
			continue
		}
		if _, _, failed := failure([]byte(m.record.Messages[i+1].Content)); failed {
			continue
		}
		m.add("call repeated", m.twice(i), "message %d", i)
	}
}

// twice returns the record with the one call of a message, and its result, repeated
// behind it: well formed in all that a call needs.
func (m *mutator) twice(at int) *button.Record {
	const id = "zzzzzzzz9"
	changed := m.copy()
	calling, result := changed.Messages[at], changed.Messages[at+1]
	first := calling.ToolCalls[0]
	again := first
	again.ID = id
	calling.ToolCalls, result.ToolCallID = []button.Call{again}, id
	changed.Messages = slices.Insert(changed.Messages, at+2, calling, result)
	move := func(turn *int) {
		if *turn > at+1 {
			*turn += 2
		}
	}
	plan := changed.Plan
	for i := range plan.Answers {
		move(&plan.Answers[i].Turn)
		move(&plan.Answers[i].Source.Turn)
	}
	k := slices.IndexFunc(plan.Nodes, func(n button.PlanNode) bool { return n.CallID == first.ID })
	node := plan.Nodes[k]
	for i := range plan.Nodes {
		if other := &plan.Nodes[i]; other.Turn == node.Turn && other.Wave > node.Wave {
			other.Wave++
		}
	}
	original := node.ID
	node.ID, node.CallID, node.Wave = "again", id, node.Wave+1
	plan.Nodes = slices.Insert(plan.Nodes, k+1, node)
	for _, edge := range slices.Clone(plan.Edges) {
		if edge.To == original {
			edge.To = node.ID
			plan.Edges = append(plan.Edges, edge)
		}
	}
	provenance := map[string]button.Source{}
	for key, source := range changed.Provenance {
		move(&source.Turn)
		provenance[key] = source
		if rest, own := strings.CutPrefix(key, first.ID+"."); own {
			provenance[id+"."+rest] = source
		}
	}
	changed.Provenance = provenance
	return changed
}

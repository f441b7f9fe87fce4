package quality

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"

	"github.com/buttonbench/button"
)

// equivalent says why a change of the plan makes no difference, "" if it may.
func (m *mutator) equivalent(p place, changed *button.Record) string {
	before, after := m.record.Plan, changed.Plan
	switch {
	case p.kind == "plan.mentions" && len(after.Mentions) < len(before.Mentions):
		for i := range before.Mentions {
			if i == len(after.Mentions) || !reflect.DeepEqual(before.Mentions[i], after.Mentions[i]) {
				if len(before.Mentions[i].Nodes) == 0 {
					return unused
				}
				return ""
			}
		}
	case p.kind == "plan.answers.source.calls" || p.kind == "plan.answers.source.path":
		i := p.steps[2].(int)
		if have, ok := m.lookUp(&before.Answers[i].Source); ok {
			if other, ok := m.lookUp(&after.Answers[i].Source); ok && have == other {
				return elsewhere
			}
		}
	}
	return ""
}

// lookUp reads the JSON value that a source without a transform leads to.
func (m *mutator) lookUp(source *button.Source) (string, bool) {
	if len(source.Calls) != 1 || source.Transform != nil {
		return "", false
	}
	for i := range m.record.Messages {
		message := &m.record.Messages[i]
		if source.From == button.FromResult && message.ToolCallID == source.Calls[0] {
			return follow([]byte(message.Content), source.Path)
		}
		for _, made := range message.ToolCalls {
			if source.From == button.FromCall && made.ID == source.Calls[0] {
				return follow(made.Arguments, source.Path)
			}
		}
	}
	return "", false
}

// follow reads the value at a path such as "trains[2].fare" or "contact.name".
func follow(raw json.RawMessage, path string) (string, bool) {
	for _, step := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' }) {
		if index, isItem := strings.CutSuffix(step, "]"); isItem {
			var items []json.RawMessage
			n, err := strconv.Atoi(index)
			if err != nil || json.Unmarshal(raw, &items) != nil || n < 0 || n >= len(items) {
				return "", false
			}
			raw = items[n]
			continue
		}
		var members map[string]json.RawMessage
		if json.Unmarshal(raw, &members) != nil || members[step] == nil {
			return "", false
		}
		raw = members[step]
	}
	return string(raw), true
}

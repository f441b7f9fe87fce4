package scriptedteacher

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
)

type judgeMaterial struct {
	Parallel bool          `json:"parallel_calls"`
	Tools    []offeredTool `json:"tools"`
	Dialogue []turnForm    `json:"dialogue"`
	Criteria []struct {
		ID string `json:"id"`
	} `json:"criteria"`
	Judge []int `json:"judge_turns"`
}

type judgedCheck struct {
	ID       string `json:"id"`
	Evidence string `json:"evidence"`
	Label    string `json:"label"`
}

type judgedTurn struct {
	Index  int           `json:"index"`
	Checks []judgedCheck `json:"checks"`
}

type judgeReply struct {
	Turns []judgedTurn `json:"turns"`
	Goal  struct {
		Evidence string `json:"evidence"`
		Label    string `json:"label"`
	} `json:"goal"`
}

// judge labels turns by rules that look at what is said, and not at what it means:
// a swapped result or a wrong choice between two fitting functions passes.
func (t *turn) judge(material judgeMaterial) any {
	reply := judgeReply{Turns: []judgedTurn{}}
	for _, index := range material.Judge {
		judged := judgedTurn{Index: index, Checks: []judgedCheck{}}
		for _, criterion := range material.Criteria {
			check := judgedCheck{criterion.ID, "nothing speaks against it", "good"}
			if span := material.objection(criterion.ID, index); span != "" {
				check.Evidence, check.Label = cut(span, 400), "bad"
			}
			judged.Checks = append(judged.Checks, check)
		}
		reply.Turns = append(reply.Turns, judged)
	}
	reply.Goal.Evidence, reply.Goal.Label = "the last turn answers what was asked", "full"
	if s := t.reader.follow(material.Dialogue, material.Tools); len(s.goals) > 0 {
		done := 0
		for _, one := range s.agenda() {
			// What truly failed, and all that waits for it, is done when it is told.
			if one.closed || one.done != nil && one.done.result != nil {
				done++
			}
		}
		if done < len(s.goals) {
			reply.Goal.Evidence, reply.Goal.Label = "something that was asked for was not brought", "partial"
		}
		if done == 0 {
			reply.Goal.Label = "none"
		}
	}
	return &reply
}

// objection is what speaks against a turn by a criterion, or "".
func (m *judgeMaterial) objection(criterion string, index int) string {
	at := slices.IndexFunc(m.Dialogue, func(turn turnForm) bool { return turn.Index == index })
	if at < 0 {
		return ""
	}
	turn := &m.Dialogue[at]
	switch criterion {
	case "needed":
		return m.repeated(at)
	case "function":
		for _, call := range turn.Calls {
			if m.tool(call.Name) == nil {
				return call.Name + " is not on offer"
			}
		}
	case "arguments":
		return m.arguments(at)
	case "grouping":
		if !m.Parallel && len(turn.Calls) > 1 {
			return turn.Calls[1].Name + " is called in the same turn"
		}
	case "thought":
		return planWords.FindString(turn.Thought)
	case "faithful":
		said := m.before(at)
		for _, figure := range longFigure.FindAllString(turn.Text, -1) {
			if !strings.Contains(said, figure) {
				return figure + " stands nowhere before"
			}
		}
	}
	return ""
}

var (
	planWords = regexp.MustCompile(`(?i)sub-?task|as planned|the plan\b|guidance`)
	// Short figures are parts of dates and times in words; the judge lets them pass.
	longFigure = regexp.MustCompile(`\d{3,}`)
)

func (m *judgeMaterial) tool(name string) *offeredTool {
	for i := range m.Tools {
		if m.Tools[i].Name == name {
			return &m.Tools[i]
		}
	}
	return nil
}

// repeated names a call of the turn that brought its result before.
func (m *judgeMaterial) repeated(at int) string {
	for _, call := range m.Dialogue[at].Calls {
		for i := range m.Dialogue[:at] {
			turn := &m.Dialogue[i]
			for k, other := range turn.Calls {
				brought := i+1 < at && k < len(m.Dialogue[i+1].Results) && m.Dialogue[i+1].Results[k].Error == nil
				if brought && callKey(other.Name, other.Arguments) == callKey(call.Name, call.Arguments) {
					return call.Name + " was called so before"
				}
			}
		}
	}
	return ""
}

// arguments names an argument that is missing, or that stands nowhere before.
func (m *judgeMaterial) arguments(at int) string {
	said := m.before(at)
	for _, call := range m.Dialogue[at].Calls {
		var members map[string]json.RawMessage
		if json.Unmarshal(call.Arguments, &members) != nil {
			return "the arguments of " + call.Name + " cannot be read"
		}
		if tool := m.tool(call.Name); tool != nil {
			var schema struct {
				Required []string `json:"required"`
			}
			_ = json.Unmarshal(tool.Parameters, &schema)
			for _, name := range schema.Required {
				if members[name] == nil {
					return name + " is missing in " + call.Name
				}
			}
		}
		for _, name := range slices.Sorted(maps.Keys(members)) {
			value := members[name]
			if text := plain(value); len(text) >= 3 && !strings.Contains(said, text) && !strings.Contains(said, spoken(value)) {
				return text + " stands nowhere before"
			}
		}
	}
	return ""
}

// before is all that was said and returned before a turn, values also as people
// say them.
func (m *judgeMaterial) before(at int) string {
	var out strings.Builder
	for i := range m.Dialogue[:at] {
		turn := &m.Dialogue[i]
		out.WriteString(turn.Text + "\n")
		for _, call := range turn.Calls {
			out.Write(call.Arguments)
		}
		for _, result := range turn.Results {
			out.Write(result.Result)
			var members map[string]json.RawMessage
			if json.Unmarshal(result.Result, &members) == nil {
				for _, value := range members {
					out.WriteString(spoken(value) + "\n")
				}
			}
		}
	}
	return out.String()
}

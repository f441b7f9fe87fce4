package scriptedteacher

import (
	"encoding/json"
	"strings"

	"github.com/buttonbench/button"
)

// ownNext is how a clause stands.
type ownNext struct {
	ownClause
	call    toolCall
	done    *outcome
	missing string
	waits   bool
	closed  bool // it, or what it waits for, has failed
}

// ownAssistant takes the next turn with tools of somebody's own: it asks for what is
// missing, makes every call that can be made, and answers when there is none left.
func (t *turn) ownAssistant(material assistantMaterial) any {
	agenda, last := ownAgenda(material.Dialogue, ownOffered(material.Tools))
	reply := &assistantReply{Calls: []toolCall{}, Missing: []string{}}
	if len(agenda) == 0 {
		reply.Action, reply.Text = "refuse", "I am sorry, I cannot do that with what is at my disposal."
		return reply
	}
	var thoughts []string
	for i := range agenda {
		one := &agenda[i]
		if one.missing != "" {
			reply.Action, reply.Missing, reply.Text = "ask", []string{one.missing}, "Could you tell me the "+one.missing+"?"
			return reply
		}
		failed := one.done != nil && one.done.failed != nil
		if failed && strings.HasPrefix(one.done.failed.Message, badValue) && one.done.turn > last {
			reply.Action, reply.Missing = "ask", []string{"another value"}
			reply.Text = "I am sorry, that did not work for the " + one.tool.words + ". Would you like to try another value?"
			return reply
		}
		again := failed && !one.closed
		if one.waits || one.closed || one.done != nil && !again || !material.Parallel && len(reply.Calls) > 0 || planned(reply.Calls, one.call) {
			continue
		}
		reply.Calls = append(reply.Calls, one.call)
		thoughts = append(thoughts, "The "+one.tool.words+" is wanted, and all that it needs is known by now.")
	}
	if len(reply.Calls) > 0 {
		reply.Action, reply.Thought = "call", cutWords(strings.Join(thoughts, " "), 78)
		return reply
	}
	reply.Action, reply.Text = "answer", ownAnswer(agenda, last)
	return reply
}

func planned(calls []toolCall, call toolCall) bool {
	for _, other := range calls {
		if callKey(other.Name, other.Arguments) == callKey(call.Name, call.Arguments) {
			return true
		}
	}
	return false
}

// ownAgenda reads a conversation: what is to be done, how each stands, and the place
// of the user's last turn.
func ownAgenda(turns []turnForm, tools []*ownTool) (agenda []ownNext, last int) {
	s := &state{made: map[string]*outcome{}}
	for at := range turns {
		switch turn := &turns[at]; turn.From {
		case button.RoleUser:
			last = at
			for _, sentence := range sentences(turn.Text) {
				clauses := ownClauses(sentence, tools)
				for _, c := range clauses {
					agenda = append(agenda, ownNext{ownClause: c})
				}
				if match := statement.FindStringSubmatch(sentence); match != nil && len(clauses) == 0 {
					tell(agenda, strings.ToLower(match[1]), strings.EqualFold(match[2], "should be"), match[3], match[4])
				}
			}
		case button.RoleTool:
			if at > 0 {
				s.note(turns[at-1].Calls, turn.Results, at)
			}
		}
	}
	for i := range agenda {
		agenda[i].stand(agenda[:i], s)
	}
	return agenda, last
}

// tell takes a value that the user gives by itself.
func tell(agenda []ownNext, name string, changes bool, said, old string) {
	for i := range agenda {
		for k := range agenda[i].args {
			arg := &agenda[i].args[k]
			if strings.ReplaceAll(snake(arg.param.words), "_", " ") != name || arg.source != "" || !changes && arg.open == "" || changes && old != "" && spoken(arg.literal) != old {
				continue
			}
			*arg = arg.param.read(said)
			if !changes {
				return
			}
		}
	}
}

// stand says how a clause stands after those before it.
func (n *ownNext) stand(before []ownNext, s *state) {
	arguments := map[string]any{}
	for _, arg := range n.args {
		value := arg.literal
		switch {
		case arg.open != "":
			n.missing = arg.param.words
			return
		case arg.source != "":
			n.waits = true
			for i := range before {
				if source := &before[i]; source.tool.words == arg.source {
					n.closed = n.closed || source.closed
					if source.done != nil && source.done.failed == nil {
						value = fieldNamed(source.done.result, arg.field)
					}
				}
			}
			if value == nil {
				return
			}
			n.waits = false
		}
		arg.param.put(arguments, value)
	}
	for _, p := range n.tool.params {
		if p.required && p.fixed != nil {
			p.put(arguments, encode(p.fixed))
		}
	}
	n.call = toolCall{n.tool.name, encode(arguments)}
	if n.done = s.made[callKey(n.call.Name, n.call.Arguments)]; n.done != nil && n.done.failed != nil {
		n.closed = !passes(n.done.failed) || n.done.failures > 3
	}
}

// put sets an argument by its path.
func (p *ownParam) put(arguments map[string]any, value json.RawMessage) {
	steps := strings.Split(p.path, ".")
	for _, step := range steps[:len(steps)-1] {
		inner, ok := arguments[step].(map[string]any)
		if !ok {
			inner = map[string]any{}
			arguments[step] = inner
		}
		arguments = inner
	}
	var set any = value
	if p.list && len(value) > 0 && value[0] != '[' {
		set = []json.RawMessage{value}
	}
	arguments[steps[len(steps)-1]] = set
}

// ownLeaf is a plain value in a result.
type ownLeaf struct {
	words string
	value json.RawMessage
}

// leavesIn lists the plain values of a result in the order of their names.
func leavesIn(name string, value json.RawMessage, depth int) []ownLeaf {
	var object map[string]json.RawMessage
	var list []json.RawMessage
	var all []ownLeaf
	switch {
	case depth > 8 || len(value) == 0:
	case json.Unmarshal(value, &object) == nil && object != nil:
		any := map[string]any{}
		for member := range object {
			any[member] = nil
		}
		for _, member := range sortedKeys(any) {
			all = append(all, leavesIn(member, object[member], depth+1)...)
		}
	case json.Unmarshal(value, &list) == nil && list != nil:
		for _, item := range list {
			all = append(all, leavesIn(name, item, depth+1)...)
		}
	default:
		all = append(all, ownLeaf{inWords(name), value})
	}
	return all
}

func fieldNamed(result json.RawMessage, words string) json.RawMessage {
	for _, leaf := range leavesIn("", result, 0) {
		if leaf.words == words {
			return leaf.value
		}
	}
	return nil
}

// mostTold is how many values of a result an answer states.
const mostTold = 4

// ownAnswer states what the calls since the user's last turn brought; of all calls
// where there are none.
func ownAnswer(agenda []ownNext, last int) string {
	var out []string
	for _, all := range []bool{false, true} {
		for i := range agenda {
			one := &agenda[i]
			switch {
			case one.closed:
				out = append(out, "I am sorry, the "+one.tool.words+" did not work out.")
			case one.done != nil && one.done.failed == nil && (all || one.done.turn > last):
				out = append(out, one.tells())
			}
		}
		if len(out) > 0 {
			break
		}
	}
	return "Here is what came of it. " + strings.Join(out, " ")
}

func (n *ownNext) tells() string {
	given := plain(n.call.Arguments)
	var told []string
	for _, leaf := range leavesIn("", n.done.result, 0) {
		said := spoken(leaf.value)
		if len(told) == mostTold || said == "null" || said == "" || len(said) > 300 || strings.ContainsAny(said, "{}[]<>\n") || strings.Contains(given, `"`+plain(leaf.value)+`"`) {
			continue
		}
		told = append(told, strings.TrimSpace(leaf.words+" "+said))
	}
	if len(told) == 0 {
		return "The " + n.tool.words + " is done."
	}
	return "For the " + n.tool.words + " there is " + join(told) + "."
}

package scriptedteacher

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/buttonbench/button"
)

// turnForm is one turn of a conversation, as materials have it.
type turnForm struct {
	Index   int              `json:"index"`
	From    string           `json:"from"`
	Thought string           `json:"thought"`
	Text    string           `json:"text"`
	Calls   []toolCall       `json:"calls"`
	Results []toolResultForm `json:"results"`
}

type toolCall struct {
	Name      string          `json:"name"`
	Arguments json.RawMessage `json:"arguments"`
}

type toolResultForm struct {
	Result json.RawMessage `json:"result"`
	Error  *toolError      `json:"error"`
}

type toolError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

type offeredTool struct {
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Parameters  json.RawMessage `json:"parameters"`
	Returns     json.RawMessage `json:"returns"`
}

// goal is a clause of the user's, with the turn in which it was said.
type goal struct {
	clause
	tool *offeredTool
}

// state is where a conversation stands, read from its turns alone.
type state struct {
	world *world
	goals []goal
	made  map[string]*outcome // by call
	last  int                 // the position of the user's last turn
	told  string              // all that the assistant has said
}

// outcome is what a call brought.
type outcome struct {
	result   json.RawMessage
	failed   *toolError
	failures int
	turn     int
}

// follow reads a conversation.
func (r *reader) follow(turns []turnForm, tools []offeredTool) *state {
	s := &state{world: r.world, made: map[string]*outcome{}}
	for at := range turns {
		turn := &turns[at]
		switch turn.From {
		case button.RoleUser:
			s.last = at
			for _, sentence := range sentences(turn.Text) {
				s.hear(r, sentence, tools)
			}
		case button.RoleAssistant:
			s.told += turn.Text + "\n"
		case button.RoleTool:
			if at > 0 {
				s.note(turns[at-1].Calls, turn.Results, at)
			}
		}
	}
	return s
}

// hear takes a sentence of the user's: a clause, or a value that was missing or is
// to be another one.
func (s *state) hear(r *reader, sentence string, tools []offeredTool) {
	if c, ok := r.clause(sentence); ok {
		s.goals = append(s.goals, goal{c, toolFor(c.step, tools)})
		return
	}
	match := statement.FindStringSubmatch(sentence)
	if match == nil {
		return
	}
	name, changes, said, old := strings.ToLower(match[1]), strings.EqualFold(match[2], "should be"), match[3], match[4]
	for i := range s.goals {
		g := &s.goals[i]
		for k, slot := range g.step.slots() {
			v := &g.values[k]
			if strings.ReplaceAll(g.factName(slot), "_", " ") != name || v.refs != nil || !changes && v.literal != nil || old != "" && (v.literal == nil || spoken(v.literal) != old) {
				continue
			}
			if literal, ok := v.typ.read(said); ok {
				v.literal, v.fact = literal, ""
			}
		}
	}
}

// statement is how the teacher's users give a value by itself.
var statement = regexp.MustCompile(`(?i)\bthe ([a-z][a-z -]*?) (is|should be) (.+?)(?:, instead of (.+))?$`)

func toolFor(s *step, tools []offeredTool) *offeredTool {
	for i := range tools {
		if strings.HasPrefix(tools[i].Description, s.description) {
			return &tools[i]
		}
	}
	return nil
}

// note takes the results of a turn's calls.
func (s *state) note(calls []toolCall, results []toolResultForm, at int) {
	for i := range min(len(calls), len(results)) {
		key := callKey(calls[i].Name, calls[i].Arguments)
		o := s.made[key]
		if o == nil {
			o = &outcome{}
			s.made[key] = o
		}
		o.turn = at
		if o.failed = results[i].Error; o.failed != nil {
			o.failures++
		} else {
			o.result = results[i].Result
		}
	}
}

// callKey is the same for equal calls, however their arguments are ordered.
func callKey(name string, arguments json.RawMessage) string {
	var members map[string]json.RawMessage
	if json.Unmarshal(arguments, &members) != nil {
		return name + string(arguments)
	}
	names := make([]string, 0, len(members))
	for member := range members {
		names = append(names, member)
	}
	sort.Strings(names)
	out := []byte(name)
	for _, member := range names {
		out = append(append(out, 0), member...)
		var compact bytes.Buffer
		if json.Compact(&compact, members[member]) == nil {
			out = append(append(out, '='), compact.Bytes()...)
		}
	}
	return string(out)
}

// next is what the call for a goal needs.
type next struct {
	goal    *goal
	call    toolCall
	done    *outcome
	missing []string // names of values that the user has not said
	waits   bool     // for what other calls bring
	closed  bool     // a call that it waits for has failed for good
}

// agenda says for each goal how it stands.
func (s *state) agenda() []next {
	all := make([]next, len(s.goals))
	clauses := make([]clause, len(s.goals))
	for i := range s.goals {
		clauses[i] = s.goals[i].clause
	}
	for i := range s.goals {
		one := next{goal: &s.goals[i]}
		arguments := map[string]json.RawMessage{}
		for k, slot := range one.goal.step.slots() {
			s.argument(&one, k, slot, clauses[:i], all, arguments)
		}
		if one.goal.tool != nil && len(one.missing) == 0 && !one.waits {
			one.call = toolCall{one.goal.tool.Name, encode(arguments)}
			one.done = s.made[callKey(one.call.Name, one.call.Arguments)]
		}
		one.closed = one.closed || one.done != nil && one.done.failed != nil && (!passes(one.done.failed) || one.done.failures > 3)
		all[i] = one
	}
	return all
}

// argument finds the value of one slot.
func (s *state) argument(one *next, k int, slot *slot, before []clause, agenda []next, arguments map[string]json.RawMessage) {
	v := &one.goal.values[k]
	switch {
	case v.literal != nil:
		arguments[slot.param] = v.literal
		return
	case len(v.refs) == 0:
		one.missing = append(one.missing, strings.ReplaceAll(one.goal.factName(slot), "_", " "))
		return
	}
	many := 0
	for _, ref := range v.refs {
		positions := meant(ref, before)
		one.waits = one.waits || len(positions) == 0
		for _, at := range positions {
			var brought json.RawMessage
			if agenda[at].done != nil {
				brought = member(agenda[at].done.result, ref.typ.name)
			}
			if brought == nil {
				one.waits = true
				one.closed = one.closed || agenda[at].closed
				continue
			}
			param := slot.param
			if slot.many {
				param = manyParameters()[min(many, len(manyParameters())-1)]
				many++
			}
			arguments[param] = brought
		}
	}
}

// member is a member of a JSON object, nil where there is none.
func member(object json.RawMessage, name string) json.RawMessage {
	var members map[string]json.RawMessage
	if json.Unmarshal(object, &members) != nil {
		return nil
	}
	return members[name]
}

// passes reports whether a call that failed so is worth repeating.
func passes(failed *toolError) bool {
	return slices.ContainsFunc([]string{"busy", "unavailable", "timeout", "temporar", "overloaded", "rate", "maintenance", "retry"}, func(word string) bool {
		return strings.Contains(failed.Code, word)
	})
}

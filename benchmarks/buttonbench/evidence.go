package buttonbench

import (
	"bytes"
	"encoding/json"
	"path"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/eval"
)

// never is the turn of what did not happen.
const never = int(^uint(0) >> 1)

// evidence tells what a model could know from its calls, and since which of its
// turns. An answer that no call supports is a guess.
type evidence struct {
	task    *task
	calls   []attempt
	said    *speech           // what the user said
	by      map[string]int    // plan node -> the call that reached it in order
	sound   []bool            // the call went through, and what it was given was known
	leaves  []map[string]bool // of each call's result, filled when asked for
	golden  map[string]map[string]string
	results map[string]string // plan node -> the reference's result
}

// attempt is one call that the model made.
type attempt struct {
	made    eval.Made
	written string // the arguments as the model wrote them
	result  string
	ok      bool // it was carried out and did not fail
	own     bool // in the task's own world
}

func newEvidence(t *task, calls []attempt, match *eval.Match, said *speech) *evidence {
	e := &evidence{task: t, calls: calls, said: said, sound: make([]bool, len(calls)), by: map[string]int{}, leaves: make([]map[string]bool, len(calls)), golden: map[string]map[string]string{}, results: map[string]string{}}
	results := map[string]string{}
	for _, message := range t.record.Messages {
		if message.Role == button.RoleTool {
			results[message.ToolCallID] = message.Content
		}
	}
	nodes := t.record.Plan.Nodes
	for _, node := range nodes {
		e.golden[node.ID], e.results[node.ID] = eval.Leaves(node.Arguments), results[node.CallID]
	}
	for c, n := range match.Node {
		if n >= 0 {
			e.by[nodes[n].ID] = c
		}
	}
	for c := range calls {
		e.sound[c] = e.isSound(c)
	}
	return e
}

// isSound reports whether a call in the task's world went through and, if it is
// one of the plan's, its arguments were known. Calls off the plan get the benefit
// of the doubt. The calls before it have been judged.
func (e *evidence) isSound(c int) bool {
	call := &e.calls[c]
	if !call.ok || !call.own {
		return false
	}
	planned := false
	for i := range e.task.record.Plan.Nodes {
		node := &e.task.record.Plan.Nodes[i]
		if by, reached := e.by[node.ID]; reached && by == c {
			return true
		}
		if e.agrees(call, node) {
			planned = true
			if e.founded(call, node) {
				return true
			}
		}
	}
	return !planned
}

// founded reports whether the arguments of a node's call that the plan takes from
// results were known before the call: from a result, or because the user said
// them. A write to the winner of a comparison, or of a total, needs all that is
// compared or added up; a read may run ahead of the comparison.
func (e *evidence) founded(call *attempt, node *button.PlanNode) bool {
	for i := range e.task.record.Plan.Edges {
		edge := &e.task.record.Plan.Edges[i]
		if edge.To != node.ID || edge.Kind != button.EdgeData {
			continue
		}
		field, derived := derivedFrom(edge)
		if derived && node.Effect != button.EffectWrite {
			continue
		}
		if derived {
			if from := e.task.record.Plan.Node(edge.From); from == nil || e.part(from, field) >= call.made.Turn {
				return false
			}
			continue
		}
		for _, value := range valuesAt(call.made.Arguments, edge.Parameter) {
			if !e.knew(value, edge.Transform, call.made.Turn) {
				return false
			}
		}
	}
	return true
}

// derivedFrom is the field of several results that an edge compares or adds up;
// false for an edge that carries a value as it is.
func derivedFrom(edge *button.PlanEdge) (string, bool) {
	if edge.Transform == nil {
		return "", false
	}
	switch edge.Transform.Op {
	case button.OpWinnerMin, button.OpWinnerMax:
		return edge.Transform.By, true
	case button.OpSum:
		return edge.Output, true
	}
	return "", false
}

// valuesAt are the scalars at a path of the arguments: none, one, or a list's.
func valuesAt(arguments json.RawMessage, parameter string) []any {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(arguments))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil {
		return nil
	}
	for _, name := range strings.Split(parameter, ".") {
		object, _ := value.(map[string]any)
		if value = object[name]; value == nil {
			return nil
		}
	}
	if list, ok := value.([]any); ok {
		return list
	}
	return []any{value}
}

// knew reports whether a value stood in a result before a turn, or in what the
// user said.
func (e *evidence) knew(value any, transform *button.Transform, turn int) bool {
	text, isText := value.(string)
	if number, ok := value.(json.Number); ok {
		text = number.String()
	}
	if text != "" && e.said.holds(text) {
		return true
	}
	part := isText && transform != nil && (transform.Op == button.OpDate || transform.Op == button.OpTime)
	for c := range e.calls {
		if !e.sound[c] || e.calls[c].made.Turn >= turn {
			continue
		}
		leaves := e.leavesOf(c)
		if leaves[leafText(value)] {
			return true
		}
		for leaf := range leaves {
			if part && (strings.HasPrefix(leaf, `"`+text+"T") || strings.HasSuffix(leaf, "T"+text+`"`)) {
				return true
			}
		}
	}
	return false
}

// done is the turn since which the model knows all that a call of the plan tells:
// it made that very call, or one that differs in optional arguments only and
// returned the same. Where the call's object follows from a comparison, that was
// made too, before or after.
func (e *evidence) done(node *button.PlanNode) int {
	if c, reached := e.by[node.ID]; reached {
		return e.calls[c].made.Turn
	}
	for c := range e.calls {
		if call := &e.calls[c]; e.sound[c] && e.agrees(call, node) && call.result == e.results[node.ID] && e.decided(node) {
			return call.made.Turn
		}
	}
	return never
}

// decided reports whether the model knows all that the arguments of a node's call
// are compared or added up from.
func (e *evidence) decided(node *button.PlanNode) bool {
	for i := range e.task.record.Plan.Edges {
		edge := &e.task.record.Plan.Edges[i]
		if edge.To != node.ID || edge.Kind != button.EdgeData {
			continue
		}
		if field, derived := derivedFrom(edge); derived {
			if from := e.task.record.Plan.Node(edge.From); from == nil || e.part(from, field) == never {
				return false
			}
		}
	}
	return true
}

// agrees reports whether a call is one of a node's function that says nothing
// else than the node: arguments that both give are equal.
func (e *evidence) agrees(call *attempt, node *button.PlanNode) bool {
	if !call.ok || !call.own || call.made.Name != node.Function {
		return false
	}
	given := eval.Leaves(call.made.Arguments)
	for path, want := range e.golden[node.ID] {
		if have, ok := given[path]; ok && have != want {
			return false
		}
	}
	return true
}

// told is the turn since which the model knows a value for which the plan calls
// the nodes: one of them is done, a call that agrees with one returned the value,
// or a call of another function did.
func (e *evidence) told(value json.RawMessage, nodes []*button.PlanNode) int {
	first := never
	for _, node := range nodes {
		first = min(first, e.done(node))
	}
	for c := range e.calls {
		call := &e.calls[c]
		if !e.sound[c] || call.made.Turn >= first || !e.returned(c, value) {
			continue
		}
		other, agreed := true, false
		for _, node := range nodes {
			other = other && node.Function != call.made.Name
			agreed = agreed || e.agrees(call, node) && e.decided(node)
		}
		if other || agreed {
			first = call.made.Turn
		}
	}
	return first
}

// part is the turn since which the model knows one field of what a node returned.
func (e *evidence) part(node *button.PlanNode, field string) int {
	var result map[string]json.RawMessage
	if json.Unmarshal([]byte(e.results[node.ID]), &result) == nil && result[field] != nil && string(result[field]) != "true" && string(result[field]) != "false" {
		return e.told(result[field], []*button.PlanNode{node})
	}
	return e.done(node)
}

// returned reports whether a call's result holds a value.
func (e *evidence) returned(c int, value json.RawMessage) bool {
	var want any
	decoder := json.NewDecoder(bytes.NewReader(value))
	decoder.UseNumber()
	return decoder.Decode(&want) == nil && e.leavesOf(c)[leafText(want)]
}

func (e *evidence) leavesOf(c int) map[string]bool {
	if e.leaves[c] == nil {
		e.leaves[c] = map[string]bool{}
		var result any
		decoder := json.NewDecoder(strings.NewReader(e.calls[c].result))
		decoder.UseNumber()
		if decoder.Decode(&result) == nil {
			collect(result, e.leaves[c])
		}
	}
	return e.leaves[c]
}

func collect(value any, into map[string]bool) {
	switch value := value.(type) {
	case map[string]any:
		for _, inner := range value {
			collect(inner, into)
		}
	case []any:
		for _, inner := range value {
			collect(inner, into)
		}
	default:
		into[leafText(value)] = true
	}
}

// leafText is one text for a scalar; the worlds write equal values equally.
func leafText(value any) string {
	text, _ := json.Marshal(value) // scalars encode
	return string(text)
}

// checked is the turn since which the model knows a condition's outcome: from the
// call that the plan looks at, or from another function's field of the same name
// and value.
func (e *evidence) checked(condition *button.GoalCondition) int {
	node := e.task.record.Plan.Node(condition.Node)
	if node == nil {
		return never
	}
	first := e.done(node)
	field := path.Ext("." + condition.Output)
	want, known := eval.Leaves(json.RawMessage(e.results[node.ID]))[field]
	for c := range e.calls {
		call := &e.calls[c]
		if known && e.sound[c] && call.made.Name != node.Function && call.made.Turn < first && eval.Leaves(json.RawMessage(call.result))[field] == want {
			first = call.made.Turn
		}
	}
	return first
}

package wording

import (
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/plan"
	"github.com/buttonbench/button/internal/world"
)

// fans are the comparisons and sums that feed a goal of the turn from behind.
func (a *answerer) fans(goals []*plan.Goal) []*plan.Fan {
	var fans []*plan.Fan
	for _, node := range closure(goals) {
		for _, arg := range node.Args {
			if arg.Kind != plan.Winner && arg.Kind != plan.Sum {
				continue
			}
			known := arg.Fan.Nodes[0].Turn != goals[0].Turn
			for _, fan := range fans {
				known = known || fan == arg.Fan
			}
			if !known {
				fans = append(fans, arg.Fan)
			}
		}
	}
	return fans
}

func (a *answerer) announceFan(fan *plan.Fan) (string, error) {
	if fan.Total {
		return a.total(fan, fan.Field)
	}
	return a.comparison(fan)
}

// state answers one goal.
func (a *answerer) state(goal *plan.Goal) ([]string, error) {
	one := func(text string, err error) ([]string, error) { return []string{text}, err }
	switch goal.Kind {
	case plan.GoalField:
		return one(a.tell(goal.Node, goal.Field, nil, goal.Node.Outcome.Fields[goal.Field]))
	case plan.GoalItem:
		value, _ := goal.Value()
		return one(a.tell(goal.Pick.List, goal.Field, goal.Pick, value))
	case plan.GoalList:
		return one(a.tell(goal.Node, goal.Field, nil, nil))
	case plan.GoalCompare:
		return one(a.comparison(goal.Fan))
	case plan.GoalTotal:
		return one(a.total(goal.Fan, goal.Field))
	case plan.GoalEach:
		return one(a.each(goal))
	}
	return a.done(goal)
}

// tell is the clause that states a field of a result.
func (a *answerer) tell(node *plan.Node, field string, item *plan.Selection, value world.Value) (string, error) {
	words := node.Function.Say.Tell[field]
	source := words.Text
	if value == true && words.Holds != "" {
		source = words.Holds
	} else if value == false && words.Fails != "" {
		source = words.Fails
	}
	if source == "" {
		return "", reject("no_words", "no words to tell %s of %s", field, node.Function.Name)
	}
	text, err := a.fill(source, node, item, false)
	if kind := fieldType(node, field, item); err == nil && kind != nil && kind.Base == world.Bool {
		// A yes or no is a value too: the whole clause states it.
		mark := Mark{Kind: "value", Type: kind, Node: node, Output: field}
		if item != nil {
			mark.Output = itemPath(item, field)
		}
		text = a.wrap(text, mark)
	}
	return text, err
}

func fieldType(node *plan.Node, field string, item *plan.Selection) *world.Type {
	found := node.Function.Field(field)
	if item != nil {
		found = node.Function.Item(field)
	}
	if found == nil {
		return nil
	}
	return found.Type
}

// comparison names the winner with its value, and the others with theirs.
func (a *answerer) comparison(fan *plan.Fan) (string, error) {
	winner := fan.Nodes[fan.Winner]
	text, err := a.tell(winner, fan.Field, nil, winner.Outcome.Fields[fan.Field])
	if err != nil {
		return "", err
	}
	a.named[fan], a.last = true, fan
	var others []string
	for i, node := range fan.Nodes {
		if i != fan.Winner {
			others = append(others, a.fieldValue(node, fan.Field)+" for "+a.argumentValue(node, node.Arg(fan.Param), ""))
		}
	}
	return text + a.pick([]string{", against ", ", compared with "}) + join(others, "and"), nil
}

func (a *answerer) fieldValue(node *plan.Node, field string) string {
	return a.shown(node.Function.Field(field).Type, node.Outcome.Fields[field], "", Mark{Node: node, Output: field})
}

// total shows the sum and its parts.
func (a *answerer) total(fan *plan.Fan, field string) (string, error) {
	kind := fan.Nodes[0].Function.Field(field).Type
	sum := a.shown(kind, fan.Sum(), "", Mark{Fan: fan, Output: field, Op: button.OpSum})
	var parts []string
	for _, node := range fan.Nodes {
		parts = append(parts, a.fieldValue(node, field)+" for "+a.argumentValue(node, node.Arg(fan.Param), ""))
	}
	a.named[fan] = true
	if kind.Base == world.Money {
		return "altogether that comes to " + sum + ": " + join(parts, "and"), nil
	}
	return "that makes " + sum + " in all: " + join(parts, "and"), nil
}

func (a *answerer) each(goal *plan.Goal) (string, error) {
	var parts []string
	for _, node := range goal.Fan.Nodes {
		text, err := a.tell(node, goal.Field, nil, node.Outcome.Fields[goal.Field])
		if err != nil {
			return "", err
		}
		parts = append(parts, text)
	}
	if len(parts) == 2 {
		return parts[0] + ", and " + parts[1], nil
	}
	return join(parts, "and"), nil
}

// done reports a write, or why it was not carried out.
func (a *answerer) done(goal *plan.Goal) ([]string, error) {
	if gate := goal.Node.Gate; gate != nil {
		value, _ := gate.Value()
		text, err := a.tell(gate.Node, gate.Field, gate.Pick, value)
		if err != nil {
			return nil, err
		}
		if !gate.Open {
			return []string{text + a.pick([]string{", so I have not gone ahead", ", so I have left it at that", ", so nothing has been done"})}, nil
		}
		done, err := a.fill(a.pick(goal.Node.Function.Say.Done), goal.Node, nil, false)
		return []string{text, done}, err
	}
	nodes := goal.Nodes
	if len(nodes) == 0 {
		nodes = []*plan.Node{goal.Node}
	}
	var out []string
	words := a.pick(goal.Node.Function.Say.Done) // one pattern for all that is done alike
	for _, node := range nodes {
		text, err := a.fill(words, node, nil, false)
		if err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	for _, field := range goal.Node.Function.Fields {
		if field.Type.Base == world.Code && field.Type.Entity.One != "" {
			a.named[nodeField{goal.Node, field.Path}], a.last = true, nodeField{goal.Node, field.Path}
		}
	}
	return out, nil
}

// Position says how a step stands to those before it in its turn.
type Position int

// The positions: the first step; one that uses earlier results; one that does not.
const (
	First Position = iota
	Behind
	Beside
)

// thought is what the assistant says to itself before a wave of calls. Only what
// is known by then may appear in it.
func (a *answerer) thought(wave []*plan.Node, position Position) (string, error) {
	var acts []string
	for i, node := range wave {
		if node.Fan != nil && i > 0 && wave[i-1].Fan == node.Fan {
			continue
		}
		a.named, a.last = map[any]bool{}, nil // each act names its things anew
		act, err := a.act(node, wave)
		if err != nil {
			return "", err
		}
		acts = append(acts, act)
	}
	var text string
	switch {
	case len(wave) > 1:
		text = a.pick([]string{"These calls don't depend on each other, so I can make them together: ", "I can do these at the same time: ", "Independent steps, so one turn will do: ", "None of these needs the result of another, so I'll make them at once: "}) + strings.Join(acts, "; ") + "."
	case position == First:
		text = a.pick([]string{"I'll ", "I need to ", "First I'll ", "I should ", "Let me "}) + acts[0] + "."
	case position == Beside:
		text = a.pick([]string{"Next I'll ", "Then I'll ", "Now I'll "}) + acts[0] + "."
	default:
		text = a.pick([]string{"Now I can ", "Next I'll ", "With that I can ", "That's what I need to "}) + acts[0] + "."
	}
	return article.ReplaceAllString(squeeze(text), "${1}n $2"), nil
}

// act is one call as a verb phrase; the branches of a fan share one phrase.
func (a *answerer) act(node *plan.Node, wave []*plan.Node) (string, error) {
	source := a.pick(node.Function.Say.Doing)
	if node.Fan == nil || !hasSlot(a.grammar, source, node.Fan.Param) {
		return a.fillBefore(source, node, nil)
	}
	var branches []*plan.Node
	for _, other := range wave {
		if other.Fan == node.Fan {
			branches = append(branches, other)
		}
	}
	return a.fillBefore(source, node, branches)
}

func hasSlot(grammar *Grammar, source, name string) bool {
	pattern, err := grammar.pattern(source)
	if err != nil {
		return false
	}
	for _, slot := range pattern.Slots() {
		if slot == name {
			return true
		}
	}
	return false
}

// fillBefore renders a verb phrase before the call has a result.
func (a *answerer) fillBefore(source string, node *plan.Node, branches []*plan.Node) (string, error) {
	pattern, err := a.grammar.pattern(toUser(source))
	if err != nil {
		return "", err
	}
	f := &filler{choose: a.choose, plural: len(branches) > 1}
	f.has = func(name string) bool { return node.Arg(name) != nil }
	f.slot = func(name, mode string) (string, error) {
		if len(branches) == 0 || name != node.Fan.Param {
			return a.argument(node, node.Arg(name), mode)
		}
		var names []string
		for _, branch := range branches {
			names = append(names, a.argumentValue(branch, branch.Arg(name), ""))
		}
		return withMode(mode, join(names, "and")), nil
	}
	return pattern.fill(f)
}

package wording

import (
	"strings"

	"github.com/buttonbench/button/internal/plan"
	"github.com/buttonbench/button/internal/world"
)

// attempts is how often one turn is worded before the candidate is given up.
const attempts = 14

// request words one user turn. The text that passes every rule first is taken.
func (t *teller) request(turn int) (string, error) {
	var last error
	for range attempts {
		attempt := t.clone()
		attempt.heavy, attempt.scene = false, nil
		text, err := attempt.compose(turn)
		if err == nil {
			if err = attempt.acceptable(text); err == nil {
				*t = *attempt
				return text, nil
			}
		}
		if _, ok := err.(*plan.Reject); !ok {
			if _, ok := err.(errUnfilled); !ok {
				return "", err
			}
			err = reject("unfilled", "%v", err)
		}
		last = err
	}
	return "", last
}

func (t *teller) acceptable(text string) error {
	if t.heavy {
		return reject("heavy", "a long phrase stands inside a clause")
	}
	for _, sentence := range strings.FieldsFunc(plain(text), func(r rune) bool { return r == '.' || r == '?' || r == '!' }) {
		if len(strings.Fields(sentence)) > 36 {
			return reject("long_sentence", "more than 36 words")
		}
	}
	return nil
}

// compose puts one turn together: greeting, reason or scene, the goals, what
// still has to be said, thanks.
func (t *teller) compose(turn int) (string, error) {
	var goals []*plan.Goal
	for _, goal := range t.draft.Goals {
		if goal.Turn == turn {
			goals = append(goals, goal)
		}
	}
	var before, sentences []string
	opening, err := t.opening(goals)
	if err != nil {
		return "", err
	}
	before = append(before, opening...)
	spoken, err := t.goals(goals)
	if err != nil {
		return "", err
	}
	sentences = append(sentences, spoken...)
	facts, err := t.facts(turn)
	if err != nil {
		return "", err
	}
	if len(facts) > 0 && turn == 0 && len(before) == 0 && t.chance(30) {
		before = facts
	} else {
		sentences = append(sentences, facts...)
	}
	sentences = append(before, sentences...)
	return t.polish(sentences, turn), nil
}

// opening is a scene for a list, a reason for a write, or a topic, said first.
func (t *teller) opening(goals []*plan.Goal) ([]string, error) {
	var out []string
	for _, node := range t.unsaidLists(goals) {
		scenes := node.Function.Say.Scene
		if len(scenes) == 0 || !t.chance(38) {
			continue
		}
		text, err := t.phrase(t.pick(scenes), node, nil)
		if err != nil {
			return nil, err
		}
		t.scene = node
		out = append(out, text)
		break
	}
	if len(out) == 0 {
		topic, err := t.topic(goals)
		if err != nil {
			return nil, err
		}
		out = append(out, topic...)
	}
	for _, goal := range goals {
		if goal.Kind == plan.GoalWrite && goal.Node.Gate == nil && len(goal.Node.Function.Say.Why) > 0 && len(out) == 0 && t.chance(24) {
			text, err := t.phrase(t.pick(goal.Node.Function.Say.Why), goal.Node, nil)
			if err != nil {
				return nil, err
			}
			out = append(out, text)
			break
		}
	}
	return out, nil
}

// unsaidLists are the lists from which this turn's goals pick and which nobody
// has mentioned.
func (t *teller) unsaidLists(goals []*plan.Goal) []*plan.Node {
	var lists []*plan.Node
	for _, node := range closure(goals) {
		for _, pick := range t.draft.Selections() {
			if pick.List == node && !t.said[pick] && !pick.Each {
				lists = append(lists, node)
			}
		}
	}
	return lists
}

// closure lists the calls that goals need, suppliers first.
func closure(goals []*plan.Goal) []*plan.Node {
	var nodes []*plan.Node
	seen := map[*plan.Node]bool{}
	var visit func(node *plan.Node)
	visit = func(node *plan.Node) {
		if seen[node] {
			return
		}
		seen[node] = true
		for _, need := range node.Needs() {
			visit(need)
		}
		nodes = append(nodes, node)
	}
	for _, goal := range goals {
		for _, root := range goal.Roots() {
			visit(root)
		}
	}
	return nodes
}

// topic says what it is about before asking: "It's about booking XN485."
func (t *teller) topic(goals []*plan.Goal) ([]string, error) {
	if t.speaker.Register == Terse || !t.chance(14) {
		return nil, nil
	}
	goal := goals[0]
	if goal.Node == nil || len(goal.Node.Args) == 0 {
		return nil, nil
	}
	arg := goal.Node.Args[0]
	if arg.Kind != plan.Literal || arg.Param.Many || arg.Param.Type.Told != world.ToldPrinted || arg.Param.Type.Entity.One == "" || t.said[arg.Literals[0]] {
		return nil, nil
	}
	options := topics
	if goal.Kind != plan.GoalWrite {
		options = append(append([]string(nil), topics...), questions...)
	}
	name, err := t.refer(arg, "")
	if err != nil {
		return nil, err
	}
	return []string{strings.ReplaceAll(t.pick(options), "%", name)}, nil
}

// facts are whole sentences for every literal of the turn that nothing else has
// said; one is short enough for a bracket only where its type says how.
func (t *teller) facts(turn int) ([]string, error) {
	var goals []*plan.Goal
	for _, goal := range t.draft.Goals {
		if goal.Turn == turn {
			goals = append(goals, goal)
		}
	}
	var out []string
	for _, node := range closure(goals) {
		for _, arg := range node.Args {
			if arg.Kind != plan.Literal {
				continue
			}
			for _, value := range arg.Literals {
				if t.said[value] {
					continue
				}
				states := value.Type.States
				if len(arg.Literals) > 1 || len(states) == 0 {
					return nil, reject("unsaid_literal", "%s of %s", arg.Param.Path, node.Function.Name)
				}
				text, err := t.state(value, t.pick(states))
				if err != nil {
					return nil, err
				}
				out = append(out, text)
			}
		}
	}
	return out, nil
}

func (t *teller) state(value *plan.Value, source string) (string, error) {
	pattern, err := t.grammar.pattern(source)
	if err != nil {
		return "", err
	}
	f := &filler{choose: t.choose, we: t.speaker.We}
	f.has = func(name string) bool { return name == "x" }
	f.slot = func(name, mode string) (string, error) { return t.bareValue(value, mode), nil }
	t.said[value] = true
	return pattern.fill(f)
}

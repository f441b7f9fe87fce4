package wording

import (
	"strings"

	"github.com/buttonbench/button/internal/plan"
	"github.com/buttonbench/button/internal/world"
)

// goals words the goals of a turn as sentences, in their order; neighbours of one
// kind are now and then joined.
func (t *teller) goals(goals []*plan.Goal) ([]string, error) {
	var out []string
	for i := 0; i < len(goals); i++ {
		goal := goals[i]
		if goal.Node != nil && goal.Node.Gate != nil && goal.Kind == plan.GoalWrite {
			text, err := t.conditional(goal)
			if err != nil {
				return nil, err
			}
			out = append(out, t.connect(text, len(out)))
			continue
		}
		if text, ok, err := t.selectFirst(goal); err != nil {
			return nil, err
		} else if ok {
			out = append(out, t.connect(text, len(out)))
			continue
		}
		one, err := t.express(goal)
		if err != nil {
			return nil, err
		}
		if i+1 < len(goals) && t.chance(55) && goals[i+1].Kind != plan.GoalCompare && (goals[i+1].Node == nil || goals[i+1].Node.Gate == nil) {
			joined, ok, err := t.joined(one, goals[i+1])
			if err != nil {
				return nil, err
			}
			if ok {
				out = append(out, t.connect(joined, len(out)))
				i++
				continue
			}
		}
		out = append(out, t.connect(t.frame(one), len(out)))
	}
	return out, nil
}

// connect puts "And", "Also" before a sentence that is not the first.
func (t *teller) connect(sentence string, position int) string {
	if position == 0 || t.chance(25) {
		return sentence
	}
	return t.pickFresh(connectors[t.speaker.Register]) + sentence
}

// frame puts a clause into a sentence of the speaker's register.
func (t *teller) frame(c clause) string {
	options := frames[t.speaker.Register][c.kind]
	if c.kind == noun && c.plural {
		options = pluralNouns[t.speaker.Register]
	}
	if c.goal.Kind == plan.GoalCompare && t.chance(70) {
		return c.text + "?"
	}
	if c.kind == embedded && strings.HasPrefix(plain(c.text), "whether ") || c.kind == embedded && strings.HasPrefix(plain(c.text), "if ") {
		options = whetherFrames(options)
	}
	if c.other {
		options = otherFrames(options)
	}
	return t.into(t.pickFresh(options), c.text)
}

// pickFresh picks, if it can, what the record has not used yet.
func (t *teller) pickFresh(options []string) string {
	choice := t.pick(options)
	for range 3 {
		if !t.used[choice] {
			break
		}
		choice = t.pick(options)
	}
	if strings.Trim(choice, "%?. ") != "" {
		t.used[choice] = true
	}
	return choice
}

// otherFrames drops the frames in which the speaker acts.
func otherFrames(options []string) []string {
	var fit []string
	for _, option := range options {
		if !isSelf(option) {
			fit = append(fit, option)
		}
	}
	return fit
}

func isSelf(frame string) bool {
	for _, start := range selfFrames {
		if strings.HasPrefix(frame, start) {
			return true
		}
	}
	return false
}

// whetherFrames drops the frames that would leave a bare "whether ...?".
func whetherFrames(options []string) []string {
	var fit []string
	for _, option := range options {
		if option != "%?" && !strings.HasPrefix(option, "any idea") && !strings.HasPrefix(option, "need to know") {
			fit = append(fit, option)
		}
	}
	return fit
}

// into puts a clause into a frame and settles "for me".
func (t *teller) into(frame, text string) string {
	self := isSelf(frame) || frame == "%." && t.speaker.Register == Terse
	text = t.settleForMe(text, !self && !strings.Contains(plain(text), " for "))
	return strings.Replace(t.person(frame), "%", text, 1)
}

func (t *teller) settleForMe(text string, allowed bool) string {
	benefit := ""
	if allowed && t.chance(45) {
		benefit = " for " + [2]string{"me", "us"}[index(t.speaker.We)]
	}
	return strings.ReplaceAll(text, forMe, benefit)
}

// person turns the engine's own "I" into "we" for a plural speaker.
func (t *teller) person(frame string) string {
	if !t.speaker.We {
		return frame
	}
	return spokenByUs.Replace(frame)
}

var spokenByUs = strings.NewReplacer("I'd ", "we'd ", "I'm ", "we're ", "I was ", "we were ", "I need", "we need", "I want", "we want", "I would", "we would",
	"I should", "we should", "I have", "we have", "I get", "we get", "I please", "we please", "I ask", "we ask",
	"tell me", "tell us", "give me", "give us", "show me", "show us", "find me", "find us", "let me", "let us", "telling me", "telling us", "get me", "get us", "I also", "we also")

// joined says two clauses of a kind in one sentence.
func (t *teller) joined(first clause, next *plan.Goal) (string, bool, error) {
	if words(first.text) > 14 {
		return "", false, nil
	}
	attempt := t.clone()
	second, err := attempt.express(next)
	if err != nil {
		return "", false, err
	}
	if first.kind != second.kind || first.kind == question || first.kind == wanted || words(first.text)+words(second.text) > 26 ||
		first.plural != second.plural || strings.Contains(plain(first.text), " and ") {
		return "", false, nil
	}
	*t = *attempt
	conjunction := " and "
	if first.kind == verb && t.chance(35) {
		conjunction = ", then "
	}
	first.text += conjunction + second.text
	if first.kind == noun {
		return t.into(t.pick([]string{"can you tell me %?", "I need %.", "could you look up %?", "please tell me %."}), first.text), true, nil
	}
	if first.kind == embedded && strings.Contains(plain(first.text), "whether ") {
		return t.into(t.pick(whetherFrames(frames[t.speaker.Register][embedded])), first.text), true, nil
	}
	return t.frame(first), true, nil
}

// selectFirst picks in a clause of its own and goes on with "it": "Find the
// cheapest train from A to B on Friday and reserve two seats on it."
func (t *teller) selectFirst(goal *plan.Goal) (string, bool, error) {
	pick := t.onlyPick(goal)
	if pick == nil || t.said[pick] || t.scene == pick.List || !t.chance(30) {
		return "", false, nil
	}
	kind := t.pickedType(goal, pick)
	if kind == nil || pronounFor(kind, false) == "" {
		return "", false, nil
	}
	attempt := t.clone()
	phrase, err := attempt.pickPhrase(pick)
	if err != nil {
		return "", false, err
	}
	attempt.last = pick
	second, err := attempt.express(goal)
	if err != nil {
		return "", false, err
	}
	if second.kind == question || second.kind == noun {
		*t = *attempt
		return t.into(t.pick([]string{"find %.", "I'm interested in %.", "take %.", "I'm looking at %.", "I'd like to ask about %."}), phrase) + " " + capitalise(t.frame(second)), true, nil
	}
	if second.kind == wanted {
		return "", false, nil
	}
	*t = *attempt
	lead := t.pick([]string{"find ", "look for ", "pick ", "look up ", "find out which is "})
	link := " and tell me "
	if t.speaker.We {
		link = " and tell us "
	}
	if second.kind == verb {
		link = " and "
	}
	return t.frame(clause{kind: verb, text: lead + phrase + link + second.text, goal: goal, other: true}), true, nil
}

// onlyPick is the selection that a goal is about, if there is exactly one.
func (t *teller) onlyPick(goal *plan.Goal) *plan.Selection {
	if goal.Kind == plan.GoalItem {
		return goal.Pick
	}
	if goal.Kind != plan.GoalField && goal.Kind != plan.GoalWrite {
		return nil
	}
	var only *plan.Selection
	for _, arg := range goal.Node.Args {
		if arg.Kind == plan.FromPick {
			if only != nil && only != arg.Pick {
				return nil
			}
			only = arg.Pick
		}
	}
	return only
}

func (t *teller) pickedType(goal *plan.Goal, pick *plan.Selection) *world.Type {
	if goal.Kind == plan.GoalItem {
		for _, field := range pick.List.Function.Items {
			if field.Type.Entity.One != "" {
				return field.Type
			}
		}
		return nil
	}
	for _, arg := range goal.Node.Args {
		if arg.Pick == pick {
			return arg.Param.Type
		}
	}
	return nil
}

// conditional words a write that depends on a result.
func (t *teller) conditional(goal *plan.Goal) (string, error) {
	gate := goal.Node.Gate
	if t.chance(55) {
		condition, err := t.condition(gate)
		if err != nil {
			return "", err
		}
		act, err := t.written(goal)
		if err != nil {
			return "", err
		}
		if t.chance(40) && act.kind == verb {
			lead := t.pick([]string{"check whether %c, and if so %v", "see if %c and if so, %v", "check if %c; if so, %v"})
			text := strings.Replace(strings.Replace(lead, "%c", condition, 1), "%v", act.text, 1)
			return t.frame(clause{kind: verb, text: text, goal: goal, other: true}), nil
		}
		return "if " + condition + ", " + t.frame(act), nil
	}
	act, err := t.written(goal)
	if err != nil {
		return "", err
	}
	if words(act.text) > 15 {
		t.heavy = true // the condition would come too late
	}
	if gate.Pick != nil {
		t.last = gate.Pick
	}
	condition, err := t.condition(gate)
	if err != nil {
		return "", err
	}
	link := t.pick([]string{" as long as ", " if ", ", but only if ", " provided ", " if "})
	if strings.Contains(plain(act.text), ",") {
		link = t.pick([]string{", but only if ", ", provided ", ", as long as "})
	}
	framed := t.frame(act)
	stop := framed[len(framed)-1:]
	return strings.TrimSuffix(strings.TrimSuffix(framed[:len(framed)-1], ", please"), " please") + link + condition + stop, nil
}

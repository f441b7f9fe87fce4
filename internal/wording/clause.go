package wording

import (
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/plan"
	"github.com/buttonbench/button/internal/world"
)

// The kinds of clause, told apart by the form of the fragment.
const (
	question = "question" // "when does it close?"
	embedded = "embedded" // "when it closes", "whether it is open"
	noun     = "noun"     // "the closing time of it"
	verb     = "verb"     // "book it"
	wanted   = "wanted"   // "two seats on it", behind "I'd like"
)

// clause is one goal in words, without a frame.
type clause struct {
	kind   string
	text   string
	plural bool // a noun phrase for several things
	other  bool // only to be asked of somebody else: "check whether ..."
	goal   *plan.Goal
}

var embeddedWords = map[string]bool{"what": true, "when": true, "which": true, "who": true, "whose": true, "where": true, "how": true, "whether": true, "why": true, "if": true}

// kindOfFragment tells what an ask fragment is.
func kindOfFragment(fragment string) string {
	if strings.HasSuffix(fragment, "?") {
		return question
	}
	first, _, _ := strings.Cut(fragment, " ")
	if embeddedWords[strings.Trim(first, "({")] || strings.HasPrefix(fragment, "(w") || strings.HasPrefix(fragment, "(h") {
		return embedded
	}
	return noun
}

// express renders one goal.
func (t *teller) express(goal *plan.Goal) (clause, error) {
	switch goal.Kind {
	case plan.GoalField, plan.GoalList:
		return t.asked(goal, goal.Node, goal.Field, nil, goal.Kind == plan.GoalList)
	case plan.GoalItem:
		return t.asked(goal, goal.Pick.List, goal.Field, goal.Pick, false)
	case plan.GoalEach:
		return t.askedOfAll(goal, "")
	case plan.GoalTotal:
		return t.askedOfAll(goal, t.pick([]string{"altogether", "in total", "all together", "in all"}))
	case plan.GoalCompare:
		return t.compared(goal)
	default:
		return t.written(goal)
	}
}

func (t *teller) asked(goal *plan.Goal, node *plan.Node, field string, item *plan.Selection, plural bool) (clause, error) {
	fragments := node.Function.Say.Ask[field]
	if len(fragments) == 0 {
		return clause{}, reject("no_words", "no words to ask for %s of %s", field, node.Function.Name)
	}
	fragment := t.pick(fragments)
	text, err := t.render(fragment, node, nil, item)
	if err != nil {
		return clause{}, err
	}
	return clause{kind: kindOfFragment(fragment), text: strings.TrimSuffix(text, "?"), plural: plural, goal: goal}, nil
}

// askedOfAll asks a field of all branches of a fan, apart or summed.
func (t *teller) askedOfAll(goal *plan.Goal, suffix string) (clause, error) {
	node, plural := goal.Fan.Nodes[0], true
	fragment := t.pick(node.Function.Say.Ask[goal.Field])
	text, err := t.render(fragment, node, &plural, nil)
	if err != nil {
		return clause{}, err
	}
	text = strings.TrimSuffix(text, "?")
	if suffix != "" {
		text += " " + t.wrap(suffix, Mark{Kind: button.MentionPick, Fan: goal.Fan})
	}
	return clause{kind: kindOfFragment(fragment), text: text, goal: goal}, nil
}

// compared is "which of A and B stays open later" or "which branch stays open
// later, A or B".
func (t *teller) compared(goal *plan.Goal) (clause, error) {
	kind := goal.Fan.Nodes[0].Arg(goal.Fan.Param).Param.Type
	if kind.Entity.One != "" && t.chance(45) {
		verbPhrase, err := t.fanVerb(goal.Fan)
		if err != nil {
			return clause{}, err
		}
		text := "which " + kind.Entity.One + " " + verbPhrase + ", " + t.branches(goal.Fan, "", "or")
		return clause{kind: embedded, text: text, goal: goal}, nil
	}
	conjunction := "and"
	if _, shared := t.sharedNoun(kind, conjunction); !shared {
		conjunction = t.pick([]string{"and", "and", "or"})
	}
	names := t.branches(goal.Fan, "", conjunction)
	verbPhrase, err := t.fanVerb(goal.Fan)
	if err != nil {
		return clause{}, err
	}
	return clause{kind: embedded, text: "which of " + names + " " + verbPhrase, goal: goal}, nil
}

// written asks for a write in so many words.
func (t *teller) written(goal *plan.Goal) (clause, error) {
	node, say := goal.Node, goal.Node.Function.Say
	kind, patterns := verb, say.Do
	if len(say.Want) > 0 && t.speaker.Register != Terse && t.chance(25) {
		kind, patterns = wanted, say.Want
	}
	text, err := t.render(t.pick(patterns), node, nil, nil)
	if err != nil {
		return clause{}, err
	}
	for _, field := range node.Function.Fields {
		if field.Type.Base == world.Code && field.Type.Entity.One != "" && node.Arg(field.Path) == nil && !takesType(node, field.Type) {
			t.last = nodeField{node, field.Path}
		}
	}
	// "let me keep it" asks somebody else, whatever the frame.
	asks := strings.HasPrefix(plain(text), "let me ") || strings.HasPrefix(plain(text), "let us ")
	return clause{kind: kind, text: text, goal: goal, other: asks}, nil
}

func takesType(node *plan.Node, kind *world.Type) bool {
	for _, arg := range node.Args {
		if arg.Param.Type == kind {
			return true
		}
	}
	return false
}

// condition renders the bound of a gate: "the fare is no more than 20 euros".
func (t *teller) condition(gate *plan.Gate) (string, error) {
	tell := gate.Node.Function.Say.Tell[gate.Field]
	pattern := tell.Text
	switch gate.Op {
	case "holds":
		pattern = tell.Holds
	case "fails":
		pattern = tell.Fails
	}
	if pattern == "" {
		return "", reject("no_words", "%s of %s cannot be a condition", gate.Field, gate.Node.Function.Name)
	}
	parsed, err := t.grammar.pattern(fromUser(pattern))
	if err != nil {
		return "", err
	}
	bound := ""
	if gate.Bound != nil {
		phrase := gate.Bound.Type.Bound(gate.Op, gate.Bound.Value, t.speaker.Style, t.draft.Start.Today)
		bound = t.wrap(phrase, Mark{Kind: button.MentionBound, Value: gate.Bound, Type: gate.Bound.Type, Gate: gate})
	}
	f := &filler{choose: t.choose, we: t.speaker.We}
	f.has = func(name string) bool {
		return name == "it" && gate.Pick != nil || name == gate.Field || gate.Node.Arg(name) != nil
	}
	f.slot = func(name, mode string) (string, error) {
		if name == gate.Field {
			return bound, nil
		}
		return t.fillSlot(name, mode, gate.Node, gate.Pick, false)
	}
	text, err := parsed.fill(f)
	if err != nil {
		return "", err
	}
	if gate.Bound != nil && !strings.Contains(plain(text), plain(bound)) {
		return "", reject("bound_unsaid", "%s of %s", gate.Field, gate.Node.Function.Name)
	}
	t.said[gate] = true
	text = atBound.ReplaceAllString(text, "$1")
	return t.wrap(text, Mark{Kind: button.MentionCondition, Gate: gate}), nil
}

// fromUser turns an answer's pattern into what the user would say.
func fromUser(pattern string) string { return spokenByUser.Replace(pattern) }

var spokenByUser = strings.NewReplacer(
	"your ", "{my} ", "Your ", "{my} ", "you have ", "{I} have ", "you've ", "{I've} ", "you are ", "{I'm} ", "you're ", "{I'm} ",
	" you ", " {me} ",
)

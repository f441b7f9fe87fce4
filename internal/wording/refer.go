package wording

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/plan"
	"github.com/buttonbench/button/internal/world"
)

// heavyWords is the length from which a phrase may stand only at the end of its
// clause.
const heavyWords = 7

// reject is a reason to draw the words again.
func reject(rule, format string, values ...any) error {
	return &plan.Reject{Stage: "wording", Rule: rule, Detail: fmt.Sprintf(format, values...)}
}

// teller words the user's side of one record. What has been said is kept for each
// selection and literal, not for each call: a list that was mentioned is not an
// item that was picked.
type teller struct {
	grammar *Grammar
	draft   *plan.Draft
	speaker Speaker
	random  *rand.Rand
	marker

	said   map[any]bool               // keys: *plan.Value, *plan.Selection, *plan.Fan, nodeField, *plan.Gate
	picked map[*plan.Selection]string // the superlative that the user chose
	used   map[string]bool            // frames and connectors that stand already
	last   any                        // the thing that "it" stands for now
	scene  *plan.Node                 // the list that a scene has just described
	heavy  bool                       // a long phrase stands inside a clause
}

// nodeField is a value that a call returns.
type nodeField struct {
	node  *plan.Node
	field string
}

func (t *teller) clone() *teller {
	c := *t
	c.said, c.used = maps.Clone(t.said), maps.Clone(t.used)
	c.picked = maps.Clone(t.picked)
	c.marks = append([]Mark(nil), t.marks...)
	return &c
}

func (t *teller) choose(n int) int        { return t.random.IntN(n) }
func (t *teller) chance(percent int) bool { return t.random.IntN(100) < percent }

func (t *teller) pick(options []string) string { return options[t.random.IntN(len(options))] }

// identity is what an argument stands for, as a key of said: the name that a
// resolver takes stands for the id that it gives.
func identity(arg *plan.Arg) any {
	switch arg.Kind {
	case plan.Literal:
		return arg.Literals[0]
	case plan.FromField:
		if len(arg.Node.Function.Resolves) > 0 && len(arg.Node.Args) > 0 && arg.Node.Args[0].Kind == plan.Literal {
			return arg.Node.Args[0].Literals[0]
		}
		return nodeField{arg.Node, arg.Field}
	case plan.FromPick, plan.FromEach:
		return arg.Pick
	default:
		return arg.Fan
	}
}

// pronounFor is "it" and its like for a type's thing, or "".
func pronounFor(t *world.Type, plural bool) string {
	if t.Entity.One == "" {
		return ""
	}
	if plural {
		return "them"
	}
	switch t.Pronoun {
	case "they":
		return "them"
	case "he":
		return "him"
	case "she":
		return "her"
	}
	return "it"
}

// refer renders what fills a slot: by name when first mentioned, else by pronoun
// or a short noun phrase.
func (t *teller) refer(arg *plan.Arg, mode string) (string, error) {
	key := identity(arg)
	kind := arg.Param.Type
	if t.said[key] {
		return t.again(arg, key, kind, mode)
	}
	text, err := t.introduce(arg, mode)
	if err != nil {
		return "", err
	}
	if !(arg.Kind == plan.Literal && len(arg.Literals) > 1) {
		t.said[key] = true
	}
	if kind.Entity.One != "" {
		t.last = key
	}
	return text, nil
}

func withMode(mode, text string) string {
	if mode == "" || mode == "bare" {
		return text
	}
	return mode + " " + text
}

// again renders a later mention.
func (t *teller) again(arg *plan.Arg, key any, kind *world.Type, mode string) (string, error) {
	plural := arg.Kind == plan.FromEach
	if pronoun := pronounFor(kind, plural); pronoun != "" {
		if t.last == key {
			return withMode(mode, pronoun), nil
		}
		t.last = key
		if named := t.namedAgain(arg); named != nil {
			return t.value(named, mode), nil
		}
		return withMode(mode, t.definite(kind, plural)), nil
	}
	if kind.Place {
		return withMode(mode, again+t.placeAgain(kind)+againEnd), nil
	}
	if arg.Kind == plan.Sum {
		return withMode(mode, "that amount"), nil
	}
	if len(kind.Again) > 0 && (arg.Kind != plan.Literal || t.chance(90)) {
		return withMode(mode, t.pick(kind.Again)), nil
	}
	if arg.Kind == plan.Literal {
		return t.literal(arg, mode)
	}
	return "", reject("no_second_mention", "%s has neither entity nor again", kind.Name)
}

// namedAgain is the name that the user gave for a thing, if it went by a name: a
// name comes again more naturally than "that pet".
func (t *teller) namedAgain(arg *plan.Arg) *plan.Value {
	if name, ok := identity(arg).(*plan.Value); ok && arg.Kind == plan.FromField {
		return name
	}
	return nil
}

// definite is "that train", "the booking", "those books".
func (t *teller) definite(kind *world.Type, plural bool) string {
	if plural {
		return "those " + kind.Entity.Many
	}
	if t.chance(50) {
		return "the " + kind.Entity.One
	}
	return "that " + kind.Entity.One
}

func (t *teller) placeAgain(kind *world.Type) string {
	if len(kind.Again) > 0 {
		return t.pick(kind.Again)
	}
	return "that place"
}

// introduce renders a first mention.
func (t *teller) introduce(arg *plan.Arg, mode string) (string, error) {
	switch arg.Kind {
	case plan.Literal:
		return t.literal(arg, mode)
	case plan.FromField:
		return t.fieldPhrase(arg, mode)
	case plan.FromPick:
		text, err := t.pickPhrase(arg.Pick)
		return withMode(mode, text), err
	case plan.FromEach:
		text, err := t.eachPhrase(arg.Pick)
		return withMode(mode, text), err
	case plan.Winner:
		text, err := t.winnerPhrase(arg.Fan)
		return withMode(mode, text), err
	default:
		text, err := t.sumPhrase(arg.Fan)
		return withMode(mode, text), err
	}
}

// literal renders what the user supplies, each value between marks.
func (t *teller) literal(arg *plan.Arg, mode string) (string, error) {
	var parts []string
	for i, value := range arg.Literals {
		use := mode
		if i > 0 {
			use = "" // "on Friday and Saturday"
		}
		parts = append(parts, t.value(value, use))
		t.said[value] = true
	}
	return join(parts, "and"), nil
}

// bareValue renders an identifier without the noun of its forms, for sentences
// that bring the noun themselves.
func (t *teller) bareValue(value *plan.Value, mode string) string {
	if value.Type.Base != world.Code {
		return t.value(value, mode)
	}
	bare := *value.Type
	bare.Forms = []string{"{x}"}
	return t.sayAs(&bare, value, mode)
}

// value renders one literal; the preposition stays outside the marks.
func (t *teller) value(value *plan.Value, mode string) string {
	return t.sayAs(value.Type, value, mode)
}

func (t *teller) sayAs(kind *world.Type, value *plan.Value, mode string) string {
	today := t.draft.Start.Today
	phrase := kind.Phrase(value.Value, mode, t.speaker.Style, today)
	before := ""
	if prefix := mode + " "; mode != "" && mode != "bare" && strings.HasPrefix(phrase, prefix) {
		before, phrase = prefix, phrase[len(prefix):]
	}
	return before + t.wrap(phrase, Mark{Kind: button.MentionLiteral, Value: value, Type: value.Type})
}

// phrase fills a pattern with the arguments of a call. plural overrides the
// number of the subject, which otherwise follows the fan that the call belongs to.
func (t *teller) phrase(source string, node *plan.Node, plural *bool) (string, error) {
	return t.render(source, node, plural, nil)
}

// render fills a pattern with the arguments of a call and, for {it}, the item of
// a selection.
func (t *teller) render(source string, node *plan.Node, plural *bool, item *plan.Selection) (string, error) {
	pattern, err := t.grammar.pattern(source)
	if err != nil {
		return "", err
	}
	last := pattern.lastSlot()
	f := &filler{choose: t.choose, we: t.speaker.We, two: node.Fan != nil && len(node.Fan.Nodes) == 2}
	if plural != nil {
		f.plural = *plural
	}
	f.has = func(name string) bool { return name == "it" && item != nil || node.Arg(name) != nil }
	f.slot = func(name, mode string) (string, error) {
		text, err := t.fillSlot(name, mode, node, item, f.plural)
		if err == nil && name != last && words(text) > heavyWords {
			t.heavy = true
		}
		return text, err
	}
	return pattern.fill(f)
}

func (t *teller) fillSlot(name, mode string, node *plan.Node, item *plan.Selection, plural bool) (string, error) {
	if name == "it" && item != nil {
		return t.itemReference(item, mode)
	}
	arg := node.Arg(name)
	if node.Fan != nil && name == node.Fan.Param {
		if plural {
			return t.branches(node.Fan, mode, "and"), nil
		}
		return "", reject("lone_branch", "%s of %s stands for several values", name, node.Function.Name)
	}
	return t.refer(arg, mode)
}

func (t *teller) itemReference(pick *plan.Selection, mode string) (string, error) {
	if t.said[pick] {
		if t.last == pick {
			return withMode(mode, itemPronoun(pick)), nil
		}
		t.last = pick
		return withMode(mode, "that "+pick.List.Function.Say.Thing.One), nil
	}
	text, err := t.pickPhrase(pick)
	t.last = pick
	return withMode(mode, text), err
}

// itemPronoun is the pronoun of what a list's items are.
func itemPronoun(pick *plan.Selection) string {
	for _, field := range pick.List.Function.Items {
		if pronoun := pronounFor(field.Type, false); pronoun != "" {
			return pronoun
		}
	}
	return "it"
}

// join coordinates: "a", "a and b", "a, b and c".
func join(parts []string, conjunction string) string {
	switch len(parts) {
	case 0:
		return ""
	case 1:
		return parts[0]
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " " + conjunction + " " + parts[len(parts)-1]
}

func squeeze(text string) string { return strings.Join(strings.Fields(text), " ") }

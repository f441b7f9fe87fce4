package wording

import (
	"slices"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/plan"
	"github.com/buttonbench/button/internal/world"
)

// fieldPhrase renders the result of another call as a noun phrase: the name that
// was resolved, what a write has just made, or the world's own words.
func (t *teller) fieldPhrase(arg *plan.Arg, mode string) (string, error) {
	source := arg.Node
	if len(source.Function.Resolves) > 0 {
		return t.resolved(source, arg, mode)
	}
	if source.Function.Writes() {
		kind := arg.Param.Type
		if t.last == (nodeField{source, arg.Field}) {
			return withMode(mode, pronounFor(kind, false)), nil
		}
		return withMode(mode, "the "+kind.Entity.One), nil
	}
	field := arg.Field
	if arg.Then != "" {
		field += "." + arg.Then
	}
	phrases := source.Function.Say.As[field]
	if len(phrases) == 0 {
		return "", reject("no_phrase", "%s of %s cannot be said inside another request", field, source.Function.Name)
	}
	text, err := t.phrase(t.pick(phrases), source, nil)
	return withMode(mode, text), err
}

func (t *teller) resolved(source *plan.Node, arg *plan.Arg, mode string) (string, error) {
	if phrases := source.Function.Say.As[arg.Field]; len(phrases) > 0 {
		text, err := t.phrase(t.pick(phrases), source, nil)
		return withMode(mode, text), err
	}
	for _, name := range source.Args {
		if _, resolves := source.Function.Resolves[name.Param.Path]; resolves {
			return t.literal(name, mode)
		}
	}
	return "", reject("no_phrase", "%s resolves no named parameter", source.Function.Name)
}

// pickPhrase is "the cheapest train from A to B on Friday", or, right after a
// scene that said what the list is about, "the cheapest one".
func (t *teller) pickPhrase(pick *plan.Selection) (string, error) {
	say := pick.List.Function.Say
	front, behind, err := t.qualifiers(pick)
	if err != nil {
		return "", err
	}
	if t.scene == pick.List {
		head := "one"
		if say.Thing.One != "" && (len(front) == 0 || t.chance(45)) {
			head = say.Thing.One
		}
		return squeeze("the " + strings.Join(front, " ") + " " + head + " " + strings.Join(behind, " ")), nil
	}
	head, err := t.phrase(t.pick(say.Things), pick.List, nil)
	if err != nil {
		return "", err
	}
	if len(behind) > 0 && holdsLookup(pick.List) {
		t.heavy = true // "the table at the restaurant named on it that I can keep longest"
	}
	return squeeze("the " + strings.Join(front, " ") + " " + head + " " + strings.Join(behind, " ")), nil
}

// holdsLookup reports whether a call takes something that another call gives and
// that has no name yet.
func holdsLookup(node *plan.Node) bool {
	return slices.ContainsFunc(node.Args, func(a *plan.Arg) bool {
		return a.Kind != plan.Literal && !(a.Kind == plan.FromField && len(a.Node.Function.Resolves) > 0)
	})
}

// eachPhrase is "all the overdue books on my card".
func (t *teller) eachPhrase(pick *plan.Selection) (string, error) {
	front, behind, err := t.qualifiers(pick)
	if err != nil {
		return "", err
	}
	plural := true
	head, err := t.phrase(t.pick(pick.List.Function.Say.Things), pick.List, &plural)
	if err != nil {
		return "", err
	}
	every := []string{"all the ", "all the ", "all of the ", "the "}
	if t.sharesOut(pick) {
		every = []string{"each of the "}
	}
	return squeeze(t.pick(every) + strings.Join(front, " ") + " " + head + " " + strings.Join(behind, " ")), nil
}

// behindNoun holds the first words of qualifiers that stand behind the noun.
var behindNoun = map[string]bool{"with": true, "that": true, "who": true, "which": true, "whose": true, "without": true, "in": true, "on": true, "due": true, "for": true, "to": true}

// sharesOut reports whether what is done to each item has an amount of its own:
// "three packs for all the pets" would not say for whom.
func (t *teller) sharesOut(pick *plan.Selection) bool {
	for _, goal := range t.draft.Goals {
		if goal.Node == nil || !slices.ContainsFunc(goal.Node.Args, func(a *plan.Arg) bool { return a.Kind == plan.FromEach && a.Pick == pick }) {
			continue
		}
		for _, arg := range goal.Node.Args {
			if base := arg.Param.Type.Base; arg.Kind == plan.Literal && (base == world.Count || base == world.Money || base == world.Quantity) {
				return true
			}
		}
	}
	return false
}

// qualifiers are the words of a selection, each between marks: superlatives and
// adjectives in front of the noun, "with ..." and "that ..." behind it.
func (t *teller) qualifiers(pick *plan.Selection) (front, behind []string, err error) {
	say := pick.List.Function.Say
	place := func(options []string, mark Mark) error {
		if len(options) == 0 {
			return reject("no_words", "a selection of %s has no words", pick.List.Function.Name)
		}
		plural := pick.Each
		chosen := t.pick(options)
		if mark.Kind == button.MentionPick {
			t.picked[pick] = chosen
		}
		text, err := t.phrase(chosen, pick.List, &plural)
		if err != nil {
			return err
		}
		first, _, _ := strings.Cut(text, " ")
		text = t.wrap(text, mark)
		if behindNoun[first] {
			behind = append(behind, text)
		} else {
			front = append(front, text)
		}
		return nil
	}
	if pick.By != "" {
		options := say.Pick[pick.By].Min
		if pick.Max {
			options = say.Pick[pick.By].Max
		}
		if err := place(options, Mark{Kind: button.MentionPick, Pick: pick}); err != nil {
			return nil, nil, err
		}
	}
	for _, filter := range pick.Where {
		options := say.Filter[filter.Field].Fails
		if filter.Holds {
			options = say.Filter[filter.Field].Holds
		}
		if err := place(options, Mark{Kind: button.MentionFilter, Pick: pick}); err != nil {
			return nil, nil, err
		}
	}
	t.said[pick] = true
	return front, clausesLast(behind), nil
}

// clausesLast puts "that ..." behind "with ..." and "due ...".
func clausesLast(behind []string) []string {
	slices.SortStableFunc(behind, func(a, b string) int { return index(isClause(a)) - index(isClause(b)) })
	if n := len(behind); n >= 2 && isClause(behind[n-2]) {
		behind = append(behind[:n-2], behind[n-2]+" and "+behind[n-1])
	}
	return behind
}

func isClause(text string) bool {
	switch first, _, _ := strings.Cut(plain(text), " "); first {
	case "that", "who", "which", "whose":
		return true
	}
	return false
}

// winnerPhrase is "whichever of A and B is open latest".
func (t *teller) winnerPhrase(fan *plan.Fan) (string, error) {
	verb, err := t.fanVerb(fan)
	if err != nil {
		return "", err
	}
	names := t.branches(fan, "", "and")
	return "whichever of " + names + " " + verb, nil
}

// fanVerb is the verb phrase of a comparison, between marks: "stays open later".
func (t *teller) fanVerb(fan *plan.Fan) (string, error) {
	node := fan.Nodes[0]
	options := node.Function.Say.Pick[fan.Field].Min
	if fan.Max {
		options = node.Function.Say.Pick[fan.Field].Max
	}
	if len(options) == 0 {
		return "", reject("no_words", "no words to compare %s of %s", fan.Field, node.Function.Name)
	}
	text, err := t.phrase(t.pick(options), node, nil)
	if err != nil {
		return "", err
	}
	t.said[fan] = true
	return t.wrap(text, Mark{Kind: button.MentionPick, Fan: fan}), nil
}

// branches lists the values of a fan: "A, B and C". Identifiers share one noun:
// "bookings A and B".
func (t *teller) branches(fan *plan.Fan, mode, conjunction string) string {
	var values []*plan.Value
	for _, node := range fan.Nodes {
		value := node.Arg(fan.Param).Literals[0]
		values = append(values, value)
		t.said[value] = true
	}
	var names []string
	if head, ok := t.sharedNoun(values[0].Type, conjunction); ok {
		for _, value := range values {
			names = append(names, t.bareValue(value, ""))
		}
		return withMode(mode, head+" "+join(names, conjunction))
	}
	if text, ok := t.sharedForm(values, conjunction); ok {
		return withMode(mode, text)
	}
	for i, value := range values {
		if i == 0 {
			names = append(names, t.value(value, mode))
		} else {
			names = append(names, t.value(value, ""))
		}
	}
	return join(names, conjunction)
}

// sharedForm joins names whose form ends in the noun of their kind: "the A, B and
// C branches".
func (t *teller) sharedForm(values []*plan.Value, conjunction string) (string, bool) {
	kind := values[0].Type
	first, isName := values[0].Value.(string)
	if !isName || kind.Entity.One == "" || kind.Base != world.Named {
		return "", false
	}
	surface := kind.Surface(first, t.speaker.Style, t.draft.Start.Today)
	head, ok := strings.CutSuffix(surface, first+" "+kind.Entity.One)
	if !ok {
		return "", false
	}
	bare := *kind
	bare.Forms = []string{"{x}"}
	var names []string
	for _, value := range values {
		names = append(names, t.sayAs(&bare, value, ""))
	}
	noun := kind.Entity.Many
	if conjunction == "or" {
		noun = kind.Entity.One
	}
	return head + join(names, conjunction) + " " + noun, true
}

// sharedNoun is the plural of what a form puts before an identifier: "bookings",
// "parcel numbers"; with "or" the noun stays in the singular.
func (t *teller) sharedNoun(kind *world.Type, conjunction string) (string, bool) {
	if kind.Base != world.Code || kind.Entity.One == "" {
		return "", false
	}
	for _, form := range kind.Forms {
		head, ok := strings.CutSuffix(form, " {x}")
		switch {
		case !ok:
		case conjunction == "or":
			return head, true
		case strings.HasSuffix(head, "number"):
			return head + "s", true
		case strings.HasSuffix(head, kind.Entity.One):
			return strings.TrimSuffix(head, kind.Entity.One) + kind.Entity.Many, true
		}
	}
	return "", false
}

// sumPhrase is "the deposits on A and B together".
func (t *teller) sumPhrase(fan *plan.Fan) (string, error) {
	node := fan.Nodes[0]
	phrases := node.Function.Say.As[fan.Field]
	if len(phrases) == 0 {
		return "", reject("no_phrase", "%s of %s cannot be said inside another request", fan.Field, node.Function.Name)
	}
	plural := true
	text, err := t.phrase(t.pick(phrases), node, &plural)
	if err != nil {
		return "", err
	}
	t.said[fan] = true
	return text + t.pick([]string{" together", " in all", " altogether"}), nil
}

package wording

import (
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/buttonbench/button/internal/plan"
	"github.com/buttonbench/button/internal/world"
)

// answerer words the assistant's side: thoughts before a wave and the answer at
// the end of a turn. Every value it shows stands between marks that say where it
// comes from.
type answerer struct {
	grammar *Grammar
	draft   *plan.Draft
	random  *rand.Rand
	marker
	picked map[*plan.Selection]string // the user's own word for a choice
	named  map[any]bool               // things already named in this answer
	last   any
}

func (a *answerer) choose(n int) int { return a.random.IntN(n) }

func (a *answerer) pick(options []string) string { return options[a.random.IntN(len(options))] }

// shown writes one value of a result as an answer shows it.
func (a *answerer) shown(t *world.Type, value world.Value, mode string, mark Mark) string {
	mark.Kind, mark.Type = "value", t
	text := t.Show(value, a.draft.Start.Today, a.draft.World)
	switch {
	case mode == "bare" && t.Base == world.Count:
		if number, ok := value.(int64); ok {
			text = strconv.FormatInt(number, 10)
		}
	case mode == "on" && (t.Base == world.Date) && (text == "today" || text == "tomorrow"):
		mode = ""
	}
	return withMode(mode, a.wrap(text, mark))
}

// answer words the assistant's last message of a turn.
func (a *answerer) answer(turn int) (string, error) {
	a.named, a.last = map[any]bool{}, nil
	var goals []*plan.Goal
	for _, goal := range a.draft.Goals {
		if goal.Turn == turn {
			goals = append(goals, goal)
		}
	}
	var sentences []string
	for _, pick := range a.draft.Selections() {
		if pick.List.Turn != turn || !pick.List.Done || pick.Each || !a.relevant(pick, goals) {
			continue
		}
		text, err := a.announcePick(pick)
		if err != nil {
			return "", err
		}
		sentences = append(sentences, text)
	}
	for _, fan := range a.fans(goals) {
		text, err := a.announceFan(fan)
		if err != nil {
			return "", err
		}
		sentences = append(sentences, text)
	}
	for _, goal := range goals {
		text, err := a.state(goal)
		if err != nil {
			return "", err
		}
		sentences = append(sentences, text...)
	}
	for i, sentence := range sentences {
		sentence = article.ReplaceAllString(squeeze(sentence), "${1}n $2")
		sentence = capitalise(beforeMark.ReplaceAllString(sentence, "$1"))
		if !strings.HasSuffix(plain(sentence), ".") && !strings.HasSuffix(plain(sentence), "?") {
			sentence += "."
		}
		sentences[i] = sentence
	}
	return strings.Join(sentences, " "), nil
}

// relevant reports whether a goal of the turn rests on the selection.
func (a *answerer) relevant(pick *plan.Selection, goals []*plan.Goal) bool {
	for _, node := range closure(goals) {
		for _, arg := range node.Args {
			if arg.Pick == pick {
				return true
			}
		}
		if node.Gate != nil && node.Gate.Pick == pick {
			return true
		}
	}
	for _, goal := range goals {
		if goal.Pick == pick {
			return true
		}
	}
	return false
}

// announcePick says what was picked and the value that decided.
func (a *answerer) announcePick(pick *plan.Selection) (string, error) {
	say := pick.List.Function.Say
	var front, behind []string
	add := func(options []string) error {
		text, err := a.fill(a.pick(options), pick.List, pick, false)
		if err != nil {
			return err
		}
		if first, _, _ := strings.Cut(plain(text), " "); behindNoun[first] {
			behind = append(behind, text)
		} else {
			front = append(front, text)
		}
		return nil
	}
	options := say.Pick[pick.By].Min
	if pick.Max {
		options = say.Pick[pick.By].Max
	}
	if asked := a.picked[pick]; asked != "" {
		options = []string{asked}
	}
	if err := add(options); err != nil {
		return "", err
	}
	for _, filter := range pick.Where {
		options := say.Filter[filter.Field].Fails
		if filter.Holds {
			options = say.Filter[filter.Field].Holds
		}
		if err := add(options); err != nil {
			return "", err
		}
	}
	label, err := a.label(pick, pick.Chosen[0])
	if err != nil {
		return "", err
	}
	field := pick.List.Function.Item(pick.By)
	value := a.itemValue(pick, pick.Chosen[0], field, "")
	a.last = pick
	detail := " (" + value + ")"
	if strings.Contains(plain(label), plain(value)) {
		detail = ""
	}
	return squeeze("the "+strings.Join(front, " ")+" "+say.Thing.One+" "+strings.Join(clausesLast(behind), " ")) + " is " + label + detail, nil
}

// label names one item of a list.
func (a *answerer) label(pick *plan.Selection, item int) (string, error) {
	a.named[pick] = true
	return a.itemText(pick.List.Function.Say.Label, pick.List, item)
}

// itemText fills a pattern with the fields of one list item; what is not a field
// is a parameter of the list call.
func (a *answerer) itemText(source string, list *plan.Node, item int) (string, error) {
	pattern, err := a.grammar.pattern(source)
	if err != nil {
		return "", err
	}
	values := list.Outcome.Items[item]
	f := &filler{choose: a.choose}
	f.has = func(name string) bool {
		_, ok := values[name]
		return ok || list.Arg(name) != nil
	}
	f.slot = func(name, mode string) (string, error) {
		if field := list.Function.Item(name); field != nil {
			return a.listValue(list, item, field, mode), nil
		}
		return a.argument(list, list.Arg(name), mode)
	}
	return pattern.fill(f)
}

func (a *answerer) itemValue(pick *plan.Selection, item int, field *world.Field, mode string) string {
	return a.listValue(pick.List, item, field, mode)
}

func (a *answerer) listValue(list *plan.Node, item int, field *world.Field, mode string) string {
	path := list.Function.List + "[" + strconv.Itoa(item) + "]." + field.Path
	return a.shown(field.Type, list.Outcome.Items[item][field.Path], mode, Mark{Node: list, Output: path})
}

// fill renders a pattern of a call in the assistant's words: parameters as they
// are known by now, fields as the results say. item, if any, is what {it} is.
func (a *answerer) fill(source string, node *plan.Node, item *plan.Selection, two bool) (string, error) {
	pattern, err := a.grammar.pattern(toUser(source))
	if err != nil {
		return "", err
	}
	f := &filler{choose: a.choose, two: two}
	f.has = func(name string) bool {
		if name == "it" {
			return item != nil
		}
		if node.Arg(name) != nil || node.Function.Field(name) != nil && node.Outcome != nil {
			return true
		}
		return (name == "items" || name == "n" || item != nil && node.Function.Item(name) != nil) && node.Outcome != nil
	}
	f.slot = func(name, mode string) (string, error) {
		switch {
		case name == "it":
			return a.item(item, mode)
		case name == "items":
			return a.items(node)
		case item != nil && node.Function.Item(name) != nil:
			return a.itemValue(item, item.Chosen[0], node.Function.Item(name), mode), nil
		case node.Function.Field(name) != nil && node.Outcome != nil && node.Arg(name) == nil:
			field := node.Function.Field(name)
			return a.shown(field.Type, node.Outcome.Fields[name], mode, Mark{Node: node, Output: name}), nil
		}
		return a.argument(node, node.Arg(name), mode)
	}
	return pattern.fill(f)
}

func (a *answerer) item(pick *plan.Selection, mode string) (string, error) {
	if a.named[pick] && a.last == pick {
		return withMode(mode, itemPronoun(pick)), nil
	}
	text, err := a.label(pick, pick.Chosen[0])
	a.last = pick
	return withMode(mode, text), err
}

// items lists a result's items.
func (a *answerer) items(list *plan.Node) (string, error) {
	var parts []string
	for i := range list.Outcome.Items {
		text, err := a.itemText(list.Function.Say.Item, list, i)
		if err != nil {
			return "", err
		}
		parts = append(parts, text)
	}
	return join(parts, "and"), nil
}

// itemOf is one of the items that a call is made for each of.
type itemOf struct {
	pick *plan.Selection
	item int
}

// argument names what a parameter stands for: the picked item by its label, a
// resolved id by the name that the user gave, everything else by its value.
func (a *answerer) argument(node *plan.Node, arg *plan.Arg, mode string) (string, error) {
	key := identity(arg)
	if arg.Kind == plan.FromEach {
		key = itemOf{arg.Pick, node.Item}
	}
	kind := arg.Param.Type
	if a.named[key] && kind.Entity.One != "" {
		if a.last == key {
			return withMode(mode, pronounFor(kind, false)), nil
		}
		if arg.Kind == plan.FromPick && words(arg.Pick.List.Function.Say.Label) > 1 {
			a.last = key
			return withMode(mode, "the "+kind.Entity.One), nil
		}
	}
	a.named[key] = true
	if kind.Entity.One != "" {
		a.last = key
	}
	switch arg.Kind {
	case plan.FromPick:
		text, err := a.label(arg.Pick, arg.Pick.Chosen[0])
		return withMode(mode, text), err
	case plan.FromEach:
		text, err := a.label(&plan.Selection{List: arg.Pick.List}, node.Item)
		return withMode(mode, text), err
	case plan.FromField:
		if len(arg.Node.Function.Resolves) > 0 {
			return a.resolvedName(arg, mode)
		}
		if kind.Told == world.ToldNever && kind.Base == world.Code {
			return withMode(mode, "the "+kind.Entity.One), nil
		}
	}
	return a.argumentValue(node, arg, mode), nil
}

func (a *answerer) argumentValue(node *plan.Node, arg *plan.Arg, mode string) string {
	if !arg.Param.Many {
		return a.shown(arg.Param.Type, node.Values[arg.Param.Path], mode, Mark{Node: node, Argument: arg.Param.Path})
	}
	var parts []string
	for i, literal := range arg.Literals {
		path := arg.Param.Path + "[" + strconv.Itoa(i) + "]"
		parts = append(parts, a.shown(arg.Param.Type, literal.Value, "", Mark{Node: node, Argument: path}))
	}
	return withMode(mode, join(parts, "and"))
}

func (a *answerer) resolvedName(arg *plan.Arg, mode string) (string, error) {
	for _, name := range arg.Node.Args {
		if _, resolves := arg.Node.Function.Resolves[name.Param.Path]; resolves {
			return a.argumentValue(arg.Node, name, mode), nil
		}
	}
	return "", reject("no_phrase", "%s resolves no named parameter", arg.Node.Function.Name)
}

// toUser keeps an answer from speaking as the user.
func toUser(pattern string) string { return spokenToUser.Replace(pattern) }

var spokenToUser = strings.NewReplacer("{my}", "your", "{My}", "Your", "{I'm}", "you're", "{I've}", "you've", "{I'd}", "you'd", "{I}", "you", "{me}", "you", "{mine}", "yours", "{am}", "are", "{forme}", "")

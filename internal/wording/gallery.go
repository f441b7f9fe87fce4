package wording

import (
	"fmt"
	"sort"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/world"
)

// Fragment is one pattern of a world with all that it can become.
type Fragment struct {
	Function, Part, Pattern string
	// Renderings are the distinct texts over: first or later mention, one or many,
	// I or we, two or more compared.
	Renderings []string
}

// Gallery renders every fragment of a world in all its agreements, for its author
// to read: most slips show at once.
func Gallery(w *world.World, start *world.Start) ([]Fragment, error) {
	g := &gallery{world: w, start: start}
	for _, function := range w.Functions {
		for _, one := range fragmentsOf(function) {
			fragment, err := g.fragment(function, one.part, one.pattern)
			if err != nil {
				return nil, fmt.Errorf("%s, %s: %w", function.Name, one.part, err)
			}
			g.fragments = append(g.fragments, fragment)
		}
	}
	return g.fragments, nil
}

type gallery struct {
	world     *world.World
	start     *world.Start
	fragments []Fragment
}

type named struct{ part, pattern string }

// fragmentsOf lists the patterns of a function in a stable order.
func fragmentsOf(function *world.Function) []named {
	say := function.Say
	var out []named
	add := func(part string, patterns ...string) {
		for _, pattern := range patterns {
			if pattern != "" {
				out = append(out, named{part, pattern})
			}
		}
	}
	add("things", say.Things...)
	add("label", say.Label)
	add("item", say.Item)
	for _, field := range keysOf(say.Pick) {
		add("pick "+field+" min", say.Pick[field].Min...)
		add("pick "+field+" max", say.Pick[field].Max...)
	}
	for _, field := range keysOf(say.Filter) {
		add("filter "+field+" holds", say.Filter[field].Holds...)
		add("filter "+field+" fails", say.Filter[field].Fails...)
	}
	add("scene", say.Scene...)
	for _, field := range keysOf(say.Ask) {
		add("ask "+field, say.Ask[field]...)
	}
	for _, field := range keysOf(say.Tell) {
		add("tell "+field, say.Tell[field].Text, say.Tell[field].Holds, say.Tell[field].Fails)
	}
	for _, field := range keysOf(say.As) {
		add("as "+field, say.As[field]...)
	}
	add("do", say.Do...)
	add("want", say.Want...)
	add("done", say.Done...)
	add("why", say.Why...)
	add("doing", say.Doing...)
	return out
}

func keysOf[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

func (g *gallery) fragment(function *world.Function, part, source string) (Fragment, error) {
	fragment := Fragment{Function: function.Name, Part: part, Pattern: source}
	pattern, err := ParsePattern(source)
	if err != nil {
		return fragment, err
	}
	seen := map[string]bool{}
	for variant := range 32 {
		later, plural, we, two, second := variant&1 > 0, variant&2 > 0, variant&4 > 0, variant&8 > 0, variant&16 > 0
		f := &filler{plural: plural, we: we, two: two, has: func(string) bool { return true }}
		f.choose = func(n int) int { return index(second) % n }
		f.slot = func(name, mode string) (string, error) { return g.sample(function, name, mode, later, plural) }
		text, err := pattern.fill(f)
		if err != nil {
			return fragment, err
		}
		t := &teller{speaker: Speaker{We: we}, random: button.NewRandom(1)}
		text = plain(t.finishSentence(text, false))
		if !seen[text] {
			seen[text] = true
			fragment.Renderings = append(fragment.Renderings, text)
		}
	}
	return fragment, nil
}

// sample fills a slot: with a value or a name, or, for a later mention, with a
// pronoun or its like.
func (g *gallery) sample(function *world.Function, name, mode string, later, plural bool) (string, error) {
	random := button.NewRandom(button.Seed(7, function.Name+name, 0))
	var kind *world.Type
	fanned := false
	if param := function.Param(name); param != nil {
		kind = param.Type
		for _, fan := range function.Fan {
			fanned = fanned || fan == name
		}
	} else if field := function.Field(name); field != nil {
		kind = field.Type
	} else if field := function.Item(name); field != nil {
		kind = field.Type
	}
	switch {
	case name == "it":
		if later {
			return withMode(mode, "it"), nil
		}
		return withMode(mode, "the "+nounOr(function.Say.Thing.One, "one")+" in question"), nil
	case name == "items":
		return "this one, that one and the other", nil
	case name == "n":
		return "3", nil
	case kind == nil:
		return "", fmt.Errorf("{%s} is neither a parameter nor a field", name)
	}
	if later && kind.Place {
		return withMode(mode, again+placeName(kind)+againEnd), nil
	}
	if later && kind.Entity.One != "" {
		return withMode(mode, pronounFor(kind, plural)), nil
	}
	one, ok := kind.Draw(random, g.start)
	if !ok {
		if kind.Entity.One != "" {
			return withMode(mode, "the cheapest "+kind.Entity.One+" that will do"), nil
		}
		return withMode(mode, "<"+kind.Name+">"), nil
	}
	text := kind.Phrase(one, mode, world.Style{}, g.start.Today)
	if plural && fanned {
		if other, ok := kind.Draw(random, g.start); ok {
			text += " and " + kind.Surface(other, world.Style{}, g.start.Today)
		}
	}
	return text, nil
}

func nounOr(noun, otherwise string) string {
	if noun == "" {
		return otherwise
	}
	return noun
}

func placeName(kind *world.Type) string {
	if len(kind.Again) > 0 {
		return kind.Again[0]
	}
	return "that place"
}

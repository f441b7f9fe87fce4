package generate

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/world"
)

// distractors is the distribution of how many tools stand beside those that the
// plan needs: percent, fewest, most.
var distractors = [][3]int{{8, 0, 0}, {24, 1, 3}, {34, 4, 7}, {24, 8, 12}, {10, 13, 20}}

// toolList holds the plan's functions and distractors, shuffled: first functions
// of the same world that take or give the same types, then its others, then
// those of other worlds. Among them, functions that plans often need come first
// more often: where all come alike, what is offered most often only because it is
// needed gives itself away, and a model learns to call it unread.
func toolList(c *Candidate, o *Options) []button.Tool {
	random := c.random(StageFunctions)
	chosen, names := []*world.Function{}, map[string]bool{}
	add := func(function *world.Function) {
		if !names[function.Name] {
			names[function.Name] = true
			chosen = append(chosen, function)
		}
	}
	for _, node := range c.Draft.Nodes {
		add(node.Function)
	}
	for _, goal := range c.Draft.Goals {
		add(goal.Function()) // also a write that its condition forbade
	}
	needed := len(chosen)
	extra := drawDistractors(random)
	near, far := neighbours(c.World.World, chosen)
	var others []*world.Function
	for _, kit := range o.Worlds {
		if kit != c.World {
			others = append(others, kit.World.Functions...)
		}
	}
	for _, group := range [][]*world.Function{near, far, others} {
		if o.EvenDistractors {
			random.Shuffle(len(group), func(i, j int) { group[i], group[j] = group[j], group[i] })
		} else {
			byNeed(random, group, o.Worlds)
		}
		for _, function := range group {
			if len(chosen) < needed+extra {
				add(function)
			}
		}
	}
	random.Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
	tools := make([]button.Tool, len(chosen))
	for i, function := range chosen {
		tools[i] = function.Tool(random.IntN(len(function.Does)))
	}
	return tools
}

// byNeed shuffles functions so that at any place the next is drawn in proportion to
// the square of its need (Efraimidis and Spirakis, Information Processing Letters 97
// (2006) 181). The need alone would not do: what is needed is never a distractor.
func byNeed(random *rand.Rand, functions []*world.Function, kits []*WorldKit) {
	key := map[*world.Function]float64{}
	for _, function := range functions {
		need := 0.0
		for _, kit := range kits {
			need += kit.Sampler.Need(function)
		}
		key[function] = random.ExpFloat64() / (need * need)
	}
	slices.SortFunc(functions, func(a, b *world.Function) int { return cmp.Compare(key[a], key[b]) })
}

func drawDistractors(random *rand.Rand) int {
	draw := random.IntN(100)
	for _, band := range distractors {
		if draw -= band[0]; draw < 0 {
			return band[1] + random.IntN(band[2]-band[1]+1)
		}
	}
	return 0
}

// neighbours splits a world's functions that are not chosen into those that share
// an entity or place type with a chosen one, and the rest.
func neighbours(w *world.World, chosen []*world.Function) (near, far []*world.Function) {
	types, taken := map[*world.Type]bool{}, map[*world.Function]bool{}
	for _, function := range chosen {
		taken[function] = true
		for _, kind := range typesOf(function) {
			types[kind] = kind.Entity.One != "" || kind.Place
		}
	}
	for _, function := range w.Functions {
		if taken[function] {
			continue
		}
		shares := false
		for _, kind := range typesOf(function) {
			shares = shares || types[kind]
		}
		if shares {
			near = append(near, function)
		} else {
			far = append(far, function)
		}
	}
	return near, far
}

func typesOf(function *world.Function) []*world.Type {
	var types []*world.Type
	for _, param := range function.Params {
		types = append(types, param.Type)
	}
	for _, field := range append(append([]*world.Field(nil), function.Fields...), function.Items...) {
		types = append(types, field.Type)
	}
	return types
}

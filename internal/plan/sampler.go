package plan

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/world"
)

// Reject says why a candidate was given up. Rule is a stable name.
type Reject struct {
	Stage, Rule, Detail string
}

func (r *Reject) Error() string { return fmt.Sprintf("%s: %s: %s", r.Stage, r.Rule, r.Detail) }

func reject(rule, format string, values ...any) error {
	return &Reject{Stage: "composition", Rule: rule, Detail: fmt.Sprintf(format, values...)}
}

// supplier is one way to obtain a value of a type by a call.
type supplier struct {
	function *world.Function
	kind     string // FromField or FromPick
	field    string
	then     string
}

// Sampler draws plans over one world. It is immutable after NewSampler and safe
// for concurrent use.
type Sampler struct {
	world     *world.World
	suppliers map[string][]supplier
	feasible  map[string][]*world.Function // shape -> functions it can be built around
	need      map[*world.Function]float64
}

// trials is how often NewSampler tries a shape around a function before it
// calls the pair infeasible.
const trials = 40

// NewSampler indexes what a world can supply and which shapes it can make
// around which functions, by trying each pair without executing it.
func NewSampler(w *world.World) (*Sampler, error) {
	s := &Sampler{world: w, suppliers: map[string][]supplier{}, feasible: map[string][]*world.Function{}}
	for _, function := range w.Functions {
		s.index(function)
	}
	var starts [4]*world.Start
	for i := range starts {
		var err error
		if starts[i], err = w.Start(uint64(i)); err != nil {
			return nil, err
		}
	}
	for _, shape := range Shapes {
		for f, function := range w.Functions {
			for trial := range trials {
				seed := button.Seed(uint64(trial), shape.Name, f)
				if _, err := s.build(button.NewRandom(seed), starts[trial%len(starts)], shape, function); err == nil {
					s.feasible[shape.Name] = append(s.feasible[shape.Name], function)
					break
				}
			}
		}
	}
	s.countNeed(starts[:])
	return s, nil
}

// needDrafts is how many plans are drawn to see which functions they need.
const needDrafts = 400

// countNeed draws plans, without carrying them out, and counts for each function
// the share of plans that it stands in.
func (s *Sampler) countNeed(starts []*world.Start) {
	s.need = map[*world.Function]float64{}
	for i := range needDrafts {
		draft, err := s.Sample(button.NewRandom(button.Seed(0, "need", i)), starts[i%len(starts)])
		if err != nil {
			continue
		}
		seen := map[*world.Function]bool{}
		for _, node := range draft.Nodes {
			if !seen[node.Function] {
				seen[node.Function] = true
				s.need[node.Function]++
			}
		}
	}
}

// Need is how often plans over the world need a function, in no unit but to compare
// functions by; it is above 0 for each of the world's functions and 0 for others.
func (s *Sampler) Need(function *world.Function) float64 {
	if !slices.Contains(s.world.Functions, function) {
		return 0
	}
	return s.need[function] + 1
}

func (s *Sampler) index(function *world.Function) {
	add := func(t *world.Type, one supplier) { s.suppliers[t.Name] = append(s.suppliers[t.Name], one) }
	if function.List != "" {
		// A list's noun phrase denotes its item, so only what stands for the item
		// may be taken from it: an entity's id, or the first field.
		for i, field := range function.Items {
			if (i == 0 || field.Type.Entity.One != "") && len(function.Say.Things) > 0 {
				add(field.Type, supplier{function, FromPick, field.Path, ""})
			}
		}
	}
	for _, field := range function.Fields {
		resolved := slices.Contains(values(function.Resolves), field.Path)
		minted := function.Writes() && field.Type.Base == world.Code && field.Type.Entity.One != ""
		if resolved || minted || len(function.Say.As[field.Path]) > 0 {
			add(field.Type, supplier{function, FromField, field.Path, ""})
		}
		for then, base := range map[string]string{"date": world.Date, "time": world.Time} {
			if field.Type.Base == world.DateTime && len(function.Say.As[field.Path+"."+then]) > 0 {
				for _, name := range []string{base} {
					s.suppliers[name] = append(s.suppliers[name], supplier{function, FromField, field.Path, then})
				}
			}
		}
	}
}

func values(m map[string]string) []string {
	out := make([]string, 0, len(m))
	for _, v := range m {
		out = append(out, v)
	}
	return out
}

// Offers lists for each shape, in the order of Shapes, the functions it can be
// built around.
func (s *Sampler) Offers() map[string][]string {
	offers := map[string][]string{}
	for shape, functions := range s.feasible {
		for _, function := range functions {
			offers[shape] = append(offers[shape], function.Name)
		}
	}
	return offers
}

// Sample draws a shape by weight among those the world can make, a function to
// build it around, and the plan. The error is a *Reject.
func (s *Sampler) Sample(random *rand.Rand, start *world.Start) (*Draft, error) {
	return s.sample(random, start, func(Shape) bool { return true })
}

// atomicTrials is how often SampleAtomic draws before it gives up.
const atomicTrials = 40

// SampleAtomic is Sample among the plans that one call carries out: no composition.
func (s *Sampler) SampleAtomic(random *rand.Rand, start *world.Start) (draft *Draft, err error) {
	for range atomicTrials {
		draft, err = s.sample(random, start, func(shape Shape) bool { return shape.Atomic })
		if err == nil && len(draft.Nodes) == 1 {
			return draft, nil
		}
	}
	return nil, reject("not_atomic", "no plan of a single call in %d trials", atomicTrials)
}

func (s *Sampler) sample(random *rand.Rand, start *world.Start, wanted func(Shape) bool) (*Draft, error) {
	total := 0
	for _, shape := range Shapes {
		if wanted(shape) && len(s.feasible[shape.Name]) > 0 {
			total += shape.Weight
		}
	}
	if total == 0 {
		return nil, reject("no_shape", "world %s offers no plan shape", s.world.Name)
	}
	draw := random.IntN(total)
	for _, shape := range Shapes {
		functions := s.feasible[shape.Name]
		if !wanted(shape) || len(functions) == 0 {
			continue
		}
		if draw -= shape.Weight; draw < 0 {
			return s.build(random, start, shape, functions[random.IntN(len(functions))])
		}
	}
	panic("unreachable: the draw is below the total")
}

func (s *Sampler) build(random *rand.Rand, start *world.Start, shape Shape, function *world.Function) (*Draft, error) {
	b := &builder{
		sampler: s, random: random, start: start,
		draft:    &Draft{World: s.world, Start: start, Shape: shape.Name, Heuristic: shape.Heuristic},
		used:     map[*world.Function]*Node{},
		optional: map[string]bool{},
		fanned:   map[string]*Fan{},
	}
	if err := shape.grow(b, function); err != nil {
		return nil, err
	}
	if shape.Extend && b.chance(42) {
		b.further()
	}
	b.settle()
	return b.draft, nil
}

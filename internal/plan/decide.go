package plan

import (
	"math/rand/v2"
	"time"

	"github.com/buttonbench/button/internal/world"
)

// The limits on lists: fewer items leave nothing to choose, more cannot be read
// aloud in an answer.
const (
	fewestItems = 2
	mostItems   = 7
	mostMapped  = 4
)

// Matches lists the indices of the items that pass the filters.
func (s *Selection) Matches() []int {
	var left []int
	for i, item := range s.List.Outcome.Items {
		fits := true
		for _, filter := range s.Where {
			fits = fits && item[filter.Field] == filter.Holds
		}
		if fits {
			left = append(left, i)
		}
	}
	return left
}

// choose resolves the selection on the list's result. A tie, a filter that keeps
// all or nothing, and a list without choice make the request silly.
func (s *Selection) choose() error {
	items := s.List.Outcome.Items
	name := s.List.Function.Name
	if len(items) < fewestItems || len(items) > mostItems {
		return fault("list_size", "%s returned %d items", name, len(items))
	}
	left := s.Matches()
	if len(s.Where) > 0 && (len(left) == 0 || len(left) == len(items)) {
		return fault("idle_filter", "%s keeps %d of %d", name, len(left), len(items))
	}
	if s.Each {
		if len(left) < fewestItems || len(left) > mostMapped {
			return fault("map_size", "%d items for one write each", len(left))
		}
		s.Chosen = left
		return nil
	}
	if len(left) < fewestItems {
		return fault("list_size", "%d items of %s left to choose from", len(left), name)
	}
	best, tie := left[0], false
	for _, i := range left[1:] {
		order := world.Compare(items[i][s.By], items[best][s.By])
		if s.Max {
			order = -order
		}
		switch {
		case order == 0:
			tie = true
		case order < 0:
			best, tie = i, false
		}
	}
	if tie {
		return fault("tie", "two items of %s share the %s", name, s.By)
	}
	s.Chosen = []int{best}
	return nil
}

// decide finds the winner of a comparison.
func (f *Fan) decide() error {
	if f.Total {
		for _, node := range f.Nodes {
			if node.Outcome.Fields[f.Field] == int64(0) {
				return fault("zero_amount", "%s of %s", f.Field, node.Function.Name)
			}
		}
	}
	if !f.Compare {
		return nil
	}
	best, tie := 0, false
	for i := 1; i < len(f.Nodes); i++ {
		order := world.Compare(f.Nodes[i].Outcome.Fields[f.Field], f.Nodes[best].Outcome.Fields[f.Field])
		if f.Max {
			order = -order
		}
		switch {
		case order == 0:
			tie = true
		case order < 0:
			best, tie = i, false
		}
	}
	if tie {
		return fault("tie", "two calls of %s share the %s", f.Nodes[0].Function.Name, f.Field)
	}
	f.Winner = best
	return nil
}

// Value is the value the gate looks at, and its type.
func (g *Gate) Value() (world.Value, *world.Type) {
	if g.Pick != nil {
		return g.Pick.List.Outcome.Items[g.Pick.Chosen[0]][g.Field], g.Node.Function.Item(g.Field).Type
	}
	return g.Node.Outcome.Fields[g.Field], g.Node.Function.Field(g.Field).Type
}

// decide opens the gate or leaves it shut. The bound of a numeric gate is chosen
// so that both ways are equally likely.
func (g *Gate) decide(random *rand.Rand) error {
	value, valueType := g.Value()
	switch g.Op {
	case "holds", "fails":
		g.Open = (value == true) == (g.Op == "holds")
		return nil
	}
	g.Open = random.IntN(2) == 0
	up := g.Open == (g.Op == "at_most")
	bound, ok := roundBound(valueType, value, up, random)
	if !ok {
		return fault("no_bound", "%v as a bound on %s", value, g.Field)
	}
	if limit, ok := bound.(int64); tooSmall(bound, value) || ok && valueType.Base == world.Percent && limit >= 100 {
		return fault("no_bound", "%v as a bound on %v is no limit that anybody would name", bound, value)
	}
	g.Bound = &Value{Type: valueType, Value: bound, Role: g.Field}
	return nil
}

// tooSmall reports whether a numeric bound is a trifle: one piece, or less than half
// the value.
func tooSmall(bound, value world.Value) bool {
	limit, ok := bound.(int64)
	have, _ := value.(int64)
	return ok && (limit < 2 || 2*limit < have)
}

// roundBound finds a round number above or below a value, as people name limits.
func roundBound(t *world.Type, value world.Value, up bool, random *rand.Rand) (world.Value, bool) {
	switch value := value.(type) {
	case int64:
		step := int64(1)
		for _, candidate := range []int64{5, 10, 50, 100, 500, 1000, 5000, 10000} {
			if t.Base == world.Money && candidate < 100 {
				continue
			}
			if candidate*4 <= value {
				step = candidate
			}
		}
		if t.Base == world.Money {
			step = max(step, 100)
		}
		if t.Base == world.Quantity {
			step = max(step, 10)
		}
		steps := int64(random.IntN(3))
		bound := value/step*step - steps*step
		if up {
			bound = value/step*step + (steps+1)*step
		}
		if bound == value {
			bound -= step
		}
		return bound, bound > 0 && (up == (bound > value))
	case string:
		return roundTime(t, value, up, random)
	}
	return nil, false
}

func roundTime(t *world.Type, value string, up bool, random *rand.Rand) (world.Value, bool) {
	layout, step, unit := "15:04", time.Hour/2, time.Hour/2
	if t.Base == world.Date {
		layout, step, unit = "2006-01-02", 24*time.Hour, 24*time.Hour
	}
	at, err := time.Parse(layout, value)
	if err != nil || t.Base == world.DateTime {
		return nil, false
	}
	move := step * time.Duration(1+random.IntN(3))
	if !up {
		move = -move
	}
	bound := at.Add(move).Truncate(unit)
	if bound.Day() != at.Day() && t.Base == world.Time {
		return nil, false
	}
	text := bound.Format(layout)
	return text, text != value && (text > value) == up
}

// check applies the soundness rules on values.
func (d *Draft) check() error {
	said := map[string]world.Value{}
	for _, node := range d.Nodes {
		for _, arg := range node.Args {
			for _, literal := range arg.Literals {
				said[literal.Type.Name+" "+toText(literal.Value)] = literal.Value
			}
		}
	}
	for _, goal := range d.Goals {
		if goal.Kind == GoalList {
			if n := len(goal.Node.Outcome.Items); n < fewestItems || n > mostItems {
				return fault("list_size", "%s returned %d items", goal.Node.Function.Name, n)
			}
			continue
		}
		value, valueType := goal.Value()
		if valueType == nil {
			continue
		}
		if _, known := said[valueType.Name+" "+toText(value)]; known && valueType.Base != world.Bool && valueType.Base != world.Count {
			return fault("asks_the_known", "%s is what the user said", goal.Field)
		}
		if value == int64(0) && valueType.Base == world.Money {
			return fault("zero_amount", "%s of %s", goal.Field, goal.Function().Name)
		}
	}
	return nil
}

// Value is the single value that a goal asks for, with its type; nil for goals of
// several values.
func (g *Goal) Value() (world.Value, *world.Type) {
	switch g.Kind {
	case GoalField:
		return g.Node.Outcome.Fields[g.Field], g.Node.Function.Field(g.Field).Type
	case GoalItem:
		return g.Pick.List.Outcome.Items[g.Pick.Chosen[0]][g.Field], g.Pick.List.Function.Item(g.Field).Type
	}
	return nil, nil
}

func toText(value world.Value) string {
	if text, ok := value.(string); ok {
		return text
	}
	if number, ok := value.(int64); ok {
		return time.Duration(number).String()
	}
	return ""
}

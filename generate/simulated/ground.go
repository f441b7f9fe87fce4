package simulated

import (
	"encoding/json"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"github.com/buttonbench/button"
)

// source says where the value of an argument's leaf comes from. It is
// button.Source with positions in place of ids.
type source struct {
	from      string
	turn      int // of the conversation, for button.FromUser
	span      button.Span
	kind      string
	calls     []int // positions in conversation.made, for button.FromResult
	path      string
	transform *button.Transform
}

// grounds finds the sources of the leaves of one call's arguments.
type grounds struct {
	c        *conversation
	function *Function
	params   parameterSchema
	mappings []Mapping // of the tasks that the function does
}

func (c *conversation) grounds(function *Function) *grounds {
	g := &grounds{c: c, function: function, params: parametersOf(function)}
	for _, mapping := range c.box.Mapping {
		if mapping.Function == function.Tool.Name {
			g.mappings = append(g.mappings, mapping)
		}
	}
	return g
}

// find returns the source of a leaf. The places are tried in the order in which
// the function's tasks expect them.
func (g *grounds) find(at leaf) (source, bool) {
	ways := []string{button.FromUser, button.FromResult, button.FromDefault}
	expected := g.expected(at.path)
	slices.SortStableFunc(ways, func(a, b string) int { return rank(expected, a) - rank(expected, b) })
	for _, way := range ways {
		var found source
		var ok bool
		switch way {
		case button.FromUser:
			found, ok = g.fromUser(at)
		case button.FromResult:
			found, ok = g.fromResult(at)
		case button.FromDefault:
			found, ok = g.fromDefault(at)
		}
		if ok {
			return found, true
		}
	}
	return source{}, false
}

func rank(expected []string, way string) int {
	if at := slices.Index(expected, way); at >= 0 {
		return at
	}
	return len(expected)
}

// expected lists the sources that the mappings declare for a leaf's parameter.
func (g *grounds) expected(path string) []string {
	var ways []string
	for _, mapping := range g.mappings {
		for _, argument := range mapping.Arguments {
			if inParameter(path, argument.Param) && !slices.Contains(ways, argument.Source) {
				ways = append(ways, argument.Source)
			}
		}
	}
	return ways
}

// inParameter reports whether a path leads to a parameter or into it.
func inParameter(path, parameter string) bool {
	rest, ok := strings.CutPrefix(path, parameter)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// fromUser finds the latest words of the user that say the value.
func (g *grounds) fromUser(at leaf) (source, bool) {
	if isBool(at.value) {
		return source{}, false // people do not say true and false
	}
	for turn := len(g.c.turns) - 1; turn >= 0; turn-- {
		if g.c.turns[turn].From != button.RoleUser {
			continue
		}
		if span, ok := g.c.meant(turn, at.value); ok {
			return source{from: button.FromUser, turn: turn, span: span, kind: g.semanticType(at)}, true
		}
	}
	return source{}, false
}

// meant finds the words of a turn that say a value and no other.
func (c *conversation) meant(turn int, value json.RawMessage) (button.Span, bool) {
	for _, span := range c.read(turn).Find(value) {
		if c.reader.Means(c.turns[turn].Text[span[0]:span[1]], value) {
			return button.Span(span), true
		}
	}
	return button.Span{}, false
}

// semanticType is the type of the fact that a task expects at a leaf, or a type
// by the leaf's JSON.
func (g *grounds) semanticType(at leaf) string {
	for _, mapping := range g.mappings {
		for _, argument := range mapping.Arguments {
			if fact := g.c.script.factFor(mapping.Task, argument); fact >= 0 && inParameter(at.path, argument.Param) && g.c.facts[fact].Type != "" {
				return g.c.facts[fact].Type
			}
		}
	}
	if isString(at.value) {
		return "text"
	}
	return "number"
}

// fromResult finds the value in an earlier result: as it stands, as the date or
// the time of a date-time, or as a sum. Results of the tasks that are expected to
// bring it come first, then the latest.
func (g *grounds) fromResult(at leaf) (source, bool) {
	order := g.resultOrder(at.path)
	for _, i := range order {
		for _, part := range g.c.made[i].leaves {
			if same(part.value, at.value) && !isNull(part.value) && (!isBool(at.value) || g.expects(at.path, button.FromResult)) {
				return source{from: button.FromResult, calls: []int{i}, path: part.path}, true
			}
		}
	}
	for _, i := range order {
		for _, part := range g.c.made[i].leaves {
			if op := partOfMoment(textOf(part.value), textOf(at.value)); op != "" {
				return source{from: button.FromResult, calls: []int{i}, path: part.path, transform: &button.Transform{Op: op}}, true
			}
		}
	}
	if want, ok := numberOf(at.value); ok {
		return g.c.sum(want)
	}
	return source{}, false
}

func (g *grounds) expects(path, way string) bool { return slices.Contains(g.expected(path), way) }

// resultOrder lists the calls that brought a result: those of expected tasks
// first, later ones before earlier ones.
func (g *grounds) resultOrder(path string) []int {
	var wanted []int
	for _, mapping := range g.mappings {
		for _, argument := range mapping.Arguments {
			if task, _, ok := argument.resultRef(); ok && inParameter(path, argument.Param) {
				wanted = append(wanted, task)
			}
		}
	}
	var first, rest []int
	for i := len(g.c.made) - 1; i >= 0; i-- {
		switch {
		case g.c.made[i].failed != nil:
		case slices.ContainsFunc(g.c.made[i].tasks, func(task int) bool { return slices.Contains(wanted, task) }):
			first = append(first, i)
		default:
			rest = append(rest, i)
		}
	}
	return append(first, rest...)
}

// partOfMoment names the transform that takes a date or a time of day, as text,
// from a date-time; "" where there is none.
func partOfMoment(whole, part string) string {
	switch {
	case moment.MatchString(whole) && part == whole[:10]:
		return button.OpDate
	case moment.MatchString(whole) && (part == whole[11:16] || part == whole[11:]):
		return button.OpTime
	}
	return ""
}

var (
	figure = regexp.MustCompile(`\d[\d,]*(\.\d+)?`)
	moment = regexp.MustCompile(`^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?$`)
)

// sum finds a number as the sum over one field of a list, or over one field of
// the results of several calls of one function.
func (c *conversation) sum(want *big.Rat) (source, bool) {
	for i := range c.made {
		sums := totals(c.made[i].leaves)
		for _, part := range c.made[i].leaves { // in the order of the text
			field := fieldOf(part.path)
			if total := sums[field]; total != nil && total.count > 1 && total.sum.Cmp(want) == 0 {
				return source{from: button.FromResult, calls: []int{i}, path: field, transform: &button.Transform{Op: button.OpSum}}, true
			}
		}
	}
	for i := range c.made {
		var calls []int
		sums := map[string]*total{}
		for k := range c.made {
			if c.made[k].Name != c.made[i].Name || c.made[k].failed != nil {
				continue
			}
			calls = append(calls, k)
			for _, part := range c.made[k].leaves {
				addTo(sums, part.path, part.value)
			}
		}
		if len(calls) < 2 || calls[0] != i {
			continue
		}
		for _, part := range c.made[i].leaves {
			if total := sums[part.path]; total != nil && total.count == len(calls) && total.sum.Cmp(want) == 0 {
				return source{from: button.FromResult, calls: calls, path: part.path, transform: &button.Transform{Op: button.OpSum}}, true
			}
		}
	}
	return source{}, false
}

type total struct {
	sum   *big.Rat
	count int
}

func addTo(sums map[string]*total, field string, value json.RawMessage) {
	number, ok := numberOf(value)
	if !ok {
		return
	}
	if sums[field] == nil {
		sums[field] = &total{sum: new(big.Rat)}
	}
	sums[field].sum.Add(sums[field].sum, number)
	sums[field].count++
}

// totals adds the numbers of each field over its lists.
func totals(parts []leaf) map[string]*total {
	sums := map[string]*total{}
	for _, part := range parts {
		if strings.Contains(part.path, "[") {
			addTo(sums, fieldOf(part.path), part.value)
		}
	}
	return sums
}

func (g *grounds) fromDefault(at leaf) (source, bool) {
	for _, value := range []json.RawMessage{g.params.Properties[at.path].Default, g.params.Properties[at.path].Const} {
		if len(value) > 0 && same(value, at.value) {
			return source{from: button.FromDefault}, true
		}
	}
	return source{}, false
}

// resultRef splits the reference of an argument that a result fills: the task, and
// the field of its result.
func (a Argument) resultRef() (task int, field string, ok bool) {
	if a.Source != button.FromResult {
		return 0, "", false
	}
	number, field, _ := strings.Cut(a.Ref, ".")
	for _, r := range number {
		if r < '0' || r > '9' || task > 1000 {
			return 0, "", false
		}
		task = 10*task + int(r-'0')
	}
	field = strings.TrimPrefix(strings.TrimPrefix(field, "result"), ".")
	return task, field, number != ""
}

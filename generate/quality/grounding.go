package quality

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/world"
)

// userValue is a value that a call takes from the user's words.
type userValue struct {
	kind    *world.Type
	value   world.Value
	message int
	span    button.Span
	node    string
}

// grounding proves the source of every argument, and that the data edges say
// the same.
func (c *check) grounding() error {
	used, edges := 0, 0
	for i := range c.calls {
		made := &c.calls[i]
		for _, param := range made.function.Params {
			value, given := made.arguments[param.Path]
			if !given {
				continue
			}
			leaves, joints := c.argument(made, param, value)
			used, edges = used+leaves, edges+joints
		}
	}
	if used != len(c.record.Provenance) {
		c.leftovers()
	}
	c.countEdges(edges)
	return nil
}

// countEdges wants as many data edges as the sources of the arguments make.
func (c *check) countEdges(want int) {
	have := 0
	for i := range c.plan.Edges {
		if c.plan.Edges[i].Kind == button.EdgeData {
			have++
		}
	}
	if have != want {
		c.report("edges", -1, "", "the plan has %d data edges, the sources of the arguments make %d", have, want)
	}
}

// argument checks the source, or, for a list, the sources of one argument. It
// returns how many entries and data edges belong to it.
func (c *check) argument(made *call, param *world.Param, value world.Value) (entries, edges int) {
	key := made.ID + "." + param.Path
	source, whole := c.record.Provenance[key]
	list, many := value.([]world.Value)
	if whole {
		return 1, c.source(made, param, value, key, &source)
	}
	if !many {
		c.report("missing", made.message, key, "nothing says where %s of %s comes from", param.Path, made.Name)
		return 0, 0
	}
	for i, one := range list {
		part := fmt.Sprintf("%s[%d]", key, i)
		source, ok := c.record.Provenance[part]
		if !ok {
			c.report("missing", made.message, part, "nothing says where this value of %s comes from", made.Name)
			continue
		}
		entries++
		edges += c.source(made, param, one, part, &source)
	}
	return entries, edges
}

// source checks one source against the value; it returns the number of data
// edges that go with it.
func (c *check) source(made *call, param *world.Param, value world.Value, key string, source *button.Source) int {
	if problem := surplus(source); problem != "" {
		c.report("source", made.message, key, "%s", problem)
	}
	switch source.From {
	case button.FromUser:
		c.userSource(made, param, value, key, source)
	case button.FromResult:
		return c.resultSource(made, param, value, key, source)
	case button.FromDefault:
		c.report("default", made.message, key, "%s declares no default for %s", made.Name, param.Path)
	default:
		c.report("source", made.message, source.From, "an unknown kind of source")
	}
	return 0
}

// surplus names a member of a source that its kind does not have.
func surplus(source *button.Source) string {
	user, result := source.From == button.FromUser, source.From == button.FromResult
	switch {
	case !user && (source.Turn != 0 || source.Span != nil || source.Type != ""):
		return "only what comes from the user has a turn, a span and a type"
	case user && source.Span == nil:
		return "what comes from the user needs a span"
	case !result && source.From != button.FromCall && (len(source.Calls) > 0 || source.Path != ""), !result && source.Transform != nil:
		return "only what comes from a result has calls, a path and a transform"
	}
	return ""
}

func (c *check) userSource(made *call, param *world.Param, value world.Value, key string, source *button.Source) {
	if source.Span == nil {
		return
	}
	if source.Type != param.Type.Name {
		c.report("type", made.message, key, "%s takes the type %s, the source has %s", param.Path, param.Type.Name, clip(source.Type))
	}
	if c.turnOf(source.Turn) < 0 || source.Turn > made.message || !c.sound(source.Turn, *source.Span) {
		c.report("span", made.message, key, "message %d, bytes %d to %d: no words of the user before the call", source.Turn, source.Span[0], source.Span[1])
		return
	}
	text := c.spanText(source.Turn, *source.Span)
	read, ok := param.Type.Read(text, c.today, c.start.Start)
	if !ok || read != value {
		c.report("value", source.Turn, text, "%s of %s is %s, the words read as %v", param.Path, made.Name, compact(param.Type.Encode(value)), read)
	}
	if !slices.ContainsFunc(c.plan.Mentions, func(m button.Mention) bool {
		return m.Kind == button.MentionLiteral && m.Turn == source.Turn && m.Span == *source.Span && m.Type == source.Type
	}) {
		c.report("mention", source.Turn, text, "no literal of the plan has the span that %s comes from", key)
	}
	node := ""
	if made.node != nil {
		node = made.node.ID
	}
	c.values = append(c.values, userValue{param.Type, value, source.Turn, *source.Span, node})
}

func (c *check) resultSource(made *call, param *world.Param, value world.Value, key string, source *button.Source) int {
	calls, known := c.callsOf(source.Calls)
	if !known {
		c.report("calls", made.message, key, "the source names calls that are not there")
		return len(source.Calls)
	}
	for k, from := range calls {
		if from.message >= made.message || slices.Contains(calls[:k], from) {
			c.report("calls", made.message, key, "the source names a call that comes no earlier, or twice")
		}
		if slices.Contains(made.function.NotFrom[param.Path], from.Name) {
			c.report("not_from", made.message, key, "the world rules out to take %s from %s", param.Path, from.Name)
		}
		c.dataEdge(made, param.Path, key, from, source)
	}
	got, kind, err := evaluate(calls, source.Path, source.Transform)
	switch {
	case err != nil:
		c.report("result", made.message, key, "%v", err)
	case !sameValue(got, value):
		c.report("value", made.message, key, "%s is %s, its source yields %v", param.Path, compact(param.Type.Encode(value)), got)
	case kind != nil && kind.Name != param.Type.Name:
		c.report("type", made.message, key, "%s takes the type %s, its source has %s", param.Path, param.Type.Name, kind.Name)
	case kind == nil && param.Type.Base != partBase(source.Transform.Op):
		c.report("type", made.message, key, "%s takes a %s, its source has a %s", param.Path, param.Type.Base, partBase(source.Transform.Op))
	}
	return len(calls)
}

func partBase(op string) string {
	if op == button.OpDate {
		return world.Date
	}
	return world.Time
}

// dataEdge wants the edge that says what a source says.
func (c *check) dataEdge(made *call, param, key string, from *call, source *button.Source) {
	if made.node == nil || from.node == nil {
		return
	}
	if !slices.ContainsFunc(c.plan.Edges, func(e button.PlanEdge) bool {
		return e.Kind == button.EdgeData && e.From == from.node.ID && e.To == made.node.ID && e.Parameter == param &&
			e.Output == source.Path && sameTransform(e.Transform, source.Transform)
	}) {
		c.report("edges", made.message, key, "no data edge from %s says what this source says", from.node.ID)
	}
}

func sameTransform(a, b *button.Transform) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Index == b.Index && sameSelection(a, b)
}

// sameSelection compares two transforms but for the position among the items.
func sameSelection(a, b *button.Transform) bool {
	return a.Op == b.Op && a.Over == b.Over && a.By == b.By && slices.EqualFunc(a.Where, b.Where, func(x, y button.Condition) bool {
		return x.Field == y.Field && x.Op == y.Op && string(x.Value) == string(y.Value)
	})
}

// leftovers reports the sources of arguments that no call has.
func (c *check) leftovers() {
	var strays []string
	for key := range c.record.Provenance {
		id, path, _ := strings.Cut(key, ".")
		if i := c.callByID(id); i < 0 || !c.calls[i].holds(path) {
			strays = append(strays, key)
		}
	}
	sort.Strings(strays)
	for _, key := range strays {
		c.report("stray", -1, key, "the source of an argument that no call has")
	}
}

// holds reports whether the call has an argument, or a member of a list, at a path.
func (made *call) holds(path string) bool {
	if _, whole := made.arguments[path]; whole {
		return true
	}
	name, rest, isMember := strings.Cut(path, "[")
	list, many := made.arguments[name].([]world.Value)
	if !isMember || !many {
		return false
	}
	for i := range list {
		if rest == fmt.Sprintf("%d]", i) {
			return true
		}
	}
	return false
}

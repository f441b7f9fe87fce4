package quality

import (
	"slices"
	"strconv"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/grounding"
)

// simulatedGrounding proves the source of every argument, and that the data edges
// say the same.
func (c *check) simulatedGrounding() error {
	used, edges := 0, 0
	for i := range c.calls {
		made := &c.calls[i]
		arguments, ok := made.invented.arguments.(map[string]any)
		if !ok {
			continue
		}
		for _, name := range sortedNames(arguments) {
			entries, joints := c.sourcesOf(made, name, arguments[name])
			used, edges = used+entries, edges+joints
		}
	}
	if used != len(c.record.Provenance) {
		c.strayInvented()
	}
	c.countEdges(edges)
	c.inventedMentions()
	return nil
}

// inventedMentions wants the plan's mentions to be the user's words that arguments
// come from, each with the nodes of all calls that take it.
func (c *check) inventedMentions() {
	type place struct {
		turn int
		span button.Span
		kind string
	}
	want := map[place][]string{}
	for key, source := range c.record.Provenance {
		id, _, _ := strings.Cut(key, ".")
		i := c.callByID(id)
		if i < 0 || c.calls[i].node == nil || source.From != button.FromUser || source.Span == nil {
			continue
		}
		at := place{source.Turn, *source.Span, source.Type}
		if node := c.calls[i].node.ID; !slices.Contains(want[at], node) {
			want[at] = append(want[at], node)
		}
	}
	found := 0
	for i := range c.plan.Mentions {
		mention := &c.plan.Mentions[i]
		nodes := want[place{mention.Turn, mention.Span, mention.Type}]
		if mention.Kind != button.MentionLiteral || nodes == nil || !sameSet(nodes, mention.Nodes) {
			c.report("mention", mention.Turn, c.spanText(mention.Turn, mention.Span), "mention %d is not the source of an argument, or not of those of its nodes", i+1)
			continue
		}
		found++
	}
	if found != len(want) {
		c.report("mention", -1, "", "%d of the %d places that arguments come from are mentions of the plan", found, len(want))
	}
}

func sameSet(a, b []string) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(one string) bool { return !slices.Contains(b, one) })
}

// sourcesOf checks the source of an argument, or of its parts. It returns how many
// entries and data edges belong to it.
func (c *check) sourcesOf(made *call, path string, value any) (entries, edges int) {
	key := made.ID + "." + path
	if source, whole := c.record.Provenance[key]; whole {
		return 1, c.inventedSource(made, path, value, key, &source)
	}
	add := func(inner string, part any) {
		e, j := c.sourcesOf(made, inner, part)
		entries, edges = entries+e, edges+j
	}
	switch value := value.(type) {
	case map[string]any:
		for _, name := range sortedNames(value) {
			add(joined(path, name), value[name])
		}
	case []any:
		for i, item := range value {
			add(path+"["+strconv.Itoa(i)+"]", item)
		}
	default:
		c.report("missing", made.message, key, "nothing says where %s of %s comes from", path, made.Name)
	}
	return entries, edges
}

// inventedSource checks one source against the value; it returns the number of data
// edges that go with it.
func (c *check) inventedSource(made *call, path string, value any, key string, source *button.Source) int {
	if problem := surplus(source); problem != "" {
		c.report("source", made.message, key, "%s", problem)
	}
	switch source.From {
	case button.FromUser:
		if source.Span != nil {
			c.words(made, path, value, key, source)
		}
	case button.FromResult:
		return c.inventedResult(made, path, value, key, source)
	case button.FromDefault:
		declared := c.declared[made.Name]
		if declared == nil {
			return 0
		}
		if have, ok := defaultAt(declared.defaults, path); !ok || !equalJSON(have, value) {
			c.report("default", made.message, key, "%s declares no such default for %s", made.Name, path)
		}
	default:
		c.report("source", made.message, source.From, "an unknown kind of source")
	}
	return 0
}

// words wants the user's words to say the value and no other one.
func (c *check) words(made *call, path string, value any, key string, source *button.Source) {
	if source.Type == "" {
		c.report("type", made.message, key, "what comes from the user has a semantic type")
	}
	if c.turnOf(source.Turn) < 0 || source.Turn > made.message || !c.sound(source.Turn, *source.Span) {
		c.report("span", made.message, key, "message %d, bytes %d to %d: no words of the user before the call", source.Turn, source.Span[0], source.Span[1])
		return
	}
	text := c.spanText(source.Turn, *source.Span)
	if loose(c.record.Messages[source.Turn].Content, *source.Span) {
		c.report("span", source.Turn, text, "the source of %s is not made of whole words", key)
	}
	if !c.wordsMean(source.Turn, *source.Span, value) {
		c.report("value", source.Turn, text, "%s of %s is %s, which the words do not say", path, made.Name, compact(encode(value)))
	}
}

// wordsMean reports whether a span of a message is a value in words. Yes
// and no are told by plain words, or by whether the sentence denies something.
func (c *check) wordsMean(message int, span button.Span, value any) bool {
	text := c.spanText(message, span)
	if wanted, ok := value.(bool); ok {
		said, other := c.reader.Says(text, encode(wanted)), c.reader.Says(text, encode(!wanted))
		if said != other {
			return said
		}
		return grounding.Negated(sentenceAround(c.record.Messages[message].Content, span)) != wanted
	}
	return c.reader.Is(text, encode(value))
}

// sentenceAround returns the sentence that a span stands in, or the part of it
// between commas.
func sentenceAround(content string, span button.Span) string {
	const stops = ".,;:!?\n"
	begin := strings.LastIndexAny(content[:span[0]], stops) + 1
	end := strings.IndexAny(content[span[1]:], stops)
	if end < 0 {
		return content[begin:]
	}
	return content[begin : span[1]+end]
}

func (c *check) inventedResult(made *call, path string, value any, key string, source *button.Source) int {
	calls, known := c.callsOf(source.Calls)
	if !known {
		c.report("calls", made.message, key, "the source names calls that are not there")
		return len(source.Calls)
	}
	for k, from := range calls {
		if from.message >= made.message || slices.Contains(calls[:k], from) {
			c.report("calls", made.message, key, "the source names a call that comes no earlier, or twice")
		}
		c.dataEdge(made, path, key, from, source)
	}
	got, err := evaluateJSON(calls, source.Path, source.Transform)
	switch {
	case err != nil:
		c.report("result", made.message, key, "%v", err)
	case got == nil:
		c.report("result", made.message, key, "the source yields nothing")
	case !equalJSON(got, value):
		c.report("value", made.message, key, "%s is %s, its source yields %s", path, compact(encode(value)), compact(encode(got)))
	}
	return len(calls)
}

// defaultAt is the default, or the one value, that a schema declares for the
// property at a path.
func defaultAt(schema any, path string) (any, bool) {
	for _, step := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' }) {
		object, _ := schema.(map[string]any)
		if strings.HasSuffix(step, "]") {
			schema = object["items"]
			continue
		}
		properties, _ := object["properties"].(map[string]any)
		schema = properties[step]
	}
	object, _ := schema.(map[string]any)
	if value, ok := object["default"]; ok {
		return value, true
	}
	value, ok := object["const"]
	return value, ok
}

// strayInvented reports the sources of arguments that no call has.
func (c *check) strayInvented() {
	keys := make([]string, 0, len(c.record.Provenance))
	for key := range c.record.Provenance {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for k, key := range keys {
		id, path, _ := strings.Cut(key, ".")
		i := c.callByID(id)
		if i < 0 || strings.Contains(path, "[]") {
			c.report("stray", -1, key, "the source of an argument that no call has")
			continue
		}
		if _, err := lookUpAll(c.calls[i].invented.arguments, path); path == "" || err != nil {
			c.report("stray", -1, key, "the source of an argument that no call has")
			continue
		}
		for _, outer := range keys[:k] {
			if rest, inside := strings.CutPrefix(key, outer); inside && rest != "" && (rest[0] == '.' || rest[0] == '[') {
				c.report("stray", -1, key, "a second source: %s has one as a whole", outer)
				break
			}
		}
	}
}

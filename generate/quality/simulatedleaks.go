package quality

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/grounding"
)

// planWords are how nobody speaks who has not seen the plan behind a record.
var planWords = regexp.MustCompile(`\bsub-?\s?tasks?\b|\batomic tasks?\b|\bcomposed tasks?\b|\bas planned\b|\b(step|task) \d+ of the plan\b|\b(according to|following) the plan\b|\bnode [a-z]?\d+\b`)

// simulatedLeakage looks for what a speaker cannot know.
func (c *check) simulatedLeakage() error {
	technical := c.technicalNames()
	for i := range c.record.Messages {
		message := &c.record.Messages[i]
		if message.Role == button.RoleTool {
			continue
		}
		text := message.Content + "\n" + message.Reasoning
		if small := strings.ToLower(text); strings.Contains(small, "task") || strings.Contains(small, "plan") || strings.Contains(small, "node") {
			if found := planWords.FindString(small); found != "" {
				c.report("plan", i, found, "words of the plan")
			}
		}
		c.nodeNames(i, text)
		if message.Role != button.RoleUser {
			c.stageTexts(i, text)
			continue
		}
		for _, name := range technical {
			if wordAt(text, name, 0) >= 0 {
				c.report("name", i, name, "a name of the interface")
			}
		}
		c.foretold(i)
	}
	return nil
}

// technicalNames are the names of functions and parameters that cannot be ordinary
// words: with an underscore, or a capital inside.
func (c *check) technicalNames() []string {
	names := map[string]any{}
	add := func(name string) {
		if strings.Contains(name, "_") || strings.IndexFunc(name, unicode.IsUpper) > 0 && strings.ContainsFunc(name, unicode.IsLower) {
			names[name] = nil
		}
	}
	for name, declared := range c.declared {
		add(name)
		for _, property := range propertiesOf(declared.defaults, 0) {
			add(property)
		}
	}
	return sortedNames(names)
}

// propertiesOf lists the names of the properties of a schema and of those within it.
func propertiesOf(schema any, depth int) []string {
	object, _ := schema.(map[string]any)
	if object == nil || depth > 8 {
		return nil
	}
	var names []string
	properties, _ := object["properties"].(map[string]any)
	for name, inner := range properties {
		names = append(append(names, name), propertiesOf(inner, depth+1)...)
	}
	return append(names, propertiesOf(object["items"], depth+1)...)
}

// nodeNames looks for ids of plan nodes, where they are more than a word or a number.
func (c *check) nodeNames(message int, text string) {
	for i := range c.plan.Nodes {
		id := c.plan.Nodes[i].ID
		letter, digit := strings.ContainsFunc(id, unicode.IsLetter), strings.ContainsFunc(id, unicode.IsDigit)
		if letter && (digit || strings.Contains(id, "_")) && wordAt(text, id, 0) >= 0 {
			c.report("plan", message, id, "the name of a node of the plan")
		}
	}
}

// shortestStageText is the shortest text of a stage, in bytes, that nobody says by
// chance.
const shortestStageText = 24

// stageTexts looks for what only the stages wrote, word for word. The user may have
// said it: a request is made of them.
func (c *check) stageTexts(message int, text string) {
	meta := c.record.Meta
	for _, written := range append(slices.Clone(meta.AtomicTasks), meta.Scenario, meta.ComposedTask) {
		if len(written) >= shortestStageText && strings.Contains(text, written) {
			c.report("stage", message, written, "the text of a stage")
		}
	}
}

// foretold looks for codes and addresses in a user's message that are not needed for
// a call and that only a later result brings.
func (c *check) foretold(message int) {
	for _, literal := range c.text(message).Literals() {
		switch literal.Kind {
		case grounding.Code, grounding.Email, grounding.URL:
		default:
			continue
		}
		if c.saidFor(message, literal.Span) || c.saidBefore(&literal, message) {
			continue
		}
		for i := range c.calls {
			if made := &c.calls[i]; made.result > message && c.text(made.result).Holds(literal) {
				c.report("result", message, literal.Text, "only %s tells this", made.Name)
				break
			}
		}
	}
}

func (c *check) saidBefore(literal *grounding.Literal, message int) bool {
	for i := range message {
		if c.text(i).Holds(*literal) {
			return true
		}
	}
	return false
}

// saidFor reports whether an argument takes its value from a part of a message.
func (c *check) saidFor(message int, span grounding.Span) bool {
	for _, source := range c.record.Provenance {
		if source.From == button.FromUser && source.Turn == message && source.Span != nil && source.Span[0] < span[1] && span[0] < source.Span[1] {
			return true
		}
	}
	return false
}

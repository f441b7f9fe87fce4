package quality

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/buttonbench/button"
)

// Bounds on a record, far above any honest one. They keep the work on a hostile
// record small.
const (
	mostMessages  = 400
	mostTextBytes = 256 << 10 // of all messages together
	mostTools     = 256
	mostNodes     = 40
	mostParts     = 1000 // edges, goals, mentions, answers, provenance: each
)

// structure fills the check and proves that the parts of the record fit together.
func (c *check) structure() error {
	if !c.begin() {
		return nil
	}
	if err := c.mount(); err != nil || c.world == nil {
		return err
	}
	c.ended = false
	c.system()
	c.toolList()
	c.conversation()
	c.nodes()
	c.edges()
	c.goals()
	c.spans()
	c.skeleton()
	return nil
}

// begin checks what every record needs, whatever its mode, and reports whether there
// is enough of it to go on.
func (c *check) begin() bool {
	c.plan = c.record.Plan
	c.ended = true // until everything is there
	if !c.bounded() {
		return false
	}
	for _, problem := range c.record.Validate() {
		c.report(problem.Rule, problem.Message, "", "%s", problem.Text)
	}
	c.head()
	if c.plan == nil || c.record.Meta == nil {
		c.report("incomplete", -1, "", "a record without plan or meta cannot be verified")
		return false
	}
	return true
}

func (c *check) bounded() bool {
	size := 0
	for i := range c.record.Messages {
		size += len(c.record.Messages[i].Content) + len(c.record.Messages[i].Reasoning)
	}
	within := len(c.record.Messages) <= mostMessages && size <= mostTextBytes && len(c.record.Tools) <= mostTools && len(c.record.Provenance) <= mostParts
	if p := c.plan; p != nil {
		within = within && len(p.Nodes) <= mostNodes && len(p.Edges) <= mostParts && len(p.Goals) <= mostParts &&
			len(p.Mentions) <= mostParts && len(p.Answers) <= mostParts
	}
	if !within {
		c.report("size", -1, "", "the record is far larger than any that can be made")
	}
	return within
}

// shapes are the plan's forms, with BUTTON's heuristic where one is a case of it.
var shapes = map[string]string{
	"single": "", "item": "", "fan_out": "", "pair": "",
	"chain": "sequential", "diamond": "sequential", "write_then_read": "sequential", "map": "sequential", "condition": "sequential",
	"parallel_then_sequential": "parallel_then_sequential", "fan_in": "parallel_then_sequential",
}

// head checks the members beside messages and plan.
func (c *check) head() {
	c.identity()
	r := c.record
	switch r.Mode {
	case button.ModeConstructed, button.ModeHybrid, button.ModeSimulated:
	default:
		c.report("mode", -1, r.Mode, "an unknown mode: nothing says how the record was made")
	}
	if len(r.Extra) > 0 {
		c.report("extra", -1, r.Extra[0].Name, "a member that records do not have")
	}
	rules := Rules()
	for name, outcome := range r.Checks {
		if outcome != "pass" {
			c.report("checks", -1, name, "the record itself says that this check is %q", outcome)
		} else if i := slices.IndexFunc(rules, func(rule Rule) bool { return rule.Name == name }); i >= 0 && !rules[i].Judges(r.Mode) {
			c.report("checks", -1, name, "no such check can be made of %s records", r.Mode)
		}
	}
	if r.Plan == nil {
		return
	}
	if r.Kind != r.Plan.Shape {
		c.report("kind", -1, r.Kind, "the plan has the shape %q", r.Plan.Shape)
	}
	if heuristic, known := shapes[r.Plan.Shape]; !known {
		c.report("shape", -1, r.Plan.Shape, "an unknown shape of plan")
	} else if heuristic != r.Plan.Heuristic {
		c.report("heuristic", -1, r.Plan.Heuristic, "plans of shape %s have the heuristic %q", r.Plan.Shape, heuristic)
	}
}

// identity wants an id that serves as a file's name and a word.
func (c *check) identity() {
	if id := c.record.ID; id == "" || len(id) > 64 || strings.ContainsFunc(id, func(r rune) bool { return r >= utf8.RuneSelf || !isWord(byte(r)) }) {
		c.report("id", -1, id, "the id must be letters and digits")
	}
}

// mount finds the world and makes its start state.
func (c *check) mount() error {
	meta := c.record.Meta
	c.index = c.verifier.worlds[meta.World]
	if c.index == nil {
		c.report("world", -1, meta.World, "no world of this name is known")
		return nil
	}
	if meta.WorldHash != c.index.world.Hash {
		c.report("world_hash", -1, meta.WorldHash, "the record was made in another version of the world %s", meta.World)
	}
	start, err := c.verifier.starts.get(c.index, meta.StateSeed)
	if err != nil {
		return err
	}
	c.world, c.start, c.today = c.index.world, start, start.Today
	if meta.Today != c.today {
		c.report("today", -1, meta.Today, "the state of seed %d plays on %s", meta.StateSeed, c.today)
	}
	if meta.Scenario != "" && !slices.Contains(c.world.Scenarios, meta.Scenario) {
		c.report("scenario", -1, meta.Scenario, "not a scenario of the world")
	}
	return nil
}

func (c *check) system() {
	if len(c.record.Messages) == 0 || c.record.Messages[0].Role != button.RoleSystem {
		c.report("system", -1, "", "the first message must be the system's")
		return
	}
	if first := c.record.Messages[0].Content; first != c.world.SystemPrompt(c.today) {
		c.report("system", 0, first, "want the role and today's date")
	}
}

// toolList wants every tool as one of the known worlds declares it, and those of
// the plan as its own world does.
func (c *check) toolList() {
	for i := range c.record.Tools {
		tool := &c.record.Tools[i]
		known := false
		for _, function := range c.verifier.tools[tool.Name] {
			own := c.index.functions[tool.Name]
			known = known || (own == nil || own.Function == function) && slices.Contains(function.Does, tool.Description) && bytes.Equal(function.Parameters(), tool.Parameters)
		}
		if !known || len(tool.Extra) > 0 || len(tool.FunctionExtra) > 0 {
			c.report("tool", -1, tool.Name, "no known world declares this tool in these words with these parameters")
		}
	}
	listed := func(name string) {
		if !slices.ContainsFunc(c.record.Tools, func(t button.Tool) bool { return t.Name == name }) {
			c.report("unlisted", -1, name, "the plan needs a function that is not in the tool list")
		}
	}
	for i := range c.plan.Nodes {
		listed(c.plan.Nodes[i].Function)
	}
	for i := range c.plan.Goals {
		listed(c.plan.Goals[i].Function)
	}
}

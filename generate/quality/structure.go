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
	c.plan = c.record.Plan
	c.ended = true // until everything is there
	if !c.bounded() {
		return nil
	}
	for _, problem := range c.record.Validate() {
		c.report(problem.Rule, problem.Message, "", "%s", problem.Text)
	}
	c.head()
	if c.plan == nil || c.record.Meta == nil {
		c.report("incomplete", -1, "", "a record without plan or meta cannot be verified")
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
	r := c.record
	if r.ID == "" || len(r.ID) > 64 || strings.ContainsFunc(r.ID, func(r rune) bool { return r >= utf8.RuneSelf || !isWord(byte(r)) }) {
		c.report("id", -1, r.ID, "the id must be letters and digits")
	}
	if r.Mode != button.ModeConstructed && r.Mode != button.ModeHybrid {
		c.report("mode", -1, r.Mode, "only constructed and hybrid records can be executed again")
	}
	if len(r.Extra) > 0 {
		c.report("extra", -1, r.Extra[0].Name, "a member that records do not have")
	}
	for name, outcome := range r.Checks {
		if outcome != "pass" {
			c.report("checks", -1, name, "the record itself says that this check is %q", outcome)
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

// conversation splits the messages into user turns and collects the calls.
func (c *check) conversation() {
	step := 0
	for i := range c.record.Messages {
		message := &c.record.Messages[i]
		if len(message.Extra) > 0 {
			c.report("extra", i, message.Extra[0].Name, "a member that messages do not have")
		}
		switch message.Role {
		case button.RoleUser:
			c.turns = append(c.turns, turn{request: i, answer: -1})
			step = 0
		case button.RoleAssistant:
			if len(c.turns) == 0 {
				c.report("turns", i, "", "an assistant message before the first request")
				continue
			}
			current := &c.turns[len(c.turns)-1]
			if len(message.ToolCalls) == 0 {
				if current.answer >= 0 {
					c.report("turns", i, "", "a second answer in one turn")
				}
				current.answer = i
				continue
			}
			for k := range message.ToolCalls {
				c.addCall(&message.ToolCalls[k], i, step)
			}
			step++
		case button.RoleTool:
			if k := c.callByID(message.ToolCallID); k >= 0 {
				c.calls[k].result = i
			}
		}
	}
	for _, turn := range c.turns {
		if turn.answer < 0 {
			c.report("turns", turn.request, "", "a request without an answer")
		}
	}
	if len(c.turns) == 0 {
		c.report("turns", -1, "", "there is no request")
	}
}

func (c *check) addCall(made *button.Call, message, step int) {
	if len(made.Extra) > 0 || len(made.FunctionExtra) > 0 {
		c.report("extra", message, made.Name, "members that calls do not have")
	}
	function := c.index.functions[made.Name]
	if function == nil {
		c.report("function", message, made.Name, "the world %s has no such function", c.world.Name)
		function = c.index.nothing
	}
	if len(c.calls) < mostNodes {
		c.calls = append(c.calls, call{Call: made, message: message, result: -1, turn: len(c.turns) - 1, step: step, function: function, outcome: &c.empty})
	}
}

// nodes pairs the plan's nodes with the calls.
func (c *check) nodes() {
	if len(c.plan.Nodes) != len(c.calls) {
		c.report("nodes", -1, "", "the plan has %d calls, the messages have %d", len(c.plan.Nodes), len(c.calls))
	}
	seen := map[string]bool{}
	for i := range c.plan.Nodes {
		node := &c.plan.Nodes[i]
		if node.ID == "" || seen[node.ID] {
			c.report("node_id", -1, node.ID, "node ids must be there and differ")
			continue
		}
		seen[node.ID] = true
		k := c.callByID(node.CallID)
		if k < 0 || c.calls[k].node != nil {
			c.report("nodes", -1, node.CallID, "node %s has no call of its own", node.ID)
			continue
		}
		made := &c.calls[k]
		made.node = node
		switch {
		case k != i:
			c.report("nodes", made.message, node.ID, "the plan lists its calls in another order than the messages")
		case node.Function != made.Name:
			c.report("nodes", made.message, node.ID, "node %s is of %q, its call of %q", node.ID, node.Function, made.Name)
		case node.World != c.world.Name:
			c.report("nodes", made.message, node.ID, "node %s is of world %q", node.ID, node.World)
		case made.function != c.index.nothing && node.Effect != made.function.Effect:
			c.report("effect", made.message, node.Effect, "%s has the effect %q", node.Function, made.function.Effect)
		case node.Turn != made.turn:
			c.report("turn", made.message, node.ID, "node %s is of turn %d, its call stands in turn %d", node.ID, node.Turn, made.turn)
		}
	}
	c.waves()
}

// waves compares the plan's waves with the messages: one message for each wave,
// or, without parallel calls, one for each call, in the order of the waves.
func (c *check) waves() {
	wave := 0
	for i := range c.calls {
		this := &c.calls[i]
		if this.node == nil {
			continue
		}
		want := this.step
		if !c.record.ParallelToolCalls {
			first := i == 0 || c.calls[i-1].node == nil || c.calls[i-1].turn != this.turn
			if first {
				wave = 0
			} else if this.node.Wave == wave+1 {
				wave++
			}
			want = wave
		}
		if this.node.Wave != want {
			c.report("wave", this.message, this.node.ID, "node %s is of wave %d, its call stands in wave %d", this.node.ID, this.node.Wave, want)
		}
	}
}

// skeleton compares the blanked request with the request.
func (c *check) skeleton() {
	if c.record.Meta.Skeleton == "" || len(c.turns) == 0 || c.record.Mode != button.ModeConstructed {
		return
	}
	request := c.turns[0].request
	content := c.record.Messages[request].Content
	var blank strings.Builder
	done := 0
	for i := range c.plan.Mentions {
		mention := &c.plan.Mentions[i]
		if mention.Turn != request || mention.Kind != button.MentionLiteral && mention.Kind != button.MentionBound ||
			!c.sound(request, mention.Span) || mention.Span[0] < done {
			continue
		}
		blank.WriteString(content[done:mention.Span[0]])
		blank.WriteByte('_')
		done = mention.Span[1]
	}
	blank.WriteString(content[done:])
	if blank.String() != c.record.Meta.Skeleton {
		c.report("skeleton", request, c.record.Meta.Skeleton, "not the first request with its literals blanked")
	}
}

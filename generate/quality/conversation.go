package quality

import (
	"strings"

	"github.com/buttonbench/button"
)

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
	function := c.verifier.nothing
	if c.world != nil {
		if function = c.index.functions[made.Name]; function == nil {
			c.report("function", message, made.Name, "the world %s has no such function", c.world.Name)
			function = c.verifier.nothing
		}
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
		case node.World != c.worldName():
			c.report("nodes", made.message, node.ID, "node %s is of world %q", node.ID, node.World)
		case made.function != c.verifier.nothing && node.Effect != made.function.Effect:
			c.report("effect", made.message, node.Effect, "%s has the effect %q", node.Function, made.function.Effect)
		case node.Turn != made.turn:
			c.report("turn", made.message, node.ID, "node %s is of turn %d, its call stands in turn %d", node.ID, node.Turn, made.turn)
		}
	}
	c.waves()
}

// worldName is empty for a simulated record.
func (c *check) worldName() string {
	if c.world == nil {
		return ""
	}
	return c.world.Name
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

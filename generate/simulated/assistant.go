package simulated

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/llm"
)

// Bounds on a turn of the assistant, for endpoints that heed no schema.
const (
	mostThoughtWords = 80
	mostTextBytes    = 6000
	mostCalls        = 12
)

// assistant asks for the assistant's next turn: once, or several times and keeps
// what more than half agree on.
func (c *conversation) assistant(ctx context.Context) (*AssistantReply, error) {
	if c.o.Samples <= 1 {
		return c.step(ctx)
	}
	var samples []*AssistantReply
	var refused error
	for range c.o.Samples {
		step, err := c.step(ctx)
		var refusal *teach.Refusal
		switch {
		case err == nil:
			samples = append(samples, step)
		case errors.As(err, &refusal):
			refused = err
		default:
			return nil, err
		}
	}
	if len(samples) == 0 {
		return nil, refused
	}
	votes := map[string]int{}
	for _, sample := range samples {
		votes[c.act(sample)]++
	}
	for _, sample := range samples {
		if n := votes[c.act(sample)]; 2*n > c.o.Samples || c.o.Off[RuleSamplesDisagree] {
			return sample, nil
		}
	}
	return nil, &teach.Refusal{Stage: StageAssistant, Rule: RuleSamplesDisagree,
		Detail: fmt.Sprintf("%d samples of one turn act in %d ways, none of them more than half", c.o.Samples, len(votes))}
}

// act is what a turn does, whatever its words: the calls in any order, or the kind
// of words and which values of results they state.
func (c *conversation) act(step *AssistantReply) string {
	if step.Action == ActionCall {
		var calls []string
		for _, call := range step.Calls {
			calls = append(calls, call.Name+canonical(call.Arguments))
		}
		slices.Sort(calls)
		return ActionCall + " " + strings.Join(calls, " ")
	}
	var stated []string
	said := c.reader.Read(step.Text)
	for i := range c.made {
		for _, part := range c.made[i].leaves {
			if said.Says(part.value) {
				stated = append(stated, fmt.Sprintf("%d.%s", i, part.path))
			}
		}
	}
	return step.Action + " " + strings.Join(stated, " ")
}

func (c *conversation) step(ctx context.Context) (*AssistantReply, error) {
	check := func(step *AssistantReply) []teach.Violation { return c.o.kept(c.checkStep(step)) }
	if c.o.Native {
		return c.nativeStep(ctx, check)
	}
	material := c.assistantMaterial()
	material.Tools, material.Dialogue = offeredTools(c.box), c.turns
	return teach.Ask(ctx, c.asker, StageAssistant, material, check)
}

func (c *conversation) assistantMaterial() *AssistantMaterial {
	m := &AssistantMaterial{Today: c.o.Today, Parallel: c.o.Parallel}
	if c.o.Guidance {
		for _, task := range c.task.Tasks {
			m.Guidance = append(m.Guidance, task.Task)
		}
	}
	return m
}

// offeredTools lists the functions as the assistant sees them.
func offeredTools(box *Toolbox) []OfferedTool {
	var tools []OfferedTool
	for _, list := range [][]Function{box.Functions, box.Distractors} {
		for _, f := range list {
			tools = append(tools, OfferedTool{f.Tool.Name, f.Tool.Description, f.Tool.Parameters, f.shown()})
		}
	}
	slices.SortFunc(tools, func(a, b OfferedTool) int { return strings.Compare(a.Name, b.Name) })
	return tools
}

// nativeStep takes the turn by the endpoint's own tool calling.
func (c *conversation) nativeStep(ctx context.Context, check func(*AssistantReply) []teach.Violation) (*AssistantReply, error) {
	material := c.assistantMaterial()
	material.Native = true
	system, err := c.asker.System(StageAssistant, material)
	if err != nil {
		return nil, err
	}
	conversation := append([]button.Message{{Role: button.RoleSystem, Content: system}}, messagesOf(c.turns, positionalID)...)
	tools := toolsOf(c.box)
	for i := range tools {
		tools[i].FunctionExtra = nil // endpoints refuse members that they do not know
	}
	return teach.AskChat(ctx, c.asker, StageAssistant, conversation, tools, c.o.Parallel, func(reply *llm.Reply) (*AssistantReply, []teach.Violation) {
		step, violations := c.readNative(reply)
		if len(violations) > 0 {
			return nil, violations
		}
		return step, check(step)
	})
}

// readNative reads a reply with tool calls, or with words, as the assistant's turn.
// Whether words are a question shows in whether the user has something to say.
func (c *conversation) readNative(reply *llm.Reply) (*AssistantReply, []teach.Violation) {
	step := &AssistantReply{}
	content := strings.TrimSpace(reply.Content)
	if len(reply.Calls) == 0 {
		step.Action, step.Text = ActionAnswer, content
		if strings.Contains(content, "?") && (len(c.heldBack()) > 0 || c.mendable()) {
			step.Action, step.Missing = ActionAsk, []string{"what the question says"}
		}
		return step, nil
	}
	step.Action, step.Thought = ActionCall, content
	if reasoning := strings.TrimSpace(reply.Reasoning); content == "" && len(words(reasoning)) <= mostThoughtWords {
		step.Thought = reasoning
	}
	for _, raw := range reply.Calls {
		arguments := raw.Arguments
		if strings.TrimSpace(arguments) == "" {
			arguments = "{}"
		}
		members, err := button.ParseMembers([]byte(arguments))
		if err != nil {
			return nil, []teach.Violation{violation(RuleArgumentSchema, raw.Arguments, "the arguments of %s: %v", raw.Name, err)}
		}
		step.Calls = append(step.Calls, ToolCall{raw.Name, members.AppendJSON(nil)})
	}
	return step, nil
}

// take brings a checked turn of the assistant into the conversation.
func (c *conversation) take(step *AssistantReply) {
	turn := Turn{From: button.RoleAssistant, Thought: strings.TrimSpace(step.Thought), Text: strings.TrimSpace(step.Text)}
	if step.Action != ActionCall {
		c.add(turn)
		return
	}
	turn.Text = ""
	taken := map[int]bool{}
	var calls []made
	for i, call := range step.Calls {
		call.Arguments = compacted(call.Arguments)
		turn.Calls = append(turn.Calls, call)
		one := made{ToolCall: call, turn: len(c.turns), index: i, retries: -1, tasks: c.tasksOf(call, taken)}
		if len(one.tasks) > 0 {
			taken[one.tasks[0]] = true
		}
		one.sources, _ = c.sourcesOf(call)
		for k := range c.made {
			old := &c.made[k]
			if old.failed != nil && slices.ContainsFunc(old.tasks, func(task int) bool { return slices.Contains(one.tasks, task) }) {
				one.retries = k
			}
		}
		calls = append(calls, one)
	}
	c.add(turn)
	c.made = append(c.made, calls...)
}

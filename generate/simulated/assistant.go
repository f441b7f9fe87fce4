package simulated

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/grounding"
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
			tools = append(tools, OfferedTool{f.Tool.Name, f.Tool.Description, f.Tool.Parameters, f.Returns})
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

// sourcesOf grounds every leaf of a call's arguments; the second list has those
// that come from nowhere.
func (c *conversation) sourcesOf(call ToolCall) (sources []grounded, strays []leaf) {
	function := c.box.function(call.Name)
	if function == nil {
		return nil, nil
	}
	g := c.grounds(function)
	for _, at := range leaves(call.Arguments) {
		if found, ok := g.find(at); ok {
			sources = append(sources, grounded{at.path, found})
		} else {
			strays = append(strays, at)
		}
	}
	return sources, strays
}

// tasksOf lists the tasks that a call may do: those whose function it calls with
// the facts that they take. Tasks still to be done come first, those that other
// calls of the turn do last.
func (c *conversation) tasksOf(call ToolCall, taken map[int]bool) []int {
	var tasks []int
	for _, mapping := range c.box.Mapping {
		if mapping.Function == call.Name && c.misplaced(call, mapping) == nil {
			tasks = append(tasks, mapping.Task)
		}
	}
	weight := func(task int) int {
		switch {
		case taken[task]:
			return 2
		case !slices.Contains(c.open, task):
			return 1
		}
		return 0
	}
	slices.SortStableFunc(tasks, func(a, b int) int { return weight(a) - weight(b) })
	return tasks
}

// misplaced finds an argument that does not have the fact that a task puts there.
func (c *conversation) misplaced(call ToolCall, mapping Mapping) *leaf {
	parts := leaves(call.Arguments)
	for _, argument := range mapping.Arguments {
		fact := c.script.factFor(mapping.Task, argument)
		if fact < 0 {
			continue
		}
		for i := range parts {
			if parts[i].path == argument.Param && !c.means(c.facts[fact], parts[i].value) {
				return &parts[i]
			}
		}
	}
	return nil
}

// means reports whether a fact and an argument are the same value, in whatever form.
func (c *conversation) means(fact Fact, argument json.RawMessage) bool {
	return same(fact.Value, argument) || c.reader.Says(grounding.Flatten(fact.Value), argument) || c.reader.Says(grounding.Flatten(argument), fact.Value)
}

func (c *conversation) checkStep(step *AssistantReply) []teach.Violation {
	if found := checkForm(step); len(found) > 0 {
		return found
	}
	var found []teach.Violation
	if step.Action == ActionCall {
		found = c.checkCalls(step.Calls)
	} else {
		found = c.checkWords(step)
	}
	return append(found, c.checkThought(step)...)
}

func checkForm(step *AssistantReply) []teach.Violation {
	calls, text := len(step.Calls) > 0, strings.TrimSpace(step.Text) != ""
	switch {
	case len(step.Text) > mostTextBytes || len(step.Calls) > mostCalls:
		return []teach.Violation{violation(RuleActionForm, "", "a turn has at most %d calls and %d bytes of text", mostCalls, mostTextBytes)}
	case step.Action == ActionCall && (!calls || text):
		return []teach.Violation{violation(RuleActionForm, step.Text, "the action \"call\" has calls and no text")}
	case step.Action != ActionCall && (calls || !text):
		return []teach.Violation{violation(RuleActionForm, "", "the action %q has a text and no calls", step.Action)}
	case (step.Action == ActionAsk) != (len(step.Missing) > 0):
		return []teach.Violation{violation(RuleActionForm, "", "\"missing\" says what a question asks for, and is empty otherwise")}
	case step.Action == ActionAsk && !strings.Contains(step.Text, "?"):
		return []teach.Violation{violation(RuleActionForm, step.Text, "a question has a question mark")}
	}
	return nil
}

func (c *conversation) checkThought(step *AssistantReply) []teach.Violation {
	thought := strings.TrimSpace(step.Thought)
	var found []teach.Violation
	if step.Action == ActionCall && thought == "" && !c.o.Native {
		found = append(found, violation(RuleThoughtForm, "", "a thought of one or two sentences stands before calls"))
	}
	if n := len(strings.Fields(thought)); n > mostThoughtWords {
		found = append(found, violation(RuleThoughtForm, "", "the thought has %d words, want at most %d", n, mostThoughtWords))
	}
	for _, text := range []string{thought, step.Text} {
		if at := planWords.FindString(text); at != "" && !holdsWord(strings.ToLower(c.plain.String()), strings.ToLower(at)) {
			found = append(found, violation(RuleThoughtPlan, at, "%q speaks of a plan that the user does not know", at))
		}
	}
	if step.Action == ActionCall {
		for _, tool := range offeredTools(c.box) {
			if technical(tool.Name) && holdsWord(thought, tool.Name) && !slices.ContainsFunc(step.Calls, func(call ToolCall) bool { return call.Name == tool.Name }) {
				found = append(found, violation(RuleThoughtFunction, tool.Name, "the thought names %s, which this turn does not call", tool.Name))
			}
		}
	}
	for _, literal := range c.unseen(thought, step.Calls) {
		found = append(found, violation(RuleThoughtUnseen, literal.Text, "the thought states %s, which nobody said and nothing returned", literal.Text))
	}
	return found
}

var planWords = regexp.MustCompile(`(?i)\bsub-?tasks?\b|\bas planned\b|\bthe plan (says|is|was|requires|calls for)\b|\b(according to|following) (the|my) (plan|guidance)\b|\bguidance\b|\b(step|task|atom) (number )?#?\d+\b|\b(atomic|composed) tasks?\b|\bnext step of the plan\b`)

// checkWords checks a question, an answer or a refusal.
func (c *conversation) checkWords(step *AssistantReply) []teach.Violation {
	var found []teach.Violation
	switch step.Action {
	case ActionAsk:
		if len(c.heldBack()) == 0 && !c.mendable() {
			found = append(found, violation(RuleNeedlessQuestion, step.Text, "nothing is missing: go on with what is known"))
		}
	case ActionRefuse:
		if c.pending < 0 {
			found = append(found, violation(RuleGivesUp, step.Text, "the functions can do what is wanted"))
		}
	case ActionAnswer:
		found = append(found, c.checkDone()...)
	}
	if span := c.technicalWord(step.Text); span != "" {
		found = append(found, violation(RuleAnswerTechnical, span, "words for the user name no function or parameter"))
	}
	if holdsJSON(step.Text) {
		found = append(found, violation(RuleAnswerTechnical, step.Text, "words for the user hold no JSON"))
	}
	for _, literal := range c.unseen(step.Text, nil) {
		found = append(found, violation(RuleAnswerUnseen, literal.Text, "the text states %s, which nobody said and nothing returned", literal.Text))
	}
	if step.Action == ActionAnswer {
		found = append(found, c.checkTold(step.Text)...)
	}
	return found
}

// checkDone wants every task of this turn of the user done, but for those that a
// failure stands in the way of.
func (c *conversation) checkDone() []teach.Violation {
	excused := []int{}
	if c.pending >= 0 && !c.made[c.pending].passes {
		excused = downstream(c.task, slices.Clone(c.made[c.pending].tasks))
	}
	var found []teach.Violation
	for _, task := range c.open {
		if !slices.Contains(excused, task) && !c.stands(task) {
			found = append(found, violation(RuleMissingStep, c.box.mapping(task).Function, "something that was asked for has not been done yet"))
		}
	}
	return found
}

// stands reports whether an earlier call still does a task after a correction: what
// it took from results has come out again, and what it took from the user is as it
// was.
func (c *conversation) stands(task int) bool {
	since := c.lastUserTurn()
	for i := range c.made {
		old := &c.made[i]
		if old.turn > since || old.failed != nil || !slices.Contains(old.tasks, task) || c.misplaced(old.ToolCall, *c.box.mapping(task)) != nil {
			continue
		}
		if !slices.ContainsFunc(old.sources, func(one grounded) bool { return one.from == button.FromResult && !c.came(since, old, one.parameter) }) {
			return true
		}
	}
	return false
}

// came reports whether a result since a turn holds the value of a call's argument.
func (c *conversation) came(since int, call *made, parameter string) bool {
	for _, argument := range leaves(call.Arguments) {
		if argument.path != parameter {
			continue
		}
		for i := range c.made {
			if c.made[i].turn > since && slices.ContainsFunc(c.made[i].leaves, func(part leaf) bool { return same(part.value, argument.value) }) {
				return true
			}
		}
	}
	return false
}

func (c *conversation) lastUserTurn() int {
	for at := len(c.turns) - 1; at >= 0; at-- {
		if c.turns[at].From == button.RoleUser {
			return at
		}
	}
	return -1
}

// checkTold wants the words for the user to say something of every result that no
// later call takes and no earlier words told: something beyond the call's own
// arguments, where the result holds anything that can be said.
func (c *conversation) checkTold(text string) []teach.Violation {
	texts := []*grounding.Text{c.reader.Read(text)}
	for at, turn := range c.turns {
		if turn.From == button.RoleAssistant && turn.Text != "" {
			texts = append(texts, c.read(at))
		}
	}
	var found []teach.Violation
	for i := range c.made {
		made := &c.made[i]
		if made.failed != nil || c.taken(i) || c.told(made, texts) {
			continue
		}
		found = append(found, violation(RuleAnswerNoResult, made.Name, "the answer says nothing of what %s returned for %s", made.Name, made.Arguments))
	}
	return found
}

// taken reports whether a later call takes a value from a call's result.
func (c *conversation) taken(at int) bool {
	for i := range c.made {
		if slices.ContainsFunc(c.made[i].sources, func(one grounded) bool { return slices.Contains(one.calls, at) }) {
			return true
		}
	}
	return false
}

func (c *conversation) told(made *made, texts []*grounding.Text) bool {
	own := c.reader.Read(grounding.Flatten(made.Arguments))
	telling := false
	for _, part := range made.leaves {
		if isBool(part.value) || isNull(part.value) || textOf(part.value) == "" || own.Says(part.value) {
			continue
		}
		telling = true
		if slices.ContainsFunc(texts, func(text *grounding.Text) bool { return text.Says(part.value) }) {
			return true
		}
	}
	return !telling
}

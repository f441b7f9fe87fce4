package simulated

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
)

// recorder turns a trajectory into a record.
type recorder struct {
	t       *Trajectory
	random  *rand.Rand
	record  *button.Record
	at      []int    // message index of each turn's first message
	user    []int    // for each turn the number of user turns before it and itself, less one
	callIDs []string // of t.made
	nodeIDs []string
}

// Assemble makes the record of a trajectory: messages, tools with the schema of
// their results as the member "responses", the plan as it was carried out, and the
// source of every argument. Meta says what is known of the run (index, teacher,
// version, configuration); the rest is filled in. Plan.Goals and Plan.Answers are
// left empty: what answers state is found by quality.AnswerSources. Nothing of the
// tasks behind the request may stand where a model sees it. The error is a
// *teach.Refusal.
func Assemble(t *Trajectory, meta button.Meta) (*button.Record, error) {
	r := &recorder{t: t, random: button.NewRandom(button.Seed(t.Seed, "identifiers", 0))}
	for i := range t.made {
		r.callIDs = append(r.callIDs, button.NewID(r.random, button.CallIDLength))
		r.nodeIDs = append(r.nodeIDs, "n"+strconv.Itoa(i+1))
	}
	r.record = &button.Record{
		ID: button.NewID(r.random, 12), Kind: t.Task.Shape, Mode: button.ModeSimulated, ParallelToolCalls: t.Parallel,
		Provenance: map[string]button.Source{}, Meta: r.meta(meta),
	}
	r.tools()
	r.messages()
	r.plan()
	r.record.Meta.ApproxTokens = r.record.ApproxTokens()
	if found := leaks(t.Task, r.record); found != nil {
		return nil, &teach.Refusal{Stage: StageAssemble, Rule: found.Rule, Detail: found.Text, Span: found.Span}
	}
	if problems := r.record.Validate(); len(problems) > 0 {
		return nil, &teach.Refusal{Stage: StageAssemble, Rule: RuleRecord, Detail: problems[0].Error()}
	}
	return r.record, nil
}

func (r *recorder) meta(meta button.Meta) *button.Meta {
	t := r.t
	meta.Seed, meta.Today, meta.Scenario, meta.ComposedTask, meta.Register = t.Seed, t.Today, t.Task.Scenario.Situation, t.Task.Request, t.Persona.Style
	meta.AtomicTasks = nil
	for _, task := range t.Task.Tasks {
		meta.AtomicTasks = append(meta.AtomicTasks, task.Task)
	}
	return &meta
}

// tools lists the functions in an order that tells nothing.
func (r *recorder) tools() {
	r.record.Tools = toolsOf(r.t.Box)
	random := button.NewRandom(button.Seed(r.t.Seed, "order of tools", 0))
	random.Shuffle(len(r.record.Tools), func(i, j int) {
		r.record.Tools[i], r.record.Tools[j] = r.record.Tools[j], r.record.Tools[i]
	})
}

func (r *recorder) messages() {
	t := r.t
	ids := map[[2]int]string{}
	for i, call := range t.made {
		ids[[2]int{call.turn, call.index}] = r.callIDs[i]
	}
	messages := messagesOf(t.Turns, func(turn, call int) string { return ids[[2]int{turn, call}] })
	yes := true
	for i := range messages {
		if messages[i].Role == button.RoleAssistant {
			messages[i].Train = &yes
		}
	}
	r.record.Messages = append([]button.Message{{Role: button.RoleSystem, Content: r.system()}}, messages...)
	at, user := 1, -1
	for _, turn := range t.Turns {
		r.at = append(r.at, at)
		if turn.From == button.RoleUser {
			user++
		}
		r.user = append(r.user, user)
		at += max(1, len(turn.Results))
	}
}

// system opens the conversation: the role, and what day it is. It has nothing of
// what the assistant was told while it was played.
func (r *recorder) system() string {
	role := draw(r.random, "You are a helpful assistant with access to functions.", "You help people by means of the functions on offer.",
		"You are an assistant. Use the functions where they help.")
	day, err := time.Parse(time.DateOnly, r.t.Today)
	if err != nil {
		return role
	}
	return role + " Today is " + day.Format("Monday, 2 January 2006") + "."
}

// plan writes the calls that were made as a graph, with the sources of their
// arguments as its data edges. A call that failed leads to the next call of its
// function by a condition.
func (r *recorder) plan() {
	t := r.t
	plan := &button.Plan{
		Shape: t.Task.Shape, Heuristic: t.Task.Heuristic, Nodes: []button.PlanNode{}, Edges: []button.PlanEdge{}, Goals: []button.PlanGoal{}, Mentions: []button.Mention{}, Answers: []button.AnswerValue{},
	}
	for i := range t.made {
		r.sources(plan, i)
		if before := t.made[i].retries; before >= 0 {
			plan.Edges = append(plan.Edges, button.PlanEdge{From: r.nodeIDs[before], To: r.nodeIDs[i], Kind: button.EdgeCondition})
		}
	}
	for i, call := range t.made {
		effect := ""
		if function := t.Box.function(call.Name); function != nil {
			effect = function.Effect
		}
		plan.Nodes = append(plan.Nodes, button.PlanNode{
			ID: r.nodeIDs[i], CallID: r.callIDs[i], Function: call.Name, Effect: effect, Arguments: call.Arguments,
			Turn: r.user[call.turn], Wave: r.wave(plan, i),
		})
	}
	slices.SortFunc(plan.Mentions, func(a, b button.Mention) int {
		return cmp.Or(cmp.Compare(a.Turn, b.Turn), cmp.Compare(a.Span[0], b.Span[0]), cmp.Compare(a.Span[1], b.Span[1]), cmp.Compare(a.Type, b.Type))
	})
	r.record.Plan = plan
}

// wave is the wave of a call within its user turn: where calls may stand side by
// side, its message's place among those with calls; otherwise the next wave when it
// needs a call of the last one, and the last one's when it does not.
func (r *recorder) wave(plan *button.Plan, at int) int {
	call := &r.t.made[at]
	if at == 0 || r.user[r.t.made[at-1].turn] != r.user[call.turn] {
		return 0
	}
	last := plan.Nodes[at-1].Wave
	if r.t.Parallel {
		if r.t.made[at-1].turn == call.turn {
			return last
		}
		return last + 1
	}
	for _, edge := range plan.Edges {
		from := slices.Index(r.nodeIDs, edge.From)
		if edge.To == r.nodeIDs[at] && plan.Nodes[from].Turn == r.user[call.turn] && plan.Nodes[from].Wave == last {
			return last + 1
		}
	}
	return last
}

// sources writes where the arguments of a call come from, as provenance, data
// edges and mentions.
func (r *recorder) sources(plan *button.Plan, at int) {
	for _, one := range r.t.made[at].sources {
		source := button.Source{From: one.from}
		switch one.from {
		case button.FromUser:
			span := one.span
			source.Turn, source.Span, source.Type = r.at[one.turn], &span, one.kind
			r.mention(plan, at, source)
		case button.FromResult:
			source.Path, source.Transform = one.path, one.transform
			for _, from := range one.calls {
				source.Calls = append(source.Calls, r.callIDs[from])
				plan.Edges = append(plan.Edges, button.PlanEdge{
					From: r.nodeIDs[from], To: r.nodeIDs[at], Kind: button.EdgeData, Output: one.path, Parameter: one.parameter, Transform: one.transform,
				})
			}
		}
		r.record.Provenance[r.callIDs[at]+"."+one.parameter] = source
	}
}

func (r *recorder) mention(plan *button.Plan, at int, source button.Source) {
	for i := range plan.Mentions {
		m := &plan.Mentions[i]
		if m.Turn == source.Turn && m.Span == *source.Span && m.Type == source.Type {
			if !slices.Contains(m.Nodes, r.nodeIDs[at]) {
				m.Nodes = append(m.Nodes, r.nodeIDs[at])
			}
			return
		}
	}
	plan.Mentions = append(plan.Mentions, button.Mention{
		Kind: button.MentionLiteral, Turn: source.Turn, Span: *source.Span, Type: source.Type, Nodes: []string{r.nodeIDs[at]},
	})
}

// leaks looks for the tasks behind the request in everything that a model sees,
// other than the user's own words.
func leaks(task *ComposedTask, record *button.Record) *teach.Violation {
	visible := record.Visible()
	var texts []string
	for _, tool := range visible.Tools {
		texts = append(texts, tool.Description)
	}
	for _, message := range visible.Messages {
		if message.Role != button.RoleUser {
			texts = append(texts, message.Content, message.Reasoning)
		}
	}
	secrets := []string{task.Request, task.Scenario.Situation}
	for _, one := range task.Tasks {
		secrets = append(secrets, one.Task)
	}
	for _, one := range secrets {
		secret := words(strings.ToLower(one))
		if len(secret) < 5 {
			continue
		}
		needle := " " + strings.Join(secret, " ") + " "
		for _, text := range texts {
			if strings.Contains(" "+strings.Join(words(strings.ToLower(text)), " ")+" ", needle) {
				found := violation(RulePlanLeak, one, "a task behind the request stands where a model sees it")
				return &found
			}
		}
	}
	return nil
}

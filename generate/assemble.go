package generate

import (
	"math/rand/v2"
	"strconv"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/plan"
	"github.com/buttonbench/button/internal/wording"
)

// assembler turns a worded plan into a record.
type assembler struct {
	candidate *Candidate
	random    *rand.Rand
	record    *button.Record
	callIDs   map[*plan.Node]string
	nodeIDs   map[*plan.Node]string
	requestAt []int // message index of each user turn
	answerAt  []int
}

// assemble builds the record: the conversation in waves, the plan as a call
// graph, and the provenance of every argument and of every stated value.
func assemble(c *Candidate, o *Options) (*button.Record, error) {
	a := &assembler{candidate: c, random: c.random("identifiers"), callIDs: map[*plan.Node]string{}, nodeIDs: map[*plan.Node]string{}}
	for i, node := range c.Draft.Nodes {
		a.callIDs[node] = button.NewID(a.random, button.CallIDLength)
		a.nodeIDs[node] = "n" + strconv.Itoa(i+1)
	}
	a.record = &button.Record{
		ID:                button.NewID(a.random, 12),
		Kind:              c.Draft.Shape,
		Mode:              o.Mode,
		Tools:             c.Tools,
		ParallelToolCalls: c.Parallel,
		Provenance:        map[string]button.Source{},
		Meta: &button.Meta{
			Seed: c.Seed, Index: c.Index, World: c.World.World.Name, WorldHash: c.World.World.Hash,
			StateSeed: c.Start.Seed, StateBefore: c.Draft.StateBefore, StateAfter: c.Draft.StateAfter, Today: c.Start.Today,
			ToolVersion: o.ToolVersion, Config: o.ConfigHash,
			Scenario: c.Scenario, AtomicTasks: c.AtomicTasks, ComposedTask: c.ComposedTask,
			Register: c.Script.Speaker.Register, Skeleton: c.Script.Skeleton,
		},
	}
	if o.Teacher != nil {
		a.record.Meta.Teacher = o.Teacher.Model()
		a.record.Meta.Skeleton = blankLiterals(c.Script.Requests[0])
	}
	if err := a.messages(); err != nil {
		return nil, err
	}
	if err := a.plan(); err != nil {
		return nil, err
	}
	a.record.Meta.ApproxTokens = a.record.ApproxTokens()
	return a.record, nil
}

func (a *assembler) messages() error {
	c := a.candidate
	yes := true
	a.add(button.Message{Role: button.RoleSystem, Content: c.World.World.SystemPrompt(c.Start.Today)})
	for turn := range c.Draft.Turns {
		a.requestAt = append(a.requestAt, len(a.record.Messages))
		a.add(button.Message{Role: button.RoleUser, Content: c.Script.Requests[turn].Content})
		waves := a.waves(turn)
		for i, wave := range waves {
			thought, err := c.World.Narrator.Thought(c.Draft, wave, position(waves, i), a.random)
			if err != nil {
				return err
			}
			if text, ok := c.Thoughts.get(len(a.record.Messages)); ok {
				thought.Content = text
			}
			calls := button.Message{Role: button.RoleAssistant, Reasoning: thought.Content, Train: &yes}
			for _, node := range wave {
				calls.ToolCalls = append(calls.ToolCalls, button.Call{ID: a.callIDs[node], Name: node.Function.Name, Arguments: node.Function.EncodeArguments(node.Values)})
			}
			a.add(calls)
			for _, node := range wave {
				a.add(button.Message{Role: button.RoleTool, ToolCallID: a.callIDs[node], Name: node.Function.Name, Content: string(node.Outcome.JSON)})
			}
		}
		a.answerAt = append(a.answerAt, len(a.record.Messages))
		a.add(button.Message{Role: button.RoleAssistant, Content: c.Script.Answers[turn].Content, Train: &yes})
	}
	return nil
}

// position tells whether a step waits for a step before it in the same turn.
func position(waves [][]*plan.Node, at int) wording.Position {
	if at == 0 {
		return wording.First
	}
	for _, earlier := range waves[:at] {
		for _, before := range earlier {
			for _, node := range waves[at] {
				if plan.Depends(node, before) {
					return wording.Behind
				}
			}
		}
	}
	return wording.Beside
}

func (a *assembler) add(message button.Message) {
	a.record.Messages = append(a.record.Messages, message)
}

// waves groups the calls of a turn: whole waves when parallel calls are on, one
// call at a time when they are off.
func (a *assembler) waves(turn int) [][]*plan.Node {
	var waves [][]*plan.Node
	for _, node := range a.candidate.Draft.Nodes {
		if node.Turn != turn {
			continue
		}
		last := len(waves) - 1
		if a.candidate.Parallel && last >= 0 && waves[last][0].Wave == node.Wave {
			waves[last] = append(waves[last], node)
		} else {
			waves = append(waves, []*plan.Node{node})
		}
	}
	return waves
}

// findLiteral finds where the user said a value, at or before a user turn.
func (a *assembler) findLiteral(value *plan.Value, turn int) (int, wording.Mark, bool) {
	for i := 0; i <= turn; i++ {
		for _, mark := range a.candidate.Script.Requests[i].Marks {
			if mark.Value == value && mark.Kind == button.MentionLiteral {
				return a.requestAt[i], mark, true
			}
		}
	}
	return 0, wording.Mark{}, false
}

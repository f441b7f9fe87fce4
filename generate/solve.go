package generate

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/world"
)

// CheckResolve names the check that a fresh context found the plan's calls.
const CheckResolve = "resolve"

// solve lets fresh contexts, which see what any model sees, do the task again in
// the world. A text that leads nobody to the plan's calls says too little or the
// wrong thing. One solver that agrees is enough.
func (s hybridStage) solve(ctx context.Context, c *Candidate) error {
	if s.options.Solvers == 0 {
		return nil
	}
	want := recordCalls(c.Record)
	agreed, difference := 0, ""
	for range s.options.Solvers {
		have, err := solveOnce(ctx, c)
		if err != nil {
			return err
		}
		if told := differ(want, have); told == "" {
			agreed++
		} else {
			difference = told
		}
	}
	if agreed > 0 {
		c.Record.Checks[CheckResolve] = "pass"
		return nil
	}
	return &teach.Refusal{Stage: StageSolve, Rule: "disagrees", Detail: fmt.Sprintf("none of %d solvers makes the plan's calls", s.options.Solvers), Span: difference}
}

// recordCalls lists a record's calls, one text each, sorted.
func recordCalls(record *button.Record) []string {
	var calls []string
	for _, message := range record.Messages {
		for _, call := range message.ToolCalls {
			calls = append(calls, call.Name+string(call.Arguments))
		}
	}
	slices.Sort(calls)
	return calls
}

// differ names a call that one list has and the other has not; "" where they have
// the same. Reading the same thing twice is no difference.
func differ(want, have []string) string {
	for _, call := range want {
		if !slices.Contains(have, call) {
			return "not made: " + call
		}
	}
	for _, call := range have {
		if !slices.Contains(want, call) {
			return "made too: " + call
		}
	}
	return ""
}

// roundsBeyond is how many steps more than the plan has calls a solver may take in
// a turn: an error mended, a detour.
const roundsBeyond = 3

// solveOnce plays the conversation with the world's answers and returns the calls
// that had no error.
func solveOnce(ctx context.Context, c *Candidate) ([]string, error) {
	solver := &solver{candidate: c, state: c.Start.Fork()}
	for _, message := range c.Record.Messages {
		if message.Role != button.RoleUser && message.Role != button.RoleSystem {
			continue
		}
		solver.messages = append(solver.messages, message)
		if message.Role == button.RoleUser {
			if err := solver.turn(ctx); err != nil {
				return nil, err
			}
		}
	}
	slices.Sort(solver.calls)
	return solver.calls, nil
}

type solver struct {
	candidate *Candidate
	state     *world.State
	messages  []button.Message
	calls     []string
}

// turn lets the model act until it answers, or for too long.
func (s *solver) turn(ctx context.Context) error {
	for range len(s.candidate.Draft.Nodes) + roundsBeyond {
		reply, err := s.candidate.asker.Chat(ctx, StageSolve, s.messages, s.candidate.Tools, s.candidate.Parallel)
		if err != nil {
			return err
		}
		said := button.Message{Role: button.RoleAssistant, Content: reply.Content}
		results, err := s.act(reply, &said)
		if err != nil {
			return err
		}
		s.messages = append(append(s.messages, said), results...)
		if len(reply.Calls) == 0 {
			return nil
		}
	}
	s.calls = append(s.calls, "(calls without end)")
	return nil
}

// act carries out the calls of a reply.
func (s *solver) act(reply *llm.Reply, said *button.Message) (results []button.Message, err error) {
	for i, raw := range reply.Calls {
		id := raw.ID
		if id == "" {
			id = fmt.Sprintf("call%05d", len(s.messages)*10+i)
		}
		arguments := json.RawMessage(raw.Arguments)
		if strings.TrimSpace(raw.Arguments) == "" {
			arguments = json.RawMessage("{}")
		}
		outcome, name, err := s.call(raw.Name, arguments)
		if err != nil {
			return nil, err
		}
		if !json.Valid(arguments) {
			arguments = json.RawMessage("{}") // the result says what was wrong with them
		}
		said.ToolCalls = append(said.ToolCalls, button.Call{ID: id, Name: raw.Name, Arguments: arguments})
		results = append(results, button.Message{Role: button.RoleTool, ToolCallID: id, Name: raw.Name, Content: string(outcome.JSON)})
		if outcome.Failure == nil {
			s.calls = append(s.calls, name)
		}
	}
	return results, nil
}

// call runs a function and names the call in canonical form.
func (s *solver) call(name string, arguments json.RawMessage) (*world.Outcome, string, error) {
	outcome, err := s.state.CallJSON(name, arguments)
	if err != nil || outcome.Failure != nil {
		return outcome, "", err
	}
	function := s.candidate.World.World.Function(name)
	values, err := function.DecodeArguments(arguments)
	if err != nil {
		return nil, "", err
	}
	return outcome, name + string(function.EncodeArguments(values)), nil
}

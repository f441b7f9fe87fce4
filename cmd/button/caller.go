package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/simulated"
	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/toolsource"
	"github.com/buttonbench/button/internal/world"
)

// caller calls the tools of a source for real. What a call brought stands in the call
// book, so that a run that goes on later meets the same results.
type caller struct {
	source *toolsource.Source
	book   *callBook
}

func (c *caller) Session(record uint64) (simulated.Session, error) {
	return &callerSession{c, record}, nil
}

type callerSession struct {
	*caller
	record uint64
}

// toolFailed is the code of a failure that a server reports; it has only words.
const toolFailed = "tool_error"

// mostFailureBytes bounds the words of a failure in a record.
const mostFailureBytes = 500

func (s *callerSession) Call(ctx context.Context, call simulated.ToolCall) (*simulated.ToolResult, error) {
	if known := s.book.find(s.record, call); known != nil {
		return known, nil
	}
	result := &simulated.ToolResult{}
	var err error
	var failed *toolsource.ToolError
	switch result.Result, err = s.source.Call(ctx, call.Name, call.Arguments); {
	case errors.As(err, &failed):
		text := strings.Join(strings.Fields(failed.Text), " ")
		if len(text) > mostFailureBytes {
			text = strings.ToValidUTF8(text[:mostFailureBytes], "")
		}
		if text == "" {
			text = "the tool says no more"
		}
		result.Result, result.Error = nil, &simulated.ToolError{Code: toolFailed, Message: text}
	case err != nil:
		return nil, err
	}
	return result, s.book.keep(s.record, call, result)
}

// worldExecutor calls a world's functions. Every record begins with the same state,
// of which the teacher is shown examples, and changes a copy.
type worldExecutor struct{ start *world.Start }

func (e *worldExecutor) Session(uint64) (simulated.Session, error) {
	return &worldSession{e.start.Fork()}, nil
}

// mostExamples is how many values of a parameter a teacher is shown.
const mostExamples = 8

// examples draws values of a function's parameters that there are. Days are told by
// the locale, and what a user can never know has none.
func (e *worldExecutor) examples(f *world.Function) map[string][]json.RawMessage {
	random := button.NewRandom(button.Seed(e.start.Seed, "examples of "+f.Name, 0))
	all := map[string][]json.RawMessage{}
	for _, param := range f.Params {
		if param.Type.Base == world.Date {
			continue
		}
		seen := map[string]bool{}
		for range 4 * mostExamples {
			value, ok := param.Type.Draw(random, e.start)
			if text := string(param.Type.Encode(value)); ok && !seen[text] && len(seen) < mostExamples {
				seen[text] = true
				all[param.Path] = append(all[param.Path], json.RawMessage(text))
			}
		}
	}
	return all
}

type worldSession struct{ state *world.State }

func (s *worldSession) Call(_ context.Context, call simulated.ToolCall) (*simulated.ToolResult, error) {
	outcome, err := s.state.CallJSON(call.Name, call.Arguments)
	if err != nil {
		return nil, err
	}
	failure := outcome.Failure
	switch {
	case failure == nil:
		return &simulated.ToolResult{Result: outcome.JSON}, nil
	case failure.Code == world.InvalidArguments: // a value that its type does not have
		return nil, &teach.Refusal{Stage: simulated.StageTool, Rule: simulated.RuleArgumentSchema, Detail: failure.Message, Span: string(call.Arguments)}
	}
	return &simulated.ToolResult{Error: &simulated.ToolError{Code: failure.Code, Message: failure.Message}}, nil
}

// worldFunction is a world's function as simulated mode knows functions.
func worldFunction(f *world.Function) simulated.Function {
	function := simulated.Function{Tool: f.Tool(0), Returns: f.ResultSchema(), Effect: f.Effect}
	for _, code := range slices.Sorted(maps.Keys(f.Fails)) {
		function.Errors = append(function.Errors, simulated.FunctionError{Code: code, When: f.Fails[code]})
	}
	return function
}

// callLine is a line of the call book.
type callLine struct {
	Record    uint64                `json:"record"`
	Name      string                `json:"name"`
	Arguments json.RawMessage       `json:"arguments"`
	Result    *simulated.ToolResult `json:"result"`
}

// callKey names a call within the book, however its arguments are ordered.
func callKey(record uint64, call simulated.ToolCall) (string, error) {
	var arguments any
	decoder := json.NewDecoder(strings.NewReader(string(call.Arguments)))
	decoder.UseNumber()
	if err := decoder.Decode(&arguments); err != nil {
		return "", fmt.Errorf("the arguments of %s: %w", call.Name, err)
	}
	canonical, err := json.Marshal(arguments) // sorts the members
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d %s %s", record, call.Name, button.AppendString(nil, string(canonical))), nil
}

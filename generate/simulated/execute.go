package simulated

import (
	"context"
	"fmt"
	"slices"

	"github.com/buttonbench/button/generate/teach"
)

// Executor calls functions for real. It is safe for concurrent use.
type Executor interface {
	// Session begins the calls of the record with a seed. Equal seeds and calls must
	// get equal results, else a run that goes on later makes other records.
	Session(record uint64) (Session, error)
}

// Session makes the calls of one record, one after the other.
type Session interface {
	// Call returns what a call brought, or how the function itself says that it
	// failed. An error means that there is no answer, and ends the run.
	Call(ctx context.Context, call ToolCall) (*ToolResult, error)
}

// Fruitless reports whether no call of a trajectory brought a result.
func (t *Trajectory) Fruitless() bool {
	return !slices.ContainsFunc(t.made, func(call made) bool { return call.failed == nil })
}

// mostResultBytes bounds a real result in a record.
const mostResultBytes = 16 << 10

// execute makes a call for real. What comes back is checked as an invented result
// is, but for what only inventions get wrong; nobody can be asked to mend it, so that
// a bad one is the candidate's end.
func (c *conversation) execute(ctx context.Context, at int, function *Function) (*ToolResult, error) {
	call := &c.made[at]
	result, err := c.session.Call(ctx, call.ToolCall)
	if err != nil {
		return nil, fmt.Errorf("calling %s: %w", call.Name, err)
	}
	if result.Error == nil {
		result.Result = compacted(result.Result)
		faults := c.o.kept(c.checkReal(function, result))
		if len(faults) > 0 {
			return nil, &teach.Refusal{Stage: StageTool, Rule: faults[0].Rule, Detail: faults[0].Text, Span: faults[0].Span}
		}
	}
	c.settle(at, result, false) // the same call is made once, so that no failure of it passes
	return result, nil
}

// checkReal checks a real result's size, and its form where one is declared. Members
// beyond those declared are the function's own affair.
func (c *conversation) checkReal(function *Function, result *ToolResult) []teach.Violation {
	if n := len(result.Result); n > mostResultBytes {
		return []teach.Violation{violation(RuleResultSchema, "", "the result has %d bytes, want at most %d", n, mostResultBytes)}
	}
	if n := len(leaves(result.Result)); n > mostResultValues {
		return []teach.Violation{violation(RuleResultSchema, "", "the result has %d values, want at most %d", n, mostResultValues)}
	}
	if function.Returns == nil {
		return nil
	}
	return c.broken(function.Returns, result.Result)
}

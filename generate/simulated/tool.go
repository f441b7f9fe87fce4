package simulated

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
)

// tools lets the tool agent answer the calls of one turn, in their order.
func (c *conversation) tools(ctx context.Context, calls []ToolCall) error {
	first := len(c.made) - len(calls) // take has listed the calls already
	turn := Turn{From: button.RoleTool}
	for i := range calls {
		result, err := c.tool(ctx, first+i)
		if err != nil {
			return err
		}
		turn.Results = append(turn.Results, *result)
	}
	c.add(turn)
	return nil
}

// tool answers one call: as it was answered before, or by asking.
func (c *conversation) tool(ctx context.Context, at int) (*ToolResult, error) {
	call := &c.made[at]
	if old := c.answered(call); old != nil && (!c.o.Off[RuleSameCall] || c.session != nil) {
		result := &ToolResult{Result: old.result, Error: old.failed}
		c.settle(at, result, old.passes)
		return result, nil
	}
	function := c.box.function(call.Name)
	if c.session != nil {
		return c.execute(ctx, at, function)
	}
	directive := c.directive(call)
	material := &ToolMaterial{
		Function: formOf(function), Arguments: call.Arguments, Earlier: c.earlier(call), Facts: append([]NotedFact{}, c.world.noted...),
		Today: c.o.Today, Failure: directive,
	}
	if directive != nil {
		material.FailsOf = c.script.parameter
	}
	reply, err := teach.Ask(ctx, c.asker, StageTool, material, func(reply *ToolReply) []teach.Violation {
		return c.o.kept(c.checkTool(function, call.ToolCall, directive, reply))
	})
	if err != nil {
		return nil, err
	}
	return c.bring(at, function, directive, reply), nil
}

// bring takes a tool's reply into the conversation.
func (c *conversation) bring(at int, function *Function, directive *FunctionError, reply *ToolReply) *ToolResult {
	if directive != nil {
		c.broke = true
	}
	result := &ToolResult{Result: compacted(reply.Result), Error: reply.Error}
	if reply.Error != nil {
		result.Result = nil
	}
	passes := reply.Error != nil && slices.ContainsFunc(function.Errors, func(e FunctionError) bool { return e.Code == reply.Error.Code && passing(e) })
	c.settle(at, result, passes)
	if reply.Error == nil {
		c.world.learn(c.made[at].ToolCall, reply, function.Effect)
	}
	return result
}

// settle notes what a call brought, and which task is done by it.
func (c *conversation) settle(at int, result *ToolResult, passes bool) {
	call := &c.made[at]
	if call.failed = result.Error; call.failed != nil {
		call.passes = passes
		c.pending = at
		return
	}
	call.result, call.leaves = result.Result, leaves(result.Result)
	for _, task := range call.tasks {
		if slices.Contains(c.open, task) {
			c.open = without(c.open, task)
			if c.pending >= 0 && slices.Contains(c.made[c.pending].tasks, task) {
				c.pending = -1
			}
			return
		}
	}
}

// answered finds an earlier equal call whose answer still holds.
func (c *conversation) answered(call *made) *made {
	for i := range c.made {
		old := &c.made[i]
		if old == call || old.result == nil && old.failed == nil || old.failed != nil && old.passes || old.Name != call.Name {
			continue
		}
		if canonical(old.Arguments) == canonical(call.Arguments) {
			return old
		}
	}
	return nil
}

// directive is how a call has to fail: the scripted failure, once.
func (c *conversation) directive(call *made) *FunctionError {
	s := c.script
	if c.broke || s.failure.task < 0 || !slices.Contains(call.tasks, s.failure.task) {
		return nil
	}
	return &s.how
}

func (c *conversation) earlier(call *made) []MadeCall {
	earlier := []MadeCall{}
	for i := range c.made {
		old := &c.made[i]
		if old == call || old.result == nil && old.failed == nil {
			continue
		}
		earlier = append(earlier, MadeCall{old.Name, old.Arguments, old.result, old.failed})
	}
	return earlier
}

func formOf(function *Function) FunctionForm {
	return FunctionForm{
		Name: function.Tool.Name, Description: function.Tool.Description, Parameters: function.Tool.Parameters,
		Returns: function.shown(), Errors: append([]FunctionError{}, function.Errors...), Effect: function.Effect,
	}
}

func (c *conversation) checkTool(function *Function, call ToolCall, directive *FunctionError, reply *ToolReply) []teach.Violation {
	failed, empty := reply.Error != nil, isNull(reply.Result)
	if failed != empty {
		return []teach.Violation{violation(RuleResultOrError, "", "exactly one of result and error is given, the other is null")}
	}
	var found []teach.Violation
	switch {
	case directive != nil && !failed:
		found = append(found, violation(RuleFailure, directive.Code, "the call has to fail with the code %q", directive.Code))
	case directive != nil && reply.Error.Code != directive.Code:
		found = append(found, violation(RuleFailure, reply.Error.Code, "the call has to fail with the code %q", directive.Code))
	case directive == nil && failed:
		found = append(found, violation(RuleFailure, reply.Error.Code, "the call has to succeed"))
	}
	if failed {
		if !slices.ContainsFunc(function.Errors, func(e FunctionError) bool { return e.Code == reply.Error.Code }) {
			found = append(found, violation(RuleErrorCode, reply.Error.Code, "%s declares no error %q", function.Tool.Name, reply.Error.Code))
		}
		return append(found, placeholders(reply.Error.Message)...)
	}
	found = append(found, c.checkResult(function, reply.Result)...)
	found = append(found, checkEcho(call, reply.Result)...)
	for _, part := range leaves(reply.Result) {
		if isString(part.value) {
			found = append(found, placeholders(textOf(part.value))...)
		}
	}
	if function.Effect != button.EffectWrite {
		for _, one := range c.world.conflicts(call, reply) {
			found = append(found, violation(RuleContradiction, one.Subject+" "+one.Field, "%s of %s is %s already, not %s", one.Field, one.Subject, one.want, one.have))
		}
	}
	return found
}

// mostResultValues bounds a result; honest ones have a few dozen values.
const mostResultValues = 400

func (c *conversation) checkResult(function *Function, result json.RawMessage) []teach.Violation {
	if n := len(leaves(result)); n > mostResultValues {
		return []teach.Violation{violation(RuleResultSchema, "", "the result has %d values, want at most %d", n, mostResultValues)}
	}
	return c.broken(closed(function.shown()), result)
}

// broken says how a result breaks the schema of results.
func (c *conversation) broken(schema, result json.RawMessage) []teach.Violation {
	compiled, err := c.schemas.Compile(schema)
	if err != nil {
		return []teach.Violation{violation(RuleResultSchema, "", "the schema of the result cannot be used: %v", err)}
	}
	faults, err := compiled.Validate(result)
	if err != nil {
		return []teach.Violation{violation(RuleResultSchema, string(result), "%v", err)}
	}
	var found []teach.Violation
	for _, fault := range faults {
		found = append(found, violation(RuleResultSchema, fault.Path, "%s", fault.String()))
	}
	return found
}

// checkEcho compares text members of a result with the arguments of their name.
// A result may say more ("Lyon Part-Dieu" for "Lyon"), but nothing else.
func checkEcho(call ToolCall, result json.RawMessage) []teach.Violation {
	var found []teach.Violation
	parts := leaves(result)
	for _, argument := range leaves(call.Arguments) {
		for _, part := range parts {
			if part.path != argument.path || !isString(part.value) || !isString(argument.value) {
				continue
			}
			have, want := strings.ToLower(textOf(part.value)), strings.ToLower(textOf(argument.value))
			if !strings.Contains(have, want) && !strings.Contains(want, have) {
				found = append(found, violation(RuleEcho, textOf(part.value), "%s was asked for %s, the result says %s", part.path, argument.value, part.value))
			}
		}
	}
	return found
}

var placeholder = regexp.MustCompile(`(?i)\bexample\.(com|org|net)\b|\b(john|jane) (doe|smith)\b|\blorem ipsum\b|\bfoo ?bar\b|\bplaceholder\b|\byour[_ ](name|email|address|id)\b|\b(abc|xyz)[-_ ]?123\b|\b123[-_ ]?456([-_ ]?789\d*)?\b|\bxxx+\b|\btodo\b|\bto be determined\b|<[a-z_ ]+>|\.\.\.$`)

func placeholders(text string) []teach.Violation {
	if at := placeholder.FindString(text); at != "" {
		return []teach.Violation{violation(RulePlaceholder, at, "%q is a stand-in: give what a real source would hold", at)}
	}
	return nil
}

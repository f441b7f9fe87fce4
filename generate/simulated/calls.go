package simulated

import (
	"slices"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
)

// checkCalls checks the calls of one turn before they are made.
func (c *conversation) checkCalls(calls []ToolCall) []teach.Violation {
	var found []teach.Violation
	if len(calls) > 1 && !c.o.Parallel {
		found = append(found, violation(RuleParallelOff, calls[1].Name, "make one call at a time"))
	}
	for i, call := range calls {
		function := c.box.function(call.Name)
		if function == nil {
			found = append(found, violation(RuleUnknownFunction, call.Name, "there is no function %q", call.Name))
			continue
		}
		faults := c.checkArguments(function, call)
		if len(faults) == 0 {
			faults = c.checkSources(calls, i, function)
		}
		found = append(found, faults...)
		found = append(found, c.checkRepeated(calls[:i], call)...)
		found = append(found, c.checkNeeded(call)...)
	}
	if len(found) == 0 && c.o.Parallel {
		found = c.checkGrouped(calls)
	}
	return found
}

// checkGrouped wants every task that could be done now to be done by the calls of
// this turn. While something is to be mended, the assistant may keep to that.
func (c *conversation) checkGrouped(calls []ToolCall) []teach.Violation {
	if c.pending >= 0 {
		return nil
	}
	taken := map[int]bool{}
	for _, call := range calls {
		if tasks := c.tasksOf(call, taken); len(tasks) > 0 {
			taken[tasks[0]] = true
		}
	}
	for _, task := range c.open {
		if !taken[task] && c.ready(task) && !c.stands(task) {
			name := c.box.mapping(task).Function
			return []teach.Violation{violation(RuleSerialCalls, name, "%s could be called in this turn too: it needs nothing from the other calls", name)}
		}
	}
	return nil
}

// ready reports whether all is known that a task takes.
func (c *conversation) ready(task int) bool {
	for _, link := range c.task.Links {
		if link.To == task && slices.Contains(c.open, link.From) {
			return false
		}
	}
	for _, argument := range c.box.mapping(task).Arguments {
		if fact := c.script.factFor(task, argument); fact >= 0 && c.said[fact] == 0 {
			return false
		}
		if from, _, ok := argument.resultRef(); ok && slices.Contains(c.open, from) {
			return false
		}
	}
	return true
}

func (c *conversation) checkArguments(function *Function, call ToolCall) []teach.Violation {
	compiled, err := c.schemas.Compile(closed(function.Tool.Parameters))
	if err != nil {
		return []teach.Violation{violation(RuleArgumentSchema, call.Name, "the parameters of %s cannot be used: %v", call.Name, err)}
	}
	faults, err := compiled.Validate(call.Arguments)
	if err != nil {
		return []teach.Violation{violation(RuleArgumentSchema, string(call.Arguments), "the arguments of %s: %v", call.Name, err)}
	}
	var found []teach.Violation
	for _, fault := range faults {
		found = append(found, violation(RuleArgumentSchema, fault.Path, "%s: %s", call.Name, fault.String()))
	}
	return found
}

// checkSources wants a source for every value of a call, before this turn.
func (c *conversation) checkSources(calls []ToolCall, at int, function *Function) []teach.Violation {
	call := calls[at]
	sources, strays := c.sourcesOf(call)
	var found []teach.Violation
	for _, stray := range strays {
		if other := c.waitsFor(calls, at, stray.path); other != "" {
			found = append(found, violation(RuleDependentCalls, string(stray.value), "%s of %s comes from the result of %s, which is called in the same turn", stray.path, call.Name, other))
			continue
		}
		found = append(found, violation(RuleUngrounded, string(stray.value), "%s of %s is %s, which nobody said and nothing returned", stray.path, call.Name, stray.value))
	}
	for _, one := range sources {
		if one.from != button.FromResult {
			if other := c.waitsFor(calls, at, one.parameter); other != "" {
				found = append(found, violation(RuleDependentCalls, one.parameter, "%s of %s comes from the result of %s, which is called in the same turn", one.parameter, call.Name, other))
			}
		}
	}
	if len(found) == 0 && len(c.tasksOf(call, nil)) == 0 {
		found = c.checkPlaces(call)
	}
	return found
}

// waitsFor names the call of the same turn whose result a parameter needs: every
// task of the function takes it from a result, and the task that brings it is
// still to be done, by a function that this turn calls.
func (c *conversation) waitsFor(calls []ToolCall, at int, path string) string {
	other := ""
	for _, mapping := range c.box.Mapping {
		if mapping.Function != calls[at].Name {
			continue
		}
		name := ""
		for _, argument := range mapping.Arguments {
			task, _, ok := argument.resultRef()
			if !ok || !inParameter(path, argument.Param) || !slices.Contains(c.open, task) {
				continue
			}
			for i, call := range calls {
				if m := c.box.mapping(task); i != at && m != nil && m.Function == call.Name {
					name = call.Name
				}
			}
		}
		if name == "" {
			return ""
		}
		other = name
	}
	return other
}

// checkPlaces tells which value stands in a place where another one of the user's
// belongs, for a call that does none of its function's tasks.
func (c *conversation) checkPlaces(call ToolCall) []teach.Violation {
	for _, mapping := range c.box.Mapping {
		if mapping.Function != call.Name {
			continue
		}
		if wrong := c.misplaced(call, mapping); wrong != nil {
			return []teach.Violation{violation(RuleWrongArgument, string(wrong.value), "%s of %s is not the value that the user gave for it", wrong.path, call.Name)}
		}
	}
	return nil
}

// checkRepeated refuses a call that was made before, unless it failed in a way
// that may pass.
func (c *conversation) checkRepeated(beside []ToolCall, call ToolCall) []teach.Violation {
	key := canonical(call.Arguments)
	for _, other := range beside {
		if other.Name == call.Name && canonical(other.Arguments) == key {
			return []teach.Violation{violation(RuleRepeatedCall, call.Name, "%s is called twice in this turn with the same arguments", call.Name)}
		}
	}
	for i := range c.made {
		old := &c.made[i]
		if old.Name == call.Name && canonical(old.Arguments) == key && !(old.failed != nil && old.passes) {
			return []teach.Violation{violation(RuleRepeatedCall, call.Name, "%s has been called with these arguments already", call.Name)}
		}
	}
	return nil
}

// checkNeeded refuses calls of functions that no task takes.
func (c *conversation) checkNeeded(call ToolCall) []teach.Violation {
	if slices.ContainsFunc(c.box.Mapping, func(m Mapping) bool { return m.Function == call.Name }) {
		return nil
	}
	return []teach.Violation{violation(RuleNeedlessCall, call.Name, "%s does nothing that was asked for", call.Name)}
}

package simulated

import (
	"slices"
)

// failure draws one declared error of one function.
func (c *caster) failure() {
	if c.random.Float64() >= c.o.Failures {
		return
	}
	var candidates []failure
	for _, mapping := range c.box.Mapping {
		function := c.box.function(mapping.Function)
		if function == nil {
			continue
		}
		for _, one := range function.Errors {
			f := failure{task: mapping.Task, how: one, passes: passing(one), fact: -1}
			if !f.passes {
				c.mend(&f, &mapping)
			}
			// After a correction a second one would be too much.
			if f.passes || c.script.disclosure != DiscloseCorrect {
				candidates = append(candidates, f)
			}
		}
	}
	if len(candidates) > 0 {
		c.script.failure = candidates[c.random.IntN(len(candidates))]
	}
}

// mend lets a failure that speaks of a wrong value be one of a fact of the user's,
// so that another value of it mends the call: one whose name the error mentions,
// or any. Nothing that may have been done by then may have to be done again.
func (c *caster) mend(f *failure, mapping *Mapping) {
	said := append(nameParts(f.how.Code), nameParts(f.how.When)...)
	if !slices.ContainsFunc(said, func(part string) bool { return slices.Contains(wrongValue, part) }) {
		return
	}
	var named, others []Argument
	for _, argument := range mapping.Arguments {
		fact := c.script.factFor(mapping.Task, argument)
		if fact < 0 || !c.changeable(fact) {
			continue
		}
		behind := downstream(c.task, []int{mapping.Task})
		if slices.ContainsFunc(c.doable(c.affected(fact)), func(task int) bool { return !slices.Contains(behind, task) }) {
			continue
		}
		names := slices.Concat(nameParts(argument.Param), nameParts(c.script.facts[fact].Name), nameParts(c.script.facts[fact].Type))
		if slices.ContainsFunc(names, func(name string) bool { return slices.Contains(said, name) }) {
			named = append(named, argument)
		} else {
			others = append(others, argument)
		}
	}
	if len(named) == 0 {
		named = others
	}
	if len(named) > 0 {
		argument := named[c.random.IntN(len(named))]
		f.fact, f.parameter = c.script.factFor(mapping.Task, argument), argument.Param
	}
}

// wrongValue are words of errors that a value is to blame for.
var wrongValue = []string{"unknown", "invalid", "found", "such", "wrong", "format", "unsupported", "range", "mismatch", "unrecognized", "exist", "exists", "malformed"}

// passing reports whether an error says of itself that it may pass.
func passing(one FunctionError) bool {
	for _, part := range append(nameParts(one.Code), nameParts(one.When)...) {
		switch part {
		case "timeout", "unavailable", "busy", "overloaded", "temporarily", "temporary", "rate", "retry", "maintenance", "outage", "unreachable":
			return true
		}
	}
	return false
}

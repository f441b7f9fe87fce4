package simulated

import (
	"context"
	"slices"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/grounding"
)

// Styles lists the styles of function names.
func Styles() []string { return []string{StyleSnake, StyleCamel, StylePascal} }

// mostOffered is how many existing functions a teacher is shown.
const mostOffered = 6

// WriteFunctions has the functions written that a composed task is done with
// (paper section 2.5), and the mapping that says where each argument comes from.
// Functions of the view that fit are used again: by the teacher's choice, or where
// a new one turns out to be a near-duplicate that they can stand in for. The view
// may be the zero one. Where the scenario has tools of its own, they are mapped and
// none is written. The error is a *teach.Refusal, or as teach.Ask has it.
func WriteFunctions(ctx context.Context, asker *teach.Asker, composed *ComposedTask, view View, style string) (*Toolbox, error) {
	existing := view.Offer(composed, mostOffered)
	if len(composed.Scenario.Tools) > 0 {
		existing = nil
	}
	material := FunctionsMaterial{
		Request: composed.Request, Tasks: numbered(composed.Tasks), Links: notNil(composed.Links), Style: style, Existing: forms(existing),
		Tools: forms(composed.Scenario.Tools),
	}
	reply, err := teach.Ask(ctx, asker, StageFunctions, material, func(reply *FunctionsReply) []teach.Violation {
		return newMapper(composed, existing, reply.Functions, reply.Mapping).faults(style)
	})
	if err != nil {
		return nil, err
	}
	return newMapper(composed, existing, reply.Functions, reply.Mapping).toolbox(view), nil
}

// forms are functions as teachers read them.
func forms(functions []Function) []FunctionForm {
	list := make([]FunctionForm, 0, len(functions))
	for _, f := range functions {
		list = append(list, FunctionForm{
			Name: f.Tool.Name, Description: f.Tool.Description, Parameters: f.Tool.Parameters,
			Returns: f.shown(), Errors: notNil(f.Errors), Effect: f.Effect, Examples: f.Examples,
		})
	}
	return list
}

// function is what a teacher wrote as the rest of the program knows it.
func (f *FunctionForm) function() Function {
	return Function{
		Tool:    button.Tool{Name: f.Name, Description: f.Description, Parameters: f.Parameters},
		Returns: f.Returns, Errors: f.Errors, Effect: f.Effect,
	}
}

// mapper checks functions and mapping against a composed task.
type mapper struct {
	composed *ComposedTask
	reader   grounding.Reader
	written  []FunctionForm // the new functions, as they came
	mapping  []Mapping
	byName   map[string]*contract // of new and existing functions
	existing map[string]Function
	byTask   map[int]*Mapping
}

// newMapper indexes what a teacher wrote. What is doubled or unsound is found by
// faults.
func newMapper(composed *ComposedTask, existing []Function, written []FunctionForm, mapping []Mapping) *mapper {
	m := &mapper{
		composed: composed, reader: grounding.On(composed.Locale.Today), written: written, mapping: slices.Clone(mapping),
		byName: map[string]*contract{}, existing: map[string]Function{}, byTask: map[int]*Mapping{},
	}
	for _, f := range existing {
		m.existing[f.Tool.Name] = f
		m.byName[f.Tool.Name], _ = contractOf(f)
	}
	for _, f := range composed.Scenario.Tools {
		m.existing[f.Tool.Name] = f
		m.byName[f.Tool.Name] = readContract(f)
	}
	for i := range written {
		if _, taken := m.existing[written[i].Name]; !taken && !m.closed() {
			m.byName[written[i].Name], _ = contractOf(written[i].function())
		}
	}
	slices.SortStableFunc(m.mapping, func(a, b Mapping) int { return a.Task - b.Task })
	for i := range m.mapping {
		if one := &m.mapping[i]; m.byTask[one.Task] == nil {
			m.byTask[one.Task] = one
		}
	}
	return m
}

// closed reports whether there is nothing but the functions of somebody's own.
func (m *mapper) closed() bool { return len(m.composed.Scenario.Tools) > 0 }

// toolbox is the sound reply with near-duplicates of registered functions taken
// out, in the order in which the tasks use the functions.
func (m *mapper) toolbox(view View) *Toolbox {
	for i := range m.written {
		registered, near := view.Near(m.written[i].function())
		if !near {
			continue
		}
		if other := m.with(m.written[i].Name, registered); len(other.mappingFaults()) == 0 {
			m.byName, m.existing, m.mapping, m.byTask = other.byName, other.existing, other.mapping, other.byTask
		}
	}
	box := &Toolbox{Mapping: m.mapping}
	taken := map[string]bool{}
	for _, one := range m.mapping {
		if taken[one.Function] {
			continue
		}
		taken[one.Function] = true
		box.Functions = append(box.Functions, m.function(one.Function))
	}
	return box
}

func (m *mapper) function(name string) Function {
	if f, found := m.existing[name]; found {
		return f
	}
	at := slices.IndexFunc(m.written, func(f FunctionForm) bool { return f.Name == name })
	return m.written[at].function()
}

// with is the mapper with a registered function in the place of a new one.
func (m *mapper) with(name string, registered Function) *mapper {
	existing := []Function{registered}
	for _, one := range m.mapping {
		if f, found := m.existing[one.Function]; found && f.Tool.Name != registered.Tool.Name {
			existing = append(existing, f)
		}
	}
	mapping := slices.Clone(m.mapping)
	for i := range mapping {
		if mapping[i].Function == name {
			mapping[i].Function = registered.Tool.Name
		}
	}
	written := slices.DeleteFunc(slices.Clone(m.written), func(f FunctionForm) bool { return f.Name == name })
	return newMapper(m.composed, existing, written, mapping)
}

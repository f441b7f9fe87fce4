package simulated

import (
	"encoding/json"
	"slices"
)

// function is the function of a name, distractors included; nil if there is none.
func (b *Toolbox) function(name string) *Function {
	for _, list := range [][]Function{b.Functions, b.Distractors} {
		for i := range list {
			if list[i].Tool.Name == name {
				return &list[i]
			}
		}
	}
	return nil
}

// mapping says how a task is done; nil if that is not known.
func (b *Toolbox) mapping(task int) *Mapping {
	for i := range b.Mapping {
		if b.Mapping[i].Task == task {
			return &b.Mapping[i]
		}
	}
	return nil
}

// parameterSchema is the part of a function's schema that is of interest here.
type parameterSchema struct {
	Properties map[string]struct {
		Default json.RawMessage `json:"default"`
		Const   json.RawMessage `json:"const"`
	} `json:"properties"`
	Required []string `json:"required"`
}

func parametersOf(function *Function) parameterSchema {
	var s parameterSchema
	_ = json.Unmarshal(function.Tool.Parameters, &s) // what cannot be read has no defaults
	return s
}

func isRequired(function *Function, parameter string) bool {
	s := parametersOf(function)
	return slices.Contains(s.Required, parameter) && s.Properties[parameter].Default == nil
}

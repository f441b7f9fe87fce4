// Package selection draws records out of a dataset by what they are: by an expression
// over their properties, without near-duplicate requests, and with no more than some
// of each shape. Which records of a shape stay depends on hashes of their ids, so that
// neither the order of the records nor the number of workers matters.
//
// Two passes read the records line by line; a few bytes of each stay in memory.
package selection

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/buttonbench/button"
)

// facts are the properties of a record that an expression can name.
type facts struct {
	ID            string            `expr:"id" help:"the record's id"`
	Kind          string            `expr:"kind" help:"the shape of the plan (chain, fan_out, ...); of an imported record no_call, single, parallel, sequential or mixed"`
	Mode          string            `expr:"mode" help:"constructed, hybrid, simulated or imported"`
	Shape         string            `expr:"shape" help:"kind, and calls wave by wave: \"fan_in 2-1\"; a slash between user turns"`
	Depth         int               `expr:"depth" help:"waves of calls in the plan, without a plan messages with calls"`
	Width         int               `expr:"width" help:"most calls of a wave, without a plan of a message"`
	Waves         int               `expr:"waves" help:"messages with calls"`
	Calls         int               `expr:"calls" help:"calls in all"`
	Turns         int               `expr:"turns" help:"messages of the user"`
	Messages      int               `expr:"messages" help:"messages in all"`
	Tools         int               `expr:"tools" help:"functions offered"`
	Functions     int               `expr:"functions" help:"different functions called"`
	Called        []string          `expr:"called" help:"names of the functions called, in the order of their first calls"`
	Offered       []string          `expr:"offered" help:"names of the functions offered"`
	Parallel      bool              `expr:"parallel" help:"whether a message holds several calls"`
	ParallelShare float64           `expr:"parallel_share" help:"share of the messages with calls that hold several"`
	Failures      int               `expr:"failures" help:"results that tell of an error"`
	Tokens        int               `expr:"tokens" help:"estimated tokens of tools and messages"`
	Request       string            `expr:"request" help:"what the user says first"`
	System        string            `expr:"system" help:"the system prompt"`
	World         string            `expr:"world" help:"the world of an executed record"`
	Scenario      string            `expr:"scenario" help:"the scenario that the record was made for"`
	Register      string            `expr:"register" help:"the speaker's tone"`
	Teacher       string            `expr:"teacher" help:"the model that wrote or worded the record"`
	Today         string            `expr:"today" help:"the day that the record plays on"`
	Checks        map[string]string `expr:"checks" help:"verdicts by rule: checks[\"schema\"] == \"pass\""`
	Format        string            `expr:"format" help:"the foreign format of an imported record"`
	File          string            `expr:"file" help:"the foreign file of an imported record"`
	Faults        []string          `expr:"faults" help:"rules of what the importer found: \"unreadable_call\" in faults"`
	Broken        []string          `expr:"broken" help:"rules that the verifier finds broken, which takes longer: len(broken) == 0"`
}

// Field is a property that an expression can name.
type Field struct{ Name, Type, Help string }

// Fields lists the properties.
func Fields() []Field {
	var fields []Field
	t := reflect.TypeFor[facts]()
	for i := range t.NumField() {
		field := t.Field(i)
		fields = append(fields, Field{field.Tag.Get("expr"), typeName(field.Type), field.Tag.Get("help")})
	}
	return fields
}

func typeName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Slice:
		return "list of texts"
	case reflect.Map:
		return "texts by name"
	case reflect.Int:
		return "whole number"
	case reflect.Float64:
		return "number"
	case reflect.Bool:
		return "yes or no"
	}
	return "text"
}

func fieldNames() []string {
	var names []string
	for _, field := range Fields() {
		names = append(names, field.Name)
	}
	return names
}

// factsOf gathers the properties of a record, all but Broken.
func factsOf(record *button.Record) *facts {
	f := &facts{
		ID: record.ID, Kind: record.Kind, Mode: record.Mode, Messages: len(record.Messages), Tools: len(record.Tools),
		Checks: record.Checks, Tokens: record.ApproxTokens(), Called: []string{}, Offered: []string{}, Faults: []string{}, Broken: []string{},
	}
	for _, tool := range record.Tools {
		f.Offered = append(f.Offered, tool.Name)
	}
	f.conversation(record.Messages)
	f.Depth = f.Waves
	if record.Plan != nil {
		f.Depth, f.Width = record.Plan.Depth(), record.Plan.Width()
	}
	f.Shape = strings.TrimSpace(f.Kind + " " + shapeOf(record))
	f.Shape = f.Shape[:min(len(f.Shape), longestShape)]
	if meta := record.Meta; meta != nil {
		f.World, f.Scenario, f.Register, f.Teacher, f.Today = meta.World, meta.Scenario, meta.Register, meta.Teacher, meta.Today
	}
	if origin := record.Origin; origin != nil {
		f.Format, f.File = origin.Format, origin.File
		for _, fault := range origin.Faults {
			if !slices.Contains(f.Faults, fault.Rule) {
				f.Faults = append(f.Faults, fault.Rule)
			}
		}
	}
	return f
}

func (f *facts) conversation(messages []button.Message) {
	several := 0
	for i := range messages {
		message := &messages[i]
		switch message.Role {
		case button.RoleSystem:
			if i == 0 {
				f.System = message.Content
			}
		case button.RoleUser:
			if f.Turns++; f.Turns == 1 {
				f.Request = message.Content
			}
		case button.RoleTool:
			if failed(message.Content) {
				f.Failures++
			}
		}
		n := len(message.ToolCalls)
		if n == 0 {
			continue
		}
		f.Calls, f.Waves, f.Width = f.Calls+n, f.Waves+1, max(f.Width, n)
		if n > 1 {
			several++
		}
		for _, call := range message.ToolCalls {
			if !slices.Contains(f.Called, call.Name) {
				f.Called = append(f.Called, call.Name)
			}
		}
	}
	f.Functions, f.Parallel = len(f.Called), several > 0
	if f.Waves > 0 {
		f.ParallelShare = float64(several) / float64(f.Waves)
	}
}

// failed reports whether a result is an object with an error that is not empty.
func failed(content string) bool {
	var result struct{ Error json.RawMessage }
	if json.Unmarshal([]byte(content), &result) != nil {
		return false
	}
	switch string(result.Error) {
	case "", "null", "false", `""`:
		return false
	}
	return true
}

// shapeOf writes the numbers of calls wave by wave, "-" between the waves of a user's
// turn and "/" between turns: of the plan, or where there is none of the messages.
func shapeOf(record *button.Record) string {
	var turns [][]int
	if plan := record.Plan; plan != nil {
		for _, node := range plan.Nodes {
			// A plan can hold anything; what a conversation cannot have is no shape.
			if node.Turn < 0 || node.Wave < 0 || node.Turn > len(record.Messages) || node.Wave > len(plan.Nodes) {
				return "?"
			}
			for len(turns) <= node.Turn {
				turns = append(turns, nil)
			}
			for len(turns[node.Turn]) <= node.Wave {
				turns[node.Turn] = append(turns[node.Turn], 0)
			}
			turns[node.Turn][node.Wave]++
		}
	} else {
		for i := range record.Messages {
			message := &record.Messages[i]
			if message.Role == button.RoleUser || len(turns) == 0 {
				turns = append(turns, nil)
			}
			if n := len(message.ToolCalls); n > 0 {
				turns[len(turns)-1] = append(turns[len(turns)-1], n)
			}
		}
	}
	var parts []string
	for _, waves := range turns {
		if len(waves) > 0 {
			parts = append(parts, strings.ReplaceAll(strings.Trim(fmt.Sprint(waves), "[]"), " ", "-"))
		}
	}
	return strings.Join(parts, "/")
}

// longestShape bounds a shape's name, in bytes.
const longestShape = 400

// requests is all that the user says.
func requests(record *button.Record) string {
	var said []string
	for i := range record.Messages {
		if record.Messages[i].Role == button.RoleUser {
			said = append(said, record.Messages[i].Content)
		}
	}
	return strings.Join(said, "\n")
}

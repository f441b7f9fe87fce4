package simulated

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
)

// written is a conversation in one piece.
func written() []WrittenTurn {
	none, results := []ToolCall{}, []ToolResult{}
	return []WrittenTurn{
		{button.RoleUser, "", "I travel from Lyon to Turin on 3 June 2025. Reserve a seat on the cheapest train for Mara Lindqvist, please, and tell me about the weather there.", none, results},
		{button.RoleAssistant, "The user said where and when, so both look-ups can be made.", "", []ToolCall{call("find_trains", goodTrains), call("get_forecast", goodForecast)}, results},
		{button.RoleTool, "", "", none, []ToolResult{
			{Result: json.RawMessage(`{"trains":[{"train_id":"IC211","departure":"07:40","fare":58.5},{"train_id":"IC311","departure":"11:05","fare":41.25}]}`)},
			{Result: json.RawMessage(`{"city":"Turin","sky":"mostly clear","high":23}`)},
		}},
		{button.RoleAssistant, "The look-up returned two trains, and IC311 is the cheaper one.", "", []ToolCall{call("reserve_seat", `{"train_id":"IC311","passenger":"Mara Lindqvist"}`)}, results},
		{button.RoleTool, "", "", none, []ToolResult{{Result: json.RawMessage(`{"booking_reference":"QX7RT2","seat":"14B"}`)}}},
		{button.RoleAssistant, "", "Seat 14B on IC311 at 41.25 is reserved under QX7RT2. It will be mostly clear in Turin.", none, results},
	}
}

func TestOneReply(t *testing.T) {
	for _, test := range []struct {
		name, rule string
		spoil      func(turns []WrittenTurn) []WrittenTurn
	}{
		{"a good one", "", func(turns []WrittenTurn) []WrittenTurn { return turns }},
		{"no user", RuleTurnOrder, func(turns []WrittenTurn) []WrittenTurn { return turns[1:] }},
		{"no answer", RuleTurnOrder, func(turns []WrittenTurn) []WrittenTurn { return turns[:5] }},
		{"a result too few", RuleTurnOrder, func(turns []WrittenTurn) []WrittenTurn {
			turns[2].Results = turns[2].Results[:1]
			return turns
		}},
		{"the assistant twice", RuleTurnOrder, func(turns []WrittenTurn) []WrittenTurn { return append(turns, turns[5]) }},
		{"a fact is not said", RuleUserDisclosure, func(turns []WrittenTurn) []WrittenTurn {
			turns[0].Text = strings.Replace(turns[0].Text, "Lyon", "home", 1)
			return turns
		}},
		{"a dependent call", RuleDependentCalls, func(turns []WrittenTurn) []WrittenTurn {
			turns[1].Calls = append(turns[1].Calls, turns[3].Calls...)
			return turns
		}},
		{"a step is missing", RuleMissingStep, func(turns []WrittenTurn) []WrittenTurn { return append(turns[:3], turns[5]) }},
		{"an invented value", RuleAnswerUnseen, func(turns []WrittenTurn) []WrittenTurn {
			turns[5].Text = strings.Replace(turns[5].Text, "41.25", "39.75", 1)
			return turns
		}},
		{"a result of another form", RuleResultSchema, func(turns []WrittenTurn) []WrittenTurn {
			turns[4].Results[0].Result = json.RawMessage(`{"ok":true}`)
			return turns
		}},
		{"an error that is not declared", RuleErrorCode, func(turns []WrittenTurn) []WrittenTurn {
			turns[4].Results[0] = ToolResult{Error: &ToolError{"strike", "no trains today"}}
			return turns
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := &actors{oneReply: func(*OneReplyMaterial) OneReplyReply { return OneReplyReply{test.spoil(written())} }}
			teacher, _ := a.teacher(t)
			task, box := journey()
			trajectory, err := OneReply(context.Background(), teacher.For(2), task, box, ConverseOptions{Today: today, Parallel: true, Failures: 1})
			var refusal *teach.Refusal
			switch {
			case test.rule != "":
				if !errors.As(err, &refusal) || refusal.Rule != test.rule || refusal.Stage != StageOneReply {
					t.Errorf("have %v, want %s", err, test.rule)
				}
				return
			case err != nil:
				t.Fatal(err)
			}
			record, err := Assemble(trajectory, button.Meta{})
			if err != nil {
				t.Fatal(err)
			}
			if len(record.Plan.Nodes) != 3 || record.Plan.Depth() != 2 || record.Plan.Width() != 2 {
				t.Errorf("have %+v", record.Plan.Nodes)
			}
		})
	}
}

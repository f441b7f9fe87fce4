package render

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/buttonbench/button"
)

func sampleRecord() *button.Record {
	call := func(id, name, arguments string) button.Call {
		return button.Call{ID: id, Name: name, Arguments: json.RawMessage(arguments)}
	}
	return &button.Record{
		ID: "Ab3dE6gH9", Kind: "parallel_then_sequential", Mode: button.ModeConstructed, ParallelToolCalls: true,
		Tools: []button.Tool{{Name: "find_trains"}, {Name: "get_weather"}, {Name: "book_seat"}},
		Messages: []button.Message{
			{Role: button.RoleSystem, Content: "Today is 4 March 2026."},
			{Role: button.RoleUser, Content: "I have to be in Bergen on Friday.\nWhat is the weather like there, and which is the cheapest train from Oslo that gets me there before noon? Please book me a seat on it."},
			{Role: button.RoleAssistant, Reasoning: "Weather and trains do not depend on each other.", Content: "Let me look up both.", ToolCalls: []button.Call{
				call("aaaaaaaa1", "get_weather", `{"city":"Bergen","date":"2026-03-06"}`),
				call("aaaaaaaa2", "find_trains", `{"from":"Oslo","to":"Bergen","date":"2026-03-06"}`),
			}},
			{Role: button.RoleTool, ToolCallID: "aaaaaaaa1", Name: "get_weather", Content: `{"sky":"rain","low":3,"high":7}`},
			{Role: button.RoleTool, ToolCallID: "aaaaaaaa2", Name: "find_trains", Content: `{"trains":[` + strings.Repeat(`{"train":"R601","fare":549,"arrives":"11:40"},`, 40) + `{"train":"R605","fare":799,"arrives":"12:10"}]}`},
			{Role: button.RoleAssistant, ToolCalls: []button.Call{call("aaaaaaaa3", "book_seat", `{"train":"R601"}`)}},
			{Role: button.RoleTool, ToolCallID: "aaaaaaaa3", Content: `{"booking":"QX7"}`},
			{Role: button.RoleAssistant, Content: "It will rain in Bergen, 3 to 7 degrees. I booked you on R601 for 549 NOK: booking QX7."},
		},
	}
}

func TestTrajectoryGolden(t *testing.T) {
	for name, colour := range map[string]bool{"trajectory.txt": false, "trajectory_colour.txt": true} {
		var out bytes.Buffer
		if err := Trajectory(&out, sampleRecord(), colour); err != nil {
			t.Fatal(err)
		}
		golden(t, name, out.Bytes())
	}
}

func TestTrajectoryOfHostileRecord(t *testing.T) {
	for _, name := range hostileNames() {
		arguments, err := json.Marshal(map[string]string{name: name})
		if err != nil {
			t.Fatal(err)
		}
		record := &button.Record{ID: name, Kind: name, Mode: name, Tools: []button.Tool{{Name: name}}, Messages: []button.Message{
			{Role: name, Content: name},
			{Role: button.RoleUser, Content: name},
			{Role: button.RoleAssistant, Content: name, Reasoning: name, ToolCalls: []button.Call{{ID: name, Name: name, Arguments: arguments}, {Name: name}}},
			{Role: button.RoleTool, Name: name, ToolCallID: name, Content: name},
		}}
		var out bytes.Buffer
		if err := Trajectory(&out, record, false); err != nil {
			t.Fatal(err)
		}
		for i, r := range out.String() {
			if r != '\n' && hidden(r) {
				t.Errorf("%.40q: character %U at byte %d", name, r, i)
				break
			}
		}
		if out.Len() > 30_000 {
			t.Errorf("%.40q: %d bytes", name, out.Len())
		}
	}
	var out bytes.Buffer
	if err := Trajectory(&out, &button.Record{}, true); err != nil {
		t.Error(err)
	}
}

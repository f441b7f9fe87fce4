package simulated

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
)

// dialogueMaterials has materials for the stages of a conversation, from one that
// has been played.
func dialogueMaterials(t *testing.T) map[string][]any {
	t.Helper()
	trajectory, asker, err := new(actors).play(t, 5, parallel)
	if err != nil {
		t.Fatal(err)
	}
	task, box := journey()
	c, err := newConversation(asker, task, box, &ConverseOptions{Today: today, Parallel: true, Guidance: true})
	if err != nil {
		t.Fatal(err)
	}
	c.turns = trajectory.Turns
	open := c.script.turns[0]
	opening := c.userMaterial(open)
	opening.Dialogue = []Spoken{}
	native := c.assistantMaterial()
	native.Native = true
	plain := c.assistantMaterial()
	plain.Tools, plain.Dialogue, plain.Parallel, plain.Guidance = offeredTools(box), c.turns[:3], false, nil
	guided := c.assistantMaterial()
	guided.Tools, guided.Dialogue = offeredTools(box), c.turns[:1]
	trains := &box.Functions[0]
	made := trajectory.made
	succeed := ToolMaterial{
		Function: formOf(&box.Functions[2]), Arguments: made[2].Arguments, Earlier: []MadeCall{{made[0].Name, made[0].Arguments, made[0].result, nil}},
		Facts: []NotedFact{{"IC313", "operator", json.RawMessage(`"Frecciarossa"`)}}, Today: today,
	}
	fail := ToolMaterial{Function: formOf(trains), Arguments: made[0].Arguments, Earlier: []MadeCall{}, Facts: []NotedFact{}, Today: today, Failure: &trains.Errors[1], FailsOf: "origin"}
	record, err := Assemble(trajectory, button.Meta{})
	if err != nil {
		t.Fatal(err)
	}
	one := OneReplyMaterial{Today: today, Persona: c.script.persona, Goal: task.Request, Facts: c.facts, Tools: []FunctionForm{formOf(trains)}}
	both := one
	both.Parallel = true
	return map[string][]any{
		StageUser: {
			opening,
			c.userMaterial(userTurn{kind: TurnAnswer, goal: task.Request, say: []int{3}, change: -1}),
			c.userMaterial(userTurn{kind: TurnFollowUp, goal: task.Tasks[2].Task, say: []int{3}, change: -1}),
			c.userMaterial(userTurn{kind: TurnCorrect, goal: task.Request, change: 2}),
		},
		StageAssistant:  {plain, guided, native},
		StageTool:       {succeed, fail},
		StageDistractor: {DistractorMaterial{Function: formOf(trains), Respect: respects()[2], Taken: box.names()}},
		StageJudge:      {judgeMaterial(record)},
		StageOneReply:   {one, both},
	}
}

// TestRecord keeps one whole record: a conversation with a question, a failure and
// a recovery.
func TestRecord(t *testing.T) {
	var out bytes.Buffer
	for _, o := range []ConverseOptions{
		{Parallel: true, Turns: TurnShares{Missing: 1}, Failures: 1},
		{Parallel: false, Turns: TurnShares{FollowUp: 1}},
	} {
		line, err := goodRecord(t, 11, o).AppendJSON(nil)
		if err != nil {
			t.Fatal(err)
		}
		var record button.Record
		if err := json.Unmarshal(line, &record); err != nil {
			t.Fatal(err)
		}
		if again, _ := record.AppendJSON(nil); !bytes.Equal(again, line) {
			t.Error("the record does not come back as it was written")
		}
		for _, problem := range record.Validate() {
			t.Error(problem)
		}
		if err := json.Indent(&out, line, "", " "); err != nil {
			t.Fatal(err)
		}
		out.WriteByte('\n')
	}
	name := filepath.Join("testdata", "records.json")
	if *update {
		if err := os.WriteFile(name, out.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("the record has changed (-update writes it anew):\n%s", diff)
	}
}

// TestSameSeedSameRecord plays a conversation twice: all requests and the record
// are the same bytes; another seed gives another one.
func TestSameSeedSameRecord(t *testing.T) {
	o := ConverseOptions{Parallel: true, Turns: TurnShares{Missing: 0.4, FollowUp: 0.4}, Failures: 0.5, Samples: 2, Today: today}
	played := func(seed uint64) string {
		a := &actors{}
		teacher, client := a.teacher(t)
		task, box := journey()
		trajectory, err := Converse(t.Context(), teacher.For(seed), task, box, o)
		if err != nil {
			t.Fatal(err)
		}
		record, err := Assemble(trajectory, button.Meta{})
		if err != nil {
			t.Fatal(err)
		}
		out, err := record.AppendJSON(nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, request := range client.Requests() {
			text, err := json.Marshal(request)
			if err != nil {
				t.Fatal(err)
			}
			out = append(append(out, '\n'), text...)
		}
		return string(out)
	}
	if diff := cmp.Diff(played(21), played(21)); diff != "" {
		t.Errorf("the same seed gave two conversations:\n%s", diff)
	}
	if played(21) == played(22) {
		t.Error("two seeds gave one conversation")
	}
}

// TestPlanStaysInside wants nothing of the tasks where a model sees it.
func TestPlanStaysInside(t *testing.T) {
	task, _ := journey()
	trajectory, _, err := new(actors).play(t, 5, ConverseOptions{Parallel: true, Guidance: true})
	if err != nil {
		t.Fatal(err)
	}
	record, err := Assemble(trajectory, button.Meta{})
	if err != nil {
		t.Fatal(err)
	}
	visible, err := record.Visible().AppendJSON(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range task.Tasks {
		if bytes.Contains(visible, []byte(one.Task)) {
			t.Errorf("a model sees %q", one.Task)
		}
	}
	trajectory.Turns[1].Thought = "I was told: look up the trains from Lyon to Turin on 3 June 2025!"
	if _, err := Assemble(trajectory, button.Meta{}); err == nil {
		t.Error("a thought with the text of a task is assembled")
	}
}

package simulated

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
)

// goodRecord plays a conversation and assembles it.
func goodRecord(t *testing.T, seed uint64, o ConverseOptions) *button.Record {
	t.Helper()
	trajectory, _, err := new(actors).play(t, seed, o)
	if err != nil {
		t.Fatal(err)
	}
	record, err := Assemble(trajectory, button.Meta{Index: 7, Teacher: "actor", ToolVersion: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return record
}

func TestPlantFaults(t *testing.T) {
	for seed := range uint64(8) {
		record := goodRecord(t, seed, ConverseOptions{Parallel: true})
		before, err := record.AppendJSON(nil)
		if err != nil {
			t.Fatal(err)
		}
		planted := PlantFaults(record, button.NewRandom(seed))
		if after, _ := record.AppendJSON(nil); string(after) != string(before) {
			t.Fatal("planting faults changes the good record")
		}
		var kinds []FaultKind
		for _, fault := range planted {
			kinds = append(kinds, fault.Kind)
			broken, err := fault.Record.Visible().AppendJSON(nil)
			if err != nil {
				t.Fatal(err)
			}
			if good, _ := record.Visible().AppendJSON(nil); string(broken) == string(good) {
				t.Errorf("seed %d: %s changes nothing", seed, fault.Kind)
			}
			for _, problem := range fault.Record.Validate() {
				t.Errorf("seed %d: %s: %v", seed, fault.Kind, problem)
			}
			if role := fault.Record.Messages[fault.Message].Role; role != button.RoleAssistant {
				t.Errorf("seed %d: %s: the message at fault is of the %s", seed, fault.Kind, role)
			}
		}
		if !slices.Equal(kinds, FaultKinds()) {
			t.Errorf("seed %d: planted %v", seed, kinds)
		}
		again := PlantFaults(record, button.NewRandom(seed))
		for i := range again {
			a, _ := again[i].Record.AppendJSON(nil)
			b, _ := planted[i].Record.AppendJSON(nil)
			if string(a) != string(b) {
				t.Errorf("seed %d: %s is planted in two ways", seed, again[i].Kind)
			}
		}
	}
}

// judging plays a judge that knows the good record and labels what differs.
func judging(good map[string]bool) func(*JudgeMaterial) JudgeReply {
	return func(m *JudgeMaterial) JudgeReply {
		reply := JudgeReply{Goal: JudgedGoal{"the booking is confirmed", GoalFull}}
		text, _ := json.Marshal(m.Dialogue)
		label := LabelGood
		if !good[string(text)] {
			label = LabelBad
		}
		for _, index := range m.Judge {
			turn := JudgedTurn{Index: index}
			for _, criterion := range m.Criteria {
				turn.Checks = append(turn.Checks, JudgedCheck{criterion.ID, "as the user said", label})
			}
			reply.Turns = append(reply.Turns, turn)
		}
		return reply
	}
}

func TestCalibrate(t *testing.T) {
	var records []*button.Record
	good := map[string]bool{}
	for seed := range uint64(3) {
		record := goodRecord(t, seed, ConverseOptions{Parallel: true})
		records = append(records, record)
		text, _ := json.Marshal(judgeMaterial(record).Dialogue)
		good[string(text)] = true
	}
	a := &actors{judge: judging(good)}
	judge, client := a.teacher(t)
	result, err := Calibrate(context.Background(), judge, records, 1)
	if err != nil {
		t.Fatal(err)
	}
	if result.Clean != 3 || result.Alarms != 0 || result.Unjudged != 0 {
		t.Errorf("have %+v", result)
	}
	for _, count := range result.Faults {
		if count.Planted != 3 || count.Caught != 3 || count.Located != 3 || count.Recall() != 1 {
			t.Errorf("have %+v", count)
		}
	}
	for _, request := range client.Requests() {
		for _, message := range request.Messages {
			for _, secret := range []string{"provenance", "planted", "Look up the trains", "data edge"} {
				if strings.Contains(message.Content, secret) {
					t.Fatalf("the judge is shown %q", secret)
				}
			}
		}
	}
	// A judge that likes everything has no recall.
	a.judge = func(m *JudgeMaterial) JudgeReply {
		text, _ := json.Marshal(m.Dialogue)
		return judging(map[string]bool{string(text): true})(m)
	}
	result, err = Calibrate(context.Background(), judge, records, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, count := range result.Faults {
		if count.Caught != 0 || count.Located != 0 {
			t.Errorf("have %+v", count)
		}
	}
}

func TestJudgeCoverage(t *testing.T) {
	record := goodRecord(t, 1, ConverseOptions{Parallel: true})
	for name, spoil := range map[string]func(*JudgeReply){
		"a turn is left out":      func(r *JudgeReply) { r.Turns = r.Turns[1:] },
		"a turn stands twice":     func(r *JudgeReply) { r.Turns = append(r.Turns, r.Turns[0]) },
		"a criterion is left out": func(r *JudgeReply) { r.Turns[0].Checks = r.Turns[0].Checks[1:] },
		"a criterion twice":       func(r *JudgeReply) { r.Turns[0].Checks[0] = r.Turns[0].Checks[1] },
		"a turn of the user":      func(r *JudgeReply) { r.Turns[0].Index = 1 },
	} {
		a := &actors{judge: func(m *JudgeMaterial) JudgeReply {
			reply := judging(nil)(m)
			spoil(&reply)
			return reply
		}}
		judge, _ := a.teacher(t)
		_, err := Judge(context.Background(), judge.For(1), record)
		var refusal *teach.Refusal
		if !errors.As(err, &refusal) || refusal.Rule != RuleJudgeCoverage {
			t.Errorf("%s: have %v", name, err)
		}
		if result, err := Calibrate(context.Background(), judge, []*button.Record{record}, 1); err != nil || result.Unjudged != 6 {
			t.Errorf("%s: have %+v, %v", name, result, err)
		}
	}
}

package bfcl

import (
	"fmt"
	"strings"

	"github.com/buttonbench/button/eval"
)

// dialogue is one attempt at a multi-turn entry.
type dialogue struct {
	*talk
	task *task
}

func newDialogue(t *task, o *offer, turns [][]Message) (*dialogue, error) {
	script, err := t.judge.script(t.entry)
	if err != nil {
		return nil, err
	}
	session, err := script.session(liveModel, script.environment())
	if err != nil {
		return nil, err
	}
	talk, err := newTalk(o, turns, session, "")
	if err != nil {
		return nil, err
	}
	return &dialogue{talk, t}, nil
}

// Verdict implements eval.Episode. The official verdict decides whether the task
// passes; the scores are ours and stand beside it.
func (d *dialogue) Verdict() eval.Verdict {
	if d.broken != nil {
		return eval.Verdict{Broken: d.broken}
	}
	e, err := d.task.judge.Examine(Conversation{Entry: d.task.entry, Model: liveModel, Steps: d.decoded})
	if err != nil {
		return eval.Verdict{Broken: err}
	}
	verdict := eval.Verdict{Pass: e.Official.Valid, Calls: d.calls, Scores: e.Scores.fractions()}
	if !e.Official.Valid {
		verdict.Faults = []eval.Fault{{Kind: e.Official.ErrorType, Detail: e.Official.words()}}
	}
	return verdict
}

// liveModel is the name by which results call the model's services; it shows in few.
const liveModel = "model"

// words say what differs, for people.
func (v ConversationVerdict) words() string {
	switch {
	case v.StateClass != "":
		return fmt.Sprintf("turn %d: %s differs in %s", v.Turn, v.StateClass, strings.Join(v.StateAttributes, ", "))
	case len(v.Missing) > 0:
		return fmt.Sprintf("turn %d: %d expected results are missing, the first: %s", v.Turn, len(v.Missing), shortText(v.Missing[0]))
	case v.Turn >= 0:
		return fmt.Sprintf("turn %d", v.Turn)
	}
	return ""
}

// shortText is the beginning of a text.
func shortText(text string) string {
	const most = 160
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "..."
}

// fractions are our own scores on a conversation.
func (s *ConversationScores) fractions() map[string]eval.Score {
	scores := map[string]eval.Score{}
	add := func(name string, holds bool) {
		score := scores[name]
		score.Den++
		if holds {
			score.Num++
		}
		scores[name] = score
	}
	add("strict", s.Strict)
	for _, turn := range s.Turns {
		add("turns_rolled_out", turn.RolledOut)
		add("turns_from_gold", turn.Restarted)
		if turn.Silent {
			add("silence_kept", turn.RolledOut)
		}
	}
	scores["calls"] = eval.Score{Num: float64(s.Calls), Den: 1}
	scores["calls_to_expected"] = eval.Score{Num: float64(s.Calls), Den: float64(s.ExpectedCalls)}
	scores["calls_per_step"] = eval.Score{Num: float64(s.Calls), Den: float64(s.Steps)}
	scores["parallel_steps"] = eval.Score{Num: float64(s.ParallelSteps), Den: float64(s.Steps)}
	scores["failed_calls"] = eval.Score{Num: float64(s.Exceptions), Den: float64(s.Calls)}
	return scores
}

package bfcl

import (
	"slices"
	"strings"
)

// Examination is everything that executing a whole conversation tells. Only
// Official is the benchmark's; the scores are ours and stand beside it.
type Examination struct {
	Official ConversationVerdict
	// Results are the result texts of every call, by turn and step, also of the
	// turns after the one that decided the verdict. A step that could not be decoded
	// has nil.
	Results [][][]string
	Scores  ConversationScores
}

// ConversationScores are this project's own figures on a conversation.
type ConversationScores struct {
	Turns []TurnScore
	// Calls, Steps and ParallelSteps count what the model did: executed calls, steps
	// with a call, steps with more than one. ExpectedCalls is the answer's number.
	Calls, Steps, ParallelSteps, ExpectedCalls int
	// Exceptions counts the calls that ended in an exception.
	Exceptions int
	// Strict is the official verdict with silence enforced: valid, and no call in a
	// turn for which the answer has none.
	Strict bool
}

// TurnScore is how one turn went.
type TurnScore struct {
	// Silent tells that the answer of the turn has no call.
	Silent bool
	// RolledOut tells whether the turn passes where the model's own earlier turns
	// have led; Restarted, whether it passes when the answer's calls are executed for
	// the turns before it, so that an earlier slip does not count again. A turn of
	// silence passes when the model makes no call in it.
	RolledOut, Restarted bool
	// Fault and RestartedFault are the error types of turns that did not pass.
	Fault, RestartedFault string
}

// FaultNotSilent is the fault of a turn with calls where none is wanted.
const FaultNotSilent = "not_silent"

// Examine executes a whole conversation, past the turn that decides the official
// verdict, and each of its turns once more from the answer's state.
func (j *ConversationJudge) Examine(c Conversation) (Examination, error) {
	s, err := j.script(c.Entry)
	if err != nil {
		return Examination{}, err
	}
	var scores ConversationScores
	scores.expect(s)
	e, err := s.replay(c, func(turn int, results [][]string, v ConversationVerdict) (err error) {
		steps := c.Steps[turn]
		scores.count(steps, results)
		if turn >= len(s.answers) {
			return nil
		}
		score := &scores.Turns[turn]
		score.RolledOut, score.Fault = turnPasses(score.Silent, steps, v)
		score.Restarted, score.RestartedFault, err = s.restart(c, turn)
		return err
	})
	scores.Strict = e.Official.Valid && !slices.ContainsFunc(scores.Turns, func(t TurnScore) bool { return t.Silent && !t.RolledOut })
	e.Scores = scores
	return e, err
}

// JudgeWithResults gives the official verdict with the results of all calls, also
// those of the turns after the one that decides it.
func (j *ConversationJudge) JudgeWithResults(c Conversation) (ConversationVerdict, [][][]string, error) {
	s, err := j.script(c.Entry)
	if err != nil {
		return ConversationVerdict{}, nil, err
	}
	e, err := s.replay(c, func(int, [][]string, ConversationVerdict) error { return nil })
	return e.Official, e.Results, err
}

// replay executes a whole conversation. After each turn it tells the turn's results
// and what its check says; a turn that the answer lacks is not checked.
func (s *script) replay(c Conversation, tell func(turn int, results [][]string, v ConversationVerdict) error) (Examination, error) {
	e := Examination{Official: failedVerdict(s.unfit(c), -1)}
	if c.Failed {
		return e, nil
	}
	p, err := s.begin(c.Model)
	if err != nil {
		return Examination{}, err
	}
	defer p.end()
	for turn, steps := range c.Steps {
		results := make([][]string, len(steps))
		for i := range steps {
			if steps[i] != nil {
				results[i] = make([]string, 0, len(steps[i]))
			}
		}
		p.play(steps, results)
		e.Results = append(e.Results, results)
		var v ConversationVerdict
		if turn < len(s.answers) {
			v = p.check(turn, steps)
		}
		if e.Official.ErrorType == "" && v.ErrorType != "" {
			e.Official = v
		}
		if err := tell(turn, results, v); err != nil {
			return Examination{}, err
		}
	}
	e.Official.Valid = e.Official.ErrorType == ""
	return e, nil
}

// turnPasses adds to a turn's official check that silence is kept.
func turnPasses(silent bool, steps [][]string, v ConversationVerdict) (passes bool, fault string) {
	if silent && countCalls(steps) > 0 {
		return false, FaultNotSilent
	}
	return v.ErrorType == "", v.ErrorType
}

// restart judges one turn from the state to which the answer's calls lead.
func (s *script) restart(c Conversation, turn int) (passes bool, fault string, err error) {
	steps := c.Steps[turn]
	if len(s.answers[turn]) == 0 {
		passes, fault = turnPasses(true, steps, ConversationVerdict{})
		return passes, fault, nil
	}
	p, err := s.begin(c.Model)
	if err != nil {
		return false, "", err
	}
	defer p.end()
	for before := range turn {
		answered := [][]string{s.answers[before]}
		p.play(answered, nil)
		p.check(before, answered)
	}
	p.play(steps, nil)
	v := p.check(turn, steps)
	return v.ErrorType == "", v.ErrorType, nil
}

// expect enters what the answer wants. Turns that were not run do not pass.
func (s *ConversationScores) expect(script *script) {
	s.Turns = make([]TurnScore, len(script.answers))
	for i, calls := range script.answers {
		s.Turns[i].Silent = len(calls) == 0
		s.Turns[i].Fault, s.Turns[i].RestartedFault = ErrorForceTerminated, ErrorForceTerminated
		s.ExpectedCalls += len(calls)
	}
}

// count adds a turn's steps and their results.
func (s *ConversationScores) count(steps, results [][]string) {
	for i, calls := range steps {
		if len(calls) > 0 {
			s.Steps++
		}
		if len(calls) > 1 {
			s.ParallelSteps++
		}
		s.Calls += len(calls)
		for _, result := range results[i] {
			if strings.HasPrefix(result, "Error during execution: ") {
				s.Exceptions++
			}
		}
	}
}

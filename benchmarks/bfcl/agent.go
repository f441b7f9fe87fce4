package bfcl

import (
	"fmt"

	"github.com/buttonbench/button/benchmarks/bfcl/services"
	"github.com/buttonbench/button/eval"
)

// The agentic categories tell the model in what form to answer, and those of memory
// what its memory is. The forms are the benchmark's, the sentences ours.
const (
	answerText = `Give your final answer to the user in exactly this form: {'answer': a short and precise answer to the question, 'context': a short explanation of how you came to it}. If you do not know the answer, give: {'answer': 'I do not know', 'context': 'I do not know'}. If the question cannot be answered, give: {'answer': 'I cannot answer this question', 'context': a short reason why it cannot}.`
	memoryText = `You have a memory that outlasts this conversation: what you store in it is there in later conversations, and what you stored in earlier ones is there now. Use the memory functions to keep what may matter later and to look up what you need.`
	coreText   = `This stands in the part of your memory that is always shown to you: %s`
)

// agent is one attempt at a question of an agentic category: one turn, of which the
// last step without calls is judged.
type agent struct {
	*talk
	task *task
}

func newAgent(t *task, o *offer, turns [][]Message, repeat int) (*agent, error) {
	scenario, err := t.entry.Scenario()
	if err != nil {
		return nil, err
	}
	memory, ok := t.memories.get(memoryKey{t.entry.Category.Name, scenario, repeat})
	if !ok {
		return nil, fmt.Errorf("the conversations that come before %s were not held to their end: run the same command again", t.entry.ID)
	}
	session, err := t.memories.session(t.entry.ID, t.entry.Category, memory)
	if err != nil {
		return nil, err
	}
	talk, err := newTalk(o, turns[:1], session, told(memory)+"\n"+answerText)
	if err != nil {
		return nil, err
	}
	return &agent{talk, t}, nil
}

// told is what a model is told of its memory.
func told(memory services.Memory) string {
	return memoryText + "\n" + fmt.Sprintf(coreText, memory.Core())
}

// Verdict implements eval.Episode.
func (a *agent) Verdict() eval.Verdict {
	if a.broken != nil {
		return eval.Verdict{Broken: a.broken}
	}
	judgement, err := a.task.entry.JudgeAgent(a.task.mode, a.result())
	if err != nil {
		return eval.Verdict{Broken: err}
	}
	verdict := eval.Verdict{Pass: judgement.Valid, Calls: a.calls, Scores: map[string]eval.Score{"calls": {Num: float64(len(a.calls)), Den: 1}}}
	if !judgement.Valid {
		verdict.Faults = faults(judgement)
	}
	return verdict
}

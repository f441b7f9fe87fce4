package bfcl

import (
	"github.com/buttonbench/button"
	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/python"
)

// single is one attempt at a single-turn entry: one request, one answer.
type single struct {
	task    *task
	opening llm.Request
	reply   *llm.Reply // nil before the answer
}

// Next implements eval.Episode.
func (s *single) Next() (llm.Request, bool) {
	return s.opening, s.reply == nil
}

// Observe implements eval.Episode.
func (s *single) Observe(reply *llm.Reply) { s.reply = reply }

// rawAnswer is an answer as a result file has it: of native calls a list of
// objects with one key, the name, and the text of the arguments; else the text.
func rawAnswer(mode Mode, reply *llm.Reply) python.Value {
	if mode == ModePrompt || len(reply.Calls) == 0 {
		return reply.Content
	}
	list := python.NewList()
	for _, call := range reply.Calls {
		one := python.NewDict()
		one.SetText(call.Name, call.Arguments)
		list.Items = append(list.Items, one)
	}
	return list
}

// Verdict implements eval.Episode.
func (s *single) Verdict() eval.Verdict {
	judgement, err := s.judge()
	if err != nil {
		return eval.Verdict{Broken: err}
	}
	verdict := eval.Verdict{Pass: judgement.Valid, Scores: map[string]eval.Score{"calls": {Num: float64(len(s.reply.Calls)), Den: 1}}}
	if !judgement.Valid {
		verdict.Faults = faults(judgement)
	}
	for _, call := range s.reply.Calls {
		verdict.Calls = append(verdict.Calls, eval.CallRecord{Name: call.Name, Arguments: call.Arguments})
	}
	return verdict
}

func (s *single) judge() (Judgement, error) {
	t, raw := s.task, rawAnswer(s.task.mode, s.reply)
	if t.format != nil {
		decoded, err := DecodeFormatted(t.configuration, raw)
		return t.entry.JudgeCalls(decoded, err, false)
	}
	return t.entry.JudgeSingle(t.mode, raw, t.mode == ModeNative)
}

// faults names upstream's error type first.
func faults(judgement Judgement) []eval.Fault {
	detail := ""
	if words := judgement.Errors(); len(words) > 0 {
		detail = words[0]
	}
	return []eval.Fault{{Kind: judgement.ErrorType, Detail: detail}}
}

// opening is the first request of an entry: its messages and functions.
func opening(o *offer, messages []Message) (llm.Request, error) {
	if o.mode == ModePrompt {
		text, err := systemPrompt(o.documents)
		if err != nil {
			return llm.Request{}, err
		}
		return llm.Request{Messages: withSystem(text, messages)}, nil
	}
	tools, err := o.tools(-1)
	if err != nil {
		return llm.Request{}, err
	}
	return llm.Request{Messages: append([]button.Message(nil), plain(messages)...), Tools: tools}, nil
}

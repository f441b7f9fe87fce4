package bfcl

import (
	"fmt"

	"github.com/buttonbench/button/benchmarks/bfcl/syntax"
	"github.com/buttonbench/button/internal/python"
)

// DecodeSingle decodes the raw result of a single-turn entry for its checker: calls
// in the API's own form or, in prompt mode, in the category's language. The
// relevance categories are decoded as Python. Errors are *DecodeError.
func (e *Entry) DecodeSingle(mode Mode, raw python.Value) (python.Value, error) {
	if mode != ModePrompt || e.Category.Language == Python {
		return Decode(mode, raw)
	}
	text, ok := raw.(string)
	if !ok {
		return nil, undecodable("a result that is no text: %s", python.KindName(raw))
	}
	source := bracketed(text)
	source = source[1 : len(source)-1]
	read := syntax.Java
	if e.Category.Language == JavaScript {
		read = syntax.JavaScript
	}
	call, found, err := read(source)
	switch {
	case err != nil:
		return nil, because("reading a call", err)
	case !found:
		return nil, nil // well formed, but no call
	}
	arguments := python.NewDict()
	for _, a := range call.Arguments {
		if a.Named {
			arguments.SetText(a.Name, a.Value)
		} else if err := arguments.Set(nil, a.Value); err != nil {
			return nil, because("reading arguments", err)
		}
	}
	named := python.NewDict()
	named.SetText(call.Name, arguments)
	return python.NewList(named), nil
}

// JudgeSingle judges the raw result of a single-turn entry. underscores tells that
// dots in function names had been turned into underscores for this model. The error
// is one of the data, not of the result.
func (e *Entry) JudgeSingle(mode Mode, raw python.Value, underscores bool) (Judgement, error) {
	decoded, decodeErr := e.DecodeSingle(mode, raw)
	return e.judgeDecoded(decoded, decodeErr, underscores)
}

func (e *Entry) judgeDecoded(decoded python.Value, decodeErr error, underscores bool) (Judgement, error) {
	switch e.Category.Checker {
	case CheckCalls:
		return e.JudgeCalls(decoded, decodeErr, underscores)
	case CheckIrrelevance, CheckRelevance:
		return e.JudgeRelevance(decoded, decodeErr)
	}
	return Judgement{}, fmt.Errorf("the category %s is not judged by single results", e.Category.Name)
}

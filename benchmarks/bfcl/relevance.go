package bfcl

import (
	"fmt"

	"github.com/buttonbench/button/internal/python"
)

// The error types of the relevance categories, as upstream writes them.
const (
	ErrorIrrelevance = "irrelevance_error:decoder_success"
	ErrorRelevance   = "relevance_error:decoder_failed"
)

// JudgeRelevance judges the result of an entry of which only it counts whether
// there is a call: none in the irrelevance categories, one in the relevance ones.
// decodeErr is what decoding failed with, if it did: that is no call, as upstream
// counts it, also where the text tells of a failed request.
func (e *Entry) JudgeRelevance(decoded python.Value, decodeErr error) (Judgement, error) {
	called := decodeErr == nil && hasCall(decoded)
	switch {
	case e.Category.Checker == CheckIrrelevance && called:
		return invalid(failure{errorType: ErrorIrrelevance, wanted: "the answer decodes to calls, and none fits"}), nil
	case e.Category.Checker == CheckRelevance && !called:
		return invalid(failure{errorType: ErrorRelevance, wanted: "the answer does not decode to calls, and one is wanted"}), nil
	case e.Category.Checker != CheckIrrelevance && e.Category.Checker != CheckRelevance:
		return Judgement{}, fmt.Errorf("the category %s is not judged by relevance", e.Category.Name)
	}
	return Judgement{Valid: true}, nil
}

// hasCall reports whether a decoded value holds a call. The shape test leaves no
// list of one empty map.
func hasCall(decoded python.Value) bool {
	calls, ok := wellFormed(decoded)
	return ok && len(calls) > 0
}

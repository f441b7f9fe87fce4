package eval

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/buttonbench/button/internal/llm"
)

// The names of the faults of answers that ended before the model had ended them.
// They say what a failed row's malformed call comes from, or stand for themselves.
const (
	FaultCutOff   = "cut_off"  // at max_tokens, or at the end of the context
	FaultFiltered = "filtered" // by the provider's filter
)

// cut is an answer that was cut short.
type cut struct {
	number int // of the answer, from 1
	finish string
	// call is whether it ended within a call; name is the call's where it is known,
	// and detail how the text of the call broke where it came as text.
	call         bool
	name, detail string
}

// cutShort looks at an answer whose FinishReason says that it is not whole. Only
// the last call of a message can be the one that was cut.
func cutShort(number int, reply *llm.Reply) (cut, bool) {
	c := cut{number: number, finish: reply.FinishReason}
	if c.finish != llm.FinishLength && c.finish != llm.FinishFiltered {
		return c, false
	}
	if n := len(reply.Calls); n > 0 {
		last := reply.Calls[n-1]
		c.call, c.name = !json.Valid([]byte(last.Arguments)), last.Name
	} else if reading := reply.Reading; reading != nil && reading.Outcome == "malformed" {
		c.call, c.detail = true, reading.Detail
	}
	return c, true
}

// explains reports whether a fault is the broken call at the end of the answer.
func (c cut) explains(fault Fault) bool {
	switch {
	case !c.call || fault.Kind != FaultMalformed:
		return false
	case c.name != "":
		return strings.Contains(fault.Detail, c.name)
	}
	return fault.Detail == c.detail
}

func (c cut) fault() Fault {
	if c.finish == llm.FinishFiltered {
		return Fault{Kind: FaultFiltered, Detail: fmt.Sprintf("answer %d was cut off by the provider's filter (finish_reason %s)", c.number, c.finish)}
	}
	return Fault{Kind: FaultCutOff, Detail: fmt.Sprintf("answer %d was cut off at its limit of tokens (finish_reason %s)", c.number, c.finish)}
}

// nameCuts gives malformed calls that were cut off their own name, and puts answers
// cut off elsewhere before all other faults.
func nameCuts(faults []Fault, cuts []cut) []Fault {
	var before []Fault
next:
	for _, c := range cuts {
		named := c.fault()
		for i, fault := range faults {
			if c.explains(fault) {
				named.Node = fault.Node
				if fault.Detail != "" {
					named.Detail += ": " + fault.Detail
				}
				faults[i] = named
				continue next
			}
		}
		before = append(before, named)
	}
	return append(before, faults...)
}

// judge makes a verdict the row's outcome.
func (r *Row) judge(verdict Verdict, cuts []cut) {
	if verdict.Broken != nil {
		r.Outcome, r.Error = OutcomeNoVerdict, &RowError{Class: ErrorEnvironment, Message: verdict.Broken.Error()}
		return
	}
	r.Outcome, r.Scores, r.Faults, r.Calls = OutcomePass, verdict.Scores, verdict.Faults, verdict.Calls
	if !verdict.Pass {
		r.Outcome, r.Faults = OutcomeFail, nameCuts(verdict.Faults, cuts)
	}
	for i := range r.Calls {
		call := &r.Calls[i]
		call.Name, call.Arguments, call.Result = shorten(call.Name, mostOfCall), shorten(call.Arguments, mostOfCall), shorten(call.Result, mostOfCall)
	}
}

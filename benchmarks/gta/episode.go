package gta

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/llm"
)

// step is what the model did in one step. Only the first call of a message is
// ever looked at (upstream rule).
type step struct {
	called    bool
	name      string
	arguments map[string]any // nil if the text was no JSON object
	refused   bool           // the arguments did not get past the parser
	raw       string
	answer    string
	// fault is "" or the name of what makes the step an error.
	fault, detail string
}

// The faults of a step.
const (
	faultNoAction   = "no_action" // ReAct: neither an action nor an answer
	faultUnknown    = eval.FaultUnknown
	faultMalformed  = eval.FaultMalformed
	faultArguments  = eval.FaultInvalid
	faultType       = eval.FaultInvalidType
	faultKind       = "wrong_kind" // a call where an answer was due, or the reverse
	faultTool       = eval.FaultWrongFunction
	faultValue      = eval.FaultWrongValue
	faultFinal      = "wrong_answer"
	maxDetailLength = 160
)

// episode asks all steps of an item, each after the reference's history.
type episode struct {
	task  *task
	steps []int
	made  []step
}

// Next implements eval.Episode.
func (e *episode) Next() (llm.Request, bool) {
	if len(e.made) == len(e.steps) {
		return llm.Request{}, false
	}
	request := llm.Request{Messages: conversation(e.task.item, e.steps[len(e.made)], e.task.protocol)}
	if e.task.protocol == Native {
		request.Tools = nativeTools(e.task.item)
		off := false
		request.ParallelToolCalls = &off
	}
	return request, true
}

// Observe implements eval.Episode.
func (e *episode) Observe(reply *llm.Reply) {
	var s step
	if e.task.protocol == ReAct {
		s = parseReAct(reply.Content)
	} else if len(reply.Calls) > 0 {
		s = step{called: true, name: reply.Calls[0].Name, raw: reply.Calls[0].Arguments}
	} else {
		s = step{answer: reply.Content}
	}
	if s.called && s.fault == "" {
		e.task.item.checkCall(&s)
	}
	e.made = append(e.made, s)
}

// checkCall finds what would make the call an error: an unknown tool, arguments
// that are no JSON object, unknown or missing (these upstream's parser refuses), or
// of a type that does not convert (there upstream's tool fails).
func (i *item) checkCall(s *step) {
	fail := func(fault, format string, values ...any) {
		s.fault, s.detail = fault, limit(fmt.Sprintf(format, values...))
	}
	members, err := button.ParseMembers([]byte(s.raw))
	if err == nil {
		s.arguments = decodeArguments(members)
	}
	block := i.tool(s.name)
	switch {
	case block == nil:
		fail(faultUnknown, "there is no tool %q", s.name)
		return
	case err != nil:
		s.refused = true
		fail(faultMalformed, "arguments of %s: %v", s.name, err)
		return
	}
	for _, member := range members {
		if !block.has(member.Name) {
			s.refused = true
			fail(faultArguments, "%s has no argument %q", s.name, member.Name)
			return
		}
	}
	for _, input := range block.Inputs {
		if _, given := s.arguments[input.Name]; !given && !input.Optional {
			s.refused = true
			fail(faultArguments, "%s needs the argument %q", s.name, input.Name)
			return
		}
	}
	for _, input := range block.Inputs {
		if value, given := s.arguments[input.Name]; given && !i.converts(input, value) {
			fail(faultType, "%s: %v is no %s", input.Name, value, input.Type)
			return
		}
	}
}

func (b *toolBlock) has(name string) bool {
	for _, input := range b.Inputs {
		if input.Name == name {
			return true
		}
	}
	return false
}

// converts applies the type checks of upstream's dummy tools: an image path must
// exist, an int must convert.
func (i *item) converts(input argument, value any) bool {
	switch input.Type {
	case "image":
		path, ok := value.(string)
		return ok && i.pictures[path]
	case "int":
		switch value := value.(type) {
		case json.Number:
			return true
		case bool:
			return true // Python converts it
		case string:
			_, err := strconv.Atoi(strings.TrimSpace(value))
			return err == nil
		}
		return false
	}
	return true
}

func decodeArguments(members button.Members) map[string]any {
	arguments := make(map[string]any, len(members))
	for _, member := range members {
		decoder := json.NewDecoder(strings.NewReader(string(member.Value)))
		decoder.UseNumber()
		var value any
		if decoder.Decode(&value) == nil {
			arguments[member.Name] = value
		}
	}
	return arguments
}

func limit(text string) string {
	if len(text) > maxDetailLength {
		return strings.ToValidUTF8(text[:maxDetailLength], "") + "..."
	}
	return text
}

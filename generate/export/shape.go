package export

import (
	"slices"

	"github.com/buttonbench/button"
)

// shape gives the record that is to be encoded: without what describes its making,
// with one call a turn if wanted, with the thoughts that are wanted, and with every
// assistant message marked as trained or not. Parts that the format loses are
// dropped where the encoder need not see them.
func (e *Exporter) shape(record *button.Record) (*button.Record, error) {
	if err := answered(record); err != nil {
		return nil, err
	}
	shaped := cloned(record)
	for _, part := range []Part{PartToolExtras, PartExtras} {
		if e.loses(part) {
			part.drop(shaped)
		}
	}
	if e.Options.Serial {
		serialise(shaped)
	}
	if err := e.mark(shaped); err != nil {
		return nil, err
	}
	switch e.Options.Thought {
	case ThoughtNone:
		dropThoughts(shaped)
	case ThoughtText:
		if e.loses(PartThoughtBorder) {
			joinThoughts(shaped)
		}
	case ThoughtInline:
		for i, message := range shaped.Messages {
			if err := inlineReadable(message); err != nil {
				return nil, unfit(i, "a text holds a mark of thoughts", "%v", err)
			}
		}
	}
	if e.family.Name != "" && record.Meta != nil {
		shaped.Meta = &button.Meta{Today: record.Meta.Today} // some templates print the date
	}
	return shaped, nil
}

// answered refuses a record whose calls and results do not stand as the canonical
// form wants them, which every encoder relies on.
func answered(record *button.Record) error {
	for i := 0; i < len(record.Messages); i++ {
		message := &record.Messages[i]
		switch message.Role {
		case button.RoleSystem:
			if i > 0 {
				return unfit(i, "a system message stands inside the conversation", "")
			}
		case button.RoleUser, button.RoleAssistant:
		case button.RoleTool:
			return unfit(i, "a result stands without its call", "the result of call %s does not follow that call", message.ToolCallID)
		default:
			return unfit(i, "an unknown role", "a message of role %q has no place here", message.Role)
		}
		for _, call := range message.ToolCalls {
			i++
			if message.Role != button.RoleAssistant || i >= len(record.Messages) || record.Messages[i].Role != button.RoleTool || record.Messages[i].ToolCallID != call.ID {
				return unfit(slices.IndexFunc(record.Messages, func(m button.Message) bool {
					return slices.ContainsFunc(m.ToolCalls, func(c button.Call) bool { return c.ID == call.ID })
				}),
					"a call has no result in its place", "call %s of %s has no result in its place", call.ID, call.Name)
			}
		}
	}
	return nil
}

// serialise makes a turn with several calls into several turns with one. The
// thought, and text beside the calls, stay with the first. Calls of one turn do not
// depend on one another, so that this order is one of those that they may have.
func serialise(r *button.Record) {
	r.ParallelToolCalls = false
	var out []button.Message
	for i := 0; i < len(r.Messages); i++ {
		message := r.Messages[i]
		if len(message.ToolCalls) < 2 {
			out = append(out, message)
			continue
		}
		for k, call := range message.ToolCalls {
			turn := message
			turn.ToolCalls = []button.Call{call}
			if k > 0 {
				turn.Content, turn.Reasoning = "", ""
			}
			out = append(out, turn, r.Messages[i+1+k])
		}
		i += len(message.ToolCalls)
	}
	r.Messages = out
}

// mark says of every assistant message whether the loss counts it.
func (e *Exporter) mark(r *button.Record) error {
	last := -1
	for i := range r.Messages {
		if r.Messages[i].Role == button.RoleAssistant {
			last = i
		}
	}
	trained, all := 0, true
	for i := range r.Messages {
		message := &r.Messages[i]
		if message.Role != button.RoleAssistant {
			message.Train = nil
			continue
		}
		train := true
		switch e.Options.Loss {
		case LossRecord:
			train = message.Train == nil || *message.Train
		case LossCalls:
			train = len(message.ToolCalls) > 0
		case LossAnswers:
			train = len(message.ToolCalls) == 0
		case LossLast:
			train = i == last
		}
		message.Train = &train
		if train {
			trained++
		} else {
			all = false
		}
		if !train && (e.Format.Masks == MasksNone || e.Format.Masks == MasksLast && e.Options.Loss == LossRecord) {
			return unfit(i, "a message is not to be trained on", "%s cannot say that; --loss all or last may be what you want", e.Format.Name)
		}
	}
	if trained == 0 && !all {
		return unfit(-1, "no message is to be trained on", "")
	}
	return nil
}

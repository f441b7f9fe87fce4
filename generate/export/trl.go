package export

import (
	"fmt"

	"github.com/buttonbench/button"
)

// TRL: messages as Hugging Face's chat templates take them, arguments as objects,
// the tools as a string that holds JSON, so that schemas of different rows need not
// share a type. A loss on the last message alone is a prompt and a completion,
// which the trainer masks by itself.
func trlFormat() Format {
	return Format{
		Name: "trl", For: "TRL's SFTTrainer, and whatever renders messages with a Hugging Face chat template",
		Thoughts: []Thought{ThoughtField, ThoughtInline, ThoughtText, ThoughtNone}, Masks: MasksLast,
		Lost:   []Part{PartParallelFlag, PartToolExtras, PartExtras, PartMasks},
		encode: encodeTRL, decode: decodeTRL, beside: trlBeside,
	}
}

func encodeTRL(e *Exporter, r *button.Record) (Example, error) {
	write := e.appendMessage(trlDialect)
	w := object{}
	w.text("id", r.ID)
	if e.Options.Loss == LossLast {
		end := len(r.Messages) - 1
		if end < 1 || r.Messages[end].Role != button.RoleAssistant {
			return Example{}, unfit(end, "no answer at the end", "a prompt and a completion need an assistant's message at the end")
		}
		w.name("prompt")
		w.out = appendList(w.out, r.Messages[:end], write)
		w.name("completion")
		w.out = appendList(w.out, r.Messages[end:], write)
	} else {
		w.name("messages")
		w.out = appendList(w.out, r.Messages, write)
	}
	w.text("tools", toolList(r))
	return Example{Line: w.end()}, nil
}

// toolList is the tools as a string that holds JSON.
func toolList(r *button.Record) string { return string(appendList(nil, r.Tools, appendTool)) }

func decodeTRL(e *Exporter, example Example) (*button.Record, error) {
	names := []string{"id", "messages", "tools"}
	if e.Options.Loss == LossLast {
		names = []string{"id", "prompt", "completion", "tools"}
	}
	all, err := members(example.Line, names...)
	if err != nil {
		return nil, err
	}
	r := &button.Record{}
	for _, name := range names[1 : len(names)-1] {
		messages, err := e.readMessages(all.Get(name), trlDialect)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		r.Messages = append(r.Messages, messages...)
	}
	dropMasks(r)
	return r, e.readIDAndTools(r, all)
}

// readIDAndTools reads the id, and the tools out of a string.
func (e *Exporter) readIDAndTools(r *button.Record, all button.Members) (err error) {
	var tools string
	if err := texts(all, map[string]*string{"id": &r.ID, "tools": &tools}); err != nil {
		return err
	}
	if r.Tools, err = e.tools.list([]byte(tools)); err != nil {
		return fmt.Errorf("tools: %w", err)
	}
	return nil
}

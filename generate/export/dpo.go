package export

import (
	"fmt"

	"github.com/buttonbench/button"
)

// OpenAI's preference files: the conversation up to an assistant's message, that
// message, and one that is not preferred. The preferred one is the record's; the
// other is the same message damaged in one way, which the side file names with the
// rule that it breaks. No model wrote it: it shows a fault that models make, not
// how a certain model makes it.
func dpoFormat() Format {
	return Format{
		Name: "openai-dpo", PlainOnly: true, For: "OpenAI's preference fine-tuning: each record's message against a damaged one",
		Thoughts: []Thought{ThoughtNone, ThoughtText, ThoughtInline}, Masks: MasksTurn,
		Lost:   []Part{PartID, PartResultNames, PartToolExtras, PartExtras, PartMasks, partFlagWithoutTools, partBehind},
		encode: encodeDPO, decode: decodeDPO, beside: dpoBeside,
	}
}

// partBehind is dropped where an example is compared, which knows its message.
var partBehind = Part{"messages behind the preferred one", "what follows the message that was chosen", func(*button.Record) {}}

func encodeDPO(e *Exporter, r *button.Record) (Example, error) {
	damage, err := e.damage(r)
	if err != nil {
		return Example{}, err
	}
	unmarked := cloned(r)
	dropMasks(unmarked)
	w := object{}
	w.name("input")
	input := object{out: w.out}
	input.name("messages")
	input.out = appendList(input.out, unmarked.Messages[:damage.Message], e.appendOpenAIMessage)
	e.appendOpenAITools(&input, r)
	w.out = input.end()
	rejected := damage.rejected
	rejected.Train = nil
	w.name("preferred_output")
	w.out = appendList(w.out, unmarked.Messages[damage.Message:damage.Message+1], e.appendOpenAIMessage)
	w.name("non_preferred_output")
	w.out = appendList(w.out, []button.Message{rejected}, e.appendOpenAIMessage)
	return Example{Line: w.end(), Damage: damage}, nil
}

func decodeDPO(e *Exporter, example Example) (*button.Record, error) {
	all, err := members(example.Line, "input", "preferred_output", "non_preferred_output")
	if err != nil {
		return nil, err
	}
	r, err := e.readOpenAI(all.Get("input"))
	if err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	preferred, err := e.readMessages(all.Get("preferred_output"), openaiDialect)
	if err != nil {
		return nil, fmt.Errorf("preferred_output: %w", err)
	}
	rejected, err := e.readMessages(all.Get("non_preferred_output"), openaiDialect)
	if err != nil {
		return nil, fmt.Errorf("non_preferred_output: %w", err)
	}
	if len(preferred) != 1 || len(rejected) != 1 {
		return nil, fmt.Errorf("%d preferred messages and %d others; want one each", len(preferred), len(rejected))
	}
	want, have := example.Damage.rejected, rejected[0]
	want.Train, have.Train = nil, nil
	if err := sameMessage(example.Damage.Message, want, have); err != nil {
		return nil, fmt.Errorf("non_preferred_output: %w", err)
	}
	preferred[0].Train = nil
	if sameMessage(0, preferred[0], have) == nil {
		return nil, fmt.Errorf("the two outputs are the same")
	}
	r.Messages = append(r.Messages, preferred[0])
	dropMasks(r)
	return r, nil
}

package export

import "github.com/buttonbench/button"

// Axolotl: as for TRL, but with arguments in strings, which it reads before it
// renders, and with the mask of every assistant message in its member train.
func axolotlFormat() Format {
	return Format{
		Name: "axolotl", For: "Axolotl, type chat_template",
		Thoughts: []Thought{ThoughtField, ThoughtInline, ThoughtText, ThoughtNone}, Masks: MasksTurn,
		Lost: []Part{PartParallelFlag, PartToolExtras, PartExtras},
		encode: func(e *Exporter, r *button.Record) (Example, error) {
			w := object{}
			w.text("id", r.ID)
			w.name("messages")
			w.out = appendList(w.out, r.Messages, e.appendMessage(axolotlDialect))
			w.text("tools", toolList(r))
			return Example{Line: w.end()}, nil
		},
		decode: func(e *Exporter, example Example) (*button.Record, error) {
			all, err := members(example.Line, "id", "messages", "tools")
			if err != nil {
				return nil, err
			}
			r := &button.Record{}
			if r.Messages, err = e.readMessages(all.Get("messages"), axolotlDialect); err != nil {
				return nil, err
			}
			return r, e.readIDAndTools(r, all)
		},
		beside: axolotlBeside,
	}
}

package export

import "github.com/buttonbench/button"

// LLaMA-Factory's other form has messages with a role and a content. Its reader
// takes tool_calls too, but it loads files through Arrow types, which give every
// call the arguments of all functions, as nulls; so calls are messages of the role
// function here, with the calls as JSON in the content, which it reads likewise.
func llamaFactoryOpenAIFormat() Format {
	return Format{
		Name: "llamafactory-openai", PlainOnly: true, For: "LLaMA-Factory, formatting openai",
		Thoughts: []Thought{ThoughtInline, ThoughtNone}, Masks: MasksLast,
		Lost: []Part{PartCallIDs, PartResultNames, PartParallelFlag, PartToolExtras, PartExtras, PartMasks, PartEmptyPlace},
		encode: func(e *Exporter, r *button.Record) (Example, error) {
			system, turns, err := e.alternating(r, turn{button.RoleUser, ""}, turn{button.RoleAssistant, ""}, turn{button.RoleTool, ""}, turn{"function", ""}, false)
			if err != nil {
				return Example{}, err
			}
			if system != "" {
				turns = append([]turn{{button.RoleSystem, system}}, turns...)
			}
			w := object{}
			w.text("id", r.ID)
			w.name("messages")
			w.out = appendList(w.out, turns, appendRoleAndContent)
			w.text("tools", llamaFactoryTools(r))
			return Example{Line: w.end()}, nil
		},
		decode: func(e *Exporter, example Example) (*button.Record, error) {
			all, err := members(example.Line, "id", "messages", "tools")
			if err != nil {
				return nil, err
			}
			turns, err := readTurns(all.Get("messages"), "role", "content")
			if err != nil {
				return nil, err
			}
			r, tools := &button.Record{}, ""
			if err := texts(all, map[string]*string{"id": &r.ID, "tools": &tools}); err != nil {
				return nil, err
			}
			if len(turns) > 0 && turns[0].from == button.RoleSystem {
				r.Messages = append(r.Messages, button.Message{Role: button.RoleSystem, Content: turns[0].value})
				turns = turns[1:]
			}
			if err := e.readToolText(r, tools); err != nil {
				return nil, err
			}
			return r, e.readAlternating(r, turns, false)
		},
		beside: llamaFactoryBeside,
	}
}

func appendRoleAndContent(out []byte, t *turn) []byte {
	w := object{out: out}
	w.text("role", t.from)
	w.text("content", t.value)
	return w.end()
}

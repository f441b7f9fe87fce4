package toolcall

import "strings"

// buttonDialects is the form of the BUTTON data: thoughts, and an array of calls
// or the final answer between tags.
func buttonDialects() []Dialect {
	return []Dialect{{
		Name: "button", Number: 29,
		Markers: []string{"<call>", "<final>"},
		Inner:   []string{"</call>"},
		parse:   parseButton,
		Render:  buttonRenderer(),
	}}
}

func parseButton(in *input) Result {
	whole := in.text
	in.blocks([]string{"<call>"}, func(string) error {
		if err := in.arrayOrObject(); err != nil {
			return err
		}
		in.closeTag("</call>", "<call>")
		return nil
	})
	result := in.finish()
	if result.Outcome != NotACall {
		return result
	}
	// The words before the answer are the thought.
	thought, rest, ok := strings.Cut(whole, "<final>")
	if !ok {
		return result
	}
	final, _, _ := strings.Cut(rest, "</final>")
	result.Content, result.Reasoning = strings.TrimSpace(final), strings.TrimSpace(thought)
	return result
}

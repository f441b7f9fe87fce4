package toolcall

// hermesDialects is the family of one JSON object between tags.
func hermesDialects() []Dialect {
	return []Dialect{{
		Name: "hermes", Number: 1,
		Aliases: []string{"qwen2_5", "qwen3", "exaone4", "longcat", "granite4"},
		Markers: []string{"<tool_call>", "<longcat_tool_call>"},
		parse:   parseHermes,
	}}
}

func parseHermes(in *input) Result {
	in.blocks([]string{"<tool_call>", "<longcat_tool_call>"}, func(mark string) error {
		return in.taggedObjects("</" + mark[1:])
	})
	return in.finish()
}

// taggedObjects reads the objects between an opening tag, which was read, and a
// closing one, which may be missing.
func (in *input) taggedObjects(closing string) error {
	v, err := in.readObject()
	if err != nil {
		return err
	}
	if err := in.acceptObject(v); err != nil {
		return err
	}
	in.closeTag(closing)
	return nil
}

// closeTag reads a closing tag. Where something else follows, the last call
// carries a repair, and the text stays for the content.
func (in *input) closeTag(closing string) {
	if !in.spaced(closing) {
		in.noteLast("no %s", closing)
	}
}

package toolcall

import (
	"fmt"
	"slices"
	"strings"
)

// tagDialects are the families that write calls as tags around bare text.
func tagDialects() []Dialect {
	dsml := slices.Concat(dsmlGrammar(dsmlPrefix, "function_calls").inner(), dsmlGrammar(dsmlPrefix, "tool_calls").inner())
	qwen := &tagGrammar{
		call:     tag{"<function=", "</function>"},
		argument: tag{"<parameter=", "</parameter>"},
		block:    tag{"<tool_call>", "</tool_call>"},
		bare:     true,
		newlines: newlinesEach,
	}
	seed := *qwen
	seed.block = tag{"<seed:tool_call>", "</seed:tool_call>"}
	minimax := &tagGrammar{
		call:     tag{"<invoke ", "</invoke>"},
		argument: tag{"<parameter ", "</parameter>"},
		block:    tag{"<minimax:tool_call>", "</minimax:tool_call>"},
		newlines: newlinesPaired,
	}
	step := &tagGrammar{
		call:     tag{"<steptml:invoke ", "</steptml:invoke>"},
		argument: tag{"<steptml:parameter ", "</steptml:parameter>"},
		block:    tag{"<｜tool_calls_begin｜>", "<｜tool_calls_end｜>"},
		other:    []string{"<｜tool_call_begin｜>", "<｜tool_call_end｜>", "function<｜tool_sep｜>", "<｜tool_sep｜>"},
		newlines: newlinesPaired,
	}
	return []Dialect{
		{Name: "deepseek_v32", Number: 14, Aliases: []string{"deepseek_v4", "dsml"}, parse: parseDSML, Inner: dsml,
			Markers: []string{"<｜DSML｜function_calls>", "<｜DSML｜tool_calls>", "<｜DSML｜invoke",
				"<|DSML|function_calls>", "<|DSML|tool_calls>", "<|DSML|invoke", "<｜｜DSML｜｜tool_calls>", "<||DSML||tool_calls>"}},
		{Name: "qwen3_coder", Number: 16, Aliases: []string{"qwen3_xml", "nemotron_3", "mimo", "step3p5"}, parse: qwen.parse, Inner: qwen.inner(),
			Markers: []string{"<tool_call>\n<function=", "<tool_call><function=", "<function=", "<tool_call>"}, Render: qwenRenderer()},
		{Name: "seed_oss", Number: 17, parse: seed.parse, Inner: seed.inner(), Markers: []string{"<seed:tool_call>"}},
		{Name: "minimax_m2", Number: 20, parse: minimax.parse, Inner: minimax.inner(),
			Markers: []string{"<minimax:tool_call>", "<invoke name="}},
		{Name: "step3", Number: 21, parse: step.parse, Inner: step.inner(),
			Markers: []string{"<｜tool_calls_begin｜>", "<｜tool_calls_begin｜><｜tool_call_begin｜>function<｜tool_sep｜><steptml:invoke", "<steptml:invoke"}},
	}
}

// dsmlGrammar is DeepSeek's language of tags from version 3.2 on, whose names all
// begin with a prefix.
func dsmlGrammar(prefix, block string) *tagGrammar {
	return &tagGrammar{
		call:     tag{"<" + prefix + "invoke ", "</" + prefix + "invoke>"},
		argument: tag{"<" + prefix + "parameter ", "</" + prefix + "parameter>"},
		block:    tag{"<" + prefix + block + ">", "</" + prefix + block + ">"},
		newlines: newlinesKept,
	}
}

// parseDSML takes the block that the text has, which version 4 renamed, and mends
// look-alikes of the prefix where the right one does not occur.
func parseDSML(in *input) Result {
	prefix, alike := dsmlPrefix, ""
	for _, other := range [...]string{"｜｜DSML｜｜", "||DSML||", "|DSML|"} {
		if !strings.Contains(in.text, "<"+prefix) && strings.Contains(in.text, "<"+other) {
			prefix, alike = other, fmt.Sprintf("the prefix %s for %s", other, dsmlPrefix)
		}
	}
	block := "function_calls"
	if strings.Contains(in.text, "<"+prefix+"tool_calls>") {
		block = "tool_calls"
	}
	grammar := dsmlGrammar(prefix, block)
	grammar.alike = alike
	return grammar.parse(in)
}

const dsmlPrefix = "｜DSML｜"

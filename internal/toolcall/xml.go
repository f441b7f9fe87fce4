package toolcall

// tagDialects are the families that write calls as tags around bare text.
func tagDialects() []Dialect {
	dsml := &tagGrammar{
		call:     tag{"<｜DSML｜invoke ", "</｜DSML｜invoke>"},
		argument: tag{"<｜DSML｜parameter ", "</｜DSML｜parameter>"},
		block:    tag{"<｜DSML｜function_calls>", "</｜DSML｜function_calls>"},
		other:    []string{"<｜DSML｜tool_calls>", "</｜DSML｜tool_calls>"},
		newlines: newlinesKept,
	}
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
		{Name: "deepseek_v32", Number: 14, Aliases: []string{"deepseek_v4", "dsml"}, parse: dsml.parse, Inner: dsml.inner(),
			Markers: []string{"<｜DSML｜function_calls>", "<｜DSML｜tool_calls>", "<｜DSML｜invoke"}},
		{Name: "qwen3_coder", Number: 16, Aliases: []string{"qwen3_xml", "nemotron_3", "mimo", "step3p5"}, parse: qwen.parse, Inner: qwen.inner(),
			Markers: []string{"<tool_call>\n<function=", "<tool_call><function=", "<function="}, Render: qwenRenderer()},
		{Name: "seed_oss", Number: 17, parse: seed.parse, Inner: seed.inner(), Markers: []string{"<seed:tool_call>"}},
		{Name: "minimax_m2", Number: 20, parse: minimax.parse, Inner: minimax.inner(),
			Markers: []string{"<minimax:tool_call>", "<invoke name="}},
		{Name: "step3", Number: 21, parse: step.parse, Inner: step.inner(),
			Markers: []string{"<｜tool_calls_begin｜><｜tool_call_begin｜>function<｜tool_sep｜><steptml:invoke", "<｜tool_calls_begin｜>", "<steptml:invoke"}},
	}
}

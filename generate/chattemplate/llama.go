package chattemplate

import (
	"fmt"

	"github.com/buttonbench/button"
)

// Llama 3, 3.1, 3.2, 3.3 and 4: a call is a whole turn of JSON, a result a turn of
// role ipython.

const (
	llamaBegin  = "<|begin_of_text|>"
	llamaStart  = "<|start_header_id|>"
	llamaHeader = "<|end_header_id|>"
	llamaEnd    = "<|eot_id|>"

	llama4Start  = "<|header_start|>"
	llama4Header = "<|header_end|>"
	llama4End    = "<|eot|>"
	pythonStart  = "<|python_start|>"
	pythonEnd    = "<|python_end|>"

	llamaGiven = "Given the following functions, please respond with a JSON for a function call with its proper arguments that best answers the given prompt.\n\n" +
		`Respond in the format {"name": function name, "parameters": dictionary of argument name and its value}.Do not use variables.` + "\n\n"
	pythonicGiven = "\nHere is a list of functions in JSON format that you can invoke. Use exact format: [func_name1(param1=value1, param2=value2), func_name2(...)]\n"
)

func llamaFamilies() []Family {
	marks := []string{llamaBegin, llamaStart, llamaHeader, llamaEnd, "<|eom_id|>", "<|python_tag|>"}
	marks4 := []string{llamaBegin, llama4Start, llama4Header, llama4End, "<|eom|>", pythonStart, pythonEnd}
	three := headers{llamaStart, llamaHeader, llamaEnd, "\n\n", readLlamaCall}
	return []Family{
		{Name: "llama3", Models: "Llama 3", Arguments: Object, NoCalls: true, NoTools: true, Generation: "TRL", Marks: marks,
			render: renderLlama3, read: readHeaders(headers{llamaStart, llamaHeader, llamaEnd, "\n\n", nil})},
		{Name: "llama3.1", Aliases: []string{"llama3.3"}, Models: "Llama 3.1, Llama 3.3", Arguments: Object, OneCall: true, LosesText: true, Requoted: true,
			Dialect: "llama3_json", Marks: marks, read: readHeaders(three),
			render: func(w *writer, c *conversation) error { return renderLlama31(w, c, "26 Jul 2024") }},
		{Name: "llama3.2", Models: "Llama 3.2", Arguments: Object, OneCall: true, LosesText: true, Requoted: true,
			Dialect: "llama3_json", Marks: marks, read: readHeaders(three),
			render: func(w *writer, c *conversation) error { return renderLlama31(w, c, c.today.Format("02 Jan 2006")) }},
		{Name: "llama4", Models: "Llama 4", Arguments: Object, Requoted: true, Dialect: "llama4_json", Marks: marks4,
			render: renderLlama4, read: readHeaders(headers{llama4Start, llama4Header, llama4End, "\n\n", readLlama4Calls})},
		{Name: "llama4-pythonic", Models: "Llama 4 with vLLM's pythonic template", Arguments: Object, TextOnly: true, Requoted: true, Dialect: "llama4_pythonic", Marks: marks4,
			render: renderLlama4Pythonic, read: readHeaders(headers{llama4Start, llama4Header, llama4End, "\n\n", readPythonicCalls})},
	}
}

func renderLlama3(w *writer, c *conversation) error {
	w.text(llamaBegin)
	for i := range c.messages {
		m := &c.messages[i]
		w.text(llamaStart, m.Role, llamaHeader, "\n\n")
		start := len(w.out)
		w.text(trim(m.Content), llamaEnd)
		if m.Role == button.RoleAssistant {
			w.trained(c, i, start)
		}
	}
	return nil
}

// llamaTools writes the tools into the first user message and returns the index of
// the message behind it.
func llamaTools(w *writer, c *conversation, start, header, end string) (next int, err error) {
	first := c.rest()
	if len(c.tools) == 0 {
		return first, nil
	}
	if first >= len(c.messages) {
		return 0, &Refusal{-1, "there is no first user message that could hold the tools"}
	}
	w.text(start, "user", header, "\n\n", llamaGiven)
	for _, tool := range c.tools {
		w.text(tool.indented(), "\n\n")
	}
	w.text(trim(c.messages[first].Content), end)
	return first + 1, nil
}

func renderLlama31(w *writer, c *conversation, date string) error {
	system, _ := c.system()
	w.text(llamaBegin, llamaStart, "system", llamaHeader, "\n\n")
	if len(c.tools) > 0 {
		w.text("Environment: ipython\n")
	}
	w.text("Cutting Knowledge Date: December 2023\nToday Date: ", date, "\n\n", trim(system), llamaEnd)
	next, err := llamaTools(w, c, llamaStart, llamaHeader, llamaEnd)
	if err != nil {
		return err
	}
	for i := next; i < len(c.messages); i++ {
		m := &c.messages[i]
		switch {
		case m.calls():
			if len(m.ToolCalls) > 1 {
				return &Refusal{i, fmt.Sprintf("%d calls in one turn: this model only supports single tool-calls at once", len(m.ToolCalls))}
			}
			w.text(llamaStart, "assistant", llamaHeader, "\n\n")
			start := len(w.out)
			w.jsonCall(m, 0, "parameters")
			w.text(llamaEnd)
			w.spoken(c, i, start)
		case m.Role == button.RoleTool:
			w.text(llamaStart, "ipython", llamaHeader, "\n\n", quoted(m.Content), llamaEnd)
		default:
			w.text(llamaStart, m.Role, llamaHeader, "\n\n")
			start := len(w.out)
			w.text(trim(m.Content), llamaEnd)
			w.spoken(c, i, start)
		}
	}
	return nil
}

func renderLlama4(w *writer, c *conversation) error {
	w.text(llamaBegin)
	if system, ok := c.system(); ok {
		w.text(llama4Start, "system", llama4Header, "\n\n")
		if len(c.tools) > 0 {
			w.text("Environment: ipython\n")
		}
		w.text(trim(system), llama4End)
	}
	next, err := llamaTools(w, c, llama4Start, llama4Header, llama4End)
	if err != nil {
		return err
	}
	for i := next; i < len(c.messages); i++ {
		m := &c.messages[i]
		switch {
		case m.calls():
			w.text(llama4Start, "assistant", llama4Header, "\n\n")
			start := len(w.out)
			w.text(pythonStart, m.Content, pythonEnd)
			for j := range m.ToolCalls {
				w.jsonCall(m, j, "parameters")
			}
			w.text(llama4End)
			w.spoken(c, i, start)
		case m.Role == button.RoleTool:
			w.text(llama4Start, "ipython", llama4Header, "\n\n", quoted(m.Content), llama4End)
		default:
			w.text(llama4Start, m.Role, llama4Header, "\n\n")
			start := len(w.out)
			w.text(m.Content, llama4End)
			w.spoken(c, i, start)
		}
	}
	return nil
}

// renderLlama4Pythonic prints every argument as a Python string, numbers too, and
// escapes nothing. The template's own system prompt, which stands where a record has
// none, is left out.
func renderLlama4Pythonic(w *writer, c *conversation) error {
	w.text(llamaBegin)
	system, ok := c.system()
	if system = trim(system); ok && system != "" {
		w.text(llama4Start, "system", llama4Header, "\n\n", system)
		if len(c.tools) > 0 {
			w.text(pythonicGiven, (&value{kind: list, items: c.tools}).indented())
		}
		w.text(llama4End)
	}
	for i := c.rest(); i < len(c.messages); i++ {
		m := &c.messages[i]
		switch {
		case m.calls():
			w.text(llama4Start, "assistant", llama4Header, "\n\n")
			start := len(w.out)
			w.text(m.Content, "[")
			for j, call := range m.ToolCalls {
				if j > 0 {
					w.text(", ")
				}
				w.text(call.Name, "(")
				for k, argument := range m.arguments[j].members {
					if k > 0 {
						w.text(", ")
					}
					w.text(argument.name, `="`, argument.value.python(), `"`)
				}
				w.text(")")
			}
			w.text("]", llama4End)
			w.spoken(c, i, start)
		case m.Role == button.RoleTool:
			w.text(llama4Start, "ipython", llama4Header, "\n\n", quoted(m.Content), llama4End)
		default:
			w.text(llama4Start, m.Role, llama4Header, "\n\n")
			start := len(w.out)
			w.text(m.Content, llama4End)
			w.spoken(c, i, start)
		}
	}
	return nil
}

package chattemplate

import (
	"github.com/buttonbench/button"
)

// Phi-4-mini with the template that vLLM ships for its tools. Its prompt asks for
// calls behind the word functools, which the template itself does not print. Of a
// turn with both text and calls only the text is printed.

const phiGiven = `In addition to plain text responses, you can choose to call one or more of the provided functions.

Use the following rule to decide when to call a function:
  * if the response can be generated from your internal knowledge (e.g., as in the case of queries like "What is the capital of Poland?"), do so
  * if you need external information that can be obtained by calling one or more of the provided functions, generate a function calls

If you decide to call functions:
  * prefix function calls with functools marker (no closing marker required)
  * all function calls should be generated in a single JSON list formatted as functools[{"name": [function name], "arguments": [function arguments as JSON]}, ...]
  * follow the provided JSON schema. Do not hallucinate arguments or values. Do to blindly copy values from the provided samples
  * respect the argument type formatting. E.g., if the type is number and format is float, write value 7 as 7.0
  * make sure you pick the right functions that match the user intent`

const (
	phiSystem    = "<|system|>"
	phiUser      = "<|user|>"
	phiAssistant = "<|assistant|>"
	phiTool      = "<|tool|>"
	phiEnd       = "<|end|>"
)

func phiFamilies() []Family {
	return []Family{{Name: "phi4-mini", Models: "Phi-4-mini with vLLM's template", Arguments: String, LosesText: true,
		Marks: []string{phiSystem, phiUser, phiAssistant, phiTool, phiEnd}, render: renderPhi4Mini, read: readPhi}}
}

func renderPhi4Mini(w *writer, c *conversation) error {
	system, ok := c.system()
	if system = trim(system); !ok {
		system = "You are a helpful assistant."
	}
	w.text(phiSystem, "\n", system)
	if len(c.tools) > 0 {
		w.text(phiGiven)
		for _, tool := range c.tools {
			w.text(tool.indented(), "\n\n")
		}
	}
	w.text(phiEnd)
	for i := c.rest(); i < len(c.messages); i++ {
		m := &c.messages[i]
		if m.Role == button.RoleSystem {
			continue
		}
		w.text("<|", m.Role, "|>")
		start := len(w.out)
		if m.Content != "" {
			w.text(m.Content)
		} else {
			for j, call := range m.ToolCalls {
				if j > 0 {
					w.text(",")
				}
				arguments := string(call.Arguments)
				if arguments == "" {
					arguments = "{}"
				}
				w.text(`{"name": "`, call.Name, `", "arguments": `, arguments, "}")
			}
		}
		w.text(phiEnd)
		w.spoken(c, i, start)
	}
	w.text(phiAssistant)
	return nil
}

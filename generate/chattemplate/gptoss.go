package chattemplate

import (
	"strings"
	"unicode/utf8"

	"github.com/buttonbench/button"
)

// gpt-oss: OpenAI's harmony messages. Only the first call of a turn is printed, yet
// every result; a thought stands on a calling turn only where no answer follows.
// reasoning_content is taken for the template's own member, "thinking".

const (
	harmonyStart   = "<|start|>"
	harmonyChannel = "<|channel|>"
	harmonyMessage = "<|message|>"
	harmonyEnd     = "<|end|>"
	harmonyCall    = "<|call|>"
	harmonyReturn  = "<|return|>"
	harmonyKind    = "<|constrain|>"
)

func gptOSSFamilies() []Family {
	return []Family{{Name: "gpt-oss", Aliases: []string{"harmony"}, Models: "gpt-oss", Arguments: Object, OneCall: true, LosesText: true, Requoted: true, Thoughts: true, Generation: "TRL",
		Dialect: "openai", Marks: []string{harmonyStart, harmonyChannel, harmonyMessage, harmonyEnd, harmonyCall, harmonyReturn, harmonyKind},
		render: renderGPTOSS, read: readHarmony}}
}

func renderGPTOSS(w *writer, c *conversation) error {
	w.text(harmonyStart, "system", harmonyMessage, "You are ChatGPT, a large language model trained by OpenAI.\nKnowledge cutoff: 2024-06\nCurrent date: ",
		c.today.Format("2006-01-02"), "\n\nReasoning: medium\n\n# Valid channels: analysis, commentary, final. Channel must be included for every message.")
	if len(c.tools) > 0 {
		w.text("\nCalls to these tools must go to the commentary channel: 'functions'.")
	}
	w.text(harmonyEnd)
	if system, _ := c.system(); system != "" || len(c.tools) > 0 {
		w.text(harmonyStart, "developer", harmonyMessage)
		if system != "" {
			w.text("# Instructions\n\n", system, "\n\n")
		}
		if len(c.tools) > 0 {
			harmonyTools(w, c.tools)
		}
		w.text(harmonyEnd)
	}
	lastCall := ""
	for i := c.rest(); i < len(c.messages); i++ {
		m := &c.messages[i]
		switch m.Role {
		case button.RoleUser:
			w.text(harmonyStart, "user", harmonyMessage, m.Content, harmonyEnd)
		case button.RoleAssistant:
			start := len(w.out)
			if err := harmonyAnswer(w, c, i, &lastCall); err != nil {
				return err
			}
			w.trained(c, i, start)
		case button.RoleTool:
			if lastCall == "" {
				return &Refusal{i, "a result without a call before it"}
			}
			w.text(harmonyStart, "functions.", lastCall, " to=assistant", harmonyChannel, "commentary", harmonyMessage, quoted(m.Content), harmonyEnd)
		}
	}
	return nil
}

func harmonyAnswer(w *writer, c *conversation, i int, lastCall *string) error {
	m := &c.messages[i]
	for _, s := range []string{m.Content, m.Reasoning} {
		if strings.Contains(s, harmonyChannel+"analysis"+harmonyMessage) || strings.Contains(s, harmonyChannel+"final"+harmonyMessage) {
			return &Refusal{i, "its text holds <|channel|> marks"}
		}
	}
	analysis := func(s string) {
		w.text(harmonyStart, "assistant", harmonyChannel, "analysis", harmonyMessage, s, harmonyEnd)
	}
	switch {
	case m.calls():
		if m.Content != "" && m.Reasoning != "" {
			return &Refusal{i, "a calling message cannot have both content and a thought"}
		}
		if !harmonyAnswered(c, i) && m.Content+m.Reasoning != "" {
			analysis(m.Content + m.Reasoning)
		}
		w.text(harmonyStart, "assistant to=functions.", m.ToolCalls[0].Name, harmonyChannel, "commentary json", harmonyMessage)
		w.json(m.arguments[0])
		w.text(harmonyCall)
		*lastCall = m.ToolCalls[0].Name
	case i == len(c.messages)-1:
		if m.Reasoning != "" {
			analysis(m.Reasoning)
		}
		w.text(harmonyStart, "assistant", harmonyChannel, "final", harmonyMessage, m.Content, harmonyReturn)
	default:
		w.text(harmonyStart, "assistant", harmonyChannel, "final", harmonyMessage, m.Content, harmonyEnd)
		*lastCall = ""
	}
	return nil
}

// harmonyAnswered reports whether an answer without calls follows.
func harmonyAnswered(c *conversation, i int) bool {
	for j := i + 1; j < len(c.messages); j++ {
		if c.messages[j].Role == button.RoleAssistant && !c.messages[j].calls() {
			return true
		}
	}
	return false
}

// harmonyTools writes the tools as a TypeScript namespace.
func harmonyTools(w *writer, tools []*value) {
	w.text("# Tools\n\n## functions\n\nnamespace functions {\n\n")
	for _, tool := range tools {
		function := tool.get("function")
		w.text("// ", function.get("description").str(), "\ntype ", function.get("name").str(), " = ")
		properties := function.get("parameters").get("properties")
		if !properties.truthy() {
			w.text("() => any;\n\n")
			continue
		}
		w.text("(_: {\n")
		required := function.get("parameters").get("required")
		for _, property := range properties.members {
			harmonyProperty(w, property, required)
		}
		w.text("}) => any;\n\n")
	}
	w.text("} // namespace functions")
}

func harmonyProperty(w *writer, property member, required *value) {
	schema := property.value
	if description := schema.get("description"); description.truthy() {
		w.text("// ", description.python(), "\n")
	}
	w.text(property.name)
	if !holds(required, property.name) {
		w.text("?")
	}
	w.text(": ", typeScript(schema, required))
	if standard := schema.get("default"); standard != nil {
		switch {
		case schema.get("enum").truthy():
			w.text(", // default: ", standard.python())
		case schema.get("oneOf").truthy():
			w.text("// default: ", standard.python())
		default:
			w.text(", // default: ", standard.json())
		}
	}
	w.text(",\n")
}

// holds reports whether a list holds a string.
func holds(names *value, name string) bool {
	if names == nil {
		return false
	}
	for _, item := range names.items {
		if item.kind == text && item.text == name {
			return true
		}
	}
	return false
}

// typeScript is a schema as a TypeScript type, with the template's own line breaks.
func typeScript(schema, required *value) string {
	kind := schema.get("type")
	nullable := ""
	if schema.get("nullable").truthy() {
		nullable = " | null"
	}
	switch {
	case kind.str() == "array":
		return typeScriptArray(schema.get("items"), required) + nullable
	case kind != nil && kind.kind == list && len(kind.items) > 0:
		var kinds []string
		for _, item := range kind.items {
			kinds = append(kinds, item.python())
		}
		return strings.Join(kinds, " | ")
	case schema.get("oneOf").truthy():
		return typeScriptUnion(schema.get("oneOf"), required)
	}
	switch kind.str() {
	case "string":
		if enum := schema.get("enum"); enum.truthy() {
			var values []string
			for _, item := range enum.items {
				values = append(values, item.python())
			}
			return `"` + strings.Join(values, `" | "`) + `"`
		}
		return "string" + nullable
	case "number", "integer":
		return "number"
	case "boolean":
		return "boolean"
	case "object":
		return typeScriptObject(schema)
	}
	return "any"
}

func typeScriptArray(items, required *value) string {
	if !items.truthy() {
		return "any[]"
	}
	switch items.get("type").str() {
	case "string":
		return "string[]"
	case "number", "integer":
		return "number[]"
	case "boolean":
		return "boolean[]"
	}
	inner := typeScript(items, required)
	if inner == "object | object" || utf8.RuneCountInString(inner) > 50 {
		return "any[]"
	}
	return inner + "[]"
}

func typeScriptUnion(variants, required *value) string {
	objects := false
	for _, variant := range variants.items {
		objects = objects || variant.get("type").str() == "object"
	}
	if objects && len(variants.items) > 1 {
		return "any"
	}
	var out strings.Builder
	for i, variant := range variants.items {
		out.WriteString(typeScript(variant, required))
		if description := variant.get("description"); description.truthy() {
			out.WriteString("// " + description.python())
		}
		if standard := variant.get("default"); standard != nil {
			out.WriteString(strings.Repeat(" ", 20) + "// default: " + standard.json())
		}
		if i < len(variants.items)-1 {
			out.WriteString(" | \n")
		}
	}
	return out.String()
}

func typeScriptObject(schema *value) string {
	properties := schema.get("properties")
	if !properties.truthy() {
		return "object"
	}
	var out strings.Builder
	out.WriteString("{\n")
	required := schema.get("required")
	for i, property := range properties.members {
		out.WriteString(property.name)
		if !holds(required, property.name) {
			out.WriteString("?")
		}
		out.WriteString(": \n" + strings.Repeat(" ", 16) + typeScript(property.value, required))
		if i < len(properties.members)-1 {
			out.WriteString(", ")
		}
	}
	return out.String() + "}"
}

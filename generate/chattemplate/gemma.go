package chattemplate

import (
	"strings"

	"github.com/buttonbench/button"
)

// Gemma 4, by the template of July 2026, and FunctionGemma, whose format is written
// down in its documentation. Values stand in braces without quotation marks; a mark
// of its own parts strings from the rest.

const (
	gemmaBegin     = "<bos>"
	gemma4Turn     = "<|turn>"
	gemma4End      = "<turn|>"
	gemma4Quote    = `<|"|>`
	gemma4Call     = "<|tool_call>"
	gemma4CallEnd  = "<tool_call|>"
	gemma4Resp     = "<|tool_response>"
	gemma4RespEnd  = "<tool_response|>"
	gemma4Tool     = "<|tool>"
	gemma4ToolEnd  = "<tool|>"
	gemma4Channel  = "<|channel>"
	gemma4ChanDone = "<channel|>"

	gemmaTurn    = "<start_of_turn>"
	gemmaEnd     = "<end_of_turn>"
	gemmaEscape  = "<escape>"
	gemmaCall    = "<start_function_call>"
	gemmaCallEnd = "<end_function_call>"
	gemmaResp    = "<start_function_response>"
	gemmaRespEnd = "<end_function_response>"
	gemmaTool    = "<start_function_declaration>"
	gemmaToolEnd = "<end_function_declaration>"
	gemmaOpening = "You are a model that can do function calling with the following functions"
)

func gemmaFamilies() []Family {
	return []Family{
		{Name: "gemma4", Models: "Gemma 4", Arguments: Object, MovesText: true, Thoughts: true, Dialect: "gemma4",
			Marks:  []string{gemmaBegin, gemma4Turn, gemma4End, gemma4Quote, gemma4Call, gemma4CallEnd, gemma4Resp, gemma4RespEnd, gemma4Tool, gemma4ToolEnd, gemma4Channel, gemma4ChanDone},
			render: renderGemma4, read: readGemma(gemma4Words())},
		{Name: "functiongemma", Models: "FunctionGemma", Arguments: Object, MovesText: true, Dialect: "functiongemma",
			Marks:  []string{gemmaBegin, gemmaTurn, gemmaEnd, gemmaEscape, gemmaCall, gemmaCallEnd, gemmaResp, gemmaRespEnd, gemmaTool, gemmaToolEnd},
			render: renderFunctionGemma, read: readGemma(functionGemmaWords())},
	}
}

// gemmaWords are the marks by which the two generations differ.
type gemmaWords struct {
	turn, end, quote, call, callEnd, resp, respEnd, channel, channelEnd string
}

func gemma4Words() gemmaWords {
	return gemmaWords{gemma4Turn, gemma4End, gemma4Quote, gemma4Call, gemma4CallEnd, gemma4Resp, gemma4RespEnd, gemma4Channel, gemma4ChanDone}
}

func functionGemmaWords() gemmaWords {
	return gemmaWords{gemmaTurn, gemmaEnd, gemmaEscape, gemmaCall, gemmaCallEnd, gemmaResp, gemmaRespEnd, "", ""}
}

// gemmaValue writes a value without quotation marks; members in the order of their names.
func (w *writer) gemmaValue(v *value, quote string, quoteKeys bool) {
	switch v.kind {
	case null:
		w.text("null")
	case boolean:
		w.text(v.text)
	case number:
		w.text(v.python())
	case text:
		w.text(quote, v.text, quote)
	case list:
		w.text("[")
		for i, item := range v.items {
			if i > 0 {
				w.text(",")
			}
			w.gemmaValue(item, quote, quoteKeys)
		}
		w.text("]")
	case object:
		w.text("{")
		w.gemmaMembers(v, quote, quoteKeys)
		w.text("}")
	}
}

func (w *writer) gemmaMembers(v *value, quote string, quoteKeys bool) {
	for i, m := range v.sorted() {
		if i > 0 {
			w.text(",")
		}
		if quoteKeys {
			w.text(quote, m.name, quote, ":")
		} else {
			w.text(m.name, ":")
		}
		w.gemmaValue(m.value, quote, quoteKeys)
	}
}

// upper is Jinja's upper of a value.
func upper(v *value) string {
	if v == nil {
		return ""
	}
	return strings.ToUpper(v.python())
}

func renderGemma4(w *writer, c *conversation) error {
	w.text(gemmaBegin)
	system, ok := c.system()
	if ok || len(c.tools) > 0 {
		w.text(gemma4Turn, "system\n", trim(system))
		for _, tool := range c.tools {
			w.text(gemma4Tool)
			gemma4Declaration(w, tool.get("function"))
			w.text(gemma4ToolEnd)
		}
		w.text(gemma4End, "\n")
	}
	previous := "" // role of the message before, results left out
	for i := c.rest(); i < len(c.messages); i++ {
		m := &c.messages[i]
		if m.Role == button.RoleTool {
			continue
		}
		role := m.Role
		if role == button.RoleAssistant {
			role = "model"
		}
		if role != "model" || previous != button.RoleAssistant {
			w.text(gemma4Turn, role, "\n")
		}
		previous = m.Role
		gemma4Message(w, c, i, role)
	}
	return nil
}

func gemma4Message(w *writer, c *conversation, i int, role string) {
	m := &c.messages[i]
	start := len(w.out)
	if m.Reasoning != "" && i > c.last {
		w.text(gemma4Channel, "thought\n", m.Reasoning, "\n", gemma4ChanDone)
	}
	for j, call := range m.ToolCalls {
		w.text(gemma4Call, "call:", call.Name, "{")
		w.gemmaMembers(m.arguments[j], gemma4Quote, false)
		w.text("}", gemma4CallEnd)
	}
	if m.calls() {
		w.spoken(c, i, start)
	}
	answered := false
	next := i + 1
	for ; next < len(c.messages) && c.messages[next].Role == button.RoleTool; next++ {
		if m.calls() {
			answered = true
			w.text(gemma4Resp, "response:", gemmaName(c, next), "{value:", gemma4Quote, c.messages[next].Content, gemma4Quote, "}", gemma4RespEnd)
		}
	}
	content := trim(m.Content)
	if role == "model" {
		content = withoutChannels(m.Content)
	}
	w.text(content)
	switch {
	case m.calls() && !answered:
		w.text(gemma4Resp)
	case role == "model" && c.role(next) == button.RoleAssistant:
	case answered && content == "" && next >= len(c.messages):
	default:
		w.text(gemma4End, "\n")
	}
}

// gemmaName is the function that a result is said to be of.
func gemmaName(c *conversation, i int) string {
	if name := c.callOf(i); name != "" {
		return name
	}
	return "unknown"
}

// withoutChannels removes thoughts that stand in the content.
func withoutChannels(content string) string {
	var out strings.Builder
	for part := range strings.SplitSeq(content, gemma4ChanDone) {
		before, _, _ := strings.Cut(part, gemma4Channel)
		out.WriteString(before)
	}
	return trim(out.String())
}

func gemma4Declaration(w *writer, function *value) {
	quote := gemma4Quote
	w.text("declaration:", function.get("name").str(), "{description:", quote, function.get("description").str(), quote)
	if parameters := function.get("parameters"); parameters.truthy() {
		w.text(",parameters:{")
		if properties := parameters.get("properties"); properties.truthy() {
			w.text("properties:{")
			gemma4Parameters(w, properties, false)
			w.text("},")
		}
		if required := parameters.get("required"); required.truthy() {
			gemma4Required(w, required)
			w.text(",")
		}
		if kind := parameters.get("type"); kind.truthy() {
			w.text("type:", quote, upper(kind), quote, "}")
		}
	}
	if response := function.get("response"); response != nil {
		w.text(",response:{")
		if description := response.get("description"); description.truthy() {
			w.text("description:", quote, description.python(), quote, ",")
		}
		if kind := response.get("type"); upper(kind) == "OBJECT" {
			w.text("type:", quote, "OBJECT", quote, "}")
		}
	}
	w.text("}")
}

func gemma4Required(w *writer, required *value) {
	w.text("required:[")
	for i, item := range required.items {
		if i > 0 {
			w.text(",")
		}
		w.text(gemma4Quote, item.python(), gemma4Quote)
	}
	w.text("]")
}

// gemma4Parameters writes schemas; filtered leaves out the words of JSON Schema,
// where a schema without properties is taken for its own properties.
func gemma4Parameters(w *writer, properties *value, filtered bool) {
	first := true
	for _, property := range properties.sorted() {
		switch property.name {
		case "description", "type", "properties", "required", "nullable":
			if filtered {
				continue
			}
		}
		if !first {
			w.text(",")
		}
		first = false
		w.text(property.name, ":{")
		gemma4Schema(w, property.value)
		w.text("}")
	}
}

func gemma4Schema(w *writer, schema *value) {
	comma := ""
	part := func(parts ...string) {
		w.text(comma)
		w.text(parts...)
		comma = ","
	}
	if description := schema.get("description"); description.truthy() {
		part("description:", gemma4Quote, description.python(), gemma4Quote)
	}
	kind := upper(schema.get("type"))
	switch items := schema.get("items"); {
	case kind == "STRING" && schema.get("enum").truthy():
		part("enum:")
		w.gemmaValue(schema.get("enum"), gemma4Quote, true)
	case kind == "ARRAY" && items != nil && items.kind == object && items.truthy():
		part("items:{")
		gemma4Items(w, items)
		w.text("}")
	}
	if schema.get("nullable").truthy() {
		part("nullable:true")
	}
	if kind == "OBJECT" {
		part("properties:{")
		if inner := schema.get("properties"); inner != nil && inner.kind == object {
			gemma4Parameters(w, inner, false)
		} else {
			gemma4Parameters(w, schema, true)
		}
		w.text("}")
		if required := schema.get("required"); required.truthy() {
			w.text(",")
			gemma4Required(w, required)
		}
	}
	part("type:", gemma4Quote, kind, gemma4Quote)
}

func gemma4Items(w *writer, items *value) {
	first := true
	for _, m := range items.sorted() {
		if m.value.kind == null {
			continue
		}
		if !first {
			w.text(",")
		}
		first = false
		switch {
		case m.name == "properties":
			w.text("properties:{")
			if m.value.kind == object {
				gemma4Parameters(w, m.value, false)
			}
			w.text("}")
		case m.name == "required":
			gemma4Required(w, m.value)
		case m.name == "type" && m.value.kind == text:
			w.text("type:", gemma4Quote, upper(m.value), gemma4Quote)
		case m.name == "type":
			kinds := &value{kind: list}
			for _, item := range m.value.items {
				kinds.items = append(kinds.items, &value{kind: text, text: upper(item)})
			}
			w.text("type:")
			w.gemmaValue(kinds, gemma4Quote, true)
		default:
			w.text(m.name, ":")
			w.gemmaValue(m.value, gemma4Quote, true)
		}
	}
}

func renderFunctionGemma(w *writer, c *conversation) error {
	w.text(gemmaBegin)
	system, ok := c.system()
	if ok || len(c.tools) > 0 {
		w.text(gemmaTurn, "developer\n")
		if len(c.tools) > 0 && !strings.HasPrefix(system, gemmaOpening) {
			w.text(gemmaOpening)
			if ok {
				w.text("\n")
			}
		}
		w.text(trim(system))
		for _, tool := range c.tools {
			w.text(gemmaTool)
			functionGemmaDeclaration(w, tool.get("function"))
			w.text(gemmaToolEnd)
		}
		w.text(gemmaEnd, "\n")
	}
	open := false // a model's turn that results have not ended
	for i := c.rest(); i < len(c.messages); i++ {
		m := &c.messages[i]
		switch m.Role {
		case button.RoleAssistant:
			if !open {
				w.text(gemmaTurn, "model\n")
			}
			start := len(w.out)
			for j, call := range m.ToolCalls {
				w.text(gemmaCall, "call:", call.Name, "{")
				w.gemmaMembers(m.arguments[j], gemmaEscape, false)
				w.text("}", gemmaCallEnd)
			}
			if m.calls() {
				w.spoken(c, i, start)
			}
			for k := i + 1; m.calls() && c.role(k) == button.RoleTool; k++ {
				w.text(gemmaResp, "response:", gemmaName(c, k), "{value:", gemmaEscape, c.messages[k].Content, gemmaEscape, "}", gemmaRespEnd)
			}
			w.text(trim(m.Content))
			if open = m.calls(); !open {
				w.text(gemmaEnd, "\n")
			}
		case button.RoleTool:
		default:
			if open {
				w.text(gemmaEnd, "\n")
			}
			open = false
			w.text(gemmaTurn, m.Role, "\n", trim(m.Content), gemmaEnd, "\n")
		}
	}
	return nil
}

func functionGemmaDeclaration(w *writer, function *value) {
	quote := gemmaEscape
	w.text("declaration:", function.get("name").str(), "{description:", quote, function.get("description").str(), quote, ",parameters:{")
	parameters := function.get("parameters")
	if properties := parameters.get("properties"); properties.truthy() {
		w.text("properties:{")
		for i, property := range properties.sorted() {
			if i > 0 {
				w.text(",")
			}
			w.text(property.name, ":{description:", quote, property.value.get("description").str(), quote, ",type:", quote, upper(property.value.get("type")), quote, "}")
		}
		w.text("},")
	}
	if required := parameters.get("required"); required.truthy() {
		w.text("required:[")
		for i, item := range required.items {
			if i > 0 {
				w.text(",")
			}
			w.text(quote, item.python(), quote)
		}
		w.text("],")
	}
	w.text("type:", quote, "OBJECT", quote, "}}")
}

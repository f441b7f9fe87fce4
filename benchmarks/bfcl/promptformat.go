package bfcl

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// promptFormat is one of the prompt formats of format_sensitivity (bfcl.md section 9):
// how calls are to be written, whether a tag stands around them, how functions are
// shown, and two ways of wording it.
type promptFormat struct {
	returned     string // python, json, verbose_xml, concise_xml
	tagged       bool
	documents    string // python, xml, json
	markdown     bool
	experimental bool
}

// parseFormat reads a configuration such as
// ret_fmt=json&tool_call_tag=True&func_doc_fmt=xml&prompt_fmt=plaintext&style=classic.
func parseFormat(configuration string) (promptFormat, error) {
	values, err := url.ParseQuery(configuration)
	if err != nil {
		return promptFormat{}, fmt.Errorf("reading the prompt format %q: %w", configuration, err)
	}
	choose := func(name string, allowed ...string) string {
		for _, one := range allowed {
			if values.Get(name) == one {
				return one
			}
		}
		if err == nil {
			err = fmt.Errorf("reading the prompt format %q: %s must be one of %s", configuration, name, strings.Join(allowed, ", "))
		}
		return ""
	}
	f := promptFormat{
		returned:     choose("ret_fmt", "python", "json", "verbose_xml", "concise_xml"),
		tagged:       choose("tool_call_tag", "True", "False") == "True",
		documents:    choose("func_doc_fmt", "python", "xml", "json"),
		markdown:     choose("prompt_fmt", "plaintext", "markdown") == "markdown",
		experimental: choose("style", "classic", "experimental") == "experimental",
	}
	return f, err
}

// form is the literal form of calls.
func (f promptFormat) form() string {
	form := map[string]string{
		"python":      callForm,
		"json":        `[{"function": "func_name1", "parameters": {"param1": "value1", "param2": "value2"}}, {"function": "func_name2", "parameters": {"param": "value"}}]`,
		"verbose_xml": `<functions><function name="func_name1"><params><param name="param1" value="value1" type="type1"/><param name="param2" value="value2" type="type2"/></params></function><function name="func_name2"><params><param name="param" value="value" type="type"/></params></function></functions>`,
		"concise_xml": `<functions><function name="func_name1"><param name="param1" type="type1">value1</param><param name="param2" type="type2">value2</param></function><function name="func_name2"><param name="param" type="type">value</param></function></functions>`,
	}[f.returned]
	if f.tagged {
		return "<TOOLCALL>" + form + "</TOOLCALL>"
	}
	return form
}

// section is a part of the system prompt.
type section struct{ title, text string }

// prompt is the system message under this format.
func (f promptFormat) prompt(documents []*python.Dict) (string, error) {
	shown, err := f.show(documents)
	if err != nil {
		return "", err
	}
	kind := map[string]string{"python": "Python", "json": "JSON", "xml": "XML"}[f.documents]
	sections := []section{
		{"Role", "You are an expert in composing function calls. You get a question and a list of functions. Answer the question by making one or more calls to these functions. If none of them fits, say so; if the question lacks what a required parameter needs, say that."},
		{"Output", "When you decide to call functions, return nothing but the calls, in exactly this form, and no other text:\n" + f.form()},
		{"Turns", "Within a turn do as much as you can to fulfil the user's request, and keep calling functions until it is done. As soon as you make no more calls, the turn counts as finished and the next one begins."},
		{"Functions", "These are the functions that you can call, as " + kind + ":\n" + shown},
	}
	if f.experimental {
		sections[0].text = "Your task: turn the user's question into calls of the functions below. Call as many as it takes. Without a fitting function, or without a value for a required parameter, tell the user so instead."
		sections[1].text = "Form of the calls, to be kept to the letter, with nothing before or after it:\n" + f.form()
		sections[2].text = "A turn lasts until you answer without calls. Make all calls that the request needs before you end it."
	}
	if f.returned == "verbose_xml" || f.returned == "concise_xml" {
		sections[1].text += "\nThe types are string, integer, float, boolean, null, array, tuple, dict; values of the last three are written as Python literals."
	}
	var parts []string
	for _, s := range sections {
		if f.markdown {
			s.text = "## " + s.title + "\n" + s.text
		}
		parts = append(parts, s.text)
	}
	return strings.Join(parts, "\n\n") + "\n", nil
}

// show prints function documents in the format's language.
func (f promptFormat) show(documents []*python.Dict) (string, error) {
	if f.documents == "json" {
		return indented(documents)
	}
	var out strings.Builder
	for _, document := range documents {
		var err error
		if f.documents == "xml" {
			err = writeXML(&out, "function", document, "")
		} else {
			err = writeSignature(&out, document)
		}
		if err != nil {
			return "", fmt.Errorf("showing functions: %w", err)
		}
	}
	return strings.TrimRight(out.String(), "\n"), nil
}

// writeXML writes a value as an element: members of a dict as elements of their own,
// items of a list as elements called item.
func writeXML(out *strings.Builder, name string, value python.Value, indent string) error {
	tag := "<" + name + ">"
	if !isXMLName(name) {
		tag, name = `<member name="`+escapeXML(name)+`">`, "member"
	}
	switch value := value.(type) {
	case *python.Dict:
		out.WriteString(indent + tag + "\n")
		for i := range value.Len() {
			key, member := value.At(i)
			if err := writeXML(out, fmt.Sprint(key), member, indent+"  "); err != nil {
				return err
			}
		}
		out.WriteString(indent + "</" + name + ">\n")
	case *python.List:
		out.WriteString(indent + tag + "\n")
		for _, item := range value.Items {
			if err := writeXML(out, "item", item, indent+"  "); err != nil {
				return err
			}
		}
		out.WriteString(indent + "</" + name + ">\n")
	default:
		text, err := python.Str(value)
		if err != nil {
			return err
		}
		out.WriteString(indent + tag + escapeXML(text) + "</" + name + ">\n")
	}
	return nil
}

func isXMLName(name string) bool {
	for i, r := range name {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '_'
		if !letter && (i == 0 || (r < '0' || r > '9') && r != '-' && r != '.') {
			return false
		}
	}
	return name != ""
}

func escapeXML(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(text)
}

// writeSignature writes a document as a Python function with a docstring.
func writeSignature(out *strings.Builder, document *python.Dict) error {
	name, _ := textMember(document, "name")
	description, _ := textMember(document, "description")
	required := map[string]bool{}
	parameters, _ := dictMember(document, "parameters")
	all := python.NewDict()
	if parameters != nil {
		names, _ := parameters.GetText("required")
		for _, one := range listed(names) {
			if text, ok := one.(string); ok {
				required[text] = true
			}
		}
		if properties, ok := dictMember(parameters, "properties"); ok {
			all = properties
		}
	}
	var heads, lines []string
	for i := range all.Len() {
		key, value := all.At(i)
		property, _ := value.(*python.Dict)
		if property == nil {
			property = python.NewDict()
		}
		head := fmt.Sprintf("%v: %s", key, typeWord(property))
		if !required[fmt.Sprint(key)] {
			standard, _ := property.GetText("default")
			text, err := python.Repr(standard)
			if err != nil {
				return err
			}
			head += " = " + text
		}
		heads = append(heads, head)
		text, err := python.Repr(value)
		if err != nil {
			return err
		}
		lines = append(lines, fmt.Sprintf("        %v: %s", key, text))
	}
	fmt.Fprintf(out, "def %s(%s):\n    \"\"\"%s\n", name, strings.Join(heads, ", "), description)
	if len(lines) > 0 {
		fmt.Fprintf(out, "\n    Args:\n%s\n", strings.Join(lines, "\n"))
	}
	out.WriteString("    \"\"\"\n\n")
	return nil
}

// write is what a model answers that keeps to the format.
func (f promptFormat) write(calls []referenceCall) (string, error) {
	var parts []string
	for _, call := range calls {
		part, err := f.writeCall(call)
		if err != nil {
			return "", err
		}
		parts = append(parts, part)
	}
	text := "[" + strings.Join(parts, ", ") + "]"
	if f.returned == "verbose_xml" || f.returned == "concise_xml" {
		text = "<functions>" + strings.Join(parts, "") + "</functions>"
	}
	if f.tagged {
		text = "<TOOLCALL>" + text + "</TOOLCALL>"
	}
	return text, nil
}

func (f promptFormat) writeCall(call referenceCall) (string, error) {
	if f.returned == "json" {
		one := python.NewDict()
		one.SetText("function", call.name)
		one.SetText("parameters", call.arguments)
		return python.DumpJSON(one)
	}
	var arguments []string
	for i := range call.arguments.Len() {
		name, value := call.arguments.At(i)
		text, err := python.Repr(value)
		if err != nil {
			return "", err
		}
		word := map[string]string{"str": "string", "int": "integer", "bool": "boolean", "NoneType": "null", "list": "array"}[python.KindName(value)]
		if word == "" {
			word = python.KindName(value)
		}
		if plain, ok := value.(string); ok && f.returned != "python" {
			text = plain
		}
		switch f.returned {
		case "python":
			arguments = append(arguments, fmt.Sprintf("%v=%s", name, text))
		case "verbose_xml":
			arguments = append(arguments, fmt.Sprintf(`<param name="%v" value="%s" type="%s"/>`, name, escapeXML(text), word))
		default:
			arguments = append(arguments, fmt.Sprintf(`<param name="%v" type="%s">%s</param>`, name, word, escapeXML(text)))
		}
	}
	switch f.returned {
	case "python":
		return call.name + "(" + strings.Join(arguments, ", ") + ")", nil
	case "verbose_xml":
		return fmt.Sprintf(`<function name="%s"><params>%s</params></function>`, escapeXML(call.name), strings.Join(arguments, "")), nil
	}
	return fmt.Sprintf(`<function name="%s">%s</function>`, escapeXML(call.name), strings.Join(arguments, "")), nil
}

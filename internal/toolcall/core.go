// Package toolcall reads the tool calls out of a model's text, in all the ways
// in which models are trained to write them, and writes tools, calls and results
// as such text for models that are driven by prompts alone.
//
// A grammar is a Dialect in the table that Dialects returns. Parse reads one
// named dialect, Detect finds out which one a text is written in. Texts come
// from strangers: size, depth, number of calls and time are bounded, and nothing
// panics.
package toolcall

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/buttonbench/button"
)

// Bounds on one text.
const (
	MaxText  = 1 << 20 // bytes
	MaxDepth = 64      // nesting of arrays and objects
	MaxCalls = 128
)

// Call is one call as the model wrote it.
type Call struct {
	// ID is the id that the model gave, "" where its dialect has none.
	ID   string
	Name string
	// Arguments is always a JSON object. Members keep the model's order.
	Arguments json.RawMessage
	// Known says whether a tool of this name was offered.
	Known bool
	// Repairs says in words what had to be mended before the call could be read.
	Repairs []string
}

// Outcome says what became of a text.
type Outcome string

// The outcomes.
const (
	Parsed    Outcome = "parsed"             // calls, written as the dialect wants
	Repaired  Outcome = "parsed_with_repair" // calls, but something had to be mended
	NotACall  Outcome = "not_a_call"         // an answer in words
	Malformed Outcome = "malformed"          // a mark of a call, but no call that can be read
)

// Result is what was read out of a text.
type Result struct {
	Outcome Outcome
	Dialect string // by which the text was read; "" for an answer in plain words
	Calls   []Call
	// Content is the text beside the calls, without the thinking. Where there
	// are no calls it is the whole text.
	Content   string
	Reasoning string
	// Detail says what was malformed and where (byte offsets count from the
	// start of the text without its thinking), or why something that looks like
	// a call is none.
	Detail string
}

// Dialect is one grammar for calls in text.
type Dialect struct {
	Name    string
	Number  int // in the project's list of grammars
	Aliases []string
	// Markers are strings of which a call of this dialect holds at least one.
	Markers []string
	// Inner are marks that stand only inside a call or behind it. One that is left
	// over in the text tells of a call that was not read.
	Inner []string
	// Whole says that a whole output may also be a call without any marker.
	// Such a text counts as a call only if it names an offered tool.
	Whole bool
	// Render is nil where prompted mode is not offered in this dialect.
	Render *Renderer

	parse func(in *input) Result
	// raw asks for the text as it came, its thinking not removed.
	raw bool
	// fence says that the dialect reads code fences, the weakest sign of a call.
	fence bool
}

// Auto is the dialect name that stands for Detect.
const Auto = "auto"

// Lookup finds a dialect by its name or one of its aliases.
func Lookup(name string) (Dialect, bool) {
	for _, dialect := range Dialects() {
		if dialect.Name == name || slices.Contains(dialect.Aliases, name) {
			return dialect, true
		}
	}
	return Dialect{}, false
}

// Parse reads a text in one named dialect, or in whichever fits where the name
// is Auto. A name that Lookup does not find makes a malformed result.
func Parse(text string, tools []button.Tool, dialect string) Result {
	if dialect == Auto {
		return Detect(text, "", tools)
	}
	found, ok := Lookup(dialect)
	if !ok {
		return Result{Outcome: Malformed, Content: text, Detail: fmt.Sprintf("no dialect is called %q", dialect)}
	}
	if len(text) > MaxText {
		return tooLong(text)
	}
	return parseIn(found, text, newOffer(tools), &meter{})
}

// Read is Parse for an answer whose thoughts came apart from its text: if the
// text holds nothing but thoughts, calls are looked for in these too, as some
// servers leave the answer there. All thoughts are in the result.
func Read(text, reasoning string, tools []button.Tool, dialect string) Result {
	if dialect == Auto {
		return Detect(text, reasoning, tools)
	}
	result := Parse(text, tools, dialect)
	thought := joinBlocks(reasoning, result.Reasoning)
	if found, ok := Lookup(dialect); ok && result.Content == "" && len(result.Calls) == 0 && !found.fence && thought != "" {
		result = fromReasoning(Parse(thought, tools, dialect), thought)
	}
	result.Reasoning = thought
	return result
}

// fromReasoning is what a search of the thoughts makes of an answer: calls that
// were found there are repaired ones.
func fromReasoning(result Result, thought string) Result {
	if len(result.Calls) == 0 {
		return Result{Outcome: NotACall, Reasoning: thought}
	}
	for i := range result.Calls {
		result.Calls[i].Repairs = append(result.Calls[i].Repairs, "found in the reasoning")
	}
	result.Outcome, result.Reasoning, result.Content = Repaired, thought, ""
	return result
}

func tooLong(text string) Result {
	return Result{Outcome: Malformed, Content: text,
		Detail: fmt.Sprintf("the text has %d bytes, read are at most %d", len(text), MaxText)}
}

// parseIn reads a text in one dialect.
func parseIn(dialect Dialect, text string, offer *offer, meter *meter) Result {
	reasoning := ""
	if !dialect.raw {
		text, reasoning = splitThinking(text, dialect.Markers)
	}
	if !dialect.Whole && !dialect.fence && !containsAny(text, dialect.Markers) {
		return dialect.leftover(Result{Outcome: NotACall, Content: strings.TrimSpace(text), Reasoning: reasoning})
	}
	return runDialect(dialect, text, reasoning, offer, meter)
}

// runDialect reads a text that has no thinking left in it.
func runDialect(dialect Dialect, text, reasoning string, offer *offer, meter *meter) Result {
	return newInput(text, offer, meter).run(dialect, reasoning)
}

func (in *input) run(dialect Dialect, reasoning string) Result {
	result := dialect.leftover(dialect.parse(in))
	if name := in.unread(result.Content); name != "" && result.Outcome == Parsed {
		result.Outcome, result.Detail = Repaired, fmt.Sprintf("a call of %q stands outside of any mark", name)
	}
	if result.Outcome != NotACall || result.Content != strings.TrimSpace(in.text) {
		result.Dialect = dialect.Name // it may have marks for answers too
	}
	if !dialect.raw {
		result.Reasoning = joinBlocks(reasoning, result.Reasoning)
	}
	return result
}

// leftover looks for inner marks in the text beside the calls. With calls they
// make the result a repaired one, without any a malformed one.
func (d Dialect) leftover(result Result) Result {
	if result.Outcome == Malformed || result.Detail != "" {
		return result
	}
	for _, mark := range d.Inner {
		if !strings.Contains(result.Content, mark) {
			continue
		}
		result.Dialect, result.Detail = d.Name, fmt.Sprintf("%s stands outside of any call", mark)
		if result.Outcome == NotACall {
			result.Outcome = Malformed
		} else {
			result.Outcome = Repaired
		}
		break
	}
	return result
}

// unread is the tool that a JSON object in the text beside the calls names; ""
// without one.
func (in *input) unread(text string) string {
	const member = `"name"`
	for at := strings.Index(text, member); at >= 0; at = strings.Index(text, member) {
		text = strings.TrimLeft(text[at+len(member):], ": \t\r\n")
		if name, _, ok := strings.Cut(strings.TrimPrefix(text[:min(len(text), maxName)], `"`), `"`); ok && in.has(name) {
			return name
		}
	}
	return ""
}

func containsAny(text string, markers []string) bool {
	for _, marker := range markers {
		if strings.Contains(text, marker) {
			return true
		}
	}
	return false
}

// offer is the tools that a model was offered.
type offer struct {
	tools   map[string]button.Tool
	schemas map[string]*value // of parameters, decoded on first use
	named   map[string]*parameters
	// schemaSteps counts what was looked at in schemas, for their bound.
	schemaSteps int
}

func newOffer(tools []button.Tool) *offer {
	o := &offer{tools: make(map[string]button.Tool, len(tools)), schemas: map[string]*value{}, named: map[string]*parameters{}}
	for _, tool := range tools {
		o.tools[tool.Name] = tool
	}
	return o
}

func (o *offer) has(name string) bool {
	_, ok := o.tools[name]
	return ok
}

// schema is the decoded parameter schema of a tool; nil if there is none that
// can be read.
func (o *offer) schema(name string) *value {
	if schema, ok := o.schemas[name]; ok {
		return schema
	}
	var schema *value
	if tool, ok := o.tools[name]; ok && len(tool.Parameters) <= MaxText {
		schema = decodeSchema(tool.Parameters)
	}
	o.schemas[name] = schema
	return schema
}

// meter counts the bytes that readers looked at, so that time can be bounded
// and tests can see that it is.
type meter struct{ steps int }

// Package chattemplate renders records as the chat templates of the main model
// families do, and proves from the rendered text alone what of a record stands in
// it: every call and every result once, unaltered, in order.
//
// A family is an entry of the table that Families returns, its template a file of
// this package. The templates are written anew in Go, from what the models' own
// Jinja templates print; docs/lint.md says how they were compared with these and
// where they differ. The proof does not trust a renderer: Prove reads the text with
// a reader of its own, by the family's marks.
package chattemplate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/buttonbench/button"
)

// Form is the form in which a template takes a call's arguments.
type Form string

// The forms of arguments.
const (
	Object Form = "object"
	String Form = "string" // a string that holds JSON
	Either Form = "either"
)

// Family is one chat template.
type Family struct {
	Name    string
	Aliases []string
	Models  string // whose template it is, in words
	// Arguments is the form in which the template takes arguments; the wrong one is
	// printed doubly encoded, or raises.
	Arguments Form
	// OneCall: a turn with several calls is refused or loses all but the first.
	OneCall bool
	// NoCalls: calls vanish, or the template has no words for them.
	NoCalls bool
	// LosesText: visible text beside calls is not printed. MovesText: it is printed
	// behind the results.
	LosesText, MovesText bool
	// LosesSystem: the system prompt is not printed in a finished conversation.
	LosesSystem bool
	// Thoughts: reasoning_content is printed, at least behind the last request.
	Thoughts bool
	// TextOnly: every argument stands as a string, so that numbers and lists lose their type.
	TextOnly bool
	// NineSigns: an id that is not nine letters or digits raises.
	NineSigns bool
	// Requoted: a result stands as a JSON string.
	Requoted bool
	// NoTools: the tools are not printed; a server adds them.
	NoTools bool
	// Generation says where the marks of the assistant's turns come from on which a
	// loss on these turns alone depends; "" where there are none.
	Generation string
	// Dialect is the dialect of internal/toolcall that calls of this family are
	// written in, "" where its reader cannot read what the template prints.
	Dialect string
	// Marks are the strings that part the turns and calls of the family. In a value
	// they are taken for what they part.
	Marks []string

	render func(w *writer, c *conversation) error
	read   func(r *reader) error
}

// Span is a part of a rendered text that the loss counts, in bytes.
type Span struct {
	Start   int `json:"start"`
	End     int `json:"end"`
	Message int `json:"message"` // the assistant message that it holds
}

// Rendered is a record as a model reads it.
type Rendered struct {
	Text string
	// Loss is the spans of the assistant's messages, those with "train": false left
	// out; nothing where the family's template does not mark them.
	Loss []Span
}

// Refusal is what a template says to a record that it does not take.
type Refusal struct {
	Message int // index of the message, -1 for the record
	Text    string
}

func (r *Refusal) Error() string { return r.Text }

// Lookup finds a family by its name or one of its aliases.
func Lookup(name string) (Family, bool) {
	for _, family := range Families() {
		if family.Name == name || slices.Contains(family.Aliases, name) {
			return family, true
		}
	}
	return Family{}, false
}

// Names lists the families.
func Names() []string {
	var names []string
	for _, family := range Families() {
		names = append(names, family.Name)
	}
	return names
}

// Today is the date that templates print which tell their model the date, where a
// record does not say one.
func Today() time.Time { return time.Date(2024, time.July, 26, 0, 0, 0, 0, time.UTC) }

// Render prints a record as the family's template does. What the template drops is
// dropped; an error is a *Refusal where the template itself would raise one.
func (f Family) Render(record *button.Record) (Rendered, error) {
	c, err := prepare(record)
	if err != nil {
		return Rendered{}, err
	}
	return f.renderPrepared(c)
}

func (f Family) renderPrepared(c *conversation) (Rendered, error) {
	w := &writer{out: make([]byte, 0, c.size)}
	if err := f.render(w, c); err != nil {
		return Rendered{}, err
	}
	if f.Generation == "" {
		w.loss = nil
	}
	return Rendered{Text: string(w.out), Loss: w.loss}, nil
}

// conversation is a record made ready for a template.
type conversation struct {
	tools    []*value // whole tools, as the OpenAI interface writes them
	messages []message
	last     int // index of the last user message, -1 without one
	today    time.Time
	size     int // a guess at the text's length
}

// message is a message with its arguments read.
type message struct {
	button.Message
	arguments []*value // of the calls, in their order
}

func (m *message) calls() bool { return len(m.ToolCalls) > 0 }

func prepare(record *button.Record) (*conversation, error) {
	c := &conversation{last: -1, today: Today(), size: 4096}
	for i := range record.Tools {
		source := record.Tools[i].AppendJSON(nil)
		tool, err := parseValue(source)
		if err != nil {
			return nil, &Refusal{-1, fmt.Sprintf("tool %q: %v", record.Tools[i].Name, err)}
		}
		c.tools = append(c.tools, tool)
		c.size += 2 * len(source)
	}
	for i := range record.Messages {
		m := message{Message: record.Messages[i]}
		for _, call := range m.ToolCalls {
			source := call.Arguments
			if len(source) == 0 {
				source = []byte("{}")
			}
			arguments, err := parseValue(source)
			if err == nil && arguments.kind != object {
				err = fmt.Errorf("arguments are no object")
			}
			if err != nil {
				return nil, &Refusal{i, fmt.Sprintf("call %s of %q: %v", call.ID, call.Name, err)}
			}
			m.arguments = append(m.arguments, arguments)
			c.size += 2*len(source) + 128
		}
		if m.Role == button.RoleUser {
			c.last = i
		}
		c.size += len(m.Content) + len(m.Reasoning) + 64
		c.messages = append(c.messages, m)
	}
	if record.Meta != nil {
		if today, err := time.Parse(time.DateOnly, record.Meta.Today); err == nil {
			c.today = today
		}
	}
	return c, nil
}

// system is the text of the first message if it is a system message.
func (c *conversation) system() (string, bool) {
	if len(c.messages) > 0 && c.messages[0].Role == button.RoleSystem {
		return c.messages[0].Content, true
	}
	return "", false
}

// rest is the index of the first message that is not the leading system message.
func (c *conversation) rest() int {
	if _, ok := c.system(); ok {
		return 1
	}
	return 0
}

func (c *conversation) role(i int) string {
	if i < 0 || i >= len(c.messages) {
		return ""
	}
	return c.messages[i].Role
}

// callOf is the name of the function whose call a tool message answers.
func (c *conversation) callOf(i int) string {
	for j := i - 1; j >= 0; j-- {
		for _, call := range c.messages[j].ToolCalls {
			if call.ID == c.messages[i].ToolCallID {
				return call.Name
			}
		}
		if c.messages[j].Role != button.RoleTool {
			break
		}
	}
	return c.messages[i].Name
}

// alternate refuses a conversation whose requests and answers, calls and results
// left out, do not take turns.
func (c *conversation) alternate() error {
	user := true
	for i := c.rest(); i < len(c.messages); i++ {
		m := &c.messages[i]
		if m.Role == button.RoleTool || m.calls() {
			continue
		}
		if (m.Role == button.RoleUser) != user {
			return &Refusal{i, "requests and answers do not take turns"}
		}
		user = !user
	}
	return nil
}

// writer collects the text and the spans of the loss.
type writer struct {
	out  []byte
	loss []Span
}

func (w *writer) text(parts ...string) {
	for _, part := range parts {
		w.out = append(w.out, part...)
	}
}

func (w *writer) json(v *value) { w.out = v.appendJSON(w.out, 0, 0) }

// trained marks what was written since start as the span of a message.
func (w *writer) trained(c *conversation, i, start int) {
	if train := c.messages[i].Train; train != nil && !*train {
		return
	}
	w.loss = append(w.loss, Span{Start: start, End: len(w.out), Message: i})
}

// spoken is trained in a family whose template does not mark the assistant's turns:
// the spans serve those who parse the turns, and are not reported as loss.
func (w *writer) spoken(c *conversation, i, start int) {
	if c.messages[i].Role == button.RoleAssistant {
		w.trained(c, i, start)
	}
}

// toolLines writes one tool a line, each behind a line break.
func (w *writer) toolLines(tools []*value) {
	for _, tool := range tools {
		w.text("\n")
		w.json(tool)
	}
}

// trim is Python's strip: white space of all scripts at both ends.
func trim(s string) string { return strings.TrimFunc(s, isPythonSpace) }

// isPythonSpace is Python's str.isspace of one sign.
func isPythonSpace(r rune) bool {
	switch r {
	case '\t', '\n', '\v', '\f', '\r', 0x1c, 0x1d, 0x1e, 0x1f, ' ', 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000:
		return true
	}
	return r >= 0x2000 && r <= 0x200a
}

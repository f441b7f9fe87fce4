package export

import (
	"fmt"
	"strings"

	"github.com/buttonbench/button"
)

// Hermes' manner of writing tools, calls and results as text, which every trainer
// takes that takes conversations: tools between <tools> and </tools> in the system
// message, one a line; calls as <tool_call> with a JSON object of name and
// arguments; the results of a turn as <tool_response> in one message. The words
// around them are our own. A mark inside JSON is written with an escaped <.
const (
	hermesOpening = "You may call functions to do what the user asks. Their signatures:\n<tools>\n"
	hermesClosing = "</tools>\nTo call a function, write a JSON object with its name and arguments between marks:\n<tool_call>\n{\"name\": \"<function>\", \"arguments\": {}}\n</tool_call>\n"
	hermesSerial  = "Make one call at a time and wait for its result."
	hermesSeveral = "Calls that do not depend on one another may follow one another in one turn."
)

var hermesMarks = []string{"<tools>", "</tools>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"}

func hermesFormat() Format {
	return Format{
		Name: "hermes", For: "trainers of plain conversations, with roles system, human, gpt and tool",
		Thoughts: []Thought{ThoughtInline, ThoughtText, ThoughtNone}, Masks: MasksNone,
		Lost: []Part{PartCallIDs, PartResultNames, PartToolExtras, PartExtras, PartMasks, partFlagWithoutTools, PartEmptyPlace, partCallBorder},
		encode: func(e *Exporter, r *button.Record) (Example, error) {
			turns, err := e.hermesTurns(r)
			if err != nil {
				return Example{}, err
			}
			w := object{}
			w.text("id", r.ID)
			w.name("conversations")
			w.out = appendList(w.out, turns, appendTurn)
			return Example{Line: w.end()}, nil
		},
		decode: func(e *Exporter, example Example) (*button.Record, error) {
			all, err := members(example.Line, "id", "conversations")
			if err != nil {
				return nil, err
			}
			turns, err := readTurns(all.Get("conversations"), "from", "value")
			if err != nil {
				return nil, err
			}
			r := &button.Record{}
			if err := texts(all, map[string]*string{"id": &r.ID}); err != nil {
				return nil, err
			}
			return r, e.readHermes(r, turns)
		},
		beside: hermesBeside,
	}
}

// partCallBorder: white space at the end of text before calls is not told from the
// line break between them.
var partCallBorder = Part{"line breaks before calls", "line breaks at the end of the text before calls", func(r *button.Record) {
	for i := range r.Messages {
		if m := &r.Messages[i]; len(m.ToolCalls) > 0 {
			m.Content = strings.TrimRight(m.Content, "\n")
		}
	}
}}

// hermesTurns writes a record as turns of text.
func (e *Exporter) hermesTurns(r *button.Record) ([]turn, error) {
	var turns []turn
	system, rest := "", r.Messages
	if len(rest) > 0 && rest[0].Role == button.RoleSystem {
		system, rest = rest[0].Content, rest[1:]
	}
	for i, m := range r.Messages {
		if err := noMarks(m.Content+"\x00"+m.Reasoning, hermesMarks...); err != nil {
			return nil, unfit(i, "a text holds a mark of the format", "%v", err)
		}
	}
	if len(r.Tools) > 0 {
		system = joinParagraphs(system, hermesTools(r))
	}
	if system != "" {
		turns = append(turns, turn{"system", system})
	}
	for i := 0; i < len(rest); i++ {
		m := &rest[i]
		if m.Role == button.RoleUser {
			turns = append(turns, turn{"human", m.Content})
			continue
		}
		said := strings.TrimRight(e.inline(m), "\n")
		if len(m.ToolCalls) == 0 {
			turns = append(turns, turn{"gpt", e.inline(m)})
			continue
		}
		var results []string
		for k := range m.ToolCalls {
			call := hide(appendNameAndArguments(nil, &m.ToolCalls[k]), hermesMarks...)
			said = joinLines(said, "<tool_call>\n"+string(call)+"\n</tool_call>")
			i++
			results = append(results, "<tool_response>\n"+rest[i].Content+"\n</tool_response>")
		}
		turns = append(turns, turn{"gpt", said}, turn{"tool", strings.Join(results, "\n")})
	}
	return turns, nil
}

func hermesTools(r *button.Record) string {
	text := hermesOpening
	for i := range r.Tools {
		text += string(hide(appendTool(nil, &r.Tools[i]), hermesMarks...)) + "\n"
	}
	text += hermesClosing
	if r.ParallelToolCalls {
		return text + hermesSeveral
	}
	return text + hermesSerial
}

func (e *Exporter) readHermes(r *button.Record, turns []turn) error {
	var open []button.Call
	calls := 0
	for i, t := range turns {
		switch t.from {
		case "system":
			if err := e.readHermesSystem(r, t.value); err != nil {
				return err
			}
		case "human":
			r.Messages = append(r.Messages, button.Message{Role: button.RoleUser, Content: t.value})
		case "gpt":
			m, err := e.readHermesCalls(t.value, &calls)
			if err != nil {
				return fmt.Errorf("turn %d: %w", i, err)
			}
			open = m.ToolCalls
			r.Messages = append(r.Messages, m)
		case "tool":
			results := between(t.value, "<tool_response>\n", "\n</tool_response>")
			if len(results) != len(open) {
				return fmt.Errorf("turn %d: %d results for %d calls", i, len(results), len(open))
			}
			for k, result := range results {
				r.Messages = append(r.Messages, button.Message{Role: button.RoleTool, ToolCallID: open[k].ID, Name: open[k].Name, Content: result})
			}
		default:
			return fmt.Errorf("turn %d is from %q", i, t.from)
		}
	}
	return nil
}

func (e *Exporter) readHermesSystem(r *button.Record, value string) error {
	before, after, found := strings.Cut(value, hermesOpening)
	if found {
		before = strings.TrimSuffix(before, "\n\n")
	}
	if before != "" {
		r.Messages = append(r.Messages, button.Message{Role: button.RoleSystem, Content: before})
	}
	if !found {
		return nil
	}
	list, rule, found := strings.Cut(after, hermesClosing)
	if !found {
		return fmt.Errorf("the list of tools has no end")
	}
	r.ParallelToolCalls = rule == hermesSeveral
	for _, line := range strings.Split(strings.TrimSuffix(list, "\n"), "\n") {
		tool, err := e.tools.read([]byte(line))
		if err != nil {
			return fmt.Errorf("tools: %w", err)
		}
		r.Tools = append(r.Tools, tool)
	}
	return nil
}

func (e *Exporter) readHermesCalls(value string, count *int) (button.Message, error) {
	m := button.Message{Role: button.RoleAssistant}
	text, _, found := strings.Cut(value, "<tool_call>\n")
	if found {
		for _, raw := range between(value[len(text):], "<tool_call>\n", "\n</tool_call>") {
			call, err := readNameAndArguments([]byte(raw))
			if err != nil {
				return m, err
			}
			call.ID = numberedID(*count)
			*count++
			m.ToolCalls = append(m.ToolCalls, call)
		}
		text = strings.TrimSuffix(text, "\n")
		if e.Options.Thought == ThoughtInline && strings.HasPrefix(text, thinkBegin) && strings.HasSuffix(text, strings.TrimRight(thinkEnd, "\n")) {
			text += "\n\n" // the line breaks behind the thought were taken for those before the call
		}
	}
	m.Reasoning, m.Content = e.outline(text)
	return m, nil
}

// between returns the texts between pairs of marks.
func between(text, begin, end string) (out []string) {
	for {
		_, rest, found := strings.Cut(text, begin)
		if !found {
			return out
		}
		inner, after, closed := strings.Cut(rest, end)
		if !closed {
			return out
		}
		out, text = append(out, inner), after
	}
}

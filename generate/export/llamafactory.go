package export

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/buttonbench/button"
)

// LLaMA-Factory takes turns that alternate strictly: a human or an observation,
// then the model's words or a function call. The calls of a turn are one value,
// their results one observation. It packs several results as the templates of the
// Qwen family part them, which its own converter does for every model; for the
// templates of other families export with one call a turn.
const (
	observationBorder = "\n</tool_response>\n<tool_response>\n"
	observationMark   = "tool_response>"
)

// The marks of thoughts and calls that it looks for in a call's text.
var callMarks = []string{"<think>", "</think>", "<tool_call>", "</tool_call>"}

func llamaFactoryFormat() Format {
	return Format{
		Name: "llamafactory", PlainOnly: true, For: "LLaMA-Factory, formatting sharegpt",
		Thoughts: []Thought{ThoughtInline, ThoughtNone}, Masks: MasksLast,
		Lost:   []Part{PartCallIDs, PartResultNames, PartParallelFlag, PartToolExtras, PartExtras, PartMasks, PartEmptyPlace},
		encode: encodeLlamaFactory, decode: decodeLlamaFactory, beside: llamaFactoryBeside,
	}
}

// turn is one entry of a conversation of texts.
type turn struct{ from, value string }

func encodeLlamaFactory(e *Exporter, r *button.Record) (Example, error) {
	system, turns, err := e.alternating(r, turn{"human", ""}, turn{"gpt", ""}, turn{"observation", ""}, turn{"function_call", ""}, true)
	if err != nil {
		return Example{}, err
	}
	w := object{}
	w.text("id", r.ID)
	w.name("conversations")
	w.out = appendList(w.out, turns, appendTurn)
	w.text("system", system)
	w.text("tools", llamaFactoryTools(r))
	return Example{Line: w.end()}, nil
}

// llamaFactoryTools is the tools as a JSON text, and nothing where there are none.
func llamaFactoryTools(r *button.Record) string {
	if len(r.Tools) == 0 {
		return ""
	}
	return toolList(r)
}

func appendTurn(out []byte, t *turn) []byte {
	w := object{out: out}
	w.text("from", t.from)
	w.text("value", t.value)
	return w.end()
}

// alternating makes the turns of a record. With packed, the results of a turn are
// one observation, otherwise each is one of its own, which the trainer packs.
func (e *Exporter) alternating(r *button.Record, user, model, observation, call turn, packed bool) (system string, turns []turn, err error) {
	messages, first := r.Messages, 0
	if len(messages) > 0 && messages[0].Role == button.RoleSystem {
		system, first = messages[0].Content, 1
	}
	asked := false // whether a request or result waits for the model
	for i := first; i < len(messages); i++ {
		m := &messages[i]
		if m.Role == button.RoleAssistant != asked {
			return "", nil, unfit(i, "requests and answers do not take turns", "")
		}
		asked = !asked
		switch {
		case m.Role == button.RoleUser:
			turns = append(turns, turn{user.from, m.Content})
		case len(m.ToolCalls) == 0:
			turns = append(turns, turn{model.from, e.inline(m)})
		default:
			value, err := e.callValue(m)
			if err != nil {
				return "", nil, unfit(i, "text beside calls", "%v", err)
			}
			turns = append(turns, turn{call.from, value})
			results := messages[i+1 : i+1+len(m.ToolCalls)]
			if turns, err = observations(turns, observation, results, packed); err != nil {
				return "", nil, unfit(i+1, "a result holds a mark", "%v", err)
			}
			i += len(results)
			asked = true
		}
	}
	if asked || len(turns) == 0 {
		return "", nil, unfit(len(messages)-1, "no answer at the end", "")
	}
	return system, turns, nil
}

func observations(turns []turn, observation turn, results []button.Message, packed bool) ([]turn, error) {
	var texts []string
	for _, result := range results {
		if strings.Contains(result.Content, observationMark) {
			return nil, fmt.Errorf("the result of call %s holds %q, which parts results here", result.ToolCallID, observationMark)
		}
		texts = append(texts, result.Content)
	}
	if packed {
		return append(turns, turn{observation.from, strings.Join(texts, observationBorder)}), nil
	}
	for _, text := range texts {
		turns = append(turns, turn{observation.from, text})
	}
	return turns, nil
}

// callValue is the calls of a message: one object, or a list of several.
func (e *Exporter) callValue(m *button.Message) (string, error) {
	if m.Content != "" {
		return "", fmt.Errorf("text beside calls has no place here")
	}
	var calls []byte
	if len(m.ToolCalls) == 1 {
		calls = appendNameAndArguments(nil, &m.ToolCalls[0])
	} else {
		calls = appendList(nil, m.ToolCalls, appendNameAndArguments)
	}
	return e.inline(m) + string(hide(calls, callMarks...)), nil
}

func appendNameAndArguments(out []byte, call *button.Call) []byte {
	w := object{out: out}
	w.text("name", call.Name)
	w.raw("arguments", arguments(call))
	return w.end()
}

// readNameAndArguments reads what appendNameAndArguments wrote.
func readNameAndArguments(raw []byte) (call button.Call, err error) {
	all, err := members(raw, "name", "arguments")
	if err != nil {
		return call, err
	}
	call.Arguments = all.Get("arguments")
	if len(call.Arguments) == 0 || call.Arguments[0] != '{' {
		return call, fmt.Errorf("arguments: want an object, have %.40q", call.Arguments)
	}
	return call, texts(all, map[string]*string{"name": &call.Name})
}

// readCallValue reads one call, or a list of several.
func readCallValue(value string) (calls []button.Call, err error) {
	list := []json.RawMessage{json.RawMessage(value)}
	if strings.HasPrefix(value, "[") {
		if list, err = elements([]byte(value)); err != nil {
			return nil, err
		}
	}
	for _, element := range list {
		call, err := readNameAndArguments(element)
		if err != nil {
			return nil, err
		}
		calls = append(calls, call)
	}
	return calls, nil
}

func decodeLlamaFactory(e *Exporter, example Example) (*button.Record, error) {
	all, err := members(example.Line, "id", "conversations", "system", "tools")
	if err != nil {
		return nil, err
	}
	turns, err := readTurns(all.Get("conversations"), "from", "value")
	if err != nil {
		return nil, err
	}
	var system, tools string
	r := &button.Record{}
	if err := texts(all, map[string]*string{"id": &r.ID, "system": &system, "tools": &tools}); err != nil {
		return nil, err
	}
	if system != "" {
		r.Messages = append(r.Messages, button.Message{Role: button.RoleSystem, Content: system})
	}
	if err := e.readToolText(r, tools); err != nil {
		return nil, err
	}
	return r, e.readAlternating(r, turns, true)
}

func (e *Exporter) readToolText(r *button.Record, tools string) (err error) {
	if tools != "" {
		r.Tools, err = e.tools.list([]byte(tools))
	}
	return err
}

// readTurns reads a list of two texts each.
func readTurns(raw []byte, from, value string) ([]turn, error) {
	list, err := elements(raw)
	if err != nil {
		return nil, err
	}
	var turns []turn
	for i, element := range list {
		all, err := members(element, from, value)
		if err != nil {
			return nil, fmt.Errorf("turn %d: %w", i, err)
		}
		var t turn
		if err := texts(all, map[string]*string{from: &t.from, value: &t.value}); err != nil {
			return nil, fmt.Errorf("turn %d: %w", i, err)
		}
		turns = append(turns, t)
	}
	return turns, nil
}

// readAlternating makes messages of turns, with ids that count.
func (e *Exporter) readAlternating(r *button.Record, turns []turn, packed bool) error {
	calls, open := 0, []button.Call(nil)
	for i, t := range turns {
		var m button.Message
		switch t.from {
		case "human", button.RoleUser:
			m = button.Message{Role: button.RoleUser, Content: t.value}
		case "gpt", button.RoleAssistant:
			m = button.Message{Role: button.RoleAssistant}
			m.Reasoning, m.Content = e.outline(t.value)
		case "function_call", "function":
			m = button.Message{Role: button.RoleAssistant}
			thought, rest := e.outline(t.value)
			read, err := readCallValue(rest)
			if err != nil {
				return fmt.Errorf("turn %d: %w", i, err)
			}
			for k := range read {
				read[k].ID = numberedID(calls)
				calls++
			}
			m.Reasoning, m.ToolCalls, open = thought, read, read
		case "observation", button.RoleTool:
			results := []string{t.value}
			if packed {
				results = strings.Split(t.value, observationBorder)
			}
			if len(results) > len(open) || packed && len(results) < len(open) {
				return fmt.Errorf("turn %d: %d results for %d calls", i, len(results), len(open))
			}
			for k, result := range results {
				r.Messages = append(r.Messages, button.Message{Role: button.RoleTool, ToolCallID: open[k].ID, Name: open[k].Name, Content: result})
			}
			open = open[len(results):]
			continue
		default:
			return fmt.Errorf("turn %d is from %q", i, t.from)
		}
		r.Messages = append(r.Messages, m)
	}
	return nil
}

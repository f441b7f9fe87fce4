package button

import (
	"encoding/json"
	"fmt"
)

// The roles of a message.
const (
	RoleSystem    = "system"
	RoleUser      = "user"
	RoleAssistant = "assistant"
	RoleTool      = "tool"
)

// Tool is a function that a model may call, in the OpenAI form
// {"type":"function","function":{...}}.
type Tool struct {
	Name        string
	Description string
	// Parameters is a JSON Schema. Its bytes, and so its key order, are kept.
	Parameters json.RawMessage
	// FunctionExtra holds members of "function" beyond the known ones ("strict",
	// "responses"), Extra those beside it.
	FunctionExtra Members
	Extra         Members
}

// Call is one tool call of an assistant message. Arguments is a JSON object,
// never a string that holds one.
type Call struct {
	ID            string
	Name          string
	Arguments     json.RawMessage
	FunctionExtra Members
	Extra         Members
}

// Message is one turn of a conversation. Content is always a string, also
// where it is empty.
type Message struct {
	Role      string
	Content   string
	Reasoning string // the thought; "reasoning_content" on the wire
	ToolCalls []Call
	// ToolCallID and Name belong to a tool message: one message answers one call.
	ToolCallID string
	Name       string
	// Train says whether the loss counts this message; nil means not said.
	Train *bool
	Extra Members
}

// MarshalJSON implements json.Marshaler.
func (t Tool) MarshalJSON() ([]byte, error) { return t.AppendJSON(nil), nil }

// AppendJSON appends the canonical JSON of the tool.
func (t Tool) AppendJSON(out []byte) []byte {
	w := objectWriter{out: out}
	w.text("type", "function")
	w.name("function")
	inner := objectWriter{out: w.out}
	inner.text("name", t.Name)
	inner.text("description", t.Description)
	if t.Parameters != nil {
		inner.raw("parameters", t.Parameters)
	}
	inner.extra(t.FunctionExtra)
	w.out = inner.end()
	w.extra(t.Extra)
	return w.end()
}

// UnmarshalJSON implements json.Unmarshaler.
func (t *Tool) UnmarshalJSON(data []byte) (err error) {
	*t = Tool{}
	found := false
	t.Extra, err = readKnown(data, func(name string, value json.RawMessage) (bool, error) {
		switch name {
		case "type":
			return true, wantFunction(value)
		case "function":
			found = true
			var err error
			t.FunctionExtra, err = readKnown(value, func(name string, value json.RawMessage) (bool, error) {
				switch name {
				case "name":
					return true, readText(value, &t.Name)
				case "description":
					return true, readText(value, &t.Description)
				case "parameters":
					t.Parameters = value
					return true, nil
				}
				return false, nil
			})
			return true, err
		}
		return false, nil
	})
	if err == nil && !found {
		err = fmt.Errorf("tool has no member \"function\"")
	}
	return err
}

// MarshalJSON implements json.Marshaler.
func (c Call) MarshalJSON() ([]byte, error) { return c.AppendJSON(nil), nil }

// AppendJSON appends the canonical JSON of the call.
func (c Call) AppendJSON(out []byte) []byte {
	w := objectWriter{out: out}
	w.text("id", c.ID)
	w.text("type", "function")
	w.name("function")
	inner := objectWriter{out: w.out}
	inner.text("name", c.Name)
	arguments := c.Arguments
	if len(arguments) == 0 {
		arguments = json.RawMessage("{}")
	}
	inner.raw("arguments", arguments)
	inner.extra(c.FunctionExtra)
	w.out = inner.end()
	w.extra(c.Extra)
	return w.end()
}

// UnmarshalJSON implements json.Unmarshaler. Arguments given as a string are
// refused: an importer unwraps them first and says so.
func (c *Call) UnmarshalJSON(data []byte) (err error) {
	*c = Call{}
	found := false
	c.Extra, err = readKnown(data, func(name string, value json.RawMessage) (bool, error) {
		switch name {
		case "id":
			return true, readText(value, &c.ID)
		case "type":
			return true, wantFunction(value)
		case "function":
			found = true
			var err error
			c.FunctionExtra, err = readKnown(value, func(name string, value json.RawMessage) (bool, error) {
				switch name {
				case "name":
					return true, readText(value, &c.Name)
				case "arguments":
					if len(value) == 0 || value[0] != '{' {
						return true, fmt.Errorf("want a JSON object")
					}
					c.Arguments = value
					return true, nil
				}
				return false, nil
			})
			return true, err
		}
		return false, nil
	})
	if err == nil && !found {
		err = fmt.Errorf("tool call has no member \"function\"")
	}
	return err
}

// MarshalJSON implements json.Marshaler.
func (m Message) MarshalJSON() ([]byte, error) { return m.AppendJSON(nil), nil }

// AppendJSON appends the canonical JSON of the message.
func (m Message) AppendJSON(out []byte) []byte {
	w := objectWriter{out: out}
	w.text("role", m.Role)
	w.optionalText("tool_call_id", m.ToolCallID)
	w.optionalText("name", m.Name)
	w.text("content", m.Content)
	w.optionalText("reasoning_content", m.Reasoning)
	if m.ToolCalls != nil {
		w.name("tool_calls")
		w.out = append(w.out, '[')
		for i, call := range m.ToolCalls {
			if i > 0 {
				w.out = append(w.out, ',')
			}
			w.out = call.AppendJSON(w.out)
		}
		w.out = append(w.out, ']')
	}
	if m.Train != nil {
		w.boolean("train", *m.Train)
	}
	w.extra(m.Extra)
	return w.end()
}

// UnmarshalJSON implements json.Unmarshaler. A null or absent content reads as
// the empty string.
func (m *Message) UnmarshalJSON(data []byte) (err error) {
	*m = Message{}
	m.Extra, err = readKnown(data, func(name string, value json.RawMessage) (bool, error) {
		switch name {
		case "role":
			return true, readText(value, &m.Role)
		case "content":
			return true, readText(value, &m.Content)
		case "reasoning_content":
			return true, readText(value, &m.Reasoning)
		case "tool_call_id":
			return true, readText(value, &m.ToolCallID)
		case "name":
			return true, readText(value, &m.Name)
		case "tool_calls":
			return true, readList(value, &m.ToolCalls)
		case "train":
			return true, strict(value, &m.Train)
		}
		return false, nil
	})
	return err
}

func wantFunction(value json.RawMessage) error {
	if string(value) != `"function"` {
		return fmt.Errorf("want \"function\", have %.40s", value)
	}
	return nil
}

func readText(value json.RawMessage, into *string) error {
	if string(value) == "null" {
		return nil
	}
	if len(value) == 0 || value[0] != '"' {
		return fmt.Errorf("want a string, have %.40s", value)
	}
	return json.Unmarshal(value, into)
}

// readList reads a list whose elements read themselves. An error names the
// element by its index.
func readList[T any](value json.RawMessage, into *[]T) error {
	if string(value) == "null" {
		return nil
	}
	err := json.Unmarshal(value, into)
	if err == nil {
		return nil
	}
	var elements []json.RawMessage
	if json.Unmarshal(value, &elements) != nil {
		return fmt.Errorf("want a list, have %.40s", value)
	}
	for i, element := range elements {
		if err := json.Unmarshal(element, new(T)); err != nil {
			return fmt.Errorf("[%d]: %w", i, err)
		}
	}
	return err
}

package gta

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/buttonbench/button"
)

// decode reads the whole data set; items keep the order of the file.
func decode(data []byte) ([]item, error) {
	members, err := button.ParseMembers(data)
	if err != nil {
		return nil, err
	}
	if len(members) == 0 {
		return nil, fmt.Errorf("holds no items")
	}
	items := make([]item, 0, len(members))
	pictures := map[string]bool{}
	for _, member := range members {
		one, err := decodeItem(member.Name, member.Value)
		if err != nil {
			return nil, fmt.Errorf("item %q: %w", member.Name, err)
		}
		for _, path := range one.files {
			pictures[path] = true
		}
		for _, t := range one.dialog {
			if t.image {
				pictures[t.content] = true
			}
		}
		one.pictures = pictures
		items = append(items, one)
	}
	return items, nil
}

func decodeItem(id string, data json.RawMessage) (item, error) {
	one := item{id: id}
	var raw struct {
		Tools []toolBlock `json:"tools"`
		Files []struct {
			Type string `json:"type"`
			Path string `json:"path"`
			URL  string `json:"url"`
		} `json:"files"`
		Dialogs []json.RawMessage `json:"dialogs"`
		Answer  json.RawMessage   `json:"gt_answer"`
	}
	if err := strict(data, &raw); err != nil {
		return one, err
	}
	one.tools = raw.Tools
	for _, file := range raw.Files {
		one.files = append(one.files, file.Path)
	}
	for i, message := range raw.Dialogs {
		t, err := decodeTurn(message)
		if err != nil {
			return one, fmt.Errorf("dialogs[%d]: %w", i, err)
		}
		one.dialog = append(one.dialog, t)
		if t.role == button.RoleUser && one.request == "" {
			one.request = t.content
		}
	}
	var err error
	if one.answer, err = decodeAnswer(raw.Answer); err != nil {
		return one, fmt.Errorf("gt_answer: %w", err)
	}
	return one, one.check()
}

func decodeTurn(data json.RawMessage) (turn, error) {
	var raw struct {
		Role    string          `json:"role"`
		Name    string          `json:"name"`
		Content json.RawMessage `json:"content"`
		Thought string          `json:"thought"`
		Calls   []struct {
			Type     string `json:"type"`
			Function struct {
				Name      string          `json:"name"`
				Arguments json.RawMessage `json:"arguments"`
			} `json:"function"`
		} `json:"tool_calls"`
	}
	if err := strict(data, &raw); err != nil {
		return turn{}, err
	}
	t := turn{role: raw.Role}
	if raw.Role == button.RoleTool {
		err := t.decodeResult(raw.Content)
		return t, err
	}
	if len(raw.Content) > 0 {
		if err := json.Unmarshal(raw.Content, &t.content); err != nil {
			return t, fmt.Errorf("content: want a string")
		}
	}
	for i, call := range raw.Calls {
		members, err := button.ParseMembers(call.Function.Arguments)
		if err != nil {
			return t, fmt.Errorf("tool_calls[%d]: arguments of %q: %w", i, call.Function.Name, err)
		}
		t.calls = append(t.calls, goldCall{call.Function.Name, members.AppendJSON(nil)})
	}
	return t, nil
}

// decodeResult reads what a tool returned: {"type": "text" or "image", "content"}.
func (t *turn) decodeResult(data json.RawMessage) error {
	var content struct {
		Type    string `json:"type"`
		Content string `json:"content"`
	}
	if err := strict(data, &content); err != nil {
		return fmt.Errorf("content: %w", err)
	}
	if content.Type != "text" && content.Type != "image" {
		return fmt.Errorf("content: type %q is neither text nor image", content.Type)
	}
	t.content, t.image = content.Content, content.Type == "image"
	return nil
}

func decodeAnswer(data json.RawMessage) (answerKey, error) {
	var key answerKey
	data = bytes.TrimSpace(data)
	switch {
	case len(data) == 0 || string(data) == "null":
		return key, nil
	case data[0] == '[':
		return key, strict(data, &key.references)
	}
	var lists struct {
		Whitelist [][]string `json:"whitelist"`
		Blacklist [][]string `json:"blacklist"`
	}
	if err := strict(data, &lists); err != nil {
		return key, err
	}
	key.whitelist, key.blacklist = lists.Whitelist, lists.Blacklist
	if len(key.whitelist) == 0 {
		return key, fmt.Errorf("the whitelist is empty")
	}
	for i, group := range key.whitelist {
		if len(group) == 0 {
			return key, fmt.Errorf("whitelist[%d] is empty", i)
		}
	}
	return key, nil
}

// check refuses what the protocol cannot handle.
func (i *item) check() error {
	if i.request == "" {
		return fmt.Errorf("has no user message")
	}
	steps := 0
	for n, t := range i.dialog {
		switch t.role {
		case button.RoleUser:
			if n != 0 {
				return fmt.Errorf("dialogs[%d]: a second user message", n)
			}
		case button.RoleAssistant:
			steps++
			if len(t.calls) > 1 {
				return fmt.Errorf("dialogs[%d]: %d calls in one message; the protocol has one", n, len(t.calls))
			}
			if len(t.calls) == 1 && i.tool(t.calls[0].name) == nil {
				return fmt.Errorf("dialogs[%d]: calls %q, which is not among the item's tools", n, t.calls[0].name)
			}
		case button.RoleTool:
			if n == 0 || len(i.dialog[n-1].calls) == 0 {
				return fmt.Errorf("dialogs[%d]: a result without a call", n)
			}
		default:
			return fmt.Errorf("dialogs[%d]: unknown role %q", n, t.role)
		}
	}
	if steps == 0 {
		return fmt.Errorf("has no assistant message")
	}
	return nil
}

// steps lists the indices of the assistant messages.
func (i *item) steps() []int {
	var at []int
	for n, t := range i.dialog {
		if t.role == button.RoleAssistant {
			at = append(at, n)
		}
	}
	return at
}

func (i *item) calls() int {
	n := 0
	for _, t := range i.dialog {
		n += len(t.calls)
	}
	return n
}

func (i *item) tool(name string) *toolBlock {
	for n := range i.tools {
		if i.tools[n].Name == name {
			return &i.tools[n]
		}
	}
	return nil
}

// strict refuses unknown members by name.
func strict(data json.RawMessage, into any) error {
	if len(data) == 0 {
		return fmt.Errorf("missing")
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) {
		place := mismatch.Field
		if place == "" {
			place = "the value"
		}
		return fmt.Errorf("%s is a JSON %s, which does not belong there", place, mismatch.Value)
	}
	if err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}

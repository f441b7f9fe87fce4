package toolsource

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// readResult makes one JSON value of a result: the structured one, else the JSON
// object or list that its only text is, else the text, else the list of its parts.
func readResult(result *mcp.CallToolResult) (json.RawMessage, error) {
	var texts []string
	for _, content := range result.Content {
		if text, ok := content.(*mcp.TextContent); ok {
			texts = append(texts, text.Text)
		}
	}
	if result.IsError {
		return nil, &ToolError{shorten(plain(strings.Join(texts, "\n")), maxErrorText)}
	}
	if len(result.InputRequests) > 0 {
		return nil, errors.New("the tool asks for further input, which nobody here can give")
	}
	value, err := resultValue(result, texts)
	if err == nil && len(value) > MaxResultBytes {
		err = fmt.Errorf("its result has %d bytes, allowed are %d", len(value), MaxResultBytes)
	}
	return value, err
}

func resultValue(result *mcp.CallToolResult, texts []string) (json.RawMessage, error) {
	single := len(texts) == 1 && len(result.Content) == 1
	if single {
		// Structured results stand once more in the text, there with their order
		// and their long numbers as they were.
		exact, isJSON := readContainer(texts[0])
		if isJSON && (result.StructuredContent == nil || sameValue(exact, result.StructuredContent)) {
			return exact, nil
		}
	}
	switch {
	case result.StructuredContent != nil:
		return treeJSON(result.StructuredContent)
	case single:
		return appendJSON(nil, texts[0]), nil
	case len(result.Content) == 0:
		return json.RawMessage("null"), nil
	}
	parts := make([]any, len(result.Content))
	for i, content := range result.Content {
		parts[i] = content
		if text, ok := content.(*mcp.TextContent); ok {
			parts[i] = text.Text
		}
	}
	return treeJSON(parts)
}

// readContainer returns a text that is a JSON object or list, without white
// space.
func readContainer(text string) (json.RawMessage, bool) {
	start := strings.TrimLeft(text, " \t\r\n")
	if start == "" || start[0] != '{' && start[0] != '[' {
		return nil, false
	}
	values, err := parseJSON([]byte(text))
	if err != nil || len(values) != 1 {
		return nil, false
	}
	return appendJSON(nil, values[0].value), true
}

// sameValue compares as the SDK reads: numbers as doubles, members without order.
func sameValue(exact json.RawMessage, value any) bool {
	var read any
	return json.Unmarshal(exact, &read) == nil && reflect.DeepEqual(read, value)
}

// treeOf reads a value of the SDK's.
func treeOf(value any) (any, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	values, err := parseJSON(text)
	if err != nil {
		return nil, err
	}
	return values[0].value, nil
}

func treeJSON(value any) (json.RawMessage, error) {
	tree, err := treeOf(value)
	if err != nil {
		return nil, err
	}
	return appendJSON(nil, tree), nil
}

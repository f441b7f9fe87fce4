package config

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Parse reads one YAML document and returns its root. An empty file gives a
// root of kind Null. Every error is an *Error with the given file name.
func Parse(name string, data []byte) (root *Node, err error) {
	// The parser beneath has been seen to panic on malformed text.
	defer func() {
		if cause := recover(); cause != nil {
			root, err = nil, &Error{File: name, Text: fmt.Sprintf("cannot be read as YAML: %v", cause)}
		}
	}()
	if len(data) > MaxBytes {
		return nil, &Error{File: name, Text: fmt.Sprintf("%d bytes are more than the allowed %d", len(data), MaxBytes)}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if err := checkText(name, data); err != nil {
		return nil, err
	}
	tokens := lexer.Tokenize(string(data))
	if err := checkNesting(name, tokens); err != nil {
		return nil, err
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		return nil, foreignError(name, err)
	}
	return convertFile(name, file)
}

// checkText refuses bytes that the lexer would drop or misread.
func checkText(name string, data []byte) error {
	line, column := 1, 0
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		column++
		switch {
		case r == utf8.RuneError && size == 1:
			return &Error{name, line, column, "not valid UTF-8"}
		case r == '\n':
			line, column = line+1, 0
		case r < 0x20 && r != '\t' && r != '\r' || r == 0x7f:
			return &Error{name, line, column, fmt.Sprintf("control character %U", r)}
		}
		i += size
	}
	return nil
}

// checkNesting bounds keys and depth before the recursive parser sees the text, for
// an exhausted stack cannot be recovered from. Flow collections nest by
// brackets; block collections by indentation or, within one line, by the
// indicators - and ?.
func checkNesting(name string, tokens token.Tokens) error {
	flow, line, indicators, keys := 0, 0, 0, 0
	for _, t := range tokens {
		if t.Position.Line != line {
			line, indicators = t.Position.Line, 0
			if flow == 0 && t.Position.Column > 2*MaxDepth && t.Type != token.StringType {
				return tooDeep(name, t)
			}
		}
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			flow++
		case token.MappingEndType, token.SequenceEndType:
			flow--
		case token.SequenceEntryType, token.MappingKeyType:
			indicators++
		case token.MappingValueType:
			if keys++; keys > MaxKeys {
				return errorAt(name, t, "more than %d keys in one file; split it", MaxKeys)
			}
		}
		if flow > MaxDepth || indicators > MaxDepth {
			return tooDeep(name, t)
		}
	}
	return nil
}

func tooDeep(name string, t *token.Token) error {
	return errorAt(name, t, "nested deeper than %d levels", MaxDepth)
}

func errorAt(name string, t *token.Token, format string, values ...any) error {
	e := &Error{File: name, Text: fmt.Sprintf(format, values...)}
	if t != nil && t.Position != nil {
		e.Line, e.Column = t.Position.Line, max(t.Position.Column, 1)
	}
	return e
}

// foreignError turns the library's error into ours, without its excerpt of the
// source.
func foreignError(name string, err error) error {
	var located yaml.Error
	if errors.As(err, &located) {
		return errorAt(name, located.GetToken(), "%s", strings.TrimSpace(located.GetMessage()))
	}
	return &Error{File: name, Text: err.Error()}
}

func convertFile(name string, file *ast.File) (*Node, error) {
	if len(file.Docs) > 1 {
		second := file.Docs[1]
		if _, directive := file.Docs[0].Body.(*ast.DirectiveNode); directive {
			return nil, errorAt(name, file.Docs[0].Body.GetToken(), "directives are not supported; remove the line that starts with %%")
		}
		return nil, errorAt(name, second.Start, "a second document begins here; a file holds one")
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return &Node{Kind: Null, File: name, Line: 1, Column: 1}, nil
	}
	c := converter{name: name}
	return c.convert(file.Docs[0].Body, 0)
}

type converter struct{ name string }

func (c *converter) fail(node ast.Node, format string, values ...any) error {
	return errorAt(c.name, node.GetToken(), format, values...)
}

func (c *converter) convert(node ast.Node, depth int) (*Node, error) {
	if depth > MaxDepth {
		return nil, c.fail(node, "nested deeper than %d levels", MaxDepth)
	}
	switch node := node.(type) {
	case *ast.MappingNode:
		return c.mapping(node, node.Values, depth)
	case *ast.MappingValueNode:
		return c.mapping(node, []*ast.MappingValueNode{node}, depth)
	case *ast.SequenceNode:
		list := c.node(List, node)
		for _, value := range node.Values {
			item, err := c.convert(value, depth+1)
			if err != nil {
				return nil, err
			}
			list.Items = append(list.Items, item)
		}
		return list, nil
	case *ast.AnchorNode, *ast.AliasNode:
		return nil, c.fail(node, "anchors and aliases are not supported; write the value out")
	case *ast.TagNode:
		return nil, c.fail(node, "tags are not supported; quote the value if it is a text")
	default:
		return c.scalar(node)
	}
}

func (c *converter) node(kind Kind, node ast.Node) *Node {
	out := &Node{Kind: kind, File: c.name, Line: 1, Column: 1}
	if t := node.GetToken(); t != nil && t.Position != nil {
		out.Line, out.Column = t.Position.Line, max(t.Position.Column, 1)
	}
	return out
}

func (c *converter) mapping(node ast.Node, values []*ast.MappingValueNode, depth int) (*Node, error) {
	out := c.node(Map, node)
	if flow, ok := node.(*ast.MappingNode); len(values) > 0 && !(ok && flow.IsFlowStyle) {
		// The token of a block mapping is its first colon; its place is the first key.
		first := c.node(Map, values[0].Key)
		out.Line, out.Column = first.Line, first.Column
	}
	seen := map[string]bool{}
	for _, pair := range values {
		key, err := c.key(pair.Key)
		if err != nil {
			return nil, err
		}
		if seen[key.Text] {
			return nil, key.Errorf("key %q stands twice", key.Text)
		}
		seen[key.Text] = true
		value, err := c.convert(pair.Value, depth+1)
		if err != nil {
			return nil, err
		}
		out.Members = append(out.Members, Member{key.Text, key.Line, key.Column, value})
	}
	return out, nil
}

func (c *converter) key(key ast.MapKeyNode) (*Node, error) {
	switch key.(type) {
	case *ast.MergeKeyNode:
		return nil, c.fail(key, "merge keys are not supported; write the members out")
	case *ast.MappingKeyNode:
		return nil, c.fail(key, "keys marked with ? are not supported")
	case *ast.StringNode, *ast.LiteralNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode:
	default:
		return nil, c.fail(key, "a key must be a text")
	}
	node, err := c.scalar(key)
	if err != nil {
		return nil, err
	}
	if node.Kind != Text {
		return nil, node.Errorf("a key must be a text, this one is read as %s: quote it", node.Kind)
	}
	return node, nil
}

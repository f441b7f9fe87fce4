package config

import (
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// scalar reads a plain value. Numbers have one spelling, that of JSON: readers
// of YAML disagree about 010, 1_000, 0x1f and +5, so those must be quoted or
// written out.
func (c *converter) scalar(node ast.Node) (*Node, error) {
	switch node := node.(type) {
	case *ast.NullNode:
		return c.node(Null, node), nil
	case *ast.BoolNode:
		out := c.node(Bool, node)
		out.Text = "false"
		if node.Value {
			out.Text = "true"
		}
		return out, nil
	case *ast.LiteralNode:
		out := c.node(Text, node)
		out.Text = node.Value.Value
		return out, nil
	case *ast.StringNode:
		if node.Token.Type == token.StringType {
			// Exponents and very long integers arrive as plain text.
			if kind, ok := numberKind(node.Value); ok {
				return c.number(node, kind, node.Value), nil
			}
		}
		out := c.node(Text, node)
		out.Text = node.Value
		return out, nil
	case *ast.IntegerNode, *ast.FloatNode:
		spelling := node.GetToken().Value
		kind, ok := numberKind(spelling)
		if !ok {
			return nil, c.fail(node, "%s is an ambiguous number; write it in plain decimal, or quote it if it is a text", spelling)
		}
		return c.number(node, kind, spelling), nil
	case *ast.InfinityNode, *ast.NanNode:
		return nil, c.fail(node, "%s is not a finite number; quote it if it is a text", node.GetToken().Value)
	default:
		return nil, c.fail(node, "unexpected %s", node.Type().YAMLName())
	}
}

func (c *converter) number(node ast.Node, kind Kind, spelling string) *Node {
	out := c.node(kind, node)
	out.Text = spelling
	return out
}

// numberKind reports whether a text is a number by the grammar of JSON, and
// which kind.
func numberKind(text string) (Kind, bool) {
	rest := strings.TrimPrefix(text, "-")
	whole := digits(rest)
	if whole == 0 || whole > 1 && rest[0] == '0' {
		return Null, false
	}
	rest = rest[whole:]
	kind := Integer
	if strings.HasPrefix(rest, ".") {
		kind = Float
		n := digits(rest[1:])
		if n == 0 {
			return Null, false
		}
		rest = rest[1+n:]
	}
	if rest != "" && (rest[0] == 'e' || rest[0] == 'E') {
		kind = Float
		rest = rest[1:]
		if rest != "" && (rest[0] == '+' || rest[0] == '-') {
			rest = rest[1:]
		}
		n := digits(rest)
		if n == 0 {
			return Null, false
		}
		rest = rest[n:]
	}
	return kind, rest == ""
}

func digits(text string) int {
	n := 0
	for n < len(text) && '0' <= text[n] && text[n] <= '9' {
		n++
	}
	return n
}

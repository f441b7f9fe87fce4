package config

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/buttonbench/button"
)

// Kind is what a node holds.
type Kind int

// The kinds of node.
const (
	Null Kind = iota
	Bool
	Integer
	Float
	Text
	List
	Map
)

func (k Kind) String() string {
	return [...]string{"nothing", "a boolean", "an integer", "a number", "a text", "a list", "a mapping"}[k]
}

// Node is one value of a parsed file. It is not changed after Parse.
type Node struct {
	Kind   Kind
	File   string
	Line   int // from 1
	Column int // from 1, in characters
	// Text is the value of a Text, and the spelling of a number ("1.50") or
	// boolean ("true").
	Text string
	// Items are a List's elements, in order.
	Items []*Node
	// Members are a Map's keys and values, in the order of the file.
	Members []Member
}

// Member is one key of a mapping with its value.
type Member struct {
	Name   string
	Line   int // of the key
	Column int
	Value  *Node
}

// Errorf returns an *Error at the node's place.
func (n *Node) Errorf(format string, values ...any) error {
	return &Error{n.File, n.Line, n.Column, fmt.Sprintf(format, values...)}
}

// Get returns the value of a mapping's key, or nil.
func (n *Node) Get(name string) *Node {
	if member := n.member(name); member != nil {
		return member.Value
	}
	return nil
}

func (n *Node) member(name string) *Member {
	if n == nil {
		return nil
	}
	for i := range n.Members {
		if n.Members[i].Name == name {
			return &n.Members[i]
		}
	}
	return nil
}

// At follows steps (keys of mappings, decimal indices of lists) and returns the
// node there, or nil.
func (n *Node) At(steps ...string) *Node {
	for _, step := range steps {
		if n == nil {
			return nil
		}
		if n.Kind == List {
			n = n.item(step)
		} else {
			n = n.Get(step)
		}
	}
	return n
}

func (n *Node) item(step string) *Node {
	index, err := strconv.Atoi(step)
	if err != nil || index < 0 || index >= len(n.Items) {
		return nil
	}
	return n.Items[index]
}

// Position returns the place of the node that the steps lead to, the key's
// place for a member of a mapping. Where the steps leave the tree it returns the
// place of the last known one.
func (n *Node) Position(steps ...string) (line, column int) {
	line, column = n.Line, n.Column
	for _, step := range steps {
		if n.Kind == List {
			n = n.item(step)
			if n == nil {
				return line, column
			}
			line, column = n.Line, n.Column
			continue
		}
		member := n.member(step)
		if member == nil {
			return line, column
		}
		n, line, column = member.Value, member.Line, member.Column
	}
	return line, column
}

// ErrorAt returns an *Error at the place that Position gives for the steps.
func (n *Node) ErrorAt(steps []string, format string, values ...any) error {
	line, column := n.Position(steps...)
	return &Error{n.File, line, column, fmt.Sprintf(format, values...)}
}

// JSON returns the node as JSON on one line, keys in the order of the file and
// numbers as they are spelled there.
func (n *Node) JSON() json.RawMessage { return n.appendJSON(nil) }

func (n *Node) appendJSON(out []byte) []byte {
	switch n.Kind {
	case Null:
		return append(out, "null"...)
	case Bool, Integer, Float:
		return append(out, n.Text...)
	case Text:
		return button.AppendString(out, n.Text)
	case List:
		out = append(out, '[')
		for i, item := range n.Items {
			if i > 0 {
				out = append(out, ',')
			}
			out = item.appendJSON(out)
		}
		return append(out, ']')
	default:
		out = append(out, '{')
		for i, member := range n.Members {
			if i > 0 {
				out = append(out, ',')
			}
			out = button.AppendString(out, member.Name)
			out = append(out, ':')
			out = member.Value.appendJSON(out)
		}
		return append(out, '}')
	}
}

func splitPath(path string) []string {
	if path == "" {
		return nil
	}
	return strings.Split(path, ".")
}

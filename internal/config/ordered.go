package config

import (
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/buttonbench/button/internal/spelling"
)

// Ordered is a mapping that keeps the order of the file and the places of its keys.
type Ordered[V any] []Entry[V]

// Entry is one member of a Ordered.
type Entry[V any] struct {
	Name   string
	Line   int // of the key, from 1
	Column int
	Value  V
}

// UnmarshalNode implements Unmarshaler.
func (m *Ordered[V]) UnmarshalNode(node *Node) error {
	*m = nil
	if node.Kind == Null {
		return nil
	}
	if err := node.want(Map); err != nil {
		return err
	}
	for _, member := range node.Members {
		entry := Entry[V]{Name: member.Name, Line: member.Line, Column: member.Column}
		if err := member.Value.fill(reflect.ValueOf(&entry.Value).Elem()); err != nil {
			return err
		}
		*m = append(*m, entry)
	}
	return nil
}

// Get returns a pointer to the value of a name, or nil.
func (m Ordered[V]) Get(name string) *V {
	for i := range m {
		if m[i].Name == name {
			return &m[i].Value
		}
	}
	return nil
}

// unknownKey words the fault and names the nearest known key, if one is near.
func unknownKey(name string, known []string) string {
	text := fmt.Sprintf("unknown key %q", shorten(name))
	best := spelling.Nearest(shorten(name), known)
	switch {
	case best != "":
		return fmt.Sprintf("%s: did you mean %q?", text, best)
	case len(known) == 0:
		return text + ": no keys are expected here"
	}
	return fmt.Sprintf("%s: want one of %s", text, strings.Join(known, ", "))
}

// shorten keeps foreign text in a message to one readable line.
func shorten(text string) string {
	const limit = 60
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return string([]rune(text)[:limit]) + "..."
}

// Package config reads YAML strictly: unknown keys, duplicate keys, wrong types,
// ambiguous scalars and second documents are errors that name file, line and
// column. It understands the plain data part of YAML: mappings with text keys,
// lists, texts, numbers, booleans and null; anchors, aliases, merge keys, tags
// and directives are refused.
//
// Decode fills a Go value. A program that has to keep the order of keys, or to
// point at a place later, works on the tree that Parse returns.
package config

import "fmt"

// Bounds on a file. They are far above any honest configuration and keep a
// hostile one from costing more than a moment.
const (
	MaxBytes = 256 << 10 // bytes of YAML text
	MaxDepth = 100       // levels of nesting
	MaxKeys  = 5000      // keys of all mappings together: the parser beneath is quadratic in them
)

// Error is a fault at one place of a file. Line and Column count from 1; both
// are 0 where the fault concerns the file as a whole.
type Error struct {
	File   string
	Line   int
	Column int
	Text   string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Text)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Text)
}

// Decode parses YAML text and fills what into points to; name is the file's
// name for errors. It is Parse followed by Node.Decode: see there for the rules.
// An empty file leaves into as it is. Every error is an *Error.
func Decode(name string, data []byte, into any) error {
	root, err := Parse(name, data)
	if err != nil {
		return err
	}
	if root.Kind == Null {
		return nil
	}
	return root.Decode(into)
}

// Position returns line and column (from 1) of the node at a dotted path, such
// as "functions.list_tools.say.ask" or "worlds.0.name". The place of a mapping's
// member is that of its key. Where the path leaves the document, the place of
// its last known step is returned; 0, 0 if the text is no YAML at all. A program
// that asks often, or whose keys contain dots, calls Parse once and Node.At.
func Position(data []byte, path string) (line, column int) {
	root, err := Parse("", data)
	if err != nil {
		return 0, 0
	}
	return root.Position(splitPath(path)...)
}

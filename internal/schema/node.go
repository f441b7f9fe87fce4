package schema

import (
	"errors"
	"fmt"
	"regexp/syntax"
)

// node is one schema within a schema, as the guards see it. The library
// compiles clean; the rest serves to bound its work and to word hints.
type node struct {
	place string // JSON pointer into the schema as given, "#" for the root
	clean any    // bool, or map[string]any with nothing but checked keywords
	// reference leads to the node in the clean schema, for targets of $ref.
	reference string

	// same lists the schemas that judge the same value as this one: targets of
	// references, allOf, anyOf, oneOf, not, if, then, else, dependencies.
	same []*node

	properties map[string]*node
	patterns   []*node // patternProperties
	additional *node
	names      *node // propertyNames
	items      []*node
	item       *node // items as one schema
	rest       *node // additionalItems
	contains   *node

	// compares is set where the library writes the whole value out as text to
	// compare it: enum, const, uniqueItems.
	compares bool
	// matching is the size of the program of pattern, or the sum of those of
	// patternProperties.
	matching int
	enum     int // number of enum values
	format   string
	height   int // length of the longest path of same edges; -1 while in search
	searched bool
}

// MaxChain is the longest chain of schemas that judge one and the same value.
const MaxChain = 100

// checkCycles refuses references that lead back to where they began without
// having moved on in the document: the library would follow them until the stack
// is exhausted, which nothing can recover from. It also bounds the chains'
// length, for each link is a stack frame.
func checkCycles(nodes []*node) error {
	for _, n := range nodes {
		if err := n.search(); err != nil {
			return err
		}
	}
	return nil
}

func (n *node) search() error {
	if n.searched {
		if n.height < 0 {
			return schemaError(n.place, "the reference leads back to itself without consuming anything of the document")
		}
		return nil
	}
	n.searched, n.height = true, -1
	height := 0
	for _, next := range n.same {
		if err := next.search(); err != nil {
			return err
		}
		height = max(height, next.height+1)
	}
	if height > MaxChain {
		return schemaError(n.place, "more than %d schemas in a chain judge the same value", MaxChain)
	}
	n.height = height
	return nil
}

// MaxWork bounds the steps that judging one document may take. One step is
// about a microsecond of the library's time.
const MaxWork = 100_000

// work counts the steps in advance by walking schema and document together
// without judging anything. Recursive schemas with several paths to the same
// value would otherwise take time exponential in the document's depth.
type work struct{ left int }

func (w *work) spend(steps int) bool {
	w.left -= steps
	return w.left >= 0
}

func (w *work) visit(n *node, value any) bool {
	if n == nil {
		return true
	}
	if !w.spend(1 + n.enum/16) {
		return false
	}
	if n.compares && !w.compare(value) {
		return false
	}
	for _, next := range n.same {
		if !w.visit(next, value) {
			return false
		}
	}
	switch value := value.(type) {
	case string:
		return w.spend(len(value)/64 + len(value)*n.matching/128)
	case []any:
		return w.visitArray(n, value)
	case map[string]any:
		return w.visitObject(n, value)
	}
	return true
}

func (w *work) visitArray(n *node, array []any) bool {
	for i, item := range array {
		at := n.item
		if at == nil {
			at = n.rest
			if i < len(n.items) {
				at = n.items[i]
			}
		}
		if !w.visit(at, item) || !w.visit(n.contains, item) {
			return false
		}
	}
	return true
}

func (w *work) visitObject(n *node, object map[string]any) bool {
	// For every member the library searches the list of properties, and
	// compiles and runs every pattern of patternProperties.
	perMember := len(n.properties)/32 + 4*len(n.patterns) + n.matching/2
	for name, value := range object {
		if !w.spend(perMember + len(name)/64*(1+len(n.patterns))) {
			return false
		}
		at, known := n.properties[name]
		if !known {
			at = n.additional
		}
		if !w.visit(at, value) || !w.visit(n.names, name) {
			return false
		}
		for _, pattern := range n.patterns {
			if !w.visit(pattern, value) {
				return false
			}
		}
	}
	return true
}

// compare spends what writing a value out as text costs.
func (w *work) compare(value any) bool {
	switch value := value.(type) {
	case string:
		return w.spend(1 + len(value)/64)
	case []any:
		for _, item := range value {
			if !w.compare(item) {
				return false
			}
		}
	case map[string]any:
		for name, item := range value {
			if !w.spend(len(name)/64) || !w.compare(item) {
				return false
			}
		}
	}
	return w.spend(1)
}

// MaxPattern is the largest regular expression, in steps of its program.
const MaxPattern = 5000

// patternSize checks a regular expression and returns the size of its program,
// estimated from the parse: compiling a hostile one to measure it would already
// cost what the bound is to save.
func patternSize(pattern string) (int, error) {
	if len(pattern) > MaxPattern {
		return 0, fmt.Errorf("is longer than %d bytes", MaxPattern)
	}
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		hint := ""
		var fault *syntax.Error
		if errors.As(err, &fault) && (fault.Code == syntax.ErrInvalidPerlOp || fault.Code == syntax.ErrInvalidEscape) {
			hint = " (look-ahead, look-behind and back-references are not supported; write the pattern without them)"
		}
		return 0, fmt.Errorf("cannot be used: %w%s", err, hint)
	}
	size := expressionSize(parsed)
	if size > MaxPattern {
		return 0, fmt.Errorf("repeats too much: about %d steps, allowed are %d", size, MaxPattern)
	}
	return size, nil
}

func expressionSize(expression *syntax.Regexp) int {
	size := 1
	if expression.Op == syntax.OpLiteral {
		size = len(expression.Rune)
	}
	for _, part := range expression.Sub {
		size += expressionSize(part)
	}
	if expression.Op == syntax.OpRepeat {
		size *= max(expression.Min, expression.Max, 1)
	}
	return min(size, 1<<30)
}

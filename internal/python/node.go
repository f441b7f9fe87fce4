package python

import "fmt"

// NodeKind is the kind of a node of an expression.
type NodeKind uint8

// The kinds of node, and what stands in Text, Value, Items and Arguments.
const (
	NameNode          NodeKind = iota // Text: the identifier, normalised
	ConstantNode                      // Value: None, True, False or ...
	NumberNode                        // Value; Text: as written, without underscores
	StringNode                        // Text: the value; Marked: written with the prefix u
	BytesNode                         // Text: the value
	FormattedNode                     // an f-string; Items: StringNode and InterpolationNode
	InterpolationNode                 // {a!r:b} of an f-string; Text: r, s, a or ""; Items: the expression, a FormattedNode after a colon
	ListNode                          // Items: elements
	TupleNode                         // Items: elements
	SetNode                           // Items: elements
	DictNode                          // Items: key, value, key, value; a nil key stands for **
	CallNode                          // Items: the function, positional arguments; Arguments: those with a name or **
	AttributeNode                     // Items: the object; Text: the attribute
	SubscriptNode                     // Items: the object, the index
	SliceNode                         // Items: lower, upper, step, each may be nil
	UnaryNode                         // Text: "-", "+", "~" or "not"; Items: the operand
	BinaryNode                        // Text: the operator; Items: left, right
	ComparisonNode                    // Items: operands; Arguments: the operators between them, as names
	BooleanNode                       // Text: "and" or "or"; Items: operands
	ConditionalNode                   // Items: condition, value if so, value if not
	LambdaNode                        // Items: the body; Arguments: parameters (Value nil without a default)
	ComprehensionNode                 // Text: "(", "[" or "{"; Items: element (and value), clauses
	ClauseNode                        // Marked: async; Items: target, iterable, conditions
	StarredNode                       // Items: the operand
	NamedNode                         // Text: the name of :=; Items: the value
	AwaitNode                         // Items: the operand
	YieldNode                         // Text: "from" or ""; Items: at most one operand
)

// String names the kind in words, for messages.
func (k NodeKind) String() string {
	return [...]string{
		"a name", "a constant", "a number", "a string", "bytes", "an f-string", "an f-string's value",
		"a list", "a tuple", "a set", "a dict", "a call", "an attribute", "a subscript", "a slice",
		"an operation", "an operation", "a comparison", "an operation", "a condition", "a lambda",
		"a comprehension", "a clause", "a starred value", "an assignment", "an await", "a yield",
	}[k]
}

// Node is a node of an expression. It must not be changed.
type Node struct {
	Kind       NodeKind
	Marked     bool
	height     int32
	Start, End int32 // its bytes in the text
	Text       string
	Value      Value
	Items      []*Node
	Arguments  []Argument
}

// Expression is a whole expression.
type Expression = *Node

// Argument is an argument of a call or a parameter of a lambda. Star is 1 for
// *value and 2 for **value.
type Argument struct {
	Name  string
	Star  uint8
	Value *Node
}

// FunctionName is the dotted name of a call's function, a.b.c. Parts that are not
// names are left out: of f()(x=1) and of m['k'].f(x=1) remain "" and "f".
func (n *Node) FunctionName() string {
	if n.Kind != CallNode {
		return ""
	}
	at := n.Items[0]
	if at.Kind == NameNode {
		return at.Text
	}
	name := ""
	for ; at.Kind == AttributeNode; at = at.Items[0] {
		if name != "" {
			name = at.Text + "." + name
		} else {
			name = at.Text
		}
	}
	if at.Kind != NameNode {
		return name
	}
	return at.Text + "." + name
}

// SyntaxError is a text that is no expression of CPython 3.11, or one beyond the
// bounds of this package.
type SyntaxError struct {
	Offset  int // in bytes, from the start of the text
	Message string
	// Truncated: the text ends where more must follow.
	Truncated bool
	line      int // from 1; 0: not counted
}

// Error ends in the line, as Python's message does, where it was counted.
func (e *SyntaxError) Error() string {
	if e.line == 0 {
		return fmt.Sprintf("%s at byte %d", e.Message, e.Offset)
	}
	return fmt.Sprintf("%s (<string>, line %d)", e.Message, e.line)
}

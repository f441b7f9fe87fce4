package toolcall

// PythonKind is the kind of a node of a Python expression.
type PythonKind uint8

// The kinds of node, and what stands in Text, Items and Words.
const (
	PythonName        PythonKind = iota // Text: the identifier
	PythonConstant                      // Text: "True", "False", "None" or "..."
	PythonInt                           // Text: decimal digits
	PythonFloat                         // Text: a JSON number, as exact as written
	PythonComplex                       // Text: the imaginary part with a j
	PythonString                        // Text: the value; Words: the prefix u, if written
	PythonBytes                         // Text: the value
	PythonFormatted                     // an f-string; Text: its value with the braces
	PythonList                          // Items: elements
	PythonTuple                         // Items: elements
	PythonSet                           // Items: elements
	PythonDict                          // Items: key, value, key, value; a nil key stands for **
	PythonCall                          // Items: the function; Arguments
	PythonAttribute                     // Items: the object; Text: the attribute
	PythonSubscript                     // Items: the object, the index
	PythonSlice                         // Items: lower, upper, step, each may be nil
	PythonUnary                         // Text: "-", "+", "~" or "not"; Items: the operand
	PythonBinary                        // Text: the operator; Items: left, right
	PythonComparison                    // Items: operands; Words: the operators between them
	PythonBoolean                       // Text: "and" or "or"; Items: operands
	PythonConditional                   // Items: condition, value if so, value if not
	PythonLambda                        // Items: the body; Arguments: parameters (Value nil without a default)
	PythonGenerator                     // Text: "(", "[" or "{"; Items: element (and value), clauses
	PythonClause                        // Words: "async"?; Items: target, iterable, conditions
	PythonStarred                       // Items: the operand
	PythonNamed                         // Text: the name of :=; Items: the value
	PythonAwait                         // Items: the operand
	PythonYield                         // Text: "from" or ""; Items: at most one operand
)

// PythonNode is a node of a Python expression, with its place in the text.
type PythonNode struct {
	Kind       PythonKind
	Text       string
	Words      []string
	Items      []*PythonNode
	Arguments  []PythonArgument
	Start, End int
	height     int
}

// PythonArgument is an argument of a call or a parameter of a lambda. Star is 1
// for *value and 2 for **value.
type PythonArgument struct {
	Name  string
	Star  int
	Value *PythonNode
}

// ParsePython parses a text that is one expression of CPython 3.11 and nothing
// is run. What is in an f-string is not looked at. Errors are *PythonError: not
// an expression, over 64 levels deep, over 4 MiB long.
func ParsePython(text string) (*PythonNode, error) {
	p := &pythonParser{lexer: pythonLexer{text: text}}
	node, err := p.whole()
	if err != nil {
		return nil, err
	}
	return node, nil
}

// FunctionName is the dotted name of a call's function, a.b.c. Parts that are not
// names are left out: of f()(x=1) and of m['k'].f(x=1) remain "" and "f". That is
// how the Berkeley leaderboard reads it.
func (n *PythonNode) FunctionName() string {
	if n.Kind != PythonCall {
		return ""
	}
	name := ""
	for at := n.Items[0]; ; at = at.Items[0] {
		switch at.Kind {
		case PythonAttribute:
			if name != "" {
				name = "." + name
			}
			name = at.Text + name
			continue
		case PythonName:
			if name != "" {
				name = "." + name
			}
			return at.Text + name
		}
		return name
	}
}

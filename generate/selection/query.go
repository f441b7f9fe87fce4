package selection

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"github.com/buttonbench/button/internal/spelling"
)

// Bounds on an expression. With them it takes microseconds on any record.
const (
	longestQuery = 4096 // bytes
	mostNodes    = 500
	mostNested   = 2 // loops over lists, one inside the other
)

// Functions are the functions that an expression may call: they read and change
// nothing.
func Functions() []string {
	return []string{"len", "any", "all", "none", "one", "count", "lower", "upper", "trim", "abs", "min", "max"}
}

// Query is an expression that says yes or no to a record. It is safe for concurrent
// use.
type Query struct {
	text    string
	program *vm.Program
	names   []string
}

// Compile reads an expression in the language of expr-lang over the properties of
// Fields. What it names and compares is checked here: an unknown name and a comparison
// of a text with a number are errors.
func Compile(text string) (*Query, error) {
	if len(text) > longestQuery {
		return nil, fmt.Errorf("the expression is longer than %d bytes", longestQuery)
	}
	tree, err := parser.Parse(text)
	if err != nil {
		return nil, queryError(err)
	}
	seen := &names{}
	ast.Walk(&tree.Node, seen)
	switch {
	case seen.refused != "":
		return nil, errors.New(seen.refused)
	case seen.nodes > mostNodes:
		return nil, fmt.Errorf("the expression has more than %d parts", mostNodes)
	case nested(tree.Node, mostNested):
		return nil, fmt.Errorf("loops over lists stand more than %d deep", mostNested)
	}
	options := []expr.Option{expr.Env(facts{}), expr.AsBool(), expr.MaxNodes(mostNodes), expr.DisableAllBuiltins()}
	for _, name := range Functions() {
		options = append(options, expr.EnableBuiltin(name))
	}
	program, err := expr.Compile(text, options...)
	if err != nil {
		return nil, queryError(err)
	}
	return &Query{text, program, seen.found}, nil
}

// Names reports whether the expression names a property.
func (q *Query) Names(field string) bool { return slices.Contains(q.names, field) }

// matches reports whether a record fits the expression.
func (q *Query) matches(f *facts) (bool, error) {
	out, err := expr.Run(q.program, *f)
	if err != nil {
		return false, queryError(err)
	}
	fits, _ := out.(bool)
	return fits, nil
}

// queryError tells of a fault in few words, with its place.
func queryError(err error) error {
	var fault *file.Error
	if !errors.As(err, &fault) {
		return errors.New(strings.TrimSpace(err.Error()))
	}
	message := fault.Message
	if name, unknown := strings.CutPrefix(message, "unknown name "); unknown {
		return &UnknownName{name, fault.Column + 1}
	}
	if fault.Prev != nil && message == "" {
		message = fault.Prev.Error()
	}
	return fmt.Errorf("at character %d: %s", fault.Column+1, message)
}

// UnknownName is an expression's name of a property that records do not have.
type UnknownName struct {
	Name   string
	Column int // from 1
}

func (u *UnknownName) Error() string {
	text := fmt.Sprintf("at character %d: no property is called %q", u.Column, u.Name)
	if near := spelling.Nearest(u.Name, fieldNames()); near != "" {
		text += fmt.Sprintf(", did you mean %q?", near)
	}
	return text
}

// Hint lists the properties there are.
func (u *UnknownName) Hint() string { return "there are " + strings.Join(fieldNames(), ", ") }

// names gathers the names in an expression, and refuses what could take long.
type names struct {
	found   []string
	loops   []ast.Node // what is done for each element of a list
	nodes   int
	refused string
}

// Visit implements ast.Visitor.
func (n *names) Visit(node *ast.Node) {
	n.nodes++
	switch one := (*node).(type) {
	case *ast.IdentifierNode:
		n.found = append(n.found, one.Value)
		if one.Value == "$env" {
			n.refuse("$env is not offered: name the properties themselves")
		}
	case *ast.BinaryNode:
		if one.Operator == ".." {
			n.refuse("ranges such as 1..9 are not offered")
		}
	case *ast.PredicateNode:
		n.loops = append(n.loops, one.Node)
	case *ast.BuiltinNode:
		n.function(one.Name)
	case *ast.CallNode:
		if name, is := one.Callee.(*ast.IdentifierNode); is {
			n.function(name.Value)
		} else {
			n.refuse("there are no methods: functions are %s", strings.Join(Functions(), ", "))
		}
	}
}

func (n *names) function(name string) {
	if !slices.Contains(Functions(), name) {
		n.refuse("no function is called %q: there are %s", name, strings.Join(Functions(), ", "))
	}
}

func (n *names) refuse(format string, values ...any) {
	if n.refused == "" {
		n.refused = fmt.Sprintf(format, values...)
	}
}

// nested reports whether loops stand in a node more than so many deep.
func nested(node ast.Node, deep int) bool {
	found := &names{}
	ast.Walk(&node, found)
	if deep == 0 {
		return len(found.loops) > 0
	}
	return slices.ContainsFunc(found.loops, func(inner ast.Node) bool { return nested(inner, deep-1) })
}

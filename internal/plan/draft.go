// Package plan samples call graphs over a world's functions and carries them
// out. A plan is grown backwards from what a user wants: every parameter is
// supplied by a literal that the user can know, by something the plan already
// holds, or by another call whose result has exactly the wanted semantic type.
package plan

import (
	"github.com/buttonbench/button/internal/world"
)

// Draft is a plan in terms of a world: an expression that can be executed and
// read aloud. Sample fills it, Execute resolves it.
type Draft struct {
	World *world.World
	Start *world.Start
	// Shape is one of the names in Shapes; Heuristic is BUTTON's name for it.
	Shape     string
	Heuristic string
	Nodes     []*Node
	Goals     []*Goal
	Turns     int
	// Orders are order edges found by execution: the two calls do not commute.
	Orders [][2]*Node
	// StateBefore and StateAfter are hashes of the ledger.
	StateBefore, StateAfter string
	Final                   *world.State
}

// Node is one call, or, before execution, one call for each selected item.
type Node struct {
	Index    int
	Function *world.Function
	Args     []*Arg // in the order of the function's parameters, absent ones left out
	Fan      *Fan   // the fan this node is a branch of
	Gate     *Gate  // run only if the gate opens
	Goal     *Goal  // for a write: the goal that asks for it
	// Each is set on a write that is carried out once for each selected item.
	Each *Selection

	// Filled by Execute.
	Turn, Wave int
	Item       int // Each: index of the list item
	Values     map[string]world.Value
	Outcome    *world.Outcome
	Done       bool
	Skipped    bool // the gate stayed shut
}

// Arg returns the argument for a parameter path, or nil.
func (n *Node) Arg(path string) *Arg {
	for _, arg := range n.Args {
		if arg.Param.Path == path {
			return arg
		}
	}
	return nil
}

// The kinds of Arg.
const (
	Literal   = "literal" // the user says it
	FromField = "field"   // a field of another call's result
	FromPick  = "pick"    // a field of the item picked from a list
	FromEach  = "each"    // a field of every selected item, one call each
	Winner    = "winner"  // the branch value of the call that wins a comparison
	Sum       = "sum"     // the sum of a field over a fan
)

// Arg says where a parameter's value comes from.
type Arg struct {
	Param    *world.Param
	Kind     string
	Literals []*Value   // Literal: one, or several for a list parameter
	Node     *Node      // FromField
	Field    string     // FromField, FromPick, FromEach: the path; Sum, Winner: the field compared or added
	Then     string     // "date" or "time": coercion of a date-time
	Pick     *Selection // FromPick, FromEach
	Fan      *Fan       // Winner, Sum
}

// Value is a literal of the user. The same Value in two arguments is said once.
type Value struct {
	Type  *world.Type
	Value world.Value
	Role  string // the parameter path it was drawn for
	Fan   *Fan   // set on branch values
}

// Selection takes one item, or several, from a list call.
type Selection struct {
	List  *Node
	By    string // ranked field, "" if only filtered
	Max   bool
	Where []Filter
	Each  bool
	// Chosen are the indices of the selected items, filled by Execute.
	Chosen []int
}

// Filter keeps the items whose Bool field has the value.
type Filter struct {
	Field string
	Holds bool
}

// Fan is one function called side by side for two to four values of one
// parameter.
type Fan struct {
	Nodes []*Node
	Param string
	// Field is what is reported, compared or added.
	Field string
	Max   bool
	// Winner is the index of the winning branch, filled by Execute for comparisons.
	Winner  int
	Compare bool // the winner matters
	Total   bool // the sum matters
}

// Gate is a condition on a result before a write.
type Gate struct {
	Node  *Node
	Pick  *Selection // the gate reads a field of the picked item instead of Node's
	Field string
	Op    string // "holds", "fails", "at_most", "at_least"
	Bound *Value // for the two numeric ones
	Open  bool   // filled by Execute
}

// The kinds of goal.
const (
	GoalField   = "field"
	GoalItem    = "item"
	GoalList    = "list"
	GoalEach    = "each"
	GoalCompare = "compare"
	GoalTotal   = "total"
	GoalWrite   = "write"
)

// Goal is one thing that the user wants.
type Goal struct {
	Kind  string
	Turn  int
	Node  *Node      // field, list, write
	Field string     // field, item
	Pick  *Selection // item
	Fan   *Fan       // each, compare, total
	// Nodes are the calls that carry out a write; several for a map. Filled by
	// Execute.
	Nodes []*Node
}

// Function returns the function that answers the goal.
func (g *Goal) Function() *world.Function {
	switch {
	case g.Node != nil:
		return g.Node.Function
	case g.Pick != nil:
		return g.Pick.List.Function
	default:
		return g.Fan.Nodes[0].Function
	}
}

// Roots are the nodes that the goal reads directly.
func (g *Goal) Roots() []*Node {
	switch {
	case len(g.Nodes) > 0:
		return g.Nodes
	case g.Node != nil:
		return []*Node{g.Node}
	case g.Pick != nil:
		return []*Node{g.Pick.List}
	default:
		return g.Fan.Nodes
	}
}

// Needs are the nodes whose results a node waits for, in a stable order.
func (n *Node) Needs() []*Node {
	var needs []*Node
	add := func(nodes ...*Node) {
		for _, node := range nodes {
			known := false
			for _, have := range needs {
				known = known || have == node
			}
			if !known {
				needs = append(needs, node)
			}
		}
	}
	for _, arg := range n.Args {
		add(arg.Sources()...)
	}
	if n.Gate != nil {
		if n.Gate.Pick != nil {
			add(n.Gate.Pick.List)
		} else {
			add(n.Gate.Node)
		}
	}
	return needs
}

// Sources are the nodes that supply the argument.
func (a *Arg) Sources() []*Node {
	switch a.Kind {
	case FromField:
		return []*Node{a.Node}
	case FromPick, FromEach:
		return []*Node{a.Pick.List}
	case Winner, Sum:
		return a.Fan.Nodes
	}
	return nil
}

// Depends reports whether node needs other, directly or through others.
func Depends(node, other *Node) bool {
	for _, need := range node.Needs() {
		if need == other || Depends(need, other) {
			return true
		}
	}
	return false
}

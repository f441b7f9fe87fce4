package button

import (
	"encoding/json"
	"fmt"
)

// Plan is the call graph behind a trajectory: nodes are calls, edges say which
// output feeds which parameter and through which declared transform. A set of
// calls without a path between them may run in any order or in one turn.
type Plan struct {
	// Shape is the name of the graph's form: "single", "item", "chain",
	// "fan_out", "parallel_then_sequential", "fan_in", "diamond",
	// "write_then_read", "map", "condition", "pair".
	Shape string `json:"shape"`
	// Heuristic names BUTTON's composition (paper section 2.3) where the shape is
	// a case of it: "sequential" or "parallel_then_sequential".
	Heuristic string     `json:"heuristic,omitempty"`
	Nodes     []PlanNode `json:"nodes"`
	Edges     []PlanEdge `json:"edges"`
	Goals     []PlanGoal `json:"goals"`
	// Mentions are the spans of user text that carry the plan: every literal,
	// selection, filter, bound and condition that a user has to say.
	Mentions []Mention `json:"mentions"`
	// Answers are the spans of the assistant's answers that state a value.
	Answers []AnswerValue `json:"answers"`
}

// The effects of a function.
const (
	EffectPure  = "pure"
	EffectRead  = "read"
	EffectWrite = "write"
)

// PlanNode is one call of the plan. Turn counts user turns from 0; Wave counts
// the waves of calls inside that turn from 0.
type PlanNode struct {
	ID        string          `json:"id"`
	CallID    string          `json:"call_id"`
	World     string          `json:"world"`
	Function  string          `json:"function"`
	Effect    string          `json:"effect"`
	Arguments json.RawMessage `json:"arguments"`
	Turn      int             `json:"turn"`
	Wave      int             `json:"wave"`
}

// The kinds of edge. A data edge carries a value into a parameter; an order
// edge only says that From comes first (the two calls do not commute, or the
// user asked in that order across turns); a condition edge says that To is
// called only because of what From returned.
const (
	EdgeData      = "data"
	EdgeOrder     = "order"
	EdgeCondition = "condition"
)

// PlanEdge joins two nodes by id. For a data edge, Output is a path into the
// result of From ("fare", "trains[].train") and Parameter a path into the
// arguments of To ("train", "contact.name").
type PlanEdge struct {
	From      string     `json:"from"`
	To        string     `json:"to"`
	Kind      string     `json:"kind"`
	Output    string     `json:"output,omitempty"`
	Parameter string     `json:"parameter,omitempty"`
	Transform *Transform `json:"transform,omitempty"`
}

// The operations of a Transform.
const (
	// OpMin and OpMax filter the items of the list Over by Where, then take the
	// one item whose field By is smallest or largest.
	OpMin = "min"
	OpMax = "max"
	// OpEach filters the items of Over by Where and takes the item at position
	// Index among those left.
	OpEach = "each"
	// OpWinnerMin and OpWinnerMax compare the field By over the results of several calls
	// and take an argument of the call that wins.
	OpWinnerMin = "winner_min"
	OpWinnerMax = "winner_max"
	// OpSum adds one field over several results.
	OpSum = "sum"
	// OpDate and OpTime take the date or time of day of a date-time.
	OpDate = "date"
	OpTime = "time"
)

// Transform is a declared, pure step between results and a value. A nil
// Transform takes the value at the path as it is.
type Transform struct {
	Op    string      `json:"op"`
	Over  string      `json:"over,omitempty"`
	By    string      `json:"by,omitempty"`
	Where []Condition `json:"where,omitempty"`
	Index int         `json:"index,omitempty"`
}

// Condition compares one field: Op is "is", "at_least" or "at_most".
type Condition struct {
	Field string          `json:"field"`
	Op    string          `json:"op"`
	Value json.RawMessage `json:"value"`
}

// Source says where a value comes from.
//
//	from "user":    the bytes Span of messages[Turn].content, read as Type
//	from "result":  Path of the results of Calls through Transform; for OpWinnerMin and
//	                OpWinnerMax, Path is a path into the winning call's arguments
//	from "default": the default that the tool's schema declares
//	from "call":    Path of the arguments of the one call in Calls (answers only)
type Source struct {
	From      string     `json:"from"`
	Turn      int        `json:"turn,omitempty"`
	Span      *Span      `json:"span,omitempty"`
	Type      string     `json:"type,omitempty"`
	Calls     []string   `json:"calls,omitempty"`
	Path      string     `json:"path,omitempty"`
	Transform *Transform `json:"transform,omitempty"`
}

// The places a value can come from.
const (
	FromUser    = "user"
	FromResult  = "result"
	FromDefault = "default"
	FromCall    = "call"
)

// Span is a half-open range of UTF-8 bytes.
type Span [2]int

// UnmarshalJSON implements json.Unmarshaler. A span has two numbers, no more and
// no fewer.
func (s *Span) UnmarshalJSON(data []byte) error {
	var bounds []int
	if err := json.Unmarshal(data, &bounds); err != nil {
		return err
	}
	if len(bounds) != 2 {
		return fmt.Errorf("a span has two numbers, not %d", len(bounds))
	}
	*s = Span(bounds)
	return nil
}

// The kinds of mention.
const (
	MentionLiteral   = "literal"
	MentionPick      = "pick"
	MentionFilter    = "filter"
	MentionBound     = "bound"
	MentionCondition = "condition"
)

// Mention is a span of messages[Turn].content that the plan needs. Nodes are
// the plan nodes it serves; Type is the semantic type of a literal or bound.
type Mention struct {
	Kind  string   `json:"kind"`
	Turn  int      `json:"turn"`
	Span  Span     `json:"span"`
	Type  string   `json:"type,omitempty"`
	Nodes []string `json:"nodes"`
}

// PlanGoal is one thing that the user wants. Kind is "field" (of one call),
// "item" (a field of the item picked from a list), "list", "each" (a field of
// several calls side by side), "compare", "total" or "write". Turn counts user
// turns from 0. Transform says which item an "item" goal means, which call wins a
// "compare" goal, and that a "total" is a sum; other kinds have none. Values are
// what an answer has to say. A write that a condition forbade has no nodes.
type PlanGoal struct {
	Kind      string         `json:"kind"`
	Turn      int            `json:"turn"`
	Nodes     []string       `json:"nodes"`
	Function  string         `json:"function"`
	Field     string         `json:"field,omitempty"`
	Transform *Transform     `json:"transform,omitempty"`
	Values    []GoalValue    `json:"values"`
	Condition *GoalCondition `json:"condition,omitempty"`
}

// GoalCondition is what the user made a write depend on: the value at Output of
// the call Node, through Transform, compared with Bound by Op ("holds", "fails",
// "at_most", "at_least"; the first two have no bound). Open is its outcome.
type GoalCondition struct {
	Node      string          `json:"node"`
	Output    string          `json:"output"`
	Transform *Transform      `json:"transform,omitempty"`
	Op        string          `json:"op"`
	Bound     json.RawMessage `json:"bound,omitempty"`
	Open      bool            `json:"open"`
}

// GoalValue is a value, in its canonical JSON form, of a semantic type.
type GoalValue struct {
	Type  string          `json:"type"`
	Value json.RawMessage `json:"value"`
}

// AnswerValue is a span of messages[Turn].content, an answer, that states a
// value of a type.
type AnswerValue struct {
	Turn   int    `json:"turn"`
	Span   Span   `json:"span"`
	Type   string `json:"type"`
	Source Source `json:"source"`
}

// Depth is the number of waves over all turns: the fewest assistant turns with
// calls in which the plan can be carried out.
func (p *Plan) Depth() int {
	waves := map[[2]int]bool{}
	for _, node := range p.Nodes {
		waves[[2]int{node.Turn, node.Wave}] = true
	}
	return len(waves)
}

// Width is the largest number of calls in one wave.
func (p *Plan) Width() int {
	waves, widest := map[[2]int]int{}, 0
	for _, node := range p.Nodes {
		key := [2]int{node.Turn, node.Wave}
		waves[key]++
		widest = max(widest, waves[key])
	}
	return widest
}

// Node returns the node with an id, or nil.
func (p *Plan) Node(id string) *PlanNode {
	for i := range p.Nodes {
		if p.Nodes[i].ID == id {
			return &p.Nodes[i]
		}
	}
	return nil
}

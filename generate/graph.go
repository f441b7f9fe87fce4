package generate

import (
	"encoding/json"
	"strconv"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/plan"
	"github.com/buttonbench/button/internal/world"
)

// plan writes the call graph with its edges, goals and mentions, and the
// provenance of every argument.
func (a *assembler) plan() error {
	draft := a.candidate.Draft
	p := &button.Plan{Shape: draft.Shape, Heuristic: draft.Heuristic, Edges: []button.PlanEdge{}, Goals: []button.PlanGoal{}, Mentions: []button.Mention{}, Answers: []button.AnswerValue{}}
	a.record.Plan = p
	for _, node := range draft.Nodes {
		p.Nodes = append(p.Nodes, button.PlanNode{
			ID: a.nodeIDs[node], CallID: a.callIDs[node], World: draft.World.Name, Function: node.Function.Name, Effect: node.Function.Effect,
			Arguments: node.Function.EncodeArguments(node.Values), Turn: node.Turn, Wave: node.Wave,
		})
		for _, arg := range node.Args {
			if err := a.argument(node, arg); err != nil {
				return err
			}
		}
		if gate := node.Gate; gate != nil {
			p.Edges = append(p.Edges, button.PlanEdge{From: a.nodeIDs[gate.Node], To: a.nodeIDs[node], Kind: button.EdgeCondition})
		}
	}
	for _, order := range draft.Orders {
		p.Edges = append(p.Edges, button.PlanEdge{From: a.nodeIDs[order[0]], To: a.nodeIDs[order[1]], Kind: button.EdgeOrder})
	}
	for _, goal := range draft.Goals {
		p.Goals = append(p.Goals, a.goal(goal))
	}
	a.mentions()
	a.answers()
	return nil
}

// argument writes the provenance of one argument and the data edges behind it.
func (a *assembler) argument(node *plan.Node, arg *plan.Arg) error {
	key := a.callIDs[node] + "." + arg.Param.Path
	if arg.Kind == plan.Literal {
		for i, value := range arg.Literals {
			at, mark, found := a.findLiteral(value, node.Turn)
			if !found {
				return &plan.Reject{Rule: "unsaid_literal", Detail: arg.Param.Path + " of " + node.Function.Name}
			}
			path := key
			if arg.Param.Many {
				path += "[" + strconv.Itoa(i) + "]"
			}
			span := mark.Span
			a.record.Provenance[path] = button.Source{From: button.FromUser, Turn: at, Span: &span, Type: value.Type.Name}
		}
		return nil
	}
	source := button.Source{From: button.FromResult, Path: arg.Field}
	switch arg.Kind {
	case plan.FromField:
		if arg.Then != "" {
			source.Transform = &button.Transform{Op: arg.Then}
		}
	case plan.FromPick, plan.FromEach:
		source.Path = listPath(arg.Pick, arg.Field)
		source.Transform = transform(arg.Pick)
		for i, item := range arg.Pick.Chosen {
			if arg.Kind == plan.FromEach && item == node.Item {
				source.Transform.Index = i
			}
		}
	case plan.Winner:
		source.Path = arg.Fan.Param
		source.Transform = winner(arg.Fan)
	case plan.Sum:
		source.Transform = &button.Transform{Op: button.OpSum}
	}
	for _, from := range arg.Sources() {
		source.Calls = append(source.Calls, a.callIDs[from])
		a.record.Plan.Edges = append(a.record.Plan.Edges, button.PlanEdge{
			From: a.nodeIDs[from], To: a.nodeIDs[node], Kind: button.EdgeData,
			Output: source.Path, Parameter: arg.Param.Path, Transform: source.Transform,
		})
	}
	a.record.Provenance[key] = source
	return nil
}

func listPath(pick *plan.Selection, field string) string {
	return pick.List.Function.List + "[]." + field
}

func transform(pick *plan.Selection) *button.Transform {
	t := &button.Transform{Op: button.OpMin, Over: pick.List.Function.List + "[]", By: pick.By}
	switch {
	case pick.Each:
		t.Op = button.OpEach
	case pick.Max:
		t.Op = button.OpMax
	}
	for _, filter := range pick.Where {
		t.Where = append(t.Where, button.Condition{Field: filter.Field, Op: "is", Value: json.RawMessage(strconv.FormatBool(filter.Holds))})
	}
	return t
}

func winner(fan *plan.Fan) *button.Transform {
	op := button.OpWinnerMin
	if fan.Max {
		op = button.OpWinnerMax
	}
	return &button.Transform{Op: op, By: fan.Field}
}

func (a *assembler) goal(goal *plan.Goal) button.PlanGoal {
	out := button.PlanGoal{Kind: goal.Kind, Turn: goal.Turn, Function: goal.Function().Name, Field: goal.Field, Nodes: []string{}, Values: []button.GoalValue{}}
	if gate := gateOf(goal); gate != nil {
		out.Condition = a.condition(gate)
	}
	for _, root := range goal.Roots() {
		if root.Done {
			out.Nodes = append(out.Nodes, a.nodeIDs[root])
		}
	}
	add := func(t *world.Type, value world.Value) {
		out.Values = append(out.Values, button.GoalValue{Type: t.Name, Value: t.Encode(value)})
	}
	out.Transform = goalTransform(goal)
	switch goal.Kind {
	case plan.GoalField, plan.GoalItem:
		value, t := goal.Value()
		add(t, value)
	case plan.GoalList:
		function := goal.Node.Function
		shown := wordingSlots(function.Say.Label)
		for _, item := range goal.Node.Outcome.Items {
			for _, field := range function.Items {
				if shown[field.Path] {
					add(field.Type, item[field.Path])
				}
			}
		}
	case plan.GoalEach:
		for _, node := range goal.Fan.Nodes {
			add(node.Function.Field(goal.Field).Type, node.Outcome.Fields[goal.Field])
		}
	case plan.GoalCompare:
		best := goal.Fan.Nodes[goal.Fan.Winner]
		add(best.Function.Param(goal.Fan.Param).Type, best.Values[goal.Fan.Param])
	case plan.GoalTotal:
		add(goal.Function().Field(goal.Field).Type, goal.Fan.Sum())
	case plan.GoalWrite:
		for _, node := range goal.Roots() {
			if !node.Done {
				continue
			}
			for _, field := range node.Function.Fields {
				if field.Type.Base == world.Code && node.Arg(field.Path) == nil && wordingSlots(node.Function.Say.Done...)[field.Path] {
					add(field.Type, node.Outcome.Fields[field.Path])
				}
			}
		}
	}
	return out
}

// goalTransform says how a goal's value comes from its results.
func goalTransform(goal *plan.Goal) *button.Transform {
	switch goal.Kind {
	case plan.GoalItem:
		return transform(goal.Pick)
	case plan.GoalCompare:
		return winner(goal.Fan)
	case plan.GoalTotal:
		return &button.Transform{Op: button.OpSum}
	}
	return nil
}

func gateOf(goal *plan.Goal) *plan.Gate {
	if goal.Node == nil || goal.Kind != plan.GoalWrite {
		return nil
	}
	return goal.Node.Gate
}

func (a *assembler) condition(gate *plan.Gate) *button.GoalCondition {
	condition := &button.GoalCondition{Node: a.nodeIDs[gate.Node], Output: gate.Field, Op: gate.Op, Open: gate.Open}
	if gate.Pick != nil {
		condition.Output = listPath(gate.Pick, gate.Field)
		condition.Transform = transform(gate.Pick)
	}
	if gate.Bound != nil {
		condition.Bound = gate.Bound.Type.Encode(gate.Bound.Value)
	}
	return condition
}

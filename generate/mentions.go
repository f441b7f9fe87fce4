package generate

import (
	"sort"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/plan"
	"github.com/buttonbench/button/internal/wording"
)

// mentions writes the spans of user text that carry the plan.
func (a *assembler) mentions() {
	for turn, request := range a.candidate.Script.Requests {
		for _, mark := range request.Marks {
			mention := button.Mention{Kind: mark.Kind, Turn: a.requestAt[turn], Span: mark.Span, Nodes: a.servedBy(mark)}
			if mark.Type != nil {
				mention.Type = mark.Type.Name
			}
			a.record.Plan.Mentions = append(a.record.Plan.Mentions, mention)
		}
	}
	sort.SliceStable(a.record.Plan.Mentions, func(i, j int) bool {
		one, other := a.record.Plan.Mentions[i], a.record.Plan.Mentions[j]
		if one.Turn != other.Turn {
			return one.Turn < other.Turn
		}
		return one.Span[0] < other.Span[0]
	})
}

// servedBy lists the plan nodes for whose sake a span stands in the request.
func (a *assembler) servedBy(mark wording.Mark) []string {
	nodes := []string{}
	for _, node := range a.candidate.Draft.Nodes {
		if serves(mark, node) {
			nodes = append(nodes, a.nodeIDs[node])
		}
	}
	return nodes
}

func serves(mark wording.Mark, node *plan.Node) bool {
	switch {
	case mark.Gate != nil:
		return node.Gate == mark.Gate || node == mark.Gate.Node
	case mark.Pick != nil:
		return node == mark.Pick.List
	case mark.Fan != nil:
		return node.Fan == mark.Fan
	}
	for _, arg := range node.Args {
		for _, value := range arg.Literals {
			if value == mark.Value {
				return true
			}
		}
	}
	return false
}

// answers writes the spans of the answers that state a value, with its source.
func (a *assembler) answers() {
	for turn, answer := range a.candidate.Script.Answers {
		for _, mark := range answer.Marks {
			stated := button.AnswerValue{Turn: a.answerAt[turn], Span: mark.Span, Type: mark.Type.Name}
			switch {
			case mark.Fan != nil:
				stated.Source = button.Source{From: button.FromResult, Path: mark.Output, Transform: &button.Transform{Op: mark.Op}}
				for _, node := range mark.Fan.Nodes {
					stated.Source.Calls = append(stated.Source.Calls, a.callIDs[node])
				}
			case mark.Argument != "":
				stated.Source = button.Source{From: button.FromCall, Path: mark.Argument, Calls: []string{a.callIDs[mark.Node]}}
			default:
				stated.Source = button.Source{From: button.FromResult, Path: mark.Output, Calls: []string{a.callIDs[mark.Node]}}
			}
			a.record.Plan.Answers = append(a.record.Plan.Answers, stated)
		}
	}
}

// wordingSlots is the set of slot names in patterns.
func wordingSlots(patterns ...string) map[string]bool {
	names := map[string]bool{}
	for _, source := range patterns {
		pattern, err := wording.ParsePattern(source)
		if err != nil {
			continue // the narrator has refused it already
		}
		for _, name := range pattern.Slots() {
			names[strings.TrimSpace(name)] = true
		}
	}
	return names
}

package quality

import (
	"reflect"
	"slices"
	"strings"

	"github.com/buttonbench/button"
)

// provable reports whether a change at a place of a simulated record can be told.
func (m *mutator) provable(p place) bool {
	if p.kind == "plan.nodes.effect" {
		return false // unless a function is called twice, it is a word
	}
	if p.kind == "plan.nodes.id" {
		id := p.value.String()
		return slices.ContainsFunc(m.record.Plan.Edges, func(e button.PlanEdge) bool { return e.From == id || e.To == id }) ||
			slices.ContainsFunc(m.record.Plan.Mentions, func(mention button.Mention) bool { return slices.Contains(mention.Nodes, id) })
	}
	return true
}

// mended says why a condition may be missing.
const mended = "the call was not made again as it was, so that it mends a failure is nobody's to prove"

// lostCondition reports whether the one edge that a changed record lacks is a condition
// between calls of different arguments.
func (m *mutator) lostCondition(changed *button.Record) bool {
	for i, edge := range m.record.Plan.Edges {
		if i < len(changed.Plan.Edges) && reflect.DeepEqual(edge, changed.Plan.Edges[i]) {
			continue
		}
		from, to := m.record.Plan.Node(edge.From), m.record.Plan.Node(edge.To)
		return edge.Kind == button.EdgeCondition && from != nil && to != nil && canonicalJSON(from.Arguments) != canonicalJSON(to.Arguments)
	}
	return false
}

// undated says why another day is as good.
const undated = "no text says what day it is, so only dates without a year could tell"

// equivalentInvented says why a change of a simulated record's plan or sources makes
// no difference, "" if it may.
func (m *mutator) equivalentInvented(p place, changed *button.Record) string {
	if p.kind == "meta.today" && !strings.Contains(m.record.Messages[0].Content, m.record.Meta.Today) {
		return undated
	}
	if p.kind == "plan.edges" && m.lostCondition(changed) {
		return mended
	}
	if strings.HasPrefix(p.kind, "plan.answers.source") && len(changed.Plan.Answers) == len(m.record.Plan.Answers) && m.sameYields(changed) {
		return elsewhere
	}
	return ""
}

package reports

import (
	"encoding/binary"
	"slices"

	"github.com/buttonbench/button"
)

// refinements is how many steps of neighbourhood tell the calls of a plan apart; plans
// are seldom deeper.
const refinements = 4

// graphHash is of a plan as a graph: which functions feed which parameters of which
// others, whatever the order of nodes and edges and the values (Weisfeiler and Leman's
// colour refinement). Graphs that are alike have one hash; a few that are not may
// share it.
func graphHash(plan *button.Plan) uint64 {
	labels := make([]uint64, len(plan.Nodes))
	places := map[string]int{}
	for i, node := range plan.Nodes {
		labels[i] = hash64("node", node.World, node.Function)
		places[node.ID] = i
	}
	for range refinements {
		around := make([][]uint64, len(labels))
		for _, edge := range plan.Edges {
			from, known := places[edge.From]
			to, alsoKnown := places[edge.To]
			if !known || !alsoKnown {
				continue
			}
			kind := hash64(edge.Kind, edge.Output, edge.Parameter)
			around[from] = append(around[from], hashNumbers(1, kind, labels[to]))
			around[to] = append(around[to], hashNumbers(2, kind, labels[from]))
		}
		next := make([]uint64, len(labels))
		for i := range labels {
			slices.Sort(around[i])
			next[i] = hashNumbers(append(around[i], labels[i])...)
		}
		labels = next
	}
	slices.Sort(labels)
	return hashNumbers(labels...)
}

// turnsHash is of the calls as they were made: the functions of each turn, in any
// order.
func turnsHash(record *recordLine) uint64 {
	var turns []uint64
	for i := range record.Messages {
		var functions []uint64
		for _, call := range record.Messages[i].Calls {
			functions = append(functions, hash64(call.Function.Name))
		}
		if len(functions) > 0 {
			slices.Sort(functions)
			turns = append(turns, hashNumbers(functions...))
		}
	}
	return hashNumbers(turns...)
}

// hashNumbers hashes a list of hashes.
func hashNumbers(numbers ...uint64) uint64 {
	text := make([]byte, 0, 8*len(numbers))
	for _, number := range numbers {
		text = binary.BigEndian.AppendUint64(text, number)
	}
	return hash64(string(text))
}

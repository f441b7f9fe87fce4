package plan

import (
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/world"
)

// toolshed loads the fixture world.
func toolshed(t testing.TB) *world.World {
	t.Helper()
	w, err := world.Load(os.DirFS("../world/testdata/toolshed"), ".")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// drafts samples and executes plans over the fixture world until n have passed.
func drafts(t testing.TB, n int) []*Draft {
	t.Helper()
	w := toolshed(t)
	sampler, err := NewSampler(w)
	if err != nil {
		t.Fatal(err)
	}
	var out []*Draft
	for i := 0; len(out) < n && i < 50*n; i++ {
		seed := button.Seed(5, "plan test", i)
		start, err := w.Start(uint64(i % 8))
		if err != nil {
			t.Fatal(err)
		}
		draft, err := sampler.Sample(button.NewRandom(seed), start)
		if err == nil {
			err = draft.Execute(button.NewRandom(seed + 1))
		}
		var refused *Reject
		switch {
		case errors.As(err, &refused):
		case err != nil:
			t.Fatalf("candidate %d: %v", i, err)
		default:
			out = append(out, draft)
		}
	}
	if len(out) < n {
		t.Fatalf("only %d of %d plans passed", len(out), n)
	}
	return out
}

func TestEveryShapeIsOffered(t *testing.T) {
	sampler, err := NewSampler(toolshed(t))
	if err != nil {
		t.Fatal(err)
	}
	offers := sampler.Offers()
	for _, shape := range Shapes {
		if len(offers[shape.Name]) == 0 {
			t.Errorf("the fixture world offers no plan of shape %s", shape.Name)
		}
	}
}

// The invariants of an executed plan, whatever its shape.
func TestPlansAreSound(t *testing.T) {
	seen := map[string]bool{}
	for i, draft := range drafts(t, 600) {
		seen[draft.Shape] = true
		for _, node := range draft.Nodes {
			checkNode(t, i, draft, node)
		}
		checkFunctions(t, i, draft)
		checkReplay(t, i, draft)
		for _, goal := range draft.Goals {
			gated := goal.Node != nil && goal.Node.Gate != nil && !goal.Node.Gate.Open
			for _, root := range goal.Roots() {
				if !root.Done && !gated {
					t.Errorf("plan %d: goal %s has a call that was never made", i, goal.Kind)
				}
			}
		}
	}
	for _, shape := range Shapes {
		if !seen[shape.Name] {
			t.Errorf("600 plans and none of shape %s", shape.Name)
		}
	}
}

func checkNode(t *testing.T, i int, draft *Draft, node *Node) {
	t.Helper()
	if !node.Done || node.Outcome == nil || node.Outcome.Failure != nil {
		t.Errorf("plan %d: %s was not carried out", i, node.Function.Name)
	}
	for _, need := range node.Needs() {
		if need.Turn > node.Turn || need.Turn == node.Turn && need.Wave >= node.Wave {
			t.Errorf("plan %d: %s (turn %d, wave %d) needs %s (turn %d, wave %d)", i, node.Function.Name, node.Turn, node.Wave, need.Function.Name, need.Turn, need.Wave)
		}
	}
	for _, arg := range node.Args {
		value, ok := node.Values[arg.Param.Path]
		if !ok || value == nil {
			t.Errorf("plan %d: %s has no value for %s", i, node.Function.Name, arg.Param.Path)
		}
		for _, literal := range arg.Literals {
			if literal.Type.Told == world.ToldNever {
				t.Errorf("plan %d: the user says a %s, which only a call can give", i, literal.Type.Name)
			}
		}
		if source := arg.Node; source != nil && source.Function.Field(arg.Field).Type.Name != arg.Param.Type.Name && arg.Then == "" {
			t.Errorf("plan %d: %s of type %s feeds %s of type %s", i, arg.Field, source.Function.Field(arg.Field).Type.Name, arg.Param.Path, arg.Param.Type.Name)
		}
	}
}

// checkFunctions: no function twice outside a fan and a map, none with what it
// excludes.
func checkFunctions(t *testing.T, i int, draft *Draft) {
	t.Helper()
	first := map[*world.Function]*Node{}
	for _, node := range draft.Nodes {
		other := first[node.Function]
		if other == nil {
			first[node.Function] = node
			continue
		}
		if (node.Fan == nil || node.Fan != other.Fan) && node.Goal != other.Goal {
			t.Errorf("plan %d: %s is called twice", i, node.Function.Name)
		}
	}
	for function := range first {
		for other := range first {
			if slices.Contains(function.Excludes, other.Name) {
				t.Errorf("plan %d: %s beside %s, which it excludes", i, function.Name, other.Name)
			}
		}
	}
}

// checkReplay carries the calls out again, each wave backwards, and expects the
// same results and the same final state.
func checkReplay(t *testing.T, i int, draft *Draft) {
	t.Helper()
	state := draft.Start.Fork()
	for at := 0; at < len(draft.Nodes); {
		end := at
		for end < len(draft.Nodes) && draft.Nodes[end].Turn == draft.Nodes[at].Turn && draft.Nodes[end].Wave == draft.Nodes[at].Wave {
			end++
		}
		for k := end - 1; k >= at; k-- {
			node := draft.Nodes[k]
			outcome, err := state.Call(node.Function, node.Values)
			if err != nil {
				t.Fatal(err)
			}
			if string(outcome.JSON) != string(node.Outcome.JSON) {
				t.Errorf("plan %d: %s gives another result when its wave runs backwards", i, node.Function.Name)
			}
		}
		at = end
	}
	if state.Hash() != draft.StateAfter {
		t.Errorf("plan %d: another final state when the waves run backwards", i)
	}
}

func TestSelectionRefusesTies(t *testing.T) {
	items := func(fees ...int64) *Node {
		node := &Node{Function: &world.Function{Name: "list"}, Outcome: &world.Outcome{}}
		for i, fee := range fees {
			node.Outcome.Items = append(node.Outcome.Items, map[string]world.Value{"fee": fee, "free": i%2 == 0})
		}
		return node
	}
	tests := []struct {
		name   string
		pick   Selection
		chosen []int
		rule   string
	}{
		{"smallest", Selection{List: items(5, 3, 9), By: "fee"}, []int{1}, ""},
		{"largest", Selection{List: items(5, 3, 9), By: "fee", Max: true}, []int{2}, ""},
		{"tie at the top", Selection{List: items(3, 3, 9), By: "fee"}, nil, "tie"},
		{"tie elsewhere", Selection{List: items(3, 9, 9), By: "fee"}, []int{0}, ""},
		{"filter, then smallest", Selection{List: items(5, 3, 4), By: "fee", Where: []Filter{{"free", true}}}, []int{2}, ""},
		{"filter keeps one", Selection{List: items(5, 3), By: "fee", Where: []Filter{{"free", true}}}, nil, "list_size"},
		{"each", Selection{List: items(5, 3, 4), Each: true, Where: []Filter{{"free", true}}}, []int{0, 2}, ""},
		{"nothing to choose", Selection{List: items(5), By: "fee"}, nil, "list_size"},
	}
	for _, test := range tests {
		err := test.pick.choose()
		var refused *Reject
		rule := ""
		if errors.As(err, &refused) {
			rule = refused.Rule
		}
		if rule != test.rule || !slices.Equal(test.pick.Chosen, test.chosen) {
			t.Errorf("%s: chose %v, rule %q; want %v, %q", test.name, test.pick.Chosen, rule, test.chosen, test.rule)
		}
	}
}

func TestRoundBound(t *testing.T) {
	money := world.Builtins("EUR")[world.Money]
	clock := world.Builtins("EUR")[world.Time]
	random := button.NewRandom(3)
	for i := range 500 {
		up := i%2 == 0
		value := int64(300 + random.IntN(20000))
		bound, ok := roundBound(money, value, up, random)
		if ok && (bound.(int64) > value) != up {
			t.Fatalf("bound %v on the wrong side of %d", bound, value)
		}
		if ok && bound.(int64)%100 != 0 {
			t.Fatalf("bound %v is no round sum", bound)
		}
		hour, ok := roundBound(clock, "13:47", up, random)
		if ok && (hour.(string) > "13:47") != up {
			t.Fatalf("bound %v on the wrong side of 13:47", hour)
		}
	}
}

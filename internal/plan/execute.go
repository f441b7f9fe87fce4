package plan

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/buttonbench/button/internal/world"
)

func fault(rule, format string, values ...any) error {
	return &Reject{Stage: "functions", Rule: rule, Detail: fmt.Sprintf(format, values...)}
}

// Execute carries the draft out in waves, turn by turn: all calls of a turn
// whose needs are met run in one wave. It resolves selections, expands calls that
// are made once for each selected item, decides gates, and proves each wave
// with a write independent by running it in both orders; calls that do not commute are given
// an order edge and waves of their own. The error is a *Reject, or another error
// when the world misbehaves.
func (d *Draft) Execute(random *rand.Rand) error {
	x := &execution{draft: d, random: random, state: d.Start.Fork()}
	d.StateBefore = d.Start.Hash()
	for turn := range d.Turns {
		x.turn, x.wave = turn, 0
		for {
			ready := x.ready()
			if len(ready) == 0 {
				break
			}
			if err := x.carryOut(ready); err != nil {
				return err
			}
		}
	}
	for _, node := range d.Nodes {
		if !node.Done && node.Gate != nil && !node.Gate.Open {
			node.Skipped = true // it waited for a call that the gate shut out
		}
		if !node.Done && !node.Skipped {
			return fault("unreached", "%s is needed for nothing", node.Function.Name)
		}
	}
	d.Nodes = slices.DeleteFunc(d.Nodes, func(n *Node) bool { return n.Skipped })
	slices.SortStableFunc(d.Nodes, func(a, b *Node) int {
		if a.Turn != b.Turn {
			return a.Turn - b.Turn
		}
		return a.Wave - b.Wave
	})
	for i, node := range d.Nodes {
		node.Index = i
	}
	d.StateAfter = x.state.Hash()
	d.Final = x.state
	return d.check()
}

type execution struct {
	draft      *Draft
	random     *rand.Rand
	state      *world.State
	turn, wave int
}

// ready lists the calls that this turn's goals need and whose own needs are met.
// A gate that stayed shut skips its calls.
func (x *execution) ready() []*Node {
	var ready []*Node
	for _, node := range x.draft.Nodes {
		if node.Done || node.Skipped || !x.wanted(node) {
			continue
		}
		met := true
		for _, need := range node.Needs() {
			met = met && need.Done
		}
		if !met {
			continue
		}
		if node.Gate != nil && !node.Gate.Open {
			node.Skipped = true
			continue
		}
		ready = append(ready, node)
	}
	return ready
}

func (x *execution) wanted(node *Node) bool {
	for _, goal := range x.draft.Goals {
		if goal.Turn > x.turn {
			continue
		}
		for _, root := range goal.Roots() {
			if root == node || Depends(root, node) {
				return true
			}
		}
	}
	return false
}

func (x *execution) carryOut(ready []*Node) error {
	wave, err := x.expand(ready)
	if err != nil {
		return err
	}
	for _, node := range wave {
		if err := x.resolve(node); err != nil {
			return err
		}
	}
	return x.run(wave)
}

// run carries out calls whose arguments are known, in one wave if they commute.
func (x *execution) run(wave []*Node) error {
	if len(wave) > 1 && slices.ContainsFunc(wave, func(n *Node) bool { return n.Function.Writes() }) {
		after, outcomes, err := x.commute(wave)
		if err != nil {
			return err
		}
		if after == nil {
			return x.firstOf(wave)
		}
		x.state = after
		for i, node := range wave {
			if err := x.take(node, outcomes[i]); err != nil {
				return err
			}
		}
	} else {
		// Reads run on frozen tables and cannot disturb one another; the verifier
		// runs every wave of the finished record in both orders all the same.
		for _, node := range wave {
			if err := x.call(node); err != nil {
				return err
			}
		}
	}
	x.wave++
	return x.after(wave)
}

// expand replaces a call that is made once for each selected item by its copies.
func (x *execution) expand(ready []*Node) ([]*Node, error) {
	var wave []*Node
	for _, node := range ready {
		if node.Each == nil {
			wave = append(wave, node)
			continue
		}
		at := slices.Index(x.draft.Nodes, node)
		var copies []*Node
		for _, item := range node.Each.Chosen {
			one := *node
			one.Each, one.Item = nil, item
			copies = append(copies, &one)
		}
		if len(copies) == 0 {
			return nil, fault("map_size", "nothing selected for %s", node.Function.Name)
		}
		x.draft.Nodes = slices.Replace(x.draft.Nodes, at, at+1, copies...)
		node.Goal.Nodes = copies
		node.Goal.Node = copies[0]
		wave = append(wave, copies...)
	}
	return wave, nil
}

// commute runs the wave forwards and backwards on copies of the state and
// compares every result and the two final states. It returns the state after the
// wave and the results, or nil if the order matters.
func (x *execution) commute(wave []*Node) (*world.State, []*world.Outcome, error) {
	forwards, backwards := x.state.Clone(), x.state.Clone()
	outcomes := make([]*world.Outcome, len(wave))
	var err error
	for i, node := range wave {
		if outcomes[i], err = forwards.Call(node.Function, node.Values); err != nil {
			return nil, nil, err
		}
	}
	for i := len(wave) - 1; i >= 0; i-- {
		outcome, err := backwards.Call(wave[i].Function, wave[i].Values)
		if err != nil {
			return nil, nil, err
		}
		if !bytes.Equal(outcome.JSON, outcomes[i].JSON) {
			return nil, nil, nil
		}
	}
	if forwards.Hash() != backwards.Hash() {
		return nil, nil, nil
	}
	return forwards, outcomes, nil
}

// firstOf runs those calls of a wave that commute with all before them; the others
// wait for a later wave, in the order of the request, and the plan records why.
func (x *execution) firstOf(wave []*Node) error {
	var now []*Node
	for _, node := range wave {
		rival, err := x.rival(node, now)
		if err != nil {
			return err
		}
		if rival != nil {
			x.draft.Orders = append(x.draft.Orders, [2]*Node{rival, node})
			continue
		}
		now = append(now, node)
	}
	if len(now) == len(wave) {
		// Every pair commutes, the whole does not: take the first alone.
		for _, node := range now[1:] {
			x.draft.Orders = append(x.draft.Orders, [2]*Node{now[0], node})
		}
		now = now[:1]
	}
	return x.run(now)
}

// rival is the first of the earlier calls that does not commute with a call.
func (x *execution) rival(node *Node, earlier []*Node) (*Node, error) {
	for _, other := range earlier {
		after, _, err := x.commute([]*Node{other, node})
		if err != nil {
			return nil, err
		}
		if after == nil {
			return other, nil
		}
	}
	return nil, nil
}

func (x *execution) call(node *Node) error {
	outcome, err := x.state.Call(node.Function, node.Values)
	if err != nil {
		return err
	}
	return x.take(node, outcome)
}

// take notes the result of a call that was made.
func (x *execution) take(node *Node, outcome *world.Outcome) error {
	if outcome.Failure != nil {
		return fault("call_failed", "%s: %s", node.Function.Name, outcome.Failure.Code)
	}
	node.Outcome, node.Done = outcome, true
	node.Turn, node.Wave = x.turn, x.wave
	return nil
}

// resolve computes the arguments of a call from what is known.
func (x *execution) resolve(node *Node) error {
	node.Values = make(map[string]world.Value, len(node.Args))
	for _, arg := range node.Args {
		value, err := node.value(arg)
		if err != nil {
			return err
		}
		node.Values[arg.Param.Path] = value
	}
	return nil
}

func (n *Node) value(arg *Arg) (world.Value, error) {
	switch arg.Kind {
	case Literal:
		if !arg.Param.Many {
			return arg.Literals[0].Value, nil
		}
		list := make([]world.Value, len(arg.Literals))
		for i, literal := range arg.Literals {
			list[i] = literal.Value
		}
		return list, nil
	case FromField:
		return coerce(arg.Node.Outcome.Fields[arg.Field], arg.Then), nil
	case FromPick:
		return arg.Pick.List.Outcome.Items[arg.Pick.Chosen[0]][arg.Field], nil
	case FromEach:
		return arg.Pick.List.Outcome.Items[n.Item][arg.Field], nil
	case Winner:
		branch := arg.Fan.Nodes[arg.Fan.Winner]
		return branch.Values[arg.Fan.Param], nil
	case Sum:
		return arg.Fan.Sum(), nil
	}
	return nil, fmt.Errorf("argument %s has no source", arg.Param.Path)
}

func coerce(value world.Value, then string) world.Value {
	if text, ok := value.(string); ok && len(text) == len("2006-01-02T15:04") {
		switch then {
		case "date":
			return text[:10]
		case "time":
			return text[11:]
		}
	}
	return value
}

// Sum adds the fan's field over its branches.
func (f *Fan) Sum() world.Value {
	var sum int64
	for _, node := range f.Nodes {
		amount, _ := node.Outcome.Fields[f.Field].(int64)
		sum += amount
	}
	return sum
}

// after resolves what the wave's results decide: selections, winners, gates.
func (x *execution) after(wave []*Node) error {
	for _, pick := range x.draft.Selections() {
		if slices.Contains(wave, pick.List) {
			if err := pick.choose(); err != nil {
				return err
			}
		}
	}
	for _, node := range wave {
		if fan := node.Fan; fan != nil && node == fan.Nodes[len(fan.Nodes)-1] {
			if err := fan.decide(); err != nil {
				return err
			}
		}
	}
	for _, node := range x.draft.Nodes {
		if gate := node.Gate; gate != nil && slices.Contains(wave, gate.Node) && node.Goal != nil {
			if err := gate.decide(x.random); err != nil {
				return err
			}
		}
	}
	return nil
}

// Selections lists the draft's selections in a stable order.
func (d *Draft) Selections() []*Selection {
	var picks []*Selection
	add := func(pick *Selection) {
		if pick != nil && !slices.Contains(picks, pick) {
			picks = append(picks, pick)
		}
	}
	for _, node := range d.Nodes {
		for _, arg := range node.Args {
			add(arg.Pick)
		}
		add(node.Each)
		if node.Gate != nil {
			add(node.Gate.Pick)
		}
	}
	for _, goal := range d.Goals {
		add(goal.Pick)
	}
	return picks
}

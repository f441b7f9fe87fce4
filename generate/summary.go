package generate

import (
	"sort"
	"time"

	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/plan"
	"github.com/buttonbench/button/internal/world"
)

// Summary counts what became of the candidates. Totals can be recomputed from
// records.jsonl and rejects.jsonl.
type Summary struct {
	Candidates int            `json:"candidates"`
	Accepted   int            `json:"accepted"`
	Rejected   map[string]int `json:"rejected"` // "stage/rule" -> candidates
	// Reached counts the candidates that entered each stage.
	Reached map[string]int `json:"reached"`
	// Properties compares composed candidates with accepted records. A property
	// that lost its share on the way bends the data.
	Properties map[string]Property `json:"properties"`
	// Asked counts what the teacher and the judge were asked for these candidates,
	// by prompt. It is the same whether an answer was paid for now or before.
	Asked   teach.Ledger  `json:"asked,omitzero"`
	Elapsed time.Duration `json:"-"`
}

// Property is how many composed candidates and accepted records have something.
type Property struct {
	Candidates int `json:"candidates"`
	Accepted   int `json:"accepted"`
}

func newSummary() *Summary {
	return &Summary{Rejected: map[string]int{}, Reached: map[string]int{}, Properties: map[string]Property{}}
}

var stageOrder = []string{StageScenario, StageAtomicTasks, StageComposition, StageFunctions, StageTrajectory, StageSelection}

func (s *Summary) count(c *Candidate, reject *Reject) {
	s.Candidates++
	for _, stage := range stageOrder {
		s.Reached[stage]++
		if reject != nil && reject.Stage == stage {
			break
		}
	}
	if reject != nil {
		s.Rejected[reject.Stage+"/"+reject.Rule]++
	} else {
		s.Accepted++
	}
	s.Asked.Add(&c.Ledger)
	if !c.composed() {
		return
	}
	for _, name := range properties(c) {
		property := s.Properties[name]
		property.Candidates++
		if reject == nil {
			property.Accepted++
		}
		s.Properties[name] = property
	}
}

// commonest is the rule that most candidates were rejected by.
func (s *Summary) commonest() (rule string, candidates int) {
	for name, n := range s.Rejected {
		if n > candidates || n == candidates && name < rule {
			rule, candidates = name, n
		}
	}
	return rule, candidates
}

// properties names what a composed candidate has.
func properties(c *Candidate) []string {
	if c.World == nil {
		names := []string{"domain:" + c.group(), "shape:" + c.kind()}
		if len(c.Situation.Tools) > 0 { // somebody's own, of which there is an end
			for i := range c.Box.Functions {
				names = append(names, "function:"+c.Box.Functions[i].Tool.Name)
			}
		}
		return names
	}
	names := []string{"world:" + c.group(), "shape:" + c.kind()}
	seen := map[string]bool{}
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	for _, node := range c.Draft.Nodes {
		add("function:" + c.World.World.Name + "." + node.Function.Name)
		for _, arg := range node.Args {
			if arg.Pick != nil && len(arg.Pick.Where) > 0 {
				add("filter")
			}
		}
	}
	for _, goal := range c.Draft.Goals {
		add("goal:" + goal.Kind)
		if gate := gateOf(goal); gate != nil {
			add(conditionName(gate))
		}
		if value, kind := goal.Value(); kind != nil && kind.Base == world.Bool {
			add(map[world.Value]string{true: "answer:yes", false: "answer:no"}[value])
		}
	}
	if c.Draft.Turns > 1 {
		add("follow_up")
	}
	return names
}

func conditionName(gate *plan.Gate) string {
	kind := "bound"
	if gate.Bound == nil {
		kind = "yes_no"
	}
	if gate.Open {
		return "condition:" + kind + ":met"
	}
	return "condition:" + kind + ":not_met"
}

// Bend is a property whose share of the accepted records is not that of the
// composed candidates.
type Bend struct {
	Name string
	// Before and After are shares of composed candidates and of accepted records.
	Before, After float64
}

// Bends lists the properties whose share moved by more than limit (0.03 is three
// points), largest move first.
func (s *Summary) Bends(limit float64) []Bend {
	composed := s.Reached[StageFunctions]
	if composed == 0 || s.Accepted == 0 {
		return nil
	}
	var bends []Bend
	for name, property := range s.Properties {
		bend := Bend{name, float64(property.Candidates) / float64(composed), float64(property.Accepted) / float64(s.Accepted)}
		if move := bend.After - bend.Before; move > limit || move < -limit {
			bends = append(bends, bend)
		}
	}
	sort.Slice(bends, func(i, j int) bool {
		one, other := bends[i].After-bends[i].Before, bends[j].After-bends[j].Before
		if one*one != other*other {
			return one*one > other*other
		}
		return bends[i].Name < bends[j].Name
	})
	return bends
}

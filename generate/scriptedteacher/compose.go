package scriptedteacher

import (
	"math/rand/v2"
	"slices"
)

type atomicMaterial struct {
	Scenario scenario `json:"scenario"`
	Locale   locale   `json:"locale"`
}

// firstSteps is with how many of a domain's steps a request may begin, so that
// enough of them are left to follow.
const firstSteps = 3

func (t *turn) atomic(material atomicMaterial) any {
	d := t.world.domainOf(t.seed, material.Scenario)
	random := t.random("atomic")
	c := t.world.fill(random, d.steps[random.IntN(firstSteps)], material.Locale, map[string]bool{}, nil)
	task := c.task()
	return &task
}

type sequentialMaterial struct {
	Scenario  scenario       `json:"scenario"`
	Locale    locale         `json:"locale"`
	Tasks     []numberedTask `json:"tasks"`
	Links     []link         `json:"links"`
	Follow    int            `json:"follow"`
	Beside    []int          `json:"beside"`
	MostWords int            `json:"most_words"`
}

type newLink struct {
	Field        string `json:"field"`
	Input        string `json:"input"`
	SemanticType string `json:"semantic_type"`
	Transform    string `json:"transform"`
}

type sequentialReply struct {
	Reasoning string     `json:"reasoning"`
	FollowUp  atomicTask `json:"follow_up"`
	Link      newLink    `json:"link"`
	Request   string     `json:"request"`
}

func (t *turn) sequential(material sequentialMaterial) any {
	c, ok := t.reader.read(material.Tasks, material.Links)
	if !ok || material.Follow < 0 || material.Follow >= len(c.clauses) {
		return nil
	}
	random := t.random("sequential")
	link, ok := c.follow(t.world, random, material.Locale, material.Follow)
	if !ok {
		return nil
	}
	last := len(c.clauses) - 1
	return &sequentialReply{
		Reasoning: "What the person gets first is of use to them only when they go on with it, and going on takes its code.",
		Request:   c.request(random, t.world.aimOf(material.Scenario), material.MostWords),
		FollowUp:  c.clauses[last].task(),
		Link:      newLink{link.Field, link.Input, link.SemanticType, link.Transform},
	}
}

// follow adds a clause that takes what the clause at a position brings; false where
// every step that could is taken.
func (c *composition) follow(w *world, random *rand.Rand, from locale, at int) (link, bool) {
	brings := c.clauses[at].step.brings
	var next, general []*step
	for _, s := range w.steps {
		slot := s.takes(brings)
		if slot == nil || slices.ContainsFunc(c.clauses, func(one clause) bool { return one.step == s || one.step.brings == s.brings }) {
			continue
		}
		if slot.typ != nil {
			next = append(next, s)
		} else {
			general = append(general, s)
		}
	}
	// What is made for this kind of thing comes before what goes with anything.
	if len(next) == 0 || len(general) > 0 && random.IntN(4) == 0 {
		next = general
	}
	if len(next) == 0 {
		return link{}, false
	}
	s := next[random.IntN(len(next))]
	slot := s.takes(brings)
	l := link{From: at, Field: "result." + brings.name, To: len(c.clauses), Input: slot.param, SemanticType: brings.name, Transform: "none"}
	c.links = append(c.links, l)
	c.clauses = append(c.clauses, w.fill(random, s, from, c.used(), slot))
	c.refer(len(c.clauses) - 1)
	return l, true
}

type parallelMaterial struct {
	Scenario  scenario       `json:"scenario"`
	Locale    locale         `json:"locale"`
	Tasks     []numberedTask `json:"tasks"`
	Links     []link         `json:"links"`
	Branches  []int          `json:"branches"`
	New       []int          `json:"new"`
	Kind      string         `json:"kind"`
	Final     bool           `json:"final"`
	MostWords int            `json:"most_words"`
}

type use struct {
	Branch int    `json:"branch"`
	Field  string `json:"field"`
	Input  string `json:"input"`
}

type parallelReply struct {
	Reasoning string       `json:"reasoning"`
	Parallel  []atomicTask `json:"parallel"`
	Final     *atomicTask  `json:"final"`
	Uses      []use        `json:"uses"`
	Combine   string       `json:"combine"`
	Request   string       `json:"request"`
}

func (t *turn) parallel(material parallelMaterial) any {
	c, ok := t.reader.read(material.Tasks, material.Links)
	if !ok || len(c.clauses) == 0 {
		return nil
	}
	random := t.random("parallel")
	reply := parallelReply{
		Reasoning: "These can be found out side by side, for none of them needs another.", Parallel: []atomicTask{}, Uses: []use{}, Combine: "none",
	}
	for range material.New[:min(len(material.New), mostBranches)] {
		c.branch(t.world, random, material.Locale, material.Kind == "same")
		reply.Parallel = append(reply.Parallel, c.clauses[len(c.clauses)-1].task())
	}
	if material.Final {
		links := c.collect(t.world, random, material.Locale, append(slices.Clone(material.Branches), material.New...))
		final := c.clauses[len(c.clauses)-1].task()
		reply.Final, reply.Combine = &final, "other"
		for _, l := range links {
			reply.Uses = append(reply.Uses, use{l.From, l.Field, l.Input})
		}
	}
	reply.Request = c.request(random, t.world.aimOf(material.Scenario), material.MostWords)
	return &reply
}

// mostBranches bounds what is written side by side.
const mostBranches = 6

// branch adds a clause that needs nothing of the others: the first one's step for
// other values, or a step that brings something else.
func (c *composition) branch(w *world, random *rand.Rand, from locale, same bool) {
	first := c.clauses[0].step
	if same {
		c.clauses = append(c.clauses, w.fill(random, first, from, c.used(), nil))
		return
	}
	fits := func(s *step) bool {
		for _, slot := range s.slots() {
			if slot.typ == nil || slot.typ.kind == "code" {
				return false // it might be what another branch brings
			}
		}
		for i := range c.clauses {
			if c.clauses[i].step == s || slices.ContainsFunc(c.clauses[i].step.slots(), func(slot *slot) bool { return slot.typ == s.brings }) {
				return false
			}
		}
		return true
	}
	var candidates []*step
	for _, s := range w.steps {
		if fits(s) {
			candidates = append(candidates, s)
		}
	}
	c.clauses = append(c.clauses, w.fill(random, candidates[random.IntN(len(candidates))], from, c.used(), nil))
}

// collect adds a clause that takes what the clauses at some positions bring.
func (c *composition) collect(w *world, random *rand.Rand, from locale, branches []int) []link {
	var collectors []*step
	for _, s := range w.any.steps {
		if s.collects {
			collectors = append(collectors, s)
		}
	}
	s := collectors[random.IntN(len(collectors))]
	var links []link
	for _, branch := range branches[:min(len(branches), len(manyParameters()))] {
		if branch < 0 || branch >= len(c.clauses) {
			continue
		}
		brings := c.clauses[branch].step.brings.name
		links = append(links, link{From: branch, Field: "result." + brings, To: len(c.clauses), Input: manyParameters()[len(links)], SemanticType: brings, Transform: "none"})
	}
	c.links = append(c.links, links...)
	c.clauses = append(c.clauses, w.fill(random, s, from, c.used(), nil))
	c.refer(len(c.clauses) - 1)
	return links
}

type oneStepMaterial struct {
	Scenario  scenario       `json:"scenario"`
	Locale    locale         `json:"locale"`
	Shape     string         `json:"shape"`
	Count     int            `json:"count"`
	Depth     int            `json:"depth"`
	Style     string         `json:"style"`
	Existing  []functionForm `json:"existing"`
	MostWords int            `json:"most_words"`
}

type oneStepReply struct {
	Request   string         `json:"request"`
	Tasks     []atomicTask   `json:"tasks"`
	Links     []link         `json:"links"`
	Functions []functionForm `json:"functions"`
	Mapping   []mapping      `json:"mapping"`
}

// oneStep writes request, tasks and functions at once.
func (t *turn) oneStep(material oneStepMaterial) any {
	random := t.random("one step")
	d := t.world.domainOf(t.seed, material.Scenario)
	c := &composition{clauses: []clause{t.world.fill(random, d.steps[random.IntN(firstSteps)], material.Locale, map[string]bool{}, nil)}}
	material.Count = min(material.Count, 10)
	width := min(material.Count-material.Depth+1, mostBranches)
	switch material.Shape {
	case "single", "chain", "diamond":
	default:
		branches := []int{0}
		for len(branches) < width {
			c.branch(t.world, random, material.Locale, material.Shape != "fan_in")
			branches = append(branches, len(c.clauses)-1)
		}
		if material.Shape != "fan_out" {
			c.collect(t.world, random, material.Locale, branches)
		}
	}
	for len(c.clauses) < material.Count {
		at := len(c.clauses) - 1
		if material.Shape == "diamond" && at == material.Depth-1 && at > 0 {
			at--
		}
		if _, ok := c.follow(t.world, random, material.Locale, at); !ok {
			break
		}
	}
	reply := oneStepReply{Request: c.request(random, t.world.aimOf(material.Scenario), material.MostWords), Links: append([]link{}, c.links...)}
	for i := range c.clauses {
		reply.Tasks = append(reply.Tasks, c.clauses[i].task())
	}
	reply.Functions, reply.Mapping = c.functions(material.Style, material.Existing)
	return &reply
}

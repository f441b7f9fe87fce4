package reports

import (
	"math"
	"slices"

	"github.com/buttonbench/button/internal/stats"
)

// The shortcuts: ways to be right without understanding the request.
const (
	shortcutOverlap   = "overlap"
	shortcutFirst     = "first_tools"
	shortcutLast      = "last_tools"
	shortcutPrior     = "usual_tool"
	shortcutOrder     = "list_order"
	shortcutAsMany    = "calls_as_tools"
	shortcutLength    = "list_length"
	shortcutValue     = "usual_value"
	shortcutNumber    = "last_number"
	shortcutCondition = "usual_outcome"
)

// described shortcuts, in the order in which they are shown. Limit is the gain over
// chance above which a gate says no.
type shortcutKind struct {
	name, claim, unit, chance string
	limit                     float64
}

func shortcutList() []shortcutKind {
	return []shortcutKind{
		{shortcutOverlap, "the tool with most words of the request is called first", "records", "1 in the number of tools", 0.4},
		{shortcutFirst, "the first tools of the list are those called", "called tools", "called tools in all tools", 0.05},
		{shortcutLast, "the last tools of the list are those called", "called tools", "called tools in all tools", 0.05},
		{shortcutPrior, "of the tools offered, the one most often called elsewhere is called", "records", "called tools in all tools", 0.3},
		{shortcutOrder, "tools are called in the order of the list", "pairs of tools", "1 in 2", 0.1},
		{shortcutAsMany, "there are as many calls as tools", "records", "both numbers drawn apart", 0.1},
		{shortcutLength, "the length of the list tells the number of calls", "records", "the commonest number of calls", 0.1},
		{shortcutValue, "a parameter has its usual value", "arguments", "1 in the parameter's values", 0.1},
		{shortcutNumber, "the last number said is the argument", "numeric arguments", "1 in the numbers said", 0.25},
		{shortcutCondition, "a condition comes out as usual", "conditions", "1 in 2", 0.5},
	}
}

// shortcut is how one predictor fares, by group of clusters.
type shortcut struct {
	shortcutKind
	groups [groupsOfClusters]cases

	// Filled by finish.
	cases          int
	clusters       int
	accuracy, gain stats.Estimate
	chanceShare    float64
}

// cases are sums over the cases of a group: how many, how many hits, and how many
// hits chance would have had.
type cases struct{ n, hits, chance float64 }

// add counts cases of one record.
func (s *shortcut) add(group int, n, hits, chance float64) {
	to := &s.groups[group]
	to.n += n
	to.hits += hits
	to.chance += chance
}

// finish adds the groups up. The gain is what a predictor has beyond chance, of what
// there is to have: (accuracy - chance) / (1 - chance); 0 is chance, 1 is always.
func (s *shortcut) finish() {
	var accuracy, gain stats.RatioSums
	var all cases
	for _, group := range s.groups {
		if group.n == 0 {
			continue
		}
		s.clusters++
		all.n, all.chance = all.n+group.n, all.chance+group.chance
		accuracy.Add(stats.Fraction{Num: group.hits, Den: group.n})
		gain.Add(stats.Fraction{Num: group.hits - group.chance, Den: group.n - group.chance})
	}
	s.cases = int(all.n)
	s.chanceShare = all.chance / all.n
	s.accuracy, s.gain = accuracy.Estimate(true, confidence), gain.Estimate(false, confidence)
	beyond := func(right float64) float64 { return (right - s.chanceShare) / (1 - s.chanceShare) }
	if right := s.accuracy.Value; right == 0 || right == 1 { // no group differs from another
		s.gain.Interval = stats.Interval{Low: beyond(s.accuracy.Interval.Low), High: beyond(s.accuracy.Interval.High)}
	}
	s.gain.Interval.Low, s.gain.Interval.High = max(beyond(0), s.gain.Interval.Low), min(1, s.gain.Interval.High)
}

// over reports whether the gain is certainly above its limit. That calls run against
// the order of the list gives as much away as that they follow it.
func (s *shortcut) over() bool {
	low, high := s.gain.Interval.Low, s.gain.Interval.High
	if math.IsNaN(low) {
		low, high = s.gain.Value, s.gain.Value
	}
	return low > s.limit || s.name == shortcutOrder && high < -s.limit
}

// measured counts the cases of every shortcut.
type measured struct {
	learned *learned
	by      map[string]*shortcut
	words   toolWords
	schemas schemaSizes

	// The marginal distributions behind shortcutAsMany's chance.
	toolCounts, callCounts histogram
	// guesses are the cases of each parameter.
	guesses map[parameter]*guessed
}

// guessed counts how often a parameter's usual value was right.
type guessed struct {
	n, hits int
	chance  float64
}

func newMeasured(l *learned) *measured {
	m := &measured{learned: l, by: map[string]*shortcut{}, words: newToolWords(), schemas: newSchemaSizes(), toolCounts: histogram{}, callCounts: histogram{}, guesses: map[parameter]*guessed{}}
	for _, kind := range shortcutList() {
		m.by[kind.name] = &shortcut{shortcutKind: kind}
	}
	return m
}

// measure tries every shortcut on a record, those that learn only on the other half.
func (m *measured) measure(r *auditedLine) {
	m.order(r)
	m.tools(r)
	m.numbers(r)
	m.toolCounts.add(len(r.Tools))
	m.callCounts.add(len(r.calls))
	asMany := 0.0
	if len(r.calls) == len(r.Tools) {
		asMany = 1
	}
	if len(r.Tools) > 0 {
		m.by[shortcutAsMany].add(r.group, 1, asMany, 0)
	}
	if r.half != fittedHalf {
		m.prior(r)
		m.length(r)
		m.values(r)
		m.conditions(r)
	}
}

// called lists the places of the different tools that are called, in the order of
// their first calls; those that the list lacks are left out.
func (r *auditedLine) called() (places []int) {
	seen := make([]bool, len(r.Tools))
	for _, call := range r.calls {
		if call.tool >= 0 && !seen[call.tool] {
			seen[call.tool] = true
			places = append(places, call.tool)
		}
	}
	return places
}

// tools tries the shortcuts that name tools by their place or their words. Where all
// tools are called there is nothing to choose.
func (m *measured) tools(r *auditedLine) {
	called, n := r.called(), len(r.Tools)
	k := len(called)
	if k == 0 || k == n {
		return
	}
	first, last := 0.0, 0.0
	for _, place := range called {
		if place < k {
			first++
		}
		if place >= n-k {
			last++
		}
	}
	chance := float64(k) * float64(k) / float64(n)
	m.by[shortcutFirst].add(r.group, float64(k), first, chance)
	m.by[shortcutLast].add(r.group, float64(k), last, chance)
	m.by[shortcutOverlap].add(r.group, 1, m.words.hit(r, called[0]), 1/float64(n))
}

// order looks at all pairs of different tools that are called.
func (m *measured) order(r *auditedLine) {
	called := r.called()
	pairs, inOrder := 0.0, 0.0
	for i, earlier := range called {
		for _, later := range called[i+1:] {
			pairs++
			if earlier < later {
				inOrder++
			}
		}
	}
	if pairs > 0 {
		m.by[shortcutOrder].add(r.group, pairs, inOrder, pairs/2)
	}
}

// numbers takes the numeric arguments that are among several numbers said before.
func (m *measured) numbers(r *auditedLine) {
	for _, call := range r.calls {
		if len(call.numbers) < 2 {
			continue
		}
		for _, argument := range call.arguments {
			if !argument.isNum || !slices.Contains(call.numbers, argument.number) {
				continue
			}
			hit := 0.0
			if call.numbers[len(call.numbers)-1] == argument.number {
				hit = 1
			}
			m.by[shortcutNumber].add(r.group, 1, hit, 1/float64(len(call.numbers)))
		}
	}
}

// results finishes the shortcuts, in their order, and lists the parameters.
func (m *measured) results(o AuditOptions) ([]*shortcut, []parameterGuess) {
	records, alike := float64(m.toolCounts.total()), 0.0
	for tools, count := range m.toolCounts {
		alike += float64(count) * float64(m.callCounts[tools])
	}
	asMany := m.by[shortcutAsMany]
	for i := range asMany.groups {
		asMany.groups[i].chance = asMany.groups[i].n * alike / (records * records)
	}
	var list []*shortcut
	for _, kind := range shortcutList() {
		one := m.by[kind.name]
		one.limit = limitOf(o, one.name, one.limit)
		one.finish()
		list = append(list, one)
	}
	return list, m.parameterGuesses()
}

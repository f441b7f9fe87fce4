package reports

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/stats"
)

// parameter is a parameter of a function.
type parameter struct{ function, path string }

// learned is what the predictors that learn know of one half of the records. What
// there is no room for is left out, which can only make them worse.
type learned struct {
	offered, called map[uint64]int // records by function
	values          map[parameter]map[uint64]int
	valueCount      int
	calls           map[[2]int]int // by number of tools and of calls
	commonCalls     histogram
	outcomes        map[uint64][2]int // of conditions, by what they compare
	anyOutcome      [2]int
}

// mostCalls is from where on numbers of calls are not told apart.
const mostCalls = 100

// valueLimit is the most values that are told apart, over all parameters.
const valueLimit = 1 << 18

func newLearned() *learned {
	return &learned{
		offered: map[uint64]int{}, called: map[uint64]int{}, values: map[parameter]map[uint64]int{},
		calls: map[[2]int]int{}, commonCalls: histogram{}, outcomes: map[uint64][2]int{},
	}
}

func (l *learned) fit(r *auditedLine) {
	for i := range r.Tools {
		countWithin(l.offered, hash64(r.Tools[i].Function.Name))
	}
	for _, place := range r.called() {
		countWithin(l.called, hash64(r.Tools[place].Function.Name))
	}
	for _, call := range r.calls {
		for _, argument := range call.arguments {
			l.fitValue(parameter{clip(call.name, nameBytes), argument.path}, argument.hash)
		}
	}
	l.calls[[2]int{len(r.Tools), min(len(r.calls), mostCalls)}]++
	l.commonCalls.add(min(len(r.calls), mostCalls))
	for _, condition := range r.conditions() {
		outcome := 0
		if condition.open {
			outcome = 1
		}
		known, there := l.outcomes[condition.what]
		if there || len(l.outcomes) < nameLimit {
			known[outcome]++
			l.outcomes[condition.what] = known
		}
		l.anyOutcome[outcome]++
	}
}

// countWithin counts a hash while there is room.
func countWithin(counts map[uint64]int, hash uint64) {
	if _, known := counts[hash]; known || len(counts) < nameLimit {
		counts[hash]++
	}
}

func (l *learned) fitValue(p parameter, value uint64) {
	values := l.values[p]
	if values == nil {
		if l.valueCount >= valueLimit {
			return
		}
		values = map[uint64]int{}
		l.values[parameter{strings.Clone(p.function), strings.Clone(p.path)}] = values
	}
	if _, known := values[value]; !known {
		if l.valueCount >= valueLimit {
			return
		}
		l.valueCount++
	}
	values[value]++
}

// usual is a parameter's commonest value in the fitted half, and how many it has.
func (l *learned) usual(p parameter) (value uint64, different int) {
	most := 0
	for one, count := range l.values[p] {
		if count > most || count == most && one < value {
			value, most = one, count
		}
	}
	return value, len(l.values[p])
}

// prior tries the offered tool that was called most often where it was offered.
func (m *measured) prior(r *auditedLine) {
	called := r.called()
	if len(called) == 0 || len(called) == len(r.Tools) {
		return
	}
	best, among, hits := -1.0, 0, 0
	for place := range r.Tools {
		hash := hash64(r.Tools[place].Function.Name)
		rate := float64(m.learned.called[hash]+1) / float64(m.learned.offered[hash]+2)
		if rate < best {
			continue
		}
		if rate > best {
			best, among, hits = rate, 0, 0
		}
		among++
		if slices.Contains(called, place) {
			hits++
		}
	}
	m.by[shortcutPrior].add(r.group, 1, float64(hits)/float64(among), float64(len(called))/float64(len(r.Tools)))
}

// length tries the commonest number of calls among records with as many tools;
// chance is the commonest of all.
func (m *measured) length(r *auditedLine) {
	tools := len(r.Tools)
	usual, most := m.learned.usualCalls(), 0
	guess := usual
	for calls := range mostCalls + 1 {
		if count := m.learned.calls[[2]int{tools, calls}]; count > most {
			guess, most = calls, count
		}
	}
	hit, chance := 0.0, 0.0
	if guess == min(len(r.calls), mostCalls) {
		hit = 1
	}
	if usual == min(len(r.calls), mostCalls) {
		chance = 1
	}
	m.by[shortcutLength].add(r.group, 1, hit, chance)
}

func (l *learned) usualCalls() int {
	usual, most := 0, 0
	for calls, count := range l.commonCalls {
		if count > most || count == most && calls < usual {
			usual, most = calls, count
		}
	}
	return usual
}

// values tries the usual value of every parameter. Chance is one in the values that
// the schema lists or, without a list, in those seen in the other half.
func (m *measured) values(r *auditedLine) {
	for _, call := range r.calls {
		for _, argument := range call.arguments {
			p := parameter{clip(call.name, nameBytes), argument.path}
			usual, different := m.learned.usual(p)
			if different == 0 {
				continue
			}
			if call.tool >= 0 {
				different = max(different, m.schemas.listed(r.Tools[call.tool].Function, argument.path))
			}
			chance, hit := 1/float64(max(2, different)), 0
			if usual == argument.hash {
				hit = 1
			}
			m.by[shortcutValue].add(r.group, 1, float64(hit), chance)
			one := m.guesses[p]
			if one == nil {
				one = &guessed{}
				m.guesses[parameter{strings.Clone(p.function), strings.Clone(p.path)}] = one // learned bounds how many
			}
			one.n++
			one.hits += hit
			one.chance += chance
		}
	}
}

// outcome is a condition that a user made, and how it came out.
type outcome struct {
	what uint64 // the world, what is compared and how
	open bool
}

func (r *auditedLine) conditions() (list []outcome) {
	if r.Plan == nil {
		return nil
	}
	for _, goal := range r.Plan.Goals {
		if c := goal.Condition; c != nil {
			list = append(list, outcome{hash64(r.Meta.World, c.Output, c.Op), c.Open})
		}
	}
	return list
}

func (m *measured) conditions(r *auditedLine) {
	for _, condition := range r.conditions() {
		counts, known := m.learned.outcomes[condition.what]
		if !known {
			counts = m.learned.anyOutcome
		}
		hit := 0.0
		if (counts[1] >= counts[0]) == condition.open {
			hit = 1
		}
		m.by[shortcutCondition].add(r.group, 1, hit, 0.5)
	}
}

// parameterGuess is how well a parameter's usual value guesses it.
type parameterGuess struct {
	parameter
	n        int
	accuracy stats.Estimate
	chance   float64
}

// gain is the least that the interval allows, beyond chance.
func (g parameterGuess) gain() float64 {
	return (g.accuracy.Interval.Low - g.chance) / (1 - g.chance)
}

// leastGuesses is from how many cases on a parameter is shown.
const leastGuesses = 20

// parameterGuesses lists the parameters, those whose usual value surely guesses best
// first.
func (m *measured) parameterGuesses() (list []parameterGuess) {
	for p, one := range m.guesses {
		if one.n >= leastGuesses {
			list = append(list, parameterGuess{p, one.n, stats.Wilson(one.hits, one.n, confidence), one.chance / float64(one.n)})
		}
	}
	slices.SortFunc(list, func(a, b parameterGuess) int {
		return cmp.Or(cmp.Compare(b.gain(), a.gain()), cmp.Compare(a.function, b.function), cmp.Compare(a.path, b.path))
	})
	return list
}

// What is worked out of a tool is kept for the next record that offers it.
const toolsKept = 1 << 14

// toolWords finds the tool that shares most words with a request.
type toolWords struct{ known map[uint64]map[string]bool }

func newToolWords() toolWords { return toolWords{map[uint64]map[string]bool{}} }

func (t toolWords) of(tool *auditedTool) map[string]bool {
	key := hash64(tool.Name, tool.Description)
	words, known := t.known[key]
	if known {
		return words
	}
	words = map[string]bool{}
	for _, word := range splitWords(splitName(tool.Name) + " " + tool.Description) {
		words[word] = true
	}
	if len(t.known) < toolsKept {
		t.known[key] = words
	}
	return words
}

// splitName puts spaces between the words of a name: camel case, underscores, dots.
func splitName(name string) string {
	var out strings.Builder
	previous := rune(0)
	for _, r := range name {
		if unicode.IsUpper(r) && unicode.IsLower(previous) {
			out.WriteByte(' ')
		}
		if r == '_' || r == '.' || r == '-' || r == '/' {
			out.WriteByte(' ')
		} else {
			out.WriteRune(r)
		}
		previous = r
	}
	return out.String()
}

// hit tells whether the tool at a place shares most words with what the user says
// before the first call; of several that share alike, its part.
func (t toolWords) hit(r *auditedLine, place int) float64 {
	request := map[string]bool{}
	for i := range r.Messages {
		if len(r.Messages[i].Calls) > 0 {
			break
		}
		if r.Messages[i].Role == button.RoleUser {
			for _, word := range splitWords(clip(r.Messages[i].Content, sampleBytes)) {
				request[word] = true
			}
		}
	}
	best, among, right := -1.0, 0.0, 0.0
	for i := range r.Tools {
		words := t.of(&r.Tools[i].Function)
		shared := 0
		for word := range request {
			if words[word] {
				shared++
			}
		}
		score := float64(shared) / math.Sqrt(float64(max(1, len(words))))
		switch {
		case score > best:
			best, among, right = score, 1, 0
		case score == best:
			among++
		default:
			continue
		}
		if i == place {
			right = 1
		}
	}
	return right / among
}

// schemaSizes tells how many values a tool's schema lists for a parameter.
type schemaSizes struct{ known map[uint64]map[string]int }

func newSchemaSizes() schemaSizes { return schemaSizes{map[uint64]map[string]int{}} }

// listed is 0 where the schema lists none.
func (s schemaSizes) listed(tool auditedTool, path string) int {
	key := hash64(tool.Name, string(tool.Parameters))
	sizes, known := s.known[key]
	if known {
		return sizes[path]
	}
	sizes = map[string]int{}
	var schema struct {
		Properties map[string]json.RawMessage `json:"properties"`
	}
	if json.Unmarshal(tool.Parameters, &schema) == nil {
		for name, text := range schema.Properties {
			var property struct {
				Type any               `json:"type"`
				Enum []json.RawMessage `json:"enum"`
			}
			if json.Unmarshal(text, &property) != nil {
				continue
			}
			if sizes[name] = len(property.Enum); property.Type == "boolean" {
				sizes[name] = 2
			}
		}
	}
	if len(s.known) < toolsKept {
		s.known[key] = sizes
	}
	return sizes[path]
}

package scriptedteacher

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// Situations are put together of parts: who, what for, under which pressure and
// with which limit. A part that an axis asks for is exchanged by itself.

type situation struct {
	domain                          *domain
	actor, aim, time, limit, places string
	frame                           int
}

func times() []string {
	return []string{
		"there are only a few days left", "everything has to be settled before the weekend", "months remain and prices may still fall",
		"an earlier arrangement fell through this morning", "the season is about to begin", "the appointed day has just been moved",
		"nobody has started yet and friends keep asking", "a long planned date is coming up", "an answer is wanted by the evening",
		"the shops close early these days", "a holiday lies in between", "the last attempt took far too long",
	}
}

func limits() []string {
	return []string{
		"money is tight after an expensive spring", "a knee injury rules out long walks", "the weather forecast is poor", "people with different tastes have to agree",
		"no car is at hand", "everything must be documented for an employer", "a small child comes along", "the rules have changed since last year",
		"only mornings are free", "a friend with a wheelchair takes part", "papers got lost in a move", "neighbours must not be disturbed",
	}
}

func surroundings() []string {
	return []string{
		"in a harbour town", "in a mountain valley", "in a big city they hardly know", "on an island", "in a village without shops", "near the border",
		"in an old industrial district", "in a university town", "in a spa town out of season", "along a river",
	}
}

const situationFrames = 5

func (s *situation) text() string {
	var text string
	switch s.frame {
	case 0:
		text = "% is busy with @ # and needs reliable facts and bookings, because ^, while ~."
	case 1:
		text = "# % wants help with @: ^, and ~."
	case 2:
		text = "Since ^, % has to look things up and arrange them for @ #; besides, ~."
	case 3:
		text = "% hopes to be done soon with @ #. ~, and ^."
	default:
		text = "For @, % # depends on outside information and on things being arranged: ~, ^."
	}
	text = strings.NewReplacer("%", s.actor, "@", s.aim, "#", s.places, "^", s.time, "~", s.limit).Replace(text)
	var sentences []string
	for _, sentence := range strings.Split(text, ". ") {
		sentences = append(sentences, capital(sentence))
	}
	return strings.Join(sentences, ". ")
}

func (w *world) situation(random *rand.Rand, d *domain) situation {
	return situation{
		domain: d, actor: draw(random, d.actors...), aim: draw(random, d.aims...), time: draw(random, times()...),
		limit: draw(random, limits()...), places: draw(random, surroundings()...), frame: random.IntN(situationFrames),
	}
}

func (s *situation) scenario(named string) scenario {
	needs := []string{}
	for _, step := range s.domain.steps[:4] {
		verb, noun := "details of the ", step.brings.noun
		if step.effect == "write" {
			verb = "arranging the "
		}
		needs = append(needs, verb+noun)
	}
	return scenario{Domain: named, Actor: s.actor, Situation: s.text(), Needs: needs}
}

// domainOf is the domain of the teacher's own world that a scenario is about: the
// one whose aim it names, or one that its words decide.
func (w *world) domainOf(seed uint64, s scenario) *domain {
	for _, d := range w.domains {
		for _, aim := range d.aims {
			if strings.Contains(strings.ToLower(s.Situation), aim) {
				return d
			}
		}
	}
	return w.domainNamed(seed, s.Domain+s.Situation)
}

func (w *world) domainNamed(seed uint64, name string) *domain {
	return w.domains[hashed(seed, "domain", name).IntN(len(w.domains))]
}

// aimOf is the aim that a situation names, or "".
func (w *world) aimOf(s scenario) string {
	lower := strings.ToLower(s.Situation)
	for _, d := range w.domains {
		for _, aim := range d.aims {
			if strings.Contains(lower, aim) {
				return aim
			}
		}
	}
	return ""
}

type extractMaterial struct {
	Seeds []struct {
		Number int    `json:"number"`
		Text   string `json:"text"`
	} `json:"seeds"`
	Domains []string `json:"domains"`
}

type extractReply struct {
	Scenarios []extractedScenario `json:"scenarios"`
}

type extractedScenario struct {
	Seed int `json:"seed"`
	scenario
}

// extract writes a scenario for every seed. What a seed says decides which one.
func (t *turn) extract(material extractMaterial) any {
	scenarios := []extractedScenario{}
	for _, seed := range material.Seeds {
		if len(scenarios) == 8 {
			break
		}
		random := hashed(t.seed, "extract", seed.Text, itoa(t.complaints))
		named := "daily life"
		if len(material.Domains) > 0 {
			named = draw(random, material.Domains...)
		}
		s := t.world.situation(random, t.world.domainNamed(t.seed, seed.Text))
		scenarios = append(scenarios, extractedScenario{seed.Number, s.scenario(named)})
	}
	return &extractReply{scenarios}
}

type expandMaterial struct {
	Scenario scenario `json:"scenario"`
	Axis     string   `json:"axis"`
	Domain   string   `json:"domain"`
	Count    int      `json:"count"`
	Avoid    []string `json:"avoid"`
}

type expandReply struct {
	Variants []variant `json:"variants"`
}

type variant struct {
	Changed struct {
		From string `json:"from"`
		To   string `json:"to"`
	} `json:"changed"`
	scenario
}

// expand changes the part of the situation that the axis names. What the teacher
// cannot find in a situation of somebody else's it makes up anew.
func (t *turn) expand(material expandMaterial) any {
	variants := []variant{}
	avoid := append(slices.Clone(material.Avoid), material.Scenario.Situation)
	for i := range min(max(material.Count, 1), 8) {
		var v variant
		for attempt := range 20 {
			random := hashed(t.seed, "expand", material.Scenario.Situation, material.Axis, itoa(i), itoa(attempt), itoa(t.complaints), itoa(int(t.wire)))
			from := t.world.reread(t.seed, material.Scenario, random)
			to := from
			to.frame = random.IntN(situationFrames)
			v.Changed.From, v.Changed.To = to.change(t.world, random, material.Axis, &from)
			if attempt > 5 { // some more has to follow from the change
				to.limit, to.places = draw(random, limits()...), draw(random, surroundings()...)
			}
			v.scenario = to.scenario(material.Domain)
			if v.Changed.From != v.Changed.To && !likeAny(v.Situation, avoid) {
				break
			}
		}
		avoid = append(avoid, v.Situation)
		variants = append(variants, v)
	}
	return &expandReply{variants}
}

// likeAny reports whether a text shares most of its different words with one of
// others.
func likeAny(text string, others []string) bool {
	words := map[string]bool{}
	for _, word := range strings.Fields(strings.ToLower(text)) {
		words[word] = true
	}
	return slices.ContainsFunc(others, func(other string) bool {
		seen, shared := map[string]bool{}, 0
		for _, word := range strings.Fields(strings.ToLower(other)) {
			if !seen[word] && words[word] {
				shared++
			}
			seen[word] = true
		}
		return 10*shared >= 6*(len(words)+len(seen)-shared)
	})
}

// reread finds the parts of a situation again.
func (w *world) reread(seed uint64, s scenario, random *rand.Rand) situation {
	found := w.situation(random, w.domainOf(seed, s))
	lower := strings.ToLower(s.Situation)
	find := func(from []string, into *string) {
		for _, one := range from {
			if strings.Contains(lower, strings.ToLower(one)) {
				*into = one
			}
		}
	}
	find(found.domain.actors, &found.actor)
	find(found.domain.aims, &found.aim)
	find(times(), &found.time)
	find(limits(), &found.limit)
	find(surroundings(), &found.places)
	return found
}

// change exchanges one part, and with it what would otherwise leave the two
// situations too much alike.
func (s *situation) change(w *world, random *rand.Rand, axis string, from *situation) (was, is string) {
	other := w.situation(random, s.domain)
	switch axis {
	case "place":
		s.places, s.aim = other.places, other.aim
		return from.places, s.places
	case "time_pressure":
		s.time, s.aim = other.time, other.aim
		return from.time, s.time
	case "constraint":
		s.limit, s.aim = other.limit, other.aim
		return from.limit, s.limit
	case "domain":
		d := w.domains[random.IntN(len(w.domains))]
		next := w.situation(random, d)
		s.domain, s.actor, s.aim = d, next.actor, next.aim
		return from.aim, s.aim
	}
	s.actor, s.aim = other.actor, other.aim
	return from.actor, s.actor
}

type inventMaterial struct {
	Domain string   `json:"domain"`
	Count  int      `json:"count"`
	Avoid  []string `json:"avoid"`
}

type inventReply struct {
	Scenarios []scenario `json:"scenarios"`
}

func (t *turn) invent(material inventMaterial) any {
	scenarios := []scenario{}
	avoid := slices.Clone(material.Avoid)
	for i := range min(max(material.Count, 1), 8) {
		var s scenario
		for attempt := range 20 {
			random := hashed(t.seed, "invent", material.Domain, itoa(i), itoa(attempt), itoa(t.complaints), itoa(int(t.wire)))
			drawn := t.world.situation(random, t.world.domains[random.IntN(len(t.world.domains))])
			if s = drawn.scenario(material.Domain); !likeAny(s.Situation, avoid) {
				break
			}
		}
		avoid = append(avoid, s.Situation)
		scenarios = append(scenarios, s)
	}
	return &inventReply{scenarios}
}

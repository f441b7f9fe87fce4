package scriptedteacher

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
)

// The forms of tasks and links as the stages' materials and replies have them.

type atomicTask struct {
	Task        string       `json:"task"`
	KnownValues []knownValue `json:"known_values"`
	Result      taskResult   `json:"result"`
	Effect      string       `json:"effect"`
}

type knownValue struct {
	Name         string          `json:"name"`
	SemanticType string          `json:"semantic_type"`
	Value        json.RawMessage `json:"value"`
}

type taskResult struct {
	SemanticType string        `json:"semantic_type"`
	Description  string        `json:"description"`
	Fields       []resultField `json:"fields"`
}

type resultField struct {
	Name         string `json:"name"`
	SemanticType string `json:"semantic_type"`
}

type numberedTask struct {
	Number int `json:"number"`
	atomicTask
}

type link struct {
	From         int    `json:"from"`
	Field        string `json:"field"`
	To           int    `json:"to"`
	Input        string `json:"input"`
	SemanticType string `json:"semantic_type"`
	Transform    string `json:"transform"`
}

type scenario struct {
	Domain    string   `json:"domain"`
	Actor     string   `json:"actor"`
	Situation string   `json:"situation"`
	Needs     []string `json:"needs"`
}

// composition is a request in the making: clauses in an order in which they can be
// done, and the links between them.
type composition struct {
	clauses []clause
	links   []link
}

// read makes a composition of tasks that this teacher wrote earlier.
func (r *reader) read(tasks []numberedTask, links []link) (*composition, bool) {
	c := &composition{links: slices.Clone(links)}
	for _, task := range tasks {
		found := r.clauses(task.Task)
		if len(found) != 1 {
			return nil, false
		}
		c.clauses = append(c.clauses, found[0])
	}
	return c, true
}

// used holds the literals of a composition, as plain text.
func (c *composition) used() map[string]bool {
	used := map[string]bool{}
	for i := range c.clauses {
		for _, v := range c.clauses[i].values {
			if v.literal != nil {
				used[plain(v.literal)] = true
			}
		}
	}
	return used
}

// refer sets what the linked slots of the clause at a position say, but for one
// that a value was written into.
func (c *composition) refer(at int) {
	clause := &c.clauses[at]
	for i, slot := range clause.step.slots() {
		var from []int
		for _, l := range c.links {
			if l.To == at && (slot.many || l.Input == slot.param) {
				from = append(from, l.From)
			}
		}
		if len(from) > 0 && clause.values[i].literal == nil {
			clause.values[i] = value{typ: c.clauses[from[0]].step.brings, refs: refer(from, c.clauses[:at])}
		}
	}
}

// waves counts for each clause how many stand on the longest way to it.
func (c *composition) waves() []int {
	waves := make([]int, len(c.clauses))
	for i := range waves {
		for _, l := range c.links {
			if l.To == i && l.From < i {
				waves[i] = max(waves[i], waves[l.From]+1)
			}
		}
	}
	return waves
}

// request writes everything as one message of at most so many words.
func (c *composition) request(random *rand.Rand, aim string, mostWords int) string {
	waves := c.waves()
	var out []string
	for i := range c.clauses {
		c.refer(i)
		words := c.clauses[i].words()
		switch {
		case i == 0:
			out = append(out, draw(random, "Please %.", "Could you %?", "I would like you to %.", "I need you to %.", "Can you %?", "Kindly %.", "It would be great if you could %.", "Help me to %."))
		case waves[i] == waves[i-1]:
			out = append(out, draw(random, "Also %.", "Please also %.", "Besides, %.", "I would also like you to %.", "In the same go, %.", "As well, %."))
		default:
			out = append(out, draw(random, "Then %.", "After that, %.", "With that, please %.", "When that is known, %.", "As soon as you have it, %.", "Building on that, %.", "Next, please %."))
		}
		out[i] = capital(strings.Replace(out[i], "%", words, 1))
	}
	text := strings.Join(out, " ")
	if context := about(random, aim); context != "" && len(strings.Fields(context+" "+text)) <= mostWords {
		return context + " " + text
	}
	return text
}

// about tells in three requests of four what it is about.
func about(random *rand.Rand, aim string) string {
	frame := draw(random, "It is about %.", "This is for %.", "", "I am thinking of %.", "My aim is %.", "I have trouble with %.", "", "What I have in mind is %.")
	if aim == "" || frame == "" {
		return ""
	}
	return strings.Replace(frame, "%", aim, 1)
}

func draw(random *rand.Rand, texts ...string) string { return texts[random.IntN(len(texts))] }

// fill makes a clause of a step. taken, if there is one, is the slot that stays
// open for what an earlier clause brings.
func (w *world) fill(random *rand.Rand, s *step, from locale, used map[string]bool, taken *slot) clause {
	verbs := w.verbsOf(s)
	c := clause{step: s, verb: verbs[random.IntN(len(verbs))]}
	for _, slot := range s.slots() {
		v := value{typ: slot.typ}
		if slot != taken && !slot.many {
			if v.typ == nil {
				v.typ = w.coded[random.IntN(len(w.coded))]
			}
			v.literal = v.typ.value(random, from, used)
			used[plain(v.literal)] = true
		}
		c.values = append(c.values, v)
	}
	return c
}

// task describes a clause.
func (c *clause) task() atomicTask {
	t := atomicTask{
		Task: capital(c.words()) + ".", KnownValues: []knownValue{}, Effect: c.step.effect,
		Result: taskResult{SemanticType: c.step.brings.name, Description: "What there is to know about the " + c.step.brings.noun + ", its code first.", Fields: []resultField{}},
	}
	for i, slot := range c.step.slots() {
		if v := c.values[i]; v.literal != nil {
			t.KnownValues = append(t.KnownValues, knownValue{c.factName(slot), v.typ.name, v.literal})
		}
	}
	for _, f := range c.step.results() {
		t.Result.Fields = append(t.Result.Fields, resultField{f.name, f.typ.name})
	}
	return t
}

// factName is the name of a value that the user knows: "train_city".
func (c *clause) factName(slot *slot) string {
	var words []string
	for _, word := range strings.Split(strings.ReplaceAll(c.step.brings.noun+"_"+slot.param, " ", "_"), "_") {
		if len(words) == 0 || words[len(words)-1] != word {
			words = append(words, word)
		}
	}
	name := strings.Join(words, "_")
	return strings.TrimRight(name[:min(len(name), 40)], "_")
}

// manyParameters are the names of the parameters for a slot that takes several. They
// hold no ordinals, which would be values.
func manyParameters() []string {
	return strings.Fields("item_a item_b item_c item_d item_e item_f")
}

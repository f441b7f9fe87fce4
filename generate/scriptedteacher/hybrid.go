package scriptedteacher

import "strings"

// In hybrid mode the worlds tell the story, and a teacher only words it. This one
// keeps the sketch but for a few of its facts, which it says in another of the ways
// that it is given; after a complaint it keeps the sketch as it is.

type sayFact struct {
	ID   string   `json:"id"`
	Kind string   `json:"kind"`
	Ways []string `json:"ways"`
}

type rewordMaterial struct {
	MaxWords  int       `json:"max_words"`
	Sketch    string    `json:"sketch"`
	Facts     []sayFact `json:"facts"`
	Unsayable []string  `json:"unsayable"`
}

type saidFact struct {
	Fact  string `json:"fact"`
	Quote string `json:"quote"`
}

type reworded struct {
	Text  string     `json:"text"`
	Spans []saidFact `json:"spans"`
}

type hybridRequestReply struct {
	Variants []reworded `json:"variants"`
}

type hybridThoughtReply struct {
	Thought string `json:"thought"`
}

func (t *turn) hybridRequest(material rewordMaterial) any {
	return &hybridRequestReply{[]reworded{t.reword(&material, "first"), t.reword(&material, "second"), material.kept()}}
}

func (t *turn) hybridAnswer(material rewordMaterial) any {
	reply := t.reword(&material, "answer")
	return &reply
}

// kept is the sketch with its facts quoted.
func (m *rewordMaterial) kept() reworded {
	kept := reworded{Text: m.Sketch, Spans: []saidFact{}}
	for _, fact := range m.Facts {
		quote := ""
		if len(fact.Ways) > 0 {
			quote = fact.Ways[0]
		}
		kept.Spans = append(kept.Spans, saidFact{fact.ID, quote})
	}
	return kept
}

// reword says some facts in another way, where a way stands in the sketch once and
// overlaps no other fact's.
func (t *turn) reword(m *rewordMaterial, purpose string) reworded {
	said := m.kept()
	if t.complaints > 0 {
		return said
	}
	random := t.random(purpose)
	for i, fact := range m.Facts {
		if len(fact.Ways) < 2 || random.IntN(2) == 0 || m.shared(i) {
			continue
		}
		way := fact.Ways[1+random.IntN(len(fact.Ways)-1)]
		if strings.Count(said.Text, fact.Ways[0]) == 1 {
			said.Text = strings.Replace(said.Text, fact.Ways[0], way, 1)
			said.Spans[i].Quote = way
		}
	}
	return said
}

// shared reports whether the words of a fact are part of those of another one, or
// hold them.
func (m *rewordMaterial) shared(at int) bool {
	for i, other := range m.Facts {
		if i != at && len(other.Ways) > 0 && (strings.Contains(other.Ways[0], m.Facts[at].Ways[0]) || strings.Contains(m.Facts[at].Ways[0], other.Ways[0])) {
			return true
		}
	}
	return false
}

type thoughtMaterial struct {
	Sketch string `json:"sketch"`
}

func (t *turn) hybridThought(material thoughtMaterial) any {
	thought := material.Sketch
	if len(thought) < 10 {
		thought = "The values for this were said by the user or came from earlier results."
	}
	return &hybridThoughtReply{thought}
}

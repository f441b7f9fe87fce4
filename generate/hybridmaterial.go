package generate

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/wording"
)

// Utterance is a message of the dialogue as the prompts of hybrid mode show it.
type Utterance struct {
	From string `json:"from"` // a role
	Text string `json:"text"`
	// Call names the call that a tool's text answers.
	Call string `json:"call,omitempty"`
}

// SayFact is something that a text has to say.
type SayFact struct {
	ID string `json:"id"`
	// Kind is what it is: one of button's Mention kinds, or "value" in an answer.
	Kind string `json:"kind"`
	Type string `json:"type,omitempty"`
	// Ways are forms in which it may be said; the first is the sketch's.
	Ways []string `json:"ways"`
}

// RewordMaterial is the material of hybrid_request and hybrid_answer.
type RewordMaterial struct {
	Today     string      `json:"today"`
	Situation string      `json:"situation,omitempty"`
	Manner    string      `json:"manner,omitempty"`
	MaxWords  int         `json:"max_words"`
	Dialogue  []Utterance `json:"dialogue"`
	Sketch    string      `json:"sketch"`
	Facts     []SayFact   `json:"facts"`
	// Unsayable are the names of tools and parameters.
	Unsayable []string `json:"unsayable,omitempty"`
}

// SaidFact points to the piece of a text that says a fact.
type SaidFact struct {
	Fact  string `json:"fact"`
	Quote string `json:"quote"`
}

// Reworded is a text with the pieces that say its facts.
type Reworded struct {
	Text  string     `json:"text"`
	Spans []SaidFact `json:"spans"`
}

// ThoughtMaterial is the material of hybrid_thought.
type ThoughtMaterial struct {
	Today    string       `json:"today"`
	Dialogue []Utterance  `json:"dialogue"`
	Calls    []ComingCall `json:"calls"`
	Sketch   string       `json:"sketch"`
}

// ComingCall is a call that a thought stands before.
type ComingCall struct {
	Function    string          `json:"function"`
	Description string          `json:"description"`
	Arguments   json.RawMessage `json:"arguments"`
	// Sources says for each argument where it comes from: "user", "result" or
	// "default".
	Sources map[string]string `json:"sources"`
}

// facts lists what a text says: each thing once, however often it is marked.
func (r *rewording) facts(text wording.Text) ([]SayFact, map[string]wording.Mark) {
	facts, marks, seen := []SayFact{}, map[string]wording.Mark{}, map[any]bool{}
	for _, mark := range text.Marks {
		key := meaning(mark)
		if seen[key] {
			continue
		}
		seen[key] = true
		fact := SayFact{ID: "f" + strconv.Itoa(len(facts)+1), Kind: mark.Kind, Ways: []string{text.Content[mark.Span[0]:mark.Span[1]]}}
		if mark.Type != nil {
			fact.Type = mark.Type.Name
		}
		for _, way := range r.ways[key] {
			if way != fact.Ways[0] {
				fact.Ways = append(fact.Ways, way)
			}
		}
		marks[fact.ID] = mark
		facts = append(facts, fact)
	}
	return facts, marks
}

// meaning is what a mark stands for; marks that mean the same have the same.
func meaning(mark wording.Mark) any {
	mark.Span = button.Span{}
	return mark
}

// retellings is how often a plan is worded anew to learn how else its facts can be said.
const retellings = 5

// waysToSay words the plan a few more times and collects the forms of each fact.
func waysToSay(c *Candidate) map[any][]string {
	ways := map[any][]string{}
	random := c.random("ways to say")
	for range retellings {
		script, err := c.World.Narrator.Tell(c.Draft, random)
		if err != nil {
			continue // this one only
		}
		for _, texts := range [][]wording.Text{script.Requests, script.Answers} {
			for _, text := range texts {
				for _, mark := range text.Marks {
					key, way := meaning(mark), text.Content[mark.Span[0]:mark.Span[1]]
					if !slices.Contains(ways[key], way) {
						ways[key] = append(ways[key], way)
					}
				}
			}
		}
	}
	return ways
}

// unsayable are the names that a user does not know.
func unsayable(tools []button.Tool) []string {
	names := make([]string, len(tools))
	for i, tool := range tools {
		names[i] = tool.Name
	}
	return names
}

// manner describes a speaker to the teacher.
func manner(speaker wording.Speaker) string {
	text := map[string]string{
		wording.Plain:  "plain and friendly",
		wording.Chatty: "talkative, gives a little background",
		wording.Terse:  "terse, as if typing on a telephone",
		wording.Formal: "formal and polite",
	}[speaker.Register]
	if speaker.LowerCase {
		text += "; everything in lower case"
	}
	if speaker.NoStop {
		text += "; no full stop at the end"
	}
	if speaker.We {
		text += "; speaks for several people (we)"
	}
	return text
}

// thoughts holds the teacher's thoughts by message index.
type thoughts struct{ byMessage map[int]string }

func (t *thoughts) set(at int, text string) {
	if t.byMessage == nil {
		t.byMessage = map[int]string{}
	}
	if t.byMessage[at] = text; text == "" {
		delete(t.byMessage, at)
	}
}

func (t *thoughts) get(at int) (string, bool) {
	if t == nil {
		return "", false
	}
	text, ok := t.byMessage[at]
	return text, ok
}

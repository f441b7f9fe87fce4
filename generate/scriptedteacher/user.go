package scriptedteacher

import (
	"encoding/json"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
)

type fact struct {
	ID    string          `json:"id"`
	Name  string          `json:"name"`
	Type  string          `json:"semantic_type"`
	Value json.RawMessage `json:"value"`
}

type persona struct {
	Who      string `json:"who"`
	Style    string `json:"style"`
	MinWords int    `json:"min_words"`
	MaxWords int    `json:"max_words"`
}

type spokenTurn struct {
	From string `json:"from"`
	Text string `json:"text"`
}

type userMaterial struct {
	Turn     string       `json:"turn"`
	Persona  persona      `json:"persona"`
	Goal     string       `json:"goal"`
	Say      []fact       `json:"say"`
	Change   *fact        `json:"change"`
	Dialogue []spokenTurn `json:"dialogue"`
	Today    string       `json:"today"`
}

type changedFact struct {
	ID    string          `json:"id"`
	Value json.RawMessage `json:"value"`
}

type userReply struct {
	Message   string       `json:"message"`
	Disclosed []string     `json:"disclosed"`
	Changed   *changedFact `json:"changed"`
	Status    string       `json:"status"`
}

func (t *turn) user(material userMaterial) any {
	random := t.random("user")
	reply := userReply{Disclosed: []string{}, Status: "continue"}
	for _, one := range material.Say {
		reply.Disclosed = append(reply.Disclosed, one.ID)
	}
	switch material.Turn {
	case "answer":
		reply.Message = t.inform(random, material.Say)
	case "correct":
		reply.Message, reply.Changed = t.correct(random, &material)
	default:
		reply.Message = t.wish(random, &material)
	}
	return &reply
}

var factMark = regexp.MustCompile(`\[f\d+\]`)

// wish words the goal, with a greeting where there is room, and every value that is
// held back as something that is not said.
func (t *turn) wish(random *rand.Rand, material *userMaterial) string {
	var out []string
	for _, sentence := range splitSentences(material.Goal) {
		if c, ok := t.reader.clause(strings.TrimRight(sentence, ".?!")); ok && factMark.MatchString(sentence) {
			before := c.words()
			for i := range c.values {
				if c.values[i].fact != "" {
					c.values[i].fact = "?"
				}
			}
			// The verb may begin the sentence with a capital.
			at := len(strings.TrimRight(sentence, ".?!")) - len(before)
			after := c.words()
			if at == 0 {
				after = capital(after)
			}
			sentence = sentence[:max(at, 0)] + after + sentence[len(strings.TrimRight(sentence, ".?!")):]
		}
		out = append(out, sentence)
	}
	text := strings.Join(out, " ")
	greeting := draw(random, "Hello!", "Hi there!", "Good day!", "", "", "Hello, I hope this finds you well.")
	if material.Turn == "follow_up" {
		greeting = draw(random, "Thanks, that helps.", "Good, now this.", "Great.", "")
	}
	if greeting != "" && len(strings.Fields(greeting+" "+text)) <= material.Persona.MaxWords {
		text = greeting + " " + text
	}
	for len(strings.Fields(text)) < min(material.Persona.MinWords, 200) {
		text += " Please see to it with care."
	}
	return text
}

// splitSentences cuts a text after each sentence and keeps its signs.
func splitSentences(text string) []string {
	var all []string
	start := 0
	for i := 0; i+1 < len(text); i++ {
		if strings.ContainsRune(".!?", rune(text[i])) && text[i+1] == ' ' {
			all = append(all, strings.TrimSpace(text[start:i+1]))
			start = i + 2
		}
	}
	if rest := strings.TrimSpace(text[min(start, len(text)):]); rest != "" {
		all = append(all, rest)
	}
	return all
}

// inform gives the facts that were asked for.
func (t *turn) inform(random *rand.Rand, say []fact) string {
	if len(say) == 0 {
		return draw(random, "I am afraid I do not know that.", "That is not known to me, sorry.")
	}
	var out []string
	for _, one := range say {
		out = append(out, "the "+strings.ReplaceAll(one.Name, "_", " ")+" is "+spoken(one.Value)+".")
	}
	out[0] = capital(out[0])
	for i := range out {
		out[i] = capital(out[i])
	}
	return draw(random, "", "Of course. ", "Sorry, I forgot. ") + strings.Join(out, " ")
}

// correct takes one fact back.
func (t *turn) correct(random *rand.Rand, material *userMaterial) (string, *changedFact) {
	if material.Change == nil {
		return "I take that back.", nil
	}
	change := *material.Change
	typ := t.world.types[change.Type]
	if typ == nil {
		typ = &valueType{name: change.Type, noun: change.Name}
	}
	used := map[string]bool{plain(change.Value): true}
	for _, turn := range material.Dialogue {
		for _, c := range t.reader.clauses(turn.Text) {
			for _, v := range c.values {
				used[plain(v.literal)] = v.literal != nil
			}
		}
	}
	fresh := change.Value
	for range 20 {
		if fresh = typ.value(random, locale{Today: material.Today}, used); plain(fresh) != plain(change.Value) {
			break
		}
	}
	text := draw(random, "Sorry, I got something wrong: ", "Wait, there is a mistake of mine: ", "I have to correct myself: ") +
		"the " + strings.ReplaceAll(change.Name, "_", " ") + " should be " + spoken(fresh)
	if t.ambiguous(material, &change) {
		text += ", instead of " + spoken(change.Value)
	}
	return text + ". " + draw(random, "Please do it again with that.", "Could you redo what depends on it?"), &changedFact{change.ID, fresh}
}

// ambiguous reports whether the fact's name fits several places in what the user has
// asked for.
func (t *turn) ambiguous(material *userMaterial, change *fact) bool {
	places := 0
	for _, turn := range material.Dialogue {
		for _, c := range t.reader.clauses(turn.Text) {
			for i, slot := range c.step.slots() {
				if c.factName(slot) == change.Name && len(c.values[i].refs) == 0 {
					places++
				}
			}
		}
	}
	return places > 1
}

type oneReplyMaterial struct {
	Parallel bool           `json:"parallel_calls"`
	Goal     string         `json:"goal"`
	Persona  persona        `json:"persona"`
	Today    string         `json:"today"`
	Facts    []fact         `json:"facts"`
	Tools    []functionForm `json:"tools"`
}

type writtenTurn struct {
	From    string           `json:"from"`
	Thought string           `json:"thought"`
	Text    string           `json:"text"`
	Calls   []toolCall       `json:"calls"`
	Results []toolResultForm `json:"results"`
}

type oneReplyReply struct {
	Turns []writtenTurn `json:"turns"`
}

// oneReply plays the whole conversation with itself.
func (t *turn) oneReply(material oneReplyMaterial) any {
	open := userMaterial{Turn: "open", Persona: material.Persona, Goal: material.Goal, Say: material.Facts, Today: material.Today}
	dialogue := []turnForm{{From: "user", Text: t.user(open).(*userReply).Message}}
	m := assistantMaterial{Parallel: material.Parallel}
	for _, f := range material.Tools {
		m.Tools = append(m.Tools, offeredTool{f.Name, f.Description, f.Parameters, f.Returns})
	}
	for range 28 {
		m.Dialogue = dialogue
		step := t.step(m)
		dialogue = append(dialogue, turnForm{From: "assistant", Thought: step.Thought, Text: step.Text, Calls: step.Calls})
		if step.Action != "call" {
			break
		}
		results := turnForm{From: "tool"}
		for _, call := range step.Calls {
			at := slices.IndexFunc(material.Tools, func(f functionForm) bool { return f.Name == call.Name })
			results.Results = append(results.Results, toolResultForm{Result: t.result(&material.Tools[at], call.Arguments, nil)})
		}
		dialogue = append(dialogue, results)
	}
	reply := oneReplyReply{}
	for _, one := range dialogue {
		reply.Turns = append(reply.Turns, writtenTurn{one.From, one.Thought, one.Text, append([]toolCall{}, one.Calls...), append([]toolResultForm{}, one.Results...)})
	}
	return &reply
}

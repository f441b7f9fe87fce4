package world

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Who speaks a pattern: the user, or the assistant (answers and thoughts).
const (
	sideUser = iota
	sideAnswer
	sideThought
)

// patternPlace is one pattern of world.yaml with its place and what may stand in it.
type patternPlace struct {
	text     string
	at       []string
	f        *Function // nil for the patterns of a type
	key      string    // "ask", "done", "forms", ...
	side     int
	sentence bool // a whole sentence with its full stop
	fields   bool // fields of the result may fill slots
}

func (p patternPlace) where() string {
	if p.f == nil {
		return "type " + p.at[1] + ": " + p.key
	}
	return p.f.Name + ": " + p.key
}

// eachPattern visits all patterns in the order of their places.
func (c *checker) eachPattern(visit func(patternPlace)) {
	for _, name := range sortedKeys(c.world.Types) {
		t := c.world.Types[name]
		for _, part := range []struct {
			key      string
			patterns []string
		}{{"forms", t.Forms}, {"states", t.States}, {"tag", t.Tag}} {
			for i, text := range part.patterns {
				visit(patternPlace{text: text, at: steps("types", name, part.key, fmt.Sprint(i)), key: part.key, side: sideUser, sentence: part.key == "states"})
			}
		}
	}
	for _, f := range c.world.Functions {
		f.eachPattern(visit)
	}
}

func (f *Function) eachPattern(visit func(patternPlace)) {
	say := &f.Say
	list := func(side int, fields, sentence bool, patterns []string, key string, more ...string) {
		at := append(steps("functions", f.Name, "say", key), more...)
		for i, text := range patterns {
			visit(patternPlace{text, append(slices.Clone(at), fmt.Sprint(i)), f, key, side, sentence, fields})
		}
	}
	one := func(side int, text, key string, more ...string) {
		if text != "" {
			visit(patternPlace{text, append(steps("functions", f.Name, "say", key), more...), f, key, side, false, true})
		}
	}
	list(sideUser, false, false, say.Things, "things")
	one(sideAnswer, say.Label, "label")
	one(sideAnswer, say.Item, "item")
	for _, field := range sortedKeys(say.Pick) {
		list(sideUser, false, false, say.Pick[field].Min, "pick", field, "min")
		list(sideUser, false, false, say.Pick[field].Max, "pick", field, "max")
	}
	for _, field := range sortedKeys(say.Filter) {
		list(sideUser, false, false, say.Filter[field].Holds, "filter", field, "holds")
		list(sideUser, false, false, say.Filter[field].Fails, "filter", field, "fails")
	}
	list(sideUser, false, true, say.Scene, "scene")
	for _, field := range sortedKeys(say.Ask) {
		list(sideUser, false, false, say.Ask[field], "ask", field)
	}
	for _, field := range sortedKeys(say.Tell) {
		tell := say.Tell[field]
		one(sideAnswer, tell.Text, "tell", field)
		one(sideAnswer, tell.Holds, "tell", field, "holds")
		one(sideAnswer, tell.Fails, "tell", field, "fails")
	}
	for _, field := range sortedKeys(say.As) {
		list(sideUser, false, false, say.As[field], "as", field)
	}
	list(sideUser, false, false, say.Do, "do")
	list(sideUser, false, false, say.Want, "want")
	list(sideAnswer, true, false, say.Done, "done")
	list(sideUser, false, true, say.Why, "why")
	list(sideThought, false, false, say.Doing, "doing")
}

// speakerWord lists the words in braces that follow the speaker.
var speakerWord = map[string]bool{
	"I": true, "I'm": true, "I've": true, "I'd": true, "I'll": true, "me": true, "my": true, "My": true, "mine": true,
	"myself": true, "am": true, "was": true, "forme": true,
}

// brace is one {...} of a pattern.
type brace struct {
	inner      string
	start, end int
}

// slot returns the slot's name, or "" for agreement and speaker words.
func (b brace) slot() string {
	if speakerWord[b.inner] || strings.ContainsAny(b.inner, "/|") {
		return ""
	}
	name, _, _ := strings.Cut(b.inner, ":")
	return name
}

// bracesOf finds the braces of a pattern; the error says what is unbalanced.
func bracesOf(text string) ([]brace, error) {
	var out []brace
	var open []byte
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '{':
			end := strings.IndexByte(text[i:], '}')
			if end < 0 {
				return nil, fmt.Errorf("a { is not closed")
			}
			out = append(out, brace{text[i+1 : i+end], i, i + end + 1})
			i += end
		case '(', '[':
			open = append(open, c)
		case ')', ']', '}':
			want := map[byte]byte{')': '(', ']': '['}[c]
			if len(open) == 0 || open[len(open)-1] != want {
				return nil, fmt.Errorf("a stray %c", c)
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return nil, fmt.Errorf("a %c is not closed", open[len(open)-1])
	}
	return out, nil
}

// literalText is a pattern without what stands in braces.
func literalText(text string) string {
	braces, err := bracesOf(text)
	if err != nil {
		return ""
	}
	var out strings.Builder
	last := 0
	for _, b := range braces {
		out.WriteString(text[last:b.start])
		if b.slot() != "" {
			out.WriteString("\x00")
		}
		last = b.end
	}
	return out.String() + text[last:]
}

// words reads every pattern, then looks for words that are missing.
func (c *checker) words() {
	c.eachPattern(func(p patternPlace) {
		braces, err := bracesOf(p.text)
		if err != nil {
			c.errorf(p.at, "%s: %q: %v", p.where(), p.text, err)
			return
		}
		for _, b := range braces {
			c.slot(p, b)
		}
		c.spelling(p)
		c.agreement(p, braces)
	})
	for _, f := range c.world.Functions {
		c.missingWords(f)
		c.missingStates(f)
	}
}

func (c *checker) slot(p patternPlace, b brace) {
	if strings.Contains(b.inner, "|") && p.key != "pick" {
		c.warn(p.at, "%s: {%s} is for pick: two candidates or more are compared nowhere else", p.where(), b.inner)
	}
	name := b.slot()
	switch {
	case name == "" && p.side != sideUser && speakerWord[b.inner] && b.inner != "was" && !(b.inner == "forme" && p.key == "done"):
		c.warn(p.at, "%s: {%s} follows the speaker, but here the desk speaks: say you or your", p.where(), b.inner)
	case name == "":
	case p.f == nil && name != "x":
		c.errorf(p.at, "%s: {%s}: the only slot of a type is {x}", p.where(), name)
	case p.f == nil || p.f.Param(name) != nil:
	case name == "it" && p.f.List != "" && slices.Contains([]string{"ask", "tell", "as", "doing"}, p.key):
	case name == "items" && p.key == "tell" && p.f.List != "":
	case p.f.anyField(name) != nil:
		if !p.fields && p.side == sideUser {
			c.errorf(p.at, "%s: {%s} is a field of the result: the user cannot know it yet", p.where(), name)
		} else if !p.fields {
			c.errorf(p.at, "%s: {%s} is a field of the result: it is not known before the call", p.where(), name)
		}
	default:
		c.errorf(p.at, "%s: %q: unknown slot {%s}", p.where(), p.text, name)
	}
}

// spelling looks at the ends of a pattern.
func (c *checker) spelling(p patternPlace) {
	text := strings.TrimSpace(p.text)
	if text != p.text || strings.Contains(text, "  ") {
		c.warn(p.at, "%s: %q: white space at an end or twice in a row", p.where(), p.text)
	}
	ends := strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!")
	switch {
	case p.sentence && !ends && !strings.HasSuffix(text, "?"):
		c.warn(p.at, "%s: %q: a whole sentence ends in a full stop", p.where(), p.text)
	case !p.sentence && ends:
		c.warn(p.at, "%s: %q: no full stop here, sentences are built around it", p.where(), p.text)
	case strings.HasSuffix(text, "?") && p.key != "ask" && !p.sentence:
		c.warn(p.at, "%s: %q: only ask has questions", p.where(), p.text)
	}
	first, _ := utf8.DecodeRuneInString(text)
	second, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	if p.f != nil && !p.sentence && unicode.IsUpper(first) && unicode.IsLower(second) {
		c.warn(p.at, "%s: %q: start in lower case", p.where(), p.text)
	}
	for _, word := range strings.FieldsFunc(literalText(text), notWord) {
		switch word {
		case "I", "I'm", "I've", "I'd", "me", "my", "My", "mine":
			if p.side == sideUser {
				c.warn(p.at, "%s: %q: write {%s}, so that we can be said for I", p.where(), p.text, word)
			} else {
				c.warn(p.at, "%s: %q: the desk speaks to the user here: say you or your instead of %s", p.where(), p.text, word)
			}
		}
	}
}

// bareVerbs are third-person forms that need agreement behind or before a slot
// that can hold several values.
var bareVerbs = map[string]bool{
	"is": true, "has": true, "does": true, "was": true, "goes": true, "opens": true, "closes": true, "costs": true, "takes": true,
	"leaves": true, "arrives": true, "starts": true, "ends": true, "needs": true, "comes": true, "runs": true, "stays": true,
	"weighs": true, "keeps": true, "offers": true, "charges": true, "gets": true, "stops": true, "lasts": true, "wants": true,
	"sells": true, "holds": true, "shuts": true, "allows": true, "includes": true, "requires": true, "departs": true, "works": true,
}

// notSubject are words behind which a slot is no subject: "the fee on {loan} is".
var notSubject = map[string]bool{
	"on": true, "of": true, "for": true, "at": true, "in": true, "to": true, "from": true, "with": true, "by": true, "about": true, "after": true,
	"before": true, "behind": true, "near": true, "between": true, "and": true, "or": true, "under": true, "into": true, "via": true,
}

// agreement is a heuristic: a bare verb next to a slot that a fan varies and
// that looks like the subject.
func (c *checker) agreement(p patternPlace, braces []brace) {
	if p.f == nil || !slices.Contains([]string{"ask", "tell", "doing"}, p.key) {
		return
	}
	for i, b := range braces {
		name := b.slot()
		if !slices.Contains(p.f.Fan, name) {
			continue
		}
		until, from := len(p.text), 0
		if i+1 < len(braces) {
			until = braces[i+1].start
		}
		if i > 0 {
			from = braces[i-1].end
		}
		after, before := strings.Fields(p.text[b.end:until]), strings.Fields(p.text[from:b.start])
		last := ""
		if len(before) > 0 {
			last = before[len(before)-1]
		}
		if len(after) > 0 && bareVerbs[after[0]] && strings.HasPrefix(p.text[b.end:], " ") && !notSubject[last] {
			c.warn(p.at, "%s: %q: %q behind {%s} must agree when several are meant, as in close{s/} or {is/are}", p.where(), p.text, after[0], name)
		}
		if last == "is" || last == "does" || last == "has" || last == "was" {
			c.warn(p.at, "%s: %q: %q before {%s} must agree when several are meant, as in {is/are}", p.where(), p.text, last, name)
		}
	}
}

// missingWords wants words for whatever a goal can be about.
func (c *checker) missingWords(f *Function) {
	say, at := &f.Say, steps("functions", f.Name, "say")
	if len(say.Doing) == 0 {
		c.warn(at, "%s: no doing: thoughts have no words for the call", f.Name)
	}
	for _, field := range sortedKeys(say.Ask) {
		if tell := say.Tell[field]; tell.Text == "" && tell.Holds == "" {
			c.errorf(append(at, "ask", field), "%s: %s has ask but no tell", f.Name, field)
		}
		c.askKinds(f, field)
	}
	for _, field := range sortedKeys(f.Gate) {
		if tell := say.Tell[field]; tell.Text == "" && tell.Holds == "" {
			c.errorf(steps("functions", f.Name, "gate", field), "%s: %s is a gate but has no tell", f.Name, field)
		}
	}
	switch {
	case f.Writes():
		if len(say.Do) == 0 || len(say.Done) == 0 {
			c.errorf(at, "%s: a write needs do and done", f.Name)
		}
		if len(say.Do) == 1 {
			c.warn(append(at, "do"), "%s: one way to ask for it; write two or more", f.Name)
		}
	case f.List != "":
		c.missingListWords(f, at)
	case len(f.Resolves) == 0 && len(say.Ask) == 0:
		c.warn(at, "%s: no ask: it can never be what the user wants", f.Name)
	}
	if len(f.Fan) > 0 && len(f.Adds) == 0 && f.List == "" && len(say.Pick) == 0 {
		c.warn(append(at, "pick"), "%s: fan without pick: what is asked side by side cannot be compared", f.Name)
	}
}

func (c *checker) missingListWords(f *Function, at []string) {
	if len(f.Resolves) > 0 {
		return
	}
	if len(f.Say.Things) == 0 || f.Say.Thing.One == "" || f.Say.Label == "" || f.Say.Item == "" {
		c.errorf(at, "%s: a list needs things, thing, label and item", f.Name)
	}
	for _, field := range f.Items {
		if field.Type.Rankable() && !f.Say.Pick[field.Path].any() && field.Type.Base != Time && field.Type.Base != Date && field.Type.Base != DateTime {
			c.warn(append(at, "pick"), "%s: no pick for %s: items cannot be chosen by it", f.Name, field.Path)
		}
	}
}

// askKinds wants a question and one of the other two forms.
func (c *checker) askKinds(f *Function, field string) {
	questions, others := 0, 0
	for _, text := range f.Say.Ask[field] {
		if strings.HasSuffix(strings.TrimSpace(text), "?") {
			questions++
		} else {
			others++
		}
	}
	if questions == 0 || others == 0 {
		c.warn(steps("functions", f.Name, "say", "ask", field), "%s: ask: %s: write at least one question (ends in ?) and one embedded question or noun phrase", f.Name, field)
	}
}

// missingStates wants a sentence for every literal that some pattern leaves out.
func (c *checker) missingStates(f *Function) {
	for _, param := range f.Params {
		if param.Type.Told == ToldNever || len(param.Type.States) > 0 {
			continue
		}
		left := ""
		f.eachPattern(func(p patternPlace) {
			if main := p.key == "do" || p.key == "want" || p.key == "things" || p.key == "ask" && f.List == ""; !main || left != "" {
				return
			}
			if !mentions(p.text, param.Path) {
				left = p.text
			}
		})
		if left != "" {
			c.errorf(steps("types", param.Type.Name), "type %s has no states, and %q of %s leaves out {%s}", param.Type.Name, left, f.Name, param.Path)
		}
	}
}

// mentions reports whether a pattern holds a slot for sure, outside [...].
func mentions(text, slot string) bool {
	braces, err := bracesOf(text)
	return err == nil && slices.ContainsFunc(braces, func(b brace) bool { return b.slot() == slot })
}

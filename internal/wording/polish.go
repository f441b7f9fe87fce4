package wording

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	placeBehind = regexp.MustCompile(`\b(at|in|to) ` + again + `[^` + againEnd + `]*` + againEnd)
	placeAlone  = regexp.MustCompile(again + `([^` + againEnd + `]*)` + againEnd)
	article     = regexp.MustCompile(`\b([Aa]) ((?:\x{E000}.)*[aeiouAEIOU])`)
	startsWithI = regexp.MustCompile(`^I(\s|')`)
	atBound     = regexp.MustCompile(`\bat ((?:\x{E000}.)*no (?:later|earlier) )`) // "closes at no later than"
	beforeMark  = regexp.MustCompile(`\s+([,.?!;:])`)
)

// polish joins the sentences of a turn and applies the speaker's habits: opening
// and closing words, capitals, stops, contractions.
func (t *teller) polish(sentences []string, turn int) string {
	register := t.speaker.Register
	switch {
	case turn == 0 && len(greetings[register]) > 0 && t.chance(map[string]int{Plain: 9, Chatty: 55, Formal: 40}[register]):
		greeting := t.pick(greetings[register])
		switch open := strings.HasSuffix(greeting, ","); {
		case open && (goesOn(sentences[0]) || register == Formal):
			sentences[0] = greeting + " " + sentences[0]
		case open:
			sentences = append([]string{strings.TrimSuffix(greeting, ",") + "."}, sentences...)
		default:
			sentences = append([]string{greeting}, sentences...)
		}
	case turn > 0 && t.chance(55):
		sentences = append([]string{t.pick(acknowledgements[register])}, sentences...)
	}
	if t.chance(map[string]int{Plain: 6, Chatty: 28, Terse: 6, Formal: 35}[register]) {
		sentences = append(sentences, t.pick(thanks[register]))
	}
	for i, sentence := range sentences {
		sentences[i] = t.finishSentence(sentence, i == len(sentences)-1)
	}
	text := strings.Join(sentences, " ")
	if t.speaker.NoStop && register == Terse {
		text = strings.TrimSuffix(text, ".")
		if t.chance(50) && strings.Count(text, "?") == 1 {
			text = strings.TrimSuffix(text, "?")
		}
	}
	return text
}

// goesOn reports whether a sentence may stand behind "Hi,": it begins in lower
// case, or with "I".
func goesOn(sentence string) bool {
	text := plain(sentence)
	first, _ := utf8.DecodeRuneInString(text)
	return unicode.IsLower(first) || startsWithI.MatchString(text)
}

// finishSentence settles places, articles, capitals and the stop.
func (t *teller) finishSentence(sentence string, last bool) string {
	sentence = t.settleForMe(sentence, false)
	sentence = placeBehind.ReplaceAllString(sentence, "there")
	sentence = placeAlone.ReplaceAllString(sentence, "$1")
	sentence = article.ReplaceAllString(sentence, "${1}n $2")
	sentence = strings.TrimSpace(beforeMark.ReplaceAllString(strings.Join(strings.Fields(sentence), " "), "$1"))
	if t.speaker.Register == Formal {
		sentence = t.openContractions(sentence)
	}
	if !t.speaker.LowerCase {
		sentence = capitalise(sentence)
	} else {
		sentence = lowerI(sentence)
	}
	if end, _ := utf8.DecodeLastRuneInString(plain(sentence)); unicode.IsLetter(end) || unicode.IsDigit(end) || end == '"' || end == '”' || end == ')' {
		if !(last && t.speaker.Register == Terse) {
			sentence += "."
		}
	}
	return sentence
}

// capitalise raises the first letter, wherever marks stand.
func capitalise(text string) string {
	number := false
	for i, r := range text {
		switch {
		case r == markOpen:
			number = true
		case number:
			number = false
		case isSign(r):
		case unicode.IsLower(r):
			return text[:i] + string(unicode.ToUpper(r)) + text[i+utf8.RuneLen(r):]
		default:
			return text
		}
	}
	return text
}

var lowerWords = strings.NewReplacer("I'd ", "i'd ", "I'm ", "im ", "I've ", "ive ", " I ", " i ", "Can ", "can ")

// lowerI is how writers without capitals write "I"; marked values keep theirs.
func lowerI(text string) string {
	if strings.HasPrefix(text, "I ") {
		text = "i " + text[2:]
	}
	return lowerWords.Replace(text)
}

var contractions = strings.NewReplacer("I'm", "I am", "I've", "I have", "I'd like", "I would like", "I'd love", "I would like", "we're", "we are", "we've", "we have", "we'd", "we would",
	"what's", "what is", "What's", "What is", "don't", "do not", "can't", "cannot", "it's", "it is", "It's", "It is", "isn't", "is not", "won't", "will not", "doesn't", "does not", "I'll", "I shall", "we'll", "we shall", "didn't", "did not")

// openContractions leaves what stands between the marks of a literal as it is.
func (t *teller) openContractions(text string) string {
	var out, plainWords strings.Builder
	flush := func() {
		out.WriteString(contractions.Replace(plainWords.String()))
		plainWords.Reset()
	}
	var literal []bool // for each open mark
	inside, number := 0, false
	for _, r := range text {
		switch {
		case r == markOpen:
			number = true
		case number:
			number = false
			is := t.marks[int(r)-markNumber].Value != nil
			literal = append(literal, is)
			inside += index(is)
			flush()
			out.WriteRune(markOpen)
			out.WriteRune(r)
		case r == markClose:
			flush()
			out.WriteRune(r)
			inside -= index(literal[len(literal)-1])
			literal = literal[:len(literal)-1]
		case inside > 0:
			out.WriteRune(r)
		default:
			plainWords.WriteRune(r)
		}
	}
	flush()
	return out.String()
}

package players

import (
	"math"
	"strings"
	"unicode"

	"github.com/buttonbench/button"
)

// Bounds of what the lexical player reads; the rest of a giant is ignored.
const (
	maxTools     = 512
	maxTextBytes = 16 << 10
)

// splitName cuts an identifier into lower-case words: "getTrainFares" and
// "get_train_fares" are the same.
func splitName(name string) []string {
	var spaced strings.Builder
	previous := ' '
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			spaced.WriteByte(' ')
		case unicode.IsUpper(r) && unicode.IsLower(previous):
			spaced.WriteByte(' ')
			fallthrough
		default:
			spaced.WriteRune(unicode.ToLower(r))
		}
		previous = r
	}
	return strings.Fields(spaced.String())
}

// terms are the stemmed content words of a text.
func terms(text string) []string {
	if len(text) > maxTextBytes {
		text = text[:maxTextBytes]
	}
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	kept := words[:0]
	for _, word := range words {
		if len(word) > 1 && !stopWord(word) {
			kept = append(kept, stem(word))
		}
	}
	return kept
}

// stem takes the commonest English endings off, so that "bookings", "booked"
// and "book" meet. It need not yield words, only be the same for both sides.
func stem(word string) string {
	switch {
	case len(word) > 4 && strings.HasSuffix(word, "ies"):
		return word[:len(word)-3] + "y"
	case len(word) > 3 && strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") &&
		!strings.HasSuffix(word, "us") && !strings.HasSuffix(word, "is"):
		word = word[:len(word)-1]
	}
	for _, ending := range []string{"ation", "ing", "ed", "ion"} {
		if len(word) > len(ending)+2 && strings.HasSuffix(word, ending) {
			word = word[:len(word)-len(ending)]
			break
		}
	}
	word = strings.TrimSuffix(word, "e")
	if n := len(word); n > 3 && word[n-1] == word[n-2] {
		word = word[:n-1]
	}
	return word
}

func stopWord(word string) bool {
	switch word {
	case "an", "the", "and", "or", "but", "if", "then", "than", "so", "as", "at", "by", "for", "from", "in", "into", "of",
		"off", "on", "out", "over", "to", "up", "with", "without", "about", "after", "before", "is", "are", "was", "were",
		"be", "been", "am", "do", "does", "did", "done", "has", "have", "had", "can", "could", "will", "would", "shall",
		"should", "may", "might", "must", "me", "my", "mine", "we", "us", "our", "you", "your", "he", "him", "his", "she",
		"her", "it", "its", "they", "them", "their", "this", "that", "these", "those", "there", "here", "what", "which",
		"who", "whom", "whose", "when", "where", "why", "how", "not", "no", "yes", "please", "thanks", "thank", "hi",
		"hello", "just", "also", "too", "very", "any", "some", "all", "each", "every", "one", "get", "give", "given",
		"want", "need", "like", "let", "know", "tell", "show", "make", "use", "using", "help", "id", "string", "number",
		"value", "return", "returns", "function", "whether", "only", "same", "such", "other", "more", "most", "via", "per":
		return true
	}
	return false
}

// profile is a tool as bag of weighted words.
type profile struct {
	tool    button.Tool
	schema  schema
	weights map[string]float64
}

// The weight of a word by where it stands; the best place counts.
const (
	weightName        = 3.0
	weightDescription = 1.0
	weightParameter   = 1.0
	weightDetail      = 0.5
)

func profilesOf(tools []button.Tool) []profile {
	profiles := make([]profile, min(len(tools), maxTools))
	for i := range profiles {
		p := profile{tools[i], parseSchema(tools[i].Parameters), map[string]float64{}}
		p.note(weightName, strings.Join(splitName(p.tool.Name), " "))
		p.note(weightDescription, p.tool.Description)
		for _, name := range p.schema.properties() {
			p.note(weightParameter, strings.Join(splitName(name), " "))
			member := p.schema.property(name)
			p.note(weightDetail, member.text("description"))
			for _, value := range member.enum() {
				if text, ok := value.(string); ok {
					p.note(weightDetail, strings.Join(splitName(text), " "))
				}
			}
		}
		profiles[i] = p
	}
	return profiles
}

func (p profile) note(weight float64, text string) {
	for _, term := range terms(text) {
		p.weights[term] = max(p.weights[term], weight)
	}
}

// scores holds a text against every tool. A word counts the more the fewer
// tools have it; long descriptions get no advantage from their length.
func scores(text string, profiles []profile) []float64 {
	holders := map[string]int{}
	for _, p := range profiles {
		for term := range p.weights {
			holders[term]++
		}
	}
	rarity := func(term string) float64 { return math.Log(1 + float64(len(profiles))/float64(holders[term])) }
	asked := map[string]bool{}
	var ordered []string // sums must not depend on the order of a map
	for _, term := range terms(text) {
		if holders[term] > 0 && !asked[term] {
			asked[term] = true
			ordered = append(ordered, term)
		}
	}
	all := make([]float64, len(profiles))
	for i, p := range profiles {
		for _, term := range ordered {
			all[i] += p.weights[term] * rarity(term)
		}
		all[i] /= math.Sqrt(4 + float64(len(p.weights)))
	}
	return all
}

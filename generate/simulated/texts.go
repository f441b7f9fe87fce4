package simulated

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/dedup"
	"github.com/buttonbench/button/internal/grounding"
)

// functionWords are so common that hardly an English sentence does without.
var functionWords = strings.Fields("a an the to of and or for in on at is are was be with my me i you your they their it its that this which who what when how from by has have wants needs can does do please find get book check show give tell look up all any not no new next cancel")

// english reports whether a text looks like English: hardly a letter beyond
// ASCII, and at least one of the commonest words in every twelve.
func english(text string) bool {
	letters, foreign := 0, 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
			if r > unicode.MaxASCII {
				foreign++
			}
		}
	}
	common, all := 0, words(strings.ToLower(text))
	for _, word := range all {
		if slices.Contains(functionWords, word) {
			common++
		}
	}
	return letters > 0 && foreign*20 <= letters && common*12 >= len(all)
}

var (
	technologyWords = regexp.MustCompile(`(?i)\b(apis?|end-?points?|json|(function|tool) calls?|web ?services?|databases?|chat ?bots?|(ai|virtual|digital) assistants?|language models?)\b`)
	identifier      = regexp.MustCompile(`\b([a-z]+(_[a-z0-9]+)+|[a-z]{2,}[A-Z][A-Za-z]*)\b(@?)`)
	fileWords       = regexp.MustCompile(`(?i)\b(attached|attachments?|screenshots?|upload(ed|s)?|this (photo|picture|image|file|document|pdf)|(my|the) password( is)?)\b`)
	severalSteps    = regexp.MustCompile(`(?i)(\band then\b|[,;.] then\b|\bafter that\b|\bafterwards\b|\band also\b|\bas well as\b|\bin addition\b)`)
	backReference   = regexp.MustCompile(`(?i)\b(based on (that|the|its|their) (result|answer|outcome)s?|depending on (that|the result|the outcome|what)|(that|the|this) (result|answer|outcome)|once (that|it|you)|(the|that) (first|previous|earlier|other) (task|one|result|answer)|using (that|it)|after that|found (above|earlier|before|first))\b`)
)

// technologyIn returns the first words that speak of software, other than those
// of the allowed texts.
func technologyIn(text string, allowed ...string) string {
	if found := technologyWords.FindString(text); found != "" {
		return found
	}
	for _, match := range identifier.FindAllStringSubmatch(text, -1) {
		inValue := slices.ContainsFunc(allowed, func(value string) bool { return strings.Contains(value, match[1]) })
		if match[3] == "" && !inValue {
			return match[1]
		}
	}
	return ""
}

// textFaults finds what no text of a person may hold. allowed are values, in
// which anything may stand.
func textFaults(text string, allowed ...string) []teach.Violation {
	var faults []teach.Violation
	if !english(text) {
		faults = append(faults, broken(RuleEnglish, text, "it must be written in English"))
	}
	if found := technologyIn(text, allowed...); found != "" {
		faults = append(faults, broken(RuleTechnology, found, "it must not speak of software, functions or interfaces"))
	}
	return faults
}

// alike reports whether two texts say nearly the same.
func alike(a, b string) bool {
	return dedup.Similarity(a, b, dedup.Options{ShingleWords: 1}) >= alikeFrom
}

// alikeFrom is the share of their different words that two alike texts have in
// common.
const alikeFrom = 0.75

// unlisted returns the literals of a text that none of the values says: numbers,
// dates, times, codes, addresses and quotations. Names are left out, for any
// capitalised word may be one, and so are counts in words.
func unlisted(reader grounding.Reader, text string, values []json.RawMessage) []string {
	var all strings.Builder
	for _, value := range values {
		all.WriteString(grounding.Flatten(value))
		all.WriteString(" .\n")
	}
	listed := reader.Read(all.String())
	var found []string
	for _, literal := range reader.Literals(text) {
		if literal.Kind != grounding.Name && !literal.Spelled && !listed.Holds(literal) {
			found = append(found, literal.Text)
		}
	}
	return found
}

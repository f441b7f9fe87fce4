package simulated

import (
	"maps"
	"slices"
	"strings"
)

// features are what functions are compared by.
type features struct {
	verb, effect             string
	name, parameters, result map[string]bool // words
	description              map[string]bool
	all                      map[string]bool // of name and description
}

// nearFrom is the similarity above which two functions are one.
const nearFrom = 0.7

// The weights of what two functions have in common; they sum to 1.
const (
	weightName        = 0.4
	weightParameters  = 0.3
	weightDescription = 0.15
	weightResult      = 0.15
)

func featuresOf(f Function) features {
	c, err := contractOf(f)
	of := features{effect: f.Effect, name: map[string]bool{}, parameters: map[string]bool{}, result: map[string]bool{}, description: contentWords(f.Tool.Description)}
	for i, part := range nameParts(f.Tool.Name) {
		if part = singular(part); i == 0 {
			of.verb = verbClass(part)
			if of.verb == verbRead {
				continue
			}
		}
		if !slices.Contains(functionWords, part) {
			of.name[part] = true
		}
	}
	if err == nil {
		for name := range c.parameters.Properties {
			of.parameters[singular(strings.Join(nameParts(name), "_"))] = true
		}
		for name := range c.returns.Properties {
			of.result[singular(strings.Join(nameParts(name), "_"))] = true
		}
	}
	of.all = maps.Clone(of.description)
	maps.Copy(of.all, of.name)
	return of
}

const verbRead = "get"

// verbClass makes one verb of those that mean a look-up, and one of those that
// make, change or take away.
func verbClass(verb string) string {
	switch verb {
	case "get", "find", "fetch", "retrieve", "look", "lookup", "search", "query", "list", "check", "show", "read", "view":
		return verbRead
	case "create", "add", "make", "book", "reserve", "schedule", "place", "register", "open", "submit":
		return "create"
	case "update", "change", "set", "edit", "modify":
		return "update"
	case "delete", "remove", "cancel":
		return "delete"
	}
	return verb
}

// similarity is between 0 and 1, and 0 where one function changes what the other
// only reads, or does the opposite.
func (f *features) similarity(other *features) float64 {
	if (f.effect == "write") != (other.effect == "write") || f.verb != other.verb {
		return 0
	}
	return weightName*overlap(f.name, other.name) + weightParameters*overlap(f.parameters, other.parameters) +
		weightDescription*overlap(f.description, other.description) + weightResult*overlap(f.result, other.result)
}

// overlap is the Jaccard similarity of two sets; two empty ones are equal.
func overlap(a, b map[string]bool) float64 {
	common := 0
	for word := range a {
		if b[word] {
			common++
		}
	}
	if union := len(a) + len(b) - common; union > 0 {
		return float64(common) / float64(union)
	}
	return 1
}

func sortedWords(set map[string]bool) []string {
	list := make([]string, 0, len(set))
	for word := range set {
		list = append(list, word)
	}
	slices.Sort(list)
	return list
}

func sameContract(a, b Function) bool {
	return a.Tool.Name == b.Tool.Name && canonical(a.Tool.Parameters) == canonical(b.Tool.Parameters) && canonical(a.Returns) == canonical(b.Returns)
}

// contentWords are the words of a text that say what it is about, in the singular.
func contentWords(text string) map[string]bool {
	set := map[string]bool{}
	for _, word := range words(strings.ToLower(text)) {
		if !slices.Contains(functionWords, word) {
			set[singular(word)] = true
		}
	}
	return set
}

// taskWords are the words by which a composed task may find functions, each once.
func taskWords(composed *ComposedTask) []string {
	set := map[string]bool{}
	for _, task := range composed.Tasks {
		maps.Copy(set, contentWords(task.Task))
		maps.Copy(set, contentWords(strings.ReplaceAll(task.Result.SemanticType, "_", " ")))
	}
	return sortedWords(set)
}

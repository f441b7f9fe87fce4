package simulated

import (
	"slices"
	"strings"
)

// features are what functions are compared by. The lists are of different words,
// sorted.
type features struct {
	verb, effect       string
	name               []string // without the verb, unless it is all there is
	parameters, result []string // names in one form
	description        []string
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
	of := features{effect: f.Effect, description: contentWords(f.Tool.Description)}
	parts := nameParts(f.Tool.Name)
	if len(parts) > 0 {
		of.verb = verbClass(parts[0])
	}
	for i, part := range parts {
		if (i > 0 || len(parts) == 1) && !slices.Contains(functionWords, part) {
			of.name = append(of.name, singular(part))
		}
	}
	of.name = unique(of.name)
	if c, err := contractOf(f); err == nil {
		of.parameters, of.result = fieldWords(c.parameters), fieldWords(c.returns)
	}
	return of
}

// fieldWords are the names of an object's properties in one form.
func fieldWords(object *schemaNode) []string {
	var list []string
	for name := range object.Properties {
		list = append(list, singular(strings.Join(nameParts(name), "_")))
	}
	return unique(list)
}

func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
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

// overlap is the Jaccard similarity of two sorted lists; two empty ones are equal.
func overlap(a, b []string) float64 {
	common := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			common, i, j = common+1, i+1, j+1
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	if union := len(a) + len(b) - common; union > 0 {
		return float64(common) / float64(union)
	}
	return 1
}

func sameContract(a, b Function) bool {
	return a.Tool.Name == b.Tool.Name && canonical(a.Tool.Parameters) == canonical(b.Tool.Parameters) && canonical(a.Returns) == canonical(b.Returns)
}

// contentWords are the words of a text that say what it is about, in the singular.
func contentWords(text string) []string {
	var list []string
	for _, word := range words(strings.ToLower(text)) {
		if !slices.Contains(functionWords, word) {
			list = append(list, singular(word))
		}
	}
	return unique(list)
}

// taskWords are the words by which a composed task may find functions, each once.
func taskWords(composed *ComposedTask) []string {
	var list []string
	for _, task := range composed.Tasks {
		list = append(list, contentWords(task.Task)...)
		list = append(list, contentWords(strings.ReplaceAll(task.Result.SemanticType, "_", " "))...)
	}
	return unique(list)
}

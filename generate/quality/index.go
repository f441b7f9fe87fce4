package quality

import (
	"fmt"
	"regexp"
	"sort"
	"strings"
	"sync"

	"github.com/buttonbench/button/internal/schema"
	"github.com/buttonbench/button/internal/world"
)

// worldIndex is a world with what the rules look up in it.
type worldIndex struct {
	world *world.World
	types map[string]*world.Type
	// scanned are the types whose values are looked for in texts: of several that
	// are read from the same words (two prices), the first. reads leads there.
	scanned   []*world.Type
	reads     map[*world.Type]*world.Type
	functions map[string]*functionIndex
	// sums are the words that ask for a sum.
	sums []phrase
	// codes are the enum codes that nobody says for what they mean.
	codes []string
}

// functionIndex is a function with its schemas and words ready for use.
type functionIndex struct {
	*world.Function
	compiled func() (schemas, error)
	// serves are the names of the types that the function, or a call that supplies
	// one of its parameters, takes; suppliers are the functions of those calls.
	serves    map[string]bool
	suppliers map[string]bool
	picks     map[string]pickWords
	filter    map[string]filterWords
	tell      map[string]tellWords
	orders    []phrase // ways to ask for a write
	done      []phrase
	// labelled, listed and reported are the fields that name an item, that show it
	// in a list, and that confirm a write.
	labelled, listed, reported map[string]bool
}

type (
	schemas     struct{ parameters, result *schema.Schema }
	pickWords   struct{ min, max []phrase }
	filterWords struct{ holds, fails []phrase }
	tellWords   struct {
		text, holds, fails []phrase
		slots              map[string]bool
	}
)

func newWorldIndex(w *world.World) *worldIndex {
	index := &worldIndex{world: w, types: map[string]*world.Type{}, reads: map[*world.Type]*world.Type{}, functions: map[string]*functionIndex{},
		sums: phrases("altogether", "all together", "together", "in total", "in all")}
	for name, t := range w.Types {
		index.types[name] = t
	}
	for _, function := range w.Functions {
		for _, t := range typesOf(function) {
			index.types[t.Name] = t
		}
		index.functions[function.Name] = newFunctionIndex(function)
	}
	names := make([]string, 0, len(index.types))
	for name := range index.types {
		names = append(names, name)
	}
	sort.Strings(names)
	own, first := ownWords(w), map[string]*world.Type{}
	for _, name := range names {
		switch t := index.types[name]; t.Base {
		case world.Text, world.Bool, world.Number:
		case world.Enum:
			index.codes = append(index.codes, unsaidCodes(t)...)
			if !ordinary(t, own) {
				index.scan(t, first)
			}
		default:
			index.scan(t, first)
		}
	}
	for _, function := range index.functions {
		index.reach(function.Function, function)
	}
	return index
}

// scan adds a type to those looked for, unless another one is read alike.
func (w *worldIndex) scan(t *world.Type, first map[string]*world.Type) {
	key := fmt.Sprintf("%s %s %s %q", t.Base, t.Unit.One, t.Pattern, t.Forms)
	if t.Base == world.Named || t.Base == world.Enum {
		key += " " + t.Name
	}
	if first[key] == nil {
		first[key] = t
		w.scanned = append(w.scanned, t)
	}
	w.reads[t] = first[key]
}

// reach adds the types that a function takes to another, and those that its own
// suppliers take.
func (w *worldIndex) reach(function *world.Function, into *functionIndex) {
	for _, param := range function.Params {
		if into.serves[param.Type.Name] {
			continue
		}
		into.serves[param.Type.Name] = true
		for _, other := range w.world.Functions {
			for _, field := range append(append([]*world.Field(nil), other.Fields...), other.Items...) {
				if field.Type.Name == param.Type.Name && !other.Writes() {
					into.suppliers[other.Name] = true
					w.reach(other, into)
					break
				}
			}
		}
	}
}

// ownWords is all that the assistant says in a world's words.
func ownWords(w *world.World) string {
	var all []string
	for _, function := range w.Functions {
		say := function.Say
		all = append(append(append(all, say.Label, say.Item, say.Thing.One), say.Done...), say.Doing...)
		for _, tell := range say.Tell {
			all = append(all, tell.Text, tell.Holds, tell.Fails)
		}
		for _, pick := range say.Pick {
			all = append(append(all, pick.Min...), pick.Max...)
		}
		for _, filter := range say.Filter {
			all = append(append(all, filter.Holds...), filter.Fails...)
		}
	}
	return strings.ToLower(strings.Join(all, "\n"))
}

// ordinary reports whether a way to say a value of an enum is among the words
// that the assistant uses anyway, so that it need not stand for the value.
func ordinary(t *world.Type, own string) bool {
	for _, code := range t.Codes {
		for _, surface := range code.Surfaces {
			if wordAt(own, strings.ToLower(surface), 0) >= 0 {
				return true
			}
		}
	}
	return false
}

// unsaidCodes are the codes of an enum that are not a way to say the value.
func unsaidCodes(t *world.Type) []string {
	var codes []string
	for _, code := range t.Codes {
		said := false
		for _, surface := range code.Surfaces {
			said = said || strings.Contains(strings.ToLower(surface), strings.ToLower(code.Code))
		}
		if !said {
			codes = append(codes, code.Code)
		}
	}
	return codes
}

func typesOf(function *world.Function) []*world.Type {
	var types []*world.Type
	for _, param := range function.Params {
		types = append(types, param.Type)
	}
	for _, field := range function.Fields {
		types = append(types, field.Type)
	}
	for _, field := range function.Items {
		types = append(types, field.Type)
	}
	return types
}

// addressed are the words that an answer has for the user, and a user has for
// himself in other ones.
var addressed = regexp.MustCompile(`(?i)\b(you are|you're|you've|you'd|you'll|yours|your|you)\b`)

// spoken compiles a fragment that both sides say.
func spoken(source string) []phrase { return phrases(addressed.ReplaceAllString(source, "{I}")) }

func newFunctionIndex(function *world.Function) *functionIndex {
	say := function.Say
	f := &functionIndex{
		Function: function, serves: map[string]bool{}, suppliers: map[string]bool{},
		picks: map[string]pickWords{}, filter: map[string]filterWords{}, tell: map[string]tellWords{},
		orders: phrases(append(append([]string(nil), say.Do...), say.Want...)...), done: phrases(say.Done...),
		labelled: slots(say.Label), listed: slots(say.Item), reported: slots(say.Done...),
	}
	for field, words := range say.Pick {
		f.picks[field] = pickWords{phrases(words.Min...), phrases(words.Max...)}
	}
	for field, words := range say.Filter {
		f.filter[field] = filterWords{phrases(words.Holds...), phrases(words.Fails...)}
	}
	for field, words := range say.Tell {
		f.tell[field] = tellWords{spoken(words.Text), spoken(words.Holds), spoken(words.Fails), slots(words.Text, words.Holds, words.Fails)}
	}
	f.compiled = sync.OnceValues(func() (schemas, error) {
		var compiler schema.Compiler
		parameters, err := compiler.Compile(function.Parameters())
		if err != nil {
			return schemas{}, err
		}
		result, err := compiler.Compile(function.ResultSchema())
		return schemas{parameters, result}, err
	})
	return f
}

// typeAt is the type of the field, or of the items' field, at an output path.
func (f *functionIndex) typeAt(output string) *world.Type {
	field := f.Field(output)
	if name := fieldOf(output); name != output {
		field = f.Item(name)
	}
	if field == nil {
		return nil
	}
	return field.Type
}

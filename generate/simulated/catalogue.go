package simulated

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"github.com/buttonbench/button"
)

// Catalogue is the functions of somebody's own: records made from it use them as
// they are, and no others.
type Catalogue struct {
	functions []Function
	contracts []*contract
	words     [][]string // that tell what each is about
	seed      uint64
}

// LeftOut is a function that no record can use.
type LeftOut struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// NewCatalogue takes the functions that a request can lead to: a teacher has to
// learn what they do, and every argument that they require must be something that a
// person says or that a result brings. The rest comes back with reasons. The seed
// decides which functions are drawn together.
func NewCatalogue(functions []Function, seed uint64) (*Catalogue, []LeftOut) {
	c := &Catalogue{seed: seed}
	var left []LeftOut
	taken := map[string]bool{}
	for _, f := range functions {
		read := readContract(f)
		reason := read.unusable()
		switch size := len(f.Tool.Parameters) + len(f.Returns); {
		case taken[f.Tool.Name]:
			reason = "another one has its name"
		case size > mostSchemaBytes:
			reason = fmt.Sprintf("its schemas have %d bytes, more than the %d that prompts can repeat", size, mostSchemaBytes)
		}
		if reason != "" {
			left = append(left, LeftOut{f.Tool.Name, reason})
			continue
		}
		taken[f.Tool.Name] = true
		f.Errors = declarable(f.Errors)
		c.functions, c.contracts, c.words = append(c.functions, f), append(c.contracts, read), append(c.words, read.subjects())
	}
	return c, left
}

// Functions are those of the catalogue.
func (c *Catalogue) Functions() []Function { return c.functions }

// mostSchemaBytes bounds what of a function's schemas every prompt has to repeat.
const mostSchemaBytes = 16 << 10

// mostRequired is how many arguments one mapping can hold.
const mostRequired = 10

// unusable says why no record can use a function, "" where one can.
func (c *contract) unusable() string {
	switch {
	case !identifierForm.MatchString(c.name):
		return "its name is not one of at most 64 letters, digits and underscores"
	case len(strings.Fields(c.description)) == 0:
		return "it has no description, by which a teacher could know what it does"
	case c.effect != button.EffectPure && c.effect != button.EffectRead && c.effect != button.EffectWrite:
		return fmt.Sprintf("its effect %q is not known", c.effect)
	}
	required := c.parameters.required("")
	if len(required) > mostRequired {
		return fmt.Sprintf("it requires %d arguments, and at most %d can be given", len(required), mostRequired)
	}
	for _, path := range required {
		node, _ := c.parameters.at(path)
		if why := node.unsayable(); why != "" {
			return fmt.Sprintf("it requires %s, %s", path, why)
		}
	}
	return ""
}

// required lists the paths of what a call cannot do without: parameters, and where
// one is an object with members, those members that it requires.
func (n *schemaNode) required(prefix string) []string {
	var paths []string
	for _, name := range n.Required {
		node := n.Properties[name]
		if node != nil && node.Type == "object" && node.Default == nil && len(node.required("")) > 0 {
			paths = append(paths, node.required(prefix+name+".")...)
			continue
		}
		paths = append(paths, prefix+name)
	}
	return paths
}

// unsayable says why neither words nor a default can fill a required parameter.
func (n *schemaNode) unsayable() string {
	if n != nil && n.Type == "array" && n.Items != nil {
		n = n.Items
	}
	switch {
	case n == nil:
		return "which its parameters do not declare"
	case n.Default != nil:
		return ""
	case n.Type == "boolean":
		return "a yes or no that nobody says in words, without a default"
	case n.Type == "object", n.Type == "array":
		return "a structure that nobody says in words"
	}
	return ""
}

// errorCode is what a failure that a tool agent plays may be called.
var errorCode = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// mostErrors bounds the failures of one function that a prompt repeats.
const mostErrors = 8

// declarable keeps the failures that a record can declare: each under its own code.
func declarable(errors []FunctionError) []FunctionError {
	var kept []FunctionError
	for _, one := range errors {
		taken := slices.ContainsFunc(kept, func(other FunctionError) bool { return other.Code == one.Code })
		if errorCode.MatchString(one.Code) && one.When != "" && !taken && len(kept) < mostErrors {
			kept = append(kept, one)
		}
	}
	return kept
}

// subjects are the words by which a function is related to others: of its name
// without the verb, of what it takes and of what it brings.
func (c *contract) subjects() []string {
	var list []string
	for i, part := range nameParts(c.name) {
		if i > 0 {
			list = append(list, singular(part))
		}
	}
	note := func(name string, node *schemaNode) {
		parts := nameParts(name)
		if len(parts) > 1 || len(parts) == 1 && parts[0] != "id" && parts[0] != "name" && parts[0] != "type" && parts[0] != "status" {
			list = append(list, singular(parts[0]))
		}
	}
	c.parameters.walk("", note)
	c.returns.walk("", note)
	return unique(slices.DeleteFunc(list, func(word string) bool { return word == "" || slices.Contains(functionWords, word) }))
}

// The sizes of a group of functions that a scenario is drawn from.
const (
	fewestTogether = 2
	mostTogether   = 5
)

// Group is the nth group of related functions. Each function begins groups in its
// turn; those join it that have most in common with it, and chance.
func (c *Catalogue) Group(n int) []Function {
	random := button.NewRandom(button.Seed(c.seed, "group of functions", n))
	order := button.NewRandom(button.Seed(c.seed, "round of functions", n/len(c.functions))).Perm(len(c.functions))
	first := order[n%len(c.functions)]
	size := min(fewestTogether+random.IntN(mostTogether-fewestTogether+1), len(c.functions))
	group := []Function{c.functions[first]}
	for _, i := range c.related(random, []int{first}) {
		if len(group) < size {
			group = append(group, c.functions[i])
		}
	}
	return group
}

// related lists the functions other than some, those first that share most words
// with them; chance breaks ties, and now and then moves one up.
func (c *Catalogue) related(random *rand.Rand, to []int) []int {
	type scored struct {
		at    int
		score float64
	}
	var all []scored
	for i := range c.functions {
		if slices.Contains(to, i) {
			continue
		}
		best := 0.0
		for _, other := range to {
			best = max(best, overlap(c.words[i], c.words[other]))
		}
		all = append(all, scored{i, best + 0.25*random.Float64()})
	}
	slices.SortStableFunc(all, func(a, b scored) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
	var order []int
	for _, one := range all {
		order = append(order, one.at)
	}
	return order
}

// seedPrefix begins the id of a seed that is a group of functions.
const seedPrefix = "tools-"

// Seed is the nth group as a seed: what its functions do, without their names.
func (c *Catalogue) Seed(n int) Seed {
	seed := Seed{ID: fmt.Sprint(seedPrefix, n)}
	var text strings.Builder
	text.WriteString("What can be looked up and done for people here:\n")
	group := c.Group(n)
	for _, f := range group {
		seed.Functions = append(seed.Functions, f.Tool.Name)
		line := "- " + withoutNames(f.Tool.Description, group)
		if most := mostSeedBytes/len(group) - 40; len(line) > most {
			line = strings.ToValidUTF8(line[:most], "")
		}
		text.WriteString(line + "\n")
	}
	seed.Text = text.String()
	return seed
}

// withoutNames writes the names of functions in a text as plain words.
func withoutNames(text string, functions []Function) string {
	text = strings.Join(strings.Fields(text), " ")
	for _, f := range functions {
		if technical(f.Tool.Name) && holdsWord(text, f.Tool.Name) {
			text = strings.ReplaceAll(text, f.Tool.Name, strings.Join(nameParts(f.Tool.Name), " "))
		}
	}
	return text
}

// Of are the functions that the tasks of a scenario may use: the group that it, or
// what it was expanded from, was drawn from.
func (c *Catalogue) Of(scenario Scenario) []Function {
	id, _, _ := strings.Cut(scenario.SeedID, "+")
	n := 0
	if _, err := fmt.Sscanf(id, seedPrefix+"%d", &n); err != nil || n < 0 {
		return c.functions[:min(len(c.functions), mostTogether)]
	}
	return c.Group(n)
}

// AddDistractors puts up to n further functions of the catalogue beside those that
// the tasks take: such as have most in common with them and cannot do their work.
func (c *Catalogue) AddDistractors(box *Toolbox, n int, random *rand.Rand) {
	var used []int
	names := box.names()
	for i := range c.functions {
		if slices.Contains(names, c.functions[i].Tool.Name) {
			used = append(used, i)
		}
	}
	for _, i := range c.related(random, used) {
		if len(box.Distractors) >= n {
			return
		}
		form := formOf(&c.functions[i])
		serving := slices.ContainsFunc(box.Functions, func(f Function) bool {
			return f.Effect == form.Effect && f.Returns != nil && c.functions[i].Returns != nil && serves(&form, &f) != ""
		})
		if !serving {
			box.Distractors = append(box.Distractors, c.functions[i])
		}
	}
}

// anyResult is the schema of results whose function declares none.
const anyResult = `{"type":"object","description":"what comes back; its form is not declared"}`

// shown is the schema of the function's result as teachers read it.
func (f *Function) shown() json.RawMessage {
	if f.Returns == nil {
		return json.RawMessage(anyResult)
	}
	return f.Returns
}

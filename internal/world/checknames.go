package world

import (
	"slices"
	"strings"
	"unicode"
)

// names looks at the values that users say: enough of them, none a part of
// another, none an ordinary word of the world's requests.
func (c *checker) names(starts []*Start) {
	values := map[string][]string{} // by type name
	owner := map[string]string{}    // value -> type name
	var all []string
	for _, name := range sortedKeys(c.world.Types) {
		t := c.world.Types[name]
		if t.Base != Named {
			continue
		}
		seen := map[string]bool{}
		for _, start := range starts {
			for _, value := range t.known(start) {
				if !seen[value] {
					seen[value] = true
					values[name] = append(values[name], value)
				}
			}
		}
		if t.Table != "" && len(values[name]) < wantNames {
			c.warn(steps("types", name), "type %s: %d names over %d states; want %d or more", name, len(values[name]), len(starts), wantNames)
		}
		for _, value := range values[name] {
			if owner[value] == "" {
				owner[value] = name
				all = append(all, value)
			}
		}
	}
	slices.Sort(all)
	c.nameParts(all, owner)
	c.nameWords(all, owner)
}

// maxNameReports keeps a list of slips readable.
const maxNameReports = 5

func (c *checker) nameParts(all []string, owner map[string]string) {
	reported := 0
	for _, part := range all {
		for _, whole := range all {
			if len(part) >= len(whole) || !containsWords(whole, part) || reported >= maxNameReports {
				continue
			}
			reported++
			c.warn(steps("types", owner[part]), "name %q (%s) is a part of %q (%s)", part, owner[part], whole, owner[whole])
		}
	}
}

// containsWords reports whether part stands in whole between word boundaries.
func containsWords(whole, part string) bool {
	fold := func(text string) string {
		return " " + strings.Join(strings.FieldsFunc(strings.ToLower(text), notWord), " ") + " "
	}
	return strings.Contains(fold(whole), fold(part))
}

func notWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' }

// nameWords compares names and code names with the words of the patterns.
func (c *checker) nameWords(all []string, owner map[string]string) {
	words := map[string]bool{}
	c.eachPattern(func(p patternPlace) {
		if p.side == sideUser {
			for _, word := range strings.FieldsFunc(strings.ToLower(literalText(p.text)), notWord) {
				words[word] = true
			}
		}
	})
	for _, name := range all {
		if words[strings.ToLower(name)] {
			c.warn(steps("types", owner[name]), "name %q (%s) is also an ordinary word of the requests", name, owner[name])
		}
	}
	for _, name := range sortedKeys(c.world.Types) {
		for _, code := range c.world.Types[name].Codes {
			if words[strings.ToLower(code.Code)] && !slices.Contains(code.Surfaces, code.Code) {
				c.warn(steps("types", name, "enum", code.Code), "type %s: the code %s is also an ordinary word of the requests", name, code.Code)
			}
		}
	}
}

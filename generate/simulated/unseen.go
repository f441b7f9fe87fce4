package simulated

import (
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/buttonbench/button/internal/grounding"
)

// unseen lists the literals of a text that nobody said, no call took or returned,
// and no simple sum gives. The functions' own words vouch for names only.
func (c *conversation) unseen(text string, calls []ToolCall) []grounding.Literal {
	said := c.reader.Literals(text)
	if len(said) == 0 {
		return nil
	}
	var all strings.Builder
	all.WriteString(c.o.Today + "\n" + c.plain.String())
	for _, call := range calls {
		all.WriteString(grounding.Flatten(call.Arguments) + "\n")
	}
	seen, named := c.reader.Read(all.String()), c.reader.Read(c.named)
	return slices.DeleteFunc(said, func(literal grounding.Literal) bool {
		switch literal.Kind {
		case grounding.Name, grounding.Quoted:
			return seen.Holds(literal) || named.Holds(literal)
		case grounding.Number:
			return seen.Holds(literal) || literal.Spelled && (len(calls) > 0 || c.few(literal)) || c.derived(literal.Text)
		}
		return seen.Holds(literal)
	})
}

// few reports whether a count in words is no more than there are things to count:
// calls, or items of a result.
func (c *conversation) few(literal grounding.Literal) bool {
	most := len(c.made)
	for i := range c.made {
		most = max(most, len(c.made[i].leaves))
	}
	for n := 2; n <= min(most, 99); n++ {
		if c.reader.Says(literal.Text, json.RawMessage(strconv.Itoa(n))) {
			return true
		}
	}
	return false
}

// derived reports whether a number follows from the results: as the sum over a
// list or over several calls, as the number of items of a list, as the difference
// of two values of one field, or as a value times a number of the user's.
func (c *conversation) derived(text string) bool {
	want, ok := numberOf(json.RawMessage(strings.ReplaceAll(figure.FindString(text), ",", "")))
	if !ok {
		return false
	}
	want.Abs(want)
	if _, ok := c.sum(want); ok {
		return true
	}
	fields := map[string][]*big.Rat{}
	for i := range c.made {
		for _, part := range c.made[i].leaves {
			field := fieldOf(part.path)
			if number, ok := numberOf(part.value); ok {
				name := field[strings.LastIndexByte(field, '.')+1:]
				fields[name] = append(fields[name], number)
			}
		}
	}
	for _, numbers := range fields {
		if c.follows(want, numbers) {
			return true
		}
	}
	return c.counts(want)
}

// follows reports whether a number is a sum or difference of two others, or one of
// them times a number of the user's.
func (c *conversation) follows(want *big.Rat, numbers []*big.Rat) bool {
	numbers = numbers[:min(len(numbers), 100)]
	for i, a := range numbers {
		for _, b := range numbers[:i] {
			if want.Cmp(new(big.Rat).Add(a, b)) == 0 || want.Cmp(new(big.Rat).Abs(new(big.Rat).Sub(a, b))) == 0 {
				return true
			}
		}
		for _, fact := range c.facts {
			if factor, ok := numberOf(fact.Value); ok && want.Cmp(new(big.Rat).Mul(a, factor)) == 0 {
				return true
			}
		}
	}
	return false
}

// counts reports whether a number is the length of a list in a result.
func (c *conversation) counts(want *big.Rat) bool {
	for i := range c.made {
		lengths := map[string]map[string]bool{}
		for _, part := range c.made[i].leaves {
			for at := 0; at < len(part.path); at++ {
				if part.path[at] != '[' {
					continue
				}
				end := at + strings.IndexByte(part.path[at:], ']')
				list := part.path[:at]
				if lengths[list] == nil {
					lengths[list] = map[string]bool{}
				}
				lengths[list][part.path[at:end+1]] = true
			}
		}
		for _, positions := range lengths {
			if want.Cmp(big.NewRat(int64(len(positions)), 1)) == 0 {
				return true
			}
		}
	}
	return false
}

package quality

import (
	"math/big"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/grounding"
)

// numberIn is the number that a literal's digits write.
func numberIn(text string) (*big.Rat, bool) {
	digits := strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' || r == '.' {
			return r
		}
		return -1
	}, text)
	digits = strings.Trim(digits, ".")
	if digits == "" || len(digits) > 40 || strings.Count(digits, ".") > 1 {
		return nil, false
	}
	return new(big.Rat).SetString(digits)
}

// few reports whether a count in words is no more than there are things to count:
// items of a result or calls of the record.
func (c *check) few(literal *grounding.Literal, message int) bool {
	most := 0
	for i := range c.calls {
		if made := &c.calls[i]; made.message < message {
			most++
		}
	}
	for n := 2; n <= max(most, c.longestList(message)) && n <= 99; n++ {
		if c.reader.Says(literal.Text, encode(n)) {
			return true
		}
	}
	return false
}

// longestList is the length of the longest list in the results before a message.
func (c *check) longestList(message int) int {
	longest := 0
	for _, n := range c.listLengths(message) {
		longest = max(longest, n)
	}
	return longest
}

// listLengths are the lengths of the lists in the results before a message.
func (c *check) listLengths(message int) []int {
	var lengths []int
	var walk func(value any)
	walk = func(value any) {
		switch value := value.(type) {
		case map[string]any:
			for _, member := range value {
				walk(member)
			}
		case []any:
			lengths = append(lengths, len(value))
			for _, item := range value {
				walk(item)
			}
		}
	}
	for i := range c.calls {
		if made := &c.calls[i]; made.result >= 0 && made.result < message {
			walk(made.invented.result)
		}
	}
	return lengths
}

// mostOperands bounds the numbers of one field that are tried in pairs.
const mostOperands = 60

// follows reports whether a number follows from the results before a message: as
// the length of a list, the sum over a list or over several results, the sum or
// difference of two values of one field, or one of them times a number of the user's.
func (c *check) follows(literal *grounding.Literal, message int) bool {
	want, ok := numberIn(literal.Text)
	if !ok {
		return false
	}
	for _, n := range c.listLengths(message) {
		if want.Cmp(big.NewRat(int64(n), 1)) == 0 {
			return true
		}
	}
	perResult, overall := map[string]*big.Rat{}, map[string]*big.Rat{}
	values := map[string][]*big.Rat{}
	for i := range c.calls {
		made := &c.calls[i]
		if made.result < 0 || made.result >= message {
			continue
		}
		for k := range made.invented.leaves {
			part := &made.invented.leaves[k]
			amount, ok := rational(part.value)
			if !ok {
				continue
			}
			field := part.field()
			accumulate(perResult, made.ID+" "+field, amount)
			accumulate(overall, made.Name+" "+field, amount)
			name := field[strings.LastIndexByte(field, '.')+1:]
			values[name] = append(values[name], amount)
		}
	}
	return among(want, perResult) || among(want, overall) || c.combined(want, values, message)
}

func accumulate(sums map[string]*big.Rat, key string, amount *big.Rat) {
	if sums[key] == nil {
		sums[key] = new(big.Rat)
	}
	sums[key].Add(sums[key], amount)
}

func among(want *big.Rat, sums map[string]*big.Rat) bool {
	for _, sum := range sums {
		if sum.Cmp(want) == 0 {
			return true
		}
	}
	return false
}

// combined tries pairs of values of one field, and values times the user's numbers.
func (c *check) combined(want *big.Rat, values map[string][]*big.Rat, message int) bool {
	var factors []*big.Rat
	for i := range message {
		if c.record.Messages[i].Role != button.RoleUser {
			continue
		}
		for _, literal := range c.text(i).Literals() {
			if factor, ok := c.saidNumber(&literal); ok && len(factors) < mostOperands {
				factors = append(factors, factor)
			}
		}
	}
	for _, numbers := range values {
		numbers = numbers[:min(len(numbers), mostOperands)]
		for i, a := range numbers {
			for _, b := range numbers[:i] {
				if want.Cmp(new(big.Rat).Add(a, b)) == 0 || want.Cmp(new(big.Rat).Abs(new(big.Rat).Sub(a, b))) == 0 {
					return true
				}
			}
			for _, factor := range factors {
				if want.Cmp(new(big.Rat).Mul(a, factor)) == 0 {
					return true
				}
			}
		}
	}
	return false
}

// saidNumber is the number that a literal says in digits or, up to twenty, in words.
func (c *check) saidNumber(literal *grounding.Literal) (*big.Rat, bool) {
	if literal.Kind != grounding.Number {
		return nil, false
	}
	if !literal.Spelled {
		return numberIn(literal.Text)
	}
	for n := int64(2); n <= 20; n++ {
		if c.reader.Says(literal.Text, encode(n)) {
			return big.NewRat(n, 1), true
		}
	}
	return nil, false
}

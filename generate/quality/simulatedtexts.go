package quality

import (
	"math/big"
	"slices"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/grounding"
)

// text returns a message's content as it is read for values; of a result the names
// and leaves.
func (c *check) text(message int) *grounding.Text {
	if c.read[message] == nil {
		content := c.record.Messages[message].Content
		if c.record.Messages[message].Role == button.RoleTool {
			content = grounding.Flatten([]byte(content))
		}
		c.read[message] = c.reader.Read(content)
	}
	return c.read[message]
}

// known reports whether a literal was said or returned before a message, or is an
// argument of a call up to it.
func (c *check) known(literal *grounding.Literal, message int) bool {
	for i := range message {
		if c.text(i).Holds(*literal) {
			return true
		}
	}
	for i := range c.calls {
		if c.calls[i].message <= message && c.calls[i].invented.said.Holds(*literal) {
			return true
		}
	}
	if literal.Kind == grounding.Name || literal.Kind == grounding.Quoted {
		return c.toolText().Holds(*literal)
	}
	return literal.Kind == grounding.Date && c.reader.Read(c.today).Holds(*literal)
}

// toolText is all that the tools say of themselves.
func (c *check) toolText() *grounding.Text {
	if c.toolWords == nil {
		var all strings.Builder
		for i := range c.record.Tools {
			tool := &c.record.Tools[i]
			all.WriteString(tool.Name + "\n" + tool.Description + "\n" + grounding.Flatten(tool.Parameters) + "\n")
		}
		c.toolWords = c.reader.Read(all.String())
	}
	return c.toolWords
}

// literalsOf lists the literals of a text, up to a bound for the whole record.
func (c *check) literalsOf(text *grounding.Text, message int) []grounding.Literal {
	found := text.Literals()
	if c.literals+len(found) > mostLiterals {
		if c.literals <= mostLiterals {
			c.report("size", message, "", "thoughts and answers state more than %d values", mostLiterals)
		}
		c.literals = mostLiterals + 1
		return nil
	}
	c.literals += len(found)
	return found
}

// simulatedThoughts wants every value in a thought, and in text beside calls, to be
// known by then.
func (c *check) simulatedThoughts() error {
	for i := range c.record.Messages {
		message := &c.record.Messages[i]
		text := message.Reasoning
		if len(message.ToolCalls) > 0 {
			text += "\n" + message.Content
		}
		if message.Role != button.RoleAssistant || strings.TrimSpace(text) == "" {
			continue
		}
		for _, literal := range c.literalsOf(c.reader.Read(text), i) {
			if literal.Spelled || c.known(&literal, i) || literal.Kind == grounding.Number && c.follows(&literal, i) {
				continue
			}
			c.report("unknown", i, literal.Text, "nobody has said this %s before", literal.Kind)
		}
	}
	return nil
}

// simulatedAnswer proves what the answers say: every stated value by its source,
// the rest by having been mentioned or by following from results.
func (c *check) simulatedAnswer() error {
	for i := range c.plan.Answers {
		c.inventedStated(&c.plan.Answers[i])
	}
	for _, turn := range c.turns {
		if turn.answer < 0 {
			continue
		}
		for _, literal := range c.literalsOf(c.text(turn.answer), turn.answer) {
			c.unproven(&literal, turn.answer)
		}
	}
	return nil
}

func (c *check) inventedStated(stated *button.AnswerValue) {
	text := c.spanText(stated.Turn, stated.Span)
	if text == "" {
		return // reported by structure
	}
	if literals := c.reader.Literals(text); len(literals) == 0 || string(literals[0].Kind) != stated.Type {
		c.report("type", stated.Turn, text, "the words are no %s", clip(stated.Type))
	}
	value, words, err := c.inventedYield(stated)
	switch {
	case err != nil:
		c.report("source", stated.Turn, text, "%v", err)
	case words != "":
		if !c.sayTheSame(text, words) {
			c.report("value", stated.Turn, text, "the user said %q", clip(words))
		}
	case scalarText(value) == "":
		c.report("source", stated.Turn, text, "the source yields %s, which no words state", compact(encode(value)))
	case !c.reader.Is(text, encode(value)):
		c.report("value", stated.Turn, text, "its source yields %s", compact(encode(value)))
	}
}

// sayTheSame reports whether two texts hold the same literals.
func (c *check) sayTheSame(a, b string) bool {
	one, other := c.reader.Read(a), c.reader.Read(b)
	holds := func(text *grounding.Text) func(grounding.Literal) bool {
		return func(literal grounding.Literal) bool { return !text.Holds(literal) }
	}
	return len(one.Literals()) > 0 && !slices.ContainsFunc(one.Literals(), holds(other)) && !slices.ContainsFunc(other.Literals(), holds(one))
}

// unproven reports a literal of an answer that nothing vouches for.
func (c *check) unproven(literal *grounding.Literal, message int) {
	if !stateable(literal) {
		if !c.known(literal, message) && !(literal.Spelled && c.few(literal, message)) {
			c.report("unknown", message, literal.Text, "nothing said or returned before has this %s", literal.Kind)
		}
		return
	}
	content := c.record.Messages[message].Content
	if slices.ContainsFunc(c.plan.Answers, func(a button.AnswerValue) bool {
		return a.Turn == message && a.Span[0] <= literal.Span[0] && tight(content, literal.Span)[1] <= a.Span[1]
	}) {
		return
	}
	if source, ok := c.sourceOf(literal, message); ok {
		where := "the user's words"
		if len(source.Calls) > 0 {
			where = source.Path + " of call " + source.Calls[0]
		}
		c.report("unsourced", message, literal.Text, "no source is given, though it could be %s", clip(where))
		return
	}
	if !c.known(literal, message) && !(literal.Kind == grounding.Number && c.follows(literal, message)) {
		c.report("unknown", message, literal.Text, "nothing said or returned before has this %s", literal.Kind)
	}
}

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

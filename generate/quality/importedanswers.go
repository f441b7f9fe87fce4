package quality

import (
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/grounding"
)

// importedAnswer wants the numbers, dates, times, codes and addresses of an answer
// that follows results to be known, or to follow from results. What the position in a
// list counts is no statement.
func (c *check) importedAnswer() error {
	for _, turn := range c.turns {
		if turn.answer < 0 || !c.hasResults(turn) {
			continue
		}
		for _, literal := range c.literalsOf(c.text(turn.answer), turn.answer) {
			if !stateable(&literal) || counts(c.record.Messages[turn.answer].Content, literal) {
				continue
			}
			if !c.affords(turn.answer) {
				return nil
			}
			if !c.known(&literal, turn.answer) && !c.saidByTools(&literal) && !(literal.Kind == grounding.Number && (c.follows(&literal, turn.answer) || c.rounds(&literal, turn.answer) || c.lasts(&literal, turn.answer))) {
				c.report("unknown", turn.answer, literal.Text, "nothing said or returned before has this %s", literal.Kind)
			}
		}
	}
	return nil
}

func (c *check) saidByTools(literal *grounding.Literal) bool { return c.toolText().Holds(*literal) }

func (c *check) hasResults(turn turn) bool {
	return slices.ContainsFunc(c.calls, func(made call) bool {
		return made.result > turn.request && made.result < turn.answer && !made.invented.failed
	})
}

// counts reports whether a number stands before an item of a list: "2." or "2)" at
// the beginning of a line, or is 0 or 1.
func counts(content string, literal grounding.Literal) bool {
	if literal.Kind != grounding.Number {
		return false
	}
	if literal.Text == "0" || literal.Text == "1" {
		return true
	}
	before := strings.TrimRight(content[:literal.Span[0]], " *#\t")
	after := content[literal.Span[1]:]
	return (before == "" || strings.HasSuffix(before, "\n")) && after != "" && strings.ContainsRune(".):*", rune(after[0]))
}

// rounds reports whether a number is a known one with fewer digits: 24.2 for 24.22.
func (c *check) rounds(literal *grounding.Literal, message int) bool {
	want, ok := numberIn(literal.Text)
	if !ok {
		return false
	}
	_, decimals, _ := strings.Cut(strings.TrimRightFunc(literal.Text, func(r rune) bool { return !unicode.IsDigit(r) }), ".")
	for i := range c.calls {
		made := &c.calls[i]
		if made.result < 0 || made.result > message {
			continue
		}
		for k := range made.invented.leaves {
			have, ok := rational(made.invented.leaves[k].value)
			if !ok {
				continue
			}
			for _, shown := range []string{have.FloatString(len(decimals)), percent(have).FloatString(len(decimals))} {
				if near, ok := numberIn(shown); ok && near.Cmp(want) == 0 && near.Sign() != 0 {
					return true
				}
			}
		}
	}
	return false
}

// hoursAndMinutes finds a duration in words.
var hoursAndMinutes = regexp.MustCompile(`(?i)\b(\d{1,4}) ?h(?:ours?|rs?)?,?(?: and)? ?(\d{1,2}) ?m(?:in(?:ute)?s?)?\b`)

// lasts reports whether a number is a part of a duration in hours and minutes that a
// result tells in minutes or seconds.
func (c *check) lasts(literal *grounding.Literal, message int) bool {
	for _, at := range hoursAndMinutes.FindAllStringSubmatchIndex(c.record.Messages[message].Content, -1) {
		if literal.Span[0] < at[0] || literal.Span[1] > at[1] {
			continue
		}
		content := c.record.Messages[message].Content
		hours, _ := strconv.Atoi(content[at[2]:at[3]])
		minutes, _ := strconv.Atoi(content[at[4]:at[5]])
		for i := range c.calls {
			if made := &c.calls[i]; made.result >= 0 && made.result < message && slices.ContainsFunc(made.invented.leaves, func(part leaf) bool {
				have, ok := rational(part.value)
				total := big.NewRat(int64(60*hours+minutes), 1)
				return ok && (have.Cmp(total) == 0 || have.Cmp(new(big.Rat).Mul(total, big.NewRat(60, 1))) == 0)
			}) {
				return true
			}
		}
	}
	return false
}

// importedLeakage looks for what a speaker cannot know yet: words of a plan, names of
// the interface, and values that only a later result tells.
func (c *check) importedLeakage() error {
	technical := c.technicalNames()
	for i := range c.record.Messages {
		message := &c.record.Messages[i]
		if message.Role == button.RoleUser || message.Role == button.RoleSystem {
			if found := planWords.FindString(c.lower(i)); found != "" {
				c.report("plan", i, found, "words of the plan")
			}
		}
		switch {
		case message.Role == button.RoleUser:
			for _, name := range technical {
				if wordAt(message.Content, name, 0) >= 0 {
					c.report("name", i, name, "a name of the interface")
				}
			}
		case message.Role == button.RoleAssistant && len(message.ToolCalls) > 0:
			c.toldBefore(i)
		}
	}
	return nil
}

// toldBefore looks, in what an assistant says beside its calls, for values that
// nothing before tells and that the calls' results do.
func (c *check) toldBefore(message int) {
	said := c.record.Messages[message].Reasoning + "\n" + c.record.Messages[message].Content
	if strings.TrimSpace(said) == "" {
		return
	}
	for _, literal := range c.literalsOf(c.reader.Read(said), message) {
		if !stateable(&literal) || literal.Kind == grounding.Number && small(literal.Text) {
			continue
		}
		if !c.affords(message) {
			return
		}
		if c.known(&literal, message) || c.saidByTools(&literal) {
			continue
		}
		for i := range c.calls {
			if made := &c.calls[i]; made.message == message && made.result >= 0 && c.text(made.result).Holds(literal) {
				c.report("result", message, literal.Text, "said before %s told it", clip(made.Name))
				break
			}
		}
	}
}

// small reports whether a number is likely to stand in any two texts by chance.
func small(text string) bool {
	n, err := strconv.Atoi(text)
	return err == nil && n <= 12
}

// percent is a hundred times a number.
func percent(share *big.Rat) *big.Rat { return new(big.Rat).Mul(share, big.NewRat(100, 1)) }

package syntax

import "strings"

// JavaScript reads the first statement of a JavaScript text that is a call, and
// nothing but a call. found is false for a text that is JavaScript but has no such
// statement.
//
// The name is the source of what is called. An argument that is a plain assignment
// has the source of its left side as its name and that of its right side as its
// value, without the quotes when it begins and ends with the same one. Names and
// true alone are arguments without a name; all other arguments are left out.
func JavaScript(source string) (call Call, found bool, err error) {
	if len(source) > maxSource {
		return Call{}, false, errTooLong
	}
	tokens, err := javaScriptTokens(source)
	if err != nil {
		return Call{}, false, err
	}
	p := &scriptParser{source: source, tokens: tokens, closing: matchBrackets(source, tokens)}
	var first *scriptCall
	for p.kind() != tokenEnd {
		c, ok := p.topStatement()
		if !ok {
			return Call{}, false, p.failure()
		}
		if first == nil {
			first = c
		}
	}
	if first == nil {
		return Call{}, false, nil
	}
	call = first.write(source, tokens)
	if err := checkNames(call.Arguments); err != nil {
		return Call{}, false, err
	}
	return call, true, nil
}

// scriptCall is a call: the tokens of what is called, and of the arguments that
// count.
type scriptCall struct {
	from, to  int
	arguments []scriptArgument
}

// scriptArgument is an argument's tokens; the operator of an assignment stands at
// sign, 0 for a name alone.
type scriptArgument struct{ from, sign, to int }

func (c *scriptCall) write(source string, tokens []token) Call {
	text := func(from, to int) string { return source[tokens[from].start:tokens[to-1].end] }
	call := Call{Name: text(c.from, c.to)}
	for _, a := range c.arguments {
		if a.sign == 0 {
			call.Arguments = append(call.Arguments, Argument{Value: text(a.from, a.to)})
			continue
		}
		value := text(a.sign+1, a.to)
		if comment, ok := firstComment(source[tokens[a.sign].end:tokens[a.sign+1].start]); ok {
			value = comment
		}
		for _, quote := range []string{`"`, "'"} {
			if strings.HasPrefix(value, quote) && strings.HasSuffix(value, quote) {
				value = withoutEnds(value)
				break
			}
		}
		call.Arguments = append(call.Arguments, Argument{Name: text(a.from, a.sign), Named: true, Value: value})
	}
	return call
}

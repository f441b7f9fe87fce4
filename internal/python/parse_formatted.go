package python

// formatted collects the pieces of an f-string: text and interpolations.
type formatted struct {
	items []*Node
	text  []byte // not yet an item
}

func (f *formatted) flush(p *parser) {
	if len(f.text) == 0 {
		return
	}
	n := p.newNode(StringNode, p.token.start)
	n.Text, n.height = string(f.text), 1
	f.items = append(f.items, n)
	f.text = f.text[:0]
}

// format reads the inside of an f-string literal as CPython 3.11 does: it looks for
// the ends of the expressions by brackets and quotes, then parses each by itself.
func (p *parser) format(into *formatted, piece token) {
	if p.tolerant {
		return // what stands in it is of no use
	}
	r := formatReader{parser: p, source: piece.text, prefix: piece.prefix, start: piece.start}
	r.read(into, 0)
	if p.failure == nil && r.at < len(r.source) {
		r.fail("unexpected end of string")
	}
}

type formatReader struct {
	*parser
	source string
	prefix stringPrefix
	at     int
	start  int // of the literal in the whole text, for errors
}

func (r *formatReader) fail(message string, values ...any) {
	r.parser.fail(r.start, "f-string: "+message, values...)
}

// read reads up to the end, or inside a format up to its closing brace.
func (r *formatReader) read(into *formatted, level int) {
	for r.failure == nil {
		r.literal(into, level)
		if r.failure != nil || r.at >= len(r.source) || r.source[r.at] == '}' {
			return
		}
		r.interpolation(into, level)
	}
}

// literal reads text up to a brace that is not doubled.
func (r *formatReader) literal(into *formatted, level int) {
	raw := r.prefix&prefixRaw != 0
	from := r.at
	take := func(end int) {
		if from < end {
			into.text = append(into.text, r.unescape(r.source[from:end], r.start, r.prefix)...)
		}
	}
	for r.at < len(r.source) {
		c := r.source[r.at]
		if c == '\\' && !raw && r.at+1 < len(r.source) {
			if r.at++; r.source[r.at] != '{' && r.source[r.at] != '}' {
				r.at++
				continue
			}
			c = r.source[r.at]
		}
		if c != '{' && c != '}' {
			r.at++
			continue
		}
		if level == 0 && r.at+1 < len(r.source) && r.source[r.at+1] == c {
			take(r.at + 1)
			r.at += 2
			from = r.at
			continue
		}
		if level == 0 && c == '}' {
			r.fail("single '}' is not allowed")
			return
		}
		break
	}
	take(r.at)
}

// interpolation reads {expression=!r:format}.
func (r *formatReader) interpolation(into *formatted, level int) {
	if level >= 2 {
		r.fail("expressions nested too deeply")
		return
	}
	r.at++
	start := r.at
	if !r.expressionEnd() {
		return
	}
	expression := r.inner(r.source[start:r.at])
	if r.failure != nil {
		return
	}
	shown := false
	if r.peek() == '=' {
		r.at++
		for isBlank(r.peek()) {
			r.at++
		}
		into.text = append(into.text, r.source[start:r.at]...)
		shown = true
	}
	n := r.newNode(InterpolationNode, r.start)
	n.Items = []*Node{expression}
	if r.peek() == '!' {
		r.at++
		switch c := r.peek(); c {
		case 's', 'r', 'a':
			n.Text = string(c)
		default:
			r.fail("invalid conversion character: expected 's', 'r', or 'a'")
			return
		}
		r.at++
	}
	hasFormat := r.peek() == ':'
	if hasFormat {
		r.at++
		var format formatted
		r.read(&format, level+1)
		format.flush(r.parser)
		spec := r.newNode(FormattedNode, r.start)
		spec.Items = format.items
		n.Items = append(n.Items, r.finish(spec))
	}
	if r.failure != nil {
		return
	}
	if r.peek() != '}' {
		r.fail("expecting '}'")
		return
	}
	r.at++
	if shown && !hasFormat && n.Text == "" {
		n.Text = "r"
	}
	into.flush(r.parser)
	into.items = append(into.items, r.finish(n))
}

func (r *formatReader) peek() byte {
	if r.at < len(r.source) {
		return r.source[r.at]
	}
	return 0
}

func isBlank(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// expressionEnd moves to the character behind an expression: one of ! : = } outside
// of brackets and strings.
func (r *formatReader) expressionEnd() bool {
	var brackets []byte
	quote, triple := byte(0), false
	for ; r.at < len(r.source); r.at++ {
		c := r.source[r.at]
		if c == '\\' {
			r.fail("expression part cannot include a backslash")
			return false
		}
		tripled := r.at+2 < len(r.source) && r.source[r.at+1] == c && r.source[r.at+2] == c
		switch {
		case quote != 0:
			if c == quote && (!triple || tripled) {
				if triple {
					r.at += 2
				}
				quote = 0
			}
		case c == '\'' || c == '"':
			if quote, triple = c, tripled; triple {
				r.at += 2
			}
		case c == '[' || c == '{' || c == '(':
			if brackets = append(brackets, c); len(brackets) > maxBrackets {
				r.fail("too many nested parenthesis")
				return false
			}
		case c == '#':
			r.fail("expression part cannot include '#'")
			return false
		case len(brackets) == 0 && (c == '!' || c == ':' || c == '}' || c == '=' || c == '>' || c == '<'):
			if r.at+1 < len(r.source) && r.source[r.at+1] == '=' && c != ':' && c != '}' {
				r.at++
			} else if c != '>' && c != '<' {
				return true
			}
		case c == ']' || c == '}' || c == ')':
			if !closes(brackets, c) {
				r.fail("unmatched '%c'", c)
				return false
			}
			brackets = brackets[:len(brackets)-1]
		}
	}
	if quote != 0 {
		r.fail("unterminated string")
	} else {
		r.fail("expecting '}'")
	}
	return false
}

func closes(brackets []byte, c byte) bool {
	if len(brackets) == 0 {
		return false
	}
	switch brackets[len(brackets)-1] {
	case '(':
		return c == ')'
	case '[':
		return c == ']'
	}
	return c == '}'
}

// inner parses an expression by itself, in parentheses as CPython does.
func (r *formatReader) inner(source string) *Node {
	blank := true
	for i := 0; i < len(source) && blank; i++ {
		blank = isBlank(source[i]) && source[i] != '\v'
	}
	if blank {
		r.fail("empty expression not allowed")
		return nil
	}
	p := parser{lexer: lexer{text: "(" + source + ")"}, maxNesting: r.maxNesting, nesting: r.nesting, made: r.made}
	p.skipLines()
	n := p.tupleOr(aStarOrExpression)
	p.skipLines()
	if !p.is(symbolEnd) {
		p.unexpected()
	}
	if p.failure != nil {
		r.fail("%s", p.failure.Message)
		return nil
	}
	r.made = p.made
	return n
}

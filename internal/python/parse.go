package python

import (
	"math"
	"strings"
	"unicode/utf8"
)

// The bounds of CPython's parser, counted in the levels of its tree.
const (
	maxHeight  = 2986
	maxNesting = 3000
)

// maxNodes bounds the memory that an expression takes, to some 100 MiB; CPython
// has no such bound.
const maxNodes = 1 << 20

// ParseExpression parses a text that is one expression of CPython 3.11, as
// ast.parse in mode eval does: what the compiler only later refuses, such as a
// repeated keyword or an await outside a function, is taken. Errors are
// *SyntaxError.
func ParseExpression(text string) (Expression, error) {
	p := parser{lexer: lexer{text: text}, maxNesting: maxNesting, chunk: min(256, max(8, len(text)/12))}
	node := p.whole()
	if p.failure != nil {
		return nil, p.failure
	}
	return node, nil
}

// parser parses expressions by recursive descent, one token ahead. After an error
// the token is one that no rule takes, so that every rule soon returns; what it
// returns then is of no worth.
type parser struct {
	lexer
	token      token
	end        int // of the last token taken
	nesting    int
	maxNesting int
	// stopOutside: the token behind the bracket that closes all others is not read.
	stopOutside bool

	chunk int     // how much room to make next
	made  int     // room made for nodes so far
	nodes []Node  // room for the next nodes
	links []*Node // room for the next items
	stack []*Node // items of the lists being read
}

func (p *parser) whole() *Node {
	switch {
	case len(p.text) > math.MaxInt32-16:
		p.fail(0, "more than 2 GiB")
	case strings.IndexByte(p.text, 0) >= 0:
		p.fail(strings.IndexByte(p.text, 0), "source code string cannot contain null bytes")
	case !utf8.ValidString(p.text):
		p.fail(0, "'utf-8' codec can't encode the text: surrogates not allowed")
	}
	if p.failure != nil {
		return nil
	}
	p.skipLines()
	node := p.tupleOr(anExpression)
	p.skipLines()
	if p.token.symbol != symbolEnd {
		p.unexpected()
	}
	return node
}

// skipLines moves to the first token that is no line break. Outside of brackets a
// line must not begin with blanks.
func (p *parser) skipLines() {
	for p.failure == nil {
		if p.token.symbol == symbolBad || p.token.symbol == symbolLine {
			start := p.at
			p.advance()
			if t := p.token; t.symbol != symbolLine && indented(p.text[start:t.start]) {
				p.fail(t.start, "unexpected indent")
				p.token.symbol = symbolBad
			}
			continue
		}
		return
	}
}

// indented reports whether the blanks before a line's first token, or before the end
// of the text, make columns.
func indented(blanks string) bool {
	column := 0
	continued := 0 // the column of the first backslash
	for i := 0; i < len(blanks); i++ {
		switch blanks[i] {
		case ' ', '\t':
			column++
		case '\f':
			column = 0
		case '\\':
			if continued == 0 {
				continued = column
			}
		case '#':
			return false // nothing but a comment before the end
		}
	}
	return continued > 0 || column > 0
}

// begin reads the first token at an offset.
func (p *parser) begin(at int) {
	p.at = at
	p.token = p.next()
}

func (p *parser) advance() {
	if p.failure != nil {
		p.token.symbol = symbolBad
		return
	}
	p.end = p.token.end
	if p.stopOutside && p.depth == 0 && p.token.symbol <= closeBrace && p.token.symbol >= openParenthesis {
		p.token = token{symbol: symbolEnd, start: p.end, end: p.end}
		return
	}
	p.token = p.next()
}

func (p *parser) fail(offset int, format string, values ...any) {
	p.token = p.lexer.fail(offset, format, values...)
}

func (p *parser) unexpected() {
	switch {
	case p.failure != nil:
	case p.token.symbol == symbolEnd && p.depth > 0 && !p.tolerant: // a tolerant one reads a text in pieces
		p.fail(p.token.start, "'%s' was never closed", unclosed(p.text))
	case p.token.symbol == symbolEnd && p.depth > 0:
		p.fail(p.token.start, "a bracket was never closed")
	case p.token.symbol == symbolEnd:
		p.fail(p.token.start, "unexpected EOF while parsing")
	default:
		p.token = p.lexer.unexpected(p.token.start, p.token.end)
	}
}

func (p *parser) is(s symbol) bool { return p.token.symbol == s }

// take takes the token if it is the one named.
func (p *parser) take(s symbol) bool {
	if p.token.symbol != s {
		return false
	}
	p.advance()
	return p.failure == nil
}

func (p *parser) want(s symbol) {
	if p.token.symbol != s {
		p.unexpected()
		return
	}
	p.advance()
}

// newNode returns an empty node that starts at an offset.
func (p *parser) newNode(kind NodeKind, start int) *Node {
	if len(p.nodes) == 0 {
		if p.made += max(8, p.chunk); p.made > maxNodes {
			p.fail(start, "an expression of more than %d parts", maxNodes)
		}
		p.nodes = make([]Node, max(8, p.chunk))
		p.chunk = min(256, 2*len(p.nodes))
	}
	n := &p.nodes[0]
	p.nodes = p.nodes[1:]
	n.Kind, n.Start = kind, int32(start)
	return n
}

// finish completes a node, which ends with the last token taken.
func (p *parser) finish(n *Node) *Node {
	n.End = int32(p.end)
	height := int32(0)
	for _, item := range n.Items {
		if item != nil && item.height > height {
			height = item.height
		}
	}
	for i := range n.Arguments {
		if value := n.Arguments[i].Value; value != nil && value.height > height {
			height = value.height
		}
	}
	if n.height = height + 1; n.height > maxHeight {
		p.fail(int(n.Start), "maximum recursion depth exceeded during ast construction")
	}
	return n
}

func (p *parser) leaf(kind NodeKind, text string) *Node {
	n := p.newNode(kind, p.token.start)
	n.Text, n.height = text, 1
	p.advance()
	n.End = int32(p.end)
	return n
}

func (p *parser) node(kind NodeKind, start int, text string, items ...*Node) *Node {
	n := p.newNode(kind, start)
	n.Text = text
	n.Items = append(p.room(len(items)), items...)
	return p.finish(n)
}

// room is an empty slice with room for exactly so many items.
func (p *parser) room(count int) []*Node {
	if count == 0 {
		return nil
	}
	if len(p.links) < count {
		p.links = make([]*Node, max(count, 8, p.chunk))
	}
	room := p.links[0:0:count]
	p.links = p.links[count:]
	return room
}

// items takes what was pushed since the mark off the stack.
func (p *parser) items(mark int) []*Node {
	items := append(p.room(len(p.stack)-mark), p.stack[mark:]...)
	p.stack = p.stack[:mark]
	return items
}

func (p *parser) push(n *Node) { p.stack = append(p.stack, n) }

// deeper counts a level further down and reports whether that is allowed; shallower
// counts it back.
func (p *parser) deeper() bool {
	p.nesting++
	if p.nesting > p.maxNesting {
		p.fail(p.token.start, "nested more than %d deep", p.maxNesting)
		return false
	}
	return true
}

func (p *parser) shallower() { p.nesting-- }

// broken stands for what could not be read.
func (p *parser) broken() *Node {
	return p.newNode(NameNode, p.token.start)
}

// rule names what is to be parsed. It is no function, so that the parser can stay
// on the stack.
type rule uint8

const (
	aConjunction rule = iota
	aNegation
	aUnary
	aBitwise
	anExpression
	aNamed
	aStarOrBitwise
	aStarOrExpression
	aStarOrNamed
)

func (p *parser) parse(r rule) *Node {
	if r >= aStarOrBitwise && p.is(star) {
		return p.starred(aBitwise)
	}
	switch r {
	case aConjunction:
		return p.conjunction()
	case aNegation:
		return p.negation()
	case aUnary:
		return p.unary()
	case aBitwise, aStarOrBitwise:
		return p.bitwise()
	case anExpression, aStarOrExpression:
		return p.expression()
	}
	return p.named()
}

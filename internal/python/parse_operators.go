package python

// named parses an expression or NAME := expression.
func (p *parser) named() *Node {
	start, isName := p.token.start, p.is(symbolName)
	n := p.expression()
	if !p.is(walrus) {
		return n
	}
	if !isName || n.Kind != NameNode {
		p.unexpected()
		return n
	}
	p.advance()
	return p.node(NamedNode, start, n.Text, p.expression())
}

// expression parses a conditional, a lambda or what binds tighter.
func (p *parser) expression() *Node {
	if !p.deeper() {
		return p.broken()
	}
	defer p.shallower()
	if p.is(wordLambda) {
		return p.lambda()
	}
	start := p.token.start
	value := p.disjunction()
	if !p.is(wordIf) {
		return value
	}
	p.advance()
	condition := p.disjunction()
	p.want(wordElse)
	return p.node(ConditionalNode, start, "", condition, value, p.expression())
}

func (p *parser) disjunction() *Node {
	start := p.token.start
	first := p.conjunction()
	if !p.is(wordOr) {
		return first
	}
	return p.chain(start, wordOr, first, aConjunction)
}

func (p *parser) conjunction() *Node {
	start := p.token.start
	first := p.negation()
	if !p.is(wordAnd) {
		return first
	}
	return p.chain(start, wordAnd, first, aNegation)
}

func (p *parser) chain(start int, word symbol, first *Node, operand rule) *Node {
	text := p.token.text
	mark := len(p.stack)
	p.push(first)
	for p.take(word) {
		p.push(p.parse(operand))
	}
	n := p.newNode(BooleanNode, start)
	n.Text, n.Items = text, p.items(mark)
	return p.finish(n)
}

func (p *parser) negation() *Node {
	if !p.is(wordNot) {
		return p.comparison()
	}
	return p.unaryNode(aNegation)
}

func (p *parser) unaryNode(operand rule) *Node {
	if !p.deeper() {
		return p.broken()
	}
	defer p.shallower()
	start, operator := p.token.start, p.token.text
	p.advance()
	return p.node(UnaryNode, start, operator, p.parse(operand))
}

func (p *parser) comparison() *Node {
	start := p.token.start
	first := p.bitwise()
	word := p.comparator()
	if word == "" {
		return first
	}
	mark := len(p.stack)
	p.push(first)
	n := p.newNode(ComparisonNode, start)
	for ; word != ""; word = p.comparator() {
		n.Arguments = append(n.Arguments, Argument{Name: word})
		p.push(p.bitwise())
	}
	n.Items = p.items(mark)
	return p.finish(n)
}

// comparator takes a comparison operator; "" if there is none.
func (p *parser) comparator() string {
	switch p.token.symbol {
	case less, greater, lessEqual, greaterEqual, equal, notEqual, wordIn:
		text := p.token.text
		p.advance()
		return text
	case wordNot:
		p.advance()
		p.want(wordIn)
		return "not in"
	case wordIs:
		p.advance()
		if p.take(wordNot) {
			return "is not"
		}
		return "is"
	}
	return ""
}

// How tightly the binary operators bind, the loosest first.
const (
	levelOr = 1 + iota
	levelXor
	levelAnd
	levelShift
	levelSum
	levelProduct
)

func binaryLevel(s symbol) int {
	switch s {
	case bar:
		return levelOr
	case caret:
		return levelXor
	case ampersand:
		return levelAnd
	case shiftLeft, shiftRight:
		return levelShift
	case plus, minus:
		return levelSum
	case star, slash, doubleSlash, percent, at:
		return levelProduct
	}
	return 0
}

func (p *parser) bitwise() *Node { return p.binary(levelOr) }

// binary parses operations that bind at least so tightly.
func (p *parser) binary(loosest int) *Node {
	start := p.token.start
	left := p.unary()
	for {
		level := binaryLevel(p.token.symbol)
		if level < loosest || level == 0 {
			return left
		}
		operator := p.token.text
		p.advance()
		left = p.node(BinaryNode, start, operator, left, p.binary(level+1))
	}
}

func (p *parser) unary() *Node {
	switch p.token.symbol {
	case minus, plus, tilde:
		return p.unaryNode(aUnary)
	}
	start := p.token.start
	base := p.await()
	if !p.is(doubleStar) {
		return base
	}
	if !p.deeper() {
		return base
	}
	defer p.shallower()
	p.advance()
	return p.node(BinaryNode, start, "**", base, p.unary())
}

func (p *parser) await() *Node {
	if !p.is(wordAwait) {
		return p.primary()
	}
	start := p.token.start
	p.advance()
	return p.node(AwaitNode, start, "", p.primary())
}

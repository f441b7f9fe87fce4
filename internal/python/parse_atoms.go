package python

// tupleOr parses one element or, if a comma follows, a tuple without parentheses.
func (p *parser) tupleOr(element rule) *Node {
	start := p.token.start
	first := p.parse(element)
	if !p.is(comma) {
		return first
	}
	mark := len(p.stack)
	p.push(first)
	for p.take(comma) && p.startsExpression() {
		p.push(p.parse(element))
	}
	n := p.newNode(TupleNode, start)
	n.Items = p.items(mark)
	return p.finish(n)
}

// startsExpression reports whether the token may begin an expression or a starred
// one.
func (p *parser) startsExpression() bool {
	switch p.token.symbol {
	case symbolName, symbolNumber, symbolString, openParenthesis, openBracket, openBrace, minus, plus, tilde, ellipsis, star,
		wordFalse, wordNone, wordTrue, wordNot, wordLambda, wordAwait:
		return true
	}
	return false
}

func (p *parser) starred(operand rule) *Node {
	start := p.token.start
	p.advance()
	return p.node(StarredNode, start, "", p.parse(operand))
}

// primary parses an atom and the calls, attributes and subscripts after it.
func (p *parser) primary() *Node {
	start := p.token.start
	n := p.atom()
	for {
		switch p.token.symbol {
		case dot:
			p.advance()
			if p.token.symbol != symbolName && !(p.tolerant && p.token.isReserved()) {
				p.unexpected()
				return n
			}
			name := p.token.text
			p.advance()
			n = p.node(AttributeNode, start, name, n)
		case openParenthesis:
			n = p.call(start, n)
		case openBracket:
			n = p.node(SubscriptNode, start, "", n, p.subscript())
		default:
			return n
		}
	}
}

func (p *parser) atom() *Node {
	switch p.token.symbol {
	case symbolNumber:
		value := p.token.value
		n := p.leaf(NumberNode, p.token.text)
		n.Value = value
		return n
	case symbolString:
		return p.strings()
	case symbolName:
		return p.leaf(NameNode, p.token.text)
	case wordTrue, wordFalse:
		value := p.is(wordTrue)
		n := p.leaf(ConstantNode, p.token.text)
		n.Value = value
		return n
	case wordNone:
		return p.leaf(ConstantNode, p.token.text)
	case ellipsis:
		n := p.leaf(ConstantNode, p.token.text)
		n.Value = EllipsisType{}
		return n
	case openParenthesis, openBracket, openBrace:
		if !p.deeper() {
			return p.broken()
		}
		defer p.shallower()
		switch p.token.symbol {
		case openParenthesis:
			return p.parenthesis()
		case openBracket:
			return p.list()
		}
		return p.braces()
	}
	p.unexpected()
	return p.broken()
}

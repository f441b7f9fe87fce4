package python

// parenthesis parses what begins with "(": a group, a tuple, a generator, a yield.
func (p *parser) parenthesis() *Node {
	start := p.token.start
	p.advance()
	if p.is(closeParenthesis) {
		p.advance()
		return p.node(TupleNode, start, "")
	}
	if p.is(wordYield) {
		return p.yield(start)
	}
	inner := p.parse(aStarOrNamed)
	switch {
	case p.startsClause():
		return p.comprehension(start, "(", closeParenthesis, inner)
	case !p.is(comma):
		if inner.Kind == StarredNode && int(inner.Start) > start {
			p.fail(int(inner.Start), "cannot use starred expression here")
		}
		p.want(closeParenthesis)
		return inner
	}
	mark := len(p.stack)
	p.push(inner)
	p.advance()
	p.elements(closeParenthesis)
	n := p.newNode(TupleNode, start)
	n.Items = p.items(mark)
	return p.finish(n)
}

func (p *parser) yield(start int) *Node {
	p.advance()
	n := p.newNode(YieldNode, start)
	if p.take(wordFrom) {
		n.Text = "from"
		n.Items = append(p.room(1), p.expression())
	} else if !p.is(closeParenthesis) {
		n.Items = append(p.room(1), p.tupleOr(aStarOrExpression))
	}
	p.want(closeParenthesis)
	return p.finish(n)
}

// elements pushes the elements up to the closing bracket, which it takes. It
// begins behind the opening bracket or a comma.
func (p *parser) elements(closing symbol) {
	for !p.is(closing) && p.failure == nil {
		p.push(p.parse(aStarOrNamed))
		if p.is(closing) {
			break
		}
		p.want(comma)
	}
	p.want(closing)
}

func (p *parser) list() *Node {
	start := p.token.start
	p.advance()
	mark := len(p.stack)
	if !p.is(closeBracket) {
		first := p.parse(aStarOrNamed)
		if p.startsClause() {
			return p.comprehension(start, "[", closeBracket, first)
		}
		p.push(first)
		if !p.is(closeBracket) {
			p.want(comma)
		}
	}
	p.elements(closeBracket)
	n := p.newNode(ListNode, start)
	n.Items = p.items(mark)
	return p.finish(n)
}

// braces parses a dict, a set, or the comprehension of one.
func (p *parser) braces() *Node {
	start := p.token.start
	p.advance()
	switch p.token.symbol {
	case closeBrace:
		p.advance()
		return p.node(DictNode, start, "")
	case doubleStar:
		return p.dict(start, nil)
	}
	isGroup := p.is(openParenthesis)
	first := p.parse(aStarOrNamed)
	mark := len(p.stack)
	switch {
	case p.is(colon) && first.Kind != StarredNode && (first.Kind != NamedNode || isGroup):
		return p.dict(start, first)
	case p.startsClause():
		return p.comprehension(start, "{", closeBrace, first)
	}
	p.push(first)
	if !p.is(closeBrace) {
		p.want(comma)
	}
	p.elements(closeBrace)
	n := p.newNode(SetNode, start)
	n.Items = p.items(mark)
	return p.finish(n)
}

// dict parses the members of a dict whose first key, if it has one, was read.
func (p *parser) dict(start int, key *Node) *Node {
	mark := len(p.stack)
	for p.failure == nil {
		var value *Node
		if key == nil {
			p.want(doubleStar)
			value = p.bitwise()
		} else {
			p.want(colon)
			value = p.expression()
		}
		if len(p.stack) == mark && key != nil && p.startsClause() {
			return p.comprehension(start, "{", closeBrace, key, value)
		}
		p.push(key)
		p.push(value)
		if p.is(closeBrace) {
			break
		}
		p.want(comma)
		if p.is(closeBrace) {
			break
		}
		if key = nil; !p.is(doubleStar) {
			key = p.expression()
		}
	}
	p.want(closeBrace)
	n := p.newNode(DictNode, start)
	n.Items = p.items(mark)
	return p.finish(n)
}

func (p *parser) startsClause() bool { return p.is(wordFor) || p.is(wordAsync) }

// comprehension parses the clauses after the element of a comprehension, and the
// closing bracket if one is named.
func (p *parser) comprehension(start int, opening string, closing symbol, element ...*Node) *Node {
	if element[0].Kind == StarredNode {
		p.fail(int(element[0].Start), "iterable unpacking cannot be used in comprehension")
	}
	mark := len(p.stack)
	p.stack = append(p.stack, element...)
	for p.startsClause() {
		p.push(p.clause())
	}
	p.want(closing)
	n := p.newNode(ComprehensionNode, start)
	n.Text, n.Items = opening, p.items(mark)
	return p.finish(n)
}

func (p *parser) clause() *Node {
	if !p.deeper() {
		return p.broken()
	}
	defer p.shallower()
	n := p.newNode(ClauseNode, p.token.start)
	n.Marked = p.take(wordAsync)
	p.want(wordFor)
	mark := len(p.stack)
	target := p.tupleOr(aStarOrBitwise)
	if !isTarget(target) {
		p.fail(int(target.Start), "cannot assign to this in a loop")
	}
	p.push(target)
	p.want(wordIn)
	p.push(p.disjunction())
	for p.take(wordIf) {
		p.push(p.disjunction())
	}
	n.Items = p.items(mark)
	return p.finish(n)
}

func isTarget(n *Node) bool {
	switch n.Kind {
	case NameNode, AttributeNode, SubscriptNode:
		return true
	case TupleNode, ListNode, StarredNode:
		for _, item := range n.Items {
			if !isTarget(item) {
				return false
			}
		}
		return true
	}
	return false
}

// subscript parses [index], [lower:upper:step] and tuples of those.
func (p *parser) subscript() *Node {
	if !p.deeper() {
		return p.broken()
	}
	defer p.shallower()
	p.advance()
	start := p.token.start
	first := p.index()
	if !p.is(comma) && first.Kind != StarredNode {
		p.want(closeBracket)
		return first
	}
	mark := len(p.stack)
	p.push(first)
	for p.take(comma) && !p.is(closeBracket) {
		p.push(p.index())
	}
	n := p.newNode(TupleNode, start)
	n.Items = p.items(mark)
	p.finish(n)
	p.want(closeBracket)
	return n
}

func (p *parser) index() *Node {
	if p.is(star) {
		return p.starred(anExpression)
	}
	start := p.token.start
	var lower *Node
	if !p.is(colon) {
		isGroup := p.is(openParenthesis)
		lower = p.named()
		if !p.is(colon) || lower.Kind == NamedNode && !isGroup {
			return lower
		}
	}
	parts := [3]*Node{lower}
	for i := 1; i <= 2 && p.take(colon); i++ {
		if p.startsExpression() && !p.is(star) {
			parts[i] = p.expression()
		}
	}
	return p.node(SliceNode, start, "", parts[:]...)
}

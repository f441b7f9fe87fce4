package toolcall

// parenthesis parses what begins with "(": a group, a tuple, a generator, a yield.
func (p *pythonParser) parenthesis() (*PythonNode, *PythonError) {
	start := p.token.start
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.is(")") {
		if err := p.advance(); err != nil {
			return nil, err
		}
		return p.node(start, PythonNode{Kind: PythonTuple})
	}
	if p.is("yield") {
		return p.yield(start)
	}
	inner, err := p.starredOr(p.named)
	if err != nil {
		return nil, err
	}
	if p.startsClause() {
		return p.generator(start, "(", ")", inner)
	}
	if !p.is(",") {
		if inner.Kind == PythonStarred {
			return nil, p.lexer.fail(inner.Start, "a starred value outside a list")
		}
		err := p.want(")")
		return inner, err
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	items, err := p.elements([]*PythonNode{inner}, ")")
	if err != nil {
		return nil, err
	}
	return p.node(start, PythonNode{Kind: PythonTuple, Items: items})
}

func (p *pythonParser) yield(start int) (*PythonNode, *PythonError) {
	node := PythonNode{Kind: PythonYield}
	if err := p.advance(); err != nil {
		return nil, err
	}
	rule := func() (*PythonNode, *PythonError) { return p.tupleOr(p.expression, true) }
	if from, err := p.take("from"); err != nil {
		return nil, err
	} else if from {
		node.Text, rule = "from", p.expression
	}
	if node.Text == "from" || !p.is(")") {
		value, err := rule()
		if err != nil {
			return nil, err
		}
		node.Items = []*PythonNode{value}
	}
	if err := p.want(")"); err != nil {
		return nil, err
	}
	return p.node(start, node)
}

// elements parses the rest of a list of elements, after a comma, and its bracket.
func (p *pythonParser) elements(items []*PythonNode, closing string) ([]*PythonNode, *PythonError) {
	for !p.is(closing) {
		item, err := p.starredOr(p.named)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
		if p.is(closing) {
			break
		}
		if err := p.want(","); err != nil {
			return nil, err
		}
	}
	return items, p.want(closing)
}

func (p *pythonParser) list() (*PythonNode, *PythonError) {
	start := p.token.start
	if err := p.advance(); err != nil {
		return nil, err
	}
	var items []*PythonNode
	if !p.is("]") {
		first, err := p.starredOr(p.named)
		if err != nil {
			return nil, err
		}
		if p.startsClause() {
			return p.generator(start, "[", "]", first)
		}
		items = append(items, first)
		if !p.is("]") {
			if err := p.want(","); err != nil {
				return nil, err
			}
		}
	}
	items, err := p.elements(items, "]")
	if err != nil {
		return nil, err
	}
	return p.node(start, PythonNode{Kind: PythonList, Items: items})
}

// braces parses a dict, a set, or the comprehension of one.
func (p *pythonParser) braces() (*PythonNode, *PythonError) {
	start := p.token.start
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.is("}") {
		if err := p.advance(); err != nil {
			return nil, err
		}
		return p.node(start, PythonNode{Kind: PythonDict})
	}
	if p.is("**") {
		return p.dict(start, nil)
	}
	first, err := p.starredOr(p.named)
	if err != nil {
		return nil, err
	}
	switch {
	case p.is(":") && first.Kind != PythonStarred && (first.Kind != PythonNamed || first.End < p.end):
		return p.dict(start, first)
	case p.startsClause():
		return p.generator(start, "{", "}", first)
	case !p.is("}"):
		if err := p.want(","); err != nil {
			return nil, err
		}
	}
	items, err := p.elements([]*PythonNode{first}, "}")
	if err != nil {
		return nil, err
	}
	return p.node(start, PythonNode{Kind: PythonSet, Items: items})
}

// dict parses the members of a dict whose first key, if it has one, was read.
func (p *pythonParser) dict(start int, key *PythonNode) (*PythonNode, *PythonError) {
	var items []*PythonNode
	for {
		rule := pythonRule(p.expression)
		if key == nil {
			if err := p.want("**"); err != nil {
				return nil, err
			}
			rule = func() (*PythonNode, *PythonError) { return p.binary(0) }
		} else if err := p.want(":"); err != nil {
			return nil, err
		}
		value, err := rule()
		if err != nil {
			return nil, err
		}
		if len(items) == 0 && key != nil && p.startsClause() {
			return p.generator(start, "{", "}", key, value)
		}
		items = append(items, key, value)
		if !p.is("}") {
			if err := p.want(","); err != nil {
				return nil, err
			}
		}
		if p.is("}") {
			break
		}
		if key = nil; !p.is("**") {
			if key, err = p.expression(); err != nil {
				return nil, err
			}
		}
	}
	if err := p.want("}"); err != nil {
		return nil, err
	}
	return p.node(start, PythonNode{Kind: PythonDict, Items: items})
}

func (p *pythonParser) startsClause() bool {
	return p.token.kind == tokenName && (p.token.text == "for" || p.token.text == "async")
}

// generator parses the clauses after the element of a comprehension.
func (p *pythonParser) generator(start int, opening, closing string, element ...*PythonNode) (*PythonNode, *PythonError) {
	node := PythonNode{Kind: PythonGenerator, Text: opening, Items: element}
	if element[0].Kind == PythonStarred {
		return nil, p.lexer.fail(element[0].Start, "a starred value in a comprehension")
	}
	for p.startsClause() {
		clause, err := p.clause()
		if err != nil {
			return nil, err
		}
		node.Items = append(node.Items, clause)
	}
	if closing != "" {
		if err := p.want(closing); err != nil {
			return nil, err
		}
	}
	return p.node(start, node)
}

func (p *pythonParser) clause() (*PythonNode, *PythonError) {
	start := p.token.start
	clause := PythonNode{Kind: PythonClause}
	if async, err := p.take("async"); err != nil {
		return nil, err
	} else if async {
		clause.Words = []string{"async"}
	}
	if err := p.want("for"); err != nil {
		return nil, err
	}
	target, err := p.tupleOr(func() (*PythonNode, *PythonError) { return p.binary(0) }, true)
	if err != nil {
		return nil, err
	}
	if !isTarget(target) {
		return nil, p.lexer.fail(target.Start, "not a target of a loop")
	}
	if err := p.want("in"); err != nil {
		return nil, err
	}
	iterable, err := p.deeper(p.disjunction)
	if err != nil {
		return nil, err
	}
	clause.Items = []*PythonNode{target, iterable}
	for p.is("if") {
		if err := p.advance(); err != nil {
			return nil, err
		}
		condition, err := p.deeper(p.disjunction)
		if err != nil {
			return nil, err
		}
		clause.Items = append(clause.Items, condition)
	}
	return p.node(start, clause)
}

func isTarget(node *PythonNode) bool {
	switch node.Kind {
	case PythonName, PythonAttribute, PythonSubscript:
		return true
	case PythonTuple, PythonList, PythonStarred:
		for _, item := range node.Items {
			if !isTarget(item) {
				return false
			}
		}
		return true
	}
	return false
}

// subscript parses [index], [lower:upper:step] and tuples of those.
func (p *pythonParser) subscript() (*PythonNode, *PythonError) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	start := p.token.start
	element := func() (*PythonNode, *PythonError) {
		if p.is("*") {
			return p.starred(p.expression)
		}
		return p.slice()
	}
	first, err := element()
	if err != nil {
		return nil, err
	}
	if !p.is(",") && first.Kind != PythonStarred {
		err := p.want("]")
		return first, err
	}
	items := []*PythonNode{first}
	for p.is(",") {
		if err := p.advance(); err != nil {
			return nil, err
		}
		if p.is("]") {
			break
		}
		item, err := element()
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	tuple, err := p.node(start, PythonNode{Kind: PythonTuple, Items: items})
	if err != nil {
		return nil, err
	}
	err = p.want("]")
	return tuple, err
}

func (p *pythonParser) slice() (*PythonNode, *PythonError) {
	start := p.token.start
	parts := make([]*PythonNode, 3)
	if !p.is(":") {
		first, err := p.named()
		if err != nil || !p.is(":") {
			return first, err
		}
		parts[0] = first
	}
	for i := 1; i <= 2 && p.is(":"); i++ {
		if err := p.advance(); err != nil {
			return nil, err
		}
		if p.startsExpression() && !p.is("*") {
			part, err := p.expression()
			if err != nil {
				return nil, err
			}
			parts[i] = part
		}
	}
	return p.node(start, PythonNode{Kind: PythonSlice, Items: parts})
}

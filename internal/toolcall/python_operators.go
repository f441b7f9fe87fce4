package toolcall

// named parses an expression or NAME := expression.
func (p *pythonParser) named() (*PythonNode, *PythonError) {
	start := p.token.start
	node, err := p.expression()
	if err != nil || !p.is(":=") {
		return node, err
	}
	if node.Kind != PythonName || node.Start != start {
		return nil, p.unexpected()
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	value, err := p.expression()
	if err != nil {
		return nil, err
	}
	return p.node(start, PythonNode{Kind: PythonNamed, Text: node.Text, Items: []*PythonNode{value}})
}

// expression parses a conditional, a lambda or what binds tighter.
func (p *pythonParser) expression() (*PythonNode, *PythonError) {
	return p.deeper(func() (*PythonNode, *PythonError) {
		if p.is("lambda") {
			return p.lambda()
		}
		start := p.token.start
		value, err := p.disjunction()
		if err != nil || !p.is("if") {
			return value, err
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
		condition, err := p.disjunction()
		if err != nil {
			return nil, err
		}
		if err := p.want("else"); err != nil {
			return nil, err
		}
		other, err := p.expression()
		if err != nil {
			return nil, err
		}
		return p.node(start, PythonNode{Kind: PythonConditional, Items: []*PythonNode{condition, value, other}})
	})
}

func (p *pythonParser) disjunction() (*PythonNode, *PythonError) {
	return p.chain("or", func() (*PythonNode, *PythonError) { return p.chain("and", p.negation) })
}

func (p *pythonParser) chain(word string, operand pythonRule) (*PythonNode, *PythonError) {
	start := p.token.start
	first, err := operand()
	if err != nil || !p.is(word) {
		return first, err
	}
	items := []*PythonNode{first}
	for p.is(word) {
		if err := p.advance(); err != nil {
			return nil, err
		}
		next, err := operand()
		if err != nil {
			return nil, err
		}
		items = append(items, next)
	}
	return p.node(start, PythonNode{Kind: PythonBoolean, Text: word, Items: items})
}

func (p *pythonParser) negation() (*PythonNode, *PythonError) {
	if !p.is("not") {
		return p.comparison()
	}
	start := p.token.start
	if err := p.advance(); err != nil {
		return nil, err
	}
	operand, err := p.deeper(p.negation)
	if err != nil {
		return nil, err
	}
	return p.node(start, PythonNode{Kind: PythonUnary, Text: "not", Items: []*PythonNode{operand}})
}

func (p *pythonParser) comparison() (*PythonNode, *PythonError) {
	start := p.token.start
	first, err := p.binary(0)
	if err != nil {
		return nil, err
	}
	items, words := []*PythonNode{first}, []string(nil)
	for {
		word, err := p.comparator()
		if err != nil {
			return nil, err
		}
		if word == "" {
			break
		}
		next, err := p.binary(0)
		if err != nil {
			return nil, err
		}
		items, words = append(items, next), append(words, word)
	}
	if words == nil {
		return first, nil
	}
	return p.node(start, PythonNode{Kind: PythonComparison, Items: items, Words: words})
}

// comparator takes a comparison operator; "" if there is none.
func (p *pythonParser) comparator() (string, *PythonError) {
	word := p.token.text
	switch {
	case p.token.kind != tokenOperator && p.token.kind != tokenName:
		return "", nil
	case word == "not":
		if err := p.advance(); err != nil {
			return "", err
		}
		return "not in", p.want("in")
	case word == "is":
		if err := p.advance(); err != nil {
			return "", err
		}
		if negated, err := p.take("not"); negated || err != nil {
			return "is not", err
		}
		return "is", nil
	}
	switch word {
	case "<", ">", "==", ">=", "<=", "!=", "in":
		return word, p.advance()
	}
	return "", nil
}

// pythonBinding holds the binary operators, the loosest first.
var pythonBinding = [][]string{{"|"}, {"^"}, {"&"}, {"<<", ">>"}, {"+", "-"}, {"*", "/", "//", "%", "@"}}

func (p *pythonParser) binaryOperator(level int) bool {
	if p.token.kind != tokenOperator {
		return false
	}
	for _, operator := range pythonBinding[level] {
		if p.token.text == operator {
			return true
		}
	}
	return false
}

func (p *pythonParser) binary(level int) (*PythonNode, *PythonError) {
	if level == len(pythonBinding) {
		return p.unary()
	}
	start := p.token.start
	left, err := p.binary(level + 1)
	for err == nil && p.binaryOperator(level) {
		operator := p.token.text
		if err = p.advance(); err != nil {
			return nil, err
		}
		var right *PythonNode
		if right, err = p.binary(level + 1); err != nil {
			return nil, err
		}
		left, err = p.node(start, PythonNode{Kind: PythonBinary, Text: operator, Items: []*PythonNode{left, right}})
	}
	return left, err
}

func (p *pythonParser) unary() (*PythonNode, *PythonError) {
	if !p.is("-") && !p.is("+") && !p.is("~") {
		return p.power()
	}
	start, operator := p.token.start, p.token.text
	if err := p.advance(); err != nil {
		return nil, err
	}
	operand, err := p.deeper(p.unary)
	if err != nil {
		return nil, err
	}
	return p.node(start, PythonNode{Kind: PythonUnary, Text: operator, Items: []*PythonNode{operand}})
}

func (p *pythonParser) power() (*PythonNode, *PythonError) {
	start := p.token.start
	base, err := p.await()
	if err != nil || !p.is("**") {
		return base, err
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	exponent, err := p.deeper(p.unary)
	if err != nil {
		return nil, err
	}
	return p.node(start, PythonNode{Kind: PythonBinary, Text: "**", Items: []*PythonNode{base, exponent}})
}

func (p *pythonParser) await() (*PythonNode, *PythonError) {
	if !p.is("await") {
		return p.primary()
	}
	start := p.token.start
	if err := p.advance(); err != nil {
		return nil, err
	}
	operand, err := p.primary()
	if err != nil {
		return nil, err
	}
	return p.node(start, PythonNode{Kind: PythonAwait, Items: []*PythonNode{operand}})
}

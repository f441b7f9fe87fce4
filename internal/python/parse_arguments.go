package python

// call parses the arguments of a call, with their parentheses. A repeated keyword
// is left for the reader to judge, as Python's parser leaves it to the compiler.
func (p *parser) call(start int, function *Node) *Node {
	if !p.deeper() {
		return p.broken()
	}
	defer p.shallower()
	p.advance()
	mark := len(p.stack)
	p.push(function)
	n := p.newNode(CallNode, start)
	keywords, unpacked := false, false
	for !p.is(closeParenthesis) && p.failure == nil {
		argument := p.argument(len(p.stack) == mark+1 && len(n.Arguments) == 0)
		positional := argument.Name == "" && argument.Star < 2
		// After a keyword only *value may follow as positional, after **value not even that.
		if positional && !p.tolerant && (keywords && argument.Star == 0 || unpacked) {
			p.fail(int(argument.Value.Start), "positional argument follows keyword argument%s", map[bool]string{true: " unpacking"}[unpacked])
			break
		}
		if positional {
			p.push(argument.Value)
		} else {
			n.Arguments = append(n.Arguments, argument)
		}
		keywords = keywords || argument.Name != ""
		unpacked = unpacked || argument.Star == 2
		if p.is(closeParenthesis) {
			break
		}
		p.want(comma)
		if argument.Value.Kind == ComprehensionNode && argument.Value.Marked {
			p.unexpected() // a generator without its own parentheses stands alone
		}
	}
	p.want(closeParenthesis)
	n.Items = p.items(mark)
	return p.finish(n)
}

// argument parses one argument. A * argument's value is a StarredNode.
func (p *parser) argument(first bool) Argument {
	switch {
	case p.is(star):
		return Argument{Star: 1, Value: p.starred(anExpression)}
	case p.is(doubleStar):
		p.advance()
		return Argument{Star: 2, Value: p.expression()}
	case (p.is(symbolName) || p.tolerant && p.token.isReserved()) && p.keywordAhead():
		name := p.token.text
		p.advance()
		p.advance()
		return Argument{Name: name, Value: p.expression()}
	}
	start := p.token.start
	value := p.named()
	if !p.startsClause() {
		return Argument{Value: value}
	}
	if !first {
		p.fail(start, "Generator expression must be parenthesized")
	}
	mark := len(p.stack)
	p.push(value)
	for p.startsClause() {
		p.push(p.clause())
	}
	n := p.newNode(ComprehensionNode, start)
	n.Text, n.Marked, n.Items = "(", true, p.items(mark)
	return Argument{Value: p.finish(n)}
}

// keywordAhead reports whether "=", not "==", follows the name that is the token.
func (p *parser) keywordAhead() bool {
	at := p.at
	for at < len(p.text) && (p.text[at] == ' ' || p.text[at] == '\t') {
		at++
	}
	if p.steps += at - p.at; at >= len(p.text) {
		return false
	}
	switch p.text[at] {
	case '=':
		return at+1 >= len(p.text) || p.text[at+1] != '='
	case '\n', '\r', '\f', '\\', '#':
		ahead := p.lexer
		next := ahead.next()
		p.steps = ahead.steps
		return next.symbol == equals
	}
	return false
}

// lambda parses lambda parameters: body. A parameter's Star counts its stars; "/"
// and "*" alone stand as names without a value.
func (p *parser) lambda() *Node {
	n := p.newNode(LambdaNode, p.token.start)
	p.advance()
	var order parameterOrder
	for !p.is(colon) && p.failure == nil {
		parameter := p.parameter()
		n.Arguments = append(n.Arguments, parameter)
		if !p.is(colon) {
			p.want(comma)
		}
		if !order.takes(parameter, p.is(colon)) {
			p.unexpected()
		}
	}
	p.want(colon)
	n.Items = append(p.room(1), p.expression())
	return p.finish(n)
}

func (p *parser) parameter() Argument {
	var parameter Argument
	switch {
	case p.take(slash):
		parameter.Name = "/"
		return parameter
	case p.take(star):
		parameter.Star = 1
		if p.is(comma) {
			return Argument{Name: "*"}
		}
	case p.take(doubleStar):
		parameter.Star = 2
	}
	if parameter.Name = p.token.text; !p.is(symbolName) {
		p.unexpected()
		return parameter
	}
	p.advance()
	if parameter.Star == 0 && p.take(equals) {
		parameter.Value = p.expression()
	}
	return parameter
}

// parameterOrder checks the order of a lambda's parameters.
type parameterOrder struct {
	count                                  int
	hasSlash, hasDefault, hasStar, hasRest bool
	afterStar                              bool // behind a bare *, which needs a name after it
}

func (o *parameterOrder) takes(parameter Argument, last bool) bool {
	bareStar := parameter.Name == "*"
	ok := !o.hasRest
	switch {
	case parameter.Name == "/":
		ok = ok && !o.hasSlash && !o.hasStar && o.count > 0
		o.hasSlash = true
	case bareStar || parameter.Star == 1:
		ok = ok && !o.hasStar && !(bareStar && last)
		o.hasStar = true
	case parameter.Star == 2:
		ok = ok && !o.afterStar
		o.hasRest = true
	case parameter.Value != nil:
		o.hasDefault = true
	default:
		ok = ok && (!o.hasDefault || o.hasStar)
	}
	o.count++
	o.afterStar = bareStar
	return ok
}

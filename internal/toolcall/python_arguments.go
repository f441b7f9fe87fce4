package toolcall

// arguments parses a call's arguments with their parentheses. A repeated keyword
// is left for the reader to judge, as Python's parser leaves it to the compiler.
func (p *pythonParser) arguments() ([]PythonArgument, *PythonError) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	var arguments []PythonArgument
	keywords, unpacked := false, false
	for !p.is(")") {
		argument, err := p.argument()
		if err != nil {
			return nil, err
		}
		// After a keyword only *value may follow as positional, after **value not even that.
		if argument.Name == "" && argument.Star < 2 && !p.lexer.lenient && (keywords && argument.Star == 0 || unpacked) {
			return nil, p.lexer.fail(argument.Value.Start, "a positional argument after one with a name")
		}
		keywords = keywords || argument.Name != ""
		unpacked = unpacked || argument.Star == 2
		if argument.Value.Kind == PythonGenerator && argument.Value.Text == "" {
			argument.Value.Text = "("
			if len(arguments) > 0 || !p.is(")") {
				return nil, p.lexer.fail(argument.Value.Start, "a generator among arguments needs parentheses")
			}
		}
		arguments = append(arguments, argument)
		if p.is(")") {
			break
		}
		if err := p.want(","); err != nil {
			return nil, err
		}
	}
	return arguments, p.want(")")
}

func (p *pythonParser) argument() (PythonArgument, *PythonError) {
	var argument PythonArgument
	var err *PythonError
	switch {
	case p.is("*") || p.is("**"):
		argument.Star = len(p.token.text)
		if err = p.advance(); err == nil {
			argument.Value, err = p.expression()
		}
		return argument, err
	case p.token.kind == tokenName && p.keywordAhead():
		if isReserved(p.token.text) && !p.lexer.lenient {
			return argument, p.unexpected()
		}
		argument.Name = p.token.text
		if err = p.advance(); err == nil {
			if err = p.want("="); err == nil {
				argument.Value, err = p.expression()
			}
		}
		return argument, err
	}
	if argument.Value, err = p.named(); err != nil {
		return argument, err
	}
	if p.startsClause() {
		argument.Value, err = p.generator(argument.Value.Start, "", "", argument.Value)
	}
	return argument, err
}

// keywordAhead reports whether "=", not "==", follows the name that is the token.
func (p *pythonParser) keywordAhead() bool {
	ahead := p.lexer
	token, err := ahead.next()
	p.lexer.steps = ahead.steps
	return err == nil && token.kind == tokenOperator && token.text == "="
}

// lambda parses lambda parameters: body. A parameter's Star counts its stars; "/"
// and "*" alone stand as names without a value.
func (p *pythonParser) lambda() (*PythonNode, *PythonError) {
	start := p.token.start
	if err := p.advance(); err != nil {
		return nil, err
	}
	var parameters []PythonArgument
	hasStar, hasRest, afterStar := false, false, false // *, ** and a bare * just now
	for !p.is(":") {
		parameter, err := p.parameter()
		if err != nil {
			return nil, err
		}
		if starred := parameter.Star == 1 || parameter.Name == "*"; starred && hasStar || hasRest ||
			parameter.Name == "*" && p.is(":") || afterStar && parameter.Star == 2 {
			return nil, p.unexpected()
		} else if hasStar = hasStar || starred; parameter.Star == 2 {
			hasRest = true
		}
		afterStar = parameter.Name == "*"
		parameters = append(parameters, parameter)
		if !p.is(":") {
			if err := p.want(","); err != nil {
				return nil, err
			}
			if afterStar && p.is(":") {
				return nil, p.unexpected()
			}
		}
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	body, err := p.expression()
	if err != nil {
		return nil, err
	}
	return p.node(start, PythonNode{Kind: PythonLambda, Items: []*PythonNode{body}, Arguments: parameters})
}

func (p *pythonParser) parameter() (PythonArgument, *PythonError) {
	var parameter PythonArgument
	if p.is("/") {
		parameter.Name = "/"
		return parameter, p.advance()
	}
	if p.is("*") || p.is("**") {
		parameter.Star = len(p.token.text)
		if err := p.advance(); err != nil {
			return parameter, err
		}
	}
	if parameter.Star == 1 && p.is(",") {
		parameter.Name, parameter.Star = "*", 0
		return parameter, nil
	}
	if p.token.kind != tokenName || isReserved(p.token.text) {
		return parameter, p.unexpected()
	}
	parameter.Name = p.token.text
	if err := p.advance(); err != nil {
		return parameter, err
	}
	if parameter.Star > 0 || !p.is("=") {
		return parameter, nil
	}
	err := p.advance()
	if err == nil {
		parameter.Value, err = p.expression()
	}
	return parameter, err
}

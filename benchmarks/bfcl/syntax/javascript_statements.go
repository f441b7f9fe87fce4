package syntax

// topStatement reads a statement of the program and returns its call when it is
// one.
func (p *scriptParser) topStatement() (*scriptCall, bool) {
	if p.startsStatement() {
		return nil, p.statement()
	}
	return p.expressionStatement()
}

func (p *scriptParser) expressionStatement() (*scriptCall, bool) {
	from := p.at
	v, ok := p.expressions()
	if !ok || !p.semicolon() && !p.separates(v, from) {
		return nil, false
	}
	return v.call, true
}

// longText is beyond how many bytes the leaderboard's parser would rather put a
// semicolon in than give a text up.
const longText = 10

// separates repairs the semicolon that is missing between an expression and a word
// on the same line: a word that ends the line or, if it is long, begins a call. A
// short expression at the start of the program is given up instead.
func (p *scriptParser) separates(v value, from int) bool {
	if p.kind() != tokenWord || from == 0 && p.tokens[p.at-1].end-p.tokens[0].start <= longText {
		return false
	}
	next := p.token(1)
	switch {
	case next.kind == tokenEnd || next.newline:
		return true
	case p.peek(1) == "(" || p.peek(1) == ".":
		return len(p.text()) > longText
	}
	return p.peek(1) == ":" && v.call != nil
}

// semicolon moves over a semicolon, which may be missing at the end of a line, of a
// block and of the text.
func (p *scriptParser) semicolon() bool {
	if p.isSign(";") {
		p.at++
		return true
	}
	return p.kind() == tokenEnd || p.isSign("}") || p.tokens[p.at].newline || p.fail()
}

func (p *scriptParser) block() bool {
	if !p.enter() {
		return false
	}
	defer p.leave()
	if !p.sign("{") {
		return false
	}
	for !p.isSign("}") {
		if p.kind() == tokenEnd || !p.statement() {
			return p.fail()
		}
	}
	return p.sign("}")
}

// startsStatement reports whether here begins a statement that is no expression.
func (p *scriptParser) startsStatement() bool {
	if p.kind() == tokenSign {
		return p.text() == "{" || p.text() == ";" || p.text() == "@"
	}
	if p.kind() != tokenWord {
		return false
	}
	switch p.text() {
	case "if", "for", "while", "do", "switch", "try", "return", "throw", "break", "continue", "var", "const", "function", "class", "with", "debugger", "export":
		return true
	case "let":
		return p.token(1).kind == tokenWord && p.peek(1) != "in" && p.peek(1) != "instanceof" || p.peek(1) == "{" || p.peek(1) == "["
	case "import":
		return p.peek(1) != "(" && p.peek(1) != "."
	case "async":
		return p.peek(1) == "function"
	}
	return p.peek(1) == ":"
}

func (p *scriptParser) statement() bool {
	if !p.enter() {
		return false
	}
	defer p.leave()
	if !p.startsStatement() {
		_, ok := p.expressionStatement()
		return ok
	}
	if p.kind() == tokenSign {
		switch p.text() {
		case ";":
			p.at++
			return true
		case "{":
			return p.attempt(func() bool { _, ok := p.expressionStatement(); return ok }) || p.block()
		}
		return p.fail()
	}
	return p.keywordStatement()
}

func (p *scriptParser) parenthesized() bool {
	if !p.sign("(") {
		return false
	}
	_, ok := p.expressions()
	return ok && p.sign(")")
}

func (p *scriptParser) keywordStatement() bool {
	word := p.text()
	switch word {
	case "function":
		return p.function()
	case "class":
		return p.class()
	}
	p.at++
	switch word {
	case "if":
		if !p.parenthesized() || !p.statement() {
			return false
		}
		if p.isWord("else") {
			p.at++
			return p.statement()
		}
		return true
	case "while", "with":
		return p.parenthesized() && p.statement()
	case "do":
		if !p.statement() || !p.isWord("while") {
			return p.fail()
		}
		p.at++
		return p.parenthesized() && (p.semicolon() || true)
	case "for":
		if p.isWord("await") {
			p.at++
		}
		return p.isSign("(") && p.skipBrackets() && p.statement()
	case "switch":
		return p.parenthesized() && p.cases()
	case "try":
		return p.try()
	case "return", "break", "continue":
		if p.kind() == tokenEnd || p.isSign(";") || p.isSign("}") || p.tokens[p.at].newline {
			return p.semicolon()
		}
		_, ok := p.expressionStatement()
		return ok
	case "throw":
		_, ok := p.expressionStatement()
		return ok
	case "debugger":
		return p.semicolon()
	case "var", "const", "let":
		return p.declarations()
	case "async":
		return p.function()
	case "import", "export":
		return p.module()
	}
	return p.sign(":") && (p.kind() == tokenEnd || p.statement())
}

// declarations reads variables, patterns included, with their values.
func (p *scriptParser) declarations() bool {
	for {
		if !p.pattern() {
			return false
		}
		if p.isSign("=") {
			p.at++
			if _, ok := p.expression(); !ok {
				return false
			}
		}
		if !p.isSign(",") {
			return p.semicolon()
		}
		p.at++
	}
}

func (p *scriptParser) cases() bool {
	if !p.sign("{") {
		return false
	}
	for !p.isSign("}") {
		switch {
		case p.isWord("default"):
			p.at++
		case p.isWord("case"):
			p.at++
			if _, ok := p.expressions(); !ok {
				return false
			}
		default:
			return p.fail()
		}
		if !p.sign(":") {
			return false
		}
		for !p.isSign("}") && !p.isWord("case") && !p.isWord("default") {
			if p.kind() == tokenEnd || !p.statement() {
				return p.fail()
			}
		}
	}
	return p.sign("}")
}

func (p *scriptParser) try() bool {
	if !p.block() {
		return false
	}
	if p.isWord("catch") {
		p.at++
		if p.isSign("(") && !p.skipBrackets() || !p.block() {
			return false
		}
	}
	if p.isWord("finally") {
		p.at++
		return p.block()
	}
	return true
}

// module moves over an import or export up to the end of its line; exported
// declarations are statements.
func (p *scriptParser) module() bool {
	if p.isWord("default") {
		p.at++
	}
	if p.kind() == tokenWord && p.startsStatement() && p.text() != "import" && p.text() != "export" {
		return p.statement()
	}
	for p.kind() != tokenEnd && !p.isSign(";") && !p.tokens[p.at].newline {
		if p.isSign("{") && p.closing[p.at] > 0 {
			p.at = p.closing[p.at]
		}
		p.at++
	}
	return p.semicolon()
}

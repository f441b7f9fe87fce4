package syntax

// scriptParser recognises JavaScript. Each method moves over what it names and
// reports whether it was there.
type scriptParser struct {
	source   string
	tokens   []token
	closing  []int
	at       int
	depth    int
	work     int
	tooDeep  bool
	farthest int
}

func (p *scriptParser) kind() tokenKind { return p.tokens[p.at].kind }

func (p *scriptParser) text() string { return p.peek(0) }

func (p *scriptParser) token(offset int) token { return p.tokens[min(p.at+offset, len(p.tokens)-1)] }

func (p *scriptParser) peek(offset int) string {
	t := p.token(offset)
	return p.source[t.start:t.end]
}

func (p *scriptParser) fail() bool {
	p.farthest = max(p.farthest, p.at)
	return false
}

func (p *scriptParser) failure() error {
	if p.tooDeep {
		return errTooDeep
	}
	return unexpected(p.source, p.tokens[p.farthest].start, "something else")
}

func (p *scriptParser) isSign(sign string) bool { return p.kind() == tokenSign && p.text() == sign }

func (p *scriptParser) isWord(word string) bool { return p.kind() == tokenWord && p.text() == word }

func (p *scriptParser) sign(sign string) bool {
	if p.isSign(sign) {
		p.at++
		return true
	}
	return p.fail()
}

func (p *scriptParser) word() bool {
	if p.kind() == tokenWord {
		p.at++
		return true
	}
	return p.fail()
}

func (p *scriptParser) enter() bool {
	p.depth++
	p.work++
	if p.depth > maxDepth || p.work > workPerToken*len(p.tokens)+1000 {
		p.tooDeep = true
		return false
	}
	return true
}

func (p *scriptParser) leave() { p.depth-- }

func (p *scriptParser) attempt(read func() bool) bool {
	at := p.at
	if read() {
		return true
	}
	p.at = at
	return false
}

// skipBrackets moves over a bracket and everything in it.
func (p *scriptParser) skipBrackets() bool {
	if p.kind() != tokenSign || p.closing[p.at] == 0 {
		return p.fail()
	}
	p.at = p.closing[p.at] + 1
	return true
}

// value is what an expression is, as far as it matters to what may follow.
type value struct {
	assignable bool
	call       *scriptCall // when it is a call
	assignment int         // where the operator of a plain assignment stands, or 0
}

func isScriptAssignment(sign string) bool {
	switch sign {
	case "=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", ">>>=", "**=", "&&=", "||=", "??=":
		return true
	}
	return false
}

func isScriptOperator(sign string) bool {
	switch sign {
	case "===", "!==", "==", "!=", "<=", ">=", "<", ">", "&&", "||", "??", "<<", ">>", ">>>", "**", "+", "-", "*", "/", "%", "&", "|", "^":
		return true
	}
	return false
}

// startsNoScriptName reports whether a word is no name where an expression begins.
func startsNoScriptName(word string) bool {
	switch word {
	case "await", "class", "delete", "false", "function", "import", "new", "null", "super", "this", "true", "typeof", "undefined", "void", "yield":
		return true
	}
	return false
}

// expressions reads expressions with commas between them.
func (p *scriptParser) expressions() (value, bool) {
	v, ok := p.expression()
	for ok && p.isSign(",") {
		p.at++
		_, ok = p.expression()
		v = value{}
	}
	return v, ok
}

func (p *scriptParser) expression() (value, bool) {
	if !p.enter() {
		return value{}, false
	}
	defer p.leave()
	for first := true; ; first = false {
		v, ok := p.operand()
		if !ok {
			return value{}, false
		}
		if v.assignable && p.kind() == tokenSign && isScriptAssignment(p.text()) {
			sign := p.at
			plain := first && p.text() == "="
			p.at++
			if _, ok := p.expression(); !ok {
				return value{}, false
			}
			if !plain {
				sign = 0
			}
			return value{assignment: sign}, true
		}
		switch {
		case p.kind() == tokenSign && isScriptOperator(p.text()), p.isWord("instanceof"), p.isWord("in"):
			p.at++
			continue
		case p.isSign("?"):
			p.at++
			if _, ok := p.expression(); !ok || !p.sign(":") {
				return value{}, false
			}
			_, ok := p.expression()
			return value{}, ok
		case first:
			return v, true
		}
		return value{}, true
	}
}

// operand reads prefix operators, arrow functions and what they stand before.
func (p *scriptParser) operand() (value, bool) {
	if !p.enter() {
		return value{}, false
	}
	defer p.leave()
	switch p.kind() {
	case tokenSign:
		switch p.text() {
		case "+", "-", "!", "~", "++", "--":
			p.at++
			return p.prefixed()
		case "(":
			if end := p.closing[p.at]; end > 0 && p.source[p.tokens[end+1].start:p.tokens[end+1].end] == "=>" {
				return value{}, p.parameters() && p.arrowBody()
			}
		}
	case tokenWord:
		switch word := p.text(); {
		case word == "typeof" || word == "void" || word == "delete" || word == "await":
			p.at++
			return p.prefixed()
		case word == "yield":
			p.at++
			if p.isSign("*") {
				p.at++
			}
			if p.endsExpression() {
				return value{}, true
			}
			_, ok := p.expression()
			return value{}, ok
		case word == "async" && !p.token(1).newline && p.asyncFunction():
			return value{}, true
		case p.peek(1) == "=>" && !startsNoScriptName(word):
			p.at++
			return value{}, p.arrowBody()
		}
	}
	return p.primary()
}

// prefixed reads what a prefix operator stands before.
func (p *scriptParser) prefixed() (value, bool) {
	v, ok := p.operand()
	if ok && v.assignable && p.kind() == tokenSign && isScriptAssignment(p.text()) {
		p.at++
		_, ok = p.expression()
	}
	return value{}, ok
}

func (p *scriptParser) endsExpression() bool {
	if p.kind() == tokenEnd || p.tokens[p.at].newline {
		return true
	}
	if p.kind() != tokenSign {
		return false
	}
	switch p.text() {
	case ")", "]", "}", ",", ";", ":":
		return true
	}
	return false
}

// asyncFunction reads async functions and async arrow functions; the place stays
// when there is none.
func (p *scriptParser) asyncFunction() bool {
	return p.attempt(func() bool {
		p.at++
		switch {
		case p.isWord("function"):
			return p.function()
		case p.isSign("("):
			if !p.parameters() {
				return false
			}
		case !p.word():
			return false
		}
		return p.arrowBody()
	})
}

func (p *scriptParser) arrowBody() bool {
	if !p.sign("=>") {
		return false
	}
	if p.isSign("{") {
		return p.block()
	}
	_, ok := p.expression()
	return ok
}

// function reads from the word "function" to the end of the body.
func (p *scriptParser) function() bool {
	p.at++
	if p.isSign("*") {
		p.at++
	}
	if p.kind() == tokenWord {
		p.at++
	}
	return p.parameters() && p.block()
}

// parameters reads the parameters of a function.
func (p *scriptParser) parameters() bool {
	if !p.sign("(") {
		return false
	}
	for !p.isSign(")") {
		if p.isSign("...") {
			p.at++
		}
		if !p.pattern() {
			return false
		}
		if p.isSign("=") {
			p.at++
			if _, ok := p.expression(); !ok {
				return false
			}
		}
		if !p.isSign(")") && !p.sign(",") {
			return false
		}
	}
	return p.sign(")")
}

// pattern reads a name, or brackets that are taken apart into names.
func (p *scriptParser) pattern() bool {
	if p.isSign("{") || p.isSign("[") {
		return p.skipBrackets()
	}
	return p.word()
}

// class reads from the word "class" to the end of the body.
func (p *scriptParser) class() bool {
	p.at++
	if p.kind() == tokenWord && p.text() != "extends" {
		p.at++
	}
	if p.isWord("extends") {
		p.at++
		if _, ok := p.operand(); !ok {
			return false
		}
	}
	return p.isSign("{") && p.skipBrackets()
}

func (p *scriptParser) primary() (value, bool) {
	start := p.at
	v, ok := p.start()
	for ok {
		switch {
		case p.kind() == tokenTemplate:
			v = value{call: &scriptCall{from: start, to: p.at}}
			p.at++
			continue
		case p.kind() != tokenSign:
			return v, true
		}
		switch p.text() {
		case "++", "--":
			if p.tokens[p.at].newline {
				return v, true
			}
			p.at++
			return value{}, true
		case ".":
			p.at++
			if p.isSign("#") {
				p.at++
			}
			ok = p.word()
			v = value{assignable: true}
		case "?.":
			v, ok = p.optional(start)
		case "[":
			p.at++
			_, ok = p.expressions()
			ok = ok && (p.sign("]") || p.isSign(")")) // a missing one is repaired
			v = value{assignable: true}
		case "(":
			v, ok = p.invocation(start, p.at)
		default:
			return v, true
		}
	}
	return value{}, false
}

func (p *scriptParser) optional(start int) (value, bool) {
	callee := p.at
	p.at++
	switch {
	case p.isSign("("):
		return p.invocation(start, callee)
	case p.isSign("["):
		p.at++
		_, ok := p.expressions()
		return value{assignable: true}, ok && p.sign("]")
	case p.isSign("#"):
		p.at++
	}
	return value{assignable: true}, p.word()
}

// start reads what a primary expression begins with.
func (p *scriptParser) start() (value, bool) {
	switch p.kind() {
	case tokenNumber, tokenText, tokenPattern, tokenTemplate:
		p.at++
		return value{}, true
	case tokenSign:
		switch p.text() {
		case "(":
			p.at++
			_, ok := p.expressions()
			return value{assignable: true}, ok && p.sign(")")
		case "[":
			return value{assignable: true}, p.array()
		case "{":
			return value{assignable: true}, p.object()
		}
		return value{}, p.fail()
	case tokenWord:
		return p.startWord()
	}
	return value{}, p.fail()
}

func (p *scriptParser) startWord() (value, bool) {
	switch word := p.text(); word {
	case "function":
		return value{}, p.function()
	case "class":
		return value{}, p.class()
	case "new":
		return value{}, p.creation()
	case "import":
		p.at++
		return value{}, p.isSign("(") || p.isSign(".") || p.fail()
	case "await", "delete", "typeof", "void", "yield":
		return value{}, p.fail()
	default:
		p.at++
		return value{assignable: !startsNoScriptName(word) || word == "undefined"}, true
	}
}

// creation reads "new", what is created and its arguments.
func (p *scriptParser) creation() bool {
	p.at++
	if p.isSign(".") {
		p.at++
		return p.word()
	}
	if !p.enter() {
		return false
	}
	defer p.leave()
	if _, ok := p.start(); !ok {
		return false
	}
	for {
		switch {
		case p.isSign("."):
			p.at++
			if p.isSign("#") {
				p.at++
			}
			if !p.word() {
				return false
			}
		case p.isSign("["):
			p.at++
			if _, ok := p.expressions(); !ok || !p.sign("]") {
				return false
			}
		case p.isSign("("):
			_, ok := p.arguments()
			return ok
		default:
			return true
		}
	}
}

func (p *scriptParser) invocation(start, callee int) (value, bool) {
	arguments, ok := p.arguments()
	return value{call: &scriptCall{from: start, to: callee, arguments: arguments}}, ok
}

// arguments reads an argument list, in which there may be gaps.
func (p *scriptParser) arguments() ([]scriptArgument, bool) {
	var counted []scriptArgument
	p.at++
	for !p.isSign(")") {
		if p.isSign(",") {
			p.at++
			continue
		}
		from := p.at
		if p.isSign("...") {
			p.at++
			if _, ok := p.expression(); !ok {
				return nil, false
			}
		} else {
			v, ok := p.expression()
			if !ok {
				return nil, false
			}
			switch {
			case v.assignment > 0:
				counted = append(counted, scriptArgument{from, v.assignment, p.at})
			case p.at == from+1 && p.tokens[from].kind == tokenWord && (v.assignable || p.source[p.tokens[from].start:p.tokens[from].end] == "true"):
				if p.source[p.tokens[from].start:p.tokens[from].end] != "undefined" {
					counted = append(counted, scriptArgument{from: from, to: p.at})
				}
			}
		}
		if !p.isSign(")") && !p.sign(",") {
			return nil, false
		}
	}
	p.at++
	return counted, true
}

// array reads an array. A closing bracket that is missing before ) is repaired.
func (p *scriptParser) array() bool {
	p.at++
	for !p.isSign("]") && !p.isSign(")") {
		if p.isSign(",") {
			p.at++
			continue
		}
		if p.isSign("...") {
			p.at++
		}
		if _, ok := p.expression(); !ok {
			return false
		}
		if !p.isSign("]") && !p.isSign(")") && !p.sign(",") {
			return false
		}
	}
	return p.sign("]") || p.isSign(")")
}

// object reads an object. A closing brace that is missing before ) is repaired.
func (p *scriptParser) object() bool {
	p.at++
	for !p.isSign("}") && !p.isSign(")") {
		if p.isSign(",") {
			p.at++
			continue
		}
		if !p.property() {
			return false
		}
		if !p.isSign("}") && !p.isSign(")") && !p.sign(",") {
			return false
		}
	}
	return p.sign("}") || p.isSign(")")
}

func (p *scriptParser) property() bool {
	if p.isSign("...") {
		p.at++
		_, ok := p.expression()
		return ok
	}
	start := p.at
	for p.isSign("*") || (p.isWord("get") || p.isWord("set") || p.isWord("async") || p.isWord("static")) && !p.endsKey(1) {
		p.at++
	}
	switch {
	case p.isSign("["):
		p.at++
		if _, ok := p.expression(); !ok || !p.sign("]") {
			return false
		}
	case p.kind() == tokenWord:
		p.at++
		if p.at == start+1 && (p.isSign(",") || p.isSign("}")) {
			return true // the name of a variable
		}
	case p.kind() == tokenText || p.kind() == tokenNumber:
		p.at++
	default:
		return p.fail()
	}
	if p.isSign("(") {
		return p.parameters() && p.block()
	}
	if !p.sign(":") {
		return false
	}
	_, ok := p.expression()
	return ok
}

// endsKey reports whether the token at an offset stands behind a whole key.
func (p *scriptParser) endsKey(offset int) bool {
	switch p.peek(offset) {
	case ":", ",", "}", "(", "":
		return true
	}
	return false
}

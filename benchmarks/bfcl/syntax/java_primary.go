package syntax

// primary reads a literal, a name, a creation or parentheses, with what follows it:
// members, invocations, elements, method references, ++ and --.
func (p *javaParser) primary() (form, bool) {
	start, mark := p.at, len(p.nodes)
	f := formOther
	switch p.kind() {
	case tokenNumber, tokenText, tokenCharacter:
		p.at++
	case tokenWord:
		var ok bool
		if f, ok = p.startWord(start, mark); !ok {
			return 0, false
		}
	case tokenSign:
		if !p.sign("(") || !p.expression() || !p.sign(")") && !p.closes() {
			return 0, p.fail()
		}
	default:
		return 0, p.fail()
	}
	return p.suffixes(f, start, mark)
}

func (p *javaParser) startWord(start, mark int) (form, bool) {
	word := p.text()
	switch {
	case word == "new":
		return formOther, p.creation(start, mark)
	case isPrimitive(word):
		p.at++
		p.emptyDimensions()
		if p.isSign(".") && p.peek(1) == "class" {
			p.at += 2
			p.add(&javaNode{kind: javaClass, from: start}, mark)
			return formOther, true
		}
		return formOther, p.isSign("::") || p.fail()
	case word == "super":
		p.at++
		return formOther, p.isSign(".") || p.isSign("::") || p.fail()
	case startsNoName(word):
		p.at++
		return formOther, true
	}
	p.at++
	if p.isSign("(") {
		n := &javaNode{kind: javaInvocation, from: start, name: start, object: start}
		if !p.arguments(n) {
			return 0, false
		}
		p.add(n, mark)
		return formOther, true
	}
	return formName, true
}

func (p *javaParser) emptyDimensions() (found bool) {
	for p.isSign("[") && p.peek(1) == "]" {
		p.at += 2
		found = true
	}
	return found
}

func (p *javaParser) suffixes(f form, start, mark int) (form, bool) {
	for {
		if p.kind() != tokenSign {
			return f, true
		}
		ok := true
		switch p.text() {
		case ".":
			f, ok = p.member(f, start, mark)
		case "[":
			f, ok = p.element(f, start, mark)
		case "::":
			p.at++
			ok = p.optionalTypeArguments() && p.word()
			f = formOther
		case "++", "--":
			p.at++
			return formOther, true
		case "<":
			if (f != formName && f != formNameOnly) || !p.attempt(p.genericReference) {
				return f, true
			}
			f = formOther
		default:
			return f, true
		}
		if !ok {
			return 0, false
		}
	}
}

// genericReference reads the type arguments before a method reference.
func (p *javaParser) genericReference() bool {
	if !p.typeArguments() {
		return false
	}
	p.emptyDimensions()
	return p.isSign("::") || p.fail()
}

func (p *javaParser) optionalTypeArguments() bool { return !p.isSign("<") || p.typeArguments() }

// member reads what stands behind a dot.
func (p *javaParser) member(f form, start, mark int) (form, bool) {
	object := p.at
	p.at++
	if p.kind() == tokenWord {
		switch p.text() {
		case "new":
			return formOther, p.creation(start, mark)
		case "class":
			if p.peek(1) != "(" && (f == formName || f == formNameOnly) {
				p.at++
				p.add(&javaNode{kind: javaClass, from: start}, mark)
				return formOther, true
			}
		case "this":
			p.at++
			return formOther, true
		case "super":
			p.at++
			return formOther, p.isSign(".") || p.isSign("::") || p.fail()
		}
	}
	typed := p.isSign("<")
	if !p.optionalTypeArguments() {
		return 0, false
	}
	name := p.at
	if !p.word() {
		return 0, false
	}
	if p.isSign("(") {
		n := &javaNode{kind: javaInvocation, from: start, name: name, object: object}
		if !p.arguments(n) {
			return 0, false
		}
		p.add(n, mark)
		return formOther, true
	}
	if typed {
		return 0, p.fail()
	}
	if f == formName || f == formNameOnly {
		return formNameOnly, true
	}
	return formField, true
}

func (p *javaParser) element(f form, start, mark int) (form, bool) {
	if p.peek(1) == "]" {
		if (f != formName && f != formNameOnly) || !p.emptyDimensions() {
			return 0, p.fail()
		}
		if p.isSign(".") && p.peek(1) == "class" {
			p.at += 2
			p.add(&javaNode{kind: javaClass, from: start}, mark)
			return formOther, true
		}
		return formOther, p.isSign("::") || p.fail()
	}
	p.at++
	return formElement, p.expression() && (p.sign("]") || p.closes())
}

// closes repairs a closing bracket that is missing before what can follow it.
func (p *javaParser) closes() bool {
	if p.kind() == tokenSign {
		switch p.text() {
		case ",", ")", "]", "}", ";":
			p.repairs++
			return true
		}
	}
	return p.fail()
}

// creation reads "new" with an array or an object.
func (p *javaParser) creation(start, mark int) bool {
	if !p.keyword("new") || !p.optionalTypeArguments() {
		return false
	}
	p.annotations()
	n := &javaNode{kind: javaObject, from: start, typeFrom: p.at}
	if !p.simpleType() {
		return false
	}
	n.typeTo = p.at
	switch {
	case p.isSign("["):
		n.kind = javaArray
		if !p.arraySizes(n) {
			return false
		}
	case p.isSign("("):
		if !p.arguments(n) || p.isSign("{") && !p.classBody() {
			return false
		}
	default:
		return p.fail()
	}
	p.add(n, mark)
	return true
}

func (p *javaParser) arraySizes(n *javaNode) bool {
	if p.emptyDimensions() {
		n.valueFrom = p.at
		return p.arrayInitialiser()
	}
	for p.isSign("[") && p.peek(1) != "]" {
		p.at++
		if !p.expression() || !p.sign("]") {
			return false
		}
	}
	p.emptyDimensions()
	return true
}

// arrayInitialiser reads elements in braces; a last comma may follow them.
func (p *javaParser) arrayInitialiser() bool {
	if !p.enter() {
		return false
	}
	defer p.leave()
	if !p.sign("{") {
		return false
	}
	for !p.isSign("}") {
		if p.isSign("{") {
			if !p.arrayInitialiser() {
				return false
			}
		} else if p.isSign(",") && p.peek(1) == "}" {
			p.at++
			break
		} else if _, ok := p.elementExpression(); !ok {
			return false
		}
		if !p.isSign("}") && !p.sign(",") {
			return p.closes()
		}
	}
	return p.sign("}")
}

package syntax

// typeName reads a type: a primitive one or a dotted name with type arguments, and
// dimensions.
func (p *javaParser) typeName() bool {
	p.annotations()
	if !p.simpleType() {
		return false
	}
	p.emptyDimensions()
	return true
}

// simpleType is a type without dimensions.
func (p *javaParser) simpleType() bool {
	if p.kind() != tokenWord {
		return p.fail()
	}
	if isPrimitive(p.text()) {
		p.at++
		return true
	}
	for {
		if !p.word() || !p.optionalTypeArguments() {
			return false
		}
		if !p.isSign(".") {
			return true
		}
		p.at++
		p.annotations()
	}
}

// typeArguments reads <A, ? extends B>, or the empty <>.
func (p *javaParser) typeArguments() bool {
	start := p.at
	if p.noTypes[start] || !p.enter() {
		return false
	}
	ok := p.readTypeArguments()
	p.leave()
	if !ok {
		p.noTypes[start] = true
	}
	return ok
}

func (p *javaParser) readTypeArguments() bool {
	if !p.sign("<") {
		return false
	}
	if p.sign(">") {
		return true
	}
	for {
		p.annotations()
		if p.isSign("?") {
			p.at++
			if (p.text() == "extends" || p.text() == "super") && (!p.word() || !p.typeName()) {
				return false
			}
		} else if !p.typeName() {
			return false
		}
		if p.sign(">") {
			return true
		}
		if !p.sign(",") {
			return false
		}
	}
}

// annotations moves over annotations, as far as they are well formed.
func (p *javaParser) annotations() (found bool) {
	for p.isSign("@") && p.peek(1) != "interface" && p.nextKind() == tokenWord {
		p.at += 2
		for p.isSign(".") && p.nextKind() == tokenWord {
			p.at += 2
		}
		if p.isSign("(") && p.closing[p.at] > 0 {
			p.at = p.closing[p.at] + 1
		}
		found = true
	}
	return found
}

func isModifier(word string) bool {
	switch word {
	case "public", "protected", "private", "abstract", "static", "final", "strictfp", "default", "synchronized", "native", "transient", "volatile", "sealed":
		return true
	}
	return false
}

// modifiers moves over modifiers and annotations. A word that is followed by what
// makes it a name is none.
func (p *javaParser) modifiers() (found bool) {
	for {
		switch {
		case p.annotations():
			found = true
		case p.kind() == tokenWord && isModifier(p.text()) && (p.nextKind() == tokenWord || p.peek(1) == "@" || p.peek(1) == "<"):
			p.at++
			found = true
		default:
			return found
		}
	}
}

// formalParameters reads parameters with their types, from "(" to ")".
func (p *javaParser) formalParameters() bool {
	if !p.sign("(") {
		return false
	}
	if p.sign(")") {
		return true
	}
	for {
		p.modifiers()
		if !p.typeName() {
			return false
		}
		if p.isSign("...") {
			p.at++
		}
		if !p.word() {
			return false
		}
		p.emptyDimensions()
		if p.sign(")") {
			return true
		}
		if !p.sign(",") {
			return false
		}
	}
}

// typeParameters reads <T extends A & B>.
func (p *javaParser) typeParameters() bool {
	if !p.sign("<") {
		return false
	}
	for {
		p.annotations()
		if !p.word() {
			return false
		}
		if p.kind() == tokenWord && p.text() == "extends" {
			p.at++
			if !p.typeName() {
				return false
			}
			for p.isSign("&") {
				p.at++
				if !p.typeName() {
					return false
				}
			}
		}
		if p.sign(">") {
			return true
		}
		if !p.sign(",") {
			return false
		}
	}
}

// classBody reads the members of a class or interface in braces.
func (p *javaParser) classBody() bool {
	if !p.enter() {
		return false
	}
	defer p.leave()
	if !p.sign("{") {
		return false
	}
	for !p.isSign("}") {
		if !p.classMember() {
			return false
		}
	}
	return p.sign("}")
}

func (p *javaParser) classMember() bool {
	if p.isSign(";") {
		p.at++
		return true
	}
	if p.isSign("{") {
		return p.block()
	}
	if p.kind() == tokenWord && p.text() == "static" && p.peek(1) == "{" {
		p.at++
		return p.block()
	}
	p.modifiers()
	return p.attempt(p.typeDeclaration) || p.attempt(p.method) || p.variables()
}

// typeDeclaration reads a class, interface, enum or record.
func (p *javaParser) typeDeclaration() bool {
	if p.isSign("@") && p.peek(1) == "interface" {
		p.at++
	}
	if p.kind() != tokenWord {
		return p.fail()
	}
	word := p.text()
	switch word {
	case "class", "interface", "enum", "record":
		p.at++
	default:
		return p.fail()
	}
	if !p.word() || p.isSign("<") && !p.typeParameters() {
		return false
	}
	if word == "record" && !p.formalParameters() {
		return false
	}
	for p.kind() == tokenWord && (p.text() == "extends" || p.text() == "implements" || p.text() == "permits") {
		p.at++
		for {
			if !p.typeName() {
				return false
			}
			if !p.isSign(",") {
				break
			}
			p.at++
		}
	}
	if word == "enum" {
		return p.enumBody()
	}
	return p.classBody()
}

func (p *javaParser) enumBody() bool {
	if !p.sign("{") {
		return false
	}
	for p.kind() == tokenWord || p.isSign("@") {
		p.annotations()
		if !p.word() || p.isSign("(") && !p.arguments(&javaNode{}) || p.isSign("{") && !p.classBody() {
			return false
		}
		if !p.isSign(",") {
			break
		}
		p.at++
	}
	if p.isSign(";") {
		p.at++
		for !p.isSign("}") {
			if !p.classMember() {
				return false
			}
		}
	}
	return p.sign("}")
}

// method reads a method or constructor behind its modifiers.
func (p *javaParser) method() bool {
	if p.isSign("<") && !p.typeParameters() {
		return false
	}
	constructor := p.nextKind() == tokenSign && p.peek(1) == "("
	if !constructor && !p.typeName() || !p.word() || !p.formalParameters() {
		return false
	}
	p.emptyDimensions()
	if p.kind() == tokenWord && p.text() == "throws" {
		p.at++
		for {
			if !p.typeName() {
				return false
			}
			if !p.isSign(",") {
				break
			}
			p.at++
		}
	}
	if p.isSign("{") {
		return p.block()
	}
	return p.semicolon()
}

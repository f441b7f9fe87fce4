package syntax

import "strings"

// program reads a whole text: statements and methods.
func (p *javaParser) program() error {
	var all []statement
	if p.isSign("[") && !p.bracketed() {
		return p.failure()
	}
	for p.kind() != tokenEnd {
		repairs, from := p.repairs, p.at
		if !p.statement() {
			return p.failure()
		}
		all = append(all, statement{from, p.at, p.repairs > repairs && !p.endsClosed()})
	}
	if p.givenUp(all) {
		return unexpected(p.source, len(p.source), "a semicolon")
	}
	return nil
}

// leastBracketed is from how many bytes on the leaderboard's parser would rather put a
// name before [x], as if it were an element of an array, than skip it.
const leastBracketed = 9

// bracketed reads [x] at the beginning of the text, or [x][y], with the semicolon
// behind it.
func (p *javaParser) bracketed() bool {
	if !p.enter() {
		return false
	}
	defer p.leave()
	from := p.tokens[p.at+1].start
	for p.isSign("[") {
		p.at++
		if !p.expression() || p.tokens[p.at-1].end-from < leastBracketed || !p.sign("]") {
			return p.fail()
		}
	}
	return p.semicolon()
}

// statement is one statement of the program, with its tokens. bare tells that its
// semicolon is missing.
type statement struct {
	from, to int
	bare     bool
}

// endsClosed reports whether the last token is one that ends a statement.
func (p *javaParser) endsClosed() bool {
	last := p.tokens[p.at-1]
	return last.kind == tokenSign && (p.source[last.start] == ';' || p.source[last.start] == '}')
}

func (p *javaParser) failure() error {
	if p.tooDeep {
		return errTooDeep
	}
	return unexpected(p.source, p.tokens[p.farthest].start, "something else")
}

// semicolon moves over a semicolon. A missing one is repaired where a statement can
// begin or the text ends.
func (p *javaParser) semicolon() bool {
	if p.isSign(";") {
		p.at++
		return true
	}
	if p.kind() == tokenSign {
		switch p.text() {
		case "}", "{", "(", "@", "++", "--", "!", "~", "+", "-":
		default:
			return p.fail()
		}
	}
	p.repairs++
	return true
}

// block reads statements in braces.
func (p *javaParser) block() bool {
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

func (p *javaParser) parenthesized() bool { return p.sign("(") && p.expression() && p.sign(")") }

func (p *javaParser) statement() bool {
	if !p.enter() {
		return false
	}
	defer p.leave()
	switch {
	case p.isSign("{"):
		return p.block()
	case p.isSign(";"):
		p.at++
		return true
	case p.kind() == tokenWord && p.peek(1) == ":" && !p.isKeywordStatement():
		p.at += 2
		if p.kind() == tokenEnd {
			return p.semicolon()
		}
		return p.statement()
	case p.kind() == tokenWord && p.isKeywordStatement():
		return p.keywordStatement()
	}
	return p.attempt(p.declaration) || p.expressionStatement()
}

// expressionStatement reads an expression. A name before a word would be a type.
func (p *javaParser) expressionStatement() bool {
	from := p.at
	if !p.expression() || p.kind() == tokenWord && p.isDottedName(from, p.at) {
		return p.fail()
	}
	return p.semicolon()
}

func (p *javaParser) isDottedName(from, to int) bool {
	for at := from; at < to; at++ {
		if t := p.tokens[at]; t.kind != tokenWord && p.source[t.start:t.end] != "." {
			return false
		}
	}
	return true
}

// declaration reads a local variable, a class or a method.
func (p *javaParser) declaration() bool {
	modified := p.modifiers()
	if p.attempt(p.typeDeclaration) {
		return true
	}
	if !modified && startsNoName(p.text()) && !isPrimitive(p.text()) {
		return p.fail()
	}
	return p.attempt(p.topLevelMethod) || p.variables()
}

// topLevelMethod is a method outside a class; without a type it would be a call.
func (p *javaParser) topLevelMethod() bool {
	if p.nextKind() == tokenSign && p.peek(1) == "(" {
		return p.fail()
	}
	return p.method()
}

// variables reads a type and the variables of that type.
func (p *javaParser) variables() bool {
	if !p.typeName() {
		return false
	}
	for {
		if p.kind() == tokenWord && p.text() == "instanceof" || !p.word() {
			return p.fail()
		}
		p.emptyDimensions()
		if p.isSign("=") {
			p.at++
			if p.isSign("{") {
				if !p.arrayInitialiser() {
					return false
				}
			} else if !p.expression() {
				return false
			}
		}
		if !p.isSign(",") {
			return p.semicolon()
		}
		p.at++
	}
}

// isKeywordStatement reports whether the word here begins a statement of its own.
func (p *javaParser) isKeywordStatement() bool {
	next := p.peek(1)
	switch p.text() {
	case "if", "for", "while", "switch", "synchronized":
		return p.text() != "synchronized" || next == "("
	case "do", "try", "return", "throw", "break", "continue", "assert", "import", "package":
		return true
	case "yield":
		return p.nextKind() != tokenSign || next == "("
	}
	return false
}

func (p *javaParser) keywordStatement() bool {
	word := p.text()
	if word == "switch" {
		return p.switchBlock()
	}
	p.at++
	switch word {
	case "if":
		if !p.parenthesized() || !p.statement() {
			return false
		}
		if p.kind() == tokenWord && p.text() == "else" {
			p.at++
			return p.statement()
		}
		return true
	case "while":
		return p.parenthesized() && p.statement()
	case "do":
		return p.statement() && p.keyword("while") && p.parenthesized() && p.semicolon()
	case "for":
		return p.forLoop()
	case "try":
		return p.try()
	case "synchronized":
		return p.parenthesized() && p.block()
	case "return", "break", "continue":
		if p.kind() == tokenEnd || p.isSign(";") || p.isSign("}") {
			return p.semicolon()
		}
		return p.expressionStatement()
	case "assert":
		return p.expression() && (!p.isSign(":") || p.sign(":") && p.expression()) && p.semicolon()
	case "import", "package":
		return p.dottedName() && p.semicolon()
	}
	return p.expressionStatement()
}

func (p *javaParser) dottedName() bool {
	if p.text() == "static" {
		p.at++
	}
	for p.word() {
		if !p.isSign(".") {
			return true
		}
		p.at++
		if p.isSign("*") {
			p.at++
			return true
		}
	}
	return false
}

func (p *javaParser) forLoop() bool {
	if !p.sign("(") {
		return false
	}
	each := func() bool {
		p.modifiers()
		return p.typeName() && p.word() && p.sign(":") && p.expression() && p.sign(")")
	}
	if p.attempt(each) {
		return p.statement()
	}
	variables := func() bool { p.modifiers(); return p.variables() }
	if !p.sign(";") && !p.attempt(variables) && (!p.expressions() || !p.sign(";")) {
		return false
	}
	if !p.isSign(";") && !p.expression() || !p.sign(";") {
		return false
	}
	if !p.isSign(")") && !p.expressions() {
		return false
	}
	return p.sign(")") && p.statement()
}

func (p *javaParser) expressions() bool {
	for p.expression() {
		if !p.isSign(",") {
			return true
		}
		p.at++
	}
	return false
}

func (p *javaParser) try() bool {
	if p.isSign("(") {
		p.at++
		for !p.isSign(")") {
			resource := func() bool {
				p.modifiers()
				return p.typeName() && p.word() && p.sign("=") && p.expression()
			}
			if !p.attempt(resource) && !p.expression() {
				return false
			}
			if !p.isSign(")") && !p.sign(";") {
				return false
			}
		}
		p.at++
	}
	if !p.block() {
		return false
	}
	for p.kind() == tokenWord && p.text() == "catch" {
		p.at++
		if !p.sign("(") {
			return false
		}
		p.modifiers()
		for {
			if !p.typeName() {
				return false
			}
			if !p.isSign("|") {
				break
			}
			p.at++
		}
		if !p.word() || !p.sign(")") || !p.block() {
			return false
		}
	}
	if p.kind() == tokenWord && p.text() == "finally" {
		p.at++
		return p.block()
	}
	return true
}

// switchBlock reads a switch, as a statement or an expression.
func (p *javaParser) switchBlock() bool {
	if !p.keyword("switch") || !p.parenthesized() || !p.sign("{") {
		return false
	}
	for !p.isSign("}") {
		switch {
		case p.kind() == tokenWord && p.text() == "default":
			p.at++
		case p.keyword("case"):
			if !p.expressions() {
				return false
			}
		default:
			return false
		}
		if !p.switchCase() {
			return false
		}
	}
	return p.sign("}")
}

func (p *javaParser) switchCase() bool {
	if p.isSign("->") {
		p.at++
		return p.statement()
	}
	if !p.sign(":") {
		return false
	}
	for !p.isSign("}") && p.text() != "case" && p.text() != "default" {
		if p.kind() == tokenEnd || !p.statement() {
			return p.fail()
		}
	}
	return true
}

// The prices at which the leaderboard's parser compares its readings of a text:
// of a token that it puts in, and of an error mark, which costs more for every tree,
// byte and line that it covers.
const (
	priceOfMissing = 610
	priceOfError   = 500
	pricePerTree   = 100
	pricePerLine   = 30
)

// givenUp tells whether an error mark is cheaper than the semicolons that would
// have to be put in: around a short first statement, and around the last two when
// the last one is a single word.
func (p *javaParser) givenUp(all []statement) bool {
	if len(all) == 0 {
		return false
	}
	if first := all[0]; first.bare && p.trees(first) == 1 && p.priceOfGivingUp(first.from, first.to, 1) <= priceOfMissing {
		return true
	}
	for i, s := range all {
		if s.bare && (p.endsInMember(s) || i+1 < len(all) && p.continues(s, all[i+1])) {
			return true
		}
		// An invocation and prose of more than two words behind it.
		if i+2 < len(all) && s.bare && all[i+1].bare && p.source[p.tokens[s.to-1].start] == ')' && p.trees(all[i+1]) == 2 {
			return true
		}
	}
	last := len(all) - 1
	if last < 1 || !all[last].bare || !all[last-1].bare || all[last].to-all[last].from > 1 {
		return false
	}
	return p.priceOfGivingUp(all[last-1].from, all[last].to, p.trees(all[last-1])+1) < 2*priceOfMissing
}

// endsInMember reports whether a statement ends in a member's name.
func (p *javaParser) endsInMember(s statement) bool {
	return s.to-s.from > 2 && p.tokens[s.to-1].kind == tokenWord && p.source[p.tokens[s.to-2].start] == '.'
}

// continues reports whether a statement after an invocation begins with a short
// name and a dot: without the name, it is the invocation of a member.
func (p *javaParser) continues(s, next statement) bool {
	return p.source[p.tokens[s.to-1].start] == ')' && next.to-next.from > 2 && p.tokens[next.from].kind == tokenWord &&
		p.source[p.tokens[next.from+1].start] == '.' && p.priceOfGivingUp(next.from, next.from+1, 1) < priceOfMissing
}

// trees is the number of parts of a bare statement that the parser has not joined
// where it ends: a declaration's type and name, a label and its
// colon, or one expression.
func (p *javaParser) trees(s statement) int {
	if last := p.tokens[s.to-1]; p.source[last.start] == ':' {
		return 2
	}
	if s.to == s.from+2 && p.tokens[s.from].kind == tokenWord && p.tokens[s.from+1].kind == tokenWord {
		return 2
	}
	return 1
}

func (p *javaParser) priceOfGivingUp(from, to, trees int) int {
	covered := p.source[p.tokens[from].start:p.tokens[to-1].end]
	return priceOfError + trees*pricePerTree + len(covered) + pricePerLine*strings.Count(covered, "\n")
}

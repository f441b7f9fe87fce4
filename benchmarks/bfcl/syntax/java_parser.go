package syntax

import (
	"slices"
	"strings"
)

// javaParser recognises Java and keeps what the writer needs. Each method moves
// over what it names and reports whether it was there; after a failure the place is
// anywhere, and farthest is the last token that could not be used.
type javaParser struct {
	source   string
	tokens   []token
	closing  []int
	at       int
	depth    int
	work     int
	tooDeep  bool
	farthest int
	nodes    []*javaNode  // finished and not yet inside another
	noTypes  map[int]bool // places of "<" that open no type arguments
	repairs  int          // semicolons that are missing
}

func (p *javaParser) text() string { t := p.tokens[p.at]; return p.source[t.start:t.end] }

func (p *javaParser) peek(offset int) string {
	at := min(p.at+offset, len(p.tokens)-1)
	return p.source[p.tokens[at].start:p.tokens[at].end]
}

// nextKind is the kind of the token after this one.
func (p *javaParser) nextKind() tokenKind { return p.tokens[min(p.at+1, len(p.tokens)-1)].kind }

func (p *javaParser) kind() tokenKind { return p.tokens[p.at].kind }

func (p *javaParser) fail() bool {
	p.farthest = max(p.farthest, p.at)
	return false
}

// sign moves over an operator or bracket.
func (p *javaParser) sign(sign string) bool {
	if p.kind() == tokenSign && p.text() == sign {
		p.at++
		return true
	}
	return p.fail()
}

func (p *javaParser) isSign(sign string) bool { return p.kind() == tokenSign && p.text() == sign }

func (p *javaParser) keyword(word string) bool {
	if p.kind() == tokenWord && p.text() == word {
		p.at++
		return true
	}
	return p.fail()
}

func (p *javaParser) word() bool {
	if p.kind() == tokenWord {
		p.at++
		return true
	}
	return p.fail()
}

// adjacent reports whether the token at a place follows the one before without a
// gap.
func (p *javaParser) adjacent(at int) bool { return p.tokens[at].start == p.tokens[at-1].end }

// enter counts a level; leave is to be deferred.
func (p *javaParser) enter() bool {
	p.depth++
	p.work++
	if p.depth > maxDepth || p.work > workPerToken*len(p.tokens)+1000 {
		p.tooDeep = true
		return false
	}
	return true
}

func (p *javaParser) leave() { p.depth-- }

// attempt tries a reading and goes back if it fails.
func (p *javaParser) attempt(read func() bool) bool {
	at, nodes, repairs := p.at, len(p.nodes), p.repairs
	if read() {
		return true
	}
	p.at, p.nodes, p.repairs = at, p.nodes[:nodes], repairs
	return false
}

// add finishes a node that begins with the node stack at mark.
func (p *javaParser) add(n *javaNode, mark int) {
	n.to = p.at
	n.inside = slices.Clone(p.nodes[mark:])
	p.nodes = append(p.nodes[:mark], n)
}

// form says what an expression is, as far as it matters to what may follow.
type form uint8

const (
	formOther form = iota
	formName       // a single name
	formField
	formElement
	formNameOnly // a dotted name, which may be a type
)

func (f form) assignable() bool {
	return f == formName || f == formField || f == formElement || f == formNameOnly
}

func isPrimitive(word string) bool {
	switch word {
	case "boolean", "byte", "char", "double", "float", "int", "long", "short", "void":
		return true
	}
	return false
}

// notExpressions are words that are no names where an expression begins.
func startsNoName(word string) bool {
	switch word {
	case "new", "null", "super", "switch", "this", "true", "false":
		return true
	}
	return isPrimitive(word)
}

func isAssignment(sign string) bool {
	switch sign {
	case "=", "+=", "-=", "*=", "/=", "&=", "|=", "^=", "%=", "<<=":
		return true
	}
	return false
}

// angle returns how many tokens from a ">" on are one operator, and the operator.
func (p *javaParser) angle() (operator string, count int) {
	end := p.at + 1
	for end < len(p.tokens) && end < p.at+3 && p.adjacent(end) && p.source[p.tokens[end].start:p.tokens[end].end] == ">" {
		end++
	}
	if end < len(p.tokens) && p.adjacent(end) && p.source[p.tokens[end].start:p.tokens[end].end] == "=" {
		end++
	}
	return p.source[p.tokens[p.at].start:p.tokens[end-1].end], end - p.at
}

// assignmentSign moves over an assignment's operator.
func (p *javaParser) assignmentSign() bool {
	if p.kind() != tokenSign {
		return p.fail()
	}
	if isAssignment(p.text()) {
		p.at++
		return true
	}
	if p.text() == ">" {
		if operator, count := p.angle(); operator == ">>=" || operator == ">>>=" {
			p.at += count
			return true
		}
	}
	return p.fail()
}

// binarySign moves over a binary operator.
func (p *javaParser) binarySign() bool {
	if p.kind() != tokenSign {
		return p.fail()
	}
	switch p.text() {
	case "<", "<=", "==", "!=", "&&", "||", "+", "-", "*", "/", "&", "|", "^", "%", "<<":
		p.at++
		return true
	case ">":
		operator, count := p.angle()
		if operator != ">>=" && operator != ">>>=" {
			p.at += count
			return true
		}
	}
	return p.fail()
}

func (p *javaParser) expression() bool {
	_, ok := p.expressionForm()
	return ok
}

// expressionForm reads an expression; nameTo is where the left side of an
// assignment ends, when the expression is one.
func (p *javaParser) expressionForm() (nameTo int, ok bool) {
	if !p.enter() {
		return 0, false
	}
	defer p.leave()
	first := true
	for {
		f, operandOK := p.operand()
		if !operandOK {
			return 0, false
		}
		end := p.at
		if f.assignable() && p.assignmentSign() {
			if !p.expression() {
				return 0, false
			}
			if !first {
				end = 0
			}
			return end, true
		}
		first = false
		for p.kind() == tokenWord && p.text() == "instanceof" {
			p.at++
			if !p.instanceOf() {
				return 0, false
			}
		}
		if p.binarySign() {
			continue
		}
		if !p.isSign("?") {
			return 0, true
		}
		p.at++
		return 0, p.expression() && p.sign(":") && p.expression()
	}
}

// instanceOf reads what stands behind the word: a type, perhaps with a name, or a
// record pattern.
func (p *javaParser) instanceOf() bool {
	for p.kind() == tokenWord && p.text() == "final" {
		p.at++
	}
	if !p.typeName() {
		return false
	}
	if p.isSign("(") && p.closing[p.at] > 0 {
		p.at = p.closing[p.at] + 1
	}
	if p.kind() == tokenWord && p.text() != "instanceof" {
		p.at++
	}
	return true
}

// operand reads prefix operators, casts, lambdas and what they stand before.
func (p *javaParser) operand() (form, bool) {
	if !p.enter() {
		return 0, false
	}
	defer p.leave()
	switch p.kind() {
	case tokenSign:
		switch p.text() {
		case "+", "-", "!", "~", "++", "--":
			p.at++
			f, ok := p.operand()
			if ok && f.assignable() && p.assignmentSign() {
				return formOther, p.expression()
			}
			return formOther, ok
		case "(":
			if end := p.closing[p.at]; end > 0 && end+1 < len(p.tokens) && p.source[p.tokens[end+1].start:p.tokens[end+1].end] == "->" {
				return formOther, p.lambdaParameters() && p.lambdaBody()
			}
			if p.attempt(p.cast) {
				return formOther, true
			}
		}
	case tokenWord:
		if p.peek(1) == "->" && !startsNoName(p.text()) {
			p.at++
			return formOther, p.lambdaBody()
		}
		if p.text() == "switch" {
			return formOther, p.switchBlock()
		}
	}
	return p.primary()
}

// cast reads a type in parentheses before an operand. A plain name before + or -
// counts as a value in parentheses: what the whole is made of stays the same.
func (p *javaParser) cast() bool {
	if !p.sign("(") {
		return false
	}
	primitive := isPrimitive(p.text())
	if !p.typeName() {
		return false
	}
	for p.isSign("&") {
		p.at++
		if !p.typeName() {
			return false
		}
	}
	if !p.sign(")") {
		return false
	}
	if !primitive && p.kind() == tokenSign && !slices.Contains([]string{"(", "!", "~"}, p.text()) {
		return p.fail()
	}
	if p.kind() == tokenEnd || p.kind() == tokenWord && p.text() == "instanceof" {
		return p.fail()
	}
	_, ok := p.operand()
	return ok
}

func (p *javaParser) lambdaParameters() bool {
	if !p.sign("(") {
		return false
	}
	if p.sign(")") {
		return true
	}
	names := func() bool {
		for p.word() {
			if p.sign(")") {
				return true
			}
			if !p.sign(",") {
				return false
			}
		}
		return false
	}
	return p.attempt(names) || p.formalParameters()
}

func (p *javaParser) lambdaBody() bool {
	if !p.sign("->") {
		return false
	}
	if p.isSign("{") {
		return p.block()
	}
	return p.expression()
}

// arguments reads an argument list.
func (p *javaParser) arguments(n *javaNode) bool {
	if !p.sign("(") {
		return false
	}
	if p.sign(")") {
		return true
	}
	for {
		a := javaArgument{from: p.at}
		if len(n.arguments) > 1 && p.isSign(")") {
			// The argument after a last comma counts as an empty name.
			p.at++
			a.kind = argumentMissing
			n.arguments = append(n.arguments, a)
			return true
		}
		nameTo, ok := p.elementExpression()
		if !ok {
			return false
		}
		a.to = p.at
		switch {
		case nameTo > 0:
			a.kind, a.nameTo, a.valueFrom = argumentAssignment, nameTo, nameTo+p.assignmentLength(nameTo)
		case p.standsAlone(a.from, a.to):
			a.kind = argumentAlone
		}
		n.arguments = append(n.arguments, a)
		if p.sign(")") {
			return true
		}
		if !p.sign(",") {
			return false
		}
	}
}

// elementExpression reads an argument or an array's element. [x] counts as the
// element of an array whose name is missing.
func (p *javaParser) elementExpression() (nameTo int, ok bool) {
	if p.isSign("[") {
		if !p.enter() {
			return 0, false
		}
		defer p.leave()
		p.at++
		return 0, p.expression() && p.sign("]")
	}
	return p.expressionForm()
}

// assignmentLength is the number of tokens of the assignment operator at a place.
func (p *javaParser) assignmentLength(at int) int {
	count := 1
	for p.source[p.tokens[at].start] == '>' && !strings.HasSuffix(p.source[:p.tokens[at+count-1].end], "=") {
		count++
	}
	return count
}

// standsAlone reports whether an argument is a single name or a class literal.
func (p *javaParser) standsAlone(from, to int) bool {
	if last := len(p.nodes) - 1; last >= 0 && p.nodes[last].kind == javaClass && p.nodes[last].from == from && p.nodes[last].to == to {
		return true
	}
	return to == from+1 && p.tokens[from].kind == tokenWord && !startsNoName(p.source[p.tokens[from].start:p.tokens[from].end])
}

package python

// Tolerant reads expressions that stand inside a larger text, from an offset to
// where they end, and mends what models write and Python refuses: line breaks in
// quoted strings, JSON's escape \/, backslashes that start no escape, reserved
// words as names, arguments without a name behind those with one, halves of a
// surrogate pair side by side. What f-strings hold in braces is not looked at. The
// time is in proportion to what is read.
type Tolerant struct {
	// MaxNesting bounds the depth of expressions inside one another.
	MaxNesting int
	// Repairs says in words what was mended, each kind once.
	Repairs []string
	// Steps counts the bytes looked at.
	Steps int
}

// Arguments reads the arguments of a call, from its opening parenthesis on, and
// returns them as a CallNode of a function without a name, and the offset behind
// the closing parenthesis. What follows it is not looked at.
func (t *Tolerant) Arguments(text string, at int) (call *Node, end int, err *SyntaxError) {
	p := t.parser(text)
	p.stopOutside = true
	p.begin(at)
	if !p.is(openParenthesis) {
		p.unexpected()
		return nil, at, t.done(p)
	}
	call = p.call(at, p.newNode(NameNode, at))
	return call, p.end, t.done(p)
}

// Expression reads one expression and returns the offset behind it. Line breaks in
// it are blank.
func (t *Tolerant) Expression(text string, at int) (n *Node, end int, err *SyntaxError) {
	p := t.parser(text)
	p.depth = 1
	p.begin(at)
	n = p.expression()
	return n, p.end, t.done(p)
}

func (t *Tolerant) parser(text string) *parser {
	return &parser{lexer: lexer{text: text, tolerant: true, repairs: t.Repairs}, maxNesting: t.MaxNesting}
}

func (t *Tolerant) done(p *parser) *SyntaxError {
	t.Repairs = p.repairs
	t.Steps += p.steps
	return p.failure
}

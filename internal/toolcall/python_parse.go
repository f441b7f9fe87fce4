package toolcall

import (
	"slices"
	"unicode/utf8"
)

// pythonParser parses expressions by recursive descent, one token ahead.
type pythonParser struct {
	lexer   pythonLexer
	token   pythonToken
	end     int // of the last token taken
	nesting int
}

// maxPythonHeight bounds chains such as a.b.c.d and 1+2+3, which do not nest.
const maxPythonHeight = 1000

func (p *pythonParser) whole() (*PythonNode, *PythonError) {
	if len(p.lexer.text) > maxPythonBytes {
		return nil, p.lexer.fail(0, "more than %d bytes", maxPythonBytes)
	}
	if err := p.begin(0); err != nil {
		return nil, err
	}
	for p.token.kind == tokenLine {
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	start := p.token.start
	node, err := p.tupleOr(p.expression, false)
	if err != nil {
		return nil, err
	}
	if node.Kind == PythonTuple && node.Start == start && len(node.Items) > 0 && node.Items[0].Start == start &&
		slices.ContainsFunc(node.Items, func(item *PythonNode) bool { return item.Kind == PythonStarred }) {
		return nil, p.lexer.fail(start, "a starred value outside a list")
	}
	for p.token.kind == tokenLine {
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	if p.token.kind != tokenEnd {
		return nil, p.unexpected()
	}
	return node, nil
}

// begin reads the first token at an offset.
func (p *pythonParser) begin(at int) *PythonError {
	p.lexer.at = at
	var err *PythonError
	p.token, err = p.lexer.next()
	return err
}

func (p *pythonParser) advance() *PythonError {
	p.end = p.token.end
	var err *PythonError
	p.token, err = p.lexer.next()
	return err
}

func (p *pythonParser) unexpected() *PythonError {
	switch p.token.kind {
	case tokenEnd:
		return p.lexer.fail(p.token.start, "the text ends too early")
	case tokenLine:
		return p.lexer.fail(p.token.start, "unexpected end of line")
	}
	return p.lexer.fail(p.token.start, "unexpected %.40q", p.lexer.text[p.token.start:p.token.end])
}

// is reports whether the token is this operator or, if it is a word, this word.
func (p *pythonParser) is(text string) bool {
	return p.token.text == text && (p.token.kind == tokenOperator || p.token.kind == tokenName)
}

// take takes the token if it is the one named.
func (p *pythonParser) take(text string) (bool, *PythonError) {
	if !p.is(text) {
		return false, nil
	}
	return true, p.advance()
}

func (p *pythonParser) want(text string) *PythonError {
	if ok, err := p.take(text); ok || err != nil {
		return err
	}
	return p.unexpected()
}

// node completes a node that starts at an offset and ends with the last token taken.
func (p *pythonParser) node(start int, node PythonNode) (*PythonNode, *PythonError) {
	node.Start, node.End = start, p.end
	for _, item := range node.Items {
		if item != nil {
			node.height = max(node.height, item.height+1)
		}
	}
	for _, argument := range node.Arguments {
		if argument.Value != nil {
			node.height = max(node.height, argument.Value.height+1)
		}
	}
	if node.height > maxPythonHeight {
		return nil, p.lexer.fail(start, "a chain of more than %d links", maxPythonHeight)
	}
	return &node, nil
}

type pythonRule = func() (*PythonNode, *PythonError)

// deeper runs a rule one level further down.
func (p *pythonParser) deeper(rule pythonRule) (*PythonNode, *PythonError) {
	if p.nesting++; p.nesting > maxPythonNesting {
		return nil, p.lexer.fail(p.token.start, "nested more than %d deep", maxPythonNesting)
	}
	defer func() { p.nesting-- }()
	return rule()
}

// tupleOr parses one element or, if a comma follows, a tuple without parentheses.
// Some places take even one starred element alone.
func (p *pythonParser) tupleOr(element pythonRule, loneStar bool) (*PythonNode, *PythonError) {
	start := p.token.start
	first, err := p.starredOr(element)
	if err != nil || !p.is(",") {
		if err == nil && first.Kind == PythonStarred && !loneStar {
			err = p.lexer.fail(start, "a starred value outside a list")
		}
		return first, err
	}
	items := []*PythonNode{first}
	for p.is(",") {
		if err := p.advance(); err != nil {
			return nil, err
		}
		if !p.startsExpression() {
			break
		}
		item, err := p.starredOr(element)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return p.node(start, PythonNode{Kind: PythonTuple, Items: items})
}

// startsExpression reports whether the token may begin an expression.
func (p *pythonParser) startsExpression() bool {
	switch p.token.kind {
	case tokenNumber, tokenString:
		return true
	case tokenName:
		return !isReserved(p.token.text) || isExpressionWord(p.token.text)
	case tokenOperator:
		switch p.token.text {
		case "(", "[", "{", "-", "+", "~", "...", "*":
			return true
		}
	}
	return false
}

// starredOr parses an element or a starred value.
func (p *pythonParser) starredOr(element pythonRule) (*PythonNode, *PythonError) {
	if !p.is("*") {
		return element()
	}
	return p.starred(func() (*PythonNode, *PythonError) { return p.binary(0) })
}

func (p *pythonParser) starred(operand pythonRule) (*PythonNode, *PythonError) {
	start := p.token.start
	if err := p.advance(); err != nil {
		return nil, err
	}
	value, err := operand()
	if err != nil {
		return nil, err
	}
	return p.node(start, PythonNode{Kind: PythonStarred, Items: []*PythonNode{value}})
}

// primary parses an atom and the calls, attributes and subscripts after it.
func (p *pythonParser) primary() (*PythonNode, *PythonError) {
	start := p.token.start
	node, err := p.atom()
	for err == nil && p.token.kind == tokenOperator {
		switch p.token.text {
		case ".":
			if err = p.advance(); err != nil {
				return nil, err
			}
			if p.token.kind != tokenName || isReserved(p.token.text) && !p.lexer.lenient {
				return nil, p.unexpected()
			}
			name := p.token.text
			if err = p.advance(); err == nil {
				node, err = p.node(start, PythonNode{Kind: PythonAttribute, Text: name, Items: []*PythonNode{node}})
			}
		case "(":
			var arguments []PythonArgument
			if arguments, err = p.arguments(); err == nil {
				node, err = p.node(start, PythonNode{Kind: PythonCall, Items: []*PythonNode{node}, Arguments: arguments})
			}
		case "[":
			var index *PythonNode
			if index, err = p.subscript(); err == nil {
				node, err = p.node(start, PythonNode{Kind: PythonSubscript, Items: []*PythonNode{node, index}})
			}
		default:
			return node, nil
		}
	}
	return node, err
}

func (p *pythonParser) atom() (*PythonNode, *PythonError) {
	token := p.token
	switch token.kind {
	case tokenNumber:
		if err := p.advance(); err != nil {
			return nil, err
		}
		return p.node(token.start, PythonNode{Kind: token.node, Text: token.text})
	case tokenString:
		return p.strings()
	case tokenName:
		kind := PythonName
		switch token.text {
		case "True", "False", "None":
			kind = PythonConstant
		default:
			if isReserved(token.text) {
				return nil, p.unexpected()
			}
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
		return p.node(token.start, PythonNode{Kind: kind, Text: token.text})
	case tokenOperator:
		switch token.text {
		case "...":
			if err := p.advance(); err != nil {
				return nil, err
			}
			return p.node(token.start, PythonNode{Kind: PythonConstant, Text: "..."})
		case "(":
			return p.deeper(p.parenthesis)
		case "[":
			return p.deeper(p.list)
		case "{":
			return p.deeper(p.braces)
		}
	}
	return nil, p.unexpected()
}

// strings joins string literals that stand side by side.
func (p *pythonParser) strings() (*PythonNode, *PythonError) {
	start, kind := p.token.start, p.token.node
	var value []byte
	var words []string
	if p.lexer.text[start] == 'u' {
		words = []string{"u"}
	}
	for p.token.kind == tokenString {
		if (p.token.node == PythonBytes) != (kind == PythonBytes) {
			return nil, p.lexer.fail(p.token.start, "bytes and text side by side")
		}
		if p.token.node == PythonFormatted {
			kind = PythonFormatted
		}
		if p.lexer.lenient && p.token.start > start {
			p.lexer.repair("strings side by side joined")
		}
		value = append(value, p.token.text...)
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	text := string(value)
	if kind != PythonBytes && !utf8.ValidString(text) {
		return nil, p.lexer.fail(start, "a string that is not UTF-8")
	}
	return p.node(start, PythonNode{Kind: kind, Text: text, Words: words})
}

func isReserved(word string) bool {
	switch word {
	case "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
		"elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
		"not", "or", "pass", "raise", "return", "try", "while", "with", "yield":
		return true
	}
	return false
}

// isExpressionWord reports whether a reserved word may begin an expression.
func isExpressionWord(word string) bool {
	switch word {
	case "False", "None", "True", "not", "lambda", "await":
		return true
	}
	return false
}

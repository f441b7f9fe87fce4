package python

// symbol is what a token is: a class of tokens, an operator or a reserved word.
type symbol uint8

const (
	symbolBad symbol = iota // after an error: nothing takes it
	symbolEnd
	symbolLine   // a line break outside all brackets
	symbolIndent // blanks at the start of a line outside all brackets
	symbolName
	symbolNumber
	symbolString

	openParenthesis
	closeParenthesis
	openBracket
	closeBracket
	openBrace
	closeBrace
	comma
	colon
	equals
	dot
	ellipsis
	walrus
	star
	doubleStar
	plus
	minus
	tilde
	slash
	doubleSlash
	percent
	at
	ampersand
	bar
	caret
	shiftLeft
	shiftRight
	less
	greater
	lessEqual
	greaterEqual
	equal
	notEqual
	otherOperator // of statements, in no expression

	wordFalse
	wordNone
	wordTrue
	wordAnd
	wordAsync
	wordAwait
	wordElse
	wordFor
	wordFrom
	wordIf
	wordIn
	wordIs
	wordLambda
	wordNot
	wordOr
	wordYield
	otherWord // reserved, in no expression
)

// token is one token. text is a name's, number's or operator's own text, or the
// value of a string.
type token struct {
	symbol     symbol
	prefix     stringPrefix
	start, end int
	text       string
	value      Value // of a number
}

func (t *token) isReserved() bool { return t.symbol >= wordFalse }

// reservedWord is the symbol of an identifier.
func reservedWord(name string) symbol {
	if len(name) < 2 || len(name) > 8 {
		return symbolName
	}
	switch name {
	case "False":
		return wordFalse
	case "None":
		return wordNone
	case "True":
		return wordTrue
	case "and":
		return wordAnd
	case "async":
		return wordAsync
	case "await":
		return wordAwait
	case "else":
		return wordElse
	case "for":
		return wordFor
	case "from":
		return wordFrom
	case "if":
		return wordIf
	case "in":
		return wordIn
	case "is":
		return wordIs
	case "lambda":
		return wordLambda
	case "not":
		return wordNot
	case "or":
		return wordOr
	case "yield":
		return wordYield
	case "as", "assert", "break", "class", "continue", "def", "del", "elif", "except", "finally", "global", "import",
		"nonlocal", "pass", "raise", "return", "try", "while", "with":
		return otherWord
	}
	return symbolName
}

// operatorAt is the longest operator at the start of a text, and its length.
func operatorAt(text string) (symbol, int) {
	var second, third byte
	if len(text) > 1 {
		second = text[1]
	}
	if len(text) > 2 {
		third = text[2]
	}
	switch text[0] {
	case '(':
		return openParenthesis, 1
	case ')':
		return closeParenthesis, 1
	case '[':
		return openBracket, 1
	case ']':
		return closeBracket, 1
	case '{':
		return openBrace, 1
	case '}':
		return closeBrace, 1
	case ',':
		return comma, 1
	case '~':
		return tilde, 1
	case ';':
		return otherOperator, 1
	case '.':
		if second == '.' && third == '.' {
			return ellipsis, 3
		}
		return dot, 1
	case ':':
		return withEquals(colon, walrus, second)
	case '=':
		return withEquals(equals, equal, second)
	case '!':
		if second == '=' {
			return notEqual, 2
		}
		return symbolBad, 1
	case '-':
		if second == '>' {
			return otherOperator, 2
		}
		return withEquals(minus, otherOperator, second)
	case '+':
		return withEquals(plus, otherOperator, second)
	case '%':
		return withEquals(percent, otherOperator, second)
	case '@':
		return withEquals(at, otherOperator, second)
	case '&':
		return withEquals(ampersand, otherOperator, second)
	case '|':
		return withEquals(bar, otherOperator, second)
	case '^':
		return withEquals(caret, otherOperator, second)
	case '*':
		return doubled(star, doubleStar, text[0], second, third)
	case '/':
		return doubled(slash, doubleSlash, text[0], second, third)
	case '<':
		if second == '=' {
			return lessEqual, 2
		}
		if second == '>' {
			return otherOperator, 2
		}
		return doubled(less, shiftLeft, text[0], second, third)
	case '>':
		if second == '=' {
			return greaterEqual, 2
		}
		return doubled(greater, shiftRight, text[0], second, third)
	}
	return symbolBad, 1
}

func withEquals(single, assigning symbol, second byte) (symbol, int) {
	if second == '=' {
		return assigning, 2
	}
	return single, 1
}

func doubled(single, double symbol, first, second, third byte) (symbol, int) {
	switch {
	case second == first && third == '=':
		return otherOperator, 3
	case second == first:
		return double, 2
	case second == '=':
		return otherOperator, 2
	}
	return single, 1
}

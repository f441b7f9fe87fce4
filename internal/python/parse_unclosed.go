package python

// unclosed is the innermost bracket that is still open at the end of a text.
func unclosed(text string) string {
	l := lexer{text: text}
	var open []int
	for {
		t := l.next()
		switch t.symbol {
		case symbolBad, symbolEnd:
			if len(open) == 0 {
				return "("
			}
			at := open[len(open)-1]
			return text[at : at+1]
		case openParenthesis, openBracket, openBrace:
			open = append(open, t.start)
		case closeParenthesis, closeBracket, closeBrace:
			open = open[:max(0, len(open)-1)]
		}
	}
}

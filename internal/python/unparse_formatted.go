package python

import (
	"slices"
	"strings"
)

// The quotes that a literal may stand in, the preferred first.
func allQuotes() []string { return []string{"'", `"`, `"""`, "'''"} }

// formatted prints an f-string: the quotes are chosen so that what is in braces
// needs no backslash.
func (w *unparser) formatted(n *Node) {
	w.put("f")
	if w.plain {
		w.put(plainLiteral(w.inside(n.Items...)))
		return
	}
	quotes := allQuotes()
	var body strings.Builder
	for _, item := range n.Items {
		source := w.inside(item)
		escaped, possible := literalBody(source, quotes, item.Kind == StringNode)
		body.WriteString(escaped)
		if !slices.ContainsFunc(possible, func(quote string) bool { return slices.Contains(quotes, quote) }) {
			w.put("'''", w.repeated(n.Items), "'''")
			return
		}
		quotes = possible
	}
	w.put(quotes[0], body.String(), quotes[0])
}

// repeated is the body when no quote fits all pieces: each as in repr.
func (w *unparser) repeated(items []*Node) string {
	var body strings.Builder
	for _, item := range items {
		quoted := string(appendQuoted(nil, `"`+w.inside(item)))
		body.WriteString(strings.TrimPrefix(quoted[:len(quoted)-1], `'"`))
	}
	return body.String()
}

// inside is the source of an f-string's pieces, before escaping.
func (w *unparser) inside(items ...*Node) string {
	var out strings.Builder
	for _, item := range items {
		switch item.Kind {
		case StringNode:
			out.WriteString(strings.NewReplacer("{", "{{", "}", "}}").Replace(item.Text))
		case FormattedNode:
			out.WriteString(w.inside(item.Items...))
		default:
			out.WriteString(w.interpolation(item))
		}
	}
	return out.String()
}

func (w *unparser) interpolation(n *Node) string {
	inner := unparser{plain: true}
	inner.node(n.Items[0], bindTest+1)
	expression := string(inner.out)
	if w.failure == nil {
		w.failure = inner.failure
	}
	if strings.Contains(expression, `\`) && w.failure == nil {
		w.failure = Raise("ValueError", "Unable to avoid backslash in f-string expression part")
	}
	out := "{"
	if strings.HasPrefix(expression, "{") {
		out += " "
	}
	out += expression
	if n.Text != "" {
		out += "!" + n.Text
	}
	if len(n.Items) > 1 {
		out += ":" + w.inside(n.Items[1])
	}
	return out + "}"
}

// plainLiteral is a literal with as few backslashes as can be.
func plainLiteral(text string) string {
	body, quotes := literalBody(text, allQuotes(), false)
	return quotes[0] + body + quotes[0]
}

// literalBody escapes a text and returns the quotes it may stand in, of those
// given; if none fits, the body and quote of its repr.
func literalBody(text string, quotes []string, escapeBlanks bool) (string, []string) {
	var out []byte
	for at := 0; at < len(text); {
		r, size := DecodeRune(text[at:])
		switch {
		case (r == '\n' || r == '\t') && !escapeBlanks:
			out = append(out, byte(r))
		case r == '\\' || !IsPrintable(r):
			out = appendEscape(out, r)
		default:
			out = append(out, text[at:at+size]...)
		}
		at += size
	}
	body := string(out)
	var possible []string
	for _, quote := range quotes {
		if (len(quote) == 3 || !strings.Contains(body, "\n")) && !strings.Contains(body, quote) {
			possible = append(possible, quote)
		}
	}
	if len(possible) == 0 {
		quoted := string(appendQuoted(nil, text))
		chosen := quoted[:1]
		for _, quote := range quotes {
			if strings.Contains(quote, chosen) {
				chosen = quote
				break
			}
		}
		return quoted[1 : len(quoted)-1], []string{chosen}
	}
	if body == "" {
		return body, possible
	}
	last := body[len(body)-1]
	slices.SortStableFunc(possible, func(a, b string) int {
		return boolOrder(a[0] == last) - boolOrder(b[0] == last)
	})
	if possible[0][0] == last {
		body = body[:len(body)-1] + `\` + body[len(body)-1:]
	}
	return body, possible
}

func boolOrder(b bool) int {
	if b {
		return 1
	}
	return 0
}

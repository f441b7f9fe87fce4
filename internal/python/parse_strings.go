package python

import "unicode/utf8"

// strings joins string literals that stand side by side.
func (p *parser) strings() *Node {
	first := p.token
	p.advance()
	if !p.is(symbolString) && first.prefix&prefixFormatted == 0 {
		kind := StringNode
		if first.prefix&prefixBytes != 0 {
			kind = BytesNode
		}
		n := p.newNode(kind, first.start)
		n.Text, n.Marked, n.height, n.End = first.text, first.prefix&prefixUnicode != 0, 1, int32(p.end)
		p.checkText(n)
		return n
	}
	pieces := []token{first}
	for p.is(symbolString) {
		if p.tolerant {
			p.repair("strings side by side joined")
		}
		if (p.token.prefix^first.prefix)&prefixBytes != 0 {
			p.fail(p.token.start, "cannot mix bytes and nonbytes literals")
			return p.broken()
		}
		pieces = append(pieces, p.token)
		p.advance()
	}
	return p.join(pieces)
}

// checkText refuses text that is not UTF-8; a whole expression was looked at before.
func (p *parser) checkText(n *Node) {
	if p.tolerant && n.Kind == StringNode && !utf8.ValidString(n.Text) {
		p.fail(int(n.Start), "a string that is not UTF-8")
	}
}

// join makes one node of several literals.
func (p *parser) join(pieces []token) *Node {
	n := p.newNode(StringNode, pieces[0].start)
	n.Marked = pieces[0].prefix&prefixUnicode != 0
	var joined formatted
	for _, piece := range pieces {
		switch {
		case piece.prefix&prefixFormatted == 0:
			joined.text = append(joined.text, piece.text...)
		default:
			n.Kind = FormattedNode
			p.format(&joined, piece)
		}
		if piece.prefix&prefixBytes != 0 {
			n.Kind = BytesNode
		}
	}
	if n.Kind == FormattedNode {
		joined.flush(p)
		n.Items, n.Marked = joined.items, false
	} else {
		n.Text = string(joined.text)
		p.checkText(n)
	}
	return p.finish(n)
}

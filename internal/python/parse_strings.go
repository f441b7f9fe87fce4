package python

import "unicode/utf8"

// strings joins string literals that stand side by side.
func (p *parser) strings() *Node {
	first := p.token
	n := p.newNode(StringNode, first.start)
	n.Marked = first.prefix&prefixUnicode != 0
	if first.prefix&prefixBytes != 0 {
		n.Kind = BytesNode
	}
	p.advance()
	if p.is(symbolString) || first.prefix&prefixFormatted != 0 {
		p.join(n, first)
	} else {
		n.Text = first.text
	}
	if p.tolerant && n.Kind == StringNode && !utf8.ValidString(n.Text) {
		p.fail(int(n.Start), "a string that is not UTF-8") // a whole expression was looked at before
	}
	return p.finish(n)
}

// join adds the literals behind the first one, whose token was taken.
func (p *parser) join(n *Node, first token) {
	var joined formatted
	piece := first
	for {
		if piece.prefix&prefixFormatted == 0 {
			joined.text = append(joined.text, piece.text...)
		} else {
			n.Kind, n.Marked = FormattedNode, false
			p.format(&joined, piece)
		}
		if !p.is(symbolString) {
			break
		}
		if p.tolerant {
			p.repair("strings side by side joined")
		}
		piece = p.token
		if (piece.prefix^first.prefix)&prefixBytes != 0 {
			p.fail(piece.start, "cannot mix bytes and nonbytes literals")
			return
		}
		p.advance()
	}
	if n.Kind == FormattedNode {
		joined.flush(p)
		n.Items = joined.items
		return
	}
	n.Text = string(joined.text)
}

package python

// Reader parses expressions one after another in the same room. An expression is
// good until the next one is read; values that were computed from it stay. A reader
// is used by one goroutine at a time; the zero value is ready.
type Reader struct {
	nodes []Node
	links []*Node
	stack []*Node
	used  int // of the nodes
}

// readerRoom is how many nodes a reader keeps; most calls have fewer.
const readerRoom = 48

// ParseExpression is the function of that name.
func (r *Reader) ParseExpression(text string) (Expression, error) {
	if r.nodes == nil {
		r.nodes, r.links = make([]Node, readerRoom), make([]*Node, readerRoom)
	}
	r.Forget()
	p := parser{
		lexer: lexer{text: text}, maxNesting: maxNesting, chunk: min(256, max(8, len(text)/12)),
		nodes: r.nodes, links: r.links, stack: r.stack[:0],
	}
	node := p.whole()
	r.used = readerRoom
	if p.made == 0 { // all nodes are the reader's own
		r.used -= len(p.nodes)
	}
	if cap(p.stack) <= readerRoom {
		r.stack = p.stack
	}
	if p.failure != nil {
		return nil, p.failure
	}
	return node, nil
}

// Forget lets go of the last expression and its text.
func (r *Reader) Forget() {
	if r.used > 0 {
		clear(r.nodes[:r.used])
		r.used = 0
		clear(r.links)
		clear(r.stack[:cap(r.stack)])
	}
}

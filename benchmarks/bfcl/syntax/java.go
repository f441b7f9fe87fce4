package syntax

import "strings"

// Java reads the first method invocation in a text of Java statements, in the order
// of the source, an outer one before those inside it. found is false for a text
// that is Java but invokes nothing.
//
// An argument that is an assignment has the text of its left side as its name. A
// value is the source of its tokens without white space, except that a string or
// character literal that is the whole value loses its quotes, that names, class
// literals and invocations keep their source, that an array's creation is
// "new T[]" and its elements, and an object's creation "new T(a, b)", without a
// class body. Names and class literals alone are arguments without a name; all
// other arguments are left out.
func Java(source string) (call Call, found bool, err error) {
	if len(source) > maxSource {
		return Call{}, false, errTooLong
	}
	tokens, err := javaTokens(source)
	if err != nil {
		return Call{}, false, err
	}
	p := &javaParser{source: source, tokens: tokens, closing: matchBrackets(source, tokens), noTypes: map[int]bool{}}
	if err := p.program(); err != nil {
		return Call{}, false, err
	}
	first := firstInvocation(p.nodes)
	if first == nil {
		return Call{}, false, nil
	}
	call, err = (&javaWriter{cutter: newCutter(source), source: source, tokens: tokens}).call(first)
	return call, err == nil, err
}

type javaNodeKind uint8

const (
	javaInvocation javaNodeKind = iota
	javaObject
	javaArray
	javaClass // a class literal
)

// javaNode is a part of the source that is not simply its tokens one after the
// other. from and to bound its tokens.
type javaNode struct {
	kind     javaNodeKind
	from, to int
	inside   []*javaNode

	name      int // of an invocation: the token of its name
	object    int // where the object ends, from when there is none
	typeFrom  int // of a creation: its type's tokens
	typeTo    int
	valueFrom int // of an array's creation: its elements' tokens, 0 without
	arguments []javaArgument
}

type javaArgumentKind uint8

const (
	argumentOther javaArgumentKind = iota
	argumentAssignment
	argumentAlone
	argumentMissing
)

// javaArgument is one argument; valueFrom is where an assignment's value begins.
type javaArgument struct {
	kind                        javaArgumentKind
	from, nameTo, valueFrom, to int
}

// firstInvocation is the first invocation in the order of the source.
func firstInvocation(nodes []*javaNode) *javaNode {
	for _, n := range nodes {
		if n.kind == javaInvocation {
			return n
		}
		if inner := firstInvocation(n.inside); inner != nil {
			return inner
		}
	}
	return nil
}

// matchBrackets returns for each opening bracket the place of the closing one, 0
// when there is none.
func matchBrackets(source string, tokens []token) []int {
	closing := make([]int, len(tokens))
	var open []int
	for i, t := range tokens {
		if t.kind != tokenSign || t.end != t.start+1 {
			continue
		}
		switch c := source[t.start]; c {
		case '(', '[', '{':
			open = append(open, i)
		case ')', ']', '}':
			last := len(open) - 1
			if last < 0 || !strings.Contains("()[]{}", source[tokens[open[last]].start:tokens[open[last]].end]+string(c)) {
				return closing
			}
			closing[open[last]] = i
			open = open[:last]
		}
	}
	return closing
}

// javaWriter writes the texts of an invocation.
type javaWriter struct {
	cutter
	source string
	tokens []token
}

func (w *javaWriter) sourceOf(from, to int) string {
	return w.cut(w.tokens[from].start, w.tokens[to-1].end)
}

func (w *javaWriter) call(n *javaNode) (Call, error) {
	call := Call{Name: w.sourceOf(n.name, n.name+1)}
	if n.object > n.from {
		call.Name = w.sourceOf(n.from, n.object) + "." + call.Name
	}
	for _, a := range n.arguments {
		argument := Argument{Named: a.kind == argumentAssignment}
		switch a.kind {
		case argumentOther:
			continue
		case argumentAssignment:
			value, err := w.value(a.valueFrom, a.to, n.inside)
			if err != nil {
				return Call{}, err
			}
			if comment, ok := firstComment(w.source[w.tokens[a.valueFrom-1].end:w.tokens[a.valueFrom].start]); ok {
				value = comment
			}
			argument.Name, argument.Value = w.sourceOf(a.from, a.nameTo), value
		case argumentAlone:
			argument.Value = w.sourceOf(a.from, a.to)
		}
		call.Arguments = append(call.Arguments, argument)
	}
	if err := checkNames(call.Arguments); err != nil {
		return Call{}, err
	}
	return call, nil
}

func (w *javaWriter) value(from, to int, inside []*javaNode) (string, error) {
	if kind := w.tokens[from].kind; to == from+1 && (kind == tokenText || kind == tokenCharacter) {
		return withoutEnds(w.sourceOf(from, to)), nil
	}
	var out strings.Builder
	err := w.write(&out, from, to, inside)
	return out.String(), err
}

// write appends tokens one after the other, special parts in their own form.
func (w *javaWriter) write(out *strings.Builder, from, to int, inside []*javaNode) error {
	for at := from; at < to; {
		if at > from {
			for _, c := range w.tokens[at].comments {
				out.WriteString(w.cut(c.start, c.end))
			}
		}
		for len(inside) > 0 && inside[0].from < at {
			inside = inside[1:]
		}
		if len(inside) == 0 || inside[0].from != at || inside[0].to > to {
			out.WriteString(w.sourceOf(at, at+1))
			at++
			continue
		}
		if err := w.writeNode(out, inside[0]); err != nil {
			return err
		}
		at = inside[0].to
	}
	return nil
}

func (w *javaWriter) writeNode(out *strings.Builder, n *javaNode) error {
	switch n.kind {
	case javaInvocation, javaClass:
		out.WriteString(w.sourceOf(n.from, n.to))
		return nil
	case javaArray:
		if n.valueFrom == 0 {
			return errNoValue
		}
		out.WriteString("new ")
		if err := w.write(out, n.typeFrom, n.typeTo, n.inside); err != nil {
			return err
		}
		out.WriteString("[]")
		return w.write(out, n.valueFrom, n.to, n.inside)
	}
	out.WriteString("new ")
	if err := w.write(out, n.typeFrom, n.typeTo, n.inside); err != nil {
		return err
	}
	out.WriteString("(")
	for i, a := range n.arguments {
		if i > 0 {
			out.WriteString(", ")
		}
		if a.kind == argumentMissing {
			continue
		}
		if err := w.write(out, a.from, a.to, n.inside); err != nil {
			return err
		}
	}
	out.WriteString(")")
	return nil
}

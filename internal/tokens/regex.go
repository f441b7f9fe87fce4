package tokens

import (
	"sync"
	"unicode"
	"unicode/utf8"
)

// regex is a backtracking matcher for the expressions of tokenizer files. The
// standard library's has no look-ahead, which nearly all of them use. Steps are
// bounded: an attempt that takes too many does not match.
type regex struct {
	program []instruction
	stacks  sync.Pool // of *[]choice, as each match needs one
}

type operation byte

const (
	opSet    operation = iota // one letter of a set
	opRepeat                  // a set several times
	opSplit                   // go on at a, or else at b
	opJump                    // go on at a
	opLook                    // a look-ahead, or with not its denial
	opAtomic                  // a part that is not tried again
	opBegin                   // the start of the text
	opEnd                     // its end
	opMatch
)

type instruction struct {
	op      operation
	set     *set
	least   int
	most    int // -1 without a bound
	lazy    bool
	a, b    int
	not     bool
	program []instruction
}

// maxAttempt bounds the work of one attempt.
const maxAttempt = 1 << 20

// find is the first match at or after a place, -1 without one.
func (r *regex) find(text string, from int) (start, end int) {
	stack, ok := r.stacks.Get().(*[]choice)
	if !ok {
		stack = new([]choice)
	}
	defer r.stacks.Put(stack)
	for at := from; at <= len(text); {
		steps := maxAttempt
		if end := run(r.program, text, at, &steps, stack); end >= 0 {
			return at, end
		}
		if at == len(text) {
			break
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return -1, -1
}

// choice is a way that was not taken: go on at pc from place at. A repeat also has
// the least place to which it may step back, or the most letters it may still take.
type choice struct {
	pc, at, least int
	kind          byte // 0 a split, 1 a greedy repeat, 2 a lazy one
	left          int
}

// run is the end of a match at a place, -1 without one. What it puts on the stack it
// takes off again.
func run(program []instruction, text string, at int, steps *int, stack *[]choice) int {
	base := len(*stack)
	defer func() { *stack = (*stack)[:base] }()
	pc := 0
	for {
		if *steps--; *steps < 0 {
			return -1
		}
		ok := true
		switch in := &program[pc]; in.op {
		case opMatch:
			return at
		case opSet:
			if at >= len(text) {
				ok = false
				break
			}
			size, in := in.set.match(text[at:])
			if ok = in; ok {
				at += size
				pc++
			}
		case opRepeat:
			at, pc, ok = repeat(in, text, at, pc, stack, steps)
		case opSplit:
			*stack = append(*stack, choice{pc: in.b, at: at})
			pc = in.a
		case opJump:
			pc = in.a
		case opLook:
			if ok = (run(in.program, text, at, steps, stack) >= 0) != in.not; ok {
				pc++
			}
		case opAtomic:
			end := run(in.program, text, at, steps, stack)
			if ok = end >= 0; ok {
				at = end
				pc++
			}
		case opBegin:
			ok = at == 0
			pc++
		case opEnd:
			ok = at == len(text)
			pc++
		}
		if ok {
			continue
		}
		if at, pc, ok = back(program, text, stack, base); !ok {
			return -1
		}
	}
}

// repeat takes as many letters of a set as it can, or with lazy as few as it must.
func repeat(in *instruction, text string, at, pc int, stack *[]choice, steps *int) (int, int, bool) {
	count, least := 0, at
	for (in.most < 0 || count < in.most) && (!in.lazy || count < in.least) && at < len(text) {
		size, matched := in.set.match(text[at:])
		if !matched {
			break
		}
		at += size
		count++
		if count == in.least {
			least = at
		}
		if *steps--; *steps < 0 {
			return at, pc, false
		}
	}
	switch {
	case count < in.least:
		return at, pc, false
	case in.lazy:
		left := -1
		if in.most >= 0 {
			left = in.most - count
		}
		*stack = append(*stack, choice{pc: pc, at: at, kind: 2, left: left})
	case at > least:
		*stack = append(*stack, choice{pc: pc + 1, at: at, least: least, kind: 1})
	}
	return at, pc + 1, true
}

// back takes the last choice above base that was not taken.
func back(program []instruction, text string, stack *[]choice, base int) (at, pc int, ok bool) {
	for len(*stack) > base {
		top := &(*stack)[len(*stack)-1]
		switch top.kind {
		case 0:
			at, pc = top.at, top.pc
			*stack = (*stack)[:len(*stack)-1]
			return at, pc, true
		case 1:
			if top.at <= top.least {
				*stack = (*stack)[:len(*stack)-1]
				continue
			}
			_, size := utf8.DecodeLastRuneInString(text[:top.at])
			top.at -= size
			at, pc = top.at, top.pc
			if top.at <= top.least {
				*stack = (*stack)[:len(*stack)-1]
			}
			return at, pc, true
		default:
			if top.left == 0 || top.at >= len(text) {
				*stack = (*stack)[:len(*stack)-1]
				continue
			}
			size, matched := program[top.pc].set.match(text[top.at:])
			if !matched {
				*stack = (*stack)[:len(*stack)-1]
				continue
			}
			top.at += size
			if top.left > 0 {
				top.left--
			}
			return top.at, top.pc + 1, true
		}
	}
	return 0, 0, false
}

// set is a set of letters.
type set struct {
	ascii  [128]bool
	items  []item
	negate bool
}

// item is a range, a table of Unicode, or a set within a set.
type item struct {
	low, high rune
	table     *unicode.RangeTable
	inner     *set
	not       bool
}

func (i item) holds(r rune) bool {
	var in bool
	switch {
	case i.table != nil:
		in = unicode.Is(i.table, r)
	case i.inner != nil:
		in = i.inner.holds(r)
	default:
		in = i.low <= r && r <= i.high
	}
	return in != i.not
}

func (s *set) holds(r rune) bool {
	for _, i := range s.items {
		if i.holds(r) {
			return !s.negate
		}
	}
	return s.negate
}

// seal fills the table of ASCII.
func (s *set) seal() *set {
	for r := range rune(128) {
		s.ascii[r] = s.holds(r)
	}
	return s
}

// match looks at the first letter of a text that is not empty.
func (s *set) match(text string) (size int, matched bool) {
	if c := text[0]; c < utf8.RuneSelf {
		return 1, s.ascii[c]
	}
	r, size := utf8.DecodeRuneInString(text)
	return size, s.holds(r)
}

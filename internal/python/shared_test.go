package python

import (
	"strings"
	"testing"
)

// manyWays is a list, or a tuple, that has 2**depth ways to its innermost item.
func manyWays(depth int, pair func(a, b Value) Value) Value {
	var v Value = "x"
	for range depth {
		v = pair(v, v)
	}
	return v
}

func listOf(a, b Value) Value { return NewList(a, b) }

func tupleOf(a, b Value) Value { return Tuple{a, b} }

func selfHolding() *List {
	l := NewList()
	l.Items = append(l.Items, l)
	return l
}

// Values that hold themselves, or their parts very often, are compared and hashed
// in bounded time.
func TestSharedParts(t *testing.T) {
	if Equal(selfHolding(), selfHolding()) {
		t.Error("two lists that hold themselves are equal")
	}
	if own := selfHolding(); !Equal(own, own) {
		t.Error("a list that holds itself is not the same as itself")
	}
	if _, err := Compare("<", selfHolding(), selfHolding()); err == nil || !strings.HasPrefix(err.Error(), "RecursionError") {
		t.Errorf("order of two lists that hold themselves: %v", err)
	}
	if Equal(manyWays(60, listOf), manyWays(60, listOf)) {
		t.Error("2**60 pairs were compared")
	}
	if _, err := Compare(">", manyWays(60, listOf), manyWays(60, listOf)); err != nil && !strings.HasPrefix(err.Error(), "TypeError") {
		t.Errorf("order of shared lists: %v", err)
	}
	if !Equal(manyWays(10, listOf), manyWays(10, listOf)) || !Equal(manyWays(10, tupleOf), manyWays(10, tupleOf)) {
		t.Error("equal values differ")
	}
	d := NewDict()
	if err := d.Set(manyWays(60, tupleOf), 1.0); err == nil || !strings.HasPrefix(err.Error(), "MemoryError") {
		t.Errorf("a shared tuple as a key: %v", err)
	}
	if err := d.Set(manyWays(10, tupleOf), 1.0); err != nil {
		t.Error(err)
	}
	if _, found, err := d.Get(manyWays(10, tupleOf)); err != nil || !found {
		t.Errorf("a tuple is not found as a key: %v", err)
	}
	if _, err := Iterate(strings.Repeat("x", maxItems+1)); err == nil {
		t.Error("a text of over four million characters is walked")
	}
}

// All expressions of an evaluator together make no more than what is left.
func TestLeft(t *testing.T) {
	left := 1000
	e := Evaluator{Left: &left}
	try := func(text string) error {
		expression, err := ParseExpression(text)
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.Evaluate(expression)
		return err
	}
	if err := try("'x' * 600"); err != nil || left != 400 {
		t.Fatalf("%v, %d left", err, left)
	}
	if err := try("'x' * 600"); err == nil || left != 0 {
		t.Fatalf("%v, %d left", err, left)
	}
	if err := try("1"); err != nil {
		t.Fatal(err)
	}
}

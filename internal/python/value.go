// Package python reads and computes Python values without Python: the literals
// and expressions of CPython 3.11, its numbers, texts and containers, and the
// texts in which it shows them. Nothing is ever run: the only calls are those that
// the caller of Evaluate answers.
//
// Text is UTF-8. A lone surrogate, which JSON can spell and Python keeps, is
// written as its three bytes of generalised UTF-8 and shown as Python shows it.
package python

import (
	"math"
	"math/big"
	"strconv"
)

// Value is one of: nil (None), bool, Int, float64, string, *List, Tuple, *Dict,
// *Set, Bytes, Complex, EllipsisType, Slice, Opaque. Lists, dicts and sets are references
// that may be shared, as in Python.
type Value = any

// List is a Python list.
type List struct{ Items []Value }

// Tuple is a Python tuple; it must not be changed.
type Tuple []Value

// Bytes is a Python bytes object.
type Bytes string

// Complex is a Python complex number.
type Complex complex128

// EllipsisType is the kind of the one value "...".
type EllipsisType struct{}

// Slice is what stands between [ and ] in text[1:2]; missing bounds are None.
type Slice struct{ Lower, Upper, Step Value }

// NewList returns a list of the items.
func NewList(items ...Value) *List { return &List{Items: items} }

// Int is a whole number of any size. The zero value is 0.
type Int struct {
	small int64
	big   *big.Int // nil when the number fits small
}

// NewInt returns the number n.
func NewInt(n int64) Int { return Int{small: n} }

// IntFromBig returns the number n, which is not kept.
func IntFromBig(n *big.Int) Int {
	if n.IsInt64() {
		return Int{small: n.Int64()}
	}
	return Int{big: new(big.Int).Set(n)}
}

// Int64 returns the number if it fits.
func (n Int) Int64() (int64, bool) { return n.small, n.big == nil }

// Big returns the number as a new big.Int.
func (n Int) Big() *big.Int {
	if n.big == nil {
		return big.NewInt(n.small)
	}
	return new(big.Int).Set(n.big)
}

// Sign is -1, 0 or 1.
func (n Int) Sign() int {
	switch {
	case n.big != nil:
		return n.big.Sign()
	case n.small < 0:
		return -1
	case n.small > 0:
		return 1
	}
	return 0
}

// Float64 returns the nearest float64, and false if that is infinite.
func (n Int) Float64() (float64, bool) {
	if n.big == nil {
		return float64(n.small), true
	}
	nearest, _ := new(big.Float).SetInt(n.big).Float64()
	return nearest, !math.IsInf(nearest, 0)
}

// digits is the decimal text, whatever its length.
func (n Int) digits() string {
	if n.big == nil {
		return strconv.FormatInt(n.small, 10)
	}
	return n.big.String()
}

func (n Int) bits() int {
	if n.big != nil {
		return n.big.BitLen()
	}
	return 64
}

func compareInts(a, b Int) int {
	switch {
	case a.big == nil && b.big == nil:
		switch {
		case a.small < b.small:
			return -1
		case a.small > b.small:
			return 1
		}
		return 0
	case a.big == nil:
		return -b.big.Sign()
	case b.big == nil:
		return a.big.Sign()
	}
	return a.big.Cmp(b.big)
}

// KindName is the name of a value's type as Python's messages give it.
func KindName(v Value) string {
	switch v := v.(type) {
	case nil:
		return "NoneType"
	case bool:
		return "bool"
	case Int:
		return "int"
	case float64:
		return "float"
	case string:
		return "str"
	case *List:
		return "list"
	case Tuple:
		return "tuple"
	case *Dict:
		return "dict"
	case *Set:
		return "set"
	case Bytes:
		return "bytes"
	case Complex:
		return "complex"
	case EllipsisType:
		return "ellipsis"
	case Slice:
		return "slice"
	case Opaque:
		return v.Kind
	}
	return "object"
}

// Truth is Python's bool(v).
func Truth(v Value) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case Int:
		return v.Sign() != 0
	case float64:
		return v != 0
	case string:
		return v != ""
	case *List:
		return len(v.Items) > 0
	case Tuple:
		return len(v) > 0
	case *Dict:
		return v.Len() > 0
	case *Set:
		return v.Len() > 0
	case Bytes:
		return v != ""
	case Complex:
		return v != 0
	}
	return true
}

// whole returns a bool or an Int as an Int.
func whole(v Value) (Int, bool) {
	switch v := v.(type) {
	case Int:
		return v, true
	case bool:
		if v {
			return Int{small: 1}, true
		}
		return Int{}, true
	}
	return Int{}, false
}

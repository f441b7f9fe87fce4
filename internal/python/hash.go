package python

import (
	"math"
	"math/big"
	"strconv"
)

// Comparable stand-ins of keys. Equal keys have equal stand-ins whatever their
// kind: a number is its value.
type (
	bigKey     string // sign and bytes of a whole number beyond int64
	tupleKey   string
	bytesKey   string
	complexKey complex128
)

// Hashable returns the TypeError that v as a key raises, nil if it may be one.
func Hashable(v Value) error {
	switch v := v.(type) {
	case *List, *Dict, *Set, Slice:
		return Raise("TypeError", "unhashable type: '%s'", KindName(v))
	case Tuple:
		_, err := appendTupleKey(nil, v)
		return err
	}
	return nil
}

// maxTupleKey bounds the stand-in of a tuple, in bytes: parts that are shared count
// once for each way to them.
const maxTupleKey = 1 << 20

// hash returns the stand-in of a key.
func hash(key Value) (any, error) {
	switch v := key.(type) {
	case string, nil, EllipsisType:
		return key, nil
	case Int, bool:
		n, _ := whole(v)
		return hashInt(n), nil
	case float64:
		return hashFloat(v), nil
	case Complex:
		if imag(complex128(v)) == 0 {
			return hashFloat(real(complex128(v))), nil
		}
		return complexKey(v), nil
	case Bytes:
		return bytesKey(v), nil
	case Tuple:
		key, err := appendTupleKey(nil, v)
		return tupleKey(key), err
	}
	return key, Hashable(key)
}

func hashInt(n Int) any {
	if n.big == nil {
		return n.small
	}
	return hashBig(n.big)
}

// hashBig takes time in proportion to the number's length, unlike its digits.
func hashBig(n *big.Int) bigKey {
	sign := "+"
	if n.Sign() < 0 {
		sign = "-"
	}
	return bigKey(sign + string(n.Bytes()))
}

// hashFloat is the float itself unless it is whole; NaN equals no key.
func hashFloat(x float64) any {
	if x != math.Trunc(x) || math.IsInf(x, 0) {
		return x
	}
	if -1<<63 <= x && x < 1<<63 {
		return int64(x)
	}
	n, _ := new(big.Float).SetFloat64(x).Int(nil)
	return hashBig(n)
}

// appendTupleKey writes the items' stand-ins, each with its kind and length, so
// that different tuples have different keys.
func appendTupleKey(key []byte, items Tuple) ([]byte, error) {
	for _, item := range items {
		if len(key) > maxTupleKey {
			return key, tooLarge("a tuple as a key")
		}
		hashed, err := hash(item)
		if err != nil {
			return key, err
		}
		kind, text := byte('o'), ""
		switch h := hashed.(type) {
		case string:
			kind, text = 's', h
		case nil:
			kind = 'n'
		case int64:
			kind, text = 'i', strconv.FormatInt(h, 10)
		case bigKey:
			kind, text = 'b', string(h)
		case float64:
			kind, text = 'f', strconv.FormatFloat(h, 'g', -1, 64)
		case complexKey:
			kind, text = 'c', strconv.FormatComplex(complex128(h), 'g', -1, 128)
		case bytesKey:
			kind, text = 'y', string(h)
		case tupleKey:
			kind, text = 't', string(h)
		}
		key = append(strconv.AppendInt(append(key, kind), int64(len(text)), 10), ':')
		key = append(key, text...)
	}
	return key, nil
}

package python

import (
	"strings"
)

// Subscript is container[key]; key may be a Slice.
func Subscript(container, key Value) (Value, error) {
	switch c := container.(type) {
	case *Dict:
		value, found, err := c.Get(key)
		if err == nil && !found {
			text, reprErr := Repr(key)
			if reprErr != nil {
				return nil, reprErr
			}
			err = &Exception{Kind: "KeyError", Message: text}
		}
		return value, err
	case *List:
		if slice, ok := key.(Slice); ok {
			items, err := sliceItems(c.Items, slice)
			return &List{Items: items}, err
		}
		at, err := index("list", len(c.Items), key)
		if err != nil {
			return nil, err
		}
		return c.Items[at], nil
	case Tuple:
		if slice, ok := key.(Slice); ok {
			items, err := sliceItems(c, slice)
			return Tuple(items), err
		}
		at, err := index("tuple", len(c), key)
		if err != nil {
			return nil, err
		}
		return c[at], nil
	case string:
		return subscriptText(c, key)
	case Bytes:
		if slice, ok := key.(Slice); ok {
			positions, err := slice.positions(len(c))
			var out []byte
			for at := range positions.all {
				out = append(out, c[at])
			}
			return Bytes(out), err
		}
		at, err := index("byte", len(c), key)
		if err != nil {
			return nil, err
		}
		return NewInt(int64(c[at])), nil
	}
	return nil, Raise("TypeError", "'%s' object is not subscriptable", KindName(container))
}

func subscriptText(text string, key Value) (Value, error) {
	if slice, ok := key.(Slice); ok {
		characters, _ := Iterate(text)
		items, err := sliceItems(characters, slice)
		var out strings.Builder
		for _, item := range items {
			out.WriteString(item.(string))
		}
		return out.String(), err
	}
	at, err := index("string", CountCharacters(text), key)
	if err != nil {
		return nil, err
	}
	return SliceCharacters(text, at, at+1), nil
}

// index turns a subscript into a place from 0.
func index(kind string, length int, key Value) (int, error) {
	n, ok := whole(key)
	if !ok {
		if kind == "string" {
			return 0, Raise("TypeError", "string indices must be integers, not '%s'", KindName(key))
		}
		return 0, Raise("TypeError", "%s indices must be integers or slices, not %s", kind, KindName(key))
	}
	at, small := n.Int64()
	if !small {
		return 0, Raise("IndexError", "cannot fit 'int' into an index-sized integer")
	}
	if at < 0 {
		at += int64(length)
	}
	if at < 0 || at >= int64(length) {
		if kind == "byte" {
			return 0, Raise("IndexError", "index out of range")
		}
		return 0, Raise("IndexError", "%s index out of range", kind)
	}
	return int(at), nil
}

// span is the arithmetic progression of places that a slice picks.
type span struct{ start, step, count int }

// all yields the places.
func (s span) all(yield func(int) bool) {
	for i := range s.count {
		if !yield(s.start + i*s.step) {
			return
		}
	}
}

func sliceItems(items []Value, slice Slice) ([]Value, error) {
	positions, err := slice.positions(len(items))
	if err != nil {
		return nil, err
	}
	picked := make([]Value, 0, positions.count)
	for at := range positions.all {
		picked = append(picked, items[at])
	}
	return picked, nil
}

// positions clips a slice's bounds to a length as Python does.
func (s Slice) positions(length int) (span, error) {
	step, err := bound(s.Step, 1)
	if err != nil {
		return span{}, err
	}
	if step == 0 {
		return span{}, Raise("ValueError", "slice step cannot be zero")
	}
	lowest, highest := 0, length // where bounds outside are moved to
	start, stop := 0, length
	if step < 0 {
		lowest, highest = -1, length-1
		start, stop = length-1, -1
	}
	clip := func(v Value, missing int) (int, error) {
		if v == nil {
			return missing, nil
		}
		at, err := bound(v, missing)
		if at < 0 {
			at += length
		}
		return min(max(at, lowest), highest), err
	}
	if start, err = clip(s.Lower, start); err != nil {
		return span{}, err
	}
	if stop, err = clip(s.Upper, stop); err != nil {
		return span{}, err
	}
	count := 0
	if step > 0 && stop > start {
		count = (stop-start-1)/step + 1
	} else if step < 0 && stop < start {
		count = (start-stop-1)/-step + 1
	}
	return span{start: start, step: step, count: count}, nil
}

// farBound is farther than any length, and can be added to one.
const farBound = 1 << 40

func bound(v Value, missing int) (int, error) {
	if v == nil {
		return missing, nil
	}
	n, ok := whole(v)
	if !ok {
		return 0, Raise("TypeError", "slice indices must be integers or None or have an __index__ method")
	}
	at, small := n.Int64()
	if !small {
		at = int64(n.Sign()) * farBound
	}
	return int(min(max(at, -farBound), farBound)), nil
}

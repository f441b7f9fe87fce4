package python

import "strings"

func isSequence(v Value) bool {
	switch v.(type) {
	case string, Bytes, *List, Tuple:
		return true
	}
	return false
}

func concatenate(a, b Value) (Value, error) {
	switch x := a.(type) {
	case string:
		y, ok := b.(string)
		if !ok {
			return nil, Raise("TypeError", "can only concatenate str (not \"%s\") to str", KindName(b))
		}
		if len(x)+len(y) > maxText {
			return nil, tooLarge("a text over 64 MiB")
		}
		return x + y, nil
	case Bytes:
		y, ok := b.(Bytes)
		if !ok {
			return nil, Raise("TypeError", "can't concat %s to bytes", KindName(b))
		}
		if len(x)+len(y) > maxText {
			return nil, tooLarge("bytes over 64 MiB")
		}
		return x + y, nil
	case *List:
		y, ok := b.(*List)
		if !ok {
			return nil, Raise("TypeError", "can only concatenate list (not \"%s\") to list", KindName(b))
		}
		items, err := joinItems(x.Items, y.Items)
		return &List{Items: items}, err
	case Tuple:
		y, ok := b.(Tuple)
		if !ok {
			return nil, Raise("TypeError", "can only concatenate tuple (not \"%s\") to tuple", KindName(b))
		}
		items, err := joinItems(x, y)
		return Tuple(items), err
	}
	return nil, unsupported("+", a, b)
}

func joinItems(a, b []Value) ([]Value, error) {
	if len(a)+len(b) > maxItems {
		return nil, tooLarge("more than 2**22 items")
	}
	return append(append(make([]Value, 0, len(a)+len(b)), a...), b...), nil
}

// repeat is sequence * times; a negative number of times is none.
func repeat(sequence, times Value) (Value, error) {
	n, ok := whole(times)
	if !ok {
		return nil, Raise("TypeError", "can't multiply sequence by non-int of type '%s'", KindName(times))
	}
	count, small := n.Int64()
	if !small && n.Sign() > 0 {
		return nil, Raise("OverflowError", "cannot fit 'int' into an index-sized integer")
	}
	if count < 0 || !small {
		count = 0
	}
	switch s := sequence.(type) {
	case string:
		text, err := repeatText(s, count)
		return text, err
	case Bytes:
		text, err := repeatText(string(s), count)
		return Bytes(text), err
	case *List:
		items, err := repeatItems(s.Items, count)
		return &List{Items: items}, err
	}
	items, err := repeatItems(sequence.(Tuple), count)
	return Tuple(items), err
}

func repeatText(text string, count int64) (string, error) {
	if text == "" || count == 0 {
		return "", nil
	}
	if count > maxText/int64(len(text)) {
		return "", tooLarge("a text over 64 MiB")
	}
	return strings.Repeat(text, int(count)), nil
}

func repeatItems(items []Value, count int64) ([]Value, error) {
	if len(items) == 0 || count == 0 {
		return nil, nil
	}
	if count > maxItems/int64(len(items)) {
		return nil, tooLarge("more than 2**22 items")
	}
	all := make([]Value, 0, len(items)*int(count))
	for range count {
		all = append(all, items...)
	}
	return all, nil
}

// Length is len(v): of a text its code points.
func Length(v Value) (int, error) {
	switch v := v.(type) {
	case string:
		return CountCharacters(v), nil
	case Bytes:
		return len(v), nil
	case *List:
		return len(v.Items), nil
	case Tuple:
		return len(v), nil
	case *Dict:
		return v.Len(), nil
	case *Set:
		return v.Len(), nil
	}
	return 0, Raise("TypeError", "object of type '%s' has no len()", KindName(v))
}

// Iterate is what a for loop walks: a list's own items, which must not be changed,
// a text's characters, a dict's keys.
func Iterate(v Value) ([]Value, error) {
	switch v := v.(type) {
	case *List:
		return v.Items, nil
	case Tuple:
		return v, nil
	case string:
		if len(v) > maxItems {
			return nil, tooLarge("more than 2**22 characters to walk")
		}
		items := make([]Value, 0, len(v))
		for at := 0; at < len(v); {
			_, size := DecodeRune(v[at:])
			items = append(items, v[at:at+size])
			at += size
		}
		return items, nil
	case *Dict:
		items := make([]Value, v.Len())
		for i := range items {
			items[i] = v.entries[i].key
		}
		return items, nil
	case *Set:
		return Iterate(&v.members)
	case Bytes:
		items := make([]Value, len(v))
		for i := range items {
			items[i] = NewInt(int64(v[i]))
		}
		return items, nil
	}
	return nil, Raise("TypeError", "'%s' object is not iterable", KindName(v))
}

// Contains is item in container.
func Contains(container, item Value) (bool, error) {
	switch c := container.(type) {
	case string:
		text, ok := item.(string)
		if !ok {
			return false, Raise("TypeError", "'in <string>' requires string as left operand, not %s", KindName(item))
		}
		return strings.Contains(c, text), nil
	case *List:
		return containsItem(c.Items, item), nil
	case Tuple:
		return containsItem(c, item), nil
	case *Dict:
		_, found, err := c.Get(item)
		return found, err
	case *Set:
		if _, isSet := item.(*Set); isSet {
			return false, nil // Python looks for a frozen one, which does not exist here
		}
		return c.Has(item)
	case Bytes:
		return bytesContain(c, item)
	}
	return false, Raise("TypeError", "argument of type '%s' is not iterable", KindName(container))
}

func containsItem(items []Value, item Value) bool {
	for _, other := range items {
		if Equal(other, item) {
			return true
		}
	}
	return false
}

func bytesContain(container Bytes, item Value) (bool, error) {
	if part, ok := item.(Bytes); ok {
		return strings.Contains(string(container), string(part)), nil
	}
	n, ok := whole(item)
	if !ok {
		return false, Raise("TypeError", "a bytes-like object is required, not '%s'", KindName(item))
	}
	if value, small := n.Int64(); small && 0 <= value && value < 256 {
		return strings.IndexByte(string(container), byte(value)) >= 0, nil
	}
	return false, Raise("ValueError", "byte must be in range(0, 256)")
}

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

// Copy is Python's copy.deepcopy: what was shared inside stays shared, and what
// holds itself does so in the copy.
func Copy(v Value) Value {
	switch v.(type) {
	case *List, *Dict, *Set, Tuple:
		return copier{}.copy(v)
	}
	return v
}

// copier holds the copies of lists, dicts and sets by their reference, of tuples by
// their part of memory.
type copier map[any]Value

type part struct {
	first *Value
	count int
}

func (c copier) copy(v Value) Value {
	switch v := v.(type) {
	case *List:
		if done, ok := c[v]; ok {
			return done
		}
		fresh := &List{Items: make([]Value, len(v.Items))}
		c[v] = fresh
		for i, item := range v.Items {
			fresh.Items[i] = c.copy(item)
		}
		return fresh
	case Tuple:
		if len(v) == 0 {
			return v
		}
		same := part{&v[0], len(v)}
		if done, ok := c[same]; ok {
			return done
		}
		fresh := make(Tuple, len(v))
		for i, item := range v {
			fresh[i] = c.copy(item)
		}
		c[same] = fresh
		return fresh
	case *Dict:
		if done, ok := c[v]; ok {
			return done
		}
		fresh := &Dict{entries: make([]entry, len(v.entries))}
		c[v] = fresh
		for i, e := range v.entries {
			fresh.entries[i] = entry{key: e.key, value: c.copy(e.value), hashed: e.hashed}
		}
		if len(fresh.entries) > smallDict {
			fresh.reindex()
		}
		return fresh
	case *Set:
		if done, ok := c[v]; ok {
			return done
		}
		fresh := &Set{members: Dict{entries: append([]entry(nil), v.members.entries...)}}
		c[v] = fresh
		if fresh.Len() > smallDict {
			fresh.members.reindex()
		}
		return fresh
	}
	return v
}

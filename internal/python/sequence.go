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

package python

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

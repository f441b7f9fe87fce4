package python

import "slices"

// smallDict is the number of entries up to which a dict is searched in order;
// above it keeps an index.
const smallDict = 12

type entry struct {
	key, value Value
	hashed     any // the key as a comparable Go value, equal for equal keys
}

// Dict is a Python dict: entries in the order of their first storing; 1, 1.0 and
// True are one key. The zero value is empty and ready.
type Dict struct {
	entries []entry
	index   map[any]int // of keys to their entries' numbers; nil while small
	numbers []int       // of the entries, rising; they stay when others are deleted
}

// NewDict returns an empty dict.
func NewDict() *Dict { return &Dict{} }

// MakeDict returns an empty dict with room for so many entries.
func MakeDict(room int) *Dict { return &Dict{entries: make([]entry, 0, room)} }

// Len is the number of entries.
func (d *Dict) Len() int { return len(d.entries) }

// At returns the entry at a place in the order, from 0.
func (d *Dict) At(i int) (key, value Value) { return d.entries[i].key, d.entries[i].value }

// find returns the place of a hashed key, -1 without.
func (d *Dict) find(hashed any) int {
	if name, isText := hashed.(string); isText {
		return d.findText(name)
	}
	if d.index != nil {
		return d.indexed(hashed)
	}
	for i := range d.entries {
		if d.entries[i].hashed == hashed {
			return i
		}
	}
	return -1
}

// indexed is find where there is an index.
func (d *Dict) indexed(hashed any) int {
	number, found := d.index[hashed]
	if !found {
		return -1
	}
	if number < len(d.numbers) && d.numbers[number] == number { // nothing before it was deleted
		return number
	}
	at, _ := slices.BinarySearch(d.numbers, number)
	return at
}

func (d *Dict) findText(name string) int {
	if d.index != nil {
		return d.indexed(name)
	}
	for i := range d.entries {
		if text, isText := d.entries[i].key.(string); isText && text == name {
			return i
		}
	}
	return -1
}

func (d *Dict) put(key Value, hashed any, value Value) {
	if at := d.find(hashed); at >= 0 {
		d.entries[at].value = value
		return
	}
	d.add(entry{key: key, value: value, hashed: hashed})
}

// add appends an entry whose key is new.
func (d *Dict) add(e entry) {
	d.entries = append(d.entries, e)
	switch {
	case d.index != nil:
		number := 0
		if last := len(d.numbers) - 1; last >= 0 {
			number = d.numbers[last] + 1
		}
		d.numbers = append(d.numbers, number)
		d.index[e.hashed] = number
	case len(d.entries) > smallDict:
		d.reindex()
	}
}

func (d *Dict) reindex() {
	d.index = make(map[any]int, 2*len(d.entries))
	d.numbers = make([]int, len(d.entries), 2*len(d.entries))
	for i := range d.entries {
		d.index[d.entries[i].hashed] = i
		d.numbers[i] = i
	}
}

// Get returns the value of a key. A key of a kind that has no hash is a TypeError.
func (d *Dict) Get(key Value) (Value, bool, error) {
	hashed, err := hash(key)
	if err != nil {
		return nil, false, err
	}
	if at := d.find(hashed); at >= 0 {
		return d.entries[at].value, true, nil
	}
	return nil, false, nil
}

// GetText returns the value of a text key.
func (d *Dict) GetText(name string) (Value, bool) {
	if at := d.findText(name); at >= 0 {
		return d.entries[at].value, true
	}
	return nil, false
}

// Set stores a value. An existing key keeps its place and its spelling.
func (d *Dict) Set(key, value Value) error {
	hashed, err := hash(key)
	if err != nil {
		return err
	}
	d.put(key, hashed, value)
	return nil
}

// SetText stores a value under a text key.
func (d *Dict) SetText(name string, value Value) {
	if at := d.findText(name); at >= 0 {
		d.entries[at].value = value
		return
	}
	var key any = name // one allocation for both
	d.add(entry{key: key, value: value, hashed: key})
}

// Delete removes a key and reports whether it was there.
func (d *Dict) Delete(key Value) (bool, error) {
	hashed, err := hash(key)
	if err != nil {
		return false, err
	}
	at := d.find(hashed)
	if at < 0 {
		return false, nil
	}
	d.entries = slices.Delete(d.entries, at, at+1)
	if d.index != nil {
		delete(d.index, hashed)
		d.numbers = slices.Delete(d.numbers, at, at+1)
	}
	return true, nil
}

// Set is a Python set, kept in the order of adding. The zero value is empty and
// ready.
type Set struct{ members Dict }

// NewSet returns an empty set.
func NewSet() *Set { return &Set{} }

// Len is the number of members.
func (s *Set) Len() int { return s.members.Len() }

// At returns the member at a place in the order of adding, from 0.
func (s *Set) At(i int) Value { return s.members.entries[i].key }

// Add adds a member; a kind without a hash is a TypeError.
func (s *Set) Add(v Value) error { return s.members.Set(v, nil) }

// Has reports whether v is a member; a kind without a hash is a TypeError.
func (s *Set) Has(v Value) (bool, error) {
	_, found, err := s.members.Get(v)
	return found, err
}

// Remove takes a member out and reports whether it was there.
func (s *Set) Remove(v Value) (bool, error) { return s.members.Delete(v) }

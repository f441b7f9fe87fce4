package world

import (
	"crypto/sha256"
	"fmt"
	"sort"
	"strconv"
	"sync"

	"github.com/buttonbench/button"
	"go.starlark.net/starlark"
)

// Bounds on a state. They are far above any honest world.
const (
	maxTables     = 64
	maxRows       = 20_000
	maxRowKeys    = 64
	maxRowDepth   = 4
	maxTextBytes  = 4_000
	maxNestedList = 1_000
)

// table is one frozen table of a state, with what is derived from it once.
// It is safe for concurrent use.
type table struct {
	name string
	list *starlark.List

	rowsOnce sync.Once
	rows     []map[string]Value
	hashOnce sync.Once
	hash     [sha256.Size]byte

	indexLock sync.Mutex
	indexes   map[string]map[string][]int32 // column -> value -> rows; nil where there is none
}

// indexFrom is the number of rows from which find() and where() use an index.
const indexFrom = 24

// newTable checks what a world made, freezes it and wraps it.
func newTable(name string, value starlark.Value) (*table, error) {
	list, ok := value.(*starlark.List)
	if !ok {
		return nil, fmt.Errorf("table %q: want a list of rows, have %s", name, value.Type())
	}
	if list.Len() > maxRows {
		return nil, fmt.Errorf("table %q: %d rows are more than the allowed %d", name, list.Len(), maxRows)
	}
	for i := range list.Len() {
		row, ok := list.Index(i).(*starlark.Dict)
		if !ok {
			return nil, fmt.Errorf("table %q: row %d: want a dict, have %s", name, i+1, list.Index(i).Type())
		}
		if err := checkStored(row, 1); err != nil {
			return nil, fmt.Errorf("table %q: row %d: %w", name, i+1, err)
		}
	}
	list.Freeze()
	return &table{name: name, list: list}, nil
}

// checkStored refuses values that a state cannot hold: what has no canonical
// form, and what is out of bounds. Depth is bounded before anything recurses
// into the value, so a row that holds itself is refused as well.
func checkStored(value starlark.Value, depth int) error {
	if depth > maxRowDepth {
		return fmt.Errorf("nested deeper than %d levels", maxRowDepth)
	}
	switch value := value.(type) {
	case starlark.String:
		if len(value) > maxTextBytes {
			return fmt.Errorf("a text of %d bytes is longer than the allowed %d", len(value), maxTextBytes)
		}
	case starlark.Int:
		if _, ok := value.Int64(); !ok {
			return fmt.Errorf("the number does not fit into 64 bits")
		}
	case starlark.Bool, starlark.NoneType:
	case *starlark.List:
		return checkStoredList(value, depth)
	case *starlark.Dict:
		if value.Len() > maxRowKeys {
			return fmt.Errorf("%d keys are more than the allowed %d", value.Len(), maxRowKeys)
		}
		for key, member := range value.Entries() {
			if _, ok := key.(starlark.String); !ok {
				return fmt.Errorf("key %s: want a string", key.Type())
			}
			if err := checkStored(member, depth+1); err != nil {
				return fmt.Errorf("%s: %w", clip(string(key.(starlark.String))), err)
			}
		}
	default:
		return fmt.Errorf("a %s cannot be kept in a table (strings, whole numbers, booleans, None, lists and dicts can)", value.Type())
	}
	return nil
}

func checkStoredList(list *starlark.List, depth int) error {
	if list.Len() > maxNestedList {
		return fmt.Errorf("a list of %d is longer than the allowed %d", list.Len(), maxNestedList)
	}
	for i := range list.Len() {
		if err := checkStored(list.Index(i), depth+1); err != nil {
			return err
		}
	}
	return nil
}

// thaw returns a deep, changeable copy of the rows.
func (t *table) thaw() *starlark.List {
	rows := make([]starlark.Value, t.list.Len())
	for i := range rows {
		rows[i] = copyStored(t.list.Index(i))
	}
	return starlark.NewList(rows)
}

func copyStored(value starlark.Value) starlark.Value {
	switch value := value.(type) {
	case *starlark.Dict:
		out := starlark.NewDict(value.Len())
		for key, member := range value.Entries() {
			// Setting a string key in a fresh dict cannot fail.
			_ = out.SetKey(key, copyStored(member))
		}
		return out
	case *starlark.List:
		items := make([]starlark.Value, value.Len())
		for i := range items {
			items[i] = copyStored(value.Index(i))
		}
		return starlark.NewList(items)
	default:
		return value
	}
}

// values returns the rows as Go values, made once; callers must not change them.
func (t *table) values() []map[string]Value {
	t.rowsOnce.Do(func() {
		t.rows = make([]map[string]Value, t.list.Len())
		for i := range t.rows {
			t.rows[i] = storedValue(t.list.Index(i)).(map[string]Value)
		}
	})
	return t.rows
}

func storedValue(value starlark.Value) Value {
	switch value := value.(type) {
	case starlark.String:
		return string(value)
	case starlark.Int:
		number, _ := value.Int64()
		return number
	case starlark.Bool:
		return bool(value)
	case *starlark.List:
		items := make([]Value, value.Len())
		for i := range items {
			items[i] = storedValue(value.Index(i))
		}
		return items
	case *starlark.Dict:
		row := make(map[string]Value, value.Len())
		for key, member := range value.Entries() {
			row[string(key.(starlark.String))] = storedValue(member)
		}
		return row
	default:
		return nil
	}
}

// index returns, for a column that has a text in every row, the rows of each
// value in their order; nil for other columns. It is made once.
func (t *table) index(column string) map[string][]int32 {
	t.indexLock.Lock()
	defer t.indexLock.Unlock()
	if made, ok := t.indexes[column]; ok {
		return made
	}
	if t.indexes == nil {
		t.indexes = map[string]map[string][]int32{}
	}
	made := t.makeIndex(column)
	t.indexes[column] = made
	return made
}

func (t *table) makeIndex(column string) map[string][]int32 {
	made := map[string][]int32{}
	var key starlark.Value = starlark.String(column)
	for i := range t.list.Len() {
		cell, _, _ := t.list.Index(i).(*starlark.Dict).Get(key)
		text, ok := cell.(starlark.String)
		if !ok {
			return nil
		}
		made[string(text)] = append(made[string(text)], int32(i))
	}
	return made
}

// digest hashes the rows in canonical order: the order of insertion is not state.
func (t *table) digest() [sha256.Size]byte {
	t.hashOnce.Do(func() {
		rows := make([]string, t.list.Len())
		for i := range rows {
			rows[i] = string(appendStored(nil, t.list.Index(i)))
		}
		sort.Strings(rows)
		hash := sha256.New()
		for _, row := range rows {
			hash.Write([]byte(row))
			hash.Write([]byte{'\n'})
		}
		hash.Sum(t.hash[:0])
	})
	return t.hash
}

// appendStored appends the canonical JSON of a stored value: keys sorted, no
// white space.
func appendStored(out []byte, value starlark.Value) []byte {
	switch value := value.(type) {
	case starlark.String:
		return button.AppendString(out, string(value))
	case starlark.Int:
		number, _ := value.Int64()
		return strconv.AppendInt(out, number, 10)
	case starlark.Bool:
		return strconv.AppendBool(out, bool(value))
	case *starlark.List:
		out = append(out, '[')
		for i := range value.Len() {
			if i > 0 {
				out = append(out, ',')
			}
			out = appendStored(out, value.Index(i))
		}
		return append(out, ']')
	case *starlark.Dict:
		keys := make([]string, 0, value.Len())
		for key := range value.Entries() {
			keys = append(keys, string(key.(starlark.String)))
		}
		sort.Strings(keys)
		out = append(out, '{')
		for i, key := range keys {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(button.AppendString(out, key), ':')
			member, _, _ := value.Get(starlark.String(key))
			out = appendStored(out, member)
		}
		return append(out, '}')
	default:
		return append(out, "null"...)
	}
}

package world

import (
	"fmt"

	"go.starlark.net/starlark"
)

// ledger is the db that a function receives: the tables of a state by name. In
// a read every table is frozen. In a write a table that may change is copied
// when it is first asked for, and the copies replace the originals only if the
// write succeeds.
type ledger struct {
	tables map[string]*table
	order  []string
	fixed  map[string]bool
	writes bool
	copies map[string]starlark.Value
	frozen []*table // tables handed out as they are
}

var (
	_ starlark.HasSetKey = (*ledger)(nil)
	_ starlark.Iterable  = (*ledger)(nil)
)

func (l *ledger) String() string        { return "db" }
func (l *ledger) Type() string          { return "db" }
func (l *ledger) Freeze()               {}
func (l *ledger) Truth() starlark.Bool  { return starlark.True }
func (l *ledger) Hash() (uint32, error) { return 0, fmt.Errorf("db cannot be a key") }

// Get implements db["table"].
func (l *ledger) Get(key starlark.Value) (starlark.Value, bool, error) {
	name, ok := starlark.AsString(key)
	if !ok {
		return nil, false, fmt.Errorf("db: want the name of a table, have %s", key.Type())
	}
	if copied, ok := l.copies[name]; ok {
		return copied, true, nil
	}
	table, ok := l.tables[name]
	if !ok {
		return nil, false, fmt.Errorf("db has no table %q: make() returns %v", clip(name), l.order)
	}
	if !l.writes || l.fixed[name] {
		l.frozen = append(l.frozen, table)
		return table.list, true, nil
	}
	copied := table.thaw()
	l.keep(name, copied)
	return copied, true, nil
}

// SetKey implements db["table"] = rows.
func (l *ledger) SetKey(key, value starlark.Value) error {
	name, ok := starlark.AsString(key)
	switch {
	case !ok:
		return fmt.Errorf("db: want the name of a table, have %s", key.Type())
	case l.tables[name] == nil:
		return fmt.Errorf("db has no table %q: make() returns %v", clip(name), l.order)
	case !l.writes:
		return fmt.Errorf("a read must not change table %q: declare effect: write, or leave db alone", name)
	case l.fixed[name]:
		return fmt.Errorf("table %q is fixed: no call may change it", name)
	}
	l.keep(name, value)
	return nil
}

// index returns where the values of a column stand in a list, if the list is a
// large frozen table of this db and every row has a text in the column.
func (l *ledger) index(list *starlark.List, column string) map[string][]int32 {
	if l == nil || list.Len() < indexFrom {
		return nil
	}
	for _, table := range l.frozen {
		if table.list == list {
			return table.index(column)
		}
	}
	return nil
}

func (l *ledger) keep(name string, value starlark.Value) {
	if l.copies == nil {
		l.copies = map[string]starlark.Value{}
	}
	l.copies[name] = value
}

// Iterate implements "for name in db", in the order of the names.
func (l *ledger) Iterate() starlark.Iterator {
	names := make([]starlark.Value, len(l.order))
	for i, name := range l.order {
		names[i] = starlark.String(name)
	}
	return starlark.NewList(names).Iterate()
}

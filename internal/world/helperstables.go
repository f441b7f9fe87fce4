package world

import (
	"fmt"

	"go.starlark.net/starlark"
)

// Dates reach from year 1 to 9999; a distance beyond that is a mistake.
const maxDayDistance = 3_000_000

func helpToday(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := unpack(b, args, kwargs); err != nil {
		return nil, err
	}
	return dayValue(thread, b, 0)
}

func helpDay(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var distance int
	if err := unpack(b, args, kwargs, &distance); err != nil {
		return nil, err
	}
	return dayValue(thread, b, distance)
}

func dayValue(thread *starlark.Thread, b *starlark.Builtin, distance int) (starlark.Value, error) {
	here := scopeOf(thread)
	if here.mint == nil {
		return nil, fmt.Errorf("%s: not allowed among the constants of the file", b.Name())
	}
	return shiftedDay(b, here.today, distance)
}

func shiftedDay(b *starlark.Builtin, from, distance int) (starlark.Value, error) {
	if distance < -maxDayDistance || distance > maxDayDistance {
		return nil, fmt.Errorf("%s: %d days are too far away", b.Name(), distance)
	}
	text := dayText(from + distance)
	if _, err := dayNumber(text); err != nil {
		return nil, fmt.Errorf("%s: %d days are too far away", b.Name(), distance)
	}
	return starlark.String(text), nil
}

func helpAddDays(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var date string
	var distance int
	if err := unpack(b, args, kwargs, &date, &distance); err != nil {
		return nil, err
	}
	number, err := dayNumber(date)
	if err != nil {
		return nil, fmt.Errorf("add_days: %w", err)
	}
	return shiftedDay(b, number, distance)
}

func helpDaysBetween(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var from, to string
	if err := unpack(b, args, kwargs, &from, &to); err != nil {
		return nil, err
	}
	first, err := dayNumber(from)
	if err != nil {
		return nil, fmt.Errorf("days_between: %w", err)
	}
	second, err := dayNumber(to)
	if err != nil {
		return nil, fmt.Errorf("days_between: %w", err)
	}
	return starlark.MakeInt(second - first), nil
}

func helpWeekday(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var date string
	if err := unpack(b, args, kwargs, &date); err != nil {
		return nil, err
	}
	number, err := dayNumber(date)
	if err != nil {
		return nil, fmt.Errorf("weekday: %w", err)
	}
	// 1970-01-01 was a Thursday, 3 where Monday is 0.
	return starlark.MakeInt(((number+3)%7 + 7) % 7), nil
}

func helpClock(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var minutes int
	if err := unpack(b, args, kwargs, &minutes); err != nil {
		return nil, err
	}
	if minutes < 0 || minutes >= 24*60 {
		return nil, fmt.Errorf("hm: want 0 to 1439 minutes, have %d", minutes)
	}
	return starlark.String(clockText(minutes)), nil
}

func helpMinutes(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var clock string
	if err := unpack(b, args, kwargs, &clock); err != nil {
		return nil, err
	}
	minutes, err := clockMinutes(clock)
	if err != nil {
		return nil, fmt.Errorf("minutes: %w", err)
	}
	return starlark.MakeInt(minutes), nil
}

func helpFind(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var found starlark.Value = starlark.None
	err := eachMatch(thread, b, args, kwargs, func(row starlark.Value) bool {
		found = row
		return false
	})
	return found, err
}

func helpWhere(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var found []starlark.Value
	err := eachMatch(thread, b, args, kwargs, func(row starlark.Value) bool {
		found = append(found, row)
		return true
	})
	return starlark.NewList(found), err
}

// eachMatch visits the rows whose column has a value, until visit says no.
func eachMatch(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple, visit func(starlark.Value) bool) error {
	var list *starlark.List
	var column string
	var want starlark.Value
	if err := unpack(b, args, kwargs, &list, &column, &want); err != nil {
		return err
	}
	if text, ok := want.(starlark.String); ok {
		if index := scopeOf(thread).db.index(list, column); index != nil {
			for _, i := range index[string(text)] {
				if !visit(list.Index(int(i))) {
					break
				}
			}
			return nil
		}
	}
	var key starlark.Value = starlark.String(column)
	for i := range list.Len() {
		row, ok := list.Index(i).(*starlark.Dict)
		if !ok {
			return fmt.Errorf("%s: row %d: want a dict, have %s", b.Name(), i+1, list.Index(i).Type())
		}
		have, found, err := row.Get(key)
		if err != nil {
			return err
		}
		if !found {
			return fmt.Errorf("%s: row %d has no column %q", b.Name(), i+1, clip(column))
		}
		same, err := sameValue(have, want)
		if err != nil {
			return fmt.Errorf("%s: %w", b.Name(), err)
		}
		if same && !visit(row) {
			return nil
		}
	}
	return nil
}

// sameValue is starlark.Equal with a short way for texts.
func sameValue(a, b starlark.Value) (bool, error) {
	if a, ok := a.(starlark.String); ok {
		b, ok := b.(starlark.String)
		return ok && a == b, nil
	}
	return starlark.Equal(a, b)
}

func helpRows(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var names starlark.Iterable
	if err := unpack(b, args, kwargs, &names); err != nil {
		return nil, err
	}
	items, err := elements(b, names)
	if err != nil {
		return nil, err
	}
	for i, name := range items {
		row := starlark.NewDict(1)
		if err := row.SetKey(starlark.String("name"), name); err != nil {
			return nil, err
		}
		items[i] = row
	}
	return starlark.NewList(items), nil
}

package world

import (
	"fmt"
	"maps"
	"math/rand/v2"

	"go.starlark.net/starlark"
)

// helpers are the names that world.star finds besides Starlark's own.
func helpers() starlark.StringDict {
	table := map[string]builtin{
		"rand": helpRand, "pick": helpPick, "pick_some": helpPickSome, "shuffled": helpShuffled,
		"person": helpPerson, "email": helpEmail, "phone": helpPhone,
		"code": helpCode, "roll": helpRoll, "stop": helpStop,
		"today": helpToday, "day": helpDay, "add_days": helpAddDays, "days_between": helpDaysBetween, "weekday": helpWeekday,
		"hm": helpClock, "minutes": helpMinutes,
		"find": helpFind, "where": helpWhere, "rows": helpRows,
	}
	maps.Copy(table, guardHelpers())
	out := make(starlark.StringDict, len(table))
	for name, function := range table {
		out[name] = starlark.NewBuiltin(name, function)
	}
	return out
}

type builtin = func(*starlark.Thread, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error)

func unpack(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple, into ...any) error {
	if len(kwargs) > 0 {
		return fmt.Errorf("%s: takes no named arguments", b.Name())
	}
	return starlark.UnpackPositionalArgs(b.Name(), args, nil, len(into), into...)
}

// makeRandom returns the generator of make(), or an error outside it.
func makeRandom(thread *starlark.Thread, b *starlark.Builtin) (*rand.Rand, error) {
	if random := scopeOf(thread).random; random != nil {
		return random, nil
	}
	return nil, fmt.Errorf("%s: only allowed in make(); elsewhere use roll(key, n)", b.Name())
}

func helpRand(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var n int
	if err := unpack(b, args, kwargs, &n); err != nil {
		return nil, err
	}
	random, err := makeRandom(thread, b)
	if err != nil {
		return nil, err
	}
	if n < 1 {
		return nil, fmt.Errorf("rand: want at least 1, have %d", n)
	}
	return starlark.MakeInt(random.IntN(n)), nil
}

// elements copies a bounded sequence.
func elements(b *starlark.Builtin, sequence starlark.Iterable) ([]starlark.Value, error) {
	if n := starlark.Len(sequence); n < 0 || n > maxRange {
		return nil, fmt.Errorf("%s: want a list of at most %d, have %s", b.Name(), maxRange, sequence.Type())
	}
	var out []starlark.Value
	for value := range starlark.Elements(sequence) {
		out = append(out, value)
	}
	return out, nil
}

func helpPick(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var sequence starlark.Iterable
	if err := unpack(b, args, kwargs, &sequence); err != nil {
		return nil, err
	}
	random, err := makeRandom(thread, b)
	if err != nil {
		return nil, err
	}
	items, err := elements(b, sequence)
	if err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return nil, fmt.Errorf("pick: the list is empty")
	}
	return items[random.IntN(len(items))], nil
}

func helpPickSome(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var sequence starlark.Iterable
	var count int
	if err := unpack(b, args, kwargs, &sequence, &count); err != nil {
		return nil, err
	}
	return shuffle(thread, b, sequence, count)
}

func helpShuffled(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var sequence starlark.Iterable
	if err := unpack(b, args, kwargs, &sequence); err != nil {
		return nil, err
	}
	return shuffle(thread, b, sequence, starlark.Len(sequence))
}

// shuffle draws count different elements in random order.
func shuffle(thread *starlark.Thread, b *starlark.Builtin, sequence starlark.Iterable, count int) (starlark.Value, error) {
	random, err := makeRandom(thread, b)
	if err != nil {
		return nil, err
	}
	items, err := elements(b, sequence)
	if err != nil {
		return nil, err
	}
	if count < 0 || count > len(items) {
		return nil, fmt.Errorf("%s: cannot take %d of %d", b.Name(), count, len(items))
	}
	for i := range count {
		j := i + random.IntN(len(items)-i)
		items[i], items[j] = items[j], items[i]
	}
	return starlark.NewList(items[:count:count]), nil
}

func helpPerson(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := unpack(b, args, kwargs); err != nil {
		return nil, err
	}
	random, err := makeRandom(thread, b)
	if err != nil {
		return nil, err
	}
	return starlark.String(personName(random)), nil
}

func helpEmail(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var name string
	if err := unpack(b, args, kwargs, &name); err != nil {
		return nil, err
	}
	random, err := makeRandom(thread, b)
	if err != nil {
		return nil, err
	}
	address, err := mailAddress(name, random)
	return starlark.String(address), err
}

func helpPhone(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := unpack(b, args, kwargs); err != nil {
		return nil, err
	}
	random, err := makeRandom(thread, b)
	if err != nil {
		return nil, err
	}
	return starlark.String(phoneNumber(random)), nil
}

func helpCode(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var pattern string
	if err := unpack(b, args, kwargs, &pattern); err != nil {
		return nil, err
	}
	mint := scopeOf(thread).mint
	if mint == nil {
		return nil, fmt.Errorf("code: not allowed among the constants of the file")
	}
	code, err := mint(pattern)
	return starlark.String(code), err
}

// helpRoll draws a number that depends on the state's seed and the key alone.
func helpRoll(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var key starlark.Value
	var n int
	if err := unpack(b, args, kwargs, &key, &n); err != nil {
		return nil, err
	}
	here := scopeOf(thread)
	if here.mint == nil {
		return nil, fmt.Errorf("roll: not allowed among the constants of the file")
	}
	if n < 1 {
		return nil, fmt.Errorf("roll: want at least 1, have %d", n)
	}
	if tuple, ok := key.(starlark.Tuple); ok {
		key = starlark.NewList(tuple)
	}
	if err := checkStored(key, 1); err != nil {
		return nil, fmt.Errorf("roll: key: %w", err)
	}
	return starlark.MakeInt(int(hashNumber(here.seed, "roll", appendStored(nil, key)) % uint64(n))), nil
}

func helpStop(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var code, message string
	if err := unpack(b, args, kwargs, &code, &message); err != nil {
		return nil, err
	}
	return nil, &stopped{code, message}
}

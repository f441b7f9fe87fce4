package world

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"

	"github.com/buttonbench/button"
	"go.starlark.net/resolve"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
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

// hashNumber is a stable number of 53 bits for a seed, a purpose and a text.
func hashNumber(seed uint64, purpose string, text []byte) uint64 {
	buffer := make([]byte, 0, 9+len(purpose)+len(text))
	buffer = binary.BigEndian.AppendUint64(buffer, seed)
	buffer = append(append(append(buffer, purpose...), 0), text...)
	sum := sha256.Sum256(buffer)
	return binary.BigEndian.Uint64(sum[:8]) >> 11
}

func helpStop(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var code, message string
	if err := unpack(b, args, kwargs, &code, &message); err != nil {
		return nil, err
	}
	return nil, &stopped{code, message}
}

// drawCode fills a pattern: 9 becomes a digit, A a capital letter that cannot
// be taken for a digit, the rest stays.
func drawCode(random *rand.Rand, pattern string) string {
	const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
	out := []byte(pattern)
	for i, c := range out {
		switch c {
		case '9':
			out[i] = byte('0' + random.IntN(10))
		case 'A':
			out[i] = letters[random.IntN(len(letters))]
		}
	}
	return string(out)
}

// codeTries bounds the search for an unused code; a pattern with too few
// combinations is the world's error.
const codeTries = 1000

// makeMint draws codes that no earlier code() of the same make() gave.
func makeMint(random *rand.Rand, used map[string]bool) func(string) (string, error) {
	return func(pattern string) (string, error) {
		if err := checkCodePattern(pattern); err != nil {
			return "", err
		}
		for range codeTries {
			if code := drawCode(random, pattern); !used[code] {
				used[code] = true
				return code, nil
			}
		}
		return "", fmt.Errorf("code: the pattern %q has no unused codes left", clip(pattern))
	}
}

// checkCodePattern wants a pattern that varies.
func checkCodePattern(pattern string) error {
	if len(pattern) > 40 {
		return fmt.Errorf("code: the pattern %q is longer than 40 bytes", clip(pattern))
	}
	for _, c := range pattern {
		if c == '9' || c == 'A' {
			return nil
		}
	}
	return fmt.Errorf("code: the pattern %q has neither a 9 (digit) nor an A (capital letter)", clip(pattern))
}

// minter mints the codes of one call of a write. The base of its hash is the
// state's seed, the function, the canonical arguments and the number of equal
// calls before, so that calls which commute mint equal codes in either order.
type minter struct {
	seed   uint64
	base   []byte
	taken  func(code string) bool
	minted []string
}

func (m *minter) mint(pattern string) (string, error) {
	if err := checkCodePattern(pattern); err != nil {
		return "", err
	}
	text := binary.AppendUvarint(append([]byte(nil), m.base...), uint64(len(m.minted)))
	random := button.NewRandom(hashNumber(m.seed, "code "+pattern, text))
	for range codeTries {
		code := drawCode(random, pattern)
		if !m.taken(code) && !m.has(code) {
			m.minted = append(m.minted, code)
			return code, nil
		}
	}
	return "", fmt.Errorf("code: the pattern %q has no unused codes left", clip(pattern))
}

func (m *minter) has(code string) bool {
	for _, other := range m.minted {
		if other == code {
			return true
		}
	}
	return false
}

// resolveError unpacks the first error of the resolver.
func resolveError(err error) (syntax.Position, string, bool) {
	if list, ok := err.(resolve.ErrorList); ok && len(list) > 0 {
		return list[0].Pos, list[0].Msg, true
	}
	return syntax.Position{}, "", false
}

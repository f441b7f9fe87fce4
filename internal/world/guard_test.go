package world_test

import (
	"strings"
	"testing"

	"github.com/buttonbench/button/internal/world"
)

// Each body tries to make something endless out of something short. All of them
// must end at once with an error; without guard any would take gigabytes.
func TestGuard(t *testing.T) {
	const doubling = "for i in range(60):\n        "
	for name, body := range map[string]string{
		"add texts":          "s = 'x'\n    " + doubling + "s = s + s",
		"add lists":          "s = [1]\n    " + doubling + "s = s + s",
		"add tuples":         "s = (1,)\n    " + doubling + "s = s + s",
		"grow text":          "s = 'x'\n    " + doubling + "s += s",
		"grow list":          "s = [1]\n    " + doubling + "s += s",
		"repeat text":        "s = 'x' * 1000000 * 1000000",
		"repeat list":        "s = [0] * 100000000",
		"repeat backwards":   "s = 100000000 * [0]",
		"repeat and assign":  "s = 'x'\n    " + doubling + "s *= 2",
		"percent":            "s = 'x'\n    " + doubling + "s = '%s%s' % (s, s)",
		"percent dict":       "s = 'x'\n    " + doubling + "s = '%(a)s%(a)s' % {'a': s}",
		"percent and assign": "s = '%s%s'\n    " + doubling + "s %= (s, s)",
		"join":               "s = 'x'\n    " + doubling + "s = ''.join([s, s])",
		"join many":          "l = ['x' * 100000] * 100000\n    ''.join(l)",
		"replace":            "s = 'x'\n    " + doubling + "s = s.replace('x', 'xx')",
		"replace nothing":    "s = 'x' * 100000\n    s.replace('', s)",
		"format":             "s = 'x'\n    " + doubling + "s = '{}{}'.format(s, s)",
		"format by name":     "s = 'x'\n    " + doubling + "s = '{a}{a}'.format(a = s)",
		"extend":             "l = [1]\n    " + doubling + "l.extend(l)",
		"show a web":         "l = [1]\n    " + doubling + "l = [l, l]\n    str(l)",
		"repr a web":         "l = {}\n    " + doubling + "l = {1: l, 2: l}\n    repr(l)",
		"percent of a web":   "l = (1,)\n    " + doubling + "l = (l, l)\n    'x%s' % (l,)",
		"fail with a web":    "l = [1]\n    " + doubling + "l = [l, l]\n    fail(l)",
		"multiply":           "n = 7\n    " + doubling + "n = n * n",
		"multiply in place":  "n = 7\n    " + doubling + "n *= n",
		"long range":         "list(range(1000000000))",
		"sort a range":       "sorted(range(1000000000))",
		"walk a range":       "max(range(1000000000))",
		"lambda":             "f = lambda s: s + s\n    s = 'x'\n    " + doubling + "s = f(s)",
		"comprehension":      "s = ['x']\n    " + doubling + "s = [t + t for t in s if t + t]",
		"alias":              "s = 'x'\n    f = s.join",
		"multiply a cell":    "d = {'s': 'x'}\n    d['s'] *= 2",
		"default":            "def f(s = 'x' * 100000 * 100000): pass",
		"nested index":       "s = 'x'\n    " + doubling + "s = [s + s][0][:]",
	} {
		t.Run(name, func(t *testing.T) {
			w, err := world.Load(small("def look_up(db, a):\n    "+body+smallRest), "")
			if err == nil {
				_, err = begin(t, w, 1).Fork().Call(w.Function("look_up"), nil)
			}
			if err == nil || strings.Contains(err.Error(), "want a dict") {
				t.Errorf("have %v, want a refusal", err)
			}
		})
	}
}

// What guard rewrites must mean what it meant.
func TestGuardMeaning(t *testing.T) {
	source := `
def check(have, want):
    if have != want:
        fail(have, want)

def look_up(db, a):
    x, s, l = 3, "ab", [1]
    check(x + x * 2 - x % 2, 8)
    check(s + s, "abab")
    check(s * x, "ababab")
    check(x * s, "ababab")
    check((1,) + (2,), (1, 2))
    check("%d of %s" % (x, s), "3 of ab")
    check(7 % x, 1)
    check(-7 % x, 2)
    check(2.5 * x, 7.5)
    y = l
    y += [2]
    check(l, [1, 2])
    y *= 2
    check(y, [1, 2, 1, 2])
    check(l, [1, 2])
    x += 4
    x *= x
    x %= 10
    check(x, 9)
    check(",".join(["a", "b"]), "a,b")
    check("a-b".replace("-", "+"), "a+b")
    check("a-b-c".replace("-", "+", 1), "a+b-c")
    check("{} {b}".format(1, b = 2), "1 2")
    l.extend((3,))
    check(l, [1, 2, 3])
    check(str(l), "[1, 2, 3]")
    check(str("a"), "a")
    check(repr("a"), '"a"')
    check([i + i for i in range(3) if i * 2 != 2], [0, 4])
    check({k + k: v * 2 for k, v in {"a": 1}.items()}, {"aa": 2})
    check((lambda n = x + x: n)(), 18)
    check([l[0] + l[1]][0:0 + 1], [3])
    return {"n": -(-len(s + s)) if not (s + s == "") else 0}
`
	w := mustLoad(t, small(source+smallRest))
	outcome, err := begin(t, w, 1).Fork().Call(w.Function("look_up"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(outcome.JSON); got != `{"n":4}` {
		t.Errorf("have %s", got)
	}
}

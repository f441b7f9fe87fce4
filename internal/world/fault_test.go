package world_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/buttonbench/button/internal/world"
)

const smallRest = smallMake + `
def put_down(db, a):
    return {"n": 1}
`

// Whatever a world does wrong ends as an error that names the line, and leaves
// the state as it was.
func TestFaults(t *testing.T) {
	read := func(body string) string { return "def look_up(db, a):\n    " + body + smallRest }
	write := func(body string) string {
		return "def put_down(db, a):\n    " + body + smallMake + "def look_up(db, a):\n    return {\"n\": 1}\n"
	}
	for name, test := range map[string]struct{ source, function, want string }{
		"read appends":       {read(`db["heap"].append({})`), "look_up", "world.star:2:22: look_up: append: cannot append to frozen list: a read must not change"},
		"read sets a cell":   {read(`db["heap"][0]["size"] = 2`), "look_up", "world.star:2:18: look_up: cannot insert into frozen hash table"},
		"read sets a table":  {read(`db["heap"] = []`), "look_up", `world.star:2:7: look_up: a read must not change table "heap"`},
		"fixed table set":    {write(`db["stones"] = []`), "put_down", `world.star:2:7: put_down: table "stones" is fixed`},
		"fixed table grows":  {write(`db["stones"].append({})`), "put_down", "frozen"},
		"fixed cell":         {write(`db["stones"][0]["name"] = "x"`), "put_down", "frozen"},
		"constant":           {"LIST = []\n" + read(`LIST.append(1)`), "look_up", "world.star:3:16: look_up: append: cannot append to frozen list"},
		"unknown table":      {read(`db["pile"]`), "look_up", `db has no table "pile": make() returns [heap stones]`},
		"new table":          {write(`db["pile"] = []`), "put_down", `db has no table "pile"`},
		"table of numbers":   {write(`db["heap"].append(1); return {"n": 1}`), "put_down", `world.star:1:1: put_down: table "heap": row 2: want a dict, have int`},
		"table no list":      {write(`db["heap"] = 1; return {"n": 1}`), "put_down", `table "heap": want a list of rows, have int`},
		"float in a table":   {write(`db["heap"].append({"size": 1.5}); return {"n": 1}`), "put_down", `row 2: size: a float cannot be kept`},
		"row holds itself":   {write(`r = db["heap"][0]; r["me"] = r; return {"n": 1}`), "put_down", "nested deeper than 4 levels"},
		"huge number":        {write(`db["heap"][0]["size"] = 1 << 70; return {"n": 1}`), "put_down", "does not fit into 64 bits"},
		"no dict":            {read(`return 1`), "look_up", "world.star:1:1: look_up: want a dict as the result, have int"},
		"nothing":            {read(`pass`), "look_up", "want a dict as the result, have NoneType"},
		"missing field":      {read(`return {}`), "look_up", "result: n: missing"},
		"extra field":        {read(`return {"n": 1, "m": 2}`), "look_up", `result: field "m" is not declared in gives`},
		"wrong type":         {read(`return {"n": "1"}`), "look_up", "result: n: want a whole number, have string"},
		"float result":       {read(`return {"n": 1.0}`), "look_up", "result: n: want a whole number, have float"},
		"none result":        {read(`return {"n": None}`), "look_up", "result: n: want a whole number, have NoneType"},
		"negative":           {read(`return {"n": -1}`), "look_up", "result: n: -1 is below 0"},
		"undeclared stop":    {read(`stop("gone", "it is gone")`), "look_up", `stop: code "gone" is not declared in fails`},
		"runaway loop":       {read("for i in range(100000):\n        for j in range(100000):\n            pass"), "look_up", "took more than 200000 steps"},
		"recursion":          {"def f(): return g()\ndef g(): return f()\n" + read(`f()`), "look_up", "recursively"},
		"division by zero":   {read(`return {"n": 1 // 0}`), "look_up", "world.star:2:20: look_up: floored division by zero"},
		"missing key":        {read(`return {"n": a["size"]}`), "look_up", `world.star:2:19: look_up: key "size" not in dict`},
		"fail":               {read(`fail("size", [1, "x"])`), "look_up", `world.star:2:9: look_up: fail: size [1, "x"]`},
		"print":              {read(`print("x")`), "look_up", "print: not available"},
		"getattr":            {read(`getattr("x", "join")`), "look_up", "getattr: not available"},
		"rand in a function": {read(`rand(3)`), "look_up", "rand: only allowed in make(); elsewhere use roll(key, n)"},
		"roll of nothing":    {read(`roll("x", 0)`), "look_up", "roll: want at least 1, have 0"},
		"roll key":           {read(`roll(len, 3)`), "look_up", "roll: key: a builtin_function_or_method cannot"},
		"no such column":     {read(`find(db["heap"], "weight", 3)`), "look_up", `find: row 1 has no column "weight"`},
		"no such date":       {read(`day_of("x")`), "look_up", "undefined: day_of"},
		"bad date":           {read(`add_days("2026-02-30", 1)`), "look_up", `add_days: "2026-02-30" is not a date`},
		"far date":           {read(`add_days("2026-02-03", 99999999)`), "look_up", `too far away`},
		"bad clock":          {read(`hm(1440)`), "look_up", `hm: want 0 to 1439 minutes`},
		"code pattern":       {write(`code("xyz")`), "put_down", `has neither a 9 (digit) nor an A`},
	} {
		t.Run(name, func(t *testing.T) {
			w, err := world.Load(small(test.source), "")
			var state *world.State
			if err == nil {
				state = begin(t, w, 1).Fork()
				before := state.Hash()
				_, err = state.Call(w.Function(test.function), nil)
				if state.Hash() != before {
					t.Error("the state changed")
				}
			}
			var fault *world.Fault
			if !errors.As(err, &fault) || fault.Line == 0 {
				t.Fatalf("want a fault with a line, have %v", err)
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("have %q\nwant %q", err, test.want)
			}
		})
	}
}

// Constants and make() have rules of their own.
func TestMakeFaults(t *testing.T) {
	const functions = "\ndef look_up(db, a):\n    return {\"n\": 1}\ndef put_down(db, a):\n    return {\"n\": 1}\n"
	for name, test := range map[string]struct{ source, want string }{
		"missing":            {"", "make: is missing: write def make():"},
		"parameters":         {"def make(x):\n    pass\n", "world.star:1:1: make: want def make(): without parameters"},
		"no dict":            {"def make():\n    return 1\n", "world.star:1:1: make: want a dict of tables, have int"},
		"no fixed table":     {"def make():\n    return {\"heap\": []}\n", `table "stones" is named in fixed but not made`},
		"column":             {"def make():\n    return {\"stones\": [{\"nome\": \"x\"}]}\n", `type Stone wants a string in column "name"`},
		"stop":               {"def make():\n    stop(\"absent\", \"x\")\n", "stop() has no meaning in make()"},
		"runaway":            {"def make():\n    for i in range(100000):\n        for j in range(100000):\n            pass\n", "took more than 2000000 steps"},
		"pick of nothing":    {"def make():\n    pick([])\n", "world.star:2:9: make: pick: the list is empty"},
		"too many":           {"def make():\n    pick_some([1, 2], 3)\n", "pick_some: cannot take 3 of 2"},
		"codes used up":      {"def make():\n    for i in range(11):\n        code(\"X9\")\n", `the pattern "X9" has no unused codes left`},
		"rand as constant":   {"X = rand(3)\n", "world.star:1:9: world.star: rand: only allowed in make()"},
		"today as constant":  {"X = today()\n", "today: not allowed among the constants"},
		"roll as constant":   {"X = roll(1, 3)\n", "roll: not allowed among the constants"},
		"code as constant":   {"X = code(\"A9\")\n", "code: not allowed among the constants"},
		"syntax":             {"def make(:\n", "world.star:1:11: world.star: got ':'"},
		"loop at top":        {"for i in []:\n    pass\n", "world.star:1:1: world.star: for loop not within a function"},
		"while":              {"def make():\n    while True:\n        pass\n", "while: not available"},
		"load":               {"load(\"x.star\", \"y\")\n", "load: a world is one file"},
		"nesting":            {"X = " + strings.Repeat("(", 100_000), "excessive nesting"},
		"runaway constant":   {"X = [i for i in range(100000) for j in range(100000)]\n", "took more than 1000000 steps"},
		"negation":           {"X = " + strings.Repeat("-", 60_000) + "1\n", "excessive nesting"},
		"unreadable address": {"def make():\n    email(\"  \")\n", "no address can be made"},
	} {
		t.Run(name, func(t *testing.T) {
			w, err := world.Load(small(test.source+functions), "")
			if err == nil {
				_, err = w.Start(1)
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("have %v\nwant %q", err, test.want)
			}
		})
	}
}

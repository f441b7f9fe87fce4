package quality

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/world"
)

func TestPhrasesFindTheirWords(t *testing.T) {
	for _, test := range []struct {
		pattern, text string
		part, whole   bool
	}{
		{"cheapest", "cheapest", true, true},
		{"cheapest", "the cheapest one", true, false},
		{"cheapest", "cheap", false, false},
		{"with {fewer|the fewest} changes", "with fewer changes", true, true},
		{"with {fewer|the fewest} changes", "with the fewest changes", true, true},
		{"with {fewer|the fewest} changes", "with changes", false, false},
		{"(book|reserve) {seats} on {train}", "could you reserve two seats on it?", true, false},
		{"(book|reserve) {seats} on {train}", "could you cancel two seats on it?", false, false},
		{"stays open {later|latest}[ {day:on}]", "stays open latest on Friday", true, true},
		{"the lift{/s} at {station} {is/are} working", "The lifts at A and B are working", true, true},
		{"the lift{/s} at {station} {is/are} working", "the lift there is working", true, true},
		{"keep {book}{forme} at {branch}", "Keep it for me there please", true, true},
		{"{it} doesn't take bikes", "It does not take bikes", true, true},
		{"{it} takes bikes", "The 10:47 doesn't take bikes", false, false},
		{"a {kind} is left", "An axe is left", true, true},
		{"what {kind}s {shed} has", "what lawnmowers Mill Lane has", true, true},
		{"look (carefully) at {it}", "look (carefully) at the train", true, true},
		{"(one|two (a|b)) end", "two b end", true, true},
		{"{x}", "anything at all", true, true},
	} {
		compiled, text := phrases(test.pattern), normalise(test.text)
		if have := anyIn(compiled, text, false); have != test.part {
			t.Errorf("%q in %q: %v", test.pattern, test.text, have)
		}
		if have := anyIn(compiled, text, true); have != test.whole {
			t.Errorf("%q is all of %q: %v", test.pattern, test.text, have)
		}
	}
}

func TestPhrasesOfNothing(t *testing.T) {
	if len(phrases("", "")) != 0 {
		t.Error("an empty fragment is a phrase")
	}
	for _, broken := range []string{"{", "[", "(a|", "{a", "(", "]", "a|b", strings.Repeat("(a|b)", 40)} {
		if n := len(phrases(broken)); n > mostVariants {
			t.Errorf("%q makes %d phrases", broken, n)
		}
	}
}

// Negations decide between yes and no, also where a gap could hide them.
func TestMostFixedHeedsNegations(t *testing.T) {
	holds, fails := phrases("there is {x}"), phrases("there is no {x}")
	for _, test := range []struct {
		text     string
		holds    bool
		eitherOr bool
	}{
		{"there is a lift", true, true},
		{"there is no lift", false, true},
		{"here is a lift", false, false},
	} {
		yes, no := mostFixed(holds, test.text), mostFixed(fails, test.text)
		if (yes > no) != test.holds || (yes >= 0 || no >= 0) != test.eitherOr {
			t.Errorf("%q: yes %d, no %d", test.text, yes, no)
		}
	}
	if mostFixed(phrases("{x} still under warranty"), "it is not still under warranty") >= 0 {
		t.Error("a gap hides a negation")
	}
}

func FuzzPhrase(f *testing.F) {
	f.Add("(book|reserve) {seats} on {train}[ {day:on}]", "reserve two seats on it")
	f.Add("{{/s}(|)|[", "x")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		compiled := phrases(pattern)
		if len(compiled) > mostVariants {
			t.Errorf("%d variants", len(compiled))
		}
		normal := normalise(text)
		if anyIn(compiled, normal, true) && !anyIn(compiled, normal, false) {
			t.Error("all of the text, but not in it")
		}
	})
}

func TestUntidy(t *testing.T) {
	for text, want := range map[string]string{
		"Can you book it?":                        "",
		`Is "Low Tide" in (at Mill Lane), please`: "",
		"It's St Anne's, isn't it?!":              "",
		"Thanks... no":                            "stop",
		"Hi. What time is it? Thanks!":            "",
		"Read “Low Tide” on 12.5 kg, EUR 3":       "",
		"The total is 12,500 at 10:47":            "",
		"":                                        "empty",
		"12 34":                                   "empty",
		" Hello":                                  "space",
		"Hello ":                                  "space",
		"Hello  there":                            "space",
		"Hello , there":                           "stop",
		"Hello,. there":                           "stop",
		"Hello ( there)":                          "space",
		"Hello )":                                 "stop",
		"Hello (there":                            "unbalanced",
		"Hello there)":                            "unbalanced",
		`Say "hello`:                              "unbalanced",
		"Say ”hello“":                             "unbalanced",
		"Book {it}":                               "sign",
		"Book \uE001 it":                          "sign",
		"Book\nit":                                "sign",
		"Use find_trains":                         "sign",
		"it it works":                             "doubled_word",
		"The the train":                           "doubled_word",
		"The case is IS-79847":                    "",
		"Rooms in in/12, on ON-4":                 "",
		"It is is-not":                            "doubled_word",
		"It works. It does":                       "",
		"5 5 pounds":                              "",
	} {
		if flaw, at := untidy(text, false); flaw != want {
			t.Errorf("%q: %q at %d, want %q", text, flaw, at, want)
		}
	}
}

func FuzzUntidy(f *testing.F) {
	f.Add("Can you book “it” (please)?")
	f.Fuzz(func(t *testing.T, text string) {
		if flaw, at := untidy(text, len(text)%2 == 0); flaw != "" && (at < 0 || at > len(text)) {
			t.Errorf("%q at %d of %d", flaw, at, len(text))
		}
	})
}

// listings are calls of a made-up list function with four items.
func listings(n int) []*call {
	types := world.Builtins("EUR")
	function := &functionIndex{Function: &world.Function{
		Name: "list_rooms", List: "rooms",
		Params: []*world.Param{{Path: "town", Type: types[world.Person], Required: true}},
		Items:  []*world.Field{{Path: "room", Type: types[world.Number]}, {Path: "fee", Type: types[world.Money]}, {Path: "free", Type: types[world.Bool]}},
		Fields: []*world.Field{{Path: "total", Type: types[world.Money]}, {Path: "when", Type: types[world.DateTime]}, {Path: "door", Type: types[world.Number]}},
	}}
	item := func(room, fee int64, free bool) map[string]world.Value {
		return map[string]world.Value{"room": room, "fee": fee, "free": free}
	}
	calls := make([]*call, n)
	for i := range calls {
		calls[i] = &call{
			Call: &button.Call{Name: "list_rooms"}, function: function,
			arguments: map[string]world.Value{"town": "Ines Holm"},
			outcome: &world.Outcome{
				Items:  []map[string]world.Value{item(7, 900, true), item(8, 300, false), item(9, 500, true), item(10, 500, true)},
				Fields: map[string]world.Value{"total": int64(2200), "when": "2026-10-14T09:30", "door": int64(3)},
			},
		}
	}
	return calls
}

func where(field, op, value string) []button.Condition {
	return []button.Condition{{Field: field, Op: op, Value: json.RawMessage(value)}}
}

func TestEvaluate(t *testing.T) {
	calls := listings(3)
	first, second, same := calls[0], calls[1], calls[2]
	second.arguments = map[string]world.Value{"town": "Ada Lind"}
	second.outcome.Fields = map[string]world.Value{"total": int64(1900), "when": "2026-10-15T10:00", "door": int64(4)}
	for _, test := range []struct {
		name      string
		calls     []*call
		path      string
		transform *button.Transform
		want      world.Value // nil: an error
	}{
		{"a field", []*call{first}, "total", nil, int64(2200)},
		{"no such field", []*call{first}, "fee", nil, nil},
		{"an item's field", []*call{first}, "rooms[1].fee", nil, int64(300)},
		{"behind the last item", []*call{first}, "rooms[4].fee", nil, nil},
		{"an odd index", []*call{first}, "rooms[01].fee", nil, nil},
		{"no index", []*call{first}, "rooms[].fee", nil, nil},
		{"two calls for one", []*call{first, second}, "total", nil, nil},
		{"smallest", []*call{first}, "rooms[].room", &button.Transform{Op: "min", Over: "rooms[]", By: "fee"}, int64(8)},
		{"largest", []*call{first}, "rooms[].room", &button.Transform{Op: "max", Over: "rooms[]", By: "fee"}, int64(7)},
		{"a tie", []*call{first}, "rooms[].room", &button.Transform{Op: "min", Over: "rooms[]", By: "fee", Where: where("free", "is", "true")}, nil},
		{"a tie that does not matter", []*call{first}, "rooms[].room", &button.Transform{Op: "max", Over: "rooms[]", By: "fee", Where: where("free", "is", "true")}, int64(7)},
		{"one candidate", []*call{first}, "rooms[].room", &button.Transform{Op: "min", Over: "rooms[]", By: "fee", Where: where("free", "is", "false")}, nil},
		{"a bound", []*call{first}, "rooms[].room", &button.Transform{Op: "each", Over: "rooms[]", Where: where("fee", "at_least", "9")}, int64(7)},
		{"each of the filtered", []*call{first}, "rooms[].room", &button.Transform{Op: "each", Over: "rooms[]", Where: where("free", "is", "true"), Index: 2}, int64(10)},
		{"each beyond the filtered", []*call{first}, "rooms[].room", &button.Transform{Op: "each", Over: "rooms[]", Where: where("free", "is", "true"), Index: 3}, nil},
		{"at most true", []*call{first}, "rooms[].room", &button.Transform{Op: "each", Over: "rooms[]", Where: where("free", "at_most", "true")}, nil},
		{"ranked by a label", []*call{first}, "rooms[].room", &button.Transform{Op: "min", Over: "rooms[]", By: "room"}, nil},
		{"over another list", []*call{first}, "rooms[].room", &button.Transform{Op: "min", Over: "beds[]", By: "fee"}, nil},
		{"a stray index", []*call{first}, "rooms[].room", &button.Transform{Op: "min", Over: "rooms[]", By: "fee", Index: 1}, nil},
		{"a winner", []*call{first, second}, "town", &button.Transform{Op: "winner_min", By: "total"}, "Ada Lind"},
		{"the other winner", []*call{first, second}, "town", &button.Transform{Op: "winner_max", By: "total"}, "Ines Holm"},
		{"no winner", []*call{first, same}, "town", &button.Transform{Op: "winner_max", By: "total"}, nil},
		{"alone", []*call{first}, "town", &button.Transform{Op: "winner_max", By: "total"}, nil},
		{"a sum", []*call{first, second}, "total", &button.Transform{Op: "sum"}, int64(4100)},
		{"a sum of labels", []*call{first, second}, "door", &button.Transform{Op: "sum"}, nil},
		{"a sum of one", []*call{first}, "total", &button.Transform{Op: "sum"}, nil},
		{"a date", []*call{first}, "when", &button.Transform{Op: "date"}, "2026-10-14"},
		{"a time", []*call{first}, "when", &button.Transform{Op: "time"}, "09:30"},
		{"a date of money", []*call{first}, "total", &button.Transform{Op: "date"}, nil},
		{"an unknown operation", []*call{first}, "total", &button.Transform{Op: "median"}, nil},
		{"no operation", []*call{first}, "total", &button.Transform{}, nil},
		{"nothing", nil, "total", nil, nil},
	} {
		have, _, err := evaluate(test.calls, test.path, test.transform)
		if test.want == nil {
			if err == nil {
				t.Errorf("%s: want an error, have %v", test.name, have)
			}
		} else if err != nil || have != test.want {
			t.Errorf("%s: have %v (%v), want %v", test.name, have, err, test.want)
		}
	}
}

func TestStartPoolForgets(t *testing.T) {
	var pool startPool
	first := pool.entry(startKey{nil, 0})
	for seed := range uint64(mostStarts) {
		pool.entry(startKey{nil, seed})
	}
	if pool.entry(startKey{nil, 0}) != first {
		t.Error("a state is gone before the pool is full")
	}
	pool.entry(startKey{nil, mostStarts})
	if pool.entry(startKey{nil, 0}) == first {
		t.Error("the oldest state is kept in a full pool")
	}
	if len(pool.known) > mostStarts {
		t.Errorf("%d states are kept", len(pool.known))
	}
}

func TestLooseSpans(t *testing.T) {
	for _, test := range []struct {
		content, text string
		loose         bool
	}{
		{"Book it for Friday, please.", "Friday", false},
		{"Book it for Friday, please.", "Friday,", true},
		{"Book it for Friday, please.", " Friday", true},
		{"Book it for Friday, please.", "Frida", true},
		{"Book it for Friday, please.", "riday", true},
		{"Book it for Friday.", "Friday.", true},
		{`Is "Low Tide" in?`, `"Low Tide"`, false},
		{`Is "Low Tide" in?`, `Low Tide`, false},
		{`Is "Low Tide" in?`, `"Low Tide`, true},
		{`Is "Low Tide" in?`, `Low Tide"`, true},
		{"Is “Low Tide” in?", "“Low Tide", true},
		{"Is 'Low Tide' in?", "'Low Tide", true},
		{"Is St Anne's open?", "St Anne", false},
		{"It costs £14.50 there", "£14.50", false},
	} {
		begin := strings.Index(test.content, test.text)
		if have := loose(test.content, button.Span{begin, begin + len(test.text)}); have != test.loose {
			t.Errorf("%q in %q: %v", test.text, test.content, have)
		}
	}
}

package world_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/buttonbench/button/internal/world"
)

// Each slip in world.yaml is refused with its place.
func TestLoadErrors(t *testing.T) {
	for _, test := range []struct{ before, after, want string }{
		{"use: train", "use: both", `world.yaml:3:1: use: want train or heldout, have "both"`},
		{"use: train", "usage: train", `world.yaml:3:1: unknown key "usage": did you mean "use"?`},
		{"world: toolshed", "world: Tool Shed", `world.yaml:1:1: world: "Tool Shed" must be lower case`},
		{"currency: EUR", "currency: YEN", `world.yaml:5:1: currency: want EUR, GBP or USD, have "YEN"`},
		{"  - finding out which shed closes latest\n", "  - a b c d e f g h i j k\n", "scenarios: want one to ten words, have 11"},
		{"fixed: [sheds, tools, members]", "fixed: [sheds, sheds]", `fixed: "sheds" stands twice`},
		{"  Day: {base: Date, days: [1, 9]}", "  day: {base: Date}", `type "day": want a name such as LoanNo`},
		{"  Day: {base: Date, days: [1, 9]}", "  Date: {base: Date}", "type Date: the name is taken by a built-in type"},
		{"  Day: {base: Date, days: [1, 9]}", "  Day: {base: Dates}", `type Day: unknown base "Dates"`},
		{"  Day: {base: Date, days: [1, 9]}", "  Day: {base: Date, values: [x]}", "type Day: want exactly one of base, values, enum, table and code, have 2"},
		{"  Day: {base: Date, days: [1, 9]}", "  Day: {base: Date, days: [9, 1]}", "type Day: days: want two limits"},
		{"  Day: {base: Date, days: [1, 9]}", "  Day: {base: Date, range: [1, 9]}", "type Day: range: a Date has none"},
		{"  Day: {base: Date, days: [1, 9]}", "  Day: {base: Time, range: [1, 9]}", "type Day: range: want times"},
		{"  Day: {base: Date, days: [1, 9]}", "  Day: {base: Date, told: always}", `type Day: told: want free, printed or never, have "always"`},
		{"  Day: {base: Date, days: [1, 9]}", "  Day: {base: Date, pronoun: them}", "type Day: pronoun: want it, they, he or she"},
		{"  Day: {base: Date, days: [1, 9]}", "  Day: {base: Date, forms: [that]}", `type Day: forms: "that" lacks the slot {x}`},
		{"  Day: {base: Date, days: [1, 9]}", "  Day: {base: Date, unit: day}", "type Day: unit: only a Count or Quantity has one"},
		{"  Day: {base: Date, days: [1, 9]}", "  Day: {base: Count}", "type Day: a Count needs unit"},
		{"  Day: {base: Date, days: [1, 9]}", "  Day: {base: Quantity, unit: kg}", "type Day: a Quantity needs unit_words"},
		{"  Day: {base: Date, days: [1, 9]}", "  Day: {base: Date, step: -1}", "type Day: step: want a positive step"},
		{"  Day: {base: Date, days: [1, 9]}", "  Day: {base: Date, column: x}", "type Day: column without table"},
		{"  Day: {base: Date, days: [1, 9]}", "  Day: {code: T99, table: tools}", "type Day: code with a table needs column as well"},
		{"  ToolId: {code: T9999,", "  ToolId: {code: TOOL,", "has neither a 9 (digit) nor an A"},
		{"entity: machine/machines", "entity: machine/machines/x", "want a noun as one/many"},
		{"{SW: [a broken switch], CB:", "{SW: [an oil leak], CB:", `type Fault: "an oil leak" stands for both SW and OL`},
		{"{SW: [a broken switch], CB:", "{SW: [], CB:", "type Fault: SW: the list is empty"},
		{"{SW: [a broken switch], CB:", "{S W: [x], CB:", `type Fault: code "S W" must be letters`},
		{"takes: {kind: Kind, shed: Shed}", "takes: {kind: Kid, shed: Shed}", `world.yaml:33:19: list_tools: takes: kind: unknown type "Kid"`},
		{"takes: {kind: Kind, shed: Shed}", "takes: {Kind: Kind}", `"Kind": want a name of lower case letters`},
		{"takes: {kind: Kind, shed: Shed}", `takes: {"kinds[]": {kind: Kind}}`, "a list of objects cannot be a parameter"},
		{"takes: {kind: Kind, shed: Shed}", `takes: {"kinds[]": Kind}`, `a list of values is "Type[]"`},
		{"takes: {kind: Kind, shed: Shed}", `takes: {kind: "ToolId[]"}`, "a list parameter takes values of an enum, values or table type, not of a Code"},
		{"takes: {kind: Kind, shed: Shed}", "takes: {kind: {}}", "want at least one member"},
		{"takes: {kind: Kind, shed: Shed}", "takes: {a: {b: {c: {d: Kind}}}}", "nested deeper than 2 levels"},
		{`    may_take: {extras: "Extra[]"}`, "    may_take: {tool: ToolId}", `parameter "tool" stands in takes and in may_take`},
		{"gives: {opens: Time, closes: Time}", "gives: {}", "shed_hours: gives: want a mapping of at least one field"},
		{"gives: {opens: Time, closes: Time}", `gives: {"a[]": {x: Time}, "b[]": {x: Time}}`, "two lists; a function gives at most one"},
		{"gives: {opens: Time, closes: Time}", `gives: {opens: Time, closes: "Extra[]"}`, "a list holds objects"},
		{"    describe: {from:", "    describe: {form:", `describe: no parameter "form"`},
		{"    fan: [shed]", "    fan: [shop]", `shed_hours: fan: no parameter "shop"`},
		{"    adds: [late_fee]", "    adds: [due]", `loan_details: adds: no field "due" that can be added up`},
		{"    fan: [loan]\n", "", "loan_details: adds without fan"},
		{"gate: {late_fee: {at_most: [extend_loan]}}", "gate: {late: {at_most: [extend_loan]}}", `gate: no field "late"`},
		{"gate: {late_fee: {at_most: [extend_loan]}}", "gate: {late_fee: {most: [extend_loan]}}", `want at_most, at_least, holds or fails, have "most"`},
		{"gate: {late_fee: {at_most: [extend_loan]}}", "gate: {late_fee: {holds: [extend_loan]}}", "only a Bool holds"},
		{"gate: {late_fee: {at_most: [extend_loan]}}", "gate: {late_fee: {at_most: [my_loans]}}", `no write "my_loans"`},
		{"    not_from: {loan: [borrow_tool]}", "    not_from: {loan: [buy_tool]}", `not_from: no function "buy_tool"`},
		{"    not_from: {loan: [borrow_tool]}", "    not_from: {lone: [borrow_tool]}", `not_from: no parameter "lone"`},
		{"    excludes: [cancel_loan]", "    excludes: [cancel]", `excludes: no function "cancel"`},
		{"    fails: {none_here: the shed keeps none of that kind}", "    fails: {invalid_arguments: x}", "list_tools: fails: want a code"},
		{"  pay_fees:\n", "  make:\n", `function "make": want a name`},
		{"        tools: \"{shed} has {items}\"", "        tool_list: \"x\"", `list_tools: tell: no field "tool_list"`},
		{`free: {holds: "{it} is in today", fails: "{it} is out today"}`, `free: "x"`, "tell: free: a Bool takes {holds, fails}"},
		{`free: {holds: "{it} is in today", fails: "{it} is out today"}`, `free: {holds: x}`, "want both holds and fails"},
		{"        weight: {min: [lightest], max: [heaviest]}", "        name: {min: [x]}", `pick: no field "name" of a type that can be ranked`},
		{"      filter: {overdue:", "      filter: {due:", `filter: no Bool field "due"`},
		{"      as: {shed:", "      as: {shop:", `as: no field "shop"`},
		{"def pay_fees(db, a):", "def pay(db, a):", "pay_fees: is missing: write def pay_fees(db, a):"},
		{"def pay_fees(db, a):", "def pay_fees(db, *a):", "pay_fees: want def pay_fees(db, a):"},
	} {
		t.Run(test.want, func(t *testing.T) {
			_, err := world.Load(changed(t, test.before, test.after), ".")
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("have %v\nwant %s", err, test.want)
			}
			if err != nil && !strings.Contains(err.Error(), "world.star") && !strings.HasPrefix(err.Error(), "world.yaml:") {
				t.Errorf("no place in %v", err)
			}
		})
	}
}

func TestLoadFiles(t *testing.T) {
	for name, files := range map[string]fstest.MapFS{
		"world.yaml is missing: a world is a folder with": {},
		"world.star is missing":                           {world.SpecFile: {Data: []byte("world: x")}},
		"more than the allowed":                           {world.SpecFile: {Data: make([]byte, 2<<20)}},
		"want a mapping, have nothing":                    {world.SpecFile: {}, world.SourceFile: {}},
	} {
		if _, err := world.Load(files, ""); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("have %v, want %s", err, name)
		}
	}
}

func TestLoad(t *testing.T) {
	w := toolshed(t)
	if w.Name != "toolshed" || w.Use != "train" || !w.We || w.Currency != "EUR" || len(w.Functions) != 11 || !w.Fixed["tools"] {
		t.Errorf("have %+v", w)
	}
	day := w.Types["Day"]
	if day.Base != world.Date || day.Told != world.ToldFree || len(day.Again) == 0 || day.Days != [2]int{1, 9} || day.World != w {
		t.Errorf("a type does not inherit from its base: %+v", day)
	}
	if fee := w.Types["Fee"]; fee.Told != world.ToldNever || fee.Pronoun != "it" || len(fee.Forms) == 0 {
		t.Errorf("have %+v", fee)
	}
	loan := w.Function("loan_details")
	if loan.Field("return.shed").Type != w.Types["Shed"] || loan.List != "" || !loan.Alone || loan.Line == 0 {
		t.Errorf("have %+v", loan)
	}
	list := w.Function("list_tools")
	if list.List != "tools" || len(list.Items) != 5 || len(list.Fields) != 0 || list.Say.Thing != (world.Noun{One: "machine", Many: "machines"}) {
		t.Errorf("have %+v", list)
	}
	borrow := w.Function("borrow_tool")
	if extras := borrow.Param("extras"); extras == nil || !extras.Many || extras.Required || !borrow.Param("tool").Required || !borrow.Writes() {
		t.Errorf("have %+v", borrow.Params)
	}
	if contact := w.Function("report_fault").Param("contact.phone"); contact == nil || contact.Type.Base != world.Phone || !contact.Required {
		t.Errorf("have %+v", contact)
	}
}

// Foreign text in both files: an error or a world that starts or says why not,
// never a panic.
func FuzzLoad(f *testing.F) {
	for _, file := range []string{world.SpecFile, world.SourceFile} {
		f.Add(string(small(smallMake)[file].Data), smallMake)
	}
	shed := changed(f, "use: train", "use: train")
	f.Add(string(shed[world.SpecFile].Data), string(shed[world.SourceFile].Data))
	f.Fuzz(func(t *testing.T, spec, source string) {
		w, err := world.Load(fstest.MapFS{world.SpecFile: {Data: []byte(spec)}, world.SourceFile: {Data: []byte(source)}}, "")
		if err != nil {
			return
		}
		start, err := w.Start(1)
		if err != nil {
			return
		}
		for _, function := range w.Functions {
			_, _ = start.Fork().CallJSON(function.Name, []byte("{}"))
		}
	})
}

// Foreign arguments: an outcome, never a panic and never an error, for the
// toolshed itself is sound.
func FuzzCallJSON(f *testing.F) {
	w := toolshed(f)
	start := begin(f, w, 1)
	for name, given := range calls(start) {
		f.Add(name, string(w.Function(name).EncodeArguments(given)))
	}
	f.Add("my_loans", `{"card":"G-0000"}`)
	f.Fuzz(func(t *testing.T, name, given string) {
		outcome, err := start.Fork().CallJSON(name, []byte(given))
		if err != nil {
			t.Fatal(err)
		}
		if len(outcome.JSON) == 0 || outcome.JSON[0] != '{' {
			t.Errorf("have %s", outcome.JSON)
		}
	})
}

package services

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/buttonbench/button/internal/python"
)

// begin makes a session with one class and its configuration, as JSON ("" for
// none), in the entry "e-1" of the model "m".
func begin(t testing.TB, class, configuration string, longContext bool) *Session {
	t.Helper()
	initial := python.NewDict()
	if configuration != "" {
		initial.SetText(class, value(t, configuration))
	}
	environment := NewEnvironment(longContext, testConstants(t), time.Date(2026, 3, 23, 0, 0, 0, 0, time.UTC))
	session, err := NewSession("e-1", "m", []string{class}, initial, environment)
	if err != nil {
		t.Fatal(err)
	}
	return session
}

// converse executes calls and compares their results: steps are a call and its
// result in turn. A result of "!" and a text stands for that exception.
func converse(t *testing.T, session *Session, steps ...string) {
	t.Helper()
	for i := 0; i < len(steps); i += 2 {
		want := steps[i+1]
		if exception, raises := strings.CutPrefix(want, "!"); raises {
			want = failed + exception
		}
		if have := session.Execute(steps[i]); have != want {
			t.Errorf("%s\nhave %s\nwant %s", steps[i], have, want)
		}
	}
}

// The text is rewritten as a whole, strings in quotes included (bfcl.md 7.2).
func TestRewrite(t *testing.T) {
	s := begin(t, "MathAPI", "", false)
	const on = "m_e_1_MathAPI_instance."
	for text, want := range map[string]string{
		"mean(numbers=[1])":         on + "mean(numbers=[1])",
		"mean \t(1)":                on + "mean(1)",
		"unknown (1)":               "unknown(1)",
		"unknown":                   "unknown",
		"'é (x) 5 (x) 5x (x) éa ('": "'é (x) 5 (x) 5x (x) éa ('",
		"f('Done (finally)')":       "f('Done(finally)')",
		"f('the mean (3)')":         "f('the " + on + "mean(3)')",
		`f('a\n (b)')`:              `f('a\n(b)')`,
		"_x (1)":                    "_x(1)",
		"aé (1)":                    "aé(1)",
		"mean\u001c(1)":             on + "mean(1)",
		"a.mean(1)":                 "a." + on + "mean(1)",
		"mean (add (1, 2))":         on + "mean(" + on + "add(1, 2))",
		"":                          "",
		"mean":                      "mean",
	} {
		if have, err := s.rewrite(text); err != nil || have != want {
			t.Errorf("%q: have %q, %v, want %q", text, have, err, want)
		}
	}
}

func TestExecute(t *testing.T) {
	converse(t, begin(t, "MathAPI", "", false),
		"add(a=1, b=2)", `{"result": 3}`,
		" \tadd (a = 1, b = 2)", `{"result": 3}`,
		"add(1, b=2.5)", `{"result": 3.5}`,
		"[add(a=1, b=2), add(a=3, b=4)]", `[{'result': 3}, {'result': 7}]`,
		"max_value(numbers=[add(a=1, b=2)])", `{"result": {"result": 3}}`,
		"add(a=add(a=1, b=2)['result'], b=4)", `{"result": 7}`,
		"MathAPI.add(a=1, b=2)", "!name 'MathAPI' is not defined",
		"m_e_1_MathAPI_instance.add(a=1, b=2)", "!name 'm_e_1_MathAPI_instance' is not defined",
		"(add)(a=1, b=2)", "!name 'add' is not defined",
		"add(a=add, b=2)", "!name 'add' is not defined",
		"ls()", "!name 'ls' is not defined",
		"__import__('os').system('ls')", "!name '__import__' is not defined",
		"open('x')", "!name 'open' is not defined",
		"kill()", "!Function call kill is not allowed.",
		"kill", "!Function call kill is not allowed.",
		"remove (path='x')", "!Function call remove is not allowed.",
		"os.remove('x')", "!Function call remove is not allowed.",
		"a.b.remove('x')", "!name 'a' is not defined",
		" kill()", "!name 'kill' is not defined",
		"add(a=1, b=2", "!'(' was never closed (<string>, line 1)",
		"", "!unexpected EOF while parsing (<string>, line 1)",
		"'text'", "text",
		"None", "None",
		"power(base=10, exponent=5000)", "!Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit",
		"max_value(numbers=[{...}])", `{'result': {Ellipsis}}`,
		"max_value(numbers=[{(1, 2): 3}])", `{'result': {(1, 2): 3}}`,
	)
}

// Arguments bind in Python's order, with its messages (bfcl.md 7.5).
func TestBind(t *testing.T) {
	converse(t, begin(t, "MathAPI", "", false),
		"add()", "!MathAPI.add() missing 2 required positional arguments: 'a' and 'b'",
		"add(b=1)", "!MathAPI.add() missing 1 required positional argument: 'a'",
		"logarithm()", "!MathAPI.logarithm() missing 3 required positional arguments: 'value', 'base', and 'precision'",
		"add(1, 2, 3)", "!MathAPI.add() takes 3 positional arguments but 4 were given",
		"round_number(1, 2, 3)", "!MathAPI.round_number() takes from 2 to 3 positional arguments but 4 were given",
		"add(1, a=2)", "!MathAPI.add() got multiple values for argument 'a'",
		"add(1, 2, 3, c=1)", "!MathAPI.add() got an unexpected keyword argument 'c'",
		"add(c=1)", "!MathAPI.add() got an unexpected keyword argument 'c'",
		"add(c=1, a=1, self=2)", "!MathAPI.add() got an unexpected keyword argument 'c'",
		"add(self=1)", "!MathAPI.add() got multiple values for argument 'self'",
		"add(*[1, 2])", `{"result": 3}`,
		"add(**{'a': 1, 'b': 2})", `{"result": 3}`,
	)
	converse(t, begin(t, "GorillaFileSystem", "", false),
		"pwd(1)", "!GorillaFileSystem.pwd() takes 1 positional argument but 2 were given",
		"cd()", "!GorillaFileSystem.cd() missing 1 required positional argument: 'folder'",
	)
}

func TestNewSessionRefuses(t *testing.T) {
	environment := testEnvironment(t, false)
	if _, err := NewSession("e", "m", []string{"NoAPI"}, nil, environment); err == nil || !strings.Contains(err.Error(), `"NoAPI"`) {
		t.Errorf("an unknown class: %v", err)
	}
	for _, configuration := range []string{
		`{"GorillaFileSystem": []}`, `{"GorillaFileSystem": {"root": 1}}`, `{"GorillaFileSystem": {"root": {}}}`,
		`{"GorillaFileSystem": {"root": {"a": {"contents": {"b": 1}}}}}`,
	} {
		if _, err := NewSession("e", "m", []string{"GorillaFileSystem"}, value(t, configuration).(*python.Dict), environment); err == nil {
			t.Errorf("%s was loaded", configuration)
		}
	}
	for class, configuration := range map[string]string{
		"TicketAPI": `{"ticket_queue": {}}`, "TwitterAPI": `{"tweets": {"a": {}}}`, "MessageAPI": `{"inbox": {}}`,
	} {
		initial := python.NewDict()
		initial.SetText(class, value(t, configuration))
		if _, err := NewSession("e", "m", []string{class}, initial, environment); err == nil {
			t.Errorf("%s: %s was loaded", class, configuration)
		}
	}
}

// A model's name goes into Python names, whatever it is.
func TestIdentifier(t *testing.T) {
	for text, want := range map[string]string{"org/model-1.5:free_e": "org_model_1_5_free_e", "4o mini_": "_4o_mini_", "é": "_", "": ""} {
		if have := identifier(text); have != want {
			t.Errorf("%q: have %q, want %q", text, have, want)
		}
	}
}

// Calls that are parsed once give the results of those that are not, in any
// session.
func TestRun(t *testing.T) {
	for _, text := range []string{"ls()", "touch(file_name='a (b)')", "add(a=1, b=2)", "cd(folder='x'", "kill()", "ls(a=True)", "[ls()]", "nothing"} {
		call := NewCall(text)
		for range 2 {
			for _, class := range []string{"GorillaFileSystem", "MathAPI"} {
				have := begin(t, class, "", false).Run(call)
				if want := begin(t, class, "", false).Execute(text); have != want {
					t.Errorf("%s in %s: have %s, want %s", text, class, have, want)
				}
			}
		}
	}
}

func TestCompare(t *testing.T) {
	environment := testEnvironment(t, false)
	side := func() *Session {
		s, err := NewSession("e", "m", []string{"TicketAPI", "MathAPI", "GorillaFileSystem"}, nil, environment)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	model, answer := side(), side()
	for _, s := range []*Session{model, answer} {
		s.Execute("touch(file_name='a')")
	}
	if class, names := Compare(model, answer); class != "" || names != nil {
		t.Errorf("equal sessions differ in %s: %v", class, names)
	}
	model.Execute("touch(file_name='b')")
	if class, names := Compare(model, answer); class != "GorillaFileSystem" || !slices.Equal(names, []string{"root"}) {
		t.Errorf("have %s: %v", class, names)
	}
	model.Execute("ticket_login(username='a', password='b')")
	if class, names := Compare(model, answer); class != "TicketAPI" || !slices.Equal(names, []string{"current_user"}) {
		t.Errorf("have %s: %v", class, names)
	}
}

// What would take Python hours, or all memory, is refused soon.
func TestHostileCalls(t *testing.T) {
	s := begin(t, "GorillaFileSystem", "", false)
	s.Execute("mkdir(dir_name='a')")
	for range 40 { // each round doubles the ways to the innermost directory
		for _, call := range []string{
			"cp(source='a', destination='b')", "mkdir(dir_name='c')", "mv(source='a', destination='c')",
			"mv(source='b', destination='c')", "mv(source='c', destination='a')",
		} {
			s.Execute(call)
		}
	}
	if have := s.Execute("du()"); have != failed+"the conversation makes more than may be made" {
		t.Errorf("2**40 directories: %.200s", have)
	}
	// The work that is left is the entry's.
	if have := s.Execute("ls()"); have != failed+"the conversation makes more than may be made" {
		t.Errorf("after that: %.200s", have)
	}

	s = begin(t, "TicketAPI", "", false)
	converse(t, s,
		"ticket_login(username='a', password='b')", `{"success": true}`,
		"create_ticket(title='x')", `{"id": 1, "title": "x", "description": "", "status": "Open", "priority": 1, "created_by": "a"}`,
		"edit_ticket(ticket_id=1, updates={'title': get_ticket(ticket_id=1)})", `{"status": "Ticket 1 has been updated successfully."}`,
		"get_ticket(ticket_id=1)", `{'id': 1, 'title': {...}, 'description': '', 'status': 'Open', 'priority': 1, 'created_by': 'a'}`,
	)
	other := begin(t, "TicketAPI", "", false)
	for _, call := range []string{
		"ticket_login(username='a', password='b')", "create_ticket(title='x')",
		"edit_ticket(ticket_id=1, updates={'title': get_ticket(ticket_id=1)})",
	} {
		other.Execute(call)
	}
	if class, _ := Compare(s, other); class != "TicketAPI" {
		t.Error("two tickets that hold themselves are equal")
	}

	s = begin(t, "MathAPI", "", false)
	for call, want := range map[string]string{
		"add(a=9**9**9, b=1)":                         "the result is too large",
		"power(base=9, exponent=999999999)":           "the result is too large",
		"square_root(number=2, precision=999999999)":  "a square root of more than 10000 digits",
		"add(a='a'*999999999, b='b')":                 "the result is too large",
		"mean(numbers=" + strings.Repeat("(", 150000): "too many nested parentheses",
	} {
		if have := s.Execute(call); !strings.HasPrefix(have, failed+want) {
			t.Errorf("%.60s: %.200s", call, have)
		}
	}
	if have := s.Execute("logarithm(value=2, base=10, precision=999999999)"); have != `{"error": "too many digits in integer"}` {
		t.Errorf("a logarithm of many digits: %.200s", have)
	}
}

package world

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The severities of a Problem.
const (
	SeverityError   = "error"   // the world must not be used like this
	SeverityWarning = "warning" // likely a slip; an author decides
)

// Problem is something that Check found.
type Problem struct {
	File     string
	Line     int // from 1, 0 where no line is known
	Severity string
	Text     string
}

func (p Problem) String() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s: %s", p.File, p.Severity, p.Text)
	}
	return fmt.Sprintf("%s:%d: %s: %s", p.File, p.Line, p.Severity, p.Text)
}

// Check tries a world out: it calls every function with sampled arguments on
// several start states, and reads the words for slips. Calls must be
// deterministic, results must fit their schemas, errors must be declared, writes
// should commute. The answer is the same for the same world. log, which may be
// nil, receives what is worth knowing but no problem. A cancelled context ends
// the check early, with what was found so far.
func (w *World) Check(ctx context.Context, log func(string)) []Problem {
	if log == nil {
		log = func(string) {}
	}
	c := &checker{ctx: ctx, world: w, log: log, seen: map[string]bool{}}
	c.structure()
	c.words()
	c.calls()
	slices.SortStableFunc(c.problems, func(a, b Problem) int {
		if a.Severity != b.Severity {
			return strings.Compare(a.Severity, b.Severity)
		}
		if a.File != b.File {
			return -strings.Compare(a.File, b.File)
		}
		return a.Line - b.Line
	})
	return c.problems
}

type checker struct {
	ctx      context.Context
	world    *World
	log      func(string)
	problems []Problem
	seen     map[string]bool
	orders   map[[2]string]*orderPair
}

// report adds a problem at a path of keys in world.yaml, once.
func (c *checker) report(severity string, at []string, format string, values ...any) {
	line, _ := c.world.spec.Position(at...)
	c.add(Problem{c.world.spec.File, line, severity, fmt.Sprintf(format, values...)})
}

func (c *checker) errorf(at []string, format string, values ...any) {
	c.report(SeverityError, at, format, values...)
}

func (c *checker) warn(at []string, format string, values ...any) {
	c.report(SeverityWarning, at, format, values...)
}

// fault adds an error of the world's behaviour, at its place in world.star. The
// same line can fail in the same way for many arguments; it is reported once.
func (c *checker) fault(err error, doing string) {
	var fault *Fault
	if !errors.As(err, &fault) {
		c.add(Problem{c.world.spec.File, 0, SeverityError, err.Error()})
		return
	}
	key := fmt.Sprintf("%d %s", fault.Line, fault.Function)
	if c.seen[key] {
		return
	}
	c.seen[key] = true
	c.add(Problem{fault.File, fault.Line, SeverityError, fmt.Sprintf("%s: %s (%s)", fault.Function, fault.Text, doing)})
}

func (c *checker) add(problem Problem) {
	if key := problem.String(); !c.seen[key] {
		c.seen[key] = true
		c.problems = append(c.problems, problem)
	}
}

// The counts that docs/worlds.md asks for.
const (
	wantFunctions = 8
	wantWrites    = 5
	wantNested    = 2
	wantNames     = 20
)

// structure counts what a world offers.
func (c *checker) structure() {
	w := c.world
	writes, nested, gates, adds, compares, filters := 0, 0, 0, 0, 0, 0
	for _, f := range w.Functions {
		writes += count(f.Writes())
		nested += count(slices.ContainsFunc(f.input, func(s *shape) bool { return s.kind != shapeValue }))
		gates += len(f.Gate)
		adds += len(f.Adds)
		compares += count(len(f.Fan) > 0 && slices.ContainsFunc(f.Fields, func(field *Field) bool { return f.Say.Pick[field.Path].any() }))
		filters += len(f.Say.Filter)
		c.functionStructure(f)
	}
	at := steps("functions")
	few := func(have, want int, what string) {
		if have < want {
			c.warn(at, "%d %s; a world wants %d or more", have, what, want)
		}
	}
	few(len(w.Functions), wantFunctions, "functions")
	few(writes, wantWrites, "writes")
	few(nested, wantNested, "functions that take a list or an object")
	few(gates, 1, "gates: nothing is done only if something holds")
	few(adds, 1, "fields that add up over a fan")
	few(compares, 1, "reads with fan and pick: no places or days to compare")
	few(filters, 1, "filters: no write can be mapped over the items of a list")
	for _, name := range sortedKeys(w.Types) {
		if !slices.ContainsFunc(w.Functions, func(f *Function) bool { return f.uses(w.Types[name]) }) {
			c.warn(steps("types", name), "type %s is not used", name)
		}
	}
}

func count(holds bool) int {
	if holds {
		return 1
	}
	return 0
}

func (p Pick) any() bool { return len(p.Min)+len(p.Max) > 0 }

func (f *Function) uses(t *Type) bool {
	same := func(field *Field) bool { return field.Type == t }
	return slices.ContainsFunc(f.Params, func(p *Param) bool { return p.Type == t }) ||
		slices.ContainsFunc(f.Fields, same) || slices.ContainsFunc(f.Items, same)
}

// functionStructure wants a source for every parameter.
func (c *checker) functionStructure(f *Function) {
	at := steps("functions", f.Name)
	if len(f.Does) < 2 {
		c.warn(append(at, "does"), "%s: one description; write two or more", f.Name)
	}
	if !strings.Contains(f.Name, "_") {
		c.warn(at, "%s: a function's name of one word can be said in a request by accident; use two words", f.Name)
	}
	for _, param := range f.Params {
		if param.Type.Told == ToldNever && !c.given(param.Type, f) {
			c.errorf(append(at, "takes"), "%s: %s: no user knows a %s and no other function gives one", f.Name, param.Path, param.Type.Name)
		}
	}
}

// given reports whether another function gives values of a type.
func (c *checker) given(t *Type, apart *Function) bool {
	gives := func(field *Field) bool {
		return field.Type == t || field.Type.Base == DateTime && t.World == nil && (t.Base == Date || t.Base == Time)
	}
	return slices.ContainsFunc(c.world.Functions, func(f *Function) bool {
		return f != apart && (slices.ContainsFunc(f.Fields, gives) || slices.ContainsFunc(f.Items, gives))
	})
}

package bfcl

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/buttonbench/button/benchmarks/bfcl/services"
	"github.com/buttonbench/button/internal/python"
	"github.com/buttonbench/button/internal/schema"
)

// Suspect is an entry of which a reader of scores should know that something is
// wrong, or may be. It is our own finding: the official figure counts the entry.
type Suspect struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"`
	Detail string `json:"detail"`
}

// The kinds of suspects.
const (
	// SuspectReference: calls of the first allowed values fail the entry's own checker.
	SuspectReference = "reference_fails"
	// SuspectSchema: they contradict the schema of their own function.
	SuspectSchema = "contradicts_schema"
	// SuspectTwice: the same messages and functions stand in an entry that wants other
	// calls, or none.
	SuspectTwice = "contradicts_entry"
	// SuspectGroundTruth: a call of the expected ones fails when it is executed.
	SuspectGroundTruth = "expected_call_fails"
)

// SuspectKinds says what the kinds mean, in the order of a report.
func SuspectKinds() [][2]string {
	return [][2]string{
		{SuspectReference, "calls of the first allowed values fail the entry's own checker"},
		{SuspectSchema, "the first allowed values contradict the schema of their function"},
		{SuspectTwice, "another entry with the same messages and functions wants something else"},
		{SuspectGroundTruth, "an expected call has an error as its result"},
	}
}

// Audit looks for suspects in single-turn and multi-turn categories.
func Audit(data *Data, categories []Category, today time.Time) ([]Suspect, error) {
	a := &auditor{judge: NewConversationJudge(data, today), seen: map[string]*Entry{}}
	for _, category := range categories {
		entries, err := data.Entries(category.Name)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			switch category.Checker {
			case CheckCalls, CheckIrrelevance, CheckRelevance:
				err = a.single(entry)
			case CheckExecution:
				err = a.conversation(entry)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	slices.SortStableFunc(a.suspects, func(x, y Suspect) int { return cmp.Compare(x.Kind, y.Kind) })
	return a.suspects, nil
}

type auditor struct {
	judge    *ConversationJudge
	suspects []Suspect
	seen     map[string]*Entry // by messages and functions
}

func (a *auditor) add(e *Entry, kind, format string, values ...any) {
	a.suspects = append(a.suspects, Suspect{e.ID, kind, fmt.Sprintf(format, values...)})
}

func (a *auditor) single(e *Entry) error {
	calls, err := e.reference()
	if err != nil {
		return err
	}
	if e.Category.Checker == CheckCalls {
		list := python.NewList()
		for _, call := range calls {
			one := python.NewDict()
			one.SetText(call.name, call.arguments)
			list.Items = append(list.Items, one)
		}
		judgement, err := e.JudgeCalls(list, nil, false)
		if err != nil {
			return err
		}
		if !judgement.Valid {
			a.add(e, SuspectReference, "%s: %s", judgement.ErrorType, strings.Join(judgement.Errors(), "; "))
		}
		if err := a.schema(e, calls); err != nil {
			return err
		}
	}
	return a.twice(e, calls)
}

// schema holds the reference against its functions' schemas, as models see them. Of
// other languages than Python values are texts, about which a schema says nothing.
func (a *auditor) schema(e *Entry, calls []referenceCall) error {
	if e.Category.Language != Python {
		return nil
	}
	documents, err := e.Functions()
	if err != nil {
		return err
	}
	compiler := new(schema.Compiler)
	for _, call := range calls {
		tool, err := nativeTool(documentOf(documents, call.name))
		if err != nil {
			return err
		}
		compiled, err := compiler.Compile(tool.Parameters)
		if err != nil {
			a.add(e, SuspectSchema, "the parameters of %s are no JSON Schema: %v", call.name, err)
			continue
		}
		arguments, err := python.DumpJSON(call.arguments)
		if err != nil {
			return err
		}
		violations, err := compiled.Validate([]byte(arguments))
		if err != nil {
			a.add(e, SuspectSchema, "%s: %v", call.name, err)
			continue
		}
		if len(violations) > 0 {
			a.add(e, SuspectSchema, "%s: %v", call.name, violations[0])
		}
	}
	return nil
}

// twice finds entries that ask the same and want something else.
func (a *auditor) twice(e *Entry, calls []referenceCall) error {
	turns, err := e.Turns()
	if err != nil {
		return err
	}
	documents, err := e.Functions()
	if err != nil {
		return err
	}
	shown, err := indented(documents)
	if err != nil {
		return err
	}
	key := fmt.Sprintf("%q\n%s", turns, shown)
	other, known := a.seen[key]
	if !known {
		a.seen[key] = e
		return nil
	}
	theirs, err := other.reference()
	if err != nil {
		return err
	}
	if !sameCalls(calls, theirs) && (e.Category.Checker == CheckCalls || other.Category.Checker == CheckCalls || len(calls) != len(theirs)) {
		a.add(e, SuspectTwice, "%s asks the same: %s there, %s here", other.ID, wanted(theirs), wanted(calls))
	}
	return nil
}

func sameCalls(a, b []referenceCall) bool {
	return slices.EqualFunc(a, b, func(x, y referenceCall) bool {
		return x.name == y.name && python.Equal(x.arguments, y.arguments)
	})
}

func wanted(calls []referenceCall) string {
	if len(calls) == 0 {
		return "no call is wanted"
	}
	var names []string
	for _, call := range calls {
		arguments, err := python.Repr(call.arguments)
		if err != nil {
			arguments = "..."
		}
		names = append(names, call.name+shortText(arguments))
	}
	return strings.Join(names, ", ") + " is wanted"
}

// conversation looks at what the expected calls lead to.
func (a *auditor) conversation(e *Entry) error {
	script, err := a.judge.script(e)
	if err != nil {
		return err
	}
	session, err := script.session(liveModel, script.environment())
	if err != nil {
		return err
	}
	expected, err := e.ExpectedCalls()
	if err != nil {
		return err
	}
	for turn, calls := range expected {
		for _, call := range calls {
			if result := session.Execute(call); services.IsFailure(result) {
				a.add(e, SuspectGroundTruth, "turn %d: %s gives %s", turn, call, shortText(result))
			}
		}
	}
	return nil
}

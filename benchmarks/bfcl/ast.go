package bfcl

import (
	"fmt"
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// The error types of single-turn categories, as upstream writes them.
const (
	ErrorDecoderFailed     = "ast_decoder:decoder_failed"
	ErrorWrongOutputFormat = "ast_decoder:decoder_wrong_output_format"

	errorSingleCount   = "simple_function_checker:wrong_count"
	errorMultipleCount = "multiple_function_checker:wrong_count"
	errorParallelCount = "parallel_function_checker_no_order:wrong_count"
	errorNoMatch       = "parallel_function_checker_no_order:cannot_find_match"
	errorName          = "simple_function_checker:wrong_func_name"
	errorRequired      = "simple_function_checker:missing_required"
	errorOptional      = "simple_function_checker:missing_optional"
	errorUnexpected    = "simple_function_checker:unexpected_param"
	errorJava          = "type_error:java"
	errorJavaScript    = "type_error:js"
	errorSimpleType    = "type_error:simple"
	errorNestedType    = "type_error:nested"
	errorOtherValue    = "value_error:others"
	errorTextValue     = "value_error:string"
	errorListValue     = "value_error:list/tuple"
	errorMapKey        = "value_error:dict_key"
	errorMapValue      = "value_error:dict_value"
	errorMapUnclear    = "dict_checker:unclear"
	errorListCount     = "value_error:list_dict_count"
	errorListUnclear   = "list_dict_checker:unclear"
)

// Judgement is the verdict on one single-turn result.
type Judgement struct {
	Valid bool
	// ErrorType is upstream's name of the first error, empty when valid.
	ErrorType string
	// first and more say what was wrong, for people.
	first failure
	more  []failure
}

// Errors says in words what was wrong.
func (j Judgement) Errors() []string {
	if j.Valid {
		return nil
	}
	all := []string{j.first.words()}
	for _, f := range j.more {
		all = append(all, f.words())
	}
	return all
}

// failure is one thing that is wrong; the zero value is none.
type failure struct {
	errorType string
	// name is the parameter or function that is wrong.
	name   string
	value  python.Value
	wanted string
}

func (f failure) words() string {
	shown, err := python.Repr(f.value)
	if err != nil {
		shown = "a value that has no text"
	}
	const most = 500
	if len(shown) > most {
		shown = strings.ToValidUTF8(shown[:most], "") + "..."
	}
	switch f.errorType {
	case errorName:
		return fmt.Sprintf("the function %q is not called", f.name)
	case errorRequired, errorOptional:
		return fmt.Sprintf("the parameter %q is missing", f.name)
	case errorUnexpected:
		return fmt.Sprintf("the parameter %s is not expected", f.name)
	case errorMapKey:
		return fmt.Sprintf("the member %s of %s", f.name, f.wanted)
	case errorNoMatch:
		return fmt.Sprintf("no call matches the expected call of %q", f.name)
	}
	switch {
	case f.name == "":
		return f.wanted
	case f.wanted != "":
		return fmt.Sprintf("the value %s of %q: want %s", shown, f.name, f.wanted)
	}
	return fmt.Sprintf("the value %s of %q is none of the allowed", shown, f.name)
}

func invalid(f failure) Judgement {
	return Judgement{ErrorType: f.errorType, first: f}
}

// wellFormed is the test on the shape of a decoded value: a list of one-key maps
// from a name to a map of arguments. It returns the maps.
func wellFormed(decoded python.Value) ([]python.Value, bool) {
	list, ok := decoded.(*python.List)
	if !ok {
		return nil, false
	}
	for _, item := range list.Items {
		call, ok := item.(*python.Dict)
		if !ok || call.Len() != 1 {
			return nil, false
		}
		if _, value := call.At(0); !isDict(value) {
			return nil, false
		}
	}
	return list.Items, true
}

func isDict(v python.Value) bool {
	_, ok := v.(*python.Dict)
	return ok
}

// JudgeCalls judges the decoded calls of an entry with expected calls. decodeErr is
// what decoding failed with, if it did. underscores tells that dots in function
// names had been turned into underscores for this model. The error is one of the
// data, not of the result.
func (e *Entry) JudgeCalls(decoded python.Value, decodeErr error, underscores bool) (Judgement, error) {
	judge, err := e.judge()
	if err != nil {
		return Judgement{}, err
	}
	if decodeErr != nil {
		return invalid(failure{errorType: ErrorDecoderFailed, wanted: "the answer does not decode to calls: " + decodeErr.Error()}), nil
	}
	calls, ok := wellFormed(decoded)
	if !ok {
		return invalid(failure{errorType: ErrorWrongOutputFormat, wanted: "the answer does not decode to a list of calls"}), nil
	}
	return judge.judge(calls, underscores), nil
}

func (c *callJudge) judge(calls []python.Value, underscores bool) Judgement {
	if len(calls) != c.count {
		return invalid(failure{errorType: c.countError, wanted: fmt.Sprintf("%d calls instead of %d", len(calls), c.count)})
	}
	if !c.parallel {
		if f := c.answers[0].check(calls[0], underscores); f.errorType != "" {
			return invalid(f)
		}
		return Judgement{Valid: true}
	}
	return c.judgeParallel(calls, underscores)
}

// judgeParallel takes for each expected call in order the first call not yet taken
// that passes, without ever going back.
func (c *callJudge) judgeParallel(calls []python.Value, underscores bool) Judgement {
	taken := make([]bool, len(calls), 8)
	for i := range c.answers {
		matched := false
		for at, call := range calls {
			if !taken[at] && c.answers[i].check(call, underscores).errorType == "" {
				taken[at], matched = true, true
				break
			}
		}
		if !matched {
			return c.noMatch(i, calls, taken, underscores)
		}
	}
	return Judgement{Valid: true}
}

// noMatch says of each call that is left why it does not match an answer.
func (c *callJudge) noMatch(answer int, calls []python.Value, taken []bool, underscores bool) Judgement {
	j := invalid(failure{errorType: errorNoMatch, name: c.answers[answer].name})
	for at, call := range calls {
		if !taken[at] {
			j.more = append(j.more, c.answers[answer].check(call, underscores))
		}
	}
	return j
}

// check tests one call, a map that passed the shape test, against one answer, in
// upstream's order.
func (a *answer) check(one python.Value, underscores bool) failure {
	call := one.(*python.Dict)
	name := a.name
	if underscores {
		name = a.underscored
	}
	value, ok := call.GetText(name)
	if !ok {
		return failure{errorType: errorName, name: name}
	}
	arguments := value.(*python.Dict)
	for _, required := range a.required {
		if _, ok := arguments.GetText(required); !ok {
			return failure{errorType: errorRequired, name: required}
		}
	}
	for i := range arguments.Len() {
		key, value := arguments.At(i)
		name, _ := key.(string)
		p := a.parameters[name]
		if _, isText := key.(string); !isText || p == nil {
			shown, _ := python.Repr(key)
			return failure{errorType: errorUnexpected, name: shown}
		}
		if f := p.check(value); f.errorType != "" {
			f.name = name
			return f
		}
	}
	for _, name := range a.mandatory {
		if _, ok := arguments.GetText(name); !ok {
			return failure{errorType: errorOptional, name: name}
		}
	}
	return failure{}
}

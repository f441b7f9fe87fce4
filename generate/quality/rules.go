package quality

import "github.com/buttonbench/button"

// Rule is one family of checks. Records whose results come from execution
// (constructed and hybrid ones), records whose results a model invented (simulated
// ones) and records of foreign datasets (imported ones) prove different things by
// it, or nothing.
type Rule struct {
	Name string
	// Executed is what holds for an executed record that breaks no rule of the
	// family, Simulated and Imported what holds for such ones; "" if the family does
	// not judge such records.
	Executed, Simulated, Imported string

	executed, simulated, imported func(*check) error
}

// Judges reports whether the family judges records of a mode.
func (r *Rule) Judges(mode string) bool { return r.checkOf(mode) != nil }

func (r *Rule) checkOf(mode string) func(*check) error {
	switch mode {
	case button.ModeSimulated:
		return r.simulated
	case button.ModeImported:
		return r.imported
	}
	return r.executed
}

// Rules lists the families in the order in which they are applied.
func Rules() []Rule {
	return []Rule{
		{"structure",
			"The record is well formed: roles, call ids, tools as their worlds declare them, and a plan that agrees with the messages call by call.",
			"The record is well formed: roles, call ids, tools with schemas that compile, and a plan that agrees with the messages call by call.",
			"The conversation has a possible form: roles in order, every call answered by one result in its place unless the record ends with it, calls of listed functions only, tools with usable names and schemas that compile.",
			(*check).structure, (*check).simulatedStructure, (*check).importedStructure},
		{"import", "", "",
			"Everything in the foreign record could be read as its format wants it, without mending.",
			nil, nil, (*check).importFaults},
		{"schema",
			"Every call's arguments and every result fit the JSON Schema that the function declares, in canonical form.",
			"Every call's arguments fit the function's parameters and name no others, every result fits the function's responses, and every failure has a declared code.",
			"Every call's arguments fit the function's parameters and name no others.",
			(*check).schema, (*check).simulatedSchema, (*check).importedSchema},
		{"replay",
			"Executed again from its state seed, every call returns the recorded bytes, and the state hashes before and after agree.", "", "",
			(*check).replay, nil, nil},
		{"order",
			"No call comes before one that it depends on or later than it could, and the calls of one wave give the same results in both orders.",
			"No call comes before one that it depends on, so that the calls of one message are independent; a call made again after a failure says so, and nothing else is made on a condition.", "",
			(*check).order, (*check).simulatedOrder, nil},
		{"grounding",
			"Every argument comes from exactly one source, and reading that source yields the argument: words of the user, or a declared transform of earlier results.",
			"Every argument comes from exactly one source, and reading that source yields the argument: words of the user, a declared transform of earlier results, or the parameter's default.",
			"Every argument was said or returned before its call, or is a choice or default of the schema: numbers, dates, codes, and short texts by their words.",
			(*check).grounding, (*check).simulatedGrounding, (*check).importedGrounding},
		{"consistency", "",
			"The same call has the same answer, and no result contradicts an earlier one about the same thing, unless a write came between.",
			"The same call has the same answer, unless another function was called in between.",
			nil, (*check).consistency, (*check).importedConsistency},
		{"coverage",
			"Every literal, selection, filter, bound and condition of the plan is said by the user in time, in words that mean it, and nothing is marked that the plan does not need.", "", "",
			(*check).coverage, nil, nil},
		{"ambiguity",
			"The user names no further value of a type that a call takes from the user's words.", "", "",
			(*check).ambiguity, nil, nil},
		{"leakage",
			"The user says no function, parameter or code name, no value of a type that users cannot know, and nothing that only a later result tells.",
			"The user says no function or parameter name and no code that only a later result tells; no message speaks of the plan, its nodes or the stages' texts.",
			"The user says no function or parameter name and nobody speaks of a plan; no text beside a call tells what only its result can.",
			(*check).leakage, (*check).simulatedLeakage, (*check).importedLeakage},
		{"writes",
			"Every write was asked for in so many words in its turn, and every write asked for was carried out unless its condition forbade it.", "", "",
			(*check).writes, nil, nil},
		{"answer",
			"Every value in an answer is what its source yields, every number, name and code has a source, and the answer states all that the turn's goals ask for.",
			"Every number, date, time, code, address and quotation in an answer has a source that yields it, or follows from results as a sum, count, difference or multiple; every name was mentioned before.",
			"Every number, date, time, code and address in an answer behind results was said or returned before, or follows from results as a sum, count, difference, multiple or by rounding.",
			(*check).answer, (*check).simulatedAnswer, (*check).importedAnswer},
		{"conditions",
			"Every condition, computed again from the results, is open or shut as recorded, and its write was carried out exactly if it is open.", "", "",
			(*check).conditions, nil, nil},
		{"thoughts",
			"A thought names only values that are known before its calls.",
			"A thought names only values that are known before its calls.", "",
			(*check).thoughts, (*check).simulatedThoughts, nil},
		{"minimality",
			"Every call serves a goal, none is made twice, and none failed.",
			"No call is made twice unless the first one failed or something was written or corrected in between, and every result is used by a later call or an answer.",
			"No call is made twice in a row within one turn of the user, unless the first one failed.",
			(*check).minimality, (*check).simulatedMinimality, (*check).importedMinimality},
		{"hygiene",
			"The texts are clean: balanced quotes and brackets, no doubled words, spaces or stops, no leftover signs.",
			"The texts are clean: balanced quotes and brackets, no doubled words, spaces or stops, no leftover signs, no markers of chat formats, no placeholders in results.",
			"No text holds markers of chat formats, no result a placeholder for a value.",
			(*check).hygiene, (*check).simulatedHygiene, (*check).importedHygiene},
	}
}

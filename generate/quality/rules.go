package quality

import "github.com/buttonbench/button"

// Rule is one family of checks. Records whose results come from execution
// (constructed and hybrid ones) and records whose results a model invented
// (simulated ones) prove different things by it, or nothing.
type Rule struct {
	Name string
	// Executed is what holds for an executed record that breaks no rule of the
	// family, Simulated what holds for a simulated one; "" if the family does not
	// judge such records.
	Executed, Simulated string

	executed, simulated func(*check) error
}

// Judges reports whether the family judges records of a mode.
func (r *Rule) Judges(mode string) bool { return r.checkOf(mode) != nil }

func (r *Rule) checkOf(mode string) func(*check) error {
	if mode == button.ModeSimulated {
		return r.simulated
	}
	return r.executed
}

// Rules lists the families in the order in which they are applied.
func Rules() []Rule {
	return []Rule{
		{"structure",
			"The record is well formed: roles, call ids, tools as their worlds declare them, and a plan that agrees with the messages call by call.",
			"The record is well formed: roles, call ids, tools with schemas that compile, and a plan that agrees with the messages call by call.",
			(*check).structure, (*check).simulatedStructure},
		{"schema",
			"Every call's arguments and every result fit the JSON Schema that the function declares, in canonical form.",
			"Every call's arguments fit the function's parameters and name no others, every result fits the function's responses, and every failure has a declared code.",
			(*check).schema, (*check).simulatedSchema},
		{"replay",
			"Executed again from its state seed, every call returns the recorded bytes, and the state hashes before and after agree.", "",
			(*check).replay, nil},
		{"order",
			"No call comes before one that it depends on or later than it could, and the calls of one wave give the same results in both orders.",
			"No call comes before one that it depends on, so that the calls of one message are independent; a call made again after a failure says so, and nothing else is made on a condition.",
			(*check).order, (*check).simulatedOrder},
		{"grounding",
			"Every argument comes from exactly one source, and reading that source yields the argument: words of the user, or a declared transform of earlier results.",
			"Every argument comes from exactly one source, and reading that source yields the argument: words of the user, a declared transform of earlier results, or the parameter's default.",
			(*check).grounding, (*check).simulatedGrounding},
		{"consistency", "",
			"The same call has the same answer, and no result contradicts an earlier one about the same thing, unless a write came between.",
			nil, (*check).consistency},
		{"coverage",
			"Every literal, selection, filter, bound and condition of the plan is said by the user in time, in words that mean it, and nothing is marked that the plan does not need.", "",
			(*check).coverage, nil},
		{"ambiguity",
			"The user names no further value of a type that a call takes from the user's words.", "",
			(*check).ambiguity, nil},
		{"leakage",
			"The user says no function, parameter or code name, no value of a type that users cannot know, and nothing that only a later result tells.",
			"The user says no function or parameter name and no code that only a later result tells; no message speaks of the plan, its nodes or the stages' texts.",
			(*check).leakage, (*check).simulatedLeakage},
		{"writes",
			"Every write was asked for in so many words in its turn, and every write asked for was carried out unless its condition forbade it.", "",
			(*check).writes, nil},
		{"answer",
			"Every value in an answer is what its source yields, every number, name and code has a source, and the answer states all that the turn's goals ask for.",
			"Every number, date, time, code, address and quotation in an answer has a source that yields it, or follows from results as a sum, count, difference or multiple; every name was mentioned before.",
			(*check).answer, (*check).simulatedAnswer},
		{"conditions",
			"Every condition, computed again from the results, is open or shut as recorded, and its write was carried out exactly if it is open.", "",
			(*check).conditions, nil},
		{"thoughts",
			"A thought names only values that are known before its calls.",
			"A thought names only values that are known before its calls.",
			(*check).thoughts, (*check).simulatedThoughts},
		{"minimality",
			"Every call serves a goal, none is made twice, and none failed.",
			"No call is made twice unless the first one failed or something was written or corrected in between, and every result is used by a later call or an answer.",
			(*check).minimality, (*check).simulatedMinimality},
		{"hygiene",
			"The texts are clean: balanced quotes and brackets, no doubled words, spaces or stops, no leftover signs.",
			"The texts are clean: balanced quotes and brackets, no doubled words, spaces or stops, no leftover signs, no markers of chat formats, no placeholders in results.",
			(*check).hygiene, (*check).simulatedHygiene},
	}
}

package quality

// Rule is one family of checks.
type Rule struct {
	Name string
	// Proves is what holds for a record that breaks no rule of the family.
	Proves string
	check  func(*check) error
}

// Rules lists the families in the order in which they are applied.
func Rules() []Rule {
	return []Rule{
		{"structure", "The record is well formed: roles, call ids, tools as their worlds declare them, and a plan that agrees with the messages call by call.", (*check).structure},
		{"schema", "Every call's arguments and every result fit the JSON Schema that the function declares, in canonical form.", (*check).schema},
		{"replay", "Executed again from its state seed, every call returns the recorded bytes, and the state hashes before and after agree.", (*check).replay},
		{"order", "No call comes before one that it depends on or later than it could, and the calls of one wave give the same results in both orders.", (*check).order},
		{"grounding", "Every argument comes from exactly one source, and reading that source yields the argument: words of the user, or a declared transform of earlier results.", (*check).grounding},
		{"coverage", "Every literal, selection, filter, bound and condition of the plan is said by the user in time, in words that mean it, and nothing is marked that the plan does not need.", (*check).coverage},
		{"ambiguity", "The user names no further value of a type that a call takes from the user's words.", (*check).ambiguity},
		{"leakage", "The user says no function, parameter or code name, no value of a type that users cannot know, and nothing that only a later result tells.", (*check).leakage},
		{"writes", "Every write was asked for in so many words in its turn, and every write asked for was carried out unless its condition forbade it.", (*check).writes},
		{"answer", "Every value in an answer is what its source yields, every number, name and code has a source, and the answer states all that the turn's goals ask for.", (*check).answer},
		{"conditions", "Every condition, computed again from the results, is open or shut as recorded, and its write was carried out exactly if it is open.", (*check).conditions},
		{"thoughts", "A thought names only values that are known before its calls.", (*check).thoughts},
		{"minimality", "Every call serves a goal, none is made twice, and none failed.", (*check).minimality},
		{"hygiene", "The texts are clean: balanced quotes and brackets, no doubled words, spaces or stops, no leftover signs.", (*check).hygiene},
	}
}

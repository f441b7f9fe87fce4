package toolcall

import "slices"

// Dialects is the table of grammars, by number.
func Dialects() []Dialect {
	table := slices.Concat(
		hermesDialects(),   // 1, 7, 8
		wholeDialects(),    // 2, 11, 19
		pythonicDialects(), // 3, 4
		mistralDialects(),  // 5
		arrayDialects(),    // 6, 9, 10, 22, 25, 26
		deepseekDialects(), // 12, 13
		kimiDialects(),     // 15
		tagDialects(),      // 14, 16, 17, 20, 21
		glmDialects(),      // 18
		braceDialects(),    // 23, 24
		harmonyDialects(),  // 27
		reactDialects(),    // 28
		buttonDialects(),   // 29
		fenceDialects(),    // 30
	)
	slices.SortStableFunc(table, func(a, b Dialect) int { return a.Number - b.Number })
	return table
}

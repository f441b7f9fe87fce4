package toolcall

import "slices"

// Dialects is the table of grammars, by number.
func Dialects() []Dialect {
	table := slices.Concat(
		hermesDialects(), // 1
	)
	slices.SortStableFunc(table, func(a, b Dialect) int { return a.Number - b.Number })
	return table
}

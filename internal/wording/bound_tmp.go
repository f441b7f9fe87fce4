package wording

import "github.com/buttonbench/button/internal/world"

func boundPhrase(t *world.Type, op string, v world.Value, style world.Style, today string) string {
	if op == "at_most" {
		return "no more than " + t.Surface(v, style, today)
	}
	return "at least " + t.Surface(v, style, today)
}

package world

import "context"

// CheckWords is the part of Check that runs nothing.
func (w *World) CheckWords() []Problem {
	c := &checker{ctx: context.Background(), world: w, log: func(string) {}, seen: map[string]bool{}}
	c.structure()
	c.words()
	return c.problems
}

package services

import "github.com/buttonbench/button/internal/python"

// Call is a call text that many sessions run, such as one of an entry's answer:
// it is parsed once. It never changes.
type Call struct {
	text       string
	method     string            // of a single call; the rest counts only for one
	expression python.Expression // nil with err
	err        error
}

// NewCall parses a call text.
func NewCall(text string) *Call {
	c := &Call{text: text, method: methodOfSingle(text)}
	if methods[c.method] != nil {
		c.expression, c.err = python.ParseExpression(text)
	}
	return c
}

// Run is Execute for a text that is parsed already.
func (s *Session) Run(c *Call) string {
	if !s.takes(c.method) {
		return s.Execute(c.text)
	}
	if err := s.environment.spend(callWork); err != nil {
		return failed + message(err)
	}
	return s.evaluate(c.expression, c.err, false)
}

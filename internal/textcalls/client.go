// Package textcalls lets a model whose server does not parse tool calls be
// evaluated all the same: a Client that reads calls out of the text of an answer,
// and, in prompted mode, writes tools, calls and results into the conversation as
// text.
package textcalls

import (
	"context"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/toolcall"
)

// Native is the parser that reads no text: calls are those that the server parsed.
const Native = "native"

// Options say how calls come and go.
type Options struct {
	// Prompted puts tools and history into the prompt as text, in the dialect
	// that Parser names; the request then has no native tools.
	Prompted bool
	// Parser is Native, toolcall.Auto, or the name of a dialect.
	Parser string
}

// New wraps a client. With parser Native and without Prompted it returns the
// client itself.
func New(next llm.Client, o Options) (llm.Client, error) {
	if !o.Prompted && (o.Parser == Native || o.Parser == "") {
		return next, nil
	}
	c := &client{next: next, parser: o.Parser}
	if o.Prompted {
		dialect, ok := toolcall.Lookup(o.Parser)
		if !ok || dialect.Render == nil {
			return nil, &UnknownError{Name: o.Parser, Known: Renderers()}
		}
		c.render = dialect.Render
		return c, nil
	}
	if _, ok := toolcall.Lookup(o.Parser); !ok && o.Parser != toolcall.Auto {
		return nil, &UnknownError{Name: o.Parser, Known: Parsers()}
	}
	return c, nil
}

// UnknownError names a dialect that does not exist or cannot render prompts.
type UnknownError struct {
	Name  string
	Known []string
}

func (e *UnknownError) Error() string { return "no dialect for this is called \"" + e.Name + "\"" }

// Parsers lists the names that Options.Parser takes without Prompted.
func Parsers() []string {
	names := []string{Native, toolcall.Auto}
	for _, dialect := range toolcall.Dialects() {
		names = append(names, dialect.Name)
	}
	return names
}

// Renderers lists the dialects of prompted mode.
func Renderers() []string {
	var names []string
	for _, dialect := range toolcall.Dialects() {
		if dialect.Render != nil {
			names = append(names, dialect.Name)
		}
	}
	return names
}

type client struct {
	next   llm.Client
	parser string
	render *toolcall.Renderer
}

// Complete implements llm.Client. Calls that the server parsed are left alone.
func (c *client) Complete(ctx context.Context, request llm.Request) (*llm.Reply, error) {
	tools := request.Tools
	if c.render != nil && len(tools) > 0 {
		parallel := request.ParallelToolCalls == nil || *request.ParallelToolCalls
		request.Messages = c.render.Messages(request.Messages, tools, parallel)
		request.Tools, request.ParallelToolCalls = nil, nil
	}
	reply, err := c.next.Complete(ctx, request)
	if err != nil || len(reply.Calls) > 0 || len(tools) == 0 {
		return reply, err
	}
	return Read(reply, tools, c.parser), nil
}

// Read reads the calls in the text of an answer, or in its reasoning where the
// text holds none of its own. The answer given is not changed. Text that bears the
// mark of a call but cannot be read stays the answer's content: the model wrote a
// malformed call, and Reading says so. Calls that the server parsed stay where the
// text holds none.
func Read(reply *llm.Reply, tools []button.Tool, parser string) *llm.Reply {
	result := toolcall.Read(reply.Content, reply.Reasoning, tools, parser)
	read := *reply
	read.Reading = &llm.Reading{Dialect: result.Dialect, Outcome: string(result.Outcome), Detail: result.Detail}
	read.Content, read.Reasoning = result.Content, result.Reasoning
	if len(result.Calls) > 0 {
		read.Calls = nil
	}
	for _, call := range result.Calls {
		read.Calls = append(read.Calls, llm.RawCall{ID: call.ID, Name: call.Name, Arguments: string(call.Arguments)})
		read.Reading.Repairs = append(read.Reading.Repairs, call.Repairs...)
	}
	return &read
}

// Package teach asks a teacher model for one checked JSON object at a time. A
// stage's instructions stand in a file of prompts/, the form of its reply in a
// JSON Schema beside it; code checks every reply before anything uses it, sends
// what is wrong back at most twice, and then gives up with a *Refusal.
package teach

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/schema"
)

// mostReturns is how often a reply goes back with what is wrong with it.
const mostReturns = 2

// Format says how an endpoint is told the form of a reply.
type Format string

// The formats. Whatever the endpoint is told, the form is also described in words
// and checked by code.
const (
	FormatSchema Format = "json_schema" // response_format with the schema
	FormatObject Format = "json_object" // response_format: some JSON object
	FormatText   Format = "text"        // nothing: for endpoints that know no response_format
)

// Options describe a teacher.
type Options struct {
	// Client is asked; it caches, retries and counts.
	Client llm.Client
	Model  string
	// Sampling holds for every stage. The seed is set for each request.
	Sampling  llm.Sampling
	Format    Format // FormatSchema where it is empty
	ExtraBody map[string]json.RawMessage
	// Prices turn tokens into money in ledgers; zero for none.
	Prices llm.Prices
}

// Teacher is a model with the prompts of all stages. It is safe for concurrent use.
type Teacher struct {
	options Options
	prompts *Prompts
	schemas schema.Compiler
	// answered and refused count requests, to end early where nothing is ever answered.
	answered, refused atomic.Int64
}

// mostRefusals is how many requests an endpoint may refuse as wrong before it has
// answered one.
const mostRefusals = 5

// New returns a teacher. It asks nothing yet.
func New(options Options, prompts *Prompts) *Teacher {
	if options.Format == "" {
		options.Format = FormatSchema
	}
	return &Teacher{options: options, prompts: prompts}
}

// Model is the teacher's name.
func (t *Teacher) Model() string { return t.options.Model }

// Violation is one thing that is wrong with a reply.
type Violation struct {
	Rule string // what the reply breaks, "snake_case"
	Text string // for the teacher and for people: what is wrong
	Span string // the offending piece of the reply, if there is one
}

// Refusal says that a stage got no usable reply.
type Refusal struct {
	Stage, Rule, Detail, Span string
}

func (r *Refusal) Error() string { return fmt.Sprintf("%s: %s: %s", r.Stage, r.Rule, r.Detail) }

// Asker puts the requests of one candidate: it draws seeds and keeps the ledger.
// It is for one goroutine.
type Asker struct {
	teacher *Teacher
	seed    uint64
	asked   int
	ledger  Ledger
}

// For returns an asker for one candidate. Everything random about its requests
// comes from seed and from their order.
func (t *Teacher) For(seed uint64) *Asker { return &Asker{teacher: t, seed: seed} }

// Ledger returns what was asked so far.
func (a *Asker) Ledger() *Ledger { return &a.ledger }

// next returns the seed of the next request of a stage.
func (a *Asker) next(stage string) uint64 {
	a.asked++
	return button.Seed(a.seed, "ask "+stage, a.asked)
}

// Ask asks for the reply of a stage. material is what the prompt is about: it is
// shown as JSON, apart from the instructions. check may be nil; what it returns
// goes back to the teacher. The error is a *Refusal where the replies were no
// good, or the endpoint will never answer this request; otherwise it is an
// *llm.Error, and the run cannot go on.
func Ask[T any](ctx context.Context, a *Asker, stage string, material any, check func(*T) []Violation) (*T, error) {
	seed := a.next(stage)
	prompt, err := a.teacher.prompts.Render(stage, material, seed)
	if err != nil {
		return nil, err
	}
	compiled, err := a.teacher.schemas.Compile(prompt.schema)
	if err != nil {
		return nil, fmt.Errorf("the schema of stage %s: %w", stage, err)
	}
	request := a.request(prompt, seed)
	for returned := 0; ; returned++ {
		reply, err := a.complete(ctx, stage, request)
		if err != nil {
			return nil, err
		}
		value, violations := read(reply, compiled, check)
		if len(violations) == 0 {
			return value, nil
		}
		a.ledger.fault(stage, violations)
		if returned == mostReturns {
			first := violations[0]
			return nil, &Refusal{Stage: stage, Rule: first.Rule, Detail: first.Text, Span: first.Span}
		}
		request.Messages = append(request.Messages,
			button.Message{Role: button.RoleAssistant, Content: reply.Content},
			button.Message{Role: button.RoleUser, Content: complaint(violations)})
	}
}

// Chat lets the teacher take a turn of a conversation with tools, by the
// endpoint's native tool calling. The errors are those of Ask.
func (a *Asker) Chat(ctx context.Context, stage string, messages []button.Message, tools []button.Tool, parallel bool) (*llm.Reply, error) {
	seed := a.next(stage)
	request := a.base(seed)
	request.Messages, request.Tools, request.ParallelToolCalls = messages, tools, &parallel
	return a.complete(ctx, stage, request)
}

// System renders the system part of a stage's prompt alone, for conversations
// that Chat puts.
func (a *Asker) System(stage string, material any) (string, error) {
	prompt, err := a.teacher.prompts.Render(stage, material, button.Seed(a.seed, "system "+stage, 0))
	if err != nil {
		return "", err
	}
	return prompt.System, nil
}

func (a *Asker) base(seed uint64) llm.Request {
	o := &a.teacher.options
	request := llm.Request{Model: o.Model, Sampling: o.Sampling, ExtraBody: map[string]json.RawMessage{}, Repeat: int(seed >> 33)}
	for name, value := range o.ExtraBody {
		request.ExtraBody[name] = value
	}
	wire := int64(seed & 0x7fffffff) // servers take 31 bits
	request.Sampling.Seed = &wire
	return request
}

func (a *Asker) request(prompt *Rendered, seed uint64) llm.Request {
	request := a.base(seed)
	request.Messages = []button.Message{
		{Role: button.RoleSystem, Content: prompt.System},
		{Role: button.RoleUser, Content: prompt.User},
	}
	switch a.teacher.options.Format {
	case FormatSchema:
		format := []byte(`{"type":"json_schema","json_schema":{"name":`)
		format = button.AppendString(format, prompt.Stage)
		format = append(append(append(format, `,"strict":true,"schema":`...), prompt.schema...), "}}"...)
		request.ExtraBody["response_format"] = format
	case FormatObject:
		request.ExtraBody["response_format"] = json.RawMessage(`{"type":"json_object"}`)
	}
	return request
}

// complete asks once and keeps account. An error that asking again would meet
// again is the candidate's end, not the run's.
func (a *Asker) complete(ctx context.Context, stage string, request llm.Request) (*llm.Reply, error) {
	reply, err := a.teacher.options.Client.Complete(ctx, request)
	if err == nil {
		a.teacher.answered.Add(1)
		a.ledger.count(stage, reply, a.teacher.options.Prices)
		return reply, nil
	}
	var failure *llm.Error
	if !errors.As(err, &failure) || failure.Temporary() || failure.Fatal() || failure.Class == llm.ClassInterrupted {
		return nil, err
	}
	if failure.Class == llm.ClassRequest && a.teacher.answered.Load() == 0 && a.teacher.refused.Add(1) >= mostRefusals {
		return nil, fmt.Errorf("the endpoint refuses every request; if it knows no response_format of this kind, try another reply format: %w", err)
	}
	return nil, &Refusal{Stage: stage, Rule: "endpoint." + string(failure.Class), Detail: failure.Detail}
}

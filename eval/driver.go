package eval

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/work"
)

// Driver puts tasks to a model and makes a row of each.
type Driver struct {
	Client llm.Client
	// Model is the name on the wire; Label is what rows and reports say.
	Model, Label                       string
	Suite, SuiteVersion, ScorerVersion string
	Sampling                           llm.Sampling
	ExtraBody                          map[string]json.RawMessage
	ParallelToolCalls                  *bool
	Concurrency                        int
	// Emit stores a row; it returns when the row is safe. It is called from up to
	// Concurrency goroutines, beside the attempts that are under way.
	Emit     func(Row) error
	Progress func(work.Progress)
	Drain    <-chan struct{}
}

// Attempt is one task to be carried out the Repeat-th time, from 0.
type Attempt struct {
	Task   Task
	Repeat int
}

// FatalError ends a run at once: asking on cannot help.
type FatalError struct {
	Cause *llm.Error
	Hint  string
}

func (e *FatalError) Error() string { return e.Cause.Error() }
func (e *FatalError) Unwrap() error { return e.Cause }

// outageLimit is how many attempts may fail without any answer in between before
// the endpoint is called dead.
const outageLimit = 25

// Run carries out all attempts and returns when every row is safe. A row without a
// verdict is stored like any other; an interrupted attempt leaves no row. The error
// is a *FatalError where asking on cannot help, Emit's, or as work.Unordered has it.
func (d *Driver) Run(ctx context.Context, attempts []Attempt) error {
	var unanswered atomic.Int64
	rows := newStoring(max(1, d.Concurrency), d.Emit)
	produce := func(ctx context.Context, index int) (struct{}, error) {
		if err := rows.failure(); err != nil {
			return struct{}{}, err
		}
		row, answered, err := d.attempt(ctx, attempts[index])
		switch {
		case err != nil:
			return struct{}{}, err
		case answered:
			unanswered.Store(0)
		case row.unheard() && unanswered.Add(1) >= outageLimit:
			return struct{}{}, outage(row.Error)
		}
		return struct{}{}, rows.store(row)
	}
	progress := d.Progress
	if progress == nil {
		progress = func(work.Progress) {}
	}
	err := work.Unordered(ctx, max(1, d.Concurrency), produce,
		func(int, struct{}) (bool, error) { return true, nil },
		work.Count(len(attempts)), work.Report(200*time.Millisecond, progress), work.Drain(d.Drain))
	if failed := rows.wait(); failed != nil {
		return failed
	}
	return err
}

func outage(last *RowError) *FatalError {
	detail := fmt.Sprintf("%d attempts in a row without an answer, the last: %s", outageLimit, last.Message)
	return &FatalError{Cause: &llm.Error{Class: llm.Class(last.Class), Detail: detail}, Hint: "is the endpoint up, and is --base-url right?"}
}

// unheard reports whether a row has no verdict since the endpoint gave no answer.
// That one request is too long, or does not pass a filter, is an answer.
func (r *Row) unheard() bool {
	if r.Outcome != OutcomeNoVerdict {
		return false
	}
	switch r.Error.Class {
	case ErrorEnvironment, string(llm.ClassOverflow), string(llm.ClassFiltered):
		return false
	}
	return true
}

// attempt holds one conversation and judges it. answered says that the endpoint
// gave an answer that was not known before.
func (d *Driver) attempt(ctx context.Context, attempt Attempt) (row Row, answered bool, err error) {
	row = Row{
		Suite: d.Suite, SuiteVersion: d.SuiteVersion, ScorerVersion: d.ScorerVersion,
		Task: attempt.Task.ID(), Repeat: attempt.Repeat, Model: d.Label, Group: attempt.Task.Group(),
	}
	episode := start(attempt.Task, attempt.Repeat)
	var sent []button.Message // the conversation so far
	var last *llm.Reply
	var cuts []cut
	for {
		request, more := episode.Next()
		if !more {
			break
		}
		request.Model, request.Sampling, request.ExtraBody, request.Repeat = d.Model, d.Sampling, d.ExtraBody, attempt.Repeat
		request.Origin = llm.Origin{Conversation: row.Conversation(), Turn: row.Requests}
		if request.ParallelToolCalls == nil {
			request.ParallelToolCalls = d.ParallelToolCalls
		}
		exchange := Exchange{Messages: news(request.Messages, sent, last)}
		sent = request.Messages
		reply, err := d.Client.Complete(ctx, request)
		if err != nil {
			row.Transcript = append(row.Transcript, exchange)
			row, err = d.noVerdict(ctx, row, err)
			return row, answered, err
		}
		last, answered = reply, answered || !reply.Cached
		exchange.Response, exchange.Reading = storable(reply.Raw), reply.Reading
		row.Requests++
		if c, short := cutShort(row.Requests, reply); short {
			exchange.Finish = c.finish
			cuts = append(cuts, c)
		}
		row.Transcript = append(row.Transcript, exchange)
		row.Usage.PromptTokens += max(0, reply.Usage.PromptTokens)
		row.Usage.CompletionTokens += max(0, reply.Usage.CompletionTokens)
		row.Usage.CachedTokens += reply.Usage.CachedTokens
		row.LatencyMS += reply.Latency.Milliseconds()
		episode.Observe(reply)
	}
	row.judge(episode.Verdict(), cuts)
	return row, answered, nil
}

// news are the messages of a request that a transcript does not show yet: those
// beyond what was sent before, without the model's own last answer, which stands
// in the raw response. A request that does not go on with the conversation is
// news from its beginning.
func news(messages, sent []button.Message, last *llm.Reply) []button.Message {
	if len(sent) == 0 || len(messages) < len(sent) || !slices.EqualFunc(messages[:len(sent)], sent, sameMessage) {
		return slices.Clone(messages)
	}
	fresh := messages[len(sent):]
	if len(fresh) > 0 && last != nil && says(fresh[0], last) {
		fresh = fresh[1:]
	}
	return slices.Clone(fresh)
}

func sameMessage(a, b button.Message) bool {
	return a.Role == b.Role && a.Content == b.Content && a.ToolCallID == b.ToolCallID && slices.EqualFunc(a.ToolCalls, b.ToolCalls, func(a, b button.Call) bool {
		return a.ID == b.ID && a.Name == b.Name && bytes.Equal(a.Arguments, b.Arguments)
	})
}

// says reports whether a message of a conversation is what the model answered.
func says(message button.Message, reply *llm.Reply) bool {
	return message.Role == button.RoleAssistant && message.Content == reply.Content && slices.EqualFunc(message.ToolCalls, reply.Calls, func(call button.Call, raw llm.RawCall) bool {
		return call.Name == raw.Name && string(call.Arguments) == raw.Arguments
	})
}

// The bounds of what a row keeps of one answer and of one call. A model that
// rambles must not make a row that the run store refuses.
const (
	mostStored = 1 << 20
	mostOfCall = 64 << 10
)

// storable is a raw answer as JSON: what is none, or too long, becomes a string.
func storable(raw json.RawMessage) json.RawMessage {
	switch {
	case len(raw) > mostStored:
		return button.AppendString(nil, shorten(string(raw), mostOfCall))
	case utf8.Valid(raw) && json.Valid(raw):
		return raw
	}
	return button.AppendString(nil, string(raw))
}

func shorten(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return fmt.Sprintf("%s... (%d bytes in all)", strings.ToValidUTF8(text[:most], ""), len(text))
}

// fatalHint says what to do about an error that ends a run.
func fatalHint(cause *llm.Error) string {
	switch cause.Class {
	case llm.ClassAuth:
		return "name the variable that holds the key with --api-key-env"
	case llm.ClassQuota:
		return "the account at the endpoint is empty; the same command goes on later"
	case llm.ClassBudget:
		return "the same command goes on with a larger --budget-usd or --budget-tokens"
	case llm.ClassDown:
		return "is the endpoint up? the same command goes on where this one stopped"
	case llm.ClassUnrecorded:
		return "record the run anew with --record"
	}
	return "is the model's name right, and does --base-url end in /v1?"
}

// noVerdict turns a failed request into a row, unless the run was stopped or
// cannot go on.
func (d *Driver) noVerdict(ctx context.Context, row Row, err error) (Row, error) {
	if ctx.Err() != nil {
		return Row{}, ctx.Err()
	}
	var cause *llm.Error
	if !errors.As(err, &cause) {
		return Row{}, err
	}
	if cause.Class == llm.ClassInterrupted {
		return Row{}, context.Canceled
	}
	if cause.Fatal() {
		return Row{}, &FatalError{Cause: cause, Hint: fatalHint(cause)}
	}
	row.Outcome = OutcomeNoVerdict
	row.Error = &RowError{Class: string(cause.Class), Message: cause.Error()}
	return row, nil
}

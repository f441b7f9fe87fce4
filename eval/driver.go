package eval

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

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
	ParallelToolCalls                  *bool
	Concurrency                        int
	// Emit stores a row; it returns when the row is safe. It is called from
	// several goroutines.
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

// outageLimit is how many attempts in a row may fail without any answer in
// between before the endpoint is called dead.
const outageLimit = 25

// Run carries out all attempts. A row without a verdict is stored like any other;
// an interrupted attempt leaves no row.
func (d *Driver) Run(ctx context.Context, attempts []Attempt) error {
	var silent atomic.Int64
	produce := func(ctx context.Context, index int) (struct{}, error) {
		row, err := d.attempt(ctx, attempts[index])
		if err != nil {
			return struct{}{}, err
		}
		if row.Outcome == OutcomeNoVerdict {
			if silent.Add(1) >= outageLimit && row.Requests == 0 {
				return struct{}{}, &FatalError{Cause: &llm.Error{Class: llm.Class(row.Error.Class), Detail: fmt.Sprintf("%d attempts in a row without an answer, the last: %s", outageLimit, row.Error.Message)}, Hint: "is the endpoint up, and is --base-url right?"}
			}
		} else {
			silent.Store(0)
		}
		return struct{}{}, d.Emit(row)
	}
	progress := d.Progress
	if progress == nil {
		progress = func(work.Progress) {}
	}
	return work.Unordered(ctx, max(1, d.Concurrency), produce,
		func(int, struct{}) (bool, error) { return true, nil },
		work.Count(len(attempts)), work.Report(200*time.Millisecond, progress), work.Drain(d.Drain))
}

// attempt holds one conversation and judges it.
func (d *Driver) attempt(ctx context.Context, attempt Attempt) (Row, error) {
	row := Row{
		Suite: d.Suite, SuiteVersion: d.SuiteVersion, ScorerVersion: d.ScorerVersion,
		Task: attempt.Task.ID(), Repeat: attempt.Repeat, Model: d.Label, Group: attempt.Task.Group(),
	}
	episode := attempt.Task.Start()
	known := 0 // messages of the current conversation that are stored already
	for {
		request, more := episode.Next()
		if !more {
			break
		}
		request.Model, request.Sampling = d.Model, d.Sampling
		if request.ParallelToolCalls == nil {
			request.ParallelToolCalls = d.ParallelToolCalls
		}
		fresh := len(request.Messages) < known || known == 0
		if fresh {
			known = 0
		}
		exchange := Exchange{Messages: asked(request.Messages[known:])}
		known = len(request.Messages)
		reply, err := d.Client.Complete(ctx, request)
		if err != nil {
			row.Transcript = append(row.Transcript, exchange)
			return d.noVerdict(ctx, row, err)
		}
		exchange.Response = reply.Raw
		row.Transcript = append(row.Transcript, exchange)
		row.Requests++
		row.Usage.PromptTokens += max(0, reply.Usage.PromptTokens)
		row.Usage.CompletionTokens += max(0, reply.Usage.CompletionTokens)
		row.LatencyMS += reply.Latency.Milliseconds()
		episode.Observe(reply)
	}
	verdict := episode.Verdict()
	row.Outcome = OutcomeFail
	if verdict.Pass {
		row.Outcome = OutcomePass
	}
	row.Scores, row.Faults, row.Calls = verdict.Scores, verdict.Faults, verdict.Calls
	return row, nil
}

// asked drops the model's own messages: they stand in the raw responses.
func asked(messages []button.Message) []button.Message {
	var out []button.Message
	for _, message := range messages {
		if message.Role != button.RoleAssistant {
			out = append(out, message)
		}
	}
	return out
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
	switch {
	case cause.Class == llm.ClassInterrupted:
		return Row{}, context.Canceled
	case cause.Class == llm.ClassAuth:
		return Row{}, &FatalError{Cause: cause, Hint: "name the variable that holds the key with --api-key-env"}
	case cause.Class == llm.ClassRequest && cause.Status == 404:
		return Row{}, &FatalError{Cause: cause, Hint: "is the model's name right, and does --base-url end in /v1?"}
	}
	row.Outcome = OutcomeNoVerdict
	row.Error = &RowError{Class: string(cause.Class), Message: cause.Error()}
	return row, nil
}

// Package eval runs tasks against a model and turns what it did into rows. A
// benchmark supplies Tasks; the Driver asks the model; a Row is the verdict on
// one task and repeat: pass, fail, or no verdict.
package eval

import (
	"encoding/json"
	"fmt"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
)

// Task is one item of a benchmark. Tasks are immutable and shared.
type Task interface {
	// ID is stable across runs and versions of the data.
	ID() string
	// Group names subsets that reports split by: {"kind": "chain", "world": "..."}.
	Group() map[string]string
	// Start begins a fresh attempt. Episodes are used by one goroutine.
	Start() Episode
}

// Repeated is a Task whose attempts start from what the same repeat of other tasks
// left.
type Repeated interface {
	Task
	// StartRepeat is Start for the repeat-th attempt, from 0.
	StartRepeat(repeat int) Episode
}

func start(task Task, repeat int) Episode {
	if repeated, ok := task.(Repeated); ok {
		return repeated.StartRepeat(repeat)
	}
	return task.Start()
}

// Episode is one attempt at a task: a conversation, or several independent
// questions about one item.
type Episode interface {
	// Next returns the next request to put to the model, or false when the
	// episode is over. Model, sampling and parallel setting are the Driver's.
	Next() (llm.Request, bool)
	// Observe takes the model's reply to the last request.
	Observe(reply *llm.Reply)
	// Verdict judges the finished episode.
	Verdict() Verdict
}

// Verdict is the judgement of a finished episode.
type Verdict struct {
	Pass   bool
	Scores map[string]Score
	// Faults name what went wrong, in the order found.
	Faults []Fault
	// Calls are the calls that the model made, with what they returned.
	Calls []CallRecord
	// Broken is set where the environment failed, not the model: there is no verdict.
	Broken error
}

// Score is one metric of one row as a fraction, so that totals are sums of
// numerators over sums of denominators. A metric whose every denominator is 1
// is a mean over tasks.
type Score struct {
	Num float64 `json:"num"`
	Den float64 `json:"den"`
}

// Fault is a named mistake of the model.
type Fault struct {
	Kind   string `json:"kind"`
	Node   string `json:"node,omitempty"` // plan node
	Detail string `json:"detail,omitempty"`
}

// CallRecord is a call with its outcome.
type CallRecord struct {
	Name      string `json:"name"`
	Arguments string `json:"arguments"`
	Result    string `json:"result"`
	Turn      int    `json:"turn"` // assistant turn within the episode
	Node      string `json:"node,omitempty"`
}

// The outcomes of a row.
const (
	OutcomePass      = "pass"
	OutcomeFail      = "fail"
	OutcomeNoVerdict = "no_verdict"
)

// Row is one line of rows.jsonl.
type Row struct {
	Suite         string            `json:"suite"`
	SuiteVersion  string            `json:"suite_version"`
	ScorerVersion string            `json:"scorer_version"`
	Task          string            `json:"task"`
	Repeat        int               `json:"repeat"`
	Model         string            `json:"model"`
	Outcome       string            `json:"outcome"`
	Error         *RowError         `json:"error,omitempty"`
	Group         map[string]string `json:"group,omitempty"`
	Scores        map[string]Score  `json:"scores,omitempty"`
	Faults        []Fault           `json:"faults,omitempty"`
	Calls         []CallRecord      `json:"calls,omitempty"`
	Transcript    []Exchange        `json:"transcript,omitempty"`
	Usage         llm.Usage         `json:"usage"`
	Requests      int               `json:"requests"`
	LatencyMS     int64             `json:"latency_ms"` // summed over requests
	// Paid is what was paid for this task and repeat in the whole run, where that is
	// not Requests and Usage: answers from a cache are free, those of an attempt
	// under another configuration are lost, and what a server does not report is
	// estimated.
	Paid *llm.Spending `json:"paid,omitempty"`
}

// Conversation names the task and repeat of a row as its requests' Origin does.
func (r *Row) Conversation() string { return Conversation(r.Task, r.Repeat) }

// Conversation names the attempts at a task and repeat in llm.Origin.
func Conversation(task string, repeat int) string { return fmt.Sprintf("%d %s", repeat, task) }

// Charge notes what was paid for a row.
func (r *Row) Charge(paid llm.Spending) {
	paid.Cost, r.Paid = 0, nil
	if paid != r.Spent() {
		r.Paid = &paid
	}
}

// Spent is what was paid for a row, without its cost.
func (r *Row) Spent() llm.Spending {
	if r.Paid != nil {
		return *r.Paid
	}
	return llm.Spending{
		Answers: int64(r.Requests), PromptTokens: int64(r.Usage.PromptTokens),
		CachedTokens: int64(r.Usage.CachedTokens), CompletionTokens: int64(r.Usage.CompletionTokens),
	}
}

// ErrorEnvironment is the class of a failure of the environment that answers the
// calls; all other classes are those of package llm.
const ErrorEnvironment = "environment"

// RowError says why there is no verdict.
type RowError struct {
	Class   string `json:"class"`
	Message string `json:"message"`
}

// Exchange is one request (only the messages new since the one before, without
// the model's own) and the raw response body: null where none came, a string where
// it was no JSON or was shortened.
type Exchange struct {
	Messages []button.Message `json:"messages"`
	Response json.RawMessage  `json:"response"`
	// Reading tells how calls were read out of the answer's text, if they were.
	Reading *llm.Reading `json:"reading,omitempty"`
	// Finish names an answer that was cut short: "length" or "content_filter".
	Finish string `json:"finish,omitempty"`
}

// Package llm declares the one seam between this project and a language model:
// Client, a chat completion with native tool calls. Implementations live in
// sibling packages; decorators wrap a Client and are Clients themselves. NewStack
// puts them together.
package llm

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/buttonbench/button"
)

// Client asks a model once. Implementations are safe for concurrent use. An
// error is always an *Error: it means that there is no answer to judge (no
// verdict), never that the model answered badly. A reply with malformed call
// arguments is a reply: the model made it.
type Client interface {
	Complete(ctx context.Context, request Request) (*Reply, error)
}

// Request is one chat completion. Zero Sampling fields are not sent; pointers to zero are.
type Request struct {
	Model    string
	Messages []button.Message
	Tools    []button.Tool
	// ParallelToolCalls nil leaves the server's default; false forbids several
	// calls in one message.
	ParallelToolCalls *bool
	Sampling          Sampling
	// ExtraBody members are merged into the request body last.
	ExtraBody map[string]json.RawMessage
	// Repeat tells apart requests that are equal on the wire and are meant to be
	// answered afresh. It is not sent; caches and recordings heed it.
	Repeat int
	// Origin is the place in a run that the request comes from. It is not sent; a
	// Keeper heeds it and nothing else does.
	Origin Origin
}

// Origin names a request within a run.
type Origin struct {
	Conversation string `json:"conversation"`
	Turn         int    `json:"turn"` // requests of the conversation before this one
}

// Sampling holds what steers the model's choice of tokens.
type Sampling struct {
	Temperature *float64
	TopP        *float64
	MaxTokens   *int
	Seed        *int64
	Stop        []string
}

// The names of FinishReason. Other words of servers for the same are turned into
// these; a word without a counterpart stays as it is.
const (
	FinishStop      = "stop"
	FinishLength    = "length" // cut off at max_tokens or at the end of the context
	FinishToolCalls = "tool_calls"
	FinishFiltered  = "content_filter" // cut off or withheld by the provider's filter
)

// Reply is what the model answered.
type Reply struct {
	Content   string
	Reasoning string
	Calls     []RawCall
	// FinishReason is one of the names above where the server's word is known.
	FinishReason string
	Usage        Usage
	Model        string // as the server names it
	// Raw is the response body, byte for byte.
	Raw     json.RawMessage
	Status  int
	Header  http.Header
	Latency time.Duration
	// RetryAfter is how long the server wants no further request, since its quota
	// is used up by this one; 0 where it does not say so.
	RetryAfter time.Duration
	// Cached says that the answer was there already and cost nothing.
	Cached bool
	// Reading tells how calls were read out of the text; nil where the server's
	// own calls, or no calls, were taken as they came.
	Reading *Reading
}

// Reading is what a parser of tool calls in text made of an answer.
type Reading struct {
	Dialect string   `json:"dialect,omitempty"`
	Outcome string   `json:"outcome"` // parsed, parsed_with_repair, not_a_call, malformed
	Repairs []string `json:"repairs,omitempty"`
	Detail  string   `json:"detail,omitempty"`
}

// RawCall is a tool call as the model wrote it. Arguments is the text that
// stood in "arguments"; it may be malformed.
type RawCall struct {
	ID        string
	Name      string
	Arguments string
}

// Usage counts tokens as the server reports them; -1 means not reported.
type Usage struct {
	PromptTokens     int `json:"prompt_tokens"`
	CompletionTokens int `json:"completion_tokens"`
	// CachedTokens are those of PromptTokens that the server had in its prefix
	// cache; 0 also where it does not say.
	CachedTokens int `json:"cached_tokens,omitempty"`
}

// Class says why there is no answer.
type Class string

// The classes of error. Asking again may help for the first four only.
const (
	ClassTransport   Class = "transport"        // connection refused, reset, cut off
	ClassTimeout     Class = "timeout"          // no answer in time
	ClassRateLimit   Class = "rate_limit"       // 429
	ClassServer      Class = "server_error"     // 5xx
	ClassAuth        Class = "auth"             // 401, 403
	ClassQuota       Class = "quota"            // the account is empty
	ClassOverflow    Class = "context_overflow" // the conversation is longer than the model's context
	ClassFiltered    Class = "content_filter"   // the provider refuses to show the prompt to the model
	ClassRequest     Class = "bad_request"      // other 4xx
	ClassBadReply    Class = "bad_reply"        // 200 without a usable completion
	ClassDown        Class = "endpoint_down"    // no endpoint can be reached or waited for any longer
	ClassBudget      Class = "budget"           // the money or tokens allowed are spent
	ClassUnrecorded  Class = "not_recorded"     // a replay meets a request it does not know
	ClassInterrupted Class = "interrupted"      // the run was stopped
)

// Error is a request that brought no answer.
type Error struct {
	Class  Class
	Status int    // HTTP status, 0 without one
	Detail string // bounded text of the cause, without secrets
	// RetryAfter is the server's own wish, 0 without one.
	RetryAfter time.Duration
	// Header and Body are what came with the status, nil without one. Body is
	// bounded and without secrets.
	Header http.Header
	Body   []byte
	Err    error
}

func (e *Error) Error() string {
	if e.Status != 0 {
		return fmt.Sprintf("%s (HTTP %d): %s", e.Class, e.Status, e.Detail)
	}
	return fmt.Sprintf("%s: %s", e.Class, e.Detail)
}

func (e *Error) Unwrap() error { return e.Err }

// Temporary reports whether asking again may help.
func (e *Error) Temporary() bool {
	switch e.Class {
	case ClassTransport, ClassTimeout, ClassRateLimit, ClassServer:
		return true
	}
	return false
}

// Fatal reports whether every further request to this model would end the same
// way, so that a run should end with this one message. A run that ended with
// ClassBudget or ClassDown is resumed by the same command.
func (e *Error) Fatal() bool {
	switch e.Class {
	case ClassAuth, ClassQuota, ClassDown, ClassBudget, ClassUnrecorded:
		return true
	case ClassRequest:
		// No such model or path, or the server is somewhere else.
		return e.Status == http.StatusNotFound || e.Status == http.StatusMethodNotAllowed || e.Status/100 == 3
	}
	return false
}

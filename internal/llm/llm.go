// Package llm declares the one seam between this project and a language model:
// Client, a chat completion with native tool calls. Implementations live in
// sibling packages; decorators wrap a Client and are Clients themselves.
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
}

// Sampling holds what steers the model's choice of tokens.
type Sampling struct {
	Temperature *float64
	TopP        *float64
	MaxTokens   *int
	Seed        *int64
	Stop        []string
}

// Reply is what the model answered.
type Reply struct {
	Content      string
	Reasoning    string
	Calls        []RawCall
	FinishReason string
	Usage        Usage
	Model        string // as the server names it
	// Raw is the response body, byte for byte.
	Raw     json.RawMessage
	Status  int
	Header  http.Header
	Latency time.Duration
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
}

// Class says why there is no answer.
type Class string

// The classes of error.
const (
	ClassTransport   Class = "transport"    // connection refused, reset, cut off
	ClassTimeout     Class = "timeout"      // no answer in time
	ClassRateLimit   Class = "rate_limit"   // 429
	ClassServer      Class = "server_error" // 5xx
	ClassAuth        Class = "auth"         // 401, 403
	ClassRequest     Class = "bad_request"  // other 4xx: asking again cannot help
	ClassBadReply    Class = "bad_reply"    // 200 without a usable completion
	ClassInterrupted Class = "interrupted"  // the run was stopped
)

// Error is a request that brought no answer.
type Error struct {
	Class  Class
	Status int    // HTTP status, 0 without one
	Detail string // bounded text of the cause, without secrets
	// RetryAfter is the server's own wish, 0 without one.
	RetryAfter time.Duration
	// Header is what came with the status, nil without one.
	Header http.Header
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

package faulty

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The faults.
const (
	RateLimit       = "rate-limit"        // 429 with Retry-After
	RateLimitSilent = "rate-limit-silent" // 429 without
	ServerError     = "server-error"      // 500 with a JSON error
	Reset           = "reset"             // the connection is cut before any answer
	ResetMidBody    = "reset-mid-body"    // ... in the midst of a chunked answer
	HalfBody        = "half-body"         // the answer ends before its length does
	HalfStream      = "half-stream"       // an event stream, asked for or not, without its end
	HTML            = "html"              // 502 with a proxy's page
	HTMLOK          = "html-ok"           // 200 with a page
	ContentType     = "content-type"      // a proper answer said to be plain text
	Malformed       = "malformed"         // 200 with text that is no JSON
	ErrorInside     = "error-inside"      // 200 with an error in the place of a completion
	DuplicateIDs    = "duplicate-ids"     // all calls of an answer have one id
	Huge            = "huge"              // a proper answer behind HugeBytes of white space
	ToolsDropped    = "tools-dropped"     // the model never sees the tools, as without a template for them
	CutCall         = "cut-call"          // the last call's arguments end in the middle: finish_reason length
	StrictHistory   = "strict-history"    // 500 for a conversation whose arguments are not JSON
)

// spoilers say how each comes about, of the answers of the handler given.
var spoilers = map[string]func(next http.Handler, options Options) http.HandlerFunc{
	RateLimit: func(_ http.Handler, options Options) http.HandlerFunc {
		return later(seconds(options.RetryAfter), Refusal(http.StatusTooManyRequests, "too many requests"))
	},
	RateLimitSilent: func(http.Handler, Options) http.HandlerFunc {
		return Refusal(http.StatusTooManyRequests, "too many requests")
	},
	ServerError: func(http.Handler, Options) http.HandlerFunc {
		return Refusal(http.StatusInternalServerError, "the engine is out of order")
	},
	Reset: func(http.Handler, Options) http.HandlerFunc {
		return func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	},
	ResetMidBody:  resetMidBody,
	HalfBody:      halfBody,
	HalfStream:    halfStream,
	HTML:          func(http.Handler, Options) http.HandlerFunc { return Page(http.StatusBadGateway) },
	HTMLOK:        func(http.Handler, Options) http.HandlerFunc { return Page(http.StatusOK) },
	ContentType:   contentType,
	Malformed:     malformed,
	ErrorInside:   func(http.Handler, Options) http.HandlerFunc { return ErrorWithin("500") },
	DuplicateIDs:  duplicateIDs,
	Huge:          huge,
	ToolsDropped:  toolsDropped,
	CutCall:       cutCall,
	StrictHistory: strictHistory,
}

// Kinds lists the faults by name.
func Kinds() []string { return slices.Sorted(maps.Keys(spoilers)) }

// Spoil returns a handler that answers as next does, but with one fault, every
// time. Of the options RetryAfter and HugeBytes count.
func Spoil(kind string, next http.Handler, options Options) http.HandlerFunc {
	return spoilers[kind](next, options)
}

func resetMidBody(next http.Handler, _ Options) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answer := answered(next, r)
		answer.head(w)
		w.Write(answer.body.Bytes()[:answer.body.Len()/2])
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

func halfBody(next http.Handler, _ Options) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answer := answered(next, r)
		answer.header.Set("Content-Length", strconv.Itoa(answer.body.Len()))
		answer.head(w)
		w.Write(answer.body.Bytes()[:answer.body.Len()/2])
	}
}

// halfStream sends the first half of an event stream and closes it as if it were
// whole. Where none was asked for, the answer becomes one.
func halfStream(next http.Handler, _ Options) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		text := answered(next, r).body.String()
		if !strings.HasPrefix(text, "data:") {
			text = "data: " + text
		}
		body(http.StatusOK, "text/event-stream", text[:len(text)/2])(w, r)
	}
}

func contentType(next http.Handler, _ Options) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answer := answered(next, r)
		body(answer.status, "text/plain", answer.body.String())(w, r)
	}
}

func malformed(next http.Handler, _ Options) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		text := strings.TrimSpace(answered(next, r).body.String())
		body(http.StatusOK, "application/json", strings.TrimSuffix(text, "}")+",}")(w, r)
	}
}

// callID matches the id of a call, and of nothing else that an answer holds.
var callID = regexp.MustCompile(`"id":\s*"[^"]*"(,\s*"type":\s*"function")`)

// duplicateIDs answers with the same id for every call of every message.
func duplicateIDs(next http.Handler, _ Options) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answer := answered(next, r)
		answer.head(w)
		w.Write(callID.ReplaceAll(answer.body.Bytes(), []byte(`"id":"call_0"$1`)))
	}
}

func huge(next http.Handler, options Options) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answer := answered(next, r)
		answer.head(w)
		spaces := bytes.Repeat([]byte{' '}, 64<<10)
		if !json.Valid(answer.body.Bytes()) {
			spaces = bytes.Repeat([]byte{'\n'}, 64<<10) // between the events of a stream
		}
		for left := options.HugeBytes; left > 0; left -= len(spaces) {
			if _, err := w.Write(spaces[:min(left, len(spaces))]); err != nil {
				return
			}
		}
		io.Copy(w, &answer.body)
	}
}

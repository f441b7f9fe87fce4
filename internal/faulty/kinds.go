package faulty

import (
	"bytes"
	"encoding/json"
	"fmt"
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
)

// faults say how each comes about.
var faults = map[string]func(h *Handler, w http.ResponseWriter, r *http.Request){
	RateLimit: func(h *Handler, w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusTooManyRequests, "too many requests", seconds(h.options.RetryAfter))
	},
	RateLimitSilent: func(_ *Handler, w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusTooManyRequests, "too many requests", "")
	},
	ServerError: func(_ *Handler, w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusInternalServerError, "the engine is out of order", "")
	},
	Reset:        func(*Handler, http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	ResetMidBody: resetMidBody,
	HalfBody:     halfBody,
	HalfStream:   halfStream,
	HTML: func(_ *Handler, w http.ResponseWriter, _ *http.Request) {
		write(w, http.StatusBadGateway, "text/html", page)
	},
	HTMLOK: func(_ *Handler, w http.ResponseWriter, _ *http.Request) {
		write(w, http.StatusOK, "text/html", page)
	},
	ContentType: func(h *Handler, w http.ResponseWriter, r *http.Request) {
		answer := h.answer(r)
		write(w, answer.status, "text/plain", answer.body.String())
	},
	Malformed: func(h *Handler, w http.ResponseWriter, r *http.Request) {
		body := strings.TrimSpace(h.answer(r).body.String())
		write(w, http.StatusOK, "application/json", strings.TrimSuffix(body, "}")+",}")
	},
	ErrorInside: func(_ *Handler, w http.ResponseWriter, _ *http.Request) {
		write(w, http.StatusOK, "application/json", `{"error":{"message":"the engine is out of order","type":"engine","code":500}}`)
	},
	DuplicateIDs: duplicateIDs,
	Huge:         huge,
}

const page = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"

// Kinds lists the faults by name.
func Kinds() []string { return slices.Sorted(maps.Keys(faults)) }

func write(w http.ResponseWriter, status int, contentType, body string) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	io.WriteString(w, body)
}

func refuse(w http.ResponseWriter, status int, message, retryAfter string) {
	if retryAfter != "" {
		w.Header().Set("Retry-After", retryAfter)
	}
	write(w, status, "application/json", fmt.Sprintf(`{"error":{"message":%q,"type":"error","param":null,"code":null}}`, message))
}

// recorded is an answer before it is spoiled. It is a http.ResponseWriter.
type recorded struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *recorded) Header() http.Header { return a.header }
func (a *recorded) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *recorded) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}

// answer is the proper answer to a request.
func (h *Handler) answer(r *http.Request) *recorded {
	answer := &recorded{header: http.Header{}}
	h.next.ServeHTTP(answer, r)
	return answer
}

func (a *recorded) head(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.status)
}

func resetMidBody(h *Handler, w http.ResponseWriter, r *http.Request) {
	answer := h.answer(r)
	answer.head(w)
	w.Write(answer.body.Bytes()[:answer.body.Len()/2])
	http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

func halfBody(h *Handler, w http.ResponseWriter, r *http.Request) {
	answer := h.answer(r)
	answer.header.Set("Content-Length", strconv.Itoa(answer.body.Len()))
	answer.head(w)
	w.Write(answer.body.Bytes()[:answer.body.Len()/2])
}

// halfStream sends the first half of an event stream and closes it as if it were
// whole. Where none was asked for, the answer becomes one.
func halfStream(h *Handler, w http.ResponseWriter, r *http.Request) {
	answer := h.answer(r)
	text := answer.body.String()
	if !strings.HasPrefix(text, "data:") {
		text = "data: " + text
	}
	write(w, http.StatusOK, "text/event-stream", text[:len(text)/2])
}

// callID matches the id of a call, and of nothing else that an answer holds.
var callID = regexp.MustCompile(`"id":\s*"[^"]*"(,\s*"type":\s*"function")`)

// duplicateIDs answers with the same id for every call of every message.
func duplicateIDs(h *Handler, w http.ResponseWriter, r *http.Request) {
	answer := h.answer(r)
	answer.head(w)
	w.Write(callID.ReplaceAll(answer.body.Bytes(), []byte(`"id":"call_0"$1`)))
}

func huge(h *Handler, w http.ResponseWriter, r *http.Request) {
	answer := h.answer(r)
	answer.head(w)
	spaces := bytes.Repeat([]byte{' '}, 64<<10)
	if !json.Valid(answer.body.Bytes()) {
		spaces = bytes.Repeat([]byte{'\n'}, 64<<10) // between the events of a stream
	}
	for left := h.options.HugeBytes; left > 0; left -= len(spaces) {
		if _, err := w.Write(spaces[:min(left, len(spaces))]); err != nil {
			return
		}
	}
	w.Write(answer.body.Bytes())
}

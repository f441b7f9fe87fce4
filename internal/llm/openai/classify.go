package openai

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/buttonbench/button/internal/llm"
)

// maxDetail bounds the text of an error, in bytes.
const maxDetail = 600

// failure turns whatever went wrong into an *llm.Error. ctx is the caller's:
// only the caller can interrupt; our own time limit is a time-out.
func (c *Client) failure(ctx context.Context, err error) *llm.Error {
	var known *llm.Error
	if errors.As(err, &known) {
		return known
	}
	failure := &llm.Error{Class: llm.ClassTransport, Detail: shorten(c.redact(err.Error())), Err: err}
	var timeout net.Error
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		failure.Class, failure.Detail = llm.ClassInterrupted, "stopped while the request was under way"
	case ctx.Err() != nil, errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		failure.Class = llm.ClassTimeout
	case errors.As(err, &certificate), errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		// Neither a certificate nor the protocol of a port heals by asking again,
		// and every request meets it.
		failure.Class = llm.ClassDown
	}
	return failure
}

// classOf maps a status. 408, 425, 429 and 5xx may heal.
func classOf(status int) llm.Class {
	switch {
	case status == http.StatusTooManyRequests:
		return llm.ClassRateLimit
	case status == http.StatusRequestTimeout:
		return llm.ClassTimeout
	case status == http.StatusTooEarly, status >= 500:
		return llm.ClassServer
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return llm.ClassAuth
	case status == http.StatusPaymentRequired:
		return llm.ClassQuota
	}
	return llm.ClassRequest
}

// statusError is the error of a status outside 2xx.
func (e *exchange) statusError() *llm.Error {
	class := classOf(e.status)
	if e.status >= 300 && e.status < 400 {
		return e.fail(class, fmt.Sprintf("the server points to %q: use that as base URL", e.header.Get("Location")))
	}
	said := explain(e.blanked())
	if said.text == "" {
		said.text = strings.ToLower(http.StatusText(e.status))
	}
	class = said.refine(class)
	if class == llm.ClassServer && matches(strings.ToLower(said.text), historyPhrases) && brokenArguments(e.history) {
		class, said.text = llm.ClassRequest, "the conversation holds a call whose arguments are no JSON, and the server takes none such: "+said.text
	}
	return e.fail(class, said.text)
}

// bodyError is the error that came with status 200. Its own code decides the
// class where it has one.
func (e *exchange) bodyError(raw json.RawMessage) *llm.Error {
	said := explain(fmt.Appendf(nil, `{"error":%s}`, raw))
	class := llm.ClassBadReply
	if status, err := strconv.Atoi(said.code); err == nil && status >= 400 && status < 600 {
		class = classOf(status)
	} else {
		switch kind := said.code + " " + said.kind; {
		case strings.Contains(kind, "rate_limit"):
			class = llm.ClassRateLimit
		case strings.Contains(kind, "server_error"), strings.Contains(kind, "overloaded"), strings.Contains(kind, "unavailable"):
			class = llm.ClassServer
		case strings.Contains(kind, "timeout"):
			class = llm.ClassTimeout
		case strings.Contains(kind, "authentication"), strings.Contains(kind, "permission"), strings.Contains(kind, "invalid_api_key"):
			class = llm.ClassAuth
		case strings.Contains(kind, "invalid_request"):
			class = llm.ClassRequest
		}
	}
	class = said.refine(class)
	return e.fail(class, "an error in the place of a completion: "+said.text)
}

// said is what an error body tells.
type said struct{ text, code, kind string }

// explain reads the error bodies of the common servers: OpenAI's object, an
// error that is plain text, a message at the top, FastAPI's detail, a page of
// HTML, or any other text.
func explain(raw []byte) said {
	raw = bytes.TrimSpace(raw)
	if len(raw) > 0 && raw[0] == '<' {
		return said{text: "an HTML page: " + htmlTitle(raw)}
	}
	var top struct {
		Error   json.RawMessage `json:"error"`
		Message json.RawMessage `json:"message"`
		Detail  json.RawMessage `json:"detail"`
		Code    json.RawMessage `json:"code"`
		Type    json.RawMessage `json:"type"`
	}
	if json.Unmarshal(raw, &top) != nil {
		return said{text: string(raw)}
	}
	var inner struct {
		Message json.RawMessage `json:"message"`
		Code    json.RawMessage `json:"code"`
		Type    json.RawMessage `json:"type"`
	}
	if json.Unmarshal(top.Error, &inner) == nil && (present(inner.Message) || present(inner.Code)) {
		return said{
			text: firstText(textOf(inner.Message), string(top.Error)),
			code: textOf(inner.Code), kind: textOf(inner.Type),
		}
	}
	return said{
		text: firstText(textOf(top.Error), textOf(top.Message), textOf(top.Detail), string(raw)),
		code: textOf(top.Code), kind: textOf(top.Type),
	}
}

// htmlTitle is the title of a page, or its beginning.
func htmlTitle(page []byte) string {
	head := string(page[:min(len(page), 4096)])
	lower := strings.ToLower(head)
	// ToLower may change the length of foreign letters; then the offsets are off.
	if len(lower) == len(head) {
		if _, rest, found := strings.Cut(lower, "<title>"); found {
			start := len(head) - len(rest)
			if end := strings.Index(rest, "</title>"); end >= 0 {
				return strings.Join(strings.Fields(head[start:start+end]), " ")
			}
		}
	}
	return strings.Join(strings.Fields(head[:min(len(head), 120)]), " ")
}

// shorten cuts a text at a character border and makes it one line of valid UTF-8.
func shorten(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text[:min(len(text), 4*maxDetail)], "�")), " ")
	if len(text) <= maxDetail {
		return text
	}
	cut := maxDetail
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}

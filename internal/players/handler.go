package players

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/buttonbench/button"
)

// created stands in every answer in the place of the time, so that equal
// requests get equal bytes: the first second of 2026.
const created = 1767225600

type handler struct {
	options Options
	models  []string
	buffers sync.Pool // of *bytes.Buffer
}

// apiError is an error as the protocol writes it.
type apiError struct {
	status               int
	kind                 string
	message, param, code string
}

func badRequest(param, format string, values ...any) *apiError {
	return &apiError{http.StatusBadRequest, "invalid_request_error", fmt.Sprintf(format, values...), param, ""}
}

// ServeHTTP implements http.Handler.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	model, single := strings.CutPrefix(r.URL.Path, "/v1/models/")
	var allowed string
	switch {
	case r.URL.Path == "/v1/chat/completions":
		if allowed = http.MethodPost; r.Method == allowed {
			h.complete(w, r)
			return
		}
	case r.URL.Path == "/v1/models":
		if allowed = http.MethodGet; r.Method == allowed {
			writeJSON(w, http.StatusOK, appendModels(nil, h.models))
			return
		}
	case single:
		if allowed = http.MethodGet; r.Method == allowed {
			name, ok := h.player(model)
			if !ok {
				writeError(w, unknownModel(model))
				return
			}
			writeJSON(w, http.StatusOK, appendModel(nil, name))
			return
		}
	default:
		writeError(w, &apiError{http.StatusNotFound, "invalid_request_error",
			"unknown path: there are /v1/models and /v1/chat/completions", "", "unknown_url"})
		return
	}
	w.Header().Set("Allow", allowed)
	writeError(w, &apiError{http.StatusMethodNotAllowed, "invalid_request_error",
		"this path takes " + allowed + " only", "", "method_not_allowed"})
}

func (h *handler) complete(w http.ResponseWriter, r *http.Request) {
	ask, failure := h.read(w, r)
	if failure != nil {
		writeError(w, failure)
		return
	}
	played, failure := h.play(ask)
	if failure != nil {
		writeError(w, failure)
		return
	}
	reply := newReply(ask, ask.choice.heed(ask, played))
	if ask.stream {
		reply.writeStream(w, ask.includeUsage)
		return
	}
	writeJSON(w, http.StatusOK, reply.appendJSON(make([]byte, 0, 1024)))
}

// read takes a request from the wire and finds its player.
func (h *handler) read(w http.ResponseWriter, r *http.Request) (*request, *apiError) {
	buffer, _ := h.buffers.Get().(*bytes.Buffer)
	if buffer == nil {
		buffer = new(bytes.Buffer)
	}
	defer func() {
		// One giant must not stay for ever.
		if buffer.Cap() <= 1<<20 {
			buffer.Reset()
			h.buffers.Put(buffer)
		}
	}()
	if _, err := buffer.ReadFrom(http.MaxBytesReader(w, r.Body, h.options.MaxRequestBytes)); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return nil, &apiError{http.StatusRequestEntityTooLarge, "invalid_request_error",
				fmt.Sprintf("the request is larger than %d bytes", tooLarge.Limit), "", "request_too_large"}
		}
		return nil, badRequest("", "the request broke off")
	}
	ask, failure := decodeRequest(buffer.Bytes())
	if failure != nil {
		return nil, failure
	}
	name, ok := h.player(ask.model)
	if !ok {
		return nil, unknownModel(ask.model)
	}
	ask.player = name
	return ask, nil
}

func unknownModel(model string) *apiError {
	return &apiError{http.StatusNotFound, "invalid_request_error",
		fmt.Sprintf("the model %.100q does not exist: see /v1/models", model), "model", "model_not_found"}
}

func writeError(w http.ResponseWriter, failure *apiError) {
	orNull := func(out []byte, text string) []byte {
		if text == "" {
			return append(out, "null"...)
		}
		return button.AppendString(out, text)
	}
	out := button.AppendString([]byte(`{"error":{"message":`), failure.message)
	out = button.AppendString(append(out, `,"type":`...), failure.kind)
	out = orNull(append(out, `,"param":`...), failure.param)
	out = orNull(append(out, `,"code":`...), failure.code)
	writeJSON(w, failure.status, append(out, "}}"...))
}

func writeJSON(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(append(body, '\n'))
}

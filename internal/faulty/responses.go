package faulty

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"

	"github.com/buttonbench/button"
)

// Refusal answers with an error as OpenAI writes it.
func Refusal(status int, message string) http.HandlerFunc {
	return body(status, "application/json", fmt.Sprintf(`{"error":{"message":%s,"type":"error","param":null,"code":null}}`,
		button.AppendString(nil, message)))
}

// Page answers with a page, as a proxy in front of a dead server does.
func Page(status int) http.HandlerFunc {
	title := fmt.Sprintf("%d %s", status, http.StatusText(status))
	return body(status, "text/html", "<!DOCTYPE html><html><head><title>"+title+"</title></head><body><h1>"+title+"</h1></body></html>")
}

// ErrorWithin answers 200 with an error in the place of a completion. code is JSON.
func ErrorWithin(code string) http.HandlerFunc {
	return body(http.StatusOK, "application/json", `{"error":{"message":"the engine is out of order","type":"engine","code":`+code+`}}`)
}

func body(status int, contentType, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		io.WriteString(w, text)
	}
}

// later has a server ask for a pause.
func later(retryAfter string, then http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", retryAfter)
		then(w, r)
	}
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

// answered is the proper answer to a request.
func answered(next http.Handler, r *http.Request) *recorded {
	answer := &recorded{header: http.Header{}}
	next.ServeHTTP(answer, r)
	return answer
}

// head sends status and headers, without the length of the proper body.
func (a *recorded) head(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.status)
}

// change edits a completion as JSON; what is none, such as a stream, stays.
func (a *recorded) change(edit func(completion map[string]any)) []byte {
	decoder := json.NewDecoder(bytes.NewReader(a.body.Bytes()))
	decoder.UseNumber()
	var completion map[string]any
	if decoder.Decode(&completion) != nil {
		return a.body.Bytes()
	}
	edit(completion)
	changed, err := json.Marshal(completion)
	if err != nil {
		return a.body.Bytes()
	}
	return changed
}

package openai

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/sashabaranov/go-openai"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
)

// exchange is the HTTPDoer of one request: it puts our body in the place of
// go-openai's and reads what came back, into a reply or an *llm.Error. go-openai,
// whose decoder drops what some servers send and trips over the rest, gets an
// empty object to decode.
type exchange struct {
	http     *http.Client
	body     []byte
	history  []button.Message  // what the body says
	more     map[string]string // further headers
	maxBytes int64
	redact   func(string) string
	now      func() time.Time

	raw    []byte
	status int
	header http.Header
	reply  *llm.Reply
}

var _ openai.HTTPDoer = (*exchange)(nil)

// Do implements openai.HTTPDoer.
func (e *exchange) Do(request *http.Request) (*http.Response, error) {
	request.ContentLength = int64(len(e.body))
	request.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(e.body)), nil }
	request.Body, _ = request.GetBody()
	for name, value := range e.more {
		request.Header.Set(name, value)
	}
	response, err := e.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	e.status, e.header = response.StatusCode, response.Header
	e.raw, err = readBounded(response.Body, e.maxBytes)
	if refused := e.status < 200 || e.status > 299; err != nil && !refused {
		// A body that broke off counts only where the status has not said it all.
		if errors.Is(err, errTooLong) {
			return nil, e.fail(llm.ClassBadReply, fmt.Sprintf("the answer is longer than %d bytes", e.maxBytes))
		}
		return nil, err
	}
	reply, failure := e.judge()
	if failure != nil {
		return nil, failure
	}
	e.reply = reply
	response.Body = io.NopCloser(strings.NewReader("{}"))
	return response, nil
}

// judge turns what came back into a reply or an error.
func (e *exchange) judge() (*llm.Reply, *llm.Error) {
	if e.status < 200 || e.status > 299 {
		return nil, e.statusError()
	}
	return e.read()
}

// blanked is the beginning of the body, long enough to quote from, without the
// key: blanking comes before every cut, which could leave half a key.
func (e *exchange) blanked() []byte {
	const quotable = 64 << 10
	return []byte(e.redact(string(e.raw[:min(len(e.raw), quotable)])))
}

// fail makes an error from foreign text.
func (e *exchange) fail(class llm.Class, detail string) *llm.Error {
	return &llm.Error{
		Class:      class,
		Status:     e.status,
		Detail:     shorten(e.redact(detail)),
		RetryAfter: wish(e.header, e.now()),
		Header:     e.header,
		Body:       e.blanked(),
	}
}

var errTooLong = errors.New("body too long")

// readBounded reads at most limit bytes, and returns what it read also beside
// an error.
func readBounded(body io.Reader, limit int64) ([]byte, error) {
	var buffer bytes.Buffer
	n, err := io.Copy(&buffer, io.LimitReader(body, limit+1))
	if err == nil && n > limit {
		err = errTooLong
	}
	return buffer.Bytes(), err
}

package openai

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/sashabaranov/go-openai"

	"github.com/buttonbench/button/internal/llm"
)

// Decode reads a stored response as Complete would have read it. It is an
// llm.Decoder. Latency and RetryAfter are 0: they belonged to a moment.
func Decode(status int, header http.Header, body []byte) (*llm.Reply, error) {
	turn := &exchange{
		raw: body, status: status, header: header,
		redact: func(text string) string { return text }, now: func() time.Time { return time.Time{} },
	}
	decoded, failure := turn.judge()
	if failure != nil {
		failure.RetryAfter = 0
		return nil, failure
	}
	var response openai.ChatCompletionResponse
	if err := json.Unmarshal(decoded, &response); err != nil {
		return nil, turn.fail(llm.ClassBadReply, "the answer cannot be read: "+err.Error())
	}
	reply := replyOf(response, turn)
	reply.RetryAfter = 0
	return reply, nil
}

// judge turns what came back into the dialect that go-openai decodes without
// loss, or into an error.
func (e *exchange) judge() ([]byte, *llm.Error) {
	if e.status < 200 || e.status > 299 {
		return nil, e.statusError()
	}
	return e.normalise()
}

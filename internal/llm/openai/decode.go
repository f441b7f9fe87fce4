package openai

import (
	"net/http"
	"time"

	"github.com/buttonbench/button/internal/llm"
)

// Decode reads a stored response as Complete would have read it. It is an
// llm.Decoder. Latency and RetryAfter are 0: they belonged to a moment.
func Decode(status int, header http.Header, body []byte) (*llm.Reply, error) {
	turn := &exchange{
		raw: body, status: status, header: header,
		redact: func(text string) string { return text }, now: func() time.Time { return time.Time{} },
	}
	reply, failure := turn.judge()
	if failure != nil {
		failure.RetryAfter = 0
		return nil, failure
	}
	reply.RetryAfter = 0
	return reply, nil
}

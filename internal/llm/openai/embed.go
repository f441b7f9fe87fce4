package openai

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"time"

	"github.com/sashabaranov/go-openai"

	"github.com/buttonbench/button/internal/llm"
)

// embedAttempts is how often texts are sent at most, embedPause the first pause
// between two attempts; it doubles.
const (
	embedAttempts = 6
	embedPause    = 500 * time.Millisecond
)

// Embed returns a vector for each text, from the endpoint's /embeddings. What may
// heal is asked again a few times. The error is an *llm.Error.
func (c *Client) Embed(ctx context.Context, model string, texts []string) ([][]float32, error) {
	pause := embedPause
	for attempt := 1; ; attempt++ {
		vectors, failure := c.embedOnce(ctx, model, texts)
		if failure == nil {
			return vectors, nil
		}
		if attempt == embedAttempts || !failure.Temporary() {
			return nil, failure
		}
		timer := time.NewTimer(max(pause, failure.RetryAfter))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, c.failure(ctx, ctx.Err())
		}
		pause *= 2
	}
}

func (c *Client) embedOnce(ctx context.Context, model string, texts []string) ([][]float32, *llm.Error) {
	limited := ctx
	if c.timeout > 0 {
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeout(ctx, c.timeout)
		defer cancel()
	}
	config := openai.DefaultConfig(string(c.key))
	config.BaseURL = c.base
	config.HTTPClient = &embedding{client: c}
	response, err := openai.NewClientWithConfig(config).CreateEmbeddings(limited, openai.EmbeddingRequestStrings{
		Input: texts, Model: openai.EmbeddingModel(model), EncodingFormat: openai.EmbeddingEncodingFormatFloat,
	})
	if err != nil {
		return nil, c.embedFailure(ctx, err)
	}
	vectors := make([][]float32, len(texts))
	for _, one := range response.Data {
		if one.Index < 0 || one.Index >= len(texts) || vectors[one.Index] != nil || len(one.Embedding) == 0 || len(one.Embedding) != len(response.Data[0].Embedding) {
			return nil, &llm.Error{Class: llm.ClassBadReply, Detail: "the embeddings do not fit the texts"}
		}
		for _, x := range one.Embedding {
			if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
				return nil, &llm.Error{Class: llm.ClassBadReply, Detail: "an embedding holds no number"}
			}
		}
		vectors[one.Index] = one.Embedding
	}
	if len(response.Data) != len(texts) {
		return nil, &llm.Error{Class: llm.ClassBadReply, Detail: fmt.Sprintf("%d embeddings for %d texts", len(response.Data), len(texts))}
	}
	return vectors, nil
}

func (c *Client) embedFailure(ctx context.Context, err error) *llm.Error {
	status := 0
	var refused *openai.APIError
	var request *openai.RequestError
	switch {
	case errors.As(err, &refused):
		status = refused.HTTPStatusCode
	case errors.As(err, &request):
		status = request.HTTPStatusCode
	}
	if status == 0 || status/100 == 2 {
		return c.failure(ctx, err)
	}
	return &llm.Error{Class: classOf(status), Status: status, Detail: shorten(c.redact(err.Error()))}
}

// embedding sends a request with the client's headers and bounds the answer.
type embedding struct{ client *Client }

// Do implements openai.HTTPDoer.
func (e *embedding) Do(request *http.Request) (*http.Response, error) {
	for name, value := range e.client.more {
		request.Header.Set(name, value)
	}
	response, err := e.client.http.Do(request)
	if err != nil {
		return nil, err
	}
	response.Body = http.MaxBytesReader(nil, response.Body, e.client.maxBytes)
	return response, nil
}

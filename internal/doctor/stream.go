package doctor

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
)

// stream asks for a plain answer in pieces, over plain HTTP, since llm.Client
// does not stream.
func (e *exam) stream(ctx context.Context) {
	got, err := e.fetch(ctx, e.report.BaseURL+"/chat/completions", e.streamBody())
	switch {
	case err != nil && ctx.Err() != nil:
		e.note("streaming", Skipped, timeUp(ctx), "")
	case err != nil:
		seen, _ := e.unreachable(err)
		e.note("streaming", Warning, seen, streamAdvice)
	case got.status == http.StatusTooManyRequests:
		e.note("streaming", Skipped, "the server says that it is asked too often", "")
	case got.status != http.StatusOK:
		e.note("streaming", Warning, fmt.Sprintf("HTTP %d: %s", got.status, e.quote(string(got.body))), streamAdvice)
	default:
		e.judgeStream(got)
		return
	}
	e.note("stream_usage", Skipped, "there is no stream", "")
}

const streamAdvice = "runs do not stream, so nothing is lost"

func (e *exam) streamBody() []byte {
	body := maps.Clone(e.options.ExtraBody)
	if body == nil {
		body = map[string]json.RawMessage{}
	}
	set := func(name string, value any) {
		if encoded, err := json.Marshal(value); err == nil {
			body[name] = encoded
		}
	}
	set("model", e.report.Model)
	set("messages", []map[string]string{{"role": "user", "content": greedyQuestion}})
	set("stream", true)
	set("stream_options", map[string]bool{"include_usage": true})
	limit := "max_tokens"
	if e.completionLimit {
		limit = "max_completion_tokens"
	}
	set(limit, e.options.MaxTokens)
	if !e.noTemperature {
		set("temperature", 0)
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		return []byte("{}") // an extra body that is no JSON has failed in every probe before
	}
	return encoded
}

// heard is what came in a stream.
type heard struct {
	events           int
	text             strings.Builder
	prompt, answered int // tokens, -1 where no usage came
	done             bool
	broken           string // the first event that could not be read
}

// parseStream reads server-sent events. It never fails: what it cannot read, it
// notes.
func parseStream(body []byte) *heard {
	h := &heard{prompt: -1, answered: -1}
	for line := range bytes.Lines(body) {
		data, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("data:"))
		if !ok {
			continue
		}
		data = bytes.TrimSpace(data)
		if string(data) == "[DONE]" {
			h.done = true
			continue
		}
		var event struct {
			Choices []struct {
				Delta struct {
					Content   string `json:"content"`
					Reasoning string `json:"reasoning"`
					Thought   string `json:"reasoning_content"`
				} `json:"delta"`
			} `json:"choices"`
			Usage *struct {
				Prompt     int `json:"prompt_tokens"`
				Completion int `json:"completion_tokens"`
			} `json:"usage"`
			Error json.RawMessage `json:"error"`
		}
		if json.Unmarshal(data, &event) != nil || event.Error != nil && string(event.Error) != "null" {
			if h.broken == "" {
				h.broken = string(data)
			}
			continue
		}
		h.events++
		for _, choice := range event.Choices {
			h.text.WriteString(choice.Delta.Reasoning + choice.Delta.Thought + choice.Delta.Content)
		}
		if event.Usage != nil {
			h.prompt, h.answered = event.Usage.Prompt, event.Usage.Completion
		}
	}
	return h
}

func (e *exam) judgeStream(got *answer) {
	h := parseStream(got.body)
	switch {
	case h.events == 0 && h.broken == "":
		e.note("streaming", Warning, "a stream was asked for, and the answer came whole: "+e.quote(string(got.body)), streamAdvice)
		e.note("stream_usage", Skipped, "there is no stream", "")
		return
	case h.broken != "":
		e.note("streaming", Warning, "an event of the stream cannot be used: "+e.quote(h.broken), streamAdvice)
	case !h.done:
		e.note("streaming", Warning, fmt.Sprintf("%s came, but not the end mark [DONE]", count(h.events, "event")), streamAdvice)
	default:
		e.note("streaming", OK, fmt.Sprintf("%s: %s", count(h.events, "event"), e.quote(h.text.String())), "")
	}
	if h.prompt < 0 {
		e.note("stream_usage", Warning, "no usage came with the stream", "tokens of streams cannot be counted here; runs do not stream")
		return
	}
	e.report.PromptTokens += max(h.prompt, 0)
	e.report.CompletionTokens += max(h.answered, 0)
	e.note("stream_usage", OK, fmt.Sprintf("usage came with the stream: %d + %d tokens", h.prompt, h.answered), "")
}

package openai

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/buttonbench/button/internal/llm"
)

// lenient is a completion as servers really send it: every member that comes
// in more than one shape is read late.
type lenient struct {
	Model   json.RawMessage `json:"model"`
	Error   json.RawMessage `json:"error"`
	Choices []lenientChoice `json:"choices"`
	Usage   json.RawMessage `json:"usage"`
}

type lenientChoice struct {
	Message      *lenientMessage `json:"message"`
	FinishReason json.RawMessage `json:"finish_reason"`
	Error        json.RawMessage `json:"error"`
}

type lenientMessage struct {
	Content          json.RawMessage  `json:"content"`
	Reasoning        json.RawMessage  `json:"reasoning"`
	ReasoningContent json.RawMessage  `json:"reasoning_content"`
	Refusal          json.RawMessage  `json:"refusal"`
	ToolCalls        []lenientCall    `json:"tool_calls"`
	FunctionCall     *lenientFunction `json:"function_call"`
}

type lenientCall struct {
	ID       json.RawMessage `json:"id"`
	Function lenientFunction `json:"function"`
}

type lenientFunction struct {
	Name      json.RawMessage `json:"name"`
	Arguments json.RawMessage `json:"arguments"`
}

// read turns the raw answer into a reply, or says why it holds none.
func (e *exchange) read() (*llm.Reply, *llm.Error) {
	var answer lenient
	if err := json.Unmarshal(e.raw, &answer); err != nil {
		return nil, e.fail(llm.ClassBadReply, unreadable(e.blanked(), e.header.Get("Content-Type"), err))
	}
	if reportsError(answer.Error) {
		return nil, e.bodyError(answer.Error)
	}
	if len(answer.Choices) == 0 {
		return nil, e.fail(llm.ClassBadReply, "the answer holds no choices: "+string(e.blanked()))
	}
	choice := answer.Choices[0]
	if reportsError(choice.Error) {
		return nil, e.bodyError(choice.Error)
	}
	if choice.Message == nil {
		return nil, e.fail(llm.ClassBadReply, "the answer's first choice holds no message")
	}
	content, thought := readContent(choice.Message.Content)
	if content == "" {
		content = textOf(choice.Message.Refusal)
	}
	reply := &llm.Reply{
		Content:      content,
		Reasoning:    firstText(textOf(choice.Message.ReasoningContent), textOf(choice.Message.Reasoning), thought),
		FinishReason: finishReason(choice.FinishReason),
		Usage:        readUsage(answer.Usage),
		Model:        textOf(answer.Model),
		Raw:          e.raw,
		Status:       e.status,
		Header:       e.header,
		RetryAfter:   usedUp(e.header, e.now()),
	}
	calls := choice.Message.ToolCalls
	if len(calls) == 0 && choice.Message.FunctionCall != nil {
		calls = []lenientCall{{Function: *choice.Message.FunctionCall}}
	}
	for _, call := range calls {
		reply.Calls = append(reply.Calls, llm.RawCall{
			ID: textOf(call.ID), Name: textOf(call.Function.Name), Arguments: textOf(call.Function.Arguments),
		})
	}
	return reply, nil
}

// readContent takes text, null, or a list of parts; parts that hold a thought
// are returned apart.
func readContent(raw json.RawMessage) (content, thought string) {
	if len(raw) == 0 || raw[0] != '[' {
		return textOf(raw), ""
	}
	var parts []struct {
		Type     string          `json:"type"`
		Text     json.RawMessage `json:"text"`
		Thinking json.RawMessage `json:"thinking"`
	}
	if json.Unmarshal(raw, &parts) != nil {
		return string(raw), ""
	}
	var said, thoughts strings.Builder
	for _, part := range parts {
		switch part.Type {
		case "thinking", "reasoning":
			inner, _ := readContent(part.Thinking)
			thoughts.WriteString(inner)
			thoughts.WriteString(textOf(part.Text))
		default:
			said.WriteString(textOf(part.Text))
		}
	}
	return said.String(), thoughts.String()
}

// textOf reads a string as a string, null as nothing, and anything else as the
// JSON text it is.
func textOf(raw json.RawMessage) string {
	if !present(raw) {
		return ""
	}
	var text string
	if raw[0] == '"' && json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

func present(raw json.RawMessage) bool { return len(raw) > 0 && string(raw) != "null" }

// reportsError tells an error from the empty member that some servers always send.
func reportsError(raw json.RawMessage) bool {
	switch string(raw) {
	case "", "null", "false", `""`, "{}":
		return false
	}
	return true
}

func firstText(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// finishWords are other servers' words for the reasons that llm names: Anthropic,
// Gemini, Mistral and text-generation-inference, in this order.
var finishWords = map[string]string{
	"end_turn": llm.FinishStop, "stop_sequence": llm.FinishStop, "max_tokens": llm.FinishLength,
	"model_context_window_exceeded": llm.FinishLength, "tool_use": llm.FinishToolCalls, "refusal": llm.FinishFiltered,
	"STOP": llm.FinishStop, "MAX_TOKENS": llm.FinishLength, "SAFETY": llm.FinishFiltered,
	"RECITATION": llm.FinishFiltered, "BLOCKLIST": llm.FinishFiltered, "PROHIBITED_CONTENT": llm.FinishFiltered, "SPII": llm.FinishFiltered,
	"model_length": llm.FinishLength,
	"eos_token":    llm.FinishStop, "eos": llm.FinishStop,
	// The old OpenAI protocol, and what its new one calls a cut.
	"function_call": llm.FinishToolCalls, "max_output_tokens": llm.FinishLength, "content_filtered": llm.FinishFiltered,
}

// finishReason names the reason. Only letters, underscores and hyphens are kept:
// it is one word, and reports print it as such.
func finishReason(raw json.RawMessage) string {
	word := strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return r
		}
		return -1
	}, textOf(raw))
	if name, known := finishWords[word]; known {
		word = name
	}
	return word
}

// readUsage reads the counts. Tokens found in the server's prefix cache stand in
// prompt_tokens_details (OpenAI, vLLM, SGLang) or beside the others (DeepSeek).
func readUsage(raw json.RawMessage) llm.Usage {
	var counts struct {
		Prompt     *float64 `json:"prompt_tokens"`
		Completion *float64 `json:"completion_tokens"`
		Hit        *float64 `json:"prompt_cache_hit_tokens"`
		Details    *struct {
			Cached *float64 `json:"cached_tokens"`
		} `json:"prompt_tokens_details"`
	}
	if json.Unmarshal(raw, &counts) != nil {
		return llm.Usage{PromptTokens: -1, CompletionTokens: -1}
	}
	if counts.Details != nil && counts.Details.Cached != nil {
		counts.Hit = counts.Details.Cached
	}
	usage := llm.Usage{PromptTokens: count(counts.Prompt), CompletionTokens: count(counts.Completion)}
	usage.CachedTokens = max(min(count(counts.Hit), usage.PromptTokens), 0)
	return usage
}

// count turns a reported number into tokens; what cannot be a count is "not reported".
func count(number *float64) int {
	if number == nil || !(*number >= 0 && *number < 1<<40) {
		return -1
	}
	return int(*number)
}

// unreadable says what stands in the place of a completion.
func unreadable(raw []byte, contentType string, err error) string {
	trimmed := bytes.TrimSpace(raw)
	switch {
	case len(trimmed) == 0:
		return "the answer is empty"
	case trimmed[0] == '<':
		return fmt.Sprintf("an HTML page in the place of a completion (%s): does the base URL end in /v1?", htmlTitle(trimmed))
	case bytes.HasPrefix(trimmed, []byte("data:")) || strings.HasPrefix(contentType, "text/event-stream"):
		return "an event stream in the place of a completion, though none was asked for"
	}
	return fmt.Sprintf("the answer is not a completion: %v", err)
}

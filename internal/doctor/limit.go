package doctor

import (
	"context"
	"fmt"
	"regexp"
	"strconv"

	"github.com/buttonbench/button/internal/llm"
)

// roomy is a context that a conversation with tools and several turns fits into.
const roomy = 8192

// findContext learns the context limit from what the server tells about itself
// or, with servers that check a request before they work on it, from the error to
// one that asks for far too much. A prompt is never made large: that would cost.
func (e *exam) findContext(ctx context.Context) {
	root := rootOf(e.report.BaseURL)
	how := "the server says so"
	switch kind := e.kind(); {
	case kind == Ollama:
		e.loadedContext(ctx, root+"/api/ps")
	case kind == LMStudio:
		e.loadedContext(ctx, root+"/api/v0/models")
	case e.report.Context == 0 && (kind == VLLM || kind == SGLang) && e.report.Server.Sure == "certain" && e.plain != nil:
		e.overask(ctx)
		how = "the error to a request for too much says so"
	}
	if ctx.Err() != nil && e.report.Context == 0 {
		e.note("context", Skipped, timeUp(ctx), "")
		return
	}
	tokens := e.report.Context
	switch {
	case tokens == 0:
		e.note("context", Skipped, "the server does not tell, and asking would cost", "write limits.context, so that conversations end before the server cuts them")
	case tokens < roomy:
		e.note("context", Warning, fmt.Sprintf("%d tokens (%s)", tokens, how), smallContextAdvice(e.kind()))
	default:
		e.note("context", OK, fmt.Sprintf("%d tokens (%s)", tokens, how), "")
	}
}

func smallContextAdvice(kind string) string {
	const short = "conversations with many tools and turns need more; "
	switch kind {
	case Ollama:
		return short + "Ollama cuts longer prompts without a word: set OLLAMA_CONTEXT_LENGTH"
	case LlamaCPP:
		return short + "start llama-server with a larger --ctx-size (it is shared among --parallel)"
	case VLLM:
		return short + "start vLLM with a larger --max-model-len"
	case SGLang:
		return short + "start SGLang with a larger --context-length"
	case LMStudio:
		return short + "load the model with a longer context"
	}
	return short + "start the server with a longer context"
}

// loadedContext reads the context with which Ollama or LM Studio has loaded the
// model, which may be far below what the model could have.
func (e *exam) loadedContext(ctx context.Context, address string) {
	type entry struct {
		ID     string `json:"id"`
		Model  string `json:"model"`
		Name   string `json:"name"`
		Length int    `json:"context_length"`
		Loaded int    `json:"loaded_context_length"`
	}
	var page struct {
		Models []entry `json:"models"`
		Data   []entry `json:"data"`
	}
	if !e.page(ctx, address, &page) {
		return
	}
	for _, one := range append(page.Models, page.Data...) {
		named := one.ID == e.report.Model || one.Model == e.report.Model || one.Name == e.report.Model
		for _, length := range []int{one.Loaded, one.Length} {
			if named && usable(length) {
				e.report.Context = length
				return
			}
		}
	}
}

// overask asks vLLM or SGLang, which refuse it at once, for more tokens than any
// context has.
func (e *exam) overask(ctx context.Context) {
	kept := e.options.MaxTokens
	defer func() { e.options.MaxTokens = kept }()
	e.options.MaxTokens = 1 << 30
	_, failure := e.ask(ctx, llm.Request{Messages: user("Hi"), Sampling: greedy()})
	if failure != nil {
		e.report.Context = contextOf(failure.Detail)
	}
}

var contextPattern = regexp.MustCompile(`(?i)(?:context (?:length|size|window)(?: of| is|:)?|max_model_len[ =:]+|n_ctx"?[ =:]+) ?\(?(\d{3,10})\b`)

// contextOf reads the context limit out of a server's error, 0 if it is not told.
func contextOf(text string) int {
	found := contextPattern.FindStringSubmatch(text)
	if found == nil {
		return 0
	}
	tokens, err := strconv.Atoi(found[1])
	if err != nil || !usable(tokens) {
		return 0
	}
	return tokens
}

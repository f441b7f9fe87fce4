package openai

import (
	"encoding/json"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
)

// sign is a code, type or phrase by which a server says something that its
// status does not. Phrases are in lower case and match anywhere in the message.
type sign struct {
	text   string
	source string // who writes so
}

// overflowCodes stand in the members code or type of an error.
var overflowCodes = []sign{
	{"context_length_exceeded", "OpenAI, Azure, Groq, Together; code"},
	{"exceed_context_size_error", "llama.cpp since b6387; type"},
	{"context_window_exceeded", "Cerebras and proxies; code"},
	{"model_context_window_exceeded", "Z.ai; code"},
	{"contextwindowexceedederror", "LiteLLM; type"},
	{"prompt_too_long", "proxies in front of Anthropic; code"},
}

// overflowPhrases stand in the message. A limit on tokens per minute is no
// overflow and none of them occurs in one.
var overflowPhrases = []sign{
	{"maximum context length", "OpenAI, Azure, DeepSeek, Mistral, OpenRouter; vLLM and SGLang: \"This model's maximum context length is ... tokens\", \"Requested token count exceeds the model's maximum context length\""},
	{"longer than the maximum model length", "vLLM: \"The decoder prompt (length ...) is longer than the maximum model length\""},
	{"longer than the model's context length", "SGLang, Together: \"The input (... tokens) is longer than the model's context length\""},
	{"exceeds the maximum allowed length", "SGLang: \"Input length (... tokens) exceeds the maximum allowed length\""},
	{"maximum allowed input length", "LMDeploy and hosted SGLang"},
	{"exceeds the available context size", "llama.cpp: \"the request exceeds the available context size\", \"request (... tokens) exceeds the available context size\""},
	{"context size has been exceeded", "llama.cpp, with status 500"},
	{"context shift is disabled", "llama.cpp before the type above"},
	{"exceed context window of", "llama-cpp-python: \"Requested tokens (...) exceed context window of ...\""},
	{"exceeded max context length", "Ollama: \"prompt too long; exceeded max context length by ... tokens\""},
	{"input length exceeds the context length", "Ollama, where it must not truncate"},
	{"exceeds maximum context length", "Ollama, older"},
	{"prompt is too long", "Anthropic: \"prompt is too long: ... tokens > ... maximum\""},
	{"exceed context limit", "Anthropic: \"input length and `max_tokens` exceed context limit\""},
	{"input is too long for requested model", "Bedrock"},
	{"exceeds the maximum number of tokens allowed", "Gemini: \"The input token count (...) exceeds the maximum number of tokens allowed\""},
	{"exceeds the context window", "OpenAI, newer: \"Your input exceeds the context window of this model\""},
	{"reduce the length of the messages", "Groq"},
	{"maximum prompt length is", "xAI"},
	{"context window exceeds limit", "MiniMax"},
	{"exceeded model token limit", "Moonshot"},
	{"`max_new_tokens` must be <=", "text-generation-inference: \"`inputs` tokens + `max_new_tokens` must be <= ...\""},
	{"`inputs` must have less than", "text-generation-inference"},
	{"exceeds maximum input length", "TensorRT-LLM: \"Prompt length (...) exceeds maximum input length\""},
	{"context the overflows", "LM Studio: \"Trying to keep the first ... tokens when context the overflows\""},
	{"greater than the context length", "LM Studio"},
}

// quotaCodes say that the account is empty, which no waiting mends.
var quotaCodes = []sign{
	{"insufficient_quota", "OpenAI, with status 429"},
	{"billing_hard_limit_reached", "OpenAI"},
	{"billing_not_active", "OpenAI, with status 429"},
	{"exceeded_current_quota_error", "Moonshot, with status 429"},
}

// filterCodes say that a filter stopped the prompt before the model saw it.
var filterCodes = []sign{
	{"content_filter", "Azure, with status 400"},
	{"responsibleaipolicyviolation", "Azure, inner error"},
	{"content_policy_violation", "OpenAI"},
	{"data_inspection_failed", "DashScope"},
}

// neverHeals are refusals with status 429 of a single request that is larger
// than all that a minute allows.
var neverHeals = []sign{
	{"request too large for", "OpenAI, Groq: \"Request too large for ... on tokens per min (TPM)\""},
}

// historyPhrases say that the server could not read a call's arguments. They mean
// the arguments of the conversation where some are broken there, which no further
// attempt mends; otherwise those that the model has just written.
var historyPhrases = []sign{
	{"failed to parse tool call arguments as json", "llama.cpp, with status 500: ggml-org/llama.cpp issue 25510"},
}

// brokenArguments reports whether a conversation holds a call whose arguments are
// no JSON.
func brokenArguments(history []button.Message) bool {
	for i := range history {
		for _, call := range history[i].ToolCalls {
			if call.Arguments != nil && !json.Valid(call.Arguments) {
				return true
			}
		}
	}
	return false
}

// refine corrects the class that a status suggests by what the body says.
func (s said) refine(class llm.Class) llm.Class {
	codes := strings.ToLower(s.code + " " + s.kind)
	message := strings.ToLower(s.text)
	switch {
	case matches(codes, quotaCodes):
		return llm.ClassQuota
	case class == llm.ClassAuth:
		return class
	case class == llm.ClassRateLimit:
		if matches(message, neverHeals) {
			return llm.ClassRequest
		}
		return class
	case matches(codes, overflowCodes), matches(message, overflowPhrases):
		return llm.ClassOverflow
	case matches(codes, filterCodes):
		return llm.ClassFiltered
	}
	return class
}

func matches(text string, signs []sign) bool {
	for _, sign := range signs {
		if strings.Contains(text, sign.text) {
			return true
		}
	}
	return false
}

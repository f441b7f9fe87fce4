package doctor

import "strings"

// refusedAdvice says how to make a server take tools. detail is its own error.
func refusedAdvice(kind, detail string) string {
	text := strings.ToLower(detail)
	switch {
	case strings.Contains(text, "enable-auto-tool-choice"), strings.Contains(text, "tool-call-parser"):
		return "start the server with --enable-auto-tool-choice --tool-call-parser NAME (hermes, llama3_json, mistral, pythonic, qwen3_coder, ...), or use tools: prompted"
	case strings.Contains(text, "jinja"):
		return "start llama-server with --jinja, or use tools: prompted"
	case strings.Contains(text, "does not support tools"):
		return "the model's template has no place for tools: choose another build of the model, or use tools: prompted"
	}
	switch kind {
	case VLLM:
		return "vLLM wants --enable-auto-tool-choice --tool-call-parser NAME; or use tools: prompted"
	case SGLang:
		return "SGLang wants --tool-call-parser NAME; or use tools: prompted"
	case LlamaCPP:
		return "llama-server wants --jinja and a chat template with tools; or use tools: prompted"
	}
	return "use tools: prompted, which writes them into the system prompt"
}

// hiddenAdvice says how to bring tools before a model whose server drops them.
func hiddenAdvice(kind string) string {
	const ours = "use tools: prompted, which writes them into the system prompt; "
	switch kind {
	case LlamaCPP:
		return ours + "or start llama-server with --jinja and a --chat-template-file that has tools"
	case VLLM:
		return ours + "or start vLLM with a --chat-template that has tools"
	case SGLang:
		return ours + "or start SGLang with a --chat-template that has tools"
	case Ollama:
		return ours + "or give the model a TEMPLATE with .Tools in its Modelfile"
	}
	return ours + "or give the model a chat template that has tools"
}

// textAdvice says which flag of the server, or which parser of ours, turns calls
// in text into calls.
func textAdvice(kind, dialect string) string {
	ours := "or leave the server as it is: parser: " + dialect + " (or auto) reads it"
	switch kind {
	case VLLM:
		if name := vllmParser(dialect); name != "" {
			return "start vLLM with --enable-auto-tool-choice --tool-call-parser " + name + "; " + ours
		}
		return "no parser of vLLM is known to fit; parser: " + dialect + " (or auto) reads it"
	case SGLang:
		if name := sglangParser(dialect); name != "" {
			return "start SGLang with --tool-call-parser " + name + "; " + ours
		}
		return "no parser of SGLang is known to fit; parser: " + dialect + " (or auto) reads it"
	case LlamaCPP:
		return "start llama-server with --jinja and, where the model file has no template with tools, --chat-template-file; " + ours
	case Ollama:
		return "give the model a TEMPLATE with .Tools and .ToolCalls in its Modelfile; " + ours
	case LMStudio:
		return "LM Studio reads the calls of models that it knows for tool use; " + ours
	}
	return "the server needs a tool-call parser for this dialect; " + ours
}

// vllmParser is the name of vLLM's parser for one of our dialects, "" for none.
// Most dialects are named after it.
func vllmParser(dialect string) string {
	switch dialect {
	case "granite_20b_fc":
		return "granite-20b-fc"
	case "cohere_command":
		return "cohere_command3"
	case "hermes", "llama3_json", "pythonic", "olmo3", "mistral", "granite", "internlm", "jamba", "xlam",
		"deepseek_v3", "deepseek_v31", "deepseek_v32", "kimi_k2", "qwen3_coder", "seed_oss", "glm45", "minimax_m2", "step3",
		"phi4_mini_json", "functiongemma", "gemma4", "apertus", "openai":
		return dialect
	}
	return ""
}

// sglangParser is the same for SGLang.
func sglangParser(dialect string) string {
	switch dialect {
	case "hermes":
		return "qwen25"
	case "llama3_json":
		return "llama3"
	case "deepseek_v3", "deepseek_v31", "deepseek_v32":
		return strings.Replace(dialect, "_", "", 1)
	case "glm45":
		return "glm45"
	case "openai":
		return "gpt-oss"
	case "mistral", "pythonic", "kimi_k2", "qwen3_coder", "step3":
		return dialect
	}
	return ""
}

// reasoningAdvice says how to take thinking out of the content.
func reasoningAdvice(kind string) string {
	const ours = "this program takes it out by itself before it looks for calls"
	switch kind {
	case VLLM, SGLang:
		return "start the server with --reasoning-parser NAME (qwen3, deepseek_r1, ...); " + ours
	case LlamaCPP:
		return "start llama-server with --jinja --reasoning-format auto; " + ours
	}
	return ours
}

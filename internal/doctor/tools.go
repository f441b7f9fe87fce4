package doctor

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
)

// The questions about tools. They are plain enough for the smallest model.
const (
	oneCallQuestion  = "What is the weather in Oslo right now?"
	twoCallsQuestion = "What is the weather in Oslo, and what is the local time in Lima? Look up both at once."
	noCallQuestion   = "Hello! How are you?"
)

// probeTools are the functions on offer.
func probeTools() []button.Tool {
	schema := json.RawMessage(`{"type":"object","properties":{"city":{"type":"string","description":"Name of the city"}},"required":["city"]}`)
	return []button.Tool{
		{Name: "get_weather", Description: "Get the current weather in a city.", Parameters: schema},
		{Name: "get_local_time", Description: "Get the current local time in a city.", Parameters: schema},
	}
}

// weatherTalk is a conversation that waits for the answer to a result.
func weatherTalk(result string) []button.Message {
	const id = "wthr00001" // nine letters and digits: Mistral's templates want no other
	return []button.Message{
		user(oneCallQuestion)[0],
		{Role: button.RoleAssistant, ToolCalls: []button.Call{{ID: id, Name: "get_weather", Arguments: json.RawMessage(`{"city":"Oslo"}`)}}},
		{Role: button.RoleTool, ToolCallID: id, Name: "get_weather", Content: result},
	}
}

func (e *exam) askTools(ctx context.Context, question string, parallel *bool, body map[string]json.RawMessage) (*llm.Reply, *llm.Error) {
	return e.ask(ctx, llm.Request{
		Messages: user(question), Tools: probeTools(), ParallelToolCalls: parallel, Sampling: greedy(), ExtraBody: body,
	})
}

// offerTools asks a question that wants one call.
func (e *exam) offerTools(ctx context.Context) {
	reply, failure := e.askTools(ctx, oneCallQuestion, nil, nil)
	if failure != nil {
		e.trouble(ctx, "tools", failure, Failed, refusedAdvice(e.kind(), failure.Detail))
		for _, name := range []string{"native_call", "arguments", "text_call"} {
			e.note(name, Skipped, "the request with tools brought no answer", "")
		}
		return
	}
	e.called = reply
	e.judgeTools(reply)
	e.judgeCall(reply)
	e.judgeArguments(reply)
	e.judgeText(reply)
}

// detect looks for calls that were written as text.
func (e *exam) detect(reply *llm.Reply) (dialect string, ok bool) {
	if e.options.Detect == nil {
		return "", false
	}
	return e.options.Detect(reply.Content, reply.Reasoning, probeTools())
}

// judgeTools tells from the count of the prompt's tokens whether tools that were
// accepted reached the prompt: servers whose chat template has no place for tools,
// llama.cpp for one, drop them without a word.
func (e *exam) judgeTools(reply *llm.Reply) {
	const least = 40 // tokens; two functions with their schemas have well over a hundred
	known := e.plain != nil && e.plain.Usage.PromptTokens > 0 && reply.Usage.PromptTokens > 0
	e.shown = known && reply.Usage.PromptTokens-e.plain.Usage.PromptTokens >= least
	if !known || e.shown || len(reply.Calls) > 0 {
		e.note("tools", OK, "a request with tools is accepted", "")
		return
	}
	e.hidden = true
	e.note("tools", Warning, fmt.Sprintf("a request with tools is accepted, but they do not reach the prompt (%d tokens with tools, %d for a question without)",
		reply.Usage.PromptTokens, e.plain.Usage.PromptTokens), hiddenAdvice(e.kind()))
}

func (e *exam) judgeCall(reply *llm.Reply) {
	if len(reply.Calls) == 0 {
		dialect, found := e.detect(reply)
		switch {
		case found:
			e.note("native_call", Warning, "no native call: it came as text, in the dialect "+dialect, "see text_call")
		case e.hidden:
			e.note("native_call", Warning, "no call was made: the model was shown no tools", "see tools")
		case cutOff(reply):
			e.note("native_call", Warning, e.cutOffText()+" before a call was made", cutOffAdvice)
		case e.shown:
			e.note("native_call", Warning, "no call was made, but answered: "+e.quote(reply.Content),
				"the tools reach the prompt, so the model may be too weak for calls; its chat template may not say how to make them: try tools: prompted")
		default:
			e.note("native_call", Warning, "no call was made, but answered: "+e.quote(reply.Content),
				"the model may be too weak for calls, or its chat template may not show it the tools; try tools: prompted")
		}
		return
	}
	call := reply.Calls[0]
	var arguments map[string]json.RawMessage
	switch {
	case call.Name != "get_weather" && call.Name != "get_local_time":
		e.note("native_call", Warning, "a call of "+e.quote(call.Name)+", which was not offered", "the model or the server's parser garbles names")
	case json.Unmarshal([]byte(call.Arguments), &arguments) != nil:
		e.note("native_call", Warning, "the arguments are no JSON object: "+e.quote(call.Arguments), "the model is weak, or the server's parser does not fit it")
	case arguments["city"] == nil:
		e.note("native_call", Warning, "the arguments lack the required city: "+e.quote(call.Arguments), "the model is weak, or its chat template does not show it the schema")
	default:
		e.note("native_call", OK, call.Name+" "+e.quote(call.Arguments), "")
	}
}

// judgeArguments looks at the raw answer: the client makes text of both kinds.
func (e *exam) judgeArguments(reply *llm.Reply) {
	var body struct {
		Choices []struct {
			Message struct {
				Calls []struct {
					Function struct {
						Arguments json.RawMessage `json:"arguments"`
					} `json:"function"`
				} `json:"tool_calls"`
			} `json:"message"`
		} `json:"choices"`
	}
	if json.Unmarshal(reply.Raw, &body) != nil || len(body.Choices) == 0 || len(body.Choices[0].Message.Calls) == 0 {
		e.note("arguments", Skipped, "no native call to look at", "")
		return
	}
	raw := bytes.TrimSpace(body.Choices[0].Message.Calls[0].Function.Arguments)
	switch {
	case len(raw) > 0 && raw[0] == '"':
		e.note("arguments", OK, "arguments come as text, as the protocol has it", "")
	case len(raw) > 0 && raw[0] == '{':
		e.note("arguments", Warning, "arguments come as an object", "this program reads them; other clients of the server may not")
	default:
		e.note("arguments", Warning, "arguments come as "+e.quote(string(raw)), "")
	}
}

func (e *exam) judgeText(reply *llm.Reply) {
	if e.options.Detect == nil {
		e.note("text_call", Skipped, "nothing to detect calls with was given", "")
		return
	}
	dialect, found := e.detect(reply)
	switch {
	case !found:
		e.note("text_call", OK, "no call stands in the text", "")
	case len(reply.Calls) > 0:
		e.note("text_call", Warning, "beside native calls, one stands in the text: "+e.quote(reply.Content+reply.Reasoning), "set parser: native to leave it, or mend the server's parser")
	default:
		e.dialect = dialect
		e.note("text_call", Warning, "a call stands in the text, in the dialect "+dialect+": "+e.quote(firstOf(reply.Content, reply.Reasoning)), textAdvice(e.kind(), dialect))
	}
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if strings.TrimSpace(text) != "" {
			return text
		}
	}
	return ""
}

// askParallel asks a question that wants two calls, and where only one comes,
// once more with parallel_tool_calls written out.
func (e *exam) askParallel(ctx context.Context) {
	reply, failure := e.askTools(ctx, twoCallsQuestion, nil, nil)
	if failure != nil {
		e.trouble(ctx, "parallel_calls", failure, Warning, "")
		return
	}
	if len(reply.Calls) > 1 {
		e.many = true
		e.judgeMany(reply, "")
		return
	}
	if dialect, found := e.detect(reply); found && len(reply.Calls) == 0 {
		e.note("parallel_calls", Skipped, "calls come as text, in the dialect "+dialect, "see text_call")
		return
	}
	again, failure := e.askTools(ctx, twoCallsQuestion, point(true), nil)
	switch {
	case failure == nil && len(again.Calls) > 1:
		e.many = true
		e.judgeMany(again, "write extra_body: {parallel_tool_calls: true}")
	case len(reply.Calls) == 1:
		e.note("parallel_calls", Warning, "one call where two were wanted: "+e.quote(reply.Calls[0].Arguments),
			"this model calls one function a message, or the server cuts the rest off: parallel tasks will fail or take more turns")
	case cutOff(reply):
		e.note("parallel_calls", Warning, e.cutOffText()+" before calls were made", cutOffAdvice)
	default:
		e.note("parallel_calls", Warning, "no call where two were wanted: "+e.quote(reply.Content), "")
	}
}

// judgeMany looks at the ids of several calls. advice says what it took to get
// them, "" for nothing.
func (e *exam) judgeMany(reply *llm.Reply, advice string) {
	status := OK
	seen := fmt.Sprintf("%d calls in one message", len(reply.Calls))
	if advice != "" {
		status, seen = Warning, seen+", but only with parallel_tool_calls: true"
	}
	ids := map[string]bool{}
	for _, call := range reply.Calls {
		ids[call.ID] = true
	}
	if len(ids) < len(reply.Calls) || ids[""] {
		status, seen = Warning, seen+", whose ids are not distinct"
		advice = join(advice, "results cannot be told apart by id; a newer server may mend that")
	}
	e.note("parallel_calls", status, seen, advice)
}

func (e *exam) forbidParallel(ctx context.Context) {
	if !e.many {
		e.note("parallel_off", Skipped, "several calls in one message were not seen", "")
		return
	}
	reply, failure := e.askTools(ctx, twoCallsQuestion, point(false), nil)
	switch {
	case failure != nil:
		e.trouble(ctx, "parallel_off", failure, Warning, "do not forbid parallel calls on this server")
	case len(reply.Calls) > 1:
		e.note("parallel_off", Warning, fmt.Sprintf("parallel_tool_calls: false was sent, and %d calls came", len(reply.Calls)), "this server ignores it: runs that forbid parallel calls measure something else")
	default:
		e.note("parallel_off", OK, "parallel_tool_calls: false is kept", "")
	}
}

func (e *exam) requireCall(ctx context.Context) {
	reply, failure := e.askTools(ctx, noCallQuestion, nil, map[string]json.RawMessage{"tool_choice": json.RawMessage(`"required"`)})
	switch {
	case failure != nil:
		e.trouble(ctx, "choice_required", failure, Warning, refusedAdvice(e.kind(), failure.Detail))
	case len(reply.Calls) > 0:
		e.note("choice_required", OK, "tool_choice: required brought a call", "")
	case e.cut("choice_required", reply):
	default:
		e.note("choice_required", Warning, "tool_choice: required brought no call, but "+e.quote(reply.Content), "this server ignores it; runs leave the choice to the model, so nothing is lost")
	}
}

func (e *exam) forbidCall(ctx context.Context) {
	reply, failure := e.askTools(ctx, oneCallQuestion, nil, map[string]json.RawMessage{"tool_choice": json.RawMessage(`"none"`)})
	if failure != nil {
		e.trouble(ctx, "choice_none", failure, Warning, "")
		return
	}
	dialect, found := e.detect(reply)
	switch {
	case len(reply.Calls) > 0:
		e.note("choice_none", Warning, "tool_choice: none brought a call", "this server ignores it; runs that want no calls leave the tools out")
	case found:
		e.note("choice_none", Warning, "tool_choice: none brought a call as text, in the dialect "+dialect, "the model writes calls all the same")
	default:
		e.note("choice_none", OK, "tool_choice: none brought no call", "")
	}
}

func (e *exam) giveResult(ctx context.Context) {
	reply, failure := e.ask(ctx, llm.Request{Messages: weatherTalk(`{"temperature_c":21,"sky":"clear"}`), Tools: probeTools(), Sampling: greedy()})
	if failure != nil {
		e.trouble(ctx, "tool_result", failure, Failed, "conversations with tools cannot go on here: the model's chat template may lack the role tool; use tools: prompted")
		return
	}
	e.results = reply.Usage.PromptTokens
	switch {
	case strings.Contains(reply.Content, "21"):
		e.note("tool_result", OK, "the answer uses the result: "+e.quote(reply.Content), "")
	case e.cut("tool_result", reply):
	case reply.Content == "" && len(reply.Calls) == 0:
		e.note("tool_result", Warning, "a result is accepted, but the answer to it is empty", "does the chat template show results to the model?")
	case len(reply.Calls) > 0:
		e.note("tool_result", Warning, "a result is accepted, but the model calls again", "does the chat template show results to the model?")
	default:
		e.note("tool_result", Warning, "a result is accepted, but the answer does not use it: "+e.quote(reply.Content), "does the chat template show results to the model?")
	}
}

func (e *exam) giveEmptyResult(ctx context.Context) {
	_, failure := e.ask(ctx, llm.Request{Messages: weatherTalk(""), Tools: probeTools(), Sampling: greedy()})
	if failure != nil {
		e.trouble(ctx, "empty_result", failure, Failed, "functions that return nothing would end a conversation here: have them return {} or null")
		return
	}
	e.note("empty_result", OK, "an empty result is accepted", "")
}

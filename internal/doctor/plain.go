package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
)

// greedyQuestion has many answers, so that equal ones say something.
const greedyQuestion = "Write one short sentence about the sea."

// complete asks for a plain answer, and learns how the server wants its limits.
func (e *exam) complete(ctx context.Context) {
	request := llm.Request{Messages: user(greedyQuestion), Sampling: greedy()}
	reply, failure := e.ask(ctx, request)
	for failure != nil && e.learn(failure) {
		reply, failure = e.ask(ctx, request)
	}
	if failure != nil {
		e.trouble(ctx, "completion", failure, Failed, e.completionAdvice(failure))
		if e.status("completion") == Skipped && failure.Class == llm.ClassRateLimit {
			e.stopped = "the server asks for fewer requests"
		}
		return
	}
	e.plain = reply
	e.signs.completion(reply.Raw)
	e.settle()
	status, advice := OK, ""
	seen := e.quote(reply.Content)
	switch {
	case cutOff(reply) && reply.Content == "":
		status, seen, advice = Warning, e.cutOffText()+" before it said anything", cutOffAdvice
	case reply.Content == "" && reply.Reasoning != "":
		status, seen = Warning, "the answer is empty, and all of it stands as reasoning: "+e.quote(reply.Reasoning)
		advice = "the server's reasoning parser does not fit the model: leave it out or choose another"
	case reply.Content == "":
		status, seen, advice = Warning, "the answer is empty", "does the server use the model's own chat template?"
	}
	if learned, todo := e.learned(); learned != "" {
		status, seen, advice = Warning, seen+"; "+learned, join(todo, advice)
	}
	e.note("completion", status, seen, advice)
}

// learn takes a lesson from a refusal and reports whether asking again makes sense.
func (e *exam) learn(failure *llm.Error) bool {
	if failure.Class != llm.ClassRequest {
		return false
	}
	text := strings.ToLower(failure.Detail)
	switch {
	case !e.completionLimit && strings.Contains(text, "max_completion_tokens"):
		e.completionLimit = true
	case !e.noTemperature && strings.Contains(text, "temperature"):
		e.noTemperature = true
	default:
		return false
	}
	return true
}

func (e *exam) learned() (seen, advice string) {
	var lessons, todo []string
	if e.completionLimit {
		lessons = append(lessons, "max_tokens is refused")
		todo = append(todo, "leave sampling.max_tokens out and write extra_body: {max_completion_tokens: N}")
	}
	if e.noTemperature {
		lessons = append(lessons, "temperature 0 is refused")
		todo = append(todo, "leave sampling.temperature out, and repeat runs: answers will vary")
	}
	return strings.Join(lessons, ", "), strings.Join(todo, "; ")
}

func join(parts ...string) string {
	var there []string
	for _, part := range parts {
		if part != "" {
			there = append(there, part)
		}
	}
	return strings.Join(there, "; ")
}

func (e *exam) completionAdvice(failure *llm.Error) string {
	switch {
	case failure.Class == llm.ClassAuth && e.options.Key == "":
		return "a key is wanted: name the variable that holds it with --api-key-env or api_key_env"
	case failure.Class == llm.ClassAuth:
		return "the key is not taken: is it the right one for this host and this model?"
	case failure.Status == 404:
		return "is the model's id right, and does the base URL end where /chat/completions begins?"
	case failure.Class == llm.ClassTimeout:
		return "is the model loaded, and the server not busy with other work?"
	case failure.Class == llm.ClassServer:
		return "the server has failed: its log says why; perhaps it is still loading the model"
	case failure.Class == llm.ClassBadReply:
		return "this is no chat-completions endpoint, or a proxy answers for it"
	}
	return ""
}

// repeatGreedy asks the greedy question twice more.
func (e *exam) repeatGreedy(ctx context.Context) {
	if e.noTemperature {
		e.note("temperature_zero", Skipped, "the server takes no temperature", "")
		return
	}
	for range 2 {
		reply, failure := e.ask(ctx, llm.Request{Messages: user(greedyQuestion), Sampling: greedy()})
		if failure != nil {
			e.trouble(ctx, "temperature_zero", failure, Warning, "")
			return
		}
		if said(reply) != said(e.plain) {
			e.note("temperature_zero", Warning, fmt.Sprintf("the same question brought %s and %s", e.quote(said(e.plain)), e.quote(said(reply))),
				"answers vary from run to run even at temperature 0, as servers that batch requests do: repeat runs and compare by their intervals")
			return
		}
	}
	e.note("temperature_zero", OK, "the same question brought the same answer 3 times", "")
}

// repeatSeed asks with one seed twice and with another once.
func (e *exam) repeatSeed(ctx context.Context) {
	var answers []string
	for _, seed := range []int64{7, 7, 8} {
		reply, failure := e.ask(ctx, llm.Request{
			Messages: user("Write six random English words."),
			Sampling: llm.Sampling{Temperature: point(1.0), Seed: &seed},
		})
		if failure != nil {
			e.trouble(ctx, "seed", failure, Warning, "leave sampling.seed out for this server")
			return
		}
		answers = append(answers, said(reply))
	}
	switch {
	case answers[0] != answers[1]:
		e.note("seed", Warning, fmt.Sprintf("one seed brought %s and %s", e.quote(answers[0]), e.quote(answers[1])),
			"a seed does not make runs repeatable here: repeat runs and compare by their intervals")
	case answers[0] == answers[2]:
		e.note("seed", Skipped, "two seeds brought the same answer, so nothing can be told: "+e.quote(answers[0]), "")
	default:
		e.note("seed", OK, "one seed brought the same answer twice, another seed another", "")
	}
}

func said(reply *llm.Reply) string { return strings.TrimSpace(reply.Reasoning + " " + reply.Content) }

// findReasoning looks, without asking again, for the member in which the server
// returns reasoning.
func (e *exam) findReasoning(context.Context) {
	field, thinking := "", false
	for _, reply := range []*llm.Reply{e.plain, e.called} {
		if reply == nil {
			continue
		}
		if name := reasoningField(reply.Raw); name != "" {
			field = name
		}
		for _, mark := range []string{"<think>", "</think>", "[THINK]", "<seed:think>", "◁think▷"} {
			thinking = thinking || strings.Contains(reply.Content, mark)
		}
	}
	switch {
	case thinking:
		e.note("reasoning", Warning, "the thinking stands in the content, between marks", reasoningAdvice(e.kind()))
	case field != "":
		e.thought = true
		e.note("reasoning", OK, "reasoning comes as "+field, "")
	default:
		e.note("reasoning", OK, "no reasoning was seen", "")
	}
}

// reasoningField names the member of a completion's message that holds
// reasoning, "" where none does.
func reasoningField(raw []byte) string {
	var body struct {
		Choices []struct {
			Message map[string]json.RawMessage `json:"message"`
		} `json:"choices"`
	}
	if json.Unmarshal(raw, &body) != nil || len(body.Choices) == 0 {
		return ""
	}
	message := body.Choices[0].Message
	for _, name := range []string{"reasoning_content", "reasoning"} {
		if value := string(message[name]); value != "" && value != "null" && value != `""` {
			return name
		}
	}
	if content := string(message["content"]); strings.HasPrefix(content, "[") && strings.Contains(content, `"thinking"`) {
		return "a part of the content"
	}
	return ""
}

// returnReasoning sends a conversation whose assistant message carries reasoning.
// Whether it reaches the prompt shows in the count of the prompt's tokens.
func (e *exam) returnReasoning(ctx context.Context) {
	if !e.thought {
		e.note("reasoning_back", Skipped, "no reasoning was seen that could be sent back", "")
		return
	}
	messages := weatherTalk(`{"temperature_c":21,"sky":"clear"}`)
	messages[1].Reasoning = strings.Repeat("The user wants the weather in Oslo, and there is a function for it. ", 8)
	tools := probeTools()
	if e.status("tool_result") != OK && e.status("tool_result") != Warning {
		messages, tools = []button.Message{
			messages[0], {Role: button.RoleAssistant, Content: "It is sunny.", Reasoning: messages[1].Reasoning}, user("Thank you.")[0],
		}, nil
	}
	reply, failure := e.ask(ctx, llm.Request{Messages: messages, Tools: tools, Sampling: greedy()})
	if failure != nil {
		e.trouble(ctx, "reasoning_back", failure, Warning, "conversations with reasoning would fail here: use a model or a server mode without it")
		return
	}
	const least = 40 // tokens; the reasoning has well over a hundred
	switch {
	case tools == nil || e.results < 0 || reply.Usage.PromptTokens < 0:
		e.note("reasoning_back", OK, "reasoning_content of earlier turns is accepted", "")
	case reply.Usage.PromptTokens-e.results >= least:
		e.note("reasoning_back", OK, fmt.Sprintf("reasoning_content is accepted and reaches the prompt (%d tokens more)", reply.Usage.PromptTokens-e.results), "")
	default:
		e.note("reasoning_back", OK, "reasoning_content is accepted, but does not reach the prompt",
			"models that want their thoughts back between calls do not get them: by design with many chat templates, or the server expects another member")
	}
}

package openai_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	goopenai "github.com/sashabaranov/go-openai"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
	"github.com/buttonbench/button/internal/llm/openai"
	"github.com/buttonbench/button/internal/players"
)

// The embedded players must serve a client that is not ours: these tests use
// go-openai bare, as any program would.

type diary struct{}

func (diary) Steps(messages []button.Message, _ []button.Tool) ([]button.Message, bool) {
	call := func(arguments string) button.Call {
		return button.Call{ID: "aaaaaaaa1", Name: "look_up", Arguments: json.RawMessage(arguments)}
	}
	return []button.Message{
		{Role: "assistant", Reasoning: "two to look up", ToolCalls: []button.Call{call(`{"word":"über"}`), call(`{"word":"a longer one, with \"quotes\" in it"}`)}},
		{Role: "assistant", Content: "Both are words: " + strings.Repeat("日本語", 20)},
	}, messages[len(messages)-1].Content == "look them up"
}

func startPlayers(t *testing.T) string {
	t.Helper()
	server, err := players.Listen(t.Context(), "127.0.0.1:0", players.New(players.Options{Guides: []players.Guide{diary{}}, MaxRequestBytes: 1 << 20}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server.BaseURL()
}

func bare(t *testing.T) *goopenai.Client {
	config := goopenai.DefaultConfig("anything")
	config.BaseURL = startPlayers(t)
	return goopenai.NewClientWithConfig(config)
}

func question(model string) goopenai.ChatCompletionRequest {
	return goopenai.ChatCompletionRequest{
		Model:    model,
		Messages: []goopenai.ChatCompletionMessage{{Role: "user", Content: "look them up"}},
		Tools: []goopenai.Tool{{Type: goopenai.ToolTypeFunction, Function: &goopenai.FunctionDefinition{
			Name: "look_up", Parameters: json.RawMessage(`{"type":"object","properties":{"word":{"type":"string"}}}`),
		}}},
	}
}

func TestForeignClientPlain(t *testing.T) {
	client := bare(t)
	request := question("oracle")
	response, err := client.CreateChatCompletion(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	message := response.Choices[0].Message
	if len(message.ToolCalls) != 2 || message.ToolCalls[0].Function.Arguments != `{"word":"über"}` ||
		message.ReasoningContent != "two to look up" || response.Choices[0].FinishReason != goopenai.FinishReasonToolCalls || response.Usage.TotalTokens == 0 {
		t.Errorf("first message: %+v", response)
	}
	request.Messages = append(request.Messages, message)
	for _, call := range message.ToolCalls {
		// go-openai leaves an empty content out; the players understand that too.
		request.Messages = append(request.Messages, goopenai.ChatCompletionMessage{Role: "tool", ToolCallID: call.ID})
	}
	response, err = client.CreateChatCompletion(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	if got := response.Choices[0]; !strings.HasPrefix(got.Message.Content, "Both are words") || got.FinishReason != goopenai.FinishReasonStop {
		t.Errorf("second message: %+v", got)
	}
}

// A stream, put together by index, is the plain answer: calls first, words
// behind an assistant's message.
func TestForeignClientStream(t *testing.T) {
	client := bare(t)
	for _, model := range players.Models() {
		request := question(model)
		checkStream(t, client, request)
		request.Messages = append(request.Messages, goopenai.ChatCompletionMessage{Role: "assistant", Content: "I have looked."})
		checkStream(t, client, request)
	}
}

func checkStream(t *testing.T, client *goopenai.Client, request goopenai.ChatCompletionRequest) {
	t.Helper()
	plain, err := client.CreateChatCompletion(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	request.StreamOptions = &goopenai.StreamOptions{IncludeUsage: true}
	stream, err := client.CreateChatCompletionStream(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	got := goopenai.ChatCompletionMessage{Role: "assistant"}
	var finish goopenai.FinishReason
	var usage goopenai.Usage
	for {
		chunk, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if chunk.Usage != nil {
			usage = *chunk.Usage
		}
		for _, choice := range chunk.Choices {
			if choice.FinishReason != "" {
				finish = choice.FinishReason
			}
			addDelta(&got, choice.Delta)
		}
	}
	choice := plain.Choices[0]
	if diff := cmp.Diff(choice.Message, got); diff != "" || finish != choice.FinishReason || usage != plain.Usage {
		t.Errorf("%s: finish %q, usage %+v (-plain +stream):\n%s", request.Model, finish, usage, diff)
	}
}

func addDelta(message *goopenai.ChatCompletionMessage, delta goopenai.ChatCompletionStreamChoiceDelta) {
	message.Content += delta.Content
	message.ReasoningContent += delta.ReasoningContent
	for _, piece := range delta.ToolCalls {
		if *piece.Index == len(message.ToolCalls) {
			message.ToolCalls = append(message.ToolCalls, goopenai.ToolCall{ID: piece.ID, Type: piece.Type})
		}
		whole := &message.ToolCalls[*piece.Index].Function
		whole.Name += piece.Function.Name
		whole.Arguments += piece.Function.Arguments
	}
}

func TestForeignClientErrorsAndModels(t *testing.T) {
	client := bare(t)
	for status, request := range map[int]goopenai.ChatCompletionRequest{
		http.StatusNotFound:              question("gpt-4"),
		http.StatusBadRequest:            {Model: "oracle", Messages: []goopenai.ChatCompletionMessage{{Role: "user", Content: "unknown"}}},
		http.StatusRequestEntityTooLarge: {Model: "oracle", Messages: []goopenai.ChatCompletionMessage{{Role: "user", Content: strings.Repeat("a", 1<<20)}}},
	} {
		_, err := client.CreateChatCompletion(t.Context(), request)
		var failure *goopenai.APIError
		if !errors.As(err, &failure) || failure.HTTPStatusCode != status || failure.Type != "invalid_request_error" || failure.Message == "" {
			t.Errorf("want %d, have %v", status, err)
		}
	}
	models, err := client.ListModels(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, model := range models.Models {
		names = append(names, model.ID)
	}
	if diff := cmp.Diff(players.Models(), names); diff != "" {
		t.Errorf("models (-want +got):\n%s", diff)
	}
	if model, err := client.GetModel(t.Context(), "noisy:missing_call"); err != nil || model.ID != "noisy:missing_call" {
		t.Errorf("have %+v, %v", model, err)
	}
}

// Our own client, with the retry decorator around it, goes the same road.
func TestOwnClientWithPlayers(t *testing.T) {
	client := llm.Retry(open(t, openai.Options{BaseURL: startPlayers(t)}), llm.RetryOptions{Attempts: 3, Random: func() float64 { return 0 }})
	request := llmtest.Question("look them up")
	request.Model = "serial"
	var words []string
	for range 3 {
		reply, err := client.Complete(context.Background(), request)
		if err != nil {
			t.Fatal(err)
		}
		said := button.Message{Role: "assistant", Content: reply.Content, Reasoning: reply.Reasoning}
		for _, call := range reply.Calls {
			words = append(words, call.Arguments)
			said.ToolCalls = append(said.ToolCalls, button.Call{ID: call.ID, Name: call.Name, Arguments: json.RawMessage(call.Arguments)})
		}
		request.Messages = append(request.Messages, said)
		for _, call := range reply.Calls {
			request.Messages = append(request.Messages, button.Message{Role: "tool", ToolCallID: call.ID})
		}
		if len(reply.Calls) == 0 {
			words = append(words, reply.Content)
		}
	}
	if len(words) != 3 || words[0] != `{"word":"über"}` || !strings.HasPrefix(words[2], "Both are words") {
		t.Errorf("have %q", words)
	}
	_, err := client.Complete(context.Background(), llm.Request{Model: "nobody", Messages: request.Messages})
	if failure, ok := err.(*llm.Error); !ok || failure.Class != llm.ClassRequest || failure.Status != 404 {
		t.Errorf("have %v", err)
	}
}

package players_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/openai"
	"github.com/buttonbench/button/internal/players"
)

// book is a guide that knows references by the text of the user message.
type book map[string][]button.Message

func (b book) Steps(messages []button.Message, _ []button.Tool) ([]button.Message, bool) {
	last := messages[len(messages)-1]
	steps, ok := b[last.Content]
	return steps, ok && last.Role == button.RoleUser
}

// wave is a step of a reference: "name arguments" each.
func wave(calls ...string) button.Message {
	message := button.Message{Role: button.RoleAssistant}
	for _, text := range calls {
		name, arguments, _ := strings.Cut(text, " ")
		message.ToolCalls = append(message.ToolCalls, button.Call{ID: "gold00000", Name: name, Arguments: json.RawMessage(arguments)})
	}
	return message
}

func answer(text string) button.Message {
	return button.Message{Role: button.RoleAssistant, Content: text}
}

func tool(name, description, parameters string) button.Tool {
	return button.Tool{Name: name, Description: description, Parameters: json.RawMessage(parameters)}
}

// travelTools is a list with types, bounds, patterns and an enum in it.
func travelTools() []button.Tool {
	return []button.Tool{
		tool("find_trains", "Find the trains between two cities on a day.",
			`{"type":"object","properties":{"origin":{"type":"string"},"destination":{"type":"string"},"date":{"type":"string","format":"date"}},"required":["origin","destination","date"]}`),
		tool("get_train_fare", "Get the fare of a train in a class of travel.",
			`{"type":"object","properties":{"train":{"type":"string","pattern":"^[A-Z]{2}-\\d{3}$"},"class":{"type":"string","enum":["first","second"]}},"required":["train","class"]}`),
		tool("book_seat", "Book seats on a train for a number of passengers.",
			`{"type":"object","properties":{"train":{"type":"string","pattern":"^[A-Z]{2}-\\d{3}$"},"passengers":{"type":"integer","minimum":1,"maximum":6},"quiet":{"type":"boolean","description":"quiet coach"}},"required":["train","passengers"]}`),
		tool("get_weather", "Get the weather forecast of a city.",
			`{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}`),
		tool("list_stations", "List the stations of a country.",
			`{"type":"object","properties":{"country":{"type":"string","pattern":"^[A-Z]{2}$"}},"required":["country"]}`),
	}
}

const (
	firstAsk  = "Which of TR-101 and TR-205 is cheaper in second class? Book that one for two passengers."
	secondAsk = "And what is the weather like in Porto?"
)

// travelBook is a conversation of two user turns with three waves.
func travelBook() book {
	thought := wave(`get_train_fare {"train":"TR-101","class":"second"}`, `get_train_fare {"train":"TR-205","class":"second"}`)
	thought.Content = "I compare the fares first."
	return book{
		firstAsk: {
			thought,
			wave(`book_seat {"train": "TR-205", "passengers": 2}`),
			answer("TR-205 is cheaper. I booked two seats on it."),
		},
		secondAsk: {wave(`get_weather {"city":"Porto"}`), answer("It rains in Porto.")},
	}
}

// serve starts the handler and returns a client of it.
func serve(t testing.TB, options players.Options) llm.Client {
	t.Helper()
	server := httptest.NewServer(players.New(options))
	t.Cleanup(server.Close)
	client, err := openai.New(openai.Options{BaseURL: server.URL + "/v1"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// talk holds a conversation: it answers every call with a result, until the
// model answers each user message. It returns one line for each message of the
// model: "name arguments" of its calls joined by " + ", or "= " and its answer.
func talk(t testing.TB, client llm.Client, request llm.Request, result func(call llm.RawCall) string, asks ...string) []string {
	t.Helper()
	var lines []string
	ids := map[string]bool{}
	for _, ask := range asks {
		request.Messages = append(request.Messages, button.Message{Role: button.RoleUser, Content: ask})
		for range 20 {
			reply, err := client.Complete(context.Background(), request)
			if err != nil {
				t.Fatal(err)
			}
			said := button.Message{Role: button.RoleAssistant, Content: reply.Content}
			var texts []string
			for _, call := range reply.Calls {
				if !button.ValidCallID(call.ID) || ids[call.ID] {
					t.Errorf("call id %q is malformed or stands twice", call.ID)
				}
				ids[call.ID] = true
				said.ToolCalls = append(said.ToolCalls, button.Call{ID: call.ID, Name: call.Name, Arguments: json.RawMessage(call.Arguments)})
				texts = append(texts, call.Name+" "+call.Arguments)
			}
			request.Messages = append(request.Messages, said)
			if len(reply.Calls) == 0 {
				lines = append(lines, "= "+reply.Content)
				break
			}
			lines = append(lines, strings.Join(texts, " + "))
			for _, call := range reply.Calls {
				request.Messages = append(request.Messages, button.Message{Role: button.RoleTool, ToolCallID: call.ID, Content: result(call)})
			}
		}
	}
	return lines
}

func nothing(llm.RawCall) string { return "" }

// post sends a raw body to the handler, without a network.
func post(handler http.Handler, body string) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/v1/chat/completions", strings.NewReader(body)))
	return recorder
}

// chat is the body of a request about the travel conversation.
func chat(model, more string) string {
	tools, err := json.Marshal(travelTools())
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf(`{"model":%q,"messages":[{"role":"system","content":"Today is Saturday, 14 March 2026."},{"role":"user","content":%q}],"tools":%s%s}`,
		model, firstAsk, tools, more)
}

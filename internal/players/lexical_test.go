package players_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/players"
)

// results gives the travel functions something to return.
func results(call llm.RawCall) string {
	switch call.Name {
	case "find_trains":
		return `{"trains":[{"train":"TR-205","departs":"08:15"},{"train":"TR-101","departs":"09:00"}]}`
	case "get_train_fare":
		return `{"train":"TR-205","fare":19.50,"currency":"EUR"}`
	case "book_seat":
		return `{"booking":"B-7","seats":2}`
	}
	return `{"error":"unknown function"}`
}

func TestLexical(t *testing.T) {
	system := button.Message{Role: "system", Content: "You are a helpful assistant. Today is Saturday, 14 March 2026."}
	for _, test := range []struct {
		name string
		ask  string
		want []string
	}{
		{"one call with prepositions and a relative date", "Are there any trains from Porto to Lisbon tomorrow?", []string{
			`find_trains {"date":"2026-03-15","destination":"Lisbon","origin":"Porto"}`,
			"= Here is what I found: departs is 08:15, train is TR-205."}},
		{"the same function for every code, by enum", "What is the fare of TR-101 and of TR-205 in second class?", []string{
			`get_train_fare {"class":"second","train":"TR-101"} + get_train_fare {"class":"second","train":"TR-205"}`,
			"= Here is what I found: currency is EUR, fare is 19.50, train is TR-205, currency is EUR, fare is 19.50, train is TR-205."}},
		{"a number near its word", "Please book seats for 3 passengers on TR-101.", []string{
			`book_seat {"passengers":3,"train":"TR-101"}`, "= Here is what I found: booking is B-7, seats is 2."}},
		{"a result fills the next call", "Find the trains from Porto to Lisbon on 20 March and get the first class fare.", []string{
			`find_trains {"date":"2026-03-20","destination":"Lisbon","origin":"Porto"}`,
			`get_train_fare {"class":"first","train":"TR-205"}`,
			"= Here is what I found: currency is EUR, fare is 19.50, train is TR-205."}},
		{"several functions at once", "What is the weather in Porto? And the fare of TR-101 in first class?", []string{
			`get_train_fare {"class":"first","train":"TR-101"} + get_weather {"city":"Porto"}`,
			"= Here is what I found: currency is EUR, fare is 19.50, train is TR-205, error is unknown function."}},
		{"nothing in common", "Sing me a song, would you?", []string{"= I found nothing that helps with that."}},
	} {
		t.Run(test.name, func(t *testing.T) {
			// No guide: this player must do without.
			client := serve(t, players.Options{})
			request := travel("lexical")
			request.Messages = []button.Message{system}
			got := talk(t, client, request, results, test.ask)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("conversation (-want +got):\n%s", diff)
			}
		})
	}
}

// guard is a guide that must never be asked.
type guard struct{ t *testing.T }

func (g guard) Steps([]button.Message, []button.Tool) ([]button.Message, bool) {
	g.t.Error("a guide was asked")
	return nil, false
}

func TestHonestPlayersNeverAskAGuide(t *testing.T) {
	client := serve(t, players.Options{Guides: []players.Guide{guard{t}}})
	for _, model := range []string{"lexical", "silent"} {
		talk(t, client, travel(model), results, firstAsk, secondAsk)
	}
}

// A chain in which each result makes one more function callable stops after six.
func TestLexicalTurnsAreBounded(t *testing.T) {
	names := strings.Fields("aa bb cc dd ee ff gg hh ii jj")
	var tools []button.Tool
	result := map[string]string{}
	for i, name := range names[1:] {
		tools = append(tools, tool("find_"+name, "find things",
			`{"properties":{"key":{"type":"string","pattern":"^`+names[i]+`\\d$"}},"required":["key"]}`))
		result["find_"+name] = `{"made":"` + name + `1"}`
	}
	client := serve(t, players.Options{})
	lines := talk(t, client, llm.Request{Model: "lexical", Tools: tools}, func(call llm.RawCall) string { return result[call.Name] },
		"Find the things of aa1 please.")
	if len(lines) != 7 || lines[5] != `find_gg {"key":"ff1"}` || lines[6] != "= Here is what I found: made is gg1." {
		t.Errorf("have %q", lines)
	}
}

// No function is called in two messages of a user turn, whatever comes back.
func TestLexicalCallsNothingTwice(t *testing.T) {
	var tools []button.Tool
	for _, name := range strings.Fields("aa bb cc dd ee ff") {
		tools = append(tools, tool("find_"+name, "find things", `{"properties":{"key":{"type":"string"}},"required":["key"]}`))
	}
	count := 0
	client := serve(t, players.Options{})
	lines := talk(t, client, llm.Request{Model: "lexical", Tools: tools}, func(llm.RawCall) string {
		count++
		return fmt.Sprintf(`{"key":"value %d"}`, count)
	}, `Find the things of "start" please.`)
	called := map[string]bool{}
	for _, call := range callsOf(lines) {
		name, _, _ := strings.Cut(call, " ")
		if called[name] {
			t.Errorf("%s is called twice: %q", name, lines)
		}
		called[name] = true
	}
	if len(called) != len(tools) {
		t.Errorf("have %q", lines)
	}
}

func TestLexicalArguments(t *testing.T) {
	for _, test := range []struct{ name, schema, ask, want string }{
		{"quoted", `{"properties":{"title":{"type":"string"}},"required":["title"]}`, `Make a thing called "Blue Moon".`, `{"title":"Blue Moon"}`},
		{"apostrophes do not quote", `{"properties":{"title":{"type":"string"}},"required":["title"]}`, `It's the thing of Anna's, isn't it?`, `{"title":"Anna"}`},
		{"time of day", `{"properties":{"start_time":{"type":"string"}},"required":["start_time"]}`, `Set the thing to 9:30 pm.`, `{"start_time":"21:30"}`},
		{"hour", `{"properties":{"start_time":{"type":"string"}},"required":["start_time"]}`, `Set the thing to 9 am.`, `{"start_time":"09:00"}`},
		{"month before day", `{"properties":{"date":{"type":"string","format":"date"}},"required":["date"]}`, `A thing on March 3rd, 2027, yes.`, `{"date":"2027-03-03"}`},
		{"day of the week", `{"properties":{"date":{"type":"string"}},"required":["date"]}`, `The thing on Monday.`, `{"date":"2026-03-16"}`},
		{"thousands", `{"properties":{"amount":{"type":"number"}},"required":["amount"]}`, `The thing for 1,250.50 please.`, `{"amount":1250.50}`},
		{"integer in words", `{"properties":{"count":{"type":"integer"}},"required":["count"]}`, `I want three things.`, `{"count":3}`},
		{"bounds", `{"properties":{"count":{"type":"integer","maximum":9}},"required":["count"]}`, `Of 40 things I want 4.`, `{"count":4}`},
		{"boolean", `{"properties":{"gift_wrap":{"type":"boolean"}},"required":["gift_wrap"]}`, `The thing, as a gift.`, `{"gift_wrap":true}`},
		{"enum of two words", `{"properties":{"shade":{"enum":["dark_red","light_blue"]}},"required":["shade"]}`, `A thing in light blue.`, `{"shade":"light_blue"}`},
		{"email", `{"properties":{"email":{"type":"string"}},"required":["email"]}`, `Mail the thing to anna@example.org.`, `{"email":"anna@example.org"}`},
		{"code", `{"properties":{"order_id":{"type":"string"}},"required":["order_id"]}`, `Where is the thing X12-9?`, `{"order_id":"X12-9"}`},
		{"pattern", `{"properties":{"account":{"type":"string","pattern":"^\\d{6}$"}},"required":["account"]}`, `The thing of 5 and 123456.`, `{"account":"123456"}`},
		{"list by pattern", `{"properties":{"ids":{"type":"array","items":{"type":"string","pattern":"^P\\d+$"}}},"required":["ids"]}`, `The things P1, P2 and P33.`, `{"ids":["P1","P2","P33"]}`},
		{"object", `{"properties":{"place":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}},"required":["place"]}`, `The thing in New York City please.`, `{"place":{"city":"New York City"}}`},
		{"default", `{"properties":{"unit":{"enum":["km","mile"],"default":"km"}},"required":["unit"]}`, `Just the thing.`, `{"unit":"km"}`},
		{"optional stays out", `{"properties":{"note":{"type":"string"},"count":{"type":"integer"}}}`, `The thing of Anna, number 12.`, `{}`},
		{"optional on evidence", `{"properties":{"note":{"type":"string"},"max_price":{"type":"number"}}}`, `The thing of Anna, at a price of at most 12.5 euros.`, `{"max_price":12.5}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			client := serve(t, players.Options{})
			request := llm.Request{Model: "lexical", Tools: []button.Tool{tool("thing", "things", test.schema)}}
			request.Messages = []button.Message{{Role: "system", Content: "Today is 2026-03-14."}, {Role: "user", Content: test.ask}}
			reply, err := client.Complete(t.Context(), request)
			if err != nil {
				t.Fatal(err)
			}
			if len(reply.Calls) != 1 || reply.Calls[0].Arguments != test.want {
				t.Errorf("have %+v, want %s", reply.Calls, test.want)
			} else if !json.Valid([]byte(reply.Calls[0].Arguments)) {
				t.Error("not JSON")
			}
		})
	}
}

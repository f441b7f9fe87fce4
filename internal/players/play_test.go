package players_test

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/players"
)

func travel(model string) llm.Request {
	return llm.Request{Model: model, Tools: travelTools()}
}

const (
	fares   = `get_train_fare {"train":"TR-101","class":"second"} + get_train_fare {"train":"TR-205","class":"second"}`
	seat    = `book_seat {"train": "TR-205", "passengers": 2}`
	booked  = "= TR-205 is cheaper. I booked two seats on it."
	weather = `get_weather {"city":"Porto"}`
	rain    = "= It rains in Porto."
)

func TestPlayers(t *testing.T) {
	no := false
	inTurn := strings.Split(fares, " + ")
	for _, test := range []struct {
		name    string
		request llm.Request
		want    []string
	}{
		{"oracle", travel("oracle"), []string{fares, seat, booked, weather, rain}},
		{"oracle with its prefix", travel("embedded/oracle"), []string{fares, seat, booked, weather, rain}},
		{"oracle, no parallel calls", llm.Request{Model: "oracle", Tools: travelTools(), ParallelToolCalls: &no},
			[]string{inTurn[0], inTurn[1], seat, booked, weather, rain}},
		{"serial", travel("serial"), []string{inTurn[0], inTurn[1], seat, booked, weather, rain}},
		{"silent", travel("silent"), []string{"= I am sorry, I cannot help with that right now.", "= I am sorry, I cannot help with that right now."}},
		{"no calls allowed", llm.Request{Model: "oracle", Tools: travelTools(),
			ExtraBody: map[string]json.RawMessage{"tool_choice": json.RawMessage(`"none"`)}}, []string{booked, rain}},
	} {
		t.Run(test.name, func(t *testing.T) {
			client := serve(t, players.Options{Guides: []players.Guide{book{}, travelBook()}})
			got := talk(t, client, test.request, nothing, firstAsk, secondAsk)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("conversation (-want +got):\n%s", diff)
			}
		})
	}
}

// The same call twice is made twice, and white space in a call that was made
// does not make it another.
func TestSerialCountsEqualCalls(t *testing.T) {
	guide := book{"roll": {wave(`roll {"sides": 6}`, `roll {"sides":6}`), wave(`roll {"sides":6}`), answer("done")}}
	client := serve(t, players.Options{Guides: []players.Guide{guide}})
	got := talk(t, client, llm.Request{Model: "serial"}, nothing, "roll")
	want := []string{`roll {"sides": 6}`, `roll {"sides":6}`, `roll {"sides":6}`, "= done"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("conversation (-want +got):\n%s", diff)
	}
}

func TestReferencesWithoutAnswer(t *testing.T) {
	guide := book{"a": {wave(`f {}`)}, "b": {}, "text": {answer("Thought: I call f.\nAction: f"), answer("done")}}
	client := serve(t, players.Options{Guides: []players.Guide{guide}})
	for _, model := range []string{"oracle", "serial"} {
		got := talk(t, client, llm.Request{Model: model}, nothing, "a", "b")
		if diff := cmp.Diff([]string{`f {}`, "= That is done.", "= That is done."}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", model, diff)
		}
	}
	// A text protocol has steps of content only, which are passed on in order.
	request := llm.Request{Model: "oracle", Messages: []button.Message{
		{Role: "user", Content: "text"}, {Role: "assistant", Content: "Thought: I call f.\nAction: f"}, {Role: "system", Content: "Response: 1"},
	}}
	reply, err := client.Complete(t.Context(), request)
	if err != nil || reply.Content != "done" {
		t.Errorf("have %v, %v", reply, err)
	}
}

func TestUnknownConversation(t *testing.T) {
	client := serve(t, players.Options{Guides: []players.Guide{travelBook()}})
	for _, model := range []string{"oracle", "serial", "noisy", "noisy:wrong_value"} {
		_, err := client.Complete(t.Context(), llm.Request{Model: model, Messages: []button.Message{{Role: "user", Content: "something else"}}})
		var failure *llm.Error
		if !errors.As(err, &failure) || failure.Class != llm.ClassRequest || !strings.Contains(failure.Detail, "no reference is known") {
			t.Errorf("%s: %v", model, err)
		}
	}
}

// Thoughts travel with their wave, also the reasoning kind, and go out once.
func TestThoughts(t *testing.T) {
	thought := wave(`f {"a":1}`, `f {"a":2}`)
	thought.Content, thought.Reasoning = "Let me look.", "two things to look up"
	client := serve(t, players.Options{Guides: []players.Guide{book{"go": {thought, answer("done")}}}})
	for _, model := range []string{"oracle", "serial"} {
		request := llm.Request{Model: model, Messages: []button.Message{{Role: "user", Content: "go"}}}
		reply, err := client.Complete(t.Context(), request)
		if err != nil || reply.Content != thought.Content || reply.Reasoning != thought.Reasoning {
			t.Errorf("%s: %+v, %v", model, reply, err)
		}
		request.Messages = append(request.Messages, wave(`f {"a":1}`))
		reply, err = client.Complete(t.Context(), request)
		if err != nil || reply.Content == thought.Content || reply.Reasoning != "" {
			t.Errorf("%s, second message: %+v, %v", model, reply, err)
		}
	}
}

// Equal requests get equal bytes, whatever else is going on.
func TestDeterministicAtAnyConcurrency(t *testing.T) {
	options := players.Options{Guides: []players.Guide{travelBook()}, Seed: 5}
	want := map[string]string{}
	for _, model := range players.Models() {
		want[model] = post(players.New(options), chat(model, "")).Body.String()
	}
	handler := players.New(options)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 5 {
				for model, body := range want {
					if got := post(handler, chat(model, "")).Body.String(); got != body {
						t.Errorf("%s: have %s, want %s", model, got, body)
					}
				}
			}
		})
	}
	group.Wait()
}

package simulated

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
)

const today = "2025-05-28"

// journey is a composed task: two look-ups beside one another, and a booking that
// takes what the first one found.
func journey() (*ComposedTask, *Toolbox) {
	known := func(name, kind, value string) KnownValue {
		return KnownValue{Name: name, SemanticType: kind, Value: json.RawMessage(value)}
	}
	day, city := known("day", "date", `"2025-06-03"`), known("destination", "city", `"Turin"`)
	task := &ComposedTask{
		Scenario: Scenario{Domain: "travel", Actor: "a violinist on tour", Situation: "A violinist has to get from one concert to the next by train."},
		Shape:    "parallel_then_sequential", Heuristic: "parallel_then_sequential",
		Tasks: []AtomicTask{
			{Task: "Look up the trains from Lyon to Turin on 3 June 2025.", KnownValues: []KnownValue{known("origin", "city", `"Lyon"`), city, day}, Effect: button.EffectRead},
			{Task: "Look up the weather forecast of Turin on 3 June 2025.", KnownValues: []KnownValue{city, day}, Effect: button.EffectRead},
			{Task: "Reserve a seat on the cheapest of these trains for Mara Lindqvist.", KnownValues: []KnownValue{known("passenger", "person", `"Mara Lindqvist"`)}, Effect: button.EffectWrite},
		},
		Links:   []Link{{From: 0, Field: "result.train_id", To: 2, Input: "train_id", SemanticType: "train", Transform: TransformPick}},
		Request: "I have to get from Lyon to Turin on 3 June 2025: reserve a seat on the cheapest train for Mara Lindqvist, and tell me what the weather will be like there.",
	}
	function := func(name, description, parameters, returns, effect string, errors ...FunctionError) Function {
		return Function{
			Tool:    button.Tool{Name: name, Description: description, Parameters: json.RawMessage(parameters)},
			Returns: json.RawMessage(returns), Effect: effect, Errors: errors,
		}
	}
	box := &Toolbox{
		Functions: []Function{
			function("find_trains", "Lists the trains between two cities on a day.",
				`{"type":"object","properties":{"origin":{"type":"string","description":"city of departure"},"destination":{"type":"string","description":"city of arrival"},"date":{"type":"string","format":"date"},"travel_class":{"type":"string","default":"second"}},"required":["origin","destination","date"]}`,
				`{"type":"object","properties":{"trains":{"type":"array","items":{"type":"object","properties":{"train_id":{"type":"string"},"departure":{"type":"string"},"fare":{"type":"number"}},"required":["train_id","departure","fare"]}}},"required":["trains"]}`,
				button.EffectRead, FunctionError{"timetable_unavailable", "the timetable is temporarily down"}, FunctionError{"unknown_station", "there is no such city"}),
			function("get_forecast", "Gives the weather forecast of a city for a day.",
				`{"type":"object","properties":{"city":{"type":"string"},"date":{"type":"string"}},"required":["city","date"]}`,
				`{"type":"object","properties":{"city":{"type":"string"},"sky":{"type":"string"},"high":{"type":"number"}},"required":["city","sky","high"]}`,
				button.EffectRead),
			function("reserve_seat", "Reserves a seat on a train for a passenger.",
				`{"type":"object","properties":{"train_id":{"type":"string"},"passenger":{"type":"string"}},"required":["train_id","passenger"]}`,
				`{"type":"object","properties":{"booking_reference":{"type":"string"},"seat":{"type":"string"}},"required":["booking_reference","seat"]}`,
				button.EffectWrite, FunctionError{"sold_out", "no seat is left"}),
		},
		Distractors: []Function{
			function("find_buses", "Lists the buses of an operator's depot.",
				`{"type":"object","properties":{"depot":{"type":"string"}},"required":["depot"]}`,
				`{"type":"object","properties":{"buses":{"type":"array","items":{"type":"string"}}},"required":["buses"]}`, button.EffectRead),
		},
		Mapping: []Mapping{
			{0, "find_trains", []Argument{{"origin", button.FromUser, "origin"}, {"destination", button.FromUser, "destination"}, {"date", button.FromUser, "day"}}},
			{1, "get_forecast", []Argument{{"city", button.FromUser, "destination"}, {"date", button.FromUser, "day"}}},
			{2, "reserve_seat", []Argument{{"train_id", button.FromResult, "0.trains.train_id"}, {"passenger", button.FromUser, "passenger"}}},
		},
	}
	return task, box
}

// actors answers as a teacher that makes no mistakes, but for what spoil makes of
// its replies.
type actors struct {
	// spoil changes the n-th reply of a stage, from 0, those after complaints
	// included; nil for none.
	spoil map[string]func(n int, reply map[string]any, material []byte)
	// answer replaces the whole text of a reply; it may be nil.
	answer func(stage string, n int, text string) string
	// reads makes a look-up of what would change something for good.
	reads bool
	// What plays the stages that a conversation does not have.
	judge      func(*JudgeMaterial) JudgeReply
	distractor func(n int, m *DistractorMaterial) DistractorReply
	oneReply   func(*OneReplyMaterial) OneReplyReply
	asked      map[string]int
}

// embeddedPrompts reads the prompts once for all tests.
var embeddedPrompts = sync.OnceValues(teach.Embedded)

// teacher returns a teacher that the actors play, and the client that keeps what
// it was asked.
func (a *actors) teacher(t *testing.T) (*teach.Teacher, *llmtest.Scripted) {
	t.Helper()
	prompts, err := embeddedPrompts()
	if err != nil {
		t.Fatal(err)
	}
	a.asked = map[string]int{}
	client := &llmtest.Scripted{Respond: func(_ int, request llm.Request) (*llm.Reply, error) { return a.respond(request), nil }}
	return teach.New(teach.Options{Client: client, Model: "actor"}, prompts), client
}

func (a *actors) respond(request llm.Request) *llm.Reply {
	if request.Tools != nil {
		return a.native(request)
	}
	var format struct {
		Schema struct {
			Name string `json:"name"`
		} `json:"json_schema"`
	}
	if err := json.Unmarshal(request.ExtraBody["response_format"], &format); err != nil {
		panic(err)
	}
	stage := format.Schema.Name
	_, rest, _ := strings.Cut(request.Messages[1].Content, teach.MaterialOpen)
	text, _, _ := strings.Cut(rest, teach.MaterialClose)
	material := []byte(text)
	var reply any
	switch stage {
	case StageUser:
		reply = playUser(decode[UserMaterial](material))
	case StageAssistant:
		m := decode[AssistantMaterial](material)
		reply = playAssistant(m.Dialogue, m.Parallel)
	case StageTool:
		reply = playTool(decode[ToolMaterial](material))
	case StageJudge:
		reply = a.judge(decode[JudgeMaterial](material))
	case StageDistractor:
		reply = a.distractor(a.asked[stage], decode[DistractorMaterial](material))
	case StageOneReply:
		reply = a.oneReply(decode[OneReplyMaterial](material))
	default:
		panic("no actor for " + stage)
	}
	n := a.asked[stage]
	a.asked[stage]++
	object := map[string]any{}
	encoded, _ := json.Marshal(reply)
	if err := json.Unmarshal(encoded, &object); err != nil {
		panic(err)
	}
	if spoil := a.spoil[stage]; spoil != nil {
		spoil(n, object, material)
	}
	encoded, _ = json.Marshal(object)
	out := string(encoded)
	if a.answer != nil {
		out = a.answer(stage, n, out)
	}
	return llmtest.Text(out)
}

// native plays the assistant by tool calls.
func (a *actors) native(request llm.Request) *llm.Reply {
	var turns []Turn
	for _, message := range request.Messages[1:] {
		switch message.Role {
		case button.RoleUser:
			turns = append(turns, Turn{From: message.Role, Text: message.Content})
		case button.RoleAssistant:
			turn := Turn{From: message.Role, Text: message.Content}
			for _, call := range message.ToolCalls {
				turn.Calls = append(turn.Calls, ToolCall{call.Name, call.Arguments})
			}
			turns = append(turns, turn)
		case button.RoleTool:
			if turns[len(turns)-1].From != button.RoleTool {
				turns = append(turns, Turn{From: message.Role})
			}
			last := &turns[len(turns)-1]
			last.Results = append(last.Results, readResult(message.Content))
		}
	}
	step := playAssistant(turns, *request.ParallelToolCalls)
	n := a.asked[StageAssistant]
	a.asked[StageAssistant]++
	object := map[string]any{}
	encoded, _ := json.Marshal(step)
	_ = json.Unmarshal(encoded, &object)
	if spoil := a.spoil[StageAssistant]; spoil != nil {
		spoil(n, object, nil)
	}
	encoded, _ = json.Marshal(object)
	step = *decode[AssistantReply](encoded)
	if step.Action != ActionCall {
		return llmtest.Text(step.Text)
	}
	var calls []llm.RawCall
	for i, call := range step.Calls {
		calls = append(calls, llm.RawCall{ID: fmt.Sprintf("call_%d", i), Name: call.Name, Arguments: string(call.Arguments)})
	}
	reply := llmtest.Calls(calls...)
	reply.Content = step.Thought
	return reply
}

func decode[T any](data []byte) *T {
	value := new(T)
	if err := json.Unmarshal(data, value); err != nil {
		panic(fmt.Sprintf("%v: %s", err, data))
	}
	return value
}

func playUser(m *UserMaterial) UserReply {
	reply := UserReply{Disclosed: []string{}, Status: StatusContinue}
	var said []string
	for _, fact := range m.Say {
		said = append(said, fact.Name+" "+textOf(fact.Value))
		reply.Disclosed = append(reply.Disclosed, fact.ID)
	}
	facts := strings.Join(said, ", ")
	switch m.Turn {
	case TurnOpen:
		seat := ""
		if strings.Contains(m.Goal, "reserve") {
			seat = " and reserve a seat"
		}
		reply.Message = "Hello there, could you please sort out a train journey" + seat + " for my next concert? Here is what matters to me, with " + facts + "."
	case TurnAnswer:
		reply.Message = "Sure, that is " + facts + "."
	case TurnFollowUp:
		reply.Message = "Lovely. Now reserve a seat on the cheapest of them, with " + facts + "."
	case TurnCorrect:
		value := json.RawMessage(`"2025-06-05"`)
		switch m.Change.Name {
		case "origin":
			value = json.RawMessage(`"Dijon"`)
		case "destination":
			value = json.RawMessage(`"Genoa"`)
		case "passenger":
			value = json.RawMessage(`"Ilse Brandt"`)
		}
		reply.Message = "Sorry, I got the " + m.Change.Name + " wrong, it is " + textOf(value) + ". Please do it again."
		reply.Changed = &ChangedFact{m.Change.ID, value}
	}
	return reply
}

var stated = regexp.MustCompile(`\b(origin|destination|day|passenger) (?:wrong, it is )?([A-Z0-9][-\w]*(?: [A-Z]\w+)?)`)

// playAssistant does what is wanted: trains and weather, then a seat, then the
// answer. It knows the user's facts from their latest words.
func playAssistant(dialogue []Turn, parallel bool) AssistantReply {
	facts, done, failed := map[string]string{}, map[string]string{}, map[string]*ToolError{}
	for at, turn := range dialogue {
		if turn.From == button.RoleUser {
			for _, match := range stated.FindAllStringSubmatch(turn.Text, -1) {
				facts[match[1]] = match[2]
			}
		}
		if turn.From == button.RoleTool {
			for i, result := range turn.Results {
				call := dialogue[at-1].Calls[i]
				key := call.Name + canonical(call.Arguments)
				if result.Error != nil {
					failed[key] = result.Error
				} else {
					done[key] = string(result.Result)
					delete(failed, key)
				}
			}
		}
	}
	call := func(name string, arguments map[string]string) ToolCall {
		encoded, _ := json.Marshal(arguments)
		return ToolCall{name, encoded}
	}
	reply := AssistantReply{Thought: "The user said where they go and when, so I look this up first.", Action: ActionCall, Calls: []ToolCall{}, Missing: []string{}}
	for _, name := range []string{"origin", "destination", "day"} {
		if facts[name] == "" {
			return AssistantReply{Action: ActionAsk, Calls: []ToolCall{}, Missing: []string{name}, Text: "Could you tell me the " + name + "?"}
		}
	}
	trains := call("find_trains", map[string]string{"origin": facts["origin"], "destination": facts["destination"], "date": facts["day"]})
	forecast := call("get_forecast", map[string]string{"city": facts["destination"], "date": facts["day"]})
	for _, one := range []ToolCall{trains, forecast} {
		key := one.Name + canonical(one.Arguments)
		if failure := failed[key]; failure != nil && failure.Code == "unknown_station" {
			return AssistantReply{Action: ActionAsk, Calls: []ToolCall{}, Missing: []string{"the city"}, Text: "That city is not known there. Which one do you mean?"}
		}
		if done[key] == "" {
			reply.Calls = append(reply.Calls, one)
		}
	}
	if len(reply.Calls) > 0 {
		if !parallel {
			reply.Calls = reply.Calls[:1]
		}
		return reply
	}
	var found struct {
		Trains []struct {
			ID   string  `json:"train_id"`
			Fare float64 `json:"fare"`
		} `json:"trains"`
	}
	_ = json.Unmarshal([]byte(done[trains.Name+canonical(trains.Arguments)]), &found)
	var weather struct{ Sky string }
	_ = json.Unmarshal([]byte(done[forecast.Name+canonical(forecast.Arguments)]), &weather)
	if len(found.Trains) == 0 {
		return AssistantReply{Action: ActionAnswer, Calls: []ToolCall{}, Missing: []string{}, Text: "There is no train, and the sky will be " + weather.Sky + "."}
	}
	best := found.Trains[0]
	for _, train := range found.Trains {
		if train.Fare < best.Fare {
			best = train
		}
	}
	said := ""
	for _, turn := range dialogue {
		if turn.From == button.RoleUser {
			said += turn.Text + "\n"
		}
	}
	looked := fmt.Sprintf("The cheapest train is %s at %v, and the sky will be %s.", best.ID, best.Fare, weather.Sky)
	words := AssistantReply{Action: ActionAnswer, Calls: []ToolCall{}, Missing: []string{}, Text: looked}
	if facts["passenger"] == "" {
		if strings.Contains(said, "reserve") {
			words.Action, words.Missing, words.Text = ActionAsk, []string{"the passenger"}, "Who is the passenger?"
		}
		return words
	}
	seat := call("reserve_seat", map[string]string{"train_id": best.ID, "passenger": facts["passenger"]})
	key := seat.Name + canonical(seat.Arguments)
	switch {
	case done[key] != "":
		var booking struct {
			Reference string `json:"booking_reference"`
		}
		_ = json.Unmarshal([]byte(done[key]), &booking)
		words.Text += " The seat is reserved under " + booking.Reference + "."
		return words
	case failed[key] != nil:
		words.Text += " The seat could not be reserved: the train is sold out."
		return words
	}
	reply.Thought = "The trains are known now, so I take the cheapest one that the look-up returned."
	reply.Calls = []ToolCall{seat}
	return reply
}

func playTool(m *ToolMaterial) ToolReply {
	reply := ToolReply{Facts: []NotedFact{}}
	if m.Failure != nil {
		reply.Error = &ToolError{m.Failure.Code, "request failed"}
		return reply
	}
	var arguments map[string]string
	_ = json.Unmarshal(m.Arguments, &arguments)
	switch m.Function.Name {
	case "find_trains":
		number := len(arguments["origin"]) + len(arguments["destination"]) + int(("2025-01-01" + arguments["date"])[len(arguments["date"])+9]-'0')
		reply.Result = json.RawMessage(fmt.Sprintf(`{"trains":[{"train_id":"IC%d","departure":"07:40","fare":58.5},{"train_id":"IC%d","departure":"11:05","fare":41.25}]}`, 200+number, 300+number))
	case "get_forecast":
		reply.Result = json.RawMessage(fmt.Sprintf(`{"city":%q,"sky":"mostly clear","high":23}`, arguments["city"]))
	case "reserve_seat":
		reply.Result = json.RawMessage(`{"booking_reference":"QX7RT2","seat":"14B"}`)
		reply.Facts = append(reply.Facts, NotedFact{arguments["train_id"], "seat 14B", json.RawMessage(`"taken"`)})
	}
	return reply
}

// play runs one conversation.
func (a *actors) play(t *testing.T, seed uint64, o ConverseOptions) (*Trajectory, *teach.Asker, error) {
	t.Helper()
	teacher, _ := a.teacher(t)
	task, box := journey()
	if a.reads {
		box.Functions[2].Effect = button.EffectRead
	}
	asker := teacher.For(seed)
	if o.Today == "" {
		o.Today = today
	}
	trajectory, err := Converse(context.Background(), asker, task, box, o)
	return trajectory, asker, err
}

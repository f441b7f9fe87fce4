package buttonbench

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/world"
)

// spareTurns is how many assistant turns beyond the plan's number of calls a
// model may take in one user turn before the episode ends.
const spareTurns = 8

// mostCalls bounds the calls of one assistant message that are carried out.
const mostCalls = 64

// mostArgumentBytes bounds the arguments of one call.
const mostArgumentBytes = 1 << 20

// episode is one conversation with the model; its calls run in the world.
type episode struct {
	task     *task
	state    *world.State
	foreign  map[*world.World]*world.State
	messages []button.Message
	turn     int      // user turn
	steps    int      // assistant turns with calls in this user turn
	waves    int      // assistant turns with calls in all
	answers  []string // one a finished user turn
	said     []string // the answers and the words beside calls
	calls    []attempt
	over     bool
	ending   string // why it ended early, "" otherwise
	broken   error  // the world misbehaved
}

// Next implements eval.Episode.
func (e *episode) Next() (llm.Request, bool) {
	if e.over {
		return llm.Request{}, false
	}
	request := llm.Request{Messages: e.messages, Tools: e.task.record.Tools}
	if !e.task.record.ParallelToolCalls {
		off := false
		request.ParallelToolCalls = &off
	}
	return request, true
}

// Observe implements eval.Episode.
func (e *episode) Observe(reply *llm.Reply) {
	if len(reply.Calls) == 0 {
		if reading := reply.Reading; reading != nil && reading.Outcome == "malformed" {
			// The model wrote a call that nobody can read: a fault of its own.
			e.calls = append(e.calls, attempt{made: eval.Made{Turn: e.waves, Problem: eval.FaultMalformed, Detail: reading.Detail}, written: reply.Content})
		}
		e.answer(reply)
		return
	}
	message := button.Message{Role: button.RoleAssistant, Content: reply.Content, Reasoning: reply.Reasoning}
	e.said = append(e.said, reply.Content)
	var results []button.Message
	for i, call := range reply.Calls {
		if i >= mostCalls {
			e.ending = fmt.Sprintf("more than %d calls in one message", mostCalls)
			e.over = true
			return
		}
		id := call.ID
		if id == "" {
			id = fmt.Sprintf("call%05d", len(e.calls))
		}
		result := e.call(call)
		message.ToolCalls = append(message.ToolCalls, button.Call{ID: id, Name: call.Name, Arguments: eval.ArgumentsInHistory(call.Arguments)})
		results = append(results, button.Message{Role: button.RoleTool, ToolCallID: id, Name: call.Name, Content: result})
	}
	e.waves++
	e.messages = append(append(e.messages, message), results...)
	if e.steps++; e.steps > len(e.task.record.Plan.Nodes)+spareTurns {
		e.ending, e.over = "too many turns without an answer", true
	}
}

func (e *episode) answer(reply *llm.Reply) {
	e.answers, e.said = append(e.answers, reply.Content), append(e.said, reply.Content)
	e.turn++
	e.steps = 0
	if e.turn >= len(e.task.users) {
		e.over = true
		return
	}
	e.messages = append(e.messages, button.Message{Role: button.RoleAssistant, Content: reply.Content, Reasoning: reply.Reasoning}, e.task.users[e.turn])
}

// call carries out one call and returns what the model gets to see.
func (e *episode) call(call llm.RawCall) string {
	done := attempt{made: eval.Made{Turn: e.waves, Name: call.Name}, written: call.Arguments, own: e.task.owners[call.Name] == e.task.world}
	done.result = e.execute(call, &done)
	e.calls = append(e.calls, done)
	return done.result
}

func (e *episode) execute(call llm.RawCall, done *attempt) string {
	made := &done.made
	refuse := func(problem, code, detail string) string {
		made.Problem, made.Detail = problem, detail
		text, _ := json.Marshal(map[string]string{"error": code, "message": detail})
		return string(text)
	}
	arguments := call.Arguments
	if arguments == "" {
		arguments = "{}" // several servers send nothing for no arguments
	}
	members, err := button.ParseMembers([]byte(arguments))
	if len(arguments) > mostArgumentBytes {
		err = fmt.Errorf("longer than %d bytes", mostArgumentBytes)
	}
	if err != nil {
		return refuse(eval.FaultMalformed, "malformed_arguments", fmt.Sprintf("the arguments of %.80q are not a JSON object: %v", call.Name, err))
	}
	made.Arguments = members.AppendJSON(nil)
	state := e.stateFor(call.Name)
	if state == nil {
		return refuse(eval.FaultUnknown, "unknown_function", fmt.Sprintf("there is no function %.80q", call.Name))
	}
	outcome, err := state.CallJSON(call.Name, made.Arguments)
	if err != nil {
		e.broken, e.over = err, true
		return refuse("", "internal", "the environment failed")
	}
	done.ok = outcome.Failure == nil
	if failure := outcome.Failure; failure != nil {
		switch failure.Code {
		case world.InvalidArguments:
			made.Problem, made.Detail = eval.FaultInvalid, failure.Message
			if typeMismatch(e.function(call.Name), made.Arguments) {
				made.Problem = eval.FaultInvalidType
			}
		case world.UnknownFunction:
			made.Problem, made.Detail = eval.FaultUnknown, failure.Message
		}
	}
	return string(outcome.JSON)
}

// function is a function on the task's list, or nil.
func (e *episode) function(name string) *world.Function {
	if owner := e.task.owners[name]; owner != nil {
		return owner.Function(name)
	}
	return nil
}

// stateFor is the state in which a function on the list runs: the task's own
// world's, or one of another world; nil for a function that is not listed.
func (e *episode) stateFor(name string) *world.State {
	owner := e.task.owners[name]
	if owner == nil {
		return nil
	}
	if owner == e.task.world {
		return e.state
	}
	if e.foreign[owner] == nil {
		e.foreign[owner] = e.task.foreign[owner].Fork()
	}
	return e.foreign[owner]
}

// schemaNode is what typeMismatch needs of a JSON Schema.
type schemaNode struct {
	Type       string                `json:"type"`
	Properties map[string]schemaNode `json:"properties"`
	Items      *schemaNode           `json:"items"`
}

// typeMismatch reports whether an argument, or a part of one, has another JSON
// type than its parameter's schema says.
func typeMismatch(function *world.Function, arguments json.RawMessage) bool {
	if function == nil {
		return false
	}
	var schema schemaNode
	decoder := json.NewDecoder(bytes.NewReader(arguments))
	decoder.UseNumber()
	var given any
	return json.Unmarshal(function.Parameters(), &schema) == nil && decoder.Decode(&given) == nil && schema.mismatch(given)
}

func (s *schemaNode) mismatch(value any) bool {
	if s.Type != "" && jsonType(value) != s.Type && !(s.Type == "number" && jsonType(value) == "integer") {
		return true
	}
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			if property, ok := s.Properties[name]; ok && property.mismatch(inner) {
				return true
			}
		}
	case []any:
		for _, item := range value {
			if s.Items != nil && s.Items.mismatch(item) {
				return true
			}
		}
	}
	return false
}

func jsonType(value any) string {
	switch value := value.(type) {
	case string:
		return "string"
	case json.Number:
		if eval.IsWhole(value.String()) {
			return "integer"
		}
		return "number"
	case bool:
		return "boolean"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	}
	return "null"
}

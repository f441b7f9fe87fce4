package buttonbench

import (
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
	made     []eval.Made
	calls    []eval.CallRecord
	results  []string
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
		e.answer(reply)
		return
	}
	message := button.Message{Role: button.RoleAssistant, Content: reply.Content, Reasoning: reply.Reasoning}
	var results []button.Message
	for i, call := range reply.Calls {
		if i >= mostCalls {
			e.ending = fmt.Sprintf("more than %d calls in one message", mostCalls)
			e.over = true
			return
		}
		id := call.ID
		if id == "" {
			id = fmt.Sprintf("call%05d", len(e.made))
		}
		result := e.call(call)
		message.ToolCalls = append(message.ToolCalls, button.Call{ID: id, Name: call.Name, Arguments: json.RawMessage(call.Arguments)})
		results = append(results, button.Message{Role: button.RoleTool, ToolCallID: id, Name: call.Name, Content: result})
	}
	e.waves++
	e.messages = append(append(e.messages, message), results...)
	if e.steps++; e.steps > len(e.task.record.Plan.Nodes)+spareTurns {
		e.ending, e.over = "too many turns without an answer", true
	}
}

func (e *episode) answer(reply *llm.Reply) {
	e.answers = append(e.answers, reply.Content)
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
	made := eval.Made{Turn: e.waves, Name: call.Name}
	result := e.execute(call, &made)
	e.made = append(e.made, made)
	e.results = append(e.results, result)
	e.calls = append(e.calls, eval.CallRecord{Name: call.Name, Arguments: call.Arguments, Result: result, Turn: e.waves})
	return result
}

func (e *episode) execute(call llm.RawCall, made *eval.Made) string {
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

// listed reports whether the task offers a function.
func (e *episode) listed(name string) bool {
	for _, tool := range e.task.record.Tools {
		if tool.Name == name {
			return true
		}
	}
	return false
}

func (e *episode) function(name string) *world.Function {
	if function := e.task.world.Function(name); function != nil {
		return function
	}
	if owner, ok := e.task.bench.owner(name); ok {
		return owner.Function(name)
	}
	return nil
}

// stateFor is the state in which a function runs: the task's own world's, or one
// of another world whose functions stand in the list.
func (e *episode) stateFor(name string) *world.State {
	if !e.listed(name) {
		return nil
	}
	if e.task.world.Function(name) != nil {
		return e.state
	}
	owner, _ := e.task.bench.owner(name)
	if e.foreign[owner] == nil {
		start := e.task.foreign[owner]
		if start == nil {
			return nil
		}
		e.foreign[owner] = start.Fork()
	}
	return e.foreign[owner]
}

// typeMismatch reports whether an argument has another JSON type than its
// parameter's schema says.
func typeMismatch(function *world.Function, arguments json.RawMessage) bool {
	if function == nil {
		return false
	}
	var schema struct {
		Properties map[string]struct {
			Type string `json:"type"`
		} `json:"properties"`
	}
	var given map[string]any
	if json.Unmarshal(function.Parameters(), &schema) != nil || json.Unmarshal(arguments, &given) != nil {
		return false
	}
	for name, value := range given {
		property, ok := schema.Properties[name]
		if ok && property.Type != "" && jsonType(value) != property.Type && !(property.Type == "integer" && jsonType(value) == "number") {
			return true
		}
	}
	return false
}

func jsonType(value any) string {
	switch value.(type) {
	case string:
		return "string"
	case float64:
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

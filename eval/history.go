package eval

import (
	"encoding/json"

	"github.com/buttonbench/button"
)

// ArgumentsInHistory is a call's arguments as a conversation goes on with them.
// Text that is no JSON object becomes an empty one: servers refuse a history that
// they cannot parse (llama.cpp answers 500, again and again), and the call's result
// tells the model.
func ArgumentsInHistory(arguments string) json.RawMessage {
	if members, err := button.ParseMembers([]byte(arguments)); err == nil {
		return members.AppendJSON(nil)
	}
	return json.RawMessage("{}")
}

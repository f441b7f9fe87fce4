package quality

import (
	"bytes"
	"encoding/json"
	"errors"

	internalschema "github.com/buttonbench/button/internal/schema"
	"github.com/buttonbench/button/internal/world"
)

// schema decodes every call's arguments and checks them and the results against
// the schemas that the function declares.
func (c *check) schema() error {
	for i := range c.calls {
		made := &c.calls[i]
		if made.function == c.verifier.nothing {
			continue
		}
		compiled, err := made.function.compiled()
		if err != nil {
			return err
		}
		arguments, err := made.function.DecodeArguments(made.Arguments)
		switch {
		case err != nil:
			c.report("arguments", made.message, compact(made.Arguments), "%s: %v", made.Name, err)
		case !bytes.Equal(made.function.EncodeArguments(arguments), made.Arguments):
			c.report("canonical", made.message, compact(made.Arguments), "the arguments of %s are not in canonical form", made.Name)
			made.arguments = arguments
		default:
			made.arguments = arguments
		}
		if err := c.against(compiled.parameters, "arguments", made.message, made.Arguments); err != nil {
			return err
		}
		if made.result < 0 {
			continue
		}
		content := []byte(c.record.Messages[made.result].Content)
		if _, _, failed := failure(content); failed {
			continue
		}
		if err := c.against(compiled.result, "result", made.result, content); err != nil {
			return err
		}
	}
	return nil
}

func (c *check) against(schema *internalschema.Schema, detail string, message int, document []byte) error {
	violations, err := schema.Validate(document)
	if err != nil && !errors.Is(err, internalschema.ErrDocument) {
		return err
	}
	if err != nil {
		c.report(detail, message, compact(document), "%v", err)
	}
	for _, violation := range violations {
		c.report(detail, message, compact(document), "%s", violation)
	}
	return nil
}

// failure reads a result that is an error.
func failure(content []byte) (code, text string, failed bool) {
	if !bytes.HasPrefix(content, []byte(`{"error":`)) {
		return "", "", false
	}
	var read struct{ Error, Message string }
	if json.Unmarshal(content, &read) != nil || read.Error == "" {
		return "", "", false
	}
	return read.Error, read.Message, true
}

// replay executes the calls again, in the order of the messages, and compares
// every byte.
func (c *check) replay() error {
	if c.record.Meta.StateBefore != c.start.hash {
		c.report("state_before", -1, c.record.Meta.StateBefore, "the start state of seed %d has the hash %s", c.record.Meta.StateSeed, c.start.hash)
	}
	state := c.start.Fork()
	whole := true
	for i := range c.calls {
		made := &c.calls[i]
		if made.node != nil && !bytes.Equal(made.node.Arguments, made.Arguments) {
			c.report("arguments", made.message, compact(made.node.Arguments), "node %s has other arguments than its call", made.node.ID)
		}
		if made.result < 0 || made.arguments == nil {
			whole = false
			continue
		}
		c.disorder(state, i)
		outcome, err := state.Call(made.function.Function, made.arguments)
		if err != nil {
			// No world gave such a result: the record is wrong, or was made in a world
			// that breaks its own rules on these arguments.
			c.report("fault", made.message, compact(made.Arguments), "%v", err)
			whole = false
			continue
		}
		made.outcome = outcome
		if content := c.record.Messages[made.result].Content; content != string(outcome.JSON) {
			c.report("result", made.result, content, "%s returns %s", made.Name, compact(outcome.JSON))
			made.outcome = decodeResult(made.function.Function, []byte(content))
		}
	}
	after := c.start.hash
	if writing(c.calls) {
		after = state.Hash()
	}
	if whole && c.record.Meta.StateAfter != after {
		c.report("state_after", -1, c.record.Meta.StateAfter, "the state after all calls has the hash %s", after)
	}
	return nil
}

// decodeResult reads a recorded result that execution does not confirm, so that
// later rules can judge the record by its own words. What cannot be read is left
// out.
func decodeResult(f *world.Function, content []byte) *world.Outcome {
	outcome := &world.Outcome{JSON: content}
	if code, text, failed := failure(content); failed {
		outcome.Failure = &world.Failure{Code: code, Message: text}
		return outcome
	}
	var whole map[string]json.RawMessage
	if json.Unmarshal(content, &whole) != nil {
		return outcome
	}
	outcome.Fields = decodeFields(f.Fields, whole)
	var items []map[string]json.RawMessage
	if f.List != "" && json.Unmarshal(whole[f.List], &items) == nil {
		for _, item := range items {
			outcome.Items = append(outcome.Items, decodeFields(f.Items, item))
		}
	}
	return outcome
}

func decodeFields(fields []*world.Field, members map[string]json.RawMessage) map[string]world.Value {
	values := map[string]world.Value{}
	for _, field := range fields {
		if raw := member(members, field.Path); raw != nil {
			if value, err := field.Type.Decode(raw); err == nil {
				values[field.Path] = value
			}
		}
	}
	return values
}

// member finds a value by its path: "fee" or "address.city".
func member(members map[string]json.RawMessage, path string) json.RawMessage {
	for i := range len(path) {
		if path[i] == '.' {
			var inner map[string]json.RawMessage
			if json.Unmarshal(members[path[:i]], &inner) != nil {
				return nil
			}
			return member(inner, path[i+1:])
		}
	}
	return members[path]
}

package quality

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/grounding"
	"github.com/buttonbench/button/internal/schema"
)

// An imported record has neither a plan nor a world, and nobody promised that it
// holds anything. It is judged by what its messages and tools say alone, one rule for
// each way in which foreign datasets are known to be broken. A conversation may end
// with calls: in datasets of single turns these are what is to be learnt.

// Bounds on an imported record, beside those on results.
const (
	mostImportedMessages = 2000
	mostImportedText     = 1 << 20
	mostImportedCalls    = 1000
	// mostCompared bounds the bytes that are gone over to find where arguments and
	// answers come from.
	mostCompared = 16 << 20
)

// importedStructure fills the check and wants a conversation of possible form.
func (c *check) importedStructure() error {
	c.plan, c.ended = &button.Plan{}, true
	size := 0
	for i := range c.record.Messages {
		size += len(c.record.Messages[i].Content) + len(c.record.Messages[i].Reasoning)
	}
	if len(c.record.Messages) > mostImportedMessages || size > mostImportedText || len(c.record.Tools) > mostTools {
		c.report("size", -1, "", "%d messages, %d bytes of text and %d tools are more than can be checked", len(c.record.Messages), size, len(c.record.Tools))
		return nil
	}
	last := len(c.record.Messages) - 1
	open := last >= 0 && c.record.Messages[last].Role == button.RoleAssistant && len(c.record.Messages[last].ToolCalls) > 0
	for _, problem := range c.record.Validate() {
		if open && problem.Message == last && (problem.Rule == "ending" || problem.Rule == "unanswered_call") {
			continue
		}
		c.report(problem.Rule, problem.Message, "", "%s", problem.Text)
	}
	c.identity()
	if c.record.Origin == nil {
		c.report("origin", -1, "", "an imported record says where it comes from")
	}
	if err := c.importedTools(); err != nil {
		return err
	}
	c.reader = grounding.On(c.statedDay())
	c.read = make([]*grounding.Text, len(c.record.Messages))
	c.importedCalls()
	c.ended = false
	return nil
}

// writtenDate finds a date with its year: 2025-06-01, 1 June 2025, June 1st, 2025.
var writtenDate = regexp.MustCompile(`\b(?:(\d{4}-\d{2}-\d{2})|(\d{1,2})(?:st|nd|rd|th)? ([A-Z][a-z]{2})[a-z]*,? (\d{4})|([A-Z][a-z]{2})[a-z]* (\d{1,2})(?:st|nd|rd|th)?,? (\d{4}))\b`)

// statedDay is the day that the system prompt names, as 2006-01-02, or nothing.
func (c *check) statedDay() string {
	if len(c.record.Messages) == 0 || c.record.Messages[0].Role != button.RoleSystem {
		return ""
	}
	found := writtenDate.FindStringSubmatch(c.record.Messages[0].Content)
	switch {
	case found == nil:
		return ""
	case found[1] != "":
		return found[1]
	}
	day, err := time.Parse("2 Jan 2006", found[2]+found[6]+" "+found[3]+found[5]+" "+found[4]+found[7])
	if err != nil {
		return ""
	}
	return day.Format(time.DateOnly)
}

// importedTools compiles the tools' parameters. Nothing says what other members of a
// foreign tool mean.
func (c *check) importedTools() error {
	c.declared = map[string]*declaredTool{}
	for i := range c.record.Tools {
		tool := &c.record.Tools[i]
		if c.declared[tool.Name] != nil {
			continue // reported as listed twice
		}
		declared := &declaredTool{}
		c.declared[tool.Name] = declared
		if !identifier(tool.Name) {
			c.report("function_name", -1, tool.Name, "a function's name has up to 64 letters, digits and underscores; endpoints and trainers refuse others")
		}
		var err error
		if declared.parameters, err = c.compiled(tool.Name, "parameters", tool.Parameters); err != nil {
			return err
		}
		if value, err := schema.Decode(tool.Parameters); err == nil {
			declared.defaults = value
		}
	}
	return nil
}

// importedCalls collects the calls with their results.
func (c *check) importedCalls() {
	byID := map[string]int{}
	for i := range c.record.Messages {
		message := &c.record.Messages[i]
		switch message.Role {
		case button.RoleUser:
			c.turns = append(c.turns, turn{request: i, answer: -1})
		case button.RoleAssistant:
			if len(message.ToolCalls) == 0 && len(c.turns) > 0 {
				c.turns[len(c.turns)-1].answer = i
			}
			for k := range message.ToolCalls {
				if len(c.calls) == mostImportedCalls {
					c.report("size", i, "", "more than %d calls: the rest is not checked", mostImportedCalls)
					return
				}
				byID[message.ToolCalls[k].ID] = len(c.calls)
				c.calls = append(c.calls, call{Call: &message.ToolCalls[k], message: i, result: -1, turn: len(c.turns) - 1, function: c.verifier.nothing, outcome: &c.empty})
			}
		case button.RoleTool:
			if k, known := byID[message.ToolCallID]; known && c.calls[k].result < 0 {
				c.calls[k].result = i
			}
		}
	}
	for i := range c.calls {
		c.importedValues(&c.calls[i])
	}
}

// importedValues decodes a call's arguments and result.
func (c *check) importedValues(made *call) {
	made.invented.unread = made.FunctionExtra.Get("unreadable_arguments") != nil
	arguments, err := schema.Decode(made.Arguments)
	if err != nil && !made.invented.unread {
		c.report("arguments", made.message, compact(made.Arguments), "the arguments of %s: %v", made.Name, err)
		made.invented.unread = true
	}
	made.invented.arguments = arguments
	said := grounding.Flatten(made.Arguments)
	for _, member := range made.FunctionExtra {
		said += grounding.Flatten(member.Value) // such as names for what it returns
	}
	made.invented.said = c.reader.Read(said)
	if made.result < 0 {
		return
	}
	content := []byte(c.record.Messages[made.result].Content)
	if made.invented.failed = foreignFailure(content); made.invented.failed {
		return
	}
	value, err := schema.Decode(content)
	if err != nil {
		value = string(content)
	}
	made.invented.result = value
	if c.leaves < mostLeaves {
		made.invented.leaves = leavesOf(value)
		c.leaves += len(made.invented.leaves)
	}
}

// foreignFailure reports whether a result says that its call failed.
func foreignFailure(content []byte) bool {
	var read struct {
		Error  json.RawMessage `json:"error"`
		Status json.RawMessage `json:"status"`
	}
	var mismatch *json.UnmarshalTypeError
	if err := json.Unmarshal(content, &read); err != nil && !errors.As(err, &mismatch) {
		return strings.HasPrefix(strings.ToLower(strings.TrimSpace(string(content))), "error")
	}
	switch string(read.Error) {
	case "", "null", "false", `""`, "0":
		status := strings.ToLower(string(read.Status))
		return status == `"error"` || status == `"failed"` || status == `"failure"`
	}
	return true
}

// importFaults tells what the importer found.
func (c *check) importFaults() error {
	if c.record.Origin == nil {
		return nil
	}
	for _, fault := range c.record.Origin.Faults {
		c.report(fault.Rule, fault.Message, fault.Span, "%s", fault.Text)
	}
	return nil
}

// importedSchema checks arguments against what the functions declare.
func (c *check) importedSchema() error {
	for i := range c.calls {
		made := &c.calls[i]
		declared := c.declared[made.Name]
		if declared == nil || made.invented.unread {
			continue
		}
		if declared.parameters != nil {
			if err := c.foreignArguments(made, declared.parameters); err != nil {
				return err
			}
		}
		c.unknownArguments(made, declared)
	}
	return nil
}

// foreignArguments validates a call's arguments. What breaks a format alone ("10:00"
// is no time as JSON Schema has it, which wants seconds) is told apart: most readers
// take formats for a remark.
func (c *check) foreignArguments(made *call, parameters *schema.Schema) error {
	violations, err := parameters.Validate(made.Arguments)
	if err != nil && !errors.Is(err, schema.ErrDocument) {
		return err
	}
	if err != nil {
		c.report("arguments", made.message, compact(made.Arguments), "%v", err)
	}
	for _, violation := range violations {
		detail := "arguments"
		if violation.Rule == "format" {
			detail = "format"
		}
		c.report(detail, made.message, compact(made.Arguments), "%s", violation)
	}
	return nil
}

// unknownArguments reports arguments that are no parameters, unless the schema leaves
// open which there are. Null in such a place is what Arrow fills in for members that
// other records have.
func (c *check) unknownArguments(made *call, declared *declaredTool) {
	arguments, _ := made.invented.arguments.(map[string]any)
	parameters, _ := declared.defaults.(map[string]any)
	for _, open := range []string{"additionalProperties", "patternProperties", "$ref", "allOf", "anyOf", "oneOf"} {
		if value, there := parameters[open]; there && value != false {
			return
		}
	}
	if parameters["additionalProperties"] == false {
		return // reported as a breach of the schema
	}
	properties, _ := parameters["properties"].(map[string]any)
	for _, name := range sortedNames(arguments) {
		_, known := properties[name]
		switch {
		case known:
		case arguments[name] == nil:
			c.report("null", made.message, name, "null for something that is no parameter of %s", made.Name)
		default:
			c.report("parameter", made.message, name, "%s has no such parameter", made.Name)
		}
	}
}

package quality

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/grounding"
	"github.com/buttonbench/button/internal/schema"
)

// A simulated record, whose results a model invented, has to hold this beyond what
// every record holds:
//
//   - Meta.Teacher and Meta.Today (2006-01-02); no world, no state, no skeleton.
//   - In a tool's FunctionExtra perhaps MemberResponses and MemberErrors.
//   - A failed call's result {"error":CODE,"message":TEXT}, as worlds write it.
//   - One source for each leaf of the arguments, or for a list or object as a whole;
//     empty lists and objects need none. A path without a transform takes what stands
//     there; with "[]" for a position, the list of all.
//   - A condition edge from a failed call to the call that tries it again.
//   - Plan.Mentions for all words of the user that arguments come from, Plan.Answers as
//     AnswerSources finds them, and no goals, which nothing could prove.

// The members of a simulated tool's function beside the usual ones.
const (
	// MemberResponses is the JSON Schema of the result.
	MemberResponses = "responses"
	// MemberErrors is a list of {"code":...,"when":...}, the ways in which the
	// function may fail.
	MemberErrors = "errors"
)

// Bounds on a simulated record, beside those on all.
const (
	mostLiterals = 400  // in thoughts and answers together
	mostLeaves   = 4000 // of all arguments and results together
)

// simulated is what the check of a simulated record knows beside the rest.
type simulated struct {
	declared  map[string]*declaredTool
	reader    grounding.Reader
	read      []*grounding.Text // by message, nil until asked for
	toolWords *grounding.Text   // all that the tools say of themselves
	literals  int               // looked at so far
	leaves    int               // of results, collected so far
	compared  int               // bytes gone over to find sources, of an imported record
	lowered   []string          // contents in small letters, made when first needed
}

// declaredTool is a tool with its schemas ready for use.
type declaredTool struct {
	parameters, responses *schema.Schema // nil without one
	defaults              any            // the parameters, decoded
	errors                map[string]bool
	effect                string // of the first node
}

// invented is a call's arguments and result as JSON values.
type invented struct {
	arguments any
	result    any             // a text that is no JSON is a string; nil for a failure
	leaves    []leaf          // of the result
	given     []leaf          // of the arguments
	said      *grounding.Text // the arguments as a text
	failed    bool
	code      string // of a failure
	unread    bool   // the arguments of an imported call cannot be read
}

// simulatedStructure fills the check and proves that the parts of a simulated
// record fit together.
func (c *check) simulatedStructure() error {
	if !c.begin() {
		return nil
	}
	if err := c.declarations(); err != nil {
		return err
	}
	c.origin()
	c.conversation()
	c.nodes()
	c.effects()
	c.edges()
	c.goals()
	c.spans()
	c.read = make([]*grounding.Text, len(c.record.Messages))
	c.ended = c.readCalls()
	return nil
}

// origin wants the meta of a record that a teacher made, in no world.
func (c *check) origin() {
	meta := c.record.Meta
	if meta.World != "" || meta.WorldHash != "" || meta.StateBefore != "" || meta.StateAfter != "" || meta.StateSeed != 0 || meta.Skeleton != "" {
		c.report("mode", -1, meta.World, "a simulated record plays in no world; one that does is %s or %s", button.ModeConstructed, button.ModeHybrid)
	}
	if meta.Teacher == "" {
		c.report("teacher", -1, "", "a simulated record names the model that invented it")
	}
	if _, err := time.Parse(time.DateOnly, meta.Today); err != nil {
		c.report("today", -1, meta.Today, "a record plays on a day, written as 2006-01-02")
	}
	c.today = meta.Today
	c.reader = grounding.On(meta.Today)
	if first := c.record.Messages; len(first) > 0 && first[0].Role == button.RoleSystem &&
		strings.Contains(strings.ToLower(first[0].Content), "today") && !(grounding.Reader{}).Says(first[0].Content, encode(meta.Today)) {
		c.report("today", 0, meta.Today, "the system prompt names another day than the record plays on")
	}
}

// declarations compiles the tools.
func (c *check) declarations() error {
	c.declared = map[string]*declaredTool{}
	for i := range c.record.Tools {
		tool := &c.record.Tools[i]
		declared := &declaredTool{}
		c.declared[tool.Name] = declared
		if !identifier(tool.Name) || tool.Description == "" || len(tool.Extra) > 0 {
			c.report("tool", -1, tool.Name, "a tool has a name of up to 64 letters, digits and underscores, a description, and no members beside")
		}
		if tool.Parameters == nil {
			c.report("tool", -1, tool.Name, "a tool needs parameters")
		}
		var err error
		if declared.parameters, err = c.compiled(tool.Name, "parameters", tool.Parameters); err != nil {
			return err
		}
		if value, err := schema.Decode(tool.Parameters); err == nil {
			declared.defaults = value
		}
		for _, member := range tool.FunctionExtra {
			switch member.Name {
			case "strict":
			case MemberResponses:
				if declared.responses, err = c.compiled(tool.Name, member.Name, member.Value); err != nil {
					return err
				}
			case MemberErrors:
				c.declareErrors(tool.Name, declared, member.Value)
			default:
				c.report("tool", -1, member.Name, "a member that functions do not have")
			}
		}
	}
	return nil
}

// compiled compiles a schema; nil for one that is absent or reported.
func (c *check) compiled(tool, what string, raw json.RawMessage) (*schema.Schema, error) {
	if raw == nil {
		return nil, nil
	}
	compiled, err := c.verifier.compiler.Compile(raw)
	if errors.Is(err, schema.ErrInternal) {
		return nil, err
	}
	if err != nil {
		c.report("tool", -1, tool, "the %s of %s: %v", what, tool, err)
		return nil, nil
	}
	return compiled, nil
}

func (c *check) declareErrors(tool string, declared *declaredTool, raw json.RawMessage) {
	var list []struct{ Code, When string }
	if json.Unmarshal(raw, &list) != nil {
		c.report("tool", -1, tool, "the errors of a function are a list of objects with code and when")
		return
	}
	declared.errors = map[string]bool{}
	for _, one := range list {
		if one.Code == "" || declared.errors[one.Code] {
			c.report("tool", -1, one.Code, "the error codes of %s must be there and differ", tool)
		}
		declared.errors[one.Code] = true
	}
}

// identifier reports whether every trainer and endpoint takes a text as the name of
// a function.
func identifier(name string) bool {
	for i := range len(name) {
		letter := name[i] == '_' || 'a' <= name[i] && name[i] <= 'z' || 'A' <= name[i] && name[i] <= 'Z'
		if !letter && (i == 0 || name[i] < '0' || name[i] > '9') {
			return false
		}
	}
	return name != "" && len(name) <= 64
}

// effects wants one of the three effects, the same for all calls of a function.
func (c *check) effects() {
	for i := range c.plan.Nodes {
		node := &c.plan.Nodes[i]
		if !slices.Contains([]string{button.EffectPure, button.EffectRead, button.EffectWrite}, node.Effect) {
			c.report("effect", -1, node.Effect, "node %s: an unknown effect", node.ID)
		}
		declared := c.declared[node.Function]
		if declared == nil {
			continue // reported as a call of an unknown function
		}
		if declared.effect == "" {
			declared.effect = node.Effect
		} else if declared.effect != node.Effect {
			c.report("effect", -1, node.Effect, "node %s: another call of %s has the effect %q", node.ID, node.Function, declared.effect)
		}
	}
}

// readCalls decodes arguments and results. It is true if there are more results
// than any honest record has.
func (c *check) readCalls() bool {
	for i := range c.calls {
		made := &c.calls[i]
		if made.node != nil && canonicalJSON(made.node.Arguments) != canonicalJSON(made.Arguments) {
			c.report("arguments", made.message, compact(made.node.Arguments), "node %s has other arguments than its call", made.node.ID)
		}
		arguments, err := schema.Decode(made.Arguments)
		if err != nil {
			c.report("arguments", made.message, compact(made.Arguments), "the arguments of %s: %v", made.Name, err)
		}
		made.invented.arguments = arguments
		made.invented.given = leavesOf(arguments)
		made.invented.said = c.reader.Read(grounding.Flatten(made.Arguments))
		if made.result < 0 {
			continue
		}
		content := []byte(c.record.Messages[made.result].Content)
		if code, _, failed := failure(content); failed {
			made.invented.failed, made.invented.code = true, code
			continue
		}
		value, err := schema.Decode(content)
		if err != nil {
			value = string(content)
		}
		made.invented.result = value
		made.invented.leaves = leavesOf(value)
		if c.leaves += len(made.invented.leaves) + len(made.invented.given); c.leaves > mostLeaves {
			c.report("size", made.result, "", "arguments and results are far larger than any that can be made")
			return true
		}
	}
	return false
}

// reader is a check that has read a record's messages.
func reader(record *button.Record) *check {
	c := &check{verifier: &Verifier{nothing: &functionIndex{}}, record: record, plan: record.Plan}
	if c.plan == nil {
		c.plan = &button.Plan{}
	}
	if record.Meta != nil {
		c.reader = grounding.On(record.Meta.Today)
	}
	c.read = make([]*grounding.Text, len(record.Messages))
	c.conversation()
	c.readCalls()
	return c
}

package simulated

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/schema"
)

// mostVainDistractors bounds how many siblings are given up before
// WriteDistractors has to do with fewer.
const mostVainDistractors = 3

// respects are the ways in which a distractor differs from the function that it
// stands beside.
func respects() []string {
	return []string{
		"the object: the same action on another kind of thing",
		"the direction: the way back, or the other way round",
		"the time: what was, what is to come, or what recurs",
		"the permission: for owners, operators or staff of the thing, not for its users",
		"the scope: a whole group or account, not the single thing",
		"the stage: before or after the step that the function takes",
	}
}

// WriteDistractors adds n functions to a toolbox that are easily confused with
// those that the tasks take and cannot do their work. Fewer are added where the
// teacher brings no more. The error is never a *teach.Refusal.
func WriteDistractors(ctx context.Context, asker *teach.Asker, box *Toolbox, n int) error {
	if len(box.Functions) == 0 {
		return nil
	}
	random := asker.Random("distractors")
	schemas := new(schema.Compiler)
	for vain := 0; len(box.Distractors) < n && vain < mostVainDistractors; {
		original := &box.Functions[random.IntN(len(box.Functions))]
		ways := respects()
		material := &DistractorMaterial{Function: formOf(original), Respect: ways[random.IntN(len(ways))], Taken: box.names()}
		reply, err := teach.Ask(ctx, asker, StageDistractor, material, func(reply *DistractorReply) []teach.Violation {
			return checkDistractor(schemas, box, &reply.Function)
		})
		var refusal *teach.Refusal
		switch {
		case errors.As(err, &refusal):
			vain++
		case err != nil:
			return err
		default:
			box.Distractors = append(box.Distractors, functionOf(&reply.Function))
		}
	}
	return nil
}

func (b *Toolbox) names() []string {
	var names []string
	for _, list := range [][]Function{b.Functions, b.Distractors} {
		for i := range list {
			names = append(names, list[i].Tool.Name)
		}
	}
	return names
}

func functionOf(form *FunctionForm) Function {
	return Function{
		Tool:    button.Tool{Name: form.Name, Description: form.Description, Parameters: compacted(form.Parameters)},
		Returns: compacted(form.Returns), Errors: form.Errors, Effect: form.Effect,
	}
}

var functionName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_.]{0,63}$`)

func checkDistractor(schemas *schema.Compiler, box *Toolbox, form *FunctionForm) []teach.Violation {
	var found []teach.Violation
	if !functionName.MatchString(form.Name) {
		found = append(found, violation(RuleDistractorName, form.Name, "a name has letters, digits and underscores and begins with a letter"))
	}
	parts := strings.Join(nameParts(form.Name), " ")
	for _, taken := range box.names() {
		if parts == strings.Join(nameParts(taken), " ") {
			found = append(found, violation(RuleDistractorName, form.Name, "the name %s is taken", taken))
		}
	}
	for _, part := range []struct {
		what string
		text json.RawMessage
	}{{"parameters", form.Parameters}, {"returns", form.Returns}} {
		if _, err := schemas.Compile(part.text); err != nil {
			return append(found, violation(RuleDistractorSchema, part.what, "%s: %v", part.what, err))
		}
		if shape := shapeOf(part.text); shape.Type != "object" || len(shape.Properties) == 0 && part.what == "returns" {
			return append(found, violation(RuleDistractorSchema, part.what, "%s is the schema of an object with its properties", part.what))
		}
	}
	for i := range box.Functions {
		if why := serves(form, &box.Functions[i]); why != "" {
			found = append(found, violation(RuleDistractorServes, form.Name, "it can do the work of %s: %s", box.Functions[i].Tool.Name, why))
		}
	}
	return found
}

// objectShape is what a schema of an object says of its members.
type objectShape struct {
	Type       string                     `json:"type"`
	Properties map[string]json.RawMessage `json:"properties"`
	Required   []string                   `json:"required"`
}

func shapeOf(text json.RawMessage) objectShape {
	var shape objectShape
	_ = json.Unmarshal(text, &shape) // what cannot be read has no members
	return shape
}

// serves says why a function could do the work of another: it asks for nothing
// beyond it, and returns all of its fields. It is "" where it could not.
func serves(form *FunctionForm, original *Function) string {
	have, need := shapeOf(form.Parameters), shapeOf(original.Tool.Parameters)
	for _, name := range have.Required {
		if !hasMember(need, name) {
			return ""
		}
	}
	gives, wanted := shapeOf(form.Returns), shapeOf(original.Returns)
	for name := range wanted.Properties {
		if !hasMember(gives, name) {
			return ""
		}
	}
	return fmt.Sprintf("it requires nothing else than %v and returns the same fields", slices.Sorted(slices.Values(have.Required)))
}

// hasMember compares names as people read them: "trainId" is "train_id".
func hasMember(shape objectShape, name string) bool {
	want := strings.Join(nameParts(name), " ")
	for have := range shape.Properties {
		if strings.Join(nameParts(have), " ") == want {
			return true
		}
	}
	return false
}

package simulated

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/grounding"
)

// user asks for the user's next message and takes it into the conversation.
func (c *conversation) user(ctx context.Context, turn userTurn) error {
	material := c.userMaterial(turn)
	reply, err := teach.Ask(ctx, c.asker, StageUser, material, func(reply *UserReply) []teach.Violation {
		return c.o.kept(c.checkUser(turn, material, reply))
	})
	if err != nil {
		return err
	}
	c.hear(turn, reply)
	return nil
}

func (c *conversation) userMaterial(turn userTurn) *UserMaterial {
	m := &UserMaterial{Turn: turn.kind, Persona: c.script.persona, Goal: turn.goal, Say: []Fact{}, Dialogue: c.dialogue(), Today: c.o.Today}
	if turn.kind != TurnOpen {
		m.Persona.MinWords = 1
	}
	for _, fact := range turn.say {
		m.Say = append(m.Say, c.facts[fact])
	}
	if turn.change >= 0 {
		change := c.facts[turn.change]
		m.Change = &change
	}
	return m
}

// hear takes a message of the user into the conversation.
func (c *conversation) hear(turn userTurn, reply *UserReply) {
	at := len(c.turns)
	c.add(Turn{From: button.RoleUser, Text: reply.Message})
	for _, fact := range turn.say {
		c.said[fact] = at + 1
	}
	if turn.change >= 0 && reply.Changed != nil {
		c.facts[turn.change].Value = reply.Changed.Value
		c.said[turn.change] = at + 1
	}
	if turn.kind == TurnCorrect {
		c.corrected, c.pending = at, -1
	}
	c.goal, c.open = turn.goal, slices.Clone(turn.expect)
	for _, task := range turn.expect {
		if !slices.Contains(c.asked, task) {
			c.asked = append(c.asked, task)
		}
	}
}

func (c *conversation) checkUser(turn userTurn, material *UserMaterial, reply *UserReply) []teach.Violation {
	said := c.reader.Read(reply.Message)
	var found []teach.Violation
	found = append(found, c.checkDisclosed(turn, reply, said)...)
	if turn.kind == TurnCorrect {
		found = append(found, c.checkChange(turn.change, reply, said)...)
	} else if reply.Changed != nil {
		found = append(found, violation(RuleUserCorrection, reply.Changed.ID, "no fact is to be changed in this message: \"changed\" is null"))
	}
	found = append(found, c.checkInvented(turn, reply, said)...)
	found = append(found, c.o.checkTidy(reply.Message)...)
	if span := c.technicalWord(reply.Message); span != "" {
		found = append(found, violation(RuleUserTechnical, span, "a person names no function or parameter"))
	}
	if holdsJSON(reply.Message) {
		found = append(found, violation(RuleUserTechnical, reply.Message, "a person writes no JSON"))
	}
	if n := len(strings.Fields(reply.Message)); n < material.Persona.MinWords || n > material.Persona.MaxWords {
		found = append(found, violation(RuleUserLength, "", "the message has %d words, want %d to %d", n, material.Persona.MinWords, material.Persona.MaxWords))
	}
	if reply.Status != StatusContinue {
		found = append(found, violation(RuleUserStatus, reply.Status, "the goal is not reached yet: the status is %q", StatusContinue))
	}
	return found
}

// checkDisclosed wants every fact of the turn said, and none that waits.
func (c *conversation) checkDisclosed(turn userTurn, reply *UserReply, said *grounding.Text) []teach.Violation {
	var found []teach.Violation
	for _, fact := range turn.say {
		known := c.facts[fact]
		// What is true or false is not said by name: the speaker's word counts.
		if !isBool(known.Value) && !said.Says(known.Value) {
			found = append(found, violation(RuleUserDisclosure, known.ID, "the message does not say %s: %s", known.Name, known.Value))
		}
		if !slices.Contains(reply.Disclosed, known.ID) {
			found = append(found, violation(RuleUserDisclosure, known.ID, "%s is not listed as disclosed", known.ID))
		}
	}
	goal := c.reader.Read(turn.goal)
	for fact, known := range c.facts {
		if slices.Contains(turn.say, fact) || c.said[fact] > 0 || fact == turn.change {
			continue
		}
		if slices.Contains(reply.Disclosed, known.ID) || !isBool(known.Value) && said.Says(known.Value) && !goal.Says(known.Value) && !c.saysWith(turn.say, known) {
			found = append(found, violation(RuleUserDisclosure, known.ID, "the message says %s, which is not to be said yet", known.Name))
		}
	}
	return found
}

// saysWith reports whether one of some facts says the value of another.
func (c *conversation) saysWith(facts []int, other Fact) bool {
	return slices.ContainsFunc(facts, func(fact int) bool { return c.reader.Says(grounding.Flatten(c.facts[fact].Value), other.Value) })
}

func (c *conversation) checkChange(change int, reply *UserReply, said *grounding.Text) []teach.Violation {
	old := c.facts[change]
	fault := func(format string, values ...any) []teach.Violation {
		return []teach.Violation{violation(RuleUserCorrection, old.ID, format, values...)}
	}
	switch new := reply.Changed; {
	case new == nil || new.ID != old.ID:
		return fault("the changed fact is %s, with a new value", old.ID)
	case isString(new.Value) != isString(old.Value) || isBool(new.Value) != isBool(old.Value):
		return fault("the new value of %s is of another kind than %s", old.Name, old.Value)
	case same(new.Value, old.Value):
		return fault("the new value of %s is the old one", old.Name)
	case !said.Says(new.Value):
		return fault("the message does not say the new value of %s: %s", old.Name, new.Value)
	default:
		if why := c.misfit(change, new.Value); why != "" {
			return fault("the new value of %s cannot be used as the old one: %s", old.Name, why)
		}
	}
	return nil
}

// misfit says why a new value of a fact would not do where the old one did: what a
// parameter that takes the fact as it stands demands of its values.
func (c *conversation) misfit(fact int, value json.RawMessage) string {
	for _, mapping := range c.box.Mapping {
		function := c.box.function(mapping.Function)
		for _, argument := range mapping.Arguments {
			if function == nil || c.script.factFor(mapping.Task, argument) != fact {
				continue
			}
			compiled, err := c.schemas.Compile(shapeOf(function.Tool.Parameters).Properties[argument.Param])
			if err != nil {
				continue // no schema of its own
			}
			before, errBefore := compiled.Validate(c.facts[fact].Value)
			now, errNow := compiled.Validate(value)
			if errBefore == nil && len(before) == 0 && (errNow != nil || len(now) > 0) {
				if errNow != nil {
					return errNow.Error()
				}
				return now[0].String()
			}
		}
	}
	return ""
}

// checkInvented refuses literals that come from nowhere: a call could take them.
func (c *conversation) checkInvented(turn userTurn, reply *UserReply, said *grounding.Text) []teach.Violation {
	var known strings.Builder
	known.WriteString(turn.goal + "\n" + c.plain.String())
	for fact := range c.facts {
		if slices.Contains(turn.say, fact) || fact == turn.change {
			known.WriteString(grounding.Flatten(c.facts[fact].Value) + "\n")
		}
	}
	for _, spoken := range c.dialogue() {
		known.WriteString(spoken.Text + "\n")
	}
	if reply.Changed != nil {
		known.WriteString(grounding.Flatten(reply.Changed.Value) + "\n")
	}
	seen := c.reader.Read(known.String())
	var found []teach.Violation
	for _, literal := range said.Literals() {
		if literal.Kind != grounding.Name && literal.Kind != grounding.Quoted && !literal.Spelled && !seen.Holds(literal) {
			found = append(found, violation(RuleUserInvents, literal.Text, "%s is no fact that was given", literal.Text))
		}
	}
	return found
}

// technicalWord finds a function's or a parameter's name in a text for people.
func (c *conversation) technicalWord(text string) string {
	for _, list := range [][]Function{c.box.Functions, c.box.Distractors} {
		for i := range list {
			if name := list[i].Tool.Name; technical(name) && holdsWord(text, name) {
				return name
			}
			for _, name := range slices.Sorted(maps.Keys(parametersOf(&list[i]).Properties)) {
				if technical(name) && holdsWord(text, name) {
					return name
				}
			}
		}
	}
	return ""
}

// affectedBy lists the tasks that take a fact, and those that take what they bring.
func affectedBy(s *screenplay, task *ComposedTask, box *Toolbox, fact int) []int {
	c := caster{task: task, box: box, script: s}
	return c.affected(fact)
}

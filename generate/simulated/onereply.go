package simulated

import (
	"context"
	"fmt"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
)

// OneReply is the ablation "without top-down" (paper section 4.3): one request
// brings the whole conversation. The user says everything at once and nothing is
// made to fail; all other checks are those of Converse, after the fact. The errors
// are those of Converse.
func OneReply(ctx context.Context, asker *teach.Asker, task *ComposedTask, box *Toolbox, o ConverseOptions) (*Trajectory, error) {
	o.Turns, o.Failures, o.Execute = TurnShares{}, 0, nil
	c, err := newConversation(asker, task, box, &o)
	if err != nil {
		return nil, err
	}
	open := c.script.turns[0]
	material := &OneReplyMaterial{Today: o.Today, Parallel: o.Parallel, Persona: c.script.persona, Goal: task.Request, Facts: append([]Fact{}, c.facts...)}
	for _, list := range [][]Function{box.Functions, box.Distractors} {
		for i := range list {
			material.Tools = append(material.Tools, formOf(&list[i]))
		}
	}
	var played *conversation
	_, err = teach.Ask(ctx, asker, StageOneReply, material, func(reply *OneReplyReply) []teach.Violation {
		again, err := newConversation(asker, task, box, &o)
		if err != nil {
			return []teach.Violation{violation(RuleTurnOrder, "", "%v", err)}
		}
		played = again
		return o.kept(again.replay(open, reply.Turns))
	})
	if err != nil {
		return nil, err
	}
	return played.trajectory(), nil
}

// replay takes written turns into the conversation one by one, and stops at the
// first that breaks a rule: what follows builds on it.
func (c *conversation) replay(open userTurn, turns []WrittenTurn) []teach.Violation {
	if len(turns) == 0 || turns[0].From != button.RoleUser {
		return []teach.Violation{violation(RuleTurnOrder, "", "the conversation begins with the user")}
	}
	for i, turn := range turns {
		if found := c.o.kept(c.replayTurn(open, turns, i)); len(found) > 0 {
			for k := range found {
				found[k].Text = fmt.Sprintf("turn %d (%s): ", i, turn.From) + found[k].Text
			}
			return found
		}
	}
	if last := turns[len(turns)-1]; last.From != button.RoleAssistant || len(last.Calls) > 0 {
		return []teach.Violation{violation(RuleTurnOrder, "", "the conversation ends with the assistant's answer")}
	}
	return nil
}

func (c *conversation) replayTurn(open userTurn, turns []WrittenTurn, at int) []teach.Violation {
	turn := turns[at]
	previous := WrittenTurn{}
	if at > 0 {
		previous = turns[at-1]
	}
	wrong := func(text string) []teach.Violation {
		return []teach.Violation{violation(RuleTurnOrder, "", "%s", text)}
	}
	switch turn.From {
	case button.RoleUser:
		if at > 0 {
			return wrong("the user speaks once, at the beginning")
		}
		return c.replayUser(open, turn)
	case button.RoleAssistant:
		if previous.From == button.RoleAssistant {
			return wrong("the assistant takes two turns in a row")
		}
		step := &AssistantReply{Thought: turn.Thought, Action: ActionAnswer, Calls: turn.Calls, Text: turn.Text}
		if len(turn.Calls) > 0 {
			step.Action = ActionCall
		}
		if len(turn.Results) > 0 {
			return wrong("results stand in a turn of the assistant")
		}
		found := c.o.kept(c.checkStep(step))
		if len(found) == 0 {
			c.take(step)
		}
		return found
	case button.RoleTool:
		if previous.From != button.RoleAssistant || len(previous.Calls) != len(turn.Results) {
			return wrong("a tool's turn follows calls, with one result for each of them")
		}
		return c.replayResults(turn)
	}
	return wrong("a turn is of the user, the assistant or a tool")
}

func (c *conversation) replayUser(open userTurn, turn WrittenTurn) []teach.Violation {
	reply := &UserReply{Message: turn.Text, Status: StatusContinue}
	for _, fact := range open.say {
		reply.Disclosed = append(reply.Disclosed, c.facts[fact].ID)
	}
	if len(turn.Calls)+len(turn.Results) > 0 || strings.TrimSpace(turn.Text) == "" {
		return []teach.Violation{violation(RuleTurnOrder, "", "a turn of the user is a text")}
	}
	found := c.o.kept(c.checkUser(open, c.userMaterial(open), reply))
	if len(found) == 0 {
		c.hear(open, reply)
	}
	return found
}

func (c *conversation) replayResults(turn WrittenTurn) []teach.Violation {
	first := len(c.made) - len(turn.Results)
	answer := Turn{From: button.RoleTool}
	for i, result := range turn.Results {
		call := &c.made[first+i]
		function := c.box.function(call.Name)
		// A conversation in one piece may let a call fail where it likes.
		var directive *FunctionError
		if result.Error != nil {
			directive = &FunctionError{Code: result.Error.Code}
		}
		reply := &ToolReply{Result: result.Result, Error: result.Error}
		found := c.o.kept(c.checkTool(function, call.ToolCall, directive, reply))
		if old := c.answered(call); old != nil && !c.o.Off[RuleSameCall] && canonical(resultJSON(ToolResult{old.result, old.failed})) != canonical(resultJSON(result)) {
			found = append(found, violation(RuleSameCall, call.Name, "%s has answered the same call in another way before", call.Name))
		}
		if len(found) > 0 {
			return found
		}
		answer.Results = append(answer.Results, *c.bring(first+i, function, nil, reply))
	}
	c.add(answer)
	return nil
}

package simulated

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/grounding"
	"github.com/buttonbench/button/internal/schema"
)

// Trajectory is a conversation that has been played to its end, with what it was
// played from.
type Trajectory struct {
	Task  *ComposedTask
	Box   *Toolbox
	Today string
	// Parallel says whether calls side by side were allowed.
	Parallel bool
	Persona  Persona
	// Disclosure is how the user told what they know: DiscloseAtOnce and so on.
	Disclosure string
	// Failure is the error that one call was made to have; nil for none.
	Failure *FunctionError
	Turns   []Turn
	Seed    uint64

	// Executed says that every result is of a call that was made for real.
	Executed bool

	made  []made
	facts []Fact // with their last values
}

// made is a call that was made: the step it took and what it brought.
type made struct {
	ToolCall
	turn    int   // of the conversation: the assistant's
	index   int   // among the calls of its turn
	tasks   []int // the tasks it may have done, those expected first
	sources []grounded
	result  json.RawMessage
	failed  *ToolError
	passes  bool // the failure may pass
	// retries is the failed call before it of the same function, -1 for none.
	retries int
	leaves  []leaf // of the result
}

// grounded is a leaf of a call's arguments with its source.
type grounded struct {
	parameter string
	source
}

// conversation is a trajectory in the making.
type conversation struct {
	asker   *teach.Asker
	task    *ComposedTask
	box     *Toolbox
	o       *ConverseOptions
	schemas *schema.Compiler
	reader  grounding.Reader
	script  *screenplay

	facts []Fact // with the values that the user holds now
	said  []int  // for each fact 1 + the turn in which it was last said, 0 for not yet
	turns []Turn
	texts map[int]*grounding.Text // of turns, as they are read
	plain strings.Builder         // all that was said and returned so far, as text
	named string                  // what the functions say of themselves
	made  []made
	world world
	// session makes calls for real; nil where results are invented.
	session Session

	goal    string // of the user's last turn
	asked   []int  // tasks that the user has asked for so far
	open    []int  // those of them that the assistant still has to do
	broke   bool   // the scripted failure has happened
	pending int    // the last failed call that nothing has mended, -1 for none
	// corrected is the turn in which the user last changed a fact, 0 for none: what
	// failed before it is to be made anew.
	corrected int
	mended    bool // the user has changed the fact behind the scripted failure
}

func newConversation(asker *teach.Asker, task *ComposedTask, box *Toolbox, o *ConverseOptions) (*conversation, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	if len(task.Tasks) == 0 || len(box.Mapping) == 0 {
		return nil, fmt.Errorf("a conversation needs tasks and functions mapped to them")
	}
	c := &conversation{asker: asker, task: task, box: box, o: o, schemas: new(schema.Compiler), reader: grounding.On(o.Today), texts: map[int]*grounding.Text{}, pending: -1}
	if o.Execute != nil {
		alone := *o
		alone.Failures = 0 // what is real fails by itself or not at all
		o = &alone
		c.o = o
		var err error
		if c.session, err = o.Execute.Session(asker.Seed()); err != nil {
			return nil, err
		}
	}
	c.script = cast(task, box, o, asker.Random("script"))
	c.facts = slices.Clone(c.script.facts)
	c.said = make([]int, len(c.facts))
	c.world = newWorld()
	var named strings.Builder
	for _, tool := range toolsOf(box) {
		named.WriteString(tool.Name + "\n" + tool.Description + "\n" + grounding.Flatten(tool.Parameters) + "\n")
	}
	c.named = named.String()
	return c, nil
}

// Converse plays the conversation about a composed task: a user, an assistant and
// tools, each by requests of its own (paper section 2.6). Code decides beforehand
// who the user is, what is said when and what fails; it checks every turn before
// the next is asked for. Everything random comes from the asker's seed. The error
// is a *teach.Refusal where the candidate has to be given up; others are those of
// teach.Ask.
func Converse(ctx context.Context, asker *teach.Asker, task *ComposedTask, box *Toolbox, o ConverseOptions) (*Trajectory, error) {
	c, err := newConversation(asker, task, box, &o)
	if err != nil {
		return nil, err
	}
	for _, turn := range c.script.turns {
		if err := c.user(ctx, turn); err != nil {
			return nil, err
		}
		if err := c.serve(ctx); err != nil {
			return nil, err
		}
	}
	return c.trajectory(), nil
}

func (c *conversation) trajectory() *Trajectory {
	t := &Trajectory{
		Task: c.task, Box: c.box, Today: c.o.Today, Parallel: c.o.Parallel, Persona: c.script.persona,
		Disclosure: c.script.disclosure, Turns: c.turns, Seed: c.asker.Seed(), Executed: c.session != nil, made: c.made, facts: c.facts,
	}
	if c.broke {
		how := c.script.how
		t.Failure = &how
	}
	return t
}

// serve lets the assistant work until it has answered what the user wants.
func (c *conversation) serve(ctx context.Context) error {
	most := c.o.MostRounds
	if most == 0 {
		most = 2*len(c.open) + 6
	}
	for round := 0; round < most; round++ {
		step, err := c.assistant(ctx)
		if err != nil {
			return err
		}
		c.take(step)
		if step.Action == ActionCall {
			if err := c.tools(ctx, step.Calls); err != nil {
				return err
			}
			continue
		}
		next, more := c.reaction(step)
		if !more {
			return nil
		}
		if err := c.user(ctx, next); err != nil {
			return err
		}
	}
	return &teach.Refusal{Stage: StageAssistant, Rule: RuleNeverFinishes, Detail: fmt.Sprintf("no answer within %d rounds", most)}
}

// reaction is the user's next turn after words of the assistant; false where the
// assistant has answered.
func (c *conversation) reaction(step *AssistantReply) (userTurn, bool) {
	if c.mendable() && (step.Action != ActionAsk || c.blames(step.Text) || len(c.heldBack()) == 0) {
		c.mended = true
		fact := c.script.fact
		expect := c.open
		for _, task := range affectedBy(c.script, c.task, c.box, fact) {
			if slices.Contains(c.asked, task) && !slices.Contains(expect, task) {
				expect = append(expect, task)
			}
		}
		return userTurn{kind: TurnCorrect, goal: c.goal, change: fact, expect: expect}, true
	}
	if step.Action != ActionAsk {
		return userTurn{}, false
	}
	return userTurn{kind: TurnAnswer, goal: c.goal, say: c.heldBack(), change: -1, expect: c.open}, true
}

// mendable reports whether the user can now put right what a call has failed of.
func (c *conversation) mendable() bool {
	return c.pending >= 0 && !c.made[c.pending].passes && c.script.fact >= 0 && !c.mended
}

// heldBack lists the facts that wait to be asked for.
func (c *conversation) heldBack() []int {
	return slices.DeleteFunc(slices.Clone(c.script.held), func(fact int) bool { return c.said[fact] > 0 })
}

// add appends a turn to the conversation.
func (c *conversation) add(turn Turn) {
	turn.Index = len(c.turns)
	c.turns = append(c.turns, turn)
	switch turn.From {
	case button.RoleUser:
		c.plain.WriteString(turn.Text + "\n")
	case button.RoleAssistant:
		for _, call := range turn.Calls {
			c.plain.WriteString(grounding.Flatten(call.Arguments) + "\n")
		}
	case button.RoleTool:
		for _, result := range turn.Results {
			c.plain.WriteString(grounding.Flatten(resultJSON(result)) + "\n")
		}
	}
}

// read returns the text of a turn, read once.
func (c *conversation) read(turn int) *grounding.Text {
	if c.texts[turn] == nil {
		c.texts[turn] = c.reader.Read(c.turns[turn].Text)
	}
	return c.texts[turn]
}

// dialogue is what the user and the assistant said to one another.
func (c *conversation) dialogue() []Spoken {
	spoken := []Spoken{}
	for _, turn := range c.turns {
		if turn.From != button.RoleTool && turn.Text != "" {
			spoken = append(spoken, Spoken{turn.From, turn.Text})
		}
	}
	return spoken
}

// resultJSON is the content of a tool's message: the result, or a failure as
// {"error":CODE,"message":TEXT}.
func resultJSON(result ToolResult) json.RawMessage {
	if result.Error == nil {
		return result.Result
	}
	out := button.AppendString([]byte(`{"error":`), result.Error.Code)
	out = button.AppendString(append(out, `,"message":`...), result.Error.Message)
	return append(out, '}')
}

// Package simulated builds conversations with tools that exist in words only, as
// the BUTTON paper does (section 2): a teacher model writes scenario, tasks,
// functions and trajectory, and plays user, assistant and tools. Code checks what
// every stage brings. Results are invented, and records say so.
package simulated

import (
	"encoding/json"

	"github.com/buttonbench/button"
)

// The names of the stages as their prompts are called.
const (
	StageExtract      = "extract_scenarios"
	StageExpand       = "expand_scenario"
	StageInvent       = "invent_scenarios" // without seeds
	StageAtomicTask   = "atomic_task"
	StageSequential   = "compose_sequential"
	StageParallel     = "compose_parallel"
	StageCompositions = "check_composition" // the filter (paper section 2.4)
	StageFunctions    = "functions"
	StageDistractor   = "distractor"
	StageUser         = "user"
	StageAssistant    = "assistant"
	StageTool         = "tool"
	StageJudge        = "judge"
	// StageOneStep and StageOneReply are the ablations "without bottom-up" and
	// "without top-down" (paper section 4.3).
	StageOneStep  = "task_in_one_step"
	StageOneReply = "trajectory_in_one_reply"
)

// Scenario is an everyday situation that calls for functions (paper section 2.1).
type Scenario struct {
	Domain    string   `json:"domain"`
	Actor     string   `json:"actor"`
	Situation string   `json:"situation"`
	Needs     []string `json:"needs"`
	// SeedID names the seed record it was drawn from, or the scenario it was
	// expanded from as "SEED+axis"; empty where there was no seed.
	SeedID string `json:"seed_id,omitempty"`
	// Tools are the functions that its tasks are to be done with, and no others; none
	// where the teacher writes functions as it needs them.
	Tools []Function `json:"-"`
}

// KnownValue is a value that the user of a task knows and says.
type KnownValue struct {
	Name         string          `json:"name"`
	SemanticType string          `json:"semantic_type"`
	Value        json.RawMessage `json:"value"`
}

// AtomicTask takes one look-up or action (paper section 2.2).
type AtomicTask struct {
	Task        string       `json:"task"`
	KnownValues []KnownValue `json:"known_values"`
	Result      TaskResult   `json:"result"`
	Effect      string       `json:"effect"` // button.EffectPure, EffectRead or EffectWrite
}

// TaskResult says what kind of thing a task brings.
type TaskResult struct {
	SemanticType string `json:"semantic_type"`
	Description  string `json:"description"`
	// Fields are parts of the result that a further task can take. A list has the
	// fields of its items.
	Fields []ResultField `json:"fields"`
}

// ResultField is a part of a task's result.
type ResultField struct {
	Name         string `json:"name"`
	SemanticType string `json:"semantic_type"`
}

// Link says that a task takes what another brought. Field is "result", or
// "result.NAME" for a part of it; Input names what it is in the taking task, and
// SemanticType what kind of thing goes in there.
type Link struct {
	From         int    `json:"from"`
	Field        string `json:"field"`
	To           int    `json:"to"`
	Input        string `json:"input"`
	SemanticType string `json:"semantic_type"`
	Transform    string `json:"transform"`
}

// What happens to a value on its way along a link.
const (
	TransformNone = "none" // it is taken as it is
	TransformPick = "pick" // one is chosen, of a list or of several results
	TransformPart = "part" // the date or the time of a point in time, and the like
)

// ComposedTask is several atomic tasks in one request (paper section 2.3). Tasks
// come in an order in which they can be done; those of equal Wave need nothing
// from one another.
type ComposedTask struct {
	Scenario  Scenario
	Locale    Locale
	Shape     string // as button.Plan.Shape
	Heuristic string // as button.Plan.Heuristic
	Tasks     []AtomicTask
	Links     []Link
	Request   string
}

// Waves returns for each task how many tasks stand on the longest way to it.
func (c *ComposedTask) Waves() []int {
	waves := make([]int, len(c.Tasks))
	for i := range c.Tasks {
		for _, link := range c.Links {
			if link.To == i && link.From < i {
				waves[i] = max(waves[i], waves[link.From]+1)
			}
		}
	}
	return waves
}

// Function is a tool with what its simulator must keep to.
type Function struct {
	Tool    button.Tool
	Returns json.RawMessage // JSON Schema of the result; nil for one that is not declared
	Errors  []FunctionError
	Effect  string
	// Examples are values of parameters, by their paths, where few of those that could
	// be thought of exist. Whoever writes tasks is shown them; no record has them.
	Examples map[string][]json.RawMessage
}

// FunctionError is a way in which a function may truly fail.
type FunctionError struct {
	Code string `json:"code"`
	When string `json:"when"`
}

// Argument says where the value of a parameter comes from: Source is
// button.FromUser (Ref names a known value), button.FromResult (Ref is
// "TASK.field") or button.FromDefault.
type Argument struct {
	Param  string `json:"param"`
	Source string `json:"source"`
	Ref    string `json:"ref"`
}

// Mapping says which function does a task, and how. A task of pure logic or
// arithmetic has no function (paper section 2.5).
type Mapping struct {
	Task      int        `json:"atom"`
	Function  string     `json:"function"`
	Arguments []Argument `json:"arguments"`
}

// Toolbox is what a composed task is done with.
type Toolbox struct {
	Functions   []Function
	Mapping     []Mapping
	Distractors []Function
}

package simulated

// What each stage's prompt is given as material, and what its reply holds. The
// forms of the replies stand beside the prompts, in generate/teach/prompts.

// Locale is what a task may draw on where it needs a place, a person, a date or
// money. Code draws it, so that a teacher's favourites do not dominate.
type Locale struct {
	Country  string   `json:"country"`
	Currency string   `json:"currency"` // ISO 4217
	Today    string   `json:"today"`    // 2006-01-02
	Dates    []string `json:"dates"`    // some days after Today, as 2006-01-02
	Places   []string `json:"places"`
	People   []string `json:"people"`
}

// ExtractMaterial goes with StageExtract.
type ExtractMaterial struct {
	Seeds   []NumberedSeed `json:"seeds"`
	Domains []string       `json:"domains"` // one of which each scenario must have
}

// NumberedSeed is a seed's text, cut to a sensible length.
type NumberedSeed struct {
	Number int    `json:"number"` // from 0
	Text   string `json:"text"`
}

// ExtractReply is the reply of StageExtract.
type ExtractReply struct {
	Scenarios []ExtractedScenario `json:"scenarios"`
}

// ExtractedScenario says which seed a scenario was drawn from.
type ExtractedScenario struct {
	Seed int `json:"seed"` // NumberedSeed.Number
	ScenarioText
}

// ScenarioText is a scenario as a teacher writes it.
type ScenarioText struct {
	Domain    string   `json:"domain"`
	Actor     string   `json:"actor"`
	Situation string   `json:"situation"`
	Needs     []string `json:"needs"`
}

// ExpandMaterial goes with StageExpand.
type ExpandMaterial struct {
	Scenario ScenarioText `json:"scenario"`
	Axis     Axis         `json:"axis"`   // what is to differ
	Domain   string       `json:"domain"` // which every variant must have: another one where Axis is AxisDomain
	Count    int          `json:"count"`
	Avoid    []string     `json:"avoid"` // situations to stay away from
}

// ExpandReply is the reply of StageExpand.
type ExpandReply struct {
	Variants []Variant `json:"variants"`
}

// Variant is a scenario and what makes it differ.
type Variant struct {
	Changed Change `json:"changed"`
	ScenarioText
}

// Change says what differs along the axis asked for.
type Change struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// InventMaterial goes with StageInvent.
type InventMaterial struct {
	Domain string   `json:"domain"` // which every scenario must have
	Count  int      `json:"count"`
	Avoid  []string `json:"avoid"` // situations to stay away from
}

// InventReply is the reply of StageInvent.
type InventReply struct {
	Scenarios []ScenarioText `json:"scenarios"`
}

// AtomicTaskMaterial goes with StageAtomicTask, whose reply is an AtomicTask.
type AtomicTaskMaterial struct {
	Scenario ScenarioText `json:"scenario"`
	Locale   Locale       `json:"locale"`
	// Tools are the functions with which every task must be doable; none where they
	// are written afterwards.
	Tools []FunctionForm `json:"tools,omitempty"`
}

// NumberedTask is an atomic task under the number that links call it by.
type NumberedTask struct {
	Number int `json:"number"` // from 0
	AtomicTask
}

// SequentialMaterial goes with StageSequential.
type SequentialMaterial struct {
	Scenario ScenarioText   `json:"scenario"`
	Locale   Locale         `json:"locale"`
	Request  string         `json:"request"` // what is asked so far
	Tasks    []NumberedTask `json:"tasks"`
	Links    []Link         `json:"links"`
	Follow   int            `json:"follow"` // the number of the task whose result is to be taken
	// Beside holds tasks that follow the same result and that the new one must not need.
	Beside    []int `json:"beside"`
	MostWords int   `json:"most_words"` // of the request
	// Tools is as in AtomicTaskMaterial.
	Tools []FunctionForm `json:"tools,omitempty"`
}

// SequentialReply is the reply of StageSequential.
type SequentialReply struct {
	Reasoning string     `json:"reasoning"`
	FollowUp  AtomicTask `json:"follow_up"`
	Link      NewLink    `json:"link"`
	Request   string     `json:"request"`
}

// NewLink is a link to a task that is being written. Transform is TransformNone,
// TransformPick or TransformPart.
type NewLink struct {
	Field        string `json:"field"`
	Input        string `json:"input"`
	SemanticType string `json:"semantic_type"` // of the input
	Transform    string `json:"transform"`
}

// ParallelMaterial goes with StageParallel.
type ParallelMaterial struct {
	Scenario ScenarioText   `json:"scenario"`
	Locale   Locale         `json:"locale"`
	Request  string         `json:"request"` // what is asked so far
	Tasks    []NumberedTask `json:"tasks"`
	Links    []Link         `json:"links"`
	Branches []int          `json:"branches"` // tasks that are branches already
	// New are the numbers that the further branches get, in their order.
	New   []int  `json:"new"`
	Kind  string `json:"kind"`  // KindSame or KindDifferent: whether the branches bring the same kind of thing
	Final bool   `json:"final"` // whether a last task is wanted that uses every branch
	// MostWords bounds the request.
	MostWords int `json:"most_words"`
	// Tools is as in AtomicTaskMaterial.
	Tools []FunctionForm `json:"tools,omitempty"`
}

// The kinds of branch beside one another.
const (
	KindSame      = "same"
	KindDifferent = "different"
)

// ParallelReply is the reply of StageParallel. Final is nil, Uses empty and
// Combine "none" where no last task was wanted.
type ParallelReply struct {
	Reasoning string       `json:"reasoning"`
	Parallel  []AtomicTask `json:"parallel"`
	Final     *AtomicTask  `json:"final"`
	Uses      []Use        `json:"uses"`
	Combine   string       `json:"combine"`
	Request   string       `json:"request"`
}

// Use says what a last task takes from a branch, and as what.
type Use struct {
	Branch int    `json:"branch"`
	Field  string `json:"field"`
	Input  string `json:"input"`
}

// CheckMaterial goes with StageCompositions.
type CheckMaterial struct {
	Request string      `json:"request"`
	Tasks   []PlainTask `json:"tasks"`
	Links   []Link      `json:"links"`
	Today   string      `json:"today"`
	// Questions are the ids of the questions in the order in which they are put.
	Questions []string `json:"questions"`
}

// PlainTask is a task without what its writer thinks about it.
type PlainTask struct {
	Number int    `json:"number"`
	Task   string `json:"task"`
	Brings string `json:"brings"` // the semantic type of its result
	Effect string `json:"effect"`
}

// CheckReply is the reply of StageCompositions.
type CheckReply struct {
	Checks  []Answered `json:"checks"`
	Verdict string     `json:"verdict"` // "keep" or "drop"
}

// Answered is one yes-or-no question about a request.
type Answered struct {
	ID       string `json:"id"`
	Evidence string `json:"evidence"` // words of the request
	Pass     bool   `json:"pass"`
}

// FunctionsMaterial goes with StageFunctions.
type FunctionsMaterial struct {
	Request  string         `json:"request"`
	Tasks    []NumberedTask `json:"tasks"`
	Links    []Link         `json:"links"`
	Style    string         `json:"style"`    // of new functions' names: StyleSnake, StyleCamel or StylePascal
	Existing []FunctionForm `json:"existing"` // functions that may be used again
	// Tools are the only functions to map tasks to; none where new ones may be written.
	Tools []FunctionForm `json:"tools,omitempty"`
}

// The styles of function names.
const (
	StyleSnake  = "snake_case"
	StyleCamel  = "camelCase"
	StylePascal = "PascalCase"
)

// FunctionsReply is the reply of StageFunctions. Mapping may name functions of
// FunctionsMaterial.Existing, which Functions then leaves out.
type FunctionsReply struct {
	Functions []FunctionForm `json:"functions"`
	Mapping   []Mapping      `json:"mapping"`
}

// OneStepMaterial goes with StageOneStep.
type OneStepMaterial struct {
	Scenario  ScenarioText   `json:"scenario"`
	Locale    Locale         `json:"locale"`
	Shape     string         `json:"shape"`
	Count     int            `json:"count"` // of tasks
	Depth     int            `json:"depth"` // tasks on the longest way
	Style     string         `json:"style"`
	Existing  []FunctionForm `json:"existing"`
	MostWords int            `json:"most_words"` // of the request
	// Tools is as in FunctionsMaterial.
	Tools []FunctionForm `json:"tools,omitempty"`
}

// OneStepReply is the reply of StageOneStep.
type OneStepReply struct {
	Request   string         `json:"request"`
	Tasks     []AtomicTask   `json:"tasks"`
	Links     []Link         `json:"links"`
	Functions []FunctionForm `json:"functions"`
	Mapping   []Mapping      `json:"mapping"`
}

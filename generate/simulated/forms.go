package simulated

import "encoding/json"

// The materials and replies of the stages that play a conversation. A material
// is what Ask shows as JSON; a reply is the object that comes back, of the form
// in prompts/STAGE.schema.json. Values of users and tools are JSON as it stands.

// FunctionForm is a function as teachers read and write it.
type FunctionForm struct {
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Parameters  json.RawMessage `json:"parameters"`
	Returns     json.RawMessage `json:"returns"`
	Errors      []FunctionError `json:"errors"`
	Effect      string          `json:"effect"`
	// Examples is as in Function; teachers do not write it.
	Examples map[string][]json.RawMessage `json:"examples,omitempty"`
}

// Persona is whom the user agent plays.
type Persona struct {
	Who       string `json:"who"` // the scenario's actor
	Age       string `json:"age"`
	Mood      string `json:"mood"`
	Expertise string `json:"expertise"`
	Style     string `json:"style"`
	// MinWords and MaxWords bound a message.
	MinWords int `json:"min_words"`
	MaxWords int `json:"max_words"`
}

// The kinds of user turn.
const (
	TurnOpen     = "open"      // the first message
	TurnAnswer   = "answer"    // to a question of the assistant
	TurnFollowUp = "follow_up" // asks for the tasks that were held back
	TurnCorrect  = "correct"   // changes one fact that was said before
)

// Fact is a value that the user knows. Its id is "f1", "f2", ... over all tasks.
type Fact struct {
	ID    string          `json:"id"`
	Name  string          `json:"name"`
	Type  string          `json:"semantic_type"`
	Value json.RawMessage `json:"value"`
}

// Spoken is one message of the conversation as its two speakers hear it.
type Spoken struct {
	From string `json:"from"` // button.RoleUser or button.RoleAssistant
	Text string `json:"text"`
}

// UserMaterial is the material of stage "user".
type UserMaterial struct {
	Turn    string  `json:"turn"` // TurnOpen, TurnAnswer, TurnFollowUp or TurnCorrect
	Persona Persona `json:"persona"`
	// Goal is what the user wants with this message. A fact that is not to be said
	// yet stands in it as "[f2]".
	Goal string `json:"goal"`
	// Say are the facts to be said in this message, all of them and no others.
	Say []Fact `json:"say"`
	// Change is the fact to take back, in a turn of TurnCorrect; nil in others.
	Change   *Fact    `json:"change"`
	Dialogue []Spoken `json:"dialogue"` // so far, without calls and results
	Today    string   `json:"today"`
}

// UserReply is the reply of stage "user".
type UserReply struct {
	Message string `json:"message"`
	// Disclosed are the ids of the facts that the message says.
	Disclosed []string `json:"disclosed"`
	// Changed is the fact taken back with its new value, in a turn of TurnCorrect;
	// null in others.
	Changed *ChangedFact `json:"changed"`
	Status  string       `json:"status"` // StatusContinue, StatusSatisfied or StatusGiveUp
}

// ChangedFact is a fact with its new value.
type ChangedFact struct {
	ID    string          `json:"id"`
	Value json.RawMessage `json:"value"`
}

// What a user thinks of the conversation.
const (
	StatusContinue  = "continue"
	StatusSatisfied = "satisfied"
	StatusGiveUp    = "give_up"
)

// OfferedTool is a function as the assistant sees it.
type OfferedTool struct {
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Parameters  json.RawMessage `json:"parameters"`
	Returns     json.RawMessage `json:"returns"`
}

// Turn is one message of a conversation in full. From is button.RoleUser,
// button.RoleAssistant or button.RoleTool. An assistant's turn has either calls
// or a text; a tool's turn answers the calls of the turn before, in their order.
type Turn struct {
	Index   int          `json:"index"`
	From    string       `json:"from"`
	Thought string       `json:"thought,omitempty"`
	Text    string       `json:"text,omitempty"`
	Calls   []ToolCall   `json:"calls,omitempty"`
	Results []ToolResult `json:"results,omitempty"`
}

// ToolCall is a call. Arguments is a JSON object.
type ToolCall struct {
	Name      string          `json:"name"`
	Arguments json.RawMessage `json:"arguments"`
}

// ToolResult is what a call gave: a result or an error, the other is null.
type ToolResult struct {
	Result json.RawMessage `json:"result"`
	Error  *ToolError      `json:"error"`
}

// ToolError is a failure of a function, by one of its declared codes.
type ToolError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// AssistantMaterial is the material of stage "assistant".
type AssistantMaterial struct {
	Today    string        `json:"today"`
	Parallel bool          `json:"parallel_calls"`
	Tools    []OfferedTool `json:"tools,omitempty"`
	Dialogue []Turn        `json:"dialogue,omitempty"`
	// Guidance are the tasks behind the request, where the assistant is helped
	// while it generates; they never enter a record.
	Guidance []string `json:"guidance,omitempty"`
	// Native says that functions and dialogue are given by native tool calling.
	Native bool `json:"-"`
}

// The actions of an assistant.
const (
	ActionCall   = "call"
	ActionAsk    = "ask"
	ActionAnswer = "answer"
	ActionRefuse = "refuse"
)

// AssistantReply is the reply of stage "assistant".
type AssistantReply struct {
	Thought string `json:"thought"`
	Action  string `json:"action"` // ActionCall, ActionAsk, ActionAnswer or ActionRefuse
	// Calls are made side by side; none unless Action is ActionCall.
	Calls []ToolCall `json:"calls"`
	// Text is the question, the answer or the reason; "" where Action is ActionCall.
	Text string `json:"text"`
	// Missing names in plain words what a question asks for; none for other actions.
	Missing []string `json:"missing"`
}

// NotedFact is one thing that the invented world holds to be true.
type NotedFact struct {
	Subject string          `json:"subject"`
	Field   string          `json:"field"`
	Value   json.RawMessage `json:"value"`
}

// MadeCall is a call with what it gave.
type MadeCall struct {
	Name      string          `json:"name"`
	Arguments json.RawMessage `json:"arguments"`
	Result    json.RawMessage `json:"result"`
	Error     *ToolError      `json:"error"`
}

// ToolMaterial is the material of stage "tool".
type ToolMaterial struct {
	Function  FunctionForm    `json:"function"`
	Arguments json.RawMessage `json:"arguments"`
	Earlier   []MadeCall      `json:"earlier_calls"`
	Facts     []NotedFact     `json:"facts"`
	Today     string          `json:"today"`
	// Failure is how the function has to fail; null where it has to succeed.
	Failure *FunctionError `json:"failure"`
	// FailsOf names the parameter whose value the failure is about, if it is one.
	FailsOf string `json:"fails_of,omitempty"`
}

// ToolReply is the reply of stage "tool": exactly one of result and error, and
// the facts that it adds or, for a function that writes, changes.
type ToolReply struct {
	Result json.RawMessage `json:"result"`
	Error  *ToolError      `json:"error"`
	Facts  []NotedFact     `json:"facts"`
}

// DistractorMaterial is the material of stage "distractor".
type DistractorMaterial struct {
	Function FunctionForm `json:"function"`
	// Respect is the one thing in which the sibling has to differ.
	Respect string   `json:"differs_in"`
	Taken   []string `json:"names_taken"`
}

// DistractorReply is the reply of stage "distractor".
type DistractorReply struct {
	Function FunctionForm `json:"function"`
	Differs  string       `json:"difference"`
}

// Criterion is one question that a judge answers about a turn.
type Criterion struct {
	ID       string `json:"id"`
	Question string `json:"question"`
}

// JudgeMaterial is the material of stage "judge".
type JudgeMaterial struct {
	Today    string        `json:"today"`
	Parallel bool          `json:"parallel_calls"`
	Tools    []OfferedTool `json:"tools"`
	Dialogue []Turn        `json:"dialogue"`
	Criteria []Criterion   `json:"criteria"`
	// Judge are the indexes of the turns to be judged: all of the assistant's.
	Judge []int `json:"judge_turns"`
}

// The labels of a judge, and how far a goal was reached.
const (
	LabelGood  = "good"
	LabelMinor = "minor"
	LabelBad   = "bad"

	GoalFull    = "full"
	GoalPartial = "partial"
	GoalNone    = "none"
)

// JudgeReply is the reply of stage "judge".
type JudgeReply struct {
	Turns []JudgedTurn `json:"turns"`
	Goal  JudgedGoal   `json:"goal"`
}

// JudgedTurn is the verdict on one turn.
type JudgedTurn struct {
	Index  int           `json:"index"`
	Checks []JudgedCheck `json:"checks"`
}

// JudgedCheck answers one criterion, evidence first.
type JudgedCheck struct {
	ID       string `json:"id"`
	Evidence string `json:"evidence"`
	Label    string `json:"label"`
}

// JudgedGoal says how far the conversation did what its user wanted.
type JudgedGoal struct {
	Evidence string `json:"evidence"`
	Label    string `json:"label"`
}

// OneReplyMaterial is the material of stage "trajectory_in_one_reply".
type OneReplyMaterial struct {
	Today    string         `json:"today"`
	Parallel bool           `json:"parallel_calls"`
	Persona  Persona        `json:"persona"`
	Goal     string         `json:"goal"`
	Facts    []Fact         `json:"facts"`
	Tools    []FunctionForm `json:"tools"`
}

// OneReplyReply is the reply of stage "trajectory_in_one_reply": a whole
// conversation, beginning with the user and ending with the assistant's answer.
type OneReplyReply struct {
	Turns []WrittenTurn `json:"turns"`
}

// WrittenTurn is a turn of a conversation that was written in one piece.
type WrittenTurn struct {
	From    string       `json:"from"`
	Thought string       `json:"thought"`
	Text    string       `json:"text"`
	Calls   []ToolCall   `json:"calls"`
	Results []ToolResult `json:"results"`
}

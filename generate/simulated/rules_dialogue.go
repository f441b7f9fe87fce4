package simulated

// Rule is one thing that code checks of a stage's reply, and what it wants.
type Rule struct {
	Stage, Name, Text string
}

// The rules of the stages that play a conversation. ConverseOptions.Off turns
// single ones off.
const (
	RuleUserDisclosure = "user_disclosure"
	RuleUserInvents    = "user_invents_value"
	RuleUserTechnical  = "user_technical"
	RuleUserLength     = "user_length"
	RuleUserCorrection = "user_correction"
	RuleUserStatus     = "user_status"
	RuleUntidy         = "untidy_text"

	RuleActionForm       = "action_form"
	RuleUnknownFunction  = "unknown_function"
	RuleArgumentSchema   = "argument_schema"
	RuleUngrounded       = "ungrounded_argument"
	RuleWrongArgument    = "wrong_argument"
	RuleDependentCalls   = "dependent_calls"
	RuleParallelOff      = "parallel_off"
	RuleSerialCalls      = "serial_calls"
	RuleRepeatedCall     = "repeated_call"
	RuleNeedlessCall     = "needless_call"
	RuleThoughtForm      = "thought_form"
	RuleThoughtFunction  = "thought_names_function"
	RuleThoughtUnseen    = "thought_unseen_value"
	RuleThoughtPlan      = "thought_leaks_plan"
	RuleMissingStep      = "missing_step"
	RuleAnswerUnseen     = "answer_unseen_value"
	RuleAnswerNoResult   = "answer_without_result"
	RuleAnswerTechnical  = "answer_technical"
	RuleNeedlessQuestion = "needless_question"
	RuleGivesUp          = "gives_up"
	RuleFailureUntold    = "failure_untold"
	RuleNeverFinishes    = "never_finishes"
	RuleSamplesDisagree  = "samples_disagree"

	RuleResultOrError = "result_or_error"
	RuleFailure       = "failure_directive"
	RuleErrorCode     = "error_code"
	RuleResultSchema  = "result_schema"
	RuleContradiction = "contradiction"
	RuleEcho          = "echo"
	RulePlaceholder   = "placeholder"
	RuleSameCall      = "same_call"

	RuleDistractorSchema = "distractor_schema"
	RuleDistractorName   = "distractor_name"
	RuleDistractorServes = "distractor_serves_plan"

	RuleJudgeCoverage = "judge_coverage"
	RuleTurnOrder     = "turn_order"
	RulePlanLeak      = "plan_leak"
	RuleRecord        = "record_structure"
)

// dialogueRules says what each rule wants.
func dialogueRules() []Rule {
	return []Rule{
		{StageUser, RuleUserDisclosure, "A message of the user says every fact planned for it, and none that is held back."},
		{StageUser, RuleUserInvents, "A message of the user states no number, date, time or code beside the facts, the goal and what was said before."},
		{StageUser, RuleUserTechnical, "A message of the user names no function and no parameter, and holds no JSON."},
		{StageUser, RuleUserLength, "A message of the user has as many words as its persona writes."},
		{StageUser, RuleUserCorrection, "A correction gives the one fact a new value of the same kind and says it."},
		{StageUser, RuleUserStatus, "The user goes on while something is wanted."},

		{StageUser, RuleUntidy, "A message is tidy: no doubled words and spaces, quotes and brackets closed, no leftover signs."},
		{StageAssistant, RuleUntidy, "Thoughts and words for the user are tidy."},
		{StageAssistant, RuleActionForm, "A turn is either calls, or a question, or words for the user."},
		{StageAssistant, RuleUnknownFunction, "Every call is of a function on offer."},
		{StageAssistant, RuleArgumentSchema, "The arguments of a call are an object that fits the function's parameters."},
		{StageAssistant, RuleUngrounded, "Every value in a call was said by the user, returned by an earlier call, or is a declared default."},
		{StageAssistant, RuleWrongArgument, "A value that the user gives for a parameter goes into that parameter, in its latest form."},
		{StageAssistant, RuleDependentCalls, "Calls of one turn need nothing from one another."},
		{StageAssistant, RuleParallelOff, "A turn has one call where calls side by side are switched off."},
		{StageAssistant, RuleSerialCalls, "Calls that need nothing from one another stand in one turn where that is allowed."},
		{StageAssistant, RuleRepeatedCall, "No call is made again, unless it failed in a way that may pass."},
		{StageAssistant, RuleNeedlessCall, "Only functions that the request takes are called."},
		{StageAssistant, RuleThoughtForm, "A thought stands before calls and has at most 80 words."},
		{StageAssistant, RuleThoughtFunction, "A thought names no function other than those of its turn."},
		{StageAssistant, RuleThoughtUnseen, "A thought states no value that is not known yet."},
		{StageAssistant, RuleThoughtPlan, "No text speaks of a plan, of sub-tasks or of guidance."},
		{StageAssistant, RuleMissingStep, "An answer comes when every step that the request takes has been done."},
		{StageAssistant, RuleAnswerUnseen, "Words for the user state no value that nobody said and no result holds or adds up to."},
		{StageAssistant, RuleAnswerNoResult, "An answer says something of every result that no later call takes."},
		{StageAssistant, RuleAnswerTechnical, "Words for the user name no function and hold no JSON."},
		{StageAssistant, RuleNeedlessQuestion, "A question asks for something that is missing, or about what a call has failed of."},
		{StageAssistant, RuleGivesUp, "The assistant refuses only after a failure that nobody can mend."},
		{StageAssistant, RuleFailureUntold, "What ends a request says what has failed."},
		{StageAssistant, RuleNeverFinishes, "An answer comes within the rounds allowed."},
		{StageAssistant, RuleSamplesDisagree, "More than half of several samples of a turn act in the same way."},

		{StageTool, RuleResultOrError, "A call brings either a result or an error."},
		{StageTool, RuleFailure, "A call fails when it is told to, as it is told to, and at no other time."},
		{StageTool, RuleErrorCode, "An error has a code that its function declares."},
		{StageTool, RuleResultSchema, "A result fits the schema that its function declares and has no further fields."},
		{StageTool, RuleContradiction, "A result agrees with the facts that earlier results fixed; only a function that writes changes them."},
		{StageTool, RuleEcho, "Where a result repeats an argument under its name, it has the argument's value."},
		{StageTool, RulePlaceholder, "A result holds no stand-ins such as example.com or John Doe."},
		{StageTool, RuleSameCall, "The same call gives the same answer within a record."},

		{StageDistractor, RuleDistractorSchema, "A distractor has parameters, a result and errors that are well formed."},
		{StageDistractor, RuleDistractorName, "A distractor has a name of its own, unlike that of any other function."},
		{StageDistractor, RuleDistractorServes, "A distractor cannot take a step of the request: it requires something else or returns something else."},

		{StageJudge, RuleJudgeCoverage, "A judge answers every criterion for every turn it is given, and nothing else."},
		{StageOneReply, RuleTurnOrder, "A conversation written in one piece has its turns in a possible order."},
		{StageAssemble, RulePlanLeak, "Nothing of the tasks behind the request stands where a model sees it, other than in the user's words."},
		{StageAssemble, RuleRecord, "The record has the structure of every record."},
	}
}

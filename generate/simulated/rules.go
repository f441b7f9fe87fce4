package simulated

import (
	"fmt"
	"slices"

	"github.com/buttonbench/button/generate/teach"
)

// The rules of the stages from scenario to functions.
const (
	RuleEnglish       = "not_english"
	RuleTechnology    = "names_technology"
	RuleSpecific      = "specific_value"
	RuleSeedFunction  = "seed_function_named"
	RuleUnknownSeed   = "unknown_seed"
	RuleDomain        = "other_domain"
	RuleRepeatedText  = "repeated_text"
	RuleCount         = "wrong_count"
	RuleUnchanged     = "unchanged"
	RuleDuplicate     = "near_duplicate"
	RuleSameMeaning   = "same_meaning"
	RuleDomainFull    = "domain_full"
	RuleWordLimit     = "word_limit"
	RuleCompound      = "compound_task"
	RuleNeedsFile     = "needs_file_or_secret"
	RuleValueMissing  = "value_missing"
	RuleValueUnlisted = "value_unlisted"
	RuleNameRepeated  = "name_repeated"
	RuleCurrency      = "other_currency"
	RuleDate          = "other_date"

	RuleLinkField       = "link_field"
	RuleLinkType        = "link_type"
	RuleLinkOrder       = "link_order"
	RuleLinkKnown       = "link_already_known"
	RuleTaskRepeated    = "task_repeated"
	RuleBranchUnused    = "branch_unused"
	RuleBranchUnknown   = "branch_unknown"
	RuleBranchDependent = "branch_dependent"
	RuleBranchOverlap   = "branch_overlap"
	RuleBranchKind      = "branch_kind"
	RuleFinalTask       = "final_task"
	RuleShape           = "other_shape"

	RuleQuestions = "questions_incomplete"
	RuleEvidence  = "evidence_not_quoted"
	RuleVerdict   = "verdict_contradicts"

	RuleNameForm         = "name_form"
	RuleNameStyle        = "name_style"
	RuleNameTaken        = "name_taken"
	RuleSchemaInvalid    = "schema_invalid"
	RuleRequestLiteral   = "request_literal"
	RuleWholeRequest     = "whole_request"
	RuleFunctionUnknown  = "function_unknown"
	RuleFunctionUnused   = "function_unused"
	RuleTaskUnmapped     = "task_unmapped"
	RuleTaskMappedTwice  = "task_mapped_twice"
	RuleEffect           = "effect_differs"
	RuleParameterUnknown = "parameter_unknown"
	RuleParameterTwice   = "parameter_twice"
	RuleNoSource         = "parameter_without_source"
	RuleSourceUnknown    = "source_unknown"
	RuleSourceUnlinked   = "source_unlinked"
	RuleSourceType       = "source_type"
	RuleValueUnused      = "value_unused"
	RuleLinkUnmapped     = "link_unmapped"
	RuleNotOffered       = "function_not_offered"
)

// Rules lists every rule of every stage, beside those that teach checks of all
// replies: truncation, prose, JSON and form.
func Rules() []Rule {
	return slices.Concat(scenarioRules(), taskRules(), compositionRules(), filterRules(), functionRules(), dialogueRules())
}

// each repeats rules for several stages.
func each(stages []string, rules ...Rule) []Rule {
	var all []Rule
	for _, stage := range stages {
		for _, rule := range rules {
			all = append(all, Rule{stage, rule.Name, rule.Text})
		}
	}
	return all
}

func scenarioRules() []Rule {
	rules := each([]string{StageExtract, StageExpand, StageInvent},
		Rule{Name: RuleEnglish, Text: "A scenario is written in English."},
		Rule{Name: RuleTechnology, Text: "A scenario names no software, interface or assistant."},
		Rule{Name: RuleSpecific, Text: "A scenario names no number, so that several tasks can come out of it."},
		Rule{Name: RuleRepeatedText, Text: "The scenarios of a reply differ from one another and from those to stay away from."},
		Rule{Name: RuleDomain, Text: "A scenario has a domain that was asked for, word for word."})
	rules = append(rules, each([]string{StageExpand, StageInvent}, Rule{Name: RuleCount, Text: "There are as many scenarios as were asked for."})...)
	rules = append(rules,
		Rule{StageExtract, RuleSeedFunction, "A scenario does not name a function of its seed."},
		Rule{StageExtract, RuleUnknownSeed, "A scenario belongs to a seed that was given, and no two to the same one."},
		Rule{StageExpand, RuleUnchanged, "A variant differs from its scenario along the axis asked for."})
	return append(rules, each([]string{StagePool},
		Rule{Name: RuleDuplicate, Text: "A scenario is no near-duplicate of an earlier one by its words."},
		Rule{Name: RuleSameMeaning, Text: "A scenario is no near-duplicate of an earlier one by its embedding."},
		Rule{Name: RuleDomainFull, Text: "No domain has more than its share of the pool."})...)
}

// stagesOfTasks are the stages that write tasks.
var stagesOfTasks = []string{StageAtomicTask, StageSequential, StageParallel, StageOneStep}

// stagesOfRequests are the stages that write requests of several tasks.
var stagesOfRequests = []string{StageSequential, StageParallel, StageOneStep}

func taskRules() []Rule {
	return each(stagesOfTasks,
		Rule{Name: RuleEnglish, Text: "Tasks and requests are written in English."},
		Rule{Name: RuleTechnology, Text: "Tasks and requests name no function, tool or interface."},
		Rule{Name: RuleWordLimit, Text: "Tasks and requests are no longer than was asked for."},
		Rule{Name: RuleCompound, Text: "A task takes one step: it joins nothing by \"and then\" and asks one question."},
		Rule{Name: RuleNeedsFile, Text: "Nothing takes a file, a picture or a password."},
		Rule{Name: RuleValueMissing, Text: "Every known value stands in its task, and in the request."},
		Rule{Name: RuleValueUnlisted, Text: "Every number, date, time, code, address and quotation is a known value: nothing else comes in, and no result leaks."},
		Rule{Name: RuleNameRepeated, Text: "Known values of a task have different names, and so have the fields of its result."},
		Rule{Name: RuleCurrency, Text: "Money is in the currency of the locale."},
		Rule{Name: RuleDate, Text: "Dates are those of the locale, or are told from today."})
}

func compositionRules() []Rule {
	rules := each(stagesOfRequests,
		Rule{Name: RuleLinkField, Text: "A link takes the result of a task or a field that the result has."},
		Rule{Name: RuleLinkKnown, Text: "What a link brings is not among the values that the person knows."},
		Rule{Name: RuleTaskRepeated, Text: "No task repeats another one."})
	rules = append(rules, each([]string{StageSequential, StageOneStep},
		Rule{Name: RuleLinkType, Text: "What a link brings is of the kind that the taking task needs."})...)
	rules = append(rules, each([]string{StageParallel, StageOneStep},
		Rule{Name: RuleBranchDependent, Text: "A branch does not speak of what another one finds."},
		Rule{Name: RuleBranchOverlap, Text: "No branch takes as known what another branch is to find: that would be a chain in disguise."})...)
	return append(rules,
		Rule{StageParallel, RuleCount, "There are as many branches as were asked for."},
		Rule{StageParallel, RuleBranchUnused, "The last task uses every branch."},
		Rule{StageParallel, RuleBranchUnknown, "The last task uses nothing but the branches."},
		Rule{StageParallel, RuleBranchKind, "The branches bring the same kind of thing, or different kinds, as was asked for."},
		Rule{StageParallel, RuleFinalTask, "There is a last task exactly where one was asked for."},
		Rule{StageOneStep, RuleLinkOrder, "A link leads from a task to a later one."},
		Rule{StageOneStep, RuleShape, "Tasks and links have the shape that was asked for."})
}

func filterRules() []Rule {
	rules := []Rule{
		{StageCompositions, RuleQuestions, "Each of the seven questions is answered once."},
		{StageCompositions, RuleEvidence, "The evidence of every answer is quoted from the request."},
		{StageCompositions, RuleVerdict, "The verdict is to keep exactly when every question passes."},
	}
	for _, question := range questions {
		rules = append(rules, Rule{StageCompositions, failed(question.id), question.wants})
	}
	return rules
}

func functionRules() []Rule {
	return each([]string{StageFunctions, StageOneStep},
		Rule{Name: RuleNameForm, Text: "A function's name has letters, digits and underscores, 64 at most, and begins with a letter."},
		Rule{Name: RuleNameStyle, Text: "New functions are named in the style asked for."},
		Rule{Name: RuleNameTaken, Text: "A new function has a name of its own, within the reply and beside the functions that exist."},
		Rule{Name: RuleSchemaInvalid, Text: "Parameters and results are sound JSON Schemas: they compile, and what they require is there."},
		Rule{Name: RuleRequestLiteral, Text: "No value of the request stands in a name, a description or an enum."},
		Rule{Name: RuleWholeRequest, Text: "No parameter takes the whole request."},
		Rule{Name: RuleFunctionUnknown, Text: "The mapping names functions that are defined or exist, and tasks that are there."},
		Rule{Name: RuleNotOffered, Text: "Where the functions are somebody's own, tasks are mapped to those on offer and none is written."},
		Rule{Name: RuleFunctionUnused, Text: "Every new function does a task."},
		Rule{Name: RuleTaskUnmapped, Text: "Every task that reads or changes something has a function."},
		Rule{Name: RuleTaskMappedTwice, Text: "A task has one function."},
		Rule{Name: RuleEffect, Text: "A function has the effect of its task."},
		Rule{Name: RuleParameterUnknown, Text: "The mapping names parameters that the function has."},
		Rule{Name: RuleParameterTwice, Text: "A parameter has one source."},
		Rule{Name: RuleNoSource, Text: "Every required parameter has a source."},
		Rule{Name: RuleSourceUnknown, Text: "A source is a known value of the task, a field of an earlier function's result, or a declared default."},
		Rule{Name: RuleSourceUnlinked, Text: "A task takes results only from tasks that it is linked to, so that all others can be done in any order."},
		Rule{Name: RuleSourceType, Text: "A source has the type of its parameter."},
		Rule{Name: RuleValueUnused, Text: "Every known value of a task goes into a parameter of its function."},
		Rule{Name: RuleLinkUnmapped, Text: "Every link is an argument that comes from a result."})
}

// broken words a violation.
func broken(rule, span, format string, values ...any) teach.Violation {
	return teach.Violation{Rule: rule, Text: fmt.Sprintf(format, values...), Span: span}
}

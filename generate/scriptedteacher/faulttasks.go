package scriptedteacher

import (
	"encoding/json"
	"slices"
	"strings"
)

// taskKinds spoil scenarios, tasks, compositions and the filter's answers.
func taskKinds() []KindInfo {
	composers := []string{stageSequential, stageParallel, stageOneStep}
	return []KindInfo{
		{Kind: "repeated_scenario", Stages: []string{stageExpand, stageInvent}, Does: "A scenario of the reply says what another one, or one to stay away from, says already.", CaughtBy: []string{"repeated_text"}, plant: (*planting).repeatScenario},
		{Kind: "favourite_scenario", Stages: []string{stageExtract, stageExpand, stageInvent}, Does: "The teacher falls back on its favourite, which comes again and again with a word changed. The first one is no duplicate yet.", CaughtBy: []string{"near_duplicate"}, plant: (*planting).favouriteScenario},
		{Kind: "scenario_names_technology", Stages: []string{stageExtract, stageExpand, stageInvent}, Does: "A scenario speaks of an assistant and its functions.", CaughtBy: []string{"names_technology"}, plant: (*planting).technology},
		{Kind: "compound_task", Stages: []string{stageAtomic}, Does: "A task takes two steps.", CaughtBy: []string{"compound_task"}, plant: (*planting).compound},
		{Kind: "missing_known_value", Stages: append([]string{stageAtomic}, composers...), Does: "A value that the user is said to know does not stand in the request.", CaughtBy: []string{"value_missing"}, plant: (*planting).dropValue},
		{Kind: "leaked_value", Stages: composers, Does: "The request states what a task is to find out.", CaughtBy: []string{"value_unlisted"}, plant: (*planting).leak},
		{Kind: "no_real_link", Stages: []string{stageSequential}, Does: "The follow-up says what it should take from the task before: it can be done without it.", CaughtBy: []string{"fails_dependencies_real", "link_already_known"}, plant: (*planting).unlink},
		{Kind: "wrong_link_type", Stages: []string{stageSequential, stageOneStep}, Does: "A link carries something of another kind than the follow-up takes.", CaughtBy: []string{"link_type"}, plant: (*planting).wrongLinkType},
		{Kind: "unknown_link_field", Stages: composers, Does: "A link takes a part that the result does not have.", CaughtBy: []string{"link_field"}, plant: (*planting).unknownField},
		{Kind: "dependent_branch", Stages: []string{stageParallel}, Does: "A branch speaks of what another one finds.", CaughtBy: []string{"branch_dependent"}, plant: (*planting).dependentBranch},
		{Kind: "unused_branch", Stages: []string{stageParallel}, Does: "The last task leaves a branch out.", CaughtBy: []string{"branch_unused"}, plant: (*planting).unusedBranch},
		{Kind: "evidence_not_quoted", Stages: []string{stageCheck}, Does: "An answer of the filter is justified by words that do not stand in the request.", CaughtBy: []string{"evidence_not_quoted"}, plant: (*planting).unquoted},
		{Kind: "verdict_contradicts", Stages: []string{stageCheck}, Does: "The filter's verdict is not what its answers say.", CaughtBy: []string{"verdict_contradicts"}, plant: (*planting).contradictVerdict},
	}
}

func (p *planting) repeatScenario() bool {
	switch written := p.written.(type) {
	case *expandReply:
		material := p.read.(expandMaterial)
		last := len(written.Variants) - 1
		if last > 0 {
			written.Variants[last].Situation = written.Variants[0].Situation
		} else if len(material.Avoid) > 0 {
			written.Variants[last].Situation = material.Avoid[0]
		} else {
			return false
		}
		return p.rewrite(written.Variants[last].Situation)
	case *inventReply:
		material := p.read.(inventMaterial)
		last := len(written.Scenarios) - 1
		if last > 0 {
			written.Scenarios[last].Situation = written.Scenarios[0].Situation
		} else if len(material.Avoid) > 0 {
			written.Scenarios[last].Situation = material.Avoid[0]
		} else {
			return false
		}
		return p.rewrite(written.Scenarios[last].Situation)
	}
	return false
}

// situations are the scenarios of a reply, to be changed in place.
func (p *planting) situations() []*scenario {
	var all []*scenario
	switch written := p.written.(type) {
	case *extractReply:
		for i := range written.Scenarios {
			all = append(all, &written.Scenarios[i].scenario)
		}
	case *expandReply:
		for i := range written.Variants {
			all = append(all, &written.Variants[i].scenario)
		}
	case *inventReply:
		for i := range written.Scenarios {
			all = append(all, &written.Scenarios[i])
		}
	}
	return all
}

func (p *planting) favouriteScenario() bool {
	all := p.situations()
	if len(all) == 0 {
		return false
	}
	all[0].Situation = "A busy traveller who is always short of time is planning a " + draw(p.random, "short", "long", "quick", "small", "nice") +
		" trip with an old friend and wants to find a hotel and a place to eat that both of them are going to enjoy in the evening."
	return p.rewrite(all[0].Situation)
}

func (p *planting) technology() bool {
	all := p.situations()
	if len(all) == 0 {
		return false
	}
	all[0].Situation = cut(all[0].Situation, 220) + " The virtual assistant has an API for that."
	return p.rewrite("The virtual assistant has an API for that")
}

func (p *planting) compound() bool {
	task := p.written.(*atomicTask)
	task.Task = strings.TrimSuffix(task.Task, ".") + " and then tell everybody about it."
	return p.rewrite("and then tell everybody about it")
}

// parts are the tasks that a reply adds and the request that it writes.
func (p *planting) parts() (tasks []*atomicTask, request *string) {
	switch written := p.written.(type) {
	case *atomicTask:
		return []*atomicTask{written}, &written.Task
	case *sequentialReply:
		return []*atomicTask{&written.FollowUp}, &written.Request
	case *parallelReply:
		for i := range written.Parallel {
			tasks = append(tasks, &written.Parallel[i])
		}
		return tasks, &written.Request
	case *oneStepReply:
		for i := range written.Tasks {
			tasks = append(tasks, &written.Tasks[i])
		}
		return tasks, &written.Request
	}
	return nil, nil
}

func (p *planting) dropValue() bool {
	tasks, request := p.parts()
	for _, task := range tasks {
		for _, known := range task.KnownValues {
			said := spoken(known.Value)
			if len(said) < 4 || strings.Count(*request, said) != 1 {
				continue
			}
			*request = strings.Replace(*request, said, "what we spoke about", 1)
			return p.rewrite("what we spoke about")
		}
	}
	return false
}

func (p *planting) leak() bool {
	_, request := p.parts()
	leaked := p.code("ZQ")
	*request += " The code that will come out is " + leaked + "."
	return p.rewrite(leaked)
}

// unlink gives the follow-up the value that it was to take. The link stays.
func (p *planting) unlink() bool {
	written, material := p.written.(*sequentialReply), p.read.(sequentialMaterial)
	found := p.reader.clauses(written.FollowUp.Task)
	if len(found) != 1 {
		return false
	}
	c := &found[0]
	for i, slot := range c.step.slots() {
		if len(c.values[i].refs) == 0 || slot.typ == nil {
			continue
		}
		said := c.values[i].said(false)
		literal := text(p.code(c.values[i].typ.words[0]))
		c.values[i] = value{typ: c.values[i].typ, literal: literal}
		if strings.Count(written.Request, said) != 1 {
			return false
		}
		task := c.task()
		// A name of its own, so that only whoever judges the link can object.
		task.KnownValues[i].Name = strings.TrimSuffix(cut("chosen_"+slot.param, 40), "_")
		written.FollowUp = task
		written.Request = strings.Replace(written.Request, said, c.values[i].said(false), 1)
		_ = material
		return p.rewrite(plain(literal))
	}
	return false
}

func (p *planting) wrongLinkType() bool {
	switch written := p.written.(type) {
	case *sequentialReply:
		written.Link.SemanticType, written.Link.Transform = "blood_pressure", "none"
	case *oneStepReply:
		if len(written.Links) == 0 {
			return false
		}
		written.Links[0].SemanticType, written.Links[0].Transform = "blood_pressure", "none"
	}
	return p.rewrite("blood_pressure")
}

func (p *planting) unknownField() bool {
	const field = "result.unheard_of"
	switch written := p.written.(type) {
	case *sequentialReply:
		written.Link.Field = field
	case *parallelReply:
		if len(written.Uses) == 0 {
			return false
		}
		written.Uses[0].Field = field
	case *oneStepReply:
		if len(written.Links) == 0 {
			return false
		}
		written.Links[0].Field = field
	}
	return p.rewrite("unheard_of")
}

func (p *planting) dependentBranch() bool {
	written := p.written.(*parallelReply)
	if len(written.Parallel) == 0 {
		return false
	}
	branch := &written.Parallel[0]
	branch.Task = strings.TrimSuffix(branch.Task, ".") + " based on that result."
	return p.rewrite("based on that result")
}

func (p *planting) unusedBranch() bool {
	written := p.written.(*parallelReply)
	if len(written.Uses) < 2 {
		return false
	}
	written.Uses = written.Uses[:len(written.Uses)-1]
	return p.rewrite("")
}

func (p *planting) unquoted() bool {
	written := p.written.(*checkReply)
	if len(written.Checks) == 0 {
		return false
	}
	const evidence = "the person would surely be glad of it"
	written.Checks[p.random.IntN(len(written.Checks))].Evidence = evidence
	return p.rewrite(evidence)
}

func (p *planting) contradictVerdict() bool {
	written := p.written.(*checkReply)
	if written.Verdict == "keep" {
		written.Verdict = "drop"
	} else {
		written.Verdict = "keep"
	}
	return p.rewrite("")
}

// functionKinds spoil functions, mappings and distractors.
func functionKinds() []KindInfo {
	writers := []string{stageFunctions, stageOneStep}
	return []KindInfo{
		{Kind: "function_named_after_request", Stages: writers, Does: "A function's name holds a value of the request.", CaughtBy: []string{"request_literal"}, plant: (*planting).nameAfterRequest},
		{Kind: "broken_schema", Stages: append([]string{stageDistractor}, writers...), Does: "A function's schema requires what it does not have, or names a type that there is not.", CaughtBy: []string{"schema_invalid", "distractor_schema"}, plant: (*planting).breakSchema},
		{Kind: "parameter_without_source", Stages: writers, Does: "A required parameter gets its value from nowhere.", CaughtBy: []string{"parameter_without_source"}, plant: (*planting).strayParameter},
		{Kind: "unknown_function_mapped", Stages: writers, Does: "A task is mapped to a function that is not defined.", CaughtBy: []string{"function_unknown"}, plant: (*planting).mapUnknown},
		{Kind: "whole_request_parameter", Stages: writers, Does: "A function takes the request as a whole.", CaughtBy: []string{"whole_request", "parameter_without_source"}, plant: (*planting).wholeRequest},
		{Kind: "serving_distractor", Stages: []string{stageDistractor}, Does: "A distractor is the function itself under another name.", CaughtBy: []string{"distractor_serves_plan", "distractor_name"}, plant: (*planting).servingDistractor},
	}
}

// written functions of a reply, to be changed in place, with their mappings.
func (p *planting) defined() (functions []functionForm, mappings []mapping) {
	switch written := p.written.(type) {
	case *functionsReply:
		return written.Functions, written.Mapping
	case *oneStepReply:
		return written.Functions, written.Mapping
	case *distractorReply:
		return []functionForm{written.Function}, nil
	}
	return nil, nil
}

func (p *planting) nameAfterRequest() bool {
	functions, mappings := p.defined()
	var tasks []numberedTask
	if material, ok := p.read.(functionsMaterial); ok {
		tasks = material.Tasks
	} else if written, ok := p.written.(*oneStepReply); ok {
		for i, task := range written.Tasks {
			tasks = append(tasks, numberedTask{i, task})
		}
	}
	words := wordsOf(tasks)
	if len(functions) == 0 || len(words) == 0 {
		return false
	}
	style, _ := styleOf(functions[0].Name)
	parts := strings.Fields(strings.ToLower(words[0]))
	if slices.ContainsFunc(parts, func(part string) bool { return !plainLetters(part) }) {
		return false
	}
	name := functions[0].Name + "_for_" + strings.Join(parts, "_")
	if style != "snake_case" {
		name = functions[0].Name + "For"
		for _, part := range parts {
			name += capital(part)
		}
	}
	for i := range mappings {
		if mappings[i].Function == functions[0].Name {
			mappings[i].Function = name
		}
	}
	functions[0].Name = name
	return p.rewrite(name)
}

func plainLetters(word string) bool {
	return strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") == ""
}

func (p *planting) breakSchema() bool {
	if written, ok := p.written.(*distractorReply); ok {
		written.Function.Parameters = json.RawMessage(`{"type":"object","properties":{"since":{"type":"moment","minLength":"two"}},"required":["since"]}`)
		return p.rewrite("minLength")
	}
	functions, _ := p.defined()
	if len(functions) == 0 {
		return false
	}
	return p.addRequired(&functions[0], "returns") && p.rewrite("phantom")
}

// addRequired makes a schema require a member that it does not describe.
func (p *planting) addRequired(f *functionForm, part string) bool {
	at := &f.Parameters
	if part == "returns" {
		at = &f.Returns
	}
	var schema map[string]any
	if json.Unmarshal(*at, &schema) != nil {
		return false
	}
	required, _ := schema["required"].([]any)
	schema["required"] = append(required, "phantom")
	*at = encode(schema)
	return true
}

func (p *planting) addParameter(f *functionForm, name, description string) bool {
	var schema map[string]any
	if json.Unmarshal(f.Parameters, &schema) != nil {
		return false
	}
	properties, _ := schema["properties"].(map[string]any)
	required, _ := schema["required"].([]any)
	if properties == nil || len(properties) >= 10 || len(required) >= 10 {
		return false
	}
	properties[name] = map[string]any{"type": "string", "description": description}
	schema["required"] = append(required, name)
	f.Parameters = encode(schema)
	return true
}

func (p *planting) strayParameter() bool {
	functions, _ := p.defined()
	return len(functions) > 0 && p.addParameter(&functions[0], "account_level", "The level of the caller's account.") && p.rewrite("account_level")
}

func (p *planting) wholeRequest() bool {
	functions, mappings := p.defined()
	if len(functions) == 0 || !p.addParameter(&functions[0], "user_request", "What the user asks for, in their own words.") {
		return false
	}
	for i := range mappings {
		user := slices.IndexFunc(mappings[i].Arguments, func(a argument) bool { return a.Source == "user" })
		if mappings[i].Function == functions[0].Name && user >= 0 {
			mappings[i].Arguments = append(mappings[i].Arguments, argument{"user_request", "user", mappings[i].Arguments[user].Ref})
		}
	}
	return p.rewrite("user_request")
}

func (p *planting) mapUnknown() bool {
	functions, _ := p.defined()
	if len(functions) == 0 {
		return false
	}
	switch written := p.written.(type) {
	case *functionsReply:
		written.Functions = functions[1:]
	case *oneStepReply:
		if len(functions) == 1 {
			return false // its form wants one
		}
		written.Functions = functions[1:]
	}
	return p.rewrite("")
}

func (p *planting) servingDistractor() bool {
	written, material := p.written.(*distractorReply), p.read.(distractorMaterial)
	name := written.Function.Name
	written.Function = material.Function
	written.Function.Name = name
	return p.rewrite("")
}

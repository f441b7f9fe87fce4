package scriptedteacher

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// conversationKinds spoil what user and assistant say and do.
func conversationKinds() []KindInfo {
	user, assistant := []string{stageUser}, []string{stageAssistant}
	return []KindInfo{
		{Kind: "user_names_function", Stages: user, Does: "The user speaks of parameters, or in JSON.", CaughtBy: []string{"user_technical", "untidy_text"}, plant: (*planting).userTechnical},
		{Kind: "user_discloses_too_much", Stages: user, Does: "The user says a fact that is to be held back.", CaughtBy: []string{"user_disclosure"}, plant: (*planting).userDiscloses},
		{Kind: "user_forgets_fact", Stages: user, Does: "The user does not say a fact that is due.", CaughtBy: []string{"user_disclosure"}, plant: (*planting).userForgets},
		{Kind: "user_invents_value", Stages: user, Does: "The user says a number that nobody gave.", CaughtBy: []string{"user_invents_value"}, plant: (*planting).userInvents},
		{Kind: "unknown_function", Stages: assistant, Does: "The assistant calls a function that is not on offer.", CaughtBy: []string{"unknown_function"}, plant: (*planting).callUnknown},
		{Kind: "wrong_arguments", Stages: assistant, Does: "A call's arguments do not fit the schema.", CaughtBy: []string{"argument_schema"}, plant: (*planting).wrongArguments},
		{Kind: "ungrounded_argument", Stages: assistant, Does: "A call has a value that nobody said and nothing returned.", CaughtBy: []string{"ungrounded_argument"}, plant: (*planting).ungrounded},
		{Kind: "dependent_calls", Stages: assistant, Does: "A call goes out beside the one whose result it needs.", CaughtBy: []string{"dependent_calls"}, plant: (*planting).dependentCalls},
		{Kind: "calls_side_by_side", Stages: assistant, Does: "Several calls go out in one turn though only one is allowed.", CaughtBy: []string{"parallel_off"}, plant: (*planting).sideBySide},
		{Kind: "repeated_call", Stages: assistant, Does: "A call is made again whose result is there.", CaughtBy: []string{"repeated_call"}, plant: (*planting).repeatCall},
		{Kind: "never_finishing", Stages: assistant, Does: "Once begun, the assistant goes on calling for ever in the place of an answer.", CaughtBy: []string{"repeated_call", "never_finishes"}, plant: (*planting).neverFinish},
		{Kind: "early_answer", Stages: assistant, Does: "The assistant answers before everything is done.", CaughtBy: []string{"missing_step"}, plant: (*planting).answerEarly},
		{Kind: "needless_question", Stages: assistant, Does: "The assistant asks for nothing that is missing.", CaughtBy: []string{"needless_question", "missing_step"}, plant: (*planting).askNeedlessly},
		{Kind: "gives_up", Stages: assistant, Does: "The assistant refuses what it could do.", CaughtBy: []string{"gives_up", "missing_step"}, plant: (*planting).giveUp},
		{Kind: "plan_in_thought", Stages: assistant, Does: "A thought speaks of sub-tasks and a plan.", CaughtBy: []string{"thought_leaks_plan"}, plant: (*planting).leakPlan},
		{Kind: "thought_unseen_value", Stages: assistant, Does: "A thought states a result that is not there yet.", CaughtBy: []string{"thought_unseen_value"}, plant: (*planting).thinkAhead},
		{Kind: "answer_invents_number", Stages: assistant, Does: "The answer states a number that comes from nowhere.", CaughtBy: []string{"answer_unseen_value"}, plant: (*planting).inventNumber},
		{Kind: "turns_out_of_order", Stages: []string{stageOneReply}, Does: "A conversation written in one piece has results without calls.", CaughtBy: []string{"turn_order"}, plant: (*planting).disorder},
		{Kind: "incomplete_judge", Stages: []string{stageJudge}, Does: "The judge leaves a criterion out.", CaughtBy: []string{"judge_coverage"}, plant: (*planting).judgeLess},
	}
}

func (p *planting) userTechnical() bool {
	written := p.written.(*userReply)
	for _, c := range p.reader.clauses(written.Message) {
		for _, parameter := range c.step.parameters() {
			if strings.Contains(parameter.name, "_") {
				written.Message += " That is what goes into " + parameter.name + "."
				return p.rewrite("That is what goes into")
			}
		}
	}
	written.Message += ` In short: {"urgent": true}.`
	return p.rewrite(`{"urgent": true}`)
}

func (p *planting) userDiscloses() bool {
	written, material := p.written.(*userReply), p.read.(userMaterial)
	id := strings.Trim(factMark.FindString(material.Goal), "[]")
	// Who corrects something has been asked for the rest already.
	if id == "" || material.Turn == "correct" || slices.Contains(written.Disclosed, id) {
		return false
	}
	written.Disclosed = append(written.Disclosed, id)
	return p.rewrite(id)
}

func (p *planting) userForgets() bool {
	written, material := p.written.(*userReply), p.read.(userMaterial)
	for _, one := range material.Say {
		said := spoken(one.Value)
		if len(said) >= 4 && strings.Count(written.Message, said) == 1 {
			written.Message = strings.Replace(written.Message, said, "the usual", 1)
			return p.rewrite("the usual")
		}
	}
	return false
}

func (p *planting) userInvents() bool {
	written := p.written.(*userReply)
	number := itoa(410000 + p.random.IntN(90000))
	written.Message += " My customer number is " + number + "."
	return p.rewrite(number)
}

// calls are the calls of an assistant's turn; none where it does something else.
func (p *planting) assistantCalls() []toolCall {
	written := p.written.(*assistantReply)
	if written.Action != "call" {
		return nil
	}
	written.Calls = slices.Clone(written.Calls)
	return written.Calls
}

func (p *planting) callUnknown() bool {
	calls := p.assistantCalls()
	if len(calls) == 0 {
		return false
	}
	calls[0].Name = "lookup_anything"
	return p.rewrite("lookup_anything")
}

// argumentsOf reads a call's arguments.
func argumentsOf(c *toolCall) map[string]json.RawMessage {
	var members map[string]json.RawMessage
	_ = json.Unmarshal(c.Arguments, &members)
	return members
}

func (p *planting) wrongArguments() bool {
	calls := p.assistantCalls()
	if len(calls) == 0 {
		return false
	}
	members := argumentsOf(&calls[0])
	names := sortedNames(members)
	if len(names) == 0 {
		return false
	}
	name := names[p.random.IntN(len(names))]
	members[name] = encode(map[string]any{"value": members[name]})
	calls[0].Arguments = encode(members)
	return p.rewrite("")
}

func sortedNames(members map[string]json.RawMessage) []string {
	names := make([]string, 0, len(members))
	for name := range members {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (p *planting) ungrounded() bool {
	calls := p.assistantCalls()
	for i := range calls {
		members := argumentsOf(&calls[i])
		for _, name := range sortedNames(members) {
			if codes.MatchString(plain(members[name])) {
				invented := p.code(plain(members[name])[:2])
				members[name] = text(invented)
				calls[i].Arguments = encode(members)
				return p.rewrite(invented)
			}
			if members[name][0] != '"' {
				invented := itoa(100000 + p.random.IntN(900000))
				members[name] = json.RawMessage(invented)
				calls[i].Arguments = encode(members)
				return p.rewrite(invented)
			}
		}
	}
	return false
}

// agendaOf is where the conversation of an assistant's request stands.
func (p *planting) agendaOf() (*state, []next) {
	material := p.read.(assistantMaterial)
	s := p.reader.follow(material.Dialogue, material.Tools)
	return s, s.agenda()
}

func (p *planting) dependentCalls() bool {
	calls := p.assistantCalls()
	if len(calls) == 0 || !p.read.(assistantMaterial).Parallel {
		return false
	}
	s, agenda := p.agendaOf()
	clauses := []clause{}
	for i := range s.goals {
		one := &agenda[i]
		if one.waits && !one.closed && one.goal.tool != nil {
			arguments := map[string]json.RawMessage{}
			direct, invented := true, ""
			for k, slot := range one.goal.step.slots() {
				v := one.goal.values[k]
				if v.literal != nil {
					arguments[slot.param] = v.literal
					continue
				}
				if slot.many || len(v.refs) != 1 {
					direct = false
					continue
				}
				for _, at := range meant(v.refs[0], clauses) {
					direct = direct && slices.ContainsFunc(calls, func(c toolCall) bool { return agenda[at].goal.tool != nil && c.Name == agenda[at].goal.tool.Name })
				}
				invented = p.code(v.refs[0].typ.words[0])
				arguments[slot.param] = text(invented)
			}
			if direct {
				written := p.written.(*assistantReply)
				written.Calls = append(written.Calls, toolCall{one.goal.tool.Name, encode(arguments)})
				return p.rewrite(invented)
			}
		}
		clauses = append(clauses, s.goals[i].clause)
	}
	return false
}

func (p *planting) sideBySide() bool {
	calls := p.assistantCalls()
	if len(calls) != 1 || p.read.(assistantMaterial).Parallel {
		return false
	}
	_, agenda := p.agendaOf()
	for i := range agenda {
		one := &agenda[i]
		if one.done == nil && !one.waits && one.goal.tool != nil && callKey(one.call.Name, one.call.Arguments) != callKey(calls[0].Name, calls[0].Arguments) {
			written := p.written.(*assistantReply)
			written.Calls = append(written.Calls, one.call)
			return p.rewrite("")
		}
	}
	return false
}

func (p *planting) repeatCall() bool {
	calls := p.assistantCalls()
	if len(calls) == 0 {
		return false
	}
	_, agenda := p.agendaOf()
	for i := range agenda {
		if one := &agenda[i]; one.done != nil && one.done.result != nil {
			calls[0] = one.call
			return p.rewrite("")
		}
	}
	return false
}

func (p *planting) neverFinish() bool {
	written := p.written.(*assistantReply)
	if written.Action != "answer" {
		return false
	}
	_, agenda := p.agendaOf()
	for i := len(agenda) - 1; i >= 0; i-- {
		if one := &agenda[i]; one.done != nil && one.done.result != nil {
			*written = assistantReply{Thought: "To be sure, I look at that once more.", Action: "call", Calls: []toolCall{one.call}, Missing: []string{}}
			return p.rewrite("")
		}
	}
	return false
}

func (p *planting) answerEarly() bool {
	written := p.written.(*assistantReply)
	s, agenda := p.agendaOf()
	if written.Action != "call" || !slices.ContainsFunc(agenda, func(n next) bool { return n.done != nil && n.done.result != nil && n.done.turn > s.last }) {
		return false
	}
	*written = assistantReply{Action: "answer", Calls: []toolCall{}, Missing: []string{}, Text: p.answer(s, agenda)}
	return p.rewrite("")
}

func (p *planting) askNeedlessly() bool {
	written := p.written.(*assistantReply)
	if written.Action != "call" {
		return false
	}
	*written = assistantReply{Action: "ask", Calls: []toolCall{}, Missing: []string{"a preference"}, Text: "Do you have a preference that I should know of?"}
	return p.rewrite("a preference that I should know of")
}

func (p *planting) giveUp() bool {
	written := p.written.(*assistantReply)
	if written.Action != "call" {
		return false
	}
	*written = assistantReply{Action: "refuse", Calls: []toolCall{}, Missing: []string{}, Text: "I am sorry, nothing at my disposal can do that."}
	return p.rewrite("nothing at my disposal can do that")
}

func (p *planting) leakPlan() bool {
	written := p.written.(*assistantReply)
	if written.Action != "call" {
		return false
	}
	written.Thought = cutWords(written.Thought, 60) + " As planned, this settles sub-task two."
	return p.rewrite("As planned, this settles sub-task two")
}

func (p *planting) thinkAhead() bool {
	written := p.written.(*assistantReply)
	if written.Action != "call" {
		return false
	}
	value := p.code("QZ")
	written.Thought = cutWords(written.Thought, 60) + " It will be " + value + "."
	return p.rewrite(value)
}

func (p *planting) inventNumber() bool {
	written := p.written.(*assistantReply)
	if written.Action != "answer" {
		return false
	}
	number := itoa(310000 + p.random.IntN(90000))
	written.Text += " The confirmation number is " + number + "."
	return p.rewrite(number)
}

func (p *planting) disorder() bool {
	written := p.written.(*oneReplyReply)
	for i := range written.Turns {
		if written.Turns[i].From == "tool" {
			written.Turns = slices.Delete(written.Turns, i-1, i)
			return p.rewrite("")
		}
	}
	return false
}

func (p *planting) judgeLess() bool {
	written := p.written.(*judgeReply)
	if len(written.Turns) == 0 || len(written.Turns[0].Checks) == 0 {
		return false
	}
	written.Turns[0].Checks = written.Turns[0].Checks[1:]
	return p.rewrite("")
}

// toolKinds spoil what tools return.
func toolKinds() []KindInfo {
	tool := []string{stageTool}
	return []KindInfo{
		{Kind: "result_outside_schema", Stages: tool, Does: "A result has a field that is not declared.", CaughtBy: []string{"result_schema"}, plant: (*planting).resultOutside},
		{Kind: "result_and_error", Stages: tool, Does: "A call brings both a result and an error.", CaughtBy: []string{"result_or_error"}, plant: (*planting).resultAndError},
		{Kind: "contradiction", Stages: tool, Does: "A function that only reads gives a settled fact another value.", CaughtBy: []string{"contradiction"}, plant: (*planting).contradict},
		{Kind: "ignored_failure", Stages: tool, Does: "A call succeeds that was to fail.", CaughtBy: []string{"failure_directive"}, plant: (*planting).ignoreFailure},
		{Kind: "needless_failure", Stages: tool, Does: "A call fails that was to succeed.", CaughtBy: []string{"failure_directive"}, plant: (*planting).failNeedlessly},
		{Kind: "placeholder", Stages: tool, Does: "A result holds a stand-in.", CaughtBy: []string{"placeholder"}, plant: (*planting).placeholder},
	}
}

func (p *planting) resultMembers() map[string]json.RawMessage {
	var members map[string]json.RawMessage
	_ = json.Unmarshal(p.written.(*toolReply).Result, &members)
	return members
}

func (p *planting) resultOutside() bool {
	members := p.resultMembers()
	if members == nil {
		return false
	}
	members["friendly_hint"] = text("Have a nice day")
	p.written.(*toolReply).Result = encode(members)
	return p.rewrite("friendly_hint")
}

func (p *planting) resultAndError() bool {
	written := p.written.(*toolReply)
	if written.Error != nil {
		return false
	}
	written.Error = &toolError{"service_busy", "The service is busy."}
	return p.rewrite("The service is busy")
}

func (p *planting) contradict() bool {
	written, material := p.written.(*toolReply), p.read.(toolMaterial)
	if written.Error != nil || material.Function.Effect == "write" || len(material.Facts) == 0 {
		return false
	}
	fact := material.Facts[p.random.IntN(len(material.Facts))]
	fact.Value = text("quite another one")
	written.Facts = append(written.Facts, fact)
	return p.rewrite("quite another one")
}

func (p *planting) ignoreFailure() bool {
	written, material := p.written.(*toolReply), p.read.(toolMaterial)
	if material.Failure == nil {
		return false
	}
	*written = toolReply{Result: p.result(&material.Function, material.Arguments, material.Facts), Facts: []notedFact{}}
	return p.rewrite("")
}

func (p *planting) failNeedlessly() bool {
	written, material := p.written.(*toolReply), p.read.(toolMaterial)
	if material.Failure != nil || len(material.Function.Errors) == 0 {
		return false
	}
	one := material.Function.Errors[0]
	*written = toolReply{Result: json.RawMessage("null"), Error: &toolError{one.Code, cut(one.When, 200)}, Facts: []notedFact{}}
	return p.rewrite("")
}

func (p *planting) placeholder() bool {
	members := p.resultMembers()
	for _, name := range sortedNames(members) {
		if _, date := time.Parse(time.DateOnly, plain(members[name])); members[name][0] == '"' && date != nil {
			members[name] = text("John Doe")
			p.written.(*toolReply).Result = encode(members)
			return p.rewrite("John Doe")
		}
	}
	return false
}

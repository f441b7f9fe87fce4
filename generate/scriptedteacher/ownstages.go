package scriptedteacher

import (
	"encoding/json"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
)

// own answers a stage whose material offers tools of somebody's own; false where it
// does not.
func (t *turn) own(raw json.RawMessage) (reply any, is bool) {
	var offer struct {
		Tools    []functionForm `json:"tools"`
		Function functionForm   `json:"function"`
		Goal     string         `json:"goal"`
	}
	if json.Unmarshal(raw, &offer) != nil {
		return nil, false
	}
	var answer stage
	tools := ownTools(offer.Tools)
	switch t.stage {
	case stageAtomic:
		answer = of(func(t *turn, m atomicMaterial) any { return t.ownAtomic(tools, m) })
	case stageSequential:
		answer = of(func(t *turn, m sequentialMaterial) any { return t.ownSequential(tools, m) })
	case stageParallel:
		answer = of(func(t *turn, m parallelMaterial) any { return t.ownParallel(tools, m) })
	case stageFunctions:
		answer = of(func(t *turn, m functionsMaterial) any {
			return &functionsReply{[]functionForm{}, ownMapping(tools, m.Tasks, m.Links)}
		})
	case stageAssistant:
		if !t.foreign(offer.Tools) {
			return nil, false
		}
		answer = of(func(t *turn, m assistantMaterial) any { return t.ownAssistant(m) })
	case stageUser:
		if !ownSentence.MatchString(offer.Goal) || len(t.reader.clauses(offer.Goal)) > 0 {
			return nil, false
		}
		_, reply = of((*turn).ownUser)(t, raw)
		return reply, true
	case stageTool:
		if t.world.stepDescribed(offer.Function.Description) != nil {
			return nil, false
		}
		_, reply = of((*turn).ownTool)(t, raw)
		return reply, true
	}
	if answer == nil || len(tools) == 0 {
		return nil, false
	}
	_, reply = answer(t, raw)
	return reply, true
}

// ownNative is own for a turn of the assistant by native tool calling.
func (t *turn) ownNative(m assistantMaterial) (reply any, is bool) {
	for _, tool := range m.Tools {
		if t.world.stepDescribed(tool.Description) != nil {
			return nil, false
		}
	}
	return t.ownAssistant(m), true
}

// foreign reports whether none of some tools is of the teacher's own world.
func (t *turn) foreign(tools []functionForm) bool {
	return !slices.ContainsFunc(tools, func(f functionForm) bool { return t.world.stepDescribed(f.Description) != nil })
}

// ownFrame begins each of the tasks.
const ownFrame = "I need you to "

func (c *ownClause) task() atomicTask {
	task := atomicTask{
		Task: ownFrame + c.said() + ".", KnownValues: []knownValue{}, Effect: c.tool.effect,
		Result: taskResult{SemanticType: snake(cut(c.tool.words, 30) + " outcome"), Description: "What comes of the " + c.tool.words + ".", Fields: []resultField{}},
	}
	for _, arg := range c.args {
		if arg.literal != nil {
			name := snake(arg.param.words)
			task.KnownValues = append(task.KnownValues, knownValue{name, name, arg.literal})
		}
	}
	for _, field := range c.tool.fields[:min(len(c.tool.fields), 6)] {
		task.Result.Fields = append(task.Result.Fields, resultField{snake(field.words), snake(field.words)})
	}
	return task
}

// thinking is a task that takes no tool.
func thinking(random *rand.Rand, what string, taken []string) atomicTask {
	text := ""
	for range 20 {
		text = draw(random, "Tell me in plain words what ", "Explain to me what ", "Say in a sentence or so what ", "Let me know what ", "Give me your view of what ") + what +
			draw(random, " mean for me.", " come down to.", " amount to in practice.", " tell us all in all.")
		if !slices.Contains(taken, text) {
			break
		}
	}
	return atomicTask{
		Task: text, KnownValues: []knownValue{}, Effect: "pure",
		Result: taskResult{SemanticType: "plain_summary", Description: "What it comes down to.", Fields: []resultField{}},
	}
}

func (t *turn) ownAtomic(tools []*ownTool, material atomicMaterial) any {
	random := t.random("own atomic")
	var candidates []*ownTool
	for _, tool := range tools {
		if tool.sayable() && tool.asks() {
			candidates = append(candidates, tool)
		}
	}
	if len(candidates) == 0 {
		for _, tool := range tools {
			if tool.sayable() {
				candidates = append(candidates, tool)
			}
		}
	}
	if len(candidates) == 0 {
		return nil
	}
	c := candidates[random.IntN(len(candidates))].clause(random, material.Locale, map[string]bool{}, nil)
	task := c.task()
	return &task
}

// ownRequest says tasks as one request.
func (t *turn) ownRequest(random *rand.Rand, from scenario, tasks []string, mostWords int) string {
	var out []string
	for i, task := range tasks {
		if what, ok := strings.CutPrefix(task, ownFrame); ok {
			frame := draw(random, "Please ", "I would like you to ", ownFrame, "Kindly ", "Would you be so good as to ", "I want you to ")
			if i > 0 {
				frame = draw(random, "Also ", "Besides that, ", "Then ", "Please also ", "As a next thing, ")
			}
			task = frame + what
		}
		out = append(out, task)
	}
	text := strings.Join(out, " ")
	for _, context := range []string{from.Situation, about(random, t.world.aimOf(from))} {
		if context != "" && random.IntN(2) == 0 && len(strings.Fields(context+" "+text)) <= mostWords {
			return context + " " + text
		}
	}
	return text
}

func taskTexts(tasks []numberedTask) []string {
	var texts []string
	for _, task := range tasks {
		texts = append(texts, task.Task)
	}
	return texts
}

// link finds a parameter of a tool that takes a field of what another one brings: one
// of its name, or one whose thing it is the id of.
func (t *ownTool) link(from *ownTool) (*ownArg, *ownField) {
	for _, byName := range []bool{true, false} {
		for _, p := range t.params {
			for i := range from.fields[:min(len(from.fields), 6)] {
				field := &from.fields[i]
				same := field.words == p.words || strings.HasSuffix(p.words, " "+field.words) || strings.HasSuffix(field.words, " "+p.words)
				other := p.required && p.typ == "string" && p.schema["enum"] == nil && p.schema["format"] == nil
				named := holdsAny(field.words, "id", "code", "number", "reference", "key")
				if p.fixed == nil && field.typ == p.typ && (byName && same || !byName && other && named) && !p.list {
					return &ownArg{param: p, field: field.words, source: from.words}, field
				}
			}
		}
	}
	return nil, nil
}

func (t *turn) ownSequential(tools []*ownTool, material sequentialMaterial) any {
	if material.Follow < 0 || material.Follow >= len(material.Tasks) {
		return nil
	}
	random := t.random("own sequential")
	texts := taskTexts(material.Tasks)
	reply := &sequentialReply{Reasoning: "What comes first is of use only when something is made of it."}
	followed := material.Tasks[material.Follow]
	done := ownClauses(strings.Join(texts, "\n"), tools)
	used := map[string]bool{}
	for _, c := range done {
		for _, arg := range c.args {
			used[plain(arg.literal)] = true
		}
	}
	if source := ownClauses(followed.Task, tools); len(source) == 1 {
		for _, i := range random.Perm(len(tools)) {
			tool := tools[i]
			linked, field := tool.link(source[0].tool)
			twice := slices.ContainsFunc(done, func(c ownClause) bool { return c.tool == tool })
			if linked == nil || twice || !tool.sayable() {
				continue
			}
			c := tool.clause(random, material.Locale, used, linked)
			reply.FollowUp = c.task()
			reply.Link = newLink{"result." + snake(field.words), snake(linked.param.words), snake(field.words), "none"}
			break
		}
	}
	if reply.FollowUp.Task == "" {
		reply.FollowUp = thinking(random, "that and all of its details", texts)
		reply.Link = newLink{"result", "what_came", followed.Result.SemanticType, "none"}
	}
	reply.Request = t.ownRequest(random, material.Scenario, append(texts, reply.FollowUp.Task), material.MostWords)
	return reply
}

func (t *turn) ownParallel(tools []*ownTool, material parallelMaterial) any {
	random := t.random("own parallel")
	texts := taskTexts(material.Tasks)
	done := ownClauses(strings.Join(texts, "\n"), tools)
	if len(done) == 0 {
		return nil
	}
	used := map[string]bool{}
	for _, arg := range done[0].args {
		used[plain(arg.literal)] = true
	}
	reply := &parallelReply{Reasoning: "None of these needs another.", Parallel: []atomicTask{}, Uses: []use{}, Combine: "none"}
	for range material.New[:min(len(material.New), mostBranches)] {
		var next *ownTool
		for _, i := range random.Perm(len(tools)) {
			is := func(c ownClause) bool { return c.tool == tools[i] }
			if material.Kind == "same" && is(done[0]) && tools[i].asks() || material.Kind != "same" && !slices.ContainsFunc(done, is) && tools[i].sayable() {
				next = tools[i]
			}
		}
		if next == nil {
			return nil
		}
		c := next.clause(random, material.Locale, used, nil)
		done = append(done, c)
		reply.Parallel = append(reply.Parallel, c.task())
		texts = append(texts, c.task().Task)
	}
	if material.Final {
		final := thinking(random, "those outcomes", texts)
		reply.Final, reply.Combine = &final, "compare"
		for i, branch := range append(slices.Clone(material.Branches), material.New...) {
			reply.Uses = append(reply.Uses, use{branch, "result", "outcome_" + string(rune('a'+i))})
		}
		texts = append(texts, final.Task)
	}
	reply.Request = t.ownRequest(random, material.Scenario, texts, material.MostWords)
	return reply
}

// ownMapping says which tool does each task, and how. Tasks that take none are left
// out.
func ownMapping(tools []*ownTool, tasks []numberedTask, links []link) []mapping {
	all := []mapping{}
	for i, task := range tasks {
		clauses := ownClauses(task.Task, tools)
		if len(clauses) != 1 {
			continue
		}
		c, one := clauses[0], mapping{i, clauses[0].tool.name, []argument{}}
		for _, arg := range c.args {
			if arg.literal != nil {
				one.Arguments = append(one.Arguments, argument{arg.param.path, "user", snake(arg.param.words)})
				continue
			}
			for _, l := range links {
				source := []ownClause(nil)
				if l.To == i && l.From < len(tasks) && l.Input == snake(arg.param.words) {
					source = ownClauses(tasks[l.From].Task, tools)
				}
				if len(source) != 1 {
					continue
				}
				for _, field := range source[0].tool.fields {
					if field.words == arg.field {
						one.Arguments = append(one.Arguments, argument{arg.param.path, "result", itoa(l.From) + "." + field.path})
					}
				}
			}
		}
		for _, p := range c.tool.params {
			if p.required && p.fixed != nil {
				one.Arguments = append(one.Arguments, argument{p.path, "default", ""})
			}
		}
		all = append(all, one)
	}
	return all
}

var anyFact = regexp.MustCompile(`\[f\d+\]`)

// ownUser says what the teacher's user says, with another value of its kind for one
// that is taken back.
func (t *turn) ownUser(material userMaterial) any {
	reply := t.user(material).(*userReply)
	reply.Message = anyFact.ReplaceAllString(reply.Message, toBeTold)
	if reply.Changed == nil {
		return reply
	}
	random := t.random("own correction")
	old := material.Change.Value
	fresh := text("ZQ-" + itoa(10000+random.IntN(90000)))
	var figure float64
	switch _, isDate := (&valueType{kind: "date"}).read(plain(old)); {
	case json.Unmarshal(old, &figure) == nil:
		fresh = encode(figure + 1)
	case isDate:
		fresh = text(someDay(random, material.Today))
	case slices.Contains(strings.Split(material.Change.Name, "_"), "city"):
		fresh = text(unused(random, cities(), map[string]bool{plain(old): true}))
	}
	reply.Changed.Value = fresh
	reply.Message = draw(random, "Sorry, I got something wrong: ", "Wait, there is a mistake of mine: ") +
		"the " + strings.ReplaceAll(material.Change.Name, "_", " ") + " should be " + spoken(fresh) + ", instead of " + spoken(old) + ". Please do it again with that."
	return reply
}

// ownTool answers a call by the schema of its result; where that says nothing, with a
// code.
func (t *turn) ownTool(material toolMaterial) any {
	schema := plainSchema(material.Function.Returns)
	if schema["type"] == "object" && schema["properties"] == nil || schema["type"] == nil {
		schema = map[string]any{"type": "object", "properties": map[string]any{"outcome_code": map[string]any{"type": "string"}}}
	}
	varied(t.random("own patterns"), "", schema, 0)
	material.Function.Returns = encode(schema)
	return t.tool(material)
}

// mostPatterned is how many different values are made of one pattern.
const mostPatterned = 12

// varied lets whole numbers that name things differ from one another, and gives texts
// of a pattern some values to choose from.
func varied(random *rand.Rand, name string, schema map[string]any, depth int) {
	if depth > 8 {
		return
	}
	if words := inWords(name); schema["type"] == "integer" && schema["maximum"] == nil && (words == "id" || strings.HasSuffix(words, " id") || strings.HasSuffix(words, "number")) {
		schema["minimum"], schema["maximum"] = 100000.0, 9999999.0
	}
	if pattern, ok := schema["pattern"].(string); ok && schema["enum"] == nil {
		choices := []any{}
		for range mostPatterned {
			if made := ofPattern(random, pattern, locale{}, map[string]bool{}); made != "" {
				choices = append(choices, made)
			}
		}
		if len(choices) > 0 {
			schema["enum"] = choices
		}
	}
	properties, _ := schema["properties"].(map[string]any)
	for _, member := range sortedKeys(properties) {
		if inner, ok := properties[member].(map[string]any); ok {
			varied(random, member, inner, depth+1)
		}
	}
	if items, ok := schema["items"].(map[string]any); ok {
		varied(random, name, items, depth+1)
	}
}

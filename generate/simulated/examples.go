package simulated

import (
	"encoding/json"

	"github.com/buttonbench/button"
)

// Examples returns a material for the prompt of each stage, so that a prompt can be
// read without a teacher. No teacher is ever shown them.
func Examples() map[string]any {
	scenario := ScenarioText{
		Domain: "pets and vets", Actor: "dog owner", Needs: []string{"opening hours of clinics", "appointments"},
		Situation: "A dog owner who has just moved to another town has to find a vet for an animal that is limping.",
	}
	locale := Locale{
		Country: "United Kingdom", Currency: "GBP", Today: "2025-05-05", Dates: []string{"2025-05-12", "2025-06-02"},
		Places: []string{"Leeds", "Derby", "Exeter"}, People: []string{"Priya Nair", "Hattie Barlow"},
	}
	find, book := exampleTasks()
	link := Link{From: 0, Field: "result.clinic_id", To: 1, Input: "clinic", SemanticType: "clinic_id", Transform: TransformNone}
	request := "My dog is limping. Please find a vet in Leeds that is open on 12 May and book a check-up for Rufus at that clinic."
	tasks := numbered([]AtomicTask{find, book})
	function := exampleFunction()
	examples := exampleTalk(find, function, locale.Today, request)
	for stage, material := range map[string]any{
		StageExtract:    ExtractMaterial{[]NumberedSeed{{0, "USER: Which vets are open on Monday?"}, {1, "USER: Write a poem about my dog."}}, []string{"cooking and recipes", "pets and vets"}},
		StageExpand:     ExpandMaterial{scenario, AxisActor, scenario.Domain, 3, []string{}},
		StageInvent:     InventMaterial{scenario.Domain, 4, []string{scenario.Situation}},
		StageAtomicTask: AtomicTaskMaterial{Scenario: scenario, Locale: locale},
		StageSequential: SequentialMaterial{
			Scenario: scenario, Locale: locale, Request: find.Task, Tasks: tasks[:1], Links: []Link{}, Follow: 0, Beside: []int{}, MostWords: MostRequestWords(2),
		},
		StageParallel: ParallelMaterial{
			Scenario: scenario, Locale: locale, Request: find.Task, Tasks: tasks[:1], Links: []Link{},
			Branches: []int{0}, New: []int{1}, Kind: KindSame, Final: true, MostWords: MostRequestWords(3),
		},
		StageCompositions: CheckMaterial{
			request, []PlainTask{{0, find.Task, find.Result.SemanticType, find.Effect}, {1, book.Task, book.Result.SemanticType, book.Effect}},
			[]Link{link}, locale.Today, Questions(),
		},
		StageFunctions: FunctionsMaterial{Request: request, Tasks: tasks, Links: []Link{link}, Style: StyleSnake, Existing: []FunctionForm{function}},
		StageOneStep: OneStepMaterial{
			Scenario: scenario, Locale: locale, Shape: ShapeChain, Count: 2, Depth: 2, Style: StyleSnake, Existing: []FunctionForm{function}, MostWords: MostRequestWords(2),
		},
	} {
		examples[stage] = material
	}
	return examples
}

func exampleTasks() (find, book AtomicTask) {
	text := func(name, semantic, value string) KnownValue {
		return KnownValue{name, semantic, json.RawMessage(button.AppendString(nil, value))}
	}
	find = AtomicTask{
		Task:        "Find a vet in Leeds that is open on 12 May.",
		KnownValues: []KnownValue{text("city", "city", "Leeds"), text("day", "date", "12 May")},
		Result: TaskResult{
			"vet_clinic", "a clinic that is open then", []ResultField{{"clinic_id", "clinic_id"}, {"opens", "opening_time"}},
		},
		Effect: button.EffectRead,
	}
	book = AtomicTask{
		Task:        "Book a check-up for the dog Rufus at that clinic.",
		KnownValues: []KnownValue{text("pet", "pet_name", "Rufus")},
		Result: TaskResult{
			"appointment", "the appointment that was made", []ResultField{{"appointment_id", "appointment_id"}, {"start", "appointment_time"}},
		},
		Effect: button.EffectWrite,
	}
	return find, book
}

func exampleFunction() FunctionForm {
	return FunctionForm{
		Name: "find_clinics", Description: "Lists the veterinary clinics of a town that are open on a day.",
		Parameters: json.RawMessage(`{"type":"object","properties":{"city":{"type":"string","description":"the town"},"day":{"type":"string","format":"date","description":"the day"}},"required":["city","day"]}`),
		Returns:    json.RawMessage(`{"type":"object","properties":{"clinics":{"type":"array","description":"those that are open","items":{"type":"object","description":"a clinic","properties":{"clinic_id":{"type":"string","description":"its id"},"opens":{"type":"string","format":"time","description":"when it opens"}},"required":["clinic_id"]}}},"required":["clinics"]}`),
		Errors:     []FunctionError{{"unknown_city", "there is no such town"}}, Effect: button.EffectRead,
	}
}

// exampleTalk has the materials of the stages that play a conversation.
func exampleTalk(task AtomicTask, function FunctionForm, today, request string) map[string]any {
	persona := Persona{Who: "dog owner", Age: "thirties", Mood: "worried", Expertise: "no expert", Style: "plain sentences", MinWords: 8, MaxWords: 60}
	facts := []Fact{{"f1", "city", "city", task.KnownValues[0].Value}, {"f2", "day", "date", task.KnownValues[1].Value}}
	offered := []OfferedTool{{function.Name, function.Description, function.Parameters, function.Returns}}
	call := ToolCall{function.Name, json.RawMessage(`{"city":"Leeds","day":"2025-05-12"}`)}
	result := json.RawMessage(`{"clinics":[{"clinic_id":"VC-417","opens":"08:30"}]}`)
	turns := []Turn{
		{Index: 0, From: button.RoleUser, Text: request},
		{Index: 1, From: button.RoleAssistant, Thought: "The user named town and day, so the clinics can be looked up.", Calls: []ToolCall{call}},
		{Index: 2, From: button.RoleTool, Results: []ToolResult{{Result: result}}},
	}
	return map[string]any{
		StageUser:       UserMaterial{Turn: TurnOpen, Persona: persona, Goal: task.Task, Say: facts, Dialogue: []Spoken{}, Today: today},
		StageAssistant:  AssistantMaterial{Today: today, Parallel: true, Tools: offered, Dialogue: turns},
		StageTool:       ToolMaterial{Function: function, Arguments: call.Arguments, Earlier: []MadeCall{}, Facts: []NotedFact{}, Today: today},
		StageDistractor: DistractorMaterial{Function: function, Respect: "object", Taken: []string{function.Name}},
		StageJudge: JudgeMaterial{
			Today: today, Parallel: true, Tools: offered, Dialogue: turns, Criteria: criteria(), Judge: []int{1},
		},
		StageOneReply: OneReplyMaterial{Today: today, Parallel: true, Persona: persona, Goal: task.Task, Facts: facts, Tools: []FunctionForm{function}},
	}
}

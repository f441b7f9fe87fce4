package generate

import "encoding/json"

// Examples gives a material for each prompt of hybrid mode, to show prompts with.
func Examples() map[string]any {
	request := "What is the fare of the 09:15 from Alderbrook to Whitcombe on 3 March? Also reserve two seats on it."
	asked := []Utterance{{From: "user", Text: request}}
	return map[string]any{
		PromptRequest: RewordMaterial{
			Today: "2026-03-01", Situation: "planning a weekend with the children", Manner: "talkative, gives a little background", MaxWords: 44,
			Dialogue: []Utterance{}, Sketch: request,
			Facts: []SayFact{
				{ID: "f1", Kind: "literal", Type: "time", Ways: []string{"09:15", "quarter past nine", "9.15"}},
				{ID: "f2", Kind: "literal", Type: "station", Ways: []string{"Alderbrook"}},
				{ID: "f3", Kind: "literal", Type: "station", Ways: []string{"Whitcombe"}},
				{ID: "f4", Kind: "literal", Type: "date", Ways: []string{"3 March", "Tuesday", "the day after tomorrow"}},
				{ID: "f5", Kind: "literal", Type: "count", Ways: []string{"two", "2"}},
			},
			Unsayable: []string{"find_trains", "reserve_seats", "train_status"},
		},
		PromptThought: ThoughtMaterial{
			Today:    "2026-03-01",
			Dialogue: append(asked, Utterance{From: "tool", Call: "find_trains", Text: `{"trains":[{"train":"WA 310","departs":"09:15","fare":{"amount":"18.40","currency":"GBP"}}]}`}),
			Calls: []ComingCall{{
				Function: "reserve_seats", Description: "Reserve seats on a train.", Arguments: json.RawMessage(`{"train":"WA 310","seats":2}`),
				Sources: map[string]string{"train": "result", "seats": "user"},
			}},
			Sketch: "The 09:15 is WA 310; two seats are wanted on it.",
		},
		PromptAnswer: RewordMaterial{
			Today: "2026-03-01", MaxWords: 58,
			Dialogue: append(asked, Utterance{From: "tool", Call: "reserve_seats", Text: `{"reservation":"R-52810"}`}),
			Sketch:   "The fare is £18.40. Two seats are reserved; the reservation is R-52810.",
			Facts: []SayFact{
				{ID: "f1", Kind: "value", Type: "money", Ways: []string{"£18.40", "18.40 pounds"}},
				{ID: "f2", Kind: "value", Type: "reservation", Ways: []string{"R-52810"}},
			},
		},
	}
}

package seeds

import "encoding/json"

// readQuery reads a query of ToolBench's G1, G2 or G3 with its list of APIs.
func readQuery(o object, e *excerpt) error {
	e.whole(textOf(o["query"]))
	for _, api := range list(o["api_list"]) {
		if api.has("api_name", '"') {
			e.function(textOf(api["api_name"]))
		}
	}
	return nil
}

// readAnswer reads an annotated answer of ToolBench: the query, the functions that
// were offered, and what was answered. The search tree is left alone.
func readAnswer(o object, e *excerpt) error {
	var answer struct {
		Query    json.RawMessage `json:"query"`
		Final    json.RawMessage `json:"final_answer"`
		Function json.RawMessage `json:"function"`
	}
	if err := json.Unmarshal(o["answer_generation"], &answer); err != nil {
		return err
	}
	e.say(user, textOf(answer.Query))
	e.say(assistant, finalAnswer(textOf(answer.Final)))
	for _, function := range list(answer.Function) {
		if function.has("name", '"') {
			e.api(textOf(function["name"]))
		}
	}
	return nil
}

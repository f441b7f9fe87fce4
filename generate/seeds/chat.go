package seeds

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// turn is one element of a conversation, in the words of ShareGPT or of OpenAI.
type turn struct {
	From         string          `json:"from"`
	Value        json.RawMessage `json:"value"`
	Role         string          `json:"role"`
	Content      json.RawMessage `json:"content"`
	ToolCalls    json.RawMessage `json:"tool_calls"`
	FunctionCall json.RawMessage `json:"function_call"`
}

func (t turn) role() string {
	if t.From != "" {
		return strings.ToLower(t.From)
	}
	return strings.ToLower(t.Role)
}

func (t turn) text() string {
	if len(t.Value) > 0 {
		return textOf(t.Value)
	}
	return textOf(t.Content)
}

func readTurns(value json.RawMessage, member string) ([]turn, error) {
	var turns []turn
	var mismatch *json.UnmarshalTypeError
	err := json.Unmarshal(value, &turns)
	if errors.As(err, &mismatch) {
		err = fmt.Errorf("%s: want a list of turns, each with its role as a text; have a %s in its place", member, mismatch.Value)
	}
	return turns, err
}

// readConversations reads the ShareGPT form and its two relatives.
func readConversations(o object, e *excerpt) (Kind, error) {
	turns, err := readTurns(o["conversations"], "conversations")
	if err != nil {
		return "", err
	}
	kind := KindShareGPT
	if len(o["tools"]) > 0 {
		kind = KindConverted
		e.tools(o["tools"])
	} else {
		for _, turn := range turns {
			if role := turn.role(); (role == "assistant" || role == "gpt") && action.MatchString(turn.text()) {
				kind = KindToolLLaMA
			}
		}
	}
	if kind == KindToolLLaMA {
		readToolLLaMA(turns, e)
		return kind, nil
	}
	for _, turn := range turns {
		readTurn(turn, e)
	}
	return kind, nil
}

// readMessages reads OpenAI's form.
func readMessages(o object, e *excerpt) error {
	turns, err := readTurns(o["messages"], "messages")
	if err != nil {
		return err
	}
	e.tools(o["tools"])
	e.tools(o["functions"])
	for _, turn := range turns {
		readTurn(turn, e)
	}
	return nil
}

// readTurn adds a turn by its role, under all the names that roles go by. System
// prompts, and roles of nobody's knowing, are left out.
func readTurn(t turn, e *excerpt) {
	switch t.role() {
	case "user", "human":
		e.say(user, t.text())
	case "assistant", "gpt", "chatgpt", "model", "bing", "bard":
		e.say(assistant, t.text())
		e.calls(t.ToolCalls)
		e.calls(t.FunctionCall)
	case "function_call", "tool_call":
		if text := t.text(); !e.calls(json.RawMessage(text)) {
			e.say(call, text)
		}
	case "observation", "tool", "function", "function_response", "tool_response":
		e.say(result, t.text())
	}
}

// The marks of ToolLLaMA's conversations, which hold calls as text.
var (
	action      = regexp.MustCompile(`(?m)^[ \t]*Action:[ \t]*(.*)$`)
	actionInput = regexp.MustCompile(`(?m)^[ \t]*Action Input:`)
	thought     = regexp.MustCompile(`^\s*Thought:`)
	// quotedName finds the names of functions in a list that a Python program
	// printed, or in JSON.
	quotedName = regexp.MustCompile(`['"]name['"]\s*:\s*['"]([^'"\\]{1,128})['"]`)
)

// finish is the function by which ToolBench's model ends; it is none of the API's.
const finish = "Finish"

// readToolLLaMA reads conversations of "Thought: ... Action: ... Action Input:".
func readToolLLaMA(turns []turn, e *excerpt) {
	for _, turn := range turns {
		text := turn.text()
		switch turn.role() {
		case "system":
			for _, name := range quotedName.FindAllStringSubmatch(text, 4*MaxFunctions) {
				e.api(name[1])
			}
		case "assistant", "gpt":
			readAction(text, e)
		case "user", "human":
			e.say(user, strings.TrimSuffix(strings.TrimSpace(text), "Begin!"))
		case "function", "observation", "tool":
			e.say(result, text)
		}
	}
}

func readAction(text string, e *excerpt) {
	at := action.FindStringSubmatchIndex(text)
	if at == nil {
		e.say(assistant, thought.ReplaceAllString(text, ""))
		return
	}
	e.say(assistant, thought.ReplaceAllString(text[:at[0]], ""))
	name, input := strings.TrimSpace(text[at[2]:at[3]]), ""
	if begin := actionInput.FindStringIndex(text[at[1]:]); begin != nil {
		input = text[at[1]+begin[1]:]
	}
	if name == finish {
		e.say(assistant, finalAnswer(input))
		return
	}
	e.api(name)
	e.say(call, name+" "+input)
}

// api adds a function unless it is the one that ends.
func (e *excerpt) api(name string) {
	if name != finish {
		e.function(name)
	}
}

// finalAnswer is the text in ToolBench's last call, or nothing.
func finalAnswer(input string) string {
	var last struct {
		Answer json.RawMessage `json:"final_answer"`
	}
	if json.Unmarshal([]byte(input), &last) != nil {
		return ""
	}
	return textOf(last.Answer)
}

package bfcl

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/python"
)

// Mode is how a model is shown functions and answers with calls.
type Mode string

// The modes, as result files and cases name them.
const (
	// ModeNative uses the API's own tool calls; upstream says FC.
	ModeNative Mode = "fc"
	// ModePrompt describes the functions in the system message and reads calls from
	// the text.
	ModePrompt Mode = "prompt"
)

// callForm is the literal form in which calls are asked for; decoders rely on it.
const callForm = "[func_name1(params_name1=params_value1, params_name2=params_value2...), func_name2(params)]"

// promptText carries the meaning of upstream's default system prompt in our words.
const promptText = `You are an expert in composing function calls. You get a question and a list of functions. Answer the question by making one or more calls to these functions. If none of them fits, say so; if the question lacks what a required parameter needs, say that.
When you decide to call functions, return nothing but the calls, in exactly this form, and no other text:
` + callForm + `
Within a turn do as much as you can to fulfil the user's request, and keep calling functions until it is done. As soon as you make no more calls, the turn counts as finished and the next one begins.
These are the functions that you can call, as JSON:
%s
`

// heldOutText is what the user says in the turn in which held-out functions are
// shown. It is part of the benchmark's behaviour, so the wording is upstream's.
const heldOutText = "I have updated some more functions you can choose from. What about now?"

// systemPrompt describes functions to a model in prompt mode.
func systemPrompt(documents []*python.Dict) (string, error) {
	text, err := indented(documents)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(promptText, text), nil
}

// indented is json.dumps(documents, indent=4).
func indented(documents []*python.Dict) (string, error) {
	list := python.NewList()
	for _, document := range documents {
		list.Items = append(list.Items, document)
	}
	compact, err := python.DumpJSON(list)
	if err != nil {
		return "", fmt.Errorf("showing functions: %w", err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(compact), "", "    "); err != nil {
		return "", fmt.Errorf("showing functions: %w", err)
	}
	return out.String(), nil
}

// withSystem puts a system text first. Before a system message that is there
// already it comes with a blank line between.
func withSystem(text string, messages []Message) []button.Message {
	if len(messages) > 0 && messages[0].Role == button.RoleSystem {
		text += "\n\n" + messages[0].Content
		messages = messages[1:]
	}
	return append([]button.Message{{Role: button.RoleSystem, Content: text}}, plain(messages)...)
}

func plain(messages []Message) []button.Message {
	all := make([]button.Message, len(messages))
	for i, m := range messages {
		all[i] = button.Message{Role: m.Role, Content: m.Content}
	}
	return all
}

package faulty

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"unicode/utf8"
)

// What llama.cpp's server does with tools. Where the model's template has no place
// for them they are left out in silence; an answer that reaches its limit of tokens
// within a call is a call all the same, with what there is of its arguments; and a
// conversation with such a call in it is refused as an error of the server's own
// (ggml-org/llama.cpp issue 25510).

// toolsDropped passes a request on without its tools.
func toolsDropped(next http.Handler, _ Options) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		var request map[string]json.RawMessage
		if json.Unmarshal(text, &request) == nil {
			for _, name := range []string{"tools", "tool_choice", "parallel_tool_calls"} {
				delete(request, name)
			}
			if bare, err := json.Marshal(request); err == nil {
				text = bare
			}
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
		next.ServeHTTP(w, r)
	}
}

// cutCall ends the last call of an answer in the middle. Answers without calls, and
// streams, stay as they are.
func cutCall(next http.Handler, _ Options) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answer := answered(next, r)
		changed := answer.change(cutLast)
		answer.header.Del("Content-Length")
		answer.head(w)
		w.Write(changed)
	}
}

func cutLast(completion map[string]any) {
	choices, _ := completion["choices"].([]any)
	for _, choice := range choices {
		choice, _ := choice.(map[string]any)
		message, _ := choice["message"].(map[string]any)
		calls, _ := message["tool_calls"].([]any)
		if len(calls) == 0 {
			continue
		}
		call, _ := calls[len(calls)-1].(map[string]any)
		function, _ := call["function"].(map[string]any)
		arguments, _ := function["arguments"].(string)
		half := len(arguments) / 2
		for half > 0 && !utf8.RuneStart(arguments[half]) {
			half--
		}
		if arguments != "" {
			function["arguments"], choice["finish_reason"] = arguments[:half], "length"
		}
	}
}

// strictHistory refuses conversations that hold a call whose arguments are not JSON.
func strictHistory(next http.Handler, _ Options) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(text))
		if problem := brokenArguments(text); problem != nil {
			message := fmt.Sprintf("Failed to parse tool call arguments as JSON: [json.exception.parse_error.101] parse error: %v", problem)
			told, _ := json.Marshal(map[string]any{"error": map[string]any{"code": 500, "message": message, "type": "server_error"}})
			body(http.StatusInternalServerError, "application/json", string(told))(w, r)
			return
		}
		next.ServeHTTP(w, r)
	}
}

// brokenArguments is what is wrong with the arguments of a request's calls.
func brokenArguments(request []byte) error {
	var asked struct {
		Messages []struct {
			Calls []struct {
				Function struct {
					Arguments json.RawMessage `json:"arguments"`
				} `json:"function"`
			} `json:"tool_calls"`
		} `json:"messages"`
	}
	if json.Unmarshal(request, &asked) != nil {
		return nil // for the handler behind to say
	}
	for _, message := range asked.Messages {
		for _, call := range message.Calls {
			var text string
			var value any
			if json.Unmarshal(call.Function.Arguments, &text) != nil {
				continue // an object
			}
			if err := json.Unmarshal([]byte(text), &value); err != nil {
				return err
			}
		}
	}
	return nil
}

package importers

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/buttonbench/button"
)

// Guessed is how many elements a format is told by.
const Guessed = 20

// ErrOwn is returned by Guess for records of this program, which need no import.
var ErrOwn = errors.New("these are records already")

// Guess tells the format of a dataset by its first elements, and how many of them
// are of it. Elements that are no JSON objects do not count.
func Guess(elements []Element) (format Format, fit, of int, err error) {
	formats := Formats()
	votes, weight := make([]int, len(formats)), make([]int, len(formats))
	members := ""
	for _, element := range elements[:min(len(elements), Guessed)] {
		object, err := button.ParseMembers(element.Text)
		if err != nil {
			continue
		}
		of++
		if object.Get("plan") != nil && object.Get("provenance") != nil || object.Get("origin") != nil && object.Get("mode") != nil {
			return Format{}, 0, of, ErrOwn
		}
		if members == "" {
			members = namesOf(object)
		}
		for i := range formats {
			if sure := formats[i].fits(object); sure > 0 {
				votes[i]++
				weight[i] += sure
			}
		}
	}
	best := 0
	for i := range formats {
		if weight[i] > weight[best] {
			best = i
		}
	}
	switch {
	case of == 0:
		return Format{}, 0, 0, errors.New("no JSON object at its beginning")
	case weight[best] == 0:
		return Format{}, 0, of, fmt.Errorf("no known format: the first record's members are %s", members)
	}
	return formats[best], votes[best], of, nil
}

// How surely an element is of a format.
const (
	perhaps = 1 + iota
	likely
	surely
)

func fitsMembers(names ...string) func(button.Members) int {
	return func(members button.Members) int {
		for _, name := range names {
			if members.Get(name) == nil {
				return 0
			}
		}
		return surely
	}
}

// spoken is the texts of an element's turns together, for a look at their marks, and
// the names of their speakers.
func spoken(members button.Members, names ...string) (text string, roles []string) {
	var out strings.Builder
	for _, name := range names {
		turns, _ := listOf(members.Get(name))
		for _, turn := range turns {
			var one struct{ From, Role, Value, Content json.RawMessage }
			if json.Unmarshal(turn, &one) != nil {
				continue
			}
			for _, part := range []json.RawMessage{one.Value, one.Content} {
				said, _ := textOf(part)
				out.WriteString(said + "\n")
			}
			role, _ := textOf(one.From)
			if role == "" {
				role, _ = textOf(one.Role)
			}
			roles = append(roles, role)
		}
	}
	return out.String(), roles
}

func fitsButton(members button.Members) int {
	text, _ := spoken(members, "messages", "conversations")
	switch {
	case strings.Contains(text, "<tool>") && (strings.Contains(text, "</call>") || strings.Contains(text, "</final>")):
		return surely
	case strings.Contains(text, "<call>[") || strings.Contains(text, "<final>"):
		return likely
	}
	return 0
}

func fitsHermes(members button.Members) int {
	text, _ := spoken(members, "conversations", "messages")
	switch {
	case strings.Contains(text, "<tool_call>") && strings.Contains(text, "</tool_call>"):
		return surely
	case strings.Contains(text, "<tools>"):
		return likely
	}
	return 0
}

func fitsToolBench(members button.Members) int {
	if members.Get("answer_generation") != nil {
		return surely
	}
	if text, _ := spoken(members, "conversations"); strings.Contains(text, "\nAction Input:") {
		return surely
	}
	return 0
}

func fitsSealTools(members button.Members) int {
	if text, _ := spoken(members, "conversations"); strings.Contains(text, sealList) && strings.Contains(text, sealTask) {
		return surely + 1
	}
	return 0
}

func fitsToolACE(members button.Members) int {
	text, roles := spoken(members, "conversations")
	switch {
	case len(roles) == 0 || slices.Contains(roles, "function_call"):
		return 0
	case strings.Contains(text, "[") && calledName.MatchString(text) || members.Get("system") != nil && slices.Contains(roles, "assistant"):
		return likely
	}
	return 0
}

func fitsShareGPT(members button.Members) int {
	_, roles := spoken(members, "conversations")
	switch {
	case slices.Contains(roles, "function_call") || slices.Contains(roles, "observation"):
		return surely
	case len(roles) > 0 && members.Get("tools") != nil:
		return likely
	case len(roles) > 0:
		return perhaps
	}
	return 0
}

// argumentsKind is the first byte of the first call's arguments: '"' of a text, '{'
// of an object, 0 without a call.
func argumentsKind(members button.Members) byte {
	for _, name := range []string{"messages", "preferred_output", "completion"} {
		turns, _ := listOf(members.Get(name))
		for _, turn := range turns {
			var one struct {
				Calls []struct {
					Function struct{ Arguments json.RawMessage }
				} `json:"tool_calls"`
			}
			if json.Unmarshal(turn, &one) == nil && len(one.Calls) > 0 && len(one.Calls[0].Function.Arguments) > 0 {
				return one.Calls[0].Function.Arguments[0]
			}
		}
	}
	return 0
}

func fitsOpenAI(members button.Members) int {
	kind := argumentsKind(members)
	switch {
	case kind == '"' || members.Get("preferred_output") != nil || members.Get("functions") != nil:
		return surely
	case members.Get("messages") != nil && kind == 0:
		return perhaps
	}
	return 0
}

func fitsTRL(members button.Members) int {
	_, roles := spoken(members, "messages", "completion")
	switch {
	case argumentsKind(members) == '{' || members.Get("prompt") != nil && members.Get("completion") != nil || slices.Contains(roles, roleCall):
		return surely
	case members.Get("messages") != nil && len(members.Get("tools")) > 0 && members.Get("tools")[0] == '"':
		return likely
	}
	return 0
}

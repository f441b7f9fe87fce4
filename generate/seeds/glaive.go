package seeds

import (
	"encoding/json"
	"regexp"
	"strings"
)

// The marks of glaive-function-calling-v2, in which a conversation is one text.
const (
	endOfTurn    = "<|endoftext|>"
	functionCall = "<functioncall>"
)

// marks begin turns at the beginning of a line.
var marks = []struct {
	mark string
	who  speaker
}{{"USER:", user}, {"ASSISTANT:", assistant}, {"FUNCTION RESPONSE:", result}}

// calledName finds the function in a call whose arguments stand between single
// quotes, which is not JSON.
var calledName = regexp.MustCompile(`"name"\s*:\s*"([^"\\]{1,128})"`)

// readGlaive reads "system", which lists the functions as JSON in prose, and
// "chat", the turns with their marks.
func readGlaive(o object, e *excerpt) error {
	if o.has("system", '"') {
		for _, one := range objectsIn(textOf(o["system"])) {
			e.tools(json.RawMessage(one))
		}
	}
	var who speaker
	var text strings.Builder
	end := func() {
		if before, calling, found := strings.Cut(text.String(), functionCall); who == assistant && found {
			e.say(assistant, before)
			readGlaiveCall(calling, e)
		} else if who != "" {
			e.say(who, text.String())
		}
		text.Reset()
	}
	chat := strings.ReplaceAll(textOf(o["chat"]), endOfTurn, "\n")
	for line := range strings.Lines(chat) {
		for _, known := range marks {
			if rest, found := strings.CutPrefix(strings.TrimLeft(line, " \t"), known.mark); found {
				end()
				who, line = known.who, rest
				break
			}
		}
		text.WriteString(line)
	}
	end()
	return nil
}

func readGlaiveCall(text string, e *excerpt) {
	name := calledName.FindStringSubmatch(text)
	if name == nil {
		return
	}
	e.function(name[1])
	_, arguments, _ := strings.Cut(text, `"arguments":`)
	arguments = strings.TrimSuffix(strings.TrimSpace(arguments), "}")
	e.say(call, name[1]+" "+strings.Trim(strings.TrimSpace(arguments), "'"))
}

// objectsIn cuts the outermost braces out of prose, in one pass.
func objectsIn(text string) (objects []string) {
	depth, begin, quoted := 0, 0, false
	for i := 0; i < len(text) && len(objects) < MaxFunctions; i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"' && depth > 0:
			quoted = !quoted
		case quoted:
		case c == '{':
			if depth == 0 {
				begin = i
			}
			depth++
		case c == '}' && depth > 0:
			if depth--; depth == 0 {
				objects = append(objects, text[begin:i+1])
			}
		}
	}
	return objects
}

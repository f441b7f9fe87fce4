package simulated

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/buttonbench/button"
)

// FaultKind is a kind of fault that is planted in a good record.
type FaultKind string

// The kinds of fault.
const (
	FaultWrongArgument  FaultKind = "wrong_argument"  // a value of a call is another one
	FaultSwappedResult  FaultKind = "swapped_result"  // two results stand in each other's place, or one is of something else
	FaultInventedNumber FaultKind = "invented_number" // an answer states another number than the result
	FaultMissingStep    FaultKind = "missing_step"    // a call that was wanted was not made
	FaultNeedlessCall   FaultKind = "needless_call"   // a call is made that nothing asks for
)

// FaultKinds lists the kinds in their order.
func FaultKinds() []FaultKind {
	return []FaultKind{FaultWrongArgument, FaultSwappedResult, FaultInventedNumber, FaultMissingStep, FaultNeedlessCall}
}

// Fault is a record that was good and has one fault.
type Fault struct {
	Kind FaultKind
	// Message is the index of the assistant's message that is at fault.
	Message int
	Record  *button.Record
}

// PlantFaults makes variants of a good record, one for each kind of fault that has
// a place in it. The variants keep the structure of a record; plan and sources are
// left out, as they no longer hold.
func PlantFaults(record *button.Record, random *rand.Rand) []Fault {
	var faults []Fault
	plant := map[FaultKind]func(*button.Record, *rand.Rand) int{
		FaultWrongArgument: plantArgument, FaultSwappedResult: plantResult, FaultInventedNumber: plantNumber,
		FaultMissingStep: plantGap, FaultNeedlessCall: plantCall,
	}
	for _, kind := range FaultKinds() {
		broken := copyOf(record)
		if message := plant[kind](broken, random); message >= 0 {
			faults = append(faults, Fault{kind, message, broken})
		}
	}
	return faults
}

func copyOf(record *button.Record) *button.Record {
	broken := *record
	broken.Plan, broken.Provenance, broken.Checks = nil, nil, nil
	broken.Messages = slices.Clone(record.Messages)
	for i := range broken.Messages {
		broken.Messages[i].ToolCalls = slices.Clone(broken.Messages[i].ToolCalls)
	}
	return &broken
}

// place is a value in a record: in a call, or in a result.
type place struct {
	message, call int
	path          string
	value         json.RawMessage
}

// arguments lists the values of all calls that have one to be exchanged.
func arguments(record *button.Record) []place {
	var places []place
	for i, message := range record.Messages {
		for k, call := range message.ToolCalls {
			for _, part := range leaves(call.Arguments) {
				if !isBool(part.value) && !isNull(part.value) {
					places = append(places, place{i, k, part.path, part.value})
				}
			}
		}
	}
	return places
}

// plantArgument gives one argument another value: one of the record's of the same
// parameter, or a number a little off, or a text with another ending.
func plantArgument(record *button.Record, random *rand.Rand) int {
	places := arguments(record)
	if len(places) == 0 {
		return -1
	}
	at := places[random.IntN(len(places))]
	wrong := otherValue(at.value, random)
	for _, other := range places {
		if other.path == at.path && !same(other.value, at.value) {
			wrong = other.value
		}
	}
	call := &record.Messages[at.message].ToolCalls[at.call]
	call.Arguments = replaced(call.Arguments, at.path, wrong)
	return at.message
}

// otherValue is near a value and not equal to it: digits differ, in numbers as in
// texts; a text without digits gets a word more.
func otherValue(value json.RawMessage, random *rand.Rand) json.RawMessage {
	text := textOf(value)
	digits := []int{}
	for i := range len(text) {
		if '1' <= text[i] && text[i] <= '9' && (i == 0 || text[i-1] != '\\') {
			digits = append(digits, i)
		}
	}
	if len(digits) == 0 {
		if isString(value) {
			return button.AppendString(nil, text+" "+draw(random, "North", "II", "Annex", "East"))
		}
		return json.RawMessage("17")
	}
	i := digits[random.IntN(len(digits))]
	next := byte('1') + (text[i]-'1'+1+byte(random.IntN(8)))%9
	text = text[:i] + string(next) + text[i+1:]
	if isString(value) {
		return button.AppendString(nil, text)
	}
	return json.RawMessage(text)
}

// replaced returns a JSON value with the leaf at a path exchanged.
func replaced(value json.RawMessage, path string, by json.RawMessage) json.RawMessage {
	return rebuild(value, "", path, by)
}

func rebuild(value json.RawMessage, here, path string, by json.RawMessage) json.RawMessage {
	if here == path {
		return by
	}
	value = bytes.TrimSpace(value)
	switch {
	case bytes.HasPrefix(value, []byte("{")):
		members, err := button.ParseMembers(value)
		if err != nil {
			return value
		}
		for i := range members {
			members[i].Value = rebuild(members[i].Value, joinPath(here, members[i].Name), path, by)
		}
		return members.AppendJSON(nil)
	case bytes.HasPrefix(value, []byte("[")):
		var items []json.RawMessage
		if json.Unmarshal(value, &items) != nil {
			return value
		}
		for i := range items {
			items[i] = rebuild(items[i], here+"["+strconv.Itoa(i)+"]", path, by)
		}
		return append(append([]byte("["), bytes.Join(asBytes(items), []byte(","))...), ']')
	}
	return value
}

func asBytes(items []json.RawMessage) [][]byte {
	out := make([][]byte, len(items))
	for i, item := range items {
		out[i] = item
	}
	return out
}

// plantResult exchanges two different results of one function, or changes a value
// of one result that a later message rests on. The message at fault is the
// assistant's next: it takes what does not fit.
func plantResult(record *button.Record, random *rand.Rand) int {
	var pairs [][2]int
	for i := range record.Messages {
		for k := range record.Messages[:i] {
			a, b := &record.Messages[k], &record.Messages[i]
			if a.Role == button.RoleTool && b.Role == button.RoleTool && a.Name == b.Name && a.Content != b.Content {
				pairs = append(pairs, [2]int{k, i})
			}
		}
	}
	if len(pairs) > 0 {
		pair := pairs[random.IntN(len(pairs))]
		a, b := &record.Messages[pair[0]], &record.Messages[pair[1]]
		a.Content, b.Content = b.Content, a.Content
		return nextAssistant(record, pair[1])
	}
	var places []place
	for i, message := range record.Messages {
		if message.Role != button.RoleTool || readResult(message.Content).Error != nil {
			continue
		}
		for _, part := range leaves(json.RawMessage(message.Content)) {
			if !isBool(part.value) && !isNull(part.value) && usedLater(record, i, part.value) {
				places = append(places, place{message: i, path: part.path, value: part.value})
			}
		}
	}
	if len(places) == 0 {
		return -1
	}
	at := places[random.IntN(len(places))]
	message := &record.Messages[at.message]
	message.Content = string(replaced(json.RawMessage(message.Content), at.path, otherValue(at.value, random)))
	return nextAssistant(record, at.message)
}

func usedLater(record *button.Record, at int, value json.RawMessage) bool {
	text := textOf(value)
	for _, message := range record.Messages[at+1:] {
		if message.Role != button.RoleAssistant {
			continue
		}
		if holdsWord(message.Content, text) || slices.ContainsFunc(message.ToolCalls, func(c button.Call) bool { return strings.Contains(string(c.Arguments), text) }) {
			return true
		}
	}
	return false
}

func nextAssistant(record *button.Record, at int) int {
	for i := at + 1; i < len(record.Messages); i++ {
		if record.Messages[i].Role == button.RoleAssistant {
			return i
		}
	}
	return -1
}

var numberInText = regexp.MustCompile(`\d+([.,]\d+)*`)

// plantNumber changes a number in one of the assistant's texts.
func plantNumber(record *button.Record, random *rand.Rand) int {
	var places [][3]int
	for i, message := range record.Messages {
		if message.Role != button.RoleAssistant || len(message.ToolCalls) > 0 {
			continue
		}
		for _, span := range numberInText.FindAllStringIndex(message.Content, -1) {
			if strings.ContainsAny(message.Content[span[0]:span[1]], "123456789") {
				places = append(places, [3]int{i, span[0], span[1]})
			}
		}
	}
	if len(places) == 0 {
		return -1
	}
	at := places[random.IntN(len(places))]
	message := &record.Messages[at[0]]
	wrong := textOf(otherValue(button.AppendString(nil, message.Content[at[1]:at[2]]), random))
	message.Content = message.Content[:at[1]] + wrong + message.Content[at[2]:]
	return at[0]
}

// plantGap takes the last turn with calls and their results out. The message at
// fault is the one that now speaks without them.
func plantGap(record *button.Record, _ *rand.Rand) int {
	for i := len(record.Messages) - 1; i >= 0; i-- {
		calls := len(record.Messages[i].ToolCalls)
		if calls == 0 || i+calls >= len(record.Messages) {
			continue
		}
		before := record.Messages[i-1].Role
		if before != button.RoleUser && before != button.RoleTool {
			continue
		}
		record.Messages = slices.Delete(record.Messages, i, i+1+calls)
		return i
	}
	return -1
}

// plantCall makes one of the calls again a turn later.
func plantCall(record *button.Record, random *rand.Rand) int {
	var turns []int
	for i, message := range record.Messages {
		if len(message.ToolCalls) > 0 {
			turns = append(turns, i)
		}
	}
	if len(turns) == 0 {
		return -1
	}
	at := turns[random.IntN(len(turns))]
	k := random.IntN(len(record.Messages[at].ToolCalls))
	call, result := record.Messages[at].ToolCalls[k], record.Messages[at+1+k]
	call.ID = button.NewID(random, button.CallIDLength)
	result.ToolCallID = call.ID
	again := button.Message{Role: button.RoleAssistant, Reasoning: "I look at this once more before I go on.", ToolCalls: []button.Call{call}, Train: record.Messages[at].Train}
	behind := at + 1 + len(record.Messages[at].ToolCalls)
	record.Messages = slices.Insert(record.Messages, behind, again, result)
	return behind
}

// readResult reads the content of a tool's message.
func readResult(content string) ToolResult {
	members, err := button.ParseMembers([]byte(content))
	if err != nil {
		return ToolResult{Result: button.AppendString(nil, content)}
	}
	if len(members) > 0 && members[0].Name == "error" {
		var failed struct{ Error, Message string }
		if json.Unmarshal([]byte(content), &failed) == nil && failed.Error != "" {
			return ToolResult{Error: &ToolError{failed.Error, failed.Message}}
		}
	}
	return ToolResult{Result: members.AppendJSON(nil)}
}

package reports

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/buttonbench/button"
)

// auditedLine is the part of a record's line that an audit reads.
type auditedLine struct {
	ID    string `json:"id"`
	Kind  string `json:"kind"`
	Tools []struct {
		Function auditedTool `json:"function"`
	} `json:"tools"`
	Messages []auditedMessage `json:"messages"`
	Plan     *struct {
		Goals []struct {
			Condition *button.GoalCondition `json:"condition"`
		} `json:"goals"`
	} `json:"plan"`
	Meta struct {
		World    string `json:"world"`
		Scenario string `json:"scenario"`
	} `json:"meta"`

	half, group int         // drawn by hash
	calls       []auditCall // in their order
}

type auditedTool struct {
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Parameters  json.RawMessage `json:"parameters"`
}

type auditedMessage struct {
	Role    string `json:"role"`
	Content string `json:"content"`
	Calls   []struct {
		Function struct {
			Name      string          `json:"name"`
			Arguments json.RawMessage `json:"arguments"`
		} `json:"function"`
	} `json:"tool_calls"`
}

// auditCall is one call with what stands before it.
type auditCall struct {
	tool      int // place in the list; -1 where the list lacks it
	name      string
	arguments []argument
	numbers   []float64 // said by the user before it, each once, the last said last
}

// argument is one value: Path is the parameter, or a path inside it.
type argument struct {
	path   string
	hash   uint64 // of the value's canonical text
	number float64
	isNum  bool
}

// The halves of a dataset, drawn by a hash of a record's id: what learns is fitted on
// one and measured on the other.
const fittedHalf = 0

// groupsOfClusters is into how many groups clusters fall. Records with the same world,
// scenario and kind are no independent draws, and so are one cluster; that several
// clusters may share a group costs degrees of freedom, not truth.
const groupsOfClusters = 1024

func decodeAudited(text []byte) (*auditedLine, error) {
	record := &auditedLine{}
	if err := decodeLine(text, record); err != nil {
		return nil, fmt.Errorf("not a record: %w", err)
	}
	if !record.fromUser() {
		return nil, errNoUser
	}
	id := cmp.Or(record.ID, record.requests()[0])
	record.half = int(hash64("half", id) & 1)
	cluster := hash64("cluster", record.Meta.World, record.Meta.Scenario, record.Kind)
	if record.Meta.World == "" && record.Meta.Scenario == "" {
		cluster = hash64("record", id)
	}
	record.group = int(cluster % groupsOfClusters)
	record.readCalls()
	return record, nil
}

func (r *auditedLine) fromUser() bool {
	for i := range r.Messages {
		if r.Messages[i].Role == button.RoleUser {
			return true
		}
	}
	return false
}

// requests lists what the user says.
func (r *auditedLine) requests() (texts []string) {
	for i := range r.Messages {
		if r.Messages[i].Role == button.RoleUser {
			texts = append(texts, r.Messages[i].Content)
		}
	}
	return texts
}

// readCalls lists the calls with their arguments and the numbers said before.
func (r *auditedLine) readCalls() {
	places := map[string]int{}
	for i := len(r.Tools) - 1; i >= 0; i-- {
		places[r.Tools[i].Function.Name] = i
	}
	var said []float64
	for i := range r.Messages {
		message := &r.Messages[i]
		if message.Role == button.RoleUser {
			said = appendNumbers(said, message.Content)
		}
		for _, call := range message.Calls {
			place, known := places[call.Function.Name]
			if !known {
				place = -1
			}
			r.calls = append(r.calls, auditCall{place, call.Function.Name, readArguments(call.Function.Arguments), said})
		}
	}
}

// argumentLimit bounds the values of one call that are looked at.
const argumentLimit = 64

// readArguments lists the parameters of a call and, of structured ones, the numbers
// inside. Arguments that are a string of JSON are read too: foreign sets have them.
func readArguments(text json.RawMessage) []argument {
	if len(text) > 0 && text[0] == '"' {
		var inner string
		if json.Unmarshal(text, &inner) != nil {
			return nil
		}
		text = json.RawMessage(inner)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var members map[string]any
	if decoder.Decode(&members) != nil {
		return nil
	}
	var out []argument
	for _, name := range sortedMembers(members) {
		canonical, _ := json.Marshal(members[name]) // of decoded JSON: names sorted
		out = append(out, argument{path: clip(name, nameBytes), hash: hash64(string(canonical))})
		last := &out[len(out)-1]
		if number, ok := members[name].(json.Number); ok {
			last.number, last.isNum = parseNumber(number)
		}
		if len(out) >= argumentLimit {
			break
		}
	}
	return out
}

func parseNumber(number json.Number) (float64, bool) {
	value, err := number.Float64()
	return value, err == nil
}

func sortedMembers(members map[string]any) []string {
	names := make([]string, 0, len(members))
	for name := range members {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// appendNumbers adds the numbers that a text says to those said before. Each stands
// once, in the order in which it was last said. Dates, times and codes are none.
func appendNumbers(said []float64, text string) []float64 {
	out := append([]float64(nil), said...)
	for word := range strings.FieldsSeq(text) {
		word = strings.Trim(word, `.,;:!?()[]{}"'“”‘’*_%$£€¥`)
		if word == "" || word[0] < '0' || word[0] > '9' || !plainNumber(word) {
			continue
		}
		value, err := strconv.ParseFloat(strings.ReplaceAll(word, ",", ""), 64)
		if err != nil {
			continue
		}
		for i, known := range out {
			if known == value {
				out = append(out[:i], out[i+1:]...)
				break
			}
		}
		if out = append(out, value); len(out) > argumentLimit {
			out = out[1:]
		}
	}
	return out
}

// plainNumber reports whether a word is digits, with at most one point behind which
// only digits stand, and commas before groups of three.
func plainNumber(word string) bool {
	whole, fraction, _ := strings.Cut(word, ".")
	for i := range len(fraction) {
		if fraction[i] < '0' || fraction[i] > '9' {
			return false
		}
	}
	groups := strings.Split(whole, ",")
	for i, group := range groups {
		if group == "" || i > 0 && len(group) != 3 {
			return false
		}
		for j := range len(group) {
			if group[j] < '0' || group[j] > '9' {
				return false
			}
		}
	}
	return true
}

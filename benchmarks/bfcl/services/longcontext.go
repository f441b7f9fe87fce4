package services

import (
	"fmt"
	"slices"
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// constantKinds are the long-context constants that the services use, with the
// kinds of value they need.
func constantKinds() map[string]string {
	return map[string]string{
		"AUTOMOBILE_EXTENSION":          "list",
		"BOOKING_RECORD_EXTENSION":      "dict",
		"CAR_STATUS_METADATA_EXTENSION": "str",
		"CREDIT_CARD_EXTENSION":         "dict",
		"FILES_TAIL_USED":               "list",
		"FILE_CONTENT_EXTENSION":        "str",
		"INTERMEDIARY_CITIES":           "list",
		"LONG_WEATHER_EXTENSION":        "dict",
		"MA_20_EXTENSION":               "list",
		"MA_5_EXTENSION":                "list",
		"ORDER_DETAIL_EXTENSION":        "dict",
		"PARKING_BRAKE_INSTRUCTION":     "str",
		"POPULATE_FILE_EXTENSION":       "list",
		"TECHNOLOGY_EXTENSION":          "list",
		"TRANSACTION_HISTORY_EXTENSION": "list",
		"WATCH_LIST_EXTENSION":          "list",
	}
}

// Constants are the long-context values under upstream's names
// (FILE_CONTENT_EXTENSION, CREDIT_CARD_EXTENSION, ...). They are shared by all
// entries and never changed: what an instance could change is copied, or taken
// from Environment.Shared.
type Constants struct {
	values  map[string]python.Value
	written []writtenList
}

// value returns a constant, nil (None) where there is none.
func (c *Constants) value(name string) python.Value {
	if c == nil {
		return nil
	}
	return c.values[name]
}

// NewConstants takes the long-context constants out of a map of all that the data
// defines. It wants every one that the services use, of its kind.
func NewConstants(all *python.Dict) (*Constants, error) {
	constants := &Constants{values: map[string]python.Value{}}
	var faults []string
	for name, kind := range constantKinds() {
		value, found := all.GetText(name)
		switch {
		case !found:
			faults = append(faults, name+" is missing")
		case python.KindName(value) != kind:
			faults = append(faults, fmt.Sprintf("%s is a %s, not a %s", name, python.KindName(value), kind))
		default:
			constants.values[name] = value
		}
	}
	if len(faults) > 0 {
		slices.Sort(faults)
		return nil, fmt.Errorf("long-context constants: %s", strings.Join(faults, "; "))
	}
	constants.write()
	return constants, nil
}

// ReadConstants reads the values that the assignments of a Python source file give
// to names, as upstream's long_context.py gives them. Only literals are read and
// nothing is run: other statements, and assignments of anything that would have to
// be looked up or called, are passed over. The last assignment of a name counts.
func ReadConstants(source string) *python.Dict {
	constants := python.NewDict()
	for _, statement := range logicalLines(source) {
		name, literal, isAssignment := assignment(statement)
		if !isAssignment {
			continue
		}
		expression, err := python.ParseExpression(literal)
		if err != nil {
			continue
		}
		none := python.Evaluator{Known: func(string) bool { return false }}
		if value, err := none.Evaluate(expression); err == nil {
			constants.SetText(name, value)
		}
	}
	return constants
}

// assignment takes "name = expression" or "name: kind = expression" apart.
func assignment(statement string) (name, expression string, found bool) {
	left, right, found := strings.Cut(statement, "=")
	if !found || strings.HasPrefix(right, "=") {
		return "", "", false
	}
	name, _, _ = strings.Cut(left, ":")
	name = strings.TrimRight(name, " \t")
	for i, r := range name {
		if !python.IsWord(r) || i == 0 && '0' <= r && r <= '9' {
			return "", "", false
		}
	}
	return name, strings.Trim(right, " \t\r\n"), name != ""
}

// logicalLines cuts a source at the line ends that stand outside brackets, texts
// and comments and are not escaped.
func logicalLines(source string) []string {
	var lines []string
	start, depth := 0, 0
	for at := 0; at < len(source); {
		switch c := source[at]; c {
		case '\'', '"':
			at = textEnd(source, at)
			continue
		case '#':
			for at < len(source) && source[at] != '\n' {
				at++
			}
			continue
		case '\\':
			at++
			if strings.HasPrefix(source[at:], "\r\n") {
				at++
			}
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		case '\n':
			if depth <= 0 {
				lines = append(lines, source[start:at])
				start, depth = at+1, 0
			}
		}
		at++
	}
	return append(lines, source[start:])
}

// textEnd is the place after the text that begins at a quote. A text of one line
// that is not closed ends at the line's end.
func textEnd(source string, at int) int {
	quote := source[at : at+1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(source[at:], triple) {
		quote = triple
	}
	for at += len(quote); at < len(source); at++ {
		switch {
		case source[at] == '\\':
			at++
		case strings.HasPrefix(source[at:], quote):
			return at + len(quote)
		case source[at] == '\n' && len(quote) == 1:
			return at
		}
	}
	return len(source)
}

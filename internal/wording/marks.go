package wording

import (
	"strconv"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/plan"
	"github.com/buttonbench/button/internal/world"
)

// Invisible signs used while a text is made; all lie in a private-use area and
// are gone from the finished text. A mark is open, number, text, close.
const (
	markOpen   = '\uE000'
	markClose  = '\uE001'
	markNumber = '\uE100' // plus the mark's index
	markLast   = '\uF000'
	again      = "\uE003" // a second mention of a place: becomes "there" behind "at"
	againEnd   = "\uE004"
	forMe      = "\uE005" // becomes "for me" in requests to somebody else
)

// Mark is what a span of a finished text stands for.
type Mark struct {
	Span button.Span
	// Kind is one of button's Mention kinds for a request; "value" in an answer.
	Kind string
	// Value is the literal said; Type its type, also for values in answers.
	Value *plan.Value
	Type  *world.Type
	Pick  *plan.Selection
	Fan   *plan.Fan
	Gate  *plan.Gate
	// Where an answer's value comes from: an argument or a result of Node, or a
	// transform over the nodes of Fan.
	Node     *plan.Node
	Argument string
	Output   string
	Op       string // "" or an operation of button.Transform
}

// Text is a finished text with its marks in order of position.
type Text struct {
	Content string
	Marks   []Mark
}

type marker struct{ marks []Mark }

// wrap puts text between marks.
func (m *marker) wrap(text string, mark Mark) string {
	m.marks = append(m.marks, mark)
	return string(markOpen) + string(rune(markNumber+len(m.marks)-1)) + text + string(markClose)
}

// finish removes all signs and computes the spans. Marks may nest.
func (m *marker) finish(text string) Text {
	var out strings.Builder
	var open []Mark
	var done []Mark
	number := false
	for _, r := range text {
		switch {
		case r == markOpen:
			number = true
		case number:
			mark := m.marks[int(r)-markNumber]
			mark.Span[0] = out.Len()
			open = append(open, mark)
			number = false
		case r == markClose:
			mark := open[len(open)-1]
			open = open[:len(open)-1]
			mark.Span[1] = out.Len()
			done = append(done, mark)
		default:
			out.WriteRune(r)
		}
	}
	return Text{out.String(), done}
}

// plain removes the signs and keeps the words.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if isSign(r) {
			return -1
		}
		return r
	}, text)
}

func isSign(r rune) bool { return r >= '\uE000' && r < markLast }

// blank replaces what stands between literal marks by a dash: two texts with
// equal blanks differ only in their literals.
func (m *marker) blank(text string) string {
	var out strings.Builder
	var kinds []bool // whether each open mark hides its text
	hidden, number := 0, false
	for _, r := range text {
		switch {
		case r == markOpen:
			number = true
		case number:
			hides := m.marks[int(r)-markNumber].Value != nil
			if hides {
				if hidden == 0 {
					out.WriteByte('_')
				}
				hidden++
			}
			kinds = append(kinds, hides)
			number = false
		case r == markClose:
			if kinds[len(kinds)-1] {
				hidden--
			}
			kinds = kinds[:len(kinds)-1]
		case hidden == 0:
			out.WriteRune(r)
		}
	}
	return out.String()
}

func words(text string) int { return len(strings.Fields(plain(text))) }

func itemPath(pick *plan.Selection, field string) string {
	return pick.List.Function.List + "[" + strconv.Itoa(pick.Chosen[0]) + "]." + field
}

package generate

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/grounding"
	"github.com/buttonbench/button/internal/wording"
)

// place finds where a reworded text says its facts. Every fact must be quoted
// once, and the quotes must stand in the text. A quote that stands there several
// times is taken where no other fact of its kind was found yet, whole words first.
func place(said *Reworded, marks map[string]wording.Mark) (wording.Text, []teach.Violation) {
	text := wording.Text{Content: said.Text}
	var violations []teach.Violation
	quoted := map[string]bool{}
	for _, span := range said.Spans {
		mark, known := marks[span.Fact]
		switch {
		case !known:
			violations = append(violations, teach.Violation{Rule: "unknown_fact", Text: fmt.Sprintf("there is no fact %q", span.Fact)})
		case quoted[span.Fact]:
			violations = append(violations, teach.Violation{Rule: "fact_twice", Text: fmt.Sprintf("fact %s is quoted twice", span.Fact), Span: span.Quote})
		default:
			quoted[span.Fact] = true
			at, found := locate(text, span.Quote, mark)
			if !found {
				violations = append(violations, teach.Violation{Rule: "quote_not_in_text", Text: fmt.Sprintf("the quote of fact %s does not stand in the text", span.Fact), Span: span.Quote})
				continue
			}
			mark.Span = at
			text.Marks = append(text.Marks, mark)
		}
	}
	for id := range marks {
		if !quoted[id] {
			violations = append(violations, teach.Violation{Rule: "fact_missing", Text: fmt.Sprintf("fact %s is not quoted", id)})
		}
	}
	sort.Slice(violations, func(i, j int) bool { return violations[i].Text < violations[j].Text })
	sort.SliceStable(text.Marks, func(i, j int) bool { return text.Marks[i].Span[0] < text.Marks[j].Span[0] })
	return text, violations
}

// unmarked looks for values that a text says beside its facts and that its sketch
// does not say: each would be a second reading of what is wanted.
func unmarked(text wording.Text, sketch, today string) []teach.Violation {
	reader := grounding.On(today)
	drafted := reader.Read(sketch)
	var violations []teach.Violation
	for _, literal := range reader.Literals(text.Content) {
		inFact := slices.ContainsFunc(text.Marks, func(mark wording.Mark) bool {
			return literal.Span[0] < mark.Span[1] && mark.Span[0] < literal.Span[1]
		})
		if inFact || literal.Spelled || literal.Kind == grounding.Name || literal.Kind == grounding.Quoted || drafted.Holds(literal) {
			continue
		}
		violations = append(violations, teach.Violation{Rule: "extra_value", Text: fmt.Sprintf("a %s that is no fact", literal.Kind), Span: literal.Text})
	}
	return violations
}

// locate finds a quote in a text. Literals do not share their place.
func locate(text wording.Text, quote string, mark wording.Mark) (button.Span, bool) {
	var best button.Span
	found, whole := false, false
	for from := 0; ; {
		at := strings.Index(text.Content[from:], quote)
		if at < 0 || quote == "" {
			return best, found
		}
		span := button.Span{from + at, from + at + len(quote)}
		from = span[0] + 1
		if taken(text.Marks, span, mark) {
			continue
		}
		if words := wholeWords(text.Content, span); !found || words && !whole {
			best, found, whole = span, true, words
		}
	}
}

func taken(marks []wording.Mark, span button.Span, mark wording.Mark) bool {
	for _, other := range marks {
		overlap := span[0] < other.Span[1] && other.Span[0] < span[1]
		if overlap && other.Kind == mark.Kind && (mark.Kind == button.MentionLiteral || other.Span == span) {
			return true
		}
	}
	return false
}

func wholeWords(text string, span button.Span) bool {
	return (span[0] == 0 || !wordByte(text[span[0]-1])) && (span[1] == len(text) || !wordByte(text[span[1]]))
}

func wordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// blankLiterals replaces what stands at literal marks by a dash, as wording does
// for its own texts.
func blankLiterals(text wording.Text) string {
	var out strings.Builder
	done := 0
	for _, mark := range text.Marks {
		if mark.Value == nil || mark.Span[0] < done {
			continue
		}
		out.WriteString(text.Content[done:mark.Span[0]])
		out.WriteByte('_')
		done = mark.Span[1]
	}
	out.WriteString(text.Content[done:])
	return out.String()
}

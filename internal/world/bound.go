package world

import "strings"

// The two directions of a bound, as conditions of a plan name them.
const (
	opAtMost  = "at_most"
	opAtLeast = "at_least"
)

// bound is a way to say a bound: words before the value, or words behind it.
type bound struct{ op, before, after string }

// bounds lists the ways to say a bound on values of the type that a speaker
// chooses from. Dates and times have one each way that stands both with and
// without a preposition in front of it.
func (t *Type) bounds(op string) []bound {
	switch t.Base {
	case Date, Time, DateTime:
		return pickOp(op, []bound{{opAtMost, "no later than ", ""}, {opAtLeast, "no earlier than ", ""}})
	case Minutes:
		return pickOp(op, []bound{
			{opAtMost, "no longer than ", ""}, {opAtMost, "no more than ", ""}, {opAtMost, "at most ", ""}, {opAtMost, "", " or less"},
			{opAtLeast, "at least ", ""}, {opAtLeast, "no less than ", ""}, {opAtLeast, "", " or more"},
		})
	case Count:
		return pickOp(op, []bound{
			{opAtMost, "no more than ", ""}, {opAtMost, "at most ", ""}, {opAtMost, "", " or fewer"},
			{opAtLeast, "at least ", ""}, {opAtLeast, "no fewer than ", ""}, {opAtLeast, "", " or more"},
		})
	}
	return pickOp(op, []bound{
		{opAtMost, "no more than ", ""}, {opAtMost, "at most ", ""}, {opAtMost, "", " or less"},
		{opAtLeast, "at least ", ""}, {opAtLeast, "no less than ", ""}, {opAtLeast, "", " or more"},
	})
}

func pickOp(op string, all []bound) []bound {
	var some []bound
	for _, b := range all {
		if b.op == op {
			some = append(some, b)
		}
	}
	return some
}

// Bound says a limit: op "at_most" gives "no more than 20 euros" or "no later
// than 15:30", op "at_least" gives "at least 3 seats" or "no earlier than
// Friday", in words that the speaker keeps to. Any other op gives the surface.
func (t *Type) Bound(op string, v Value, style Style, today string) string {
	surface := t.Surface(v, style, today)
	ways := t.bounds(op)
	if len(ways) == 0 {
		return surface
	}
	way := ways[style.choose("bound:"+t.Base+op, len(ways))]
	return way.before + surface + way.after
}

// readBounds are all the ways in which a bound is understood.
func readBounds() []bound {
	return []bound{
		{opAtMost, "no more than ", ""}, {opAtMost, "not more than ", ""}, {opAtMost, "at most ", ""}, {opAtMost, "no longer than ", ""},
		{opAtMost, "no later than ", ""}, {opAtMost, "", " or less"}, {opAtMost, "", " or fewer"}, {opAtMost, "", " or earlier"},
		{opAtMost, "", " at most"}, {opAtMost, "", " at the latest"},
		{opAtLeast, "at least ", ""}, {opAtLeast, "no less than ", ""}, {opAtLeast, "no fewer than ", ""}, {opAtLeast, "not less than ", ""},
		{opAtLeast, "no earlier than ", ""}, {opAtLeast, "", " or more"}, {opAtLeast, "", " or longer"}, {opAtLeast, "", " or later"},
		{opAtLeast, "", " at least"}, {opAtLeast, "", " at the earliest"},
	}
}

// ReadBound reads a bound, the inverse of Bound. It is false if the text is not
// one bound on one value, the whole of it.
func (t *Type) ReadBound(text, today string, start *Start) (op string, v Value, ok bool) {
	text = tidy(text)
	for _, way := range readBounds() {
		begin, end := 0, len(text)-len(way.after)
		if way.before != "" {
			begin = folded(text, 0, way.before)
		}
		if begin == noMatch || end <= begin || !strings.EqualFold(text[end:], way.after) {
			continue
		}
		if v, ok := t.Read(text[begin:end], today, start); ok {
			return way.op, v, true
		}
	}
	return "", nil, false
}

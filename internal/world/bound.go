package world

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

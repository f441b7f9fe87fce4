package world

import "strings"

// Builtins returns the base names as types of their own, fresh on each call, so
// that a loader may copy one and change it. Currency is "EUR", "GBP" or "USD";
// Money carries it as its Unit.
func Builtins(currency string) map[string]*Type {
	free := []*Type{
		{Name: Date, Again: []string{"that day", "the same day"}, States: []string{"It's for {x}.", "It would be for {x}."}, Tag: []string{"for {x}"}},
		{Name: Time, Again: []string{"that time", "the same time"}, States: []string{"It's for {x}.", "The time would be {x}."}, Tag: []string{"for {x}"}},
		{Name: Money, Unit: Noun{One: currency}, Again: []string{"that amount", "that much"}, States: []string{"The amount is {x}."}, Tag: []string{"{x}"}},
		{Name: Count, Again: []string{"that many"}, States: []string{"It's for {x}.", "That's for {x}."}, Tag: []string{"for {x}"}},
		{Name: Minutes, Again: []string{"that long"}, States: []string{"It would be for {x}.", "It's {x}."}, Tag: []string{"{x}"}},
		{Name: Quantity, Again: []string{"that much"}, States: []string{"It's {x}.", "That's {x}."}, Tag: []string{"{x}"}},
		{Name: Percent, Again: []string{"that much"}, States: []string{"It's {x}."}, Tag: []string{"{x}"}},
		{Name: Number, Again: []string{"that number"}, States: []string{"The number is {x}."}, Tag: []string{"number {x}"}},
		{Name: Person, States: []string{"The name is {x}.", "It's under the name {x}."}, Tag: []string{"name: {x}"}},
		{Name: Email, Again: []string{"that address"}, States: []string{"{My} email is {x}.", "{My} email address is {x}."}, Tag: []string{"email: {x}"}},
		{Name: Phone, Again: []string{"that number"}, States: []string{"{My} number is {x}.", "You can reach {me} on {x}."}, Tag: []string{"phone: {x}"}},
	}
	never := []*Type{
		{Name: Text},
		{Name: Bool},
		{Name: DateTime, Again: []string{"that time"}},
	}
	types := map[string]*Type{}
	for _, t := range free {
		t.Told = ToldFree
		types[t.Name] = t
	}
	for _, t := range never {
		t.Told = ToldNever
		types[t.Name] = t
	}
	for _, t := range types {
		t.Base, t.Forms, t.Pronoun = t.Name, []string{"{x}"}, "it"
	}
	return types
}

// For returns the noun in the number of a count: "seat" for 1, else "seats".
func (n Noun) For(count int64) string {
	switch {
	case count == 1:
		return n.One
	case n.Many == "" && n.One != "":
		return n.One + "s"
	}
	return n.Many
}

// currency is the words for one currency.
type currency struct {
	code, sign      string
	unit, hundredth Noun
}

func currencyOf(code string) currency {
	switch code {
	case "GBP":
		return currency{code, "£", Noun{"pound", "pounds"}, Noun{"penny", "pence"}}
	case "USD":
		return currency{code, "$", Noun{"dollar", "dollars"}, Noun{"cent", "cents"}}
	}
	return currency{"EUR", "€", Noun{"euro", "euros"}, Noun{"cent", "cents"}}
}

// currency returns the currency of a Money type: its own, else its world's.
func (t *Type) currency() currency {
	if t.Unit.One == "" && t.World != nil {
		return currencyOf(t.World.Currency)
	}
	return currencyOf(t.Unit.One)
}

// Compare orders two values of one type: strings by bytes (dates and times in
// canonical form so come in the order of time), whole numbers by size, false
// before true. Values of different kinds are ordered by kind.
func Compare(a, b Value) int {
	switch a := a.(type) {
	case int64:
		if b, ok := b.(int64); ok {
			return compareInts(a, b)
		}
	case string:
		if b, ok := b.(string); ok {
			return strings.Compare(a, b)
		}
	case bool:
		if b, ok := b.(bool); ok {
			return compareInts(boolInt(a), boolInt(b))
		}
	}
	return compareInts(kindOf(a), kindOf(b))
}

func kindOf(v Value) int64 {
	switch v.(type) {
	case bool:
		return 1
	case int64:
		return 2
	case string:
		return 3
	}
	return 0
}

func boolInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func compareInts(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

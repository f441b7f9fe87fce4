package simulated

import (
	"slices"
	"strings"
)

// Semantic types are free words of the teacher. Two are compared by their parts:
// "departure_city" is a "city", a "hotel_list" is a list of "hotel".

// typeParts splits a semantic type, each part in the singular. Whether it is a
// list is told apart.
func typeParts(name string) (parts []string, list bool) {
	for _, part := range nameParts(name) {
		switch part {
		case "list", "lists", "array", "set", "options", "results", "collection":
			list = true
			continue
		case "of", "the", "a":
			continue
		}
		if one := singular(part); one != part {
			list = list || len(one) > 0
			part = one
		}
		parts = append(parts, part)
	}
	return parts, list
}

// singular takes a plural's ending off. Words such as "address", "status" and
// "news" have none.
func singular(word string) string {
	for _, ending := range []string{"ss", "us", "is", "news"} {
		if strings.HasSuffix(word, ending) {
			return word
		}
	}
	switch {
	case strings.HasSuffix(word, "ies") && len(word) > 4:
		return strings.TrimSuffix(word, "ies") + "y"
	case strings.HasSuffix(word, "sses"), strings.HasSuffix(word, "shes"), strings.HasSuffix(word, "ches"), strings.HasSuffix(word, "xes"):
		return strings.TrimSuffix(word, "es")
	case strings.HasSuffix(word, "s") && len(word) > 3:
		return strings.TrimSuffix(word, "s")
	}
	return word
}

// sameKind reports whether two semantic types are one but for number and order.
func sameKind(a, b string) bool {
	left, _ := typeParts(a)
	right, _ := typeParts(b)
	slices.Sort(left)
	slices.Sort(right)
	return slices.Equal(left, right)
}

// assignable reports whether what is of the one semantic type can go where the
// other is wanted, after a transform. One of them may be more special than the
// other (a departure_city, a city), and either may leave out that it is known by
// its name, number or code; a name is no number, though.
func assignable(from, to, transform string) bool {
	have, list := typeParts(from)
	want, wantsList := typeParts(to)
	if len(have) == 0 || len(want) == 0 {
		return false
	}
	if transform == TransformPart {
		return pointInTime(have) && pointInTime(want)
	}
	if transform == TransformPick {
		list = false // one of several, whether they stand in a list or in several results
	}
	if list != wantsList {
		return false
	}
	if sameKind(from, to) {
		return true
	}
	haveThing, haveBy := knownBy(have)
	wantThing, wantBy := knownBy(want)
	return (haveBy == wantBy || haveBy == "" || wantBy == "") && (endsWith(haveThing, wantThing) || endsWith(wantThing, haveThing))
}

// knownBy splits off by what a thing is known, where its type says so.
func knownBy(parts []string) (thing []string, by string) {
	last := parts[len(parts)-1]
	switch last {
	case "id", "identifier", "key":
		last = "id"
	case "name", "title":
		last = "name"
	case "number", "code", "reference":
		last = "number"
	default:
		return parts, ""
	}
	if len(parts) == 1 {
		return parts, ""
	}
	return parts[:len(parts)-1], last
}

func endsWith(parts, end []string) bool {
	return len(end) <= len(parts) && slices.Equal(parts[len(parts)-len(end):], end)
}

// pointInTime reports whether a semantic type is of dates or times.
func pointInTime(parts []string) bool {
	return slices.ContainsFunc(parts, func(part string) bool {
		switch part {
		case "date", "time", "datetime", "day", "timestamp", "weekday", "month", "year", "slot", "departure", "arrival":
			return true
		}
		return false
	})
}

package simulated

import "math/rand/v2"

// drawPersona draws whom the user agent plays. The bound on the length of a
// message leaves room for the facts that it has to say, at a dozen words each, and
// is at least what the request itself needs.
func drawPersona(random *rand.Rand, actor string, room, least int) Persona {
	styles := []struct {
		style        string
		fewest, most int
	}{
		{"direct, in one or two sentences", 4, 50},
		{"terse, almost keywords", 2, 30},
		{"the background first, then the request", 12, 100},
		{"chatty, in several sentences", 12, 110},
		{"polite and complete", 8, 80},
		{"in a hurry, lower case, few commas", 3, 45},
		{"careful and exact", 8, 90},
	}
	style := styles[random.IntN(len(styles))]
	if actor == "" {
		actor = "somebody with an everyday errand"
	}
	return Persona{
		Who:       actor,
		Age:       draw(random, "under 25", "25 to 40", "40 to 60", "over 60"),
		Mood:      draw(random, "calm", "friendly", "impatient", "worried", "cheerful", "tired", "businesslike"),
		Expertise: draw(random, "knows the subject well", "knows the basics", "is new to this"),
		Style:     style.style,
		MinWords:  style.fewest,
		MaxWords:  max(style.most+room, least),
	}
}

func draw(random *rand.Rand, texts ...string) string { return texts[random.IntN(len(texts))] }

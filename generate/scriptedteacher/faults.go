package scriptedteacher

import (
	"math/rand/v2"
	"slices"
)

// Kind names a fault that a teacher can make.
type Kind string

// KindInfo describes a fault.
type KindInfo struct {
	Kind Kind
	// Stages are those whose replies can have it; nil for all.
	Stages []string
	Does   string
	// CaughtBy are the rules of the simulated mode of which one has to catch it,
	// whichever comes first in a reply's list of violations.
	CaughtBy []string

	plant func(*planting) bool
}

// planting is a reply that is about to be spoiled. A plant works on reply, on
// written before it is text, or on both; it returns false, and has changed nothing,
// where the reply has no room for the fault.
type planting struct {
	*turn
	read     any // the material
	written  any // the honest reply, of the stage's type
	out      *reply
	isNative bool
	random   *rand.Rand
	planted  string // a piece of text that is there because of the fault
}

// Kinds lists the faults in the order in which they are drawn.
func Kinds() []KindInfo {
	return slices.Concat(formKinds(), taskKinds(), functionKinds(), conversationKinds(), toolKinds())
}

func kindNames() []string {
	var names []string
	for _, info := range Kinds() {
		names = append(names, string(info.Kind))
	}
	return names
}

// spoil writes the reply, with a fault in it where one is due: which request meets
// which one follows from what the request was before any complaint.
func (h *Handler) spoil(t *turn, entry *Entry, read, written any, isNative bool) reply {
	honest := plainReply(written, isNative)
	for _, info := range Kinds() {
		share := h.options.Faults[info.Kind]
		if share == 0 || info.Stages != nil && !slices.Contains(info.Stages, t.stage) {
			continue
		}
		random := hashed(t.seed, "fault", string(info.Kind), t.subject)
		if random.Float64() >= share {
			continue
		}
		stubborn := random.Float64() < h.options.Stubborn
		if t.complaints > 0 && !stubborn {
			return honest
		}
		out := honest
		p := &planting{turn: t, read: read, written: written, out: &out, isNative: isNative, random: random}
		if !info.plant(p) {
			continue
		}
		entry.Fault, entry.Stubborn, entry.Planted = info.Kind, stubborn, p.planted
		return out
	}
	return honest
}

// rewrite puts the changed reply into the form that goes out.
func (p *planting) rewrite(planted string) bool {
	*p.out = plainReply(p.written, p.isNative)
	p.planted = planted
	return true
}

func (p *planting) code(prefix string) string {
	return prefix + "-" + itoa(10000+p.random.IntN(90000))
}

// formKinds spoil a reply of any stage as a whole.
func formKinds() []KindInfo {
	return []KindInfo{
		{Kind: "bad_json", Does: "A comma in the reply is missing; of a native call, the arguments break off.", CaughtBy: []string{"bad_json", "argument_schema"}, plant: (*planting).badJSON},
		{Kind: "truncated", Does: "The reply is cut off in the middle, and says so (finish_reason \"length\").", CaughtBy: []string{"truncated"}, plant: (*planting).truncate},
		{Kind: "wrong_schema", Does: "The reply lacks a member of its form and has one that nobody asked for.", CaughtBy: []string{"schema"}, plant: (*planting).wrongSchema},
		{Kind: "prose_around", Does: "A sentence stands before or after the object.", CaughtBy: []string{"prose_around"}, plant: (*planting).prose},
		{Kind: "empty", Does: "The reply is empty.", CaughtBy: []string{"empty", "action_form"}, plant: (*planting).empty},
		{Kind: "refusal", Does: "The reply is an excuse and not an object.", CaughtBy: []string{"bad_json", "missing_step", "failure_untold", "answer_without_result"}, plant: (*planting).refuse},
	}
}

func (p *planting) badJSON() bool {
	if p.isNative {
		if len(p.out.calls) == 0 || len(p.out.calls[0].arguments) < 4 {
			return false
		}
		calls := slices.Clone(p.out.calls)
		calls[0].arguments = calls[0].arguments[:len(calls[0].arguments)-2]
		p.out.calls = calls
		return true
	}
	// The first member is closed by a quote too early: no parser gets past it.
	text := p.out.text
	p.out.text = text[:1] + `"note: "as asked", ` + text[1:]
	return true
}

func (p *planting) truncate() bool {
	if p.isNative && p.out.text == "" {
		return false
	}
	p.out.finish = "length"
	if !p.isNative {
		p.out.text = p.out.text[:len(p.out.text)/2]
	}
	return true
}

func (p *planting) wrongSchema() bool {
	if p.isNative {
		return false
	}
	p.out.text = string(encode(map[string]any{"answer": "done", "confidence": 0.9}))
	p.planted = "confidence"
	return true
}

func (p *planting) prose() bool {
	if p.isNative {
		return false
	}
	if p.random.IntN(2) == 0 {
		p.out.text = "Sure! Here is what you asked for:\n" + p.out.text
	} else {
		p.out.text += "\nLet me know if anything should be changed."
	}
	return true
}

func (p *planting) empty() bool {
	*p.out = reply{text: ""}
	return true
}

func (p *planting) refuse() bool {
	*p.out = reply{text: refusalText}
	return true
}

// wordsOf are texts among a composition's literals that are no numbers.
func wordsOf(tasks []numberedTask) []string {
	var all []string
	for _, task := range tasks {
		for _, known := range task.KnownValues {
			if known.SemanticType == "city" || known.SemanticType == "person" {
				all = append(all, plain(known.Value))
			}
		}
	}
	return all
}

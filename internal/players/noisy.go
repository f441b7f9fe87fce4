package players

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/buttonbench/button"
)

// A noisy player makes one fault in a conversation. It falls on one call of the
// first user turn that has calls; which call, which kind and which value follow
// from the seed and from how the conversation begins. Whatever came of the
// fault, the player goes on with the reference's later steps. A conversation in
// which no fault of the wanted kind is possible (no argument to change, no
// other function to call) is played without one.

// cleanShare is the part of conversations that the plain noisy player leaves
// alone, so that its score lies between the oracle's and zero.
const cleanShare = 0.5

// fault is a kind of mistake. It changes its own copy of the steps at a call,
// and returns false where it is not possible there.
type fault struct {
	kind string
	make func(scene *scene, steps []step, at place) ([]step, bool)
}

// place is one call among the steps.
type place struct{ step, call int }

// scene is what a fault may look at.
type scene struct {
	random *rand.Rand
	tools  []button.Tool
	gold   []step
	said   string // the user's message
}

// faults are all kinds, in the order in which /v1/models lists them.
func faults() []fault {
	return []fault{
		{"wrong_value", wrongValue},
		{"wrong_function", wrongFunction},
		{"missing_call", missingCall},
		{"extra_call", extraCall},
		{"invalid_type", invalidType},
		{"malformed_json", malformedJSON},
	}
}

// disturb returns the steps of the user turn at message last, with the fault if
// it falls on them.
func (h *handler) disturb(ask *request, gold []step, last int) []step {
	opening := opening(ask.messages)
	names := make([]string, len(ask.tools))
	for i := range ask.tools {
		names[i] = ask.tools[i].Name
	}
	seed := fingerprint("noisy "+strings.Join(names, " "), opening)
	random := button.NewRandom(button.Seed(h.options.Seed^seed, "noisy", 0))
	kinds := faults()
	if _, kind, named := strings.Cut(ask.player, ":"); named {
		kinds = slices.DeleteFunc(kinds, func(f fault) bool { return f.kind != kind })
	} else {
		if random.Float64() < cleanShare {
			return gold
		}
		random.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
	}
	if h.calledBefore(ask, last) {
		return gold
	}
	stage := &scene{random, ask.tools, gold, ask.messages[last].Content}
	at := places(gold)
	random.Shuffle(len(at), func(i, j int) { at[i], at[j] = at[j], at[i] })
	for _, mistake := range kinds {
		for _, where := range at {
			if changed, ok := mistake.make(stage, cloneSteps(gold), where); ok {
				if len(changed) < len(gold) && playedAsGold(gold, where.step, ask.messages[last+1:]) {
					return gold
				}
				return changed
			}
		}
	}
	return gold
}

// opening is how a conversation begins: everything up to the first user
// message, which stays the same while it grows.
func opening(messages []button.Message) []button.Message {
	for i := range messages {
		if messages[i].Role == button.RoleUser {
			return messages[:i+1]
		}
	}
	return messages
}

// calledBefore reports whether the reference calls anything in a user turn
// before the one at message last: then the fault was due there.
func (h *handler) calledBefore(ask *request, last int) bool {
	for i := range last {
		if ask.messages[i].Role != button.RoleUser {
			continue
		}
		if earlier, ok := h.steps(ask, i); ok && len(places(earlier)) > 0 {
			return true
		}
	}
	return false
}

// playedAsGold reports whether the conversation holds a step that the player
// would have left out: then its history is the reference's, not the player's,
// and to drop the step would shift all that follow.
func playedAsGold(gold []step, index int, behind []button.Message) bool {
	left := index
	for i := range behind {
		if behind[i].Role != button.RoleAssistant {
			continue
		}
		if left--; left >= 0 {
			continue
		}
		return slices.EqualFunc(behind[i].ToolCalls, gold[index].calls, func(past button.Call, planned call) bool {
			return canonical(call{past.Name, argumentText(past.Arguments)}) == canonical(planned)
		})
	}
	return false
}

func places(steps []step) []place {
	var all []place
	for i := range steps {
		for j := range steps[i].calls {
			all = append(all, place{i, j})
		}
	}
	return all
}

func cloneSteps(steps []step) []step {
	cloned := slices.Clone(steps)
	for i := range cloned {
		cloned[i].calls = slices.Clone(cloned[i].calls)
	}
	return cloned
}

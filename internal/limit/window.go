package limit

// smallestWindow is the fewest responses that a share of refusals is taken of:
// of a handful, one refusal by chance would look like a third.
const smallestWindow = 64

// window is the additive-increase, multiplicative-decrease rule for the number
// of requests in flight. It grows by one for every full round of answers without
// a refusal, and is halved when more than a third of a round was refused, or at
// the first time-out.
//
// A third, not the first refusal: a server that is shared with others, or whose
// quota is counted by the minute, refuses now and then whatever the concurrency
// is, and a limit that is halved each time ends at one request in flight. A
// server that takes eight at a time is found just the same: with twelve in
// flight, a third is refused.
//
// A halving begins a new generation. Responses to requests of an older one say
// nothing about the new limit, so one burst of trouble halves once.
type window struct {
	ceiling, limit int
	generation     int
	clean          int // answers in a row
	seen, refused  int // of this round
}

func newWindow(ceiling int) window {
	ceiling = max(ceiling, 1)
	return window{ceiling: ceiling, limit: ceiling}
}

func (w *window) size() int { return max(w.limit, smallestWindow) }

func (w *window) answered(generation int) {
	if generation != w.generation {
		return
	}
	w.clean++
	if w.clean >= w.limit {
		w.clean = 0
		w.limit = min(w.limit+1, w.ceiling)
	}
	w.count()
}

func (w *window) refuse(generation int) {
	if generation != w.generation {
		return
	}
	w.clean = 0
	w.refused++
	if 3*w.refused > w.size() {
		w.halve()
		return
	}
	w.count()
}

func (w *window) timedOut(generation int) {
	if generation == w.generation {
		w.halve()
	}
}

func (w *window) count() {
	w.seen++
	if w.seen >= w.size() {
		w.seen, w.refused = 0, 0
	}
}

func (w *window) halve() {
	w.limit = max(w.limit/2, 1)
	w.generation++
	w.clean, w.seen, w.refused = 0, 0, 0
}

package simulated

import (
	"context"
	"slices"
	"sort"
	"sync"
)

// Registry holds the functions written so far, so that later tasks use them again
// instead of near-duplicates. It is safe for concurrent use.
//
// Candidates are numbered from 0 and committed in that order. A candidate sees the
// functions of a round that lies well before it, whatever runs beside it, so what
// is written for it does not depend on the number of workers.
type Registry struct {
	capacity int

	lock      sync.Mutex
	functions []registered
	postings  map[string][]int // word to the functions that have it, ascending
	names     map[string][]int
	committed int
	marks     []int         // marks[r]: how many functions there were when round r began
	moved     chan struct{} // closed when a round is complete
	facts     RegistryFacts
}

type registered struct {
	function Function
	features features
}

// RegistryFacts counts what became of the functions of accepted records.
type RegistryFacts struct {
	Functions int `json:"functions"` // registered
	Reused    int `json:"reused"`    // used again as they are
	// Near counts near-duplicates that were written side by side, or could not be
	// replaced by the registered function: they are not registered.
	Near int `json:"near_duplicates"`
	// Beyond counts new functions that found the registry full.
	Beyond int `json:"beyond_capacity"`
}

// DefaultCapacity bounds a registry: some tens of megabytes.
const DefaultCapacity = 20_000

// registryRound is how many candidates see the same functions.
const registryRound = 64

// NewRegistry returns an empty registry for at most capacity functions;
// DefaultCapacity where it is 0.
func NewRegistry(capacity int) *Registry {
	if capacity <= 0 {
		capacity = DefaultCapacity
	}
	return &Registry{capacity: capacity, postings: map[string][]int{}, names: map[string][]int{}, marks: []int{0}, moved: make(chan struct{})}
}

// View returns what a candidate may see: the functions of all candidates up to the
// end of the round before the last one. It waits until those are committed, which
// needs candidates to be started in their order.
func (r *Registry) View(ctx context.Context, candidate int) (View, error) {
	round := max(candidate/registryRound-1, 0)
	for {
		r.lock.Lock()
		if round < len(r.marks) {
			view := View{r, r.marks[round]}
			r.lock.Unlock()
			return view, nil
		}
		moved := r.moved
		r.lock.Unlock()
		select {
		case <-moved:
		case <-ctx.Done():
			return View{}, context.Cause(ctx)
		}
	}
}

// Commit takes the functions of the next candidate in, none where it was
// rejected. Functions that are registered already are counted as used again.
func (r *Registry) Commit(functions []Function) {
	r.lock.Lock()
	defer r.lock.Unlock()
	for _, f := range functions {
		r.add(f)
	}
	r.committed++
	if r.committed%registryRound == 0 {
		r.marks = append(r.marks, len(r.functions))
		close(r.moved)
		r.moved = make(chan struct{})
	}
}

func (r *Registry) add(f Function) {
	of := featuresOf(f)
	if at, near := r.near(of, len(r.functions)); near {
		if sameContract(r.functions[at].function, f) {
			r.facts.Reused++
		} else {
			r.facts.Near++
		}
		return
	}
	if len(r.functions) >= r.capacity {
		r.facts.Beyond++
		return
	}
	number := len(r.functions)
	r.functions = append(r.functions, registered{f, of})
	r.facts.Functions++
	for _, word := range unique(slices.Concat(of.name, of.description)) {
		r.postings[word] = append(r.postings[word], number)
	}
	for _, word := range of.name {
		r.names[word] = append(r.names[word], number)
	}
}

// Facts returns the counts so far.
func (r *Registry) Facts() RegistryFacts {
	r.lock.Lock()
	defer r.lock.Unlock()
	return r.facts
}

// View is what a registry held at one time. The zero View holds nothing.
type View struct {
	registry *Registry
	size     int
}

// Near returns the registered function that a function is a near-duplicate of.
func (v View) Near(f Function) (Function, bool) {
	if v.registry == nil {
		return Function{}, false
	}
	v.registry.lock.Lock()
	defer v.registry.lock.Unlock()
	at, near := v.registry.near(featuresOf(f), v.size)
	if !near {
		return Function{}, false
	}
	return v.registry.functions[at].function, true
}

// Offer returns at most count functions whose words a composed task shares, those
// first that share the rarest.
func (v View) Offer(composed *ComposedTask, count int) []Function {
	if v.registry == nil {
		return nil
	}
	v.registry.lock.Lock()
	defer v.registry.lock.Unlock()
	scores := map[int]float64{}
	for _, word := range taskWords(composed) {
		having := before(v.registry.postings[word], v.size)
		if len(having) > commonWord {
			continue
		}
		for _, number := range having {
			scores[number] += 1 / float64(1+len(having))
		}
	}
	numbers := make([]int, 0, len(scores))
	for number := range scores {
		numbers = append(numbers, number)
	}
	slices.Sort(numbers)
	sort.SliceStable(numbers, func(a, b int) bool { return scores[numbers[a]] > scores[numbers[b]] })
	var functions []Function
	names := map[string]bool{}
	for _, number := range numbers {
		f := v.registry.functions[number].function
		if names[f.Tool.Name] {
			continue
		}
		names[f.Tool.Name] = true
		if functions = append(functions, f); len(functions) == count {
			break
		}
	}
	return functions
}

// commonWord is how many functions may have a word that is still looked up.
const commonWord = 200

// before cuts a list of postings to those that a view of a size has.
func before(postings []int, size int) []int {
	at, _ := slices.BinarySearch(postings, size)
	return postings[:at]
}

// near finds the function most like one, among the first size.
func (r *Registry) near(of features, size int) (at int, found bool) {
	tried := map[int]bool{}
	best, score := -1, nearFrom
	for _, word := range of.name {
		having := before(r.names[word], size)
		if len(having) > commonWord {
			having = having[:commonWord]
		}
		for _, number := range having {
			if tried[number] {
				continue
			}
			tried[number] = true
			if similarity := of.similarity(&r.functions[number].features); similarity > score || similarity == score && number < best {
				best, score = number, similarity
			}
		}
	}
	return best, best >= 0
}

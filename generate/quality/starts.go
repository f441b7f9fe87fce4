package quality

import (
	"sync"

	"github.com/buttonbench/button/internal/world"
)

// mostStarts is how many start states are kept. Neighbouring records of a data set
// share a few states for each world, so most records find theirs here.
const mostStarts = 256

// startState is a start state with what is derived from it once.
type startState struct {
	*world.Start
	hash    string
	scanner *world.Scanner

	once sync.Once
	err  error
}

type startKey struct {
	world *world.World
	seed  uint64
}

// startPool keeps start states, the oldest giving way. It is safe for concurrent
// use; the zero value is ready.
type startPool struct {
	// supply makes a start state; nil means that the world does.
	supply func(w *world.World, seed uint64) (*world.Start, error)

	mutex sync.Mutex
	known map[startKey]*startState
	order []startKey
	next  int
}

// get returns the state of a seed, made at most once as long as it is kept.
func (p *startPool) get(index *worldIndex, seed uint64) (*startState, error) {
	state := p.entry(startKey{index.world, seed})
	state.once.Do(func() {
		supply := p.supply
		if supply == nil {
			supply = (*world.World).Start
		}
		if state.Start, state.err = supply(index.world, seed); state.err == nil {
			state.hash = state.Start.Hash()
			state.scanner = world.NewScanner(index.scanned, state.Start)
		}
	})
	return state, state.err
}

func (p *startPool) entry(key startKey) *startState {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if state, ok := p.known[key]; ok {
		return state
	}
	if p.known == nil {
		p.known = map[startKey]*startState{}
	}
	if len(p.order) < mostStarts {
		p.order = append(p.order, key)
	} else {
		delete(p.known, p.order[p.next])
		p.order[p.next] = key
		p.next = (p.next + 1) % mostStarts
	}
	state := &startState{}
	p.known[key] = state
	return state
}

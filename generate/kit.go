package generate

import (
	"fmt"
	"sync"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/plan"
	"github.com/buttonbench/button/internal/wording"
	"github.com/buttonbench/button/internal/world"
)

// Start states are shared by records: the state is shared, the plan is not, and
// making a state costs more than a record. Every stateBlock candidates a world
// gets statesPerBlock fresh ones, so that a large dataset does not tell of the
// same few cards and bookings, and only those of late blocks are kept.
const (
	stateBlock     = 2048
	statesPerBlock = 8
	statesKept     = 3 * statesPerBlock
)

// WorldKit is a world with what it takes to sample and to word plans in it. It
// is safe for concurrent use.
type WorldKit struct {
	World    *world.World
	Sampler  *plan.Sampler
	Narrator *wording.Narrator

	mutex  sync.Mutex
	starts map[uint64]*world.Start
	order  []uint64 // seeds in the order of their making
}

// NewWorldKit prepares a world.
func NewWorldKit(w *world.World) (*WorldKit, error) {
	sampler, err := plan.NewSampler(w)
	if err != nil {
		return nil, fmt.Errorf("indexing the plans of world %s: %w", w.Name, err)
	}
	return &WorldKit{World: w, Sampler: sampler, Narrator: &wording.Narrator{}, starts: map[uint64]*world.Start{}}, nil
}

// Start returns the start state for a seed; the latest ones are kept.
func (k *WorldKit) Start(seed uint64) (*world.Start, error) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if start, ok := k.starts[seed]; ok {
		return start, nil
	}
	start, err := k.World.Start(seed)
	if err != nil {
		return nil, err
	}
	if len(k.order) >= statesKept {
		delete(k.starts, k.order[0])
		k.order = k.order[1:]
	}
	k.starts[seed] = start
	k.order = append(k.order, seed)
	return start, nil
}

// stateSeed names one of the states of a candidate's block.
func stateSeed(master uint64, w *world.World, index, draw int) uint64 {
	return button.Seed(master, "state of "+w.Name, index/stateBlock*statesPerBlock+draw)
}

package generate

import (
	"fmt"
	"sync"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/plan"
	"github.com/buttonbench/button/internal/wording"
	"github.com/buttonbench/button/internal/world"
)

// startPool is the number of start states of a world that records share. The
// state is shared, the plan is not; making a state costs more than a record.
const startPool = 64

// WorldKit is a world with what it takes to sample and to word plans in it. It
// is safe for concurrent use.
type WorldKit struct {
	World    *world.World
	Sampler  *plan.Sampler
	Narrator *wording.Narrator

	mutex  sync.Mutex
	starts map[uint64]*world.Start
}

// NewWorldKit prepares a world.
func NewWorldKit(w *world.World) (*WorldKit, error) {
	sampler, err := plan.NewSampler(w)
	if err != nil {
		return nil, fmt.Errorf("indexing the plans of world %s: %w", w.Name, err)
	}
	return &WorldKit{World: w, Sampler: sampler, Narrator: &wording.Narrator{}, starts: map[uint64]*world.Start{}}, nil
}

// Start returns the start state for a seed; states are kept.
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
	k.starts[seed] = start
	return start, nil
}

// stateSeed names one of the pool's states.
func stateSeed(master uint64, w *world.World, draw int) uint64 {
	return button.Seed(master, "state of "+w.Name, draw%startPool)
}

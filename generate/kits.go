package generate

import (
	"fmt"

	"github.com/buttonbench/button/internal/world"
)

// start is the kit's own start state of a world.
func (o *Options) start(w *world.World, seed uint64) (*world.Start, error) {
	for _, kit := range o.Worlds {
		if kit.World == w {
			return kit.Start(seed)
		}
	}
	return nil, fmt.Errorf("world %s is not among those that records are made in", w.Name)
}

// worlds lists the worlds behind the kits.
func (o *Options) worlds() []*world.World {
	worlds := make([]*world.World, len(o.Worlds))
	for i, kit := range o.Worlds {
		worlds[i] = kit.World
	}
	return worlds
}

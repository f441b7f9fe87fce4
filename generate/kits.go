package generate

import "github.com/buttonbench/button/internal/world"

// worlds lists the worlds behind the kits.
func (o *Options) worlds() []*world.World {
	worlds := make([]*world.World, len(o.Worlds))
	for i, kit := range o.Worlds {
		worlds[i] = kit.World
	}
	return worlds
}

package buttonbench

import (
	"context"

	"github.com/buttonbench/button/worlds"
)

var (
	worldsFS = worlds.FS
	noStop   = context.Background()
)

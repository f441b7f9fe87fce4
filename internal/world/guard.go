package world

import "go.starlark.net/syntax"

// guard is a placeholder of the same signature while the limits are written.
func guard(file string, parsed *syntax.File) error { return nil }

// Package worlds holds the built-in worlds, one folder each. Adding a world is
// adding a folder with its two files; docs/worlds.md says how to write them.
package worlds

import (
	"embed"
	"io/fs"
)

// FS holds NAME/world.yaml and NAME/world.star for every world.
//
//go:embed */world.yaml */world.star
var FS embed.FS

// Names returns the names of the worlds in order.
func Names() []string {
	entries, err := fs.ReadDir(FS, ".")
	if err != nil {
		return nil // an embedded file system has a root
	}
	names := make([]string, 0, len(entries))
	for _, entry := range entries {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	return names
}

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/buttonbench/button/generate"
	"github.com/buttonbench/button/internal/world"
	"github.com/buttonbench/button/worlds"
)

// loadWorld loads a built-in world by name, or one from a folder.
func loadWorld(name string) (*world.World, error) {
	if strings.ContainsRune(name, filepath.Separator) || strings.ContainsRune(name, '.') {
		info, err := os.Stat(name)
		if err != nil || !info.IsDir() {
			return nil, usage("%s is not the folder of a world", name)
		}
		w, err := world.Load(os.DirFS(name), ".")
		if err != nil {
			return nil, hinted(exitUsage, fmt.Errorf("loading the world in %s: %w", name, err), "docs/worlds.md tells what each part must be")
		}
		return w, nil
	}
	for _, known := range worlds.Names() {
		if known == name {
			return world.Load(worlds.FS, name)
		}
	}
	return nil, hinted(exitUsage, fmt.Errorf("no world is called %q", name), "built in are "+strings.Join(worlds.Names(), ", ")+"; a folder of your own goes by its path, ./"+name)
}

// loadWorlds loads worlds by name; without names all built-in ones of a use
// ("train", "heldout", or "" for all).
func loadWorlds(names []string, use string) ([]*world.World, error) {
	builtin := len(names) == 0
	if builtin {
		names = worlds.Names()
	}
	var loaded []*world.World
	for _, name := range names {
		w, err := loadWorld(name)
		if err != nil {
			return nil, err
		}
		if !builtin || use == "" || w.Use == use {
			loaded = append(loaded, w)
		}
	}
	return loaded, nil
}

// knownWorlds loads all built-in worlds and further ones by folder.
func knownWorlds(further []string) ([]*world.World, error) {
	known, err := loadWorlds(nil, "")
	if err != nil || len(further) == 0 {
		return known, err
	}
	more, err := loadWorlds(further, "")
	return append(known, more...), err
}

// kits prepares worlds for generation.
func kits(loaded []*world.World) ([]*generate.WorldKit, error) {
	var prepared []*generate.WorldKit
	for _, w := range loaded {
		kit, err := generate.NewWorldKit(w)
		if err != nil {
			return nil, err
		}
		prepared = append(prepared, kit)
	}
	return prepared, nil
}

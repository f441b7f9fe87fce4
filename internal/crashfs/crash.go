package crashfs

import (
	"maps"
	"slices"
)

// sector is the unit in which data reaches the disk. A real one is larger;
// a small one tears more.
const sector = 16

// Crash gives the file system as it could be found after a cut in power: what
// was synced is there; of the rest, pick decides. pick(n) returns a number from
// 0 to n-1; with 0 every time all that was not synced is lost. The old file
// system stays as it is, so that one state can crash in many ways.
func (f *FS) Crash(pick func(n int) int) *FS {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := crash{pick: pick, copies: make(map[*node]*node)}
	c.choose(f.links)
	return newFS(c.copy(f.root))
}

type crash struct {
	pick   func(n int) int
	kept   []*link
	copies map[*node]*node
}

// choose decides which changes of folders have reached the disk: the first
// ones, or any.
func (c *crash) choose(links []*link) {
	if len(links) == 0 {
		return
	}
	if c.pick(2) == 0 {
		c.kept = links[:c.pick(len(links)+1)]
		return
	}
	for _, l := range links {
		if c.pick(2) == 1 {
			c.kept = append(c.kept, l)
		}
	}
}

// copy gives what is left of a node.
func (c *crash) copy(n *node) *node {
	if done := c.copies[n]; done != nil {
		return done
	}
	if !n.folder {
		data := c.content(n)
		c.copies[n] = &node{data: data, synced: slices.Clone(data)}
		return c.copies[n]
	}
	left := newFolder()
	c.copies[n] = left
	entries := c.entries(n)
	for _, name := range slices.Sorted(maps.Keys(entries)) { // pick needs an order
		left.entries[name] = c.copy(entries[name])
		left.durable[name] = left.entries[name]
	}
	return left
}

func (c *crash) entries(folder *node) map[string]*node {
	entries := maps.Clone(folder.durable)
	for _, l := range c.kept {
		for _, e := range l.entries {
			if e.folder == folder {
				e.apply(entries)
			}
		}
	}
	return entries
}

// content gives what is left of a file: what was synced and, of the changes
// since, none; all; the first ones and a part of the next; or all of the length
// with old content or zeros in some sectors.
func (c *crash) content(n *node) []byte {
	content := slices.Clone(n.synced)
	if len(n.pending) == 0 {
		return content
	}
	switch c.pick(4) {
	case 0:
		return content
	case 1:
		for _, change := range n.pending {
			content = change.apply(content)
		}
		return content
	case 2:
		whole := c.pick(len(n.pending))
		for _, change := range n.pending[:whole] {
			content = change.apply(content)
		}
		torn := n.pending[whole]
		if !torn.truncate {
			torn.data = torn.data[:c.pick(len(torn.data)+1)]
			content = torn.apply(content)
		}
		return content
	default:
		return c.patchwork(content, n.pending)
	}
}

func (c *crash) patchwork(old []byte, pending []change) []byte {
	content := slices.Clone(old)
	for _, change := range pending {
		content = change.apply(content)
	}
	for start := 0; start < len(content); start += sector {
		end := min(start+sector, len(content))
		if lost := c.pick(2) == 1; lost {
			clear(content[start:end])
			if start < len(old) {
				copy(content[start:end], old[start:])
			}
		}
	}
	return content
}

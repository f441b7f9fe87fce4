package schema

// CacheLoad returns the number of entries and their weight.
func (c *Compiler) CacheLoad() (entries, weight int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.recent.Len(), c.weight
}

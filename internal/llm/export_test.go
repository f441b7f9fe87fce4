package llm

import "os"

// SetSync replaces what makes files and folders durable, before the first answer.
func (k *Keeper) SetSync(sync func(*os.File) error) { k.shelf.fsync = sync }

// SetSegmentSize makes a cache begin new segments early, before its first request.
func (c *CacheClient) SetSegmentSize(bytes int64) { c.options.segmentSize = bytes }

// InMemory is how many answers of a cache are found without an index on disk.
func (c *CacheClient) InMemory() int { return len(c.open().places) }

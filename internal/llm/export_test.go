package llm

import "os"

// SetSync replaces what makes files and folders durable, before the first answer.
func (k *Keeper) SetSync(sync func(*os.File) error) { k.shelf.fsync = sync }

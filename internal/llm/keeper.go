package llm

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/buttonbench/button/internal/limit"
)

// syncEvery is how long a Keeper rests after a sync. What a power cut may cost is
// the answers of that time; a killed process costs none.
const syncEvery = 250 * time.Millisecond

// KeeperOptions say where a run keeps its answers.
type KeeperOptions struct {
	// Dir is a folder of this run's own, made when needed. One process at a time
	// uses it.
	Dir string
	// Anew forgets what the folder holds.
	Anew bool
	// Scope is part of every key, as in CacheOptions.
	Scope string
	// Finished reports whether a conversation needs no answer any more; nil for none.
	Finished func(conversation string) bool
	// Warn is told of answers that cannot be used and of writing that failed; nil
	// tells nobody.
	Warn func(text string)
	// Clock is the machine's where it is nil.
	Clock limit.Clock
}

// Keeper keeps what a run has paid for until the conversation that it belongs to
// is finished: whatever ends a run, the conversations that were under way go on
// from their last answer. An answer is found by its Origin and its request, so no
// conversation gets another's. It is in its file before the caller has it, and
// durable at most syncEvery and a sync later.
type Keeper struct {
	options KeeperOptions
	shelf   *shelf

	mu      sync.Mutex
	open    map[string]*conversation
	useless bool // the folder holds answers of finished conversations
	failed  bool // writing failed and was told

	buffers sync.Pool     // of *[]byte, for the texts of keys
	written chan struct{} // holds a message where something is to be synced
	cancel  context.CancelFunc
	ended   chan struct{}
}

// conversation is one that is not finished.
type conversation struct {
	keys []Key
	paid Spending
}

// OpenKeeper reads what the folder holds. Close must be called.
func OpenKeeper(options KeeperOptions) (*Keeper, error) {
	if options.Warn == nil {
		options.Warn = func(string) {}
	}
	if options.Clock == nil {
		options.Clock = limit.Wall()
	}
	if options.Anew {
		if err := removeSegments(options.Dir, nil); err != nil {
			return nil, fmt.Errorf("removing kept answers: %w", err)
		}
	}
	k := &Keeper{
		options: options, shelf: newShelf(options.Dir, options.Warn).open(), open: map[string]*conversation{},
		written: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	k.takeStock()
	ctx, cancel := context.WithCancel(context.Background())
	k.cancel = cancel
	go k.syncing(ctx)
	return k, nil
}

// takeStock finds out what the answers in the folder belong to.
func (k *Keeper) takeStock() {
	for half := range maps.Clone(k.shelf.places) {
		key, found, err := k.shelf.find(half)
		switch {
		case err != nil:
			k.options.Warn(fmt.Sprintf("kept answer ignored: %v", err))
		case found.Origin == nil || found.Paid == nil:
			k.options.Warn(fmt.Sprintf("kept answer ignored: answer %s does not say what it belongs to", key))
		case k.options.Finished == nil || !k.options.Finished(found.Origin.Conversation):
			k.note(key, *found.Origin, *found.Paid)
			continue
		}
		k.useless = true
		delete(k.shelf.places, half)
	}
	k.useless = k.useless || len(k.shelf.sealed) > 0
}

// note counts an answer for its conversation. The lock is held, or not needed yet.
func (k *Keeper) note(key Key, origin Origin, paid Spending) {
	of := k.open[origin.Conversation]
	if of == nil {
		of = &conversation{}
		k.open[origin.Conversation] = of
	}
	of.keys = append(of.keys, key)
	of.paid.Add(paid)
}

// Paid is what has been paid in this run for a conversation that is not finished.
func (k *Keeper) Paid(name string) Spending {
	k.mu.Lock()
	defer k.mu.Unlock()
	if of := k.open[name]; of != nil {
		return of.paid
	}
	return Spending{}
}

// Unfinished is what has been paid for each conversation that is not finished.
func (k *Keeper) Unfinished() map[string]Spending {
	k.mu.Lock()
	defer k.mu.Unlock()
	paid := make(map[string]Spending, len(k.open))
	for name, of := range k.open {
		paid[name] = of.paid
	}
	return paid
}

// Finish forgets a conversation. Its answers must be safe elsewhere.
func (k *Keeper) Finish(name string) {
	k.mu.Lock()
	of := k.open[name]
	delete(k.open, name)
	k.useless = k.useless || of != nil
	k.mu.Unlock()
	if of != nil {
		k.shelf.forget(of.keys)
	}
}

// Close makes the answers of unfinished conversations durable and removes all
// others. No request may be under way or come after it.
func (k *Keeper) Close() error {
	k.cancel()
	<-k.ended
	useless, err := k.tidy()
	k.shelf.close()
	if err == nil && len(useless) > 0 {
		err = removeSegments(k.options.Dir, useless)
	}
	if err != nil {
		return fmt.Errorf("keeping the answers of unfinished conversations: %w", err)
	}
	return nil
}

// tidy writes what is of use into a segment of its own and returns those that may
// go. Of an answer that a crash leaves in both, the last counts.
func (k *Keeper) tidy() (useless []string, err error) {
	if k.useless {
		useless = k.shelf.seal()
		for _, name := range slices.Sorted(maps.Keys(k.open)) {
			for _, key := range k.open[name].keys {
				found, err := k.shelf.get(key)
				if err != nil {
					k.options.Warn(fmt.Sprintf("kept answer ignored: %v", err))
				} else if found == nil {
					continue // it could not be written
				} else if err := k.shelf.put(key, *found); err != nil {
					return nil, err
				}
			}
		}
	}
	return useless, k.shelf.sync()
}

// removeSegments removes the segments of these names, nil for all, and the folder
// with the last.
func removeSegments(dir string, names []string) error {
	if names == nil {
		names, _ = filepath.Glob(filepath.Join(dir, segmentGlob)) // the pattern is a proper one
	}
	for _, name := range names {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if left, err := os.ReadDir(dir); err == nil && len(left) == 0 {
		return os.Remove(dir)
	}
	return nil
}

// syncing syncs in groups, with rests that leave the disk to the rows.
func (k *Keeper) syncing(ctx context.Context) {
	defer close(k.ended)
	for {
		select {
		case <-k.written:
		case <-ctx.Done():
			return
		}
		if err := k.shelf.sync(); err != nil {
			k.complain(err)
		}
		if limit.Wait(ctx, k.options.Clock, syncEvery) != nil {
			return
		}
	}
}

// complain tells of the first error of writing.
func (k *Keeper) complain(err error) {
	k.mu.Lock()
	told := k.failed
	k.failed = true
	k.mu.Unlock()
	if !told {
		k.options.Warn(fmt.Sprintf("keeping an answer: %v; if the run is stopped, conversations under way are paid for again", err))
	}
}

// keep writes an answer down.
func (k *Keeper) keep(key Key, origin Origin, reply *Reply, paid Spending) {
	k.mu.Lock()
	k.note(key, origin, paid)
	k.mu.Unlock()
	if len(reply.Raw) == 0 {
		return
	}
	e := entryOf(reply)
	e.Origin, e.Paid = &origin, &paid
	if err := k.shelf.put(key, e); err != nil {
		k.complain(err)
		return
	}
	select {
	case k.written <- struct{}{}:
	default:
	}
}

func (k *Keeper) key(request *Request) Key {
	buffer, _ := k.buffers.Get().(*[]byte)
	if buffer == nil {
		buffer = new([]byte)
	}
	defer k.buffers.Put(buffer)
	*buffer = fmt.Appendf((*buffer)[:0], "%s\n%q %d\n", k.options.Scope, request.Origin.Conversation, request.Origin.Turn)
	*buffer = AppendCanonical(*buffer, request)
	return sha256.Sum256(*buffer)
}

// keeping is the client that a keeper makes of a meter.
type keeping struct {
	next   *meter
	keeper *Keeper
	decode Decoder
}

// Complete implements Client. Requests without an Origin pass.
func (c *keeping) Complete(ctx context.Context, request Request) (*Reply, error) {
	if request.Origin == (Origin{}) {
		return c.next.Complete(ctx, request)
	}
	key := c.keeper.key(&request)
	if reply := recall(c.keeper.shelf, key, c.decode, c.keeper.options.Warn); reply != nil && ctx.Err() == nil {
		return reply, nil
	}
	reply, paid, err := c.next.charged(ctx, request)
	if err != nil {
		return nil, err
	}
	c.keeper.keep(key, request.Origin, reply, paid)
	return reply, nil
}

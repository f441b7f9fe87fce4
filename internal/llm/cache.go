package llm

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
)

// Decoder turns a stored response into what the client made of it: a reply, or
// an *Error where it holds none. Answers are stored as the server sent them, so
// that a better decoder also betters what was paid for before.
type Decoder func(status int, header http.Header, body []byte) (*Reply, error)

// CacheMode says what a cache is used for.
type CacheMode string

// The modes of a cache.
const (
	CacheOff   CacheMode = "off"
	CacheRead  CacheMode = "read"  // known answers are used, new ones are not kept
	CacheWrite CacheMode = "write" // known answers are used, new ones are kept
)

// ParseCacheMode reads a mode as users write it.
func ParseCacheMode(text string) (CacheMode, error) {
	switch mode := CacheMode(text); mode {
	case CacheOff, CacheRead, CacheWrite:
		return mode, nil
	}
	return "", fmt.Errorf("there is no cache mode %q: want %s, %s or %s", text, CacheRead, CacheWrite, CacheOff)
}

// CacheOptions say where answers are kept.
type CacheOptions struct {
	// Dir is a folder of its own, made when needed. Several processes may share it.
	Dir  string
	Mode CacheMode
	// Scope is part of every key. It tells models apart that go by the same name
	// on different servers.
	Scope  string
	Decode Decoder
	// Warn is told of entries that cannot be used and of writing that failed; nil
	// tells nobody.
	Warn func(text string)

	segmentSize int64 // for tests; 0 is the default
}

// CacheClient is a client that remembers answers.
type CacheClient struct {
	next    Client
	options CacheOptions
	hits    atomic.Int64
	broken  atomic.Bool // writing failed and was told once

	opened sync.Once
	shelf  *shelf

	mu      sync.Mutex
	flights map[Key]*flight
}

// Cache returns a client that answers a request that was answered before from a
// folder of files, found by the content of the request and its Repeat. Equal
// requests at the same time are sent once. Errors are not kept. An entry that is
// damaged is as good as none, and replaced. The mode is not CacheOff. Close frees
// the files.
func Cache(next Client, options CacheOptions) *CacheClient {
	if options.Warn == nil {
		options.Warn = func(string) {}
	}
	return &CacheClient{next: next, options: options, flights: map[Key]*flight{}}
}

// open reads the folder when the first request comes, not before.
func (c *CacheClient) open() *shelf {
	c.opened.Do(func() {
		shelf := newShelf(c.options.Dir, c.options.Warn)
		shelf.spills = true
		if c.options.segmentSize > 0 {
			shelf.segmentSize = c.options.segmentSize
		}
		c.shelf = shelf.open()
	})
	return c.shelf
}

// Close frees the files. No request may be under way or come after it.
func (c *CacheClient) Close() error {
	c.open().close()
	return nil
}

// flight is a request under way that others wait for.
type flight struct {
	done  chan struct{}
	reply *Reply
	err   error
}

// Complete implements Client.
func (c *CacheClient) Complete(ctx context.Context, request Request) (*Reply, error) {
	if err := ctx.Err(); err != nil {
		return nil, stopped(ctx, err, "stopped before the request was sent")
	}
	key := c.key(&request)
	for {
		c.mu.Lock()
		other, found := c.flights[key]
		if !found {
			break // with the lock held
		}
		c.mu.Unlock()
		select {
		case <-other.done:
		case <-ctx.Done():
			return nil, stopped(ctx, ctx.Err(), "stopped while an equal request was under way")
		}
		var failure *Error
		if errors.As(other.err, &failure) && failure.Class == ClassInterrupted {
			continue // the other one was stopped, not this one
		}
		if other.err != nil {
			return nil, other.err
		}
		c.hits.Add(1)
		return cachedCopy(other.reply), nil
	}
	mine := &flight{done: make(chan struct{}), err: errAbandoned}
	c.flights[key] = mine
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.flights, key)
		c.mu.Unlock()
		close(mine.done)
	}()
	reply, err := c.answer(ctx, key, request)
	if mine.err = err; err == nil {
		mine.reply = cachedCopy(reply) // the caller may change its own
	}
	return reply, err
}

var errAbandoned = &Error{Class: ClassInterrupted, Detail: "the request was abandoned"}

// answer takes the answer from the folder, or asks and keeps it.
func (c *CacheClient) answer(ctx context.Context, key Key, request Request) (*Reply, error) {
	if reply := recall(c.open(), key, c.options.Decode, c.options.Warn); reply != nil {
		c.hits.Add(1)
		return reply, nil
	}
	reply, err := c.next.Complete(ctx, request)
	if err != nil {
		return nil, err
	}
	if c.options.Mode == CacheWrite && len(reply.Raw) > 0 {
		if err := c.open().put(key, entryOf(reply)); err != nil && !c.broken.Swap(true) {
			c.options.Warn(fmt.Sprintf("keeping an answer in the cache: %v; it will be paid for again", err))
		}
	}
	return reply, nil
}

func entryOf(reply *Reply) entry {
	header := http.Header{}
	if kind := reply.Header.Get("Content-Type"); kind != "" {
		header.Set("Content-Type", kind)
	}
	return entry{Status: reply.Status, Header: header, Latency: reply.Latency, body: reply.Raw}
}

// recall returns what a shelf holds for a request, or nil.
func recall(from *shelf, key Key, decode Decoder, warn func(string)) *Reply {
	found, err := from.get(key)
	if err != nil {
		warn(fmt.Sprintf("cache entry ignored: %v", err))
	}
	if found == nil {
		return nil
	}
	reply, err := decode(found.Status, found.Header, found.body)
	if err != nil {
		warn(fmt.Sprintf("cache entry ignored: request %s: its answer cannot be read: %v", key, err))
		return nil
	}
	reply.Latency, reply.Cached, reply.RetryAfter = found.Latency, true, 0
	return reply
}

func (c *CacheClient) key(request *Request) Key {
	text := make([]byte, 0, 1024+2*promptBytes(request))
	text = append(text, c.options.Scope...)
	text = append(text, '\n')
	return sha256.Sum256(AppendCanonical(text, request))
}

// cachedCopy is a reply for another caller, who may change it.
func cachedCopy(reply *Reply) *Reply {
	copied := *reply
	copied.Calls = append([]RawCall(nil), reply.Calls...)
	copied.Header = reply.Header.Clone()
	copied.Cached, copied.RetryAfter = true, 0
	return &copied
}

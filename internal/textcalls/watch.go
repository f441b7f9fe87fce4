package textcalls

import (
	"context"
	"sync"

	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/toolcall"
)

// Watch lets every answer through as it is and counts those with calls, and those
// that hold calls which nobody read: the sign of a server, or a --parser, that does
// not know the model's dialect.
func Watch(next llm.Client) *Watcher { return &Watcher{next: next, unread: map[string]int{}} }

// Watcher is a Client that counts. It is safe for concurrent use.
type Watcher struct {
	next llm.Client

	mutex   sync.Mutex
	answers int
	offered int            // answers to requests with tools
	called  int            // of these, those with calls
	unread  map[string]int // dialect -> answers with calls in their text
}

// Complete implements llm.Client.
func (w *Watcher) Complete(ctx context.Context, request llm.Request) (*llm.Reply, error) {
	reply, err := w.next.Complete(ctx, request)
	if err != nil {
		return reply, err
	}
	dialect := ""
	if len(reply.Calls) == 0 && len(request.Tools) > 0 {
		result := toolcall.Detect(reply.Content, reply.Reasoning, request.Tools)
		for _, call := range result.Calls {
			if call.Known {
				dialect = result.Dialect
			}
		}
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.answers++
	if len(request.Tools) > 0 {
		w.offered++
		if len(reply.Calls) > 0 {
			w.called++
		}
	}
	if dialect != "" {
		w.unread[dialect]++
	}
	return reply, nil
}

// Calls returns how many answers there were to requests with tools, and how many of
// them held calls that were read.
func (w *Watcher) Calls() (offered, called int) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.offered, w.called
}

// Unread returns how many answers there were, in how many of them calls went
// unread, and the dialect that would have read most of those.
func (w *Watcher) Unread() (answers, unread int, dialect string) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for name, n := range w.unread {
		unread += n
		if dialect == "" || n > w.unread[dialect] || n == w.unread[dialect] && name < dialect {
			dialect = name
		}
	}
	return w.answers, unread, dialect
}

package llm

import (
	"hash/maphash"
	"sync"

	"github.com/buttonbench/button"
)

// mostHomes bounds the memory of which endpoint a conversation is at.
const mostHomes = 1 << 14

// homes remembers where conversations are. The oldest half is forgotten when
// there are too many.
type homes struct {
	seed      maphash.Seed
	mu        sync.Mutex
	now, past map[uint64]int
}

func (h *homes) get(request *Request) (int, bool) {
	key := h.key(request)
	h.mu.Lock()
	defer h.mu.Unlock()
	if at, known := h.now[key]; known {
		return at, true
	}
	at, known := h.past[key]
	return at, known
}

func (h *homes) set(request *Request, at int) {
	key := h.key(request)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.now == nil || len(h.now) >= mostHomes/2 {
		h.now, h.past = map[uint64]int{}, h.now
	}
	h.now[key] = at
}

// key names a conversation by its beginning, up to the first word of the model,
// and by the repeat.
func (h *homes) key(request *Request) uint64 {
	var hash maphash.Hash
	hash.SetSeed(h.seed)
	hash.WriteByte(byte(request.Repeat))
	for i := range request.Messages {
		m := &request.Messages[i]
		if m.Role == button.RoleAssistant {
			break
		}
		hash.WriteString(m.Role)
		hash.WriteByte(0)
		hash.WriteString(m.Content)
		hash.WriteByte(0)
	}
	return hash.Sum64()
}

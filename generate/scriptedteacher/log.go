package scriptedteacher

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"sync"
)

// Entry is one request in the log.
type Entry struct {
	// Hash is the SHA-256 of the request's body, and Subject that of what the
	// request was before any complaint, so that a request and its repetitions after
	// complaints have the same Subject.
	Hash    string `json:"hash"`
	Subject string `json:"subject"`
	Stage   string `json:"stage"`
	// Complaints counts how often the reply came back before, and ReturnedFor is the
	// first rule that the last one of them names: what caught the reply before.
	Complaints  int    `json:"complaints"`
	ReturnedFor string `json:"returned_for,omitempty"`
	// Again says that a request with the same bytes came before.
	Again bool `json:"again"`
	// Fault is the kind planted in the reply, empty for none. Planted is a piece of
	// text that is in the reply because of it, where there is one.
	Fault    Kind   `json:"fault,omitempty"`
	Stubborn bool   `json:"stubborn,omitempty"`
	Planted  string `json:"planted,omitempty"`
}

type log struct {
	lock    sync.Mutex
	seen    map[[sha256.Size]byte]bool
	entries []Entry
}

func (l *log) add(body [sha256.Size]byte, entry Entry) {
	l.lock.Lock()
	defer l.lock.Unlock()
	if l.seen == nil {
		l.seen = map[[sha256.Size]byte]bool{}
	}
	entry.Hash, entry.Again = hex.EncodeToString(body[:]), l.seen[body]
	l.seen[body] = true
	l.entries = append(l.entries, entry)
}

// Log returns the requests so far, in the order in which they came.
func (h *Handler) Log() []Entry {
	h.log.lock.Lock()
	defer h.log.lock.Unlock()
	return slices.Clone(h.log.entries)
}

func (h *Handler) writeLog(out io.Writer) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for _, entry := range h.Log() {
		if err := encoder.Encode(entry); err != nil {
			return err
		}
	}
	return nil
}

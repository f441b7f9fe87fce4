// Package faulty puts an OpenAI-compatible handler behind the faults of real
// servers and of what stands in front of them, so that a client can be tried under
// load by hand. Faults are drawn from a seed by the number of the request.
package faulty

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/buttonbench/button"
)

// Options say what goes wrong, and how often. The zero value lets everything pass.
type Options struct {
	Seed uint64
	// Latency passes before every answer, more or less by up to Jitter, and longer
	// by Tail for a TailShare of the requests.
	Latency, Jitter, Tail time.Duration
	TailShare             float64
	// Shares are the shares of requests, each from 0 to 1 and no more than 1 in
	// all, that meet the fault of that name; see Kinds.
	Shares map[string]float64
	// RequestsPerMinute bounds every minute from the first request; 0 means no bound.
	RequestsPerMinute int
	// RetryAfter is what RateLimit asks for, in whole seconds, at least one.
	RetryAfter time.Duration
	// HugeBytes is the size of a Huge answer's padding.
	HugeBytes int
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Handler passes requests on and spoils the answers. It is safe for concurrent use.
type Handler struct {
	next    http.Handler
	options Options
	kinds   []string // of Shares, in order

	mu     sync.Mutex
	counts map[string]int
	asked  int // completions
	minute time.Time
	within int // requests in the minute
}

var _ http.Handler = (*Handler)(nil)

// The names under which Counts has what is no fault by Shares.
const (
	Answered  = "answered"
	OverLimit = "over-limit" // more than RequestsPerMinute
)

// New checks the options.
func New(next http.Handler, options Options) (*Handler, error) {
	total := 0.0
	for name, share := range options.Shares {
		if spoilers[name] == nil {
			return nil, fmt.Errorf("there is no fault %q: there are %s", name, strings.Join(Kinds(), ", "))
		}
		if !(share >= 0 && share <= 1) {
			return nil, fmt.Errorf("the share of %s must lie between 0 and 1, not %v", name, share)
		}
		total += share
	}
	switch {
	case total > 1+1e-9:
		return nil, fmt.Errorf("the shares of all faults are %v together, more than 1", total)
	case !(options.TailShare >= 0 && options.TailShare <= 1):
		return nil, fmt.Errorf("the share of slow answers must lie between 0 and 1, not %v", options.TailShare)
	case options.Latency < 0 || options.Jitter < 0 || options.Tail < 0 || options.RequestsPerMinute < 0 || options.HugeBytes < 0 || options.RetryAfter < 0:
		return nil, fmt.Errorf("times, rates and sizes must not be below 0")
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	return &Handler{next: next, options: options, kinds: slices.Sorted(maps.Keys(options.Shares)), counts: map[string]int{}}, nil
}

// Counts tells how many completions met which fault, or were Answered.
func (h *Handler) Counts() map[string]int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return maps.Clone(h.counts)
}

// ServeHTTP implements http.Handler. Only completions are spoiled.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/chat/completions") {
		h.next.ServeHTTP(w, r)
		return
	}
	// The body is read before the wait: a server that computes has its request.
	body, err := io.ReadAll(io.LimitReader(r.Body, 64<<20))
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	wait, kind, reset := h.draw()
	if reset > 0 {
		later(seconds(reset), Refusal(http.StatusTooManyRequests, "over the limit of requests per minute"))(w, r)
		return
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
		return
	}
	if kind == Answered {
		h.next.ServeHTTP(w, r)
		return
	}
	Spoil(kind, h.next, h.options)(w, r)
}

// draw decides about the next completion: how long it takes, what becomes of it,
// and, where it is one too many, when it may be sent again.
func (h *Handler) draw() (wait time.Duration, kind string, reset time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	random := button.NewRandom(button.Seed(h.options.Seed, "faulty", h.asked))
	h.asked++
	wait, kind = h.latency(random), h.fault(random)
	if reset = h.overLimit(); reset > 0 {
		kind = OverLimit
	}
	h.counts[kind]++
	return wait, kind, reset
}

func (h *Handler) latency(random *rand.Rand) time.Duration {
	wait := h.options.Latency + time.Duration((2*random.Float64()-1)*float64(h.options.Jitter))
	if random.Float64() < h.options.TailShare {
		wait += h.options.Tail
	}
	return max(wait, 0)
}

func (h *Handler) fault(random *rand.Rand) string {
	at := random.Float64()
	for _, kind := range h.kinds {
		if at -= h.options.Shares[kind]; at < 0 {
			return kind
		}
	}
	return Answered
}

// overLimit counts a request and returns how long the minute still lasts where it
// is one too many.
func (h *Handler) overLimit() time.Duration {
	if h.options.RequestsPerMinute == 0 {
		return 0
	}
	now := h.options.Now()
	if now.Sub(h.minute) >= time.Minute {
		h.minute, h.within = now, 0
	}
	if h.within++; h.within <= h.options.RequestsPerMinute {
		return 0
	}
	return h.minute.Add(time.Minute).Sub(now)
}

// seconds is a time as Retry-After has it.
func seconds(d time.Duration) string {
	return fmt.Sprintf("%d", max(int(math.Ceil(d.Seconds())), 1))
}

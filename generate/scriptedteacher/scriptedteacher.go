// Package scriptedteacher stands in for a teacher model where none can be
// reached: in tests and demonstrations of the modes that ask one. It is no model.
// What it writes is canned: situations, tasks, functions and conversations are
// put together by rule from small tables, and verdicts are computed by rule. Data
// made with it shows that a pipeline works and is of no use for training.
//
// It is reached by the same road as a model, an OpenAI-compatible endpoint. What
// it answers follows from the request alone, so equal requests get equal bytes at
// any order and concurrency. On demand it misbehaves the way teachers do: Kinds
// lists the faults, Options.Faults says how often.
package scriptedteacher

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Model is the name under which the teacher, and its embeddings, are listed.
const Model = "scripted-teacher"

// DefaultMaxRequestBytes bounds a request where Options do not.
const DefaultMaxRequestBytes = 8 << 20

// Options describe a scripted teacher. The zero value makes no faults.
type Options struct {
	// Seed decides, together with a request's content, what is written and which
	// requests meet which fault.
	Seed uint64
	// Faults is the share, from 0 to 1, of the requests of a kind's stages that
	// meet the fault. A request meets at most one: the first of Kinds that is drawn
	// and that its reply has room for.
	Faults map[Kind]float64
	// Stubborn is the share of faults that come again after a complaint; the others
	// are healed by the first one.
	Stubborn float64
	// Latency passes before every reply.
	Latency time.Duration
	// MaxRequestBytes bounds the body of a request; 0 means DefaultMaxRequestBytes.
	MaxRequestBytes int64
}

// Handler serves /v1/chat/completions, /v1/embeddings, /v1/models and /log. It is
// safe for concurrent use.
type Handler struct {
	options Options
	stages  map[string]stage
	world   *world
	reader  *reader
	log     log
}

var _ http.Handler = (*Handler)(nil)

// New returns a teacher, or says which option makes no sense.
func New(options Options) (*Handler, error) {
	for kind, share := range options.Faults {
		if !slices.ContainsFunc(Kinds(), func(info KindInfo) bool { return info.Kind == kind }) {
			return nil, fmt.Errorf("there is no fault %q: there are %s", kind, strings.Join(kindNames(), ", "))
		}
		if !(share >= 0 && share <= 1) {
			return nil, fmt.Errorf("the share of fault %q is %v: it must be between 0 and 1", kind, share)
		}
	}
	if !(options.Stubborn >= 0 && options.Stubborn <= 1) {
		return nil, fmt.Errorf("the share of stubborn faults is %v: it must be between 0 and 1", options.Stubborn)
	}
	if options.Latency < 0 {
		return nil, fmt.Errorf("the latency is %v: it cannot be negative", options.Latency)
	}
	if options.MaxRequestBytes == 0 {
		options.MaxRequestBytes = DefaultMaxRequestBytes
	}
	w, err := loadWorld()
	if err != nil {
		return nil, err
	}
	return &Handler{options: options, stages: stages(), world: w, reader: newReader(w)}, nil
}

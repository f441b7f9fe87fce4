// Package players holds the embedded reference players: small deterministic
// opponents behind an OpenAI-compatible HTTP handler, so that they are reached
// by the same road as any real model. A player keeps no state between requests;
// what it does next follows from the conversation alone, and equal requests get
// equal bytes.
//
//	oracle         plays the reference, each wave of calls in one message
//	serial         plays the reference, one call a message
//	noisy          the oracle with one fault in about half of the conversations
//	noisy:<kind>   the oracle with one fault of that kind in every conversation
//	lexical        picks functions by shared words and never sees a reference
//	silent         never calls a function
//
// The reference comes from Guides. A player that needs one answers 400 with the
// code "no_reference" where no Guide knows the conversation: that is no verdict
// on anybody.
package players

import (
	"net/http"
	"slices"
	"strings"

	"github.com/buttonbench/button"
)

// Guide knows references. It finds a conversation by what the user and the
// system said and by the tools on offer, never by what an assistant did.
// Guides are safe for concurrent use.
type Guide interface {
	// Steps returns the reference's assistant messages for one user turn. messages
	// are the conversation up to and with the user message that begins the turn.
	// A step with ToolCalls is one wave of calls that may go out together, with or
	// without a thought as Content; a step with Content alone is the answer and
	// comes last. How many assistant messages stand behind the user's says which
	// step is next. Neither side changes what it was given.
	Steps(messages []button.Message, tools []button.Tool) (steps []button.Message, ok bool)
}

// The players.
const (
	Oracle  = "oracle"
	Serial  = "serial"
	Noisy   = "noisy"
	Lexical = "lexical"
	Silent  = "silent"
)

// Prefix may stand before a player's name wherever a model is named.
const Prefix = "embedded/"

// DefaultMaxRequestBytes bounds a request where Options do not.
const DefaultMaxRequestBytes = 16 << 20

// Options say what the players know.
type Options struct {
	// Guides are asked in order; the first that knows the conversation counts.
	Guides []Guide
	// Seed decides which fault a noisy player makes, and where.
	Seed uint64
	// MaxRequestBytes bounds the body of a request; 0 means DefaultMaxRequestBytes.
	MaxRequestBytes int64
}

// Models are the names of all players, as /v1/models lists them.
func Models() []string {
	models := []string{Oracle, Serial, Noisy}
	for _, fault := range faults() {
		models = append(models, Noisy+":"+fault.kind)
	}
	return append(models, Lexical, Silent)
}

// New returns the handler of /v1/models and /v1/chat/completions.
func New(options Options) http.Handler {
	if options.MaxRequestBytes == 0 {
		options.MaxRequestBytes = DefaultMaxRequestBytes
	}
	return &handler{options: options, models: Models()}
}

// player finds a player by the name of a model, with or without the prefix.
func (h *handler) player(model string) (name string, ok bool) {
	name = strings.TrimPrefix(model, Prefix)
	return name, slices.Contains(h.models, name)
}

package wording

import (
	"math/rand/v2"
	"sync"

	"github.com/buttonbench/button/internal/world"
)

// The registers a speaker can have.
const (
	Plain  = "plain"
	Chatty = "chatty"
	Terse  = "terse"
	Formal = "formal"
)

// Speaker is one person's way of writing, drawn once for a record.
type Speaker struct {
	Register string
	We       bool
	Style    world.Style
	// LowerCase and NoStop are habits of terse writers.
	LowerCase, NoStop bool
}

// NewSpeaker draws a speaker: plain 46, chatty 20, terse 24, formal 10 %.
func NewSpeaker(random *rand.Rand, we bool) Speaker {
	s := Speaker{Style: world.NewStyle(random), We: we && random.IntN(100) < 18}
	s.Style.We = s.We
	switch draw := random.IntN(100); {
	case draw < 46:
		s.Register = Plain
	case draw < 66:
		s.Register = Chatty
	case draw < 90:
		s.Register = Terse
		s.LowerCase = random.IntN(100) < 45
		s.NoStop = random.IntN(100) < 75
	default:
		s.Register = Formal
	}
	return s
}

// Grammar caches parsed patterns. It is safe for concurrent use.
type Grammar struct{ parsed sync.Map }

func (g *Grammar) pattern(source string) (*Pattern, error) {
	if known, ok := g.parsed.Load(source); ok {
		return known.(*Pattern), nil
	}
	parsed, err := ParsePattern(source)
	if err != nil {
		return nil, err
	}
	g.parsed.Store(source, parsed)
	return parsed, nil
}

package services

import "math/bits"

// The services draw their numbers (message ids, card numbers, temperatures) as the
// reference implementation does: from the Mersenne Twister MT19937 (Matsumoto and
// Nishimura, 1998), seeded and read the way CPython's random module does it, so
// that a conversation's result texts agree digit by digit.

const (
	streamWords  = 624 // words of state
	streamOffset = 397 // distance of the words that a new word is mixed from
)

// streamStart is the state of a seeded generator after its first renewal. It
// never changes, so all streams of one seed share it and seeding costs nothing
// after the first.
type streamStart [streamWords]uint32

// newStreamStart seeds a generator by the initialisation from an array, the array
// being the seed's only 32-bit word.
func newStreamStart(seed uint32) *streamStart {
	var state streamStart
	state[0] = 19650218
	for i := 1; i < streamWords; i++ {
		state[i] = 1812433253*(state[i-1]^state[i-1]>>30) + uint32(i)
	}
	at := 1
	advance := func() {
		if at++; at == streamWords {
			state[0] = state[streamWords-1]
			at = 1
		}
	}
	for range streamWords {
		state[at] = (state[at] ^ (state[at-1]^state[at-1]>>30)*1664525) + seed
		advance()
	}
	for range streamWords - 1 {
		state[at] = (state[at] ^ (state[at-1]^state[at-1]>>30)*1566083941) - uint32(at)
		advance()
	}
	state[0] = 1 << 31
	state.renew()
	return &state
}

// renew makes the next 624 words of state from the present ones.
func (s *streamStart) renew() {
	for i := range s {
		y := s[i]&(1<<31) | s[(i+1)%streamWords]&(1<<31-1)
		s[i] = s[(i+streamOffset)%streamWords] ^ y>>1 ^ (y&1)*0x9908b0df
	}
}

// randomStream draws numbers from a generator. A stream is used by one service
// of one session, so it needs no lock.
type randomStream struct {
	state *streamStart
	used  int  // words of state drawn so far
	own   bool // state is this stream's own, not the shared start
}

func newRandomStream(start *streamStart) *randomStream { return &randomStream{state: start} }

// word is the next 32 bits.
func (r *randomStream) word() uint32 {
	if r.used == streamWords {
		if !r.own {
			state := *r.state
			r.state, r.own = &state, true
		}
		r.state.renew()
		r.used = 0
	}
	y := r.state[r.used]
	r.used++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

// bits is the next number of count bits, at most 64: whole words fill from the
// low end, and what remains comes from the high bits of the last word.
func (r *randomStream) bits(count int) uint64 {
	var value uint64
	for at := 0; at < count; at += 32 {
		value |= uint64(r.word()>>max(0, 32-(count-at))) << at
	}
	return value
}

// between is a whole number from low to high, both included.
func (r *randomStream) between(low, high int64) int64 {
	span := uint64(high-low) + 1
	count := bits.Len64(span)
	for {
		if draw := r.bits(count); draw < span {
			return low + int64(draw)
		}
	}
}

// uniform is a number from low to high, of 53 random bits.
func (r *randomStream) uniform(low, high float64) float64 {
	a, b := r.word()>>5, r.word()>>6
	fraction := (float64(a)*67108864 + float64(b)) / 9007199254740992
	return low + float64((high-low)*fraction) // the conversion keeps product and sum apart
}

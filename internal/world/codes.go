package world

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"

	"github.com/buttonbench/button"
)

// hashNumber is a stable number of 53 bits for a seed, a purpose and a text.
func hashNumber(seed uint64, purpose string, text []byte) uint64 {
	buffer := make([]byte, 0, 9+len(purpose)+len(text))
	buffer = binary.BigEndian.AppendUint64(buffer, seed)
	buffer = append(append(append(buffer, purpose...), 0), text...)
	sum := sha256.Sum256(buffer)
	return binary.BigEndian.Uint64(sum[:8]) >> 11
}

// drawCode fills a pattern: 9 becomes a digit, A a capital letter that cannot
// be taken for a digit, the rest stays.
func drawCode(random *rand.Rand, pattern string) string {
	const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
	out := []byte(pattern)
	for i, c := range out {
		switch c {
		case '9':
			out[i] = byte('0' + random.IntN(10))
		case 'A':
			out[i] = letters[random.IntN(len(letters))]
		}
	}
	return string(out)
}

// codeTries bounds the search for an unused code; a pattern with too few
// combinations is the world's error.
const codeTries = 1000

// makeMint draws codes that no earlier code() of the same make() gave.
func makeMint(random *rand.Rand, used map[string]bool) func(string) (string, error) {
	return func(pattern string) (string, error) {
		if err := checkCodePattern(pattern); err != nil {
			return "", err
		}
		for range codeTries {
			if code := drawCode(random, pattern); !used[code] {
				used[code] = true
				return code, nil
			}
		}
		return "", fmt.Errorf("code: the pattern %q has no unused codes left", clip(pattern))
	}
}

// checkCodePattern wants a pattern that varies.
func checkCodePattern(pattern string) error {
	if len(pattern) > 40 {
		return fmt.Errorf("code: the pattern %q is longer than 40 bytes", clip(pattern))
	}
	for _, c := range pattern {
		if c == '9' || c == 'A' {
			return nil
		}
	}
	return fmt.Errorf("code: the pattern %q has neither a 9 (digit) nor an A (capital letter)", clip(pattern))
}

// minter mints the codes of one call of a write. The base of its hash is the
// state's seed, the function, the canonical arguments and the number of equal
// calls before, so that calls which commute mint equal codes in either order.
type minter struct {
	seed   uint64
	base   []byte
	taken  func(code string) bool
	minted []string
}

func (m *minter) mint(pattern string) (string, error) {
	if err := checkCodePattern(pattern); err != nil {
		return "", err
	}
	text := binary.AppendUvarint(append([]byte(nil), m.base...), uint64(len(m.minted)))
	random := button.NewRandom(hashNumber(m.seed, "code "+pattern, text))
	for range codeTries {
		code := drawCode(random, pattern)
		if !m.taken(code) && !m.has(code) {
			m.minted = append(m.minted, code)
			return code, nil
		}
	}
	return "", fmt.Errorf("code: the pattern %q has no unused codes left", clip(pattern))
}

func (m *minter) has(code string) bool {
	for _, other := range m.minted {
		if other == code {
			return true
		}
	}
	return false
}

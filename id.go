package button

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
)

const idAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// CallIDLength is the length of a call id. Mistral's templates demand exactly
// nine letters or digits; every other family accepts that.
const CallIDLength = 9

// NewID draws n letters or digits from a generator.
func NewID(random *rand.Rand, n int) string {
	id := make([]byte, n)
	for i := range id {
		id[i] = idAlphabet[random.IntN(len(idAlphabet))]
	}
	return string(id)
}

// ValidCallID reports whether an id has exactly nine letters or digits.
func ValidCallID(id string) bool {
	if len(id) != CallIDLength {
		return false
	}
	for i := range len(id) {
		c := id[i]
		if !('0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z') {
			return false
		}
	}
	return true
}

// Seed derives an item's own seed from a master seed, a purpose and an index,
// so that no two items share a generator and concurrency cannot matter.
func Seed(master uint64, purpose string, index int) uint64 {
	var head [16]byte
	binary.BigEndian.PutUint64(head[:8], master)
	binary.BigEndian.PutUint64(head[8:], uint64(index))
	sum := sha256.Sum256(append(head[:], purpose...))
	// 53 bits survive every JSON reader that keeps numbers as doubles.
	return binary.BigEndian.Uint64(sum[:8]) >> 11
}

// NewRandom returns a generator for one seed.
func NewRandom(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, seed^0x9e3779b97f4a7c15)) }

package dedup

// hyperplanes gives the fingerprints of a vector: of each table, on which sides of
// its random hyperplanes the vector lies. The planes are never stored. A vector is
// padded to a power of two and turned by three rounds of random sign changes and
// the fast Walsh-Hadamard transform, which is nearly a random rotation (Andoni and
// others 2015); the signs of the result are the bits. A rotation of d numbers
// costs d log d operations and yields d bits, for which planes would cost d*d.
type hyperplanes struct {
	size   int       // the vector's length, padded
	bits   int       // of a fingerprint
	signs  []float32 // +1 or -1: three rounds for each rotation
	turned []float32
}

// rotationRounds are enough for the bits to behave as independent ones.
const rotationRounds = 3

// minRotation keeps short vectors from yielding bits that hang together.
const minRotation = 64

func newHyperplanes(dimensions int, layout Layout, seed uint64) *hyperplanes {
	h := &hyperplanes{size: minRotation, bits: layout.Rows}
	for h.size < dimensions {
		h.size *= 2
	}
	rotations := (layout.Bands*layout.Rows + h.size - 1) / h.size
	h.signs = make([]float32, rotations*rotationRounds*h.size)
	state := mix(seed ^ 0x706c616e6573)
	for i := range h.signs {
		state += 0x9e3779b97f4a7c15
		h.signs[i] = 1 - 2*float32(mix(state)>>63)
	}
	h.turned = make([]float32, h.size)
	return h
}

// prints fills in one fingerprint a table.
func (h *hyperplanes) prints(unit []float32, out []uint32) {
	next := h.size // the next unused number of the rotation
	rotation := 0
	for table := range out {
		var print uint32
		for range h.bits {
			if next == h.size {
				h.rotate(unit, rotation)
				rotation++
				next = 0
			}
			print <<= 1
			if h.turned[next] >= 0 {
				print |= 1
			}
			next++
		}
		out[table] = print
	}
}

func (h *hyperplanes) rotate(unit []float32, rotation int) {
	clear(h.turned[copy(h.turned, unit):])
	for round := range rotationRounds {
		start := (rotation*rotationRounds + round) * h.size
		for i, sign := range h.signs[start : start+h.size] {
			h.turned[i] *= sign
		}
		hadamard(h.turned)
	}
}

// hadamard is the Walsh-Hadamard transform without its scale, which no sign needs.
// Three rounds make a vector of 2^16 numbers at most 2^24 times as long, which a
// float32 holds.
func hadamard(x []float32) {
	for half := 1; half < len(x); half *= 2 {
		for block := 0; block < len(x); block += 2 * half {
			low, high := x[block:block+half], x[block+half:block+2*half]
			for i, a := range low {
				b := high[i]
				low[i], high[i] = a+b, a-b
			}
		}
	}
}

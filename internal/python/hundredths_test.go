package python

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// Hundredths are written as the general rule writes them.
func TestAppendHundredths(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	numbers := []float64{0.01, 0.1, 1, -1, 100, 0.29, 1.005, 2.675, 0.07, 1e12, 9999999999999.99, 1e13, 0.001, 4.35, 1.1, -0.5}
	for range 200_000 {
		n := random.Int64N(1 << random.IntN(52))
		numbers = append(numbers, float64(n)/100, float64(n), float64(n)/1000, math.Nextafter(float64(n)/100, 1e300), -float64(n)/10)
	}
	for _, x := range numbers {
		have, done := appendHundredths(nil, x)
		if !done {
			continue
		}
		want := strconv.FormatFloat(x, 'f', -1, 64)
		if !strings.Contains(want, ".") {
			want += ".0"
		}
		if string(have) != want {
			t.Fatalf("%v: have %s, want %s", x, have, want)
		}
	}
}

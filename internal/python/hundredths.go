package python

import (
	"math"
	"strconv"
)

// appendHundredths writes a number of at most two decimals, which most are, in its
// shortest digits: done is false for others. A whole number of hundredths below
// 10**15, divided by 100 with one rounding, is x for one such number only, and no
// shorter decimal has at most 15 digits and reads as x.
func appendHundredths(out []byte, x float64) (text []byte, done bool) {
	const most = 1e13
	if !(-most < x && x < most) || x == 0 {
		return out, false
	}
	hundredths := math.RoundToEven(x * 100)
	if hundredths/100 != x {
		return out, false
	}
	n := int64(hundredths)
	if n < 0 {
		out = append(out, '-')
		n = -n
	}
	out = strconv.AppendInt(out, n/100, 10)
	out = append(out, '.', byte('0'+n/10%10))
	if n%10 != 0 {
		out = append(out, byte('0'+n%10))
	}
	return out, true
}

package stats

import "math"

// Wilson is the score interval of a proportion at a confidence level such as
// 0.95:
//
//	centre (p + z²/2n) / (1 + z²/n),  half width z/(1 + z²/n) · sqrt(p(1-p)/n + z²/4n²)
//
// Source: Wilson, JASA 22 (1927) 209; recommended for small n by Brown, Cai and
// DasGupta, Statistical Science 16 (2001) 101. It has width also where all or
// none succeed.
func Wilson(successes, n int, confidence float64) Estimate {
	if n <= 0 {
		return Estimate{math.NaN(), NoInterval(), MethodNone, 0,
			[]Warning{{WarnEmpty, "no item has a verdict"}}}
	}
	if successes < 0 || successes > n || !validConfidence(confidence) {
		return Estimate{math.NaN(), NoInterval(), MethodNone, n,
			[]Warning{{WarnInput, "the successes must lie between 0 and n, the confidence between 0 and 1"}}}
	}
	share := float64(successes) / float64(n)
	return Estimate{share, wilson(share, float64(n), twoSided(confidence)), MethodWilson, n, nil}
}

func wilson(share, n, z float64) Interval {
	scale := 1 + z*z/n
	centre := (share + z*z/(2*n)) / scale
	half := z / scale * math.Sqrt(share*(1-share)/n+z*z/(4*n*n))
	interval := Interval{centre - half, centre + half}
	// At the edges the formula gives exactly 0 or 1; rounding must not undo that.
	if share == 0 {
		interval.Low = 0
	}
	if share == 1 {
		interval.High = 1
	}
	return interval
}

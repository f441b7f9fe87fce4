package limit

import (
	"math"
	"time"

	"golang.org/x/time/rate"
)

// bucket holds a rate per minute, evenly: nothing is saved up for a burst beyond
// a second's worth, since servers count in windows of their own. nil is no limit.
type bucket struct {
	limiter *rate.Limiter
	burst   int
	// credit is what was reserved and not used; it is spent before anything else.
	credit, mostCredit int
}

func newBucket(perMinute float64, burst int) *bucket {
	if !(perMinute > 0) || math.IsInf(perMinute, 1) {
		return nil
	}
	return &bucket{
		limiter:    rate.NewLimiter(rate.Limit(perMinute/60), burst),
		burst:      burst,
		mostCredit: int(min(perMinute, math.MaxInt32)),
	}
}

// take reserves n and returns how long to wait until they are there.
func (b *bucket) take(now time.Time, n int) time.Duration {
	if b == nil {
		return 0
	}
	free := min(b.credit, n)
	b.credit -= free
	wait := b.reserve(now, n-free)
	// What was reserved before goes first, also where credit pays for this.
	if debt := -b.limiter.TokensAt(now); debt > 0 {
		wait = max(wait, time.Duration(debt/float64(b.limiter.Limit())*float64(time.Second)))
	}
	return wait
}

// settle corrects what was reserved by what was used.
func (b *bucket) settle(now time.Time, reserved, used int) {
	switch {
	case b == nil:
	case used > reserved:
		b.reserve(now, used-reserved)
	default:
		b.credit = min(b.credit+reserved-used, b.mostCredit)
	}
}

// reserve takes n in pieces, as the limiter gives out at most a burst at once.
func (b *bucket) reserve(now time.Time, n int) (wait time.Duration) {
	for n > 0 {
		piece := min(n, b.burst)
		wait = b.limiter.ReserveN(now, piece).DelayFrom(now)
		n -= piece
	}
	return wait
}

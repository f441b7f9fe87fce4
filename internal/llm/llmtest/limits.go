package llmtest

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// AtOnce bears so many requests at a time and answers the others with the
// response given, at once.
func AtOnce(most int, refusal Response, then Choose) Choose {
	var busy atomic.Int64
	return func(index int, body []byte) Response {
		return func(w http.ResponseWriter, r *http.Request) {
			if busy.Add(1) > int64(most) {
				busy.Add(-1)
				refusal(w, r)
				return
			}
			defer busy.Add(-1)
			then(index, body)(w, r)
		}
	}
}

// Quota bears so many requests in each window of time and answers the others
// with 429. Where tell is set it says how many remain and, in a refusal, when to
// come back. The first window begins with the first request.
func Quota(most int, window time.Duration, tell bool, then Choose) Choose {
	var mu sync.Mutex
	var until time.Time
	used := 0
	return func(index int, body []byte) Response {
		mu.Lock()
		defer mu.Unlock()
		now := time.Now()
		if !now.Before(until) {
			until, used = now.Add(window), 0
		}
		used++
		header := http.Header{}
		if tell {
			left := until.Sub(now)
			header.Set("X-Ratelimit-Remaining-Requests", strconv.Itoa(max(most-used, 0)))
			header.Set("X-Ratelimit-Reset-Requests", left.String())
			if used > most {
				header.Set("Retry-After-Ms", strconv.FormatInt(left.Milliseconds()+1, 10))
			}
		}
		if used > most {
			return With(header, Failure(http.StatusTooManyRequests, "too many requests"))
		}
		return With(header, then(index, body))
	}
}

// Latencies draws how long an answer takes: evenly between low and high, and
// tail for every n-th on average. It is safe for concurrent use.
func Latencies(random *rand.Rand, low, high, tail time.Duration, every int) func() time.Duration {
	var mu sync.Mutex
	return func() time.Duration {
		mu.Lock()
		defer mu.Unlock()
		if every > 0 && random.IntN(every) == 0 {
			return tail
		}
		return low + time.Duration(random.Int64N(int64(high-low)+1))
	}
}

package limit

import "time"

// The rules of rest. A server that fails ten times in a row without one answer
// in between is left alone for a second, then two, up to half a minute, and
// after each rest is tried with a single request. Ten, because a server that
// fails a fifth of the time does so ten times in a row once in ten million.
const (
	failuresBeforeRest = 10
	firstRest          = time.Second
	longestRest        = 30 * time.Second
	// failuresBeforeDown keeps one unlucky request from calling a server dead.
	failuresBeforeDown = 3
	// unreachablePatience is how long a server that never answered anything, not
	// even with an error, is tried.
	unreachablePatience = 5 * time.Second
)

// outage follows a row of failures without an answer in between.
type outage struct {
	failures    int
	since       time.Time // the start of the first failed request of the row
	unreachable bool      // no failure of the row was an HTTP response
	answered    bool      // the server has answered once
	rest        time.Duration
	restUntil   time.Time
	probing     bool // one request at a time until one is answered
}

// answer ends the row: the server lives.
func (o *outage) answer() { *o = outage{answered: true} }

// fail notes a failure and returns how long the server is to be left alone, 0
// for not at all. Failures of requests that were under way when the last rest
// began are part of what led to it, and lead to no other.
func (o *outage) fail(now, started time.Time, patience time.Duration, unreachable bool) time.Duration {
	if o.failures == 0 {
		o.since, o.unreachable = started, true
	}
	o.failures++
	o.unreachable = o.unreachable && unreachable
	if o.probing && started.Before(o.restUntil) {
		return 0
	}
	if !o.probing && o.failures < failuresBeforeRest && !o.down(now, patience) {
		return 0
	}
	o.rest = min(max(2*o.rest, firstRest), longestRest)
	o.restUntil, o.probing = now.Add(o.rest), true
	return o.rest
}

// down reports whether the row has lasted longer than it makes sense to wait.
func (o *outage) down(now time.Time, patience time.Duration) bool {
	if o.unreachable && !o.answered {
		patience = min(patience, unreachablePatience)
	}
	return o.failures >= failuresBeforeDown && now.Sub(o.since) >= patience
}

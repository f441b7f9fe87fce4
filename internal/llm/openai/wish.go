package openai

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxWish bounds a server's wish: whoever asks for more than a day is not worth
// waiting for, and the sum must not overflow.
const maxWish = 24 * time.Hour

// wish reads how long the server wants to be left alone after an error:
// Retry-After in milliseconds, seconds (also with a fraction) or as a date, or
// else the reset times of the limits that are used up.
func wish(header http.Header, now time.Time) time.Duration {
	now = serverTime(header, now)
	if wait, ok := parseNumber(header.Get("Retry-After-Ms"), time.Millisecond); ok {
		return wait
	}
	if text := header.Get("Retry-After"); text != "" {
		if wait, ok := parseReset(text, now); ok {
			return wait
		}
	}
	limits := readLimits(header, now)
	if limits.usedUp > 0 {
		return limits.usedUp
	}
	if limits.unknown > 0 {
		return limits.unknown
	}
	return limits.shortest
}

// usedUp reads from a proper answer that it was the last one for a while.
func usedUp(header http.Header, now time.Time) time.Duration {
	return readLimits(header, serverTime(header, now)).usedUp
}

// limits are times until reset, 0 for none.
type limits struct {
	usedUp   time.Duration // the longest of those of which nothing remains
	unknown  time.Duration // the longest of those that do not say what remains
	shortest time.Duration // the shortest of all others
}

// readLimits reads the headers of the x-ratelimit family, which come as
// x-ratelimit-reset-requests with x-ratelimit-remaining-requests (OpenAI, Azure,
// Groq), anthropic-ratelimit-requests-reset with ...-remaining, and the bare
// x-ratelimit-reset or ratelimit-reset.
func readLimits(header http.Header, now time.Time) limits {
	var found limits
	for name, values := range header {
		lower := strings.ToLower(name)
		if len(values) == 0 || !strings.Contains(lower, "ratelimit") || !strings.Contains(lower, "reset") {
			continue
		}
		wait, ok := parseReset(values[0], now)
		if !ok {
			continue
		}
		remaining, err := strconv.ParseFloat(header.Get(strings.Replace(lower, "reset", "remaining", 1)), 64)
		switch {
		case err != nil:
			found.unknown = max(found.unknown, wait)
		case remaining <= 0:
			found.usedUp = max(found.usedUp, wait)
		case found.shortest == 0 || wait < found.shortest:
			found.shortest = wait
		}
	}
	return found
}

// parseReset reads a time to come: a duration ("1s", "6m0s", "20ms"), seconds
// from now, seconds or milliseconds since 1970, or a date. Epochs and dates are
// told apart from durations by their size: no limit is reset in four months.
func parseReset(text string, now time.Time) (time.Duration, bool) {
	const smallestEpoch, smallestEpochMs = 1e7, 1e11
	text = strings.TrimSpace(text)
	if number, err := strconv.ParseFloat(text, 64); err == nil {
		switch {
		case !(number >= 0):
			return 0, false
		case number >= smallestEpochMs && number < 1e15:
			return until(time.UnixMilli(int64(number)), now), true
		case number >= smallestEpoch && number < smallestEpochMs:
			return until(time.Unix(int64(number), 0), now), true
		}
		return parseNumber(text, time.Second)
	}
	if wait, err := time.ParseDuration(text); err == nil {
		return min(max(wait, 0), maxWish), true
	}
	if when, err := http.ParseTime(text); err == nil {
		return until(when, now), true
	}
	if when, err := time.Parse(time.RFC3339, text); err == nil {
		return until(when, now), true
	}
	return 0, false
}

func until(when, now time.Time) time.Duration { return min(max(when.Sub(now), 0), maxWish) }

func parseNumber(text string, unit time.Duration) (time.Duration, bool) {
	number, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || !(number >= 0) {
		return 0, false
	}
	return time.Duration(min(number*float64(unit), float64(maxWish))), true
}

// serverTime is the server's own clock, by which its dates are meant, where it
// tells the time.
func serverTime(header http.Header, now time.Time) time.Time {
	if told, err := http.ParseTime(header.Get("Date")); err == nil {
		return told
	}
	return now
}

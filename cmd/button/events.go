package main

import (
	"encoding/json"
	"io"
	"math"
	"sync"
	"time"
)

// eventEvery is how often progress is told to machines.
const eventEvery = time.Second

// teller is told how far a piece of work is.
type teller interface {
	Set(done int, note string)
	Close()
}

// progressEvents tells machines how far a piece of work is: one JSON object a line,
// at most one every eventEvery, and one at the end. It is safe for concurrent use.
type progressEvents struct {
	mutex       sync.Mutex
	to          io.Writer
	label       string
	total, from int
	clock       func() time.Time
	details     func() map[string]any // may be nil
	start, last time.Time
	done        int
	closed      bool
}

func newProgressEvents(to io.Writer, label string, total, done int, clock func() time.Time, details func() map[string]any) *progressEvents {
	now := clock()
	return &progressEvents{to: to, label: label, total: total, from: done, done: done, clock: clock, details: details, start: now, last: now}
}

// Set implements teller. Machines get the note's figures from details.
func (e *progressEvents) Set(done int, _ string) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.done = done
	if now := e.clock(); !e.closed && now.Sub(e.last) >= eventEvery {
		e.last = now
		e.tell(now)
	}
}

// Close tells the end, once.
func (e *progressEvents) Close() {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if !e.closed {
		e.closed = true
		e.tell(e.clock())
	}
}

func (e *progressEvents) tell(now time.Time) {
	elapsed := now.Sub(e.start).Seconds()
	event := map[string]any{"event": "progress", "label": e.label, "done": e.done, "elapsed_s": thousandths(elapsed), "last": e.closed}
	if e.total > 0 {
		event["total"] = e.total
	}
	if rate := float64(e.done-e.from) / elapsed; rate > 0 && !math.IsInf(rate, 0) {
		event["rate"] = thousandths(rate)
		if e.total > e.done {
			event["left_s"] = thousandths(float64(e.total-e.done) / rate)
		}
	}
	if e.details != nil {
		for name, value := range e.details() {
			event[name] = value
		}
	}
	writeEvent(e.to, event)
}

// writeEvent writes one line; what cannot be written is not worth a failure.
func writeEvent(to io.Writer, event map[string]any) {
	if line, err := json.Marshal(event); err == nil {
		to.Write(append(line, '\n'))
	}
}

func thousandths(x float64) float64 { return math.Round(x*1000) / 1000 }

package work

import "time"

// Progress tells how far the work is.
type Progress struct {
	Done     int // jobs delivered, or what Goal counts
	Total    int // 0 when not known
	InFlight int // jobs running now
	Elapsed  time.Duration
	// Rate is Done per second over the last reports.
	Rate float64
	// Left is the time to Total at this rate, or negative when not known.
	Left time.Duration
	// Last marks the report made when the work has ended.
	Last bool
}

// Report calls tell every interval and once at the end. Calls come on the
// consumer's goroutine, between deliveries.
func Report(every time.Duration, tell func(Progress)) Option {
	return func(o *options) { o.meter = &meter{every: every, tell: tell} }
}

// Goal makes reports count done() of total instead of delivered jobs: for a
// consumer that accepts only some results. done is called on the consumer's
// goroutine.
func Goal(total int, done func() int) Option {
	return func(o *options) { o.total, o.goal = total, done }
}

// rateReports is the number of reports that Rate looks back.
const rateReports = 20

type meter struct {
	every  time.Duration
	tell   func(Progress)
	ticker *time.Ticker
	start  time.Time
	past   []sample // newest last, at most rateReports
}

type sample struct {
	at   time.Time
	done int
}

// receive takes the next value from ch and makes the reports that fall due
// while it waits.
func receive[T, V any](p *pool[T], ch <-chan V) (V, bool) {
	if p.meter == nil {
		value, more := <-ch
		return value, more
	}
	for {
		select {
		case now := <-p.meter.ticker.C:
			p.report(now, false)
		default:
		}
		select {
		case value, more := <-ch:
			return value, more
		case now := <-p.meter.ticker.C:
			p.report(now, false)
		}
	}
}

func (p *pool[T]) startMeter() {
	if p.meter == nil {
		return
	}
	p.meter.ticker = time.NewTicker(p.meter.every)
	p.meter.start = time.Now()
	p.meter.past = []sample{{p.meter.start, p.progressDone()}}
}

func (p *pool[T]) stopMeter() {
	if p.meter == nil {
		return
	}
	p.meter.ticker.Stop()
	p.report(time.Now(), true)
}

func (p *pool[T]) progressDone() int {
	if p.goal != nil {
		return p.goal()
	}
	return p.delivered
}

func (p *pool[T]) report(now time.Time, last bool) {
	m := p.meter
	progress := Progress{
		Done:     p.progressDone(),
		Total:    p.total,
		InFlight: int(p.running.Load()),
		Elapsed:  now.Sub(m.start),
		Left:     -1,
		Last:     last,
	}
	if p.goal == nil {
		progress.Total = max(p.count, 0)
	}
	if since := now.Sub(m.past[0].at); since > 0 {
		progress.Rate = float64(progress.Done-m.past[0].done) / since.Seconds()
	}
	if progress.Rate > 0 && progress.Total > 0 {
		remaining := float64(max(progress.Total-progress.Done, 0))
		progress.Left = time.Duration(remaining / progress.Rate * float64(time.Second))
	}
	if len(m.past) == rateReports {
		m.past = append(m.past[:0], m.past[1:]...)
	}
	m.past = append(m.past, sample{now, progress.Done})
	m.tell(progress)
}

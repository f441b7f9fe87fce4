package render

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// How often a progress line may be written: a terminal line is redrawn, lines
// of a file or pipe stay.
const (
	redrawEvery = 100 * time.Millisecond
	lineEvery   = 30 * time.Second
	lineAtLeast = time.Second // between two lines that stay
	lineShare   = 10          // a line for each tenth of the work
)

// ProgressConfig describes one piece of work.
type ProgressConfig struct {
	Label    string
	Total    int // 0 where it is not known
	Done     int // what an earlier run has done already; it does not count for the rate
	Terminal bool
	Clock    func() time.Time
}

// Progress draws one line that says how far a piece of work is, how fast it
// goes and how long it will take. Methods may be called from many goroutines.
// Errors of the writer are ignored: progress is not worth a failure.
type Progress struct {
	mutex  sync.Mutex
	w      io.Writer
	config ProgressConfig
	start  time.Time
	done   int
	note   string
	last   time.Time // of the last line written
	tenth  int       // tenths of the work already told
	closed bool
}

// NewProgress starts the clock. Nothing is written before the first Set.
func NewProgress(w io.Writer, config ProgressConfig) *Progress {
	now := config.Clock()
	p := &Progress{w: w, config: config, start: now, done: config.Done}
	if !config.Terminal {
		p.last = now
	}
	if config.Total > 0 {
		p.tenth = config.Done * lineShare / config.Total
	}
	return p
}

// Set says how much is done in all, with a short note such as "3 rejected".
func (p *Progress) Set(done int, note string) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.done, p.note = done, note
	now := p.config.Clock()
	if p.closed || !p.due(now) {
		return
	}
	p.last = now
	p.write(p.line(now))
}

// Close writes the last line, once.
func (p *Progress) Close() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.closed {
		return
	}
	p.closed = true
	now := p.config.Clock()
	p.write(p.line(now))
	if p.config.Terminal {
		fmt.Fprintln(p.w)
	}
}

func (p *Progress) due(now time.Time) bool {
	since := now.Sub(p.last)
	if p.config.Terminal {
		return p.last.IsZero() || since >= redrawEvery
	}
	if since >= lineEvery {
		return true
	}
	if p.config.Total <= 0 || p.done >= p.config.Total || since < lineAtLeast {
		return false // the end is told by Close
	}
	tenth := p.done * lineShare / p.config.Total
	if tenth <= p.tenth {
		return false
	}
	p.tenth = tenth
	return true
}

func (p *Progress) write(line string) {
	if p.config.Terminal {
		fmt.Fprint(p.w, "\r\x1b[K"+Shorten(line, 79))
		return
	}
	fmt.Fprintln(p.w, line)
}

func (p *Progress) line(now time.Time) string {
	elapsed := now.Sub(p.start)
	line := fmt.Sprintf("%s  %d", Visible(p.config.Label), p.done)
	if p.config.Total > 0 {
		line += fmt.Sprintf("/%d  %3d%%", p.config.Total, p.done*100/p.config.Total)
	}
	rate := 0.0
	if elapsed > 0 {
		rate = float64(p.done-p.config.Done) / elapsed.Seconds()
	}
	if rate > 0 {
		line += "  " + rateText(rate)
	}
	switch {
	case p.closed:
		line += "  in " + durationText(elapsed)
	case rate > 0 && p.config.Total > p.done:
		left := float64(p.config.Total-p.done) / rate
		line += "  " + durationText(time.Duration(left*float64(time.Second))) + " left"
	}
	if p.note != "" {
		line += "  " + Visible(p.note)
	}
	return line
}

func rateText(perSecond float64) string {
	switch {
	case perSecond >= 10:
		return fmt.Sprintf("%.0f/s", perSecond)
	case perSecond >= 1:
		return fmt.Sprintf("%.1f/s", perSecond)
	}
	return fmt.Sprintf("%.1f/min", perSecond*60)
}

func durationText(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < 2*time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	}
	return fmt.Sprintf("%.1f h", d.Hours())
}

package generate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"slices"
	"time"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/quality"
	"github.com/buttonbench/button/generate/simulated"
	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/dedup"
	"github.com/buttonbench/button/internal/work"
)

// Options say what to generate. The same options give the same bytes, whatever
// the number of workers.
type Options struct {
	Mode  string
	Count int // accepted records wanted
	Seed  uint64
	// Worlds take turns, candidate by candidate.
	Worlds []*WorldKit
	// ParallelShare is the share of records whose assistant may carry several
	// calls in a turn: 1 is on, 0 is off.
	ParallelShare float64
	// SkeletonCap is how often one wording may come again among a world's records,
	// literals aside; 0 means one in a thousand, at least twice.
	SkeletonCap int
	// Without names the parts of the pipeline that are left out: an ablation. Its
	// scenarios and seeds are those of its siblings, so that they pair.
	Without map[Ablation]bool
	// Teacher words hybrid records and writes simulated ones; nil in constructed mode.
	Teacher *teach.Teacher
	// Judge is another model that judges simulated records turn by turn; nil for none.
	Judge *teach.Teacher
	// Imagination is for simulated mode.
	Imagination *Imagination
	// Solvers is how many fresh contexts solve a hybrid record's task again; the
	// record stays when at least one finds the plan's calls.
	Solvers int
	// EvenDistractors draws distractors evenly, whether plans often need them or not,
	// as the tasks of ButtonBench 0 were made.
	EvenDistractors bool
	ToolVersion     string
	ConfigHash      string

	// What follows does not change the output.
	Workers  int
	Progress func(Progress)
	Drain    <-chan struct{}
}

// Progress is a run at one moment.
type Progress struct {
	work.Progress
	Stages []InStage
}

// Sink takes the lines of a dataset.
type Sink struct {
	Records io.Writer // accepted records, one a line
	Rejects io.Writer // rejected candidates, one a line
}

// RejectLine is one line of rejects.jsonl.
type RejectLine struct {
	Index int    `json:"index"`
	Seed  uint64 `json:"seed"`
	World string `json:"world,omitempty"`
	// Domain and Request tell of what a teacher wrote, as far as it came.
	Domain  string `json:"domain,omitempty"`
	Request string `json:"request,omitempty"`
	Kind    string `json:"kind,omitempty"`
	Reject
}

// mostAhead is how far candidates are made ahead of the one that is judged next.
// What a candidate may take from others it takes from those at least this far
// behind it, so that it is the same at any concurrency.
const mostAhead = 512

// A run in which nothing is accepted any more ends after so many candidates:
// those of worlds cost next to nothing, those of a teacher are paid for.
const (
	idleLimit       = 20000
	taughtIdleLimit = 300
)

func (o *Options) idleLimit() int {
	if o.Teacher != nil {
		return taughtIdleLimit
	}
	return idleLimit
}

// Run generates until Count records are accepted. On an interrupted run the
// summary covers what was written before.
func Run(ctx context.Context, o Options, sink Sink) (*Summary, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	stages := o.pipeline(newVerifier(&o))
	c := &collector{options: &o, sink: sink, summary: newSummary(), admission: newAdmission(o.Count, o.Drain), requests: map[uint64]struct{}{}, skeletons: map[uint64]int{}}
	if o.Imagination != nil {
		var err error
		if c.near, err = dedup.NewRecent(dedup.Options{Threshold: nearRequest}, nearWindow); err != nil {
			return nil, err
		}
	}
	started := time.Now()
	err := work.Ordered(ctx, o.Workers,
		func(ctx context.Context, index int) (*result, error) {
			if err := c.admission.wait(ctx, index); err != nil {
				return nil, err
			}
			return produce(ctx, &o, stages, index)
		},
		c.consume,
		work.Goal(o.Count, func() int { return c.summary.Accepted }),
		work.Report(100*time.Millisecond, func(now work.Progress) {
			if o.Progress != nil {
				o.Progress(Progress{now, stages.now()})
			}
		}),
		work.Window(mostAhead),
		work.Drain(o.Drain),
	)
	c.summary.Elapsed = time.Since(started)
	if errors.Is(err, errNotBegun) {
		err = work.ErrDrained
	}
	return c.summary, err
}

// newVerifier returns a verifier that shares the run's start states.
func newVerifier(o *Options) *quality.Verifier {
	verifier := quality.NewVerifier(o.worlds())
	verifier.UseStarts(o.start)
	return verifier
}

// pipeline returns the stages of the mode.
func (o *Options) pipeline(verifier *quality.Verifier) *pipeline {
	switch {
	case o.Mode == button.ModeSimulated && o.Without[WithoutBottomUp]:
		return newPipeline(situationStage{o}, oneStepStage{o}, toolboxStage{o}, playStage{o, verifier})
	case o.Mode == button.ModeSimulated:
		return newPipeline(situationStage{o}, taskStage{}, requestStage{o}, toolboxStage{o}, playStage{o, verifier})
	}
	var last Stage = trajectoryStage{o, verifier}
	if o.Mode == button.ModeHybrid {
		last = hybridStage{o, verifier}
	}
	return newPipeline(scenarioStage{o}, atomicStage{o}, compositionStage{o}, functionsStage{o}, last)
}

func (o *Options) check() error {
	switch {
	case !slices.Contains([]string{button.ModeConstructed, button.ModeHybrid, button.ModeSimulated}, o.Mode):
		return fmt.Errorf("mode %q is not known", o.Mode)
	case (o.Mode == button.ModeConstructed) != (o.Teacher == nil):
		return fmt.Errorf("a teacher is for hybrid and simulated mode, which need one")
	case o.Count < 1:
		return fmt.Errorf("the number of records must be at least 1, not %d", o.Count)
	case len(o.Without) > 0 && o.Mode != button.ModeSimulated && !(len(o.Without) == 1 && o.Without[WithoutComposition]):
		return fmt.Errorf("of the ablations only %q has a meaning in %s mode", WithoutComposition, o.Mode)
	case (o.Mode == button.ModeSimulated) != (o.Imagination != nil):
		return fmt.Errorf("simulated mode, and no other, needs an imagination")
	case o.Imagination != nil && o.Imagination.Converse.Execute != nil && o.Without[WithoutTopDown]:
		return fmt.Errorf("a conversation that is written in one reply cannot have results of real calls")
	case o.Imagination == nil && len(o.Worlds) == 0:
		return fmt.Errorf("no worlds to generate from")
	case o.ParallelShare < 0 || o.ParallelShare > 1:
		return fmt.Errorf("the share of parallel records must lie between 0 and 1, not %v", o.ParallelShare)
	}
	if o.SkeletonCap == 0 {
		o.SkeletonCap = max(2, o.Count/max(len(o.Worlds), 1)/1000)
	}
	o.Workers = max(1, o.Workers)
	if o.Imagination != nil {
		return o.Imagination.prepare()
	}
	return nil
}

// result is a finished candidate: encoded if accepted so far.
type result struct {
	candidate *Candidate
	reject    *Reject
	line      []byte
}

// lineSize is the room that most records need as JSON.
const lineSize = 16 << 10

func produce(ctx context.Context, o *Options, stages *pipeline, index int) (*result, error) {
	candidate := &Candidate{Index: index, Seed: button.Seed(o.Seed, "record", index)}
	r := &result{candidate: candidate}
	if o.Teacher != nil {
		candidate.asker = o.Teacher.For(candidate.Seed)
	}
	err := stages.run(ctx, candidate)
	if candidate.asker != nil {
		candidate.Ledger.Add(candidate.asker.Ledger())
	}
	if errors.As(err, &r.reject) {
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	r.line, err = candidate.Record.AppendJSON(make([]byte, 0, lineSize))
	return r, err
}

// collector takes candidates in order: it keeps duplicates apart, writes lines
// and counts.
type collector struct {
	options   *Options
	sink      Sink
	summary   *Summary
	admission *admission
	near      *dedup.Recent // of accepted requests, where a teacher wrote them
	requests  map[uint64]struct{}
	skeletons map[uint64]int
	idle      int
}

func (c *collector) consume(_ int, r *result) (more bool, err error) {
	if r.reject == nil {
		r.reject = c.keep(r.candidate)
	}
	c.summary.count(r.candidate, r.reject)
	c.admission.judged(r.reject == nil)
	c.register(r)
	if r.reject != nil {
		if err := c.writeReject(r); err != nil {
			return false, err
		}
		if c.idle++; c.idle > c.options.idleLimit() {
			rule, n := c.summary.commonest()
			return false, fmt.Errorf("%d candidates in a row were rejected, of all %d most by %s (%d), the last by %w; there is no more to get this way", c.idle, c.summary.Candidates, rule, n, r.reject)
		}
		return true, nil
	}
	c.idle = 0
	if _, err := c.sink.Records.Write(append(r.line, '\n')); err != nil {
		return false, fmt.Errorf("writing record %d: %w", c.summary.Accepted, err)
	}
	return c.summary.Accepted < c.options.Count, nil
}

// register lets later candidates use the functions of an accepted one.
func (c *collector) register(r *result) {
	if c.options.Imagination == nil {
		return
	}
	var functions []simulated.Function
	if r.reject == nil && c.options.Imagination.Catalogue == nil {
		functions = r.candidate.Box.Functions
	}
	c.options.Imagination.registry.Commit(functions)
}

// nearRequest is the similarity from which two requests of a teacher's count as one.
const nearRequest = 0.8

// nearWindow is how many accepted requests a new one is at least compared with, the
// latest; twice as many at most, so that memory stays the same however long a run is
// (measured: 36 MB). Of a request that comes again word for word all are remembered,
// in some 40 bytes each (BenchmarkSelection).
const nearWindow = 50_000

// keep refuses a request that stands already, and a wording that has come too
// often: distinct requests flatter, skeletons tell. A teacher's requests must not
// be nearly the same either.
func (c *collector) keep(candidate *Candidate) *Reject {
	text := firstRequest(candidate.Record)
	request := hash(text)
	if _, known := c.requests[request]; known {
		return &Reject{Stage: StageSelection, Rule: "duplicate_request", Detail: "the same request was accepted before"}
	}
	if c.near != nil {
		if match, found := c.near.FindOrAdd(text); found {
			return &Reject{Stage: StageSelection, Rule: "near_duplicate_request", Detail: fmt.Sprintf("accepted request %d is nearly the same", match.ID), Span: text}
		}
	}
	if candidate.Record.Meta.Skeleton == "" {
		c.requests[request] = struct{}{}
		return nil
	}
	skeleton := hash(candidate.group() + "\x00" + candidate.Record.Meta.Skeleton)
	if c.skeletons[skeleton] >= c.options.SkeletonCap {
		return &Reject{Stage: StageSelection, Rule: "skeleton_cap", Detail: fmt.Sprintf("the same wording, literals aside, was accepted %d times before", c.options.SkeletonCap)}
	}
	c.requests[request] = struct{}{}
	c.skeletons[skeleton]++
	return nil
}

// firstRequest is what the user says first.
func firstRequest(record *button.Record) string {
	for i := range record.Messages {
		if record.Messages[i].Role == button.RoleUser {
			return record.Messages[i].Content
		}
	}
	return ""
}

func hash(text string) uint64 {
	h := fnv.New64a()
	io.WriteString(h, text)
	return h.Sum64()
}

func (c *collector) writeReject(r *result) error {
	line := RejectLine{Index: r.candidate.Index, Seed: r.candidate.Seed, Kind: r.candidate.kind(), Domain: r.candidate.Situation.Domain, Reject: *r.reject}
	if r.candidate.World != nil {
		line.World = r.candidate.group()
	}
	if r.candidate.Task != nil {
		line.Request = r.candidate.Task.Request
	}
	data, err := json.Marshal(line)
	if err != nil {
		return err
	}
	if _, err := c.sink.Rejects.Write(append(data, '\n')); err != nil {
		return fmt.Errorf("writing a reject: %w", err)
	}
	return nil
}

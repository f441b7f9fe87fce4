package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/models"
	"github.com/buttonbench/button/internal/runstore"
	"github.com/buttonbench/button/internal/stats"
)

// pilotTasks is how many decided samples --dry-run estimates from at least.
const pilotTasks = 5

// pilot picks the attempts of a dry run from all over what is missing; none where
// the run has decided enough already.
func pilot(missing []eval.Attempt, decided int) []eval.Attempt {
	n := min(max(pilotTasks-decided, 0), len(missing))
	picked := make([]eval.Attempt, n)
	for i := range picked {
		picked[i] = missing[i*len(missing)/n]
	}
	return picked
}

// amount is what a whole run takes of something: used is for what is decided,
// expected includes it, and so do low and high, between which it lies with 95 %
// confidence. The two are left out where the pilot cannot tell.
type amount struct {
	Used     float64  `json:"used"`
	Expected float64  `json:"expected"`
	Low      *float64 `json:"low,omitempty"`
	High     *float64 `json:"high,omitempty"`
}

// estimate is what --dry-run tells of a whole run.
type estimate struct {
	Decided          int     `json:"decided"` // samples that it is based on
	Samples          int     `json:"samples"` // in the whole run
	Requests         amount  `json:"requests"`
	PromptTokens     *amount `json:"prompt_tokens,omitempty"` // nil where the endpoint does not tell
	CompletionTokens *amount `json:"completion_tokens,omitempty"`
	CostUSD          *amount `json:"cost_usd,omitempty"` // nil without prices
	// Seconds are those still to wait, at the speed of the answers so far.
	Seconds amount `json:"seconds"`
}

// usedRow is the part of a row that an estimate needs.
type usedRow struct {
	Outcome   string    `json:"outcome"`
	Requests  int       `json:"requests"`
	Usage     llm.Usage `json:"usage"`
	LatencyMS int64     `json:"latency_ms"`
}

// estimateRun foretells the whole run from its decided rows.
func estimateRun(run *runstore.Run, samples, concurrency int, prices *models.Prices) (*estimate, error) {
	var requests, prompts, answers, costs, seconds []float64
	for line, err := range run.Rows() {
		if err != nil {
			return nil, err
		}
		var row usedRow
		if err := json.Unmarshal(line.Data, &row); err != nil {
			return nil, fmt.Errorf("reading the row of task %s: %w", line.Task, err)
		}
		if row.Outcome == eval.OutcomeNoVerdict {
			continue
		}
		requests = append(requests, float64(row.Requests))
		prompts = append(prompts, float64(row.Usage.PromptTokens))
		answers = append(answers, float64(row.Usage.CompletionTokens))
		seconds = append(seconds, float64(row.LatencyMS)/1000)
		if prices != nil {
			costs = append(costs, prices.Cost(row.Usage.PromptTokens, row.Usage.CachedTokens, row.Usage.CompletionTokens))
		}
	}
	if len(requests) == 0 {
		return nil, hinted(exitNoVerdict, errors.New("no task of the pilot has a verdict, so nothing can be foretold"), "its rows say what went wrong; 'button doctor' examines the endpoint")
	}
	left := samples - len(requests)
	e := &estimate{Decided: len(requests), Samples: samples, Requests: wholeRun(requests, left)}
	if tokens := wholeRun(prompts, left); tokens.Used > 0 {
		e.PromptTokens = &tokens
		tokens := wholeRun(answers, left)
		e.CompletionTokens = &tokens
		if prices != nil {
			cost := wholeRun(costs, left)
			e.CostUSD = &cost
		}
	}
	e.Seconds = timeLeft(seconds, left, concurrency)
	return e, nil
}

func wholeRun(sample []float64, left int) amount {
	a := amount{}
	for _, value := range sample {
		a.Used += value
	}
	further, within := stats.Total(sample, left, 0.95)
	a.Expected = a.Used + further
	if within.Known() {
		low, high := a.Used+within.Low, a.Used+within.High
		a.Low, a.High = &low, &high
	}
	return a
}

// timeLeft shares what the conversations that are left take among those that go
// on at a time.
func timeLeft(sample []float64, left, concurrency int) amount {
	a := wholeRun(sample, left)
	lanes := float64(max(1, min(concurrency, left)))
	share := func(whole float64) float64 { return (whole - a.Used) / lanes }
	told := amount{Expected: share(a.Expected)}
	if a.Low != nil {
		low, high := share(*a.Low), share(*a.High)
		told.Low, told.High = &low, &high
	}
	return told
}

func (p *process) sayEstimate(f *evalFlags, e *estimate) {
	p.print("%s: expected for all %d samples, from %d that are decided (their rows are kept in %s; 95 %% ranges):", f.labelOrModel(), e.Samples, e.Decided, f.out)
	p.sayAmount("requests", e.Requests, wholeNumber)
	if e.PromptTokens == nil {
		p.print("  %-14s the endpoint does not tell", "tokens")
	} else {
		p.sayAmount("prompt tokens", *e.PromptTokens, wholeNumber)
		p.sayAmount("answer tokens", *e.CompletionTokens, wholeNumber)
	}
	if e.CostUSD != nil {
		p.sayAmount("cost", *e.CostUSD, dollars)
	} else {
		p.print("  %-14s not known: the models file has no prices, or the endpoint tells no tokens", "cost")
	}
	p.sayAmount("time left", e.Seconds, clockTime)
	p.say("the same command without --dry-run goes on from here")
}

func (p *process) sayAmount(name string, a amount, show func(float64) string) {
	line := fmt.Sprintf("  %-14s %s", name, show(a.Expected))
	if a.Low != nil && *a.Low != *a.High {
		line += fmt.Sprintf(" (%s to %s)", show(*a.Low), show(*a.High))
	}
	if a.Used > 0 {
		line += fmt.Sprintf(", %s of them so far", show(a.Used))
	}
	p.print("%s", line)
}

func wholeNumber(x float64) string { return fmt.Sprintf("%.0f", math.Ceil(x)) }

func dollars(x float64) string {
	if x < 0.1 {
		return fmt.Sprintf("$%.4f", x)
	}
	return fmt.Sprintf("$%.2f", x)
}

func clockTime(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	if d < 10*time.Second {
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}

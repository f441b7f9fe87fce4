package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/buttonbench/button/generate/quality"
	"github.com/buttonbench/button/internal/render"
	"github.com/buttonbench/button/internal/stats"
)

// confidence is that of the intervals around shares.
const confidence = 0.95

// foundExamples keeps the first findings of each rule on imported records.
type foundExamples struct {
	most   int
	byRule map[string][]quality.Finding
}

// mostFindingsShown is how many of a rule are shown, if no fewer findings are asked for.
const mostFindingsShown = 3

func newFoundExamples(most int) *foundExamples {
	return &foundExamples{min(most, mostFindingsShown), map[string][]quality.Finding{}}
}

// take keeps a finding on an imported record; false for one on any other.
func (e *foundExamples) take(finding quality.Finding) bool {
	if !finding.Imported {
		return false
	}
	if kept := e.byRule[finding.Rule]; len(kept) < e.most {
		e.byRule[finding.Rule] = append(kept, finding)
	}
	return true
}

// brokenShare is how many records break a rule, with the interval of their share.
type brokenShare struct {
	Rule    string  `json:"rule"`
	Records int     `json:"records"`
	Share   float64 `json:"share"`
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
}

// brokenShares lists the rules that are broken, the most often broken first. The
// shares are of all records; their 95 % intervals are Wilson's.
func brokenShares(totals quality.Totals) []brokenShare {
	var shares []brokenShare
	for _, rule := range slices.Sorted(maps.Keys(totals.RecordsByRule)) {
		shares = append(shares, shareOf(rule, totals.RecordsByRule[rule], totals.Records))
	}
	slices.SortStableFunc(shares, func(a, b brokenShare) int { return cmp.Compare(b.Records, a.Records) })
	return shares
}

func shareOf(rule string, records, of int) brokenShare {
	estimate := stats.Wilson(records, of, confidence)
	return brokenShare{rule, records, estimate.Value, estimate.Interval.Low, estimate.Interval.High}
}

// shares prints what share of the records breaks each rule, and examples.
func (p *process) shares(totals quality.Totals, found *foundExamples) error {
	if p.json || totals.Failed == 0 {
		return nil
	}
	for _, broken := range brokenShares(totals) {
		for _, finding := range found.byRule[broken.Rule] {
			p.print("%s", finding)
		}
	}
	table := render.Table{
		Name: "broken", Title: "Records that break a rule",
		Columns: []render.Column{{Name: "rule"}, {Name: "records", Kind: render.Number}, {Name: "share, %", Key: "share", Kind: render.Percent, Decimals: 1, Interval: true}},
		Notes:   []string{"The share is of all records, with its 95 % interval. A record may break several rules."},
	}
	for _, one := range append(brokenShares(totals), shareOf("any", totals.Failed, totals.Records)) {
		table.Rows = append(table.Rows, []render.Cell{render.TextCell(one.Rule), render.NumberCell(float64(one.Records)), render.IntervalCell(one.Share, one.Low, one.High)})
	}
	fmt.Fprintln(p.stdout)
	return render.Write(p.stdout, render.Terminal, []render.Table{table}, render.Options{Colour: p.colour(), Width: p.width()})
}

// verifySummary is the last line for machines.
func verifySummary(file string, totals quality.Totals) map[string]any {
	summary := map[string]any{"file": file, "records": totals.Records, "simulated": totals.Simulated, "failed": totals.Failed, "findings": totals.Findings, "rules": totals.ByRule}
	if totals.Imported > 0 {
		summary["imported"], summary["broken"] = totals.Imported, brokenShares(totals)
	}
	return summary
}

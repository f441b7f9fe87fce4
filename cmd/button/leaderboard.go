package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/buttonbench/button/benchmarks/bfcl"
	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/render"
	"github.com/buttonbench/button/internal/runstore"
	"github.com/buttonbench/button/internal/stats"
)

// leaderboard is BFCL's own figures of those runs that are on it, with intervals that
// are ours; nil where there is none.
func leaderboard(paths []string) ([]render.Table, error) {
	var names []string
	var all []map[string]bfcl.Share
	unheard := 0
	for _, path := range paths {
		if !isOfBFCL(path) {
			continue
		}
		rows, err := latestRows(path)
		if err != nil {
			return nil, err
		}
		name, shares, lost := officialShares(rows)
		if shares != nil {
			names, all, unheard = append(names, name), append(all, shares), unheard+lost
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	table := render.Table{Name: "bfcl", Title: "BFCL v4, the official evaluator's figures", Columns: []render.Column{{Name: "figure"}}}
	for _, name := range names {
		table.Columns = append(table.Columns, render.Column{Name: name + " %", Key: name, Kind: render.Percent, Decimals: 2, Interval: true}, render.Column{Name: "tasks", Key: name + "_tasks", Kind: render.Number})
	}
	for _, figure := range bfcl.LeaderboardFigures() {
		row := []render.Cell{render.TextCell(figure.Name)}
		for _, shares := range all {
			value := figure.Of(bfcl.Aggregate(shares))
			tasks, interval := bfcl.Interval(shares, bfcl.Aggregate, figure.Of, 0.95)
			row = append(row, render.IntervalCell(value.Value, interval.Low, interval.High), render.NumberCell(float64(tasks)))
			if tasks == 0 {
				row[len(row)-2] = render.MissingCell()
			}
			if note := fmt.Sprintf("%s counts as wrong what was not run: %s", figure.Name, strings.Join(value.NotRun, ", ")); tasks > 0 && !value.Complete() && !slices.Contains(table.Notes, note) {
				table.Notes = append(table.Notes, note)
			}
		}
		table.Rows = append(table.Rows, row)
	}
	for _, category := range bfcl.Categories() {
		row := []render.Cell{render.TextCell(category.Name)}
		run := false
		for _, shares := range all {
			share, ok := shares[category.Name]
			if run = run || ok; !ok {
				row = append(row, render.MissingCell(), render.NumberCell(0))
				continue
			}
			interval := stats.Wilson(share.Correct, share.Total, 0.95).Interval
			row = append(row, render.IntervalCell(share.Accuracy(), interval.Low, interval.High), render.NumberCell(float64(share.Total)))
		}
		if run {
			table.Rows = append(table.Rows, row)
		}
	}
	table.Notes = append(table.Notes, "intervals are ours: Wilson's for a category, of averages those of their categories put together (square and add), 95 %")
	if unheard > 0 {
		table.Notes = append(table.Notes, fmt.Sprintf("%d tasks have no verdict here; officially a failed request is a wrong answer, in the irrelevance categories a right one, and so it counts above", unheard))
	}
	return []render.Table{table}, nil
}

// isOfBFCL reads a run's manifest; without one a run is of no known benchmark.
func isOfBFCL(path string) bool {
	manifest, err := runstore.ReadManifest(runstore.OS{}, path)
	var config evalConfig
	return err == nil && json.Unmarshal(manifest.Config, &config) == nil && strings.HasPrefix(config.Suite, "bfcl")
}

// officialShares counts the first attempts of a run as the official evaluator does,
// nil for other benchmarks; lost are those without a verdict.
func officialShares(rows map[string]*eval.Row) (name string, shares map[string]bfcl.Share, lost int) {
	for task, row := range rows {
		category := row.Group["category"]
		if !strings.HasPrefix(task, bfcl.Prefix) || category == bfcl.FormatSensitivity {
			continue
		}
		if shares == nil {
			name, shares = row.Model, map[string]bfcl.Share{}
		}
		share := shares[category]
		share.Total++
		switch row.Outcome {
		case eval.OutcomePass:
			share.Correct++
		case eval.OutcomeNoVerdict:
			lost++
			if known, ok := bfcl.LookUpCategory(category); ok && known.Checker == bfcl.CheckIrrelevance {
				share.Correct++
			}
		}
		shares[category] = share
	}
	return name, shares, lost
}

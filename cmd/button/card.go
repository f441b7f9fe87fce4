package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate"
	"github.com/buttonbench/button/generate/teach"
)

// card tells a reader what the dataset is.
func (m *making) card(summary *generate.Summary) string {
	var out strings.Builder
	say := func(format string, values ...any) { fmt.Fprintf(&out, format+"\n", values...) }
	c := &m.config
	say("# Multi-turn function-calling dataset, %s mode\n", c.Mode)
	from := fmt.Sprintf("worlds: %v", c.Worlds)
	if c.Imagination != nil {
		from = fmt.Sprintf("scenarios: %d, from %s", m.pool.Size, seedNames(c.Imagination))
	}
	say("%d records, made by button from seed %d; %s; share of records with parallel calls: %.2f.", summary.Accepted, c.Seed, from, c.ParallelShare)
	if len(c.Without) > 0 {
		say("An ablation, made without %v from the same scenarios and seeds as its siblings.", c.Without)
	}
	switch c.Mode {
	case button.ModeConstructed:
		say("Every tool result in it comes from execution of a deterministic, invented world; no model took part and no real\nperson, place or number is meant. Each record was verified by re-execution: %d of %d candidates were accepted.", summary.Accepted, summary.Candidates)
	case button.ModeHybrid:
		say("Every tool result in it comes from execution of a deterministic, invented world; requests, thoughts and answers were\nworded by %s. No real person, place or number is meant. Each record was verified by re-execution: %d of %d\ncandidates were accepted.", c.Teacher.Model.ID, summary.Accepted, summary.Candidates)
	case button.ModeSimulated:
		say("Everything in it was written by %s: the tools exist in words only, and their results are simulated, not executed.\nEach record was checked by code (form, schemas, sources of every argument, consistency): %d of %d candidates were\naccepted.", c.Teacher.Model.ID, summary.Accepted, summary.Candidates)
	}
	m.askedTable(say, summary)
	if m.calibration != nil {
		say("\nThe judge, %s, on faults planted in %d accepted records:\n%s", c.Imagination.Judge.Model.ID, c.Imagination.Calibrate, m.calibration)
	}
	say("\nFiles: records.jsonl (canonical records), rejects.jsonl (rejected candidates with stage and rule), manifest.json.\nCheck it with: button verify DIR")
	return out.String()
}

func seedNames(c *imaginationConfig) string {
	if len(c.SeedFiles) == 0 {
		return "no seeds (invented)"
	}
	var names []string
	for _, file := range c.SeedFiles {
		names = append(names, file.String())
	}
	return strings.Join(names, "; ")
}

// askedTable says what was asked of teacher and judge, stage by stage.
func (m *making) askedTable(say func(string, ...any), summary *generate.Summary) {
	var all teach.Ledger
	all.Add(&summary.Asked)
	if m.pool != nil {
		all.Add(&m.pool.Ledger)
	}
	if len(all.Stages) == 0 {
		return
	}
	say("\n| prompt | requests | a record | prompt tokens | completion tokens | replies sent back |\n|---|---|---|---|---|---|")
	for _, name := range slices.Sorted(maps.Keys(all.Stages)) {
		stage, back := all.Stages[name], 0
		for _, n := range stage.Faults {
			back += n
		}
		say("| %s | %d | %.1f | %d | %d | %d |", name, stage.Requests, float64(stage.Requests)/float64(max(summary.Accepted, 1)), stage.PromptTokens, stage.CompletionTokens, back)
	}
}

// sayWhatWasAsked sums up what a teacher was asked for, and how well the judge
// finds planted faults.
func (p *process) sayWhatWasAsked(m *making, summary *generate.Summary) {
	if m.link == nil {
		return
	}
	var all teach.Ledger
	all.Add(&summary.Asked)
	if m.pool != nil {
		all.Add(&m.pool.Ledger)
	}
	total := all.Total()
	note := fmt.Sprintf("%d requests, %s tokens, %.1f requests a record", total.Requests, thousands(total.PromptTokens+total.CompletionTokens), float64(total.Requests)/float64(max(summary.Accepted, 1)))
	if total.Cost > 0 {
		note += fmt.Sprintf(", $%.2f in all, $%.4f a record", total.Cost.Dollars(), total.Cost.Dollars()/float64(max(summary.Accepted, 1)))
	}
	p.say("asked: %s; %d answers came from the cache", note, m.link.stack.Stats().CacheHits)
	if m.calibration != nil {
		p.say("judge on planted faults: %s", m.calibration)
	}
}

package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate"
	"github.com/buttonbench/button/generate/simulated"
	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/stats"
)

// card tells a reader what the dataset is.
func (m *making) card(summary *generate.Summary) string {
	var out strings.Builder
	say := func(format string, values ...any) { fmt.Fprintf(&out, format+"\n", values...) }
	c := &m.config
	title := fmt.Sprintf("Multi-turn function-calling dataset, %s mode", c.Mode)
	out.WriteString(cardHead{title, summary.Accepted, []string{c.Mode}, licenceOf(c.Mode)}.String())
	say("# %s\n", title)
	from := fmt.Sprintf("worlds: %v", c.Worlds)
	if m.own != nil {
		from = fmt.Sprintf("scenarios: %d, from %d tools of %s", m.pool.Size, len(m.own.catalogue.Functions()), m.own.config.Source)
	} else if c.Imagination != nil {
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
		if m.own != nil {
			m.own.tell(say, c.Teacher.Model.ID)
			say("Each record was checked by code (form, schemas, sources of every argument, consistency): %d of %d candidates were\naccepted.", summary.Accepted, summary.Candidates)
			break
		}
		say("Everything in it was written by %s: the tools exist in words only, and their results are simulated, not executed.\nEach record was checked by code (form, schemas, sources of every argument, consistency): %d of %d candidates were\naccepted.", c.Teacher.Model.ID, summary.Accepted, summary.Candidates)
	}
	m.askedTable(say, summary)
	if m.calibration != nil {
		say("\nThe judge, %s, measured on %d accepted records and on faults planted in them (95 %% Wilson intervals; %d requests\nbrought no verdict):\n", c.Imagination.Judge.Model.ID, c.Imagination.Calibrate, m.calibration.Unjudged)
		say("| what | n | refused | share |\n|---|---|---|---|")
		for _, row := range calibrationRows(m.calibration) {
			say("| %s | %d | %d | %s |", row.what, row.n, row.refused, row.share)
		}
	}
	say("\n%s", m.terms())
	say("\nFiles: records.jsonl (canonical records), rejects.jsonl (rejected candidates with stage and rule), manifest.json.\nCheck it with: button verify DIR. Trainers' formats: button export DIR --to FORMAT. Figures and tables: button stats DIR --card")
	return out.String()
}

// terms says under which licence what of the dataset stands.
func (m *making) terms() string {
	if m.config.Mode == button.ModeConstructed {
		return "Licence: names, words and values come from the worlds that are part of button (Apache-2.0); worlds of your own have your\nterms."
	}
	return "Licence: not set. Whoever publishes it judges by the terms of the teacher and by the licences of the seeds and tools that\nare named above."
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
		for _, row := range calibrationRows(m.calibration) {
			p.say("judge: %s: %d of %d refused, %s", row.what, row.refused, row.n, row.share)
		}
	}
}

// calibrationRow says how many records of a kind a judge refused.
type calibrationRow struct {
	what       string
	n, refused int
	share      string
}

func calibrationRows(c *simulated.Calibration) []calibrationRow {
	row := func(what string, refused, n int) calibrationRow {
		share := stats.Wilson(refused, n, 0.95)
		if n == 0 {
			return calibrationRow{what, n, refused, "-"}
		}
		return calibrationRow{what, n, refused, fmt.Sprintf("%.0f %% [%.0f, %.0f]", 100*share.Value, 100*share.Interval.Low, 100*share.Interval.High)}
	}
	rows := []calibrationRow{row("as accepted (false alarms)", c.Alarms, c.Clean)}
	for _, fault := range c.Faults {
		rows = append(rows, row("planted: "+strings.ReplaceAll(string(fault.Kind), "_", " "), fault.Caught, fault.Planted))
	}
	return rows
}

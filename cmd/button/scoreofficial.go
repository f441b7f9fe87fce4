package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/buttonbench/button/benchmarks/bfcl"
	"github.com/buttonbench/button/internal/render"
	"github.com/buttonbench/button/internal/runstore"
	"github.com/buttonbench/button/internal/stats"
)

// officialFlags are the flags that belong to --official alone.
type officialFlags struct {
	mode, names, prices string
	partial, v3         bool
}

func (o *officialFlags) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&o.mode, "mode", "auto", "with --official: how models were run: fc, prompt, or auto to see it from their results")
	flags.StringVar(&o.names, "names", "auto", "with --official: function names as written, with underscores for dots, or auto to see it from the calls")
	flags.BoolVar(&o.partial, "partial", false, "with --official: judge files that lack entries; without, they are refused")
	flags.BoolVar(&o.v3, "v3", false, "with --official: the averages of the leaderboard's third version")
	flags.StringVar(&o.prices, "prices", "", "with --official: dollars for a million tokens as INPUT,OUTPUT, or 'local' to reckon by time; without, costs are N/A")
}

// options are what the flags mean to the scorer.
func (o *officialFlags) options(workers int) (bfcl.OfficialOptions, error) {
	options := bfcl.OfficialOptions{Partial: o.partial, Workers: workers}
	switch o.mode {
	case "auto":
	case string(bfcl.ModeNative), string(bfcl.ModePrompt):
		options.Mode = bfcl.Mode(o.mode)
	default:
		return options, usage("--mode must be fc, prompt or auto, not %q", o.mode)
	}
	switch o.names {
	case "auto":
	case "written", "underscores":
		underscores := o.names == "underscores"
		options.Underscores = &underscores
	default:
		return options, usage("--names must be written, underscores or auto, not %q", o.names)
	}
	return options, nil
}

func (o *officialFlags) pricing() (bfcl.Pricing, error) {
	switch o.prices {
	case "":
		return bfcl.Pricing{}, nil
	case "local":
		return bfcl.Pricing{Local: true}, nil
	}
	input, output, _ := strings.Cut(o.prices, ",")
	in, inErr := strconv.ParseFloat(input, 64)
	out, outErr := strconv.ParseFloat(output, 64)
	if err := errors.Join(inErr, outErr); err != nil || in < 0 || out < 0 {
		return bfcl.Pricing{}, usage("--prices must be two numbers with a comma, as in 0.15,0.60, or 'local', not %q", o.prices)
	}
	return bfcl.Pricing{Known: true, Input: in, Output: out}, nil
}

// scoreOfficial judges upstream's result files and writes its score files and
// tables.
func (p *process) scoreOfficial(ctx context.Context, data *bfcl.Data, o scoreOptions) error {
	options, err := o.officialFlags.options(o.workers)
	if err != nil {
		return err
	}
	pricing, err := o.pricing()
	if err != nil {
		return err
	}
	results, err := bfcl.FindResults(o.official)
	if err != nil {
		return hinted(exitUsage, err, "name upstream's folder 'result', which holds a folder for each model")
	}
	out := o.out
	if out == "" {
		out = filepath.Join(filepath.Dir(filepath.Clean(o.official)), "score")
	}
	scorer := bfcl.NewScorer(data, time.Now())
	var models []*bfcl.ModelScore
	for _, one := range results {
		model, err := scorer.ScoreModel(ctx, one, options)
		if err != nil {
			return fmt.Errorf("judging %s: %w", one.Model, err)
		}
		if err := writeScores(filepath.Join(out, one.Model), one, model); err != nil {
			return err
		}
		models = append(models, model)
	}
	aggregate := bfcl.Aggregate
	if o.v3 {
		aggregate = bfcl.AggregateV3
	}
	for _, table := range bfcl.Tables(models, pricing, aggregate) {
		var text bytes.Buffer
		if err := table.WriteCSV(&text); err != nil {
			return err
		}
		if err := runstore.WriteAtomic(runstore.OS{}, filepath.Join(out, table.Name+".csv"), text.Bytes()); err != nil {
			return fmt.Errorf("writing %s: %w", table.Name, err)
		}
	}
	return p.reportOfficial(out, models, aggregate)
}

// writeScores writes a model's score files where its result files lie.
func writeScores(folder string, results bfcl.ModelResults, model *bfcl.ModelScore) error {
	for _, file := range results.Files {
		category := model.Categories[file.Category]
		var text bytes.Buffer
		fmt.Fprintf(&text, "{\"accuracy\": %s, \"correct_count\": %d, \"total_count\": %d}\n",
			strconv.FormatFloat(category.Accuracy(), 'g', -1, 64), category.Correct, category.Total)
		for _, line := range category.Failures {
			text.WriteString(line + "\n")
		}
		inside, err := filepath.Rel(results.Folder, file.Path)
		if err != nil {
			return err
		}
		path := filepath.Join(folder, strings.TrimSuffix(inside, "_result.json")+"_score.json")
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := runstore.WriteAtomic(runstore.OS{}, path, text.Bytes()); err != nil {
			return fmt.Errorf("writing scores: %w", err)
		}
	}
	return nil
}

// officialFigure is an average of the leaderboard beside what it lacks.
type officialFigure struct {
	Official float64  `json:"official"`
	NotRun   []string `json:"not_run"`
}

// officialCategory is the official accuracy of a category and, beside it, ours:
// without the results of failed requests, with an interval.
type officialCategory struct {
	Category string      `json:"category"`
	Official float64     `json:"official"`
	Correct  int         `json:"correct"`
	Total    int         `json:"total"`
	Failed   int         `json:"failed_requests"`
	Answered *float64    `json:"answered"`
	Interval *[2]float64 `json:"interval"`
}

// officialModel is what is known of a model.
type officialModel struct {
	Model       string                    `json:"model"`
	Mode        string                    `json:"mode"`
	Underscores bool                      `json:"underscores"`
	Figures     map[string]officialFigure `json:"figures"`
	Categories  []officialCategory        `json:"categories"`
}

func describeOfficial(m *bfcl.ModelScore, aggregate func(map[string]bfcl.Share) bfcl.Figures) officialModel {
	f := aggregate(m.Shares())
	described := officialModel{Model: m.Model, Mode: string(m.Mode), Underscores: m.Underscores, Figures: map[string]officialFigure{}}
	for name, figure := range map[string]bfcl.Figure{
		"overall": f.Overall, "non_live": f.NonLive, "live": f.Live, "irrelevance": f.Irrelevance, "multi_turn": f.MultiTurn, "agentic": f.Agentic,
	} {
		described.Figures[name] = officialFigure{figure.Value, append([]string{}, figure.NotRun...)}
	}
	names := []string{}
	for _, c := range bfcl.Categories() {
		names = append(names, c.Name)
	}
	for _, name := range append(names, bfcl.FormatSensitivity) {
		c, run := m.Categories[name]
		if !run {
			continue
		}
		one := officialCategory{Category: name, Official: c.Accuracy(), Correct: c.Correct, Total: c.Total, Failed: c.NoAnswer.Total}
		answered := c.Answered()
		if estimate := stats.Wilson(answered.Correct, answered.Total, 0.95); answered.Total > 0 {
			one.Answered, one.Interval = &estimate.Value, &[2]float64{estimate.Interval.Low, estimate.Interval.High}
		}
		described.Categories = append(described.Categories, one)
	}
	return described
}

// reportOfficial writes our own figures beside the official ones and shows them.
func (p *process) reportOfficial(out string, models []*bfcl.ModelScore, aggregate func(map[string]bfcl.Share) bfcl.Figures) error {
	var described []officialModel
	for _, m := range models {
		described = append(described, describeOfficial(m, aggregate))
	}
	text, err := json.MarshalIndent(described, "", "  ")
	if err != nil {
		return err
	}
	if err := runstore.WriteAtomic(runstore.OS{}, filepath.Join(out, "button.json"), append(text, '\n')); err != nil {
		return err
	}
	if p.json {
		return p.result(map[string]any{"out": out, "models": described})
	}
	tables := []render.Table{figuresTable(described), categoriesTable(described)}
	if err := render.Write(p.stdout, render.Terminal, tables, render.Options{Colour: p.colour(), Width: p.width()}); err != nil {
		return err
	}
	p.say("scores and tables in %s", out)
	return nil
}

func figuresTable(models []officialModel) render.Table {
	table := render.Table{
		Name: "official", Title: "The leaderboard's averages",
		Columns: []render.Column{{Name: "model"}, {Name: "read as"}},
		Notes:   []string{"By the official formulas what was not run counts as wrong: only figures of models with nothing in the last column can be compared."},
	}
	figures := []string{"overall", "non_live", "live", "irrelevance", "multi_turn", "agentic"}
	for _, name := range figures {
		table.Columns = append(table.Columns, render.Column{Name: strings.ReplaceAll(name, "_", "-"), Kind: render.Percent, Decimals: 2})
	}
	table.Columns = append(table.Columns, render.Column{Name: "not run"})
	for _, m := range models {
		readAs := m.Mode
		if m.Underscores {
			readAs += ", underscores"
		}
		row := []render.Cell{render.TextCell(m.Model), render.TextCell(readAs)}
		for _, name := range figures {
			row = append(row, render.NumberCell(m.Figures[name].Official))
		}
		table.Rows = append(table.Rows, append(row, render.TextCell(strings.Join(m.Figures["overall"].NotRun, ", "))))
	}
	return table
}

func categoriesTable(models []officialModel) render.Table {
	table := render.Table{
		Name: "categories", Title: "Categories: the official accuracy, and ours without failed requests",
		Columns: []render.Column{{Name: "model"}, {Name: "category"}, {Name: "official", Kind: render.Percent, Decimals: 2}, {Name: "correct", Kind: render.Number},
			{Name: "results", Kind: render.Number}, {Name: "failed requests", Kind: render.Number}, {Name: "of answers (ours)", Kind: render.Percent, Decimals: 2, Interval: true}},
		Notes: []string{"A failed request is no answer: the official accuracy counts it as right in the irrelevance categories and as wrong in all others. Intervals are 95 % Wilson intervals."},
	}
	for _, m := range models {
		for _, c := range m.Categories {
			answered := render.MissingCell()
			if c.Answered != nil {
				answered = render.IntervalCell(*c.Answered, c.Interval[0], c.Interval[1])
			}
			table.Rows = append(table.Rows, []render.Cell{
				render.TextCell(m.Model), render.TextCell(c.Category), render.NumberCell(c.Official), render.NumberCell(float64(c.Correct)),
				render.NumberCell(float64(c.Total)), render.NumberCell(float64(c.Failed)), answered,
			})
		}
	}
	return table
}

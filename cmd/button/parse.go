package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/benchmarks"
	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/openai"
	"github.com/buttonbench/button/internal/render"
	"github.com/buttonbench/button/internal/runstore"
	"github.com/buttonbench/button/internal/textcalls"
	"github.com/buttonbench/button/internal/toolcall"
)

func (p *process) parseCommand() *cobra.Command {
	var suite suiteOptions
	var all bool
	cmd := &cobra.Command{
		Use:   "parse RUN",
		Short: "Read a run's raw answers again under every dialect",
		Long: `Read the raw answers of a run again, offline, under every dialect of tool calls,
and show for each how many answers hold calls and what score it would give. Calls
that the server parsed itself stay as they are. Where a new reading would have led
to another next question, the task has no verdict.`,
		Example: "  button parse runs/qwen3-8b\n  button parse runs/gta-mine --data benchmarks/gta --all",
		Args:    takes(1, 1),
		RunE:    func(cmd *cobra.Command, args []string) error { return p.parse(cmd.Context(), args[0], suite, all) },
	}
	suite.addFlags(cmd.Flags())
	cmd.Flags().BoolVar(&all, "all", false, "also the dialects that read no call")
	return cmd
}

func (p *process) rescoreCommand() *cobra.Command {
	var suite suiteOptions
	var parser, out string
	cmd := &cobra.Command{
		Use:     "rescore RUN",
		Short:   "Write a new run that reads an old run's raw answers with another parser",
		Example: "  button rescore runs/qwen3-8b --parser hermes --out runs/qwen3-8b-hermes",
		Args:    takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.rescore(cmd.Context(), args[0], suite, parser, out)
		},
	}
	suite.addFlags(cmd.Flags())
	cmd.Flags().StringVar(&parser, "parser", toolcall.Auto, "native, auto or a dialect")
	cmd.Flags().StringVarP(&out, "out", "o", "", "folder of the new run (required)")
	offers(cmd, "parser", textcalls.Parsers()...)
	return cmd
}

// recorded is a finished run with the suite that it was made on.
type recorded struct {
	manifest runstore.Manifest
	config   evalConfig
	suite    *benchmarks.Suite
	tasks    map[string]eval.Task
	rows     []eval.Row
}

func (p *process) recordedRun(ctx context.Context, dir string, options suiteOptions) (*recorded, error) {
	reader, _, err := runstore.ReadRun(runstore.OS{}, dir)
	if err != nil {
		return nil, hinted(exitUsage, err, "name a folder that 'button eval' made")
	}
	defer reader.Close()
	r := &recorded{manifest: reader.Manifest(), tasks: map[string]eval.Task{}}
	if err := json.Unmarshal(r.manifest.Config, &r.config); err != nil {
		return nil, fmt.Errorf("reading the configuration of %s: %w", dir, err)
	}
	if r.config.Protocol != "" {
		options.protocol = r.config.Protocol
	}
	if r.suite, err = loadSuite(ctx, r.config.Suite, options); err != nil {
		return nil, err
	}
	if r.suite.Hash != r.config.ContentHash {
		return nil, hinted(exitUsage, fmt.Errorf("%s was made on other tasks of %s than those at hand", dir, r.config.Suite), "name their data with --data")
	}
	if r.suite.Before != nil {
		rows, err := decidedRows(filepath.Join(dir, preparedFolder))
		if err != nil {
			return nil, err
		}
		if err := r.suite.Prepare(rows); err != nil {
			return nil, err
		}
	}
	for _, task := range r.suite.Tasks {
		r.tasks[task.ID()] = task
	}
	for line, err := range reader.Rows() {
		if err != nil {
			return nil, err
		}
		var row eval.Row
		if err := json.Unmarshal(line.Data, &row); err != nil {
			return nil, fmt.Errorf("reading the row of task %s: %w", line.Task, err)
		}
		if r.tasks[row.Task] == nil {
			return nil, fmt.Errorf("%s has a row of a task %q that %s does not have", dir, row.Task, r.config.Suite)
		}
		r.rows = append(r.rows, row)
	}
	return r, nil
}

// decidedRows are the rows of a run with a verdict.
func decidedRows(dir string) (rows []eval.Row, err error) {
	reader, _, err := runstore.ReadRun(runstore.OS{}, dir)
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	for line, err := range reader.Rows() {
		if err != nil {
			return nil, err
		}
		var row eval.Row
		if err := json.Unmarshal(line.Data, &row); err != nil {
			return nil, fmt.Errorf("reading the row of task %s: %w", line.Task, err)
		}
		if row.Outcome != eval.OutcomeNoVerdict {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// rescorer reads the raw answers with one parser.
func (r *recorded) rescorer(parser, label string, seen func(*llm.Reply)) *eval.Rescorer {
	return &eval.Rescorer{
		Suite: r.suite.Name, SuiteVersion: r.suite.Version, ScorerVersion: r.suite.ScorerVersion, Label: label,
		Decode: func(raw []byte) (*llm.Reply, error) { return openai.Decode(http.StatusOK, nil, raw) },
		Read: func(reply *llm.Reply, tools []button.Tool) *llm.Reply {
			if parser != textcalls.Native {
				reply = textcalls.Read(reply, tools, parser)
			}
			seen(reply)
			return reply
		},
	}
}

// tally counts what one parser makes of a run.
type tally struct {
	Parser    string         `json:"parser"`
	Outcomes  map[string]int `json:"outcomes"`
	Pass      int            `json:"pass"`
	Fail      int            `json:"fail"`
	NoVerdict int            `json:"no_verdict"`
}

func (r *recorded) tally(parser string) tally {
	t := tally{Parser: parser, Outcomes: map[string]int{}}
	rescorer := r.rescorer(parser, "", func(reply *llm.Reply) {
		if reply.Reading != nil {
			t.Outcomes[reply.Reading.Outcome]++
		}
	})
	for _, row := range r.rows {
		switch rescorer.Row(r.tasks[row.Task], row).Outcome {
		case eval.OutcomePass:
			t.Pass++
		case eval.OutcomeFail:
			t.Fail++
		default:
			t.NoVerdict++
		}
	}
	return t
}

func (p *process) parse(ctx context.Context, dir string, options suiteOptions, all bool) error {
	r, err := p.recordedRun(ctx, dir, options)
	if err != nil {
		return err
	}
	var tallies []tally
	for _, parser := range textcalls.Parsers() {
		t := r.tally(parser)
		read := t.Outcomes[string(toolcall.Parsed)] + t.Outcomes[string(toolcall.Repaired)] + t.Outcomes[string(toolcall.Malformed)]
		if all || read > 0 || parser == textcalls.Native || parser == toolcall.Auto {
			tallies = append(tallies, t)
		}
	}
	sort.SliceStable(tallies, func(i, j int) bool { return tallies[i].Pass > tallies[j].Pass })
	if p.json {
		return p.result(tallies)
	}
	return render.Write(p.stdout, render.Terminal, []render.Table{parseTable(dir, tallies)}, render.Options{Colour: p.colour(), Width: p.width()})
}

func parseTable(dir string, tallies []tally) render.Table {
	table := render.Table{
		Name: "parse", Title: "What each dialect reads in the text answers of " + dir,
		Columns: []render.Column{{Name: "parser"}, {Name: "parsed", Kind: render.Number}, {Name: "with repair", Kind: render.Number}, {Name: "malformed", Kind: render.Number},
			{Name: "no call", Kind: render.Number}, {Name: "pass", Kind: render.Number}, {Name: "fail", Kind: render.Number}, {Name: "no verdict", Kind: render.Number}},
		Notes: []string{
			"Counted are answers in which the server had parsed no call itself.",
			"Pass and fail are tasks under this reading; no verdict: it would have led to another question, or there was no answer.",
		},
	}
	for _, t := range tallies {
		row := []render.Cell{render.TextCell(t.Parser)}
		for _, outcome := range []toolcall.Outcome{toolcall.Parsed, toolcall.Repaired, toolcall.Malformed, toolcall.NotACall} {
			row = append(row, render.NumberCell(float64(t.Outcomes[string(outcome)])))
		}
		for _, n := range []int{t.Pass, t.Fail, t.NoVerdict} {
			row = append(row, render.NumberCell(float64(n)))
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

func (p *process) rescore(ctx context.Context, dir string, options suiteOptions, parser, out string) error {
	if out == "" {
		return usage("--out is missing: name the folder for the new run")
	}
	known := textcalls.Parsers()
	if !slices.Contains(known, parser) {
		return hinted(exitUsage, fmt.Errorf("no parser is called %q", parser), "there are "+strings.Join(known, ", "))
	}
	r, err := p.recordedRun(ctx, dir, options)
	if err != nil {
		return err
	}
	config := r.config
	config.Label += " (" + parser + ")"
	config.Rescored = &rescoredFrom{Run: r.manifest.Config, Parser: parser}
	resolved, err := json.Marshal(config)
	if err != nil {
		return err
	}
	run, _, err := runstore.OpenRun(runstore.OS{}, out, runstore.Manifest{Tool: "button " + version(), Config: resolved}, runstore.ResumeSame)
	if changed := (*runstore.ConfigError)(nil); errors.As(err, &changed) {
		return hinted(exitUsage, err, "choose another --out")
	}
	if err != nil {
		return err
	}
	defer run.Close()
	rescorer := r.rescorer(parser, config.Label, func(*llm.Reply) {})
	for _, row := range r.rows {
		if run.Decided(runstore.Key{Task: row.Task, Repeat: row.Repeat}) {
			continue
		}
		data, err := json.Marshal(rescorer.Row(r.tasks[row.Task], row))
		if err != nil {
			return err
		}
		if err := run.Append(data); err != nil {
			return err
		}
	}
	if err := run.Close(); err != nil {
		return err
	}
	counts := run.Counts()
	p.say("%s: %d passed, %d failed, %d without a verdict; rows in %s", config.Label, counts[eval.OutcomePass], counts[eval.OutcomeFail], counts[eval.OutcomeNoVerdict], out)
	return p.result(map[string]any{"run": out, "pass": counts[eval.OutcomePass], "fail": counts[eval.OutcomeFail], "no_verdict": counts[eval.OutcomeNoVerdict]})
}

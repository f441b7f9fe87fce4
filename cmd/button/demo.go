package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/players"
	"github.com/buttonbench/button/internal/render"
	"github.com/buttonbench/button/internal/runstore"
	"github.com/buttonbench/button/reports"
)

func (p *process) demoCommand() *cobra.Command {
	var out string
	var records, tasks int
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Generate, verify, evaluate and report once, offline",
		Long: `Generate 500 records, verify them, show one of them, evaluate the embedded players
on ButtonBench, and print the comparison. Needs no network and no key; what was
made by an earlier demo is made anew.`,
		Example: "  button demo\n  button demo --count 30 --out /tmp/small-demo",
		Args:    takes(0, 0),
		RunE:    func(cmd *cobra.Command, _ []string) error { return p.demo(cmd.Context(), out, records, tasks) },
	}
	cmd.Flags().StringVarP(&out, "out", "o", "demo", "folder for the dataset and the runs")
	cmd.Flags().IntVarP(&records, "count", "n", 500, "records to generate")
	cmd.Flags().IntVar(&tasks, "tasks", buttonBenchTasks, "first tasks of ButtonBench to evaluate on")
	return cmd
}

func (p *process) demo(ctx context.Context, out string, records, tasks int) error {
	if tasks < 1 {
		return usage("--tasks must be at least 1, not %d", tasks)
	}
	started := time.Now()
	dataset := filepath.Join(out, "dataset")
	p.step(1, "generate %d records: plans over executable worlds, carried out, worded, verified", records)
	if err := p.generate(ctx, &generateFlags{mode: button.ModeConstructed, out: dataset, parallel: "mixed", count: records, seed: 1, share: 0.8, workers: runtime.GOMAXPROCS(0), replace: true}); err != nil {
		return err
	}
	p.step(2, "verify them as anybody could: re-execute every record from its seed, byte by byte")
	if err := p.verify(ctx, dataset, &verifyFlags{workers: runtime.GOMAXPROCS(0), most: 20}); err != nil {
		return err
	}
	p.step(3, "one of them")
	if err := p.demoTrajectory(dataset); err != nil {
		return err
	}
	p.step(4, "evaluate the embedded players over HTTP on ButtonBench (held-out worlds, calls really executed)")
	runs, err := p.demoRuns(ctx, out, tasks)
	if err != nil {
		return err
	}
	p.step(5, "compare them")
	tables, err := p.tables(runs, reports.Options{Baseline: "serial"})
	if err != nil {
		return err
	}
	if !p.json {
		if err := render.Write(p.stdout, render.Terminal, tables, render.Options{Colour: p.colour(), Width: p.width()}); err != nil {
			return err
		}
	}
	p.say("\nfiles: %s (dataset), %s (runs). Done in %.1f s. Next:", dataset, filepath.Join(out, "runs"), time.Since(started).Seconds())
	p.say("  button show %s                       # read the records", dataset)
	p.say("  button eval --bench buttonbench --model NAME --base-url http://127.0.0.1:8000/v1 --out %s", filepath.Join(out, "runs", "mine"))
	p.say("  button report %s --format html --out report.html", filepath.Join(out, "runs", "*"))
	return p.result(map[string]any{"dataset": dataset, "runs": runs, "seconds": time.Since(started).Seconds()})
}

func (p *process) step(number int, format string, values ...any) {
	p.say("\n%d. %s", number, fmt.Sprintf(format, values...))
}

// demoTrajectory shows the first record that fans out and goes on, or else the
// first record.
func (p *process) demoTrajectory(dataset string) error {
	if p.json {
		return nil
	}
	path, err := recordsFile(dataset)
	if err != nil {
		return err
	}
	var chosen *button.Record
	err = eachRecord(path, func(_ int, record *button.Record) (bool, error) {
		telling := record.Kind == "parallel_then_sequential" && record.ParallelToolCalls && len(record.Tools) <= 8
		if telling || chosen == nil {
			chosen = record
		}
		return !telling, nil
	})
	if err != nil {
		return err
	}
	return render.Trajectory(p.stdout, chosen, p.colour())
}

func (p *process) demoRuns(ctx context.Context, out string, tasks int) ([]string, error) {
	suite, err := loadSuite(ctx, "buttonbench", suiteOptions{limit: tasks})
	if err != nil {
		return nil, err
	}
	p.say("%s: %d tasks, content hash %.16s", suite.Title, len(suite.Tasks), suite.Hash)
	var runs []string
	for _, player := range []string{players.Serial, players.Oracle, players.Noisy, players.Lexical, players.Silent} {
		f := &evalFlags{
			bench: "buttonbench", model: players.Prefix + player, out: filepath.Join(out, "runs", player), concurrency: 16, repeats: 1,
			endpoint: endpointFlags{retries: 3, timeout: time.Minute}, resume: "same", given: func(string) bool { return false },
		}
		if err := removeRun(f.out); err != nil {
			return nil, err
		}
		result, err := p.runEval(ctx, f, suite)
		if err != nil {
			return nil, err
		}
		p.say("  %-8s %3d of %d passed", player, result.Pass, result.Tasks)
		runs = append(runs, f.out)
	}
	return runs, nil
}

// removeRun removes the run of an earlier demo, and nothing that is no run.
func removeRun(folder string) error {
	manifest, err := runstore.ReadManifest(runstore.OS{}, folder)
	if err != nil || manifest.Kind != runstore.KindRun {
		return nil // the evaluation says what is wrong with the folder
	}
	return os.RemoveAll(folder)
}

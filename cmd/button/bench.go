package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/benchmarks"
	"github.com/buttonbench/button/benchmarks/buttonbench"
	"github.com/buttonbench/button/benchmarks/gta"
	"github.com/buttonbench/button/generate"
)

// suiteOptions is what a benchmark is loaded with.
type suiteOptions struct {
	data  string // the benchmark's data
	limit int    // first tasks only, 0 for all
	mode  string // protocol, where a suite has several
}

// suiteEntry is one benchmark that --bench knows.
type suiteEntry struct {
	name, summary string
	load          func(ctx context.Context, p *process, o suiteOptions) (*benchmarks.Suite, error)
}

// suites is the registry of benchmarks.
var suites = []suiteEntry{
	{"buttonbench", "tasks from the held-out worlds, calls really executed; --data takes a dataset of your own", loadButtonBench},
	{"gta", "GTA step by step: 229 human queries, gold history before every step; needs --data", loadGTA},
}

func loadSuite(ctx context.Context, p *process, name string, o suiteOptions) (*benchmarks.Suite, error) {
	var names []string
	for _, entry := range suites {
		if entry.name == name {
			return entry.load(ctx, p, o)
		}
		names = append(names, entry.name)
	}
	return nil, usage("--bench must be %s, not %q", strings.Join(names, " or "), name)
}

// ButtonBench 0 is fixed by these: the suite's hash is printed with every run.
const (
	buttonBenchVersion = "0"
	buttonBenchSeed    = 20250422
	buttonBenchTasks   = 200
)

func loadButtonBench(ctx context.Context, _ *process, o suiteOptions) (*benchmarks.Suite, error) {
	all, err := loadWorlds(nil, "")
	if err != nil {
		return nil, err
	}
	if o.data != "" {
		path, err := recordsFile(o.data)
		if err != nil {
			return nil, err
		}
		var records []button.Record
		err = eachRecord(path, func(_ int, record *button.Record) (bool, error) {
			records = append(records, *record)
			return o.limit == 0 || len(records) < o.limit, nil
		})
		if err != nil {
			return nil, err
		}
		return buttonbench.New("dataset", records, all)
	}
	heldOut, err := loadWorlds(nil, "heldout")
	if err != nil {
		return nil, err
	}
	prepared, err := kits(heldOut)
	if err != nil {
		return nil, err
	}
	var lines bytes.Buffer
	_, err = generate.Run(ctx, generate.Options{
		Mode: button.ModeConstructed, Count: buttonBenchTasks, Seed: buttonBenchSeed, Worlds: prepared, ParallelShare: 1,
		ToolVersion: "buttonbench/" + buttonBenchVersion, Workers: runtime.GOMAXPROCS(0),
	}, generate.Sink{Records: &lines, Rejects: new(bytes.Buffer)})
	if err != nil {
		return nil, fmt.Errorf("making the tasks of ButtonBench: %w", err)
	}
	var records []button.Record
	for _, line := range bytes.Split(bytes.TrimSpace(lines.Bytes()), []byte("\n")) {
		var record button.Record
		if err := json.Unmarshal(line, &record); err != nil {
			return nil, err
		}
		records = append(records, record)
	}
	suite, err := buttonbench.New(buttonBenchVersion, records, all)
	if err == nil && o.limit > 0 && o.limit < len(suite.Tasks) {
		suite.Tasks = suite.Tasks[:o.limit]
	}
	return suite, err
}

func (p *process) benchCommand() *cobra.Command {
	bench := &cobra.Command{Use: "bench", Short: "List the benchmarks, or describe one", Args: exactly(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	bench.AddCommand(&cobra.Command{
		Use: "list", Short: "List the benchmarks", Args: exactly(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			for _, entry := range suites {
				p.say("%-12s %s", entry.name, entry.summary)
			}
			var rows []map[string]string
			for _, entry := range suites {
				rows = append(rows, map[string]string{"name": entry.name, "summary": entry.summary})
			}
			return p.result(rows)
		},
	})
	var o suiteOptions
	info := &cobra.Command{
		Use: "info NAME", Short: "Load a benchmark and describe it", Args: exactly(cobra.ExactArgs(1)),
		Example: `  button bench info buttonbench
  button bench info gta --data DIR`,
		RunE: func(cmd *cobra.Command, args []string) error {
			suite, err := loadSuite(cmd.Context(), p, args[0], o)
			if err != nil {
				return err
			}
			p.say("%s (version %s, scorer %s)\n  tasks: %d\n  content hash: %s", suite.Title, suite.Version, suite.ScorerVersion, len(suite.Tasks), suite.Hash)
			for _, note := range suite.Notes {
				p.say("  note: %s", note)
			}
			return p.result(map[string]any{"name": suite.Name, "version": suite.Version, "scorer_version": suite.ScorerVersion, "tasks": len(suite.Tasks), "hash": suite.Hash, "notes": suite.Notes})
		},
	}
	info.Flags().StringVar(&o.data, "data", "", "folder with the benchmark's data")
	info.Flags().StringVar(&o.mode, "protocol", "native", "gta: native tool calls or react")
	bench.AddCommand(info)
	return bench
}

func loadGTA(_ context.Context, _ *process, o suiteOptions) (*benchmarks.Suite, error) {
	if o.data == "" {
		return nil, hinted(exitUsage, fmt.Errorf("--data is missing for gta"), "name the folder that holds GTA's dataset.json")
	}
	suite, err := gta.Load(o.data, o.mode)
	if err != nil {
		return nil, hinted(exitUsage, err, "")
	}
	if o.limit > 0 && o.limit < len(suite.Tasks) {
		suite.Tasks = suite.Tasks[:o.limit]
	}
	return suite, nil
}

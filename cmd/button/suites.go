package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"github.com/spf13/pflag"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/benchmarks"
	"github.com/buttonbench/button/benchmarks/buttonbench"
	"github.com/buttonbench/button/benchmarks/gta"
	"github.com/buttonbench/button/generate"
)

// suiteOptions is what a benchmark is loaded with.
type suiteOptions struct {
	data     string   // the benchmark's data
	worlds   []string // beside the built-in ones, for a dataset of one's own
	protocol string   // where a suite has several
	limit    int      // first tasks only, 0 for all
}

func (o *suiteOptions) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&o.data, "data", "", "the benchmark's data: for gta the folder with dataset.json, for buttonbench a dataset of your own")
	flags.StringSliceVar(&o.worlds, "worlds", nil, "buttonbench: further worlds by folder, for a dataset of your own")
	flags.StringVar(&o.protocol, "protocol", gta.Native, "gta: native tool calls, or the text protocol react")
	flags.IntVar(&o.limit, "limit", 0, "only the first tasks; 0 means all")
}

// suiteEntry is one benchmark that --bench knows.
type suiteEntry struct {
	name, summary string
	load          func(ctx context.Context, o suiteOptions) (*benchmarks.Suite, error)
}

// suites is the registry of benchmarks.
func suites() []suiteEntry {
	return []suiteEntry{
		{"buttonbench", "tasks from the held-out worlds, calls really executed; --data takes a dataset of your own", loadButtonBench},
		{"gta", "GTA step by step: 229 human queries, gold history before every step; needs --data", loadGTA},
	}
}

func suiteNames() []string {
	var names []string
	for _, entry := range suites() {
		names = append(names, entry.name)
	}
	return names
}

func loadSuite(ctx context.Context, name string, o suiteOptions) (*benchmarks.Suite, error) {
	if o.limit < 0 {
		return nil, usage("--limit must be 0 or more, not %d", o.limit)
	}
	for _, entry := range suites() {
		if entry.name != name {
			continue
		}
		suite, err := entry.load(ctx, o)
		if err != nil {
			return nil, err
		}
		if o.limit > 0 && o.limit < len(suite.Tasks) {
			suite.Tasks = suite.Tasks[:o.limit]
		}
		return suite, nil
	}
	return nil, hinted(exitUsage, fmt.Errorf("there is no benchmark %q", name), "there are "+strings.Join(suiteNames(), " and "))
}

// ButtonBench 0 is fixed by these: the suite's hash is printed with every run.
const (
	buttonBenchVersion = "0"
	buttonBenchSeed    = 20250422
	buttonBenchTasks   = 200
)

func loadButtonBench(ctx context.Context, o suiteOptions) (*benchmarks.Suite, error) {
	all, err := knownWorlds(o.worlds)
	if err != nil {
		return nil, err
	}
	version, records := buttonBenchVersion, []button.Record(nil)
	if o.data != "" {
		version = "dataset"
		records, err = datasetTasks(o.data)
	} else {
		records, err = heldOutTasks(ctx)
	}
	if err != nil {
		return nil, err
	}
	return buttonbench.New(version, records, all)
}

// datasetTasks reads tasks from a dataset; all of them, for the suite's hash
// covers all.
func datasetTasks(path string) ([]button.Record, error) {
	file, err := recordsFile(path)
	if err != nil {
		return nil, err
	}
	var records []button.Record
	err = eachRecord(file, func(_ int, record *button.Record) (bool, error) {
		records = append(records, *record)
		return true, nil
	})
	if err == nil && len(records) == 0 {
		err = hinted(exitUsage, fmt.Errorf("%s holds no records", file), "")
	}
	return records, err
}

// heldOutTasks generates the fixed tasks from the worlds that training data never
// comes from.
func heldOutTasks(ctx context.Context) ([]button.Record, error) {
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
		EvenDistractors: true, ToolVersion: "buttonbench/" + buttonBenchVersion, Workers: runtime.GOMAXPROCS(0),
	}, generate.Sink{Records: &lines, Rejects: io.Discard})
	if err != nil {
		return nil, fmt.Errorf("making the tasks of ButtonBench: %w", err)
	}
	var records []button.Record
	for line := range bytes.Lines(lines.Bytes()) {
		var record button.Record
		if err := json.Unmarshal(line, &record); err != nil {
			return nil, fmt.Errorf("making the tasks of ButtonBench: %w", err)
		}
		records = append(records, record)
	}
	return records, nil
}

func loadGTA(_ context.Context, o suiteOptions) (*benchmarks.Suite, error) {
	if o.data == "" {
		return nil, hinted(exitUsage, fmt.Errorf("--data is missing for gta"), "name the folder that holds GTA's dataset.json")
	}
	if o.protocol != gta.Native && o.protocol != gta.ReAct {
		return nil, usage("--protocol must be %s or %s, not %q", gta.Native, gta.ReAct, o.protocol)
	}
	if info, err := os.Stat(o.data); err != nil || !info.IsDir() {
		return nil, hinted(exitUsage, fmt.Errorf("opening %s: no such folder", o.data), "name the folder that holds GTA's dataset.json")
	}
	return gta.Load(o.data, o.protocol)
}

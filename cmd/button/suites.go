package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/benchmarks"
	"github.com/buttonbench/button/benchmarks/bfcl"
	"github.com/buttonbench/button/benchmarks/bfcl/services"
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
	embed    services.Embed
}

func (o *suiteOptions) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&o.data, "data", "", "the benchmark's data: for gta the folder with dataset.json, for bfcl its data folder or a checkout of gorilla, for buttonbench a dataset of your own")
	flags.StringSliceVar(&o.worlds, "worlds", nil, "buttonbench: further worlds by folder, for a dataset of your own")
	flags.StringVar(&o.protocol, "protocol", gta.Native, "gta: native tool calls, or the text protocol react; bfcl: native, or prompt (calls as text)")
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
		{"bfcl", "BFCL v4 with the official evaluator's verdicts: bfcl/all, a group such as bfcl/non_live, or categories, separated by commas; needs --data", loadBFCL(nil)},
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
	entries := suites()
	if parts, err := bfclParts(name); err != nil {
		return nil, err
	} else if parts != nil {
		entries = []suiteEntry{{name: name, load: loadBFCL(parts)}}
	}
	for _, entry := range entries {
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
	return nil, hinted(exitUsage, fmt.Errorf("there is no benchmark %q", name), "there are "+strings.Join(suiteNames(), ", "))
}

// bfclParts are the categories and groups that a list like bfcl/live,bfcl/memory_kv
// names, nil where it names none of BFCL.
func bfclParts(bench string) (parts []string, err error) {
	if !strings.Contains(bench, bfcl.Prefix) {
		return nil, nil
	}
	for name := range strings.SplitSeq(bench, ",") {
		part, ok := strings.CutPrefix(strings.TrimSpace(name), bfcl.Prefix)
		if !ok {
			return nil, hinted(exitUsage, fmt.Errorf("--bench %s names %q beside parts of BFCL", bench, name), "one run holds one benchmark: run the others by themselves")
		}
		parts = append(parts, part)
	}
	return parts, nil
}

// loadBFCL loads parts of BFCL, all of it for none.
func loadBFCL(parts []string) func(context.Context, suiteOptions) (*benchmarks.Suite, error) {
	return func(_ context.Context, o suiteOptions) (*benchmarks.Suite, error) {
		if o.data == "" {
			return nil, hinted(exitUsage, errors.New("--data is missing for bfcl"), "name the benchmark's data folder, or a checkout of gorilla")
		}
		modes := map[string]bfcl.Mode{gta.Native: bfcl.ModeNative, string(bfcl.ModePrompt): bfcl.ModePrompt}
		mode, ok := modes[o.protocol]
		if !ok {
			return nil, usage("--protocol must be %s or %s, not %q", gta.Native, bfcl.ModePrompt, o.protocol)
		}
		names := parts
		if len(names) == 0 {
			names = []string{"all"}
		}
		options := bfcl.SuiteOptions{Names: names, Mode: mode, Today: time.Now(), Embed: o.embed}
		if err := options.Check(); err != nil {
			return nil, hinted(exitUsage, err, "")
		}
		data, err := bfcl.Load(o.data)
		if err != nil {
			return nil, hinted(exitUsage, err, "")
		}
		return bfcl.NewSuite(data, options)
	}
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

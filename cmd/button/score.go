package main

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button/benchmarks/bfcl"
)

func (p *process) scoreCommand() *cobra.Command {
	score := group("score", "Give verdicts on results that others made",
		"Judge results that are already there, as a benchmark's own evaluator judges them.",
		"  button score bfcl --data bfcl_v4 --cases answers.jsonl.gz --out verdicts.jsonl")
	score.AddCommand(p.scoreBFCLCommand())
	return score
}

// scoreOptions are the flags of 'score bfcl'.
type scoreOptions struct {
	data, cases, official, out string
	results                    bool
	workers                    int
	officialFlags
	shown int // bad lines shown one by one
}

func (p *process) scoreBFCLCommand() *cobra.Command {
	o := scoreOptions{shown: 20}
	cmd := &cobra.Command{
		Use:   "bfcl",
		Short: "Give the verdicts of the BFCL v4 evaluator",
		Long: `Give the verdicts that the official evaluator of the Berkeley Function Calling
Leaderboard, version 4, gives, without running anything that a model wrote.

--cases reads one result a line, an object with id, mode (fc: native calls, prompt:
text, calls: call texts of a conversation), underscore_to_dot and raw, and writes a
line with id, category, valid and error_type for each, in the same order.

--official reads the result files of upstream's own runs and writes score files and
tables as upstream does; see docs/bfcl.md.`,
		Example: `  button score bfcl --data bfcl_v4 --cases answers.jsonl.gz --out verdicts.jsonl
  zcat answers.jsonl.gz | button score bfcl --data gorilla --cases - --results
  button score bfcl --data gorilla --official gorilla/result --out score`,
		Args: takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.scoreBFCL(cmd.Context(), o) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.data, "data", "", "the benchmark's data: the folder of its files, or a checkout of the project that publishes it (required)")
	flags.StringVar(&o.cases, "cases", "", "a file of results, plain or .gz, or - for stdin")
	flags.StringVar(&o.official, "official", "", "a folder of upstream's result files: a folder for each model")
	flags.StringVarP(&o.out, "out", "o", "", "with --cases the file for the verdicts, stdout without; with --official the folder for scores, 'score' beside the results without")
	flags.BoolVar(&o.results, "results", false, "with --cases: add the decoded calls and the results of those that were executed")
	flags.IntVar(&o.workers, "workers", runtime.GOMAXPROCS(0), "how many judge at the same time")
	o.officialFlags.addFlags(flags)
	return cmd
}

func (p *process) scoreBFCL(ctx context.Context, o scoreOptions) error {
	switch {
	case o.data == "":
		return hinted(exitUsage, errors.New("--data is missing"), "name the folder that holds BFCL_v4_*.json, or a checkout of gorilla")
	case (o.cases == "") == (o.official == ""):
		return usage("give either --cases or --official")
	case o.workers < 1:
		return usage("--workers must be 1 or more, not %d", o.workers)
	case o.official != "" && o.results:
		return usage("--results belongs to --cases")
	}
	data, err := bfcl.Load(o.data)
	if err != nil {
		return hinted(exitUsage, err, "")
	}
	ctx, stop := p.untilSignal(ctx)
	defer stop()
	if o.official != "" {
		err = p.scoreOfficial(ctx, data, o)
	} else {
		err = p.scoreCases(ctx, data, o)
	}
	if changed := data.Changed(); changed != "" {
		p.warn("%s", changed)
	}
	return ifInterrupted(err, "run it again", "not everything was judged")
}

// scoreCases streams cases to verdicts.
func (p *process) scoreCases(ctx context.Context, data *bfcl.Data, o scoreOptions) error {
	in, name, err := p.openCases(ctx, o.cases)
	if err != nil {
		return err
	}
	defer in.Close()
	bad := 0
	options := bfcl.StreamOptions{Name: name, Workers: o.workers, Results: o.results, Bad: func(err error) {
		if bad++; bad <= o.shown {
			p.warn("%v", err)
		}
	}}
	// Judging makes much that is short-lived beside the data, which stays.
	debug.SetGCPercent(400)
	scorer := bfcl.NewScorer(data, time.Now())
	var totals bfcl.Totals
	score := func(out io.Writer) (err error) {
		totals, err = scorer.ScoreStream(ctx, in, out, options)
		return err
	}
	if o.out == "" {
		err = score(p.stdout)
	} else {
		err = toFile(o.out, score)
	}
	if err != nil {
		return err
	}
	if totals.Cases+totals.Bad == 0 {
		return hinted(exitUsage, fmt.Errorf("%s holds no results", name), "name a file of results, one a line")
	}
	if o.out != "" {
		p.say("%d cases judged, %d valid; verdicts in %s", totals.Cases, totals.Valid, o.out)
	}
	if totals.Bad > 0 {
		return hinted(exitUsage, fmt.Errorf("%d of %d lines could not be judged", totals.Bad, totals.Bad+totals.Cases), "their lines in the output say why; the others are judged")
	}
	if o.out == "" {
		return nil // stdout is the verdicts' alone
	}
	return p.result(map[string]any{"out": o.out, "cases": totals.Cases, "valid": totals.Valid})
}

// toFile makes a file of what write writes. What was written before an error stays.
func toFile(path string, write func(io.Writer) error) error {
	file, err := os.Create(path)
	if err != nil {
		return hinted(exitUsage, err, "name a file for the verdicts")
	}
	if err := errors.Join(write(file), file.Close()); err != nil {
		return fmt.Errorf("writing the verdicts: %w", err)
	}
	return nil
}

// openCases opens a file of cases, unpacked, or stdin.
func (p *process) openCases(ctx context.Context, path string) (in io.ReadCloser, name string, err error) {
	if path == "-" {
		return interruptible(ctx, p.stdin), "stdin", nil
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", hinted(exitUsage, fmt.Errorf("opening %s: no such file", path), "name a file of results, one a line")
	}
	if err != nil {
		return nil, "", err
	}
	if !strings.HasSuffix(path, ".gz") {
		return file, path, nil
	}
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		file.Close()
		return nil, "", hinted(exitUsage, fmt.Errorf("reading %s: %w", path, err), "is it packed with gzip?")
	}
	return &packedFile{Reader: unpacked, file: file}, path, nil
}

// packedFile is a gzip file that is read unpacked.
type packedFile struct {
	*gzip.Reader
	file *os.File
}

func (f *packedFile) Close() error { return errors.Join(f.Reader.Close(), f.file.Close()) }

// interruptible is a reader whose reads end when the context does.
func interruptible(ctx context.Context, in io.Reader) io.ReadCloser {
	reader, writer := io.Pipe()
	context.AfterFunc(ctx, func() { writer.CloseWithError(context.Cause(ctx)) })
	go func() {
		_, err := io.Copy(writer, in)
		writer.CloseWithError(err)
	}()
	return reader
}

package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button/internal/faulty"
	"github.com/buttonbench/button/internal/players"
)

// faultyFlags is the command line of faulty.
type faultyFlags struct {
	address, bench string
	suite          suiteOptions
	faults         []string
	options        faulty.Options
}

// faultyCommand is hidden: it is for those who work on this program or try its
// client under load.
func (p *process) faultyCommand() *cobra.Command {
	f := &faultyFlags{}
	cmd := &cobra.Command{
		Use: "faulty", Hidden: true,
		Short: "Offer the embedded players as an endpoint that misbehaves",
		Long: `Offer the embedded players on a loopback port behind faults, drawn from --seed
by the number of the request. When it is stopped, it tells what was asked.

Faults:
  ` + strings.Join(faulty.Kinds(), "\n  "),
		Example: `  button faulty --latency 200ms --fault server-error=0.2 --fault rate-limit=0.2
  button faulty --latency 200ms --jitter 100ms --tail 10s --tail-share 0.01 --rpm 600
  button faulty --fault huge=0.1 --huge-bytes 100000000`,
		Args: takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.faulty(cmd, f) },
	}
	flags, o := cmd.Flags(), &f.options
	flags.StringVar(&f.address, "addr", "127.0.0.1:8098", "address to listen on")
	flags.StringVar(&f.bench, "bench", "buttonbench", "benchmark whose reference oracle, serial and noisy play")
	f.suite.addFlags(flags)
	flags.StringArrayVar(&f.faults, "fault", nil, "a fault and its share of the requests, such as reset=0.05; may be given several times")
	flags.Uint64Var(&o.Seed, "seed", 1, "decides which requests meet which fault")
	flags.DurationVar(&o.Latency, "latency", 0, "time before every answer")
	flags.DurationVar(&o.Jitter, "jitter", 0, "by how much that time varies, up and down")
	flags.DurationVar(&o.Tail, "tail", 0, "how much longer slow answers take")
	flags.Float64Var(&o.TailShare, "tail-share", 0, "share of slow answers")
	flags.IntVar(&o.RequestsPerMinute, "rpm", 0, "requests taken per minute; 0 for any number")
	flags.DurationVar(&o.RetryAfter, "retry-after", time.Second, "what the fault rate-limit asks for")
	flags.IntVar(&o.HugeBytes, "huge-bytes", 100_000_000, "size of the fault huge")
	offers(cmd, "bench", suiteNames()...)
	return cmd
}

func (p *process) faulty(cmd *cobra.Command, f *faultyFlags) error {
	shares, err := shares(f.faults)
	if err != nil {
		return err
	}
	f.options.Shares = shares
	suite, err := loadSuite(cmd.Context(), f.bench, f.suite)
	if err != nil {
		return err
	}
	handler, err := faulty.New(players.New(players.Options{Guides: guides(suite), Seed: buttonBenchSeed}), f.options)
	if err != nil {
		return hinted(exitUsage, err, seeHelp(cmd))
	}
	ctx, drain, stop := p.twoStage(cmd.Context())
	defer stop()
	server, err := players.Listen(ctx, f.address, handler)
	if err != nil {
		return err
	}
	p.print("serving %s with faults at %s; Ctrl-C stops", embeddedNames(), server.BaseURL())
	if err := p.result(map[string]string{"base_url": server.BaseURL()}); err != nil {
		return err
	}
	select {
	case <-drain:
	case <-ctx.Done():
	}
	if err := server.Close(); err != nil {
		return err
	}
	counts := handler.Counts()
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		p.print("%7d %s", counts[name], name)
	}
	return p.result(map[string]any{"requests": counts})
}

// shares reads "NAME=SHARE" texts.
func shares(texts []string) (map[string]float64, error) {
	read := map[string]float64{}
	for _, text := range texts {
		name, number, _ := strings.Cut(text, "=")
		share, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return nil, hinted(exitUsage, fmt.Errorf("--fault %q has no share", text), "for example --fault server-error=0.2")
		}
		read[name] = share
	}
	return read, nil
}

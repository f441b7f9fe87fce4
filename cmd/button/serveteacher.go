package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/buttonbench/button/generate/scriptedteacher"
	"github.com/buttonbench/button/internal/players"
)

// scriptedFlags are the flags of serve for the scripted teacher.
type scriptedFlags struct {
	serve    bool
	faults   []string
	stubborn float64
	latency  time.Duration
}

func (f *scriptedFlags) addFlags(flags *pflag.FlagSet) {
	flags.BoolVar(&f.serve, "teacher", false, "offer the scripted teacher in the place of the players")
	flags.StringSliceVar(&f.faults, "faults", nil, "faults that the teacher makes and their shares, such as bad_json=0.05; all=0.01 for every kind")
	flags.Float64Var(&f.stubborn, "stubborn", 0.5, "share of the teacher's faults that come again after a complaint")
	flags.DurationVar(&f.latency, "latency", 0, "time before every reply of the teacher")
}

// serveTeacher offers the scripted teacher until it is stopped, and then tells what
// was asked and planted.
func (p *process) serveTeacher(cmd *cobra.Command, address string, seed uint64, f *scriptedFlags) error {
	faults, err := teacherFaults(f.faults)
	if err != nil {
		return err
	}
	teacher, err := scriptedteacher.New(scriptedteacher.Options{Seed: seed, Faults: faults, Stubborn: f.stubborn, Latency: f.latency})
	if err != nil {
		return hinted(exitUsage, err, seeHelp(cmd))
	}
	ctx, drain, stop := p.twoStage(cmd.Context())
	defer stop()
	server, err := players.Listen(ctx, address, teacher)
	if err != nil {
		return err
	}
	p.print("serving %s, which is no model, at %s; Ctrl-C stops", scriptedteacher.Model, server.BaseURL())
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
	planted, requests, again := map[string]int{}, 0, 0
	for _, entry := range teacher.Log() {
		requests++
		if entry.Again {
			again++
		}
		if entry.Fault != "" {
			planted[string(entry.Fault)]++
		}
	}
	p.print("%d requests, %d of them asked before", requests, again)
	for _, kind := range slices.Sorted(maps.Keys(planted)) {
		p.print("%7d %s", planted[kind], kind)
	}
	return p.result(map[string]any{"requests": requests, "again": again, "planted": planted})
}

// teacherFaults reads "KIND=SHARE" texts; the kind "all" stands for every one that
// is not named itself.
func teacherFaults(texts []string) (map[scriptedteacher.Kind]float64, error) {
	read := map[scriptedteacher.Kind]float64{}
	for _, text := range texts {
		name, number, _ := strings.Cut(text, "=")
		share, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return nil, hinted(exitUsage, fmt.Errorf("--faults %q has no share", text), "for example --faults bad_json=0.05,empty=0.01")
		}
		read[scriptedteacher.Kind(name)] = share
	}
	if share, all := read["all"]; all {
		delete(read, "all")
		for _, info := range scriptedteacher.Kinds() {
			if _, named := read[info.Kind]; !named {
				read[info.Kind] = share
			}
		}
	}
	return read, nil
}

// teacherKinds lists the teacher's faults for the help text.
func teacherKinds() string {
	var lines []string
	for _, info := range scriptedteacher.Kinds() {
		lines = append(lines, fmt.Sprintf("  %-28s  %s", info.Kind, info.Does))
	}
	return strings.Join(lines, "\n")
}

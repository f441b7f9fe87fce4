package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/work"
)

// The exit codes.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitNoVerdict   = 3 // finished, but too many samples have no verdict
	exitGate        = 4 // a verification or comparison said no
	exitInterrupted = 130
)

// process is everything that belongs to the running program and not to a verb.
type process struct {
	args               []string
	stdin              io.Reader
	stdout, stderr     io.Writer
	env                func(string) string
	terminal, progress func() bool // is stdout, is stderr a terminal
	width              func() int
	signals            chan os.Signal

	// Flags that every verb has.
	json, quiet bool
	colourMode  string
}

// failure is an error with an exit code and, perhaps, a hint.
type failure struct {
	code int
	err  error
	hint string
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

func usage(format string, values ...any) error {
	return &failure{code: exitUsage, err: fmt.Errorf(format, values...)}
}

func hinted(code int, err error, hint string) error { return &failure{code, err, hint} }

// run parses the command line, runs the verb and turns its error into a message
// and an exit code.
func (p *process) run(ctx context.Context) int {
	root := p.rootCommand()
	root.SetArgs(p.args)
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	code, hint := classify(err)
	message := strings.TrimSpace(err.Error())
	if p.json {
		line, _ := json.Marshal(map[string]any{"error": message, "hint": hint, "exit_code": code})
		fmt.Fprintf(p.stdout, "%s\n", line)
		return code
	}
	fmt.Fprintf(p.stderr, "button: %s\n", message)
	if hint != "" {
		fmt.Fprintf(p.stderr, "hint: %s\n", hint)
	}
	return code
}

func classify(err error) (code int, hint string) {
	var known *failure
	var fatal *eval.FatalError
	switch {
	case errors.As(err, &known):
		return known.code, known.hint
	case errors.As(err, &fatal):
		return exitFailed, fatal.Hint
	case errors.Is(err, work.ErrDrained), errors.Is(err, work.ErrInterrupted), errors.Is(err, context.Canceled):
		return exitInterrupted, "run the same command again to go on"
	}
	return exitFailed, ""
}

// colour reports whether stdout takes colours.
func (p *process) colour() bool {
	switch p.colourMode {
	case "always":
		return true
	case "never":
		return false
	}
	return p.terminal() && p.env("NO_COLOR") == ""
}

// say writes a line for people; with --json or --quiet it is left out.
func (p *process) say(format string, values ...any) {
	if !p.json && !p.quiet {
		fmt.Fprintf(p.stdout, format+"\n", values...)
	}
}

// result writes the last line for machines.
func (p *process) result(value any) error {
	if !p.json {
		return nil
	}
	line, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "%s\n", line)
	return err
}

// twoStage makes the first signal drain what is under way and the second stop it.
func (p *process) twoStage(ctx context.Context) (context.Context, <-chan struct{}, func()) {
	return work.TwoStage(ctx, p.signals)
}

func (p *process) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "button",
		Short: "Generate, evaluate and report on multi-turn function calling",
		Long: `button builds verified multi-turn function-calling datasets, scores any
OpenAI-compatible model on multi-turn and parallel function calling, and prints
comparisons with error bars.`,
		Example: `  button demo                                       # everything once, offline, in a minute
  button generate -n 1000 --seed 1 --out data/train # a verified dataset
  button verify data/train                          # re-execute every record
  button eval --bench buttonbench --model embedded/oracle --out runs/oracle
  button report runs/*                              # the comparison`,
		SilenceErrors: true, SilenceUsage: true,
	}
	flags := root.PersistentFlags()
	flags.BoolVar(&p.json, "json", false, "write for machines: the last line on stdout is a JSON object, errors too")
	flags.BoolVarP(&p.quiet, "quiet", "q", false, "no progress and no remarks")
	flags.StringVar(&p.colourMode, "color", "auto", "colours: auto, always or never")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return hinted(exitUsage, err, "see '"+cmd.CommandPath()+" --help'")
	})
	for _, command := range []func() *cobra.Command{
		p.generateCommand, p.verifyCommand, p.showCommand, p.exportCommand, p.worldsCommand,
		p.evalCommand, p.serveCommand, p.benchCommand, p.reportCommand, p.demoCommand, p.versionCommand,
	} {
		root.AddCommand(command())
	}
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		switch p.colourMode {
		case "auto", "always", "never":
			return nil
		}
		return usage("--color must be auto, always or never, not %q", p.colourMode)
	}
	root.Args = cobra.NoArgs
	root.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	return root
}

// exactly wraps cobra's check of the number of arguments into a usage error.
func exactly(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return hinted(exitUsage, err, "see '"+cmd.CommandPath()+" --help'")
		}
		return nil
	}
}

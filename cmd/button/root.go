package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func (p *process) rootCommand() *cobra.Command {
	root := group("button", "Generate, evaluate and report on multi-turn function calling",
		`button builds verified multi-turn function-calling datasets, scores any
OpenAI-compatible model on multi-turn and parallel function calling, and prints
comparisons with error bars.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 samples without a verdict,
4 a check said no, 130 interrupted.`,
		`  button demo                                       # everything once, offline, in a minute
  button generate -n 1000 --seed 1 --out data/train # a verified dataset
  button verify data/train                          # re-execute every record
  button eval --bench buttonbench --model embedded/oracle --out runs/oracle
  button report runs/*                              # the comparison`)
	root.SilenceErrors, root.SilenceUsage = true, true
	flags := root.PersistentFlags()
	flags.BoolVar(&p.json, "json", false, "write for machines: the last line on stdout is a JSON object, errors too")
	flags.BoolVarP(&p.quiet, "quiet", "q", false, "no progress and no remarks")
	flags.StringVar(&p.colourMode, "color", "auto", "colours: auto, always or never")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return hinted(exitUsage, err, seeHelp(cmd)) })
	root.PersistentPreRunE = func(*cobra.Command, []string) error { return p.checkCommonFlags() }
	for _, command := range []func() *cobra.Command{
		p.generateCommand, p.verifyCommand, p.showCommand, p.renderCommand, p.lintCommand, p.statsCommand, p.auditCommand, p.exportCommand, p.importCommand, p.subsetCommand, p.selectCommand, p.worldsCommand, p.toolsCommand,
		p.evalCommand, p.doctorCommand, p.parseCommand, p.rescoreCommand, p.scoreCommand, p.serveCommand, p.faultyCommand, p.benchCommand, p.reportCommand, p.demoCommand, p.versionCommand,
	} {
		root.AddCommand(command())
	}
	return root
}

func (p *process) checkCommonFlags() error {
	switch p.colourMode {
	case "auto", "always", "never":
		return nil
	}
	return usage("--color must be auto, always or never, not %q", p.colourMode)
}

// group is a command that only holds others.
func group(use, short, long, example string) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Long: long, Example: example,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			hint := seeHelp(cmd)
			if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
				hint = "did you mean " + strings.Join(near, " or ") + "?"
			}
			return hinted(exitUsage, fmt.Errorf("%s has no command %q", cmd.CommandPath(), args[0]), hint)
		},
		RunE:                       func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SuggestionsMinimumDistance: 2,
	}
}

func seeHelp(cmd *cobra.Command) string { return "see '" + cmd.CommandPath() + " --help'" }

// takes checks the number of arguments; most below 0 means any number.
func takes(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) >= least && (most < 0 || len(args) <= most) {
			return nil
		}
		_, wanted, _ := strings.Cut(cmd.Use, " ")
		problem := fmt.Errorf("%s takes no argument, but was given %q", cmd.CommandPath(), args)
		if wanted != "" && len(args) == 0 {
			problem = fmt.Errorf("%s needs %s", cmd.CommandPath(), wanted)
		} else if wanted != "" {
			problem = fmt.Errorf("%s takes %s, but was given %q", cmd.CommandPath(), wanted, args)
		}
		return hinted(exitUsage, problem, seeHelp(cmd))
	}
}

// offers completes a flag from a fixed list.
func offers(cmd *cobra.Command, flag string, values ...string) {
	if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // the flag does not exist: a slip in this program
	}
}

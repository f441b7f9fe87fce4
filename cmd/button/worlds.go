package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button/internal/plan"
	"github.com/buttonbench/button/internal/wording"
	"github.com/buttonbench/button/internal/world"
)

func (p *process) worldsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "worlds", Short: "List, check and show the executable worlds", Args: exactly(cobra.NoArgs),
		Long: "A world is a folder of data: functions, state, behaviour and words. docs/worlds.md teaches how to write one.",
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		&cobra.Command{
			Use: "list", Short: "List the built-in worlds", Args: exactly(cobra.NoArgs),
			RunE: func(*cobra.Command, []string) error { return p.worldsList() },
		},
		&cobra.Command{
			Use: "check [NAME|DIR...]", Short: "Run every function of a world and lint its words",
			Long: `Run every function on sampled arguments over several start states; prove
determinism, purity of reads, schemas and declared errors; list the plan shapes
that the world offers; lint its words. Errors end with exit code 4.`,
			Example: "  button worlds check rail\n  button worlds check ./my-world",
			RunE:    func(cmd *cobra.Command, args []string) error { return p.worldsCheck(cmd, args) },
		},
		&cobra.Command{
			Use: "show NAME|DIR", Short: "Print every fragment of a world in all its agreements", Args: exactly(cobra.ExactArgs(1)),
			RunE: func(_ *cobra.Command, args []string) error { return p.worldsShow(args[0]) },
		},
	)
	return cmd
}

func (p *process) worldsList() error {
	loaded, err := loadWorlds(nil, "")
	if err != nil {
		return err
	}
	var rows []map[string]any
	for _, w := range loaded {
		writes := 0
		for _, function := range w.Functions {
			if function.Writes() {
				writes++
			}
		}
		p.say("%-11s %-8s %2d functions, %d of them write   %s", w.Name, w.Use, len(w.Functions), writes, w.Title)
		rows = append(rows, map[string]any{"name": w.Name, "use": w.Use, "title": w.Title, "functions": len(w.Functions), "writes": writes, "hash": w.Hash})
	}
	return p.result(rows)
}

func (p *process) worldsCheck(cmd *cobra.Command, names []string) error {
	loaded, err := loadWorlds(names, "")
	if err != nil {
		return err
	}
	failed := 0
	for _, w := range loaded {
		problems, err := w.Check(cmd.Context())
		if err != nil {
			return err
		}
		for _, problem := range problems {
			p.say("%s", problem)
			if problem.Severity == world.SeverityError {
				failed++
			}
		}
		sampler, err := plan.NewSampler(w)
		if err != nil {
			return err
		}
		p.say("%s: %d functions, %d remarks; plan shapes:", w.Name, len(w.Functions), len(problems))
		offers := sampler.Offers()
		for _, shape := range plan.Shapes {
			if len(offers[shape.Name]) == 0 {
				p.say("  %-26s none", shape.Name)
				continue
			}
			p.say("  %-26s %d functions, such as %s", shape.Name, len(offers[shape.Name]), offers[shape.Name][0])
		}
	}
	if err := p.result(map[string]int{"worlds": len(loaded), "errors": failed}); err != nil {
		return err
	}
	if failed > 0 {
		return hinted(exitGate, fmt.Errorf("%d errors in the worlds checked", failed), "docs/worlds.md tells what each part must be")
	}
	return nil
}

func (p *process) worldsShow(name string) error {
	w, err := loadWorld(name)
	if err != nil {
		return err
	}
	start, err := w.Start(1)
	if err != nil {
		return err
	}
	fragments, err := wording.Gallery(w, start)
	if err != nil {
		return err
	}
	function := ""
	for _, fragment := range fragments {
		if fragment.Function != function {
			function = fragment.Function
			p.say("\n%s", function)
		}
		p.say("  %s: %s", fragment.Part, fragment.Pattern)
		for _, text := range fragment.Renderings {
			p.say("      %s", text)
		}
	}
	return p.result(fragments)
}

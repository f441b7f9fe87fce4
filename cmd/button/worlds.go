package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button/internal/plan"
	"github.com/buttonbench/button/internal/wording"
	"github.com/buttonbench/button/internal/world"
)

func (p *process) worldsCommand() *cobra.Command {
	cmd := group("worlds", "List, check and show the executable worlds",
		"A world is a folder of data: functions, state, behaviour and words. docs/worlds.md teaches how to write one.",
		"  button worlds list\n  button worlds check ./my-world")
	cmd.AddCommand(
		&cobra.Command{
			Use: "list", Short: "List the built-in worlds", Example: "  button worlds list", Args: takes(0, 0),
			RunE: func(*cobra.Command, []string) error { return p.worldsList() },
		},
		&cobra.Command{
			Use: "check [NAME|DIR...]", Short: "Run every function of a world and lint its words",
			Long: `Run every function on sampled arguments over several start states; prove
determinism, purity of reads, schemas and declared errors; list the plan shapes
that the world offers; lint its words. Errors end with exit code 4.`,
			Example: "  button worlds check rail\n  button worlds check ./my-world",
			RunE:    func(cmd *cobra.Command, args []string) error { return p.worldsCheck(cmd.Context(), args) },
		},
		&cobra.Command{
			Use: "show NAME|DIR", Short: "Print every fragment of a world in all its agreements", Args: takes(1, 1),
			Long:    "Print every fragment of a world's wording in all its agreements, with values of a start state: the quickest way to hear a slip.",
			Example: "  button worlds show rail | less\n  button worlds show ./my-world",
			RunE:    func(_ *cobra.Command, args []string) error { return p.worldsShow(args[0]) },
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
		p.print("%-11s %-8s %2d functions, %d of them write   %s", w.Name, w.Use, len(w.Functions), writes, w.Title)
		rows = append(rows, map[string]any{"name": w.Name, "use": w.Use, "title": w.Title, "functions": len(w.Functions), "writes": writes, "hash": w.Hash})
	}
	return p.result(map[string]any{"worlds": rows})
}

func (p *process) worldsCheck(ctx context.Context, names []string) error {
	loaded, err := loadWorlds(names, "")
	if err != nil {
		return err
	}
	ctx, stop := p.untilSignal(ctx)
	defer stop()
	failed := 0
	for _, w := range loaded {
		errors, err := p.checkWorld(ctx, w)
		if err != nil {
			return err
		}
		failed += errors
	}
	if err := p.result(map[string]int{"worlds": len(loaded), "errors": failed}); err != nil {
		return err
	}
	if failed > 0 {
		return hinted(exitGate, fmt.Errorf("%d errors in the worlds checked", failed), "docs/worlds.md tells what each part must be")
	}
	return nil
}

// checkWorld prints what is to be said of one world and counts its errors.
func (p *process) checkWorld(ctx context.Context, w *world.World) (failed int, err error) {
	problems := w.Check(ctx, nil)
	if err := context.Cause(ctx); err != nil {
		return 0, err
	}
	for _, problem := range problems {
		p.print("%s", problem)
		if err := p.result(problem); err != nil {
			return 0, err
		}
		if problem.Severity == world.SeverityError {
			failed++
		}
	}
	sampler, err := plan.NewSampler(w)
	if err != nil {
		return 0, err
	}
	p.print("%s: %d functions, %d remarks; plan shapes:", w.Name, len(w.Functions), len(problems))
	offers := sampler.Offers()
	for _, shape := range plan.Shapes {
		if len(offers[shape.Name]) == 0 {
			p.print("  %-26s none", shape.Name)
			continue
		}
		p.print("  %-26s %d functions, such as %s", shape.Name, len(offers[shape.Name]), offers[shape.Name][0])
	}
	return failed, nil
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
			p.print("\n%s", function)
		}
		p.print("  %s: %s", fragment.Part, fragment.Pattern)
		for _, text := range fragment.Renderings {
			p.print("      %s", text)
		}
	}
	return p.result(map[string]any{"world": w.Name, "fragments": fragments})
}

package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/buttonbench/button/generate"
	"github.com/buttonbench/button/generate/simulated"
	"github.com/buttonbench/button/generate/teach"
)

// examples are materials to show prompts with, by stage.
func examples() map[string]any {
	all := simulated.Examples()
	maps.Copy(all, generate.Examples())
	return all
}

// showPrompts prints one stage's prompt, or those of all stages.
func (p *process) showPrompts(stage string, seed uint64) error {
	prompts, err := teach.Embedded()
	if err != nil {
		return err
	}
	names := prompts.Stages()
	switch {
	case stage == "list":
		if p.json {
			return p.result(map[string]any{"stages": names})
		}
		p.print("%s", strings.Join(names, "\n"))
		return nil
	case stage != "all" && !slices.Contains(names, stage):
		return hinted(exitUsage, fmt.Errorf("there is no stage %q with a prompt", stage), "there are "+strings.Join(names, ", "))
	case stage != "all":
		names = []string{stage}
	}
	shown := []map[string]string{}
	for _, name := range names {
		rendered, err := prompts.Render(name, examples()[name], seed)
		if err != nil {
			return err
		}
		shown = append(shown, map[string]string{"stage": name, "system": rendered.System, "user": rendered.User})
		if !p.json {
			p.print("=== %s: system\n\n%s\n\n=== %s: user\n\n%s\n", name, rendered.System, name, rendered.User)
		}
	}
	return p.result(map[string]any{"prompts": shown})
}

// showRules prints what code checks of a teacher's replies.
func (p *process) showRules() error {
	rules := simulated.Rules()
	if p.json {
		return p.result(map[string]any{"rules": rules})
	}
	for _, rule := range rules {
		p.print("%-24s %-26s %s", rule.Stage, rule.Name, rule.Text)
	}
	return nil
}

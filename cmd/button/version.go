package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version names the program from what the build recorded.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	revision, dirty := "", ""
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			revision = setting.Value
		case "vcs.modified":
			if setting.Value == "true" {
				dirty = "+changes"
			}
		}
	}
	if len(revision) > 12 {
		revision = revision[:12]
	}
	number := info.Main.Version
	if number == "" || number == "(devel)" {
		number = "0.1.0-dev"
	}
	if revision == "" {
		return number
	}
	return number + " " + revision + dirty
}

func (p *process) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version of the program", Example: "  button version", Args: takes(0, 0),
		RunE: func(*cobra.Command, []string) error {
			if p.json {
				return p.result(map[string]string{"version": version(), "go": runtime.Version()})
			}
			_, err := fmt.Fprintf(p.stdout, "button %s (%s %s/%s)\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}

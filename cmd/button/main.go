// Command button generates, evaluates and reports: multi-turn function calling,
// from verified data to tables that carry their own error bars.
package main

import (
	"context"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"golang.org/x/term"
)

func main() {
	p := &process{
		args: os.Args[1:], stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		env:      os.Getenv,
		terminal: func() bool { return term.IsTerminal(int(os.Stdout.Fd())) },
		progress: func() bool { return term.IsTerminal(int(os.Stderr.Fd())) },
		width: func() int {
			width, _, err := term.GetSize(int(os.Stdout.Fd()))
			if err != nil { // no terminal: COLUMNS, where it is exported, or no limit
				width, _ = strconv.Atoi(os.Getenv("COLUMNS"))
			}
			return max(width, 0)
		},
		watch: func() (<-chan os.Signal, func()) {
			signals := make(chan os.Signal, 2)
			signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
			return signals, func() { signal.Stop(signals) }
		},
	}
	os.Exit(p.run(context.Background()))
}

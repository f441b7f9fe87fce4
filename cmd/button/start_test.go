package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// BenchmarkStart runs whole processes that have next to nothing to do: what they
// take is the start of the program. The least of all runs is what the machine
// takes when nobody else wants it.
func BenchmarkStart(b *testing.B) {
	program, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	for _, arguments := range [][]string{{"version"}, {"--help"}} {
		b.Run(strings.Join(arguments, " "), func(b *testing.B) {
			least := time.Hour
			for b.Loop() {
				// The test program is the program under this name: see TestMain.
				cmd := exec.Cmd{Path: program, Args: append([]string{"button"}, arguments...)}
				start := time.Now()
				out, err := cmd.Output()
				if err != nil || !strings.Contains(string(out), "button") {
					b.Fatalf("%v: %s", err, out)
				}
				least = min(least, time.Since(start))
			}
			b.ReportMetric(least.Seconds()*1000, "least-ms")
		})
	}
}

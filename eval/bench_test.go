//go:build unix

package eval_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
)

// roleVariable makes a child process of the benchmark play one part: what it uses
// of time and memory is then its own.
const roleVariable = "EVAL_BENCH_ROLE"

func TestMain(m *testing.M) {
	text := os.Getenv(roleVariable)
	if text == "" {
		os.Exit(m.Run())
	}
	var p part
	err := json.Unmarshal([]byte(text), &p)
	if err == nil {
		err = p.play()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// play does the part and prints one line: the server its URL, the others their cost.
func (p part) play() error {
	if p.Role == "serve" {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		go http.Serve(listener, llmtest.Handler(llmtest.Always(llmtest.After(p.Latency, seats()))))
		fmt.Printf("http://%s/v1\n", listener.Addr())
		_, err = io.Copy(io.Discard, os.Stdin)
		return err
	}
	cpu, start := used(), time.Now()
	spent, err := p.work(context.Background())
	if err != nil {
		return err
	}
	spent.Wall, spent.CPU, spent.PeakRSS = time.Since(start), used().cpu-cpu.cpu, used().peak
	return json.NewEncoder(os.Stdout).Encode(spent)
}

type usage struct {
	cpu  time.Duration
	peak int64
}

func used() usage {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return usage{}
	}
	unit := int64(1 << 10)
	if runtime.GOOS == "darwin" {
		unit = 1
	}
	return usage{time.Duration(u.Utime.Nano() + u.Stime.Nano()), int64(u.Maxrss) * unit}
}

// child starts a part in a process of its own and returns its line of output. A
// server lives until the end of the benchmark.
func (p part) child(b *testing.B) string {
	b.Helper()
	program, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	role, err := json.Marshal(p)
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Env, cmd.Stderr = append(os.Environ(), roleVariable+"="+string(role)), os.Stderr
	input, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	end := func() {
		input.Close()
		if err := cmd.Wait(); err != nil {
			b.Error(err)
		}
	}
	if p.Role == "serve" {
		b.Cleanup(end)
	} else {
		end()
	}
	if err != nil {
		b.Fatalf("%s said nothing: %v", p.Role, err)
	}
	return strings.TrimSpace(line)
}

// measured runs a part and checks that it decided everything.
func (p part) measured(b *testing.B) cost {
	b.Helper()
	var spent cost
	if err := json.Unmarshal([]byte(p.child(b)), &spent); err != nil {
		b.Fatal(err)
	}
	if spent.Decided != p.Samples {
		b.Fatalf("%s decided %d of %d", p.Role, spent.Decided, p.Samples)
	}
	return spent
}

// better keeps of two measurements what was disturbed less.
func better(a, b cost) cost {
	if a.Wall == 0 {
		return b
	}
	return cost{Wall: min(a.Wall, b.Wall), CPU: min(a.CPU, b.CPU), PeakRSS: min(a.PeakRSS, b.PeakRSS)}
}

// BenchmarkWholePath holds 'button eval' without its command line against a bare
// loop of HTTP requests. The server answers after 200 ms. The server, the loop and
// the path are processes of their own; with several rounds the least disturbed
// counts.
func BenchmarkWholePath(b *testing.B) {
	for _, size := range []part{
		{Samples: 2000, InFlight: 100, Turns: 1},
		{Samples: 5000, InFlight: 500, Turns: 1}, // for the memory: four times as many take no more
		{Samples: 20000, InFlight: 500, Turns: 1},
		{Samples: 2000, InFlight: 100, Turns: 3},
	} {
		b.Run(fmt.Sprintf("samples=%d/flight=%d/turns=%d", size.Samples, size.InFlight, size.Turns), func(b *testing.B) {
			size.Dir = b.TempDir()
			size.URL = part{Role: "serve", Latency: 200 * time.Millisecond}.child(b)
			var bare, whole cost
			for b.Loop() {
				size.Role = "bare"
				bare = better(bare, size.measured(b))
				size.Role = "whole"
				whole = better(whole, size.measured(b))
			}
			b.ReportMetric(whole.Wall.Seconds()/bare.Wall.Seconds(), "wall-ratio")
			report(b, "bare", bare)
			report(b, "whole", whole)
		})
	}
}

// BenchmarkWholePathCached runs 2,000 samples again whose answers are all known.
func BenchmarkWholePathCached(b *testing.B) {
	p := part{Role: "whole", Samples: 2000, InFlight: 100, Turns: 1, Dir: b.TempDir(), Cache: llm.CacheWrite}
	p.URL = part{Role: "serve"}.child(b)
	p.measured(b)
	var again cost
	for b.Loop() {
		now := p.measured(b)
		if now.Sent != 0 {
			b.Fatalf("%d requests were sent", now.Sent)
		}
		again = better(again, now)
	}
	report(b, "whole", again)
}

func report(b *testing.B, name string, spent cost) {
	b.ReportMetric(spent.Wall.Seconds(), name+"-s")
	b.ReportMetric(spent.CPU.Seconds(), name+"-cpu-s")
	b.ReportMetric(float64(spent.PeakRSS)/1e6, name+"-MB")
	b.ReportMetric(0, "ns/op")
}

//go:build unix

package llm_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
)

// serveLatency tells a child process of a benchmark to be the server, so that
// the server's work is not counted.
const serveLatency = "LLM_BENCH_SERVE"

func TestMain(m *testing.M) {
	if text := os.Getenv(serveLatency); text != "" {
		os.Exit(serve(text))
	}
	os.Exit(m.Run())
}

// serve echoes after a latency until its standard input is closed.
func serve(text string) int {
	latency, err := time.ParseDuration(text)
	listener, listenErr := net.Listen("tcp", "127.0.0.1:0")
	if err != nil || listenErr != nil {
		fmt.Println(err, listenErr)
		return 1
	}
	handler := llmtest.Handler(func(_ int, body []byte) llmtest.Response { return llmtest.After(latency, llmtest.Echo(body)) })
	go http.Serve(listener, handler)
	fmt.Printf("http://%s/v1\n", listener.Addr())
	io.Copy(io.Discard, os.Stdin)
	return 0
}

// serverProcess starts the server in a process of its own and returns its URL.
func serverProcess(b *testing.B, latency time.Duration) string {
	b.Helper()
	program, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	child := exec.Command(program)
	child.Env = append(os.Environ(), serveLatency+"="+latency.String())
	input, err := child.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	output, err := child.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := child.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { input.Close(); child.Wait() })
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(line)
}

// spent is what a piece of work took.
type spent struct {
	wall, cpu time.Duration
	peak      uint64 // bytes of heap and stacks in use, sampled
}

// measure runs work and samples its memory.
func measure(work func()) spent {
	runtime.GC()
	stop, peak := make(chan struct{}), make(chan uint64)
	go func() {
		var stats runtime.MemStats
		most := uint64(0)
		for {
			runtime.ReadMemStats(&stats)
			most = max(most, stats.HeapInuse+stats.StackInuse)
			select {
			case <-stop:
				peak <- most
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	cpu, start := processorTime(), time.Now()
	work()
	s := spent{wall: time.Since(start), cpu: processorTime() - cpu}
	close(stop)
	s.peak = <-peak
	return s
}

func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// each calls ask with the numbers below n from so many workers.
func each(b *testing.B, n, workers int, ask func(i int) error) {
	var next atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for i := int(next.Add(1) - 1); i < n; i = int(next.Add(1) - 1) {
				if err := ask(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
}

// bareLoop is the least that puts questions over HTTP and reads the answers.
func bareLoop(b *testing.B, url string, n, workers int) func() {
	transport := &http.Transport{MaxIdleConnsPerHost: workers}
	client := &http.Client{Transport: transport}
	return func() {
		defer transport.CloseIdleConnections()
		each(b, n, workers, func(i int) error {
			body := fmt.Appendf(nil, `{"model":"m","messages":[{"role":"user","content":"question %d"}]}`, i)
			response, err := client.Post(url+"/chat/completions", "application/json", bytes.NewReader(body))
			if err != nil {
				return err
			}
			defer response.Body.Close()
			data, err := io.ReadAll(response.Body)
			if err != nil {
				return err
			}
			var answer struct {
				Choices []struct{ Message struct{ Content string } }
			}
			return json.Unmarshal(data, &answer)
		})
	}
}

// converse holds conversations of some turns, each turn a request.
func converse(b *testing.B, client llm.Client, n, workers, turns int) func() {
	return func() {
		each(b, n, workers, func(i int) error {
			request := llmtest.Question(fmt.Sprintf("question %d", i))
			for turn := range turns {
				reply, err := client.Complete(context.Background(), request)
				if err != nil {
					return err
				}
				request.Messages = append(request.Messages,
					button.Message{Role: button.RoleAssistant, Content: reply.Content},
					button.Message{Role: button.RoleUser, Content: fmt.Sprintf("and %d", turn)})
			}
			return nil
		})
	}
}

// BenchmarkStack holds the whole stack against the bare loop: the same number of
// requests to a server in another process that answers after 200 ms.
func BenchmarkStack(b *testing.B) {
	const latency = 200 * time.Millisecond
	for _, size := range []struct {
		n, workers, turns int
		cache, record     bool
	}{
		{2000, 100, 1, false, false}, {2000, 100, 1, true, false}, {2000, 100, 1, true, true},
		{2000, 100, 3, false, false}, {20000, 500, 1, false, false},
	} {
		b.Run(fmt.Sprintf("requests=%d/flight=%d/turns=%d/cache=%v/record=%v", size.n, size.workers, size.turns, size.cache, size.record), func(b *testing.B) {
			url := serverProcess(b, latency)
			var bare, whole spent
			for b.Loop() {
				bare = measure(bareLoop(b, url, size.n*size.turns, size.workers))
				client := wire(b, url, nil)
				dir := b.TempDir()
				stack := newStack(b, client, size.workers, func(o *llm.StackOptions) {
					o.Meter = llm.MeterOptions{Prices: llm.Prices{Input: 1, Output: 2}, Budget: llm.Budget{USD: 1000}}
					if size.cache {
						o.Cache = llm.CacheOptions{Dir: dir, Mode: llm.CacheWrite}
					}
					if size.record {
						o.Record = filepath.Join(dir, "tape")
					}
				})
				whole = measure(converse(b, stack, size.n, size.workers, size.turns))
				client.Close()
			}
			b.ReportMetric(float64(whole.wall)/float64(bare.wall), "wall-ratio")
			b.ReportMetric(bare.wall.Seconds(), "bare-s")
			b.ReportMetric(whole.wall.Seconds(), "stack-s")
			b.ReportMetric(bare.cpu.Seconds(), "bare-cpu-s")
			b.ReportMetric(whole.cpu.Seconds(), "stack-cpu-s")
			b.ReportMetric(float64(bare.peak)/1e6, "bare-MB")
			b.ReportMetric(float64(whole.peak)/1e6, "stack-MB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkCachedRerun asks 2,000 questions whose answers are all known.
func BenchmarkCachedRerun(b *testing.B) {
	dir := b.TempDir()
	base := llmtest.Start(b, func(_ int, body []byte) llmtest.Response { return llmtest.Echo(body) })
	run := func() llm.Stats {
		stack := newStack(b, wire(b, base, nil), 100, func(o *llm.StackOptions) {
			o.Cache = llm.CacheOptions{Dir: dir, Mode: llm.CacheWrite}
		})
		converse(b, stack, 2000, 100, 1)()
		return stack.Stats()
	}
	run()
	for b.Loop() {
		if stats := run(); stats.Sent != 0 {
			b.Fatalf("%d requests were sent", stats.Sent)
		}
	}
}

// BenchmarkKeeper is what keeping adds to an answer of usual size.
func BenchmarkKeeper(b *testing.B) {
	reply := llmtest.Text(strings.Repeat("an answer ", 60))
	script := llmtest.Answers(reply)
	request := llmtest.Question(strings.Repeat("a question ", 300))
	for name, keep := range map[string]bool{"without": false, "with": true} {
		b.Run(name, func(b *testing.B) {
			var k *llm.Keeper
			if keep {
				k = keeper(b, llm.KeeperOptions{Dir: b.TempDir()})
			}
			stack := kept(b, script, k, nil)
			n := 0
			for b.Loop() {
				request.Origin = llm.Origin{Conversation: "a task of usual length", Turn: n}
				n++
				ask(b, stack, request)
			}
			if keep {
				k.Finish(request.Origin.Conversation)
				closeKeeper(b, k)
			}
		})
	}
}

package llm_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
	"github.com/buttonbench/button/internal/llm/openai"
)

// warnings collects what was told.
type warnings struct {
	mu   sync.Mutex
	told []string
}

func (w *warnings) add(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told = append(w.told, text)
}

// cached is a cache over a script, in a folder.
func cached(t testing.TB, next llm.Client, dir string, mode llm.CacheMode) (*llm.CacheClient, *warnings) {
	t.Helper()
	told := &warnings{}
	cache := llm.Cache(next, llm.CacheOptions{Dir: dir, Mode: mode, Decode: openai.Decode, Warn: told.add})
	t.Cleanup(func() { cache.Close() })
	return cache, told
}

// numbered answers every request with its number.
func numbered() *llmtest.Scripted {
	return &llmtest.Scripted{Respond: func(index int, _ llm.Request) (*llm.Reply, error) {
		reply := llmtest.Text(fmt.Sprintf("answer %d", index))
		reply.Latency = 7 * time.Second
		return reply, nil
	}}
}

func ask(t testing.TB, client llm.Client, request llm.Request) *llm.Reply {
	t.Helper()
	reply, err := client.Complete(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

func TestCacheModes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "cache")
	script := numbered()
	reader, _ := cached(t, script, dir, llm.CacheRead)
	ask(t, reader, llmtest.Question("x"))
	ask(t, reader, llmtest.Question("x"))
	if n := len(script.Requests()); n != 2 {
		t.Errorf("read keeps nothing: %d requests", n)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("read makes no folder: %v", err)
	}
	writer, told := cached(t, script, dir, llm.CacheWrite)
	first := ask(t, writer, llmtest.Question("x"))
	again := ask(t, writer, llmtest.Question("x"))
	if first.Cached || !again.Cached || again.Content != "answer 2" || again.Latency != 7*time.Second {
		t.Errorf("first %+v, again %+v", first, again)
	}
	again.Cached, again.Header = false, nil
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("a known answer is the answer (-asked +known):\n%s", diff)
	}
	// Another process, later.
	later, _ := cached(t, script, dir, llm.CacheRead)
	if reply := ask(t, later, llmtest.Question("x")); !reply.Cached || reply.Content != "answer 2" {
		t.Errorf("later %+v", reply)
	}
	if n := len(script.Requests()); n != 3 {
		t.Errorf("%d requests", n)
	}
	if len(told.told) > 0 {
		t.Errorf("told %q", told.told)
	}
	if _, err := llm.ParseCacheMode("on"); err == nil {
		t.Error("there is no mode \"on\"")
	}
	for _, mode := range []llm.CacheMode{llm.CacheOff, llm.CacheRead, llm.CacheWrite} {
		if got, err := llm.ParseCacheMode(string(mode)); got != mode || err != nil {
			t.Errorf("%s: %v, %v", mode, got, err)
		}
	}
}

// Whatever reaches the model or tells samples apart is part of the key, and
// nothing else is.
func TestCacheKey(t *testing.T) {
	full := func() llm.Request {
		zero, one, parallel := 0.0, 1, true
		return llm.Request{
			Model: "m",
			Messages: []button.Message{
				{Role: button.RoleSystem, Content: "s"},
				{Role: button.RoleUser, Content: "u"},
				{Role: button.RoleAssistant, Reasoning: "r", ToolCalls: []button.Call{{ID: "1", Name: "f", Arguments: json.RawMessage(`{"a": 1}`)}}},
				{Role: button.RoleTool, ToolCallID: "1", Name: "f", Content: "{}"},
			},
			Tools:             []button.Tool{{Name: "f", Description: "d", Parameters: json.RawMessage(`{"type":"object"}`)}},
			ParallelToolCalls: &parallel,
			Sampling:          llm.Sampling{Temperature: &zero, MaxTokens: &one, Stop: []string{"a"}},
			ExtraBody:         map[string]json.RawMessage{"top_k": json.RawMessage("1"), "min_p": json.RawMessage("0")},
		}
	}
	half, seed, no := 0.5, int64(1), false
	yes := true
	for name, change := range map[string]func(r *llm.Request){
		"model":            func(r *llm.Request) { r.Model = "n" },
		"repeat":           func(r *llm.Request) { r.Repeat = 1 },
		"content":          func(r *llm.Request) { r.Messages[1].Content = "v" },
		"role":             func(r *llm.Request) { r.Messages[0].Role = button.RoleUser },
		"reasoning":        func(r *llm.Request) { r.Messages[2].Reasoning = "" },
		"call id":          func(r *llm.Request) { r.Messages[2].ToolCalls[0].ID = "2" },
		"call name":        func(r *llm.Request) { r.Messages[2].ToolCalls[0].Name = "g" },
		"arguments":        func(r *llm.Request) { r.Messages[2].ToolCalls[0].Arguments = json.RawMessage(`{"a":1}`) },
		"tool call id":     func(r *llm.Request) { r.Messages[3].ToolCallID = "2" },
		"one message less": func(r *llm.Request) { r.Messages = r.Messages[:3] },
		"tool name":        func(r *llm.Request) { r.Tools[0].Name = "g" },
		"description":      func(r *llm.Request) { r.Tools[0].Description = "" },
		"parameters":       func(r *llm.Request) { r.Tools[0].Parameters = json.RawMessage("{\"type\":\n\"object\"}") },
		"no parameters":    func(r *llm.Request) { r.Tools[0].Parameters = nil },
		"strict": func(r *llm.Request) {
			r.Tools[0].FunctionExtra = button.Members{{Name: "strict", Value: json.RawMessage("true")}}
		},
		"no tools":           func(r *llm.Request) { r.Tools = nil },
		"parallel":           func(r *llm.Request) { r.ParallelToolCalls = &no },
		"parallel unsaid":    func(r *llm.Request) { r.ParallelToolCalls = nil },
		"temperature":        func(r *llm.Request) { r.Sampling.Temperature = &half },
		"temperature unsaid": func(r *llm.Request) { r.Sampling.Temperature = nil },
		"top p":              func(r *llm.Request) { r.Sampling.TopP = &half },
		"max tokens":         func(r *llm.Request) { r.Sampling.MaxTokens = nil },
		"seed":               func(r *llm.Request) { r.Sampling.Seed = &seed },
		"stop":               func(r *llm.Request) { r.Sampling.Stop = []string{"a", "b"} },
		"extra":              func(r *llm.Request) { r.ExtraBody["top_k"] = json.RawMessage("2") },
		"extra name":         func(r *llm.Request) { delete(r.ExtraBody, "min_p") },
	} {
		t.Run(name, func(t *testing.T) {
			cache, _ := cached(t, numbered(), t.TempDir(), llm.CacheWrite)
			ask(t, cache, full())
			changed := full()
			change(&changed)
			if ask(t, cache, changed).Cached {
				t.Error("the change is not part of the key")
			}
			if !ask(t, cache, full()).Cached || !ask(t, cache, changed).Cached {
				t.Error("equal requests are not found")
			}
		})
	}
	cache, _ := cached(t, numbered(), t.TempDir(), llm.CacheWrite)
	ask(t, cache, full())
	same := full()
	same.Messages[1].Train = &yes
	same.Messages[1].Extra = button.Members{{Name: "note", Value: json.RawMessage("1")}}
	same.Tools[0].Extra = button.Members{{Name: "note", Value: json.RawMessage("1")}}
	if !ask(t, cache, same).Cached {
		t.Error("what is not sent is part of the key")
	}
}

func TestCacheScope(t *testing.T) {
	dir := t.TempDir()
	for _, scope := range []string{"base", "tuned"} {
		cache := llm.Cache(numbered(), llm.CacheOptions{Dir: dir, Mode: llm.CacheWrite, Scope: scope, Decode: openai.Decode})
		if ask(t, cache, llmtest.Question("x")).Cached {
			t.Errorf("%s: another model's answer", scope)
		}
		cache.Close()
	}
}

// Equal requests at the same time are sent once, and each gets an answer of its own.
func TestCacheAsksOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		script := &llmtest.Scripted{Respond: func(index int, _ llm.Request) (*llm.Reply, error) {
			<-release
			return llmtest.Calls(llm.RawCall{ID: "1", Name: fmt.Sprint(index)}), nil
		}}
		cache, _ := cached(t, script, t.TempDir(), llm.CacheWrite)
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				reply := ask(t, cache, llmtest.Question("x"))
				if reply.Calls[0].Name != "0" {
					t.Errorf("%+v", reply)
				}
				reply.Calls[0].Name = "changed by the caller"
			})
		}
		synctest.Wait()
		close(release)
		group.Wait()
		if n := len(script.Requests()); n != 1 {
			t.Errorf("%d requests", n)
		}
	})
}

// One who gives up does not take the others along; a failure is everybody's and
// is not kept.
func TestCacheSharesFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		script := &llmtest.Scripted{Respond: func(index int, _ llm.Request) (*llm.Reply, error) {
			switch index {
			case 0:
				<-release
				return nil, &llm.Error{Class: llm.ClassInterrupted}
			case 1:
				time.Sleep(time.Second)
				return nil, &llm.Error{Class: llm.ClassRequest}
			}
			return llmtest.Text("ok"), nil
		}}
		cache, _ := cached(t, script, t.TempDir(), llm.CacheWrite)
		classes := make(chan llm.Class, 10)
		for range 10 {
			go func() {
				_, err := cache.Complete(t.Context(), llmtest.Question("x"))
				classes <- classOf(err)
			}()
		}
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		go cancel()
		if _, err := cache.Complete(ctx, llmtest.Question("x")); classOf(err) != llm.ClassInterrupted {
			t.Errorf("have %v", err)
		}
		close(release)
		count := map[llm.Class]int{}
		for range 10 {
			count[<-classes]++
		}
		if count[llm.ClassInterrupted] != 1 || count[llm.ClassRequest] != 9 {
			t.Errorf("%v", count)
		}
		if reply := ask(t, cache, llmtest.Question("x")); reply.Cached || reply.Content != "ok" {
			t.Errorf("%+v", reply)
		}
	})
}

// Whatever happens to the files: what is whole is used, the rest is told and
// asked again, and never is there a wrong answer.
func TestCacheDamage(t *testing.T) {
	const entries = 20
	text := func(i int) string { return fmt.Sprintf("question %d", i) }
	echo := func() *llmtest.Scripted {
		return &llmtest.Scripted{Respond: func(_ int, request llm.Request) (*llm.Reply, error) {
			return llmtest.Text("to " + request.Messages[0].Content + strings.Repeat(" answer \n", 20)), nil
		}}
	}
	fill := func(t *testing.T) (dir, file string) {
		dir = t.TempDir()
		cache, _ := cached(t, echo(), dir, llm.CacheWrite)
		for i := range entries {
			ask(t, cache, llmtest.Question(text(i)))
		}
		return dir, filepath.Join(dir, "answers-0001")
	}
	for name, damage := range map[string]func(data []byte, random *rand.Rand) []byte{
		"torn":  func(data []byte, random *rand.Rand) []byte { return data[:random.IntN(len(data))] },
		"a bit": func(data []byte, random *rand.Rand) []byte { data[random.IntN(len(data))] ^= 4; return data },
		"a hole": func(data []byte, random *rand.Rand) []byte {
			at := random.IntN(len(data) - 500)
			return append(data[:at], data[at+500:]...)
		},
		"zeros":        func(data []byte, random *rand.Rand) []byte { clear(data[random.IntN(len(data)):]); return data },
		"foreign text": func(data []byte, _ *rand.Rand) []byte { return []byte("answer me\nanswer me not\n") },
		"empty":        func([]byte, *rand.Rand) []byte { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(20) {
				dir, file := fill(t)
				data, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, damage(data, rand.New(rand.NewPCG(seed, 1))), 0o644); err != nil {
					t.Fatal(err)
				}
				script := echo()
				cache, told := cached(t, script, dir, llm.CacheWrite)
				for i := range entries {
					if reply := ask(t, cache, llmtest.Question(text(i))); !strings.HasPrefix(reply.Content, "to "+text(i)+" ") {
						t.Fatalf("seed %d: to %q the answer %q", seed, text(i), reply.Content)
					}
				}
				if lost := len(script.Requests()); lost > 0 && len(told.told) == 0 && name != "torn" && name != "empty" {
					t.Errorf("seed %d: %d lost and nothing told", seed, lost)
				} else if lost > 3 && (name == "a bit" || name == "a hole") {
					t.Errorf("seed %d: %d lost by one fault: %q", seed, lost, told.told)
				}
				// What was asked again is kept beside the damage.
				again, _ := cached(t, script, dir, llm.CacheRead)
				before := len(script.Requests())
				for i := range entries {
					ask(t, again, llmtest.Question(text(i)))
				}
				if n := len(script.Requests()) - before; n != 0 {
					t.Fatalf("seed %d: %d asked a third time", seed, n)
				}
			}
		})
	}
}

// Several processes share a folder, also while segments become full.
func TestCacheShared(t *testing.T) {
	for _, segmentSize := range []int64{1 << 30, 20_000} {
		t.Run(fmt.Sprint(segmentSize), func(t *testing.T) { testCacheShared(t, segmentSize) })
	}
}

func testCacheShared(t *testing.T, segmentSize int64) {
	dir := t.TempDir()
	var group sync.WaitGroup
	for worker := range 4 {
		cache, _ := cached(t, numbered(), dir, llm.CacheWrite)
		cache.SetSegmentSize(segmentSize)
		group.Go(func() {
			for i := range 200 {
				ask(t, cache, llmtest.Question(fmt.Sprintf("%d-%d", worker, i)))
			}
		})
	}
	group.Wait()
	script := numbered()
	cache, told := cached(t, script, dir, llm.CacheRead)
	cache.SetSegmentSize(segmentSize)
	for worker := range 4 {
		for i := range 200 {
			if reply := ask(t, cache, llmtest.Question(fmt.Sprintf("%d-%d", worker, i))); reply.Content != fmt.Sprintf("answer %d", i) {
				t.Fatalf("%d-%d: %q", worker, i, reply.Content)
			}
		}
	}
	if len(script.Requests()) != 0 || len(told.told) != 0 {
		t.Errorf("%d asked, told %q", len(script.Requests()), told.told)
	}
}

// What is held in memory does not grow with what is kept; indexes that are missing,
// damaged or another segment's are made anew, and cost no answer.
func TestCacheSpills(t *testing.T) {
	const entries, segmentSize = 1000, 30_000
	dir := t.TempDir()
	fill, _ := cached(t, numbered(), dir, llm.CacheWrite)
	fill.SetSegmentSize(segmentSize)
	for i := range entries {
		ask(t, fill, llmtest.Question(fmt.Sprint(i)))
		if i == entries/2 { // a later answer to the same request counts
			other, _ := cached(t, &llmtest.Scripted{Respond: func(int, llm.Request) (*llm.Reply, error) { return llmtest.Text("later"), nil }}, dir, llm.CacheWrite)
			other.SetSegmentSize(segmentSize)
			ask(t, other, llmtest.Question("other"))
		}
	}
	most := fill.InMemory()
	if most > entries/5 {
		t.Errorf("%d of %d answers are held in memory", most, entries)
	}
	indexes, err := filepath.Glob(filepath.Join(dir, "*.index"))
	if err != nil || len(indexes) < 10 {
		t.Fatalf("%d indexes, %v", len(indexes), err)
	}
	change := func(name string, change func(data []byte) []byte) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, change(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	change(indexes[0], func([]byte) []byte { return nil })
	change(indexes[1], func(data []byte) []byte { data[len(data)-1] ^= 1; return data })
	change(indexes[2], func(data []byte) []byte { return data[:len(data)-24] })
	if err := os.Remove(indexes[3]); err != nil {
		t.Fatal(err)
	}
	change(indexes[4], func([]byte) []byte {
		data, err := os.ReadFile(indexes[5])
		if err != nil {
			t.Fatal(err)
		}
		return data
	})
	script := numbered()
	again, told := cached(t, script, dir, llm.CacheRead)
	again.SetSegmentSize(segmentSize)
	for i := range entries {
		if reply := ask(t, again, llmtest.Question(fmt.Sprint(i))); reply.Content != fmt.Sprintf("answer %d", i) {
			t.Fatalf("%d: %q", i, reply.Content)
		}
	}
	if reply := ask(t, again, llmtest.Question("other")); reply.Content != "later" {
		t.Errorf("other: %q", reply.Content)
	}
	if len(script.Requests()) != 0 || len(told.told) != 0 || again.InMemory() > most {
		t.Errorf("%d asked, told %q, %d in memory", len(script.Requests()), told.told, again.InMemory())
	}
	if reply := ask(t, again, llmtest.Question("never asked")); reply.Content != "answer 0" {
		t.Errorf("never asked: %q", reply.Content)
	}
}

// A folder that cannot be written costs the cache, not the run, and is told once.
func TestCacheCannotBeWritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(dir, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	cache, told := cached(t, numbered(), dir, llm.CacheWrite)
	for i := range 5 {
		ask(t, cache, llmtest.Question(fmt.Sprint(i)))
	}
	if len(told.told) != 1 {
		t.Errorf("told %q", told.told)
	}
}

// A rerun whose answers are all known asks nothing and costs nothing, also with
// the budget spent.
func TestCachedRerun(t *testing.T) {
	dir := t.TempDir()
	base := llmtest.Start(t, func(_ int, body []byte) llmtest.Response { return llmtest.Echo(body) })
	run := func(budget int64) llm.Stats {
		stack := newStack(t, wire(t, base, nil), 20, func(o *llm.StackOptions) {
			o.Cache = llm.CacheOptions{Dir: dir, Mode: llm.CacheWrite}
			o.Meter = llm.MeterOptions{Budget: llm.Budget{Tokens: budget}}
		})
		askAll(t, stack, 300, 20)
		return stack.Stats()
	}
	if stats := run(0); stats.Sent != 300 || stats.CacheHits != 0 || stats.Spent.Answers != 300 {
		t.Errorf("first run %+v", stats)
	}
	if stats := run(1); stats.Sent != 0 || stats.CacheHits != 300 || stats.Spent != (llm.Spending{}) || stats.Answered != 300 {
		t.Errorf("rerun %+v", stats)
	}
}

package llm_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
)

// keeper opens a keeper that is closed with the test, unless the test did.
func keeper(t testing.TB, options llm.KeeperOptions) *llm.Keeper {
	t.Helper()
	if options.Warn == nil {
		options.Warn = func(text string) { t.Errorf("warned: %s", text) }
	}
	k, err := llm.OpenKeeper(options)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func closeKeeper(t testing.TB, k *llm.Keeper) {
	t.Helper()
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
}

// kept is a stack with a keeper.
func kept(t testing.TB, next llm.Client, k *llm.Keeper, change func(*llm.StackOptions)) *llm.Stack {
	return newStack(t, next, 8, func(o *llm.StackOptions) {
		o.Keeper = k
		if change != nil {
			change(o)
		}
	})
}

// turn is a request within a conversation.
func turn(conversation string, n int) llm.Request {
	request := llmtest.Question(fmt.Sprintf("%s, question %d", conversation, n))
	request.Origin = llm.Origin{Conversation: conversation, Turn: n}
	return request
}

// tolled answers with ten tokens for three.
func tolled() *llmtest.Scripted {
	return &llmtest.Scripted{Respond: func(index int, _ llm.Request) (*llm.Reply, error) {
		reply := llmtest.Text(fmt.Sprintf("answer %d", index))
		reply.Usage = llm.Usage{PromptTokens: 10, CompletionTokens: 3}
		reply.Raw = []byte(llmtest.Completion(*reply))
		return reply, nil
	}}
}

// A conversation that was broken off goes on from its last answer, and what it
// has cost is known.
func TestKeeperGoesOn(t *testing.T) {
	dir, script := filepath.Join(t.TempDir(), "run", "answers"), tolled()
	if err := os.Mkdir(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	k := keeper(t, llm.KeeperOptions{Dir: dir})
	first := kept(t, script, k, nil)
	ask(t, first, turn("a", 0))
	ask(t, first, turn("b", 0))
	ask(t, first, turn("b", 1))
	if stats := first.Stats(); stats.Spent.Answers != 3 {
		t.Errorf("spent %+v", stats.Spent)
	}
	k.Finish("a")
	closeKeeper(t, k)

	later := keeper(t, llm.KeeperOptions{Dir: dir})
	if diff := cmp.Diff(map[string]llm.Spending{"b": {Answers: 2, PromptTokens: 20, CompletionTokens: 6}}, later.Unfinished()); diff != "" {
		t.Errorf("unfinished (-want +have):\n%s", diff)
	}
	again := kept(t, script, later, nil)
	for n, want := range []string{"answer 1", "answer 2", "answer 3"} {
		if reply := ask(t, again, turn("b", n)); reply.Content != want || reply.Cached != (n < 2) {
			t.Errorf("turn %d: %q, known before: %v", n, reply.Content, reply.Cached)
		}
	}
	if stats := again.Stats(); stats.Sent != 1 || stats.Spent.Answers != 1 || later.Paid("b").Answers != 3 {
		t.Errorf("sent %d, spent %+v, paid in all %+v", stats.Sent, stats.Spent, later.Paid("b"))
	}
	later.Finish("b")
	if reply := ask(t, again, turn("b", 0)); reply.Cached {
		t.Error("what is finished is not forgotten")
	}
	later.Finish("b")
	closeKeeper(t, later)
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("nothing is unfinished, but the folder is there: %v", err)
	}
}

// Equal requests of two conversations are two questions, and a changed request of
// the same place is another.
func TestKeeperTellsApart(t *testing.T) {
	k := keeper(t, llm.KeeperOptions{Dir: t.TempDir()})
	defer closeKeeper(t, k)
	script := tolled()
	stack := kept(t, script, k, nil)
	half := 0.5
	for i, change := range []func(r *llm.Request){
		func(*llm.Request) {},
		func(r *llm.Request) { r.Origin.Conversation = "b" },
		func(r *llm.Request) { r.Origin.Turn = 1 },
		func(r *llm.Request) { r.Sampling.Temperature = &half },
		func(r *llm.Request) { r.Model = "n" },
	} {
		request := turn("a", 0)
		change(&request)
		if reply := ask(t, stack, request); reply.Cached {
			t.Errorf("change %d: got %q", i, reply.Content)
		}
	}
	without := turn("a", 0)
	without.Origin = llm.Origin{}
	ask(t, stack, without)
	ask(t, stack, without)
	if n := len(script.Requests()); n != 7 {
		t.Errorf("%d requests: those without an origin are not kept", n)
	}
}

// Another server, or a run begun anew, gets none of the answers; the cache is asked
// first and costs nothing.
func TestKeeperScope(t *testing.T) {
	dir, cacheDir, script := t.TempDir(), t.TempDir(), tolled()
	use := func(o llm.KeeperOptions, want bool) {
		t.Helper()
		o.Dir = dir
		k := keeper(t, o)
		defer closeKeeper(t, k)
		if reply := ask(t, kept(t, script, k, nil), turn("a", 0)); reply.Cached != want {
			t.Errorf("%+v: known %v", o, reply.Cached)
		}
	}
	use(llm.KeeperOptions{Scope: "here"}, false)
	use(llm.KeeperOptions{Scope: "here"}, true)
	use(llm.KeeperOptions{Scope: "there"}, false)
	use(llm.KeeperOptions{Scope: "here"}, true)
	use(llm.KeeperOptions{Scope: "here", Anew: true}, false)
	use(llm.KeeperOptions{Scope: "here", Finished: func(string) bool { return true }}, false)
	for range 2 {
		k := keeper(t, llm.KeeperOptions{Dir: t.TempDir()})
		cached := kept(t, script, k, func(o *llm.StackOptions) {
			o.Cache = llm.CacheOptions{Dir: cacheDir, Mode: llm.CacheWrite}
		})
		reply := ask(t, cached, turn("a", 0))
		if paid := k.Paid("a").Answers; paid == 1 == reply.Cached {
			t.Errorf("known %v, paid for %d", reply.Cached, paid)
		}
		closeKeeper(t, k)
	}
}

// What is kept is durable soon, by few syncs, and all of it when the keeper is
// closed.
func TestKeeperSyncs(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		k := keeper(t, llm.KeeperOptions{Dir: dir})
		durable := map[string]int64{}
		files := 0
		k.SetSync(func(file *os.File) error {
			if info, err := file.Stat(); err != nil || info.IsDir() {
				return err
			} else if durable[info.Name()] = info.Size(); true {
				files++
			}
			return nil
		})
		stack := kept(t, tolled(), k, nil)
		size := func() (sum int64) {
			info, err := os.Stat(filepath.Join(dir, "answers-0001"))
			if err != nil {
				t.Fatal(err)
			}
			return info.Size()
		}
		for n := range 100 {
			ask(t, stack, turn("a", n))
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(250 * time.Millisecond)
		synctest.Wait()
		if have, want := durable["answers-0001"], size(); have != want || files > 6 {
			t.Errorf("%d of %d bytes are durable after %d syncs", have, want, files)
		}
		ask(t, stack, turn("a", 100))
		synctest.Wait() // for the sync that comes at once
		ask(t, stack, turn("a", 101))
		closeKeeper(t, k)
		if have, want := durable["answers-0001"], size(); have != want {
			t.Errorf("%d of %d bytes are durable at the end", have, want)
		}
	})
}

// A folder that cannot be written is told once, and costs no answer now.
func TestKeeperCannotWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(dir, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	told := &warnings{}
	k := keeper(t, llm.KeeperOptions{Dir: dir, Warn: told.add})
	stack := kept(t, tolled(), k, nil)
	for n := range 3 {
		ask(t, stack, turn("a", n))
	}
	if len(told.told) != 1 || !strings.Contains(told.told[0], "paid for again") || k.Paid("a").Answers != 3 {
		t.Errorf("told %q, paid %+v", told.told, k.Paid("a"))
	}
	k.Close()
}

// Whatever happens in whatever order, also kills: no answer of an unfinished
// conversation is asked for again, what was paid is known, and nothing else stays
// for longer than until the next end.
func TestKeeperAnyHistory(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		root, script := t.TempDir(), tolled()
		generation := 0
		dir := func() string { return filepath.Join(root, fmt.Sprint(generation), "answers") }
		must := func(err error) {
			if err != nil {
				rt.Fatal(err)
			}
		}
		must(os.MkdirAll(filepath.Dir(dir()), 0o755))
		have, finished := map[string]map[int]string{}, map[string]bool{}
		open := func() (*llm.Keeper, *llm.Stack) {
			k := keeper(t, llm.KeeperOptions{Dir: dir(), Finished: func(name string) bool { return finished[name] }})
			k.SetSync(func(*os.File) error { return nil }) // a test in a second, not a minute
			return k, kept(t, script, k, nil)
		}
		k, stack := open()
		name := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g"})
		rt.Repeat(map[string]func(*rapid.T){
			"ask": func(rt *rapid.T) {
				of, n := name.Draw(rt, "conversation"), rapid.IntRange(0, 3).Draw(rt, "turn")
				if finished[of] {
					return
				}
				reply := ask(t, stack, turn(of, n))
				known, asked := have[of][n]
				if asked != reply.Cached || asked && reply.Content != known {
					rt.Fatalf("%s %d: %q, known %v; before %q, %v", of, n, reply.Content, reply.Cached, known, asked)
				}
				if have[of] == nil {
					have[of] = map[int]string{}
				}
				have[of][n] = reply.Content
			},
			"finish": func(rt *rapid.T) {
				of := name.Draw(rt, "conversation")
				k.Finish(of)
				delete(have, of)
				finished[of] = true
			},
			"end": func(rt *rapid.T) {
				must(k.Close())
				if _, err := os.Stat(dir()); (err == nil) != (len(have) > 0) {
					rt.Fatalf("%d unfinished, folder: %v", len(have), err)
				}
				k, stack = open()
			},
			"kill": func(rt *rapid.T) {
				from := dir()
				generation++
				must(os.MkdirAll(filepath.Dir(dir()), 0o755))
				if _, err := os.Stat(from); err == nil {
					must(os.CopyFS(dir(), os.DirFS(from)))
				}
				must(k.Close())
				k, stack = open()
			},
			"": func(rt *rapid.T) {
				want := map[string]llm.Spending{}
				for of, answers := range have {
					n := int64(len(answers))
					want[of] = llm.Spending{Answers: n, PromptTokens: 10 * n, CompletionTokens: 3 * n}
				}
				if diff := cmp.Diff(want, k.Unfinished()); diff != "" {
					rt.Fatalf("paid (-want +have):\n%s", diff)
				}
			},
		})
		must(k.Close())
	})
}

// A file that ends anywhere costs the answers behind that place and no other.
func TestKeeperTornAnywhere(t *testing.T) {
	dir, script := t.TempDir(), tolled()
	k := keeper(t, llm.KeeperOptions{Dir: dir})
	stack := kept(t, script, k, nil)
	path := filepath.Join(dir, "answers-0001")
	ends := []int64{0}
	for n := range 4 {
		ask(t, stack, turn("a", n))
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		ends = append(ends, info.Size())
	}
	closeKeeper(t, k)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := 0; cut <= len(whole); cut += 3 + cut%11 {
		at, _ := slices.BinarySearch(ends, int64(cut)+1)
		torn := t.TempDir()
		if err := os.WriteFile(filepath.Join(torn, "answers-0001"), whole[:cut], 0o644); err != nil {
			t.Fatal(err)
		}
		told := &warnings{}
		again := keeper(t, llm.KeeperOptions{Dir: torn, Warn: told.add})
		again.SetSync(func(*os.File) error { return nil })
		stack := kept(t, script, again, nil)
		before := len(script.Requests())
		for n := range 4 {
			ask(t, stack, turn("a", n))
		}
		if asked := len(script.Requests()) - before; asked != 5-at || (len(told.told) > 0) != (ends[at-1] != int64(cut)) {
			t.Fatalf("cut at %d: %d asked again, want %d; told %q", cut, asked, 5-at, told.told)
		}
		closeKeeper(t, again)
		third := keeper(t, llm.KeeperOptions{Dir: torn})
		if names := slices.Collect(maps.Keys(third.Unfinished())); third.Paid("a").Answers != 4 || len(names) != 1 {
			t.Fatalf("cut at %d: %v, %+v", cut, names, third.Paid("a"))
		}
		closeKeeper(t, third)
	}
}

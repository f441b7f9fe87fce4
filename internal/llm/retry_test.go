package llm_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/limit"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
	"github.com/buttonbench/button/internal/llm/openai"
)

func half() float64 { return 0.5 }

func options(clock limit.Clock) llm.RetryOptions {
	return llm.RetryOptions{
		Attempts: 5, Base: time.Second, Cap: 3 * time.Second, LongestWish: time.Minute, Clock: clock, Random: half,
	}
}

// failing answers with the errors given, then with a reply.
func failing(failures ...error) *llmtest.Scripted {
	return &llmtest.Scripted{Respond: func(index int, _ llm.Request) (*llm.Reply, error) {
		if index < len(failures) {
			return nil, failures[index]
		}
		return llmtest.Text("at last"), nil
	}}
}

func TestRetry(t *testing.T) {
	const ms = time.Millisecond
	temporary := func(class llm.Class) error { return &llm.Error{Class: class} }
	busy := func(wish time.Duration) error { return &llm.Error{Class: llm.ClassRateLimit, RetryAfter: wish} }
	for _, test := range []struct {
		name     string
		failures []error
		requests int
		pauses   []time.Duration
		class    llm.Class // of the final error, empty for success
	}{
		{"at once", nil, 1, nil, ""},
		{"each temporary class heals", []error{temporary(llm.ClassTransport), temporary(llm.ClassTimeout), temporary(llm.ClassServer), temporary(llm.ClassRateLimit)},
			5, []time.Duration{500 * ms, 1000 * ms, 1500 * ms, 1500 * ms}, ""},
		{"attempts are bounded", slices.Repeat([]error{temporary(llm.ClassServer)}, 6),
			5, []time.Duration{500 * ms, 1000 * ms, 1500 * ms, 1500 * ms}, llm.ClassServer},
		{"refusals are bounded", slices.Repeat([]error{busy(0)}, 30),
			25, append([]time.Duration{500 * ms, 1000 * ms}, slices.Repeat([]time.Duration{1500 * ms}, 22)...), llm.ClassRateLimit},
		{"the server's wish is the least", []error{busy(10 * time.Second), busy(0)}, 3, []time.Duration{10500 * ms, 1000 * ms}, ""},
		{"a wish too long", []error{busy(61 * time.Second)}, 1, nil, llm.ClassRateLimit},
		{"auth", []error{temporary(llm.ClassAuth)}, 1, nil, llm.ClassAuth},
		{"request", []error{temporary(llm.ClassRequest)}, 1, nil, llm.ClassRequest},
		{"bad reply", []error{temporary(llm.ClassBadReply)}, 1, nil, llm.ClassBadReply},
		{"interrupted", []error{temporary(llm.ClassInterrupted)}, 1, nil, llm.ClassInterrupted},
		{"temporary, then not", []error{temporary(llm.ClassServer), temporary(llm.ClassAuth)}, 2, []time.Duration{500 * ms}, llm.ClassAuth},
	} {
		t.Run(test.name, func(t *testing.T) {
			clock, script := &llmtest.Instant{}, failing(test.failures...)
			reply, err := llm.Retry(script, options(clock)).Complete(t.Context(), llmtest.Question("hello"))
			var class llm.Class
			if failure := (*llm.Error)(nil); errors.As(err, &failure) {
				class = failure.Class
			}
			if class != test.class || (err == nil) != (reply != nil) {
				t.Errorf("have %v, %v", reply, err)
			}
			if got := len(script.Requests()); got != test.requests {
				t.Errorf("%d requests, want %d", got, test.requests)
			}
			if diff := cmp.Diff(test.pauses, clock.Pauses()); diff != "" {
				t.Errorf("pauses (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRetryPassesForeignErrorsOn(t *testing.T) {
	foreign := fmt.Errorf("breach of contract")
	_, err := llm.Retry(failing(foreign), options(&llmtest.Instant{})).Complete(t.Context(), llmtest.Question("hello"))
	if err != foreign {
		t.Errorf("have %v", err)
	}
}

// However the server behaves: never more requests than allowed, never sooner
// than it wishes, never longer than wish and cap together.
func TestRetryProperties(t *testing.T) {
	classes := []llm.Class{
		llm.ClassTransport, llm.ClassTimeout, llm.ClassRateLimit, llm.ClassServer, llm.ClassAuth, llm.ClassRequest, llm.ClassBadReply,
	}
	rapid.Check(t, func(t *rapid.T) {
		settings := llm.RetryOptions{
			Attempts:    rapid.IntRange(0, 70).Draw(t, "attempts"),
			Base:        time.Duration(rapid.Int64Range(0, 1e10).Draw(t, "base")),
			Cap:         time.Duration(rapid.Int64Range(0, 1e11).Draw(t, "cap")),
			LongestWish: time.Duration(rapid.Int64Range(0, 1e11).Draw(t, "longest")),
		}
		clock := &llmtest.Instant{}
		settings.Clock = clock
		settings.Random = llm.Jitter(button.NewRandom(rapid.Uint64().Draw(t, "seed")))
		var wishes []time.Duration
		var refused []bool
		script := &llmtest.Scripted{Respond: func(int, llm.Request) (*llm.Reply, error) {
			if rapid.IntRange(0, 9).Draw(t, "heals") == 0 {
				return llmtest.Text("ok"), nil
			}
			wish := time.Duration(rapid.Int64Range(-1e11, 2e11).Draw(t, "wish"))
			wish = max(wish, 0)
			wishes = append(wishes, wish)
			class := rapid.SampledFrom(classes).Draw(t, "class")
			refused = append(refused, class == llm.ClassRateLimit)
			return nil, &llm.Error{Class: class, RetryAfter: wish}
		}}
		_, err := llm.Retry(script, settings).Complete(context.Background(), llmtest.Question("hello"))
		requests := len(script.Requests())
		invited := 0
		for i, wish := range wishes[:requests-1] {
			if wish > 0 || refused[i] {
				invited++
			}
		}
		if most := max(settings.Attempts, 1); requests-invited > most || requests > 5*most {
			t.Fatalf("%d requests of at most %d, %d invited", requests, settings.Attempts, invited)
		}
		if len(clock.Pauses()) != requests-1 {
			t.Fatalf("%d pauses between %d requests", len(clock.Pauses()), requests)
		}
		for i, pause := range clock.Pauses() {
			if pause < wishes[i] || pause > wishes[i]+settings.Cap || wishes[i] > settings.LongestWish {
				t.Fatalf("pause %v for the wish %v, cap %v", pause, wishes[i], settings.Cap)
			}
		}
		if failure := (*llm.Error)(nil); errors.As(err, &failure) && failure.Temporary() &&
			requests < settings.Attempts && failure.RetryAfter <= settings.LongestWish {
			t.Fatalf("gave up after %d of %d requests: %v", requests, settings.Attempts, err)
		}
	})
}

func TestRetryStopsWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		settings := options(nil)
		script := failing(&llm.Error{Class: llm.ClassRateLimit, RetryAfter: 30 * time.Second, Detail: "slow down"})
		start := time.Now()
		go func() {
			time.Sleep(time.Second)
			cancel()
		}()
		_, err := llm.Retry(script, settings).Complete(ctx, llmtest.Question("hello"))
		var failure *llm.Error
		if !errors.As(err, &failure) || failure.Class != llm.ClassInterrupted || !errors.Is(err, context.Canceled) {
			t.Errorf("have %v", err)
		}
		if took := time.Since(start); took != time.Second {
			t.Errorf("stopped after %v", took)
		}
		if got := len(script.Requests()); got != 1 {
			t.Errorf("%d requests", got)
		}
	})
}

func TestRetryWaitsByTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		settings := options(nil)
		start := time.Now()
		script := failing(&llm.Error{Class: llm.ClassServer}, &llm.Error{Class: llm.ClassRateLimit, RetryAfter: 7 * time.Second})
		if _, err := llm.Retry(script, settings).Complete(t.Context(), llmtest.Question("hello")); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != 8500*time.Millisecond {
			t.Errorf("took %v", took)
		}
	})
}

func TestRetryConformance(t *testing.T) {
	llmtest.TestClient(t, func(t testing.TB, baseURL string) llm.Client {
		client, err := openai.New(openai.Options{BaseURL: baseURL})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(client.Close)
		settings := options(&llmtest.Instant{})
		settings.Attempts = 3
		return llm.Retry(client, settings)
	})
}

// A server that fails a fifth of the time in every way must not lose an answer.
func TestRetryOverAFaultyServer(t *testing.T) {
	faults := []llmtest.Response{
		llmtest.Failure(500, "x"), llmtest.RateLimited("1"), llmtest.RateLimited(""), llmtest.Reset(), llmtest.HTMLPage(502),
		llmtest.ResetMidBody(llm.Reply{Content: "lost"}), llmtest.HalfBody(llm.Reply{Content: "lost"}),
	}
	base := llmtest.Start(t, func(index int, _ []byte) llmtest.Response {
		if index%5 == 4 {
			return faults[index/5%len(faults)]
		}
		return llmtest.OK(llm.Reply{Content: "ok", FinishReason: "stop"})
	})
	client, err := openai.New(openai.Options{BaseURL: base})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	clock := &llmtest.Instant{}
	retrying := llm.Retry(client, options(clock))
	for range 200 {
		if _, err := retrying.Complete(t.Context(), llmtest.Question("hello")); err != nil {
			t.Fatal(err)
		}
	}
	if len(clock.Pauses()) != 49 {
		t.Errorf("%d retries", len(clock.Pauses()))
	}
}

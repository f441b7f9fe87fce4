package openai_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
	"github.com/buttonbench/button/internal/llm/openai"
)

const secret = "sk-this-must-never-be-seen"

func TestKeyIsNeverPrinted(t *testing.T) {
	key := openai.Key(secret)
	options := openai.Options{BaseURL: "http://127.0.0.1:1/v1", Key: key}
	client := open(t, options)
	encoded, err := json.Marshal(options.Key)
	if err != nil {
		t.Fatal(err)
	}
	printed := string(encoded)
	for _, value := range []any{key, options, &options, client, *client} {
		printed += fmt.Sprintf("%v %+v %#v %s %q", value, value, value, value, value)
	}
	if strings.Contains(printed, secret) {
		t.Errorf("the key is printed: %s", printed)
	}
	pages := []string{
		`{"error":{"message":"wrong key ` + secret + `"}}`, `{"error":"` + secret + `"}`, secret, "<title>" + secret + "</title>",
		`{"choices":"` + secret + `"}`, `{"x":"` + strings.Repeat("a", 180) + secret + `"}`, strings.Repeat("a", 590) + secret,
		`{"error":{"message":"\u0073k-this-must-never-be-seen"}}`, "<p>" + strings.Repeat("a", 110) + secret,
	}
	for _, page := range pages {
		for _, status := range []int{200, 401, 500} {
			options.BaseURL = llmtest.Start(t, llmtest.Always(llmtest.JSON(status, page)))
			_, err := open(t, options).Complete(t.Context(), llmtest.Question("hello"))
			if err == nil || strings.Contains(fmt.Sprintf("%+v", err), secret[:6]) {
				t.Errorf("status %d, page %.60q: %v", status, page, err)
			}
		}
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, options := range []openai.Options{
		{},
		{BaseURL: "127.0.0.1:8000/v1"},
		{BaseURL: "ftp://host/v1"},
		{BaseURL: "http:///v1"},
		{BaseURL: "http://user:" + secret + "@host/v1"},
		{BaseURL: "http://host/v1?key=" + secret},
		{BaseURL: "http://ho st/" + secret},
		{BaseURL: "http://host/v1", Key: secret + "\n"},
	} {
		client, err := openai.New(options)
		if err == nil {
			t.Errorf("%v: accepted as %v", options.BaseURL, client)
		} else if strings.Contains(err.Error(), secret) {
			t.Errorf("the secret is printed: %v", err)
		}
	}
	client := open(t, openai.Options{BaseURL: "http://host/v1/chat/completions/"})
	if got := fmt.Sprint(client); got != "client of http://host/v1" {
		t.Errorf("have %s", got)
	}
}

func TestAnswerIsBounded(t *testing.T) {
	base := llmtest.Start(t, llmtest.Always(llmtest.Huge(1<<20)))
	reply, err := open(t, openai.Options{BaseURL: base}).Complete(t.Context(), llmtest.Question("hello"))
	if err != nil || len(reply.Content) != 1<<20 {
		t.Fatalf("an answer of 1 MiB is within the default: %v", err)
	}
	_, err = open(t, openai.Options{BaseURL: base, MaxAnswerBytes: 1 << 18}).Complete(t.Context(), llmtest.Question("hello"))
	if failure, ok := err.(*llm.Error); !ok || failure.Class != llm.ClassBadReply || !strings.Contains(failure.Detail, "longer than 262144 bytes") {
		t.Errorf("have %v", err)
	}
}

// A hundred-megabyte answer must cost memory only up to the bound.
func TestHugeAnswerCostsLittle(t *testing.T) {
	base := llmtest.Start(t, llmtest.Always(llmtest.Huge(100<<20)))
	client := open(t, openai.Options{BaseURL: base, MaxAnswerBytes: 1 << 20})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := client.Complete(t.Context(), llmtest.Question("hello"))
	runtime.ReadMemStats(&after)
	if failure, ok := err.(*llm.Error); !ok || failure.Class != llm.ClassBadReply {
		t.Errorf("have %v", err)
	}
	if spent := after.TotalAlloc - before.TotalAlloc; spent > 32<<20 {
		t.Errorf("allocated %d MiB", spent>>20)
	}
}

func TestTimeout(t *testing.T) {
	arrived := make(chan struct{}, 1)
	base := llmtest.Start(t, llmtest.Always(llmtest.Slow(arrived, nil, llmtest.NoChoices())))
	client := open(t, openai.Options{BaseURL: base, Timeout: 50 * time.Millisecond})
	_, err := client.Complete(t.Context(), llmtest.Question("hello"))
	failure, ok := err.(*llm.Error)
	if !ok || failure.Class != llm.ClassTimeout || !failure.Temporary() || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("have %v", err)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	date := func(offset time.Duration) string { return now.Add(offset).Format(http.TimeFormat) }
	for _, test := range []struct {
		name   string
		header http.Header
		want   time.Duration
	}{
		{"none", http.Header{}, 0},
		{"seconds", http.Header{"Retry-After": {"7"}}, 7 * time.Second},
		{"fraction", http.Header{"Retry-After": {" 0.25 "}}, 250 * time.Millisecond},
		{"milliseconds", http.Header{"Retry-After-Ms": {"30"}, "Retry-After": {"1"}}, 30 * time.Millisecond},
		{"date", http.Header{"Retry-After": {date(90 * time.Second)}, "Date": {date(0)}}, 90 * time.Second},
		{"date by the server's clock", http.Header{"Retry-After": {date(3690 * time.Second)}, "Date": {date(time.Hour)}}, 90 * time.Second},
		{"past date", http.Header{"Retry-After": {date(-time.Hour)}, "Date": {date(0)}}, 0},
		{"negative", http.Header{"Retry-After": {"-5"}}, 0},
		{"not a number", http.Header{"Retry-After": {"NaN"}}, 0},
		{"nonsense", http.Header{"Retry-After": {"soon"}}, 0},
		{"for ever", http.Header{"Retry-After": {"1e300"}}, 24 * time.Hour},
		{"year 9999", http.Header{"Retry-After": {"Fri, 31 Dec 9999 23:59:59 GMT"}}, 24 * time.Hour},
	} {
		t.Run(test.name, func(t *testing.T) {
			base := llmtest.Start(t, llmtest.Always(llmtest.With(test.header, llmtest.Failure(429, "slow down"))))
			client := open(t, openai.Options{BaseURL: base, Now: func() time.Time { return now }})
			_, err := client.Complete(t.Context(), llmtest.Question("hello"))
			failure, ok := err.(*llm.Error)
			if !ok || failure.RetryAfter != test.want {
				t.Errorf("want %v, have %v", test.want, err)
			} else if failure.Header.Get("Content-Type") != "application/json" {
				t.Errorf("header %v", failure.Header)
			}
		})
	}
}

// Many requests in flight must reuse connections instead of dialling anew.
func TestConnectionsAreReused(t *testing.T) {
	const workers, rounds = 50, 6
	var opened atomic.Int64
	server := httptest.NewUnstartedServer(llmtest.Handler(llmtest.Always(llmtest.OK(llm.Reply{FinishReason: "stop"}))))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	client := open(t, openai.Options{BaseURL: server.URL + "/v1"})
	for range rounds {
		var group sync.WaitGroup
		for range workers {
			group.Go(func() {
				if _, err := client.Complete(t.Context(), llmtest.Question("hello")); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
	}
	if got := opened.Load(); got > workers+5 {
		t.Errorf("%d connections for %d workers", got, workers)
	}
}

func TestErrorsAreShort(t *testing.T) {
	base := llmtest.Start(t, llmtest.Always(llmtest.Body(500, "text/plain", strings.Repeat("ä ö\n", 1000)+"\xff")))
	_, err := open(t, openai.Options{BaseURL: base}).Complete(t.Context(), llmtest.Question("hello"))
	if text := fmt.Sprint(err); len(text) > 700 || !strings.HasSuffix(text, "…") || strings.Contains(text, "\n") || !utf8.ValidString(text) {
		t.Errorf("have %q", text)
	}
}

func BenchmarkComplete(b *testing.B) {
	reply := llm.Reply{Calls: []llm.RawCall{{ID: "aaaaaaaa1", Name: "f", Arguments: `{"a":1}`}}, FinishReason: "tool_calls"}
	client, err := openai.New(openai.Options{BaseURL: "http://host/v1", Transport: answer{[]byte(llmtest.Completion(reply)), 200}})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.Complete(b.Context(), llmtest.Question("hello")); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"choices":[{"message":{"content":[{"type":"text","text":"a"}]},"finish_reason":"stop"}]}`,
		`{"choices":[{"message":{"tool_calls":[{"id":1,"function":{"name":"f","arguments":{"a":1}}}]}}]}`,
		`{"error":{"message":5,"code":"x"}}`, `<title>x`, `data: {}`, `null`, `[`, "\xff", `{"choices":[null]}`, `{"choices":[{"message":null}]}`,
	} {
		f.Add([]byte(seed), 200)
	}
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		if status < 200 || status > 999 {
			status = 200
		}
		client, err := openai.New(openai.Options{BaseURL: "http://host/v1", Transport: answer{body, status}})
		if err != nil {
			t.Fatal(err)
		}
		reply, err := client.Complete(t.Context(), llmtest.Question("hello"))
		if failure, ok := err.(*llm.Error); err != nil && (!ok || reply != nil || failure.Class == "" || len(failure.Detail) > 1000) {
			t.Errorf("have %v, %v", reply, err)
		}
	})
}

// answer is a transport that always brings the same body.
type answer struct {
	body   []byte
	status int
}

func (a answer) RoundTrip(request *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: a.status, Header: http.Header{}, Request: request, Body: io.NopCloser(bytes.NewReader(a.body)),
	}, nil
}

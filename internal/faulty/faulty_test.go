package faulty_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/internal/faulty"
)

const proper = `{"id":"chatcmpl-1","choices":[{"message":{"tool_calls":[` +
	`{"id":"call_1","type":"function","function":{"name":"a"}},{"id":"call_2","type":"function","function":{"name":"b","arguments":"{\"aß\":1}"}}]}}]}`

// well answers properly.
var well = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	io.WriteString(w, proper)
})

func newHandler(t *testing.T, o faulty.Options) *faulty.Handler {
	t.Helper()
	handler, err := faulty.New(well, o)
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

// seen is what a client gets.
type seen struct {
	Status      int
	ContentType string
	RetryAfter  string
	Body        string
	Broken      bool
}

func ask(t *testing.T, url string) seen {
	t.Helper()
	response, err := http.Post(url, "application/json", strings.NewReader("{}"))
	if err != nil {
		return seen{Broken: true}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return seen{response.StatusCode, response.Header.Get("Content-Type"), response.Header.Get("Retry-After"), string(body), err != nil}
}

func TestEveryKind(t *testing.T) {
	const json, trouble = "application/json", `{"error":{"message":"the engine is out of order","type":"error","param":null,"code":null}}`
	const limited = `{"error":{"message":"too many requests","type":"error","param":null,"code":null}}`
	page := func(title string) string {
		return "<!DOCTYPE html><html><head><title>" + title + "</title></head><body><h1>" + title + "</h1></body></html>"
	}
	cut := `{"choices":[{"finish_reason":"length","message":{"tool_calls":[` +
		`{"function":{"name":"a"},"id":"call_1","type":"function"},{"function":{"arguments":"{\"a","name":"b"},"id":"call_2","type":"function"}]}}],"id":"chatcmpl-1"}`
	half := proper[:len(proper)/2]
	stream := "data: " + proper
	want := map[string]seen{
		faulty.RateLimit:       {429, json, "3", limited, false},
		faulty.RateLimitSilent: {429, json, "", limited, false},
		faulty.ServerError:     {500, json, "", trouble, false},
		faulty.Reset:           {Broken: true},
		faulty.ResetMidBody:    {200, json, "", half, true},
		faulty.HalfBody:        {200, json, "", half, true},
		faulty.HalfStream:      {200, "text/event-stream", "", stream[:len(stream)/2], false},
		faulty.HTML:            {502, "text/html", "", page("502 Bad Gateway"), false},
		faulty.HTMLOK:          {200, "text/html", "", page("200 OK"), false},
		faulty.ContentType:     {200, "text/plain", "", proper, false},
		faulty.Malformed:       {200, json, "", strings.TrimSuffix(proper, "}") + ",}", false},
		faulty.ErrorInside:     {200, json, "", `{"error":{"message":"the engine is out of order","type":"engine","code":500}}`, false},
		faulty.DuplicateIDs:    {200, json, "", strings.NewReplacer("call_1", "call_0", "call_2", "call_0").Replace(proper), false},
		faulty.Huge:            {200, json, "", strings.Repeat(" ", 100_000) + proper, false},
		faulty.ToolsDropped:    {200, json, "", proper, false},
		faulty.CutCall:         {200, json, "", cut, false},
		faulty.StrictHistory:   {200, json, "", proper, false},
	}
	for _, kind := range faulty.Kinds() {
		handler := newHandler(t, faulty.Options{Shares: map[string]float64{kind: 1}, RetryAfter: 2100 * time.Millisecond, HugeBytes: 100_000})
		server := httptest.NewServer(handler)
		defer server.Close()
		if diff := cmp.Diff(want[kind], ask(t, server.URL+"/v1/chat/completions")); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
		// A client may ask a second time by itself where a connection was cut.
		if counts := handler.Counts(); counts[kind] == 0 || len(counts) != 1 {
			t.Errorf("%s: counted %v", kind, counts)
		}
		if models := ask(t, server.URL+"/v1/models"); models.Body != proper {
			t.Errorf("%s: other requests are spoiled too: %+v", kind, models)
		}
	}
}

// statuses asks without a network.
func statuses(handler http.Handler, n int) (list []int) {
	for range n {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(http.MethodPost, "/v1/chat/completions", strings.NewReader("{}")))
		list = append(list, answer.Code)
	}
	return list
}

func TestSharesAreDrawnFromTheSeed(t *testing.T) {
	options := faulty.Options{Seed: 7, Shares: map[string]float64{faulty.ServerError: 0.2, faulty.RateLimit: 0.2}}
	handler := newHandler(t, options)
	first := statuses(handler, 2000)
	if diff := cmp.Diff(first, statuses(newHandler(t, options), 2000)); diff != "" {
		t.Errorf("the same seed: %s", diff)
	}
	options.Seed = 8
	if cmp.Equal(first, statuses(newHandler(t, options), 2000)) {
		t.Error("another seed draws the same")
	}
	counts := handler.Counts()
	for kind, share := range map[string]int{faulty.ServerError: 400, faulty.RateLimit: 400, faulty.Answered: 1200} {
		if counts[kind] < share-80 || counts[kind] > share+80 {
			t.Errorf("%s: %d of 2000, want about %d", kind, counts[kind], share)
		}
	}
}

func TestLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := newHandler(t, faulty.Options{Latency: 200 * time.Millisecond, Jitter: 50 * time.Millisecond, Tail: 5 * time.Second, TailShare: 0.1})
		slow := 0
		for range 300 {
			start := time.Now()
			statuses(handler, 1)
			took := time.Since(start)
			if took > time.Second {
				slow++
				took -= 5 * time.Second
			}
			if took < 150*time.Millisecond || took > 250*time.Millisecond {
				t.Fatalf("an answer took %v", took)
			}
		}
		if slow < 15 || slow > 50 {
			t.Errorf("%d of 300 were slow", slow)
		}
	})
}

func TestRequestsPerMinute(t *testing.T) {
	now := time.Unix(1000, 0)
	handler := newHandler(t, faulty.Options{RequestsPerMinute: 2, Now: func() time.Time { return now }})
	if diff := cmp.Diff([]int{200, 200, 429, 429}, statuses(handler, 4)); diff != "" {
		t.Error(diff)
	}
	now = now.Add(45 * time.Second)
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest(http.MethodPost, "/v1/chat/completions", strings.NewReader("{}")))
	if answer.Code != 429 || answer.Header().Get("Retry-After") != "15" {
		t.Errorf("%d, Retry-After %s", answer.Code, answer.Header().Get("Retry-After"))
	}
	now = now.Add(15 * time.Second)
	if diff := cmp.Diff([]int{200}, statuses(handler, 1)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]int{faulty.Answered: 3, faulty.OverLimit: 3}, handler.Counts()); diff != "" {
		t.Error(diff)
	}
}

func TestNewRefuses(t *testing.T) {
	for want, options := range map[string]faulty.Options{
		`there is no fault "fire"`: {Shares: map[string]float64{"fire": 1}},
		"between 0 and 1":          {Shares: map[string]float64{faulty.Reset: -0.1}},
		"more than 1":              {Shares: map[string]float64{faulty.Reset: 0.6, faulty.HTML: 0.6}},
		"share of slow answers":    {TailShare: 2},
		"must not be below 0":      {Jitter: -1},
	} {
		if _, err := faulty.New(well, options); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

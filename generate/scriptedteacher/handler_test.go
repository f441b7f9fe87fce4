package scriptedteacher_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/buttonbench/button/generate/scriptedteacher"
	"github.com/buttonbench/button/generate/simulated"
	"github.com/buttonbench/button/generate/teach"
)

func TestOptions(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		options scriptedteacher.Options
		want    string
	}{
		{scriptedteacher.Options{Faults: map[scriptedteacher.Kind]float64{"fire": 0.1}}, `there is no fault "fire": there are bad_json, truncated`},
		{scriptedteacher.Options{Faults: map[scriptedteacher.Kind]float64{"empty": 1.5}}, `the share of fault "empty" is 1.5`},
		{scriptedteacher.Options{Faults: map[scriptedteacher.Kind]float64{"empty": math.NaN()}}, `the share of fault "empty" is NaN`},
		{scriptedteacher.Options{Stubborn: -1}, "the share of stubborn faults is -1"},
		{scriptedteacher.Options{Latency: -1}, "the latency is"},
	} {
		if _, err := scriptedteacher.New(one.options); err == nil || !strings.Contains(err.Error(), one.want) {
			t.Errorf("%+v: %v, want %q", one.options, err, one.want)
		}
	}
}

func TestPaths(t *testing.T) {
	t.Parallel()
	handler, err := scriptedteacher.New(scriptedteacher.Options{MaxRequestBytes: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "/v1/models", "", 200, `"id":"scripted-teacher"`},
		{"POST", "/v1/models", "", 405, "this path takes GET only"},
		{"GET", "/v1/chat/completions", "", 405, "this path takes POST only"},
		{"GET", "/", "", 404, "unknown path"},
		{"POST", "/v1/chat/completions", "{", 400, "the body cannot be read"},
		{"POST", "/v1/chat/completions", "{}", 400, "want messages"},
		{"POST", "/v1/chat/completions", `{"stream":true,"messages":[{"role":"user","content":"x"}]}`, 400, "no stream"},
		{"POST", "/v1/chat/completions", strings.Repeat("x", 1001), 413, "too large"},
		{"POST", "/v1/chat/completions", `{"messages":[{"role":"user","content":"What is love?"}]}`, 200, "I am sorry"},
		{"POST", "/v1/chat/completions", `{"messages":[{"role":"user","content":"<material>\n{\"follow\":7}\n</material>"}]}`, 200, "I am sorry"},
		{"POST", "/v1/chat/completions", `{"messages":[{"role":"user","content":"<material>\n{\"follow\":\"x\",\"tasks\":7}\n</material>"}]}`, 200, "I am sorry"},
		{"POST", "/v1/chat/completions", `{"messages":[{"role":"user","content":null}],"tools":[{}]}`, 200, "I am sorry"},
		{"POST", "/v1/embeddings", `{"input":["a","b"]}`, 200, `"index":1`},
		{"POST", "/v1/embeddings", `{"input":"a"}`, 200, `"index":0`},
		{"POST", "/v1/embeddings", `{"input":[]}`, 400, "empty list"},
		{"POST", "/v1/embeddings", `{"input":7}`, 400, "a text or a list of texts"},
		{"POST", "/v1/embeddings", `[`, 400, "cannot be read"},
	} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(one.method, one.path, strings.NewReader(one.body)))
		if w.Code != one.status || !strings.Contains(w.Body.String(), one.want) {
			t.Errorf("%s %s %s: %d %s, want %d and %q", one.method, one.path, one.body, w.Code, w.Body, one.status, one.want)
		}
	}
}

func TestEmbeddings(t *testing.T) {
	t.Parallel()
	handler, err := scriptedteacher.New(scriptedteacher.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, body := post(t, handler, "/v1/embeddings", []byte(`{"model":"m","input":["a dentist in Graz on Monday","a dentist in Graz on Tuesday","the price of coal","","a dentist in Graz on Monday"]}`))
	var reply struct {
		Data []struct{ Embedding []float64 } `json:"data"`
	}
	if err := json.Unmarshal(body, &reply); err != nil || len(reply.Data) != 5 {
		t.Fatalf("%v: %s", err, body)
	}
	cosine := func(a, b int) float64 {
		sum := 0.0
		for i, x := range reply.Data[a].Embedding {
			sum += x * reply.Data[b].Embedding[i]
		}
		return sum
	}
	for i, one := range reply.Data {
		if length := cosine(i, i); len(one.Embedding) != scriptedteacher.Dimensions || math.Abs(length-1) > 0.001 {
			t.Errorf("text %d has %d dimensions and length %v", i, len(one.Embedding), length)
		}
	}
	if same, near, far := cosine(0, 4), cosine(0, 1), cosine(0, 2); same < 0.999 || near < 0.5 || far > 0.3 || near > 0.95 {
		t.Errorf("the same text is at %v, one near it at %v, another at %v", same, near, far)
	}
}

// TestComplaint sees that a fault is healed by the first complaint, or comes again.
func TestComplaint(t *testing.T) {
	t.Parallel()
	for _, stubborn := range []float64{0, 1} {
		t.Run(fmt.Sprint(stubborn), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, scriptedteacher.Options{Faults: map[scriptedteacher.Kind]float64{"prose_around": 1}, Stubborn: stubborn}, teach.FormatSchema)
			_, err := simulated.InventScenarios(t.Context(), r.teacher.For(3), "taxes", 2, nil)
			if (err != nil) != (stubborn == 1) {
				t.Errorf("asking ended with %v", err)
			}
			log := r.handler.Log()
			want := 2 + int(stubborn)
			if len(log) != want {
				t.Fatalf("%d requests, want %d", len(log), want)
			}
			for i, entry := range log {
				planted := i == 0 || stubborn == 1
				if want := []string{"", "prose_around"}[min(i, 1)]; entry.ReturnedFor != want {
					t.Errorf("request %d came back for %q, want %q", i, entry.ReturnedFor, want)
				}
				if entry.Complaints != i || entry.Subject != log[0].Subject || entry.Again || (entry.Fault == "prose_around") != planted || entry.Stubborn != (planted && stubborn == 1) {
					t.Errorf("request %d: %+v", i, entry)
				}
			}
		})
	}
}

// TestFormats asks endpoints that are told less of the form: the reply is the same.
func TestFormats(t *testing.T) {
	t.Parallel()
	for _, format := range []teach.Format{teach.FormatSchema, teach.FormatObject, teach.FormatText} {
		r := newRig(t, scriptedteacher.Options{}, format)
		scenarios, err := simulated.InventScenarios(t.Context(), r.teacher.For(3), "taxes", 2, nil)
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		random := r.teacher.For(4)
		locale := r.tables.Locale(random.Random("x"))
		first, err := simulated.WriteAtomicTask(t.Context(), random, scenarios[0], locale)
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		if _, err := simulated.Compose(t.Context(), random, scenarios[0], locale, first, simulated.Recipe{Shape: simulated.ShapeParallel, Depth: 3, Width: 2}); err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		for _, entry := range r.handler.Log() {
			if entry.Complaints > 0 || entry.Stage == "unknown" {
				t.Errorf("%s: %+v", format, entry)
			}
		}
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	handler, err := scriptedteacher.New(scriptedteacher.Options{Faults: map[scriptedteacher.Kind]float64{"empty": 1}})
	if err != nil {
		t.Fatal(err)
	}
	body := prompt("invent_scenarios", 1, object{"domain": "taxes", "count": 4, "avoid": []string{}})
	post(t, handler, "/v1/chat/completions", body)
	post(t, handler, "/v1/chat/completions", body)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/log", nil))
	var entries []scriptedteacher.Entry
	for scanner := bufio.NewScanner(w.Body); scanner.Scan(); {
		var entry scriptedteacher.Entry
		if err := json.Unmarshal(scanner.Bytes(), &entry); err != nil {
			t.Fatal(err)
		}
		entries = append(entries, entry)
	}
	if !slices.Equal(entries, handler.Log()) || len(entries) != 2 || entries[0].Again || !entries[1].Again || entries[0].Fault != "empty" {
		t.Errorf("the log over HTTP is %+v, want %+v", entries, handler.Log())
	}
}

// TestLatency sees that a reply waits, and that a client that goes sets it free.
func TestLatency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		handler, err := scriptedteacher.New(scriptedteacher.Options{Latency: time.Second})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		status, _ := post(t, handler, "/v1/embeddings", []byte(`{"input":"a"}`))
		if waited := time.Since(start); status != http.StatusOK || waited != time.Second {
			t.Errorf("status %d after %v", status, waited)
		}
	})
}

func TestKindsAreDescribed(t *testing.T) {
	t.Parallel()
	rules := map[string]bool{}
	for _, rule := range simulated.Rules() {
		rules[rule.Name] = true
	}
	for _, rule := range []string{teach.RuleTruncated, teach.RuleEmpty, teach.RuleProse, teach.RuleJSON, teach.RuleSchema} {
		rules[rule] = true
	}
	prompts, err := teach.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[scriptedteacher.Kind]bool{}
	for _, info := range scriptedteacher.Kinds() {
		if seen[info.Kind] || info.Does == "" || len(info.CaughtBy) == 0 {
			t.Errorf("%s is there twice, or not described", info.Kind)
		}
		seen[info.Kind] = true
		for _, rule := range info.CaughtBy {
			if !rules[rule] {
				t.Errorf("%s: there is no rule %q", info.Kind, rule)
			}
		}
		for _, stage := range info.Stages {
			if !slices.Contains(prompts.Stages(), stage) {
				t.Errorf("%s: there is no stage %q", info.Kind, stage)
			}
		}
	}
}

// FuzzChat gives the handler whatever comes: it answers or refuses.
func FuzzChat(f *testing.F) {
	for i, body := range bodies() {
		if i < 8 {
			f.Add(body)
		}
	}
	f.Add([]byte(`{"messages":[{"role":"tool","content":"That turn cannot be used"}],"tools":[{"function":{"name":"x","description":"Finds a train"}}]}`))
	f.Add([]byte(`{"messages":[{"role":"user","content":"<material>\n{\"turn\":\"open\",\"goal\":\"Find a train from [f1] on 3 May 2026.\"}\n</material>"}]}`))
	f.Add([]byte(`{"messages":[{"role":"user","content":"<material>\n{\"judge_turns\":[0,9],\"dialogue\":[{\"index\":0,\"from\":\"tool\",\"results\":[{}]}],\"criteria\":[{\"id\":\"needed\"}]}\n</material>"}]}`))
	options := scriptedteacher.Options{Faults: map[scriptedteacher.Kind]float64{}}
	for _, info := range scriptedteacher.Kinds() {
		options.Faults[info.Kind] = 0.3
	}
	handler, err := scriptedteacher.New(options)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/v1/chat/completions", strings.NewReader(string(body))))
		answer, _ := io.ReadAll(w.Body)
		if !json.Valid(answer) {
			t.Errorf("no JSON: %s", answer)
		}
	})
}

package eval_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
	"github.com/buttonbench/button/internal/llm/openai"
	"github.com/buttonbench/button/internal/runstore"
)

// quiz asks one question after the other in one conversation. The right answer
// to each is "yes".
type quiz struct {
	name      string
	questions int
	broken    error
}

func (q *quiz) ID() string               { return q.name }
func (q *quiz) Group() map[string]string { return map[string]string{"kind": "quiz"} }
func (q *quiz) Start() eval.Episode      { return &sitting{quiz: q} }

type sitting struct {
	quiz     *quiz
	messages []button.Message
	asked    int
	right    int
}

func (s *sitting) Next() (llm.Request, bool) {
	if s.asked == s.quiz.questions {
		return llm.Request{}, false
	}
	s.messages = append(s.messages, button.Message{Role: button.RoleUser, Content: fmt.Sprintf("%s, question %d", s.quiz.name, s.asked)})
	return llm.Request{Messages: s.messages}, true
}

func (s *sitting) Observe(reply *llm.Reply) {
	s.asked++
	if reply.Content == "yes" {
		s.right++
	}
	s.messages = append(s.messages, button.Message{Role: button.RoleAssistant, Content: reply.Content})
}

func (s *sitting) Verdict() eval.Verdict {
	return eval.Verdict{Pass: s.right == s.quiz.questions, Broken: s.quiz.broken, Scores: map[string]eval.Score{"right": {Num: float64(s.right), Den: float64(s.quiz.questions)}}}
}

func quizzes(n, questions int) []eval.Attempt {
	var attempts []eval.Attempt
	for i := range n {
		attempts = append(attempts, eval.Attempt{Task: &quiz{name: fmt.Sprintf("q%03d", i), questions: questions}})
	}
	return attempts
}

// rows collects what a driver emits.
type rows struct {
	lock sync.Mutex
	all  []eval.Row
}

func (r *rows) emit(row eval.Row) error {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.all = append(r.all, row)
	return nil
}

func driver(client llm.Client, into *rows) *eval.Driver {
	return &eval.Driver{Client: client, Model: "m", Label: "the model", Suite: "quiz", SuiteVersion: "1", ScorerVersion: "s/1", Concurrency: 1, Emit: into.emit}
}

func httpClient(t *testing.T, choose llmtest.Choose) llm.Client {
	t.Helper()
	client, err := openai.New(openai.Options{BaseURL: llmtest.Start(t, choose)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

func said(content string, prompt, completion int) llm.Reply {
	return llm.Reply{Content: content, FinishReason: "stop", Usage: llm.Usage{PromptTokens: prompt, CompletionTokens: completion}}
}

func TestRowOfAConversation(t *testing.T) {
	client := httpClient(t, llmtest.InTurn(llmtest.OK(said("yes", 10, 1)), llmtest.OK(said("no <b>", -1, -1)), llmtest.OK(said("yes", 30, 3))))
	got := &rows{}
	if err := driver(client, got).Run(t.Context(), quizzes(1, 3)); err != nil {
		t.Fatal(err)
	}
	row := got.all[0]
	if row.LatencyMS < 0 {
		t.Errorf("latency %d", row.LatencyMS)
	}
	row.LatencyMS = 0
	user := func(n int) []button.Message {
		return []button.Message{{Role: button.RoleUser, Content: fmt.Sprintf("q000, question %d", n)}}
	}
	want := eval.Row{
		Suite: "quiz", SuiteVersion: "1", ScorerVersion: "s/1", Task: "q000", Model: "the model", Group: map[string]string{"kind": "quiz"},
		Outcome: eval.OutcomeFail, Scores: map[string]eval.Score{"right": {Num: 2, Den: 3}}, Requests: 3,
		Usage: llm.Usage{PromptTokens: 40, CompletionTokens: 4},
		Transcript: []eval.Exchange{
			{Messages: user(0), Response: json.RawMessage(llmtest.Completion(said("yes", 10, 1)))},
			{Messages: user(1), Response: json.RawMessage(llmtest.Completion(said("no <b>", -1, -1)))},
			{Messages: user(2), Response: json.RawMessage(llmtest.Completion(said("yes", 30, 3)))},
		},
	}
	if diff := cmp.Diff(want, row); diff != "" {
		t.Error(diff)
	}
	if _, err := json.Marshal(row); err != nil {
		t.Error(err)
	}
}

// What is sent carries the driver's model, sampling and parallel setting; an
// episode's own parallel setting stands.
func TestRequestsCarryTheSettings(t *testing.T) {
	script := llmtest.Answers(llmtest.Text("yes"))
	d := driver(script, &rows{})
	temperature, parallel := 0.0, true
	d.Sampling, d.ParallelToolCalls = llm.Sampling{Temperature: &temperature}, &parallel
	if err := d.Run(t.Context(), quizzes(1, 1)); err != nil {
		t.Fatal(err)
	}
	request := script.Requests()[0]
	if request.Model != "m" || *request.Sampling.Temperature != 0 || !*request.ParallelToolCalls {
		t.Errorf("%+v", request)
	}
}

// An error is never a score: each kind makes a row without a verdict, of its
// class, with the questions that were put.
func TestErrorsAreNoVerdict(t *testing.T) {
	right := llmtest.OK(said("yes", 5, 1))
	for _, test := range []struct {
		name  string
		fault llmtest.Response
		class llm.Class
	}{
		{"500", llmtest.Failure(500, "x"), llm.ClassServer},
		{"429", llmtest.RateLimited(""), llm.ClassRateLimit},
		{"400", llmtest.Failure(400, "context too long"), llm.ClassRequest},
		{"page", llmtest.HTMLPage(502), llm.ClassServer},
		{"page with 200", llmtest.HTMLPage(200), llm.ClassBadReply},
		{"error inside", llmtest.ErrorInside("null"), llm.ClassBadReply},
		{"malformed", llmtest.MalformedJSON(), llm.ClassBadReply},
		{"no choices", llmtest.NoChoices(), llm.ClassBadReply},
		{"reset", llmtest.Reset(), llm.ClassTransport},
		{"half a body", llmtest.HalfBody(said("yes", 5, 1)), llm.ClassTransport},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := &rows{}
			if err := driver(httpClient(t, llmtest.InTurn(right, test.fault, right)), got).Run(t.Context(), quizzes(2, 2)); err != nil {
				t.Fatal(err)
			}
			first, second := got.all[0], got.all[1]
			if first.Outcome != eval.OutcomeNoVerdict || first.Error == nil || first.Error.Class != string(test.class) || first.Error.Message == "" {
				t.Errorf("%s, %+v", first.Outcome, first.Error)
			}
			if first.Scores != nil || first.Faults != nil || first.Requests != 1 || len(first.Transcript) != 2 || first.Transcript[1].Response != nil || first.Usage.PromptTokens != 5 {
				t.Errorf("%+v", first)
			}
			if second.Outcome != eval.OutcomePass {
				t.Errorf("the next task: %+v", second)
			}
		})
	}
}

func TestABrokenEnvironmentIsNoVerdict(t *testing.T) {
	got := &rows{}
	attempt := eval.Attempt{Task: &quiz{name: "q", questions: 1, broken: errors.New("world.star:3: division by zero")}}
	if err := driver(llmtest.Answers(llmtest.Text("yes")), got).Run(t.Context(), []eval.Attempt{attempt}); err != nil {
		t.Fatal(err)
	}
	row := got.all[0]
	if row.Outcome != eval.OutcomeNoVerdict || row.Error.Class != eval.ErrorEnvironment || row.Scores != nil || row.Error.Message != "world.star:3: division by zero" {
		t.Errorf("%+v", row)
	}
}

// A wrong key and an unknown model end the run at once and leave no row.
func TestHopelessErrorsEndTheRun(t *testing.T) {
	for _, test := range []struct {
		status int
		hint   string
	}{{401, "--api-key-env"}, {403, "--api-key-env"}, {404, "--base-url"}} {
		script := &llmtest.Scripted{Respond: func(int, llm.Request) (*llm.Reply, error) {
			class := llm.ClassAuth
			if test.status == 404 {
				class = llm.ClassRequest
			}
			return nil, &llm.Error{Class: class, Status: test.status, Detail: "no"}
		}}
		got := &rows{}
		err := driver(script, got).Run(t.Context(), quizzes(50, 1))
		var fatal *eval.FatalError
		if !errors.As(err, &fatal) || !strings.Contains(fatal.Hint, test.hint) || fatal.Cause.Status != test.status {
			t.Errorf("%d: %v", test.status, err)
		}
		if len(got.all) != 0 || len(script.Requests()) != 1 {
			t.Errorf("%d: %d rows after %d requests", test.status, len(got.all), len(script.Requests()))
		}
	}
}

// A dead endpoint is given up after some attempts in a row; single answers in
// between, also in an attempt that fails later, show that it lives.
func TestOutage(t *testing.T) {
	for _, test := range []struct {
		name     string
		alive    func(index int) bool
		question int
		rows     int
		fatal    bool
		cached   bool
		class    llm.Class
	}{
		{"dead from the start", func(int) bool { return false }, 1, 24, true, false, llm.ClassTransport},
		{"dies later", func(i int) bool { return i < 30 }, 1, 54, true, false, llm.ClassTransport},
		{"answers at times", func(i int) bool { return i%24 == 0 }, 1, 100, false, false, llm.ClassTransport},
		{"breaks off in the middle", func(i int) bool { return i%2 == 0 }, 2, 100, false, false, llm.ClassTransport},
		{"dead behind what is known", func(i int) bool { return i%2 == 0 }, 2, 24, true, true, llm.ClassTransport},
		{"all refused", func(int) bool { return false }, 1, 24, true, false, llm.ClassRequest},
		{"all too long", func(int) bool { return false }, 1, 100, false, false, llm.ClassOverflow},
		{"all filtered", func(int) bool { return false }, 1, 100, false, false, llm.ClassFiltered},
	} {
		t.Run(test.name, func(t *testing.T) {
			script := &llmtest.Scripted{Respond: func(index int, _ llm.Request) (*llm.Reply, error) {
				if test.alive(index) {
					reply := llmtest.Text("yes")
					reply.Cached = test.cached
					return reply, nil
				}
				return nil, &llm.Error{Class: test.class, Detail: "connection refused"}
			}}
			got := &rows{}
			err := driver(script, got).Run(t.Context(), quizzes(100, test.question))
			var fatal *eval.FatalError
			if errors.As(err, &fatal) != test.fatal || !test.fatal && err != nil {
				t.Fatal(err)
			}
			if test.fatal && (!strings.Contains(err.Error(), "connection refused") || fatal.Cause.Class != test.class) {
				t.Error(err)
			}
			if len(got.all) != test.rows {
				t.Errorf("%d rows, want %d", len(got.all), test.rows)
			}
		})
	}
}

// A stopped run leaves no row of what was under way.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	arrived := make(chan struct{}, 8)
	right := llmtest.OK(said("yes", 1, 1))
	client := httpClient(t, func(index int, _ []byte) llmtest.Response {
		if index < 3 {
			return right
		}
		return llmtest.Slow(arrived, nil, right)
	})
	got := &rows{}
	d := driver(client, got)
	d.Concurrency = 4
	go func() {
		<-arrived
		cancel()
	}()
	if err := d.Run(ctx, quizzes(40, 2)); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	for _, row := range got.all {
		if row.Outcome != eval.OutcomePass {
			t.Errorf("%s: %s, %+v", row.Task, row.Outcome, row.Error)
		}
	}
	if len(got.all) > 1 {
		t.Errorf("%d rows, but only three requests were answered", len(got.all))
	}
}

// A request that breaks off because the run was stopped is no verdict's cause,
// however it failed.
func TestBrokenOffByTheStop(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	script := &llmtest.Scripted{Respond: func(int, llm.Request) (*llm.Reply, error) {
		cancel()
		return nil, &llm.Error{Class: llm.ClassTransport, Detail: "connection reset"}
	}}
	got := &rows{}
	if err := driver(script, got).Run(ctx, quizzes(3, 1)); !errors.Is(err, context.Canceled) || len(got.all) != 0 {
		t.Errorf("%d rows, %v", len(got.all), err)
	}
}

// Draining finishes what is under way and begins nothing new.
func TestDrain(t *testing.T) {
	drain := make(chan struct{})
	script := &llmtest.Scripted{Respond: func(index int, _ llm.Request) (*llm.Reply, error) {
		if index == 2 {
			close(drain)
		}
		return llmtest.Text("yes"), nil
	}}
	got := &rows{}
	d := driver(script, got)
	d.Drain = drain
	if err := d.Run(t.Context(), quizzes(10, 2)); err == nil || len(got.all) != 2 {
		t.Errorf("%d rows, %v", len(got.all), err)
	}
}

// A store that fails stops the run with the attempt that was under way beside it.
func TestAFailingStoreEndsTheRun(t *testing.T) {
	full := errors.New("disk full")
	script := llmtest.Answers(llmtest.Text("yes"))
	d := driver(script, nil)
	d.Emit = func(eval.Row) error { return full }
	if err := d.Run(t.Context(), quizzes(10, 1)); !errors.Is(err, full) || len(script.Requests()) > 2 {
		t.Errorf("%d requests, %v", len(script.Requests()), err)
	}
}

// The next attempt goes on while a row is stored, one row's at most, and Run waits
// for the last.
func TestRowsAreStoredBesideTheAttempts(t *testing.T) {
	asked, stored := make(chan int, 4), 0
	script := &llmtest.Scripted{Respond: func(index int, _ llm.Request) (*llm.Reply, error) {
		asked <- index
		return llmtest.Text("yes"), nil
	}}
	d := driver(script, nil)
	d.Emit = func(eval.Row) error {
		stored++
		// The first row waits for its own request and the next one, further rows for
		// the next one, the last for none.
		for range []int{2, 1, 1, 0}[stored-1] {
			select {
			case <-asked:
			case <-time.After(10 * time.Second):
				return errors.New("no attempt goes on while a row is stored")
			}
		}
		return nil
	}
	if err := d.Run(t.Context(), quizzes(4, 1)); err != nil || stored != 4 {
		t.Errorf("%d rows, %v", stored, err)
	}
}

// Rows are the same at any concurrency, in some order.
func TestConcurrency(t *testing.T) {
	client := httpClient(t, func(_ int, body []byte) llmtest.Response {
		if strings.Contains(string(body), "7, question 1") {
			return llmtest.OK(said("no", 3, 1))
		}
		return llmtest.OK(said("yes", 2, 1))
	})
	run := func(concurrency int) []eval.Row {
		got := &rows{}
		d := driver(client, got)
		d.Concurrency = concurrency
		if err := d.Run(t.Context(), quizzes(60, 3)); err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(got.all, func(a, b eval.Row) int { return strings.Compare(a.Task, b.Task) })
		for i := range got.all {
			got.all[i].LatencyMS = 0
		}
		return got.all
	}
	one := run(1)
	if diff := cmp.Diff(one, run(16)); diff != "" {
		t.Error(diff)
	}
	if len(one) != 60 || one[7].Outcome != eval.OutcomeFail || one[8].Outcome != eval.OutcomePass {
		t.Errorf("%d rows", len(one))
	}
}

// exam asks its questions apart, each after a given history in which an
// assistant speaks whom the model never was.
type exam struct{ histories [][]button.Message }

func (e *exam) ID() string               { return "exam" }
func (e *exam) Group() map[string]string { return nil }
func (e *exam) Start() eval.Episode      { return &examined{exam: e} }

type examined struct {
	exam *exam
	next int
}

func (e *examined) Next() (llm.Request, bool) {
	if e.next == len(e.exam.histories) {
		return llm.Request{}, false
	}
	return llm.Request{Messages: e.exam.histories[e.next]}, true
}
func (e *examined) Observe(*llm.Reply)    { e.next++ }
func (e *examined) Verdict() eval.Verdict { return eval.Verdict{Pass: true} }

// A transcript holds every message that was sent and is not the model's own.
func TestTranscriptOfForeignHistories(t *testing.T) {
	user := button.Message{Role: button.RoleUser, Content: "u"}
	foreign := button.Message{Role: button.RoleAssistant, Content: "reference"}
	own := button.Message{Role: button.RoleAssistant, Content: "yes"}
	other := button.Message{Role: button.RoleUser, Content: "other"}
	task := &exam{[][]button.Message{{user}, {user, foreign, user}, {user, foreign, user, own, user}, {user, foreign}, {other, foreign, user, own}}}
	got := &rows{}
	if err := driver(llmtest.Answers(llmtest.Text("yes")), got).Run(t.Context(), []eval.Attempt{{Task: task}}); err != nil {
		t.Fatal(err)
	}
	want := [][]button.Message{{user}, {foreign, user}, {user}, {user, foreign}, {other, foreign, user, own}}
	for i, exchange := range got.all[0].Transcript {
		if diff := cmp.Diff(want[i], exchange.Messages); diff != "" {
			t.Errorf("exchange %d: %s", i, diff)
		}
	}
}

// A raw answer that is no JSON is kept as a string, so that its row can be stored.
func TestRowsCanAlwaysBeStored(t *testing.T) {
	for raw, want := range map[string]string{`{"a": "<\u00e9>"}`: `{"a": "<\u00e9>"}`, "data: x": `"data: x"`, "{\"a\":\"\xff\"}": `"{\"a\":\"` + "\ufffd" + `\"}"`, "": `""`} {
		reply := llmtest.Text("yes")
		reply.Raw = json.RawMessage(raw)
		got := &rows{}
		if err := driver(llmtest.Answers(reply), got).Run(t.Context(), quizzes(1, 1)); err != nil {
			t.Fatal(err)
		}
		if have := string(got.all[0].Transcript[0].Response); have != want {
			t.Errorf("have %s, want %s", have, want)
		}
		if _, err := json.Marshal(got.all[0]); err != nil {
			t.Error(err)
		}
	}
}

// A huge answer is cut, not refused by the store.
func TestHugeAnswers(t *testing.T) {
	reply := llmtest.Text(strings.Repeat("é", 1<<20))
	got := &rows{}
	task := &talker{quiz{name: "q", questions: 1}, []eval.CallRecord{{Name: "f", Arguments: strings.Repeat("é", 1<<20), Result: "r"}}}
	if err := driver(llmtest.Answers(reply), got).Run(t.Context(), []eval.Attempt{{Task: task}}); err != nil {
		t.Fatal(err)
	}
	row := got.all[0]
	var kept string
	if err := json.Unmarshal(row.Transcript[0].Response, &kept); err != nil || len(kept) > 70_000 || !strings.HasSuffix(kept, fmt.Sprintf("... (%d bytes in all)", len(reply.Raw))) {
		t.Errorf("%d bytes are kept, %v", len(kept), err)
	}
	if call := row.Calls[0]; len(call.Arguments) > 70_000 || call.Result != "r" {
		t.Errorf("%d bytes of arguments are kept", len(call.Arguments))
	}
}

// talker is a quiz whose verdict lists calls.
type talker struct {
	quiz
	calls []eval.CallRecord
}

func (t *talker) Start() eval.Episode { return &talk{t.quiz.Start(), t.calls} }

type talk struct {
	eval.Episode
	calls []eval.CallRecord
}

func (t *talk) Verdict() eval.Verdict { return eval.Verdict{Pass: true, Calls: t.calls} }

// The same call again asks only what has no verdict yet.
func TestResume(t *testing.T) {
	dir := t.TempDir() + "/run"
	attempts := quizzes(6, 1)
	session := func(respond func(index int) error) (asked []string, counts map[string]int) {
		run, _, err := runstore.OpenRun(runstore.OS{}, dir, runstore.Manifest{Tool: "test", Config: json.RawMessage(`{}`)}, runstore.ResumeSame)
		if err != nil {
			t.Fatal(err)
		}
		var left []eval.Attempt
		for _, attempt := range attempts {
			if !run.Decided(runstore.Key{Task: attempt.Task.ID(), Repeat: attempt.Repeat}) {
				left = append(left, attempt)
				asked = append(asked, attempt.Task.ID())
			}
		}
		script := &llmtest.Scripted{Respond: func(index int, _ llm.Request) (*llm.Reply, error) {
			if err := respond(index); err != nil {
				return nil, err
			}
			return llmtest.Text("yes"), nil
		}}
		d := driver(script, nil)
		d.Emit = func(row eval.Row) error {
			line, err := json.Marshal(row)
			if err != nil {
				return err
			}
			return run.Append(line)
		}
		err = d.Run(t.Context(), left)
		var fatal *eval.FatalError
		if err != nil && !errors.As(err, &fatal) {
			t.Fatal(err)
		}
		if err := run.Close(); err != nil {
			t.Fatal(err)
		}
		return asked, run.Counts()
	}
	for i, step := range []struct {
		respond func(index int) error
		asked   string
		counts  map[string]int
	}{
		{func(index int) error {
			switch index {
			case 1:
				return &llm.Error{Class: llm.ClassServer, Status: 500, Detail: "x"}
			case 4:
				return &llm.Error{Class: llm.ClassAuth, Status: 401, Detail: "x"}
			}
			return nil
		}, "q000 q001 q002 q003 q004 q005", map[string]int{eval.OutcomePass: 3, eval.OutcomeNoVerdict: 1}},
		{func(index int) error {
			if index == 0 {
				return &llm.Error{Class: llm.ClassTimeout, Detail: "x"}
			}
			return nil
		}, "q001 q004 q005", map[string]int{eval.OutcomePass: 5, eval.OutcomeNoVerdict: 1}},
		{func(int) error { return nil }, "q001", map[string]int{eval.OutcomePass: 6}},
		{func(int) error { return errors.New("nobody should ask") }, "", map[string]int{eval.OutcomePass: 6}},
	} {
		asked, counts := session(step.respond)
		if strings.Join(asked, " ") != step.asked {
			t.Errorf("session %d asked %v, want %s", i, asked, step.asked)
		}
		if diff := cmp.Diff(step.counts, counts); diff != "" {
			t.Errorf("session %d: %s", i, diff)
		}
	}
}

package eval_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/limit"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
	"github.com/buttonbench/button/internal/llm/openai"
	"github.com/buttonbench/button/internal/runstore"
	"github.com/buttonbench/button/internal/textcalls"
	"github.com/buttonbench/button/internal/work"
)

// part is what a child process does: "serve", "bare" or "whole".
type part struct {
	Role     string
	URL      string
	Latency  time.Duration // of the server
	Samples  int
	Turns    int
	InFlight int
	Dir      string // of the run and of the cache
	Cache    llm.CacheMode
}

// cost is what a part took.
type cost struct {
	Wall, CPU time.Duration
	PeakRSS   int64 // bytes, of the whole process
	Sent      int64 // requests
	Decided   int
}

func (p part) work(ctx context.Context) (cost, error) {
	if p.Role == "bare" {
		return p.bare(ctx)
	}
	return p.whole(ctx)
}

// seats is the server's answer to everything: a call.
func seats() llmtest.Response {
	return llmtest.OK(llm.Reply{
		Calls:        []llm.RawCall{{ID: "call_1", Name: "find_seats", Arguments: `{"train":"ICE 71","class":2,"quiet":true}`}},
		FinishReason: llm.FinishToolCalls, Usage: llm.Usage{PromptTokens: 420, CompletionTokens: 31},
	})
}

// trip is a task of some turns: each is a question that wants a call.
type trip struct {
	name  string
	turns int
	tools []button.Tool
}

func (t *trip) ID() string               { return t.name }
func (t *trip) Group() map[string]string { return map[string]string{"kind": "trip"} }
func (t *trip) Start() eval.Episode      { return &journey{trip: t} }

type journey struct {
	trip     *trip
	messages []button.Message
	calls    []eval.CallRecord
	turn     int
}

const callResult = `{"seats":["11A","12C","12D","31B"]}`

const systemPrompt = "You are a clerk at a railway station. Use the functions, and do not guess what they can tell."

func question(name string, turn int) string {
	return fmt.Sprintf("This is traveller %s. Which quiet seats are left on train ICE %d?", name, 71+turn)
}

func (j *journey) Next() (llm.Request, bool) {
	if j.turn == j.trip.turns {
		return llm.Request{}, false
	}
	if j.turn == 0 {
		j.messages = append(j.messages, button.Message{Role: button.RoleSystem, Content: systemPrompt})
	}
	j.messages = append(j.messages, button.Message{Role: button.RoleUser, Content: question(j.trip.name, j.turn)})
	return llm.Request{Messages: j.messages, Tools: j.trip.tools}, true
}

func (j *journey) Observe(reply *llm.Reply) {
	said := button.Message{Role: button.RoleAssistant, Content: reply.Content}
	for _, call := range reply.Calls {
		said.ToolCalls = append(said.ToolCalls, button.Call{ID: call.ID, Name: call.Name, Arguments: json.RawMessage(call.Arguments)})
		j.calls = append(j.calls, eval.CallRecord{Name: call.Name, Arguments: call.Arguments, Result: callResult, Turn: j.turn})
	}
	j.messages = append(j.messages, said)
	for _, call := range reply.Calls {
		j.messages = append(j.messages, button.Message{Role: button.RoleTool, ToolCallID: call.ID, Content: callResult})
	}
	j.turn++
}

func (j *journey) Verdict() eval.Verdict {
	right := len(j.calls) == j.trip.turns
	return eval.Verdict{Pass: right, Calls: j.calls, Scores: map[string]eval.Score{"calls": {Num: float64(len(j.calls)), Den: float64(j.trip.turns)}}}
}

// timetable is what a conversation may call: six functions of usual size.
func timetable() []button.Tool {
	const parameters = `{"type":"object","properties":{"train":{"type":"string","description":"number of the train, such as ICE 71"},` +
		`"class":{"type":"integer","enum":[1,2]},"quiet":{"type":"boolean","description":"only seats in quiet coaches"}},"required":["train"],"additionalProperties":false}`
	var tools []button.Tool
	for _, name := range []string{"find_seats", "find_trains", "book_seat", "cancel_booking", "show_prices", "show_delays"} {
		tools = append(tools, button.Tool{Name: name, Description: "Do what the name says for one train, on the day of travel.", Parameters: json.RawMessage(parameters)})
	}
	return tools
}

// whole is the path of 'button eval': driver, parser of calls, stack, client, and
// a run folder that is synced.
func (p part) whole(ctx context.Context) (spent cost, err error) {
	client, err := openai.New(openai.Options{BaseURL: p.URL, MaxIdle: p.InFlight})
	if err != nil {
		return spent, err
	}
	defer client.Close()
	dir, err := os.MkdirTemp(p.Dir, "run")
	if err != nil {
		return spent, err
	}
	keeper, err := llm.OpenKeeper(llm.KeeperOptions{Dir: filepath.Join(dir, "run", "answers")})
	if err != nil {
		return spent, err
	}
	stack, err := llm.NewStack(llm.StackOptions{
		Keeper:    keeper,
		Endpoints: []llm.StackEndpoint{{Name: p.URL, Client: client, Limits: limit.Options{Ceiling: p.InFlight}}},
		Cache:     llm.CacheOptions{Dir: filepath.Join(p.Dir, "answers"), Mode: p.Cache},
		Decode:    openai.Decode, Random: llm.Jitter(rand.New(rand.NewPCG(1, 2))),
	})
	if err != nil {
		return spent, err
	}
	run, _, err := runstore.OpenRun(runstore.OS{}, filepath.Join(dir, "run"), runstore.Manifest{Tool: "benchmark", Config: json.RawMessage(`{}`)}, runstore.ResumeSame)
	if err != nil {
		return spent, err
	}
	driver := &eval.Driver{
		Client: textcalls.Watch(stack), Model: "m", Label: "m", Suite: "trips", SuiteVersion: "1", ScorerVersion: "1", Concurrency: p.InFlight,
		Emit: func(row eval.Row) error {
			row.Charge(keeper.Paid(row.Conversation()))
			line, err := json.Marshal(row)
			if err == nil {
				err = run.Append(line)
			}
			keeper.Finish(row.Conversation())
			return err
		},
		Progress: func(work.Progress) {},
	}
	tools := timetable()
	attempts := make([]eval.Attempt, p.Samples)
	for i := range attempts {
		attempts[i].Task = &trip{name: fmt.Sprintf("trip-%05d", i), turns: p.Turns, tools: tools}
	}
	if err := driver.Run(ctx, attempts); err != nil {
		return spent, err
	}
	if err := errors.Join(keeper.Close(), run.Close()); err != nil {
		return spent, err
	}
	return cost{Sent: stack.Stats().Sent, Decided: run.Counts()[eval.OutcomePass]}, stack.Close()
}

// bare is the least that puts the same questions over HTTP and reads the answers:
// no retries, no limits, no rows.
func (p part) bare(ctx context.Context) (spent cost, err error) {
	transport := &http.Transport{MaxIdleConnsPerHost: p.InFlight}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	var tools []byte
	for i, tool := range timetable() {
		if i > 0 {
			tools = append(tools, ',')
		}
		tools = tool.AppendJSON(tools)
	}
	var next, sent atomic.Int64
	var group sync.WaitGroup
	failed := make(chan error, p.InFlight)
	for range p.InFlight {
		group.Go(func() {
			for i := next.Add(1) - 1; i < int64(p.Samples); i = next.Add(1) - 1 {
				if err := p.converse(ctx, client, fmt.Sprintf("trip-%05d", i), tools, &sent); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	group.Wait()
	select {
	case err = <-failed:
	default:
	}
	return cost{Sent: sent.Load(), Decided: p.Samples}, err
}

// converse holds one conversation of the bare loop, in the words of a journey.
func (p part) converse(ctx context.Context, client *http.Client, name string, tools []byte, sent *atomic.Int64) error {
	history := fmt.Sprintf(`{"role":"system","content":%q}`, systemPrompt)
	for turn := range p.Turns {
		history += fmt.Sprintf(`,{"role":"user","content":%q}`, question(name, turn))
		body := fmt.Appendf(nil, `{"model":"m","messages":[%s],"tools":[%s]}`, history, tools)
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL+"/chat/completions", bytes.NewReader(body))
		if err != nil {
			return err
		}
		request.Header.Set("Content-Type", "application/json")
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		data, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			return err
		}
		var answer struct {
			Choices []struct{ Message json.RawMessage }
		}
		if err := json.Unmarshal(data, &answer); err != nil {
			return err
		}
		history += "," + string(answer.Choices[0].Message) + fmt.Sprintf(`,{"role":"tool","tool_call_id":"call_1","content":%q}`, callResult)
		sent.Add(1)
	}
	return nil
}

// TestWholePath is a small measure of what the benchmarks do, in one process.
func TestWholePath(t *testing.T) {
	for _, turns := range []int{1, 3} {
		p := part{Role: "whole", Samples: 40, InFlight: 8, Turns: turns, Dir: t.TempDir(), Cache: llm.CacheWrite}
		p.URL = llmtest.Start(t, llmtest.Always(seats()))
		bare := p
		bare.Role = "bare"
		for _, test := range []struct {
			name string
			part part
			sent int64
		}{{"bare", bare, int64(40 * turns)}, {"whole", p, int64(40 * turns)}, {"cached", p, 0}} {
			spent, err := test.part.work(t.Context())
			if err != nil || spent.Sent != test.sent || spent.Decided != 40 {
				t.Errorf("%s, %d turns: sent %d, decided %d, %v; want %d sent", test.name, turns, spent.Sent, spent.Decided, err, test.sent)
			}
		}
	}
}

package llm_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
	"github.com/buttonbench/button/internal/llm/openai"
)

var update = flag.Bool("update", false, "write the golden files anew")

const recordedKey = "the-key-of-this-run"

// record runs a test's requests against a server and returns the recording.
func record(t *testing.T, path string, choose llmtest.Choose, run func(client llm.Client)) string {
	t.Helper()
	recorder, err := llm.Record(wire(t, llmtest.Start(t, choose), nil), llm.TapeOptions{Path: path, Decode: openai.Decode, Secrets: []string{recordedKey}})
	if err != nil {
		t.Fatal(err)
	}
	run(recorder)
	if err := recorder.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func replaying(t *testing.T, path string) llm.Client {
	t.Helper()
	client, err := llm.Replay(llm.TapeOptions{Path: path, Decode: openai.Decode, Secrets: []string{recordedKey}})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// talk holds a conversation of some turns.
func talk(t *testing.T, client llm.Client, name string, turns int) {
	request := llmtest.Question(name)
	request.Tools = []button.Tool{{Name: "look_up", Description: "Looks up.", Parameters: []byte(`{"type":"object"}`)}}
	request.ExtraBody = map[string]json.RawMessage{"api_key": json.RawMessage(`"` + recordedKey + `"`)}
	for turn := range turns {
		reply, err := client.Complete(t.Context(), request)
		if err != nil {
			t.Errorf("%s, turn %d: %v", name, turn, err)
			return
		}
		request.Messages = append(request.Messages,
			button.Message{Role: button.RoleAssistant, Content: reply.Content},
			button.Message{Role: button.RoleUser, Content: fmt.Sprintf("%s, once more (%d)", name, turn)})
	}
}

// A recording is the same text whatever the order of the answers, holds no
// secret, and a replay of it needs nothing else.
func TestRecordAndReplay(t *testing.T) {
	dir := t.TempDir()
	choose := func(_ int, body []byte) llmtest.Response {
		if strings.Contains(string(body), "beta") {
			return llmtest.With(http.Header{"Retry-After": {"1"}, "Date": {""}, "Set-Cookie": {"a=b"}}, llmtest.Failure(400, "the key "+recordedKey+" may not ask this"))
		}
		return llmtest.With(http.Header{"X-Request-Id": {"r-1"}, "Set-Cookie": {"session=" + recordedKey}}, llmtest.Echo(body))
	}
	names := []string{"alpha", "gamma", "delta"}
	one := record(t, filepath.Join(dir, "one"), choose, func(client llm.Client) {
		for _, name := range names {
			talk(t, client, name, 3)
		}
		client.Complete(t.Context(), llmtest.Question("beta"))
	})
	many := record(t, filepath.Join(dir, "many"), choose, func(client llm.Client) {
		var group sync.WaitGroup
		group.Go(func() { client.Complete(t.Context(), llmtest.Question("beta")) })
		for _, name := range names {
			group.Go(func() { talk(t, client, name, 3) })
		}
		group.Wait()
	})
	if diff := cmp.Diff(one, many); diff != "" {
		t.Errorf("the order of the answers shows (-one by one +at once):\n%s", diff)
	}
	if strings.Contains(one, recordedKey) || strings.Contains(one, "Cookie") {
		t.Errorf("a secret is recorded:\n%s", one)
	}
	golden(t, "recording.txt", one)

	client := replaying(t, filepath.Join(dir, "one"))
	for _, name := range names {
		talk(t, client, name, 3)
	}
	_, err := client.Complete(t.Context(), llmtest.Question("beta"))
	var failure *llm.Error
	if !errors.As(err, &failure) || failure.Class != llm.ClassRequest || failure.Status != 400 || failure.Detail != "the key [secret] may not ask this" {
		t.Errorf("have %v", err)
	}
}

func golden(t *testing.T, name, have string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(have), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), have); diff != "" {
		t.Errorf("%s (-want +have; -update writes it anew):\n%s", path, diff)
	}
}

func TestReplayRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tape")
	record(t, path, func(_ int, body []byte) llmtest.Response { return llmtest.Echo(body) }, func(client llm.Client) {
		talk(t, client, "alpha", 2)
		talk(t, client, "gamma", 2)
	})
	client := replaying(t, path)
	request := llmtest.Question("gamma")
	request.Tools = []button.Tool{{Name: "look_up", Description: "Looks it up.", Parameters: []byte(`{"type":"object"}`)}}
	request.ExtraBody = map[string]json.RawMessage{"api_key": json.RawMessage(`"` + recordedKey + `"`)}
	_, err := client.Complete(t.Context(), request)
	var failure *llm.Error
	if !errors.As(err, &failure) || failure.Class != llm.ClassUnrecorded || failure.Temporary() || !failure.Fatal() {
		t.Fatalf("have %v", err)
	}
	for _, want := range []string{path, "in line 4", `Looks up.`, `Looks it up.`} {
		if !strings.Contains(failure.Detail, want) {
			t.Errorf("%q is not in %s", want, failure.Detail)
		}
	}
	if strings.Contains(failure.Detail, recordedKey) {
		t.Errorf("the key is shown: %s", failure.Detail)
	}
	if _, err := llm.Replay(llm.TapeOptions{Path: path + "x"}); err == nil {
		t.Error("a recording that is not there is replayed")
	}
}

// Equal requests get their answers in turn.
func TestReplayInTurn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tape")
	answer := func(text string) llmtest.Response { return llmtest.OK(llm.Reply{Content: text, FinishReason: "stop"}) }
	record(t, path, llmtest.InTurn(answer("a"), answer("b")), func(client llm.Client) {
		ask(t, client, llmtest.Question("x"))
		ask(t, client, llmtest.Question("x"))
	})
	client := replaying(t, path)
	for i, want := range []string{"a", "b", "b"} {
		if got := ask(t, client, llmtest.Question("x")).Content; got != want {
			t.Errorf("answer %d: %q, want %q", i, got, want)
		}
	}
}

// A run that is resumed goes on with its recording: what is known is not asked
// again, failures that may heal are, and a torn end is cut and told.
func TestRecordResumes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tape")
	ill := func(_ int, body []byte) llmtest.Response {
		if strings.Contains(string(body), "once more (1)") {
			return llmtest.Failure(503, "gone")
		}
		return llmtest.Echo(body)
	}
	request := llmtest.Question("alpha")
	record(t, path, ill, func(client llm.Client) {
		ask(t, client, request)
		for _, name := range []string{"alpha", "gamma"} {
			broken := llmtest.Question(name + ", once more (1)")
			if _, err := client.Complete(t.Context(), broken); classOf(err) != llm.ClassServer {
				t.Error(err)
			}
		}
	})
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	torn := string(data) + "request 0123\nsame 0\n|{\"for"
	if err := os.WriteFile(path, []byte(torn), 0o644); err != nil {
		t.Fatal(err)
	}
	var told warnings
	well := &llmtest.Scripted{Respond: func(int, llm.Request) (*llm.Reply, error) { return llmtest.Text("healed"), nil }}
	recorder, err := llm.Record(well, llm.TapeOptions{Path: path, Decode: openai.Decode, Warn: told.add})
	if err != nil {
		t.Fatal(err)
	}
	if got := ask(t, recorder, request); got.Content != "alpha" || !got.Cached {
		t.Errorf("known: %+v", got)
	}
	if got := ask(t, recorder, llmtest.Question("alpha, once more (1)")).Content; got != "healed" {
		t.Errorf("healed: %q", got)
	}
	if err := recorder.Close(); err != nil {
		t.Fatal(err)
	}
	if len(told.told) != 1 || !strings.Contains(told.told[0], "ends within an answer") {
		t.Errorf("told %q", told.told)
	}
	client := replaying(t, path)
	if got := ask(t, client, llmtest.Question("alpha, once more (1)")).Content; got != "healed" {
		t.Errorf("replayed: %q", got)
	}
	if _, err := client.Complete(t.Context(), llmtest.Question("gamma, once more (1)")); classOf(err) != llm.ClassServer {
		t.Errorf("what never healed is replayed as it was: %v", err)
	}
}

// A whole stack is recorded above its cache, and replayed without an endpoint.
func TestStackRecordsAndReplays(t *testing.T) {
	dir := t.TempDir()
	base := llmtest.Start(t, func(index int, body []byte) llmtest.Response {
		if index%3 == 0 {
			return llmtest.Failure(500, "x")
		}
		return llmtest.Echo(body)
	})
	for i, name := range []string{"first", "from the cache"} {
		stack := newStack(t, wire(t, base, nil), 10, func(o *llm.StackOptions) {
			o.Cache = llm.CacheOptions{Dir: filepath.Join(dir, "cache"), Mode: llm.CacheWrite}
			o.Record = filepath.Join(dir, name)
		})
		askAll(t, stack, 100, 10)
		if err := stack.Close(); err != nil {
			t.Fatal(err)
		}
		if sent := stack.Stats().Sent; i == 1 && sent != 0 {
			t.Errorf("%d sent", sent)
		}
		replay, err := llm.NewStack(llm.StackOptions{Replay: filepath.Join(dir, name), Decode: openai.Decode})
		if err != nil {
			t.Fatal(err)
		}
		askAll(t, replay, 100, 10)
		if stats := replay.Stats(); stats.Answered != 100 || stats.Sent != 0 {
			t.Errorf("%s: %+v", name, stats)
		}
		if err := replay.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := llm.NewStack(llm.StackOptions{Replay: "a", Record: "b"}); err == nil {
		t.Error("recorded and replayed at once")
	}
	if _, err := llm.NewStack(llm.StackOptions{}); err == nil {
		t.Error("a stack without an endpoint")
	}
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/players"
)

// TestKilled kills runs at random moments, tears the end of some journals and of
// some files of answers, and goes on until each is done. Every run must end with
// the rows of one that nobody disturbed. Whatever was on disk after a kill must not
// be asked for again: neither conversations with a row nor answers of others. And
// of what the server had answered, a kill may cost what was on its way, one answer
// for each conversation, and nothing else. BUTTON_KILLS sets the number of kills,
// BUTTON_KILL_SEED other moments.
func TestKilled(t *testing.T) {
	t.Parallel()
	kills, seed := number(t, "BUTTON_KILLS", 6), number(t, "BUTTON_KILL_SEED", 1)
	arena := newArena(t, uint64(seed))
	wanted := arena.rows(arena.run("undisturbed"))
	ideal := arena.begin()
	runs, torn, died, costs := 0, 0, 0, 0
	for died < kills {
		out := fmt.Sprintf("run%d", runs)
		runs++
		for range 1 + arena.random.IntN(4) {
			if died == kills || !arena.killed(out) {
				break
			}
			died++
			bound := conversations
			if arena.random.IntN(3) == 0 && arena.tear(filepath.Join(out, "rows.jsonl")) {
				torn++
			}
			if arena.random.IntN(4) == 0 && arena.tear(filepath.Join(out, answersFolder, "answers-0001")) {
				torn++
				bound++
			}
			lost := arena.settle(out)
			if costs += len(lost); len(lost) > bound {
				t.Errorf("run %d: a kill cost %d answers that the server had given: %v", runs, len(lost), lost)
			}
		}
		if difference := cmp.Diff(wanted, arena.rows(arena.run(out))); difference != "" {
			t.Fatalf("run %d differs from an undisturbed one (-want +got):\n%s", runs, difference)
		}
		arena.extra += arena.begin() - ideal
		os.RemoveAll(filepath.Join(arena.dir, out))
	}
	if repeated := arena.again(); len(repeated) > 0 {
		t.Errorf("%d requests were for what was safe: %v", len(repeated), repeated)
	}
	t.Logf("%d kills over %d runs, %d files torn: all rows equal; %d requests in an undisturbed run, %.2f a kill were asked again, %.2f of them answered before, none of what was on disk",
		died, runs, torn, ideal, float64(arena.extra)/float64(died), float64(costs)/float64(died))
}

func number(t *testing.T, variable string, otherwise int) int {
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s must be a number above 0, not %q", variable, text)
	}
	return n
}

// arena is a folder with a dataset, a slow server for it that counts, and the
// program under test.
type arena struct {
	t       *testing.T
	dir     string
	program string
	baseURL string
	random  *rand.Rand
	tasks   map[string]string // a conversation's beginning -> its task
	extra   int

	mutex    sync.Mutex
	asked    int             // completions of this run
	answered map[string]bool // answers that were given in this run
	settled  map[string]bool // tasks and answers that are on disk
	repeated []string        // those that were asked for again
	arrivals chan struct{}
}

// conversations is how many are under way at a time.
const conversations = 4

// answerName names the answer to a conversation's request, as Origin does.
func answerName(task string, turn int) string { return fmt.Sprintf("%s, answer %d", task, turn) }

func newArena(t *testing.T, seed uint64) *arena {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	a := &arena{t: t, dir: t.TempDir(), random: button.NewRandom(seed), tasks: map[string]string{}, answered: map[string]bool{}, arrivals: make(chan struct{}, 1<<16)}
	a.program = filepath.Join(a.dir, "button")
	if err := os.Symlink(self, a.program); err != nil {
		t.Fatal(err)
	}
	if out, err := a.command("generate", "-n", "24", "--seed", "5", "--worlds", "restaurant,helpdesk", "--out", "data", "-q").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	suite, err := loadSuite(context.Background(), "buttonbench", suiteOptions{data: filepath.Join(a.dir, "data")})
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range suite.Tasks {
		request, _ := task.Start().Next()
		var opening []said
		for _, message := range request.Messages {
			opening = append(opening, said{message.Role, message.Content})
		}
		a.tasks[beginning(opening)] = task.ID()
	}
	if len(a.tasks) != len(suite.Tasks) {
		t.Fatal("two tasks begin alike: take another seed")
	}
	server := httptest.NewServer(a.slow(players.New(players.Options{Guides: guides(suite)})))
	t.Cleanup(server.Close)
	a.baseURL = server.URL + "/v1"
	return a
}

// said is what a conversation is known by of a message.
type said struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// beginning is what tells conversations apart: all that stands before the first
// word of the model.
func beginning(messages []said) string {
	var text bytes.Buffer
	for _, message := range messages {
		if message.Role == button.RoleAssistant {
			break
		}
		fmt.Fprintf(&text, "%s: %s\n", message.Role, message.Content)
	}
	return text.String()
}

// slow answers each completion after 1 to 8 ms and notes it.
func (a *arena) slow(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		var ask struct {
			Messages []said `json:"messages"`
		}
		if json.Unmarshal(body, &ask) == nil && len(ask.Messages) > 0 {
			task, turn := a.tasks[beginning(ask.Messages)], 0
			for _, message := range ask.Messages {
				if message.Role == button.RoleAssistant {
					turn++
				}
			}
			a.note(task, turn)
			defer a.given(answerName(task, turn))
			select {
			case <-time.After(time.Duration(1+len(body)%8) * time.Millisecond):
			case <-r.Context().Done():
				panic(http.ErrAbortHandler)
			}
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

func (a *arena) note(task string, turn int) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.asked++
	for _, name := range []string{task, answerName(task, turn)} {
		if a.settled[name] || task == "" {
			a.repeated = append(a.repeated, name)
		}
	}
	select {
	case a.arrivals <- struct{}{}:
	default:
	}
}

// begin makes ready for another run and returns how much was asked in the last.
func (a *arena) begin() (asked int) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	asked, a.asked, a.settled, a.answered = a.asked, 0, nil, map[string]bool{}
	return asked
}

// again are the settled tasks that were asked for.
func (a *arena) again() []string {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return a.repeated
}

// given notes that an answer is on its way, or was not wanted any more.
func (a *arena) given(name string) {
	if recover() != nil {
		panic(http.ErrAbortHandler)
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.answered[name] = true
}

func (a *arena) command(args ...string) *exec.Cmd {
	cmd := exec.Command(a.program, args...)
	cmd.Dir = a.dir
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0")
	return cmd
}

func (a *arena) evaluation(out string) *exec.Cmd {
	return a.command("eval", "--data", "data", "--model", "oracle", "--base-url", a.baseURL, "--out", out, "-c", strconv.Itoa(conversations), "-q")
}

// run evaluates to the end and returns the folder.
func (a *arena) run(out string) string {
	a.t.Helper()
	if told, err := a.evaluation(out).CombinedOutput(); err != nil {
		a.t.Fatalf("%v\n%s", err, told)
	}
	return out
}

// killed evaluates until a random number of requests has arrived and a random time
// has passed, and kills it; false where it had ended by itself.
func (a *arena) killed(out string) bool {
	for len(a.arrivals) > 0 {
		<-a.arrivals
	}
	cmd := a.evaluation(out)
	if err := cmd.Start(); err != nil {
		a.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	wait := time.Duration(a.random.Int64N(int64(6 * time.Millisecond)))
	requests := a.random.IntN(45)
	if a.random.IntN(8) == 0 { // while it starts
		requests, wait = 0, 20*wait
	}
	for range requests {
		select {
		case <-a.arrivals:
		case err := <-ended:
			if err != nil {
				a.t.Fatal(err)
			}
			return false
		}
	}
	<-time.After(wait)
	cmd.Process.Kill()
	return <-ended != nil
}

// tear cuts the end of the last line off, as a lost block does.
func (a *arena) tear(file string) bool {
	path := filepath.Join(a.dir, file)
	data, err := os.ReadFile(path)
	if err != nil || len(data) == 0 {
		return false
	}
	last := data[bytes.LastIndexByte(data[:len(data)-1], '\n')+1:]
	if err := os.Truncate(path, int64(len(data)-1-a.random.IntN(len(last)))); err != nil {
		a.t.Fatal(err)
	}
	return true
}

// settle notes the tasks of which the killed run left a whole row, and the answers
// that it left of others. It returns the answers that were given and are not there.
func (a *arena) settle(out string) (lost []string) {
	settled := a.kept(out)
	decided := a.rows(out)
	for task := range decided {
		settled[task] = true
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.settled = settled
	for name := range a.answered {
		if task, _, _ := strings.Cut(name, ", answer "); !settled[task] && !settled[name] {
			lost = append(lost, name)
			delete(a.answered, name)
		}
	}
	return lost
}

// kept are the answers in a run's folder that are whole.
func (a *arena) kept(out string) map[string]bool {
	a.t.Helper()
	var data []byte
	segments, _ := filepath.Glob(filepath.Join(a.dir, out, answersFolder, "answers-*"))
	for _, path := range segments {
		next, err := os.ReadFile(path)
		if err != nil {
			a.t.Fatal(err)
		}
		data = append(data, next...)
	}
	names := map[string]bool{}
	for _, entry := range keptEntry.FindAllSubmatchIndex(data, -1) {
		length, _ := strconv.Atoi(string(data[entry[2]:entry[3]]))
		facts, _, _ := bytes.Cut(data[entry[1]:], []byte("\n"))
		var kept struct {
			Origin llm.Origin `json:"origin"`
		}
		// What is torn goes over into the next segment's head, or the end.
		rest := data[entry[1]:]
		if length > len(rest) || bytes.Contains(rest[:length], []byte("\nanswer ")) || json.Unmarshal(facts, &kept) != nil {
			continue
		}
		_, task, _ := strings.Cut(kept.Origin.Conversation, " ")
		names[answerName(task, kept.Origin.Turn)] = true
	}
	return names
}

var keptEntry = regexp.MustCompile(`answer [0-9a-f]{64} ([0-9]{12}) [0-9a-f]{64} [0-9a-f]{8}\n`)

// rows are a run's rows by task, without what was measured with a clock. A line
// without its end is none.
func (a *arena) rows(out string) map[string]string {
	a.t.Helper()
	data, err := os.ReadFile(filepath.Join(a.dir, out, "rows.jsonl"))
	if err != nil && !os.IsNotExist(err) {
		a.t.Fatal(err)
	}
	rows := map[string]string{}
	for line := range bytes.Lines(data) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			break
		}
		var fields map[string]json.RawMessage
		var task string
		if err := json.Unmarshal(line, &fields); err != nil {
			a.t.Fatalf("%s: %v", out, err)
		}
		delete(fields, "latency_ms")
		if err := json.Unmarshal(fields["task"], &task); err != nil || rows[task] != "" {
			a.t.Fatalf("%s: task %s twice, or none: %v", out, task, err)
		}
		text, err := json.Marshal(fields)
		if err != nil {
			a.t.Fatal(err)
		}
		rows[task] = string(text)
	}
	return rows
}

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
)

// endpoint is a running 'button serve' behind a proxy that counts, and that can be
// told to break.
type endpoint struct {
	server *exec.Cmd
	proxy  *httptest.Server

	lock     sync.Mutex
	asked    int             // completions since the last look
	answered map[string]bool // bodies of completions that were passed on
	again    int             // completions that were passed on before, since the last look
	left     int             // completions to answer before it breaks; negative: never
	how      string          // what a broken endpoint does
	markFile string          // is made when it breaks
	busy     int             // completions to refuse before the next is answered
	speech   *speech
	records  string // the data that is played, where it was named
}

// endpointKey finds the endpoint among a script's values.
type endpointKey struct{}

func endpointOf(ts *testscript.TestScript) *endpoint {
	e := ts.Value(endpointKey{}).(*endpoint)
	if e.server == nil {
		ts.Fatalf("nothing is served; say 'serve' first")
	}
	return e
}

// serve ARGS... starts 'button serve' on a free port and names it in BASE_URL.
func serve(ts *testscript.TestScript, neg bool, args []string) { offer(ts, "serve", args) }

// faulty ARGS... does the same with 'button faulty'.
func serveFaulty(ts *testscript.TestScript, neg bool, args []string) { offer(ts, "faulty", args) }

func offer(ts *testscript.TestScript, verb string, args []string) {
	cmd := program(ts, "button", append([]string{verb, "--json", "--addr", "127.0.0.1:0"}, args...)...)
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	ts.Defer(func() { cmd.Process.Kill(); cmd.Wait() })
	line, err := bufio.NewReader(out).ReadBytes('\n')
	ts.Check(err)
	var told struct {
		BaseURL string `json:"base_url"`
	}
	ts.Check(json.Unmarshal(line, &told))
	target, err := url.Parse(strings.TrimSuffix(told.BaseURL, "/v1"))
	ts.Check(err)
	e := ts.Value(endpointKey{}).(*endpoint)
	e.server, e.left = cmd, -1
	if at := slices.Index(args, "--data"); at >= 0 && at+1 < len(args) {
		e.records = filepath.Join(ts.MkAbs(args[at+1]), "records.jsonl")
	}
	forward := httputil.NewSingleHostReverseProxy(target)
	forward.ErrorLog = log.New(io.Discard, "", 0) // clients that leave are part of the tests
	e.proxy = httptest.NewServer(e.handler(forward))
	ts.Defer(func() { e.proxy.CloseClientConnections(); e.proxy.Close() })
	ts.Setenv("BASE_URL", e.proxy.URL+"/v1")
}

func (e *endpoint) handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// A server closes a request's body with the first byte of its answer; the
		// forwarder may not have seen the body's end by then.
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if strings.HasSuffix(r.URL.Path, "/chat/completions") {
			how, speech := e.count()
			switch {
			case how != "":
				broken(how, w, r)
				return
			case speech != nil:
				speech.exchange(w, r, body, next)
				return
			}
			e.pass(body)
		}
		next.ServeHTTP(w, r)
	})
}

// pass notes a completion that will be answered.
func (e *endpoint) pass(body []byte) {
	e.lock.Lock()
	defer e.lock.Unlock()
	if e.answered[string(body)] {
		e.again++
	}
	if e.answered == nil {
		e.answered = map[string]bool{}
	}
	e.answered[string(body)] = true
}

// count notes one completion and tells whether the endpoint is broken by now.
func (e *endpoint) count() (how string, speech *speech) {
	e.lock.Lock()
	defer e.lock.Unlock()
	e.asked++
	if e.busy > 0 {
		e.busy--
		return "busy", nil
	}
	if e.left == 0 {
		if e.markFile != "" {
			os.WriteFile(e.markFile, nil, 0o644)
		}
		return e.how, nil
	}
	e.left--
	return "", e.speech
}

func broken(how string, w http.ResponseWriter, r *http.Request) {
	switch how {
	case "hang":
		<-r.Context().Done()
	case "busy":
		w.Header().Set("Retry-After", "1")
		http.Error(w, `{"error":{"message":"too many requests"}}`, http.StatusTooManyRequests)
	case "cut":
		panic(http.ErrAbortHandler)
	default:
		status, _ := strconv.Atoi(how)
		http.Error(w, `{"error":{"message":"out of order"}}`, status)
	}
}

// answers N HOW [FILE] lets the endpoint answer N more completions; then it hangs,
// is cut, or answers with the status HOW, and FILE is made. 'answers all' mends it.
func answers(ts *testscript.TestScript, neg bool, args []string) {
	e := endpointOf(ts)
	e.lock.Lock()
	defer e.lock.Unlock()
	if len(args) == 1 && args[0] == "all" {
		e.left = -1
		return
	}
	if len(args) < 2 {
		ts.Fatalf("usage: answers N HOW [FILE]")
	}
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	e.left, e.how, e.markFile = n, args[1], ""
	if len(args) > 2 {
		e.markFile = ts.MkAbs(args[2])
	}
}

// busy N: the next N completions are refused with the wish to wait for a second.
func busy(ts *testscript.TestScript, neg bool, args []string) {
	e := endpointOf(ts)
	e.lock.Lock()
	defer e.lock.Unlock()
	if len(args) != 1 {
		ts.Fatalf("usage: busy N")
	}
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	e.busy = n
}

// asked N, or asked some: how many completions were asked since the last look.
func asked(ts *testscript.TestScript, neg bool, args []string) {
	e := endpointOf(ts)
	e.lock.Lock()
	defer e.lock.Unlock()
	if len(args) != 1 || args[0] != strconv.Itoa(e.asked) && !(args[0] == "some" && e.asked > 0) {
		ts.Fatalf("asked %d times, want %v", e.asked, args)
	}
	e.asked = 0
}

// again N: how many completions were asked that had been answered, since the last
// look.
func again(ts *testscript.TestScript, neg bool, args []string) {
	e := endpointOf(ts)
	e.lock.Lock()
	defer e.lock.Unlock()
	if len(args) != 1 || args[0] != strconv.Itoa(e.again) {
		ts.Fatalf("%d completions were asked again, want %v", e.again, args)
	}
	e.answered, e.again = nil, 0
}

// hangup interrupts 'button serve', which must then end well.
func hangUp(ts *testscript.TestScript, neg bool, args []string) {
	e := endpointOf(ts)
	e.proxy.CloseClientConnections()
	ts.Check(e.server.Process.Signal(syscall.SIGINT))
	ts.Check(e.server.Wait())
}

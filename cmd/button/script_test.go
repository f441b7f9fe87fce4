package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the golden files and golden parts of scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"button": main, "toolserver": toolServer, "depotserver": depotServer})
}

// TestScript runs the command lines of testdata/script. Beside testscript's own
// commands the scripts know those of scriptCommands.
func TestScript(t *testing.T) {
	t.Parallel()
	testscript.Run(t, scriptParams("testdata/script"))
}

func scriptParams(dir string) testscript.Params {
	return testscript.Params{
		Dir: dir, UpdateScripts: *update, RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			fixtures, err := filepath.Abs("testdata/fixtures")
			env.Setenv("FIXTURES", fixtures)
			// The race detector would make each of some hundred programs sleep for a
			// second at its end.
			env.Setenv("GORACE", "atexit_sleep_ms=0")
			env.Values[endpointKey{}] = &endpoint{}
			return err
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":      exits,
			"interrupts": interrupts,
			"flips":      flips,
			"serve":      serve,
			"faulty":     serveFaulty,
			"answers":    answers,
			"asked":      asked,
			"again":      again,
			"busy":       busy,
			"speaks":     speaks,
			"hangup":     hangUp,
			"request":    request,
		},
	}
}

// exits CODE PROGRAM ARGS... runs a program that must end with this exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGS...")
	}
	checkExit(ts, args[0], ts.Exec(args[1], args[2:]...))
}

func checkExit(ts *testscript.TestScript, want string, err error) {
	have := 0
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
		have = failed.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(have) != want {
		ts.Fatalf("exit code %d, want %s", have, want)
	}
}

// program prepares a program of the script's, run in its folder.
func program(ts *testscript.TestScript, name string, args ...string) *exec.Cmd {
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		if path := filepath.Join(dir, name); isFile(path) {
			cmd := exec.Command(path, args...)
			cmd.Dir = ts.MkAbs(".")
			cmd.Env = append(os.Environ(), "PATH="+ts.Getenv("PATH"), "GORACE="+ts.Getenv("GORACE"))
			return cmd
		}
	}
	ts.Fatalf("no program %s in the script's PATH", name)
	return nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// interrupts CODE FILE PROGRAM ARGS... starts a program, sends it an interrupt as
// soon as FILE is there, and again from time to time as an impatient user does,
// and wants this exit code.
func interrupts(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: interrupts CODE FILE PROGRAM ARGS...")
	}
	var stdout, stderr bytes.Buffer
	cmd := program(ts, args[2], args[3:]...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	ts.Check(cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	sent, tick := false, time.NewTicker(10*time.Millisecond)
	defer tick.Stop()
	for ticks := 0; ; ticks++ {
		select {
		case err := <-ended:
			ts.Logf("[stdout]\n%s[stderr]\n%s", &stdout, &stderr)
			io.Copy(ts.Stdout(), &stdout)
			io.Copy(ts.Stderr(), &stderr)
			if !sent {
				ts.Fatalf("%s ended before %s was there: %v", args[2], args[1], err)
			}
			checkExit(ts, args[0], err)
			return
		case <-tick.C:
			if _, err := os.Stat(ts.MkAbs(args[1])); err != nil || sent && ticks%50 != 0 {
				continue
			}
			sent = true
			cmd.Process.Signal(syscall.SIGINT)
		}
	}
}

// flips FILE OLD NEW replaces the first occurrence of a text.
func flips(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: flips FILE OLD NEW")
	}
	path := ts.MkAbs(args[0])
	data, err := os.ReadFile(path)
	ts.Check(err)
	changed := bytes.Replace(data, []byte(args[1]), []byte(args[2]), 1)
	if bytes.Equal(data, changed) {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(path, changed, 0o644))
}

// request METHOD PATH [BODYFILE] asks the served endpoint and prints the status
// and the body of its answer.
func request(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: request METHOD PATH [BODYFILE]")
	}
	var body io.Reader
	if len(args) > 2 {
		body = strings.NewReader(ts.ReadFile(args[2]))
	}
	ask, err := http.NewRequest(args[0], ts.Getenv("BASE_URL")+args[1], body)
	ts.Check(err)
	ask.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(ask)
	ts.Check(err)
	defer answer.Body.Close()
	fmt.Fprintf(ts.Stdout(), "status %d, %s\n", answer.StatusCode, answer.Header.Get("Content-Type"))
	_, err = io.Copy(ts.Stdout(), answer.Body)
	ts.Check(err)
}

package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"

	"github.com/buttonbench/button/internal/players"
)

// What --max-tokens says is what every question allows, but for the one that finds
// out the limit of the context.
func TestDoctorMaxTokens(t *testing.T) {
	for flag, want := range map[string]int{"": 512, "--max-tokens=77": 77} {
		var mutex sync.Mutex
		allowed := map[int]int{}
		play := players.New(players.Options{})
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				var ask struct {
					MaxTokens int `json:"max_tokens"`
				}
				body, err := io.ReadAll(r.Body)
				if err != nil || json.Unmarshal(body, &ask) != nil {
					return
				}
				r.Body = io.NopCloser(bytes.NewReader(body))
				mutex.Lock()
				allowed[ask.MaxTokens]++
				mutex.Unlock()
			}
			play.ServeHTTP(w, r)
		}))
		defer server.Close()
		p := &process{
			args:   []string{"doctor", "--model", "lexical", "--base-url", server.URL + "/v1"},
			stdout: io.Discard, stderr: io.Discard, env: func(string) string { return "" },
			terminal: func() bool { return false }, progress: func() bool { return false }, width: func() int { return 80 },
			watch: func() (<-chan os.Signal, func()) { return nil, func() {} },
		}
		if flag != "" {
			p.args = append(p.args, flag)
		}
		if code := p.run(t.Context()); code != exitDone {
			t.Errorf("%q: exit code %d", flag, code)
		}
		delete(allowed, 1<<30)
		if len(allowed) != 1 || allowed[want] < 10 {
			t.Errorf("%q: the questions allow %v tokens, want %d", flag, allowed, want)
		}
	}
}

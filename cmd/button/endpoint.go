package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/buttonbench/button/benchmarks"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/openai"
	"github.com/buttonbench/button/internal/players"
)

// endpointFlags say how a model is reached.
type endpointFlags struct {
	baseURL, keyEnv string
	retries         int
	timeout         time.Duration
}

func (f *endpointFlags) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&f.baseURL, "base-url", "", "endpoint, up to and with /v1")
	flags.StringVar(&f.keyEnv, "api-key-env", "", "environment variable that holds the key")
	flags.IntVar(&f.retries, "retries", 5, "attempts at a request that failed in a way that may heal")
	flags.DurationVar(&f.timeout, "timeout", 2*time.Minute, "time for one request")
}

func (f *endpointFlags) check(model string) error {
	player, embedded := strings.CutPrefix(model, players.Prefix)
	switch {
	case f.retries < 1:
		return usage("--retries must be at least 1, not %d", f.retries)
	case f.timeout <= 0:
		return usage("--timeout must be above 0, not %v", f.timeout)
	case embedded && !slices.Contains(players.Models(), player):
		return hinted(exitUsage, fmt.Errorf("there is no embedded player %q", player), "there are "+embeddedNames())
	case embedded && f.baseURL != "":
		return usage("--base-url has no use for %s, which this program serves itself", model)
	case !embedded && f.baseURL == "":
		return hinted(exitUsage, fmt.Errorf("--base-url is missing for model %q", model), "for example --base-url http://127.0.0.1:8000/v1; the embedded players need none: "+embeddedNames())
	}
	return nil
}

// connection is a way to a model.
type connection struct {
	client llm.Client
	model  string // its name on the wire
	// strange is the endpoint's address where it is not this program's own.
	strange string
	close   func()
}

// connect prepares the way to the model; nothing is sent yet. The embedded players
// are started on a loopback port and reached there like any other model.
func (p *process) connect(ctx context.Context, f *evalFlags, suite *benchmarks.Suite) (*connection, error) {
	c := &connection{model: f.model, strange: f.endpoint.baseURL, close: func() {}}
	baseURL := f.endpoint.baseURL
	if player, embedded := strings.CutPrefix(f.model, players.Prefix); embedded {
		server, err := players.Listen(ctx, "127.0.0.1:0", players.New(players.Options{Guides: guides(suite), Seed: buttonBenchSeed}))
		if err != nil {
			return nil, err
		}
		c.model, c.close, baseURL = player, func() { server.Close() }, server.BaseURL()
	}
	client, err := p.client(&f.endpoint, baseURL, f.concurrency)
	if err != nil {
		c.close()
		return nil, err
	}
	c.client = llm.Retry(client, llm.RetryOptions{
		Attempts: f.endpoint.retries, Base: time.Second, Cap: 30 * time.Second, LongestWish: 2 * time.Minute,
		Random: llm.Jitter(rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))),
	})
	closeServer := c.close
	c.close = func() { client.Close(); closeServer() }
	return c, nil
}

func (p *process) client(f *endpointFlags, baseURL string, concurrency int) (*openai.Client, error) {
	key := ""
	if f.keyEnv != "" {
		if key = p.env(f.keyEnv); key == "" {
			return nil, usage("the environment variable %s, named by --api-key-env, is empty or not set", f.keyEnv)
		}
	}
	client, err := openai.New(openai.Options{BaseURL: baseURL, Key: openai.Key(key), Timeout: f.timeout, MaxIdle: concurrency})
	if err != nil {
		return nil, hinted(exitUsage, err, "for example --base-url http://127.0.0.1:8000/v1")
	}
	return client, nil
}

// knock asks the endpoint for its list of models, which costs nothing. Any HTTP
// answer will do; without one, a run would only wait out its retries.
func knock(ctx context.Context, baseURL string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(baseURL, "/")+"/models", nil)
	if err != nil {
		return hinted(exitUsage, err, "")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			err = fmt.Errorf("no answer from %s within 10 s", request.URL)
		}
		return hinted(exitFailed, fmt.Errorf("reaching the endpoint: %w", err), "is the server up, and is --base-url right?")
	}
	defer response.Body.Close()
	io.Copy(io.Discard, io.LimitReader(response.Body, 1<<20))
	return nil
}

func guides(suite *benchmarks.Suite) []players.Guide {
	if suite.Guide == nil {
		return nil
	}
	return []players.Guide{suite.Guide}
}

// embeddedPlayers lists the players as models are named, the fault kinds of noisy
// aside.
func embeddedPlayers() []string {
	var names []string
	for _, name := range players.Models() {
		if !strings.Contains(name, ":") {
			names = append(names, players.Prefix+name)
		}
	}
	return names
}

func embeddedNames() string { return strings.Join(embeddedPlayers(), ", ") }

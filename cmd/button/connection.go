package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/buttonbench/button/benchmarks"
	"github.com/buttonbench/button/internal/limit"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/openai"
	"github.com/buttonbench/button/internal/models"
	"github.com/buttonbench/button/internal/players"
	"github.com/buttonbench/button/internal/textcalls"
)

// connection is a way to a model.
type connection struct {
	client llm.Client
	model  models.Model
	// stack is what counts and limits requests; watcher counts calls that came as
	// text and that the parser did not read.
	stack   *llm.Stack
	watcher *textcalls.Watcher
	// baseURLs are the endpoints that are asked.
	baseURLs []string
	// costly tells that they are not this program's own.
	costly bool
	// noVerdict counts the rows of this call that are neither pass nor fail.
	noVerdict atomic.Int64
	close     func()
}

// connect prepares the way to the model. Of its endpoints only those are used that
// answer now; no model is asked yet. The embedded players are started on a loopback
// port and reached there like any other model.
func (p *process) connect(ctx context.Context, f *evalFlags, model models.Model, suite *benchmarks.Suite, keeper *llm.Keeper, spent llm.Spending) (*connection, error) {
	c := &connection{model: model, baseURLs: model.BaseURLs, costly: f.endpoint.replay == "", close: func() {}}
	if strings.HasPrefix(f.model, players.Prefix) {
		server, err := players.Listen(ctx, "127.0.0.1:0", players.New(players.Options{Guides: guides(suite), Seed: buttonBenchSeed}))
		if err != nil {
			return nil, err
		}
		c.baseURLs, c.costly = []string{server.BaseURL()}, false
		c.close = func() { server.Close() }
	}
	if c.costly {
		var err error
		if c.baseURLs, err = p.alive(ctx, c.baseURLs); err != nil {
			return nil, err
		}
	}
	if err := p.stack(c, f, keeper, spent); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// stack puts the layers between the driver and the wire together.
func (p *process) stack(c *connection, f *evalFlags, keeper *llm.Keeper, spent llm.Spending) error {
	options := llm.StackOptions{
		Attempts: orDefault(c.model.Limits.Retries, f.endpoint.retries) + 1,
		Record:   f.endpoint.record, Replay: f.endpoint.replay, Decode: openai.Decode, Keeper: keeper,
		Random: llm.Jitter(rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))),
		Warn:   func(text string) { p.warn("%s", text) },
	}
	key, headers, err := c.model.Credentials(p.env)
	if err != nil {
		return hinted(exitUsage, err, "")
	}
	options.Secrets = []string{key}
	var closers []func()
	for _, baseURL := range c.baseURLs {
		client, err := openai.New(openai.Options{BaseURL: baseURL, Key: openai.Key(key), Header: headers, Timeout: orDefault(c.model.Limits.Timeout, f.endpoint.timeout), MaxIdle: f.concurrency})
		if err != nil {
			return hinted(exitUsage, err, "for example --base-url http://127.0.0.1:8000/v1")
		}
		closers = append(closers, client.Close)
		options.Endpoints = append(options.Endpoints, llm.StackEndpoint{Name: baseURL, Client: client, Limits: limit.Options{
			Patience:          f.endpoint.patience,
			Ceiling:           min(f.concurrency, orDefault(c.model.Limits.Concurrency, f.concurrency)),
			RequestsPerMinute: float64(orDefault(c.model.Limits.RequestsPerMinute, 0)),
			TokensPerMinute:   float64(orDefault(c.model.Limits.TokensPerMinute, 0)),
		}})
	}
	if err := f.endpoint.spending(&options, c.model, spent); err != nil {
		return err
	}
	if c.stack, err = llm.NewStack(options); err != nil {
		return hinted(exitUsage, err, "")
	}
	closeServer := c.close
	c.close = func() {
		if err := c.stack.Close(); err != nil {
			p.warn("%v", err)
		}
		for _, closeClient := range closers {
			closeClient()
		}
		closeServer()
	}
	return c.read()
}

// read puts the parser of calls in text on top, and a watcher over it.
func (c *connection) read() error {
	client, err := reader(c.stack, c.model)
	if err != nil {
		return err
	}
	c.watcher = textcalls.Watch(client)
	c.client = c.watcher
	return nil
}

// reader is a client that also reads the calls that the model's parser finds in
// text; the client itself where that is none.
func reader(client llm.Client, model models.Model) (llm.Client, error) {
	client, err := textcalls.New(client, textcalls.Options{Prompted: model.Tools == models.ToolsPrompted, Parser: model.Parser})
	var unknown *textcalls.UnknownError
	if errors.As(err, &unknown) {
		return nil, hinted(exitUsage, err, "there are "+strings.Join(unknown.Known, ", "))
	}
	return client, err
}

func orDefault[T any](value *T, otherwise T) T {
	if value == nil {
		return otherwise
	}
	return *value
}

// alive returns the endpoints that answer; it is an error if none does.
func (p *process) alive(ctx context.Context, baseURLs []string) ([]string, error) {
	errs := make([]error, len(baseURLs))
	var wait sync.WaitGroup
	for i, baseURL := range baseURLs {
		wait.Go(func() { errs[i] = knock(ctx, baseURL) })
	}
	wait.Wait()
	var answering []string
	for i, err := range errs {
		if err == nil {
			answering = append(answering, baseURLs[i])
		}
	}
	if len(answering) == 0 {
		return nil, errs[0]
	}
	for _, err := range errs {
		if err != nil {
			p.warn("%v; going on without it", err)
		}
	}
	return answering, nil
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

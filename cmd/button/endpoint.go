package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/pflag"

	"github.com/buttonbench/button/benchmarks"
	"github.com/buttonbench/button/internal/limit"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/openai"
	"github.com/buttonbench/button/internal/models"
	"github.com/buttonbench/button/internal/players"
	"github.com/buttonbench/button/internal/textcalls"
)

// defaultModelsFile is read where it stands in the working folder.
const defaultModelsFile = "models.yaml"

// endpointFlags say how a model is reached and what may be spent on it.
type endpointFlags struct {
	models         string
	baseURLs       []string
	keyEnv         string
	retries        int
	timeout        time.Duration
	patience       time.Duration
	tools, parser  string
	cache          string
	cacheDir       string
	record, replay string
	budgetUSD      float64
	budgetTokens   int64
}

func (f *endpointFlags) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&f.models, "models", "", "file of named models (default: "+defaultModelsFile+", if there is one)")
	flags.StringSliceVar(&f.baseURLs, "base-url", nil, "endpoint, up to and with /v1; several are asked in turn")
	flags.StringVar(&f.keyEnv, "api-key-env", "", "environment variable that holds the key")
	flags.IntVar(&f.retries, "retries", 5, "attempts at a request that failed in a way that may heal")
	flags.DurationVar(&f.timeout, "timeout", 2*time.Minute, "time for one request")
	flags.DurationVar(&f.patience, "patience", 30*time.Second, "how long an endpoint that does not answer, or asks for a pause, is waited for")
	flags.StringVar(&f.tools, "tools", "", "native, or prompted: tools and calls as text in the dialect of --parser")
	flags.StringVar(&f.parser, "parser", "", "how calls are read: native (the server's own), auto (from the text too), or a dialect")
	flags.StringVar(&f.cache, "cache", "off", "answers of earlier runs: read, write (read and keep) or off")
	flags.StringVar(&f.cacheDir, "cache-dir", "", "folder of the cache (default: in the user's cache folder)")
	flags.StringVar(&f.record, "record", "", "keep all requests and answers in this file, without secrets")
	flags.StringVar(&f.replay, "replay", "", "answer from such a file, without a network")
	flags.Float64Var(&f.budgetUSD, "budget-usd", 0, "stop before more than this is spent; needs prices in the models file")
	flags.Int64Var(&f.budgetTokens, "budget-tokens", 0, "stop before more tokens than this are used")
}

func (f *endpointFlags) check(model string) error {
	player, embedded := strings.CutPrefix(model, players.Prefix)
	switch {
	case f.retries < 1:
		return usage("--retries must be at least 1, not %d", f.retries)
	case f.timeout <= 0:
		return usage("--timeout must be above 0, not %v", f.timeout)
	case f.patience <= 0:
		return usage("--patience must be above 0, not %v", f.patience)
	case f.budgetUSD < 0 || f.budgetTokens < 0:
		return usage("a budget must not be below 0")
	case f.record != "" && f.replay != "":
		return usage("a run is either recorded or replayed: --record and --replay exclude each other")
	case !slices.Contains([]string{"off", "read", "write"}, f.cache):
		return usage("--cache must be read, write or off, not %q", f.cache)
	case embedded && !slices.Contains(players.Models(), player):
		return hinted(exitUsage, fmt.Errorf("there is no embedded player %q", player), "there are "+embeddedNames())
	case embedded && len(f.baseURLs) > 0:
		return usage("--base-url has no use for %s, which this program serves itself", model)
	}
	return nil
}

// resolve finds the model: by its name in the models file, or as a bare id with
// --base-url. Flags that were given override the file.
func (f *endpointFlags) resolve(model string, o models.Override, given func(string) bool) (models.Model, error) {
	file := models.New(textcalls.Parsers()[2:])
	path := f.models
	if path == "" {
		if _, err := os.Stat(defaultModelsFile); err == nil {
			path = defaultModelsFile
		}
	}
	if path != "" {
		var err error
		if file, err = models.Load(path, textcalls.Parsers()[2:]); err != nil {
			return models.Model{}, hinted(exitUsage, err, "docs/models.md describes the file")
		}
	}
	o.BaseURLs, o.APIKeyEnv, o.Tools, o.Parser = f.baseURLs, f.keyEnv, f.tools, f.parser
	if given("timeout") {
		o.Limits.Timeout = &f.timeout
	}
	if given("retries") {
		further := f.retries - 1 // the file counts what comes behind the first attempt
		o.Limits.Retries = &further
	}
	found, err := file.Resolve(model, o)
	if err != nil && len(f.baseURLs) == 0 {
		return found, hinted(exitUsage, fmt.Errorf("--base-url is missing for model %q", model), "for example --base-url http://127.0.0.1:8000/v1; the embedded players need none: "+embeddedNames())
	}
	if err != nil {
		return found, hinted(exitUsage, err, "for example --base-url http://127.0.0.1:8000/v1")
	}
	return found, nil
}

// ready finds mistakes in how a model is to be asked before a folder is made for
// its run.
func (f *endpointFlags) ready(model models.Model, env func(string) string) error {
	key, headers, err := model.Credentials(env)
	if err != nil {
		return hinted(exitUsage, err, "")
	}
	for _, baseURL := range model.BaseURLs {
		client, err := openai.New(openai.Options{BaseURL: baseURL, Key: openai.Key(key), Header: headers})
		if err != nil {
			return hinted(exitUsage, err, "for example --base-url http://127.0.0.1:8000/v1")
		}
		client.Close()
	}
	if f.budgetUSD > 0 && model.Prices == nil {
		return hinted(exitUsage, errors.New("--budget-usd needs the model's prices"), "give them in the models file, or use --budget-tokens")
	}
	_, err = reader(nil, model)
	return err
}

// connection is a way to a model.
type connection struct {
	client llm.Client
	model  models.Model
	// stack is what counts and limits requests; watcher what calls went unread,
	// nil where a parser is at work.
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
func (p *process) connect(ctx context.Context, f *evalFlags, model models.Model, suite *benchmarks.Suite, spent llm.Spending) (*connection, error) {
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
	if err := p.stack(c, f, spent); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// stack puts the layers between the driver and the wire together.
func (p *process) stack(c *connection, f *evalFlags, spent llm.Spending) error {
	options := llm.StackOptions{
		Attempts: orDefault(c.model.Limits.Retries, f.endpoint.retries-1) + 1,
		Record:   f.endpoint.record, Replay: f.endpoint.replay, Decode: openai.Decode,
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

// spending sets cache, prices and budget.
func (f *endpointFlags) spending(options *llm.StackOptions, model models.Model, spent llm.Spending) error {
	options.Meter.Budget = llm.Budget{USD: f.budgetUSD, Tokens: f.budgetTokens}
	options.Meter.Spent = spent
	if model.Prices != nil {
		options.Meter.Prices = prices(model)
	}
	if f.cache == "off" {
		return nil
	}
	dir := f.cacheDir
	if dir == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return hinted(exitUsage, err, "name a folder with --cache-dir")
		}
		dir = filepath.Join(base, "button", "answers")
	}
	options.Cache = llm.CacheOptions{Dir: dir, Mode: llm.CacheMode(f.cache), Scope: strings.Join(model.BaseURLs, " ")}
	return nil
}

func prices(model models.Model) llm.Prices {
	return llm.Prices{Input: model.Prices.Input, Output: model.Prices.Output, CachedInput: model.Prices.CachedInput}
}

// read puts the parser of calls in text on top, or a watcher where there is none.
func (c *connection) read() error {
	client, err := reader(c.stack, c.model)
	if err != nil {
		return err
	}
	c.client = client
	if client == llm.Client(c.stack) {
		c.watcher = textcalls.Watch(c.stack)
		c.client = c.watcher
	}
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

package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/buttonbench/button/benchmarks"
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

// addFlags adds all of them; cache is what is done with answers unless the user
// says otherwise.
func (f *endpointFlags) addFlags(flags *pflag.FlagSet, cache llm.CacheMode) {
	flags.StringVar(&f.models, "models", "", "file of named models (default: "+defaultModelsFile+", if there is one)")
	flags.StringSliceVar(&f.baseURLs, "base-url", nil, "endpoint, up to and with /v1; several are asked in turn")
	flags.StringVar(&f.keyEnv, "api-key-env", "", "environment variable that holds the key")
	flags.IntVar(&f.retries, "retries", llm.DefaultAttempts-1, "how often a request is put again after failures that may heal")
	flags.DurationVar(&f.timeout, "timeout", 2*time.Minute, "time for one request")
	flags.DurationVar(&f.patience, "patience", 30*time.Second, "how long an endpoint that does not answer, or asks for a pause, is waited for")
	flags.StringVar(&f.cache, "cache", string(cache), "answers of earlier runs: read, write (read and keep) or off")
	flags.StringVar(&f.cacheDir, "cache-dir", "", "folder of the cache (default: in the user's cache folder)")
	flags.StringVar(&f.record, "record", "", "keep all requests and answers in this file, without secrets")
	flags.StringVar(&f.replay, "replay", "", "answer from such a file, without a network")
	flags.Float64Var(&f.budgetUSD, "budget-usd", 0, "stop before more than this is spent; needs prices in the models file")
	flags.Int64Var(&f.budgetTokens, "budget-tokens", 0, "stop before more tokens than this are used")
}

// addReadingFlags adds how the model is offered tools and how its calls are read.
func (f *endpointFlags) addReadingFlags(flags *pflag.FlagSet) {
	flags.StringVar(&f.tools, "tools", "", "native, or prompted: tools and calls as text in the dialect of --parser")
	flags.StringVar(&f.parser, "parser", "", "how calls are read: native (the server's own), auto (from the text too), or a dialect")
}

func (f *endpointFlags) check(model string) error {
	player, embedded := strings.CutPrefix(model, players.Prefix)
	switch {
	case f.retries < 0:
		return usage("--retries must be at least 0, not %d", f.retries)
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
		o.Limits.Retries = &f.retries
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

package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/simulated"
	"github.com/buttonbench/button/internal/toolsource"
)

// ownFlags say which functions of the user's own records are made with, and whether
// they are called for real.
type ownFlags struct {
	source  string
	execute bool
	writes  bool
	except  []string
	keyEnv  string
	timeout time.Duration
}

func (f *ownFlags) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&f.source, "tools", "", "simulated: make data for these tools: a list, an OpenAPI document or an MCP server as for 'button tools', or world:NAME")
	flags.BoolVar(&f.execute, "execute", false, "simulated: with --tools, call those that only read for real; the others are left out")
	flags.BoolVar(&f.writes, "execute-writes", false, "simulated: with --execute, call those too that change something")
	flags.StringSliceVar(&f.except, "tools-except", nil, "simulated: tools of --tools to leave out, by name, such as one whose results are nobody's business")
	flags.StringVar(&f.keyEnv, "tools-api-key-env", "", "simulated: environment variable that holds a key for the host of --tools")
	flags.DurationVar(&f.timeout, "tools-timeout", toolsource.DefaultTimeout, "simulated: time for opening --tools, and for each call")
}

func (f *ownFlags) check(imagination *imaginationFlags) error {
	switch {
	case f.source == "" && (f.execute || f.keyEnv != "" || len(f.except) > 0):
		return usage("--execute, --tools-except and --tools-api-key-env have no use without --tools")
	case f.writes && !f.execute:
		return usage("--execute-writes has no use without --execute")
	case f.source != "" && len(imagination.seeds) > 0:
		return usage("scenarios are drawn from the tools of --tools, so that --seeds has no use beside it")
	case f.timeout <= 0:
		return usage("--tools-timeout must be above 0, not %v", f.timeout)
	}
	return nil
}

// ownConfig is what records depend on of the user's functions.
type ownConfig struct {
	Source        string `json:"source"`
	Hash          string `json:"hash"` // of all functions as they were read
	Execute       bool   `json:"execute,omitempty"`
	ExecuteWrites bool   `json:"execute_writes,omitempty"`
	// Except names tools that the user does not want.
	Except []string `json:"except,omitempty"`
}

// ownTools are the functions of the user's own.
type ownTools struct {
	config    *ownConfig
	catalogue *simulated.Catalogue
	executor  simulated.Executor // nil where results are invented
	today     string             // the only day on which calls work, "" for any
	origins   map[string]string
	leftOut   []leftOutTool
	closers   []func()
}

// leftOutTool is one that no record has.
type leftOutTool struct {
	Name   string `json:"name"`
	Origin string `json:"origin,omitempty"`
	Reason string `json:"reason"`
}

// ownFacts is what a manifest tells of the user's functions. How many records use
// each is told by the properties "function:NAME".
type ownFacts struct {
	Used    []usedTool    `json:"used"`
	LeftOut []leftOutTool `json:"left_out"`
}

type usedTool struct {
	Name     string `json:"name"`
	Origin   string `json:"origin,omitempty"`
	Effect   string `json:"effect"`
	Declares bool   `json:"declares_result"`
}

func (o *ownTools) facts() *ownFacts {
	facts := &ownFacts{Used: []usedTool{}, LeftOut: append([]leftOutTool{}, o.leftOut...)}
	for _, f := range o.catalogue.Functions() {
		facts.Used = append(facts.Used, usedTool{f.Tool.Name, o.origins[f.Tool.Name], f.Effect, f.Returns != nil})
	}
	return facts
}

func (o *ownTools) close() {
	for _, closer := range slices.Backward(o.closers) {
		closer()
	}
}

// worldSource begins a source that is a world.
const worldSource = "world:"

// openOwn reads the user's functions and sorts out those that can be used.
func (p *process) openOwn(ctx context.Context, m *making) error {
	f := &m.flags.imagination.own
	o := &ownTools{config: &ownConfig{Source: shownSource(f.source), Execute: f.execute, ExecuteWrites: f.writes, Except: f.except}, origins: map[string]string{}}
	m.own = o
	open := p.openSource
	if strings.HasPrefix(f.source, worldSource) {
		open = p.openWorld
	}
	functions, err := open(ctx, o, m)
	if err != nil {
		return err
	}
	for _, name := range f.except {
		if !slices.ContainsFunc(functions, func(one simulated.Function) bool { return one.Tool.Name == name }) {
			return hinted(exitUsage, fmt.Errorf("--tools-except: there is no tool %q", name), "'button tools' lists them by name")
		}
	}
	functions = slices.DeleteFunc(functions, func(one simulated.Function) bool {
		excepted := slices.Contains(f.except, one.Tool.Name)
		if excepted {
			o.leaveOut(one.Tool.Name, "it is named by --tools-except")
		}
		return excepted
	})
	if f.execute && !f.writes {
		functions = slices.DeleteFunc(functions, func(one simulated.Function) bool {
			if one.Effect != button.EffectWrite {
				return false
			}
			o.leaveOut(one.Tool.Name, "it may change something, and is not called without --execute-writes")
			return true
		})
	}
	var left []simulated.LeftOut
	o.catalogue, left = simulated.NewCatalogue(functions, button.Seed(m.flags.seed, "groups of functions", 0))
	for _, one := range left {
		o.leaveOut(one.Name, one.Reason)
	}
	m.config.Imagination.Tools = o.config
	for _, one := range o.leftOut {
		p.warn("%s is left out: %s", one.Name, one.Reason)
	}
	if len(o.catalogue.Functions()) == 0 {
		return hinted(exitFailed, fmt.Errorf("%s has no tool that records can be made with", o.config.Source), "'button tools' lists what it offers")
	}
	return nil
}

func (o *ownTools) leaveOut(name, reason string) {
	o.leftOut = append(o.leftOut, leftOutTool{name, o.origins[name], reason})
}

// openSource reads tools as 'button tools' does.
func (p *process) openSource(ctx context.Context, o *ownTools, m *making) ([]simulated.Function, error) {
	f := &m.flags.imagination.own
	options := toolsource.Options{Timeout: f.timeout}
	if f.keyEnv != "" {
		key := p.env(f.keyEnv)
		if key == "" {
			return nil, usage("--tools-api-key-env: the environment variable %s is empty", f.keyEnv)
		}
		options.Header = http.Header{"Authorization": {"Bearer " + key}}
	}
	source, err := toolsource.Open(ctx, f.source, options)
	if err != nil {
		return nil, hinted(exitFailed, err, "'button tools' tells what a source may be")
	}
	o.closers = append(o.closers, source.Close)
	if f.execute && !source.Callable() {
		return nil, hinted(exitUsage, errors.New("--execute: the tools of this source are only described"), "MCP servers and worlds can be called")
	}
	for _, warning := range source.Warnings {
		p.warn("%s", warning)
	}
	for _, skipped := range source.Skipped {
		o.leftOut = append(o.leftOut, leftOutTool{skipped.Name, skipped.Origin, skipped.Reason})
	}
	var functions []simulated.Function
	for _, tool := range source.Tools {
		function := simulated.Function{Tool: tool.Tool, Returns: tool.Returns, Effect: tool.Effect}
		for _, failure := range tool.Errors {
			function.Errors = append(function.Errors, simulated.FunctionError{Code: failure.Code, When: failure.When})
		}
		o.origins[tool.Name] = tool.Origin
		functions = append(functions, function)
	}
	if o.config.Hash, err = hashFunctions(functions); err != nil || !f.execute {
		return functions, err
	}
	book, err := p.openCallBook(&m.flags.teacher.endpoint, o.config)
	if err != nil {
		return nil, err
	}
	o.closers = append(o.closers, book.close)
	o.executor = &caller{source: source, book: book}
	return functions, nil
}

// openWorld takes a world's functions.
func (p *process) openWorld(_ context.Context, o *ownTools, m *making) ([]simulated.Function, error) {
	w, err := loadWorld(strings.TrimPrefix(m.flags.imagination.own.source, worldSource))
	if err != nil {
		return nil, err
	}
	var executor *worldExecutor
	if m.flags.imagination.own.execute {
		start, err := w.Start(button.Seed(m.flags.seed, "state of "+w.Name, 0))
		if err != nil {
			return nil, err
		}
		executor = &worldExecutor{start}
		o.executor, o.today = executor, start.Today
	}
	var functions []simulated.Function
	for _, function := range w.Functions {
		one := worldFunction(function)
		if executor != nil {
			one.Examples = executor.examples(function)
		}
		functions = append(functions, one)
		o.origins[function.Name] = "world " + w.Name
	}
	o.config.Source, o.config.Hash = worldSource+w.Name, "sha256:"+w.Hash
	return functions, nil
}

// hashFunctions is a hash of all that records can have of functions.
func hashFunctions(functions []simulated.Function) (string, error) {
	sum := sha256.New()
	for _, f := range functions {
		line, err := json.Marshal([]any{f.Tool.Name, f.Tool.Description, f.Tool.Parameters, f.Returns, f.Errors, f.Effect})
		if err != nil {
			return "", fmt.Errorf("hashing %s: %w", f.Tool.Name, err)
		}
		sum.Write(append(line, '\n'))
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil)), nil
}

// secretWord finds words of a command that are, or go before, a secret.
var secretWord = regexp.MustCompile(`(?i)((?:key|token|secret|password|auth)[\w-]*(?:=|\s+))\S+`)

// shownSource is a source as a manifest may tell it: without what gives access.
func shownSource(source string) string {
	at := strings.Index(source, "http")
	if at < 0 || strings.HasPrefix(source, "mcp:") {
		return secretWord.ReplaceAllString(source, "$1***")
	}
	address, err := url.Parse(source[at:])
	if err != nil {
		return source[:at] + "..."
	}
	address.User, address.RawQuery, address.Fragment = nil, "", ""
	return source[:at] + address.String()
}

// tell says in a card where the functions come from, and the results.
func (o *ownTools) tell(say func(string, ...any), teacher string) {
	say("Its tools are those of %s, as they are: %d of them are used, %d were left out for reasons that manifest.json gives.\nRequests, thoughts and answers were written by %s.", o.config.Source, len(o.catalogue.Functions()), len(o.leftOut), teacher)
	if o.executor != nil {
		say("Every tool result is what a real call brought (check \"executed\"); no result was invented.")
		return
	}
	say("Every tool result was invented by the same model, within the result's schema where the tool declares one (member\n\"responses\"); nothing was called.")
}

// seed lets scenarios be drawn from groups of the functions. They stay in the fields
// that the functions are about, however few those are.
func (o *ownTools) seed(options *simulated.PoolOptions) {
	size := options.Size
	options.DomainShare = 1
	options.Axes = slices.DeleteFunc(simulated.Axes(), func(axis simulated.Axis) bool { return axis == simulated.AxisDomain })
	options.Seeds = iter.Seq2[simulated.Seed, error](func(yield func(simulated.Seed, error) bool) {
		for n := range size {
			if !yield(o.catalogue.Seed(n), nil) {
				return
			}
		}
	})
}

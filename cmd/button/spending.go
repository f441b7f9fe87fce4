package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/models"
	"github.com/buttonbench/button/internal/runstore"
)

// unreadShare is the share of answers with unread calls from which a run warns.
const unreadShare = 0.01

// answersFolder is where a run keeps the answers of conversations without a verdict.
const answersFolder = "answers"

// ledger is what a run's rows say of each task and repeat.
type ledger map[string]struct {
	decided bool
	spent   llm.Spending
}

func readLedger(run *runstore.Run) (ledger, error) {
	read := ledger{}
	for line, err := range run.Rows() {
		if err != nil {
			return nil, err
		}
		var used struct {
			Requests int           `json:"requests"`
			Usage    llm.Usage     `json:"usage"`
			Paid     *llm.Spending `json:"paid"`
		}
		if err := json.Unmarshal(line.Data, &used); err != nil {
			return nil, fmt.Errorf("reading what task %s has cost: %w", line.Task, err)
		}
		row := eval.Row{Requests: used.Requests, Usage: used.Usage, Paid: used.Paid}
		entry := read[eval.Conversation(line.Task, line.Repeat)]
		entry.decided, entry.spent = line.Outcome != eval.OutcomeNoVerdict, row.Spent()
		read[eval.Conversation(line.Task, line.Repeat)] = entry
	}
	return read, nil
}

// openKeeper keeps answers in the run's folder, so that nothing is paid for twice
// by the calls of the same command. spent is what earlier calls have paid, so that
// a budget holds over all: rows tell it for what is decided, the keeper for what
// is not. before is added.
func (p *process) openKeeper(f *evalFlags, model models.Model, run *runstore.Run, before llm.Spending) (keeper *llm.Keeper, spent llm.Spending, err error) {
	rows, err := readLedger(run)
	if err != nil {
		return nil, spent, err
	}
	keeper, err = llm.OpenKeeper(llm.KeeperOptions{
		Dir: filepath.Join(f.out, answersFolder), Anew: f.resume == "never", Scope: scope(model),
		Finished: func(conversation string) bool { return rows[conversation].decided },
		Warn:     func(text string) { p.warn("%s", text) },
	})
	if err != nil {
		return nil, spent, err
	}
	spent = before
	unfinished := keeper.Unfinished()
	for conversation, row := range rows {
		// A power cut may have taken answers whose row is there.
		if row.spent.Answers >= unfinished[conversation].Answers {
			delete(unfinished, conversation)
			spent.Add(row.spent)
		}
	}
	for _, paid := range unfinished {
		spent.Add(paid)
	}
	if model.Prices != nil {
		spent = spent.Priced(prices(model))
	}
	return keeper, spent, nil
}

func (p *process) closeKeeper(keeper *llm.Keeper) {
	if err := keeper.Close(); err != nil {
		p.warn("%v", err)
	}
}

// scope tells apart models of the same name on different servers.
func scope(model models.Model) string { return strings.Join(model.BaseURLs, " ") }

// note is what the progress line says beside rate and time left.
func (c *connection) note() string {
	if !c.costly {
		return "" // embedded players and recordings cost nothing
	}
	stats := c.stack.Stats()
	note := fmt.Sprintf("%d in flight, %s tokens", stats.InFlight, thousands(stats.Spent.PromptTokens+stats.Spent.CompletionTokens))
	if c.model.Prices != nil {
		note += fmt.Sprintf(", $%.2f", stats.Spent.Cost.Dollars())
	}
	if n := c.noVerdict.Load(); n > 0 {
		note += fmt.Sprintf(", %d without a verdict", n)
	}
	if stats.Retries > 0 {
		note += fmt.Sprintf(", %d retries", stats.Retries)
	}
	if stats.Closed > 0 {
		note += ", waiting: " + stats.Reason
	}
	return note
}

// details are the note's figures for machines.
func (c *connection) details() map[string]any {
	stats := c.stack.Stats()
	told := map[string]any{"no_verdict": c.noVerdict.Load()}
	if !c.costly {
		return told
	}
	told["in_flight"], told["retries"] = stats.InFlight, stats.Retries
	told["prompt_tokens"], told["completion_tokens"] = stats.Spent.PromptTokens, stats.Spent.CompletionTokens
	if c.model.Prices != nil {
		told["cost_usd"] = stats.Spent.Cost.Dollars()
	}
	if stats.Closed > 0 {
		told["waiting"] = stats.Reason
	}
	return told
}

func thousands(n int64) string {
	switch {
	case n >= 10_000_000:
		return fmt.Sprintf("%d M", n/1_000_000)
	case n >= 10_000:
		return fmt.Sprintf("%d k", n/1_000)
	}
	return fmt.Sprint(n)
}

// silentAnswers is from how many answers without one call a run warns.
const silentAnswers = 10

// warnOfUnread tells of calls that came as text and went unread, and of a server
// that seems to keep the tools from the model.
func (p *process) warnOfUnread(c *connection) {
	if offered, called := c.watcher.Calls(); c.costly && called == 0 && offered >= silentAnswers {
		defer p.warn("none of %d answers calls a function: a server whose chat template has no place for tools leaves them out without a word; 'button doctor' examines it, and --tools prompted --parser DIALECT writes them into the prompt", offered)
	}
	answers, unread, dialect := c.watcher.Unread()
	if answers > 0 && float64(unread) > unreadShare*float64(answers) {
		p.warn("%d of %d answers hold tool calls as text that were not read; --parser %s would have read most of them, and so would a server started with the parser of that dialect", unread, answers, dialect)
	}
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
	dir, err := f.cacheFolder()
	if err != nil {
		return err
	}
	options.Cache = llm.CacheOptions{Dir: dir, Mode: llm.CacheMode(f.cache), Scope: scope(model)}
	return nil
}

// cacheFolder is where answers are kept.
func (f *endpointFlags) cacheFolder() (string, error) {
	if f.cacheDir != "" {
		return f.cacheDir, nil
	}
	base, err := os.UserCacheDir()
	if err != nil {
		return "", hinted(exitUsage, err, "name a folder with --cache-dir")
	}
	return filepath.Join(base, "button", "answers"), nil
}

func prices(model models.Model) llm.Prices {
	return llm.Prices{Input: model.Prices.Input, Output: model.Prices.Output, CachedInput: model.Prices.CachedInput}
}

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/models"
	"github.com/buttonbench/button/internal/runstore"
)

// unreadShare is the share of answers with unread calls from which a run warns.
const unreadShare = 0.01

// spentOn adds up what a run's rows have used and cost, so that a budget holds
// over all calls of the same command.
func spentOn(run *runstore.Run, model models.Model) (llm.Spending, error) {
	var spent llm.Spending
	for row, err := range run.Rows() {
		if err != nil {
			return spent, err
		}
		var used struct {
			Usage llm.Usage `json:"usage"`
		}
		if err := json.Unmarshal(row.Data, &used); err != nil {
			return spent, fmt.Errorf("reading what task %s has used: %w", row.Task, err)
		}
		spent.PromptTokens += int64(used.Usage.PromptTokens)
		spent.CachedTokens += int64(used.Usage.CachedTokens)
		spent.CompletionTokens += int64(used.Usage.CompletionTokens)
		if model.Prices != nil {
			spent.Cost += llm.NanoUSD(1e9 * model.Prices.Cost(used.Usage.PromptTokens, used.Usage.CachedTokens, used.Usage.CompletionTokens))
		}
	}
	return spent, nil
}

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

// warnOfUnread tells of calls that came as text and went unread.
func (p *process) warnOfUnread(c *connection) {
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

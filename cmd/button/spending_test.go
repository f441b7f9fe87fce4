package main

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/limit"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/openai"
	"github.com/buttonbench/button/internal/models"
	"github.com/buttonbench/button/internal/runstore"
)

// answering gives every request the same usage; negative counts are not reported.
type answering llm.Usage

func (a answering) Complete(ctx context.Context, _ llm.Request) (*llm.Reply, error) {
	return &llm.Reply{Content: "sixteen letters.", Raw: []byte(`{"choices":[{"message":{"content":"sixteen letters."}}]}`), Status: 200, Usage: llm.Usage(a)}, ctx.Err()
}

// What a run has spent is what was paid in it: for rows with a verdict, for rows
// without, and for conversations that left no row; once each.
func TestSpentSoFar(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "run")
	f, p := &evalFlags{out: folder, resume: "same"}, &process{stderr: os.Stderr}
	priced := models.Model{Prices: &models.Prices{Input: 1, Output: 10}}
	open := func() (*runstore.Run, *llm.Keeper, llm.Spending) {
		run, _, err := runstore.OpenRun(runstore.OS{}, folder, runstore.Manifest{Tool: "test", Config: json.RawMessage(`{}`)}, runstore.ResumeSame)
		if err != nil {
			t.Fatal(err)
		}
		keeper, spent, err := p.openKeeper(f, priced, run, llm.Spending{})
		if err != nil {
			t.Fatal(err)
		}
		return run, keeper, spent
	}
	run, keeper, spent := open()
	if spent != (llm.Spending{}) {
		t.Errorf("a new run has spent %+v", spent)
	}
	pay := func(task string, turns int, used llm.Usage) {
		t.Helper()
		stack, err := llm.NewStack(llm.StackOptions{
			Endpoints: []llm.StackEndpoint{{Client: answering(used), Limits: limit.Options{Ceiling: 1}}},
			Keeper:    keeper, Decode: openai.Decode, Random: rand.Float64,
		})
		if err != nil {
			t.Fatal(err)
		}
		for turn := range turns {
			request := llm.Request{Messages: []button.Message{{Role: button.RoleUser, Content: "fifteen letters"}}, Origin: llm.Origin{Conversation: eval.Conversation(task, 0), Turn: turn}}
			if _, err := stack.Complete(t.Context(), request); err != nil {
				t.Fatal(err)
			}
		}
	}
	store := func(row eval.Row) {
		t.Helper()
		row.Charge(keeper.Paid(row.Conversation()))
		line, err := json.Marshal(row)
		if err != nil {
			t.Fatal(err)
		}
		if err := run.Append(line); err != nil {
			t.Fatal(err)
		}
		if row.Outcome != eval.OutcomeNoVerdict {
			keeper.Finish(row.Conversation())
		}
	}
	usual := llm.Usage{PromptTokens: 100, CompletionTokens: 10}
	pay("decided", 2, usual)
	store(eval.Row{Task: "decided", Outcome: eval.OutcomePass, Requests: 2, Usage: llm.Usage{PromptTokens: 200, CompletionTokens: 20}})
	pay("failed", 1, usual)
	store(eval.Row{Task: "failed", Outcome: eval.OutcomeNoVerdict, Requests: 1, Usage: usual})
	pay("broken off", 3, usual)
	pay("silent", 1, llm.Usage{PromptTokens: -1, CompletionTokens: -1})
	store(eval.Row{Task: "silent", Outcome: eval.OutcomeFail, Requests: 1})
	store(eval.Row{Task: "cached", Outcome: eval.OutcomeFail, Requests: 1, Usage: usual})
	if err := keeper.Close(); err != nil {
		t.Fatal(err)
	}
	if err := run.Close(); err != nil {
		t.Fatal(err)
	}
	run, keeper, spent = open()
	defer run.Close()
	defer keeper.Close()
	want := llm.Spending{Answers: 7, PromptTokens: 600 + 4, CompletionTokens: 60 + 5, Estimated: 1}
	want.Cost = 1000 * llm.NanoUSD(want.PromptTokens+10*want.CompletionTokens)
	if diff := cmp.Diff(want, spent); diff != "" {
		t.Errorf("spent (-want +have):\n%s", diff)
	}
	// The task without a verdict goes on: its answers count once, whatever comes.
	pay("failed", 2, usual)
	store(eval.Row{Task: "failed", Outcome: eval.OutcomePass, Requests: 2, Usage: llm.Usage{PromptTokens: 200, CompletionTokens: 20}})
	if left := keeper.Unfinished(); len(left) != 1 || left[eval.Conversation("broken off", 0)].Answers != 3 {
		t.Errorf("unfinished: %+v", left)
	}
	rows, err := readLedger(run)
	if err != nil {
		t.Fatal(err)
	}
	if have := rows[eval.Conversation("failed", 0)]; !have.decided || have.spent.Answers != 2 {
		t.Errorf("the ledger says %+v", have)
	}
}

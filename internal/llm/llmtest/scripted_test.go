package llmtest_test

import (
	"context"
	"errors"
	"testing"

	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
)

func TestScripted(t *testing.T) {
	call := llm.RawCall{ID: "aaaaaaaa1", Name: "f", Arguments: "{}"}
	script := llmtest.Answers(llmtest.Calls(call), llmtest.Text("done"))
	for i, want := range []string{"tool_calls", "stop", "stop"} {
		reply, err := script.Complete(t.Context(), llmtest.Question("hello"))
		if err != nil || reply.FinishReason != want || len(reply.Raw) == 0 {
			t.Errorf("request %d: %+v, %v", i, reply, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var failure *llm.Error
	if _, err := script.Complete(ctx, llmtest.Question("late")); !errors.As(err, &failure) || failure.Class != llm.ClassInterrupted {
		t.Errorf("have %v", err)
	}
	if got := script.Requests(); len(got) != 3 || got[0].Messages[0].Content != "hello" {
		t.Errorf("requests %v", got)
	}
}

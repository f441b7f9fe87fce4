package llm_test

import (
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
)

func TestPrefix(t *testing.T) {
	with := func(system, user string, tools ...button.Tool) string {
		request := llmtest.Question(user)
		request.Tools = tools
		if system != "" {
			request.Messages = append([]button.Message{{Role: button.RoleSystem, Content: system}}, request.Messages...)
		}
		return llm.Prefix(&request)
	}
	tool := button.Tool{Name: "f"}
	if with("s", "a", tool) != with("s", "b", tool) || with("", "a") != with("", "b") {
		t.Error("the user's words are part of the prefix")
	}
	seen := map[string]bool{with("s", "a", tool): true, with("r", "a", tool): true, with("s", "a"): true, with("", "a", tool): true, with("s", "a", tool, tool): true}
	if len(seen) != 5 {
		t.Errorf("%d prefixes of 5", len(seen))
	}
}

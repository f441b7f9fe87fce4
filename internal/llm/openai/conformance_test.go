package openai_test

import (
	"testing"

	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
	"github.com/buttonbench/button/internal/llm/openai"
)

func open(t testing.TB, options openai.Options) *openai.Client {
	t.Helper()
	client, err := openai.New(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

func TestConformance(t *testing.T) {
	llmtest.TestClient(t, func(t testing.TB, baseURL string) llm.Client {
		return open(t, openai.Options{BaseURL: baseURL, Key: "secret-key-1234"})
	})
}

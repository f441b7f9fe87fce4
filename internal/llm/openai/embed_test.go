package openai_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
	"github.com/buttonbench/button/internal/llm/openai"
)

// embeddings answers with bodies in turn; the last repeats.
func embeddings(t *testing.T, asked *[]string, statusAndBody ...string) *openai.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request struct {
			Model string
			Input []string
		}
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			t.Error(err)
		}
		*asked = append(*asked, r.URL.Path+" "+r.Header.Get("Authorization")+" "+r.Header.Get("X-Team")+" "+request.Model+" "+strings.Join(request.Input, "|"))
		answer := statusAndBody[min(len(*asked), len(statusAndBody))-1]
		status, body, _ := strings.Cut(answer, " ")
		w.Header().Set("Content-Type", "application/json")
		if status == "500" {
			w.WriteHeader(500)
		}
		if status == "401" {
			w.WriteHeader(401)
		}
		w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	client, err := openai.New(openai.Options{BaseURL: server.URL + "/v1", Key: "secret-key", Header: map[string]string{"X-Team": "red"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

func TestEmbed(t *testing.T) {
	const good = `200 {"object":"list","data":[{"index":1,"embedding":[3,4]},{"index":0,"embedding":[1,2]}],"model":"e"}`
	var asked []string
	client := embeddings(t, &asked, good)
	vectors, err := client.Embed(t.Context(), "e", []string{"one", "two"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]float32{{1, 2}, {3, 4}}, vectors); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"/v1/embeddings Bearer secret-key red e one|two"}, asked); diff != "" {
		t.Error(diff)
	}
}

func TestEmbedRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		answer string
		class  llm.Class
	}{
		"too few":       {`200 {"data":[{"index":0,"embedding":[1]}]}`, llm.ClassBadReply},
		"twice":         {`200 {"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}`, llm.ClassBadReply},
		"out of range":  {`200 {"data":[{"index":0,"embedding":[1]},{"index":7,"embedding":[1]}]}`, llm.ClassBadReply},
		"other lengths": {`200 {"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1,2]}]}`, llm.ClassBadReply},
		"wrong key":     {`401 {"error":{"message":"wrong key secret-key"}}`, llm.ClassAuth},
	} {
		t.Run(name, func(t *testing.T) {
			var asked []string
			_, err := embeddings(t, &asked, test.answer).Embed(t.Context(), "e", []string{"one", "two"})
			var failure *llm.Error
			if !errors.As(err, &failure) || failure.Class != test.class || strings.Contains(failure.Error(), "secret-key") || len(asked) != 1 {
				t.Errorf("after %d requests: %v", len(asked), err)
			}
		})
	}
}

// A server in trouble is asked again, with pauses, in virtual time.
func TestEmbedHeals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		transport := llmtest.Virtual(t, func(int, []byte) llmtest.Response {
			if sent++; sent < 3 {
				return llmtest.Failure(500, "x")
			}
			return llmtest.JSON(200, `{"data":[{"index":0,"embedding":[1]}]}`)
		})
		client, err := openai.New(openai.Options{BaseURL: "http://host/v1", Transport: transport})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		if _, err := client.Embed(t.Context(), "e", []string{"one"}); err != nil || sent != 3 {
			t.Errorf("after %d: %v", sent, err)
		}
	})
}

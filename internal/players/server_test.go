package players_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/openai"
	"github.com/buttonbench/button/internal/players"
)

func listen(t *testing.T, ctx context.Context, handler http.Handler) *players.Server {
	t.Helper()
	server, err := players.Listen(ctx, "127.0.0.1:0", handler)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server
}

func TestListen(t *testing.T) {
	server := listen(t, t.Context(), players.New(players.Options{Guides: []players.Guide{travelBook()}}))
	client, err := openai.New(openai.Options{BaseURL: server.BaseURL()})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	lines := talk(t, client, travel("oracle"), nothing, firstAsk)
	if lines[len(lines)-1] != booked {
		t.Errorf("have %q", lines)
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	if err := server.Close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
	_, err = client.Complete(t.Context(), llm.Request{Model: "silent", Messages: []button.Message{{Role: "user"}}})
	if failure, ok := err.(*llm.Error); !ok || failure.Class != llm.ClassTransport {
		t.Errorf("after closing: %v", err)
	}
}

func TestListenOnATakenPort(t *testing.T) {
	server := listen(t, t.Context(), http.NotFoundHandler())
	address := strings.TrimSuffix(strings.TrimPrefix(server.BaseURL(), "http://"), "/v1")
	if second, err := players.Listen(t.Context(), address, http.NotFoundHandler()); err == nil {
		second.Close()
		t.Error("a taken port was taken again")
	} else if !strings.Contains(err.Error(), "listening on "+address) {
		t.Error(err)
	}
}

// An answer under way is finished; a connection dialled in reserve does not
// hold the stop up.
func TestStopFinishesWhatIsUnderWay(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	arrived, release := make(chan struct{}), make(chan struct{})
	server := listen(t, ctx, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(arrived)
		<-release
		io.WriteString(w, "whole")
	}))
	address := strings.TrimSuffix(strings.TrimPrefix(server.BaseURL(), "http://"), "/v1")
	reserve, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer reserve.Close()
	body := make(chan string, 1)
	go func() {
		response, err := http.Get(server.BaseURL())
		if err != nil {
			body <- err.Error()
			return
		}
		defer response.Body.Close()
		read, _ := io.ReadAll(response.Body)
		body <- string(read)
	}()
	<-arrived
	start := time.Now()
	stop()
	reserve.Read(make([]byte, 1)) // returns once the server has cut it
	close(release)
	if got := <-body; got != "whole" {
		t.Errorf("have %q", got)
	}
	if err := server.Wait(); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("stopping took %v", took)
	}
}

// A stream reaches its reader piece by piece over a real connection.
func TestStreamOverTheWire(t *testing.T) {
	server := listen(t, t.Context(), players.New(players.Options{Guides: []players.Guide{travelBook()}}))
	response, err := http.Post(server.BaseURL()+"/chat/completions", "application/json", strings.NewReader(chat("oracle", `,"stream":true`)))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	arguments := map[int]string{}
	done := false
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok || data == "[DONE]" {
			done = done || ok
			continue
		}
		var chunk struct {
			Choices []struct {
				Delta struct {
					ToolCalls []struct {
						Index    int
						Function struct{ Arguments string }
					} `json:"tool_calls"`
				}
			}
		}
		if err := json.Unmarshal([]byte(data), &chunk); err != nil {
			t.Fatal(err)
		}
		for _, call := range chunk.Choices[0].Delta.ToolCalls {
			arguments[call.Index] += call.Function.Arguments
		}
	}
	if want := fmt.Sprint(map[int]string{0: `{"train":"TR-101","class":"second"}`, 1: `{"train":"TR-205","class":"second"}`}); !done || fmt.Sprint(arguments) != want {
		t.Errorf("have %v, done %v", arguments, done)
	}
}

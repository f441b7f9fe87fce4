package players_test

import (
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/internal/players"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares with a file under testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestWireForm(t *testing.T) {
	handler := players.New(players.Options{Guides: []players.Guide{travelBook()}})
	for name, body := range map[string]string{
		"oracle.json":        chat("oracle", ""),
		"silent.json":        chat("silent", ""),
		"oracle.stream":      chat("oracle", `,"stream":true,"stream_options":{"include_usage":true}`),
		"silent.stream":      chat("silent", `,"stream":true`),
		"no_such_model.json": chat("gpt-4", ""),
	} {
		golden(t, name, post(handler, body).Body.String())
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/v1/models", nil))
	golden(t, "models.json", recorder.Body.String())
}

func TestErrors(t *testing.T) {
	handler := players.New(players.Options{Guides: []players.Guide{travelBook()}, MaxRequestBytes: 20_000})
	messages := `"messages":[{"role":"user","content":"hi"}]`
	for _, test := range []struct {
		name, method, path, body string
		status                   int
		param, code, message     string
	}{
		{"not JSON", "POST", "/v1/chat/completions", `{"model":`, 400, "", "", "not valid JSON"},
		{"empty", "POST", "/v1/chat/completions", ``, 400, "", "", "not valid JSON"},
		{"trailing", "POST", "/v1/chat/completions", `{} {}`, 400, "", "", "not valid JSON"},
		{"a list", "POST", "/v1/chat/completions", `[]`, 400, "", "", "the body has the wrong JSON type: array"},
		{"not UTF-8", "POST", "/v1/chat/completions", "\"\xff\"", 400, "", "", "not valid UTF-8"},
		{"too deep", "POST", "/v1/chat/completions", strings.Repeat("[", 200), 400, "", "", "nested deeper"},
		{"no model", "POST", "/v1/chat/completions", `{` + messages + `}`, 400, "model", "", "no model"},
		{"no messages", "POST", "/v1/chat/completions", `{"model":"oracle"}`, 400, "messages", "", "no messages"},
		{"wrong type", "POST", "/v1/chat/completions", `{"model":5,` + messages + `}`, 400, "model", "", "model has the wrong JSON type: number"},
		{"unknown role", "POST", "/v1/chat/completions", `{"model":"oracle","messages":[{"role":"boss","content":"hi"}]}`, 400, "messages[0].role", "", "unknown role"},
		{"nameless tool", "POST", "/v1/chat/completions", `{"model":"oracle",` + messages + `,"tools":[{"type":"function","function":{}}]}`, 400, "tools[0]", "", "named function"},
		{"several choices", "POST", "/v1/chat/completions", `{"model":"oracle",` + messages + `,"n":2}`, 400, "n", "", "one answer"},
		{"unknown model", "POST", "/v1/chat/completions", `{"model":"gpt-4",` + messages + `}`, 404, "model", "model_not_found", "does not exist"},
		{"unknown fault", "POST", "/v1/chat/completions", `{"model":"noisy:typo",` + messages + `}`, 404, "model", "model_not_found", "does not exist"},
		{"too large", "POST", "/v1/chat/completions", `{"model":"` + strings.Repeat("a", 20_000) + `"}`, 413, "", "request_too_large", "larger than 20000 bytes"},
		{"no reference", "POST", "/v1/chat/completions", `{"model":"oracle",` + messages + `}`, 400, "messages", "no_reference", "no reference"},
		{"wrong method", "GET", "/v1/chat/completions", ``, 405, "", "method_not_allowed", "POST only"},
		{"wrong method for models", "POST", "/v1/models", ``, 405, "", "method_not_allowed", "GET only"},
		{"unknown path", "GET", "/v1/completions", ``, 404, "", "unknown_url", "unknown path"},
		{"unknown model by path", "GET", "/v1/models/gpt-4", ``, 404, "model", "model_not_found", "does not exist"},
	} {
		t.Run(test.name, func(t *testing.T) {
			recorder := httptest.NewRecorder()
			handler.ServeHTTP(recorder, httptest.NewRequest(test.method, test.path, strings.NewReader(test.body)))
			var answer struct {
				Error struct {
					Message, Type string
					Param, Code   *string
				}
			}
			if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil {
				t.Fatalf("%v: %s", err, recorder.Body)
			}
			text := func(p *string) string {
				if p == nil {
					return ""
				}
				return *p
			}
			got := answer.Error
			if recorder.Code != test.status || text(got.Param) != test.param || text(got.Code) != test.code ||
				!strings.Contains(got.Message, test.message) || got.Type != "invalid_request_error" {
				t.Errorf("status %d, %s", recorder.Code, recorder.Body)
			}
		})
	}
}

func TestOneModel(t *testing.T) {
	recorder := httptest.NewRecorder()
	players.New(players.Options{}).ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/v1/models/noisy:extra_call", nil))
	if want := `{"id":"noisy:extra_call","object":"model","created":1767225600,"owned_by":"button"}` + "\n"; recorder.Body.String() != want {
		t.Errorf("have %s", recorder.Body)
	}
}

// Contents in parts, arguments as an object, botched arguments and null members
// are all understood.
func TestLenientRequests(t *testing.T) {
	handler := players.New(players.Options{Guides: []players.Guide{book{"hi there": {wave(`f {"a":1}`), wave(`g {}`), answer("done")}}}})
	for _, arguments := range []string{`{"a": 1}`, `"{\"a\": 1}"`, `"{\"a\": "`, `""`, `null`} {
		recorder := post(handler, `{"model":"oracle","tools":null,"stream_options":null,"parallel_tool_calls":null,"messages":[
			{"role":"developer","content":null},
			{"role":"user","content":[{"type":"text","text":"hi"},{"type":"text","text":" there"}]},
			{"role":"assistant","content":null,"tool_calls":[{"id":"x","type":"function","function":{"name":"f","arguments":`+arguments+`}}]},
			{"role":"tool","tool_call_id":"x","content":""}]}`)
		if recorder.Code != 200 || !strings.Contains(recorder.Body.String(), `"name":"g"`) {
			t.Errorf("arguments %s: %s", arguments, recorder.Body)
		}
	}
}

func FuzzRequest(f *testing.F) {
	for _, model := range players.Models() {
		f.Add(chat(model, `,"stream":true`))
	}
	f.Add(`{"model":"lexical","messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{"}}]},{"role":"tool","content":"{\"a\":[1,{\"b\":null}]}"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"properties":{"a":{"type":["string",5],"pattern":"("}},"required":[{}]}}}]}`)
	handler := players.New(players.Options{Guides: []players.Guide{always{}}, MaxRequestBytes: 1 << 16})
	f.Fuzz(func(t *testing.T, body string) {
		recorder := post(handler, body)
		stream := recorder.Header().Get("Content-Type") == "text/event-stream"
		if !stream && !json.Valid(recorder.Body.Bytes()) {
			t.Errorf("the answer is not JSON: %s", recorder.Body)
		}
		if again := post(handler, body); again.Body.String() != recorder.Body.String() {
			t.Error("the second answer differs from the first")
		}
	})
}

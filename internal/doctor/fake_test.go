package doctor_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/doctor"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/openai"
)

// asked is a request as a fake server reads it.
type asked struct {
	Model    string `json:"model"`
	Messages []struct {
		Role      string `json:"role"`
		Content   string `json:"content"`
		Reasoning string `json:"reasoning_content"`
	} `json:"messages"`
	Tools       []json.RawMessage `json:"tools"`
	ToolChoice  string            `json:"tool_choice"`
	Parallel    *bool             `json:"parallel_tool_calls"`
	Temperature *float64          `json:"temperature"`
	Seed        *int64            `json:"seed"`
	MaxTokens   *int              `json:"max_tokens"`
	Completion  *int              `json:"max_completion_tokens"`
	Stream      bool              `json:"stream"`
}

func (a *asked) last() string { return a.Messages[len(a.Messages)-1].Content }

func (a *asked) result() (string, bool) {
	last := a.Messages[len(a.Messages)-1]
	return last.Content, last.Role == "tool"
}

// fake is a server with the manners of one kind, which a test changes by its fields.
type fake struct {
	header map[string]string
	// pages are the bodies of GET requests by path.
	pages map[string]string
	// tail is what the kind adds to a completion's body, with a leading comma.
	tail string
	// choiceTail is what it adds to each choice.
	choiceTail string
	// refuse returns the status and body of an error, or 0.
	refuse func(a *asked) (int, string)
	// calls returns how many calls a request with tools brings.
	calls func(a *asked) int
	// text writes calls into the content in the place of native ones.
	text string
	// objects sends arguments as objects, sameIDs one id for all calls.
	objects, sameIDs bool
	reasoning        string // member in which a thought is sent, "" for none
	prefix           string // put before every content
	beside           string // content beside native calls
	hidesTools       bool   // the chat template has no place for tools
	unstable         bool   // answers vary, whatever is asked
	noSeed           bool   // answers above temperature 0 vary
	stream           func(w http.ResponseWriter, a *asked)
	finish           string // finish_reason of plain answers, "stop" if empty

	lock     sync.Mutex
	requests []string
	count    int
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.lock.Lock()
	f.requests = append(f.requests, r.Method+" "+r.URL.Path+" "+r.Header.Get("Authorization"))
	f.count++
	number := f.count
	f.lock.Unlock()
	for name, value := range f.header {
		w.Header().Set(name, value)
	}
	if r.Method == http.MethodGet {
		page, ok := f.pages[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			page = `{"detail":"Not Found"}`
		}
		io.WriteString(w, page)
		return
	}
	if r.URL.Path != "/v1/chat/completions" {
		http.NotFound(w, r)
		return
	}
	var a asked
	if err := json.NewDecoder(r.Body).Decode(&a); err != nil || len(a.Messages) == 0 {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	if f.refuse != nil {
		if status, body := f.refuse(&a); status != 0 {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			io.WriteString(w, body)
			return
		}
	}
	if a.Stream {
		f.streamed(w, &a, f.answer(&a, number))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	io.WriteString(w, f.completion(&a, number))
}

// answer is the content without calls.
func (f *fake) answer(a *asked, number int) string {
	content := "Waves roll on."
	if result, ok := a.result(); ok && result != "" {
		content = "It is 21 degrees and clear in Oslo."
	} else if a.Seed != nil {
		content = fmt.Sprintf("apple tree %d", *a.Seed)
	}
	warm := a.Temperature != nil && *a.Temperature > 0
	if f.unstable || f.noSeed && warm {
		content += fmt.Sprint(" ", number)
	}
	return f.prefix + content
}

func (f *fake) completion(a *asked, number int) string {
	wanted := 0
	if _, result := a.result(); len(a.Tools) > 0 && !result && f.calls != nil {
		wanted = f.calls(a)
	}
	content, finish, calls := f.answer(a, number), f.finish, ""
	if finish == "" {
		finish = "stop"
	}
	switch {
	case wanted > 0 && f.text != "":
		content = f.prefix + f.text
	case wanted > 0:
		content, finish, calls = f.beside, "tool_calls", f.nativeCalls(wanted)
	}
	encoded, _ := json.Marshal(content)
	message := `"role":"assistant","content":` + string(encoded) + calls
	if f.reasoning != "" {
		message += `,"` + f.reasoning + `":"I look it up."`
	}
	prompt := 20
	for _, m := range a.Messages {
		prompt += len(m.Content+m.Reasoning) / 4
	}
	if !f.hidesTools {
		prompt += 70 * len(a.Tools)
	}
	return fmt.Sprintf(`{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":%q,"choices":[{"index":0,"message":{%s},"finish_reason":%q%s}],`+
		`"usage":{"prompt_tokens":%d,"completion_tokens":5,"total_tokens":%d}%s}`, a.Model, message, finish, f.choiceTail, prompt, prompt+5, f.tail)
}

func (f *fake) nativeCalls(wanted int) string {
	var calls []string
	for i, name := range []string{"get_weather", "get_local_time"}[:wanted] {
		city := []string{"Oslo", "Lima"}[i]
		arguments := fmt.Sprintf(`"{\"city\": \"%s\"}"`, city)
		if f.objects {
			arguments = fmt.Sprintf(`{"city": "%s"}`, city)
		}
		id := fmt.Sprintf("call-%d", i)
		if f.sameIDs {
			id = "call"
		}
		calls = append(calls, fmt.Sprintf(`{"id":%q,"type":"function","function":{"name":%q,"arguments":%s}}`, id, name, arguments))
	}
	return `,"tool_calls":[` + strings.Join(calls, ",") + "]"
}

func (f *fake) streamed(w http.ResponseWriter, a *asked, content string) {
	w.Header().Set("Content-Type", "text/event-stream")
	if f.stream != nil {
		f.stream(w, a)
		return
	}
	for _, word := range strings.SplitAfter(content, " ") {
		fmt.Fprintf(w, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":%q}}]}\n\n", word)
	}
	io.WriteString(w, "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":5}}\n\ndata: [DONE]\n\n")
}

// capable calls as asked: two where two cities are named, unless it is forbidden.
func capable(a *asked) int {
	switch {
	case a.ToolChoice == "none":
		return 0
	case strings.Contains(a.last(), "Lima") && (a.Parallel == nil || *a.Parallel):
		return 2
	case strings.Contains(a.last(), "weather") || a.ToolChoice == "required":
		return 1
	}
	return 0
}

// start serves a fake and returns options that examine it.
func start(t *testing.T, handler http.Handler) doctor.Options {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return optionsFor(server.URL + "/v1")
}

func optionsFor(baseURL string) doctor.Options {
	return doctor.Options{
		BaseURL: baseURL, Model: "m",
		Open:   func(baseURL string) (llm.Client, error) { return openai.New(openai.Options{BaseURL: baseURL}) },
		Detect: detect,
	}
}

// detect knows two dialects by their marks.
func detect(content, reasoning string, tools []button.Tool) (string, bool) {
	for _, text := range []string{content, reasoning} {
		switch {
		case len(tools) == 2 && strings.Contains(text, "<tool_call>"):
			return "hermes", true
		case strings.HasPrefix(text, "[get_weather("):
			return "pythonic", true
		}
	}
	return "", false
}

const listOf = `{"object":"list","data":[{"id":"m","object":"model","owned_by":%q%s}]}`

// The kinds, as their documentation and their answers show them.

func vllm() *fake {
	return &fake{
		header:     map[string]string{"Server": "uvicorn"},
		pages:      map[string]string{"/v1/models": fmt.Sprintf(listOf, "vllm", `,"max_model_len":32768`), "/version": `{"version":"0.11.0"}`},
		tail:       `,"prompt_logprobs":null`,
		choiceTail: `,"logprobs":null,"stop_reason":null`,
		calls:      capable,
	}
}

func sglang() *fake {
	return &fake{
		header:     map[string]string{"Server": "uvicorn"},
		pages:      map[string]string{"/v1/models": fmt.Sprintf(listOf, "sglang", `,"max_model_len":16384`), "/get_model_info": `{"model_path":"org/m","is_generation":true}`},
		choiceTail: `,"matched_stop":151645`,
		calls:      capable,
	}
}

func llamaCPP() *fake {
	return &fake{
		header: map[string]string{"Server": "llama.cpp"},
		pages: map[string]string{
			"/v1/models": fmt.Sprintf(`{"models":[{"name":"m"}],"object":"list","data":[{"id":"m","owned_by":"llamacpp","meta":%s}]}`, `{"vocab_type":true,"n_ctx_train":262144}`),
			"/props":     `{"default_generation_settings":{"n_ctx":4096},"build_info":"b7000-abc"}`,
		},
		tail: `,"system_fingerprint":"b7000-abc","timings":{"predicted_per_second":50.5}`,
		// Several calls only where the request says so.
		calls: func(a *asked) int {
			if a.Parallel == nil {
				return min(capable(a), 1)
			}
			return capable(a)
		},
	}
}

func ollama() *fake {
	return &fake{
		pages: map[string]string{
			"/v1/models":   fmt.Sprintf(listOf, "library", ""),
			"/api/version": `{"version":"0.17.4"}`,
			"/api/ps":      `{"models":[{"name":"m","model":"m","context_length":4096}]}`,
		},
		tail: `,"system_fingerprint":"fp_ollama"`,
		// tool_choice and parallel_tool_calls are not heeded.
		calls: func(a *asked) int {
			return capable(&asked{Messages: a.Messages})
		},
		reasoning: "reasoning",
		noSeed:    true,
	}
}

func lmStudio() *fake {
	return &fake{
		header: map[string]string{"X-Powered-By": "Express"},
		pages: map[string]string{
			"/v1/models":     `{"object":"list","data":[{"id":"text-embedding-nomic","owned_by":"organization_owner"},{"id":"m","owned_by":"organization_owner"}]}`,
			"/api/v0/models": `{"object":"list","data":[{"id":"m","state":"loaded","max_context_length":131072,"loaded_context_length":32768}]}`,
		},
		tail:  `,"stats":{},"system_fingerprint":"m"`,
		calls: capable,
	}
}

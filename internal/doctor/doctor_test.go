package doctor_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/doctor"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
	"github.com/buttonbench/button/internal/llm/openai"
	"github.com/buttonbench/button/internal/players"
)

var update = flag.Bool("update", false, "write the golden files anew")

func probe(t *testing.T, report doctor.Report, name string) doctor.Probe {
	t.Helper()
	for _, one := range report.Probes {
		if one.Name == name {
			return one
		}
	}
	t.Fatalf("no probe %s in %+v", name, report.Probes)
	return doctor.Probe{}
}

// sound checks what holds for every report.
func sound(t *testing.T, report doctor.Report) {
	t.Helper()
	var names []string
	failed := false
	for _, one := range report.Probes {
		names = append(names, one.Name)
		failed = failed || one.Status == doctor.Failed
		if one.Seen == "" || len(one.Seen) > 710 || len(one.Advice) > 710 {
			t.Errorf("%s: seen %d bytes, advice %d", one.Name, len(one.Seen), len(one.Advice))
		}
		if i := strings.IndexFunc(one.Seen+one.Advice, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
			t.Errorf("%s: a character that cannot be shown in %q", one.Name, one.Seen+one.Advice)
		}
	}
	if diff := cmp.Diff(doctor.Names(), names); diff != "" {
		t.Errorf("probes: %s", diff)
	}
	if report.Healthy && failed || report.Requests > doctor.MaxRequests {
		t.Errorf("healthy %v with failures %v, %d requests", report.Healthy, failed, report.Requests)
	}
}

func run(t *testing.T, options doctor.Options) doctor.Report {
	t.Helper()
	report := doctor.Run(t.Context(), options)
	sound(t, report)
	return report
}

func golden(t *testing.T, name string, report doctor.Report) {
	t.Helper()
	have, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(have), strings.TrimSuffix(report.BaseURL, "/v1"), "http://host:1") + "\n"
	path := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Error(diff)
	}
}

// TestKinds examines one server of each kind.
func TestKinds(t *testing.T) {
	for _, test := range []struct {
		name   string
		server *fake
		kind   string
	}{
		{"vllm", vllm(), doctor.VLLM},
		{"sglang", sglang(), doctor.SGLang},
		{"llamacpp", llamaCPP(), doctor.LlamaCPP},
		{"ollama", ollama(), doctor.Ollama},
		{"lmstudio", lmStudio(), doctor.LMStudio},
	} {
		t.Run(test.name, func(t *testing.T) {
			report := run(t, start(t, test.server))
			if report.Server.Kind != test.kind || report.Server.Sure != "certain" || !report.Healthy {
				t.Errorf("server %+v, healthy %v", report.Server, report.Healthy)
			}
			if report.Requests != test.server.count {
				t.Errorf("%d requests are told, %d were sent", report.Requests, test.server.count)
			}
			golden(t, test.name, report)
		})
	}
}

// TestPlayers examines the project's own server: every probe is green or skipped
// for a reason that lies in the players.
func TestPlayers(t *testing.T) {
	server, err := players.Listen(t.Context(), "127.0.0.1:0", players.New(players.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	options := optionsFor(server.BaseURL())
	options.Model = players.Lexical
	report := run(t, options)
	golden(t, "players", report)
	if !report.Healthy || report.Server.Kind != doctor.Button || report.Server.Sure != "certain" {
		t.Errorf("%+v", report)
	}
}

// TestOracle examines a player that knows what to call: nothing is left to warn of
// but what the players' server does not heed.
func TestOracle(t *testing.T) {
	server, err := players.Listen(t.Context(), "127.0.0.1:0", players.New(players.Options{Guides: []players.Guide{knowing{}}}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	options := optionsFor(server.BaseURL())
	options.Model = players.Oracle
	report := run(t, options)
	if !report.Healthy {
		t.Error("not healthy")
	}
	for _, one := range report.Probes {
		if one.Status == doctor.Warning && one.Name != "choice_required" {
			t.Errorf("%+v", one)
		}
	}
	if have := probe(t, report, "parallel_calls"); have.Status != doctor.OK || have.Seen != "2 calls in one message" {
		t.Errorf("%+v", have)
	}
	if have := probe(t, report, "reasoning_back"); have.Status != doctor.OK {
		t.Errorf("%+v", have)
	}
}

// knowing is a guide that knows the questions of an examination.
type knowing struct{}

func (knowing) Steps(messages []button.Message, tools []button.Tool) ([]button.Message, bool) {
	call := func(name, city string) button.Call {
		return button.Call{ID: "aaaaaaaa1", Name: name, Arguments: json.RawMessage(`{"city":"` + city + `"}`)}
	}
	answer := button.Message{Role: "assistant", Content: "It is 21 degrees."}
	question := messages[len(messages)-1].Content
	wave := button.Message{Role: "assistant", Reasoning: "I look it up.", ToolCalls: []button.Call{call("get_weather", "Oslo")}}
	if strings.Contains(question, "Lima") {
		wave.ToolCalls = append(wave.ToolCalls, call("get_local_time", "Lima"))
	}
	if len(tools) == 0 || !strings.Contains(question, "weather") {
		return []button.Message{answer}, true
	}
	return []button.Message{wave, answer}, true
}

func TestPrompted(t *testing.T) {
	server := vllm()
	server.refuse = func(a *asked) (int, string) {
		if len(a.Tools) > 0 {
			return 400, `{"error":"no tools"}`
		}
		return 0, ""
	}
	options := start(t, server)
	options.Prompted = true
	report := run(t, options)
	if have := probe(t, report, "parallel_off"); !report.Healthy || have.Status != doctor.Skipped || have.Seen != "tools are prompted for this model" {
		t.Errorf("%v %+v", report.Healthy, have)
	}
}

// TestFaults changes one thing about a good server and looks at one probe.
func TestFaults(t *testing.T) {
	refuse := func(status int, body string, when func(*asked) bool) func(*asked) (int, string) {
		return func(a *asked) (int, string) {
			if when(a) {
				return status, body
			}
			return 0, ""
		}
	}
	always := func(*asked) bool { return true }
	withTools := func(a *asked) bool { return len(a.Tools) > 0 }
	for _, test := range []struct {
		name    string
		server  func() *fake
		change  func(f *fake)
		probe   string
		status  doctor.Status
		seen    string
		advice  string
		healthy bool
	}{
		{"wrong key", vllm, func(f *fake) {
			f.refuse = refuse(401, `{"error":"Unauthorized"}`, always)
		}, "completion", doctor.Failed, `HTTP 401: "Unauthorized"`, "a key is wanted", false},
		{"unknown model", vllm, func(f *fake) {
			f.refuse = refuse(404, `{"error":{"message":"The model m does not exist."}}`, always)
		}, "completion", doctor.Failed, "HTTP 404", "is the model's id right", false},
		{"loading", llamaCPP, func(f *fake) {
			f.refuse = refuse(503, `{"error":{"message":"Loading model","type":"unavailable_error","code":503}}`, always)
		}, "completion", doctor.Failed, "Loading model", "still loading the model", false},
		{"rate limit", vllm, func(f *fake) {
			f.refuse = refuse(429, `{"error":{"message":"slow down"}}`, always)
		}, "completion", doctor.Skipped, "asked too often", "try again later", false},
		{"max_completion_tokens", vllm, func(f *fake) {
			f.refuse = refuse(400, `{"error":{"message":"Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."}}`, func(a *asked) bool { return a.MaxTokens != nil })
		}, "completion", doctor.Warning, "max_tokens is refused", "max_completion_tokens: N", true},
		{"temperature", vllm, func(f *fake) {
			f.refuse = refuse(400, `{"error":{"message":"'temperature' does not support 0 with this model."}}`, func(a *asked) bool { return a.Temperature != nil })
		}, "temperature_zero", doctor.Skipped, "takes no temperature", "", true},
		{"thinks for ever", vllm, func(f *fake) {
			f.finish, f.stream, f.calls = "length", nil, nil
		}, "native_call", doctor.Warning, "cut off at 512 tokens", "more tokens", true},

		{"vLLM without a parser", vllm, func(f *fake) {
			f.refuse = refuse(400, `{"object":"error","message":"\"auto\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set","type":"BadRequestError","param":null,"code":400}`, withTools)
		}, "tools", doctor.Failed, "HTTP 400", "start the server with --enable-auto-tool-choice --tool-call-parser", false},
		{"llama.cpp without jinja", llamaCPP, func(f *fake) {
			f.refuse = refuse(500, `{"error":{"code":500,"message":"tools param requires --jinja flag","type":"server_error"}}`, withTools)
		}, "tools", doctor.Failed, "HTTP 500", "start llama-server with --jinja", false},
		{"Ollama without a template", ollama, func(f *fake) {
			f.refuse = refuse(400, `{"error":{"message":"registry.ollama.ai/library/m does not support tools","type":"api_error"}}`, withTools)
		}, "tools", doctor.Failed, "does not support tools", "the model's template has no place for tools", false},

		{"hermes text on vLLM", vllm, func(f *fake) {
			f.text = "<tool_call>\n{\"name\": \"get_weather\"}\n</tool_call>"
		}, "text_call", doctor.Warning, "in the dialect hermes", "--enable-auto-tool-choice --tool-call-parser hermes; or leave the server as it is: parser: hermes", true},
		{"hermes text on SGLang", sglang, func(f *fake) { f.text = "<tool_call>" }, "text_call", doctor.Warning, "hermes", "SGLang with --tool-call-parser qwen25", true},
		{"pythonic text on SGLang", sglang, func(f *fake) { f.text = "[get_weather(city='Oslo')]" }, "text_call", doctor.Warning, "pythonic", "--tool-call-parser pythonic", true},
		{"hermes text on llama.cpp", llamaCPP, func(f *fake) { f.text = "<tool_call>" }, "text_call", doctor.Warning, "hermes", "llama-server with --jinja", true},
		{"hermes text on Ollama", ollama, func(f *fake) { f.text = "<tool_call>" }, "text_call", doctor.Warning, "hermes", "TEMPLATE with .Tools", true},
		{"text and no native call", vllm, func(f *fake) { f.text = "<tool_call>" }, "native_call", doctor.Warning, "it came as text, in the dialect hermes", "see text_call", true},
		{"text where two were wanted", vllm, func(f *fake) { f.text = "<tool_call>" }, "parallel_calls", doctor.Skipped, "calls come as text", "see text_call", true},
		{"text beside native", vllm, func(f *fake) { f.beside = "<tool_call>" }, "text_call", doctor.Warning, "beside native calls", "parser: native", true},

		{"tools dropped", llamaCPP, func(f *fake) { f.calls, f.hidesTools = nil, true }, "tools", doctor.Warning, "do not reach the prompt", "--chat-template-file", true},
		{"tools not shown", vllm, func(f *fake) { f.calls, f.hidesTools = nil, true }, "native_call", doctor.Warning, "was shown no tools", "see tools", true},
		{"never calls", vllm, func(f *fake) { f.calls = nil }, "native_call", doctor.Warning, `but answered: "Waves roll on."`, "the tools reach the prompt", true},
		{"never calls, required", vllm, func(f *fake) { f.calls = nil }, "choice_required", doctor.Warning, "brought no call", "ignores it", true},
		{"arguments as objects", vllm, func(f *fake) { f.objects = true }, "arguments", doctor.Warning, "come as an object", "this program reads them", true},
		{"one call a message", vllm, func(f *fake) {
			f.calls = func(a *asked) int { return min(capable(a), 1) }
		}, "parallel_calls", doctor.Warning, "one call where two were wanted", "parallel tasks will fail", true},
		{"parallel only on demand", llamaCPP, func(*fake) {}, "parallel_calls", doctor.Warning, "but only with parallel_tool_calls: true", "extra_body: {parallel_tool_calls: true}", true},
		{"one id for all", vllm, func(f *fake) { f.sameIDs = true }, "parallel_calls", doctor.Warning, "ids are not distinct", "told apart", true},
		{"parallel not forbidden", ollama, func(*fake) {}, "parallel_off", doctor.Warning, "2 calls came", "measure something else", true},
		{"choice none ignored", ollama, func(*fake) {}, "choice_none", doctor.Warning, "none brought a call", "ignores it", true},
		{"choice refused", vllm, func(f *fake) {
			f.refuse = refuse(400, `{"error":{"message":"Unsupported param: tool_choice"}}`, func(a *asked) bool { return a.ToolChoice != "" })
		}, "choice_required", doctor.Warning, "Unsupported param: tool_choice", "", true},

		{"results refused", vllm, func(f *fake) {
			f.refuse = refuse(400, `{"error":{"message":"Conversation roles must alternate"}}`, func(a *asked) bool { _, result := a.result(); return result })
		}, "tool_result", doctor.Failed, "roles must alternate", "may lack the role tool", false},
		{"empty results refused", vllm, func(f *fake) {
			f.refuse = refuse(400, `{"error":{"message":"content is required"}}`, func(a *asked) bool { text, result := a.result(); return result && text == "" })
		}, "empty_result", doctor.Failed, "content is required", "return {} or null", false},
		{"results ignored", vllm, func(f *fake) {
			f.refuse = func(a *asked) (int, string) {
				if _, result := a.result(); result {
					a.Messages[len(a.Messages)-1].Content = ""
				}
				return 0, ""
			}
		}, "tool_result", doctor.Warning, "does not use it", "show results to the model", true},

		{"thinking in the content", vllm, func(f *fake) { f.prefix = "<think>hm</think>" }, "reasoning", doctor.Warning, "between marks", "--reasoning-parser", true},
		{"reasoning_content", vllm, func(f *fake) { f.reasoning = "reasoning_content" }, "reasoning", doctor.OK, "reasoning comes as reasoning_content", "", true},
		{"reasoning in the prompt", vllm, func(f *fake) { f.reasoning = "reasoning_content" }, "reasoning_back", doctor.OK, "reaches the prompt", "", true},
		{"reasoning dropped", vllm, func(f *fake) {
			f.reasoning = "reasoning"
			f.refuse = func(a *asked) (int, string) {
				for i := range a.Messages {
					a.Messages[i].Reasoning = ""
				}
				return 0, ""
			}
		}, "reasoning_back", doctor.OK, "does not reach the prompt", "do not get them", true},
		{"reasoning refused", vllm, func(f *fake) {
			f.reasoning = "reasoning_content"
			f.refuse = refuse(422, `{"detail":"Extra inputs are not permitted"}`, func(a *asked) bool {
				return slices.ContainsFunc(a.Messages, func(m struct {
					Role      string `json:"role"`
					Content   string `json:"content"`
					Reasoning string `json:"reasoning_content"`
				}) bool {
					return m.Reasoning != ""
				})
			})
		}, "reasoning_back", doctor.Warning, "Extra inputs are not permitted", "would fail here", true},

		{"not repeatable", vllm, func(f *fake) { f.unstable = true }, "temperature_zero", doctor.Warning, "the same question brought", "repeat runs", true},
		{"no seed", ollama, func(*fake) {}, "seed", doctor.Warning, "one seed brought", "repeat runs", true},
		{"seed cannot be told", vllm, func(f *fake) {
			f.refuse = func(a *asked) (int, string) { a.Seed = nil; return 0, "" }
		}, "seed", doctor.Skipped, "two seeds brought the same answer", "", true},
		{"seed refused", vllm, func(f *fake) {
			f.refuse = refuse(400, `{"error":{"message":"seed is not supported"}}`, func(a *asked) bool { return a.Seed != nil })
		}, "seed", doctor.Warning, "seed is not supported", "leave sampling.seed out", true},

		{"no usage in the stream", vllm, func(f *fake) {
			f.stream = func(w http.ResponseWriter, _ *asked) {
				io.WriteString(w, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: [DONE]\n\n")
			}
		}, "stream_usage", doctor.Warning, "no usage", "runs do not stream", true},
		{"half a stream", vllm, func(f *fake) {
			f.stream = func(w http.ResponseWriter, _ *asked) {
				io.WriteString(w, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n")
			}
		}, "streaming", doctor.Warning, "1 event came, but not the end mark", "", true},
		{"an error in the stream", vllm, func(f *fake) {
			f.stream = func(w http.ResponseWriter, _ *asked) {
				io.WriteString(w, "data: {\"error\":{\"message\":\"engine dead\"}}\n\n")
			}
		}, "streaming", doctor.Warning, "engine dead", "", true},
		{"answered whole", vllm, func(f *fake) {
			f.stream = func(w http.ResponseWriter, a *asked) { io.WriteString(w, f.completion(a, 1)) }
		}, "streaming", doctor.Warning, "the answer came whole", "", true},
		{"streams refused", vllm, func(f *fake) {
			f.refuse = refuse(400, `{"error":{"message":"stream_options is unknown"}}`, func(a *asked) bool { return a.Stream })
		}, "streaming", doctor.Warning, "stream_options is unknown", "nothing is lost", true},

		{"context by an error", vllm, func(f *fake) {
			f.pages["/v1/models"] = fmt.Sprintf(listOf, "vllm", "")
			f.refuse = refuse(400, `{"error":{"message":"'max_tokens' is too large: 1073741824. This model's maximum context length is 40960 tokens and your request has 9 input tokens"}}`,
				func(a *asked) bool { return a.MaxTokens != nil && *a.MaxTokens > 40960 })
		}, "context", doctor.OK, "40960 tokens (the error", "", true},
		{"no context told", vllm, func(f *fake) {
			f.pages["/v1/models"] = fmt.Sprintf(listOf, "someone", "")
			f.tail, f.choiceTail = "", ""
		}, "context", doctor.Skipped, "does not tell", "limits.context", true},
		{"small context", ollama, func(*fake) {}, "context", doctor.Warning, "4096 tokens", "OLLAMA_CONTEXT_LENGTH", true},
		{"small context of llama.cpp", llamaCPP, func(*fake) {}, "context", doctor.Warning, "4096 tokens", "--ctx-size", true},
		{"loaded context", lmStudio, func(*fake) {}, "context", doctor.OK, "32768 tokens", "", true},

		{"model not listed", vllm, func(f *fake) {
			f.pages["/v1/models"] = `{"data":[{"id":"other"},{"id":"more"}]}`
		}, "models", doctor.Warning, "m is not among 2 listed models: other, more", "use one of the ids", true},
		{"empty list", vllm, func(f *fake) { f.pages["/v1/models"] = `{"data":[]}` }, "models", doctor.Warning, "the list is empty", "loaded", true},
		{"no list", vllm, func(f *fake) { delete(f.pages, "/v1/models") }, "models", doctor.Warning, "no list of models: HTTP 404", "does the base URL end in /v1", true},
		{"a page of HTML", vllm, func(f *fake) { f.pages["/v1/models"] = "<html>\x1b[31mhello</html>" }, "models", doctor.Warning, `\x1b[31mhello`, "", true},
		{"odd entries", vllm, func(f *fake) {
			f.pages["/v1/models"] = `{"data":[{"id":5},{"id":"m","max_model_len":"long"},7,null]}`
		}, "models", doctor.OK, "m is listed, among 1 model", "", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := test.server()
			test.change(server)
			report := run(t, start(t, server))
			have := probe(t, report, test.probe)
			if have.Status != test.status || !strings.Contains(have.Seen, test.seen) || !strings.Contains(have.Advice, test.advice) || test.advice == "" && have.Status == doctor.OK && have.Advice != "" {
				t.Errorf("have %+v", have)
			}
			if report.Healthy != test.healthy {
				t.Errorf("healthy is %v: %+v", report.Healthy, report.Probes)
			}
		})
	}
}

// TestUnreachable tells apart why no answer comes.
func TestUnreachable(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	plain := httptest.NewServer(vllm())
	t.Cleanup(plain.Close)
	secure := httptest.NewUnstartedServer(vllm())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(silent.Close)
	cutting := httptest.NewServer(llmtest.Handler(llmtest.Always(llmtest.Reset())))
	t.Cleanup(cutting.Close)
	noName := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "nowhere.example", IsNotFound: true}}
	}}
	for _, test := range []struct {
		name, url, seen, advice string
		transport               http.RoundTripper
	}{
		{"name", "http://nowhere.example/v1", `the name "nowhere.example" cannot be found`, "spelled right", noName},
		{"refused", "http://" + closed.Addr().String() + "/v1", "refuses the connection", "start the server", nil},
		{"certificate", secure.URL + "/v1", "certificate is not trusted", "SSL_CERT_FILE", nil},
		{"https to http", strings.Replace(plain.URL, "http:", "https:", 1) + "/v1", "does not speak TLS", "write http://", nil},
		{"http to https", strings.Replace(secure.URL, "https:", "http:", 1) + "/v1", "wants TLS", "write https://", nil},
		{"time", silent.URL + "/v1", "no answer from", "loading its model", nil},
		{"reset", cutting.URL + "/v1", "cuts it", "speak HTTP", nil},
		{"scheme", "127.0.0.1:8000/v1", "base URL", "want something like", nil},
		{"secret in the URL", "http://me:hidden@127.0.0.1:1/v1?key=hidden", "holds a user name, a query", "want something like", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			options := optionsFor(test.url)
			options.Transport, options.RequestTime = test.transport, 200*time.Millisecond
			if test.name != "time" {
				options.RequestTime = 10 * time.Second
			}
			report := run(t, options)
			have := probe(t, report, "reachable")
			if have.Status != doctor.Failed || !strings.Contains(have.Seen, test.seen) || !strings.Contains(have.Advice, test.advice) || report.Healthy {
				t.Errorf("have %+v", have)
			}
			if next := probe(t, report, "completion"); next.Status != doctor.Skipped || report.Requests > 1 {
				t.Errorf("it went on: %+v, %d requests", next, report.Requests)
			}
			if text := fmt.Sprint(report); strings.Contains(text, "hidden") {
				t.Error("a secret of the URL is shown")
			}
		})
	}
}

func TestWrongBase(t *testing.T) {
	options := start(t, vllm())
	options.BaseURL = strings.TrimSuffix(options.BaseURL, "/v1") + "/"
	report := run(t, options)
	have := probe(t, report, "models")
	if have.Status != doctor.Failed || have.Advice != "the base URL is "+strings.TrimSuffix(options.BaseURL, "/")+"/v1" {
		t.Errorf("%+v", have)
	}
	options = start(t, http.RedirectHandler("https://elsewhere.example/v1", http.StatusMovedPermanently))
	if have := probe(t, run(t, options), "models"); have.Status != doctor.Warning || !strings.Contains(have.Seen, "elsewhere.example") {
		t.Errorf("%+v", have)
	}
}

// TestMostRequests meets the server that takes the most asking.
func TestMostRequests(t *testing.T) {
	server := vllm()
	server.pages["/v1/models"] = fmt.Sprintf(listOf, "vllm", "")
	server.reasoning = "reasoning_content"
	server.calls = llamaCPP().calls
	server.refuse = func(a *asked) (int, string) {
		if a.MaxTokens != nil {
			return 400, `{"error":{"message":"use max_completion_tokens"}}`
		}
		return 0, ""
	}
	report := run(t, start(t, server))
	if report.Requests != doctor.MaxRequests || !report.Healthy {
		t.Errorf("%d requests: %+v", report.Requests, report)
	}
}

// TestHostile meets servers that mean no good: it must end, bounded, without a panic.
func TestHostile(t *testing.T) {
	for name, response := range map[string]llmtest.Response{
		"html":      llmtest.HTMLPage(200),
		"gateway":   llmtest.HTMLPage(502),
		"malformed": llmtest.MalformedJSON(),
		"choices":   llmtest.NoChoices(),
		"error":     llmtest.ErrorInside(`"x"`),
		"huge":      llmtest.Huge(1 << 20),
		"half":      llmtest.HalfBody(*llmtest.Text("a")),
		"reset":     llmtest.ResetMidBody(*llmtest.Text("a")),
		"escape":    llmtest.JSON(200, `{"data":[{"id":"\u001b]0;x\u0007\u202e"}],"choices":[{"message":{"content":"\u001b[2J\n\nx","tool_calls":[{"function":{"name":"\u001b[2J","arguments":[1,[2]]}}]}}]}`),
		"deep":      llmtest.JSON(200, strings.Repeat("[", 100000)),
	} {
		t.Run(name, func(t *testing.T) {
			options := start(t, llmtest.Handler(llmtest.Always(response)))
			options.Model = ""
			run(t, options)
			options.Model = "m"
			run(t, options)
		})
	}
}

// TestSecrets has a server repeat whatever key it is sent.
func TestSecrets(t *testing.T) {
	echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprintf(w, `{"error":{"message":"not for %s nor %s"}}`, r.Header.Get("Authorization"), r.Header.Get("X-Gate"))
	})
	options := start(t, echo)
	options.Key, options.Header = "sk-very-secret", http.Header{"X-Gate": {"Token gate-secret"}}
	options.Secrets = []string{"other-secret"}
	options.Open = func(baseURL string) (llm.Client, error) {
		return nil, errors.New("no client for other-secret")
	}
	report := run(t, options)
	options.Open = func(baseURL string) (llm.Client, error) {
		return openai.New(openai.Options{BaseURL: baseURL, Key: "sk-very-secret"})
	}
	text := fmt.Sprint(report, run(t, options))
	if strings.Contains(text, "secret") || !strings.Contains(text, "[key]") {
		t.Error(text)
	}
}

func TestSearch(t *testing.T) {
	good, other, closedTo := vllm(), ollama(), &fake{}
	other.pages["/v1/models"] = `{"data":[{"id":"special","owned_by":"library"}]}`
	locked := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	var addresses []string
	for _, handler := range []http.Handler{locked, closedTo, good, other} {
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		addresses = append(addresses, strings.TrimPrefix(server.URL, "http://"))
	}
	options := optionsFor("")
	options.Addresses, options.Model, options.Key = addresses, "", "sk-secret"
	report := run(t, options)
	if report.BaseURL != "http://"+addresses[2]+"/v1" || report.Model != "m" || !report.Healthy || len(report.Found) != 3 {
		t.Errorf("%s %s %v %+v", report.BaseURL, report.Model, report.Healthy, report.Found)
	}
	if last := report.Found[2]; !last.NeedsKey || last.BaseURL != "http://"+addresses[0]+"/v1" {
		t.Errorf("%+v", last)
	}
	if have := probe(t, report, "reachable"); !strings.Contains(have.Advice, addresses[3]) {
		t.Errorf("%+v", have)
	}
	for _, request := range good.requests {
		if strings.Contains(request, "secret") {
			t.Error("a server that was found by search got the key")
		}
	}
	options.Model = "special"
	if report := run(t, options); report.BaseURL != "http://"+addresses[3]+"/v1" || report.Server.Kind != doctor.Ollama {
		t.Errorf("%s", report.BaseURL)
	}
	options.Addresses = addresses[1:2]
	if have := probe(t, run(t, options), "reachable"); have.Status != doctor.Failed || !strings.Contains(have.Seen, "no server lists models at "+addresses[1]) {
		t.Errorf("%+v", have)
	}
}

// stuckAtTools is a server that tells when a request with tools has come, and
// never answers it.
func stuckAtTools() (server http.Handler, arrived <-chan struct{}) {
	came := make(chan struct{}, doctor.MaxRequests)
	good := vllm()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		if strings.Contains(string(body), `"tools"`) {
			came <- struct{}{}
			<-r.Context().Done()
			return
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		good.ServeHTTP(w, r)
	}), came
}

// TestTime stops an examination in the middle, by its own bound and by the caller's.
func TestTime(t *testing.T) {
	server, _ := stuckAtTools()
	options := start(t, server)
	options.Time = 300 * time.Millisecond
	report := run(t, options)
	if have := probe(t, report, "seed"); have.Status != doctor.Skipped || !strings.Contains(have.Seen, "the time for the whole examination") {
		t.Errorf("%+v", have)
	}
	server, arrived := stuckAtTools()
	options = start(t, server)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	report = doctor.Run(ctx, options)
	sound(t, report)
	if have := probe(t, report, "tools"); have.Status != doctor.Skipped || !strings.Contains(have.Seen, "stopped") {
		t.Errorf("%+v", have)
	}
}

// TestSlow looks that a slow answer is not taken for a missing ability.
func TestSlow(t *testing.T) {
	server, _ := stuckAtTools()
	options := start(t, server)
	options.RequestTime = 200 * time.Millisecond
	have := probe(t, run(t, options), "tools")
	if have.Status != doctor.Failed || !strings.Contains(have.Seen, "no answer within 200ms") || !strings.Contains(have.Advice, "--timeout") {
		t.Errorf("%+v", have)
	}
}

// TestExtraBody looks that the members of a run go with every completion.
func TestExtraBody(t *testing.T) {
	missing := 0
	server := vllm()
	watch := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil && r.Method == http.MethodPost && !strings.Contains(string(body), `"top_k":20`) {
			missing++
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		server.ServeHTTP(w, r)
	})
	options := start(t, watch)
	options.ExtraBody = map[string]json.RawMessage{"top_k": json.RawMessage(`20`)}
	if report := run(t, options); missing > 0 || !report.Healthy {
		t.Errorf("%d requests lack the member", missing)
	}
	if len(options.ExtraBody) != 1 {
		t.Errorf("the caller's extra body has changed: %v", options.ExtraBody)
	}
}

package openai_test

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
	"github.com/buttonbench/button/internal/llm/openai"
)

// The servers' own words. What is asked again only costs: an overflow, an empty
// account, a filter and a request above the minute's limit are the same next time.
func TestClassesByBody(t *testing.T) {
	message := func(text string) string {
		return `{"error":{"message":"` + text + `","type":"invalid_request_error","param":"messages","code":null}}`
	}
	for _, test := range []struct {
		server string
		status int
		body   string
		class  llm.Class
	}{
		{"OpenAI", 400, `{"error":{"message":"This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens. Please reduce the length of the messages.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}`, llm.ClassOverflow},
		{"OpenAI, newer", 400, message("Your input exceeds the context window of this model. Please adjust your input and try again."), llm.ClassOverflow},
		{"Azure", 400, `{"error":{"code":"context_length_exceeded","message":"too much"}}`, llm.ClassOverflow},
		{"vLLM", 400, `{"object":"error","message":"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4900 in the messages, 100 in the completion).","type":"BadRequestError","param":null,"code":400}`, llm.ClassOverflow},
		{"vLLM, nested", 400, `{"error":{"message":"'max_tokens' or 'max_completion_tokens' is too large: 2000. This model's maximum context length is 4096 tokens and your request has 2104 input tokens (2000 > 4096 - 2104).","type":"BadRequestError","param":null,"code":400}}`, llm.ClassOverflow},
		{"vLLM, engine", 400, message("The decoder prompt (length 8357) is longer than the maximum model length of 8192."), llm.ClassOverflow},
		{"SGLang", 400, `{"object":"error","message":"The input (5000 tokens) is longer than the model's context length (4096 tokens).","type":"BadRequestError","code":400}`, llm.ClassOverflow},
		{"SGLang, with completion", 400, message("Requested token count exceeds the model's maximum context length of 4096 tokens. You requested a total of 5000 tokens"), llm.ClassOverflow},
		{"SGLang, allowed length", 400, message("Input length (5000 tokens) exceeds the maximum allowed length (4090 tokens)."), llm.ClassOverflow},
		{"llama.cpp", 400, `{"error":{"code":400,"message":"request (4390 tokens) exceeds the available context size (4096 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":4390,"n_ctx":4096}}`, llm.ClassOverflow},
		{"llama.cpp, while it generates", 500, `{"error":{"code":500,"message":"Context size has been exceeded.","type":"server_error"}}`, llm.ClassOverflow},
		{"llama.cpp, inside 200", 200, `{"error":{"code":400,"message":"the request exceeds the available context size. try increasing the context size or enable context shift","type":"exceed_context_size_error"}}`, llm.ClassOverflow},
		{"llama-cpp-python", 400, message("Requested tokens (2285) exceed context window of 2048"), llm.ClassOverflow},
		{"Ollama", 400, `{"error":"prompt too long; exceeded max context length by 17 tokens (ref: 1)"}`, llm.ClassOverflow},
		{"Ollama, not truncating", 400, message("the input length exceeds the context length"), llm.ClassOverflow},
		{"Anthropic", 400, `{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 213462 tokens > 200000 maximum"}}`, llm.ClassOverflow},
		{"Anthropic, with answer", 400, message("input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000"), llm.ClassOverflow},
		{"Gemini", 400, message("The input token count (1196265) exceeds the maximum number of tokens allowed (1048576)."), llm.ClassOverflow},
		{"Mistral", 400, message("Prompt contains 40000 tokens, too large for model with 32768 maximum context length"), llm.ClassOverflow},
		{"Groq", 400, message("Please reduce the length of the messages or completion."), llm.ClassOverflow},
		{"a proxy that wraps", 400, `{"detail":"{\"error\":{\"message\":\"This model's maximum context length is 4096 tokens\"}}"}`, llm.ClassOverflow},
		{"OpenAI without credit", 429, `{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}}`, llm.ClassQuota},
		{"DeepSeek without credit", 402, message("Insufficient Balance"), llm.ClassQuota},
		{"OpenAI, larger than a minute", 429, `{"error":{"message":"Request too large for m in organization o on tokens per min (TPM): Limit 10000, Requested 12000.","type":"tokens","code":"rate_limit_exceeded"}}`, llm.ClassRequest},
		{"OpenAI, tokens per minute", 429, `{"error":{"message":"Rate limit reached for m on tokens per min (TPM): Limit 10000, Used 9900, Requested 300. Please try again in 1.2s.","type":"tokens","code":"rate_limit_exceeded"}}`, llm.ClassRateLimit},
		{"Azure's filter", 400, `{"error":{"message":"The response was filtered due to the prompt","code":"content_filter","innererror":{"code":"ResponsibleAIPolicyViolation"}}}`, llm.ClassFiltered},
		{"a key that says too long", 401, message("this model's maximum context length is for members"), llm.ClassAuth},
		{"any other 400", 400, message("messages must not be empty"), llm.ClassRequest},
		{"body too large", 413, `<html><head><title>413 Request Entity Too Large</title></head></html>`, llm.ClassRequest},
		{"llama.cpp, loading", 503, `{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}`, llm.ClassServer},
	} {
		t.Run(test.server, func(t *testing.T) {
			client := open(t, openai.Options{BaseURL: llmtest.Start(t, llmtest.Always(llmtest.JSON(test.status, test.body)))})
			_, err := client.Complete(t.Context(), llmtest.Question("hello"))
			failure, ok := err.(*llm.Error)
			if !ok || failure.Class != test.class || failure.Status != test.status {
				t.Fatalf("want %s, have %v", test.class, err)
			}
			if string(failure.Body) != test.body {
				t.Errorf("body %s", failure.Body)
			}
			switch test.class {
			case llm.ClassOverflow, llm.ClassQuota, llm.ClassFiltered, llm.ClassRequest, llm.ClassAuth:
				if failure.Temporary() {
					t.Error("it would be asked again")
				}
			}
		})
	}
}

func TestFatal(t *testing.T) {
	for status, want := range map[int]bool{400: false, 401: true, 402: true, 403: true, 404: true, 405: true, 413: false, 422: false, 429: false, 500: false, 301: true} {
		client := open(t, openai.Options{BaseURL: llmtest.Start(t, llmtest.Always(llmtest.Failure(status, "x")))})
		_, err := client.Complete(t.Context(), llmtest.Question("hello"))
		if failure, ok := err.(*llm.Error); !ok || failure.Fatal() != want {
			t.Errorf("%d: fatal is to be %v: %v", status, want, err)
		}
	}
}

// A port that speaks another protocol, or whose certificate is not trusted, ends
// a run at once.
func TestTLSFaults(t *testing.T) {
	plain := httptest.NewServer(nil)
	defer plain.Close()
	strange := httptest.NewTLSServer(nil)
	strange.Config.ErrorLog = log.New(io.Discard, "", 0)
	defer strange.Close()
	for _, url := range []string{strings.Replace(plain.URL, "http:", "https:", 1), strange.URL} {
		_, err := open(t, openai.Options{BaseURL: url + "/v1"}).Complete(t.Context(), llmtest.Question("hello"))
		if failure, ok := err.(*llm.Error); !ok || failure.Class != llm.ClassDown || !failure.Fatal() || failure.Temporary() {
			t.Errorf("have %v", err)
		}
	}
}

// The reset times of the rate-limit headers count where Retry-After is missing:
// those of the limits that are used up, the longest of them.
func TestResetTimes(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for _, test := range []struct {
		name    string
		header  http.Header
		refused time.Duration // of a 429
		reply   time.Duration // of a 200
	}{
		{"OpenAI", http.Header{
			"X-Ratelimit-Remaining-Requests": {"59"}, "X-Ratelimit-Reset-Requests": {"1s"},
			"X-Ratelimit-Remaining-Tokens": {"0"}, "X-Ratelimit-Reset-Tokens": {"6m0s"},
		}, 6 * time.Minute, 6 * time.Minute},
		{"both used up", http.Header{
			"X-Ratelimit-Remaining-Requests": {"0"}, "X-Ratelimit-Reset-Requests": {"20ms"},
			"X-Ratelimit-Remaining-Tokens": {"0"}, "X-Ratelimit-Reset-Tokens": {"7.66s"},
		}, 7660 * time.Millisecond, 7660 * time.Millisecond},
		{"something is left, but not enough", http.Header{
			"X-Ratelimit-Remaining-Requests": {"10"}, "X-Ratelimit-Reset-Requests": {"1m0s"},
			"X-Ratelimit-Remaining-Tokens": {"100"}, "X-Ratelimit-Reset-Tokens": {"120ms"},
		}, 120 * time.Millisecond, 0},
		{"Retry-After counts first", http.Header{
			"Retry-After": {"2"}, "X-Ratelimit-Remaining-Tokens": {"0"}, "X-Ratelimit-Reset-Tokens": {"6m0s"},
		}, 2 * time.Second, 6 * time.Minute},
		{"seconds", http.Header{"X-Ratelimit-Reset": {"30"}}, 30 * time.Second, 0},
		{"epoch seconds", http.Header{"X-Ratelimit-Reset": {"1772600807"}}, 40 * time.Second, 0},
		{"epoch milliseconds", http.Header{"X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset": {"1772600807000"}}, 40 * time.Second, 40 * time.Second},
		{"Anthropic", http.Header{
			"Anthropic-Ratelimit-Requests-Remaining": {"0"}, "Anthropic-Ratelimit-Requests-Reset": {"2026-03-04T05:07:07Z"},
		}, time.Minute, time.Minute},
		{"the draft standard", http.Header{"Ratelimit-Remaining": {"0"}, "Ratelimit-Reset": {"5"}}, 5 * time.Second, 5 * time.Second},
		{"past", http.Header{"X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset": {"1772600000"}}, 0, 0},
		{"nonsense", http.Header{"X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset": {"soon"}}, 0, 0},
		{"infinite", http.Header{"X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset": {"1e300"}}, 24 * time.Hour, 24 * time.Hour},
		{"negative", http.Header{"X-Ratelimit-Remaining": {"-1"}, "X-Ratelimit-Reset": {"-5s"}}, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			clock := func() time.Time { return now }
			test.header.Set("Date", now.Format(http.TimeFormat))
			base := llmtest.Start(t, llmtest.Always(llmtest.With(test.header, llmtest.Failure(429, "slow down"))))
			_, err := open(t, openai.Options{BaseURL: base, Now: clock}).Complete(t.Context(), llmtest.Question("hello"))
			if failure, ok := err.(*llm.Error); !ok || failure.RetryAfter != test.refused {
				t.Errorf("refused: want %v, have %+v", test.refused, err)
			}
			base = llmtest.Start(t, llmtest.Always(llmtest.With(test.header, llmtest.OK(llm.Reply{Content: "a", FinishReason: "stop"}))))
			reply, err := open(t, openai.Options{BaseURL: base, Now: clock}).Complete(t.Context(), llmtest.Question("hello"))
			if err != nil || reply.RetryAfter != test.reply {
				t.Errorf("reply: want %v, have %v, %v", test.reply, reply, err)
			}
		})
	}
}

func TestFinishWords(t *testing.T) {
	for word, want := range map[string]string{
		"stop": llm.FinishStop, "length": llm.FinishLength, "tool_calls": llm.FinishToolCalls, "content_filter": llm.FinishFiltered,
		"end_turn": llm.FinishStop, "max_tokens": llm.FinishLength, "tool_use": llm.FinishToolCalls, "refusal": llm.FinishFiltered,
		"STOP": llm.FinishStop, "MAX_TOKENS": llm.FinishLength, "SAFETY": llm.FinishFiltered, "model_length": llm.FinishLength,
		"eos_token": llm.FinishStop, "function_call": llm.FinishToolCalls, "abort": "abort",
	} {
		reply, err := openai.Decode(200, nil, []byte(`{"choices":[{"message":{"content":"a"},"finish_reason":"`+word+`"}]}`))
		if err != nil || reply.FinishReason != want {
			t.Errorf("%s: %+v, %v", word, reply, err)
		}
	}
}

func TestCachedTokens(t *testing.T) {
	for usage, want := range map[string]llm.Usage{
		`{"prompt_tokens":10,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":8}}`:    {PromptTokens: 10, CompletionTokens: 2, CachedTokens: 8},
		`{"prompt_tokens":10,"completion_tokens":2,"prompt_cache_hit_tokens":4}`:                    {PromptTokens: 10, CompletionTokens: 2, CachedTokens: 4},
		`{"prompt_tokens":10,"completion_tokens":2,"prompt_tokens_details":null}`:                   {PromptTokens: 10, CompletionTokens: 2},
		`{"prompt_tokens":10,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":null}}`: {PromptTokens: 10, CompletionTokens: 2},
		`{"prompt_tokens":10,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":99}}`:   {PromptTokens: 10, CompletionTokens: 2, CachedTokens: 10},
		`{"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":-5}}`:                      {PromptTokens: -1, CompletionTokens: 2},
	} {
		reply, err := openai.Decode(200, nil, []byte(`{"choices":[{"message":{"content":"a"}}],"usage":`+usage+`}`))
		if err != nil || reply.Usage != want {
			t.Errorf("%s: %+v, %v", usage, reply, err)
		}
	}
}

// What is stored is read as it was read when it came.
func TestDecode(t *testing.T) {
	for _, response := range []llmtest.Response{
		llmtest.OK(llm.Reply{Content: "a", Reasoning: "b", Calls: []llm.RawCall{{ID: "1", Name: "f", Arguments: `{"a":`}}, FinishReason: "tool_calls"}),
		llmtest.JSON(200, `{"choices":[{"message":{"tool_calls":[{"id":7,"function":{"name":"f","arguments":{"a":1}}}]}}]}`),
		llmtest.RateLimited("3"), llmtest.Failure(400, "no"), llmtest.HTMLPage(502), llmtest.HTMLPage(200), llmtest.NoChoices(), llmtest.MalformedJSON(),
	} {
		client := open(t, openai.Options{BaseURL: llmtest.Start(t, llmtest.Always(response))})
		reply, err := client.Complete(t.Context(), llmtest.Question("hello"))
		if err == nil {
			again, err := openai.Decode(reply.Status, reply.Header, reply.Raw)
			if err != nil {
				t.Fatal(err)
			}
			reply.Latency = 0
			if diff := cmp.Diff(reply, again); diff != "" {
				t.Errorf("read again (-then +now):\n%s", diff)
			}
			continue
		}
		then := err.(*llm.Error)
		_, err = openai.Decode(then.Status, then.Header, then.Body)
		now, ok := err.(*llm.Error)
		if !ok || now.Class != then.Class || now.Detail != then.Detail || now.Status != then.Status {
			t.Errorf("then %v, now %v", then, err)
		}
	}
}

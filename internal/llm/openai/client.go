// Package openai asks any server that speaks the OpenAI chat-completions
// protocol. go-openai does the addressing and the authorization; the request body
// is written here from llm.Request, because go-openai leaves out whatever is zero
// (temperature 0, empty tool results) and has no place for other members; the
// response is read here, because servers answer in dialects that go-openai drops
// or trips over.
package openai

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/sashabaranov/go-openai"

	"github.com/buttonbench/button/internal/llm"
)

// The defaults of Options.
const (
	DefaultTimeout        = 5 * time.Minute
	DefaultMaxAnswerBytes = 64 << 20
	DefaultMaxIdle        = 1024
)

// Options say whom to ask and how patiently. Only BaseURL is needed.
type Options struct {
	// BaseURL ends before "/chat/completions": "http://127.0.0.1:8000/v1".
	BaseURL string
	// Key is sent as a bearer token; none where it is empty.
	Key Key
	// Timeout bounds one request from first byte to last; DefaultTimeout where
	// it is 0, none where it is negative.
	Timeout time.Duration
	// MaxAnswerBytes bounds one answer after decompression.
	MaxAnswerBytes int64
	// MaxIdle is how many idle connections are kept for reuse. Set it to at
	// least the number of requests in flight, or connections are dialled anew.
	MaxIdle int
	// Transport replaces the one built from MaxIdle, which heeds the usual proxy
	// variables. It must be safe for concurrent use.
	Transport http.RoundTripper
	// Header goes with every request, beside what the protocol needs. Its values
	// may be secrets.
	Header map[string]string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Key is a credential. It never prints itself.
type Key string

func (Key) String() string   { return "[key]" }
func (Key) GoString() string { return "[key]" }

// MarshalText implements encoding.TextMarshaler, and so covers JSON and slog.
func (Key) MarshalText() ([]byte, error) { return []byte("[key]"), nil }

// Client is an llm.Client for one endpoint, safe for concurrent use.
type Client struct {
	base     string
	key      Key
	timeout  time.Duration
	maxBytes int64
	http     *http.Client
	more     map[string]string // headers
	now      func() time.Time
}

var _ llm.Client = (*Client)(nil)

// New checks the options and returns a client. It sends nothing.
func New(options Options) (*Client, error) {
	base, err := checkURL(options.BaseURL)
	if err != nil {
		return nil, err
	}
	if strings.ContainsFunc(string(options.Key), func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return nil, fmt.Errorf("the API key holds a space, a line break or a non-ASCII character: was it copied whole?")
	}
	transport := options.Transport
	if transport == nil {
		transport = newTransport(or(options.MaxIdle, DefaultMaxIdle))
	}
	now := options.Now
	if now == nil {
		now = time.Now
	}
	return &Client{
		base:     base,
		key:      options.Key,
		timeout:  or(options.Timeout, DefaultTimeout),
		maxBytes: or(options.MaxAnswerBytes, DefaultMaxAnswerBytes),
		now:      now,
		more:     options.Header,
		http: &http.Client{
			Transport: transport,
			// A redirected POST becomes a GET, and a key must not follow to another
			// host: a redirect is an error that says where it points.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// Format keeps the key out of every way of printing a client.
func (c Client) Format(state fmt.State, _ rune) { fmt.Fprintf(state, "client of %s", c.base) }

// Close gives idle connections back.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Complete implements llm.Client.
func (c *Client) Complete(ctx context.Context, request llm.Request) (*llm.Reply, error) {
	body, err := requestBody(request)
	if err != nil {
		return nil, &llm.Error{Class: llm.ClassRequest, Detail: "writing the request: " + err.Error(), Err: err}
	}
	limited := ctx
	if c.timeout > 0 {
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeout(ctx, c.timeout)
		defer cancel()
	}
	turn := &exchange{http: c.http, body: body, history: request.Messages, more: c.more, maxBytes: c.maxBytes, redact: c.redact, now: c.now}
	config := openai.DefaultConfig(string(c.key))
	config.BaseURL = c.base
	config.HTTPClient = turn
	start := c.now()
	// The request handed to go-openai is empty on purpose: its gates on model
	// names would refuse a local model that is called "o1-mini-distilled".
	_, err = openai.NewClientWithConfig(config).CreateChatCompletion(limited, openai.ChatCompletionRequest{})
	if err != nil {
		return nil, c.failure(ctx, err)
	}
	turn.reply.Latency = c.now().Sub(start)
	return turn.reply, nil
}

// redact blanks the key in foreign text. Keys of three characters or fewer are
// place holders for servers that want none, and would blank half the text.
func (c *Client) redact(text string) string {
	if len(c.key) < 4 {
		return text
	}
	return strings.ReplaceAll(text, string(c.key), "[key]")
}

func checkURL(text string) (string, error) {
	const hint = `want something like "http://127.0.0.1:8000/v1"`
	parsed, err := url.Parse(text)
	switch {
	case err != nil:
		return "", fmt.Errorf("base URL cannot be read: %s", hint)
	case parsed.Scheme != "http" && parsed.Scheme != "https", parsed.Host == "":
		return "", fmt.Errorf("base URL %q has no http:// or https:// and host: %s", parsed.Redacted(), hint)
	case parsed.User != nil:
		return "", fmt.Errorf("base URL %q holds a user name: give the key apart", parsed.Redacted())
	case parsed.RawQuery != "" || parsed.Fragment != "":
		return "", fmt.Errorf("base URL for host %q holds a query or a fragment: %s", parsed.Host, hint)
	}
	return strings.TrimSuffix(strings.TrimRight(text, "/"), "/chat/completions"), nil
}

func newTransport(idle int) *http.Transport {
	dialer := &net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         dialer.DialContext,
		ForceAttemptHTTP2:   true,
		MaxIdleConns:        0, // bounded per host
		MaxIdleConnsPerHost: idle,
		IdleConnTimeout:     90 * time.Second,
		TLSHandshakeTimeout: 15 * time.Second,
	}
}

func or[T int | int64 | time.Duration](value, otherwise T) T {
	if value == 0 {
		return otherwise
	}
	return value
}

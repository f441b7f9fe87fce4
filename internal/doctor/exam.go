package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
)

// exam is an examination under way.
type exam struct {
	options Options
	report  Report
	http    *http.Client
	client  llm.Client
	// stopped is why nothing more is asked, "" while it goes on.
	stopped string
	// stranger says that the endpoint was found by search and gets no key.
	stranger bool
	secrets  []string

	// What earlier probes saw.
	listed  []listedModel
	signs   signs
	plain   *llm.Reply // to the greedy question
	called  *llm.Reply // to the question that wants a tool
	dialect string     // of calls that came as text
	many    bool       // several calls in one message were seen
	results int        // prompt tokens of the conversation with a result, -1 unknown
	thought bool       // reasoning in a member of its own was seen
	shown   bool       // tools reached the prompt, by the count of its tokens
	hidden  bool       // tools were accepted and did not reach the prompt

	// How this server wants its requests, as learned from its errors.
	completionLimit bool // max_completion_tokens in the place of max_tokens
	noTemperature   bool // takes no temperature but its own
}

func newExam(options Options) *exam {
	if options.MaxTokens <= 0 {
		options.MaxTokens = DefaultMaxTokens
	}
	if options.RequestTime <= 0 {
		options.RequestTime = DefaultRequestTime
	}
	if options.Transport == nil {
		options.Transport = newTransport()
	}
	e := &exam{options: options, results: -1, secrets: secretsOf(options)}
	e.report.BaseURL = strings.TrimRight(options.BaseURL, "/")
	e.report.Model = options.Model
	e.http = &http.Client{
		Transport: options.Transport,
		// A key must not follow to another host.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return e
}

func newTransport() http.RoundTripper {
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, ForceAttemptHTTP2: true,
		TLSHandshakeTimeout: 10 * time.Second, MaxResponseHeaderBytes: 64 << 10,
	}
}

func (e *exam) close() { e.http.CloseIdleConnections() }

func (e *exam) finish() Report {
	done := e.status("completion")
	e.report.Healthy = (done == OK || done == Warning) && !slices.ContainsFunc(e.report.Probes, func(p Probe) bool { return p.Status == Failed })
	e.report.BaseURL, e.report.Model = e.clean(e.report.BaseURL), e.clean(e.report.Model)
	return e.report
}

// note records a finding.
func (e *exam) note(name string, status Status, seen, advice string) {
	e.report.Probes = append(e.report.Probes, Probe{name, status, e.clean(seen), e.clean(advice)})
}

// status is what a probe came to, "" before it did.
func (e *exam) status(name string) Status {
	for _, probe := range e.report.Probes {
		if probe.Name == name {
			return probe.Status
		}
	}
	return ""
}

// ask sends one completion. Its bound on tokens, the extra body and what earlier
// answers taught are filled in.
func (e *exam) ask(ctx context.Context, request llm.Request) (*llm.Reply, *llm.Error) {
	if !e.spend() {
		return nil, &llm.Error{Class: llm.ClassInterrupted, Detail: "the requests of this examination are used up"}
	}
	request.Model = e.report.Model
	body := maps.Clone(e.options.ExtraBody)
	if body == nil {
		body = map[string]json.RawMessage{}
	}
	maps.Copy(body, request.ExtraBody)
	limit := e.options.MaxTokens
	if e.completionLimit {
		body["max_completion_tokens"] = strconv.AppendInt(nil, int64(limit), 10)
	} else {
		request.Sampling.MaxTokens = &limit
	}
	if e.noTemperature {
		request.Sampling.Temperature = nil
	}
	request.ExtraBody = body
	ctx, cancel := context.WithTimeout(ctx, e.options.RequestTime)
	defer cancel()
	reply, err := e.client.Complete(ctx, request)
	if err != nil {
		var failure *llm.Error
		if !errors.As(err, &failure) {
			failure = &llm.Error{Class: llm.ClassTransport, Detail: err.Error(), Err: err}
		}
		return nil, failure
	}
	e.report.PromptTokens += max(reply.Usage.PromptTokens, 0)
	e.report.CompletionTokens += max(reply.Usage.CompletionTokens, 0)
	return reply, nil
}

// spend takes one request from the budget.
func (e *exam) spend() bool {
	if e.report.Requests >= MaxRequests {
		return false
	}
	e.report.Requests++
	return true
}

// trouble records that a probe got no answer. Where the cause lies beyond what
// the probe asks about, it is skipped; otherwise it gets the status given.
func (e *exam) trouble(ctx context.Context, name string, failure *llm.Error, status Status, advice string) {
	switch {
	case ctx.Err() != nil:
		e.note(name, Skipped, timeUp(ctx), "")
	case failure.Class == llm.ClassInterrupted:
		e.note(name, Skipped, failure.Detail, "")
	case failure.Class == llm.ClassRateLimit:
		e.note(name, Skipped, "the server says that it is asked too often: "+e.quote(failure.Detail), "try again later, or with a key that has a higher limit")
	case slow(failure) && name != "completion":
		// Slowness says nothing of what the probe asks about.
		e.note(name, status, e.told(failure), slowAdvice)
	default:
		e.note(name, status, e.told(failure), advice)
	}
}

// slow reports whether the time for one request ran out.
func slow(failure *llm.Error) bool { return failure.Class == llm.ClassTimeout && failure.Status == 0 }

const slowAdvice = "the server is slow, busy or stuck: examine it again with a longer --timeout, and give runs one too"

// told words an error.
func (e *exam) told(failure *llm.Error) string {
	text := e.quote(failure.Detail)
	switch {
	case slow(failure):
		return fmt.Sprintf("no answer within %v", e.options.RequestTime)
	case failure.Status != 0:
		return fmt.Sprintf("HTTP %d: %s", failure.Status, text)
	}
	return fmt.Sprintf("%s: %s", strings.ReplaceAll(string(failure.Class), "_", " "), text)
}

// cutOff reports whether an answer ended at the bound on tokens.
func cutOff(reply *llm.Reply) bool { return reply.FinishReason == "length" }

func (e *exam) cutOffText() string {
	return fmt.Sprintf("the answer was cut off at %d tokens", e.options.MaxTokens)
}

// cut records that an answer ended at the bound on tokens before it said what the
// probe is about.
func (e *exam) cut(name string, reply *llm.Reply) bool {
	if !cutOff(reply) || len(reply.Calls) > 0 {
		return false
	}
	e.note(name, Warning, e.cutOffText()+" before it came to the point", cutOffAdvice)
	return true
}

const cutOffAdvice = "give this examination more tokens (--max-tokens), and runs a higher max_tokens"

func user(text string) []button.Message {
	return []button.Message{{Role: button.RoleUser, Content: text}}
}

func point[T any](value T) *T { return &value }

// greedy is the sampling of every probe that is not about sampling.
func greedy() llm.Sampling { return llm.Sampling{Temperature: point(0.0)} }

// Bounds on texts in a report.
const (
	maxQuoted = 160 // characters of foreign text
	maxLine   = 700 // bytes of a whole line
)

// quote makes foreign text fit to be shown: without secrets, on one line, short,
// between quotation marks, with everything that could steer a terminal escaped.
func (e *exam) quote(text string) string {
	const enough = 64 << 10
	whole := len(text) <= enough
	text = e.redact(text[:min(len(text), enough)])
	if !whole && len(e.secrets) > 0 {
		// The cut may have left a part of a secret at the end.
		text = text[:max(0, len(text)-len(e.secrets[0]))]
	}
	text = shorten(strings.Join(strings.Fields(text), " "), maxQuoted)
	unfit := func(r rune) bool { return r == '`' || r == utf8.RuneError || !unicode.IsPrint(r) }
	if strings.Contains(text, `"`) && !strings.ContainsFunc(text, unfit) {
		return "`" + text + "`" // JSON stays readable
	}
	return strconv.Quote(text)
}

// clean is the last guard before a report.
func (e *exam) clean(text string) string {
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '�'
		}
		return r
	}, e.redact(text))
	if len(text) > maxLine {
		cut := maxLine
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut] + "…"
	}
	return text
}

// secretsOf gathers what must not be shown. Keys of three characters or fewer are
// place holders for servers that want none, and would blank half the text; so
// would the short values of harmless headers.
func secretsOf(options Options) []string {
	secrets := append([]string{options.Key}, options.Secrets...)
	secrets = slices.DeleteFunc(secrets, func(secret string) bool { return len(secret) <= 3 })
	for _, values := range options.Header {
		for _, value := range values {
			// Of "Bearer abc", a server may repeat the second half alone.
			for _, part := range append(strings.Fields(value), value) {
				if len(part) >= 8 {
					secrets = append(secrets, part)
				}
			}
		}
	}
	// The longest first: one may be part of another.
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	return secrets
}

// redact blanks secrets.
func (e *exam) redact(text string) string {
	for _, secret := range e.secrets {
		text = strings.ReplaceAll(text, secret, "[key]")
	}
	return text
}

func shorten(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return string([]rune(text)[:limit]) + "…"
}

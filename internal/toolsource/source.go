// Package toolsource reads tools from what a user has, and calls them for real
// where that is possible. A source is one text:
//
//	tools.json, tools.jsonl        a list of tools: a JSON list, {"tools":[...]}, one
//	                               tool, or one a line; each {"type":"function",
//	                               "function":{...}} or the bare function
//	openapi.yaml, openapi.json     an OpenAPI 3.0 or 3.1 document
//	https://host/openapi.json      either of these, fetched once
//	mcp:npx -y some-server         an MCP server to be started, which speaks over its
//	                               standard input and output; quotes and backslashes
//	                               work as in a shell, nothing else does; it gets this
//	                               program's environment and working folder
//	mcp+https://host/mcp           an MCP server that speaks streamable HTTP
//
// What a document holds is found by looking into it, not by its name. Beside
// name, description and parameters a function of a list may have "returns" (or
// "outputSchema"), the JSON Schema of its result; "effect", one of pure, read
// and write; and "errors", a list of {"code","when"}.
//
// A source is foreign: sizes, depths and times are bounded, references lead to
// files only when asked and only below the document's own folder, and never to
// the network. A tool that cannot be used is in Source.Skipped with its reason.
package toolsource

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/buttonbench/button"
)

// Bounds on a source.
const (
	MaxDocumentBytes = 16 << 20 // one document with the files that it refers to
	MaxTools         = 10_000
	MaxResultBytes   = 1 << 20 // the result of one call
	DefaultTimeout   = time.Minute
)

// Tool is one function that a source offers.
type Tool struct {
	// Tool has a name that matches ^[a-zA-Z_]\w{0,63}$ and is the only one of its
	// source, and parameters that are an object and that internal/schema compiles.
	button.Tool
	Returns json.RawMessage // JSON Schema of the result, compiled likewise; nil if not known
	Errors  []Failure       // documented ways to fail, in the document's order
	// Effect is one of button's effects. EffectGuessed says that the source does
	// not declare it: it was guessed from the HTTP method or the name.
	Effect        string
	EffectGuessed bool
	Origin        string // where it comes from: "GET /pets/{id}", "tool 3", "line 7", the name at its server
}

// Failure is a documented way to fail.
type Failure struct {
	Code string `json:"code"` // such as not_found
	When string `json:"when"`
}

// Skipped is a tool that cannot be used.
type Skipped struct {
	Name   string `json:"name"` // as the source has it; may be empty
	Origin string `json:"origin"`
	Reason string `json:"reason"`
}

// Options say how a source is read. The zero value is ready.
type Options struct {
	// Timeout bounds each exchange: fetching a document, starting a server until
	// it has listed its tools, one call. 0 means DefaultTimeout.
	Timeout time.Duration
	// Header goes with every HTTP request to the source's own host.
	Header http.Header
	// FollowFiles lets an OpenAPI document in a file refer to files in its folder
	// and below.
	FollowFiles bool
}

func (o Options) timeout() time.Duration {
	if o.Timeout <= 0 {
		return DefaultTimeout
	}
	return o.Timeout
}

// Source is an open source of tools. Close it.
type Source struct {
	Tools   []Tool
	Skipped []Skipped
	// Warnings tell what was changed or left out of the tools that are usable.
	Warnings []string

	server *mcpServer        // nil where calls cannot be made
	names  map[string]string // a tool's name to that at its server
}

// ErrNotCallable says that a source only describes its tools.
var ErrNotCallable = errors.New("its tools are only described and cannot be called")

// ToolError is a failure that the tool itself reports: an answer to be shown to
// whoever called. Every other error of Call means that there is no answer.
type ToolError struct{ Text string }

func (e *ToolError) Error() string { return "the tool failed: " + e.Text }

// Open reads a source. The context bounds the opening only.
func Open(ctx context.Context, source string, options Options) (*Source, error) {
	scheme, rest, _ := strings.Cut(source, ":")
	switch {
	case scheme == "mcp" && rest != "":
		return openCommand(ctx, rest, options)
	case (scheme == "mcp+http" || scheme == "mcp+https") && strings.HasPrefix(rest, "//"):
		return openStreamable(ctx, strings.TrimPrefix(source, "mcp+"), options)
	case (scheme == "http" || scheme == "https") && strings.HasPrefix(rest, "//"):
		return openURL(ctx, source, options)
	case strings.HasPrefix(rest, "//"):
		return nil, fmt.Errorf("%q: sources begin with http://, https://, mcp+http://, mcp+https:// or mcp:, or are the path of a file", scheme+"://")
	case source == "" || scheme == "mcp":
		return nil, fmt.Errorf("the source %q is empty: give a file, a URL or mcp:COMMAND", source)
	}
	return openFile(source, options)
}

// Callable reports whether Call can work.
func (s *Source) Callable() bool { return s.server != nil }

// Call calls a tool for real; arguments are a JSON object, which is not checked
// against the parameters. The result is one JSON value of at most
// MaxResultBytes. The error is a *ToolError if the tool reports a failure,
// ErrNotCallable where the source only describes its tools. It is safe for
// concurrent use.
func (s *Source) Call(ctx context.Context, name string, arguments json.RawMessage) (json.RawMessage, error) {
	if s.server == nil {
		return nil, ErrNotCallable
	}
	original, found := s.names[name]
	if !found {
		return nil, fmt.Errorf("the source has no tool %q", name)
	}
	if _, err := button.ParseMembers(arguments); err != nil {
		return nil, fmt.Errorf("arguments of %s: %w", name, err)
	}
	return s.server.call(ctx, original, arguments)
}

// Close ends the connection to a server and, if it was started here, the server
// with all that it started. It returns when they are gone.
func (s *Source) Close() {
	if s.server != nil {
		s.server.close()
	}
}

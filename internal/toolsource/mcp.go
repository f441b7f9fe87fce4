package toolsource

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

const (
	maxMessage   = 8 << 20 // bytes of one message, and of all tools that a server lists
	maxPages     = 1000    // parts in which a server may list its tools
	maxErrorText = 4000    // bytes of a failure that a tool reports
)

// mcpServer is a connection to a server that speaks the Model Context Protocol.
type mcpServer struct {
	session *mcp.ClientSession
	process *process // nil for one that was not started here
	timeout time.Duration
	what    string // for errors
}

func openCommand(ctx context.Context, line string, options Options) (*Source, error) {
	words, err := splitCommand(line)
	if err != nil {
		return nil, fmt.Errorf("the command of the MCP server, %s: %w", quote(line), err)
	}
	p, err := start(words)
	if err != nil {
		return nil, fmt.Errorf("starting the MCP server %s: %w", quote(line), err)
	}
	server := &mcpServer{process: p, timeout: options.timeout(), what: "the MCP server " + quote(line)}
	return server.open(ctx, &mcp.IOTransport{Reader: p.output, Writer: p.input, MaxLineLength: maxMessage})
}

func openStreamable(ctx context.Context, endpoint string, options Options) (*Source, error) {
	at, err := url.Parse(endpoint)
	if err != nil || at.Host == "" {
		return nil, fmt.Errorf("%s is no URL", quote(endpoint))
	}
	server := &mcpServer{timeout: options.timeout(), what: "the MCP server at " + at.Scheme + "://" + at.Host + at.Path}
	return server.open(ctx, &mcp.StreamableClientTransport{
		Endpoint:             endpoint,
		HTTPClient:           &http.Client{Transport: &ownHost{at.Host, options.Header, maxMessage}, Timeout: server.timeout},
		MaxRetries:           -1,
		DisableStandaloneSSE: true, // what the server says unasked is not listened to
		MaxEventSize:         maxMessage,
	})
}

// open connects and lists the tools.
func (s *mcpServer) open(ctx context.Context, transport mcp.Transport) (*Source, error) {
	c := &collector{}
	client := mcp.NewClient(&mcp.Implementation{Name: "button", Version: "1"}, &mcp.ClientOptions{
		Capabilities:   &mcp.ClientCapabilities{}, // nothing that a server could ask back for
		Logger:         slog.New(&excluded{c}),
		MultiRoundTrip: &mcp.MultiRoundTripOptions{Disabled: true},
	})
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	opened := make(chan error, 1)
	go func() {
		session, err := client.Connect(ctx, transport, nil)
		if err == nil {
			s.session = session
			err = s.list(ctx, c)
		}
		opened <- err
	}()
	err := s.wait(ctx, opened)
	if err != nil {
		s.close()
		return nil, s.failure("opening", err)
	}
	source := c.source()
	source.server = s
	return source, nil
}

// wait waits for a step that may itself not notice the end of the context, as
// writing to a server that does not read. Closing the pipes ends the step then.
func (s *mcpServer) wait(ctx context.Context, done <-chan error) error {
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	if s.process != nil {
		s.process.stop()
	}
	<-done
	return ctx.Err()
}

// failure words an error of the connection.
func (s *mcpServer) failure(doing string, err error) error {
	late, answered := errors.Is(err, context.DeadlineExceeded), errors.As(err, new(*jsonrpc.Error))
	// The SDK does not always wrap the decoder's error, and never says what it means.
	_, syntax, garbage := strings.Cut(err.Error(), "invalid character ")
	switch {
	case late:
		err = fmt.Errorf("no answer within %v", s.timeout)
	case garbage:
		err = fmt.Errorf("it wrote something else than messages of the protocol: invalid character %s", syntax)
	}
	if s.process == nil {
		err = withoutURL(err)
	} else {
		err = s.process.explain(err, !late && !answered)
	}
	return fmt.Errorf("%s %s: %w", doing, s.what, err)
}

// list takes all tools of the server, part by part.
func (s *mcpServer) list(ctx context.Context, c *collector) error {
	params := &mcp.ListToolsParams{}
	seen := map[string]bool{}
	size := 0
	for range maxPages {
		page, err := s.session.ListTools(ctx, params)
		if err != nil {
			return err
		}
		for _, tool := range page.Tools {
			if err := c.full(); err != nil {
				return err
			}
			d, err := listed(tool)
			if d.origin == "" {
				d.origin = fmt.Sprintf("tool %d", len(c.drafts)+len(c.skipped)+1)
			}
			if err != nil {
				c.skip(d.name, d.origin, err)
				continue
			}
			if size += len(d.description) + len(d.parameters) + len(d.returns); size > maxMessage {
				return fmt.Errorf("its list of tools has more than %d MiB", maxMessage>>20)
			}
			c.add(d)
		}
		switch {
		case page.NextCursor == "" && len(c.drafts)+len(c.skipped) == 0:
			return errors.New("it offers no tools")
		case page.NextCursor == "":
			return nil
		}
		if seen[page.NextCursor] {
			return errors.New("its list of tools goes in a circle")
		}
		seen[page.NextCursor] = true
		params.Cursor = page.NextCursor
	}
	return fmt.Errorf("it lists its tools in more than %d parts", maxPages)
}

// listed is a tool as the server lists it.
func listed(tool *mcp.Tool) (draft, error) {
	d := draft{name: tool.Name, origin: tool.Name, description: tool.Description}
	if d.description == "" {
		d.description = tool.Title
	}
	var err error
	if tool.InputSchema != nil {
		if d.parameters, err = readable(tool.InputSchema); err != nil {
			return d, err
		}
	}
	if tool.OutputSchema != nil {
		if d.returns, err = readable(tool.OutputSchema); err != nil {
			return d, err
		}
	}
	if hints := tool.Annotations; hints != nil {
		var destructive any
		if hints.DestructiveHint != nil {
			destructive = *hints.DestructiveHint
		}
		d.effect = annotatedEffect(hints.ReadOnlyHint, destructive)
	}
	return d, nil
}

// readable writes a schema, whose order the SDK has lost, with its type first.
func readable(schema any) (json.RawMessage, error) {
	tree, err := treeOf(schema)
	if err != nil {
		return nil, err
	}
	if root, ok := tree.(*object); ok {
		root.remove("$schema")
	}
	typeFirst(tree)
	return appendJSON(nil, tree), nil
}

func typeFirst(value any) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			typeFirst(item)
		}
	case *object:
		if value.has("type") {
			value.names = append([]string{"type"}, slices.DeleteFunc(value.names, func(name string) bool { return name == "type" })...)
		}
		for _, name := range value.names {
			typeFirst(value.get(name))
		}
	}
}

// excluded hears of the tools that the SDK leaves out of a list; it only logs
// them.
type excluded struct{ c *collector }

func (e *excluded) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelError }
func (e *excluded) WithAttrs([]slog.Attr) slog.Handler               { return e }
func (e *excluded) WithGroup(string) slog.Handler                    { return e }

func (e *excluded) Handle(_ context.Context, record slog.Record) error {
	if !strings.Contains(record.Message, "tools/list") {
		return nil
	}
	name, reason := "", record.Message
	record.Attrs(func(attr slog.Attr) bool {
		switch attr.Key {
		case "tool":
			name = attr.Value.String()
		case "error":
			reason = attr.Value.String()
		}
		return true
	})
	e.c.skip(name, fmt.Sprintf("tool %d", len(e.c.drafts)+len(e.c.skipped)+1), fmt.Errorf("the protocol does not allow it: %s", reason))
	return nil
}

// call calls a tool by its name at the server.
func (s *mcpServer) call(ctx context.Context, name string, arguments json.RawMessage) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	var result *mcp.CallToolResult
	called := make(chan error, 1)
	go func() {
		var err error
		result, err = s.session.CallTool(ctx, &mcp.CallToolParams{Name: name, Arguments: arguments})
		called <- err
	}()
	if err := s.waitCall(ctx, called); err != nil {
		if refused := (*jsonrpc.Error)(nil); errors.As(err, &refused) && refused.Code == jsonrpc.CodeInvalidParams {
			return nil, &ToolError{plain(refused.Message)}
		}
		return nil, s.failure("calling "+name+" of", err)
	}
	return readResult(result)
}

// waitCall is wait for a call: one that only takes too long does not end the
// server, for others may be under way.
func (s *mcpServer) waitCall(ctx context.Context, called <-chan error) error {
	select {
	case err := <-called:
		return err
	case <-ctx.Done():
	}
	timer := time.NewTimer(gracePeriod)
	defer timer.Stop()
	select {
	case err := <-called:
		return err
	case <-timer.C:
	}
	return s.wait(ctx, called) // it does not even read what it is sent
}

// close ends the session, then the process. A server that does not answer the
// farewell is not waited for.
func (s *mcpServer) close() {
	closed := make(chan struct{})
	go func() {
		if s.session != nil {
			_ = s.session.Close() // whatever it says, the connection is gone afterwards
		}
		close(closed)
	}()
	timer := time.NewTimer(gracePeriod)
	defer timer.Stop()
	select {
	case <-closed:
	case <-timer.C:
	}
	if s.process != nil {
		s.process.stop()
		<-closed
	}
}

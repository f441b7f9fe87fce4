package toolsource_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// serverWord makes the test binary play an MCP server, in the manner that
// follows it.
const serverWord = "play-mcp-server"

func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == serverWord {
		playServer(os.Args[2])
		return
	}
	os.Exit(m.Run())
}

func playServer(manner string) {
	switch manner {
	case "good":
		_ = testServer().Run(context.Background(), &mcp.StdioTransport{})
	case "silent": // reads and never answers
		_, _ = io.Copy(io.Discard, os.Stdin)
	case "deaf": // never reads, does not end when asked, and has a child that does not either
		signal.Ignore(syscall.SIGTERM)
		child := exec.Command(os.Args[0], serverWord, "child")
		if child.Start() == nil {
			fmt.Fprintf(os.Stderr, "pids %d %d\n", os.Getpid(), child.Process.Pid)
		}
		select {}
	case "child":
		signal.Ignore(syscall.SIGTERM)
		time.Sleep(time.Hour)
	case "crash":
		fmt.Fprintln(os.Stderr, "first\x1b[31m line\nno database is configured")
		os.Exit(3)
	case "chatty":
		fmt.Println("Server is ready!")
		_, _ = io.Copy(io.Discard, os.Stdin)
	case "stuck": // lists its tools, then stops reading
		stuckServer()
	default:
		rawServer(manner)
	}
}

type sumInput struct {
	A int `json:"a"`
	B int `json:"b"`
}

type sumOutput struct {
	Sum int `json:"sum"`
}

func text(parts ...string) *mcp.CallToolResult {
	result := &mcp.CallToolResult{}
	for _, part := range parts {
		result.Content = append(result.Content, &mcp.TextContent{Text: part})
	}
	return result
}

// testServer is a well-behaved server with many tools, listed in parts.
func testServer() *mcp.Server {
	server := mcp.NewServer(&mcp.Implementation{Name: "test", Version: "1"}, &mcp.ServerOptions{PageSize: 3})
	no := false
	mcp.AddTool(server, &mcp.Tool{Name: "add-numbers", Title: "Add two numbers", Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true}},
		func(_ context.Context, _ *mcp.CallToolRequest, in sumInput) (*mcp.CallToolResult, sumOutput, error) {
			return nil, sumOutput{in.A + in.B}, nil
		})
	object := json.RawMessage(`{"type":"object","properties":{"text":{"type":"string"}}}`)
	handle := func(name string, annotations *mcp.ToolAnnotations, handler func(ctx context.Context, text string) (*mcp.CallToolResult, error)) {
		server.AddTool(&mcp.Tool{Name: name, Description: "the tool " + name, InputSchema: object, Annotations: annotations},
			func(ctx context.Context, request *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
				var in struct{ Text string }
				if err := json.Unmarshal(request.Params.Arguments, &in); err != nil {
					return nil, err
				}
				return handler(ctx, in.Text)
			})
	}
	handle("echo", &mcp.ToolAnnotations{DestructiveHint: &no}, func(_ context.Context, in string) (*mcp.CallToolResult, error) { return text(in), nil })
	handle("get_parts", nil, func(context.Context, string) (*mcp.CallToolResult, error) {
		result := text("one", "two")
		result.Content = append(result.Content, &mcp.ImageContent{Data: []byte("x"), MIMEType: "image/png"})
		return result, nil
	})
	handle("get_exact", nil, func(context.Context, string) (*mcp.CallToolResult, error) {
		result := text(`{"z": 9007199254740993, "a": 1.50}`)
		result.StructuredContent = json.RawMessage(`{"z":9007199254740993,"a":1.5}`)
		return result, nil
	})
	handle("nothing", nil, func(context.Context, string) (*mcp.CallToolResult, error) { return text(), nil })
	handle("fail", nil, func(context.Context, string) (*mcp.CallToolResult, error) {
		result := text("the depot is\x1b[2J closed")
		result.IsError = true
		return result, nil
	})
	handle("refuse", nil, func(context.Context, string) (*mcp.CallToolResult, error) { return nil, fmt.Errorf("inner trouble") })
	handle("wait", nil, func(ctx context.Context, _ string) (*mcp.CallToolResult, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	handle("huge", nil, func(context.Context, string) (*mcp.CallToolResult, error) {
		return text(strings.Repeat("x", 2<<20)), nil
	})
	handle("exit", nil, func(context.Context, string) (*mcp.CallToolResult, error) {
		fmt.Fprintln(os.Stderr, "out of memory")
		os.Exit(7)
		return nil, nil
	})
	return server
}

// rawServer answers by hand what the SDK would never say. The manner is what
// its list of tools is like.
func rawServer(manner string) {
	lines := bufio.NewScanner(os.Stdin)
	for page := 0; lines.Scan(); {
		var request struct {
			ID     json.RawMessage
			Method string
		}
		if json.Unmarshal(lines.Bytes(), &request) != nil || request.ID == nil {
			continue
		}
		switch request.Method {
		case "initialize":
			fmt.Printf(`{"jsonrpc":"2.0","id":%s,"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"raw","version":"1"}}}`+"\n", request.ID)
		case "tools/list":
			page++
			fmt.Printf(`{"jsonrpc":"2.0","id":%s,"result":%s}`+"\n", request.ID, rawPage(manner, page))
		default:
			fmt.Printf(`{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"no such method"}}`+"\n", request.ID)
		}
	}
}

func rawPage(manner string, page int) string {
	switch manner {
	case "circle":
		return `{"tools":[{"name":"a","inputSchema":{"type":"object"}}],"nextCursor":"again"}`
	case "endless":
		return fmt.Sprintf(`{"tools":[],"nextCursor":"page %d"}`, page)
	case "many":
		one := `{"name":"a","inputSchema":{"type":"object"}},`
		return fmt.Sprintf(`{"tools":[%s],"nextCursor":"page %d"}`, strings.TrimSuffix(strings.Repeat(one, 1500), ","), page)
	case "long":
		return `{"tools":[{"name":"a","description":"` + strings.Repeat("x", 9<<20) + `"}]}`
	case "wide":
		return fmt.Sprintf(`{"tools":[{"name":"a","description":"%s"}],"nextCursor":"page %d"}`, strings.Repeat("x", 3<<20), page)
	case "odd":
		return `{"tools":[null,{"name":"no_type","inputSchema":{"properties":{"type":{"type":"string"}}}},{"name":"no_schema"},{"name":"","inputSchema":{"type":"object"}},` +
			`{"name":"listed","inputSchema":{"type":"array"}},{"name":"bad","inputSchema":{"type":"object","properties":{"a":{"type":"no"}}}},` +
			`{"name":"header","inputSchema":{"type":"object","properties":{"a":{"type":"object","x-mcp-header":"bad name"}}}},` +
			`{"name":"bad_result","inputSchema":{"type":"object"},"outputSchema":{"type":"no"}}]}`
	case "empty":
		return `{"tools":[]}`
	}
	panic("no such manner: " + manner)
}

// stuckServer lists one tool and reads nothing afterwards.
func stuckServer() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var request struct {
			ID     json.RawMessage
			Method string
		}
		if json.Unmarshal(lines.Bytes(), &request) != nil || request.ID == nil {
			continue
		}
		switch request.Method {
		case "initialize":
			fmt.Printf(`{"jsonrpc":"2.0","id":%s,"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"raw","version":"1"}}}`+"\n", request.ID)
		case "tools/list":
			fmt.Printf(`{"jsonrpc":"2.0","id":%s,"result":{"tools":[{"name":"a","inputSchema":{"type":"object"}}]}}`+"\n", request.ID)
			select {}
		default:
			fmt.Printf(`{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"no such method"}}`+"\n", request.ID)
		}
	}
}

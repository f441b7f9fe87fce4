package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

// toolServer is a program for scripts: an MCP server on standard input and
// output with three tools. It is written out by hand, so that the client is not
// tried against its own library.
func toolServer() {
	fmt.Fprintln(os.Stderr, "the depot's server is up")
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var request struct {
			ID     json.RawMessage `json:"id"`
			Method string          `json:"method"`
			Params struct {
				Name      string                     `json:"name"`
				Arguments map[string]json.RawMessage `json:"arguments"`
			} `json:"params"`
		}
		if json.Unmarshal(lines.Bytes(), &request) != nil || request.ID == nil {
			continue
		}
		answer := `"error":{"code":-32601,"message":"no such method"}`
		switch request.Method {
		case "initialize":
			answer = `"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"depot","version":"1"}}`
		case "tools/list":
			answer = `"result":{"tools":[` +
				`{"name":"get-tram","description":"Where a tram is","inputSchema":{"type":"object","properties":{"number":{"type":"integer"}},"required":["number"]},"outputSchema":{"type":"object","properties":{"track":{"type":"integer"}},"required":["track"]},"annotations":{"readOnlyHint":true}},` +
				`{"name":"move_tram","inputSchema":{"type":"object","properties":{"number":{"type":"integer"},"track":{"type":"integer"}}}},` +
				`{"name":"odd","inputSchema":{"type":"object","properties":{"a":{"type":"tram"}}}}]}`
		case "tools/call":
			answer = `"result":{"content":[{"type":"text","text":"track 9 is blocked"}],"isError":true}`
			if request.Params.Name == "get-tram" {
				answer = fmt.Sprintf(`"result":{"content":[],"structuredContent":{"track":%s}}`, request.Params.Arguments["number"])
			}
		}
		fmt.Printf(`{"jsonrpc":"2.0","id":%s,%s}`+"\n", request.ID, answer)
	}
}

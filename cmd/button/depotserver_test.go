package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// depotServer is a program for scripts: an MCP server that offers a depot's tools and
// writes each call down in the file that its argument names, "-" for none. Where there
// is a file "fire" in its folder, it dies at the third call.
func depotServer() {
	lines := bufio.NewScanner(os.Stdin)
	calls := 0
	for lines.Scan() {
		var request struct {
			ID     json.RawMessage `json:"id"`
			Method string          `json:"method"`
			Params struct {
				Name      string          `json:"name"`
				Arguments json.RawMessage `json:"arguments"`
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
			answer = `"result":{"tools":[` + strings.Join(depotTools(), ",") + `]}`
		case "tools/call":
			if calls++; calls == 3 && isFile("fire") {
				fmt.Fprintln(os.Stderr, "the depot is on fire")
				os.Exit(7)
			}
			note(os.Args[1], request.Params.Name+" "+string(request.Params.Arguments))
			answer = `"result":` + depotCall(request.Params.Name, request.Params.Arguments)
		}
		fmt.Printf(`{"jsonrpc":"2.0","id":%s,%s}`+"\n", request.ID, answer)
	}
}

func note(path, line string) {
	if file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666); path != "-" && err == nil {
		fmt.Fprintln(file, line)
		file.Close()
	}
}

func depotTools() []string {
	tool := func(name, description, parameters, required, returns, readOnly string) string {
		output := ""
		if returns != "" {
			output = fmt.Sprintf(`,"outputSchema":{"type":"object","properties":{%s}}`, returns)
		}
		return fmt.Sprintf(`{"name":%q,"description":%q,"inputSchema":{"type":"object","properties":{%s},"required":[%s]}%s,"annotations":{"readOnlyHint":%s}}`,
			name, description, parameters, required, output, readOnly)
	}
	return []string{
		tool("get-tram", "Tells on which track of the depot a tram stands.", `"tram_number":{"type":"integer"}`, `"tram_number"`, `"track_code":{"type":"string"},"built":{"type":"integer"}`, "true"),
		tool("get-track", "Tells how long a track is, and what is wrong with it.", `"track_code":{"type":"string"}`, `"track_code"`, "", "true"),
		tool("find-driver", "Finds the driver who takes a tram out on a day.", `"tram_number":{"type":"integer"},"day":{"type":"string","format":"date"}`, `"tram_number","day"`, `"driver":{"type":"string"},"shift_code":{"type":"string"}`, "true"),
		tool("move-tram", "Moves a tram to another track.", `"tram_number":{"type":"integer"},"track_code":{"type":"string"}`, `"tram_number","track_code"`, `"receipt_code":{"type":"string"}`, "false"),
		tool("set-light", "Turns the light of the depot on or off.", `"on":{"type":"boolean"}`, `"on"`, "", "false"),
	}
}

// depotCall answers by arithmetic; of the trams whose number ends in 7 nothing is
// known.
func depotCall(name string, raw json.RawMessage) string {
	var arguments struct {
		Tram  int    `json:"tram_number"`
		Track string `json:"track_code"`
		Day   string `json:"day"`
	}
	_ = json.Unmarshal(raw, &arguments)
	structured := func(format string, values ...any) string {
		return `{"content":[],"structuredContent":` + fmt.Sprintf(format, values...) + `}`
	}
	switch {
	case name != "get-track" && arguments.Tram%10 == 7:
		return fmt.Sprintf(`{"content":[{"type":"text","text":"tram %d is in no list"}],"isError":true}`, arguments.Tram)
	case name == "get-tram":
		return structured(`{"track_code":"TK-%05d","built":%d,"inspected":"<yes & no>"}`, 10000+37*arguments.Tram, 1950+arguments.Tram%70)
	case name == "get-track":
		return fmt.Sprintf(`{"content":[{"type":"text","text":"{\"metres\": %d, \"fault\": null}"}]}`, 100+len(arguments.Track)*17+int(arguments.Track[len(arguments.Track)-1]))
	case name == "find-driver":
		return structured(`{"driver":"Ines Moreau","shift_code":"SH-%05d"}`, 20000+arguments.Tram)
	}
	return structured(`{"receipt_code":"RC-%05d"}`, 30000+arguments.Tram)
}

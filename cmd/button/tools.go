package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/render"
	"github.com/buttonbench/button/internal/schema"
	"github.com/buttonbench/button/internal/toolsource"
)

// toolsFlags say which source is read, how, and what is called.
type toolsFlags struct {
	call, arguments string
	timeout         time.Duration
	keyEnv          string
	followFiles     bool
}

func (p *process) toolsCommand() *cobra.Command {
	var f toolsFlags
	cmd := &cobra.Command{
		Use:   "tools SOURCE",
		Short: "List the tools of a file, an API description or an MCP server, and call one",
		Long: `List the tools that a source offers, what of them cannot be used and why. A source is
  FILE                    a list of tools as for the OpenAI API (JSON, one a line, or
                          YAML), or an OpenAPI 3 document
  http(s)://HOST/PATH     either of these, fetched
  mcp:COMMAND             an MCP server to be started, such as 'mcp:npx -y some-server'
  mcp+http(s)://HOST/PATH an MCP server that speaks streamable HTTP
With --call one tool of an MCP server is called for real, and its result printed.`,
		Example: `  button tools ./openapi.yaml
  button tools 'mcp:npx -y @modelcontextprotocol/server-everything'
  button tools mcp+http://127.0.0.1:3000/mcp --call get_sum --arguments '{"a":2,"b":3}'`,
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.call == "" && cmd.Flags().Changed("arguments") {
				return usage("--arguments has no use without --call")
			}
			return p.tools(cmd.Context(), args[0], f)
		},
	}
	cmd.Flags().StringVar(&f.call, "call", "", "call this tool for real")
	cmd.Flags().StringVar(&f.arguments, "arguments", "{}", "its arguments, a JSON object")
	cmd.Flags().DurationVar(&f.timeout, "timeout", toolsource.DefaultTimeout, "time for fetching, for starting a server until it has listed its tools, and for the call")
	cmd.Flags().StringVar(&f.keyEnv, "api-key-env", "", "environment variable that holds a key for the source's host")
	cmd.Flags().BoolVar(&f.followFiles, "follow-files", false, "let an OpenAPI file refer to files in its folder and below")
	return cmd
}

func (p *process) tools(ctx context.Context, from string, f toolsFlags) error {
	options := toolsource.Options{Timeout: f.timeout, FollowFiles: f.followFiles}
	if f.timeout <= 0 {
		return usage("--timeout must be above 0, not %v", f.timeout)
	}
	if f.keyEnv != "" {
		key := p.env(f.keyEnv)
		if key == "" {
			return usage("--api-key-env: the environment variable %s is empty", f.keyEnv)
		}
		options.Header = http.Header{"Authorization": {"Bearer " + key}}
	}
	ctx, stop := p.untilSignal(ctx)
	defer stop()
	source, err := toolsource.Open(ctx, from, options)
	if err != nil {
		code := exitFailed
		if errors.Is(err, fs.ErrNotExist) {
			code = exitUsage
		}
		return ifInterrupted(hinted(code, err, "'button tools --help' tells what a source may be"), "", "opening %s", from)
	}
	defer source.Close()
	if f.call != "" {
		return ifInterrupted(p.callTool(ctx, source, f), "", "calling %s", f.call)
	}
	return p.listTools(from, source)
}

func (p *process) listTools(from string, source *toolsource.Source) error {
	if p.json {
		if err := p.result(describeSource(from, source)); err != nil {
			return err
		}
	} else {
		err := render.Write(p.stdout, render.Terminal, []render.Table{toolsTable(from, source)}, render.Options{Colour: p.colour(), Width: p.width()})
		if err != nil {
			return err
		}
		for _, skipped := range source.Skipped {
			p.warn("%s", render.Visible(strings.TrimSpace(skipped.Name+" ("+skipped.Origin+")")+" is left out: "+skipped.Reason))
		}
		for _, warning := range source.Warnings {
			p.warn("%s", render.Visible(warning))
		}
	}
	if len(source.Tools) == 0 {
		return hinted(exitFailed, fmt.Errorf("%s has no tool that can be used", from), "")
	}
	return nil
}

func toolsTable(from string, source *toolsource.Source) render.Table {
	table := render.Table{
		Name: "tools", Title: fmt.Sprintf("%d tools of %s", len(source.Tools), from),
		Columns: []render.Column{{Name: "tool"}, {Name: "effect"}, {Name: "parameters"}, {Name: "returns"}, {Name: "origin"}},
		Notes:   []string{"Parameters with * are required; effects with ? are guessed, the source does not say them."},
	}
	if source.Callable() {
		table.Notes = append(table.Notes, "They can be called: --call NAME --arguments JSON")
	}
	for _, tool := range source.Tools {
		effect, returns := tool.Effect, "unknown"
		if tool.EffectGuessed {
			effect += "?"
		}
		if tool.Returns != nil {
			returns = "known"
		}
		row := []render.Cell{}
		for _, text := range []string{tool.Name, effect, parameterNames(tool.Tool), returns, tool.Origin} {
			row = append(row, render.TextCell(text))
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// parameterNames lists the first parameters of a tool, the required ones marked.
func parameterNames(tool button.Tool) string {
	const shown = 6
	members, err := button.ParseMembers(tool.Parameters)
	if err != nil {
		return ""
	}
	var required []string
	_ = json.Unmarshal(members.Get("required"), &required) // none where it is no list of names
	properties, err := button.ParseMembers(members.Get("properties"))
	if err != nil {
		return ""
	}
	var names []string
	for i, property := range properties {
		if i == shown {
			names = append(names, fmt.Sprintf("and %d more", len(properties)-shown))
			break
		}
		name := property.Name
		if slices.Contains(required, name) {
			name += "*"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// describeSource is a source for machines. Each tool has the members that
// toolsource reads from a list, so that the list can be edited and used again.
func describeSource(from string, source *toolsource.Source) map[string]any {
	tools := []any{}
	for _, tool := range source.Tools {
		one := map[string]any{
			"name": tool.Name, "description": tool.Description, "parameters": tool.Parameters,
			"effect": tool.Effect, "effect_guessed": tool.EffectGuessed, "origin": tool.Origin,
		}
		if tool.Returns != nil {
			one["returns"] = tool.Returns
		}
		if len(tool.Errors) > 0 {
			one["errors"] = tool.Errors
		}
		tools = append(tools, one)
	}
	return map[string]any{
		"source": from, "callable": source.Callable(), "tools": tools,
		"skipped": append([]toolsource.Skipped{}, source.Skipped...), "warnings": append([]string{}, source.Warnings...),
	}
}

// callTool checks the arguments, calls the tool and prints its result.
func (p *process) callTool(ctx context.Context, source *toolsource.Source, f toolsFlags) error {
	at := slices.IndexFunc(source.Tools, func(tool toolsource.Tool) bool { return tool.Name == f.call })
	if at < 0 {
		return hinted(exitUsage, fmt.Errorf("the source has no usable tool %q", f.call), "the same command without --call lists them")
	}
	tool := source.Tools[at]
	broken, err := violations(tool.Parameters, json.RawMessage(f.arguments))
	if err != nil {
		return hinted(exitUsage, fmt.Errorf("--arguments: %w", err), "")
	}
	if broken != "" {
		return usage("--arguments: %s", broken)
	}
	result, err := source.Call(ctx, tool.Name, json.RawMessage(f.arguments))
	if errors.Is(err, toolsource.ErrNotCallable) {
		return hinted(exitUsage, fmt.Errorf("%s: %w", f.call, err), "MCP servers can be called")
	}
	if err != nil {
		return err
	}
	if tool.Returns != nil {
		if broken, err := violations(tool.Returns, result); err != nil || broken != "" {
			p.warn("the result is not what the tool declares: %s", render.Visible(fmt.Sprint(broken, errorText(err))))
		}
	}
	p.print("%s", render.Visible(string(result)))
	return p.result(map[string]any{"tool": tool.Name, "result": result})
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// violations says how a document breaks a schema, "" if it does not.
func violations(against, document json.RawMessage) (string, error) {
	var compiler schema.Compiler
	compiled, err := compiler.Compile(against)
	if err != nil {
		return "", err
	}
	broken, err := compiled.Validate(document)
	if err != nil {
		return "", err
	}
	var texts []string
	for _, violation := range broken {
		texts = append(texts, violation.String())
	}
	return strings.Join(texts, "; "), nil
}

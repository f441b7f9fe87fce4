package lint

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite golden files")

// Lines that every target they are for takes as they are; the planted ones differ in
// one place.
const (
	roomTool = `{"type":"function","function":{"name":"find_room","description":"Find a free meeting room.","parameters":{"type":"object","properties":{"floor":{"type":"integer"}},"required":["floor"]}}}`
	bareTool = `{"name":"find_room","description":"Find a free meeting room.","parameters":{"type":"object","properties":{"floor":{"type":"integer"}},"required":["floor"]}}`

	chatLine = `{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Floor 3?"},` +
		`{"role":"assistant","content":"","tool_calls":[{"id":"a1B2c3D4e","type":"function","function":{"name":"find_room","arguments":{"floor":3}}}]},` +
		`{"role":"tool","tool_call_id":"a1B2c3D4e","content":"{\"room\":\"3-12\"}"},{"role":"assistant","content":"Room 3-12."}],"tools":TOOLS}`
	twoCalls = `{"role":"assistant","content":"","tool_calls":[{"id":"a1B2c3D4e","type":"function","function":{"name":"find_room","arguments":{"floor":3}}},{"id":"f5G6h7I8j","type":"function","function":{"name":"find_room","arguments":{"floor":4}}}]},` +
		`{"role":"tool","tool_call_id":"a1B2c3D4e","content":"{}"},{"role":"tool","tool_call_id":"f5G6h7I8j","content":"{}"}`
	shareLine = `{"conversations":[{"from":"human","value":"Floor 3?"},{"from":"function_call","value":"{\"name\":\"find_room\",\"arguments\":{\"floor\":3}}"},` +
		`{"from":"observation","value":"{}"},{"from":"gpt","value":"Free."}],"system":"Be brief.","tools":TOOLS}`
	swiftLine = `{"tools":TOOLS,"messages":[{"role":"user","content":"Floor 3?"},{"role":"tool_call","content":"{\"name\":\"find_room\",\"arguments\":{\"floor\":3}}"},` +
		`{"role":"tool_response","content":"{}"},{"role":"assistant","content":"Free."}]}`
	hermesLine = `{"conversations":[{"from":"system","value":"Be brief.\n<tools>\n` + `{\"name\":\"find_room\",\"description\":\"d\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}` + `\n</tools>"},{"from":"human","value":"Floor 3?"},` +
		`{"from":"gpt","value":"<tool_call>\n{\"name\": \"find_room\", \"arguments\": {\"floor\": 3}}\n</tool_call>"},{"from":"tool","value":"<tool_response>\n{}\n</tool_response>"},{"from":"gpt","value":"Free."}]}`
	buttonLine = `{"messages":[{"role":"system","content":"Be brief.\n<tool>\n[{\"name\":\"find_room\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}]\n</tool>"},{"role":"user","content":"Floor 3?"},` +
		`{"role":"assistant","content":"Look. <call>[{\"name\": \"find_room\", \"arguments\": {\"floor\": 3}}]</call>"},{"role":"tool","content":"[{\"name\": \"find_room\", \"arguments\": {\"floor\": 3}, \"results\": {}}]"},{"role":"assistant","content":"<final>Free.</final>"}]}`
	dpoLine     = `{"input":{"messages":[{"role":"user","content":"Floor 3?"}],"tools":TOOLS},"preferred_output":[{"role":"assistant","content":"","tool_calls":[{"id":"a1B2c3D4e","type":"function","function":{"name":"find_room","arguments":"{\"floor\":3}"}}]}],"non_preferred_output":[{"role":"assistant","content":"No."}]}`
	factoryLine = `{"messages":[{"role":"user","content":"Floor 3?"},{"role":"function","content":"<think>\nLook.\n</think>\n\n[{\"name\":\"find_room\",\"arguments\":{\"floor\":3}}]"},{"role":"tool","content":"{}"},{"role":"assistant","content":"Free."}],"tools":TOOLS}`
	xlamLine    = `{"query":"Floor 3?","tools":TOOLS,"answers":"[{\"name\":\"find_room\",\"arguments\":{\"floor\":3}}]"}`
	canonical   = `{"id":"r1","mode":"constructed","tools":[` + roomTool + `],"parallel_tool_calls":true,"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Floor 3?"},` +
		`{"role":"assistant","content":"","tool_calls":[{"id":"a1B2c3D4e","type":"function","function":{"name":"find_room","arguments":{"floor":3}}}]},` +
		`{"role":"tool","tool_call_id":"a1B2c3D4e","name":"find_room","content":"{}"},{"role":"assistant","content":"Free."}]}`
)

func listed(line string) string { return strings.ReplaceAll(line, "TOOLS", "["+roomTool+"]") }
func texted(line string) string {
	return strings.ReplaceAll(line, "TOOLS", `"`+strings.ReplaceAll("["+roomTool+"]", `"`, `\"`)+`"`)
}

// asText makes every call's arguments a string.
func asText(line string) string {
	return strings.NewReplacer(`"arguments":{"floor":3}`, `"arguments":"{\"floor\":3}"`, `"arguments":{"floor":4}`, `"arguments":"{\"floor\":4}"`).Replace(line)
}

// edited changes one place of a line, which must be there.
func edited(line, old, new string) string {
	if !strings.Contains(line, old) {
		panic("not in the line: " + old)
	}
	return strings.Replace(line, old, new, 1)
}

func ten(line string) []string {
	var lines []string
	for range 10 {
		lines = append(lines, line)
	}
	return lines
}

type planted struct {
	rule, target, template, what string
	lines                        []string
	want                         string // part of the finding's text
	warning                      bool
}

var (
	trlLine    = texted(chatLine)
	openaiLine = asText(listed(chatLine))
	longLine   = edited(trlLine, `"Room 3-12."`, `"`+strings.Repeat("Room 3-12. ", 500)+`"`)
)

func plantedLines() []planted {
	return []planted{
		{RuleShape, "trl", "", "ShareGPT turns for a trainer of messages", []string{texted(shareLine)}, "ShareGPT turns", false},
		{RuleShape, "llamafactory", "", "messages for a trainer of ShareGPT turns", []string{trlLine}, "chat messages", false},
		{RuleShape, "trl", "", "a line that is no JSON", []string{trlLine, `{"messages": [`}, "too early", false},
		{RuleShape, "trl", "", "an unknown role", []string{edited(trlLine, `"role":"user"`, `"role":"humanoid"`)}, "unknown role", false},
		{RuleShape, "openai", "", "nine lines", ten(openaiLine)[1:], "at least 10", false},
		{RuleShape, "trl", "", "two formats in a file", []string{canonical, trlLine}, "those before are a canonical record", false},
		{RuleShape, "openai", "", "calls under a role of their own", ten(listed(factoryLine)), "role function", false},
		{RuleContent, "trl", "", "content null on a calling turn", []string{edited(trlLine, `"content":"","tool_calls"`, `"content":null,"tool_calls"`)}, "the content is null", false},
		{RuleContent, "llamafactory-openai", "", "no content on a calling turn", []string{edited(trlLine, `"content":"","tool_calls"`, `"tool_calls"`)}, "the content is absent", false},
		{RuleContent, "qwen3", "", "a result that is an object", []string{edited(trlLine, `"content":"{\"room\":\"3-12\"}"`, `"content":{"room":"3-12"}`)}, "the content is an object", false},
		{RuleArguments, "openai", "", "arguments as an object", ten(edited(openaiLine, `"arguments":"{\"floor\":3}"`, `"arguments":{"floor":3}`)), "wants a string", false},
		{RuleArguments, "trl", "", "arguments as a string", []string{asText(trlLine)}, "doubly encoded", false},
		{RuleArguments, "deepseek-v3", "", "arguments as an object for DeepSeek-V3", []string{trlLine}, "wants a string", false},
		{RuleArguments, "qwen2.5", "", "arguments as a string for Qwen2.5", []string{asText(trlLine)}, "doubly encoded", false},
		{RuleArguments, "axolotl", "", "arguments that are no JSON", []string{edited(trlLine, `"arguments":{"floor":3}`, `"arguments":"floor=3"`)}, "holds no JSON object", false},
		{RuleArguments, "llamafactory", "", "words before a call", []string{edited(texted(shareLine), `"value":"{\"name\"`, `"value":"Let me look. {\"name\"`)}, "want a JSON object with name and arguments", false},
		{RuleArguments, "hermes", "", "a call cut short", []string{edited(hermesLine, `\"arguments\": {\"floor\": 3}}`, `\"arguments\": {\"floor\": 3`)}, "", false},
		{RuleArguments, "llama3", "", "calls for Llama 3, whose template has none", []string{trlLine}, "prints no calls", false},
		{RuleArguments, "llama4-pythonic", "", "a number for a template that prints strings", []string{trlLine}, "is no string", false},
		{RuleBeside, "llama3.1", "", "text beside a call", []string{edited(trlLine, `"content":"","tool_calls"`, `"content":"I will look.","tool_calls"`)}, "I will look.", false},
		{RuleBeside, "llamafactory-openai", "", "text beside a call", []string{edited(trlLine, `"content":"","tool_calls"`, `"content":"I will look.","tool_calls"`)}, "lost or moved", false},
		{RuleBeside, "gemma4", "", "text beside a call", []string{edited(canonical, `"content":"","tool_calls"`, `"content":"I will look.","tool_calls"`)}, "lost or moved", false},
		{RuleParallel, "llama3.1", "", "two calls in a turn", []string{parallel(trlLine)}, "2 calls", false},
		{RuleParallel, "gpt-oss", "", "two calls in a turn", []string{parallel(trlLine)}, "2 calls", false},
		{RuleParallel, "internlm", "", "two calls in a turn", []string{parallel(trlLine)}, "2 calls", false},
		{RuleParallel, "glm-4", "", "two calls in a turn", []string{parallel(trlLine)}, "2 calls", false},
		{RuleParallel, "verl-sft", "", "two calls in a turn", []string{parallel(listed(chatLine))}, "2 calls", true},
		{RuleIDs, "mistral-v3", "", "an id of OpenAI's form", []string{strings.ReplaceAll(trlLine, "a1B2c3D4e", "call_8xK2")}, "call_8xK2\"", false},
		{RuleIDs, "trl", "", "an id twice", []string{edited(edited(trlLine, `{"role":"assistant","content":"Room 3-12."}`, strings.Split(twoCalls, `,{"id":"f5`)[0]+`]},{"role":"tool","tool_call_id":"a1B2c3D4e","content":"{}"},{"role":"assistant","content":"Room 3-12."}`), "Be brief.", "Be.")}, "stands twice", false},
		{RuleIDs, "openai", "", "no id", ten(edited(openaiLine, `"id":"a1B2c3D4e",`, "")), "has no id", false},
		{RuleAnswers, "openai", "", "an unanswered call", ten(edited(openaiLine, `{"role":"tool","tool_call_id":"a1B2c3D4e","content":"{\"room\":\"3-12\"}"},`, "")), "has no result", false},
		{RuleAnswers, "trl", "", "two results for a call", []string{edited(trlLine, `{"role":"tool","tool_call_id":"a1B2c3D4e","content":"{\"room\":\"3-12\"}"}`, `{"role":"tool","tool_call_id":"a1B2c3D4e","content":"{}"},{"role":"tool","tool_call_id":"a1B2c3D4e","content":"{}"}`)}, "1 results for 0 open calls", false},
		{RuleAnswers, "trl", "", "results in another order", []string{edited(edited(edited(parallel(trlLine), `"tool_call_id":"a1B2c3D4e"`, `"tool_call_id":"X"`), `"tool_call_id":"f5G6h7I8j"`, `"tool_call_id":"a1B2c3D4e"`), `"tool_call_id":"X"`, `"tool_call_id":"f5G6h7I8j"`)}, "before the call", false},
		{RuleAnswers, "ms-swift", "", "a request behind an open call", []string{edited(texted(swiftLine), `{"role":"tool_response","content":"{}"},`, `{"role":"user","content":"Well?"},`)}, "has no result", false},
		{RuleAnswers, "button", "", "too few results", []string{edited(buttonLine, `[{\"name\": \"find_room\", \"arguments\": {\"floor\": 3}, \"results\": {}}]`, `[{},{}]`)}, "2 results for 1 open calls", false},
		{RuleTurns, "llamafactory", "", "an odd number of turns", []string{edited(texted(shareLine), `,{"from":"gpt","value":"Free."}`, "")}, "3 turns", false},
		{RuleTurns, "llamafactory", "", "two observations in a row", []string{edited(edited(texted(shareLine), `"{\"name\":\"find_room\",\"arguments\":{\"floor\":3}}"`, `"[{\"name\":\"find_room\",\"arguments\":{\"floor\":3}},{\"name\":\"find_room\",\"arguments\":{\"floor\":4}}]"`), `{"from":"observation","value":"{}"}`, `{"from":"observation","value":"{}"},{"from":"observation","value":"{}"}`)}, "two observations", false},
		{RuleTurns, "openai", "", "two assistant messages in a row", ten(edited(openaiLine, `{"role":"assistant","content":"Room 3-12."}`, `{"role":"assistant","content":"Room."},{"role":"assistant","content":"Room 3-12."}`)), "two turns of the assistant", false},
		{RuleTurns, "trl", "", "a system message in the middle", []string{edited(trlLine, `{"role":"assistant","content":"Room 3-12."}`, `{"role":"system","content":"Now."},{"role":"assistant","content":"Room 3-12."}`)}, "in the middle", false},
		{RuleTurns, "ms-swift", "", "the end is a result", []string{edited(texted(swiftLine), `,{"role":"assistant","content":"Free."}`, "")}, "ends with the role tool", false},
		{RuleTurns, "trl", "", "a request behind a result", []string{edited(trlLine, `{"role":"assistant","content":"Room 3-12."}`, `{"role":"user","content":"Well?"},{"role":"assistant","content":"Room 3-12."}`)}, "behind a result", false},
		{RuleTools, "llamafactory", "", "tools of one blank", []string{strings.ReplaceAll(shareLine, "TOOLS", `" "`)}, "blank", false},
		{RuleTools, "trl", "", "tools that are no JSON", []string{strings.ReplaceAll(chatLine, "TOOLS", `"[{name: find_room}]"`)}, "no JSON list", false},
		{RuleTools, "llamafactory", "", "a tool without properties", []string{edited(texted(shareLine), `\"properties\":{\"floor\":{\"type\":\"integer\"}},`, "")}, "no parameters.properties", false},
		{RuleTools, "openai", "", "tools as a string", ten(asText(texted(chatLine))), "wants a list", false},
		{RuleTools, "trl", "", "tools as a list", []string{listed(chatLine)}, "the tools are a list", true},
		{RuleTools, "xlam", "", "calls without tools", []string{strings.ReplaceAll(xlamLine, "TOOLS", `"[]"`)}, "no tools", false},
		{RuleEnums, "llamafactory", "", "an enum of numbers", []string{edited(texted(shareLine), `{\"type\":\"integer\"}`, `{\"type\":\"integer\",\"enum\":[3,4]}`)}, `enum of "floor"`, true},
		{RuleEnums, "react", "", "an enum of numbers", []string{edited(trlLine, `{\"type\":\"integer\"}`, `{\"type\":\"integer\",\"enum\":[3,4]}`)}, `enum of "floor"`, false},
		{RuleNames, "trl", "", "a name with a hyphen", []string{strings.ReplaceAll(trlLine, "find_room", "find-room")}, "find-room", false},
		{RuleNames, "openai", "", "a name of 65 letters", ten(strings.ReplaceAll(openaiLine, "find_room", strings.Repeat("f", 65))), "fff", false},
		{RuleMarks, "qwen3", "", "a tag of a call in an argument", []string{edited(trlLine, `{"floor":3}`, `{"floor":"</tool_call>"}`)}, "</tool_call>", false},
		{RuleMarks, "trl", "", "the end of a ChatML turn in a request, escaped", []string{edited(trlLine, `Floor 3?`, `Floor \u003c|im_end|\u003e?`)}, "<|im_end|>", false},
		{RuleMarks, "openai", "", "[TOOL_CALLS] in a result", ten(edited(openaiLine, `"content":"{\"room\":\"3-12\"}"`, `"content":"[TOOL_CALLS]"`)), "[TOOL_CALLS]", false},
		{RuleMarks, "functiongemma", "", "an escape tag in an argument", []string{edited(canonical, `"arguments":{"floor":3}`, `"arguments":{"floor":"\u003cescape>"}`)}, "<escape>", false},
		{RuleMarks, "hermes", "", "a tag of a result in a result", []string{edited(hermesLine, `<tool_response>\n{}\n`, `<tool_response>\n<|im_end|>\n`)}, "<|im_end|>", false},
		{RuleColumns, "trl", "", "tools a string, then a list", []string{trlLine, listed(chatLine)}, "tools is a list here and a string before", false},
		{RuleColumns, "trl", "", "arguments with other members", []string{trlLine, strings.ReplaceAll(trlLine, `{"floor":3}`, `{"room":3}`)}, `"room" here and "floor" before`, true},
		{RuleColumns, "trl", "", "an argument of another type", []string{trlLine, strings.ReplaceAll(trlLine, `{"floor":3}`, `{"floor":"three"}`)}, "is a string here and a number before", true},
		{RuleLength, "trl", "", "1,375 tokens, estimated", []string{longLine}, "beyond 1024", true},
		{RuleSystem, "mistral-v3", "", "a system prompt that the request does not repeat", []string{trlLine}, "does not print the system prompt", true},
		{RuleSystem, "llamafactory-openai", "", "a record without tools", []string{`{"messages":[{"role":"user","content":"Hello"},{"role":"assistant","content":"Good day."}],"tools":""}`}, "detailed thinking off", true},
		{RuleLoss, "openai", "", "weight 0 everywhere", ten(strings.ReplaceAll(openaiLine, `{"role":"assistant",`, `{"role":"assistant","weight":0,`)), "under the loss", false},
		{RuleLoss, "axolotl", "", "train false everywhere", []string{strings.ReplaceAll(trlLine, `{"role":"assistant",`, `{"role":"assistant","train":false,`)}, "under the loss", false},
		{RuleLoss, "trl", "llama3.1", "a template without generation marks", []string{trlLine}, "does not mark the assistant's turns", true},
		{RuleLeak, "trl", "", "a request that names a function", []string{edited(trlLine, "Floor 3?", "Use find_room for floor 3.")}, "names the function find_room", false},
		{RuleLeak, "openai", "", "a system prompt with the call to be made", ten(edited(openaiLine, "Be brief.", "Be brief. First call a1B2c3D4e.")), "that is to be made", false},
		{RuleLeak, "trl", "", "a system prompt with the plan", []string{edited(edited(strings.ReplaceAll(trlLine, `\"name\":\"find_room\"`, `\"name\":\"get_key\"},{\"name\":\"find_room\"`), "Be brief.", "Plan: get_key, then find_room."), `{"role":"assistant","content":"",`, `{"role":"assistant","content":"","tool_calls":[{"id":"b1B2c3D4e","type":"function","function":{"name":"get_key","arguments":{}}}]},{"role":"tool","tool_call_id":"b1B2c3D4e","content":"{}"},{"role":"assistant","content":"",`)}, "in the order", false},
	}
}

func parallel(line string) string {
	return edited(line, line[strings.Index(line, `{"role":"assistant","content":"","tool_calls"`):strings.Index(line, `,{"role":"assistant","content":"Room 3-12."}`)], twoCalls)
}

// lintAll is what a linter finds in lines, in order.
func lintAll(t testing.TB, target, template string, lines []string) []Finding {
	t.Helper()
	l, err := New(target, Options{Template: template})
	if err != nil {
		t.Fatal(err)
	}
	var all []Finding
	for i, line := range lines {
		checked := l.Line([]byte(line))
		for _, f := range append(checked.Findings, l.Across(checked)...) {
			f.Line = i + 1
			all = append(all, f)
		}
	}
	return append(all, l.End()...)
}

// Every rule is found where it is broken. testdata/planted.md keeps the table.
func TestPlanted(t *testing.T) {
	var table strings.Builder
	table.WriteString("| rule | target | planted | found |\n|---|---|---|---|\n")
	covered := map[string]bool{}
	for _, p := range plantedLines() {
		found := ""
		for _, f := range lintAll(t, p.target, p.template, p.lines) {
			if f.Rule == p.rule && strings.Contains(f.Text, p.want) {
				if f.Warning != p.warning {
					t.Errorf("%s for %s: %s: warning is %v", p.rule, p.target, p.what, f.Warning)
				}
				if f.Remedy == "" {
					t.Errorf("%s for %s: no remedy", p.rule, p.target)
				}
				f.Message, found = -1, f.Text
				if f.Warning {
					found = "warning: " + found
				}
				break
			}
		}
		if found == "" {
			t.Errorf("%s for %s: %s: not found; found were %v", p.rule, p.target, p.what, lintAll(t, p.target, p.template, p.lines))
		}
		covered[p.rule] = true
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s |\n", p.rule, p.target, p.what, strings.ReplaceAll(found, "|", `\|`))
	}
	for _, rule := range Rules() {
		if !covered[rule.Name] {
			t.Errorf("rule %s is not planted", rule.Name)
		}
	}
	golden(t, "testdata/planted.md", table.String())
}

func golden(t *testing.T, path, have string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(have), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), have); diff != "" {
		t.Errorf("%s (-want +have; go test -update rewrites it)\n%s", path, diff)
	}
}

// Lines without a fault are clean: for each target the form that it reads.
func TestCleanLines(t *testing.T) {
	lines := map[string]string{
		"openai": openaiLine, "openai-dpo": asText(listed(dpoLine)), "trl": trlLine, "llamafactory": texted(shareLine), "llamafactory-openai": texted(factoryLine), "axolotl": asText(trlLine), "ms-swift": texted(swiftLine),
		"unsloth-text": `{"text":"<|im_start|>user\nHi<|im_end|>\n"}`, "hermes": hermesLine, "button": buttonLine, "xlam": texted(xlamLine), "verl-sft": listed(chatLine), "parquet": canonical,
	}
	for _, target := range Targets() {
		line, ok := lines[target.Name]
		if !ok {
			line = trlLine
			if target.Arguments == "string" {
				line = asText(line)
			}
		}
		for _, line := range []string{line, canonical} {
			for _, f := range lintAll(t, target.Name, "", ten(line)) {
				switch {
				case (target.NoCalls || target.TextOnly) && f.Rule == RuleArguments, target.LosesSystem && f.Rule == RuleSystem, f.Rule == RuleLoss && f.Warning && target.Family != "":
				default:
					t.Errorf("%s: %s", target.Name, f)
				}
			}
		}
	}
}

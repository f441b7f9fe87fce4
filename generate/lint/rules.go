package lint

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/chattemplate"
)

// The rules.
const (
	RuleShape     = "shape"
	RuleContent   = "content"
	RuleArguments = "arguments"
	RuleBeside    = "text_beside_calls"
	RuleParallel  = "parallel_calls"
	RuleIDs       = "call_ids"
	RuleAnswers   = "answers"
	RuleTurns     = "turns"
	RuleTools     = "tools"
	RuleEnums     = "enums"
	RuleNames     = "function_names"
	RuleMarks     = "special_tokens"
	RuleColumns   = "columns"
	RuleLength    = "length"
	RuleSystem    = "system_prompt"
	RuleLoss      = "loss"
	RuleLeak      = "leak"
)

// Rule describes a rule for people.
type Rule struct{ Name, Holds, From string }

// Rules lists the rules with the failures that they come from.
func Rules() []Rule {
	return []Rule{
		{RuleShape, "Every line is one JSON object of a shape that the target reads, all lines of the same; where the target wants a number of lines, they are there.", "OpenAI's validators name no line; LLaMA-Factory skips with a warning"},
		{RuleContent, "The content of every message is a string: never null, never absent.", "gpt-oss, Qwen3-VL, Llama 4, ChatML and Phi-3.5 templates raise on null; GLM-4.5 and Llama 3 print None; LLaMA-Factory reads it without asking"},
		{RuleArguments, "Arguments are in the form that the target wants, and hold a JSON object; calls can be read, and the template has words for them.", "10 of 33 templates print a string doubly encoded, 5 raise, DeepSeek-V3 raises on an object; NeMo PR 2323, vLLM PR 25729"},
		{RuleBeside, "No visible text stands beside calls where the target loses or moves it.", "LLaMA-Factory 9107; dropped by Llama 3.x, Mistral, gpt-oss, Command-A; moved by Gemma 4"},
		{RuleParallel, "At most one call a turn where the target takes no more.", "Llama 3.1 and 3.2 raise, gpt-oss keeps the first call alone, GLM-4 and InternLM have no form for more; vLLM 32638"},
		{RuleIDs, "Call ids are unique, and nine letters or digits where the target demands it.", "Mistral's templates; opencode 1680, langchain PR 24668, mlx-lm 1375"},
		{RuleAnswers, "Every call is answered once, in order, before the next turn of the assistant.", "OpenAI, verl; ms-swift 8498"},
		{RuleTurns, "Turns alternate, a system message only comes first, the conversation ends with the assistant, and where the target pairs turns their number is even.", "LLaMA-Factory 2529, ReF-Dec 3; OpenAI refuses two assistant messages in a row"},
		{RuleTools, "The tools are valid JSON, never blank, in the form that the target wants, each with parameters.properties, which may be empty.", "LLaMA-Factory 7547 and its default tool format"},
		{RuleEnums, "Enums hold strings only where tools are put in words.", "LLaMA-Factory's default tool format raises TypeError"},
		{RuleNames, "Function names begin with a letter or underscore and have at most 64 letters, digits and underscores.", "mlx-lm PR 1150 (hyphens), LLaMA-Factory's extractor, the pythonic grammar, OpenAI's limit"},
		{RuleMarks, "No value holds a mark of the target's template: tags of calls and results, ends of turns, escapes.", "parsers and tokenizers take them for what they part"},
		{RuleColumns, "A field has one type in all rows, and objects the same members, or it is a string.", "datasets 7092, 6460, 7664, 7222; gorilla 371: Arrow refuses, or fills with null what templates then print"},
		{RuleLength, "A record is no longer than what the trainer takes by default.", "TRL cuts at 1,024 tokens, and what is cut is the answer"},
		{RuleSystem, "What the system prompt says also stands in the first request where the template does not print it; a record without tools has a system prompt where the trainer writes one.", "Mistral v3, measured; LLaMA-Factory's OpenAI converter"},
		{RuleLoss, "At least one message of the assistant is under the loss, and the template marks the assistant's turns where the loss needs it.", "Qwen3 1522, marin 7237: the mask is silently all zero"},
		{RuleLeak, "Requests name no function, and no system prompt holds the calls that are to be made.", "plans of the solution in a public pipeline's prompts"},
	}
}

// shape reports whether the line has a shape that the rules can go on with.
func (c *check) shape() bool {
	l := c.line
	if l.shape != Canonical && !slices.Contains(c.target.Shapes, l.shape) {
		var want []string
		for _, shape := range c.target.Shapes {
			want = append(want, string(shape))
		}
		c.report(-1, RuleShape, "export the dataset for this target, or name the target that the file is for", "the line is %s; %s reads %s", l.shape, c.target.Name, strings.Join(want, " or "))
		return false
	}
	if l.shape == Text {
		if c.family == nil {
			return true
		}
		if err := c.family.ReadBack(l.text); err != nil {
			c.report(-1, RuleShape, "render it again", "as a text of %s: %v", c.family.Name, err)
		}
		return true
	}
	if len(l.messages) == 0 {
		c.report(-1, RuleShape, "drop the line", "it has no messages")
		return false
	}
	for i := range l.messages {
		switch m := &l.messages[i]; m.role {
		case button.RoleSystem, button.RoleUser, button.RoleAssistant, button.RoleTool:
			if m.functionRole && c.target.Name != "llamafactory-openai" {
				c.report(m.index, RuleShape, "write calls in tool_calls of an assistant message", "role function for calls is LLaMA-Factory's own")
			}
		case "developer":
			if c.target.Name != "openai" && c.target.Name != "openai-dpo" {
				c.warn(m.index, RuleShape, "call it system", "role developer is not known to every template")
			}
		default:
			c.report(m.index, RuleShape, "use system, user, assistant and tool, or the target's own names for them", "unknown role %q", clip(m.role))
		}
	}
	return true
}

// contents: content is a string on every message.
func (c *check) contents() {
	if c.line.shape == Text {
		return
	}
	for i := range c.line.messages {
		m := &c.line.messages[i]
		switch {
		case m.form == isString:
		case m.form == isList && c.target.Name == "openai" && m.role == button.RoleUser: // text parts
		default:
			c.report(m.index, RuleContent, `write "content": "" where there is no text`, "the content is %s", m.form)
		}
	}
}

// calls: their form, number, ids and names, and what stands beside them.
func (c *check) calls() {
	seen := map[string]bool{}
	for i := range c.line.messages {
		m := &c.line.messages[i]
		if m.badCall != "" {
			c.report(m.index, RuleArguments, "write calls as the target's format has them", "%s", m.badCall)
		}
		if len(m.calls) == 0 {
			continue
		}
		c.beside(m)
		c.number(m)
		for j := range m.calls {
			c.call(m, &m.calls[j], seen)
		}
	}
}

func (c *check) beside(m *message) {
	if text := strings.TrimSpace(m.rest); text != "" && c.target.LosesText && !strings.HasPrefix(text, "<think>") {
		c.report(m.index, RuleBeside, "export with thoughts in reasoning_content or without them, and leave the content of calling turns empty", "text beside calls is lost or moved: %s", clip(text))
	}
}

func (c *check) number(m *message) {
	switch n := len(m.calls); {
	case c.target.NoCalls:
		c.report(m.index, RuleArguments, "use a family with tool support, or a format that writes calls as text", "the template prints no calls")
	case n > 1 && c.target.OneCall:
		c.report(m.index, RuleParallel, "export with --parallel off, one call a turn", "%d calls in one turn", n)
	case n > 1 && c.target.ParallelFlag:
		c.warn(m.index, RuleParallel, "set ignore_input_ids_mismatch, or export with --parallel off", "%d calls in one turn: families whose results share a turn fail the trainer's check of single messages", n)
	}
}

var (
	functionName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]{0,63}$`)
	// a name that no one says by chance: of several words, joined
	codeName = regexp.MustCompile(`[a-z0-9]_[a-z0-9]|[a-z][A-Z]`)
)

func (c *check) call(m *message, one *call, seen map[string]bool) {
	if one.arguments == nil {
		c.report(m.index, RuleArguments, "arguments are a JSON object", "the arguments of %q are %s that holds no JSON object", clip(one.name), one.form)
	} else if c.line.shape != Canonical {
		switch want := c.target.Arguments; {
		case want == chattemplate.String && one.form != isString:
			c.report(m.index, RuleArguments, "write arguments as a string that holds JSON", "the arguments of %q are %s; %s wants a string", clip(one.name), one.form, c.target.Name)
		case want == chattemplate.Object && one.form != isObject:
			c.report(m.index, RuleArguments, "write arguments as an object", "the arguments of %q are %s; %s prints it doubly encoded or raises", clip(one.name), one.form, c.target.Name)
		}
	}
	if c.target.TextOnly {
		if name := untextual(one.arguments); name != "" {
			c.report(m.index, RuleArguments, "use a family that keeps the types of arguments", "argument %q of %q is no string, but printed as one", clip(name), clip(one.name))
		}
	}
	if !functionName.MatchString(one.name) {
		c.report(m.index, RuleNames, "rename the function", "%q is no name of at most 64 letters, digits and underscores", clip(one.name))
	}
	if one.id == "" {
		if c.target.NineSigns || (c.line.shape == Canonical || c.target.Name == "openai") && !m.marked {
			c.report(m.index, RuleIDs, "give every call an id of nine letters or digits", "the call of %q has no id", clip(one.name))
		}
		return
	}
	if seen[one.id] {
		c.report(m.index, RuleIDs, "give every call an id of its own", "id %q stands twice", clip(one.id))
	}
	seen[one.id] = true
	if (c.target.NineSigns || c.line.shape == Canonical) && !button.ValidCallID(one.id) {
		c.report(m.index, RuleIDs, "give every call an id of nine letters or digits", "id %q", clip(one.id))
	}
}

// untextual is the first argument that is no string.
func untextual(arguments json.RawMessage) string {
	members, err := button.ParseMembers(arguments)
	if err != nil {
		return ""
	}
	for _, member := range members {
		if formOf(member.Value) != isString {
			return member.Name
		}
	}
	return ""
}

// order: every call is answered once, in order, before the next assistant turn.
func (c *check) order() {
	if c.line.shape == XLAM {
		return
	}
	var open []call
	unanswered := func(index int) {
		for _, one := range open {
			c.report(index, RuleAnswers, "answer every call, or drop the record", "the call of %q %s has no result before this turn", clip(one.name), clip(one.id))
		}
		open = nil
	}
	for i := range c.line.messages {
		m := &c.line.messages[i]
		if !m.result() {
			unanswered(m.index)
			open = m.calls
			continue
		}
		open = c.answer(m, open)
	}
	// A preferred output may be a call; everywhere else a call at the end lacks its result.
	if len(c.line.messages) > 0 && c.line.shape != DPO {
		unanswered(c.line.messages[len(c.line.messages)-1].index)
	}
}

// answer takes what a result answers off the open calls.
func (c *check) answer(m *message, open []call) []call {
	const remedy = "one result for each call, directly behind the turn and in its order"
	results := max(m.results, 1)
	if m.results == 1 && len(open) > 1 && m.form == isString && c.line.shape == ShareGPT {
		// One observation may answer all: as a JSON list with an element for each.
		if list, err := elements([]byte(strings.TrimSpace(m.content))); err == nil && len(list) == len(open) {
			results = len(open)
		}
	}
	if results > len(open) {
		c.report(m.index, RuleAnswers, remedy, "%d results for %d open calls", results, len(open))
		return nil
	}
	if m.answers != "" && open[0].id != "" && m.answers != open[0].id {
		at := slices.IndexFunc(open, func(one call) bool { return one.id == m.answers })
		if at < 0 {
			c.report(m.index, RuleAnswers, remedy, "it answers %q, which no open call is", clip(m.answers))
			return open[1:]
		}
		c.report(m.index, RuleAnswers, remedy, "it answers %q before the call %q", clip(m.answers), clip(open[0].id))
		return slices.Delete(slices.Clone(open), at, at+1)
	}
	if m.answers == "" && (c.target.NineSigns || c.target.Name == "openai") && open[0].id != "" {
		c.report(m.index, RuleAnswers, "write tool_call_id on every result", "it does not say which call it answers")
	}
	return open[results:]
}

// turns: alternation after merging, the end, and pairs.
func (c *check) turns() {
	messages := c.line.messages
	if c.line.shape == XLAM || len(messages) == 0 {
		return
	}
	previous, sides := "", 0
	for i := range messages {
		m := &messages[i]
		side := m.role
		if m.result() {
			side = button.RoleUser
		}
		switch {
		case m.role == button.RoleSystem || m.role == "developer":
			if i > 0 {
				c.report(m.index, RuleTurns, "join it to the first system message", "a system message in the middle")
			}
			continue
		case m.role == button.RoleAssistant && previous == button.RoleAssistant:
			c.report(m.index, RuleTurns, "join the two turns", "two turns of the assistant in a row")
		case m.role == button.RoleUser && previous == button.RoleUser:
			c.report(m.index, RuleTurns, "join the two requests", "two requests in a row")
		case m.result() && previous == button.RoleTool && c.line.shape == ShareGPT && c.target.Pairs:
			c.report(m.index, RuleTurns, "pack the results of one turn into one observation", "two observations in a row: the trainer pairs turns and skips the record")
		case m.role == button.RoleUser && previous == button.RoleTool:
			c.report(m.index, RuleTurns, "let the assistant answer first", "a request behind a result")
		case previous == "" && m.role != button.RoleUser:
			c.report(m.index, RuleTurns, "begin with a request", "the conversation begins with the role %s", m.role)
		}
		if side != previousSide(previous) {
			sides++
		}
		previous = m.role
	}
	last := &messages[len(messages)-1]
	if last.role != button.RoleAssistant {
		c.report(last.index, RuleTurns, "end with an answer", "the conversation ends with the role %s", last.role)
	}
	if c.target.Pairs && sides%2 != 0 {
		c.report(-1, RuleTurns, "drop the turn that has no partner", "%d turns after merging: the trainer pairs them and skips the record", sides)
	}
}

func previousSide(role string) string {
	if role == button.RoleTool {
		return button.RoleUser
	}
	return role
}

// loss: something of the assistant's is trained.
func (c *check) loss() {
	assistants, trained := 0, 0
	for i := range c.line.messages {
		if m := &c.line.messages[i]; m.role == button.RoleAssistant {
			assistants++
			if m.trained {
				trained++
			}
		}
	}
	if assistants > 0 && trained == 0 {
		c.report(-1, RuleLoss, "train on at least one message", "no message of the assistant is under the loss")
	}
	c.systemPrompt()
}

func (c *check) systemPrompt() {
	system, request := "", ""
	for i := range c.line.messages {
		switch m := &c.line.messages[i]; {
		case m.role == button.RoleSystem && system == "":
			system = strings.TrimSpace(m.rest)
		case m.role == button.RoleUser && request == "":
			request = m.content
		}
	}
	if c.target.LosesSystem && system != "" && !strings.Contains(request, system) {
		c.warn(0, RuleSystem, "put what it says into the first request", "the template does not print the system prompt in a finished conversation")
	}
	if c.target.OffWithoutTools && len(c.line.tools) == 0 {
		c.warn(-1, RuleSystem, "export such records in the ShareGPT format", `without tools the converter adds "detailed thinking off" to the system prompt`)
	}
}

// tokens: the record's length.
func (c *check) tokens() {
	what := "about"
	if c.options.Tokenizer == nil {
		record := c.record()
		c.length = record.ApproxTokens()
	} else {
		what = "exactly"
		c.length = c.counted()
	}
	if c.length > c.options.MaxTokens && c.options.MaxTokens > 0 {
		c.warn(-1, RuleLength, "raise the trainer's length, or leave the record out", "%s %d tokens; %s cuts or drops beyond %d by default", what, c.length, c.target.Name, c.options.MaxTokens)
	}
}

// counted is the number of tokens: of the rendered text where the template is known,
// of the line's texts otherwise.
func (c *check) counted() int {
	if c.line.shape == Text {
		return c.options.Tokenizer.Count(c.line.text)
	}
	record := c.record()
	if c.family != nil {
		if rendered, err := c.family.Render(record); err == nil {
			return c.options.Tokenizer.Count(rendered.Text)
		}
	}
	total := 0
	for _, t := range c.line.tools {
		total += c.options.Tokenizer.Count(string(t.raw))
	}
	for _, m := range record.Messages {
		total += c.options.Tokenizer.Count(m.Content) + c.options.Tokenizer.Count(m.Reasoning)
		for _, one := range m.ToolCalls {
			total += c.options.Tokenizer.Count(one.Name) + c.options.Tokenizer.Count(string(one.Arguments))
		}
	}
	return total
}

func clip(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "..."
	}
	return s
}

// named says what a tool is for messages.
func named(i int, t *tool) string { return fmt.Sprintf("tool %d (%q)", i, clip(t.name)) }

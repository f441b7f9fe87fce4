package importers

import (
	"encoding/json"
	"strings"
	"unicode"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/toolcall"
)

// readHermes reads conversations in which calls stand as text between tool_call
// tags and results between tool_response tags; the tools stand between tools tags
// in the system prompt, in a column of their own, or in both.
func readHermes(d *draft, members button.Members) error {
	columns := func(member button.Member) bool {
		switch text, isText := textOf(member.Value); {
		case member.Name == "tools" && len(d.record.Tools) == 0:
			d.tools(member.Value)
		case member.Name == "system" && isText:
			d.hermesSystem(text, nil)
		default:
			return false
		}
		return true
	}
	return d.conversation(members, columns, func(role, text string, extra button.Members) {
		switch role {
		case button.RoleSystem:
			d.hermesSystem(text, extra)
		case button.RoleAssistant:
			d.say(text, "hermes", extra)
		case button.RoleTool:
			d.responses(text, extra)
		case button.RoleUser:
			if d.unanswered() > 0 && strings.HasPrefix(strings.TrimSpace(text), responseOpening) {
				d.responses(text, extra)
				return
			}
			d.add(button.Message{Role: role, Content: text, Extra: extra})
		default:
			d.add(button.Message{Role: role, Content: text, Extra: extra})
		}
	})
}

const responseOpening, responseClosing = "<tool_response>", "</tool_response>"

// responses adds the results between tool_response tags. One that is an object of
// name and content, as the Hermes sets write it, answers the call of that name.
func (d *draft) responses(text string, extra button.Members) {
	parts := blocks(text, responseOpening, responseClosing)
	if len(parts) == 0 {
		d.fault(FaultResults, d.next(), text, "a result without tool_response tags")
		parts = []string{text}
	}
	if waiting := d.unanswered(); len(parts) != waiting {
		d.fault(FaultResults, d.next(), text, "%d results for %d calls", len(parts), waiting)
	}
	for _, part := range parts {
		name, content := namedResult(part)
		d.result("", name, content, extra)
		extra = nil
	}
}

// namedResult takes the name of the function, and its result, out of an object that
// has nothing else.
func namedResult(text string) (name, content string) {
	members, err := button.ParseMembers([]byte(text))
	if err != nil || len(members) != 2 {
		return "", text
	}
	name, isText := textOf(members.Get("name"))
	value := members.Get("content")
	if value == nil || !isText || name == "" {
		return "", text
	}
	if inner, isText := textOf(value); isText {
		return name, inner
	}
	return name, string(value)
}

// blocks are the texts between the marks; one that does not end goes to the end.
func blocks(text, opening, closing string) []string {
	var found []string
	for {
		_, rest, more := strings.Cut(text, opening)
		if !more {
			return found
		}
		inner, after, _ := strings.Cut(rest, closing)
		found = append(found, strings.TrimSpace(inner))
		text = after
	}
}

func (d *draft) hermesSystem(text string, extra button.Members) {
	if before, list, after, found := cutBlock(text, "<tools>", "</tools>"); found {
		if len(d.record.Tools) == 0 {
			d.toolText(list)
		}
		if strings.Contains(strings.ToLower(after), serialRule) {
			d.record.ParallelToolCalls = false
		}
		own, last := lastParagraph(before)
		d.system(text, own, last, "hermes", extra, "<tools>", "</tools>", "<tool_call>", "</tool_call>", "<tool_response>", "json schema", "Here are the available tools", "signatures", "may call functions")
		return
	}
	d.add(button.Message{Role: button.RoleSystem, Content: text, Extra: extra})
}

// cutBlock cuts a text at the last block between two marks that holds a list or an
// object: prompts name the marks before they use them.
func cutBlock(text, opening, closing string) (before, inner, after string, found bool) {
	end := -1 // of the next block
	for from := 0; ; {
		at := strings.Index(text[from:], opening)
		if at < 0 {
			return before, inner, after, found
		}
		begin := from + at + len(opening)
		from = begin
		if end < begin {
			length := strings.Index(text[begin:], closing)
			if length < 0 {
				return before, inner, after, found
			}
			end = begin + length
		}
		if list := strings.TrimSpace(text[begin:end]); list != "" && (list[0] == '[' || list[0] == '{') {
			before, inner, after, found = text[:begin-len(opening)], list, text[end+len(closing):], true
		}
	}
}

// system adds the system prompt without what explains the protocol of a dialect and
// lists the tools. If the prompt is one that this program writes, that is cut off
// exactly. Of any other, own stays and from the rest the sentences go that hold one of
// the marks; the prompt as it was is kept under "system_prompt".
func (d *draft) system(prompt, own, rest, dialect string, extra button.Members, marks ...string) {
	if found, ok := toolcall.Lookup(dialect); ok && found.Render != nil {
		for _, parallel := range []bool{true, false} {
			protocol := found.Render.Prompt(d.record.Tools, parallel)
			if before, is := strings.CutSuffix(prompt, protocol); is {
				d.record.ParallelToolCalls = parallel
				d.systemText(strings.TrimSuffix(before, "\n\n"), extra)
				return
			}
		}
	}
	d.keepText("system_prompt", prompt)
	d.systemText(joinParagraphs(own, withoutSentences(rest, marks)), extra)
}

// lastParagraph cuts a text before its last paragraph.
func lastParagraph(text string) (before, last string) {
	text = strings.TrimRight(text, " \n")
	if at := strings.LastIndex(text, "\n\n"); at >= 0 {
		return text[:at], text[at+2:]
	}
	return "", text
}

func joinParagraphs(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "\n\n" + b
}

func (d *draft) systemText(text string, extra button.Members) {
	if text != "" || len(extra) > 0 {
		d.add(button.Message{Role: button.RoleSystem, Content: text, Extra: extra})
	}
}

// withoutSentences leaves out the sentences that hold one of the marks, in any case.
func withoutSentences(text string, marks []string) string {
	var kept []string
	for _, line := range strings.Split(text, "\n") {
		var sentences []string
		for _, sentence := range strings.SplitAfter(line, ". ") {
			small := strings.ToLower(sentence)
			marked := !strings.ContainsFunc(sentence, unicode.IsLetter)
			for _, mark := range marks {
				marked = marked || strings.Contains(small, strings.ToLower(mark))
			}
			if !marked {
				sentences = append(sentences, sentence)
			}
		}
		if line := strings.TrimSpace(strings.Join(sentences, "")); line != "" {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

// jsonPrefix reads one JSON value at the beginning of a text; its length is 0 if
// none stands there.
func jsonPrefix(text string) (json.RawMessage, int) {
	decoder := json.NewDecoder(strings.NewReader(text))
	var value json.RawMessage
	if decoder.Decode(&value) != nil {
		return nil, 0
	}
	return value, int(decoder.InputOffset())
}

package export

import (
	"fmt"
	"strings"

	"github.com/buttonbench/button"
)

// The marks of an inline thought, spaced as the templates of reasoning models print
// them, and split again by most of them.
const (
	thinkBegin = "<think>\n"
	thinkEnd   = "\n</think>\n\n"
)

// inlineReadable refuses texts from which the thought could not be told again.
func inlineReadable(message button.Message) error {
	if message.Role != button.RoleAssistant {
		return nil
	}
	for _, text := range []string{message.Reasoning, message.Content} {
		for _, mark := range []string{"<think>", "</think>"} {
			if strings.Contains(text, mark) {
				return fmt.Errorf("it holds %s", mark)
			}
		}
	}
	return nil
}

// inline is a message's content with its thought before it.
func (e *Exporter) inline(message *button.Message) string {
	if e.Options.Thought != ThoughtInline || message.Reasoning == "" {
		return message.Content
	}
	return thinkBegin + message.Reasoning + thinkEnd + message.Content
}

// outline takes the thought out of a content again.
func (e *Exporter) outline(content string) (thought, rest string) {
	if e.Options.Thought != ThoughtInline {
		return "", content
	}
	inner, found := strings.CutPrefix(content, thinkBegin)
	if !found {
		return "", content
	}
	thought, rest, found = strings.Cut(inner, thinkEnd)
	if !found {
		return "", content
	}
	return thought, rest
}

package services

import (
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// textMemory is a memory of one text, which the model sums up itself.
type textMemory struct{ text string }

var textMemoryClass = Class{
	Name: "MemoryAPI_rec_sum",
	New:  remembering(func(*Environment) Memory { return &textMemory{} }),
	Methods: []Method{
		{"memory_append", required("text"), on((*textMemory).append)},
		{"memory_update", required("text"), on((*textMemory).update)},
		{"memory_replace", required("old_text", "new_text"), on((*textMemory).replace)},
		{"memory_clear", nil, on((*textMemory).clear)},
		{"memory_retrieve", nil, on((*textMemory).retrieve)},
	},
}

// Differences implements Service.
func (m *textMemory) Differences(Service) []string { return nil }

// Clone implements Memory.
func (m *textMemory) Clone() Memory { return &textMemory{m.text} }

// Core implements Memory.
func (m *textMemory) Core() string { return m.text }

// set keeps a text unless it is too long.
func (m *textMemory) set(text, status string) (python.Value, error) {
	if _, refusal := fits(text, textCharacters); refusal != nil {
		return refusal, nil
	}
	m.text = text
	return record("status", status), nil
}

func (m *textMemory) append(arguments []python.Value) (python.Value, error) {
	text, refusal := fits(arguments[0], textCharacters)
	if refusal != nil {
		return refusal, nil
	}
	return m.set(m.text+text, "Text appended.")
}

func (m *textMemory) update(arguments []python.Value) (python.Value, error) {
	text, refusal := fits(arguments[0], textCharacters)
	if refusal != nil {
		return refusal, nil
	}
	return m.set(text, "Memory updated.")
}

func (m *textMemory) replace(arguments []python.Value) (python.Value, error) {
	old, first := arguments[0].(string)
	next, second := arguments[1].(string)
	switch {
	case !first || !second:
		return failure("Both texts must be texts."), nil
	case !strings.Contains(m.text, old):
		return failure("The old text does not stand in the memory."), nil
	case strings.Count(m.text, old) > textCharacters/max(1, len(next)) && len(next) > len(old):
		return failuren("The text is too long: at most %s characters are kept.", textCharacters), nil
	}
	return m.set(strings.ReplaceAll(m.text, old, next), "Text replaced.")
}

func (m *textMemory) clear([]python.Value) (python.Value, error) {
	m.text = ""
	return record("status", "Memory cleared."), nil
}

func (m *textMemory) retrieve([]python.Value) (python.Value, error) {
	return record("memory_content", m.text), nil
}

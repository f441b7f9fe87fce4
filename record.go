// Package button holds the vocabulary of the whole project: tools, messages,
// tool calls, plans (call graphs) and records. It reads and writes them as JSON
// without loss and checks their structure; it does no I/O and runs nothing.
package button

import (
	"encoding/json"
	"fmt"
)

// The modes of construction. What is simulated is called simulated.
const (
	ModeConstructed = "constructed"
	ModeHybrid      = "hybrid"
	ModeSimulated   = "simulated"
	// ModeImported is of records of somebody else's dataset, in which faults are to
	// be expected.
	ModeImported = "imported"
)

// Record is one verified conversation with its tools. Plan, Provenance, Checks,
// Meta and Origin describe how it came about; they are never shown to a model.
type Record struct {
	ID                string
	Kind              string // the plan's shape
	Mode              string
	Tools             []Tool
	ParallelToolCalls bool
	Messages          []Message
	Plan              *Plan
	// Provenance maps "<call id>.<parameter path>" to the source of the value.
	Provenance map[string]Source
	// Checks maps a check's name to "pass" or "fail".
	Checks map[string]string
	Meta   *Meta
	Origin *Origin // of an imported record
	Extra  Members
}

// Meta is what it takes to rebuild and to trust a record.
type Meta struct {
	Seed        uint64 `json:"seed"`  // the item's own seed: hash(master seed, index)
	Index       int    `json:"index"` // the candidate's index
	World       string `json:"world,omitempty"`
	WorldHash   string `json:"world_hash,omitempty"`
	StateSeed   uint64 `json:"state_seed"`
	StateBefore string `json:"state_before,omitempty"`
	StateAfter  string `json:"state_after,omitempty"`
	Today       string `json:"today,omitempty"`
	ToolVersion string `json:"tool_version,omitempty"`
	Config      string `json:"config,omitempty"`
	Teacher     string `json:"teacher,omitempty"`
	// Scenario, AtomicTasks and ComposedTask are the stages' own outputs.
	Scenario     string   `json:"scenario,omitempty"`
	AtomicTasks  []string `json:"atomic_tasks,omitempty"`
	ComposedTask string   `json:"composed_task,omitempty"`
	Register     string   `json:"register,omitempty"`
	// Skeleton is the first request with its literals blanked.
	Skeleton     string `json:"skeleton,omitempty"`
	ApproxTokens int    `json:"approx_tokens,omitempty"`
}

// MarshalJSON implements json.Marshaler.
func (r Record) MarshalJSON() ([]byte, error) { return r.AppendJSON(nil) }

// AppendJSON appends the canonical JSON of the record, on one line.
func (r Record) AppendJSON(out []byte) ([]byte, error) {
	w := objectWriter{out: out}
	w.text("id", r.ID)
	w.optionalText("kind", r.Kind)
	w.optionalText("mode", r.Mode)
	w.name("tools")
	w.out = append(w.out, '[')
	for i, tool := range r.Tools {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.out = tool.AppendJSON(w.out)
	}
	w.out = append(w.out, ']')
	w.boolean("parallel_tool_calls", r.ParallelToolCalls)
	w.name("messages")
	w.out = append(w.out, '[')
	for i, message := range r.Messages {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.out = message.AppendJSON(w.out)
	}
	w.out = append(w.out, ']')
	for _, member := range []struct {
		name    string
		value   any
		present bool
	}{
		{"plan", r.Plan, r.Plan != nil},
		{"provenance", r.Provenance, r.Provenance != nil},
		{"checks", r.Checks, r.Checks != nil},
		{"meta", r.Meta, r.Meta != nil},
		{"origin", r.Origin, r.Origin != nil},
	} {
		if member.present {
			if err := w.value(member.name, member.value); err != nil {
				return nil, fmt.Errorf("%s: %w", member.name, err)
			}
		}
	}
	w.extra(r.Extra)
	return w.end(), nil
}

// UnmarshalJSON implements json.Unmarshaler. Members unknown to a record, a
// tool, a call or a message are kept in Extra; unknown members of plan,
// provenance, meta and origin are refused by name.
func (r *Record) UnmarshalJSON(data []byte) error {
	if err := checkText(data); err != nil {
		return err
	}
	*r = Record{}
	var err error
	r.Extra, err = readKnown(data, func(name string, value json.RawMessage) (bool, error) {
		switch name {
		case "id":
			return true, readText(value, &r.ID)
		case "kind":
			return true, readText(value, &r.Kind)
		case "mode":
			return true, readText(value, &r.Mode)
		case "tools":
			return true, readList(value, &r.Tools)
		case "parallel_tool_calls":
			return true, strict(value, &r.ParallelToolCalls)
		case "messages":
			return true, readList(value, &r.Messages)
		case "plan":
			return true, strict(value, &r.Plan)
		case "provenance":
			return true, strict(value, &r.Provenance)
		case "checks":
			return true, strict(value, &r.Checks)
		case "meta":
			return true, strict(value, &r.Meta)
		case "origin":
			return true, strict(value, &r.Origin)
		}
		return false, nil
	})
	return err
}

// Visible returns the record as a model may see it: without plan, provenance,
// checks, meta, origin and foreign members.
func (r Record) Visible() Record {
	return Record{ID: r.ID, Tools: r.Tools, ParallelToolCalls: r.ParallelToolCalls, Messages: r.Messages}
}

// ApproxTokens estimates the length of what a model sees, at four bytes a token
// and a few bytes for the frame of each part.
func (r *Record) ApproxTokens() int {
	const frame = 24
	total := 0
	for _, tool := range r.Tools {
		total += len(tool.Name) + len(tool.Description) + len(tool.Parameters) + 2*frame
		for _, member := range tool.FunctionExtra {
			total += len(member.Name) + len(member.Value)
		}
	}
	for _, message := range r.Messages {
		total += len(message.Content) + len(message.Reasoning) + frame
		for _, call := range message.ToolCalls {
			total += len(call.Name) + len(call.Arguments) + frame
		}
	}
	return total / 4
}

package export

import (
	"encoding/json"
	"fmt"
	"sync"

	"github.com/buttonbench/button"
)

// source is a record as an export needs it: what a model sees is read, what
// describes the making is handed on to the side file as it stands.
type source struct {
	record *button.Record
	making button.Members
}

// readSource reads a line of records. Of the meta only what a split and a template
// ask for is read.
func (e *Exporter) readSource(line []byte) (source, error) {
	all, err := button.ParseMembers(line)
	if err != nil {
		return source{}, err
	}
	s := source{record: &button.Record{}}
	r := s.record
	for _, member := range all {
		var err error
		switch member.Name {
		case "id":
			err = json.Unmarshal(member.Value, &r.ID)
		case "kind":
			err = json.Unmarshal(member.Value, &r.Kind)
		case "mode":
			err = json.Unmarshal(member.Value, &r.Mode)
		case "parallel_tool_calls":
			err = json.Unmarshal(member.Value, &r.ParallelToolCalls)
		case "tools":
			r.Tools, err = e.tools.list(member.Value)
		case "messages":
			err = json.Unmarshal(member.Value, &r.Messages)
		case "meta":
			var meta struct{ Scenario, World, Today string }
			err = json.Unmarshal(member.Value, &meta)
			r.Meta = &button.Meta{Scenario: meta.Scenario, World: meta.World, Today: meta.Today}
			s.making = append(s.making, member)
		case "plan", "provenance", "checks", "origin":
			s.making = append(s.making, member)
		default:
			r.Extra = append(r.Extra, member)
		}
		if err != nil {
			return source{}, fmt.Errorf("%s: %w", member.Name, err)
		}
	}
	return s, nil
}

// toolBytes bounds the texts that are remembered, and with them the memory.
const toolBytes = 4 << 20

// toolCache remembers tools by their text: the records of a dataset offer the same
// ones again and again. What it returns is not to be changed.
type toolCache struct {
	mutex sync.Mutex
	known map[string]button.Tool
	bytes int
}

func (c *toolCache) list(raw json.RawMessage) ([]button.Tool, error) {
	if string(raw) == "null" {
		return nil, nil
	}
	list, err := elements(raw)
	if err != nil {
		return nil, err
	}
	tools := make([]button.Tool, len(list))
	for i, element := range list {
		if tools[i], err = c.read(element); err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
	}
	return tools, nil
}

func (c *toolCache) read(raw json.RawMessage) (button.Tool, error) {
	c.mutex.Lock()
	tool, found := c.known[string(raw)]
	c.mutex.Unlock()
	if found {
		return tool, nil
	}
	if err := json.Unmarshal(raw, &tool); err != nil {
		return tool, err
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.bytes += len(raw); c.known == nil || c.bytes > toolBytes {
		c.known, c.bytes = map[string]button.Tool{}, len(raw)
	}
	c.known[string(raw)] = tool
	return tool, nil
}

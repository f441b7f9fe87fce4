package export

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/buttonbench/button"
)

// sideLine is what the side file says of a record: where it stands in the export,
// and all that describes its making.
type sideLine struct {
	ID   string `json:"id"`
	File string `json:"file"`
	Line int    `json:"line"` // from 1; of a Parquet file the row
	Kind string `json:"kind,omitempty"`
	Mode string `json:"mode,omitempty"`
	// Calls are the ids of the calls in order, where the export has none.
	Calls      []string                 `json:"calls,omitempty"`
	Rejected   *Damage                  `json:"rejected,omitempty"`
	Plan       *button.Plan             `json:"plan,omitempty"`
	Provenance map[string]button.Source `json:"provenance,omitempty"`
	Checks     map[string]string        `json:"checks,omitempty"`
	Meta       *button.Meta             `json:"meta,omitempty"`
	Origin     *button.Origin           `json:"origin,omitempty"`
	Foreign    []foreign                `json:"foreign,omitempty"`
}

// foreign is members that an export leaves out because nothing knows them.
type foreign struct {
	Of      string         `json:"of"` // "record", "tool NAME", "message 3", "call ID"
	Members button.Members `json:"members"`
}

// side prepares a record's line; file and line are known when it is written.
func (e *Exporter) side(r *button.Record, example *Example) *sideLine {
	line := &sideLine{ID: r.ID, Kind: r.Kind, Mode: r.Mode, Rejected: example.Damage,
		Plan: r.Plan, Provenance: r.Provenance, Checks: r.Checks, Meta: r.Meta, Origin: r.Origin}
	add := func(of string, members button.Members) {
		if len(members) > 0 {
			line.Foreign = append(line.Foreign, foreign{of, members})
		}
	}
	add("record", r.Extra)
	if e.loses(PartToolExtras) {
		for i := range r.Tools {
			add("tool "+r.Tools[i].Name, append(r.Tools[i].FunctionExtra[:len(r.Tools[i].FunctionExtra):len(r.Tools[i].FunctionExtra)], r.Tools[i].Extra...))
		}
	}
	for i := range r.Messages {
		m := &r.Messages[i]
		add(fmt.Sprintf("message %d", i), m.Extra)
		for k := range m.ToolCalls {
			call := &m.ToolCalls[k]
			add("call "+call.ID, append(call.FunctionExtra[:len(call.FunctionExtra):len(call.FunctionExtra)], call.Extra...))
			if e.loses(PartCallIDs) {
				line.Calls = append(line.Calls, call.ID)
			}
		}
	}
	return line
}

func (s *sideLine) encode() ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(s)
	return out.Bytes(), err
}

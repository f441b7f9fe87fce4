package export

import (
	"encoding/json"
	"fmt"

	"github.com/buttonbench/button"
)

// xLAM's and APIGen's form has one request and the calls that it needs, without
// their results: a record fits whose calls all stand in one turn. The system
// message, which may say the date that an argument depends on, stands before the
// request.
func xlamFormat() Format {
	return Format{
		Name: "xlam", For: "readers of xLAM's and APIGen's single-turn files",
		Thoughts: []Thought{ThoughtNone}, Masks: MasksNone,
		Lost:   []Part{PartSystem, PartResults, PartCallIDs, PartParallelFlag, PartToolExtras, PartExtras, PartMasks, partTextOfCalls},
		encode: encodeXLAM, decode: decodeXLAM, beside: xlamBeside,
	}
}

var partTextOfCalls = Part{"text of calls", "text beside calls", func(r *button.Record) {
	for i := range r.Messages {
		if len(r.Messages[i].ToolCalls) > 0 {
			r.Messages[i].Content = ""
		}
	}
}}

func encodeXLAM(_ *Exporter, r *button.Record) (Example, error) {
	waves, requests, at := 0, 0, -1
	for i := range r.Messages {
		switch m := &r.Messages[i]; {
		case m.Role == button.RoleUser:
			requests++
		case len(m.ToolCalls) > 0:
			waves++
			if at < 0 {
				at = i
			}
		}
	}
	switch {
	case requests != 1:
		return Example{}, unfit(-1, "more than one request, or none", "it has %d requests; the format has one", requests)
	case waves != 1:
		return Example{}, unfit(-1, "calls in more than one turn, or none", "it has %d turns with calls; the format has one", waves)
	}
	joined := cloned(r)
	joinSystem(joined)
	if len(joined.Messages) < 2 || joined.Messages[0].Role != button.RoleUser || len(joined.Messages[1].ToolCalls) == 0 {
		return Example{}, unfit(at, "calls do not follow the request", "")
	}
	w := object{}
	w.text("id", r.ID)
	w.text("query", joined.Messages[0].Content)
	w.text("tools", string(appendList(nil, r.Tools, func(out []byte, tool *button.Tool) []byte { return append(out, bareFunction(*tool)...) })))
	w.text("answers", string(appendList(nil, joined.Messages[1].ToolCalls, appendNameAndArguments)))
	return Example{Line: w.end()}, nil
}

func decodeXLAM(_ *Exporter, example Example) (*button.Record, error) {
	all, err := members(example.Line, "id", "query", "tools", "answers")
	if err != nil {
		return nil, err
	}
	r := &button.Record{}
	var query, tools, answers string
	if err := texts(all, map[string]*string{"id": &r.ID, "query": &query, "tools": &tools, "answers": &answers}); err != nil {
		return nil, err
	}
	list, err := elements([]byte(tools))
	if err != nil {
		return nil, fmt.Errorf("tools: %w", err)
	}
	for _, element := range list {
		var tool button.Tool
		if err := json.Unmarshal([]byte(`{"type":"function","function":`+string(element)+`}`), &tool); err != nil {
			return nil, fmt.Errorf("tools: %w", err)
		}
		r.Tools = append(r.Tools, tool)
	}
	if list, err = elements([]byte(answers)); err != nil {
		return nil, fmt.Errorf("answers: %w", err)
	}
	turn := button.Message{Role: button.RoleAssistant}
	for i, element := range list {
		call, err := readNameAndArguments(element)
		if err != nil {
			return nil, fmt.Errorf("answers: %w", err)
		}
		call.ID = numberedID(i)
		turn.ToolCalls = append(turn.ToolCalls, call)
	}
	r.Messages = []button.Message{{Role: button.RoleUser, Content: query}, turn}
	return r, nil
}

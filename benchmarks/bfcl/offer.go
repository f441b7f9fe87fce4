package bfcl

import (
	"fmt"
	"slices"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/python"
)

// offer is what a model is shown of an entry's functions.
type offer struct {
	mode      Mode
	documents []*python.Dict // annotated
	heldOut   map[int][]*python.Dict
}

// newOffer gathers an entry's functions: its own documents, or those of its
// services in order, each held-out function taken out of the list. Only documents
// in the list tell their language (upstream's order of doing it).
func newOffer(data *Data, entry *Entry, mode Mode) (*offer, error) {
	o := &offer{mode: mode}
	documents, err := entry.Functions()
	if err != nil {
		return nil, err
	}
	if entry.Category.Checker == CheckExecution || entry.Category.Checker == CheckAnswer {
		if documents, o.heldOut, err = serviceDocuments(data, entry); err != nil {
			return nil, err
		}
	}
	for _, document := range documents {
		o.documents = append(o.documents, annotate(document, entry.Category.Language))
	}
	return o, nil
}

func serviceDocuments(data *Data, entry *Entry) (shown []*python.Dict, heldOut map[int][]*python.Dict, err error) {
	classes, err := entry.InvolvedClasses()
	if err != nil {
		return nil, nil, err
	}
	for _, class := range classes {
		documents, err := data.ClassDocuments(class)
		if err != nil {
			return nil, nil, err
		}
		shown = append(shown, documents...)
	}
	missed, err := entry.MissedFunctions()
	if err != nil {
		return nil, nil, err
	}
	heldOut = map[int][]*python.Dict{}
	for turn, names := range missed {
		for _, name := range names {
			at := slices.IndexFunc(shown, func(document *python.Dict) bool {
				own, _ := textMember(document, "name")
				return own == name
			})
			if at < 0 {
				return nil, nil, fmt.Errorf("entry %s holds out the function %q, which its services do not have", entry.ID, name)
			}
			heldOut[turn] = append(heldOut[turn], shown[at])
			shown = slices.Delete(slices.Clone(shown), at, at+1)
		}
	}
	return shown, heldOut, nil
}

// tools are the functions for native calls, those held out up to a turn at the end.
func (o *offer) tools(turn int) ([]button.Tool, error) {
	documents := slices.Clone(o.documents)
	for at := range turn + 1 {
		documents = append(documents, o.heldOut[at]...)
	}
	tools := make([]button.Tool, len(documents))
	for i, document := range documents {
		var err error
		if tools[i], err = nativeTool(document); err != nil {
			return nil, err
		}
	}
	return tools, nil
}

// shown is the message by which held-out functions reach the model: a constant, in
// prompt mode behind the functions' documents in Python's spelling.
func (o *offer) shown(turn int) (Message, error) {
	text := heldOutText
	if o.mode == ModePrompt {
		list := python.NewList()
		for _, document := range o.heldOut[turn] {
			list.Items = append(list.Items, document)
		}
		documents, err := python.Repr(list)
		if err != nil {
			return Message{}, err
		}
		text = documents + "\n" + text
	}
	return Message{Role: button.RoleUser, Content: text}, nil
}

package main

import (
	"encoding/json"
	"errors"
	"hash/fnv"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate"
	"github.com/buttonbench/button/generate/importers"
)

// imported is what became of one element.
type imported struct {
	element importers.Element
	record  *button.Record
	line    []byte            // the record's
	reject  *importers.Reject // or why there is none
}

func convert(format importers.Format, element *importers.Element, file string) (*imported, error) {
	one := &imported{element: *element}
	record, err := format.Record(element, file)
	if errors.As(err, &one.reject) {
		return one, nil
	}
	if err == nil {
		one.record = record
		one.line, err = record.AppendJSON(nil)
	}
	return one, err
}

// accept writes a record. One whose id was given away gets another: the same
// conversation may stand in a dataset twice.
func (i *importing) accept(one *imported) error {
	if i.taken(one.record.ID) {
		before := one.record.ID
		for n := 1; i.taken(one.record.ID); n++ {
			one.record.ID = importers.NextID(before, n)
		}
		var err error
		if one.line, err = one.record.AppendJSON(one.line[:0]); err != nil {
			return err
		}
	}
	i.ids[idHash(one.record.ID)] = struct{}{}
	if _, err := i.records.Write(append(one.line, '\n')); err != nil {
		return err
	}
	i.facts.Accepted++
	seen := map[string]bool{}
	for _, fault := range one.record.Origin.Faults {
		if !seen[fault.Rule] {
			seen[fault.Rule] = true
			i.facts.Faults[fault.Rule]++
		}
	}
	return nil
}

func (i *importing) taken(id string) bool {
	_, taken := i.ids[idHash(id)]
	return taken
}

func idHash(id string) uint64 {
	sum := fnv.New64a()
	sum.Write([]byte(id))
	return sum.Sum64()
}

// importReject is a line of rejects.jsonl: a refused element as it stood in its file.
type importReject struct {
	File  string `json:"file"`
	Line  int    `json:"line"`
	Index int    `json:"index"`
	generate.Reject
	Source string `json:"source"`
}

// mostTold is how many refused elements are told one by one.
const mostTold = 20

func (i *importing) refuse(path string, one *imported) error {
	source := strings.ToValidUTF8(string(one.element.Text), "\uFFFD")
	reject := importReject{File: path, Line: one.element.Line, Index: one.element.Index, Source: source,
		Reject: generate.Reject{Stage: "import", Rule: one.reject.Rule, Detail: one.reject.Err.Error()}}
	line, err := json.Marshal(reject)
	if err != nil {
		return err
	}
	if _, err := i.rejects.Write(append(line, '\n')); err != nil {
		return err
	}
	i.facts.Refused++
	if i.told++; i.told <= mostTold {
		i.p.warn("%s:%d: %s: %s", path, one.element.Line, reject.Rule, reject.Detail)
	} else if i.told == mostTold+1 {
		i.p.warn("further elements are refused; rejects.jsonl has them all")
	}
	return nil
}

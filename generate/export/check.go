package export

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/buttonbench/button"
)

// Mismatch is what an export holds otherwise than its record: a fault of this
// package, never of the data.
type Mismatch struct{ Where, Want, Have string }

func (m *Mismatch) Error() string {
	return fmt.Sprintf("the export does not read back as the record: %s: want %.200q, have %.200q", m.Where, m.Want, m.Have)
}

// check decodes an example and compares it with the shaped record that it was made
// of, less what the format loses.
func (e *Exporter) check(shaped *button.Record, example *Example) error {
	if e.Format.decode == nil {
		return e.verifyUnsloth(shaped, example.Line)
	}
	have, err := e.Format.decode(e, *example)
	if err != nil {
		return fmt.Errorf("reading the export back: %w", err)
	}
	if e.loses(PartResultNames) {
		nameResults(have)
	}
	want := cloned(shaped)
	for _, part := range e.lost {
		part.drop(want)
	}
	if example.Damage != nil {
		want.Messages = want.Messages[:example.Damage.Message+1]
	}
	if example.row != nil {
		if example.hash, err = hashOf(have); err != nil {
			return err
		}
	}
	return compare(want, have)
}

// hashOf is the hash of a record's canonical text.
func hashOf(r *button.Record) (hash [sha256.Size]byte, err error) {
	text, err := r.AppendJSON(nil)
	return sha256.Sum256(text), err
}

// compare tells the first difference of two records, with JSON compared by what it
// says: white space and escapes aside, numbers by their text, members in order.
func compare(want, have *button.Record) error {
	a, errA := want.AppendJSON(nil)
	b, errB := have.AppendJSON(nil)
	if errA == nil && errB == nil && bytes.Equal(a, b) {
		return nil
	}
	if want.ID != have.ID {
		return &Mismatch{"id", want.ID, have.ID}
	}
	if want.ParallelToolCalls != have.ParallelToolCalls {
		return &Mismatch{"parallel_tool_calls", fmt.Sprint(want.ParallelToolCalls), fmt.Sprint(have.ParallelToolCalls)}
	}
	if len(want.Tools) != len(have.Tools) {
		return &Mismatch{"tools", fmt.Sprint(len(want.Tools), " tools"), fmt.Sprint(len(have.Tools), " tools")}
	}
	for i := range want.Tools {
		if err := sameJSON(fmt.Sprintf("tool %d", i), want.Tools[i].AppendJSON(nil), have.Tools[i].AppendJSON(nil)); err != nil {
			return err
		}
	}
	if len(want.Messages) != len(have.Messages) {
		return &Mismatch{"messages", fmt.Sprint(len(want.Messages), " messages"), fmt.Sprint(len(have.Messages), " messages")}
	}
	for i := range want.Messages {
		if err := sameMessage(i, want.Messages[i], have.Messages[i]); err != nil {
			return err
		}
	}
	return nil
}

func sameMessage(i int, want, have button.Message) error {
	where := fmt.Sprintf("message %d", i)
	if len(want.ToolCalls) != len(have.ToolCalls) {
		return &Mismatch{where, fmt.Sprint(len(want.ToolCalls), " calls"), fmt.Sprint(len(have.ToolCalls), " calls")}
	}
	for k := range want.ToolCalls {
		if err := sameJSON(fmt.Sprintf("%s, call %d", where, k), want.ToolCalls[k].AppendJSON(nil), have.ToolCalls[k].AppendJSON(nil)); err != nil {
			return err
		}
	}
	// An absent list and an empty one say the same.
	want.ToolCalls, have.ToolCalls = nil, nil
	return sameJSON(where, want.AppendJSON(nil), have.AppendJSON(nil))
}

func sameJSON(where string, want, have []byte) error {
	if bytes.Equal(want, have) {
		return nil
	}
	a, errA := normal(want)
	b, errB := normal(have)
	if errA != nil || errB != nil || !slices.Equal(a, b) {
		return &Mismatch{where, string(want), string(have)}
	}
	return nil
}

package export

import (
	"fmt"
	"strconv"

	"github.com/buttonbench/button"
)

// sideLine is what the side file says of a record: where it stands in the export,
// and all that describes its making.
type sideLine struct {
	head object // up to the id
	rest []byte // from the kind on, with its comma
}

// side prepares a record's line; file and line are known when it is written.
func (e *Exporter) side(s source, example *Example) *sideLine {
	r := s.record
	line := &sideLine{}
	line.head.text("id", r.ID)
	w := object{wrote: true}
	w.text("kind", r.Kind)
	w.text("mode", r.Mode)
	if e.loses(PartCallIDs) {
		var ids []string
		for i := range r.Messages {
			for _, call := range r.Messages[i].ToolCalls {
				ids = append(ids, call.ID)
			}
		}
		w.name("calls")
		w.out = appendList(w.out, ids, func(out []byte, id *string) []byte { return button.AppendString(out, *id) })
	}
	if damage := example.Damage; damage != nil {
		w.name("rejected")
		inner := object{out: w.out}
		inner.text("kind", damage.Kind)
		inner.text("rule", damage.Rule)
		inner.raw("message", strconv.AppendInt(nil, int64(damage.Message), 10))
		inner.text("change", damage.Change)
		w.out = inner.end()
	}
	for _, member := range s.making {
		w.raw(member.Name, member.Value)
	}
	if foreign := e.foreign(r); len(foreign) > 0 {
		w.name("foreign")
		w.out = appendList(w.out, foreign, func(out []byte, f *leftOut) []byte {
			inner := object{out: out}
			inner.text("of", f.of)
			inner.raw("members", f.members.AppendJSON(nil))
			return inner.end()
		})
	}
	line.rest = w.end()
	return line
}

// leftOut is members that an export leaves out because nothing knows them.
type leftOut struct {
	of      string // "record", "tool NAME", "message 3", "call ID"
	members button.Members
}

func (e *Exporter) foreign(r *button.Record) (out []leftOut) {
	add := func(of string, members ...button.Members) {
		var all button.Members
		for _, some := range members {
			all = append(all, some...)
		}
		if len(all) > 0 {
			out = append(out, leftOut{of, all})
		}
	}
	add("record", r.Extra)
	if e.loses(PartToolExtras) {
		for i := range r.Tools {
			add("tool "+r.Tools[i].Name, r.Tools[i].FunctionExtra, r.Tools[i].Extra)
		}
	}
	for i := range r.Messages {
		m := &r.Messages[i]
		add(fmt.Sprintf("message %d", i), m.Extra)
		for k := range m.ToolCalls {
			add("call "+m.ToolCalls[k].ID, m.ToolCalls[k].FunctionExtra, m.ToolCalls[k].Extra)
		}
	}
	return out
}

// text is the line for an example that is the n-th of a file, from 1; of a Parquet
// file the n-th row.
func (s *sideLine) text(file string, n int) []byte {
	s.head.text("file", file)
	s.head.raw("line", strconv.AppendInt(nil, int64(n), 10))
	return append(append(s.head.out, s.rest...), '\n')
}

package export

import (
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"

	"github.com/buttonbench/button"
)

// The Parquet formats. Arguments and tools are strings that hold JSON: a typed
// column would give every row the members of all others, as nulls.

// groupBytes bounds what a writer holds in memory: a row group is written when its
// rows come to so many bytes.
const groupBytes = 8 << 20

// rowCodec writes and reads the rows of one format.
type rowCodec interface {
	create(w io.Writer, zstd bool) rowWriter
	each(r io.ReaderAt, use func(row any) error) error
}

// rowWriter writes rows until it is closed.
type rowWriter interface {
	write(row any, size int) error
	Close() error
}

type rowsOf[T any] struct{}

func (rowsOf[T]) create(w io.Writer, zstd bool) rowWriter {
	codec := parquet.Compression(&parquet.Snappy)
	if zstd {
		codec = parquet.Compression(&parquet.Zstd)
	}
	return &rowsWriter[T]{writer: parquet.NewGenericWriter[T](w, codec, parquet.CreatedBy("button", "", ""))}
}

type rowsWriter[T any] struct {
	writer *parquet.GenericWriter[T]
	held   int
}

func (w *rowsWriter[T]) write(row any, size int) error {
	if _, err := w.writer.Write([]T{row.(T)}); err != nil {
		return err
	}
	if w.held += size; w.held < groupBytes {
		return nil
	}
	w.held = 0
	return w.writer.Flush()
}

func (w *rowsWriter[T]) Close() error { return w.writer.Close() }

func (rowsOf[T]) each(r io.ReaderAt, use func(row any) error) error {
	reader := parquet.NewGenericReader[T](r)
	defer reader.Close()
	rows := make([]T, 16)
	for {
		clear(rows)
		n, err := reader.Read(rows)
		for _, row := range rows[:n] {
			if err := use(row); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading the file back: %w", err)
		}
	}
}

// tableRow is a record in the format parquet.
type tableRow struct {
	ID       string         `parquet:"id"`
	Tools    string         `parquet:"tools"`
	Parallel bool           `parquet:"parallel_tool_calls"`
	Messages []tableMessage `parquet:"messages,list"`
}

// tableMessage has pointers where a value may be absent: the library writes an empty
// string inside a list as an empty string, not as a null, also where it is optional.
type tableMessage struct {
	Role       string      `parquet:"role"`
	Content    string      `parquet:"content"`
	Reasoning  *string     `parquet:"reasoning_content,optional"`
	ToolCalls  []tableCall `parquet:"tool_calls,list"`
	ToolCallID *string     `parquet:"tool_call_id,optional"`
	Name       *string     `parquet:"name,optional"`
	Train      *bool       `parquet:"train,optional"`
}

type tableCall struct {
	ID       string        `parquet:"id"`
	Type     string        `parquet:"type"`
	Function tableFunction `parquet:"function"`
}

type tableFunction struct {
	Name      string `parquet:"name"`
	Arguments string `parquet:"arguments"`
}

func parquetFormat() Format {
	return Format{
		Name: "parquet", For: "pyarrow, pandas, DuckDB and the datasets library: OpenAI's messages in typed columns", Parquet: true,
		Thoughts: []Thought{ThoughtField, ThoughtInline, ThoughtText, ThoughtNone}, Masks: MasksTurn,
		Lost:   []Part{PartExtras},
		rows:   func() rowCodec { return rowsOf[tableRow]{} },
		encode: encodeTable, decode: decodeTable, beside: parquetBeside,
	}
}

func encodeTable(e *Exporter, r *button.Record) (Example, error) {
	row := tableRow{ID: r.ID, Tools: toolList(r), Parallel: r.ParallelToolCalls}
	size := len(row.Tools) + 64
	for i := range r.Messages {
		m := &r.Messages[i]
		out := tableMessage{Role: m.Role, Content: e.inline(m), ToolCallID: optional(m.ToolCallID), Name: optional(m.Name), Train: m.Train}
		if e.Options.Thought == ThoughtField {
			out.Reasoning = optional(m.Reasoning)
		}
		for k := range m.ToolCalls {
			call := &m.ToolCalls[k]
			out.ToolCalls = append(out.ToolCalls, tableCall{call.ID, "function", tableFunction{call.Name, string(arguments(call))}})
			size += len(call.Name) + len(call.Arguments) + 32
		}
		size += len(m.Content) + len(m.Reasoning) + 64
		row.Messages = append(row.Messages, out)
	}
	return Example{row: row, size: size}, nil
}

// optional is nil for an empty text.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func decodeTable(e *Exporter, example Example) (*button.Record, error) {
	row := example.row.(tableRow)
	r := &button.Record{ID: row.ID, ParallelToolCalls: row.Parallel}
	var err error
	if r.Tools, err = e.tools.list([]byte(row.Tools)); err != nil {
		return nil, fmt.Errorf("tools: %w", err)
	}
	for i, m := range row.Messages {
		out := button.Message{Role: m.Role, Content: m.Content, Reasoning: orEmpty(m.Reasoning), ToolCallID: orEmpty(m.ToolCallID), Name: orEmpty(m.Name), Train: m.Train}
		if m.Role == button.RoleAssistant && e.Options.Thought == ThoughtInline {
			out.Reasoning, out.Content = e.outline(m.Content)
		}
		for _, c := range m.ToolCalls {
			if _, err := button.ParseMembers([]byte(c.Function.Arguments)); err != nil {
				return nil, fmt.Errorf("message %d: arguments of %s: %w", i, c.Function.Name, err)
			}
			out.ToolCalls = append(out.ToolCalls, button.Call{ID: c.ID, Name: c.Function.Name, Arguments: []byte(c.Function.Arguments)})
		}
		r.Messages = append(r.Messages, out)
	}
	return r, nil
}

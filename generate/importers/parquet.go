package importers

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
)

// parquetMark begins and ends a Parquet file.
const parquetMark = "PAR1"

// rowsRead is how many rows are decoded at a time.
const rowsRead = 16

// rows reads a Parquet file row by row; the "line" of a row is its number. Columns of
// lists and groups become JSON lists and objects with their members by name. Members
// that are null are left out, as they are what a column has for rows without them,
// but for those within arguments: there a trainer would see them.
func rows(file io.ReaderAt, name string) iter.Seq2[Element, error] {
	return func(yield func(Element, error) bool) {
		index := 0
		fail := func(err error) { yield(Element{}, fmt.Errorf("%s: row %d: %w", name, index+1, err)) }
		reader, err := openRows(file)
		if err != nil {
			fail(err)
			return
		}
		defer reader.Close()
		batch := make([]any, rowsRead)
		for {
			clear(batch)
			n, err := readRows(reader, batch)
			for _, row := range batch[:n] {
				text, failure := json.Marshal(plain(row))
				if failure != nil {
					fail(failure)
					return
				}
				if len(text) > MaxElement {
					fail(errLong)
					return
				}
				if !yield(Element{index, index + 1, text}, nil) {
					return
				}
				index++
			}
			if err == io.EOF {
				return
			}
			if err != nil {
				fail(err)
				return
			}
		}
	}
}

// openRows opens a file. The library panics at some files that are damaged.
func openRows(file io.ReaderAt) (reader *parquet.GenericReader[any], err error) {
	defer recovered(&err)
	return parquet.NewGenericReader[any](file), nil
}

func readRows(reader *parquet.GenericReader[any], into []any) (n int, err error) {
	defer recovered(&err)
	return reader.Read(into)
}

func recovered(err *error) {
	if cause := recover(); cause != nil {
		*err = fmt.Errorf("the Parquet file is damaged: %v", cause)
	}
}

// plain is a decoded value as JSON has it: bytes are texts where they are UTF-8.
func plain(value any) any {
	switch value := value.(type) {
	case []byte:
		if utf8.Valid(value) {
			return string(value)
		}
	case []any:
		for i := range value {
			value[i] = plain(value[i])
		}
	case map[string]any:
		for name, member := range value {
			switch {
			case name == "arguments" || name == "parameters":
			case member == nil:
				delete(value, name)
			default:
				value[name] = plain(member)
			}
		}
	}
	return value
}

package importers

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// tableCall and its neighbours are rows as other programs write them.
type (
	tableCall struct {
		ID       string `parquet:"id"`
		Function struct {
			Name      string           `parquet:"name"`
			Arguments tableArguments   `parquet:"arguments"`
			Strange   map[string]int64 `parquet:"strange"`
		} `parquet:"function"`
	}
	tableArguments struct {
		Pier *string `parquet:"pier,optional"`
		Hour *int64  `parquet:"hour,optional"`
	}
	tableMessage struct {
		Role  string      `parquet:"role"`
		Text  []byte      `parquet:"content"`
		Calls []tableCall `parquet:"tool_calls,list"`
		Name  *string     `parquet:"name,optional"`
	}
	tableRow struct {
		ID       string         `parquet:"id"`
		Messages []tableMessage `parquet:"messages,list"`
		Score    *float64       `parquet:"score,optional"`
	}
)

func parquetFile(t *testing.T, n int) []byte {
	t.Helper()
	var file bytes.Buffer
	writer := parquet.NewGenericWriter[tableRow](&file)
	pier, score := "North Pier", 0.5
	for i := range n {
		call := tableCall{ID: "a1B2c3D4e"}
		call.Function.Name, call.Function.Arguments.Pier = "tide_height", &pier
		row := tableRow{ID: "r1", Messages: []tableMessage{{Role: "user", Text: []byte("Tide?")}, {Role: "assistant", Calls: []tableCall{call}}}}
		if i%2 == 1 {
			row.Score = &score
		}
		if _, err := writer.Write([]tableRow{row}); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestParquet(t *testing.T) {
	file := parquetFile(t, 40)
	var copied bytes.Buffer
	elements, closing, err := Open(bytes.NewReader(file), &copied, "x.parquet")
	if err != nil {
		t.Fatal(err)
	}
	defer closing()
	n := 0
	for element, err := range elements {
		if err != nil {
			t.Fatal(err)
		}
		want := `{"id":"r1","messages":[{"content":"Tide?","role":"user","tool_calls":[]},{"content":"","role":"assistant","tool_calls":[{"function":{"arguments":{"hour":null,"pier":"North Pier"},"name":"tide_height","strange":{}},"id":"a1B2c3D4e"}]}]`
		if n%2 == 1 {
			want += `,"score":0.5`
		}
		if string(element.Text) != want+"}" || element.Index != n || element.Line != n+1 {
			t.Fatalf("%d: %+v\n%s", n, element, element.Text)
		}
		n++
	}
	if n != 40 || !bytes.Equal(copied.Bytes(), file) {
		t.Errorf("%d rows, %d of %d bytes copied", n, copied.Len(), len(file))
	}
}

// TestDamagedParquet: a file that is cut off, overwritten or made up is an error.
func TestDamagedParquet(t *testing.T) {
	file := parquetFile(t, 3)
	damaged := map[string][]byte{"cut off": file[:len(file)/2], "made up": []byte("PAR1" + strings.Repeat("x", 100) + "PAR1"), "the mark alone": []byte("PAR1")}
	for at := 4; at < len(file)-8; at += 37 {
		bent := bytes.Clone(file)
		bent[at] ^= 0xff
		damaged["bent at "+string(rune('0'+at%10))+strings.Repeat("i", at/37)] = bent
	}
	for name, file := range damaged {
		elements, closing, err := Open(bytes.NewReader(file), io.Discard, "x.parquet")
		if err != nil {
			continue
		}
		for _, err := range elements {
			if err != nil && !strings.HasPrefix(err.Error(), "x.parquet: row ") {
				t.Errorf("%s: %v", name, err)
			}
		}
		closing()
	}
}

package export

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"runtime/metrics"
	"testing"
)

// repeated gives the lines of some records again and again, each time with a new id,
// until there are enough.
type repeated struct {
	lines [][]byte
	left  int
	given int
	rest  []byte
}

func newRepeated(b *testing.B, lines []byte, count int) *repeated {
	r := &repeated{left: count}
	for _, line := range bytes.Split(bytes.TrimSpace(lines), []byte("\n")) {
		var head struct{ ID string }
		if err := json.Unmarshal(line, &head); err != nil {
			b.Fatal(err)
		}
		_, after, found := bytes.Cut(line, fmt.Appendf(nil, `"id":%q`, head.ID))
		if !found {
			b.Fatalf("no id in %.100s", line)
		}
		r.lines = append(r.lines, after)
	}
	return r
}

func (r *repeated) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		if r.left == 0 {
			return 0, io.EOF
		}
		r.left--
		r.rest = fmt.Appendf(r.rest[:0], `{"id":"%012d"%s`+"\n", r.given, r.lines[r.given%len(r.lines)])
		r.given++
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// BenchmarkFolder exports constructed and simulated records into folders, each one
// checked, and tells records a second and the most bytes that lay on the heap.
func BenchmarkFolder(b *testing.B) {
	for _, format := range Formats() {
		b.Run(format.Name, func(b *testing.B) {
			e := exporter(b, format.Name, Options{})
			peak := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
			most := uint64(0)
			progress := func(records int) {
				if records%64 == 0 {
					metrics.Read(peak)
					most = max(most, peak[0].Value.Uint64())
				}
			}
			input := newRepeated(b, made4(b).lines, b.N)
			b.ResetTimer()
			o := FolderOptions{Dir: filepath.Join(b.TempDir(), "out"), StreamOptions: StreamOptions{Workers: 2, Skip: true, Progress: progress}}
			if _, err := e.Folder(context.Background(), input, "records", o); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
			b.ReportMetric(float64(most)/1e6, "peak-heap-MB")
		})
	}
}

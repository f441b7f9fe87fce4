package runstore_test

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/buttonbench/button/internal/runstore"
)

// benchRow is a row of 2,000 bytes.
func benchRow(i int64) json.RawMessage {
	return fmt.Appendf(nil, `{"task":"task-%d","repeat":0,"outcome":"pass","text":"%s"}`, i, strings.Repeat("x", 1930))
}

// BenchmarkAppend compares durable appends with bare loops that do the same
// without a store: one write and fsync a row, and the ideal of 64 rows a write
// and fsync.
func BenchmarkAppend(b *testing.B) {
	for _, group := range []int64{1, 64} {
		b.Run(fmt.Sprintf("bare/%d-rows-a-sync", group), func(b *testing.B) {
			file := must(runstore.OS{}.Create(filepath.Join(b.TempDir(), "rows.jsonl")))(b)
			defer file.Close()
			b.SetBytes(int64(len(benchRow(0)) + 1))
			var buffer []byte
			for i := range int64(b.N) {
				buffer = append(append(buffer, benchRow(i)...), '\n')
				if i%group == group-1 {
					must(file.Write(buffer))(b)
					check(b, file.Sync())
					buffer = buffer[:0]
				}
			}
		})
	}
	for _, writers := range []int{1, 8, 64, 512} {
		b.Run(fmt.Sprintf("run/%d-writers", writers), func(b *testing.B) {
			run := open(b, runstore.OS{}, b.TempDir())
			b.SetBytes(int64(len(benchRow(0)) + 1))
			b.ResetTimer()
			var next atomic.Int64
			var all sync.WaitGroup
			for range writers {
				all.Go(func() {
					for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
						if err := run.Append(benchRow(i)); err != nil {
							b.Error(err)
						}
					}
				})
			}
			all.Wait()
			b.StopTimer()
			check(b, run.Close())
		})
	}
}

// BenchmarkOpenRun is the time to open a run of 10,000 rows of 2,000 bytes.
func BenchmarkOpenRun(b *testing.B) {
	dir := b.TempDir()
	check(b, open(b, runstore.OS{}, dir).Close())
	file := must(runstore.OS{}.Append(filepath.Join(dir, "rows.jsonl")))(b)
	const rows = 10_000
	for i := range int64(rows) {
		must(file.Write(append(benchRow(i), '\n')))(b)
	}
	check(b, file.Close())
	b.SetBytes(rows * int64(len(benchRow(0))))
	b.ReportAllocs()
	for b.Loop() {
		check(b, open(b, runstore.OS{}, dir).Close())
	}
}

// BenchmarkDatasetStream is bulk writing with one fsync at the end.
func BenchmarkDatasetStream(b *testing.B) {
	dataset := must(runstore.CreateDataset(runstore.OS{}, filepath.Join(b.TempDir(), "d"), false))(b)
	defer dataset.Abort()
	stream := must(dataset.Create("records.jsonl"))(b)
	line := append(benchRow(0), '\n')
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		must(stream.Write(line))(b)
	}
	check(b, stream.Close())
}

func BenchmarkLines(b *testing.B) {
	text := strings.Repeat(string(benchRow(0))+"\n", 10_000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		for _, err := range runstore.Lines(io.Reader(strings.NewReader(text)), "f", 0) {
			check(b, err)
		}
	}
}

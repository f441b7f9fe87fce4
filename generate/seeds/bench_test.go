package seeds

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
)

// endless is a JSON array of n conversations, written while it is read.
func endless(n int) io.Reader {
	read, write := io.Pipe()
	go func() {
		var err error
		for i := 0; i < n && err == nil; i++ {
			_, err = io.WriteString(write, conversation(i, n))
		}
		write.CloseWithError(err)
	}()
	return read
}

// conversation is one element of the array, of some 1,100 bytes, with the brackets
// and commas around it.
func conversation(i, n int) string {
	before, after := ",\n", ""
	if i == 0 {
		before = "["
	}
	if i == n-1 {
		after = "]"
	}
	words := strings.Repeat(fmt.Sprint("word", i%997, " "), 40)
	return fmt.Sprintf(`%s{"conversations":[{"from":"human","value":"%d %s"},{"from":"function_call","value":"{\"name\":\"f\",\"arguments\":{\"a\":%d}}"},{"from":"observation","value":"%s"},{"from":"gpt","value":"%s"}],"tools":"[{\"name\":\"f\",\"parameters\":{}}]"}%s`,
		before, i, words, i, words, words, after)
}

// TestFlatMemory: what stays in memory does not grow with the file.
func TestFlatMemory(t *testing.T) {
	const n, first = 4_000, 300
	heap := func() uint64 {
		var stats runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	var early, seen uint64
	summary := FileSummary{Kinds: map[Kind]int{}}
	for _, err := range Read(endless(n), "x", 2000, &summary) {
		if err != nil {
			t.Fatal(err)
		}
		if seen++; seen == first {
			early = heap()
		} else if seen == n {
			if late := heap(); late > early+1<<20 {
				t.Errorf("%d bytes after %d seeds, %d after %d", early, first, late, n)
			}
		}
	}
	if seen != n {
		t.Errorf("%d seeds", seen)
	}
}

// BenchmarkRead reads conversations, beside the floor: decoding the array's
// elements into plain structs with the standard library.
func BenchmarkRead(b *testing.B) {
	const n = 20_000
	var whole strings.Builder
	for i := range n {
		whole.WriteString(conversation(i, n))
	}
	text := whole.String()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		summary := FileSummary{Kinds: map[Kind]int{}}
		for _, err := range Read(strings.NewReader(text), "x", 2000, &summary) {
			if err != nil {
				b.Fatal(err)
			}
		}
		if summary.Items != n {
			b.Fatal(summary)
		}
	}
	perSeed := float64(b.Elapsed().Nanoseconds()) / float64(b.N*n)
	b.ReportMetric(perSeed, "ns/seed")
	b.ReportMetric(perSeed/plainDecoder(b, text, n), "x-decoder")
}

// plainDecoder is the nanoseconds an element of the standard way.
func plainDecoder(b *testing.B, text string, n int) float64 {
	start := time.Now()
	decoder := json.NewDecoder(strings.NewReader(text))
	if _, err := decoder.Token(); err != nil {
		b.Fatal(err)
	}
	for decoder.More() {
		var element struct {
			Conversations []struct{ From, Value string }
			Tools         string
		}
		if err := decoder.Decode(&element); err != nil {
			b.Fatal(err)
		}
	}
	return float64(time.Since(start).Nanoseconds()) / float64(n)
}

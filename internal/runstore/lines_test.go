package runstore_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/internal/runstore"
)

func readLines(r io.Reader, limit int) (lines []string, err error) {
	for line, err := range runstore.Lines(r, "f.jsonl", limit) {
		if err != nil {
			return lines, err
		}
		lines = append(lines, fmt.Sprintf("%d:%s", line.Number, line.Text))
	}
	return lines, nil
}

func TestLines(t *testing.T) {
	long := strings.Repeat("x", 1_000_000)
	broken := errors.New("cable pulled")
	tests := []struct {
		name   string
		source io.Reader
		limit  int
		want   []string
		err    string
	}{
		{name: "empty", source: strings.NewReader("")},
		{name: "one", source: strings.NewReader("a"), want: []string{"1:a"}},
		{name: "blank lines and both ends", source: strings.NewReader("\n  \na\r\n\r\nb\n"), want: []string{"3:a", "5:b"}},
		{name: "longer than the buffer", source: strings.NewReader(long + "\nb\n" + long), want: []string{"1:" + long, "2:b", "3:" + long}},
		{name: "at the limit", source: strings.NewReader("12345\n12345"), limit: 5, want: []string{"1:12345", "2:12345"}},
		{name: "over the limit", source: strings.NewReader("12345\n123456\n1"), limit: 5, want: []string{"1:12345"}, err: "f.jsonl:2: line longer than 5 bytes"},
		{name: "far over the limit", source: strings.NewReader(long), limit: 300_000, err: "f.jsonl:1: line longer than 300000 bytes"},
		{name: "small reads", source: iotest.OneByteReader(strings.NewReader("ab\ncd")), want: []string{"1:ab", "2:cd"}},
		{name: "broken", source: io.MultiReader(strings.NewReader("a\nb"), iotest.ErrReader(broken)), want: []string{"1:a"}, err: "f.jsonl:2: cable pulled"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := readLines(test.source, test.limit)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if text := fmt.Sprint(err); err == nil && test.err != "" || err != nil && text != test.err {
				t.Errorf("error %q, want %q", text, test.err)
			}
			if err != nil && !errors.As(err, new(*runstore.LineError)) {
				t.Errorf("error is a %T", err)
			}
		})
	}
}

func TestLinesCanBeLeft(t *testing.T) {
	for line, err := range runstore.Lines(strings.NewReader("a\nb\n"), "f", 0) {
		check(t, err)
		if line.Number > 1 {
			t.Fatal("went on")
		}
		break
	}
}

func FuzzLines(f *testing.F) {
	f.Add("a\r\n\nb", 3)
	f.Add("\r\r\n \n", 1)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		limit = 1 + (limit&0xff+0xff)%0xff
		var want []string
		for i, line := range strings.Split(text, "\n") {
			if len(line) > limit {
				want = append(want, "too long")
				break
			}
			if line = strings.TrimSuffix(line, "\r"); len(strings.TrimSpace(line)) > 0 {
				want = append(want, fmt.Sprintf("%d:%s", i+1, line))
			}
		}
		got, err := readLines(iotest.HalfReader(strings.NewReader(text)), limit)
		if err != nil {
			got = append(got, "too long")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

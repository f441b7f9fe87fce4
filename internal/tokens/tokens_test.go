package tokens

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func load(t testing.TB, name string) *Tokenizer {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	tokenizer, err := Read(file)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return tokenizer
}

// The ids are those of the library tokenizers; testdata/make.py wrote them.
func TestEncodesAsTheLibrary(t *testing.T) {
	file, err := os.Open("testdata/expected.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	loaded := map[string]*Tokenizer{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var want struct {
			Tokenizer, Text string
			IDs             []int
		}
		if err := json.Unmarshal(lines.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		if loaded[want.Tokenizer] == nil {
			loaded[want.Tokenizer] = load(t, want.Tokenizer)
		}
		have := loaded[want.Tokenizer].Encode(want.Text)
		if diff := cmp.Diff(append([]int{}, want.IDs...), append([]int{}, have...)); diff != "" {
			t.Errorf("%s: %q: (-library +ours)\n%s", want.Tokenizer, want.Text, diff)
		}
		for range 2 { // the second time from the cache
			if n := loaded[want.Tokenizer].Count(want.Text); n != len(want.IDs) {
				t.Errorf("%s: %q counts %d, want %d", want.Tokenizer, want.Text, n, len(want.IDs))
			}
		}
	}
	if len(loaded) != 7 {
		t.Errorf("%d tokenizers were tried", len(loaded))
	}
}

package tokens

import (
	"strings"
	"sync"
	"testing"
)

func TestReadRefuses(t *testing.T) {
	const vocab = `"vocab":{"a":0,"b":1,"ab":2}`
	for name, c := range map[string]struct{ text, want string }{
		"no JSON":           {`{`, "reading JSON"},
		"another model":     {`{"model":{"type":"WordPiece",` + vocab + `}}`, `type "WordPiece"`},
		"unigram":           {`{"model":{"type":"Unigram","vocab":[["a",0]]}}`, `type "Unigram"`},
		"no vocabulary":     {`{"model":{"type":"BPE"}}`, "no vocabulary"},
		"a merge too many":  {`{"model":{"type":"BPE",` + vocab + `,"merges":["a c"]}}`, "not in the vocabulary"},
		"a merge of one":    {`{"model":{"type":"BPE",` + vocab + `,"merges":["ab"]}}`, "no pair"},
		"a suffix":          {`{"model":{"type":"BPE",` + vocab + `,"merges":[],"end_of_word_suffix":"</w>"}}`, "marks on parts"},
		"no unknown token":  {`{"model":{"type":"BPE",` + vocab + `,"merges":[],"unk_token":"x"}}`, "unknown token"},
		"a normaliser":      {`{"normalizer":{"type":"BertNormalizer"},"model":{}}`, `normalizer: type "BertNormalizer"`},
		"a splitter":        {`{"pre_tokenizer":{"type":"UnicodeScripts"},"model":{}}`, `pre_tokenizer: type "UnicodeScripts"`},
		"an expression":     {`{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(?<=a)b"},"behavior":"Isolated"},"model":{}}`, "not read"},
		"endless sequences": {`{"normalizer":` + strings.Repeat(`{"type":"Sequence","normalizers":[`, 20) + `{"type":"NFC"}` + strings.Repeat(`]}`, 20) + `,"model":{}}`, "nested too deeply"},
	} {
		if _, err := Read(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestRegex(t *testing.T) {
	for _, c := range []struct{ expression, text, want string }{
		{`a|bc|`, "xbc", ""}, // the empty alternative matches first
		{`bc+?c`, "abccc", "bcc"},
		{`\s+(?!\S)`, "a   b", "  "},
		{`\s+(?=b)`, "a   b", "   "},
		{`(?i:'LL|'d)`, "we'll", "'ll"},
		{`[^\r\n\p{L}]+`, "ab12\n", "12"},
		{`\p{N}{1,3}`, "12345", "123"},
		{`\p{N}{2}`, "1 23", "23"},
		{`(?:ab){2,}c`, "abababc", "abababc"},
		{`a*+a`, "aaa", "-"}, // possessive: nothing is given back
		{`(?>a*)b`, "aab", "aab"},
		{`[\x{4e00}-\u9fff]+`, "ab世界", "世界"},
		{`\p{Script=Han}\p{^L}`, "世!", "世!"},
		{`^b|c$`, "bc", "b"},
		{`[a-c&]]`, "b]", "b]"},
		{`[\]a-]+`, "x-]a", "-]a"},
		{`.+`, "a\nb", "a"},
		{`(a|b)*c`, "abac", "abac"},
		{`[[:x]y]`, "y", "y"},
	} {
		compiled, err := compile(c.expression)
		if err != nil {
			t.Errorf("%s: %v", c.expression, err)
			continue
		}
		start, end := compiled.find(c.text, 0)
		have := "-"
		if start >= 0 {
			have = c.text[start:end]
		}
		if have != c.want {
			t.Errorf("%s in %q: %q, want %q", c.expression, c.text, have, c.want)
		}
	}
}

// An expression that backtracks without end gives up.
func TestRegexIsBounded(t *testing.T) {
	compiled, err := compile(`(?:a|a|aa)*b`)
	if err != nil {
		t.Fatal(err)
	}
	if start, _ := compiled.find(strings.Repeat("a", 40), 39); start >= 0 {
		t.Error("it matched")
	}
	steps := maxAttempt
	if run(compiled.program, strings.Repeat("a", 60), 0, &steps, new([]choice)) >= 0 || steps >= 0 {
		t.Errorf("%d steps are left", steps)
	}
}

func TestCountsFromManyGoroutines(t *testing.T) {
	tokenizer := load(t, "qwen")
	want := tokenizer.Count("The rooms on the third floor are free.")
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 50 {
				if tokenizer.Count("The rooms on the third floor are free.") != want {
					t.Error("another count")
				}
			}
		})
	}
	wait.Wait()
}

// A long word without spaces, as a tokenizer without splitting makes of every text.
func TestLongWordIsQuick(t *testing.T) {
	tokenizer := load(t, "llama2")
	if n := tokenizer.Count(strings.Repeat("rooms on the floor ", 20000)); n < 20000 {
		t.Errorf("%d tokens", n)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"normalizer":{"type":"NFC"},"pre_tokenizer":{"type":"ByteLevel"},"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]}}`, "ab a b")
	f.Add(`{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"\\s+(?!\\S)|[^x]{2,3}?y*+"},"behavior":"MergedWithNext"},"model":{"vocab":{"a":0},"merges":[]},"added_tokens":[{"id":9,"content":"<x>","lstrip":true,"rstrip":true,"single_word":true}]}`, "a <x> b")
	f.Fuzz(func(t *testing.T, file, text string) {
		tokenizer, err := Read(strings.NewReader(file))
		if err != nil || len(text) > 1<<10 {
			return
		}
		if n, ids := tokenizer.Count(text), tokenizer.Encode(text); n != len(ids) {
			t.Errorf("%d counted, %d ids", n, len(ids))
		}
	})
}

func BenchmarkCount(b *testing.B) {
	tokenizer := load(b, "qwen")
	text := strings.Repeat("The rooms on the third floor are free at nine; {\"floor\": 3}.\n", 200)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		tokenizer.Count(text)
	}
}

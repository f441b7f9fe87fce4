package llm

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func encodeTape(takes []*take) []byte {
	out := []byte(tapeMagic + "\n\n")
	var before []byte
	for _, t := range takes {
		out = appendTake(out, t, before)
		before = t.request
	}
	return out
}

func drawTake(t *rapid.T) *take {
	text := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "\n", "|", " ", "\r", "end", "same 1", "\xff", "ü", "\x00", "request x\n"}), 0, 12)
	request := strings.Join(text.Draw(t, "request"), "")
	drawn := &take{
		request: []byte(request), status: rapid.IntRange(0, 599).Draw(t, "status"),
		header: http.Header{}, body: []byte(strings.Join(text.Draw(t, "body"), "")),
	}
	if rapid.Bool().Draw(t, "failed") {
		drawn.class = rapid.SampledFrom([]Class{ClassServer, ClassRequest}).Draw(t, "class")
		drawn.detail = rapid.SampledFrom([]string{"", "out of order", "a | b"}).Draw(t, "detail")
	}
	if rapid.Bool().Draw(t, "header") {
		drawn.header["Retry-After"] = []string{"1", "2"}
		drawn.header["X-Request-Id"] = []string{"a: b"}
	}
	return drawn
}

// What is written is read, byte for byte, whatever stands in requests and bodies;
// and of a file cut anywhere, all whole takes.
func TestTapeRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var takes []*take
		for range rapid.IntRange(0, 5).Draw(t, "takes") {
			takes = append(takes, drawTake(t))
		}
		data := encodeTape(takes)
		read, whole, err := readTape(bytes.NewReader(data), TapeOptions{})
		if err != nil {
			t.Fatalf("%v in %q", err, data)
		}
		if whole > int64(len(data)) || whole < int64(len(data))-1 {
			t.Fatalf("%d whole of %d", whole, len(data))
		}
		compare := cmp.AllowUnexported(take{})
		equalEmpty := cmp.Comparer(func(a, b []byte) bool { return bytes.Equal(a, b) })
		if len(read) != len(takes) {
			t.Fatalf("%d written, %d read", len(takes), len(read))
		}
		if diff := cmp.Diff(takes, read, compare, equalEmpty); len(takes) > 0 && diff != "" {
			t.Fatalf("(-written +read):\n%s\n%q", diff, data)
		}
		if len(takes) == 0 {
			return
		}
		cut := rapid.IntRange(len(tapeMagic)+1, len(data)).Draw(t, "cut")
		read, whole, err = readTape(bytes.NewReader(data[:cut]), TapeOptions{})
		if err != nil || whole > int64(cut) || len(read) > len(takes) {
			t.Fatalf("cut at %d of %d: %d takes, %d whole, %v", cut, len(data), len(read), whole, err)
		}
		if diff := cmp.Diff(takes[:len(read)], read, compare, equalEmpty); len(read) > 0 && diff != "" {
			t.Fatalf("cut (-written +read):\n%s", diff)
		}
	})
}

func TestTapeFaults(t *testing.T) {
	good := string(encodeTape([]*take{{request: []byte("a\nb"), status: 200, body: []byte("c")}}))
	for _, test := range []struct{ old, new, want string }{
		{tapeMagic, "button cassette 1", "line 1: it does not begin with"},
		{"request ", "requested ", `line 3: want a line "request ..."`},
		{"same 0", "same 9", "line 4: want a line \"same N\" with at most"},
		{"same 0", "same -1", "line 4"},
		{"|b", "|b ", "is not as it was recorded: were line ends or blanks changed?"},
		{"reply 200", "reply", "line 7: want \"reply STATUS\""},
		{"reply 200", "error  1", "line 7"},
		{"reply 200", "reply 200\nheader a", "line 8: want \"header NAME: VALUE\""},
		{"end", "stop", "want \"header\", \"detail\", \"|\" or \"end\""},
	} {
		text := strings.Replace(good, test.old, test.new, 1)
		_, _, err := readTape(strings.NewReader(text), TapeOptions{Path: "tape"})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q for %q: have %v, want %s", test.new, test.old, err, test.want)
		}
	}
	if _, _, err := readTape(strings.NewReader(good), TapeOptions{}); err != nil {
		t.Error(err)
	}
}

func FuzzTape(f *testing.F) {
	f.Add(encodeTape([]*take{{request: []byte("a\nb"), status: 200, body: []byte("c")}, {request: []byte("a\nc"), class: ClassServer, detail: "d"}}))
	f.Add([]byte(tapeMagic + "\nrequest \nsame 0\n|\nreply 1\nend\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		reader, err := newTapeReader(bytes.NewReader(data))
		if err != nil {
			return
		}
		var takes []*take
		for {
			next, err := reader.next()
			if err != nil {
				if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && !strings.HasPrefix(err.Error(), "line ") {
					t.Fatalf("an error without a line: %v", err)
				}
				break
			}
			takes = append(takes, next)
		}
		again, _, err := readTape(bytes.NewReader(encodeTape(takes)), TapeOptions{})
		if err != nil || len(again) != len(takes) {
			t.Fatalf("%d takes written, %d read: %v", len(takes), len(again), err)
		}
	})
}

func TestScrub(t *testing.T) {
	const key = "my-own-secret-key"
	scrub := newScrubber([]string{key, "abc", "my-own-secret-key-which-is-longer"})
	for _, test := range []struct{ text, answer, all string }{
		{"plain text, abc, task-1", "plain text, abc, task-1", "plain text, abc, task-1"},
		{"a " + key + " b", "a [secret] b", "a [secret] b"},
		{"my-own-secret-key-which-is-longer", "[secret]", "[secret]"},
		{"sk-proj-0123456789abcdefghij.", "[secret].", "[secret]."},
		{"hf_" + strings.Repeat("a1", 17), "[secret]", "[secret]"},
		{"hf_search_models_by_name", "hf_search_models_by_name", "hf_search_models_by_name"},
		{"Authorization: Bearer 0123456789", "Authorization: Bearer 0123456789", "Authorization: Bearer [secret]"},
		{`{"api_key": "q\"x", "n": 1}`, `{"api_key": "q\"x", "n": 1}`, `{"api_key": "[secret]", "n": 1}`},
		{`["api_key","q"]`, `["api_key","q"]`, `["api_key","[secret]"]`},
		{`{"message":{"content":"{\"api_key\":\"q\"}"}}`, `{"message":{"content":"{\"api_key\":\"q\"}"}}`, `{"message":{"content":"{\"api_key\":\"[secret]\"}"}}`},
		{"http://h/v1?api-key=q&x=1", "http://h/v1?api-key=q&x=1", "http://h/v1?api-key=[secret]&x=1"},
		{"https://user:pass@h/v1", "https://user:pass@h/v1", "https://[secret]h/v1"},
		{`"keyboard":"q","monkey":"b"`, `"keyboard":"q","monkey":"b"`, `"keyboard":"q","monkey":"b"`},
	} {
		if got := string(scrub.answer([]byte(test.text))); got != test.answer {
			t.Errorf("answer %q: %q, want %q", test.text, got, test.answer)
		}
		got := string(scrub.all([]byte(test.text)))
		if got != test.all {
			t.Errorf("all %q: %q, want %q", test.text, got, test.all)
		}
		if again := string(scrub.all([]byte(got))); again != got {
			t.Errorf("%q is scrubbed again to %q: a recording would not be found", got, again)
		}
	}
}

func BenchmarkScrub(b *testing.B) {
	text := bytes.Repeat([]byte(`"message":{"role":"user","content":"Please book a table for four at seven, and tell me the price of task-17."}`+"\n"), 500)
	scrub := newScrubber([]string{"my-own-secret-key"})
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		scrub.all(text)
	}
}

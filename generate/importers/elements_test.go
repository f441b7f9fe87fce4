package importers

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
)

func cut(source io.Reader) (have []string, err error) {
	for element, failure := range Elements(source, "x.json") {
		if failure != nil {
			return have, failure
		}
		have = append(have, fmt.Sprintf("%d:%d:%s", element.Index, element.Line, element.Text))
	}
	return have, nil
}

func TestElements(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
		fails      string
	}{
		{"nothing", " \n\n", nil, ""},
		{"lines", "{\"a\":1}\n\n{\"a\":2}\r\n{oops\n[1]\n", []string{`0:1:{"a":1}`, `1:3:{"a":2}`, "2:4:{oops", "3:5:[1]"}, ""},
		{"a byte-order mark", "\ufeff{\"a\":1}\n", []string{`0:1:{"a":1}`}, ""},
		{"a broken first line", "{\"a\":\n{\"a\":2}\n", []string{`0:1:{"a":`, `1:2:{"a":2}`}, ""},
		{"an array", "[\n{\"a\":1},\n\n{\"a\":\n2}]\n", []string{`0:2:{"a":1}`, "1:4:{\"a\":\n2}"}, ""},
		{"an array on one line", `[{"a":1},{"a":2}]`, []string{`0:1:{"a":1}`, `1:1:{"a":2}`}, ""},
		{"no element", "[ ]", nil, ""},
		{"values over several lines", "{\n \"a\": 1\n}\n{\n \"a\": 2\n}\n", []string{"0:1:{\n \"a\": 1\n}", "1:4:{\n \"a\": 2\n}"}, ""},
		{"an array that is cut off", "[\n{\"a\":1},\n{\"a\":", []string{`0:2:{"a":1}`}, "x.json:3: the file ends inside its array"},
		{"an array with a fault", "[\n{\"a\":1},\n{\"a\" 2}]", []string{`0:2:{"a":1}`}, "x.json:3: not valid JSON: "},
		{"text behind an array", "[{\"a\":1}] more", []string{`0:1:{"a":1}`}, "x.json:1: text after the end of the array"},
		{"a value that is cut off", "{\n\"a\":1,\n\"b\":", nil, "x.json:3: the file ends inside a value"},
	} {
		have, err := cut(strings.NewReader(test.text))
		if diff := cmp.Diff(test.want, have); diff != "" {
			t.Errorf("%s (-want +have):\n%s", test.name, diff)
		}
		if (err == nil) != (test.fails == "") || err != nil && !strings.HasPrefix(err.Error(), test.fails) {
			t.Errorf("%s: %v, want %q", test.name, err, test.fails)
		}
	}
}

// blanks are so many spaces.
type blanks struct{ left int }

func (b *blanks) Read(into []byte) (int, error) {
	if b.left == 0 {
		return 0, io.EOF
	}
	n := min(len(into), b.left)
	for i := range into[:n] {
		into[i] = ' '
	}
	b.left -= n
	return n, nil
}

func TestElementsAreBounded(t *testing.T) {
	for _, begin := range []string{`[{"a":"`, `{"a":"`} {
		if _, err := cut(io.MultiReader(strings.NewReader(begin), &blanks{MaxElement + 3*peeked})); err == nil || !strings.Contains(err.Error(), "longer than") {
			t.Errorf("%q and much more: %v", begin, err)
		}
	}
	broken := errors.New("the disk is gone")
	if _, err := cut(io.MultiReader(strings.NewReader("[1,"), failing{broken})); !errors.Is(err, broken) {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestOpenUnpacks(t *testing.T) {
	const text = "{\"a\":1}\n{\"a\":2}\n"
	var zipped, packed bytes.Buffer
	zip := gzip.NewWriter(&zipped)
	io.WriteString(zip, text)
	zip.Close()
	pack, err := zstd.NewWriter(&packed)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(pack, text)
	pack.Close()
	for name, file := range map[string][]byte{"plain": []byte(text), "gzip": zipped.Bytes(), "zstd": packed.Bytes()} {
		var copied bytes.Buffer
		elements, closing, err := Open(bytes.NewReader(file), &copied, name)
		if err != nil {
			t.Fatal(name, err)
		}
		n := 0
		for element, err := range elements {
			if err != nil || !strings.HasPrefix(string(element.Text), `{"a":`) {
				t.Errorf("%s: %s %v", name, element.Text, err)
			}
			n++
		}
		closing()
		if n != 2 || !bytes.Equal(copied.Bytes(), file) {
			t.Errorf("%s: %d elements, %d of %d bytes copied", name, n, copied.Len(), len(file))
		}
	}
	for _, cutOff := range [][]byte{zipped.Bytes()[:12], packed.Bytes()[:8]} {
		elements, closing, err := Open(bytes.NewReader(cutOff), io.Discard, "x")
		if err == nil {
			for _, failure := range elements {
				err = errors.Join(err, failure)
			}
			closing()
		}
		if err == nil {
			t.Error("a file that is cut off is read without an error")
		}
	}
}

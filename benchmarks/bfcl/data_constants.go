package bfcl

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// LongContextConstants returns the texts, lists and tables that enlarge the
// environments of the long-context conversations, by their upstream names. They
// are read from long_context_constants.json, where {"$python": "Ellipsis"} stands
// for Python's Ellipsis, or else from the literals of upstream's source file
// long_context.py. The value is shared: callers copy what they change.
func (d *Data) LongContextConstants() (*python.Dict, error) { return d.constants() }

const (
	constantsFile   = "long_context_constants.json"
	constantsSource = "eval_checker/multi_turn_eval/func_source_code/long_context.py"
)

func (d *Data) readConstants() (*python.Dict, error) {
	if _, err := os.Stat(filepath.Join(d.folder, constantsFile)); err == nil {
		content, err := d.read(constantsFile)
		if err != nil {
			return nil, err
		}
		whole := line{text: string(content), file: filepath.Join(d.folder, constantsFile), number: 1}
		object, err := whole.object()
		if err != nil {
			return nil, err
		}
		return withEllipsis(object).(*python.Dict), nil
	}
	for _, sources := range []string{"..", "../bfcl_eval", "../bfcl"} {
		file := filepath.Join(d.folder, filepath.FromSlash(sources), filepath.FromSlash(constantsSource))
		if _, err := os.Stat(file); err == nil {
			content, err := readBounded(file)
			if err != nil {
				return nil, err
			}
			return sourceLiterals(string(content), file)
		}
	}
	return nil, errors.New("reading BFCL: the long-context conversations need " + constantsFile + " in " + d.folder + ", or upstream's " + constantsSource + " beside it")
}

// withEllipsis puts Ellipsis where an object stands for it.
func withEllipsis(value python.Value) python.Value {
	switch v := value.(type) {
	case *python.List:
		for i := range v.Items {
			v.Items[i] = withEllipsis(v.Items[i])
		}
	case *python.Dict:
		if name, ok := v.GetText("$python"); ok && v.Len() == 1 && name == "Ellipsis" {
			return python.EllipsisType{}
		}
		for i := range v.Len() {
			key, member := v.At(i)
			if text, ok := key.(string); ok {
				v.SetText(text, withEllipsis(member))
			}
		}
	}
	return value
}

// sourceLiterals reads the assignments NAME = literal at the left margin of a
// Python source. Nothing is run; an assignment of anything else is left out.
func sourceLiterals(source, file string) (*python.Dict, error) {
	constants := python.NewDict()
	rest := source
	for rest != "" {
		name, value, after, ok := nextAssignment(rest)
		if rest = after; !ok {
			continue
		}
		if v, err := literal(value); err == nil {
			constants.SetText(name, v)
		}
	}
	if constants.Len() == 0 {
		return nil, fmt.Errorf("reading BFCL: %s: there are no constants", file)
	}
	return constants, nil
}

// nextAssignment takes the next statement off a source: its first line, and the
// lines up to the end of brackets and of texts in three quotes that are open.
func nextAssignment(source string) (name, value, rest string, ok bool) {
	end := statementEnd(source)
	statement, rest := source[:end], source[end:]
	rest = strings.TrimPrefix(rest, "\n")
	name, value, ok = strings.Cut(statement, "=")
	name = strings.TrimRight(name, " ")
	if before, _, typed := strings.Cut(name, ":"); typed {
		name = before
	}
	ok = ok && name != "" && strings.IndexFunc(name, func(r rune) bool { return !python.IsWord(r) }) < 0
	return name, value, rest, ok
}

// statementEnd is where the first statement of a Python source ends.
func statementEnd(source string) int {
	open := 0
	for at := 0; at < len(source); at++ {
		switch c := source[at]; c {
		case '(', '[', '{':
			open++
		case ')', ']', '}':
			open--
		case '\\':
			at++
		case '#':
			line := strings.IndexByte(source[at:], '\n')
			if line < 0 {
				return len(source)
			}
			at += line - 1
		case '\n':
			if open <= 0 {
				return at
			}
		case '"', '\'':
			at += quotedLength(source[at:]) - 1
		}
	}
	return len(source)
}

// quotedLength is the length of the text literal at the start of a source.
func quotedLength(source string) int {
	quote := source[:1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(source, triple) {
		quote = triple
	}
	for at := len(quote); at < len(source); at++ {
		if source[at] == '\\' {
			at++
		} else if strings.HasPrefix(source[at:], quote) {
			return at + len(quote)
		}
	}
	return len(source)
}

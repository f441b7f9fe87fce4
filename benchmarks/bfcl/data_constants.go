package bfcl

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/buttonbench/button/benchmarks/bfcl/services"
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
			constants := services.ReadConstants(string(content))
			if constants.Len() == 0 {
				return nil, fmt.Errorf("reading BFCL: %s: there are no constants", file)
			}
			return constants, nil
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

package services

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/buttonbench/button/internal/python"
)

func TestReadConstants(t *testing.T) {
	const source = `"""A module's text with = and ( in it."""
import os  # NOT = "this"

# COMMENT = 1
LIST_OF_WORDS = ["A#", 'b"]', ...]
MAP = {
    "one": 1,      # a comment )
    'two': [2.5,
            -3, None, True],
}
TEXT = """many
lines with 'quotes' and \"\"\" inside"""
JOINED = (
    "first "
    'second'
)
ESCAPED = 'it\'s' \
    ' here'
TYPED: list = []
RAW = r"\d'"
LATER = LIST_OF_WORDS + [1]
CALLED = open("/etc/passwd").read()
BROKEN = [1, 2
`
	have, err := python.Repr(ReadConstants(source))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{'LIST_OF_WORDS': ['A#', 'b"]', Ellipsis], 'MAP': {'one': 1, 'two': [2.5, -3, None, True]}, ` +
		`'TEXT': 'many\nlines with \'quotes\' and """ inside', 'JOINED': 'first second', 'ESCAPED': "it's here", 'TYPED': [], 'RAW': "\\d'"}`
	if have != want {
		t.Errorf("have %s\nwant %s", have, want)
	}
	windows, err := python.Repr(ReadConstants(strings.ReplaceAll("A = [1,\n 2]\nB = 'x' \\\n 'y'\n", "\n", "\r\n")))
	if err != nil || windows != `{'A': [1, 2], 'B': 'xy'}` {
		t.Errorf("with carriage returns: %s, %v", windows, err)
	}
}

func TestNewConstants(t *testing.T) {
	all := python.NewDict()
	for name, constant := range testConstants(t).values {
		all.SetText(name, constant)
	}
	all.SetText("OTHER", nil)
	constants, err := NewConstants(all)
	if err != nil || len(constants.values) != 16 {
		t.Fatalf("%d constants, %v", len(constants.values), err)
	}
	all.SetText("MA_5_EXTENSION", "five")
	if _, err := all.Delete("FILES_TAIL_USED"); err != nil {
		t.Fatal(err)
	}
	_, err = NewConstants(all)
	if err == nil || err.Error() != "long-context constants: FILES_TAIL_USED is missing; MA_5_EXTENSION is a str, not a list" {
		t.Error(err)
	}
}

func FuzzReadConstants(f *testing.F) {
	f.Add("A = [1]\nB = '''x\ny'''\n")
	f.Add("A = \"\\\nB = 1 \\")
	f.Add("A = 9**9**9\nB='a'*10**12\n")
	f.Fuzz(func(_ *testing.T, source string) { ReadConstants(source) })
}

// benchmarkData is the folder of the benchmark's data.
func benchmarkData(t testing.TB) string {
	t.Helper()
	root := os.Getenv("BUTTON_BENCHMARKS")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared", "benchmarks")
	}
	folder := filepath.Join(root, "bfcl_v4")
	if _, err := os.Stat(filepath.Join(folder, "long_context_constants.json")); err != nil {
		t.Skipf("the benchmark's data, which is not part of this project, is not in %s: set BUTTON_BENCHMARKS", folder)
	}
	return folder
}

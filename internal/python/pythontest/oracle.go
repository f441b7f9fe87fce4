// Package pythontest compares this project's Python with a real one: inputs from a
// generator go to a process of CPython 3.11, which tells what it makes of each.
package pythontest

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
)

//go:embed oracle.py
var program string

// Outcome is what a step gave: a value, or an exception, or neither in time.
type Outcome struct {
	Value   json.RawMessage
	Kind    string
	Message string
	Late    bool
}

// Text is the value as text, if there is one.
func (o *Outcome) Text() (string, bool) {
	var text string
	ok := o != nil && o.Value != nil && json.Unmarshal(o.Value, &text) == nil
	return text, ok
}

// About is what is asked of each input.
type About string

// What can be asked.
const (
	Expression About = "expression" // parsing, printing, computing
	Functions  About = "functions"  // the same, with functions for names
	Calls      About = "calls"      // decoding
)

// Answer is what CPython makes of an input. A nil outcome was not asked for.
type Answer struct {
	Parse    Outcome  // without a value
	Source   *Outcome // ast.unparse
	Computed *Outcome // repr of eval
	Decoded  *Outcome // repr of the calls
	Written  *Outcome // repr of the list of the calls' texts
	Late     bool
}

// Record is an input with what CPython answered, as files of a test keep it.
type Record struct {
	Input  string   `json:"input"`
	Answer []string `json:"answer"`
}

// WriteRecords writes a file of records, one a line.
func WriteRecords(t *testing.T, path string, records []Record) {
	t.Helper()
	var out bytes.Buffer
	lines := json.NewEncoder(&out)
	lines.SetEscapeHTML(false)
	for _, record := range records {
		if err := lines.Encode(record); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// ReadRecords reads what WriteRecords wrote.
func ReadRecords(t *testing.T, path string) []Record {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var records []Record
	for lines := json.NewDecoder(bytes.NewReader(text)); lines.More(); {
		var record Record
		if err := lines.Decode(&record); err != nil {
			t.Fatal(err)
		}
		records = append(records, record)
	}
	return records
}

// Compare sends inputs to the interpreter, in batches, and hands each with its
// answer to check. It stops at the first failure of the process.
func Compare(t *testing.T, interpreter string, about About, inputs int, next func() string, check func(input string, answer Answer)) {
	t.Helper()
	process := exec.Command(interpreter, "-c", program, string(about))
	stdin, err := process.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	sent := make(chan string, 4096)
	go func() {
		defer stdin.Close()
		defer close(sent)
		out := bufio.NewWriter(stdin)
		defer out.Flush()
		for range inputs {
			input := next()
			line, _ := json.Marshal(input)
			if _, err := out.Write(append(line, '\n')); err != nil {
				return
			}
			sent <- input
		}
	}()
	answers := bufio.NewReaderSize(stdout, 1<<20)
	for input := range sent {
		line, err := answers.ReadBytes('\n')
		if err == io.EOF {
			t.Fatalf("the interpreter ended at %q", input)
		}
		if err != nil {
			t.Fatal(err)
		}
		var answer Answer
		if err := json.Unmarshal(line, &answer); err != nil {
			t.Fatal(fmt.Errorf("%q: %w", line, err))
		}
		check(input, answer)
	}
	if err := process.Wait(); err != nil {
		t.Fatal(err)
	}
}

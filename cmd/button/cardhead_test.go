package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
)

func TestCardHead(t *testing.T) {
	head := cardHead{"A set: \"two\"\nlines", 1000, []string{button.ModeConstructed, "x\n- injected", "MODE", button.ModeConstructed}, licenceOf(button.ModeConstructed)}.String()
	want := `---
pretty_name: "A set: \"two\"\nlines"
license: apache-2.0
language:
- en
task_categories:
- text-generation
size_categories:
- 1K<n<10K
annotations_creators:
- machine-generated
language_creators:
- machine-generated
tags:
- function-calling
- tool-use
- multi-turn
- synthetic
- button-constructed
configs:
- config_name: default
  data_files:
  - split: train
    path: records.jsonl
---

`
	if diff := cmp.Diff(want, head); diff != "" {
		t.Errorf("(-want +have):\n%s", diff)
	}
	if licence := licenceOf(button.ModeSimulated); licence != "" {
		t.Errorf("what a model wrote is licensed as %s", licence)
	}
	name, _, _ := strings.Cut(strings.SplitAfter(head, "pretty_name: ")[1], "\n")
	if !json.Valid([]byte(name)) {
		t.Errorf("the title is no quoted text: %s", name)
	}
}

func TestSizeCategory(t *testing.T) {
	for records, want := range map[int]string{
		0: "n<1K", 999: "n<1K", 1000: "1K<n<10K", 8000: "1K<n<10K", 10_000: "10K<n<100K", 999_999: "100K<n<1M", 1_000_000: "1M<n<10M", 2_000_000_000: "1B<n<10B",
	} {
		if got := sizeCategory(records); got != want {
			t.Errorf("%d records are %s, want %s", records, got, want)
		}
	}
}

package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/buttonbench/button"
)

// cardHead is how the Hugging Face hub knows a dataset: the YAML that a card begins
// with. The hub's lists of values are closed; what is written here is on them.
type cardHead struct {
	title   string
	records int
	modes   []string // of the records
	// licence is an identifier of the hub's; empty where this program cannot know it.
	licence string
}

// licenceOfWorlds is that of the embedded worlds, whose words constructed data holds.
const licenceOfWorlds = "apache-2.0"

// licenceOf is the licence of what is made in a mode: a teacher's terms and seeds'
// licences are for the one who publishes to judge.
func licenceOf(mode string) string {
	if mode == button.ModeConstructed {
		return licenceOfWorlds
	}
	return ""
}

// String writes the head with its fences.
func (h cardHead) String() string {
	title, err := json.Marshal(h.title) // JSON strings are YAML
	if err != nil {
		panic(err) // a string
	}
	licence := h.licence
	if licence == "" {
		licence = "unknown"
	}
	tags := []string{"function-calling", "tool-use", "multi-turn", "synthetic"}
	for _, mode := range h.modes {
		if tag := "button-" + mode; !slices.Contains(tags, tag) && isTag(mode) {
			tags = append(tags, tag)
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "---\npretty_name: %s\nlicense: %s\nlanguage:\n- en\n", title, licence)
	fmt.Fprintf(&out, "task_categories:\n- text-generation\nsize_categories:\n- %s\n", sizeCategory(h.records))
	out.WriteString("annotations_creators:\n- machine-generated\nlanguage_creators:\n- machine-generated\ntags:\n")
	for _, tag := range tags {
		fmt.Fprintf(&out, "- %s\n", tag)
	}
	out.WriteString("configs:\n- config_name: default\n  data_files:\n  - split: train\n    path: records.jsonl\n---\n\n")
	return out.String()
}

// isTag keeps names from foreign records out of the YAML.
func isTag(name string) bool {
	return name != "" && len(name) < 40 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == ""
}

// sizeCategory is the hub's name for a number of records.
func sizeCategory(records int) string {
	names := []string{"n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B", "1B<n<10B", "10B<n<100B", "100B<n<1T"}
	limit := 1000
	for _, name := range names {
		if records < limit {
			return name
		}
		limit *= 10
	}
	return "n>1T"
}

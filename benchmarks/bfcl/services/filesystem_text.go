package services

import (
	"slices"
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// readable returns the file of that name, nil when there is none.
func (s *fileSystem) readable(name python.Value) (*file, error) {
	node, err := s.current.get(name)
	if err != nil {
		return nil, err
	}
	found, _ := node.(*file)
	return found, nil
}

func (f *file) lines() ([]string, error) {
	text, isText := f.content.(string)
	if !isText {
		return nil, noAttribute(f.content, "splitlines")
	}
	return python.SplitLines(text), nil
}

// linesOf returns the lines of the file a command names; the refusal is the
// command's result when there is no such file.
func (s *fileSystem) linesOf(command string, name python.Value) (lines []string, refusal python.Value, err error) {
	found, err := s.readable(name)
	if err != nil {
		return nil, nil, err
	}
	if found == nil {
		refusal, err = failuref(command+": %s: No such file or directory", name)
		return nil, refusal, err
	}
	lines, err = found.lines()
	return lines, nil, err
}

func (s *fileSystem) wc(arguments []python.Value) (python.Value, error) {
	name := arguments[0]
	mode, _ := arguments[1].(string)
	if mode != "l" && mode != "w" && mode != "c" {
		return failuref("wc: invalid mode '%s'", arguments[1])
	}
	found, err := s.readable(name)
	if err != nil {
		return nil, err
	}
	if found == nil {
		return failuref("wc: %s: No such file or directory", name)
	}
	count, unit := 0, "lines"
	switch mode {
	case "l":
		lines, err := found.lines()
		if err != nil {
			return nil, err
		}
		count = len(lines)
	case "w":
		text, isText := found.content.(string)
		if !isText {
			return nil, noAttribute(found.content, "split")
		}
		count, unit = len(python.SplitWords(text)), "words"
	case "c":
		unit = "characters"
		if count, err = python.Length(found.content); err != nil {
			return nil, err
		}
	}
	return record("count", whole(count), "type", unit), nil
}

func (s *fileSystem) sort(arguments []python.Value) (python.Value, error) {
	lines, refusal, err := s.linesOf("sort", arguments[0])
	if refusal != nil || err != nil {
		return refusal, err
	}
	slices.Sort(lines)
	return record("sorted_content", strings.Join(lines, "\n")), nil
}

func (s *fileSystem) grep(arguments []python.Value) (python.Value, error) {
	lines, refusal, err := s.linesOf("grep", arguments[0])
	if refusal != nil || err != nil {
		return refusal, err
	}
	matching := &python.List{}
	for _, line := range lines {
		found, err := python.Contains(line, arguments[1])
		if err != nil {
			return nil, err
		}
		if found {
			matching.Items = append(matching.Items, line)
		}
	}
	return record("matching_lines", matching), nil
}

func (s *fileSystem) tail(arguments []python.Value) (python.Value, error) {
	lines, refusal, err := s.linesOf("tail", arguments[0])
	if refusal != nil || err != nil {
		return refusal, err
	}
	wanted := arguments[1]
	more, err := python.Compare(">", wanted, whole(len(lines)))
	if err != nil {
		return nil, err
	}
	from := 0
	if !more {
		if from, err = tailStart(wanted, len(lines)); err != nil {
			return nil, err
		}
	}
	return record("last_lines", strings.Join(lines[from:], "\n")), nil
}

// tailStart is where the slice [-wanted:] of so many lines starts; wanted is at
// most the number of lines.
func tailStart(wanted python.Value, lines int) (int, error) {
	switch wanted.(type) {
	case bool, python.Int:
	default:
		return 0, python.Raise("TypeError", "slice indices must be integers or None or have an __index__ method")
	}
	whole, err := python.ToInt(wanted)
	if err != nil {
		return 0, err
	}
	n, fits := whole.Int64()
	switch {
	case !fits: // far below zero
		return lines, nil
	case n > 0:
		return lines - int(n), nil
	}
	return int(min(-n, int64(lines))), nil
}

func (s *fileSystem) diff(arguments []python.Value) (python.Value, error) {
	first, err := s.readable(arguments[0])
	if err != nil {
		return nil, err
	}
	var second *file
	if there, err := s.current.has(arguments[0]); err != nil {
		return nil, err
	} else if there {
		if second, err = s.readable(arguments[1]); err != nil {
			return nil, err
		}
	}
	if first == nil || second == nil {
		return failuref("diff: %s or %s: No such file or directory", arguments[0], arguments[1])
	}
	before, err := first.lines()
	if err != nil {
		return nil, err
	}
	after, err := second.lines()
	if err != nil {
		return nil, err
	}
	var pairs []string
	for i := range min(len(before), len(after)) {
		if before[i] != after[i] {
			pairs = append(pairs, "- "+before[i]+"\n+ "+after[i])
		}
	}
	return record("diff_lines", strings.Join(pairs, "\n")), nil
}

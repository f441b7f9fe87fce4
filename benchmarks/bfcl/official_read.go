package bfcl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// officialLine is one line of a result file.
type officialLine struct {
	number                int
	id                    string
	result                python.Value
	input, output, timing python.Value
}

// eachResult reads a result file line by line.
func eachResult(ctx context.Context, path string, use func(officialLine) error) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("reading results: %w", err)
	}
	defer file.Close()
	in := newBatches(file, path)
	for ctx.Err() == nil {
		text, err := in.readLine(nil)
		if err != nil && err != io.EOF {
			return fmt.Errorf("reading %s:%d: %w", path, in.line, err)
		}
		if line := strings.TrimSpace(string(text)); line != "" {
			one, parseErr := parseOfficial(line)
			if parseErr == nil {
				one.number = in.line
				parseErr = use(one)
			}
			if parseErr != nil {
				return fmt.Errorf("%s:%d: %w", path, in.line, parseErr)
			}
		}
		if err == io.EOF {
			return nil
		}
	}
	return context.Cause(ctx)
}

func parseOfficial(line string) (officialLine, error) {
	var one officialLine
	given := false
	err := eachMember(line, func(name, value string) (err error) {
		switch name {
		case "id":
			one.id, err = textValue(value)
		case "result":
			given = true
			one.result, err = python.ParseJSON(value)
		case "input_token_count":
			one.input, err = python.ParseJSON(value)
		case "output_token_count":
			one.output, err = python.ParseJSON(value)
		case "latency":
			one.timing, err = python.ParseJSON(value)
		}
		return err
	})
	switch {
	case err != nil:
		return one, err
	case one.id == "":
		return one, errors.New(`the member "id" is missing`)
	case !given:
		return one, errors.New(`the member "result" is missing`)
	}
	return one, nil
}

// numbers calls use for each number in a value, however deep in lists.
func numbers(v python.Value, use func(float64)) {
	switch v := v.(type) {
	case *python.List:
		for _, item := range v.Items {
			numbers(item, use)
		}
	case python.Int, float64:
		if x, err := python.ToFloat(v); err == nil {
			use(x)
		}
	}
}

func (u *OfficialUsage) add(line officialLine) {
	numbers(line.input, func(x float64) { u.InputTokens += x })
	numbers(line.output, func(x float64) { u.OutputTokens += x })
	numbers(line.timing, func(x float64) {
		if x != 0 {
			u.Latencies = append(u.Latencies, x)
		}
	})
}

// failedRequest reports whether a result tells of a failed request.
func failedRequest(result python.Value) bool {
	text, ok := result.(string)
	return ok && strings.HasPrefix(text, inferenceError)
}

// traits finds out how a model was run from its results: native when one has calls
// in the API's form; underscores unless more calls have the dots of a documented
// name than have underscores in their place.
func (s *Scorer) traits(ctx context.Context, m ModelResults) (mode Mode, underscores bool, err error) {
	mode = ModePrompt
	dots, replaced := 0, 0
	for _, file := range m.Files {
		err := eachResult(ctx, file.Path, func(line officialLine) error {
			var documented map[string]bool
			eachCall(line.result, func(name string) {
				mode = ModeNative
				if documented == nil {
					documented = s.dottedNames(line.id)
				}
				if dotted, known := documented[name]; known && dotted {
					dots++
				} else if known {
					replaced++
				}
			})
			return nil
		})
		if err != nil {
			return "", false, err
		}
	}
	return mode, mode == ModeNative && replaced >= dots, nil
}

// dottedNames are a single-turn entry's function names that have dots, as they are
// (true) and with underscores (false).
func (s *Scorer) dottedNames(id string) map[string]bool {
	names := map[string]bool{}
	entry, err := s.data.Entry(id)
	if err != nil {
		return names // judging it will say what is wrong
	}
	documents, err := entry.Functions()
	if err != nil {
		return names
	}
	for _, document := range documents {
		value, _ := document.GetText("name")
		if name, ok := value.(string); ok && strings.Contains(name, ".") {
			names[strings.ReplaceAll(name, ".", "_")] = false
			names[name] = true
		}
	}
	return names
}

// eachCall calls use for the name of each call in the API's form.
func eachCall(v python.Value, use func(name string)) {
	switch v := v.(type) {
	case *python.List:
		for _, item := range v.Items {
			eachCall(item, use)
		}
	case *python.Dict:
		if v.Len() > 0 {
			if name, ok := keyOf(v).(string); ok {
				use(name)
			}
		}
	}
}

func keyOf(d *python.Dict) python.Value {
	key, _ := d.At(0)
	return key
}

// sortNumber is the number in an id, by which results are sorted.
func sortNumber(id string) int {
	id, _, _ = strings.Cut(id, ":")
	id, _, _ = strings.Cut(id[strings.LastIndexByte(id, '_')+1:], "-")
	number, err := strconv.Atoi(id)
	if err != nil {
		return -1
	}
	return number
}

// missing returns how many entries of a category have no result, and the first.
func missing(wanted []string, have map[string]bool) (count int, first string) {
	for _, id := range wanted {
		if !have[id] {
			if count++; first == "" {
				first = id
			}
		}
	}
	return count, first
}

// wantedIDs are the ids that a category's result file has to hold.
func (d *Data) wantedIDs(category string) ([]string, error) {
	var ids []string
	if category == FormatSensitivity {
		entries, err := d.FormatEntries()
		for _, e := range entries {
			ids = append(ids, e.ID)
		}
		return ids, err
	}
	entries, err := d.Entries(category)
	for _, e := range entries {
		ids = append(ids, e.ID)
	}
	return slices.Clip(ids), err
}

package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/buttonbench/button/generate/importers"
	"github.com/buttonbench/button/internal/work"
)

func (i *importing) run(ctx context.Context, paths []string) (err error) {
	if i.records, err = i.dataset.Create("records.jsonl"); err != nil {
		return err
	}
	if i.rejects, err = i.dataset.Create("rejects.jsonl"); err != nil {
		return err
	}
	progress := func() {}
	if i.p.progress() && !i.p.quiet && !i.p.json {
		bar := i.p.progressLine("importing", 0, 0)
		defer bar.Close()
		progress = func() { bar.Set(i.facts.Accepted+i.facts.Refused, "") }
	}
	for _, path := range paths {
		if err := i.file(ctx, path, progress); err != nil {
			return err
		}
	}
	if err := i.records.Close(); err != nil {
		return err
	}
	return i.rejects.Close()
}

// file imports one file.
func (i *importing) file(ctx context.Context, path string, progress func()) error {
	source, err := os.Open(path)
	if err != nil {
		return err
	}
	defer source.Close()
	sum := sha256.New()
	elements, closing, err := importers.Open(source, sum, path)
	if err != nil {
		return fmt.Errorf("opening %s: %w", path, err)
	}
	defer closing()
	head, rest, stop, err := peek(elements, importers.Guessed)
	defer stop()
	if err != nil {
		return err
	}
	format, err := i.format(path, head)
	if err != nil {
		return err
	}
	file := importedFile{Name: filepath.Base(path), Format: format.Name}
	produce := func(_ context.Context, element importers.Element) (*imported, error) {
		return convert(format, &element, file.Name)
	}
	if err := work.Sequence(ctx, i.flags.workers, rest, produce, func(one *imported) error {
		defer progress()
		if one.reject != nil {
			file.Refused++
			return i.refuse(path, one)
		}
		file.Records++
		return i.accept(one)
	}); err != nil {
		return err
	}
	closing()
	if file.Bytes, err = io.Copy(sum, source); err != nil { // what a reader left behind the last element
		return err
	}
	if info, err := source.Stat(); err == nil {
		file.Bytes = info.Size()
	}
	file.SHA256 = hex.EncodeToString(sum.Sum(nil))
	i.facts.Files = append(i.facts.Files, file)
	i.p.say("%s: %d records, %d elements refused", path, file.Records, file.Refused)
	return nil
}

// format is the format that was asked for, or the one that the first elements have.
func (i *importing) format(path string, head []importers.Element) (importers.Format, error) {
	if format, known := importers.Lookup(i.flags.from); known {
		return format, nil
	}
	format, fit, of, err := importers.Guess(head)
	switch {
	case errors.Is(err, importers.ErrOwn):
		return format, hinted(exitUsage, fmt.Errorf("reading %s: %w", path, err), "they need no import: name the file where a dataset is wanted")
	case err != nil:
		return format, hinted(exitUsage, fmt.Errorf("reading %s: %w", path, err), "name the format by --from: "+strings.Join(importers.Names(), ", "))
	}
	i.p.say("%s: format %s, as %d of the first %d elements are; --from names another", path, format.Name, fit, of)
	return format, nil
}

// peek reads the first elements of a sequence; rest is the sequence with these again
// at its beginning.
func peek(all iter.Seq2[importers.Element, error], n int) (head []importers.Element, rest iter.Seq2[importers.Element, error], stop func(), err error) {
	next, stop := iter.Pull2(all)
	for len(head) < n {
		element, failure, more := next()
		if failure != nil {
			return nil, nil, stop, failure
		}
		if !more {
			break
		}
		head = append(head, element)
	}
	return head, func(yield func(importers.Element, error) bool) {
		for _, element := range head {
			if !yield(element, nil) {
				return
			}
		}
		for {
			element, err, more := next()
			if !more || !yield(element, err) {
				return
			}
		}
	}, stop, nil
}

// end writes card and manifest and puts the dataset in its place.
func (i *importing) end() error {
	total := i.facts.Accepted + i.facts.Refused
	if i.facts.Accepted == 0 {
		return hinted(exitFailed, fmt.Errorf("none of %d elements could be imported", total), "is it the right format? --from names one of "+strings.Join(importers.Names(), ", "))
	}
	config := importConfig{Verb: "import"}
	for _, file := range i.facts.Files {
		config.Files = append(config.Files, importedFrom{file.Name, file.Format, file.SHA256})
	}
	if err := commitDataset(i.dataset, i.card(), config, i.facts); err != nil {
		return err
	}
	i.p.say("%d records in %s", i.facts.Accepted, i.flags.out)
	for _, rule := range slices.Sorted(maps.Keys(i.facts.Faults)) {
		i.p.say("%d of them have a fault of rule import.%s", i.facts.Faults[rule], rule)
	}
	if err := i.p.result(map[string]any{"dataset": i.flags.out, "records": i.facts.Accepted, "refused": i.facts.Refused, "files": i.facts.Files, "faults": i.facts.Faults}); err != nil {
		return err
	}
	if share := float64(i.facts.Refused) / float64(total); share > i.flags.refused {
		return hinted(exitNoVerdict, fmt.Errorf("%d of %d elements were refused, more than a share of %v", i.facts.Refused, total, i.flags.refused), "rejects.jsonl has them with their rules")
	}
	return nil
}

func (i *importing) card() string {
	var out strings.Builder
	fmt.Fprintf(&out, "# Function-calling dataset, imported: %d records\n\nMade by button from:\n\n| file | format | records | refused | SHA-256 |\n|---|---|---|---|---|\n", i.facts.Accepted)
	for _, file := range i.facts.Files {
		fmt.Fprintf(&out, "| %s | %s | %d | %d | %s |\n", cell(file.Name), file.Format, file.Records, file.Refused, file.SHA256)
	}
	out.WriteString("\nThe records are somebody else's work, under the licence that their owner gave them; their results were not executed.\nFiles: records.jsonl (canonical records), rejects.jsonl (refused elements with file, line and rule), manifest.json.\nCheck it with: button verify DIR\n")
	return out.String()
}

// cell keeps a name within a cell of a Markdown table.
func cell(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, strings.ReplaceAll(text, "|", `\|`))
}

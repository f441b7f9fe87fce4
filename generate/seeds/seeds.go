// Package seeds reads the conversations, queries and lists from which scenarios
// are drawn: the seed sets of the BUTTON paper (glaive-function-calling-v2, raw or
// converted, and the ToolBench data behind ToolLLaMA), conversations in the
// ShareGPT and OpenAI forms, and plain lists. What a file holds is told from its
// content, item by item; a million items stream in flat memory.
//
// Seeds come from strangers. They are material, never instructions: a prompt that
// carries one must say so.
package seeds

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/dedup"
)

// Kind is the form in which a seed was found.
type Kind string

// The forms.
const (
	KindGlaive    Kind = "glaive"           // "system" and "chat" as text with role marks
	KindConverted Kind = "glaive-sharegpt"  // LLaMA-Factory's conversion: "conversations" and "tools"
	KindToolBench Kind = "toolbench"        // "query" and "api_list"
	KindAnswer    Kind = "toolbench-answer" // "answer_generation", one annotated query
	KindToolLLaMA Kind = "toolllama"        // "conversations" with thoughts and actions as text
	KindShareGPT  Kind = "sharegpt"         // "conversations" of from and value
	KindOpenAI    Kind = "openai"           // "messages" of role and content
	KindList      Kind = "list"             // a line of text, or a JSON string
)

const defaultTextLimit = 2000

// Seed is one item of a seed file.
type Seed struct {
	// ID is the file's name and the item's index in it, counted from 0: "x.json#7".
	ID   string `json:"id"`
	Kind Kind   `json:"kind"`
	// Text is an excerpt of at most Options.TextLimit bytes. Of a conversation it
	// has a line a turn, "User: ...", without system prompts and tool lists; of
	// anything else it is the text. White space is single blanks, control
	// characters are gone.
	Text string `json:"text"`
	// Request is what the user says in it, all turns together, by which duplicates
	// are told; it has the same limit.
	Request string `json:"request"`
	// Functions are the names of functions that it offers or calls, in the order
	// of their appearance, MaxFunctions at most.
	Functions []string `json:"functions"`
	// Licence is the licence beside the file, as far as that is recognised; empty
	// where there is none.
	Licence string `json:"licence,omitempty"`
}

// Options say how seeds are read. The zero value asks for the defaults.
type Options struct {
	// TextLimit bounds Text and Request, in bytes; by default 2000.
	TextLimit int
	// Near says which requests are near-duplicates. By default numbers do not
	// count, and the rest is as package dedup has it.
	Near *dedup.Options
	// KeepDuplicates leaves duplicates in.
	KeepDuplicates bool
}

// Set is a number of seed files.
type Set struct {
	files   []file
	options Options
	summary Summary
}

// file is one seed file with the name that its seeds carry.
type file struct{ path, name, licence string }

// Summary says what a pass over the files found.
type Summary struct {
	Files []FileSummary `json:"files"`
	// Duplicates had the words of an earlier seed, NearDuplicates nearly so.
	Duplicates     int `json:"duplicates"`
	NearDuplicates int `json:"near_duplicates"`
	// Seeds are those that were left.
	Seeds int `json:"seeds"`
}

// FileSummary says what one file holds.
type FileSummary struct {
	Name    string       `json:"name"`
	Licence string       `json:"licence,omitempty"`
	Items   int          `json:"items"`
	Kinds   map[Kind]int `json:"kinds"` // items by form
	// Silent items have no word of a user in them, and give no seed.
	Silent int `json:"silent"`
}

// String says it in a line: "x.json: 299 items (299 glaive-sharegpt), Apache-2.0".
func (f FileSummary) String() string {
	var kinds []string
	for _, kind := range slices.Sorted(maps.Keys(f.Kinds)) {
		kinds = append(kinds, fmt.Sprintf("%d %s", f.Kinds[kind], kind))
	}
	licence := f.Licence
	if licence == "" {
		licence = "no licence beside it"
	}
	return fmt.Sprintf("%s: %d items (%s), %s", f.Name, f.Items, strings.Join(kinds, ", "), licence)
}

// Open looks at the files, which must be there, and for licences beside them. Each
// pass opens them anew.
func Open(paths []string, o Options) (*Set, error) {
	if len(paths) == 0 {
		return nil, errors.New("no seed file is named")
	}
	if o.TextLimit == 0 {
		o.TextLimit = defaultTextLimit
	}
	if o.TextLimit < minTextLimit {
		return nil, fmt.Errorf("a seed's text needs a limit of at least %d bytes, not %d", minTextLimit, o.TextLimit)
	}
	if o.Near == nil {
		o.Near = &dedup.Options{BlankDigits: true}
	}
	if _, err := dedup.New(*o.Near); err != nil {
		return nil, err
	}
	names, err := fileNames(paths)
	if err != nil {
		return nil, err
	}
	s := &Set{options: o}
	for i, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("opening the seed file: %w", err)
		}
		if info.IsDir() {
			return nil, fmt.Errorf("opening the seed file %s: it is a folder; name the files in it", path)
		}
		licence, err := licenceBeside(path)
		if err != nil {
			return nil, err
		}
		s.files = append(s.files, file{path, names[i], licence})
	}
	return s, nil
}

// fileNames gives every file its base name, with as many folders before it as it
// takes to tell it from the others.
func fileNames(paths []string) ([]string, error) {
	names := make([]string, len(paths))
	for i, path := range paths {
		for depth := 1; ; depth++ {
			name := tail(path, depth)
			clash := slices.IndexFunc(paths, func(other string) bool { return other != path && tail(other, depth) == name })
			if clash < 0 {
				names[i] = name
				break
			}
			if name == tail(path, depth+1) && tail(paths[clash], depth+1) == name {
				return nil, fmt.Errorf("the seed file %s is named twice", path)
			}
		}
		if slices.Contains(paths[:i], path) {
			return nil, fmt.Errorf("the seed file %s is named twice", path)
		}
	}
	return names, nil
}

// tail is the last elements of a path, slash-separated.
func tail(path string, elements int) string {
	parts := strings.Split(strings.TrimPrefix(filepath.ToSlash(filepath.Clean(path)), "/"), "/")
	return strings.Join(parts[max(0, len(parts)-elements):], "/")
}

// All yields the seeds, file by file, without duplicates: of those that say the
// same the first stays. An error names the file and line, and ends the sequence.
func (s *Set) All(ctx context.Context) iter.Seq2[Seed, error] {
	return func(yield func(Seed, error) bool) {
		s.summary = Summary{}
		index, err := dedup.New(*s.options.Near)
		if err != nil {
			yield(Seed{}, err)
			return
		}
		for _, file := range s.files {
			s.summary.Files = append(s.summary.Files, FileSummary{Name: file.name, Licence: file.licence, Kinds: map[Kind]int{}})
			for seed, err := range s.read(ctx, file, &s.summary.Files[len(s.summary.Files)-1]) {
				if err == nil && s.repeats(index, seed) {
					continue
				}
				if err == nil {
					s.summary.Seeds++
				}
				if !yield(seed, err) || err != nil {
					return
				}
			}
		}
		if s.summary.Seeds == 0 {
			yield(Seed{}, fmt.Errorf("no seed is in %s", strings.Join(s.names(), ", ")))
		}
	}
}

func (s *Set) names() (names []string) {
	for _, file := range s.files {
		names = append(names, file.path)
	}
	return names
}

// repeats tells and counts whether an earlier seed says the same.
func (s *Set) repeats(index *dedup.Index, seed Seed) bool {
	if s.options.KeepDuplicates {
		return false
	}
	_, match, found := index.FindOrAdd(seed.Request)
	switch {
	case found && match.Similarity == 1:
		s.summary.Duplicates++
	case found:
		s.summary.NearDuplicates++
	}
	return found
}

// read yields the seeds of one file.
func (s *Set) read(ctx context.Context, file file, summary *FileSummary) iter.Seq2[Seed, error] {
	return func(yield func(Seed, error) bool) {
		source, err := os.Open(file.path)
		if err != nil {
			yield(Seed{}, fmt.Errorf("opening the seed file: %w", err))
			return
		}
		defer source.Close()
		for seed, err := range Read(source, file.path, s.options.TextLimit, summary) {
			if err == nil {
				err = context.Cause(ctx)
			}
			seed.ID, seed.Licence = file.name+seed.ID, file.licence
			if !yield(seed, err) || err != nil {
				return
			}
		}
	}
}

// Summary is what the last pass found, so far as it went.
func (s *Set) Summary() Summary { return s.summary }

// Read yields the seeds of one stream, duplicates too, with only "#" and the index
// as their id. The name is for errors; limit is Options.TextLimit. Items are
// counted in the summary.
func Read(source io.Reader, name string, limit int, summary *FileSummary) iter.Seq2[Seed, error] {
	return func(yield func(Seed, error) bool) {
		items := newSplitter(source, name)
		for {
			item, err := items.next()
			if err == io.EOF {
				return
			}
			var seed Seed
			if err == nil {
				seed, err = item.seed(name, max(limit, minTextLimit))
			}
			if err != nil {
				yield(Seed{}, err)
				return
			}
			summary.Items++
			summary.Kinds[seed.Kind]++
			if seed.Request == "" {
				summary.Silent++
				continue
			}
			seed.ID = fmt.Sprint("#", item.index)
			if !yield(seed, nil) {
				return
			}
		}
	}
}

// sampleKey orders the seeds of a sample: by hash, so that more seeds in the files
// move no other, and a larger sample begins with the smaller one.
func sampleKey(master uint64, id string) uint64 { return button.Seed(master, "seed sample "+id, 0) }

package reports

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/buttonbench/button/internal/dedup"
)

// Bounds on what a dataset is compared with.
const (
	leastNgram, mostNgram = 3, 64
	gramLimit             = 1 << 24 // runs of words, some 30 bytes each
	wholeWords            = 5       // the fewest words of a text that is compared whole
	nearBytes             = 16 << 10
)

// benchmark is what a dataset is compared with, as hashes.
type benchmark struct {
	ngram     int
	files     []*foreignFile
	texts     []place           // by number
	known     map[uint64]bool   // texts, so that each is taken once
	grams     map[uint64]uint32 // hash of a run of words -> number of a text
	whole     map[uint64]uint32 // hash of a whole text -> its number
	near      *dedup.Index      // ids are numbers of texts
	functions map[uint64]*foreignFunction
}

// place is where a text stands.
type place struct{ file, line int }

// foreignFile is a file and what was found in it.
type foreignFile struct {
	name             string
	texts, functions int
	all              bool // no requests could be told from other texts
}

// foreignFunction is where a function's name was first seen, and with which sets of
// parameters.
type foreignFunction struct {
	place
	schemas map[uint64]bool
}

// readBenchmark reads everything that a dataset is compared with.
func readBenchmark(ctx context.Context, o AuditOptions) (*benchmark, []Warning, error) {
	files, err := foreignFiles(o.Against)
	if err != nil {
		return nil, nil, err
	}
	near, err := dedup.New(dedup.Options{Threshold: o.Similarity})
	if err != nil {
		return nil, nil, err
	}
	b := &benchmark{ngram: o.Ngram, known: map[uint64]bool{}, grams: map[uint64]uint32{}, whole: map[uint64]uint32{}, near: near, functions: map[uint64]*foreignFunction{}}
	var warnings []Warning
	for _, name := range files {
		if err := b.readFile(ctx, name, o.AllTexts); err != nil {
			return nil, nil, err
		}
		if last := b.files[len(b.files)-1]; last.texts+last.functions == 0 {
			warnings = append(warnings, Warning{Path: name, Text: "neither texts nor functions were found in it"})
		}
	}
	return b, warnings, nil
}

// readFile takes in the requests and functions of a file; where it has neither, all its
// texts.
func (b *benchmark) readFile(ctx context.Context, name string, all bool) error {
	file := &foreignFile{name: name, all: all}
	b.files = append(b.files, file)
	requests := 0
	err := b.pass(ctx, file, func(request bool) bool {
		if request {
			requests++
		}
		return request || all
	}, true)
	if err != nil || requests+file.functions > 0 || all {
		return err
	}
	file.all = true
	return b.pass(ctx, file, func(bool) bool { return true }, false)
}

// pass reads a file once and takes the texts that are wanted.
func (b *benchmark) pass(ctx context.Context, file *foreignFile, wanted func(request bool) bool, functions bool) error {
	input, err := os.Open(file.name)
	if err != nil {
		return err
	}
	defer input.Close()
	at := len(b.files) - 1
	full := false
	err = readForeign(ctx, file.name, input, foreign{
		text: func(line int, text string, request bool) {
			if wanted(request) {
				file.texts++
				full = full || !b.addText(text, place{at, line})
			}
		},
		function: func(line int, name string, parameters []string) {
			if functions {
				file.functions++
				b.addFunction(name, parameters, place{at, line})
			}
		},
	})
	if err == nil && full {
		err = fmt.Errorf("reading %s: there are more than %d million runs of words to compare with; name fewer files", file.name, gramLimit>>20)
	}
	return err
}

// addText takes in a text that is new; false means that there is no more room.
func (b *benchmark) addText(text string, at place) bool {
	normal := dedup.Normalise(text, false)
	words := strings.Fields(normal)
	hash := hash64(normal)
	if len(words) < wholeWords || b.known[hash] {
		return true
	}
	if len(b.grams)+len(words) > gramLimit {
		return false
	}
	b.known[hash] = true
	number := uint32(len(b.texts))
	b.texts = append(b.texts, at)
	b.whole[hash] = number
	for _, gram := range grams(words, b.ngram) {
		if _, there := b.grams[gram]; !there {
			b.grams[gram] = number
		}
	}
	b.near.Add(clip(text, nearBytes))
	return true
}

// grams hashes every run of n words; a shorter text has none.
func grams(words []string, n int) []uint64 {
	if len(words) < n {
		return nil
	}
	out := make([]uint64, len(words)-n+1)
	for i := range out {
		out[i] = hash64(words[i : i+n]...)
	}
	return out
}

func (b *benchmark) addFunction(name string, parameters []string, at place) {
	key := nameHash(name)
	function := b.functions[key]
	if function == nil {
		if len(b.functions) >= nameLimit {
			return
		}
		function = &foreignFunction{place: at, schemas: map[uint64]bool{}}
		b.functions[key] = function
	}
	if len(function.schemas) < nameBytes {
		function.schemas[schemaHash(parameters)] = true
	}
}

// nameHash makes names alike that differ in case and separators only: "get_weather",
// "getWeather" and "Get-Weather".
func nameHash(name string) uint64 {
	return hash64(strings.Join(splitWords(splitName(name)), " "))
}

// schemaHash is of the parameters' names, whatever their order and spelling.
func schemaHash(parameters []string) uint64 {
	names := make([]string, len(parameters))
	for i, name := range parameters {
		names[i] = strings.Join(splitWords(splitName(name)), " ")
	}
	slices.Sort(names)
	return hash64(names...)
}

// where names the place of a text or a function for people.
func (b *benchmark) where(at place) string {
	return fmt.Sprintf("%s:%d", b.files[at.file].name, at.line)
}

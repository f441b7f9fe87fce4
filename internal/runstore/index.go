package runstore

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
)

// NoVerdict is the outcome of a row that decides nothing: its task and repeat
// are done again by the next run.
const NoVerdict = "no_verdict"

// Key names what a row is about.
type Key struct {
	Task   string
	Repeat int
}

func (k Key) compare(other Key) int {
	if c := strings.Compare(k.Task, other.Task); c != 0 {
		return c
	}
	return k.Repeat - other.Repeat
}

// Row is one line of rows.jsonl.
type Row struct {
	Key
	Outcome string
	Data    json.RawMessage
}

// head is what the store reads of a row.
type head struct {
	Task    *string `json:"task"`
	Repeat  *int    `json:"repeat"`
	Outcome *string `json:"outcome"`
}

// parseHead checks that line is one JSON object with a task, repeat and outcome.
func parseHead(line []byte) (Key, string, error) {
	var h head
	if err := json.Unmarshal(line, &h); err != nil {
		return Key{}, "", err
	}
	switch {
	case h.Task == nil || *h.Task == "":
		return Key{}, "", errors.New(`no "task"`)
	case h.Repeat == nil || *h.Repeat < 0:
		return Key{}, "", errors.New(`no "repeat"`)
	case h.Outcome == nil || *h.Outcome == "":
		return Key{}, "", errors.New(`no "outcome"`)
	}
	return Key{*h.Task, *h.Repeat}, *h.Outcome, nil
}

// place is where the winning row of a key lies.
type place struct {
	offset  int64
	length  int // without the newline
	outcome string
}

// damage is a stretch of the file that holds no row.
type damage struct {
	line       int
	start, end int64
	terminated bool
	err        error
}

// index is what a journal holds. A later row of a key supersedes an earlier one.
type index struct {
	places  map[Key]place
	damages []damage
	size    int64 // of the file
	// unterminated: the last row is whole but for its newline.
	unterminated bool
}

// scan reads a journal. An error means that it could not be read; damaged
// content is part of the result.
func scan(r io.Reader) (*index, error) {
	x := &index{places: make(map[Key]place)}
	lines := newLineReader(r, LineLimit)
	for number := 1; ; number++ {
		line, err := lines.next()
		if err == io.EOF {
			return x, nil
		}
		if err != nil {
			return nil, err
		}
		x.size = line.end
		if line.tooLong {
			x.damages = append(x.damages, damage{number, line.start, line.end, line.terminated,
				fmt.Errorf("longer than %d bytes", LineLimit)})
			continue
		}
		if line.terminated && len(bytes.TrimSpace(line.text)) == 0 {
			continue
		}
		key, outcome, err := parseHead(line.text)
		if err != nil {
			x.damages = append(x.damages, damage{number, line.start, line.end, line.terminated, err})
			continue
		}
		x.places[key] = place{line.start, len(line.text), outcome}
		x.unterminated = !line.terminated
	}
}

// warnings tell of the damages. cut says what is done about a torn last line.
func (x *index) warnings(file, torn, other string) []Warning {
	var list []Warning
	for _, d := range x.damages {
		text := fmt.Sprintf("%s (%d bytes: %v)", other, d.end-d.start, d.err)
		if !d.terminated {
			text = fmt.Sprintf("%s (%d bytes)", torn, d.end-d.start)
		}
		list = append(list, Warning{file, d.line, text})
	}
	return list
}

func (x *index) counts() map[string]int {
	counts := make(map[string]int)
	for _, p := range x.places {
		counts[p.outcome]++
	}
	return counts
}

// keys gives the keys in order: by task, then repeat.
func (x *index) keys() []Key {
	keys := make([]Key, 0, len(x.places))
	for key := range x.places {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, Key.compare)
	return keys
}

// rows reads the winning rows at the given places from the file.
func rows(file io.ReaderAt, name string, keys []Key, at func(Key) place) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for _, key := range keys {
			p := at(key)
			data := make([]byte, p.length)
			if n, err := file.ReadAt(data, p.offset); n < len(data) {
				yield(Row{}, fmt.Errorf("reading %s at byte %d: %w", name, p.offset, err))
				return
			}
			if !yield(Row{key, p.outcome, data}, nil) {
				return
			}
		}
	}
}

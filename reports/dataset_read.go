package reports

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"unicode/utf8"

	"github.com/buttonbench/button"
)

// The files of a dataset's folder, besides the manifest.
const (
	recordsFile = "records.jsonl"
	rejectsFile = "rejects.jsonl"
)

// recordLine is the part of a record's line that reports read.
type recordLine struct {
	ID    string `json:"id"`
	Kind  string `json:"kind"`
	Mode  string `json:"mode"`
	Tools []struct {
		Function struct {
			Name string `json:"name"`
		} `json:"function"`
	} `json:"tools"`
	Parallel   bool                     `json:"parallel_tool_calls"`
	Messages   []messageLine            `json:"messages"`
	Plan       *button.Plan             `json:"plan"`
	Provenance map[string]button.Source `json:"provenance"`
	Meta       button.Meta              `json:"meta"`
}

type messageLine struct {
	Role    string `json:"role"`
	Content string `json:"content"`
	Calls   []struct {
		Function struct {
			Name string `json:"name"`
		} `json:"function"`
	} `json:"tool_calls"`
}

// rejectLine is the part of a reject's line that reports read.
type rejectLine struct {
	Stage string `json:"stage"`
	Rule  string `json:"rule"`
}

func decodeRecord(text []byte) (*recordLine, error) {
	record := &recordLine{}
	if err := decodeLine(text, record); err != nil {
		return nil, fmt.Errorf("not a record: %w", err)
	}
	for i := range record.Messages {
		if record.Messages[i].Role == button.RoleUser {
			return record, nil
		}
	}
	return nil, errNoUser
}

var errNoUser = errors.New("not a record: no message is from a user")

func decodeReject(text []byte) (rejectLine, error) {
	var reject rejectLine
	if err := decodeLine(text, &reject); err != nil {
		return reject, fmt.Errorf("not a reject: %w", err)
	}
	if reject.Stage == "" || reject.Rule == "" {
		return reject, errors.New("not a reject: stage and rule are missing")
	}
	return reject, nil
}

// decodeLine decodes one line and speaks of JSON in its errors, not of Go.
func decodeLine(text []byte, into any) error {
	if !utf8.Valid(text) {
		return errors.New("the line is not valid UTF-8")
	}
	err := json.Unmarshal(text, into)
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		if wrong.Field == "" {
			return fmt.Errorf("want a JSON object, have a JSON %s", wrong.Value)
		}
		return fmt.Errorf("member %q cannot be a JSON %s", clip(wrong.Field, nameBytes), wrong.Value)
	}
	return err
}

// A batch of lines is decoded on all processors while memory stays bounded.
const (
	batchLines = 256
	batchBytes = 8 << 20
)

// lineFile reads a file of JSON lines, batch by batch.
type lineFile struct {
	name  string
	input *bufio.Reader
	line  int // of the last line read
	spare [][]byte
}

// numbered is a line with its place in the file.
type numbered struct {
	line int
	text []byte
}

// batch returns the next lines, blank ones left out. It returns io.EOF behind
// the last one. The texts are valid until the next call.
func (f *lineFile) batch() ([]numbered, error) {
	var lines []numbered
	for size := 0; len(lines) < batchLines && size < batchBytes; {
		if len(f.spare) <= len(lines) {
			f.spare = append(f.spare, nil)
		}
		text, err := readLine(f.input, f.spare[len(lines)][:0])
		if err == io.EOF {
			break
		}
		f.line++
		if err != nil {
			return lines, f.fail(f.line, err)
		}
		f.spare[len(lines)] = text
		if blank(text) {
			continue
		}
		lines = append(lines, numbered{f.line, text})
		size += len(text)
	}
	if len(lines) == 0 {
		return nil, io.EOF
	}
	return lines, nil
}

func (f *lineFile) fail(line int, err error) error {
	return fmt.Errorf("reading %s:%d: %w", f.name, line, err)
}

func blank(text []byte) bool {
	for _, c := range text {
		if c != ' ' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}

// eachLine decodes the lines of a file on all processors and hands them over in
// their order, with the numbers of their lines. The first fault ends it, with file
// and line.
func eachLine[T any](ctx context.Context, name string, decode func([]byte) (T, error), use func(line int, decoded T)) error {
	file, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("reading %s: %w", name, errors.Unwrap(err))
	}
	defer file.Close()
	source := &lineFile{name: name, input: bufio.NewReaderSize(file, 1<<20)}
	for {
		lines, err := source.batch()
		if err == io.EOF {
			return nil
		}
		decoded, faults := make([]T, len(lines)), make([]error, len(lines))
		each(len(lines), func(i int) { decoded[i], faults[i] = decode(lines[i].text) })
		for i := range lines {
			if faults[i] != nil {
				return source.fail(lines[i].line, faults[i])
			}
			use(lines[i].line, decoded[i])
		}
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
}

// generationFacts is what generation counted and rows alone cannot tell: the
// properties of candidates that were composed and rejected later.
type generationFacts struct {
	Candidates int `json:"candidates"`
	Accepted   int `json:"accepted"`
	Properties map[string]struct {
		Candidates int `json:"candidates"`
		Accepted   int `json:"accepted"`
	} `json:"properties"`
	// What a teacher was asked, for candidates and for the scenarios before them.
	Asked     askedFacts `json:"asked"`
	PoolAsked askedFacts `json:"scenario_pool_asked"`
}

// askedFacts counts the requests to a teacher by prompt.
type askedFacts struct {
	Stages map[string]struct {
		Requests         int     `json:"requests"`
		PromptTokens     float64 `json:"prompt_tokens"`
		CompletionTokens float64 `json:"completion_tokens"`
		Cost             float64 `json:"cost_nano_usd"`
	} `json:"stages"`
}

// readFacts reads a dataset's manifest; nil where there is none.
func readFacts(folder string) (*generationFacts, error) {
	var read struct {
		Kind  string           `json:"kind"`
		Facts *generationFacts `json:"facts"`
	}
	name := filepath.Join(folder, manifestFile)
	err := readJSON(name, &read)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if read.Kind != "" && read.Kind != "dataset" {
		return nil, fmt.Errorf("reading %s: it is of a %.40s, not of a dataset", name, read.Kind)
	}
	return read.Facts, nil
}

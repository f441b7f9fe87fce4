package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/buttonbench/button/generate/simulated"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/runstore"
)

// callBook keeps what real calls brought, beside the teacher's answers: a file of
// lines that is only added to, one for each source and its tools, one line for each
// record and call. Each line is synced before the result is used, so that what has
// been called once is not called again by the same command. A line that a crash cut
// off is passed over.
type callBook struct {
	mu    sync.Mutex
	known map[string]*simulated.ToolResult
	file  *os.File // nil where nothing is kept
}

// openCallBook opens the book of a source in the folder of the cache; one that keeps
// nothing where the cache is off.
func (p *process) openCallBook(f *endpointFlags, config *ownConfig) (*callBook, error) {
	book := &callBook{known: map[string]*simulated.ToolResult{}}
	if f.cache == string(llm.CacheOff) {
		return book, nil
	}
	dir, err := f.cacheFolder()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(config.Source + "\n" + config.Hash))
	path := filepath.Join(dir, fmt.Sprintf("calls-%x.jsonl", sum[:8]))
	whole, err := book.read(path)
	if err != nil {
		return nil, fmt.Errorf("reading the calls made earlier: %w", err)
	}
	if f.cache != string(llm.CacheWrite) {
		return book, nil
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("keeping calls: %w", err)
	}
	if book.file, err = os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666); err != nil {
		return nil, fmt.Errorf("keeping calls: %w", err)
	}
	if !whole {
		if _, err := book.file.WriteString("\n"); err != nil {
			return nil, errors.Join(fmt.Errorf("keeping calls: %w", err), book.file.Close())
		}
	}
	return book, nil
}

// read takes the lines of a file, which need not exist; whole says that the last one
// has its end.
func (b *callBook) read(path string) (whole bool, err error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	defer file.Close()
	for line, err := range runstore.Lines(file, path, 0) {
		if err != nil {
			return false, err
		}
		var one callLine
		if json.Unmarshal(line.Text, &one) != nil || one.Result == nil {
			continue
		}
		if one.Result.Error != nil {
			one.Result.Result = nil
		}
		if key, err := callKey(one.Record, simulated.ToolCall{Name: one.Name, Arguments: one.Arguments}); err == nil {
			b.known[key] = one.Result
		}
	}
	return endsWithNewline(file)
}

func endsWithNewline(file *os.File) (bool, error) {
	info, err := file.Stat()
	if err != nil || info.Size() == 0 {
		return true, err
	}
	last := make([]byte, 1)
	if _, err := file.ReadAt(last, info.Size()-1); err != nil && err != io.EOF {
		return false, err
	}
	return last[0] == '\n', nil
}

// find returns what a call brought earlier, nil where it was not made.
func (b *callBook) find(record uint64, call simulated.ToolCall) *simulated.ToolResult {
	key, err := callKey(record, call)
	if err != nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	known := b.known[key]
	if known == nil {
		return nil
	}
	again := *known // a record may keep what it is given
	return &again
}

// keep writes down what a call brought.
func (b *callBook) keep(record uint64, call simulated.ToolCall, result *simulated.ToolResult) error {
	key, err := callKey(record, call)
	if err != nil {
		return err
	}
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false) // a record holds the bytes that came, also when it is made again
	if err := encoder.Encode(callLine{record, call.Name, call.Arguments, result}); err != nil {
		return fmt.Errorf("keeping a call: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.known[key] = result
	if b.file == nil {
		return nil
	}
	if _, err := b.file.Write(line.Bytes()); err != nil {
		return fmt.Errorf("keeping a call: %w", err)
	}
	if err := b.file.Sync(); err != nil {
		return fmt.Errorf("keeping a call: %w", err)
	}
	return nil
}

func (b *callBook) close() {
	if b.file != nil {
		b.file.Close() // every line is synced already
	}
}

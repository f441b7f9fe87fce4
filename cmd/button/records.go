package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/runstore"
)

// recordsFile is the file of records behind a dataset folder or a file's name.
func recordsFile(path string) (string, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", hinted(exitUsage, fmt.Errorf("opening %s: no such file or folder", path), "name a dataset folder or a file of records")
	}
	if err != nil {
		return "", err
	}
	if info.IsDir() {
		path = filepath.Join(path, "records.jsonl")
		if _, err := os.Stat(path); err != nil {
			return "", hinted(exitUsage, fmt.Errorf("opening %s: no such file", path), "is this a dataset folder?")
		}
	}
	return path, nil
}

// eachRecord decodes a file of records line by line until use says stop.
func eachRecord(path string, use func(line int, record *button.Record) (more bool, err error)) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	for line, err := range runstore.Lines(file, path, 0) {
		if err != nil {
			return err
		}
		var record button.Record
		if err := json.Unmarshal(line.Text, &record); err != nil {
			return &runstore.LineError{File: path, Line: line.Number, Err: err}
		}
		more, err := use(line.Number, &record)
		if err != nil || !more {
			return err
		}
	}
	return nil
}

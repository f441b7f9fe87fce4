package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/render"
	"github.com/buttonbench/button/internal/runstore"
)

// recordsFile is the file of records behind a dataset folder or a file's name.
func recordsFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", hinted(exitUsage, fmt.Errorf("opening %s: no such file or folder", path), "name a dataset folder or a file of records")
	}
	if info.IsDir() {
		path = filepath.Join(path, "records.jsonl")
		if _, err := os.Stat(path); err != nil {
			return "", hinted(exitUsage, fmt.Errorf("%s is missing", path), "is this a dataset folder?")
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
	for line, err := range runstore.Lines(bufio.NewReaderSize(file, 1<<20), path, 0) {
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

func (p *process) showCommand() *cobra.Command {
	var first, count int
	var kind, id string
	cmd := &cobra.Command{
		Use:   "show DIR|FILE",
		Short: "Show records as conversations, to be read",
		Example: `  button show data/train | less -R
  button show data/train --kind condition -n 5
  button show data/train --id gaQ2mV7rWx0P`,
		Args: exactly(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			path, err := recordsFile(args[0])
			if err != nil {
				return err
			}
			at, shown := 0, 0
			return eachRecord(path, func(_ int, record *button.Record) (bool, error) {
				if kind != "" && record.Kind != kind || id != "" && record.ID != id {
					return true, nil
				}
				if at++; at <= first {
					return true, nil
				}
				shown++
				return shown < count, render.Trajectory(p.stdout, record, p.colour())
			})
		},
	}
	cmd.Flags().IntVar(&first, "skip", 0, "records to pass over")
	cmd.Flags().IntVarP(&count, "count", "n", 10, "records to show")
	cmd.Flags().StringVar(&kind, "kind", "", "only records of this kind")
	cmd.Flags().StringVar(&id, "id", "", "only the record with this id")
	return cmd
}

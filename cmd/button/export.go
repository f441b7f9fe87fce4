package main

import (
	"bufio"
	"strings"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/export"
	"github.com/buttonbench/button/internal/runstore"
)

func (p *process) exportCommand() *cobra.Command {
	var to, out string
	cmd := &cobra.Command{
		Use:   "export DIR|FILE",
		Short: "Write a dataset in a trainer's format",
		Example: `  button export data/train --to button --out button.jsonl
  button export data/train --to button | head -1`,
		Args: exactly(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error { return p.export(args[0], to, out) },
	}
	cmd.Flags().StringVar(&to, "to", "", "format: "+strings.Join(export.Names(), ", ")+" (required)")
	cmd.Flags().StringVarP(&out, "out", "o", "", "file to write (default: stdout)")
	return cmd
}

func (p *process) export(path, to, out string) error {
	format, ok := export.Lookup(to)
	if !ok {
		return usage("--to must be %s, not %q", strings.Join(export.Names(), " or "), to)
	}
	file, err := recordsFile(path)
	if err != nil {
		return err
	}
	written := 0
	write := func(w *bufio.Writer) error {
		return eachRecord(file, func(line int, record *button.Record) (bool, error) {
			text, err := format.Encode(record)
			if err != nil {
				return false, &runstore.LineError{File: file, Line: line, Err: err}
			}
			written++
			_, err = w.Write(append(text, '\n'))
			return true, err
		})
	}
	if out == "" {
		w := bufio.NewWriter(p.stdout)
		if err := write(w); err != nil {
			return err
		}
		return w.Flush()
	}
	atomic, err := runstore.CreateAtomic(runstore.OS{}, out)
	if err != nil {
		return err
	}
	defer atomic.Abort()
	w := bufio.NewWriterSize(atomic, 1<<20)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := atomic.Commit(); err != nil {
		return err
	}
	p.say("%d records in %s", written, out)
	return p.result(map[string]any{"file": out, "records": written, "format": to})
}

package main

import (
	"bufio"
	"context"
	"io"
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
		Long: `Write a dataset in a trainer's format, one record a line. What describes how a
record was made (plan, provenance, checks, meta) is left out. A record that the
format cannot hold ends the export with its line; no file is left behind then.`,
		Example: `  button export data/train --to button --out button.jsonl
  button export data/train --to button | head -1`,
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error { return p.export(cmd.Context(), args[0], to, out) },
	}
	cmd.Flags().StringVar(&to, "to", "", "format: "+strings.Join(export.Names(), ", ")+" (required)")
	cmd.Flags().StringVarP(&out, "out", "o", "", "file to write (default: stdout)")
	offers(cmd, "to", export.Names()...)
	return cmd
}

func (p *process) export(ctx context.Context, path, to, out string) error {
	format, ok := export.Lookup(to)
	if !ok {
		return usage("--to must be %s, not %q", strings.Join(export.Names(), " or "), to)
	}
	file, err := recordsFile(path)
	if err != nil {
		return err
	}
	if out == "" {
		_, err := exportRecords(ctx, p.stdout, file, format)
		return err
	}
	ctx, stop := p.untilSignal(ctx)
	defer stop()
	atomic, err := runstore.CreateAtomic(runstore.OS{}, out)
	if err != nil {
		return err
	}
	defer atomic.Abort()
	written, err := exportRecords(ctx, atomic, file, format)
	if err != nil {
		return ifInterrupted(err, "", "%s was not written", out)
	}
	if err := atomic.Commit(); err != nil {
		return err
	}
	p.say("%d records in %s", written, out)
	return p.result(map[string]any{"file": out, "records": written, "format": to})
}

// exportRecords writes every record of a file in a format.
func exportRecords(ctx context.Context, to io.Writer, file string, format export.Format) (written int, err error) {
	w := bufio.NewWriter(to)
	err = eachRecord(file, func(line int, record *button.Record) (bool, error) {
		if err := context.Cause(ctx); err != nil {
			return false, err
		}
		text, err := format.Encode(record)
		if err != nil {
			return false, &runstore.LineError{File: file, Line: line, Err: err}
		}
		written++
		_, err = w.Write(append(text, '\n'))
		return true, err
	})
	if err != nil {
		return written, err
	}
	return written, w.Flush()
}

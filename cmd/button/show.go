package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/render"
)

// showFlags is the command line of show.
type showFlags struct {
	skip, count int
	kind, id    string
}

func (p *process) showCommand() *cobra.Command {
	f := &showFlags{}
	cmd := &cobra.Command{
		Use:   "show DIR|FILE",
		Short: "Show records as conversations, to be read",
		Long: `Show records as conversations: the request, the thoughts, the calls, what they
returned and the answer. With --json the records are printed as they stand.`,
		Example: `  button show data/train | less -R
  button show data/train --kind condition -n 5
  button show data/train --id gaQ2mV7rWx0P`,
		Args: takes(1, 1),
		RunE: func(_ *cobra.Command, args []string) error { return p.show(args[0], f) },
	}
	cmd.Flags().IntVar(&f.skip, "skip", 0, "records to pass over")
	cmd.Flags().IntVarP(&f.count, "count", "n", 10, "records to show")
	cmd.Flags().StringVar(&f.kind, "kind", "", "only records of this kind")
	cmd.Flags().StringVar(&f.id, "id", "", "only the record with this id")
	return cmd
}

func (p *process) show(path string, f *showFlags) error {
	if f.count < 1 || f.skip < 0 {
		return usage("--count must be at least 1 and --skip 0 or more")
	}
	file, err := recordsFile(path)
	if err != nil {
		return err
	}
	matched, shown := 0, 0
	err = eachRecord(file, func(_ int, record *button.Record) (bool, error) {
		if f.kind != "" && record.Kind != f.kind || f.id != "" && record.ID != f.id {
			return true, nil
		}
		if matched++; matched <= f.skip {
			return true, nil
		}
		if shown > 0 && !p.json {
			p.print("")
		}
		shown++
		return shown < f.count, p.showRecord(record)
	})
	if err == nil && shown == 0 {
		err = fmt.Errorf("no record of %s matches", file)
	}
	return err
}

func (p *process) showRecord(record *button.Record) error {
	if !p.json {
		return render.Trajectory(p.stdout, record, p.colour())
	}
	line, err := record.AppendJSON(nil)
	if err == nil {
		_, err = p.stdout.Write(append(line, '\n'))
	}
	return err
}

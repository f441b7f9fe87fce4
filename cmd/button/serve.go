package main

import (
	"github.com/spf13/cobra"

	"github.com/buttonbench/button/internal/players"
)

func (p *process) serveCommand() *cobra.Command {
	var address, bench string
	var o suiteOptions
	var seed uint64
	var teacher scriptedFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Offer the embedded reference players as an OpenAI-compatible endpoint",
		Long: `Offer the embedded players on a loopback port, with /v1/models and
/v1/chat/completions (streaming too), so that any other client can use them.
oracle, serial and noisy know the tasks of --bench; lexical and silent need none.

With --teacher it offers the scripted teacher instead, which answers the prompts
of "generate --mode simulated" by rule, to try that mode without a model. It is no
model, and what it writes is of no use for training. GET /log on the same port
tells what was asked. Its faults, for --faults:
` + teacherKinds(),
		Example: `  button serve --addr 127.0.0.1:8099
  button serve --bench gta --data benchmarks/gta
  button serve --teacher --faults all=0.01,truncated=0.05 --latency 20ms`,
		Args: takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if teacher.serve {
				return p.serveTeacher(cmd, address, seed, &teacher)
			}
			suite, err := loadSuite(cmd.Context(), bench, o)
			if err != nil {
				return err
			}
			ctx, drain, stop := p.twoStage(cmd.Context())
			defer stop()
			server, err := players.Listen(ctx, address, players.New(players.Options{Guides: guides(suite), Seed: seed}))
			if err != nil {
				return err
			}
			p.print("serving %s at %s; Ctrl-C stops", embeddedNames(), server.BaseURL())
			if err := p.result(map[string]string{"base_url": server.BaseURL()}); err != nil {
				return err
			}
			select {
			case <-drain:
			case <-ctx.Done():
			}
			return server.Close()
		},
	}
	cmd.Flags().StringVar(&address, "addr", "127.0.0.1:8099", "address to listen on")
	cmd.Flags().StringVar(&bench, "bench", "buttonbench", "benchmark whose reference oracle, serial and noisy play")
	o.addFlags(cmd.Flags())
	cmd.Flags().Uint64Var(&seed, "seed", buttonBenchSeed, "decides which faults noisy and the teacher make, and where")
	teacher.addFlags(cmd.Flags())
	offers(cmd, "bench", suiteNames()...)
	return cmd
}

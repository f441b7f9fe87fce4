package reports

import (
	"maps"
	"slices"

	"github.com/buttonbench/button/internal/render"
)

// spent is what one prompt took.
type spent struct{ requests, prompt, completion, dollars float64 }

func (s *spent) add(other spent) {
	s.requests += other.requests
	s.prompt += other.prompt
	s.completion += other.completion
	s.dollars += other.dollars
}

// costTable shows what a teacher was asked, as generation counted it; none where no
// model took part.
func (d *Dataset) costTable() (render.Table, bool) {
	if d.facts == nil {
		return render.Table{}, false
	}
	prompts, all := map[string]*spent{}, &spent{}
	for _, facts := range []askedFacts{d.facts.Asked, d.facts.PoolAsked} {
		for name, stage := range facts.Stages {
			if name = clip(name, nameBytes); prompts[name] == nil {
				prompts[name] = &spent{}
			}
			one := spent{float64(stage.Requests), stage.PromptTokens, stage.CompletionTokens, stage.Cost / 1e9}
			prompts[name].add(one)
			all.add(one)
		}
	}
	table := render.Table{
		Name: "cost", Title: "What the models were asked",
		Columns: []render.Column{
			{Name: "prompt", Key: "prompt"}, countColumn("requests", "requests"), meanColumn("a record", "requests_a_record"),
			countColumn("prompt tokens", "prompt_tokens"), countColumn("completion tokens", "completion_tokens"), meanColumn("$", "usd"), {Name: "$ a record", Key: "usd_a_record", Kind: render.Number, Decimals: 5},
		},
		Notes: []string{"Counted at generation, from " + manifestFile + ", rejected candidates included. Without prices, or from a cache, money is 0."},
	}
	row := func(name string, s *spent) {
		records := float64(d.records)
		table.Rows = append(table.Rows, []render.Cell{
			render.TextCell(name), render.NumberCell(s.requests), render.NumberCell(s.requests / records), render.NumberCell(s.prompt), render.NumberCell(s.completion), render.NumberCell(s.dollars), render.NumberCell(s.dollars / records),
		})
	}
	for _, name := range slices.Sorted(maps.Keys(prompts)) {
		row(name, prompts[name])
	}
	row(totalRow, all)
	return table, len(prompts) > 0
}

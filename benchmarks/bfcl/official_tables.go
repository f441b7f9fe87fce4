package bfcl

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// Pricing is what tokens or time cost. The zero value knows no price.
type Pricing struct {
	// Known tells that there are prices: Input and Output in dollars for a million
	// tokens.
	Known         bool
	Input, Output float64
	// Local reckons a model of one's own by the time of its answers.
	Local bool
}

// dollarsPerHour is upstream's price of the machine that local models run on.
const dollarsPerHour = 23.92

const notAvailable = "N/A"

// Table is one of upstream's csv tables. Rows are ranked by their first figure.
type Table struct {
	// Name is the file's name without .csv.
	Name    string
	Columns []string
	Rows    [][]string
}

// WriteCSV writes the table with its header.
func (t *Table) WriteCSV(out io.Writer) error {
	w := csv.NewWriter(out)
	_ = w.Write(t.Columns) // the writer keeps its first error
	_ = w.WriteAll(t.Rows)
	return w.Error()
}

// column is a column of a table; empty cells of it are N/A.
type column struct {
	name string
	cell func(*ModelScore, Figures) string
}

// Tables makes upstream's tables of all models. With the third version's averages
// they are otherwise the same.
func Tables(models []*ModelScore, pricing Pricing, aggregate func(map[string]Share) Figures) []Table {
	return []Table{
		makeTable("data_overall", overallColumns(pricing), models, aggregate, func(f Figures) float64 { return f.Overall.Value }),
		makeTable("data_non_live", nonLiveColumns(), models, aggregate, func(f Figures) float64 { return f.NonLive.Value }),
		makeTable("data_live", liveColumns(), models, aggregate, func(f Figures) float64 { return f.Live.Value }),
		makeTable("data_multi_turn", multiTurnColumns(), models, aggregate, func(f Figures) float64 { return f.MultiTurn.Value }),
		makeTable("data_agentic", agenticColumns(), models, aggregate, func(f Figures) float64 { return f.Agentic.Value }),
		makeTable("data_format_sensitivity", formatColumns(), models, aggregate, func(f Figures) float64 { return f.Overall.Value }),
	}
}

func makeTable(name string, columns []column, models []*ModelScore, aggregate func(map[string]Share) Figures, rank func(Figures) float64) Table {
	table := Table{Name: name, Columns: []string{"Rank"}}
	for _, c := range columns {
		table.Columns = append(table.Columns, c.name)
	}
	figures := map[*ModelScore]Figures{}
	for _, m := range models {
		figures[m] = aggregate(m.Shares())
	}
	ranked := slices.Clone(models)
	slices.SortStableFunc(ranked, func(a, b *ModelScore) int {
		switch x, y := rank(figures[a]), rank(figures[b]); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return strings.Compare(a.Model, b.Model)
	})
	for i, m := range ranked {
		row := []string{fmt.Sprint(i + 1)}
		for _, c := range columns {
			cell := c.cell(m, figures[m])
			if cell == "" {
				cell = notAvailable
			}
			row = append(row, cell)
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

func percent(x float64) string { return fmt.Sprintf("%.2f%%", 100*x) }

func figureColumn(name string, of func(Figures) Figure) column {
	return column{name, func(_ *ModelScore, f Figures) string { return percent(of(f).Value) }}
}

func modelColumn() column {
	return column{"Model", func(m *ModelScore, _ Figures) string { return m.Model }}
}

// categoryColumn is a category's accuracy, N/A when it was not run.
func categoryColumn(name, category string) column {
	return column{name, func(m *ModelScore, _ Figures) string {
		if c, run := m.Categories[category]; run && c.Total > 0 {
			return percent(c.Accuracy())
		}
		return ""
	}}
}

func overallColumns(pricing Pricing) []column {
	return slices.Concat([]column{
		figureColumn("Overall Acc", func(f Figures) Figure { return f.Overall }),
		modelColumn(),
		{"Model Link", func(*ModelScore, Figures) string { return "" }},
		{"Total Cost ($)", func(m *ModelScore, _ Figures) string { return m.Usage.cost(pricing) }},
		{"Latency Mean (s)", func(m *ModelScore, _ Figures) string { return m.Usage.latency(mean) }},
		{"Latency Standard Deviation (s)", func(m *ModelScore, _ Figures) string { return m.Usage.latency(deviation) }},
		{"Latency 95th Percentile (s)", func(m *ModelScore, _ Figures) string {
			return m.Usage.latency(func(values []float64) float64 { return percentile(values, 0.95) })
		}},
		figureColumn("Non-Live AST Acc", func(f Figures) Figure { return f.NonLive }),
		figureColumn("Non-Live Simple AST", func(f Figures) Figure { return f.Simple }),
		categoryColumn("Non-Live Multiple AST", "multiple"),
		categoryColumn("Non-Live Parallel AST", "parallel"),
		categoryColumn("Non-Live Parallel Multiple AST", "parallel_multiple"),
		figureColumn("Live Acc", func(f Figures) Figure { return f.Live }),
		categoryColumn("Live Simple AST", "live_simple"),
		categoryColumn("Live Multiple AST", "live_multiple"),
		categoryColumn("Live Parallel AST", "live_parallel"),
		categoryColumn("Live Parallel Multiple AST", "live_parallel_multiple"),
		figureColumn("Multi Turn Acc", func(f Figures) Figure { return f.MultiTurn }),
		categoryColumn("Multi Turn Base", "multi_turn_base"),
		categoryColumn("Multi Turn Miss Func", "multi_turn_miss_func"),
		categoryColumn("Multi Turn Miss Param", "multi_turn_miss_param"),
		categoryColumn("Multi Turn Long Context", "multi_turn_long_context"),
	}, searchAndMemoryColumns("Web Search Acc", "Memory Acc"), []column{
		categoryColumn("Relevance Detection", "live_relevance"),
		figureColumn("Irrelevance Detection", func(f Figures) Figure { return f.Irrelevance }),
	}, formatColumns()[1:3], []column{
		{"Organization", func(*ModelScore, Figures) string { return "" }},
		{"License", func(*ModelScore, Figures) string { return "" }},
	})
}

func searchAndMemoryColumns(search, memory string) []column {
	return []column{
		figureColumn(search, func(f Figures) Figure { return f.WebSearch }),
		categoryColumn("Web Search Base", "web_search_base"),
		categoryColumn("Web Search No Snippet", "web_search_no_snippet"),
		figureColumn(memory, func(f Figures) Figure { return f.Memory }),
		categoryColumn("Memory KV", "memory_kv"),
		categoryColumn("Memory Vector", "memory_vector"),
		categoryColumn("Memory Recursive Summarization", "memory_rec_sum"),
	}
}

func nonLiveColumns() []column {
	return []column{
		modelColumn(),
		figureColumn("Non-Live Overall Acc", func(f Figures) Figure { return f.NonLive }),
		figureColumn("Simple AST", func(f Figures) Figure { return f.Simple }),
		categoryColumn("Python Simple AST", "simple_python"),
		categoryColumn("Java Simple AST", "simple_java"),
		categoryColumn("JavaScript Simple AST", "simple_javascript"),
		categoryColumn("Multiple AST", "multiple"),
		categoryColumn("Parallel AST", "parallel"),
		categoryColumn("Parallel Multiple AST", "parallel_multiple"),
		categoryColumn("Irrelevance Detection", "irrelevance"),
	}
}

func liveColumns() []column {
	return []column{
		modelColumn(),
		figureColumn("Live Overall Acc", func(f Figures) Figure { return f.Live }),
		categoryColumn("Python Simple AST", "live_simple"),
		categoryColumn("Python Multiple AST", "live_multiple"),
		categoryColumn("Python Parallel AST", "live_parallel"),
		categoryColumn("Python Parallel Multiple AST", "live_parallel_multiple"),
		categoryColumn("Irrelevance Detection", "live_irrelevance"),
		categoryColumn("Relevance Detection", "live_relevance"),
	}
}

func multiTurnColumns() []column {
	return []column{
		modelColumn(),
		figureColumn("Multi Turn Overall Acc", func(f Figures) Figure { return f.MultiTurn }),
		categoryColumn("Base", "multi_turn_base"),
		categoryColumn("Miss Func", "multi_turn_miss_func"),
		categoryColumn("Miss Param", "multi_turn_miss_param"),
		categoryColumn("Long Context", "multi_turn_long_context"),
	}
}

func agenticColumns() []column {
	return append([]column{
		modelColumn(),
		figureColumn("Agentic Overall Acc", func(f Figures) Figure { return f.Agentic }),
	}, searchAndMemoryColumns("Web Search Summary", "Memory Summary")...)
}

// formatColumns are the spread over prompt formats in percent points, and each
// format's accuracy.
func formatColumns() []column {
	columns := []column{
		modelColumn(),
		{"Format Sensitivity Max Delta", func(m *ModelScore, _ Figures) string {
			return m.formats(func(values []float64) float64 { return slices.Max(values) - slices.Min(values) })
		}},
		{"Format Sensitivity Standard Deviation", func(m *ModelScore, _ Figures) string { return m.formats(deviation) }},
	}
	for _, configuration := range FormatConfigurations() {
		columns = append(columns, column{"Config " + configuration, func(m *ModelScore, _ Figures) string {
			if share, run := m.Formats[configuration]; run {
				return percent(share.Accuracy())
			}
			return ""
		}})
	}
	return columns
}

// formats applies a measure to the accuracies in percent of all formats.
func (m *ModelScore) formats(measure func([]float64) float64) string {
	var values []float64
	for _, share := range m.Formats {
		values = append(values, 100*share.Accuracy())
	}
	if len(values) == 0 {
		return ""
	}
	slices.Sort(values) // the order of a map must not show in sums
	return fmt.Sprintf("%.2f", measure(values))
}

func (u *OfficialUsage) cost(pricing Pricing) string {
	switch {
	case pricing.Local:
		sum := 0.0
		for _, seconds := range u.Latencies {
			sum += seconds
		}
		return fmt.Sprintf("%.2f", sum/3600*dollarsPerHour/100)
	case pricing.Known:
		return fmt.Sprintf("%.2f", (u.InputTokens*pricing.Input+u.OutputTokens*pricing.Output)/1e6)
	}
	return ""
}

func (u *OfficialUsage) latency(measure func([]float64) float64) string {
	if len(u.Latencies) == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", measure(u.Latencies))
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, x := range values {
		sum += x
	}
	return sum / float64(len(values))
}

// deviation is the sample standard deviation, 0 of one value.
func deviation(values []float64) float64 {
	if len(values) < 2 {
		return 0
	}
	middle, sum := mean(values), 0.0
	for _, x := range values {
		sum += (x - middle) * (x - middle)
	}
	return math.Sqrt(sum / float64(len(values)-1))
}

// percentile interpolates linearly between the values around the place.
func percentile(values []float64, share float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	place := share * float64(len(sorted)-1)
	below := int(place)
	if below+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[below] + (place-float64(below))*(sorted[below+1]-sorted[below])
}

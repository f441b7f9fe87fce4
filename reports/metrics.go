package reports

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/buttonbench/button/internal/render"
)

const (
	metricSuccess     = "success"
	metricTurns       = "turns"
	metricDepth       = "depth"
	metricParallelUse = "parallel_use"
)

// suiteGTA is the suite in which success means something of its own.
const suiteGTA = "gta"

// metric is how a metric is shown. Metrics that are not in the list are shown
// under their own name.
type metric struct {
	name         string
	title        string
	kind         render.Kind
	lowerBetter  bool
	explanation  string
	explainedFor string // the name whose explanation it is, of a variant
}

// knownMetrics stand in the order of their columns.
func knownMetrics(suite string) []metric {
	solved := "tasks solved, of those with a verdict"
	if suite == suiteGTA {
		solved = "items in which every step is right, of those with a verdict"
	}
	share := func(name, title, explanation string) metric {
		return metric{name: name, title: title, kind: render.Percent, explanation: explanation}
	}
	mean := func(name, title, explanation string) metric {
		return metric{name: name, title: title, kind: render.Number, lowerBetter: true, explanation: explanation}
	}
	return []metric{
		share(metricSuccess, "success", solved),
		share("progress", "progress", "share of the plan's calls that were reached in a valid order, averaged over tasks"),
		share("function_f1", "function F1", "twice the matched calls over the calls made plus the calls wanted, by function"),
		share("argument_accuracy", "arguments", "argument values that are right, over all that the matched calls should have"),
		share("schema_validity", "schema valid", "calls whose arguments fit the function's JSON Schema"),
		share("final_state", "final state", "tasks whose world ends in the wanted state"),
		share("answer", "answer", "tasks whose answers state every wanted value"),
		share(metricParallelUse, "parallel use", "turns saved by parallel calls, over those that the plan lets one save"),
		mean(metricTurns, "turns", "assistant turns with calls, per task"),
		mean(metricDepth, "plan depth", "the fewest such turns in which the plan can be carried out, per task"),
		mean("extra_calls", "extra calls", "calls that the plan does not need, per task"),
		share("inst_acc", "InstAcc", "GTA: error-free steps of the wanted kind, over calls and answer keys; since every step counts above and not below, it can exceed 100 %"),
		share("inst_acc_corrected", "InstAcc corrected", "the same over all steps"),
		share("tool_acc", "ToolAcc", "GTA: calls that name the right tool, over the reference's calls"),
		share("arg_acc", "ArgAcc", "GTA: calls with the right tool and arguments equal to the reference's, over the reference's calls"),
		share("arg_acc_corrected", "ArgAcc corrected", "the same with defaults filled in and booleans kept apart from numbers"),
		share("summ_objective", "SummAcc objective", "GTA: answers that pass the white and black list, by upstream's word boundaries, over the answers with such lists"),
		share("summ_objective_corrected", "SummAcc objective corrected", "the same with boundaries that let an alias begin or end with a sign and keep a number from matching inside a longer one"),
		share("summ_acc_low", "SummAcc low", "GTA: right answers over all answer keys, those that upstream scores by similarity counted as wrong"),
		share("summ_acc_high", "SummAcc high", "the same, those that upstream scores by similarity counted as right where there is an answer"),
		share("similarity_answered", "similarity answered", "GTA: items scored by similarity upstream that got an answer at all"),
		share("strict", "strict", "BFCL, ours: conversations that the official verdict passes and in which no call is made where none is wanted"),
		share("turns_rolled_out", "turns rolled out", "BFCL, ours: turns that pass where the model's own earlier turns have led"),
		share("turns_from_gold", "turns from gold", "BFCL, ours: turns that pass when the answer's calls are executed for the turns before them"),
		share("silence_kept", "silence kept", "BFCL, ours: turns without a call, of those in which none is wanted"),
		share("failed_calls", "failed calls", "BFCL, ours: calls that end in an exception, of those made in conversations"),
		share("parallel_steps", "parallel steps", "BFCL, ours: steps with several calls, of those with any in conversations"),
		{name: "calls_per_step", title: "calls per step", kind: render.Number, explanation: "BFCL, ours: calls, over steps with any in conversations"},
		{name: "calls_to_expected", title: "calls to expected", kind: render.Number, explanation: "BFCL, ours: calls made in conversations, over those of the answers"},
		mean("calls", "calls", "calls made, per task"),
		mean("call_errors", "call errors", "calls that could not be carried out, per task"),
	}
}

// describeMetrics returns how the metrics of a suite's runs are shown, in order: known
// ones first, a variant such as "tool_acc_corrected" behind the metric it varies,
// then the others by name. An unknown metric is a share where every row's value
// lies in 0..1, else a mean.
func describeMetrics(runs []*Run) []metric {
	known := knownMetrics(runs[0].Suite)
	names := map[string]bool{}
	for _, run := range runs {
		for name := range run.columns {
			names[name] = true
		}
	}
	var described []metric
	places := map[string]int{}
	for name := range names {
		shown, place := lookUp(known, name)
		if place < 0 {
			shown, place = metric{name: name, title: name, kind: guessKind(runs, name)}, len(known)
		}
		places[name] = place
		described = append(described, shown)
	}
	slices.SortFunc(described, func(a, b metric) int {
		return cmp.Or(cmp.Compare(places[a.name], places[b.name]), cmp.Compare(a.name, b.name))
	})
	return described
}

// lookUp finds a metric by name, or by the longest known name that it extends
// with an underscore.
func lookUp(known []metric, name string) (metric, int) {
	found := -1
	for i, candidate := range known {
		if candidate.name == name {
			return candidate, i
		}
		if strings.HasPrefix(name, candidate.name+"_") && (found < 0 || len(candidate.name) > len(known[found].name)) {
			found = i
		}
	}
	if found < 0 {
		return metric{}, -1
	}
	variant := known[found]
	suffix := strings.ReplaceAll(strings.TrimPrefix(name, variant.name+"_"), "_", " ")
	variant.explainedFor, variant.name = variant.title, name
	variant.title += " " + suffix
	return variant, found
}

func guessKind(runs []*Run, name string) render.Kind {
	for _, run := range runs {
		for _, value := range run.columns[name] {
			ratio := value.Num / value.Den
			if value.Den != 0 && !(ratio >= 0 && ratio <= 1) || value.Den == 0 && math.Abs(value.Num) > 0 {
				return render.Number
			}
		}
	}
	return render.Percent
}

func (m metric) column(interval bool) render.Column {
	column := render.Column{Name: m.title, Key: m.name, Kind: m.kind, Decimals: 2, Interval: interval}
	if m.kind == render.Percent {
		column.Name += " %"
		column.Decimals = 1
	}
	return column
}

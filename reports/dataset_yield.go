package reports

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/buttonbench/button/internal/render"
)

// generationStages are the stages of generation in their order; stages that are
// not among them come behind, by name.
func generationStages() []string {
	return []string{"scenario", "atomic_tasks", "composition", "functions", "trajectory", "selection"}
}

// composedBefore is the first stage that a composed candidate reaches.
const composedBefore = "functions"

func (d *Dataset) stages() []string {
	stages := generationStages()
	var others []string
	for reason := range d.rejects {
		if !slices.Contains(stages, reason.stage) && !slices.Contains(others, reason.stage) {
			others = append(others, reason.stage)
		}
	}
	slices.Sort(others)
	return append(stages, others...)
}

// yieldTable follows the candidates through the stages.
func (d *Dataset) yieldTable() (render.Table, bool) {
	if !d.hasRejects {
		return render.Table{}, false
	}
	table := render.Table{
		Name: "yields", Title: fmt.Sprintf("Yield by stage: %s of %s accepted", plural(d.records, "record"), plural(d.candidates(), "candidate")),
		Columns: []render.Column{
			{Name: "stage", Key: "stage"}, countColumn("reached", "reached"), countColumn("rejected", "rejected"),
			intervalColumn("passed %", "passed", false), intervalColumn("left of all %", "left", false),
		},
	}
	reached := d.candidates()
	for _, stage := range d.stages() {
		rejected := d.rejectedBy(stage)
		left := reached - rejected
		table.Rows = append(table.Rows, []render.Cell{render.TextCell(stage), countCell(reached), countCell(rejected), shareCell(left, reached), shareCell(left, d.candidates())})
		reached = left
	}
	return table, true
}

func (d *Dataset) rejectedBy(stage string) (count int) {
	for reason, rejects := range d.rejects {
		if reason.stage == stage {
			count += rejects
		}
	}
	return count
}

// rejectTable lists the rules that rejected candidates.
func (d *Dataset) rejectTable() (render.Table, bool) {
	if len(d.rejects) == 0 {
		return render.Table{}, false
	}
	table := render.Table{
		Name: "rejects", Title: "Rejects by rule",
		Columns: []render.Column{{Name: "stage", Key: "stage"}, {Name: "rule", Key: "rule"}, countColumn("rejects", "rejects"), intervalColumn("of all candidates %", "share", false)},
	}
	stages, candidates := d.stages(), d.candidates()
	reasons := slices.SortedFunc(maps.Keys(d.rejects), func(a, b reason) int {
		return cmp.Or(cmp.Compare(slices.Index(stages, a.stage), slices.Index(stages, b.stage)), cmp.Compare(d.rejects[b], d.rejects[a]), cmp.Compare(a.rule, b.rule))
	})
	for _, reason := range reasons {
		table.Rows = append(table.Rows, []render.Cell{render.TextCell(reason.stage), render.TextCell(reason.rule), countCell(d.rejects[reason]), shareCell(d.rejects[reason], candidates)})
	}
	return table, true
}

// movedLimit is the move of a property's share that calls for a reason.
const movedLimit = 0.03

// property is something that candidates may have, before and after rejection.
type property struct {
	name                 string
	candidates, accepted int
	before, after        float64 // shares of composed candidates, of records
}

func (p property) move() float64 { return p.after - p.before }

// composed counts the candidates that got as far as being composed.
func (d *Dataset) composed() int {
	composed := d.candidates()
	for _, stage := range generationStages() {
		if stage == composedBefore {
			break
		}
		composed -= d.rejectedBy(stage)
	}
	return composed
}

// moves lists the properties, the one that moved most first.
func (d *Dataset) moves() []property {
	if d.facts == nil || !d.hasRejects {
		return nil
	}
	var moves []property
	composed := d.composed()
	for name, counts := range d.facts.Properties {
		accepted := counts.Accepted
		if recounted(name) {
			accepted = d.properties[name]
		}
		moves = append(moves, property{name, counts.Candidates, accepted, share(counts.Candidates, composed), share(accepted, d.records)})
	}
	slices.SortFunc(moves, func(a, b property) int {
		return cmp.Or(cmp.Compare(math.Abs(b.move()), math.Abs(a.move())), cmp.Compare(a.name, b.name))
	})
	return moves
}

// miscounted lists the properties of records that the manifest and the records
// count differently.
func (d *Dataset) miscounted() []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(d.facts.Properties)) {
		if recounted(name) && d.facts.Properties[name].Accepted != d.properties[name] {
			names = append(names, name)
		}
	}
	return names
}

// movedTable shows what rejection does to the data: the properties whose share
// moved by more than three points, or the one that moved most.
func (d *Dataset) movedTable() (render.Table, bool) {
	moves := d.moves()
	if len(moves) == 0 {
		return render.Table{}, false
	}
	far := slices.IndexFunc(moves, func(p property) bool { return math.Abs(p.move()) <= movedLimit })
	if far < 0 {
		far = len(moves)
	}
	table := d.propertyRows("moved", fmt.Sprintf("What rejection moved: properties of %s and of %s", plural(d.composed(), "composed candidate"), plural(d.records, "record")), moves[:max(1, far)])
	verdict := fmt.Sprintf("%d of %d properties moved by more than 3 points: a rule rejects what has them too often or too seldom.", far, len(moves))
	if far == 0 {
		verdict = fmt.Sprintf("None of %d properties moved by more than 3 points; shown is the one that moved most.", len(moves))
	}
	table.Notes = append(table.Notes, verdict)
	return table, true
}

// propertyTable shows every property.
func (d *Dataset) propertyTable() (render.Table, bool) {
	moves := d.moves()
	slices.SortFunc(moves, func(a, b property) int { return strings.Compare(a.name, b.name) })
	return d.propertyRows("properties", "Properties of composed candidates and of records", moves), len(moves) > 0
}

func (d *Dataset) propertyRows(name, title string, rows []property) render.Table {
	table := render.Table{
		Name: name, Title: title,
		Columns: []render.Column{
			{Name: "property", Key: "property"}, countColumn("candidates", "candidates"), percentColumn("%", "candidates_share"),
			countColumn("records", "records"), percentColumn("%", "records_share"),
			{Name: "move, points", Key: "move", Kind: render.Percent, Decimals: 1, Signed: true},
		},
		Notes: []string{"Candidates: counted at generation, from " + manifestFile + "; records: counted here."},
	}
	for _, row := range rows {
		move := render.NumberCell(row.move())
		if math.Abs(row.move()) > movedLimit {
			move.Tone = render.Bad
		}
		table.Rows = append(table.Rows, []render.Cell{
			render.TextCell(row.name), countCell(row.candidates), render.NumberCell(row.before), countCell(row.accepted), render.NumberCell(row.after), move,
		})
	}
	return table
}

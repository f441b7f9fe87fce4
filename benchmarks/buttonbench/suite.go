// Package buttonbench makes a benchmark of a dataset of executable records: the
// model gets the tools and the user's turns, its calls are really carried out in
// the record's world, and the verdict looks at the end that it reached, so that
// another route to the same end passes.
package buttonbench

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/benchmarks"
	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/world"
)

// ScorerVersion changes whenever a verdict could.
const ScorerVersion = "buttonbench-scorer/1"

// New makes a suite of records, each of which must come from one of the worlds.
// The hash covers the canonical JSON of all records in their order.
func New(version string, records []button.Record, worlds []*world.World) (*benchmarks.Suite, error) {
	b := &bench{worlds: map[string]*world.World{}, starts: map[startKey]*world.Start{}, byTurn: map[string]*guided{}}
	for _, w := range worlds {
		b.worlds[w.Name] = w
		b.order = append(b.order, w)
	}
	suite := &benchmarks.Suite{
		Name: "buttonbench", Title: "ButtonBench 0", Version: version, ScorerVersion: ScorerVersion, Guide: b,
		Notes: []string{
			"calls are executed in the task's world; success = the final state equals the reference's, and the answers state what was asked",
			"the user's follow-up turns are fixed; they do not react to the model",
		},
	}
	digest := sha256.New()
	for i := range records {
		record := &records[i]
		line, err := record.AppendJSON(nil)
		if err != nil {
			return nil, err
		}
		digest.Write(append(line, '\n'))
		task, err := b.task(record)
		if err != nil {
			return nil, fmt.Errorf("record %s: %w", record.ID, err)
		}
		suite.Tasks = append(suite.Tasks, task)
		b.remember(record)
	}
	suite.Hash = hex.EncodeToString(digest.Sum(nil))
	return suite, nil
}

type startKey struct {
	world string
	seed  uint64
}

type bench struct {
	worlds map[string]*world.World
	order  []*world.World
	starts map[startKey]*world.Start
	byTurn map[string]*guided
}

// owner is the world whose function a tool of a list is: the record's own, or
// another one. Several worlds may use one name; the schema tells them apart.
func (b *bench) owner(own *world.World, tool *button.Tool) *world.World {
	for _, w := range append([]*world.World{own}, b.order...) {
		if function := w.Function(tool.Name); function != nil && bytes.Equal(function.Parameters(), tool.Parameters) {
			return w
		}
	}
	return nil
}

func (b *bench) start(w *world.World, seed uint64) (*world.Start, error) {
	key := startKey{w.Name, seed}
	if start, ok := b.starts[key]; ok {
		return start, nil
	}
	start, err := w.Start(seed)
	if err == nil {
		b.starts[key] = start
	}
	return start, err
}

// task is one record as a task.
type task struct {
	record *button.Record
	world  *world.World
	start  *world.Start
	// owners are the worlds of the functions on the tool list; foreign are the
	// start states of those beside the task's own.
	owners  map[string]*world.World
	foreign map[*world.World]*world.Start
	users   []button.Message
}

func (b *bench) task(record *button.Record) (*task, error) {
	if record.Plan == nil || record.Meta == nil {
		return nil, fmt.Errorf("has no plan or no meta: only executable records make tasks")
	}
	w := b.worlds[record.Meta.World]
	if w == nil {
		return nil, fmt.Errorf("world %q is not known", record.Meta.World)
	}
	if w.Hash != record.Meta.WorldHash {
		return nil, fmt.Errorf("was made with another version of world %s", w.Name)
	}
	start, err := b.start(w, record.Meta.StateSeed)
	if err != nil {
		return nil, err
	}
	t := &task{record: record, world: w, start: start, owners: map[string]*world.World{}, foreign: map[*world.World]*world.Start{}}
	for i := range record.Tools {
		tool := &record.Tools[i]
		owner := b.owner(w, tool)
		if owner == nil {
			return nil, fmt.Errorf("no world has the function %q with these parameters", tool.Name)
		}
		t.owners[tool.Name] = owner
		if owner == w {
			continue
		}
		if t.foreign[owner], err = b.start(owner, record.Meta.StateSeed); err != nil {
			return nil, err
		}
	}
	if id := circle(record.Plan); id != "" {
		return nil, fmt.Errorf("node %s of the plan depends on itself", id)
	}
	for _, goal := range record.Plan.Goals {
		for _, value := range goal.Values {
			if typeOf(w, value.Type) == nil {
				return nil, fmt.Errorf("a goal has a value of the type %q, which world %s lacks", value.Type, w.Name)
			}
		}
	}
	for _, message := range record.Messages {
		if message.Role == button.RoleUser {
			t.users = append(t.users, message)
		}
	}
	if len(t.users) == 0 {
		return nil, fmt.Errorf("has no user message")
	}
	return t, nil
}

// circle finds a node that depends on itself, or returns "".
func circle(plan *button.Plan) string {
	before := map[string][]string{}
	for _, edge := range plan.Edges {
		before[edge.To] = append(before[edge.To], edge.From)
	}
	const open, closed = 1, 2
	state := map[string]int{}
	var visit func(id string) bool
	visit = func(id string) bool {
		if state[id] == open {
			return true
		}
		if state[id] == closed {
			return false
		}
		state[id] = open
		if slices.ContainsFunc(before[id], visit) {
			return true
		}
		state[id] = closed
		return false
	}
	for _, node := range plan.Nodes {
		if visit(node.ID) {
			return node.ID
		}
	}
	return ""
}

// typeOf is a type of a world or a built-in one, or nil.
func typeOf(w *world.World, name string) *world.Type {
	if kind := w.Types[name]; kind != nil {
		return kind
	}
	return world.Builtins(w.Currency)[name]
}

// ID implements eval.Task.
func (t *task) ID() string { return t.record.ID }

// Group implements eval.Task.
func (t *task) Group() map[string]string {
	return map[string]string{
		"kind": t.record.Kind, "world": t.world.Name, "depth": fmt.Sprint(t.record.Plan.Depth()),
		"width": fmt.Sprint(t.record.Plan.Width()), "turns": fmt.Sprint(len(t.users)),
	}
}

// Start implements eval.Task.
func (t *task) Start() eval.Episode {
	e := &episode{task: t, state: t.start.Fork(), foreign: map[*world.World]*world.State{}}
	for _, message := range t.record.Messages {
		if message.Role != button.RoleSystem {
			break
		}
		e.messages = append(e.messages, message)
	}
	e.messages = append(e.messages, t.users[0])
	return e
}

package bfcl

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/buttonbench/button/benchmarks"
	"github.com/buttonbench/button/benchmarks/bfcl/services"
	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/llm"
)

// memories holds what the conversations before the questions left.
type memories struct {
	embed services.Embed

	mu   sync.Mutex
	left map[memoryKey]services.Memory
}

type memoryKey struct {
	category, scenario string
	repeat             int
}

func newMemories(embed services.Embed) *memories {
	return &memories{embed: embed, left: map[memoryKey]services.Memory{}}
}

func (m *memories) get(key memoryKey) (services.Memory, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	memory, ok := m.left[key]
	return memory, ok
}

// session is one in which a memory goes on, nil for an empty one.
func (m *memories) session(id string, category Category, memory services.Memory) (*services.Session, error) {
	environment := services.NewEnvironment(false, nil, time.Time{})
	environment.Memory, environment.Embed = memory, m.embed
	return services.NewSession(id, liveModel, []string{memoryClass(category)}, nil, environment)
}

func memoryClass(category Category) string { return "MemoryAPI" + category.suffix }

// remember replays what changed the memory in the rows of prerequisite
// conversations.
func (m *memories) remember(rows []eval.Row) error {
	for _, row := range rows {
		name, scenario, _ := strings.Cut(strings.TrimPrefix(row.Task, Prefix), "_prereq/")
		category, ok := LookUpCategory(name)
		if !ok {
			return fmt.Errorf("%q is no prerequisite of BFCL", row.Task)
		}
		session, err := m.session(name, category, nil)
		if err != nil {
			return err
		}
		for _, call := range row.Calls {
			if changesMemory(call.Name) {
				session.Execute(call.Name)
			}
		}
		m.mu.Lock()
		m.left[memoryKey{name, scenario, row.Repeat}] = session.Service(memoryClass(category)).(services.Memory)
		m.mu.Unlock()
	}
	return nil
}

// changesMemory tells the calls that change a memory from those that read it.
func changesMemory(call string) bool {
	method, _, _ := strings.Cut(call, "(")
	for _, reading := range []string{"_retrieve", "_retrieve_all", "_search", "_list_keys"} {
		if strings.HasSuffix(method, reading) {
			return false
		}
	}
	return true
}

// prerequisite is the task of holding all conversations that come before a
// scenario's questions, in order. It is not judged: what it leaves in the memory
// counts.
type prerequisite struct {
	category Category
	scenario string
	memories *memories
	entries  []*Entry
	offer    *offer
}

// ID implements eval.Task.
func (p *prerequisite) ID() string { return Prefix + p.category.Name + "_prereq/" + p.scenario }

// Group implements eval.Task.
func (p *prerequisite) Group() map[string]string {
	return map[string]string{"category": p.category.Name, "scenario": p.scenario}
}

// Start implements eval.Task.
func (p *prerequisite) Start() eval.Episode {
	r := &rehearsal{task: p}
	r.next()
	return r
}

// rehearsal holds the conversations one after another.
type rehearsal struct {
	task    *prerequisite
	held    int // conversations begun
	current *talk
	calls   []eval.CallRecord
	broken  error
}

// next begins the next conversation with the memory of the one before.
func (r *rehearsal) next() {
	var memory services.Memory
	if r.current != nil {
		memory = r.current.session.Service(memoryClass(r.task.category)).(services.Memory)
	}
	r.current = nil
	if r.held == len(r.task.entries) {
		return
	}
	entry := r.task.entries[r.held]
	r.held++
	session, err := r.task.memories.session(entry.ID, r.task.category, memory)
	if err == nil {
		var turns [][]Message
		if turns, err = entry.Turns(); err == nil {
			begun := session.Service(memoryClass(r.task.category)).(services.Memory)
			r.current, err = newTalk(r.task.offer, turns, session, told(begun))
		}
	}
	r.broken = err
}

// Next implements eval.Episode.
func (r *rehearsal) Next() (llm.Request, bool) {
	if r.current == nil || r.broken != nil {
		return llm.Request{}, false
	}
	return r.current.Next()
}

// Observe implements eval.Episode.
func (r *rehearsal) Observe(reply *llm.Reply) {
	made := len(r.current.calls)
	r.current.Observe(reply)
	for _, call := range r.current.calls[made:] {
		call.Turn = r.held - 1
		r.calls = append(r.calls, call)
	}
	if r.broken = r.current.broken; r.broken == nil && r.current.over {
		r.next()
	}
}

// Verdict implements eval.Episode.
func (r *rehearsal) Verdict() eval.Verdict {
	return eval.Verdict{Pass: true, Calls: r.calls, Broken: r.broken}
}

// newPrerequisites makes the suite that comes before the questions of some memory
// categories.
func newPrerequisites(data *Data, categories []Category, mode Mode, memories *memories) (*benchmarks.Suite, error) {
	s := &benchmarks.Suite{
		Name: Prefix + "memory_prereq", Title: "the conversations before BFCL's memory questions",
		Version: fmt.Sprintf("v%s/%s", data.Version(), mode), ScorerVersion: ScorerVersion,
	}
	for _, category := range categories {
		documents, err := data.ClassDocuments(memoryClass(category))
		if err != nil {
			return nil, err
		}
		o := &offer{mode: mode}
		for _, document := range documents {
			o.documents = append(o.documents, annotate(document, Python))
		}
		for _, scenario := range []string{"customer", "finance", "healthcare", "notetaker", "student"} {
			entries, err := data.Prerequisites(category.Name, scenario)
			if err != nil {
				return nil, err
			}
			s.Tasks = append(s.Tasks, &prerequisite{category, scenario, memories, entries, o})
		}
	}
	s.Hash = data.Hash()
	return s, nil
}

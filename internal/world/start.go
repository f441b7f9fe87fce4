package world

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sort"

	"github.com/buttonbench/button"
	"go.starlark.net/starlark"
)

// Start is a state that a world can begin in. It is immutable and safe for
// concurrent use, so one Start can serve any number of records.
type Start struct {
	World *World
	Seed  uint64
	// Today is the day on which everything happens, "2006-01-02".
	Today string

	today  int
	tables map[string]*table
	order  []string        // table names, sorted
	codes  map[string]bool // codes that make() drew
}

// The days that a state may play on: 2025-01-01 to 2027-12-31.
const (
	firstToday = 20089
	todayCount = 1095
)

// Start makes the state of a seed. Equal seeds give equal states. An error
// means that the world's make() is wrong; it names file and line.
func (w *World) Start(seed uint64) (*Start, error) {
	today := firstToday + button.NewRandom(button.Seed(seed, "today", 0)).IntN(todayCount)
	start := &Start{World: w, Seed: seed, Today: dayText(today), today: today, codes: map[string]bool{}}
	random := button.NewRandom(button.Seed(seed, "make", 0))
	here := &scope{
		function: makeName, seed: seed, today: today, random: random,
		mint: makeMint(random, start.codes), steps: makeSteps, budget: makeBudget,
	}
	value, err := w.engine.run(here, w.engine.functions[makeName])
	if err == nil {
		err = start.fill(value)
	}
	var stop *stopped
	if errors.As(err, &stop) {
		err = errors.New("stop() has no meaning in make()")
	}
	var fault *Fault
	if err != nil && !errors.As(err, &fault) {
		err = w.engine.fault(here, w.engine.functions[makeName], err.Error())
	}
	if err != nil {
		return nil, fmt.Errorf("make a state from seed %d: %w", seed, err)
	}
	return start, nil
}

// fill takes over what make() returned.
func (s *Start) fill(value starlark.Value) error {
	made, ok := value.(*starlark.Dict)
	if !ok {
		return fmt.Errorf("want a dict of tables, have %s", value.Type())
	}
	if made.Len() > maxTables {
		return fmt.Errorf("%d tables are more than the allowed %d", made.Len(), maxTables)
	}
	s.tables = make(map[string]*table, made.Len())
	for key, rows := range made.Entries() {
		name, ok := starlark.AsString(key)
		if !ok {
			return fmt.Errorf("want names of tables as keys, have %s", key.Type())
		}
		table, err := newTable(name, rows)
		if err != nil {
			return err
		}
		s.tables[name] = table
		s.order = append(s.order, name)
	}
	sort.Strings(s.order)
	return s.checkTables()
}

// checkTables compares the tables with what world.yaml says of them.
func (s *Start) checkTables() error {
	for _, name := range sortedKeys(s.World.Fixed) {
		if s.tables[name] == nil {
			return fmt.Errorf("table %q is named in fixed but not made", name)
		}
	}
	for _, name := range sortedKeys(s.World.Types) {
		declared := s.World.Types[name]
		if declared.Table == "" {
			continue
		}
		made := s.tables[declared.Table]
		if made == nil {
			return fmt.Errorf("table %q of type %s is not made", declared.Table, name)
		}
		for i := range made.list.Len() {
			cell, found, _ := made.list.Index(i).(*starlark.Dict).Get(starlark.String(declared.Column))
			if _, isText := cell.(starlark.String); !found || !isText {
				return fmt.Errorf("table %q: row %d: type %s wants a string in column %q", declared.Table, i+1, name, declared.Column)
			}
		}
	}
	return nil
}

// Rows returns the rows of a table as Go values, nil for an unknown table.
// They are made once and shared: callers must not change them.
func (s *Start) Rows(table string) []map[string]Value {
	if made := s.tables[table]; made != nil {
		return made.values()
	}
	return nil
}

// Hash identifies the content of the ledger tables: SHA-256, hexadecimal. The
// order of rows does not count.
func (s *Start) Hash() string { return hashTables(s, s.tables) }

func hashTables(s *Start, tables map[string]*table) string {
	hash := sha256.New()
	for _, name := range s.order {
		if s.World.Fixed[name] {
			continue
		}
		digest := tables[name].digest()
		fmt.Fprintf(hash, "%s\n%x\n", name, digest)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// Fork returns a state to call functions on. It costs nothing worth counting:
// tables are copied when a write first touches them.
func (s *Start) Fork() *State { return &State{start: s, tables: s.tables} }

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

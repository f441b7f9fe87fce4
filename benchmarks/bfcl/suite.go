package bfcl

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/buttonbench/button/benchmarks"
	"github.com/buttonbench/button/benchmarks/bfcl/services"
	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/llm"
)

// ScorerVersion changes whenever a verdict could.
const ScorerVersion = "bfcl-" + pinnedCommit + "/1"

// Prefix stands before the names of categories and groups in --bench.
const Prefix = "bfcl/"

// SuiteOptions say which part of the benchmark is run, and how.
type SuiteOptions struct {
	// Names are of categories and groups, without Prefix.
	Names []string
	Mode  Mode
	// Embed makes the embeddings of memory_vector; nil leaves it out.
	Embed services.Embed
	// Today is the date by which the travel service reckons ages.
	Today time.Time
}

// NewSuite makes a suite of the tasks of some categories, in the benchmark's order.
// What cannot be run with these options is left out and told; where nothing remains,
// that is an error.
func NewSuite(data *Data, o SuiteOptions) (*benchmarks.Suite, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	categories, formatted, left, err := o.choose()
	if err != nil {
		return nil, err
	}
	s := &benchmarks.Suite{
		Name: Prefix + strings.Join(o.Names, ","+Prefix), Title: "BFCL v" + data.Version(),
		Version: fmt.Sprintf("v%s/%s", data.Version(), o.Mode), ScorerVersion: ScorerVersion, Warnings: left,
	}
	temperature := 0.001 // upstream's
	s.Temperature = &temperature
	shared := task{mode: o.Mode, data: data, judge: NewConversationJudge(data, o.Today), memories: newMemories(o.Embed)}
	var all []*task
	var remembered []Category
	for _, category := range categories {
		entries, err := data.Entries(category.Name)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			all = append(all, shared.of(entry))
		}
		if category.file == "memory" {
			remembered = append(remembered, category)
		}
	}
	if formatted {
		entries, err := data.FormatEntries()
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			t, err := shared.formatted(entry)
			if err != nil {
				return nil, err
			}
			all = append(all, t)
		}
	}
	for _, t := range all {
		s.Tasks = append(s.Tasks, t)
	}
	if len(remembered) > 0 {
		if s.Before, err = newPrerequisites(data, remembered, o.Mode, shared.memories); err != nil {
			return nil, err
		}
		s.Prepare = shared.memories.remember
		s.Before.Guide, s.Before.Temperature = newRehearsalGuide(), s.Temperature
	}
	s.Hash = data.Hash()
	s.Guide = newGuide(all)
	if changes := data.Warnings(); len(changes) > 0 {
		s.Warnings = append(s.Warnings, summary(changes))
		for _, change := range changes {
			s.Notes = append(s.Notes, change.String())
		}
	}
	return s, nil
}

// Check tells of options that make no sense.
func (o SuiteOptions) Check() error {
	if o.Mode != ModeNative && o.Mode != ModePrompt {
		return fmt.Errorf("the mode must be %s or %s, not %q", ModeNative, ModePrompt, o.Mode)
	}
	_, _, _, err := o.choose()
	return err
}

// summary tells of all changes of the data in one line.
func summary(changes []Warning) string {
	var names []string
	for _, change := range changes {
		if len(names) == 3 && len(changes) > 4 {
			names = append(names, fmt.Sprintf("%d more", len(changes)-3))
			break
		}
		names = append(names, change.File)
	}
	return fmt.Sprintf("files of the data differ from the version that this program was checked with (%.8s), so figures cannot be set beside published ones: %s", pinnedCommit, strings.Join(names, ", "))
}

// choose returns the categories that the names stand for, each once, whether
// format_sensitivity is wanted, and what is left out. That category is no part of any
// group: it asks 200 entries in 26 ways.
func (o SuiteOptions) choose() (categories []Category, formatted bool, left []string, err error) {
	wanted := map[string]bool{}
	for _, name := range o.Names {
		if name == FormatSensitivity {
			if formatted = o.Mode == ModePrompt; !formatted {
				left = append(left, FormatSensitivity+" is left out: it is about prompts: run it with --protocol prompt")
			}
			continue
		}
		members := InGroup(name)
		if len(members) == 0 {
			return nil, false, nil, fmt.Errorf("BFCL has no category or group %q: there are %s", name, strings.Join(Names(), ", "))
		}
		for _, c := range members {
			reason := o.unsupported(c)
			if reason == "" {
				wanted[c.Name] = true
				continue
			}
			text := fmt.Sprintf("%s is left out: %s", c.Name, reason)
			if !slices.Contains(left, text) {
				left = append(left, text)
			}
		}
	}
	if len(wanted) == 0 && !formatted {
		return nil, false, nil, errors.New(strings.Join(left, "; "))
	}
	return slices.DeleteFunc(Categories(), func(c Category) bool { return !wanted[c.Name] }), formatted, left, nil
}

// unsupported says why a category cannot be run, empty where it can.
func (o SuiteOptions) unsupported(c Category) string {
	switch {
	case c.file == "web_search":
		return "it needs a live search engine, whose answers change from day to day; its results can be scored with 'button score bfcl'"
	case c.Name == "memory_vector" && o.Embed == nil:
		return "it needs a model of embeddings: name one with --embeddings"
	}
	return ""
}

// Names lists the groups and categories that NewSuite knows.
func Names() []string {
	names := append(Groups(), FormatSensitivity)
	for _, c := range Categories() {
		names = append(names, c.Name)
	}
	return names
}

// task is one entry, asked in one mode.
type task struct {
	entry    *Entry
	mode     Mode
	data     *Data
	judge    *ConversationJudge
	memories *memories
	// id is the entry's, or that of format_sensitivity, which asks under a format.
	id     string
	format *promptFormat
	// configuration is the format's.
	configuration string
	// offer is made when the task is first started: most runs are resumed or of a
	// part.
	offer func() (*offer, error)
}

// of is a task like t for an entry.
func (t task) of(entry *Entry) *task {
	t.entry, t.id = entry, entry.ID
	t.offer = sync.OnceValues(func() (*offer, error) { return newOffer(t.data, entry, t.mode) })
	return &t
}

// formatted is a task like t for an entry of format_sensitivity.
func (t task) formatted(entry FormatEntry) (*task, error) {
	original, err := t.data.Entry(entry.Original)
	if err != nil {
		return nil, err
	}
	format, err := parseFormat(entry.Configuration)
	if err != nil {
		return nil, err
	}
	made := t.of(original)
	made.id, made.format, made.configuration = entry.ID, &format, entry.Configuration
	return made, nil
}

// ID implements eval.Task.
func (t *task) ID() string { return Prefix + t.id }

// Group implements eval.Task.
func (t *task) Group() map[string]string {
	if t.format != nil {
		return map[string]string{"category": FormatSensitivity, "group": GroupFormat, "format": t.configuration}
	}
	return map[string]string{"category": t.entry.Category.Name, "group": t.entry.Category.Group}
}

// Start implements eval.Task.
func (t *task) Start() eval.Episode { return t.StartRepeat(0) }

// StartRepeat implements eval.Repeated: a memory is that of the same repeat.
func (t *task) StartRepeat(repeat int) eval.Episode {
	episode, err := t.start(repeat)
	if err != nil {
		return broken{err}
	}
	return episode
}

func (t *task) start(repeat int) (eval.Episode, error) {
	o, err := t.offer()
	if err != nil {
		return nil, err
	}
	turns, err := t.entry.Turns()
	if err != nil {
		return nil, err
	}
	if len(turns) == 0 {
		return nil, fmt.Errorf("entry %s has no question", t.entry.ID)
	}
	switch t.entry.Category.Checker {
	case CheckExecution:
		return newDialogue(t, o, turns)
	case CheckAnswer:
		return newAgent(t, o, turns, repeat)
	}
	if t.format != nil {
		text, err := t.format.prompt(o.documents)
		if err != nil {
			return nil, err
		}
		return &single{task: t, opening: llm.Request{Messages: withSystem(text, turns[0])}}, nil
	}
	request, err := opening(o, turns[0])
	if err != nil {
		return nil, err
	}
	return &single{task: t, opening: request}, nil
}

// broken is an episode whose data cannot be used.
type broken struct{ err error }

// Next implements eval.Episode.
func (b broken) Next() (llm.Request, bool) { return llm.Request{}, false }

// Observe implements eval.Episode.
func (b broken) Observe(*llm.Reply) {}

// Verdict implements eval.Episode.
func (b broken) Verdict() eval.Verdict { return eval.Verdict{Broken: b.err} }

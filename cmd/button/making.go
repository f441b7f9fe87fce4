package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate"
	"github.com/buttonbench/button/generate/simulated"
	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/models"
	"github.com/buttonbench/button/internal/runstore"
)

// making is a dataset in the making, and whoever helps to make it.
type making struct {
	flags   *generateFlags
	options generate.Options
	config  generateConfig
	// link leads to the teacher, judgeLink to the judge; nil without one.
	link, judgeLink *connection
	pool            *simulated.PoolFacts
	calibration     *simulated.Calibration
	// own is the functions of the user's, nil where functions are written.
	own *ownTools
}

func (m *making) close() {
	if m.own != nil {
		m.own.close()
	}
	for _, link := range []*connection{m.link, m.judgeLink} {
		if link != nil {
			link.close()
		}
	}
}

// engageTeachers reaches teacher and judge and notes them in options and
// configuration.
func (p *process) engageTeachers(ctx context.Context, m *making) error {
	prompts, err := teach.Embedded()
	if err != nil {
		return err
	}
	f := m.flags
	if m.options.Teacher, m.link, m.config.Teacher, err = p.engage(ctx, &f.teacher, f.teacher.teacher, prompts); err != nil {
		return err
	}
	m.options.Workers = f.teacher.concurrency
	switch f.mode {
	case button.ModeHybrid:
		m.config.Solvers, m.options.Solvers = f.solvers, f.solvers
	case button.ModeSimulated:
		if m.config.Imagination, err = f.imagination.config(f.count); err != nil {
			return err
		}
		if f.imagination.own.source != "" {
			if err := p.openOwn(ctx, m); err != nil {
				return err
			}
		}
		if f.imagination.judge != "" {
			if m.options.Judge, m.judgeLink, m.config.Imagination.Judge, err = p.engage(ctx, &f.teacher, f.imagination.judge, prompts); err != nil {
				return err
			}
			m.config.Imagination.Calibrate = f.imagination.calibrate
		}
	}
	m.options.ConfigHash = m.config.hash()
	return nil
}

// engage prepares the way to a model and makes it a teacher.
func (p *process) engage(ctx context.Context, f *teacherFlags, name string, prompts *teach.Prompts) (*teach.Teacher, *connection, *teacherConfig, error) {
	model, err := f.resolve(name)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := f.endpoint.ready(model, p.env); err != nil {
		return nil, nil, nil, err
	}
	link, err := p.connectTeacher(ctx, f, name, model)
	if err != nil {
		return nil, nil, nil, err
	}
	options := teach.Options{Client: link.client, Model: model.ID, Sampling: sampling(model), Format: teach.Format(f.format), ExtraBody: model.Body()}
	if model.Prices != nil {
		options.Prices = prices(model)
	}
	model.Limits, model.Prices = models.Limits{Context: model.Limits.Context}, nil
	return teach.New(options, prompts), link, &teacherConfig{Model: model, Format: f.format, Prompts: prompts.Hashes()}, nil
}

// writeDataset generates into a folder that appears only when it is complete.
func (p *process) writeDataset(ctx context.Context, m *making) (*generate.Summary, error) {
	ctx, drain, stop := p.twoStage(ctx)
	defer stop()
	out := m.flags.out
	dataset, err := runstore.CreateDataset(runstore.OS{}, out, m.flags.replace)
	if err != nil {
		if errors.Is(err, runstore.ErrExists) {
			return nil, hinted(exitUsage, fmt.Errorf("there is a dataset in %s already", out), "name another --out, or add --replace")
		}
		return nil, err
	}
	defer dataset.Abort()
	records, err := dataset.Create("records.jsonl")
	if err != nil {
		return nil, err
	}
	rejects, err := dataset.Create("rejects.jsonl")
	if err != nil {
		return nil, err
	}
	kept, err := keepRejects(m)
	if err != nil {
		return nil, err
	}
	defer kept.close(p)
	refused := io.MultiWriter(rejects, kept)
	if m.flags.mode == button.ModeSimulated {
		if err := p.imagine(ctx, m, refused); err != nil {
			return nil, err
		}
	}
	bar := p.progressLine("generating", m.options.Count, 0)
	m.options.Drain = drain
	m.options.Progress = func(now generate.Progress) { bar.Set(now.Done, stageNote(now.Stages, m.link)) }
	first := &firstLines{to: records, want: m.config.calibrated()}
	summary, err := generate.Run(ctx, m.options, generate.Sink{Records: first, Rejects: refused})
	bar.Close()
	if err != nil {
		return nil, err
	}
	for _, stream := range []io.Closer{records, rejects} {
		if err := stream.Close(); err != nil {
			return nil, err
		}
	}
	if err := p.calibrate(ctx, m, first.lines); err != nil {
		return nil, err
	}
	if err := m.commit(dataset, summary); err != nil {
		return nil, err
	}
	kept.needless = true
	return summary, nil
}

// keptRejects is a second copy of the rejects, beside the place of a dataset that a
// teacher helps to make: a run that comes to nothing must show why.
type keptRejects struct {
	file     *os.File // nil where nothing is kept
	lines    int
	needless bool // the dataset is there and has them
}

func keepRejects(m *making) (*keptRejects, error) {
	if m.link == nil {
		return &keptRejects{}, nil
	}
	file, err := os.Create(filepath.Clean(m.flags.out) + ".rejects.jsonl")
	return &keptRejects{file: file}, err
}

func (k *keptRejects) Write(line []byte) (int, error) {
	if k.file == nil {
		return len(line), nil
	}
	k.lines++
	return k.file.Write(line)
}

func (k *keptRejects) close(p *process) {
	if k.file == nil {
		return
	}
	k.file.Close()
	if k.needless || k.lines == 0 {
		os.Remove(k.file.Name())
		return
	}
	p.warn("no dataset was written; what was rejected until then is in %s", k.file.Name())
}

// calibrated is how many records the judge is measured on.
func (c *generateConfig) calibrated() int {
	if c.Imagination == nil {
		return 0
	}
	return c.Imagination.Calibrate
}

// firstLines passes on what is written and remembers the first lines. Each write
// is one line.
type firstLines struct {
	to    io.Writer
	want  int
	lines [][]byte
}

func (f *firstLines) Write(line []byte) (int, error) {
	if len(f.lines) < f.want {
		f.lines = append(f.lines, bytes.Clone(line))
	}
	return f.to.Write(line)
}

// calibrate measures the judge on faults planted in accepted records.
func (p *process) calibrate(ctx context.Context, m *making, lines [][]byte) error {
	if m.options.Judge == nil || len(lines) == 0 {
		return nil
	}
	var records []*button.Record
	for _, line := range lines {
		record := &button.Record{}
		if err := json.Unmarshal(line, record); err != nil {
			return err
		}
		records = append(records, record)
	}
	var err error
	m.calibration, err = simulated.Calibrate(ctx, m.options.Judge, records, m.flags.seed)
	return err
}

// stageNote says where candidates are and what the teacher has used; nothing where
// no teacher is asked.
func stageNote(stages []generate.InStage, link *connection) string {
	if link == nil {
		return ""
	}
	var at []string
	for _, stage := range stages {
		if stage.Candidates > 0 {
			at = append(at, fmt.Sprintf("%s %d", stage.Stage, stage.Candidates))
		}
	}
	return strings.Join(append(at, link.note()), ", ")
}

// datasetFacts are what a dataset's manifest tells beside its configuration.
type datasetFacts struct {
	*generate.Summary
	Pool        *simulated.PoolFacts     `json:"scenario_pool,omitempty"`
	PoolAsked   *teach.Ledger            `json:"scenario_pool_asked,omitempty"`
	Registry    *simulated.RegistryFacts `json:"registry,omitempty"`
	Tools       *ownFacts                `json:"tools,omitempty"`
	Calibration *simulated.Calibration   `json:"judge_calibration,omitempty"`
}

func (m *making) facts(summary *generate.Summary) datasetFacts {
	facts := datasetFacts{Summary: summary, Pool: m.pool, Calibration: m.calibration}
	if m.pool != nil {
		facts.PoolAsked = &m.pool.Ledger
	}
	if m.own != nil {
		facts.Tools = m.own.facts()
		return facts
	}
	if m.options.Imagination != nil {
		registry := m.options.Imagination.Registry()
		facts.Registry = &registry
	}
	return facts
}

func (m *making) commit(dataset *runstore.Dataset, summary *generate.Summary) error {
	card, err := dataset.Create("card.md")
	if err != nil {
		return err
	}
	if _, err := io.WriteString(card, m.card(summary)); err != nil {
		return err
	}
	if err := card.Close(); err != nil {
		return err
	}
	resolved, err := json.Marshal(m.config)
	if err != nil {
		return err
	}
	facts, err := json.Marshal(m.facts(summary))
	if err != nil {
		return err
	}
	return dataset.Commit(runstore.Manifest{Tool: "button " + version(), Config: resolved, Facts: facts})
}

package models

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/buttonbench/button/internal/config"
)

// MaxModels bounds the models of one file.
const MaxModels = 1000

// File is a models.yaml that was read whole and found good.
type File struct {
	path   string
	models []Model // sorted by name
	// dialects are the names that parser may have beside auto and native.
	dialects []string
}

// New returns a file without models, for those who name bare ids only. dialects
// are the names that parser may have beside auto and native.
func New(dialects []string) *File { return &File{dialects: slices.Clone(dialects)} }

// Load reads a file; see Parse.
func Load(path string, dialects []string) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading the models file: %w", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, config.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("reading the models file: %w", err)
	}
	return Parse(path, data, dialects)
}

// Parse reads the text of a models file. name stands in errors, which are
// *config.Error with line and column; dialects are as for New. Every model of the file is checked, also those that
// nobody asks for.
func Parse(name string, data []byte, dialects []string) (*File, error) {
	root, err := config.Parse(name, data)
	if err != nil {
		return nil, err
	}
	// First of all, so that no later message quotes a key.
	if err := refuseKeys(root); err != nil {
		return nil, err
	}
	var top struct {
		Version  *config.Node                 `yaml:"version"`
		Defaults *config.Node                 `yaml:"defaults"`
		Models   config.Ordered[*config.Node] `yaml:"models"`
	}
	if root.Kind != config.Null {
		if err := root.Decode(&top); err != nil {
			return nil, err
		}
	}
	if err := checkVersion(root, top.Version); err != nil {
		return nil, err
	}
	f := New(dialects)
	f.path = name
	defaults, err := f.readDefaults(top.Defaults)
	if err != nil {
		return nil, err
	}
	if len(top.Models) > MaxModels {
		return nil, root.ErrorAt([]string{"models"}, "%d models are more than the allowed %d", len(top.Models), MaxModels)
	}
	for _, entry := range top.Models {
		if text := checkName(entry.Name); text != "" {
			return nil, &config.Error{File: name, Line: entry.Line, Column: entry.Column, Text: text}
		}
		model, err := f.readModel(entry, defaults)
		if err != nil {
			return nil, err
		}
		f.models = append(f.models, model)
	}
	slices.SortFunc(f.models, func(a, b Model) int { return strings.Compare(a.Name, b.Name) })
	return f, nil
}

func checkVersion(root, version *config.Node) error {
	want := fmt.Sprint(Version)
	switch {
	case version == nil:
		return root.Errorf("the version of the file is missing: write version: %s at its top", want)
	case version.Kind != config.Integer:
		return version.Errorf("want version: %s, have %s", want, version.Kind)
	case version.Text != want:
		return version.Errorf("this program reads version %s of the file, not version %.20s", want, version.Text)
	}
	return nil
}

// readDefaults checks the defaults by themselves, so that their faults are told
// even if there is no model yet. It returns nil where there are none.
func (f *File) readDefaults(node *config.Node) (*config.Node, error) {
	if node == nil || node.Kind == config.Null {
		return nil, nil
	}
	if _, err := merge(nil, node, sections); err != nil {
		return nil, err
	}
	model, err := decodeModel(node)
	if err != nil {
		return nil, err
	}
	return node, at(node, checkParts(model, f.dialects))
}

func (f *File) readModel(entry config.Entry[*config.Node], defaults *config.Node) (Model, error) {
	node := entry.Value
	place := &config.Node{Kind: config.Map, File: f.path, Line: entry.Line, Column: entry.Column}
	if node == nil || node.Kind == config.Null {
		node = place // a model that is all defaults
	}
	merged, err := merge(defaults, node, sections)
	if err != nil {
		return Model{}, err
	}
	model, err := decodeModel(merged)
	if err != nil {
		return Model{}, err
	}
	model.Name = entry.Name
	model.fillIn()
	if len(model.BaseURLs) == 0 {
		return Model{}, place.Errorf("model %q has no base_url: write one here or under defaults, for example %s", entry.Name, exampleURL)
	}
	return model, at(merged, check(model, f.dialects))
}

// fillIn sets what a file or a command line may leave out.
func (m *Model) fillIn() {
	if m.ID == "" {
		m.ID = m.Name
	}
	if m.Tools == "" {
		m.Tools = ToolsNative
	}
	if m.Parser == "" {
		m.Parser = ParserAuto
	}
}

// Names are the names of all models, sorted.
func (f *File) Names() []string {
	names := make([]string, len(f.models))
	for i, model := range f.models {
		names[i] = model.Name
	}
	return names
}

// Lookup returns the model of a name.
func (f *File) Lookup(name string) (Model, error) {
	for _, model := range f.models {
		if model.Name == name {
			return model.clone(), nil
		}
	}
	if f.path == "" {
		return Model{}, fmt.Errorf("there is no model %.100q: no models file was read", name)
	}
	return Model{}, fmt.Errorf("%s: there is no model %.100q: %s", f.path, name, f.list())
}

// list names the models for a message.
func (f *File) list() string {
	const most = 20
	names := f.Names()
	switch {
	case len(names) == 0:
		return "the file has none"
	case len(names) > most:
		return fmt.Sprintf("there are %s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return "there are " + strings.Join(names, ", ")
}

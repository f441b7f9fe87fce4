package world

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/buttonbench/button/internal/config"
)

// The files of a world folder.
const (
	SpecFile   = "world.yaml"
	SourceFile = "world.star"
)

// worldFile is world.yaml as it is written; docs/worlds.md describes it.
type worldFile struct {
	World     string
	Title     string
	Use       string
	Role      string
	Currency  string
	We        *bool
	Scenarios []string
	Fixed     []string
	Types     config.Ordered[typeFile]
	Functions config.Ordered[functionFile]
}

// codeName is what functions, parameters, fields, tables and codes are called.
var codeName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,47}$`)

// enumName is what the codes of an enum are called.
var enumName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$`)

// typeName is what types are called.
var typeName = regexp.MustCompile(`^[A-Z][A-Za-z0-9]{0,31}$`)

// Load reads the world in folder dir of fsys ("" and "." mean fsys itself). It
// is strict: whatever the format does not know is an error that names file,
// line and column. Load compiles world.star but does not run make().
func Load(fsys fs.FS, dir string) (*World, error) {
	specName, sourceName := path.Join(dir, SpecFile), path.Join(dir, SourceFile)
	spec, err := readBounded(fsys, specName, config.MaxBytes)
	if err != nil {
		return nil, err
	}
	source, err := readBounded(fsys, sourceName, maxSourceBytes)
	if err != nil {
		return nil, err
	}
	w, err := parseWorld(specName, spec)
	if err != nil {
		return nil, err
	}
	if w.engine, err = compile(sourceName, source, helpers()); err != nil {
		return nil, err
	}
	if err := w.checkBehaviour(); err != nil {
		return nil, err
	}
	w.Hash = hashFiles(spec, source)
	return w, nil
}

func readBounded(fsys fs.FS, name string, limit int) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err == nil && info.Size() > int64(limit) {
		return nil, fmt.Errorf("read world: %s: %d bytes are more than the allowed %d", name, info.Size(), limit)
	}
	var data []byte
	if err == nil {
		data, err = fs.ReadFile(fsys, name)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read world: %s is missing: a world is a folder with %s and %s", name, SpecFile, SourceFile)
	}
	if err != nil {
		return nil, fmt.Errorf("read world: %w", err)
	}
	return data, nil
}

// hashFiles identifies a world by the bytes of both files.
func hashFiles(spec, source []byte) string {
	hash := sha256.New()
	fmt.Fprintf(hash, "%d\n%d\n", len(spec), len(source))
	hash.Write(spec)
	hash.Write(source)
	return hex.EncodeToString(hash.Sum(nil))
}

// loader turns a worldFile into a World. Errors carry the place of a path of
// keys in the file.
type loader struct {
	root  *config.Node
	world *World
	// builtins are the base types by name.
	builtins map[string]*Type
}

func (l *loader) errorAt(steps []string, format string, values ...any) error {
	return l.root.ErrorAt(steps, format, values...)
}

func steps(first string, more ...string) []string { return append([]string{first}, more...) }

func parseWorld(name string, data []byte) (*World, error) {
	root, err := config.Parse(name, data)
	if err != nil {
		return nil, err
	}
	var file worldFile
	if err := root.Decode(&file); err != nil {
		return nil, err
	}
	w := &World{
		Name: file.World, Title: file.Title, Role: file.Role, Use: file.Use, Currency: file.Currency,
		We: file.We == nil || *file.We, Scenarios: file.Scenarios,
		Fixed: map[string]bool{}, Types: map[string]*Type{}, byName: map[string]*Function{}, spec: root,
	}
	if w.Currency == "" {
		w.Currency = "EUR"
	}
	l := &loader{root: root, world: w, builtins: Builtins(w.Currency)}
	if err := l.head(&file); err != nil {
		return nil, err
	}
	if err := l.types(file.Types); err != nil {
		return nil, err
	}
	if err := l.functions(file.Functions); err != nil {
		return nil, err
	}
	return w, nil
}

func (l *loader) head(file *worldFile) error {
	w := l.world
	for _, required := range []struct{ key, value string }{
		{"world", w.Name}, {"title", w.Title}, {"use", w.Use}, {"role", w.Role},
	} {
		if strings.TrimSpace(required.value) == "" {
			return l.errorAt(steps(required.key), "%s is missing or empty", required.key)
		}
	}
	if !codeName.MatchString(w.Name) {
		return l.errorAt(steps("world"), "world: %q must be lower case letters, digits and underscores", clip(w.Name))
	}
	if w.Use != "train" && w.Use != "heldout" {
		return l.errorAt(steps("use"), "use: want train or heldout, have %q", clip(w.Use))
	}
	switch w.Currency {
	case "EUR", "GBP", "USD":
	default:
		return l.errorAt(steps("currency"), "currency: want EUR, GBP or USD, have %q", clip(w.Currency))
	}
	if len(w.Scenarios) < 5 {
		return l.errorAt(steps("scenarios"), "scenarios: want at least five, have %d", len(w.Scenarios))
	}
	for i, scenario := range w.Scenarios {
		if words := len(strings.Fields(scenario)); words == 0 || words > 10 {
			return l.errorAt(steps("scenarios", fmt.Sprint(i)), "scenarios: want one to ten words, have %d", words)
		}
	}
	for i, table := range file.Fixed {
		if w.Fixed[table] || !codeName.MatchString(table) {
			return l.errorAt(steps("fixed", fmt.Sprint(i)), "fixed: %q stands twice or is no name of a table", clip(table))
		}
		w.Fixed[table] = true
	}
	return nil
}

// checkBehaviour compares world.star with the functions of world.yaml.
func (w *World) checkBehaviour() error {
	missing := func(name, signature string) error {
		return &Fault{File: w.engine.file, Function: name, Text: "is missing: write def " + signature}
	}
	made := w.engine.functions[makeName]
	if made == nil {
		return missing(makeName, "make():")
	}
	if made.NumParams() != 0 {
		return w.engine.fault(&scope{function: makeName}, made, "want def make(): without parameters")
	}
	for _, f := range w.Functions {
		function := w.engine.functions[f.Name]
		if function == nil {
			return missing(f.Name, f.Name+"(db, a):")
		}
		if function.NumParams() != 2 || function.HasVarargs() || function.HasKwargs() || function.NumKwonlyParams() > 0 {
			return w.engine.fault(&scope{function: f.Name}, function, "want def "+f.Name+"(db, a):")
		}
	}
	return nil
}

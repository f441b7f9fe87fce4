package services

import (
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// Bounds on walks over a tree that holds itself, or shares its parts so often that
// it has more paths than memory: Python's own recursion limit, and the work that
// looking at an entry counts for.
const (
	maxNesting = 970
	nodeWork   = 64
)

// file is a file. Its content is of whatever kind was written to it.
type file struct{ name, content python.Value }

// directory is a directory. Several directory objects can share one contents
// object: a moved or renamed one takes its contents along, and its old object
// goes on being the parent of what is below.
type directory struct {
	name     python.Value
	parent   *directory   // nil for the root
	contents *python.Dict // name to *file or *directory
}

func newDirectory(name python.Value, parent *directory) *directory {
	return &directory{name: name, parent: parent, contents: python.NewDict()}
}

// has reports whether an entry of that name is there.
func (d *directory) has(name python.Value) (bool, error) {
	_, found, err := d.contents.Get(name)
	return found, err
}

// get returns the *file or *directory of that name, nil without. The name "." is
// the directory itself, once there is an entry of that name.
func (d *directory) get(name python.Value) (any, error) {
	node, found, err := d.contents.Get(name)
	if err != nil || !found {
		return nil, err
	}
	if name == "." {
		return d, nil
	}
	return node, nil
}

// path is "/" and the names from the outermost ancestor down.
func (d *directory) path() (string, error) {
	var names []string
	for at := d; at != nil; at = at.parent {
		name, isText := at.name.(string)
		if !isText {
			return "", python.Raise("TypeError", "sequence item 0: expected str instance, %s found", python.KindName(at.name))
		}
		names = append(names, name)
	}
	var path strings.Builder
	for i := len(names) - 1; i >= 0; i-- {
		path.WriteByte('/')
		path.WriteString(names[i])
	}
	return path.String(), nil
}

const badCharacters = `|/\?%*:"><`

// badName reports whether a name holds one of the characters that names must not
// hold; a list or map, whether that is an element or key.
func badName(name python.Value) (bool, error) {
	if text, isText := name.(string); isText {
		return strings.ContainsAny(text, badCharacters), nil
	}
	for i := range len(badCharacters) {
		found, err := python.Contains(name, badCharacters[i:i+1])
		if found || err != nil {
			return found, err
		}
	}
	return false, nil
}

func newFileSystem(configuration *python.Dict, environment *Environment) (Service, error) {
	s := &fileSystem{environment: environment}
	s.root = newDirectory("/", nil)
	s.current = s.root
	if configuration == nil {
		return s, nil
	}
	member, found := configuration.GetText("root")
	if !found {
		return s, nil
	}
	roots, isMap := member.(*python.Dict)
	if !isMap || roots.Len() == 0 {
		return nil, python.Raise("ValueError", "GorillaFileSystem: root is to be a map of one directory")
	}
	name, tree := roots.At(0)
	l := treeLoader{}
	if environment.LongContext {
		if err := l.enlarge(environment.Constants); err != nil {
			return nil, err
		}
	}
	s.root.name = name
	return s, l.load(s.root, tree, 0)
}

// treeLoader builds directories from a configuration.
type treeLoader struct {
	longContext bool
	unchanged   *python.List // names of files whose content is not extended
	extension   python.Value // added to other files' contents
	population  *python.List // names of empty files added to directories without subdirectories
}

func (l *treeLoader) enlarge(constants *Constants) error {
	l.longContext = true
	l.extension = constants.value("FILE_CONTENT_EXTENSION")
	var ok, also bool
	l.unchanged, ok = constants.value("FILES_TAIL_USED").(*python.List)
	l.population, also = constants.value("POPULATE_FILE_EXTENSION").(*python.List)
	if !ok || !also {
		return python.Raise("ValueError", "GorillaFileSystem: the long-context constants FILES_TAIL_USED and POPULATE_FILE_EXTENSION are to be lists")
	}
	return nil
}

// load fills a directory from {"type": "directory", "contents": {...}}.
func (l *treeLoader) load(d *directory, tree python.Value, depth int) error {
	contents, isMap := memberMap(tree, "contents")
	if !isMap {
		return python.Raise("ValueError", "GorillaFileSystem: directory %v: contents is to be a map", d.name)
	}
	if depth > maxNesting {
		return python.Raise("RecursionError", "GorillaFileSystem: root is nested too deeply")
	}
	bottom := true
	for i := range contents.Len() {
		name, value := contents.At(i)
		entry, isMap := value.(*python.Dict)
		if !isMap {
			return python.Raise("ValueError", "GorillaFileSystem: entry %v is to be a map", name)
		}
		var node any
		if kind, _ := entry.GetText("type"); kind == "directory" {
			bottom = false
			below := newDirectory(name, d)
			if err := l.load(below, entry, depth+1); err != nil {
				return err
			}
			node = below
		} else {
			made, err := l.file(name, entry)
			if err != nil {
				return err
			}
			node = made
		}
		if err := d.contents.Set(name, node); err != nil {
			return err
		}
	}
	if bottom && l.longContext {
		return l.populate(d)
	}
	return nil
}

func (l *treeLoader) file(name python.Value, entry *python.Dict) (*file, error) {
	content, found := entry.GetText("content")
	if !found {
		content = ""
	}
	if l.longContext {
		if kept, err := python.Contains(l.unchanged, name); err != nil {
			return nil, err
		} else if !kept {
			if content, err = python.Add(content, l.extension); err != nil {
				return nil, err
			}
		}
	}
	return &file{name: name, content: content}, nil
}

func (l *treeLoader) populate(d *directory) error {
	files := make([]file, len(l.population.Items))
	for i, name := range l.population.Items {
		if there, err := d.has(name); err != nil {
			return err
		} else if there {
			return python.Raise("ValueError", "File '%v' already exists in directory '%v'.", name, d.name)
		}
		files[i] = file{name: name, content: ""}
		if err := d.contents.Set(name, &files[i]); err != nil {
			return err
		}
	}
	return nil
}

func memberMap(value python.Value, name string) (*python.Dict, bool) {
	outer, isMap := value.(*python.Dict)
	if !isMap {
		return nil, false
	}
	inner, _ := outer.GetText(name)
	result, isMap := inner.(*python.Dict)
	return result, isMap
}

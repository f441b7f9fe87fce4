package services

import (
	"strconv"
	"strings"

	"github.com/buttonbench/button/internal/python"
)

func (s *fileSystem) cd(arguments []python.Value) (python.Value, error) {
	folder, isText := arguments[0].(string)
	if !isText {
		return nil, noAttribute(arguments[0], "rstrip")
	}
	folder = strings.TrimRight(folder, "/")
	switch folder {
	case "":
		s.current = s.root
	case ".":
	case "..":
		if s.current.parent == nil {
			return failure("Current directory is already the root. Cannot go back."), nil
		}
		s.current = s.current.parent
		return python.NewDict(), nil
	default:
		if strings.Contains(folder, "/") {
			return failure("cd: " + folder + ": Unsupported path. Only one folder level at a time is supported."), nil
		}
		node, err := s.current.get(folder)
		if err != nil {
			return nil, err
		}
		into, isDirectory := node.(*directory)
		if !isDirectory {
			return failure("cd: '" + folder + "': No such file or directory"), nil
		}
		s.current = into
	}
	return record("current_working_directory", s.current.name), nil
}

// walk resolves a path of find; nil when a part of it is no directory.
func (s *fileSystem) walk(path python.Value) (*directory, error) {
	text, isText := path.(string)
	switch {
	case path == nil:
		return nil, noAttribute(path, "rstrip")
	case !isText:
		return nil, noAttribute(path, "strip")
	case text == ".":
		return s.current, nil
	case text == "/":
		return s.root, nil
	}
	at := s.current
	if strings.HasPrefix(text, "/") {
		at = s.root
	}
	for part := range strings.SplitSeq(strings.Trim(text, "/"), "/") {
		if part == "." {
			continue
		}
		node, err := at.get(part)
		if err != nil {
			return nil, err
		}
		below, isDirectory := node.(*directory)
		if !isDirectory {
			return nil, nil
		}
		at = below
	}
	return at, nil
}

func (s *fileSystem) find(arguments []python.Value) (python.Value, error) {
	path, name := arguments[0], arguments[1]
	start, err := s.walk(path)
	if err != nil {
		return nil, err
	}
	if start == nil {
		return failuref("find: '%s': No such file or directory", path)
	}
	f := finder{name: name, environment: s.environment, matches: &python.List{}}
	if err := f.below(start, strings.TrimRight(path.(string), "/"), 0); err != nil {
		return nil, err
	}
	return record("matches", f.matches), nil
}

// finder collects the paths of entries whose names hold a text; all of them if
// the name is None.
type finder struct {
	name        python.Value
	environment *Environment
	matches     *python.List
}

func (f *finder) below(d *directory, path string, depth int) error {
	if depth > maxNesting {
		return tooDeep()
	}
	for i := range d.contents.Len() {
		name, node := d.contents.At(i)
		matches := f.name == nil
		if !matches {
			var err error
			if matches, err = python.Contains(name, f.name); err != nil {
				return err
			}
		}
		shown, err := python.Str(name)
		if err != nil {
			return err
		}
		full := path + "/" + shown
		if err := f.environment.spend(nodeWork + len(full)); err != nil {
			return err
		}
		if matches {
			f.matches.Items = append(f.matches.Items, full)
		}
		if below, isDirectory := node.(*directory); isDirectory {
			if err := f.below(below, full, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

func tooDeep() error { return python.Raise("RecursionError", "maximum recursion depth exceeded") }

func (s *fileSystem) du(arguments []python.Value) (python.Value, error) {
	size, err := s.current.size(0, s.environment)
	if err != nil {
		return nil, err
	}
	if !python.Truth(arguments[0]) {
		return record("disk_usage", strconv.FormatInt(size, 10)+" bytes"), nil
	}
	units := []string{"B", "KB", "MB", "GB", "TB", "PB"}
	readable, unit := float64(size), 0
	for readable >= 1024 && unit < len(units)-1 {
		readable /= 1024
		unit++
	}
	return record("disk_usage", python.FormatFixed(readable, 2)+" "+units[unit]), nil
}

// size is the number of bytes in all files below.
func (d *directory) size(depth int, environment *Environment) (int64, error) {
	if depth > maxNesting {
		return 0, tooDeep()
	}
	var total int64
	for i := range d.contents.Len() {
		if err := environment.spend(nodeWork); err != nil {
			return 0, err
		}
		_, node := d.contents.At(i)
		switch node := node.(type) {
		case *directory:
			below, err := node.size(depth+1, environment)
			if err != nil {
				return 0, err
			}
			total += below
		case *file:
			text, isText := node.content.(string)
			if !isText {
				return 0, noAttribute(node.content, "encode")
			}
			total += int64(len(text))
		}
	}
	return total, nil
}

// placement is where mv and cp are to put something: into a directory, under a
// name. A refusal is the result to return instead.
type placement struct {
	into     *directory
	name     python.Value
	existing bool // into is an existing directory that the destination names
	refusal  python.Value
}

// place reads the arguments of mv and cp, whose messages begin with the command
// and name the action.
func (s *fileSystem) place(command, action string, source, destination python.Value) (p placement, err error) {
	there, err := s.current.has(source)
	if err != nil {
		return p, err
	}
	if !there {
		p.refusal, err = failuref(command+": cannot "+action+" '%s': No such file or directory", source)
		return p, err
	}
	if slash, err := python.Contains(destination, "/"); err != nil {
		return p, err
	} else if slash {
		p.refusal = failure(command + ": path not allowed in destination. Provide only a file or directory name.")
		return p, nil
	}
	node, err := s.current.get(destination)
	switch node := node.(type) {
	case *directory:
		return placement{into: node, name: source, existing: true}, nil
	case *file:
		p.refusal, err = failuref(command+": cannot "+action+" '%s' to '%s': Not a directory", source, destination)
		return p, err
	}
	return placement{into: s.current, name: destination}, err
}

// done is the result of mv and cp.
func (p placement) done(action string, source, destination python.Value) (python.Value, error) {
	if p.existing {
		return resultf("'%s' "+action+" to '%s/%s'", source, destination, source)
	}
	return resultf("'%s' "+action+" to '%s'", source, destination)
}

func (s *fileSystem) mv(arguments []python.Value) (python.Value, error) {
	source, destination := arguments[0], arguments[1]
	p, err := s.place("mv", "move", source, destination)
	if p.refusal != nil || err != nil {
		return p.refusal, err
	}
	if there, err := p.into.has(p.name); err != nil {
		return nil, err
	} else if there {
		return failuref("mv: cannot move '%s' to '%s/%s': File exists", source, destination, source)
	}
	node, err := s.current.get(source)
	if err != nil {
		return nil, err
	}
	if _, err := s.current.contents.Delete(source); err != nil {
		return nil, err
	}
	var moved any
	switch node := node.(type) {
	case *directory:
		moved = &directory{name: p.name, parent: p.into, contents: node.contents}
	case *file:
		moved = &file{name: p.name, content: node.content}
	}
	if err := p.into.contents.Set(p.name, moved); err != nil {
		return nil, err
	}
	return p.done("moved", source, destination)
}

func (s *fileSystem) cp(arguments []python.Value) (python.Value, error) {
	source, destination := arguments[0], arguments[1]
	p, err := s.place("cp", "copy", source, destination)
	if p.refusal != nil || err != nil {
		return p.refusal, err
	}
	node, err := s.current.get(source)
	if err != nil {
		return nil, err
	}
	if there, err := p.into.has(p.name); err != nil {
		return nil, err
	} else if there {
		return nil, alreadyThere(node, p.name, p.into)
	}
	switch node := node.(type) {
	case *file:
		err = p.into.contents.Set(p.name, &file{name: p.name, content: node.content})
	case *directory:
		// The copy stands in its place before it gets its contents: one that is
		// copied into itself holds itself.
		copied := newDirectory(p.name, p.into)
		if err = p.into.contents.Set(p.name, copied); err == nil {
			err = copyEntries(copied.contents, node.contents)
		}
	}
	if err != nil {
		return nil, err
	}
	return p.done("copied", source, destination)
}

func alreadyThere(node any, name python.Value, in *directory) error {
	kind := "File"
	if _, isDirectory := node.(*directory); isDirectory {
		kind = "Directory"
	}
	text, err := textf(kind+" '%s' already exists in directory '%s'.", name, in.name)
	if err != nil {
		return err
	}
	return &python.Exception{Kind: "ValueError", Message: text}
}

// copyEntries stores all entries of one contents map in another. The nodes are
// shared.
func copyEntries(to, from *python.Dict) error {
	for i := range from.Len() {
		name, node := from.At(i)
		if err := to.Set(name, node); err != nil {
			return err
		}
	}
	return nil
}

package services

import "github.com/buttonbench/button/internal/python"

// fileSystem is upstream's GorillaFileSystem (bfcl_backends.md section 1).
type fileSystem struct {
	root, current *directory
	environment   *Environment
}

var fileSystemClass = Class{
	Name: "GorillaFileSystem",
	New:  newFileSystem,
	Methods: []Method{
		{"pwd", nil, on((*fileSystem).pwd)},
		{"ls", []Parameter{optional("a", false)}, on((*fileSystem).ls)},
		{"cd", required("folder"), on((*fileSystem).cd)},
		{"mkdir", required("dir_name"), on((*fileSystem).mkdir)},
		{"touch", required("file_name"), on((*fileSystem).touch)},
		{"echo", append(required("content"), optional("file_name", nil)), on((*fileSystem).echo)},
		{"cat", required("file_name"), on((*fileSystem).cat)},
		{"find", []Parameter{optional("path", "."), optional("name", nil)}, on((*fileSystem).find)},
		{"wc", append(required("file_name"), optional("mode", "l")), on((*fileSystem).wc)},
		{"sort", required("file_name"), on((*fileSystem).sort)},
		{"grep", required("file_name", "pattern"), on((*fileSystem).grep)},
		{"du", []Parameter{optional("human_readable", false)}, on((*fileSystem).du)},
		{"tail", append(required("file_name"), optional("lines", whole(10))), on((*fileSystem).tail)},
		{"diff", required("file_name1", "file_name2"), on((*fileSystem).diff)},
		{"mv", required("source", "destination"), on((*fileSystem).mv)},
		{"rm", required("file_name"), on((*fileSystem).rm)},
		{"rmdir", required("dir_name"), on((*fileSystem).rmdir)},
		{"cp", required("source", "destination"), on((*fileSystem).cp)},
	},
}

// Differences implements Service. The current directory and parents do not count.
func (s *fileSystem) Differences(answer Service) []string {
	other := answer.(*fileSystem)
	var names []string
	if !equalDirectories(s.root, other.root, 0, s.environment) {
		names = append(names, "root")
	}
	if s.environment.LongContext != other.environment.LongContext {
		names = append(names, "long_context")
	}
	return names
}

// equalDirectories compares names and contents, in any order. Trees too deep or
// too large to compare are unequal.
func equalDirectories(a, b *directory, depth int, environment *Environment) bool {
	if depth > maxNesting || !python.Equal(a.name, b.name) || a.contents.Len() != b.contents.Len() {
		return false
	}
	for i := range a.contents.Len() {
		name, mine := a.contents.At(i)
		if environment.spend(nodeWork) != nil {
			return false
		}
		theirs, found, err := b.contents.Get(name)
		if err != nil || !found {
			return false
		}
		switch mine := mine.(type) {
		case *directory:
			theirs, isDirectory := theirs.(*directory)
			if !isDirectory || !equalDirectories(mine, theirs, depth+1, environment) {
				return false
			}
		case *file:
			theirs, isFile := theirs.(*file)
			if !isFile || !python.Equal(mine.name, theirs.name) || !python.Equal(mine.content, theirs.content) {
				return false
			}
		}
	}
	return true
}

func (s *fileSystem) pwd(_ []python.Value) (python.Value, error) {
	path, err := s.current.path()
	if err != nil {
		return nil, err
	}
	return record("current_working_directory", path), nil
}

func (s *fileSystem) ls(arguments []python.Value) (python.Value, error) {
	contents := s.current.contents
	names := make([]python.Value, 0, contents.Len())
	all := python.Truth(arguments[0])
	for i := range contents.Len() {
		name, _ := contents.At(i)
		if !all {
			text, isText := name.(string)
			if !isText {
				return nil, noAttribute(name, "startswith")
			}
			if text != "" && text[0] == '.' {
				continue
			}
		}
		names = append(names, name)
	}
	return record("current_directory_content", python.NewList(names...)), nil
}

func (s *fileSystem) mkdir(arguments []python.Value) (python.Value, error) {
	name := arguments[0]
	refusal, err := s.refuseNew("mkdir: cannot create directory", name)
	if refusal != nil || err != nil {
		return refusal, err
	}
	return nil, s.current.contents.Set(name, newDirectory(name, s.current))
}

func (s *fileSystem) touch(arguments []python.Value) (python.Value, error) {
	name := arguments[0]
	refusal, err := s.refuseNew("touch: cannot touch", name)
	if refusal != nil || err != nil {
		return refusal, err
	}
	return nil, s.current.contents.Set(name, &file{name: name, content: ""})
}

// refuseNew says why an entry cannot be made under a name; nil if it can.
func (s *fileSystem) refuseNew(prefix string, name python.Value) (python.Value, error) {
	bad, err := badName(name)
	if err != nil {
		return nil, err
	}
	if bad {
		return failuref("%s '%s': Invalid character", prefix, name)
	}
	exists, err := s.current.has(name)
	if err != nil || !exists {
		return nil, err
	}
	return failuref("%s '%s': File exists", prefix, name)
}

func (s *fileSystem) echo(arguments []python.Value) (python.Value, error) {
	content, name := arguments[0], arguments[1]
	if name == nil {
		return record("terminal_output", content), nil
	}
	bad, err := badName(name)
	if err != nil {
		return nil, err
	}
	if bad {
		return failuref("echo: cannot write to '%s': Invalid character", name)
	}
	if !python.Truth(name) {
		return record("terminal_output", content), nil
	}
	node, err := s.current.get(name)
	if err != nil {
		return nil, err
	}
	switch node := node.(type) {
	case *file:
		node.content = content
		return nil, nil
	case *directory:
		return nil, python.Raise("AttributeError", "'Directory' object has no attribute '_write'")
	}
	return failuref("echo: cannot write to '%s': No such file", name)
}

func (s *fileSystem) cat(arguments []python.Value) (python.Value, error) {
	name := arguments[0]
	bad, err := badName(name)
	if err != nil {
		return nil, err
	}
	if bad {
		return failuref("cat: '%s': Invalid character", name)
	}
	node, err := s.current.get(name)
	if err != nil {
		return nil, err
	}
	switch node := node.(type) {
	case *file:
		return record("file_content", node.content), nil
	case *directory:
		return failuref("cat: '%s': Is a directory", name)
	}
	return failuref("cat: '%s': No such file or directory", name)
}

func (s *fileSystem) rm(arguments []python.Value) (python.Value, error) {
	name := arguments[0]
	removed, err := s.current.contents.Delete(name)
	if err != nil {
		return nil, err
	}
	if !removed {
		return failuref("rm: cannot remove '%s': No such file or directory", name)
	}
	return resultf("'%s' removed", name)
}

func (s *fileSystem) rmdir(arguments []python.Value) (python.Value, error) {
	name := arguments[0]
	node, err := s.current.get(name)
	if err != nil {
		return nil, err
	}
	switch node := node.(type) {
	case nil:
		return failuref("rmdir: cannot remove '%s': No such file or directory", name)
	case *directory:
		if node.contents.Len() > 0 {
			return failuref("rmdir: cannot remove '%s': Directory not empty", name)
		}
	default:
		return failuref("rmdir: cannot remove '%s': Not a directory", name)
	}
	if _, err := s.current.contents.Delete(name); err != nil {
		return nil, err
	}
	return resultf("'%s' removed", name)
}

package toolsource

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path"
	"strconv"
	"strings"
)

const (
	maxFiles = 200 // files that a document refers to
	maxHops  = 16  // references to references
)

// document is one file of an OpenAPI document.
type document struct {
	name string // relative to the main document's folder
	root any
}

// place is where a reference leads.
type place struct {
	doc     *document
	pointer string // JSON pointer, "" for the whole
}

// library resolves references between the files of a document.
type library struct {
	main   *document
	loaded map[string]*document
	folder *os.Root // nil where no file may be read
	bytes  int
}

// resolve finds what a reference in a document leads to.
func (l *library) resolve(from *document, reference string) (any, place, error) {
	file, pointer, _ := strings.Cut(reference, "#")
	target := from
	if file != "" {
		var err error
		if target, err = l.load(from, file); err != nil {
			return nil, place{}, fmt.Errorf("$ref %s: %w", quote(reference), err)
		}
	}
	if pointer != "" && pointer[0] != '/' {
		return nil, place{}, fmt.Errorf("$ref %s names an anchor; only pointers such as #/components/schemas/Name are followed", quote(reference))
	}
	if unescaped, err := url.PathUnescape(pointer); err == nil {
		pointer = unescaped
	}
	value, found := at(target.root, pointer)
	if !found {
		return nil, place{}, fmt.Errorf("$ref %s leads nowhere", quote(reference))
	}
	return value, place{target, pointer}, nil
}

// at is the value at a JSON pointer.
func at(value any, pointer string) (any, bool) {
	if pointer == "" {
		return value, true
	}
	for _, step := range strings.Split(pointer[1:], "/") {
		step = strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
		switch container := value.(type) {
		case *object:
			if !container.has(step) {
				return nil, false
			}
			value = container.get(step)
		case []any:
			index, err := strconv.Atoi(step)
			if err != nil || index < 0 || index >= len(container) {
				return nil, false
			}
			value = container[index]
		default:
			return nil, false
		}
	}
	return value, true
}

// load reads a file that a document refers to. os.Root keeps the path, links
// included, below the folder.
func (l *library) load(from *document, file string) (*document, error) {
	if strings.Contains(file, ":") || strings.HasPrefix(file, "//") {
		return nil, errors.New("references to the network are not followed; put it into the document")
	}
	if unescaped, err := url.PathUnescape(file); err == nil {
		file = unescaped
	}
	name := path.Join(path.Dir(from.name), file)
	if path.IsAbs(file) {
		name = file
	}
	if doc, found := l.loaded[name]; found {
		return doc, nil
	}
	if l.folder == nil {
		return nil, errors.New("references to other files are followed only when asked, and only from a file")
	}
	if len(l.loaded) >= maxFiles {
		return nil, fmt.Errorf("the document refers to more than %d files", maxFiles)
	}
	data, err := l.readFile(name)
	if err != nil {
		return nil, err
	}
	values, err := parseDocument(name, data)
	if err == nil && len(values) > 1 {
		err = errors.New("it holds several documents")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	doc := &document{name, values[0].value}
	l.loaded[name] = doc
	return doc, nil
}

func (l *library) readFile(name string) ([]byte, error) {
	info, err := l.folder.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no file", name)
	}
	file, err := l.folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := readBounded(file)
	if l.bytes += len(data); err == nil && l.bytes > MaxDocumentBytes {
		err = fmt.Errorf("the files that the document refers to have more than %d MiB together", MaxDocumentBytes>>20)
	}
	return data, err
}

// follow follows references of the value itself until there is something else,
// and says in which document that stands.
func (l *library) follow(doc *document, value any) (any, *document, error) {
	for range maxHops {
		one, ok := value.(*object)
		if !ok || !one.has("$ref") {
			return value, doc, nil
		}
		reference, ok := one.get("$ref").(string)
		if !ok {
			return nil, doc, errors.New("$ref must be a text")
		}
		target, where, err := l.resolve(doc, reference)
		if err != nil {
			return nil, doc, err
		}
		value, doc = target, where.doc
	}
	return nil, doc, fmt.Errorf("more than %d references lead to one another", maxHops)
}

func (l *library) followObject(doc *document, value any) (*object, *document, error) {
	value, doc, err := l.follow(doc, value)
	if err != nil {
		return nil, doc, err
	}
	one, ok := value.(*object)
	if !ok {
		return nil, doc, errors.New("want an object")
	}
	return one, doc, nil
}

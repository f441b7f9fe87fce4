// Package schema checks values against JSON Schema, for function arguments and
// results that come from strangers: models, and data sets of all kinds.
//
// Draft 7 is checked in full except for what Schema.Unchecked lists. Ways of
// writing found in function-calling data are understood: Python's type names,
// "required": true inside a property, OpenAPI's nullable, the boolean exclusive
// bounds of draft 4, keywords beside $ref. Nothing is ever fetched or read: only
// references within the schema are followed. Cyclic references, runaway numbers,
// patterns, sizes and work are refused with an error before they can hurt.
package schema

import (
	"container/list"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/xeipuuv/gojsonreference"
	"github.com/xeipuuv/gojsonschema"
)

// ErrInternal marks a failure of the checker itself. It says nothing about the
// document.
var ErrInternal = errors.New("schema check failed")

// cacheWeight bounds the cache by the schemas within schemas that it holds; a
// function's parameters have about ten.
const cacheWeight = 100_000

// Compiler compiles schemas and remembers the most recently used ones by their
// SHA-256, first of the text, then of the canonical form. It is safe for
// concurrent use; the zero value is ready.
type Compiler struct {
	mu      sync.Mutex
	entries map[[sha256.Size]byte]*list.Element
	recent  *list.List // of cacheEntry, most recent first
	weight  int        // sum over the entries
}

type cacheEntry struct {
	key    [sha256.Size]byte
	schema *Schema
	err    error
}

func (e cacheEntry) weight() int {
	if e.schema == nil {
		return 1
	}
	return e.schema.weight
}

// Schema is a compiled schema, safe for concurrent use.
type Schema struct {
	root      *node
	compiled  *gojsonschema.Schema
	unchecked []string
	weight    int // number of schemas within it
}

// Unchecked lists what the schema asks for but Validate does not check, as
// "pointer: keyword", sorted. It is empty for most schemas.
func (s *Schema) Unchecked() []string { return slices.Clone(s.unchecked) }

// Compile returns the compiled form of a schema. Every error is a *SchemaError,
// or wraps ErrInternal. Empty members (null) count as absent.
func (c *Compiler) Compile(schema json.RawMessage) (*Schema, error) {
	textKey := sha256.Sum256(schema)
	if entry, found := c.lookup(textKey); found {
		return entry.schema, entry.err
	}
	compiled, err := c.compile(schema)
	c.remember(cacheEntry{textKey, compiled, err})
	return compiled, err
}

func (c *Compiler) compile(text json.RawMessage) (schema *Schema, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			schema, err = nil, fmt.Errorf("%w: compile: %v", ErrInternal, cause)
		}
	}()
	value, err := decode(text, MaxSchemaBytes)
	if err != nil {
		return nil, schemaError("#", "%v", err)
	}
	built, root, err := build(value)
	if err != nil {
		return nil, err
	}
	canonical, err := json.Marshal([]any{root.clean, built.unchecked})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInternal, err)
	}
	// Different texts of one schema share one compiled form. No JSON text begins
	// with c, so the two kinds of key never meet.
	key := sha256.Sum256(append([]byte("c"), canonical...))
	if entry, found := c.lookup(key); found {
		return entry.schema, entry.err
	}
	compiled, err := compileClean(root.clean)
	if err != nil {
		return nil, err
	}
	schema = &Schema{root, compiled, built.unchecked, len(built.nodes)}
	c.remember(cacheEntry{key, schema, nil})
	return schema, nil
}

func (c *Compiler) lookup(key [sha256.Size]byte) (cacheEntry, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, found := c.entries[key]
	if !found {
		return cacheEntry{}, false
	}
	c.recent.MoveToFront(element)
	return element.Value.(cacheEntry), true
}

func (c *Compiler) remember(entry cacheEntry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil {
		c.entries, c.recent = map[[sha256.Size]byte]*list.Element{}, list.New()
	}
	if _, found := c.entries[entry.key]; found {
		return // another goroutine was faster
	}
	c.entries[entry.key] = c.recent.PushFront(entry)
	c.weight += entry.weight()
	for c.weight > cacheWeight && c.recent.Len() > 1 {
		oldest := c.recent.Remove(c.recent.Back()).(cacheEntry)
		delete(c.entries, oldest.key)
		c.weight -= oldest.weight()
	}
}

// compileClean hands a schema to the library, which reads it as draft 7 and is
// given no way to load anything.
func compileClean(clean any) (*gojsonschema.Schema, error) {
	loader := gojsonschema.NewSchemaLoader()
	loader.AutoDetect = false
	loader.Draft = gojsonschema.Draft7
	compiled, err := loader.Compile(sealed{gojsonschema.NewRawLoader(clean)})
	if err != nil {
		return nil, schemaError("#", "%s", strings.TrimSpace(err.Error()))
	}
	return compiled, nil
}

// sealed is a loader whose factory refuses. The builder leaves no reference
// that could be loaded; should one slip through, it ends here and not in a
// request or an open file.
type sealed struct{ gojsonschema.JSONLoader }

func (s sealed) LoaderFactory() gojsonschema.JSONLoaderFactory { return sealedFactory{} }

type sealedFactory struct{}

func (sealedFactory) New(source string) gojsonschema.JSONLoader { return refusing(source) }

type refusing string

func (r refusing) JsonSource() any { return string(r) }

func (r refusing) LoadJSON() (any, error) {
	return nil, fmt.Errorf("reference %s leads out of the schema", quote(string(r)))
}

func (r refusing) JsonReference() (gojsonreference.JsonReference, error) {
	return gojsonreference.NewJsonReference(string(r))
}

func (r refusing) LoaderFactory() gojsonschema.JSONLoaderFactory { return sealedFactory{} }

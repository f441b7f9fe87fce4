package services

import (
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// What a memory holds at most (bfcl.md section 9): entries, and characters of one.
const (
	coreEntries, coreCharacters       = 7, 300
	archiveEntries, archiveCharacters = 50, 2000
	textCharacters                    = 10_000
)

// Memory is what a conversation leaves for later ones. The result texts of its
// methods are our own in wording: the benchmark judges the final answer alone.
type Memory interface {
	Service
	// Clone is a memory of its own that holds the same.
	Clone() Memory
	// Core is what a model is shown of it at the beginning of a conversation.
	Core() string
}

// memoryClasses are the classes of the memory categories, of which an entry has one.
func memoryClasses() []*Class {
	return []*Class{&keyedMemoryClass, &vectorMemoryClass, &textMemoryClass}
}

// remembering makes a class's New that goes on with the environment's memory.
func remembering(fresh func(*Environment) Memory) func(*python.Dict, *Environment) (Service, error) {
	return func(_ *python.Dict, environment *Environment) (Service, error) {
		if environment.Memory != nil {
			return environment.Memory.Clone(), nil
		}
		return fresh(environment), nil
	}
}

// keyedMemory is a memory of texts under keys: a small core and an archive.
type keyedMemory struct{ core, archive *python.Dict }

var keyedMemoryClass = Class{
	Name:    "MemoryAPI_kv",
	New:     remembering(func(*Environment) Memory { return &keyedMemory{python.NewDict(), python.NewDict()} }),
	Methods: append(keyedMethods("core_memory_", (*keyedMemory).coreShelf), keyedMethods("archival_memory_", (*keyedMemory).archiveShelf)...),
}

// keyedShelf is one of the two parts, with its bounds.
type keyedShelf struct {
	texts               *python.Dict
	entries, characters int
}

func (m *keyedMemory) coreShelf() keyedShelf { return keyedShelf{m.core, coreEntries, coreCharacters} }
func (m *keyedMemory) archiveShelf() keyedShelf {
	return keyedShelf{m.archive, archiveEntries, archiveCharacters}
}

func keyedMethods(prefix string, shelf func(*keyedMemory) keyedShelf) []Method {
	method := func(name string, parameters []Parameter, body func(keyedShelf, []python.Value) (python.Value, error)) Method {
		return Method{prefix + name, parameters, on(func(m *keyedMemory, arguments []python.Value) (python.Value, error) {
			return body(shelf(m), arguments)
		})}
	}
	methods := []Method{
		method("add", required("key", "value"), keyedShelf.add),
		method("remove", required("key"), keyedShelf.remove),
		method("replace", required("key", "value"), keyedShelf.replace),
		method("clear", nil, keyedShelf.clear),
		method("key_search", append(required("query"), optional("k", whole(5))), keyedShelf.search),
		method("list_keys", nil, keyedShelf.keys),
		method("retrieve", required("key"), keyedShelf.retrieve),
	}
	if prefix == "core_memory_" {
		methods = append(methods, method("retrieve_all", nil, func(s keyedShelf, _ []python.Value) (python.Value, error) {
			return python.Copy(s.texts), nil
		}))
	}
	return methods
}

// Differences implements Service: no memory is compared.
func (m *keyedMemory) Differences(Service) []string { return nil }

// Clone implements Memory.
func (m *keyedMemory) Clone() Memory {
	return &keyedMemory{python.Copy(m.core).(*python.Dict), python.Copy(m.archive).(*python.Dict)}
}

// Core implements Memory.
func (m *keyedMemory) Core() string {
	text, err := python.DumpJSON(m.core)
	if err != nil {
		return "{}"
	}
	return text
}

// fits refuses a text that is none, or too long.
func fits(text python.Value, characters int) (string, *python.Dict) {
	plain, ok := text.(string)
	switch {
	case !ok:
		return "", failure("The value must be a text.")
	case python.CountCharacters(plain) > characters:
		return "", failuren("The text is too long: at most %s characters are kept.", characters)
	}
	return plain, nil
}

func failuren(format string, n int) *python.Dict {
	text, err := textf(format, whole(n))
	if err != nil {
		text = format
	}
	return failure(text)
}

func (s keyedShelf) add(arguments []python.Value) (python.Value, error) {
	key, ok := arguments[0].(string)
	if !ok || !isSnakeCase(key) {
		return failure("The key must be in snake_case, without blanks."), nil
	}
	if _, taken := s.texts.GetText(key); taken {
		return failure("The key is taken: choose another one, or replace its value."), nil
	}
	if s.texts.Len() >= s.entries {
		return failuren("The memory is full: it holds at most %s entries.", s.entries), nil
	}
	value, refusal := fits(arguments[1], s.characters)
	if refusal != nil {
		return refusal, nil
	}
	s.texts.SetText(key, value)
	return record("status", "Key-value pair added."), nil
}

// isSnakeCase reports whether a key is of lower-case letters, digits and single
// underscores, and begins with a letter.
func isSnakeCase(key string) bool {
	for part := range strings.SplitSeq(key, "_") {
		if part == "" || strings.Trim(part, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return false
		}
	}
	return key[0] < '0' || key[0] > '9'
}

const noSuchKey = "There is no such key."

func (s keyedShelf) remove(arguments []python.Value) (python.Value, error) {
	found, err := s.texts.Delete(arguments[0])
	if err != nil {
		return nil, err
	}
	if !found {
		return failure(noSuchKey), nil
	}
	return record("status", "Key removed."), nil
}

func (s keyedShelf) replace(arguments []python.Value) (python.Value, error) {
	_, found, err := s.texts.Get(arguments[0])
	if err != nil {
		return nil, err
	}
	if !found {
		return failure(noSuchKey), nil
	}
	value, refusal := fits(arguments[1], s.characters)
	if refusal != nil {
		return refusal, nil
	}
	return record("status", "Value replaced."), s.texts.Set(arguments[0], value)
}

func (s keyedShelf) clear([]python.Value) (python.Value, error) {
	for s.texts.Len() > 0 {
		key, _ := s.texts.At(s.texts.Len() - 1)
		if _, err := s.texts.Delete(key); err != nil {
			return nil, err
		}
	}
	return record("status", "Memory cleared."), nil
}

func (s keyedShelf) keyTexts() []string {
	keys := make([]string, s.texts.Len())
	for i := range keys {
		key, _ := s.texts.At(i)
		keys[i] = key.(string) // nothing else is added
	}
	return keys
}

func (s keyedShelf) keys([]python.Value) (python.Value, error) {
	list := python.NewList()
	for _, key := range s.keyTexts() {
		list.Items = append(list.Items, key)
	}
	return record("keys", list), nil
}

func (s keyedShelf) retrieve(arguments []python.Value) (python.Value, error) {
	value, found, err := s.texts.Get(arguments[0])
	if err != nil {
		return nil, err
	}
	if !found {
		return failure(noSuchKey), nil
	}
	return record("value", value), nil
}

func (s keyedShelf) search(arguments []python.Value) (python.Value, error) {
	query, ok := arguments[0].(string)
	if !ok {
		return nil, noAttribute(arguments[0], "lower")
	}
	most, err := python.ToInt(arguments[1])
	if err != nil {
		return nil, err
	}
	list := python.NewList()
	for _, hit := range rankKeys(query, s.keyTexts(), count(most)) {
		list.Items = append(list.Items, python.Tuple{hit.score, hit.key})
	}
	return record("ranked_results", list), nil
}

// count is a number of results, none where it is negative.
func count(n python.Int) int {
	small, fits := n.Int64()
	if !fits || small > archiveEntries {
		return archiveEntries
	}
	return int(max(0, small))
}

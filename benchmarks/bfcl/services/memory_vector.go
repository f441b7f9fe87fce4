package services

import (
	"errors"
	"math"
	"slices"

	"github.com/buttonbench/button/internal/python"
)

// Embed returns a vector of equal length for each text.
type Embed func(texts []string) ([][]float32, error)

// vectorMemory is a memory of texts that are found by the likeness of their
// embeddings: a small core and an archive. Upstream uses one certain sentence encoder;
// here it is the endpoint's.
type vectorMemory struct {
	core, archive vectorShelf
	embed         Embed
}

// vectorShelf is one of the two parts. Numbers are not used again.
type vectorShelf struct {
	texts               []numberedText
	next                int
	entries, characters int
}

type numberedText struct {
	number int
	text   string
}

var vectorMemoryClass = Class{
	Name: "MemoryAPI_vector",
	New: remembering(func(environment *Environment) Memory {
		return &vectorMemory{
			core:    vectorShelf{entries: coreEntries, characters: coreCharacters},
			archive: vectorShelf{entries: archiveEntries, characters: archiveCharacters},
			embed:   environment.Embed,
		}
	}),
	Methods: append(
		vectorMethods("core_memory_", func(m *vectorMemory) *vectorShelf { return &m.core }),
		vectorMethods("archival_memory_", func(m *vectorMemory) *vectorShelf { return &m.archive })...),
}

func vectorMethods(prefix string, shelf func(*vectorMemory) *vectorShelf) []Method {
	method := func(name string, parameters []Parameter, body func(*vectorShelf, []python.Value) (python.Value, error)) Method {
		return Method{prefix + name, parameters, on(func(m *vectorMemory, arguments []python.Value) (python.Value, error) {
			return body(shelf(m), arguments)
		})}
	}
	return []Method{
		method("add", required("text"), (*vectorShelf).add),
		method("remove", required("vec_id"), (*vectorShelf).remove),
		method("update", required("vec_id", "new_text"), (*vectorShelf).update),
		method("clear", nil, (*vectorShelf).clear),
		method("retrieve_all", nil, (*vectorShelf).all),
		{prefix + "retrieve", append(required("query"), optional("top_k", whole(5))), on(func(m *vectorMemory, arguments []python.Value) (python.Value, error) {
			return shelf(m).nearest(m.embed, arguments)
		})},
	}
}

// Differences implements Service.
func (m *vectorMemory) Differences(Service) []string { return nil }

// Clone implements Memory.
func (m *vectorMemory) Clone() Memory {
	clone := *m
	clone.core.texts, clone.archive.texts = slices.Clone(m.core.texts), slices.Clone(m.archive.texts)
	return &clone
}

// Core implements Memory.
func (m *vectorMemory) Core() string {
	shown, err := m.core.all(nil)
	if err != nil {
		return ""
	}
	list, _ := shown.(*python.Dict).GetText("results")
	text, err := python.DumpJSON(list)
	if err != nil {
		return ""
	}
	return text
}

func (s *vectorShelf) add(arguments []python.Value) (python.Value, error) {
	if len(s.texts) >= s.entries {
		return failuren("The memory is full: it holds at most %s entries.", s.entries), nil
	}
	text, refusal := fits(arguments[0], s.characters)
	if refusal != nil {
		return refusal, nil
	}
	s.texts = append(s.texts, numberedText{s.next, text})
	s.next++
	return record("id", whole(s.next-1)), nil
}

// place is where the text of a number stands, -1 for none.
func (s *vectorShelf) place(number python.Value) int {
	return slices.IndexFunc(s.texts, func(t numberedText) bool { return python.Equal(whole(t.number), number) })
}

func (s *vectorShelf) remove(arguments []python.Value) (python.Value, error) {
	at := s.place(arguments[0])
	if at < 0 {
		return failure("There is no entry of this id."), nil
	}
	s.texts = slices.Delete(s.texts, at, at+1)
	return record("status", "Entry removed."), nil
}

func (s *vectorShelf) update(arguments []python.Value) (python.Value, error) {
	at := s.place(arguments[0])
	if at < 0 {
		return failure("There is no entry of this id."), nil
	}
	text, refusal := fits(arguments[1], s.characters)
	if refusal != nil {
		return refusal, nil
	}
	s.texts[at].text = text
	return record("status", "Entry updated."), nil
}

func (s *vectorShelf) clear([]python.Value) (python.Value, error) {
	s.texts = nil
	return record("status", "Memory cleared."), nil
}

func (s *vectorShelf) all([]python.Value) (python.Value, error) {
	list := python.NewList()
	for _, t := range s.texts {
		list.Items = append(list.Items, record("id", whole(t.number), "text", t.text))
	}
	return record("results", list), nil
}

// nearest are the texts whose embeddings are most like the query's, by cosine.
func (s *vectorShelf) nearest(embed Embed, arguments []python.Value) (python.Value, error) {
	query, ok := arguments[0].(string)
	if !ok {
		return failure("The query must be a text."), nil
	}
	most, err := python.ToInt(arguments[1])
	if err != nil {
		return nil, err
	}
	list := python.NewList()
	if len(s.texts) == 0 {
		return record("results", list), nil
	}
	if embed == nil {
		return nil, errors.New("no embeddings model is named")
	}
	texts := []string{query}
	for _, t := range s.texts {
		texts = append(texts, t.text)
	}
	vectors, err := embed(texts)
	if err != nil {
		return nil, err
	}
	order := make([]int, len(s.texts))
	scores := make([]float64, len(s.texts))
	for i := range order {
		order[i], scores[i] = i, cosine(vectors[0], vectors[i+1])
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case scores[a] > scores[b]:
			return -1
		case scores[a] < scores[b]:
			return 1
		}
		return 0
	})
	for _, i := range order[:min(count(most), len(order))] {
		list.Items = append(list.Items, record("id", whole(s.texts[i].number), "similarity_score", scores[i], "text", s.texts[i].text))
	}
	return record("results", list), nil
}

// cosine is that of two vectors; 0 where one has no length.
func cosine(a, b []float32) float64 {
	var product, first, second float64
	for i := range min(len(a), len(b)) {
		product += float64(a[i]) * float64(b[i])
		first += float64(a[i]) * float64(a[i])
		second += float64(b[i]) * float64(b[i])
	}
	if first == 0 || second == 0 {
		return 0
	}
	return product / math.Sqrt(first*second)
}

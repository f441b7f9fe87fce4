package services

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A memory does what its documents say, refuses what does not fit, and what a
// conversation changes does not reach the memory that it began with.
func TestMemories(t *testing.T) {
	// A text's embedding says which of three words stand in it.
	embed := func(texts []string) ([][]float32, error) {
		var vectors [][]float32
		for _, text := range texts {
			vector := make([]float32, 3)
			for i, word := range []string{"cat", "dog", "tea"} {
				vector[i] = float32(strings.Count(text, word))
			}
			vectors = append(vectors, vector)
		}
		return vectors, nil
	}
	long := strings.Repeat("x", 301)
	for _, test := range []struct {
		class        string
		before, talk []string
		want         []string
		core         string
	}{
		{"MemoryAPI_kv", []string{"core_memory_add('name', 'Ada')"}, []string{
			"core_memory_add(key='name', value='Eve')", "core_memory_add('No Key', 'x')", "core_memory_add('9x', 'x')", "core_memory_add('long_one', '" + long + "')",
			"archival_memory_add('long_one', '" + long + "')", "core_memory_add('home_town', 'Bonn')", "core_memory_list_keys()",
			"core_memory_key_search('what is my home', k=1)", "core_memory_retrieve('name')", "core_memory_replace('name', 'Eve')", "core_memory_retrieve_all()",
			"core_memory_remove('gone')", "core_memory_remove('name')", "core_memory_retrieve('name')", "core_memory_clear()", "core_memory_retrieve_all()",
			"core_memory_retrieve([1])", "core_memory_add(1, 2)",
		}, []string{
			`{"error": "The key is taken: choose another one, or replace its value."}`, `{"error": "The key must be in snake_case, without blanks."}`,
			`{"error": "The key must be in snake_case, without blanks."}`, `{"error": "The text is too long: at most 300 characters are kept."}`,
			`{"status": "Key-value pair added."}`, `{"status": "Key-value pair added."}`, `{"keys": ["name", "home_town"]}`,
			`{"ranked_results": [[2.0539273222925525, "home_town"]]}`, `{"value": "Ada"}`, `{"status": "Value replaced."}`, `{"name": "Eve", "home_town": "Bonn"}`,
			`{"error": "There is no such key."}`, `{"status": "Key removed."}`, `{"error": "There is no such key."}`, `{"status": "Memory cleared."}`, `{}`,
			"Error during execution: unhashable type: 'list'", `{"error": "The key must be in snake_case, without blanks."}`,
		}, `{"name": "Ada"}`},
		{"MemoryAPI_rec_sum", []string{"memory_append('Ada likes tea.')"}, []string{
			"memory_append(' She lives in Bonn.')", "memory_retrieve()", "memory_replace('tea', 'coffee')", "memory_replace('milk', 'x')", "memory_retrieve()",
			"memory_update('" + strings.Repeat("y", 10001) + "')", "memory_clear()", "memory_retrieve()", "memory_append(5)",
		}, []string{
			`{"status": "Text appended."}`, `{"memory_content": "Ada likes tea. She lives in Bonn."}`, `{"status": "Text replaced."}`,
			`{"error": "The old text does not stand in the memory."}`, `{"memory_content": "Ada likes coffee. She lives in Bonn."}`,
			`{"error": "The text is too long: at most 10000 characters are kept."}`, `{"status": "Memory cleared."}`, `{"memory_content": ""}`, `{"error": "The value must be a text."}`,
		}, "Ada likes tea."},
		{"MemoryAPI_vector", []string{"core_memory_add('a cat')", "core_memory_add('a dog and tea')"}, []string{
			"core_memory_retrieve('my dog', top_k=1)", "core_memory_add('tea')", "core_memory_update(0, 'tea tea')", "core_memory_retrieve('tea', 2)",
			"core_memory_remove(1)", "core_memory_remove(1)", "core_memory_add('new')", "core_memory_retrieve_all()", "archival_memory_retrieve('tea')", "core_memory_retrieve(5)",
		}, []string{
			`{"results": [{"id": 1, "similarity_score": 0.7071067811865475, "text": "a dog and tea"}]}`, `{"id": 2}`, `{"status": "Entry updated."}`,
			`{"results": [{"id": 0, "similarity_score": 1.0, "text": "tea tea"}, {"id": 2, "similarity_score": 1.0, "text": "tea"}]}`,
			`{"status": "Entry removed."}`, `{"error": "There is no entry of this id."}`, `{"id": 3}`,
			`{"results": [{"id": 0, "text": "tea tea"}, {"id": 2, "text": "tea"}, {"id": 3, "text": "new"}]}`, `{"results": []}`, `{"error": "The query must be a text."}`,
		}, `[{"id": 0, "text": "a cat"}, {"id": 1, "text": "a dog and tea"}]`},
	} {
		t.Run(test.class, func(t *testing.T) {
			begin := func(memory Memory) *Session {
				environment := NewEnvironment(false, nil, time.Time{})
				environment.Memory, environment.Embed = memory, embed
				session, err := NewSession("memory_1", "model", []string{test.class}, nil, environment)
				if err != nil {
					t.Fatal(err)
				}
				return session
			}
			first := begin(nil)
			for _, call := range test.before {
				if result := first.Execute(call); strings.Contains(result, "rror") {
					t.Fatal(call, result)
				}
			}
			left := first.Service(test.class).(Memory)
			second := begin(left)
			var results []string
			for _, call := range test.talk {
				results = append(results, second.Execute(call))
			}
			if diff := cmp.Diff(test.want, results); diff != "" {
				t.Error(diff)
			}
			if core := left.Core(); core != test.core {
				t.Errorf("the memory before is now %s", core)
			}
		})
	}
}

// A memory holds no more than the benchmark's bounds.
func TestMemoryIsBounded(t *testing.T) {
	environment := NewEnvironment(false, nil, time.Time{})
	session, err := NewSession("memory_1", "model", []string{"MemoryAPI_kv"}, nil, environment)
	if err != nil {
		t.Fatal(err)
	}
	held := 0
	for i := range 60 {
		key := "k" + strings.Repeat("a", i+1)
		if strings.Contains(session.Execute("archival_memory_add('"+key+"', 'v')"), "added") {
			held++
		}
	}
	if held != archiveEntries {
		t.Errorf("%d entries are held, want %d", held, archiveEntries)
	}
}

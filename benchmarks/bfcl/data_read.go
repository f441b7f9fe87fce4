package bfcl

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// categoryData is a category's entries in the order of the file, and by id.
type categoryData struct {
	entries []*Entry
	byID    map[string]*Entry
}

// Entries returns a category's entries in the order of the file. The memory
// categories share one file, as do the two of web search.
func (d *Data) Entries(category string) ([]*Entry, error) {
	read, ok := d.categories[category]
	if !ok {
		return nil, fmt.Errorf("BFCL has no category %q", category)
	}
	data, err := read()
	if err != nil {
		return nil, err
	}
	return data.entries, nil
}

// Entry finds an entry by its id. The id of a format_sensitivity entry finds the
// entry that was asked.
func (d *Data) Entry(id string) (*Entry, error) {
	wanted := id
	if _, original, ok := FormattedID(id); ok {
		wanted = original
	}
	category := CategoryOf(wanted)
	read, ok := d.categories[category]
	if !ok {
		return nil, fmt.Errorf("the id %q belongs to no category of BFCL", id)
	}
	data, err := read()
	if err != nil {
		return nil, err
	}
	entry, ok := data.byID[wanted]
	if !ok {
		return nil, fmt.Errorf("the category %s has no entry %q", category, wanted)
	}
	return entry, nil
}

func (d *Data) readCategory(c Category) (*categoryData, error) {
	file := d.fileName(c.file)
	content, err := d.read(file)
	if err != nil {
		return nil, err
	}
	answers := map[string]line{}
	answerFile := path.Join("possible_answer", file)
	if c.answered {
		if answers, err = d.readAnswers(answerFile, c); err != nil {
			return nil, err
		}
	}
	data := &categoryData{byID: map[string]*Entry{}}
	for i, question := range lines(content, path.Join(d.folder, file)) {
		id, err := question.id()
		if err != nil {
			return nil, err
		}
		id = c.ownID(id)
		if data.byID[id] != nil {
			return nil, question.fail("the id %q stands twice", id)
		}
		answer, ok := answers[id]
		if !ok {
			answer = line{file: path.Join(d.folder, answerFile)}
		}
		entry := newEntry(id, c, i, question, answer)
		data.byID[id] = entry
		data.entries = append(data.entries, entry)
	}
	if d.version == "4" && len(data.entries) != c.Entries {
		d.warn(file, fmt.Sprintf("holds %d entries instead of %d", len(data.entries), c.Entries))
	}
	return data, nil
}

func (d *Data) readAnswers(file string, c Category) (map[string]line, error) {
	content, err := d.read(file)
	if err != nil {
		return nil, err
	}
	answers := map[string]line{}
	for _, answer := range lines(content, path.Join(d.folder, file)) {
		id, err := answer.id()
		if err != nil {
			return nil, err
		}
		if id = c.ownID(id); answers[id].text != "" {
			return nil, answer.fail("the id %q stands twice", id)
		}
		answers[id] = answer
	}
	return answers, nil
}

// ownID gives an entry of a shared file the id that it has in this category.
func (c Category) ownID(id string) string {
	if c.file == c.Name {
		return id
	}
	if rest, ok := strings.CutPrefix(id, c.file+"_"); ok {
		return c.Name + "_" + rest
	}
	return id
}

// warn replaces what was said about the file: a wrong count says more than a
// changed content.
func (d *Data) warn(file, message string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.warnings[file] = Warning{file, message}
}

// classFiles are the files of the services' documents, by class.
func classFiles() map[string]string {
	return map[string]string{
		"GorillaFileSystem": "gorilla_file_system", "MathAPI": "math_api", "MessageAPI": "message_api", "TwitterAPI": "posting_api",
		"TicketAPI": "ticket_api", "TradingBot": "trading_bot", "TravelAPI": "travel_booking", "VehicleControlAPI": "vehicle_control",
		"WebSearchAPI": "web_search", "MemoryAPI_kv": "memory_kv", "MemoryAPI_vector": "memory_vector", "MemoryAPI_rec_sum": "memory_rec_sum",
	}
}

// ClassDocuments returns the documents of a service's functions in the order of
// the file. The values are shared: callers copy what they change.
func (d *Data) ClassDocuments(class string) ([]*python.Dict, error) {
	read, ok := d.classes[class]
	if !ok {
		return nil, fmt.Errorf("BFCL has no service %q", class)
	}
	return read()
}

func (d *Data) readClass(name string) ([]*python.Dict, error) {
	return d.readObjects(path.Join("multi_turn_func_doc", name+".json"))
}

func (d *Data) readObjects(file string) ([]*python.Dict, error) {
	content, err := d.read(file)
	if err != nil {
		return nil, err
	}
	var objects []*python.Dict
	for _, text := range lines(content, path.Join(d.folder, file)) {
		object, err := text.object()
		if err != nil {
			return nil, err
		}
		objects = append(objects, object)
	}
	return objects, nil
}

// Prerequisites returns the conversations that a memory category's scenario has to
// run first, in order. Their ids are those that upstream gives them in results:
// memory_kv_prereq_0-customer-0.
func (d *Data) Prerequisites(category, scenario string) ([]*Entry, error) {
	c, ok := LookUpCategory(category)
	if !ok || c.file != "memory" {
		return nil, fmt.Errorf("%q is no memory category", category)
	}
	if !slices.Contains([]string{"customer", "finance", "healthcare", "notetaker", "student"}, scenario) {
		return nil, fmt.Errorf("BFCL has no memory scenario %q", scenario)
	}
	file := path.Join("memory_prereq_conversation", "memory_"+scenario+".json")
	content, err := d.read(file)
	if err != nil {
		return nil, err
	}
	var entries []*Entry
	for i, question := range lines(content, path.Join(d.folder, file)) {
		id, err := question.id()
		if err != nil {
			return nil, err
		}
		entries = append(entries, newEntry(c.ownID(id), c, i, question, line{file: "a prerequisite conversation"}))
	}
	return entries, nil
}

// FormatEntry is one entry of format_sensitivity: an entry of another category
// asked under a prompt format.
type FormatEntry struct {
	// ID is format_sensitivity_<n>:<configuration>:<original id>.
	ID, Configuration string
	// Original is the id of the entry that is asked.
	Original string
}

// FormatConfigurations are the prompt formats of format_sensitivity, in order.
func FormatConfigurations() []string {
	var all []string
	for _, answer := range []string{"python", "json", "verbose_xml", "concise_xml"} {
		for _, tag := range []string{"True", "False"} {
			for _, document := range []string{"python", "xml", "json"} {
				all = append(all, "ret_fmt="+answer+"&tool_call_tag="+tag+"&func_doc_fmt="+document+"&prompt_fmt=plaintext&style=classic")
			}
		}
	}
	const plain = "ret_fmt=python&tool_call_tag=False&func_doc_fmt=json"
	return append(all, plain+"&prompt_fmt=markdown&style=classic", plain+"&prompt_fmt=plaintext&style=experimental")
}

// FormatEntries returns the entries of format_sensitivity: for each picked entry,
// in order, all configurations.
func (d *Data) FormatEntries() ([]FormatEntry, error) { return d.formats() }

func (d *Data) readFormats() ([]FormatEntry, error) {
	file := d.fileName(FormatSensitivity)
	content, err := d.read(file)
	if err != nil {
		return nil, err
	}
	whole := line{text: string(content), file: path.Join(d.folder, file), number: 1}
	picked, err := whole.object()
	if err != nil {
		return nil, err
	}
	var entries []FormatEntry
	configurations := FormatConfigurations()
	for i := range picked.Len() {
		category, ids := picked.At(i)
		originals, err := whole.texts(fmt.Sprint(category), ids)
		if err != nil {
			return nil, err
		}
		for _, original := range originals {
			for _, configuration := range configurations {
				id := fmt.Sprintf("%s_%d:%s:%s", FormatSensitivity, len(entries), configuration, original)
				entries = append(entries, FormatEntry{ID: id, Configuration: configuration, Original: original})
			}
		}
	}
	return entries, nil
}

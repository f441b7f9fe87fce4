package bfcl

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/buttonbench/button/internal/python"
)

// Message is one message of a question. Role is system, user or assistant.
type Message struct{ Role, Content string }

// Entry is one task of a category. Its parts are parsed when they are asked for;
// errors name file and line. All methods may be called from many goroutines.
type Entry struct {
	// ID and Category as the benchmark's results name them: memory and web_search
	// entries, which share a file, under the category asked for.
	ID       string
	Category Category
	// Number is the entry's place in its file, from 0.
	Number int

	question, answer line
	parsed           func() (*python.Dict, error)
	parsedAnswer     func() (*python.Dict, error)
	judge            func() (*callJudge, error)
}

// line is one line of a file, with where it stands for errors.
type line struct {
	text   string
	file   string
	number int
}

func (l line) fail(format string, values ...any) error {
	return fmt.Errorf("%s:%d: %w", l.file, l.number, fmt.Errorf(format, values...))
}

func (l line) object() (*python.Dict, error) {
	if l.text == "" {
		return nil, fmt.Errorf("%s holds no such entry", l.file)
	}
	value, err := python.ParseJSON(l.text)
	if err != nil {
		return nil, l.fail("the line is no JSON: %w", err)
	}
	object, ok := value.(*python.Dict)
	if !ok {
		return nil, l.fail("want a JSON object, have %s", python.KindName(value))
	}
	return object, nil
}

// id is the member "id", without parsing the whole line if it stands first, where
// the published data has it.
func (l line) id() (string, error) {
	const start = `{"id": "`
	if rest, ok := strings.CutPrefix(l.text, start); ok {
		if end := strings.IndexAny(rest, `"\`); end >= 0 && rest[end] == '"' {
			return rest[:end], nil
		}
	}
	object, err := l.object()
	if err != nil {
		return "", err
	}
	value, _ := object.GetText("id")
	id, ok := value.(string)
	if !ok || id == "" {
		return "", l.fail(`the member "id" is no text`)
	}
	return id, nil
}

// lines cuts a file of one object a line.
func lines(content []byte, file string) []line {
	var all []line
	number := 0
	for text := range bytes.Lines(content) {
		number++
		if text = bytes.TrimSpace(text); len(text) > 0 {
			all = append(all, line{text: string(text), file: file, number: number})
		}
	}
	return all
}

func newEntry(id string, category Category, number int, question, answer line) *Entry {
	e := &Entry{ID: id, Category: category, Number: number, question: question, answer: answer}
	e.parsed = sync.OnceValues(question.object)
	e.parsedAnswer = sync.OnceValues(answer.object)
	e.judge = sync.OnceValues(e.compile)
	return e
}

// member returns a member of the question's object, nil when it is missing.
func (e *Entry) member(name string) (python.Value, error) {
	object, err := e.parsed()
	if err != nil {
		return nil, err
	}
	value, _ := object.GetText(name)
	return value, nil
}

func (e *Entry) list(name string) ([]python.Value, error) {
	value, err := e.member(name)
	if err != nil || value == nil {
		return nil, err
	}
	list, ok := value.(*python.List)
	if !ok {
		return nil, e.question.fail("%s: want a list, have %s", name, python.KindName(value))
	}
	return list.Items, nil
}

// Turns returns the question: turns of messages, none in a turn in which held-out
// functions are shown.
func (e *Entry) Turns() ([][]Message, error) {
	var shape struct {
		Question [][]struct {
			Role    string `json:"role"`
			Content string `json:"content"`
		} `json:"question"`
	}
	if err := json.Unmarshal([]byte(e.question.text), &shape); err != nil {
		return nil, e.question.fail("question: %w", err)
	}
	turns := make([][]Message, len(shape.Question))
	for i, messages := range shape.Question {
		for _, m := range messages {
			turns[i] = append(turns[i], Message{Role: m.Role, Content: m.Content})
		}
	}
	return turns, nil
}

// Functions returns the documents of a single-turn entry's functions.
func (e *Entry) Functions() ([]*python.Dict, error) {
	items, err := e.list("function")
	if err != nil {
		return nil, err
	}
	return e.question.dicts("function", items)
}

func (l line) dicts(what string, items []python.Value) ([]*python.Dict, error) {
	var dicts []*python.Dict
	for i, item := range items {
		dict, ok := item.(*python.Dict)
		if !ok {
			return nil, l.fail("%s[%d]: want an object, have %s", what, i, python.KindName(item))
		}
		dicts = append(dicts, dict)
	}
	return dicts, nil
}

func (l line) texts(what string, value python.Value) ([]string, error) {
	list, ok := value.(*python.List)
	if !ok {
		return nil, l.fail("%s: want a list, have %s", what, python.KindName(value))
	}
	texts := make([]string, len(list.Items))
	for i, item := range list.Items {
		if texts[i], ok = item.(string); !ok {
			return nil, l.fail("%s[%d]: want a text, have %s", what, i, python.KindName(item))
		}
	}
	return texts, nil
}

// InvolvedClasses returns the names of the services of a multi-turn or agentic
// entry, in order. Memory entries name the class of their category.
func (e *Entry) InvolvedClasses() ([]string, error) {
	value, err := e.member("involved_classes")
	if err != nil {
		return nil, err
	}
	classes, err := e.question.texts("involved_classes", value)
	for i := range classes {
		if classes[i] == "MemoryAPI" {
			classes[i] += e.Category.suffix
		}
	}
	return classes, err
}

// InitialConfig returns the states of a multi-turn entry's services by class, empty
// when it names none. The value is shared: callers copy what they change.
func (e *Entry) InitialConfig() (*python.Dict, error) {
	value, err := e.member("initial_config")
	if err != nil {
		return nil, err
	}
	switch value := value.(type) {
	case nil:
		return python.NewDict(), nil
	case *python.Dict:
		return value, nil
	}
	return nil, e.question.fail("initial_config: want an object, have %s", python.KindName(value))
}

// MissedFunctions returns the functions that are held out until a turn, by that
// turn's number from 0.
func (e *Entry) MissedFunctions() (map[int][]string, error) {
	value, err := e.member("missed_function")
	if err != nil || value == nil {
		return nil, err
	}
	object, ok := value.(*python.Dict)
	if !ok {
		return nil, e.question.fail("missed_function: want an object, have %s", python.KindName(value))
	}
	missed := map[int][]string{}
	for i := range object.Len() {
		key, names := object.At(i)
		text, _ := key.(string)
		turn, err := strconv.Atoi(text)
		if err != nil {
			return nil, e.question.fail("missed_function: %q is no turn's number", text)
		}
		if missed[turn], err = e.question.texts("missed_function", names); err != nil {
			return nil, err
		}
	}
	return missed, nil
}

// Scenario is the name of a memory entry's scenario, empty for others.
func (e *Entry) Scenario() (string, error) {
	value, err := e.member("scenario")
	scenario, _ := value.(string)
	return scenario, err
}

// truth is the member ground_truth of the answer.
func (e *Entry) truth() ([]python.Value, error) {
	object, err := e.parsedAnswer()
	if err != nil {
		return nil, err
	}
	value, _ := object.GetText("ground_truth")
	list, ok := value.(*python.List)
	if !ok {
		return nil, e.answer.fail("ground_truth: want a list, have %s", python.KindName(value))
	}
	return list.Items, nil
}

// AllowedCalls returns the answer of a single-turn entry: for each call an object
// of one function's name with, for each parameter, the list of allowed values.
func (e *Entry) AllowedCalls() ([]*python.Dict, error) {
	items, err := e.truth()
	if err != nil {
		return nil, err
	}
	return e.answer.dicts("ground_truth", items)
}

// ExpectedCalls returns the answer of a multi-turn entry: turns of call texts.
func (e *Entry) ExpectedCalls() ([][]string, error) {
	items, err := e.truth()
	if err != nil {
		return nil, err
	}
	turns := make([][]string, len(items))
	for i, item := range items {
		if turns[i], err = e.answer.texts(fmt.Sprintf("ground_truth[%d]", i), item); err != nil {
			return nil, err
		}
	}
	return turns, nil
}

// Answers returns the accepted answers of an agentic entry.
func (e *Entry) Answers() ([]string, error) {
	items, err := e.truth()
	if err != nil {
		return nil, err
	}
	return e.answer.texts("ground_truth", &python.List{Items: items})
}

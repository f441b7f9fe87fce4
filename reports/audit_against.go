package reports

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/buttonbench/button"
)

// Foreign JSON is read one value at a time: a line, an element of a file's array, a
// member of a file's object.
const (
	foreignValueLimit = 64 << 20 // bytes of one value
	foreignDepth      = 64       // brackets inside one value that are followed
)

// requestMembers are the names under which benchmarks keep what a user says, beside
// messages with a role.
func requestMember(name string) bool {
	switch strings.ToLower(name) {
	case "question", "questions", "query", "queries", "prompt", "instruction", "instructions", "input", "user", "request", "goal", "task",
		"utterance", "user_query", "user_request", "user_input", "task_instructions", "reason_for_call":
		return true
	}
	return false
}

// foreign receives what foreign JSON holds. Request tells texts of users from others.
type foreign struct {
	text     func(line int, text string, request bool)
	function func(line int, name string, parameters []string)
	limit    int64 // bytes of one value; foreignValueLimit where 0
}

// readForeign reads a stream of JSON values of any shape: JSON lines, one document, or
// several. Errors name file and line.
func readForeign(ctx context.Context, name string, input io.Reader, use foreign) error {
	source := &lineCounter{input: bufio.NewReader(input), limit: cmp.Or(use.limit, foreignValueLimit)}
	array := source.begin()
	decoder := json.NewDecoder(source)
	source.passed = decoder.InputOffset
	each := func() error {
		var text json.RawMessage
		if err := decoder.Decode(&text); err != nil {
			return err
		}
		if !utf8.Valid(text) {
			return errors.New("the text is not valid UTF-8")
		}
		line := source.line() - bytes.Count(text, []byte{'\n'})
		var value any
		if err := json.Unmarshal(text, &value); err != nil {
			return err
		}
		walker{use, line}.value(value, "", 0)
		return ctx.Err()
	}
	var err error
	if array {
		err = eachElement(decoder, each)
	}
	for err == nil {
		err = each()
	}
	switch {
	case err == io.EOF:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	at := decoder.InputOffset()
	if wrong := (*json.SyntaxError)(nil); errors.As(err, &wrong) {
		at = wrong.Offset
	} else if errors.Is(err, io.ErrUnexpectedEOF) {
		at, err = source.read, errors.New("the JSON is cut off")
	}
	return fmt.Errorf("reading %s:%d: %w", name, source.lineAt(at), err)
}

// eachElement goes through the array that a file begins with, so that it need not be
// held whole.
func eachElement(decoder *json.Decoder, each func() error) error {
	if _, err := decoder.Token(); err != nil {
		return err
	}
	var err error
	for err == nil && decoder.More() {
		err = each()
	}
	if err == nil {
		_, err = decoder.Token() // the closing bracket
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// lineCounter knows the line behind what a decoder has used, and ends a value that is
// too long to hold.
type lineCounter struct {
	input  *bufio.Reader
	limit  int64
	passed func() int64 // what the decoder has used
	read   int64
	ends   []int64 // places of line ends that the decoder has not used yet
	lines  int     // line ends that it has
}

// begin reports whether the first sign is an opening bracket. A byte order mark is
// passed over.
func (c *lineCounter) begin() (array bool) {
	if mark, err := c.input.Peek(3); err == nil && string(mark) == "\ufeff" {
		c.input.Discard(3)
	}
	for {
		next, err := c.input.Peek(1)
		if err != nil || !blank(next) && next[0] != '\n' {
			return err == nil && next[0] == '['
		}
		if next[0] == '\n' {
			c.lines++
		}
		c.input.Discard(1)
	}
}

// Read implements io.Reader.
func (c *lineCounter) Read(into []byte) (int, error) {
	if c.read-c.passed() > c.limit {
		return 0, fmt.Errorf("one value is longer than %d MB; give a file of JSON lines", c.limit>>20)
	}
	n, err := c.input.Read(into)
	for from := 0; ; {
		end := bytes.IndexByte(into[from:n], '\n')
		if end < 0 {
			break
		}
		c.ends = append(c.ends, c.read+int64(from+end))
		from += end + 1
	}
	c.read += int64(n)
	return n, err
}

// line is the line, from 1, behind what the decoder has used.
func (c *lineCounter) line() int {
	line := c.lineAt(c.passed())
	used := line - 1 - c.lines
	c.lines += used
	c.ends = append(c.ends[:0], c.ends[used:]...)
	return line
}

// lineAt is the line of a place that the decoder has not used yet.
func (c *lineCounter) lineAt(offset int64) int {
	used := 0
	for used < len(c.ends) && c.ends[used] < offset {
		used++
	}
	return c.lines + used + 1
}

// walker finds texts and functions in one value.
type walker struct {
	use  foreign
	line int
}

// value follows a value that stands under a name; in lists the name is the list's.
func (w walker) value(value any, name string, depth int) {
	if depth > foreignDepth {
		return
	}
	switch value := value.(type) {
	case string:
		if inner, ok := embedded(value); ok {
			w.value(inner, name, depth+1)
			return
		}
		w.use.text(w.line, value, requestMember(name))
	case []any:
		for _, element := range value {
			w.value(element, name, depth+1)
		}
	case map[string]any:
		w.object(value, depth)
	}
}

func (w walker) object(members map[string]any, depth int) {
	said := w.said(members)
	name, parameters, function := functionIn(members)
	if function {
		w.use.function(w.line, name, parameters)
	}
	for _, member := range sortedMembers(members) {
		value := members[member]
		if said && (member == "content" || member == "value" || member == "text") {
			w.request(value, depth+1)
			continue
		}
		if _, text := value.(string); text && function {
			w.use.text(w.line, value.(string), false)
			continue
		}
		if slices.Contains(parameterMembers(), member) && function {
			w.value(value, "", depth+1) // a parameter called "query" holds no request
			continue
		}
		w.value(value, member, depth+1)
	}
}

// said reports whether an object is a message of a user's.
func (w walker) said(members map[string]any) bool {
	for _, name := range []string{"role", "from"} {
		switch members[name] {
		case button.RoleUser, "human":
			return true
		}
	}
	return false
}

// request takes a message's content: a text, or a list of parts with texts.
func (w walker) request(content any, depth int) {
	switch content := content.(type) {
	case string:
		w.use.text(w.line, content, true)
	case []any:
		for _, part := range content {
			if members, ok := part.(map[string]any); ok {
				if text, ok := members["text"].(string); ok {
					w.use.text(w.line, text, true)
					continue
				}
			}
			w.value(part, "", depth+1)
		}
	}
}

func parameterMembers() []string {
	return []string{"parameters", "inputs", "input_schema", "inputSchema", "arguments_schema", "args_schema"}
}

// functionIn reads an object that describes a function: it has a name, and parameters
// as a schema, as an object by name or as a list of objects with names.
func functionIn(members map[string]any) (name string, parameters []string, found bool) {
	for _, member := range []string{"name", "api_name", "function_name"} {
		if text, ok := members[member].(string); ok && name == "" {
			name = text
		}
	}
	if name == "" {
		return "", nil, false
	}
	for _, member := range parameterMembers() {
		switch schema := members[member].(type) {
		case map[string]any:
			if properties, ok := schema["properties"].(map[string]any); ok {
				schema = properties
			} else if _, typed := schema["type"].(string); typed {
				schema = nil // a schema of no parameters
			}
			return name, sortedMembers(schema), true
		case []any:
			for _, element := range schema {
				if one, ok := element.(map[string]any); ok {
					if text, ok := one["name"].(string); ok {
						parameters = append(parameters, text)
					}
				}
			}
			slices.Sort(parameters)
			return name, parameters, true
		}
	}
	return "", nil, false
}

// embedded reads a string that is itself a JSON object or array, as some sets keep
// tools and calls.
func embedded(text string) (any, bool) {
	trimmed := strings.TrimSpace(text)
	if len(trimmed) < 2 || !(trimmed[0] == '{' || trimmed[0] == '[') || !json.Valid([]byte(trimmed)) {
		return nil, false
	}
	var value any
	return value, json.Unmarshal([]byte(trimmed), &value) == nil
}

// foreignFiles lists the JSON files behind paths, those of folders by name. Hidden
// ones and links are passed over.
func foreignFiles(paths []string) (files []string, err error) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", path, errors.Unwrap(err))
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		before := len(files)
		err = filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
			switch hidden := strings.HasPrefix(entry.Name(), ".") && name != path; {
			case err != nil:
				return err
			case entry.IsDir() && hidden:
				return fs.SkipDir
			case entry.Type().IsRegular() && !hidden && slices.Contains([]string{".json", ".jsonl", ".ndjson"}, strings.ToLower(filepath.Ext(name))):
				files = append(files, name)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", path, err)
		}
		if len(files) == before {
			return nil, fmt.Errorf("reading %s: no .json, .jsonl or .ndjson file in it", path)
		}
	}
	return files, nil
}

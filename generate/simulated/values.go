package simulated

import (
	"bytes"
	"encoding/json"
	"math/big"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/buttonbench/button"
)

// leaf is a value without parts inside a JSON value, with the path to it:
// "contact.name", "dates[1]"; "" is the value itself.
type leaf struct {
	path  string
	value json.RawMessage
}

// leaves lists the leaves of a JSON value in the order of its text. Empty lists
// and objects have none. What is too deep to be read is a leaf.
func leaves(value json.RawMessage) []leaf {
	var found []leaf
	collectLeaves(value, "", 0, &found)
	return found
}

func collectLeaves(value json.RawMessage, path string, depth int, found *[]leaf) {
	trimmed := bytes.TrimSpace(value)
	if len(trimmed) == 0 {
		return
	}
	if depth < button.MaxDepth {
		switch trimmed[0] {
		case '{':
			if members, err := button.ParseMembers(trimmed); err == nil {
				for _, member := range members {
					collectLeaves(member.Value, joinPath(path, member.Name), depth+1, found)
				}
				return
			}
		case '[':
			var items []json.RawMessage
			if json.Unmarshal(trimmed, &items) == nil {
				for i, item := range items {
					collectLeaves(item, path+"["+strconv.Itoa(i)+"]", depth+1, found)
				}
				return
			}
		}
	}
	*found = append(*found, leaf{path, trimmed})
}

func joinPath(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// fieldOf is a path without the positions in its lists: "trains[].fare".
func fieldOf(path string) string {
	var out strings.Builder
	inside := false
	for _, r := range path {
		switch {
		case r == '[':
			inside = true
			out.WriteRune(r)
		case r == ']':
			inside = false
			out.WriteRune(r)
		case !inside:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// textOf is the string that a JSON value is, or its text where it is none.
func textOf(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil && bytes.HasPrefix(bytes.TrimSpace(value), []byte{'"'}) {
		return text
	}
	return string(bytes.TrimSpace(value))
}

func isString(value json.RawMessage) bool {
	return bytes.HasPrefix(bytes.TrimSpace(value), []byte{'"'})
}

func isBool(value json.RawMessage) bool {
	text := string(bytes.TrimSpace(value))
	return text == "true" || text == "false"
}

func isNull(value json.RawMessage) bool {
	text := string(bytes.TrimSpace(value))
	return text == "" || text == "null"
}

// numberOf is the number that a JSON value is.
func numberOf(value json.RawMessage) (*big.Rat, bool) {
	text := string(bytes.TrimSpace(value))
	if text == "" || !(text[0] == '-' || '0' <= text[0] && text[0] <= '9') || len(text) > 40 {
		return nil, false
	}
	if at := strings.IndexAny(text, "eE"); at >= 0 { // bounded, so that no exponent can blow up
		exponent, err := strconv.Atoi(text[at+1:])
		if err != nil || exponent > 30 || exponent < -30 {
			return nil, false
		}
	}
	return new(big.Rat).SetString(text)
}

// canonical is one text for all JSON texts of a value: members by name, numbers
// in one form.
func canonical(value json.RawMessage) string {
	decoder := json.NewDecoder(bytes.NewReader(value))
	decoder.UseNumber()
	var decoded any
	if err := decoder.Decode(&decoded); err != nil {
		return string(value)
	}
	var out strings.Builder
	writeCanonical(&out, decoded)
	return out.String()
}

func writeCanonical(out *strings.Builder, value any) {
	switch value := value.(type) {
	case json.Number:
		if number, ok := numberOf(json.RawMessage(value)); ok {
			out.WriteString(number.RatString())
		} else {
			out.WriteString(value.String())
		}
	case []any:
		out.WriteByte('[')
		for i, item := range value {
			if i > 0 {
				out.WriteByte(',')
			}
			writeCanonical(out, item)
		}
		out.WriteByte(']')
	case map[string]any:
		names := make([]string, 0, len(value))
		for name := range value {
			names = append(names, name)
		}
		sort.Strings(names)
		out.WriteByte('{')
		for i, name := range names {
			if i > 0 {
				out.WriteByte(',')
			}
			out.Write(button.AppendString(nil, name))
			out.WriteByte(':')
			writeCanonical(out, value[name])
		}
		out.WriteByte('}')
	default:
		text, _ := json.Marshal(value)
		out.Write(text)
	}
}

// same reports whether two leaves are equal; "7" and 7 are.
func same(a, b json.RawMessage) bool {
	if canonical(a) == canonical(b) {
		return true
	}
	if isString(a) == isString(b) || isBool(a) || isBool(b) || isNull(a) || isNull(b) {
		return false
	}
	return textOf(a) == textOf(b)
}

// words splits a text at everything but letters, digits and apostrophes.
func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '’'
	})
}

// nameParts splits a name as programs write it, in lower case: "trainId",
// "train_id" and "TrainID" are train, id.
func nameParts(name string) []string {
	var parts []string
	var part []rune
	flush := func() {
		if len(part) > 0 {
			parts = append(parts, strings.ToLower(string(part)))
			part = nil
		}
	}
	runes := []rune(name)
	for i, r := range runes {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			flush()
			continue
		}
		if unicode.IsUpper(r) && i > 0 && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			flush()
		}
		part = append(part, r)
	}
	flush()
	return parts
}

// technical reports whether a name cannot be an ordinary word or two: it has an
// underscore, a point or capitals inside.
func technical(name string) bool {
	return strings.ContainsAny(name, "_.") || slices.IndexFunc([]rune(name), unicode.IsUpper) > 0
}

// holdsWord reports whether a text holds a name as a whole word.
func holdsWord(text, name string) bool {
	if name == "" {
		return false
	}
	boundary := func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
	for from := 0; ; {
		at := strings.Index(text[from:], name)
		if at < 0 {
			return false
		}
		at += from
		end := at + len(name)
		before, _ := utf8.DecodeLastRuneInString(text[:at]) // RuneError at the start, which is no letter
		after, _ := utf8.DecodeRuneInString(text[end:])
		if !boundary(before) && !boundary(after) {
			return true
		}
		from = at + 1
	}
}

// holdsJSON reports whether a text holds an object or a list of JSON.
func holdsJSON(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] != '{' && text[i] != '[' {
			continue
		}
		var value json.RawMessage
		if json.NewDecoder(strings.NewReader(text[i:])).Decode(&value) == nil && (text[i] == '{' || bytes.ContainsAny(value, `"{`)) {
			return true
		}
		if strings.HasPrefix(strings.TrimLeft(text[i+1:], " \n\t"), `"`) && strings.Contains(text[i:], `":`) {
			return true
		}
	}
	return false
}

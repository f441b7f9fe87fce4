package tokens

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxSteps bounds sequences within sequences.
const maxSteps = 8

// pattern is a string or a regular expression to look for.
type pattern struct {
	String *string `json:"String"`
	Regex  *string `json:"Regex"`
}

// finder returns the next match at or after a place, or -1.
type finder func(text string, from int) (start, end int)

func (p pattern) finder() (finder, error) {
	switch {
	case p.String != nil && *p.String != "":
		word := *p.String
		return func(text string, from int) (int, int) {
			at := strings.Index(text[from:], word)
			if at < 0 {
				return -1, -1
			}
			return from + at, from + at + len(word)
		}, nil
	case p.Regex != nil:
		compiled, err := compile(*p.Regex)
		if err != nil {
			return nil, err
		}
		return compiled.find, nil
	}
	return nil, fmt.Errorf("a pattern without String or Regex")
}

func readNormaliser(raw json.RawMessage, depth int) ([]func(string) string, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	var step struct {
		Type        string            `json:"type"`
		Normalisers []json.RawMessage `json:"normalizers"`
		Prepend     string            `json:"prepend"`
		Pattern     pattern           `json:"pattern"`
		Content     string            `json:"content"`
		Left        bool              `json:"strip_left"`
		Right       bool              `json:"strip_right"`
	}
	if err := json.Unmarshal(raw, &step); err != nil {
		return nil, err
	}
	one := func(f func(string) string) ([]func(string) string, error) { return []func(string) string{f}, nil }
	switch step.Type {
	case "Sequence":
		if depth > maxSteps {
			return nil, fmt.Errorf("sequences nested too deeply")
		}
		var all []func(string) string
		for _, inner := range step.Normalisers {
			more, err := readNormaliser(inner, depth+1)
			if err != nil {
				return nil, err
			}
			all = append(all, more...)
		}
		return all, nil
	case "NFC":
		return one(norm.NFC.String)
	case "NFD":
		return one(norm.NFD.String)
	case "NFKC":
		return one(norm.NFKC.String)
	case "NFKD":
		return one(norm.NFKD.String)
	case "Lowercase":
		return one(func(s string) string { return strings.ToLower(strings.ReplaceAll(s, "\u0130", "i\u0307")) })
	case "Prepend":
		return one(func(s string) string {
			if s == "" {
				return s
			}
			return step.Prepend + s
		})
	case "Strip":
		return one(func(s string) string {
			if step.Left {
				s = strings.TrimLeftFunc(s, unicode.IsSpace)
			}
			if step.Right {
				s = strings.TrimRightFunc(s, unicode.IsSpace)
			}
			return s
		})
	case "Replace":
		find, err := step.Pattern.finder()
		if err != nil {
			return nil, err
		}
		return one(func(s string) string { return replaceAll(s, find, step.Content) })
	}
	return nil, fmt.Errorf("type %q is not read", step.Type)
}

func replaceAll(s string, find finder, content string) string {
	var out strings.Builder
	from := 0
	for at := 0; at <= len(s); {
		start, end := find(s, at)
		if start < 0 {
			break
		}
		out.WriteString(s[from:start] + content)
		from, at = end, max(end, start+1)
	}
	return out.String() + s[from:]
}

// splitter appends the pieces of a piece; first says that it begins the text.
type splitter func(out []string, piece string, first bool) []string

func readPreTokenizer(raw json.RawMessage, depth int) ([]splitter, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	var step struct {
		Type          string            `json:"type"`
		PreTokenizers []json.RawMessage `json:"pretokenizers"`
		Pattern       pattern           `json:"pattern"`
		Behaviour     string            `json:"behavior"`
		Invert        bool              `json:"invert"`
		AddPrefix     *bool             `json:"add_prefix_space"`
		UseRegex      *bool             `json:"use_regex"`
		Replacement   string            `json:"replacement"`
		Scheme        string            `json:"prepend_scheme"`
		Split         *bool             `json:"split"`
		Individual    bool              `json:"individual_digits"`
	}
	if err := json.Unmarshal(raw, &step); err != nil {
		return nil, err
	}
	switch step.Type {
	case "Sequence":
		if depth > maxSteps {
			return nil, fmt.Errorf("sequences nested too deeply")
		}
		var all []splitter
		for _, inner := range step.PreTokenizers {
			more, err := readPreTokenizer(inner, depth+1)
			if err != nil {
				return nil, err
			}
			all = append(all, more...)
		}
		return all, nil
	case "Split":
		find, err := step.Pattern.finder()
		if err != nil {
			return nil, err
		}
		return splitBy(find, step.Behaviour, step.Invert)
	case "ByteLevel":
		return byteLevel(step.AddPrefix == nil || *step.AddPrefix, step.UseRegex == nil || *step.UseRegex)
	case "Metaspace":
		scheme := step.Scheme
		if scheme == "" {
			scheme = "always"
			if step.AddPrefix != nil && !*step.AddPrefix {
				scheme = "never"
			}
		}
		return metaspace(step.Replacement, scheme, step.Split == nil || *step.Split)
	case "Digits":
		expression := `\p{N}+`
		if step.Individual {
			expression = `\p{N}`
		}
		return splitByRegex(expression, "Isolated")
	case "Punctuation":
		behaviour := step.Behaviour
		if behaviour == "" {
			behaviour = "Isolated"
		}
		return splitByRegex("[!-/:-@\\[-`{-~\\p{P}]", behaviour)
	case "WhitespaceSplit":
		return splitByRegex(`\s`, "Removed")
	case "Whitespace":
		compiled, err := compile(`\w+|[^\w\s]+`)
		if err != nil {
			return nil, err
		}
		return splitBy(compiled.find, "Removed", true)
	}
	return nil, fmt.Errorf("type %q is not read", step.Type)
}

func splitByRegex(expression, behaviour string) ([]splitter, error) {
	compiled, err := compile(expression)
	if err != nil {
		return nil, err
	}
	return splitBy(compiled.find, behaviour, false)
}

// span is a part of a piece; match says that the pattern matched it.
type span struct {
	text  string
	match bool
}

func splitBy(find finder, behaviour string, invert bool) ([]splitter, error) {
	switch behaviour {
	case "Isolated", "Removed", "MergedWithPrevious", "MergedWithNext", "Contiguous":
	default:
		return nil, fmt.Errorf("behavior %q is not read", behaviour)
	}
	return []splitter{func(out []string, piece string, _ bool) []string {
		return joinSpans(out, spansOf(piece, find, invert), behaviour)
	}}, nil
}

func spansOf(piece string, find finder, invert bool) []span {
	var spans []span
	from := 0
	for at := 0; at < len(piece); {
		start, end := find(piece, at)
		if start < 0 {
			break
		}
		if end == start { // an empty match splits nothing
			_, size := utf8.DecodeRuneInString(piece[start:])
			at = start + max(size, 1)
			continue
		}
		if start > from {
			spans = append(spans, span{piece[from:start], invert})
		}
		spans = append(spans, span{piece[start:end], !invert})
		from, at = end, end
	}
	if from < len(piece) {
		spans = append(spans, span{piece[from:], invert})
	}
	return spans
}

func joinSpans(out []string, spans []span, behaviour string) []string {
	base := len(out)
	previous := false
	carried := "" // a match that waits for the text behind it
	for i, s := range spans {
		switch {
		case behaviour == "Removed" && s.match:
		case behaviour == "MergedWithPrevious" && s.match && !previous && len(out) > base:
			out[len(out)-1] += s.text
		case behaviour == "Contiguous" && i > 0 && s.match == previous:
			out[len(out)-1] += s.text
		case behaviour == "MergedWithNext" && s.match:
			if carried != "" {
				out = append(out, carried)
			}
			carried = s.text
		default:
			out = append(out, carried+s.text)
			carried = ""
		}
		previous = s.match
	}
	if carried != "" {
		out = append(out, carried)
	}
	return out
}

// gpt2 is the pattern that ByteLevel splits by.
const gpt2 = `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`

// byteLevel splits, and writes every byte as a letter of its own.
func byteLevel(prefix, regex bool) ([]splitter, error) {
	var steps []splitter
	if prefix {
		steps = append(steps, func(out []string, piece string, _ bool) []string {
			if !strings.HasPrefix(piece, " ") {
				piece = " " + piece
			}
			return append(out, piece)
		})
	}
	if regex {
		more, err := splitByRegex(gpt2, "Isolated")
		if err != nil {
			return nil, err
		}
		steps = append(steps, more...)
	}
	letters := byteLetters()
	return append(steps, func(out []string, piece string, _ bool) []string {
		var mapped strings.Builder
		mapped.Grow(2 * len(piece))
		for i := range len(piece) {
			mapped.WriteString(letters[piece[i]])
		}
		return append(out, mapped.String())
	}), nil
}

// byteLetters is GPT-2's table: printable bytes stand for themselves, the others for
// the letters from U+0100 on.
func byteLetters() [256]string {
	var letters [256]string
	next := rune(0x100)
	for b := range 256 {
		switch {
		case b >= '!' && b <= '~', b >= 0xa1 && b <= 0xac, b >= 0xae:
			letters[b] = string(rune(b))
		default:
			letters[b] = string(next)
			next++
		}
	}
	return letters
}

// metaspace writes spaces as a sign, puts one in front, and splits before each.
func metaspace(sign, scheme string, split bool) ([]splitter, error) {
	switch scheme {
	case "always", "first", "never":
	default:
		return nil, fmt.Errorf("prepend_scheme %q is not read", scheme)
	}
	if sign == "" {
		return nil, fmt.Errorf("metaspace without a replacement")
	}
	return []splitter{func(out []string, piece string, first bool) []string {
		piece = strings.ReplaceAll(piece, " ", sign)
		if (scheme == "always" || scheme == "first" && first) && !strings.HasPrefix(piece, sign) {
			piece = sign + piece
		}
		if !split {
			return append(out, piece)
		}
		find, _ := pattern{String: &sign}.finder()
		return joinSpans(out, spansOf(piece, find, false), "MergedWithNext")
	}}, nil
}

package llm

import (
	"bytes"
	"regexp"
	"slices"
)

// scrubbed stands where a secret was.
const scrubbed = "[secret]"

// tokenShape is a credential by the look that its maker gave it: a beginning
// that nothing else has, and at least so many characters behind it.
type tokenShape struct {
	begins string
	least  int
	dashes bool // whether - and . belong to it
}

var tokenShapes = []tokenShape{
	{"sk-", 20, true}, {"gsk_", 20, false}, {"xai-", 20, false}, {"hf_", 30, false}, {"nvapi-", 20, true},
	{"pplx-", 30, false}, {"ghp_", 30, false}, {"gho_", 30, false}, {"ghs_", 30, false}, {"github_pat_", 30, false},
	{"AIza", 30, true}, {"AKIA", 16, false}, {"sk_live_", 16, false}, {"sk_test_", 16, false}, {"rk_live_", 16, false},
	{"eyJhbGciOi", 40, true}, // a JSON web token
}

const secretNames = `(?:x-)?(?:api[-_]?key|access[-_]?token|auth[-_]?token|client[-_]?secret|authorization|subscription[-_]?key)`

// secretPlace is where a credential stands by its name, whatever it looks like. The
// first group of the pattern is kept. Where none of the hints occurs, in lower
// case, the pattern cannot match: it is slow and most text has none of them.
type secretPlace struct {
	pattern *regexp.Regexp
	hints   []string
}

var nameHints = []string{"key\"", "key\\\"", "token\"", "token\\\"", "secret\"", "secret\\\"", "authorization"}

var secretPlaces = []secretPlace{
	{regexp.MustCompile(`(?i)(bearer\s+)[A-Za-z0-9._~+/=-]{8,}`), []string{"bearer"}},
	{regexp.MustCompile(`(?i)([?&](?:api[-_]?key|access[-_]?token|auth[-_]?token|subscription[-_]?key|signature|sig)=)[^&\s"'\\<>]+`),
		[]string{"key=", "token=", "signature=", "sig="}},
	// Members of JSON, and of JSON within a string of JSON.
	{regexp.MustCompile(`(?i)("` + secretNames + `"\s*[:,]\s*")(?:[^"\\]|\\.)+`), nameHints},
	{regexp.MustCompile(`(?i)(\\"` + secretNames + `\\"\s*[:,]\s*\\")(?:[^"\\]|\\\\.)+`), nameHints},
	{regexp.MustCompile(`(?i)(https?://)[^/\s:@"'\\]+:[^/\s@"'\\]+@`), []string{"://"}},
}

// scrubber takes secrets out of text that is to be kept.
type scrubber struct{ known [][]byte }

// newScrubber takes the secrets that are known. Those of three characters or
// fewer are place holders and would blank half the text.
func newScrubber(known []string) scrubber {
	var s scrubber
	for _, secret := range known {
		if len(secret) > 3 {
			s.known = append(s.known, []byte(secret))
		}
	}
	// The longest first, or what contains another would stay half.
	slices.SortFunc(s.known, func(a, b []byte) int { return len(b) - len(a) })
	return s
}

// answer scrubs a model's answer. What stands in a place where credentials stand
// is left: it is the model's own text, such as the argument of a call, and a
// replay must bring the same verdict.
func (s scrubber) answer(text []byte) []byte {
	for _, secret := range s.known {
		if bytes.Contains(text, secret) {
			text = bytes.ReplaceAll(text, secret, []byte(scrubbed))
		}
	}
	for _, shape := range tokenShapes {
		text = shape.scrub(text)
	}
	return text
}

// all scrubs everything else: requests, errors, headers.
func (s scrubber) all(text []byte) []byte {
	text = s.answer(text)
	lower := bytes.ToLower(text)
	for _, p := range secretPlaces {
		if slices.ContainsFunc(p.hints, func(hint string) bool { return bytes.Contains(lower, []byte(hint)) }) {
			text = p.pattern.ReplaceAll(text, []byte("${1}"+scrubbed))
		}
	}
	return text
}

func (shape tokenShape) scrub(text []byte) []byte {
	var out []byte // nil while nothing was found
	kept := 0
	for at := 0; ; {
		skip := bytes.Index(text[at:], []byte(shape.begins))
		if skip < 0 {
			break
		}
		start := at + skip
		end := start + len(shape.begins)
		for end < len(text) && (wordByte(text[end]) || shape.dashes && (text[end] == '-' || text[end] == '.')) {
			end++
		}
		at = end
		if start > 0 && wordByte(text[start-1]) || end-start-len(shape.begins) < shape.least {
			continue
		}
		for text[end-1] == '.' { // the end of a sentence
			end--
		}
		out = append(append(out, text[kept:start]...), scrubbed...)
		kept = end
	}
	if out == nil {
		return text
	}
	return append(out, text[kept:]...)
}

func wordByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

package llm

import (
	"bytes"
	"regexp"
	"slices"
)

// scrubbed stands where a secret was.
const scrubbed = "[secret]"

// tokenShapes are credentials by the look that their makers gave them; nothing
// else has it.
var tokenShapes = regexp.MustCompile(`\b(?:sk-[A-Za-z0-9_-]{20,}|gsk_[A-Za-z0-9]{20,}|xai-[A-Za-z0-9]{20,}|hf_[A-Za-z0-9]{30,}|` +
	`nvapi-[A-Za-z0-9_-]{20,}|pplx-[A-Za-z0-9]{30,}|gh[pousr]_[A-Za-z0-9]{30,}|AIza[A-Za-z0-9_-]{30,}|AKIA[A-Z0-9]{16}|` +
	`[spr]k_(?:live|test)_[A-Za-z0-9]{16,}|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,})`)

const secretNames = `(?:x-)?(?:api[-_]?key|access[-_]?token|auth[-_]?token|client[-_]?secret|authorization|subscription[-_]?key)`

// places are where a credential stands by its name, whatever it looks like. The
// group is kept.
var places = []*regexp.Regexp{
	regexp.MustCompile(`(?i)(\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}`),
	regexp.MustCompile(`(?i)([?&](?:api[-_]?key|access[-_]?token|auth[-_]?token|subscription[-_]?key|signature|sig)=)[^&\s"'\\<>]+`),
	// Members of JSON, and of JSON within a string of JSON.
	regexp.MustCompile(`(?i)("` + secretNames + `"\s*[:,]\s*")(?:[^"\\]|\\.)+`),
	regexp.MustCompile(`(?i)(\\"` + secretNames + `\\"\s*[:,]\s*\\")(?:[^"\\]|\\\\.)+`),
	regexp.MustCompile(`(?i)(\bhttps?://)[^/\s:@"'\\]+:[^/\s@"'\\]+@`),
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
		text = bytes.ReplaceAll(text, secret, []byte(scrubbed))
	}
	return tokenShapes.ReplaceAll(text, []byte(scrubbed))
}

// all scrubs everything else: requests, errors, headers.
func (s scrubber) all(text []byte) []byte {
	text = s.answer(text)
	for _, place := range places {
		text = place.ReplaceAll(text, []byte("${1}"+scrubbed))
	}
	return text
}

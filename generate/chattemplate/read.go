package chattemplate

import (
	"fmt"
	"strings"
)

// itemKind is what a reader found in a text.
type itemKind string

const (
	itemCall    itemKind = "call"
	itemResult  itemKind = "result"
	itemText    itemKind = "text"
	itemThought itemKind = "thought"
)

// item is a part of a conversation that was read out of a rendered text.
type item struct {
	kind      itemKind
	role      string // of a text
	name      string // of a call, and of a result where the family prints it
	id        string // where the family prints it
	arguments *value // of a call in a grammar that says what a value is
	raw       []raw  // of a call in a grammar that prints values as they are
	text      string // of a result, text or thought
}

// raw is an argument as it stands between tags.
type raw struct{ name, text string }

// piece is a mark, or the text between two marks.
type piece struct {
	mark bool
	text string
	at   int
}

// reader takes a rendered text apart by its family's marks. It knows nothing of the
// record.
type reader struct {
	pieces []piece
	next   int
	items  []item
}

// newReader splits a text at every mark, the longest first where one begins another.
func newReader(s string, marks []string) *reader {
	var first [256]bool
	for _, mark := range marks {
		first[mark[0]] = true
	}
	r := &reader{}
	start := 0
	for i := 0; i < len(s); {
		found := ""
		if first[s[i]] {
			for _, mark := range marks {
				if len(mark) > len(found) && strings.HasPrefix(s[i:], mark) {
					found = mark
				}
			}
		}
		if found == "" {
			i++
			continue
		}
		if i > start {
			r.pieces = append(r.pieces, piece{false, s[start:i], start})
		}
		r.pieces = append(r.pieces, piece{true, found, i})
		i += len(found)
		start = i
	}
	if start < len(s) {
		r.pieces = append(r.pieces, piece{false, s[start:], start})
	}
	return r
}

func (r *reader) done() bool { return r.next >= len(r.pieces) }

// peek is the next mark, "" if text or nothing follows.
func (r *reader) peek() string {
	if r.done() || !r.pieces[r.next].mark {
		return ""
	}
	return r.pieces[r.next].text
}

// text takes the text up to the next mark, "" where a mark follows at once.
func (r *reader) text() string {
	if r.done() || r.pieces[r.next].mark {
		return ""
	}
	r.next++
	return r.pieces[r.next-1].text
}

// take takes one mark.
func (r *reader) take(mark string) error {
	if r.peek() == mark {
		r.next++
		return nil
	}
	return r.unexpected("want " + mark)
}

// accept takes a mark if it is the next piece.
func (r *reader) accept(mark string) bool {
	if r.peek() != mark {
		return false
	}
	r.next++
	return true
}

func (r *reader) unexpected(want string) error {
	if r.done() {
		return fmt.Errorf("the text ends: %s", want)
	}
	p := r.pieces[r.next]
	return fmt.Errorf("%q stands at byte %d: %s", clip(p.text), p.at, want)
}

// until takes everything up to a mark and the mark itself, other marks as text.
func (r *reader) until(mark string) (string, error) {
	var out strings.Builder
	for ; !r.done(); r.next++ {
		if p := r.pieces[r.next]; p.mark && p.text == mark {
			r.next++
			return out.String(), nil
		}
		out.WriteString(r.pieces[r.next].text)
	}
	return "", fmt.Errorf("the text ends: want %s", mark)
}

// between reads OPEN text CLOSE, in which no other mark may stand.
func (r *reader) between(open, shut string) (string, error) {
	if err := r.take(open); err != nil {
		return "", err
	}
	s := r.text()
	return s, r.take(shut)
}

func (r *reader) add(i item) { r.items = append(r.items, i) }

// say adds a text; white space alone is the template's own.
func (r *reader) say(role, s string) {
	if trim(s) != "" {
		r.add(item{kind: itemText, role: role, text: s})
	}
}

func (r *reader) think(s string) {
	if trim(s) != "" {
		r.add(item{kind: itemThought, text: s})
	}
}

// results reads OPEN\n...\nCLOSE as often as it stands.
func (r *reader) results(open, shut string) error {
	for r.peek() == open {
		s, err := r.between(open, shut)
		if err != nil {
			return err
		}
		r.add(item{kind: itemResult, text: unwrap(s)})
		if r.peek() == "" && trim(r.pieces[min(r.next, len(r.pieces)-1)].text) == "" {
			r.text()
		}
	}
	return nil
}

// unwrap takes one line break off each end.
func unwrap(s string) string { return strings.TrimSuffix(strings.TrimPrefix(s, "\n"), "\n") }

// calledJSON reads an object with exactly a name and one more member, key.
func calledJSON(v *value, key string) (item, error) {
	arguments := v.get(key)
	if v.kind != object || v.get("name") == nil || v.get("name").kind != text || arguments == nil || arguments.kind != object {
		return item{}, fmt.Errorf("want an object with name and %s, have %s", key, clip(v.json()))
	}
	return item{kind: itemCall, name: v.get("name").text, id: v.get("id").str(), arguments: arguments}, nil
}

// juxtaposed reads JSON calls that follow one another, with a separator between.
func (r *reader) juxtaposed(s, key, separator string) error {
	for s = trim(s); s != ""; s = trim(strings.TrimPrefix(s, separator)) {
		v, rest, err := leading(s)
		if err != nil {
			return fmt.Errorf("reading a call: %w", err)
		}
		call, err := calledJSON(v, key)
		if err != nil {
			return err
		}
		r.add(call)
		s = trim(rest)
	}
	return nil
}

// callList reads a JSON list of calls.
func (r *reader) callList(s, key string) error {
	v, rest, err := leading(s)
	if err != nil {
		return fmt.Errorf("reading a list of calls: %w", err)
	}
	if v.kind != list || trim(rest) != "" {
		return fmt.Errorf("want a JSON list of calls, have %s", clip(s))
	}
	for _, element := range v.items {
		call, err := calledJSON(element, key)
		if err != nil {
			return err
		}
		r.add(call)
	}
	return nil
}

func clip(s string) string {
	if len(s) > 48 {
		return strings.ToValidUTF8(s[:48], "") + "..."
	}
	return s
}

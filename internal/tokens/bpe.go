package tokens

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// model is a byte-pair encoding.
type model struct {
	vocab        map[string]int
	merges       map[[2]int32]merge
	unknown      int // id, -1 without one
	byteFallback bool
	fuseUnknown  bool
	ignoreMerges bool // a word that is a token stays one
	bytes        [256]int
}

// merge is what a pair of tokens becomes, and how early.
type merge struct{ rank, id int32 }

func (m *model) read(raw json.RawMessage) error {
	var file struct {
		Type         string          `json:"type"`
		Vocab        map[string]int  `json:"vocab"`
		Merges       json.RawMessage `json:"merges"`
		Unknown      *string         `json:"unk_token"`
		Prefix       *string         `json:"continuing_subword_prefix"`
		Suffix       *string         `json:"end_of_word_suffix"`
		Dropout      *float64        `json:"dropout"`
		ByteFallback bool            `json:"byte_fallback"`
		FuseUnknown  bool            `json:"fuse_unk"`
		IgnoreMerges bool            `json:"ignore_merges"`
	}
	err := json.Unmarshal(raw, &file)
	switch {
	case file.Type != "BPE" && file.Type != "":
		return fmt.Errorf("type %q; only BPE is read", file.Type)
	case err != nil:
		return err
	case len(file.Vocab) == 0:
		return fmt.Errorf("no vocabulary")
	case len(file.Vocab) > maxVocab:
		return fmt.Errorf("more than %d tokens", maxVocab)
	case file.Prefix != nil && *file.Prefix != "" || file.Suffix != nil && *file.Suffix != "":
		return fmt.Errorf("marks on parts of words are not read")
	case file.Dropout != nil && *file.Dropout != 0:
		return fmt.Errorf("dropout makes counts random")
	}
	m.vocab, m.unknown = file.Vocab, -1
	m.byteFallback, m.fuseUnknown, m.ignoreMerges = file.ByteFallback, file.FuseUnknown, file.IgnoreMerges
	if file.Unknown != nil {
		id, ok := m.vocab[*file.Unknown]
		if !ok {
			return fmt.Errorf("the unknown token %q is not in the vocabulary", *file.Unknown)
		}
		m.unknown = id
	}
	for b := range m.bytes {
		id, ok := m.vocab[fmt.Sprintf("<0x%02X>", b)]
		if !ok {
			id = -1
		}
		m.bytes[b] = id
	}
	return m.readMerges(file.Merges)
}

// readMerges reads merges as "a b" or as ["a", "b"].
func (m *model) readMerges(raw json.RawMessage) error {
	var pairs [][2]string
	if first := bytes.TrimLeft(bytes.TrimPrefix(raw, []byte("[")), " \t\r\n"); len(first) > 0 && first[0] == '[' {
		if err := json.Unmarshal(raw, &pairs); err != nil {
			return fmt.Errorf("merges: %w", err)
		}
	} else {
		var lines []string
		if err := json.Unmarshal(raw, &lines); err != nil {
			return fmt.Errorf("merges: %w", err)
		}
		pairs = make([][2]string, 0, len(lines))
		for _, line := range lines {
			left, right, ok := strings.Cut(line, " ")
			if !ok {
				return fmt.Errorf("merges: %q is no pair", line)
			}
			pairs = append(pairs, [2]string{left, right})
		}
	}
	if len(pairs) > maxMerges {
		return fmt.Errorf("more than %d merges", maxMerges)
	}
	m.merges = make(map[[2]int32]merge, len(pairs))
	for rank, pair := range pairs {
		left, okLeft := m.vocab[pair[0]]
		right, okRight := m.vocab[pair[1]]
		id, ok := m.vocab[pair[0]+pair[1]]
		if !okLeft || !okRight || !ok {
			return fmt.Errorf("merge %d of %q and %q is not in the vocabulary", rank, pair[0], pair[1])
		}
		key := [2]int32{int32(left), int32(right)}
		if _, twice := m.merges[key]; !twice {
			m.merges[key] = merge{int32(rank), int32(id)}
		}
	}
	return nil
}

// symbol is a token in the making; next and previous are -1 at the ends.
type symbol struct {
	id             int32
	previous, next int32
	gone           bool
}

// encode appends the ids of one word.
func (m *model) encode(ids []int, word string) []int {
	if m.ignoreMerges {
		if id, ok := m.vocab[word]; ok {
			return append(ids, id)
		}
	}
	symbols := m.symbols(word)
	m.mergeAll(symbols)
	for i := range symbols {
		if !symbols[i].gone {
			ids = append(ids, int(symbols[i].id))
		}
	}
	return ids
}

// symbols is the word letter by letter, unknown letters as their bytes or as the
// unknown token, or left out where there is none.
func (m *model) symbols(word string) []symbol {
	symbols := make([]symbol, 0, len(word))
	unknown := false
	add := func(id int) {
		n := int32(len(symbols))
		symbols = append(symbols, symbol{id: int32(id), previous: n - 1, next: n + 1})
	}
	for i := 0; i < len(word); {
		_, size := utf8.DecodeRuneInString(word[i:])
		letter := word[i : i+size]
		i += size
		if id, ok := m.vocab[letter]; ok {
			add(id)
			unknown = false
			continue
		}
		if m.byteFallback && m.hasBytes(letter) {
			for k := range len(letter) {
				add(m.bytes[letter[k]])
			}
			unknown = false
			continue
		}
		if m.unknown >= 0 && !(unknown && m.fuseUnknown) {
			add(m.unknown)
		}
		unknown = true
	}
	if len(symbols) > 0 {
		symbols[len(symbols)-1].next = -1
	}
	return symbols
}

func (m *model) hasBytes(letter string) bool {
	for k := range len(letter) {
		if m.bytes[letter[k]] < 0 {
			return false
		}
	}
	return true
}

// candidate is a pair that may be merged.
type candidate struct {
	merge
	at, left, right int32 // place of the left one, and the ids that the pair had
}

// mergeAll merges pairs, the earliest merge first and of equal ones the leftmost.
func (m *model) mergeAll(symbols []symbol) {
	var queue heap
	push := func(at int32) {
		next := symbols[at].next
		if next < 0 {
			return
		}
		left, right := symbols[at].id, symbols[next].id
		if found, ok := m.merges[[2]int32{left, right}]; ok {
			queue.push(candidate{found, at, left, right})
		}
	}
	for i := range symbols {
		push(int32(i))
	}
	for len(queue) > 0 {
		top := queue.pop()
		at := &symbols[top.at]
		if at.gone || at.id != top.left || at.next < 0 || symbols[at.next].id != top.right {
			continue
		}
		gone := &symbols[at.next]
		gone.gone = true
		at.id, at.next = top.id, gone.next
		if gone.next >= 0 {
			symbols[gone.next].previous = top.at
		}
		if at.previous >= 0 {
			push(at.previous)
		}
		push(top.at)
	}
}

// heap is a priority queue of candidates.
type heap []candidate

func (h heap) less(i, k int) bool {
	return h[i].rank < h[k].rank || h[i].rank == h[k].rank && h[i].at < h[k].at
}

func (h *heap) push(c candidate) {
	*h = append(*h, c)
	q := *h
	for i := len(q) - 1; i > 0; {
		parent := (i - 1) / 2
		if !q.less(i, parent) {
			break
		}
		q[i], q[parent] = q[parent], q[i]
		i = parent
	}
}

func (h *heap) pop() candidate {
	q := *h
	top := q[0]
	last := len(q) - 1
	q[0] = q[last]
	q = q[:last]
	for i := 0; ; {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(q); child++ {
			if q.less(child, least) {
				least = child
			}
		}
		if least == i {
			break
		}
		q[i], q[least] = q[least], q[i]
		i = least
	}
	*h = q
	return top
}

package tokens

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// addedToken is a token that is looked for in the text before anything else.
type addedToken struct {
	ID         int    `json:"id"`
	Content    string `json:"content"`
	SingleWord bool   `json:"single_word"`
	Left       bool   `json:"lstrip"` // it takes the white space before it
	Right      bool   `json:"rstrip"`
	Normalised bool   `json:"normalized"`
}

// trie finds the longest added token that begins at a place.
type trie struct {
	root  *trieNode
	first [256]bool
}

type trieNode struct {
	next  map[byte]*trieNode
	token *addedToken
}

func newTrie() *trie { return &trie{root: &trieNode{}} }

func (t *trie) add(token addedToken) {
	if token.Content == "" {
		return
	}
	t.first[token.Content[0]] = true
	node := t.root
	for i := range len(token.Content) {
		if node.next == nil {
			node.next = map[byte]*trieNode{}
		}
		b := token.Content[i]
		if node.next[b] == nil {
			node.next[b] = &trieNode{}
		}
		node = node.next[b]
	}
	node.token = &token
}

// at is the longest token at the start of a text.
func (t *trie) at(text string) *addedToken {
	var found *addedToken
	node := t.root
	for i := range len(text) {
		if node = node.next[text[i]]; node == nil {
			break
		}
		if node.token != nil {
			found = node.token
		}
	}
	return found
}

// split hands out the parts between tokens and the tokens, in order.
func (t *trie) split(text string, part func(string), token func(id int)) {
	start := 0
	for i := 0; i < len(text); {
		var found *addedToken
		if t.first[text[i]] {
			found = t.at(text[i:])
		}
		if found == nil || found.SingleWord && !standsAlone(text, i, i+len(found.Content)) {
			i++
			continue
		}
		end := i + len(found.Content)
		before := text[start:i]
		if found.Left {
			before = strings.TrimRightFunc(before, unicode.IsSpace)
		}
		if before != "" {
			part(before)
		}
		if found.Right {
			end = len(text) - len(strings.TrimLeftFunc(text[end:], unicode.IsSpace))
		}
		token(found.ID)
		i, start = end, end
	}
	if start < len(text) {
		part(text[start:])
	}
}

// standsAlone reports whether no letter, digit or underscore touches a range.
func standsAlone(text string, start, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:start])
	after, _ := utf8.DecodeRuneInString(text[end:])
	return !(start > 0 && wordRune(before)) && !(end < len(text) && wordRune(after))
}

func wordRune(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.M, r)
}

// Package tokens counts the tokens of a text with a model's own tokenizer, read from
// the tokenizer.json that Hugging Face's library tokenizers writes: byte-pair
// encoding, over bytes or with SentencePiece's sign for spaces. What a file asks for
// beyond that is refused by name.
package tokens

import (
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"unicode/utf8"
)

// Bounds on a tokenizer file.
const (
	MaxFile   = 128 << 20 // bytes
	maxVocab  = 4 << 20
	maxMerges = 4 << 20
)

// Tokenizer counts tokens. It may be used from several goroutines.
type Tokenizer struct {
	added      *trie // matched in the text as it is
	addedLater *trie // matched in the normalised text
	normalise  []func(string) string
	split      []splitter
	model      model
	cache      cache
}

// Read reads a tokenizer.json.
func Read(r io.Reader) (*Tokenizer, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxFile {
		return nil, fmt.Errorf("larger than %d bytes", MaxFile)
	}
	var file struct {
		Added      []addedToken    `json:"added_tokens"`
		Normaliser json.RawMessage `json:"normalizer"`
		Pre        json.RawMessage `json:"pre_tokenizer"`
		Model      json.RawMessage `json:"model"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("reading JSON: %w", err)
	}
	t := &Tokenizer{added: newTrie(), addedLater: newTrie()}
	if t.normalise, err = readNormaliser(file.Normaliser, 0); err != nil {
		return nil, fmt.Errorf("normalizer: %w", err)
	}
	if t.split, err = readPreTokenizer(file.Pre, 0); err != nil {
		return nil, fmt.Errorf("pre_tokenizer: %w", err)
	}
	if err := t.model.read(file.Model); err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	for _, token := range file.Added {
		if token.Content == "" {
			continue
		}
		if token.Normalised {
			token.Content = t.normalised(token.Content)
			t.addedLater.add(token)
		} else {
			t.added.add(token)
		}
	}
	return t, nil
}

// Count is the number of tokens of a text, special tokens that stand in it as one
// each. Nothing is added at its ends, as chat templates write these themselves.
func (t *Tokenizer) Count(text string) int {
	n := 0
	t.each(text, func(word string) { n += t.words(word) }, func(int) { n++ })
	return n
}

// Encode is the ids of a text's tokens.
func (t *Tokenizer) Encode(text string) []int {
	var ids []int
	t.each(text, func(word string) { ids = t.model.encode(ids, word) }, func(id int) { ids = append(ids, id) })
	return ids
}

// each hands out the words and the added tokens of a text in order.
func (t *Tokenizer) each(text string, word func(string), added func(int)) {
	if !utf8.ValidString(text) {
		text = string([]rune(text))
	}
	first := true
	t.added.split(text, func(part string) {
		if part = t.normalised(part); part == "" {
			return
		}
		t.addedLater.split(part, func(piece string) {
			t.preTokenize(piece, first, word)
			first = false
		}, func(id int) { first = false; added(id) })
	}, func(id int) { first = false; added(id) })
}

func (t *Tokenizer) normalised(text string) string {
	for _, step := range t.normalise {
		text = step(text)
	}
	return text
}

// preTokenize splits a piece into words, step by step.
func (t *Tokenizer) preTokenize(piece string, first bool, word func(string)) {
	pieces := []string{piece}
	for i, step := range t.split {
		var next []string
		for k, piece := range pieces {
			next = step(next, piece, first && k == 0 && i == 0)
		}
		pieces = next
	}
	for _, piece := range pieces {
		if piece != "" {
			word(piece)
		}
	}
}

// words is the number of tokens of one word, remembered for short ones.
func (t *Tokenizer) words(word string) int {
	if n, ok := t.cache.get(word); ok {
		return n
	}
	n := len(t.model.encode(nil, word))
	t.cache.put(word, n)
	return n
}

// cache remembers the lengths of words, up to a bound on their number.
type cache struct {
	mutex sync.RWMutex
	words map[string]int
}

const (
	maxCached     = 1 << 16
	maxCachedWord = 48
)

func (c *cache) get(word string) (int, bool) {
	if len(word) > maxCachedWord {
		return 0, false
	}
	c.mutex.RLock()
	defer c.mutex.RUnlock()
	n, ok := c.words[word]
	return n, ok
}

func (c *cache) put(word string, n int) {
	if len(word) > maxCachedWord {
		return
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.words == nil {
		c.words = map[string]int{}
	}
	if len(c.words) < maxCached {
		c.words[word] = n
	}
}

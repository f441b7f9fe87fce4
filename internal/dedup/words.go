package dedup

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

const (
	maxShingleWords = 16
	// maxText is how many bytes of a text are looked at: what follows such a
	// beginning does not make a text another one.
	maxText = 4 << 20
)

// Normalise returns a text as it is compared: its words in lower case, one space
// apart. A word is a run of letters, digits and marks; everything else only
// separates. In scripts without spaces every character is a word. Case is folded
// by Unicode's simple folding; composed and decomposed accents stay different.
// With blankDigits every number is "0".
func Normalise(text string, blankDigits bool) string {
	var out []byte
	words(text, blankDigits, nil, func(word []byte) {
		if len(out) > 0 {
			out = append(out, ' ')
		}
		out = append(out, word...)
	})
	return string(out)
}

// words hands over the words of a text in the buffer that it returns for the next
// text.
func words(text string, blankDigits bool, buffer []byte, use func(word []byte)) []byte {
	if len(text) > maxText {
		text = text[:maxText]
	}
	word := buffer[:0]
	end := func() {
		if len(word) > 0 {
			use(word)
			word = word[:0]
		}
	}
	number := false // does the word end in a blanked number
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		i += size
		digit := blankDigits && isDigit(r)
		switch {
		case !isWordRune(r):
			end()
		case !digit && standsAlone(r):
			end()
			word = utf8.AppendRune(word, fold(r))
			end()
		case digit && number:
		case digit:
			word = append(word, '0')
		default:
			word = utf8.AppendRune(word, fold(r))
		}
		number = digit
	}
	end()
	return word
}

func isDigit(r rune) bool {
	if r < utf8.RuneSelf {
		return '0' <= r && r <= '9'
	}
	return unicode.IsDigit(r)
}

func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.In(r, unicode.L, unicode.M, unicode.N)
}

// standsAlone tells whether a script is written without spaces between words.
func standsAlone(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// fold maps all cases of a letter to one: the lower case of the least of its
// folding orbit.
func fold(r rune) rune {
	if r < utf8.RuneSelf && r != 'k' && r != 's' { // whose orbits leave ASCII
		if 'A' <= r && r <= 'Z' {
			return r + ('a' - 'A')
		}
		return r
	}
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return unicode.ToLower(least)
}

// shingler turns texts into hashed shingles, with buffers that it keeps.
type shingler struct {
	word   []byte
	hashes []uint64
}

// shingles returns the distinct hashes of a text's shingles in ascending order,
// valid until the next call. A text with fewer words than a shingle is one
// shingle, the empty text too.
func (s *shingler) shingles(text string, o Options) []uint64 {
	s.hashes = s.hashes[:0]
	s.word = words(text, o.BlankDigits, s.word, func(word []byte) { s.hashes = append(s.hashes, hashWord(word)) })
	if len(s.hashes) == 0 {
		s.hashes = append(s.hashes, 0)
	}
	width := min(o.ShingleWords, len(s.hashes))
	shingles := len(s.hashes) - width + 1
	for start := range shingles {
		hash := uint64(width)
		for _, word := range s.hashes[start : start+width] {
			hash = mix(hash*0x9e3779b97f4a7c15 + word)
		}
		s.hashes[start] = hash // no later shingle begins here
	}
	s.hashes = s.hashes[:shingles]
	slices.Sort(s.hashes)
	s.hashes = slices.Compact(s.hashes)
	return s.hashes
}

// hashWord is FNV-1a, made to spread over all bits.
func hashWord(word []byte) uint64 {
	hash := uint64(0xcbf29ce484222325)
	for _, c := range word {
		hash = (hash ^ uint64(c)) * 0x100000001b3
	}
	return mix(hash)
}

// mix is the finaliser of SplitMix64: a bijection that spreads every bit.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

package scriptedteacher

import (
	"hash/fnv"
	"math"
	"strings"
	"unicode"
)

// Dimensions is the length of an embedding.
const Dimensions = 256

// embed turns a text into a vector of length one: each word, each pair of words
// and each three letters in a row adds or takes at a place that its hash names
// (feature hashing, Weinberger and others 2009). Texts that share words come out
// near one another; meaning is not looked at.
func embed(text string) []float64 {
	vector := make([]float64, Dimensions)
	add := func(feature string, weight float64) {
		hash := fnv.New64a()
		hash.Write([]byte(feature))
		sum := hash.Sum64()
		if sum>>63 == 1 {
			weight = -weight
		}
		vector[sum%Dimensions] += weight
	}
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, word := range words {
		add("word "+word, 1)
		if i > 0 {
			add("pair "+words[i-1]+" "+word, 0.5)
		}
		letters := []rune(" " + word + " ")
		for j := 0; j+3 <= len(letters); j++ {
			add("letters "+string(letters[j:j+3]), 0.25)
		}
	}
	sum := 0.0
	for _, x := range vector {
		sum += x * x
	}
	if sum == 0 {
		vector[0], sum = 1, 1 // a text without words is like any other without
	}
	for i := range vector {
		// Five digits are enough to compare, and keep replies short.
		vector[i] = math.Round(vector[i]/math.Sqrt(sum)*1e5) / 1e5
	}
	return vector
}

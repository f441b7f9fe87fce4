package services

import (
	"math"
	"slices"
	"strings"
)

// rankedKey is a key with its score for a query.
type rankedKey struct {
	score float64
	key   string
}

// The constants of BM25+ (Lv and Zhai 2011, with the usual k1 and b).
const (
	bm25Saturation = 1.5
	bm25Length     = 0.75
	bm25Floor      = 1.0
)

// rankKeys returns the keys that BM25+ finds nearest to a query, the best first;
// equal scores keep the order of the keys. The words of a key stand between its
// underscores.
func rankKeys(query string, keys []string, most int) []rankedKey {
	words := make([][]string, len(keys))
	total, holding := 0, map[string]int{} // holding: how many keys have a word
	for i, key := range keys {
		words[i] = strings.Split(strings.ToLower(key), "_")
		total += len(words[i])
		for _, word := range slices.Compact(slices.Sorted(slices.Values(words[i]))) {
			holding[word]++
		}
	}
	mean := float64(total) / math.Max(1, float64(len(keys)))
	asked := strings.FieldsFunc(strings.ToLower(query), func(r rune) bool { return r == '_' || r == ' ' || r == '\t' || r == '\n' })
	ranked := make([]rankedKey, len(keys))
	for i, key := range keys {
		ranked[i].key = key
		for _, word := range asked {
			often := 0.0
			for _, own := range words[i] {
				if own == word {
					often++
				}
			}
			rarity := math.Log(float64(len(keys)+1) / math.Max(1, float64(holding[word])))
			long := 1 - bm25Length + bm25Length*float64(len(words[i]))/mean
			if holding[word] > 0 {
				ranked[i].score += rarity * (bm25Floor + often*(bm25Saturation+1)/(bm25Saturation*long+often))
			}
		}
	}
	slices.SortStableFunc(ranked, func(a, b rankedKey) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
	return ranked[:min(most, len(ranked))]
}

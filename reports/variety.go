package reports

import (
	"compress/flate"
	"io"
	"math"
)

// bleuRuns is the length of the longest runs of words that BLEU counts.
const bleuRuns = 4

// missedRun is what a run length without a match counts as, so that a product of
// precisions is not 0 (Chen and Cherry, WMT 2014, smoothing 1).
const missedRun = 0.1

// selfBLEU is the mean over requests of BLEU-4 (Papineni et al., ACL 2002) against all
// other requests (Zhu et al., SIGIR 2018): 1 where each says what others say, towards
// 0 where they share no words. NaN for fewer than two.
func selfBLEU(requests []sampled) float64 {
	if len(requests) < 2 {
		return math.NaN()
	}
	texts := make([][]string, len(requests))
	for i, request := range requests {
		texts[i] = splitWords(request.text)
	}
	logs := make([]float64, len(texts)) // of the precisions, added up
	for n := 1; n <= bleuRuns; n++ {
		counts, best := countRuns(texts, n)
		for i, own := range counts {
			matched, all := 0, 0
			for run, count := range own {
				all += count
				matched += min(count, best[run].of(i))
			}
			precision := missedRun
			if matched > 0 {
				precision = float64(matched)
			}
			logs[i] += math.Log(precision / float64(max(1, all)))
		}
	}
	sum := 0.0
	for i := range texts {
		sum += brevity(texts, i) * math.Exp(logs[i]/bleuRuns)
	}
	return sum / float64(len(texts))
}

// most is the largest count of a run in one text, and the largest in another.
type most struct{ first, text, second int }

// of is the largest count in a text other than this one.
func (m most) of(text int) int {
	if m.text == text {
		return m.second
	}
	return m.first
}

// countRuns counts the runs of n words in each text, and finds for each run where it
// is most frequent.
func countRuns(texts [][]string, n int) (counts []map[uint64]int, best map[uint64]most) {
	counts, best = make([]map[uint64]int, len(texts)), map[uint64]most{}
	for i, words := range texts {
		own := map[uint64]int{}
		for _, run := range grams(words, n) {
			own[run]++
		}
		counts[i] = own
		for run, count := range own {
			known := best[run]
			switch {
			case count > known.first:
				known = most{count, i, known.first}
			case count > known.second:
				known.second = count
			}
			best[run] = known
		}
	}
	return counts, best
}

// brevity is BLEU's penalty for a text that is shorter than the closest other one; of
// two that are as close, the shorter.
func brevity(texts [][]string, of int) float64 {
	own, closest := len(texts[of]), math.MaxInt
	for i, words := range texts {
		if i == of {
			continue
		}
		nearer := abs(len(words)-own) - abs(closest-own)
		if nearer < 0 || nearer == 0 && len(words) < closest {
			closest = len(words)
		}
	}
	if own >= closest || own == 0 {
		return 1
	}
	return math.Exp(1 - float64(closest)/float64(own))
}

func abs(n int) int { return max(n, -n) }

// deflated is the size of the requests, one a line, after compression (DEFLATE, level
// 9), as a part of the size before.
func deflated(requests []sampled) float64 {
	var out counter
	writer, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return math.NaN() // the level is not known: a slip in this program
	}
	before := 0
	for _, request := range requests {
		n, _ := io.WriteString(writer, request.text+"\n") // a counter takes everything
		before += n
	}
	writer.Close()
	return float64(out) / float64(before)
}

// counter counts the bytes that are written to it.
type counter int

func (c *counter) Write(text []byte) (int, error) {
	*c += counter(len(text))
	return len(text), nil
}

package reports

import (
	"cmp"
	"container/heap"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/buttonbench/button"
)

// wording is how first requests are put. All its rules are for English and are
// those by which the real requests were measured too.
type wording struct {
	requests    int
	words       histogram
	oneSentence int // no full stop, question or exclamation mark before more text
	question    int // ends in a question mark
	noStop      int // ends in none of the three marks
	lower       int // starts with a lower-case letter
	firstPerson int // says I, me, my, mine or myself
	please      int
	openings    tally // first two words
	firstWords  tally
	sample      sample
}

func newWording() wording {
	return wording{words: histogram{}, openings: tally{}, firstWords: tally{}, sample: sample{size: sampleSize * sampleCount}}
}

// addRequest counts the first user message of a record.
func (d *Dataset) addRequest(record *recordLine, worldName string, world *worldCounts) {
	place := slices.IndexFunc(record.Messages, func(m messageLine) bool { return m.Role == button.RoleUser })
	request := record.Messages[place].Content
	d.requests.add(hash64(request))
	world.requests.add(hash64(request))
	if record.Meta.Skeleton != "" {
		hash := hash64(record.Meta.Skeleton)
		world.skeletons.add(hash)
		countUpTo(d.skeletons, skeleton{worldName, hash}, skeleton{worldName, 0})
	}
	d.wording.add(record.ID, request)
	d.near.offer(record.ID, request)
}

func (w *wording) add(id, request string) {
	request = strings.TrimSpace(request)
	words := splitWords(request)
	w.requests++
	w.words.add(len(words))
	first, _ := utf8.DecodeRuneInString(request)
	last, _ := utf8.DecodeLastRuneInString(request)
	for _, one := range []struct {
		count *int
		holds bool
	}{
		{&w.oneSentence, isOneSentence(request)},
		{&w.question, last == '?'},
		{&w.noStop, !isStop(last)},
		{&w.lower, unicode.IsLower(first)},
		{&w.firstPerson, slices.ContainsFunc(words, isFirstPerson)},
		{&w.please, slices.Contains(words, "please")},
	} {
		if one.holds {
			*one.count++
		}
	}
	if len(words) > 0 {
		w.firstWords.add(words[0])
		w.openings.add(strings.Join(words[:min(2, len(words))], " "))
	}
	w.sample.offer(sampled{hash64(id, request), clip(request, sampleBytes)})
}

// splitWords splits a text into lower-case words: runs of letters, digits,
// underscores and inner apostrophes.
func splitWords(text string) []string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !(unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) || r == '_' || isApostrophe(r))
	})
	kept := words[:0]
	for _, word := range words {
		if word = strings.TrimFunc(word, isApostrophe); word != "" {
			kept = append(kept, word)
		}
	}
	return kept
}

func isApostrophe(r rune) bool { return r == '\'' || r == '’' }

func isStop(r rune) bool { return r == '.' || r == '?' || r == '!' }

func isOneSentence(text string) bool {
	stopped := false
	for _, r := range text {
		if stopped && unicode.IsSpace(r) {
			return false // the text is trimmed, so more follows
		}
		stopped = isStop(r)
	}
	return true
}

// isFirstPerson accepts contractions such as "I'm" too.
func isFirstPerson(word string) bool {
	if at := strings.IndexFunc(word, isApostrophe); at >= 0 {
		word = word[:at]
	}
	switch word {
	case "i", "me", "my", "mine", "myself":
		return true
	}
	return false
}

// The vocabulary grows with the number of requests, so it is measured on samples
// as large as the smaller set of real requests: up to ten of them, without
// overlap, averaged.
const (
	sampleSize  = 229
	sampleCount = 10
	sampleBytes = 16 << 10 // of one request
)

// sampled is a request with the hash by which it is drawn.
type sampled struct {
	hash uint64
	text string
}

// sample keeps the requests with the smallest hashes of record id and text: a
// random draw that does not depend on the order of the records.
type sample struct {
	size int
	kept []sampled // a heap, the largest hash on top
}

func (s *sample) Len() int           { return len(s.kept) }
func (s *sample) Less(i, j int) bool { return compareSampled(s.kept[i], s.kept[j]) > 0 }
func (s *sample) Swap(i, j int)      { s.kept[i], s.kept[j] = s.kept[j], s.kept[i] }
func (s *sample) Push(one any)       { s.kept = append(s.kept, one.(sampled)) }
func (s *sample) Pop() any {
	last := s.kept[len(s.kept)-1]
	s.kept = s.kept[:len(s.kept)-1]
	return last
}

func compareSampled(a, b sampled) int {
	return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.text, b.text))
}

func (s *sample) offer(one sampled) {
	switch {
	case len(s.kept) < s.size:
		heap.Push(s, one)
	case compareSampled(one, s.kept[0]) < 0:
		s.kept[0] = one
		heap.Fix(s, 0)
	}
}

// variety is how varied the requests of samples are.
type variety struct {
	// distinct are distinct-1, -2 and -3, the shares of different runs of one, two and
	// three words among all such runs (Li et al., NAACL 2016).
	distinct            [3]float64
	selfBLEU, deflated  float64
	sampleSize, samples int
}

// variety measures the samples and takes the means.
func (s *sample) variety() (v variety) {
	sorted := slices.SortedFunc(slices.Values(s.kept), compareSampled)
	if v.sampleSize = min(sampleSize, len(sorted)); v.sampleSize == 0 {
		nan := math.NaN()
		v.distinct, v.selfBLEU, v.deflated = [3]float64{nan, nan, nan}, nan, nan
		return v
	}
	v.samples = len(sorted) / v.sampleSize
	parts := float64(v.samples)
	for group := range v.samples {
		requests := sorted[group*v.sampleSize : (group+1)*v.sampleSize]
		for i, ratio := range distinctRuns(requests) {
			v.distinct[i] += ratio / parts
		}
		v.selfBLEU += selfBLEU(requests) / parts
		v.deflated += deflated(requests) / parts
	}
	return v
}

func distinctRuns(requests []sampled) (ratios [3]float64) {
	for i := range ratios {
		seen, all := hashes{}, 0
		for _, request := range requests {
			words := splitWords(request.text)
			for at := 0; at+i < len(words); at++ {
				seen.add(hash64(words[at : at+i+1]...))
				all++
			}
		}
		ratios[i] = share(len(seen), all)
	}
	return ratios
}

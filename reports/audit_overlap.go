package reports

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/buttonbench/button/internal/dedup"
)

// The measures of overlap.
const (
	overlapCopied  = "copied_words"
	overlapNear    = "near_requests"
	overlapWhole   = "same_requests"
	overlapNames   = "function_names"
	overlapSchemas = "function_schemas"
)

// overlapKind is one measure. Limit is the share of records above which a gate says no.
type overlapKind struct {
	name, claim string
	limit       float64
}

func overlapList() []overlapKind {
	return []overlapKind{
		{overlapCopied, "a request shares a run of words", 0},
		{overlapNear, "a request is nearly the same", 0},
		{overlapWhole, "a request is the same", 0},
		{overlapNames, "a function that is called has the same name", 1},
		{overlapSchemas, "a function that is called has the same name and parameters", 1},
	}
}

// overlapMeasure counts the records that overlap by one measure.
type overlapMeasure struct {
	overlapKind
	records int
}

// overlaps is what a dataset shares with what it is compared with.
type overlaps struct {
	measures   []*overlapMeasure
	by         map[string]*overlapMeasure
	pairs      []pair
	pairCount  int
	keep       int
	similarity float64
	functions  map[uint64]*sharedFunction // of the dataset that have a namesake
	offered    distinct                   // different function names of the dataset
}

// pair is a record and the text that it overlaps with.
type pair struct {
	record  string
	line    int
	at      place
	measure string
	// Words is the length of the shared run, Similarity that of near requests.
	words      int
	similarity float64
	span       string // what is shared, or the record's own request
}

// sharedFunction is a function of the dataset with a namesake elsewhere.
type sharedFunction struct {
	name        string
	at          place
	calling     int // records that call it
	sameSchemas bool
}

func newOverlaps(o AuditOptions) *overlaps {
	v := &overlaps{by: map[string]*overlapMeasure{}, keep: o.Pairs, similarity: o.Similarity, functions: map[uint64]*sharedFunction{}, offered: newDistinct()}
	for _, kind := range overlapList() {
		kind.limit = limitOf(o, kind.name, kind.limit)
		v.by[kind.name] = &overlapMeasure{overlapKind: kind}
		v.measures = append(v.measures, v.by[kind.name])
	}
	return v
}

// compare counts what one record shares, and keeps the first pairs.
func (v *overlaps) compare(b *benchmark, line int, record *auditedLine) {
	found := map[string]pair{}
	for _, request := range record.requests() {
		v.compareText(b, request, found)
	}
	for _, measure := range v.measures {
		one, hit := found[measure.name]
		if !hit {
			continue
		}
		measure.records++
		if _, same := found[overlapWhole]; same && measure.name != overlapWhole {
			continue // the pair says it all
		}
		if v.pairCount++; len(v.pairs) < v.keep {
			one.record, one.line, one.measure = clip(record.ID, nameBytes), line, measure.name
			v.pairs = append(v.pairs, one)
		}
	}
	v.compareFunctions(b, record)
}

// compareText looks a request up by every measure. Of a record's requests the one that
// shares most stands for it.
func (v *overlaps) compareText(b *benchmark, request string, found map[string]pair) {
	normal := dedup.Normalise(request, false)
	words := strings.Fields(normal)
	if len(words) < wholeWords {
		return
	}
	if number, same := b.whole[hash64(normal)]; same {
		found[overlapWhole] = pair{at: b.texts[number], words: len(words), similarity: 1, span: clip(normal, spanBytes)}
	}
	if start, length, number := longestRun(b, words); length > found[overlapCopied].words {
		found[overlapCopied] = pair{at: b.texts[number], words: length, similarity: math.NaN(), span: clip(strings.Join(words[start:start+length], " "), spanBytes)}
	}
	for _, match := range b.near.FindAll(clip(request, nearBytes)) {
		if match.Similarity > found[overlapNear].similarity {
			found[overlapNear] = pair{at: b.texts[match.ID], similarity: match.Similarity, span: clip(normal, spanBytes)}
		}
	}
}

// spanBytes is how much of a shared text is kept.
const spanBytes = 400

// longestRun finds the longest run of a request's words of which every stretch of
// ngram words stands somewhere, and the text that holds its beginning.
func longestRun(b *benchmark, words []string) (start, length int, number uint32) {
	from, first := -1, uint32(0)
	end := func(at int) { // at is behind the last stretch that was found
		if from >= 0 && at-from+b.ngram-1 > length {
			start, length, number = from, at-from+b.ngram-1, first
		}
		from = -1
	}
	hashes := grams(words, b.ngram)
	for i, gram := range hashes {
		text, there := b.grams[gram]
		switch {
		case !there:
			end(i)
		case from < 0:
			from, first = i, text
		}
	}
	end(len(hashes))
	return start, length, number
}

// compareFunctions looks up the functions that are called.
func (v *overlaps) compareFunctions(b *benchmark, record *auditedLine) {
	for i := range record.Tools {
		v.offered.add(nameHash(record.Tools[i].Function.Name))
	}
	names, schemas := false, false
	for _, tool := range record.called() {
		function := &record.Tools[tool].Function
		key := nameHash(function.Name)
		namesake := b.functions[key]
		if namesake == nil {
			continue
		}
		same := namesake.schemas[schemaHash(parametersOf(function.Parameters))]
		names, schemas = true, schemas || same
		shared := v.functions[key]
		if shared == nil {
			shared = &sharedFunction{name: clip(strings.Clone(function.Name), nameBytes), at: namesake.place}
			v.functions[key] = shared
		}
		shared.calling++
		shared.sameSchemas = shared.sameSchemas || same
	}
	if names {
		v.by[overlapNames].records++
	}
	if schemas {
		v.by[overlapSchemas].records++
	}
}

// parametersOf lists the parameters of a tool's schema.
func parametersOf(schema json.RawMessage) []string {
	var read struct {
		Properties map[string]json.RawMessage `json:"properties"`
	}
	if json.Unmarshal(schema, &read) != nil {
		return nil
	}
	names := make([]string, 0, len(read.Properties))
	for name := range read.Properties {
		names = append(names, name)
	}
	return names
}

// measureName says a measure to people, with the figures that define it.
func (v *overlaps) measureName(b *benchmark, name string) string {
	switch name {
	case overlapCopied:
		return fmt.Sprintf("%s of %d words or more", v.by[name].claim, b.ngram)
	case overlapNear:
		return fmt.Sprintf("%s (similarity %.2f or more)", v.by[name].claim, v.similarity)
	}
	return v.by[name].claim
}

package reports

import (
	"context"
	"fmt"
	"slices"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/dedup"
	"github.com/buttonbench/button/internal/render"
)

// nearSample is how many first requests are looked up among all others.
const nearSample = 20000

// nearText is how much of a request is compared.
const nearText = 2 << 10

// nearThreshold is the Jaccard similarity of runs of three words from which two
// requests are near-duplicates.
const nearThreshold = 0.8

// nearRequests finds which part of the requests has a near-duplicate among the others:
// of all requests, or of a sample that is looked up among all.
type nearRequests struct {
	sample   sample
	examined int
	having   [2]int // with a near-duplicate; with one when numbers are blanked too
}

func newNearRequests() nearRequests { return nearRequests{sample: sample{size: nearSample}} }

func (n *nearRequests) offer(id, request string) {
	n.sample.offer(sampled{hash64(id, request), clip(request, nearText)})
}

// finish looks the sample up. Where it is not all the records, they are read again.
func (n *nearRequests) finish(ctx context.Context, file string, records int) error {
	kept := slices.SortedFunc(slices.Values(n.sample.kept), compareSampled)
	n.sample.kept = nil
	n.examined = len(kept)
	var finders [len(n.having)]*finder
	for i := range finders {
		var err error
		if finders[i], err = newFinder(kept, i == 1); err != nil {
			return err
		}
	}
	if records == len(kept) {
		for _, one := range kept {
			for _, finder := range finders {
				finder.meet(one.text)
			}
		}
	} else {
		err := eachLine(ctx, file, decodeRequest, func(_ int, request string) {
			for _, finder := range finders {
				finder.meet(request)
			}
		})
		if err != nil {
			return err
		}
	}
	for i, finder := range finders {
		n.having[i] = finder.found()
	}
	return nil
}

// decodeRequest reads a record's first request alone.
func decodeRequest(text []byte) (string, error) {
	var record struct {
		Messages []struct {
			Role    string `json:"role"`
			Content string `json:"content"`
		} `json:"messages"`
	}
	text = skimMembers(nil, text, func(name []byte) bool { return string(name) == "messages" })
	if err := decodeLine(text, &record); err != nil {
		return "", fmt.Errorf("not a record: %w", err)
	}
	for _, message := range record.Messages {
		if message.Role == button.RoleUser {
			return clip(message.Content, nearText), nil
		}
	}
	return "", errNoUser
}

// finder counts for each different text of a sample how many of all texts are near it.
// Equal texts are taken in once: an index has room for few that are alike.
type finder struct {
	index  *dedup.Index
	copies []int // by id of a text: how often the sample has it
	met    []int
}

func newFinder(sample []sampled, blank bool) (*finder, error) {
	index, err := dedup.New(dedup.Options{Threshold: nearThreshold, BlankDigits: blank})
	if err != nil {
		return nil, err
	}
	f := &finder{index: index}
	ids := map[uint64]int{}
	for _, one := range sample {
		hash := hash64(dedup.Normalise(one.text, blank))
		id, known := ids[hash]
		if !known {
			id = index.Add(one.text)
			ids[hash] = id
			f.copies, f.met = append(f.copies, 0), append(f.met, 0)
		}
		f.copies[id]++
	}
	return f, nil
}

func (f *finder) meet(text string) {
	for _, match := range f.index.FindAll(text) {
		f.met[match.ID]++
	}
}

// found counts the texts of the sample that met another than themselves.
func (f *finder) found() (count int) {
	for id, met := range f.met {
		if met > 1 {
			count += f.copies[id]
		}
	}
	return count
}

// nearTable shows how many requests have a near-duplicate.
func (d *Dataset) nearTable() render.Table {
	table := shareTable("near_duplicates", "Near-duplicate requests")
	for i, value := range []string{"words as they are", "numbers blanked"} {
		addShare(&table, "has a near-duplicate", value, d.near.having[i], d.near.examined, "first requests")
	}
	note := fmt.Sprintf("Jaccard similarity of runs of three words of %.2f or more with another record's first request, candidates by MinHash.", nearThreshold)
	if d.near.examined < d.records {
		note += fmt.Sprintf(" Looked up were %d, drawn by hash, among all %d.", d.near.examined, d.records)
	}
	table.Notes = append(table.Notes, note)
	return table
}
